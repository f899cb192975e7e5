"""The scorecard as the core uses it: immutable tables, already checked, every duration in milliseconds.

`schemas.scorecard` is the file that people write, `streams.translate` makes this out of it. A scorecard values
counts; it never changes them. Names are unique within their kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scorer.conditions import Condition


@dataclass(frozen=True, slots=True)
class Measure:
    """A numeric field that a signal sums, as integers of ``1 / scale``."""

    field: str
    scale: int


@dataclass(frozen=True, slots=True)
class Signal:
    """A named kind of activity that matters.

    ``activity_type`` is a type or ``"*"``. All ``conditions`` must hold. ``keep_ms`` says how long
    after the end of its bucket (and of its limit window) a cell is valued and kept; None keeps it for ever. The first
    and the last cell of a source and verdict are kept for ever, so that "first time only" and inactivity stay right;
    past ``keep_ms`` nothing else values them.
    """

    name: str
    activity_type: str
    conditions: tuple[Condition, ...]
    measure: Measure | None
    width_ms: int
    keep_ms: int | None


@dataclass(frozen=True, slots=True)
class NoDecay:
    """Full value for ever (or for the criterion's window)."""


@dataclass(frozen=True, slots=True)
class HalfLife:
    """Half of what is left goes in each period."""

    half_life_ms: int


@dataclass(frozen=True, slots=True)
class Linear:
    """Equal parts of the original points go at every instant; nothing is left after the period."""

    period_ms: int


@dataclass(frozen=True, slots=True)
class Step:
    """A share of the original points goes at the end of each period."""

    period_ms: int
    share: float


Decay = NoDecay | HalfLife | Linear | Step


@dataclass(frozen=True, slots=True)
class Frequency:
    """A gate: the criterion counts while the count in the last ``window_ms`` is in [at_least, at_most].

    ``is_award``: points once while the gate is open, instead of for each count in the window.
    """

    at_least: int
    at_most: int | None
    window_ms: int
    is_award: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``count`` in each tumbling window of ``per_ms`` (aligned to UTC), or, with None, the first time only."""

    count: int
    per_ms: int | None


@dataclass(frozen=True, slots=True)
class SignalCriterion:
    """Points for the counts (or measure units) of one signal."""

    name: str
    signal: str
    points: float
    is_per_measure: bool
    decay: Decay
    window_ms: int | None
    frequency: Frequency | None
    limit: Limit | None
    cap: float | None
    floor: float | None


@dataclass(frozen=True, slots=True)
class InactivityCriterion:
    """Points once none of the signals was seen for a period; with ``is_repeated``, again for each further period."""

    name: str
    signals: tuple[str, ...]
    period_ms: int
    points: float
    is_repeated: bool
    cap: float | None
    floor: float | None


@dataclass(frozen=True, slots=True)
class FitCriterion:
    """Points while a condition on the profile holds."""

    name: str
    condition: Condition
    points: float


Criterion = SignalCriterion | InactivityCriterion | FitCriterion


@dataclass(frozen=True, slots=True)
class Group:
    """Criteria that are summed and then clipped together."""

    name: str
    criteria: tuple[Criterion, ...]
    cap: float | None
    floor: float | None


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two sides of a score (engagement or fit): groups, summed, clipped, weighted."""

    groups: tuple[Group, ...]
    cap: float | None
    floor: float | None
    weight: float


@dataclass(frozen=True, slots=True)
class Stage:
    """One rung of the ladder.

    ``leave_below`` sits at or under ``enter_at`` so that a lead whose score hovers at the threshold does not change
    stage on every activity. ``dwell_ms`` is the least time in the stage before a demotion. The bottom stage has
    both thresholds at minus infinity.
    """

    name: str
    enter_at: float
    leave_below: float
    dwell_ms: int


@dataclass(frozen=True, slots=True)
class Band:
    """One band of a grade axis: its label and the least value that belongs to it."""

    label: str
    at_least: float


@dataclass(frozen=True, slots=True)
class GradeMatrix:
    """The fit x engagement matrix: a grade is the fit band's label followed by the engagement band's.

    Bands are ordered from the highest ``at_least`` down; the last one takes everything below.
    """

    fit: tuple[Band, ...]
    engagement: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """One named score and its ladder (bottom first).

    It is ``engagement * weight + fit * weight``, clamped into [lowest, highest].
    """

    name: str
    engagement: Side
    fit: Side
    lowest: float
    highest: float
    grades: GradeMatrix | None
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A version of all rules. ``verdict_weights`` is indexed by `scorer.activity.Verdict`."""

    version: str
    signals: Mapping[str, Signal]
    scores: Mapping[str, Score]
    default_score: str
    verdict_weights: tuple[float, float, float]

    def __hash__(self) -> int:
        """Hash the version alone: mappings have no hash, and plans are kept by scorecard."""
        return hash(self.version)
