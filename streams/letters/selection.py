"""Which dead letters are meant: by reason, by where and when they came from, by whose they are."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from schemas.contract import rfc3339
from schemas.refusals import Reason
from streams.letters.letter import Letter
from streams.translation.translate import milliseconds


@dataclass(frozen=True, slots=True)
class Selection:
    """What a dead letter must be to be meant; None and empty ask for nothing.

    ``topics`` are names with the installation's prefix, ``partitions`` and ``offsets`` those of the source, both ends
    included. ``since`` and ``until`` bound when it was put aside, the latter excluded. ``lead`` is a lead's id: the
    record's key, or what its body says.
    """

    reasons: frozenset[Reason] = frozenset()
    topics: frozenset[str] = frozenset()
    partitions: tuple[int, int] | None = None
    offsets: tuple[int, int] | None = None
    since: datetime | None = None
    until: datetime | None = None
    lead: str | None = None
    ids: frozenset[str] = frozenset()

    def takes(self, letter: Letter) -> bool:
        """Return whether a letter is meant; one that leadstream did not write only if nobody asks of its source."""
        said = letter.said
        if said is None:
            asks_source = self.reasons or self.topics or self.partitions or self.offsets
            return not asks_source and self._takes_place(letter)
        return (
            (not self.reasons or said.reason in self.reasons)
            and (not self.topics or said.source_topic in self.topics)
            and _is_within(said.source_partition, self.partitions)
            and _is_within(said.source_offset, self.offsets)
            and self._takes_place(letter)
        )

    def _takes_place(self, letter: Letter) -> bool:
        return (
            (not self.ids or letter.id in self.ids)
            and (self.since is None or letter.timestamp >= milliseconds(self.since))
            and (self.until is None or letter.timestamp < milliseconds(self.until))
            and (self.lead is None or is_of_lead(letter, self.lead))
        )

    def described(self) -> str:
        """Return what was asked for, for the audit record: whose letters were meant is not told, only that it was."""
        asked = {
            "reason": ",".join(sorted(self.reasons)),
            "topic": ",".join(sorted(self.topics)),
            "partitions": _range(self.partitions),
            "offsets": _range(self.offsets),
            "since": "" if self.since is None else rfc3339(self.since),
            "until": "" if self.until is None else rfc3339(self.until),
            "lead": "one" if self.lead is not None else "",
            "ids": f"{len(self.ids)} named" if self.ids else "",
        }
        return " ".join(f"{name}={value}" for name, value in asked.items() if value) or "all"


def is_of_lead(letter: Letter, lead: str) -> bool:
    """Return whether a letter is about a lead: its key is the lead's id, or its body names it."""
    if letter.key == lead.encode():
        return True
    with suppress(ValueError, RecursionError):
        body = json.loads(letter.value or b"null")
        return isinstance(body, dict) and body.get("lead_id") == lead
    return False


def _is_within(number: int, bounds: tuple[int, int] | None) -> bool:
    return bounds is None or bounds[0] <= number <= bounds[1]


def _range(bounds: tuple[int, int] | None) -> str:
    return "" if bounds is None else f"{bounds[0]}-{bounds[1]}"
