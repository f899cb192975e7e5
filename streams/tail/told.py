"""What the leads of a partition were told: the fold of what stands on its output topics.

A stage change counts at its first occurrence by id, because a reader drops the others. A lead of which `stage-changes`
has nothing any more was told what `lead-scores` has of it; a tombstone there tells nothing, and neither does what a
former owner brought late. A challenger's changes tell nobody where a lead stands: their ids are known. Pure: both kinds
of door feed it records.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from sys import intern
from typing import Final, NamedTuple

import msgspec

from streams.tail.positions import Occasion, Positions, Published, highest, published_of

EVENT_ID_HEADER: Final = "ce_id"


@dataclass(frozen=True, slots=True)
class ToldStage:
    """The stage that downstream was last told of a lead in one named score, and the id of the record that told it."""

    stage: str
    id: str


class Change(msgspec.Struct, frozen=True, gc=False):
    """What matters here of a stage change's body."""

    id: str
    lead_id: str
    score_name: str
    to_stage: str


class _Standing(msgspec.Struct, frozen=True, gc=False):
    stage: str


class _Score(msgspec.Struct, frozen=True, gc=False):
    scores: dict[str, _Standing]


_changes: Final = msgspec.json.Decoder(Change)
_scores: Final = msgspec.json.Decoder(_Score)


def change_of(value: bytes | None) -> Change | None:
    """Read a stage change; None if it is none."""
    try:
        return _changes.decode(value or b"")
    except msgspec.MsgspecError:
        return None


class _LatestScores(NamedTuple):
    """What `lead-scores` has of a lead: by whom it was sent, as (epoch, sequence), and the stage told of each score."""

    sent_as: tuple[int, int]
    stages: tuple[tuple[str, ToldStage], ...]


@dataclass(frozen=True, slots=True)
class TailTopics:
    """Names of the topics whose tails are read, prefix included."""

    stage_changes: str
    lead_scores: str
    dead_letters: str
    positions: str
    challenger_stage_changes: str

    @property
    def outputs(self) -> tuple[str, ...]:
        """The output topics."""
        return self.stage_changes, self.lead_scores, self.dead_letters, self.challenger_stage_changes

    @property
    def moves(self) -> frozenset[str]:
        """Those of stage changes, whose ids tell which of them stand there."""
        return frozenset((self.stage_changes, self.challenger_stage_changes))

    @property
    def told(self) -> tuple[str, str]:
        """Those that are read whole, because each record there tells what a lead was told."""
        return self.stage_changes, self.lead_scores


class Told:
    """What was told on one partition.

    ``through``: what has to be handled again before the tables can be held against it: the positions of all tails, and
    whatever caused a record that stands there.
    """

    def __init__(self, topics: TailTopics, tails: dict[str, Positions]) -> None:
        """Start with nothing told.

        Args:
            topics: Names of the topics.
            tails: Of each output topic, how far it was published.
        """
        self._topics = topics
        self._moves = topics.moves
        self._tails = tails
        self._by_changes: dict[tuple[str, str], ToldStage] = {}
        # Of every lead, so a pair for each score and no mapping of its own; names are few, and stand once.
        self._by_scores: dict[str, _LatestScores] = {}
        self._ids: set[int] = set()
        self._above: set[tuple[str, bytes | None, Occasion]] = set()
        self.through = Positions()
        for positions in tails.values():
            self.through = highest(self.through, positions)

    def take(self, topic: str, key: bytes | None, value: bytes | None, headers: Sequence[tuple[str, bytes]]) -> None:
        """Take the next record of an output topic, in offset order."""
        published = published_of(headers)
        if published is not None and published.occasion is not None:
            self._note(topic, key, published.occasion)
        if topic in self._moves and (change := change_of(value)) is not None:
            if topic == self._topics.stage_changes:
                self.tell(change)
            else:
                self.note(change)
        elif topic == self._topics.lead_scores and key is not None:
            self._take_score(key.decode(errors="replace"), value, headers, published)

    def tell(self, change: Change) -> None:
        """Take a change as told, unless one of its id was."""
        if self.note(change):
            told = ToldStage(intern(change.to_stage), change.id)
            self._by_changes[change.lead_id, intern(change.score_name)] = told

    def note(self, change: Change) -> bool:
        """Note that a change stands on its topic; tell whether no other of its id was known to."""
        number = _number(change.id)
        is_new = number not in self._ids
        self._ids.add(number)
        return is_new

    def knows(self, change: Change) -> bool:
        """Tell whether a change of this id stands on its topic."""
        return _number(change.id) in self._ids

    def stands(self, topic: str, key: bytes | None, occasion: Occasion) -> bool:
        """Tell whether a key's output of an occasion stands on a topic (not: stage changes), above its positions."""
        return (topic, key, occasion) in self._above

    def stage(self, lead_id: str, score_name: str) -> ToldStage | None:
        """Return what a lead was told last; None for nothing."""
        if by_change := self._by_changes.get((lead_id, score_name)):
            return by_change
        latest = self._by_scores.get(lead_id)
        return None if latest is None else next((told for name, told in latest.stages if name == score_name), None)

    def leads(self) -> Iterator[str]:
        """Yield every lead that was told something, once."""
        by_scores = (lead_id for lead_id, latest in self._by_scores.items() if latest.stages)
        yield from dict.fromkeys((*by_scores, *(lead_id for lead_id, _ in self._by_changes)))

    def _take_score(
        self, lead_id: str, value: bytes | None, headers: Sequence[tuple[str, bytes]], published: Published | None
    ) -> None:
        """Take a lead's latest scores, unless they are older than what is known, as every reader has to do."""
        known = self._by_scores.get(lead_id)
        sent_as = (0, 0) if known is None else known.sent_as
        if published is not None:
            before, sent_as = sent_as, (published.positions.epoch, published.positions.sequence)
            if sent_as < before:
                return
        try:
            scores = _scores.decode(value or b"").scores
        except msgspec.MsgspecError:
            scores = {}
        event_id = next((text.decode(errors="replace") for name, text in headers if name == EVENT_ID_HEADER), lead_id)
        stages = tuple((intern(name), ToldStage(intern(one.stage), event_id)) for name, one in scores.items())
        self._by_scores[lead_id] = _LatestScores(sent_as, stages)

    def _note(self, topic: str, key: bytes | None, occasion: Occasion) -> None:
        """Note what caused a record, if the tail's positions do not say already that it was published."""
        tail = self._tails.get(topic)
        if tail is not None and tail.covers(occasion):
            return
        self.through = self.through.with_occasion(occasion)
        # A lead may have several changes of one occasion, one for each score; those are known by their ids.
        if topic not in self._moves:
            self._above.add((topic, key, occasion))


def _number(change_id: str) -> int:
    """Return 64 bits that stand for an id: all ids of a partition are remembered at once."""
    return int.from_bytes(blake2b(change_id.encode(), digest_size=8).digest(), "big")
