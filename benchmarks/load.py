"""What the leads of a benchmark do: drawn from a seed, in the mix of a company's site and mails, fast.

Most of it moves a score a little and no lead; about one activity in a hundred changes a stage under the example
scorecard, however many activities there are for each lead. It knows no server: an activity gets its instant when it is
sent.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from benchmarks.personas import PERSONAS, Persona
from schemas.contract import rfc3339
from streams.kafka.partitioner import partition_of
from streams.translation.translate import instant

BLOCK = 2_000
"""So many activities are handed over at once, and sent in the same batches."""
DECK = 4_096
"""A persona's bodies are dealt from a deck of so many, in which each kind has its share."""
REPEATS = 0.001
"""The share of activities that are sent twice: a producer's own retries."""
CHANGES_SHARE = 0.01
"""The share of activities that shall change a stage."""
CHANGES_MAX, HALF_WAY = 5.4, 25.0
"""How often a buyer changes stage in the end, and how soon half of it is done (found by folding)."""
OCCURRED_AGO_MS = tuple(range(0, 4_000, 250))
"""How long before they are sent activities happen, one after the other."""


class Drawn(NamedTuple):
    """One activity to be sent: where to, and its body around the instant at which it happens."""

    topic: str
    partition: int
    key: bytes
    head: str
    tail: str

    def value(self, occurred_at: str) -> bytes:
        """Return the body with its instant, which is RFC 3339."""
        return f"{self.head}{occurred_at}{self.tail}".encode()


class Lead(NamedTuple):
    """Who acts: the id, the partition that it belongs to, and what the lead does, a (topic, body) a time."""

    id: str
    key: bytes
    partition: int
    deck: Sequence[tuple[str, str]]


def occurred_times(now: int) -> list[str]:
    """Return instants at and shortly before one in milliseconds, as activities that are sent together carry them."""
    return [rfc3339(instant(now - ago_ms)) for ago_ms in OCCURRED_AGO_MS]


@dataclass(frozen=True)
class LoadPlan:
    """What is to be drawn: so many activities of so many leads, for topics of so many partitions."""

    seed: int
    activities: int
    leads: int
    partitions: int

    @property
    def buyers_share(self) -> float:
        """The share of leads that shall change stage, so that as many activities do as are wanted."""
        each = self.activities / self.leads
        grown: float = each**1.15
        changes = CHANGES_MAX * grown / (grown + HALF_WAY)
        return min(CHANGES_SHARE * each / changes, 1.0)

    @cached_property
    def _decks(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        dice = random.Random(f"decks-{self.seed}")
        return {name: _deck(persona, dice) for name, persona in PERSONAS.items()}

    def deck(self, persona: str) -> Sequence[tuple[str, str]]:
        """Return what a persona does, as topics and bodies from the end of their instant on."""
        return self._decks[persona]

    def blocks(self) -> Iterator[list[Drawn]]:
        """Yield the activities in the order in which they are sent, many at a time; the same for the same plan."""
        dice, known = random.Random(f"load-{self.seed}"), dict[int, Lead]()
        block: list[Drawn] = []
        for number in range(self.activities):
            if block and dice.random() < REPEATS:
                block.append(dice.choice(block))
            else:
                index = int(dice.random() * self.leads)
                lead = known.get(index)
                if lead is None:
                    lead = known[index] = self._lead(index)
                topic, body = lead.deck[int(dice.random() * DECK)]
                head = f'{{"id":"a-{self.seed}-{number}","lead_id":"{lead.id}","occurred_at":"'
                block.append(Drawn(topic, lead.partition, lead.key, head, body))
            if len(block) == BLOCK:
                yield block
                block = []
        if block:
            yield block

    def _lead(self, index: int) -> Lead:
        dice = random.Random(f"{self.seed}-{index}")
        is_buyer = dice.random() < self.buyers_share
        persona = "buyer" if is_buyer else dice.choice(("visitor", "visitor", "visitor", "reader"))
        lead_id = f"lead-{index:07d}"
        key = lead_id.encode()
        return Lead(lead_id, key, partition_of(key, self.partitions), self._decks[persona])


def _deck(persona: Persona, dice: random.Random) -> list[tuple[str, str]]:
    """Deal a persona's bodies: each kind by its share, its details drawn anew each time."""
    kinds, shares = zip(*persona.items(), strict=True)
    return [(kind.topic, _tail(kind.drawn(dice))) for kind in dice.choices(kinds, shares, k=DECK)]


def _tail(fields: Mapping[str, Any]) -> str:
    """Return a body from the end of its instant on."""
    return '",' + json.dumps(fields, separators=(",", ":"))[1:]
