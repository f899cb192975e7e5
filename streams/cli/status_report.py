"""How far each partition is, by its table and by Kafka: the figures of `leadstream status`. Pure.

Lag is told twice: in records that Kafka has and the table does not hold, and in seconds of stream time, from the
partition's clock to when Kafka stored the last of them. Ticks are not counted: they are records of our own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from schemas.topics import INPUT_TOPICS
from streams.kafka.ends import End, Place
from streams.table.course import Course, Errand
from streams.table.door import PartitionFacts

TICKS = "ticks"
COUNTED = tuple(topic for topic in INPUT_TOPICS if topic != TICKS)


class State(StrEnum):
    """What a partition is doing, as far as can be seen from outside."""

    UNCLAIMED = "unclaimed"
    """No worker has ever had it."""
    REBUILDING = "rebuilding"
    """Its table is behind what was published: it is made again, or replays after a rollback."""
    RESCORING = "re-scoring"
    """Every lead is judged anew, because another scorecard came into force."""
    BEHIND = "behind"
    """Kafka has more than its table holds."""
    CURRENT = "current"
    """Its table holds all that Kafka has."""


@dataclass(frozen=True, slots=True)
class PartitionStatus:
    """One partition. Instants are milliseconds since the epoch.

    ``handled_share`` is the share of what Kafka has that the table holds. ``ready_in_seconds`` is how long what is left
    takes at the pace of now; None if there is nothing left, or nothing goes on.
    """

    facts: PartitionFacts
    state: State
    lag_records: int
    lag_seconds: float | None
    handled_share: float
    ready_in_seconds: float | None

    @property
    def done_share(self) -> float:
        """The share that is done: of the rebuild or re-score if there is one, else of what Kafka has."""
        return self.handled_share if self.facts.course is None else self.facts.course.share


def status_of(
    facts: PartitionFacts, ends: Mapping[Place, End], prefix: str, pace: float | None = None
) -> PartitionStatus:
    """Return how far a partition is.

    Args:
        facts: What the table says.
        ends: Where the inputs end in Kafka.
        prefix: Of the topics' names in the table.
        pace: What it has handled lately, by `pace_of`, if known.
    """
    lags: dict[str, int] = {}
    there = 0
    for topic in COUNTED:
        end = ends[topic, facts.partition]
        next_offset = max(facts.watermarks.get(prefix + topic, -1) + 1, end.first)
        lags[topic] = max(0, end.end - next_offset)
        there += end.end - end.first
    lag = sum(lags.values())
    return PartitionStatus(
        facts=facts,
        state=_state(facts, lag),
        lag_records=lag,
        lag_seconds=_lag_seconds(facts, ends, lags),
        handled_share=1.0 if there == 0 else 1.0 - lag / there,
        ready_in_seconds=_ready_in_seconds(facts, lag, pace),
    )


def pace_of(before: PartitionFacts, after: PartitionFacts, seconds: float, prefix: str) -> float:
    """Return what a partition handled a second between two looks: records, in a re-score leads; 0 if it went back."""
    if seconds <= 0:
        return 0.0
    if (one := _swept(before)) is not None and (other := _swept(after)) is not None:
        return max(0.0, (other.at - one.at) / seconds)
    names = [prefix + topic for topic in COUNTED]
    moved = sum(after.watermarks.get(name, -1) - before.watermarks.get(name, -1) for name in names)
    return max(0.0, moved / seconds)


def _swept(facts: PartitionFacts) -> Course | None:
    """Return how far a re-score is; None if there is none."""
    return facts.course if facts.course is not None and facts.course.errand is Errand.SWEEP else None


def _ready_in_seconds(facts: PartitionFacts, lag: int, pace: float | None) -> float | None:
    course = _swept(facts)
    left = lag if course is None else course.left
    return left / pace if left and pace else None


def _state(facts: PartitionFacts, lag: int) -> State:
    if facts.epoch == 0:
        return State.UNCLAIMED
    if facts.is_recovering:
        return State.REBUILDING
    if _swept(facts) is not None:
        return State.RESCORING
    return State.BEHIND if lag else State.CURRENT


def _lag_seconds(facts: PartitionFacts, ends: Mapping[Place, End], lags: Mapping[str, int]) -> float | None:
    behind = [ends[topic, facts.partition].latest_at for topic, lag in lags.items() if lag]
    known = [at for at in behind if at is not None]
    if not behind:
        return 0.0
    if not known or facts.clock == 0:
        return None
    return max(0.0, (max(known) - facts.clock) / 1000)
