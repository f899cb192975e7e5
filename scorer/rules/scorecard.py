"""The scorecard as the core uses it: immutable tables, already checked, every duration in milliseconds.

`schemas.scorecard` is the file that people write, `streams.translation.translate` makes this out of it. A scorecard
values counts; it never changes them. Names are unique within their kind.

What no rule of the core could hold for is refused here, whoever makes it (ValueError); messages for the people who
write scorecards, with line and way out, are the loader's.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from scorer.rules.conditions import Condition
from scorer.rules.decay import Decay, HalfLife, Linear, NoDecay, Step
from scorer.worth.grades import Band, GradeMatrix

__all__ = [
    "Band",
    "Criterion",
    "Decay",
    "FitCriterion",
    "Frequency",
    "GradeMatrix",
    "Group",
    "HalfLife",
    "InactivityCriterion",
    "Limit",
    "Linear",
    "Measure",
    "NoDecay",
    "Score",
    "Scorecard",
    "Side",
    "Signal",
    "SignalCriterion",
    "Stage",
    "Step",
]


def _check(*, holds: bool, rule: str, value: object) -> None:
    if not holds:
        raise ValueError(f"{rule}; not {value!r}")


def _check_clip(name: str, cap: float | None, floor: float | None) -> None:
    holds = cap is None or floor is None or floor <= cap
    _check(holds=holds, rule=f"{name}: a floor is not above its cap", value=(floor, cap))


@dataclass(frozen=True, slots=True)
class Measure:
    """A numeric field that a signal sums, as integers of ``1 / scale``."""

    field: str
    scale: int

    def __post_init__(self) -> None:
        """Refuse a scale that makes no integers."""
        _check(holds=self.scale >= 1, rule=f"measure {self.field}: a scale is at least 1", value=self.scale)


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

    def __post_init__(self) -> None:
        """Refuse buckets without width and a keep that is over at once."""
        _check(holds=self.width_ms >= 1, rule=f"signal {self.name}: a width is above 0", value=self.width_ms)
        holds = self.keep_ms is None or self.keep_ms >= 1
        _check(holds=holds, rule=f"signal {self.name}: a keep is above 0", value=self.keep_ms)


@dataclass(frozen=True, slots=True)
class Frequency:
    """A gate: the criterion counts while the count in the last ``window_ms`` is in [at_least, at_most].

    ``is_award``: points once while the gate is open, instead of for each count in the window.
    """

    at_least: int
    at_most: int | None
    window_ms: int
    is_award: bool

    def __post_init__(self) -> None:
        """Refuse a gate that can never open and a window that is no span of time."""
        holds = self.at_least >= 0 and (self.at_most is None or self.at_least <= self.at_most)
        _check(holds=holds, rule="a frequency is from 0 up to no less", value=(self.at_least, self.at_most))
        _check(holds=self.window_ms >= 1, rule="a frequency's window is above 0", value=self.window_ms)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``count`` in each tumbling window of ``per_ms`` (aligned to UTC), or, with None, the first time only."""

    count: int
    per_ms: int | None

    def __post_init__(self) -> None:
        """Refuse a limit to nothing, a window that is no span of time, and "the first n times" with n above 1."""
        holds = self.count == 1 if self.per_ms is None else self.count >= 1 and self.per_ms >= 1
        rule = "a limit is at least 1 in a window above 0, or the first time only (1, with no window)"
        _check(holds=holds, rule=rule, value=(self.count, self.per_ms))


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

    def __post_init__(self) -> None:
        """Refuse points that are no finite number, a window that is no span of time, and clips the wrong way round."""
        _check(holds=math.isfinite(self.points), rule=f"{self.name}: points are finite", value=self.points)
        holds = self.window_ms is None or self.window_ms >= 1
        _check(holds=holds, rule=f"{self.name}: a window is above 0", value=self.window_ms)
        _check_clip(self.name, self.cap, self.floor)


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

    def __post_init__(self) -> None:
        """Refuse points that are no finite number, a period that is no span of time, and clips the wrong way round."""
        _check(holds=math.isfinite(self.points), rule=f"{self.name}: points are finite", value=self.points)
        _check(holds=self.period_ms >= 1, rule=f"{self.name}: a period is above 0", value=self.period_ms)
        _check_clip(self.name, self.cap, self.floor)


@dataclass(frozen=True, slots=True)
class FitCriterion:
    """Points while a condition on the profile holds."""

    name: str
    condition: Condition
    points: float

    def __post_init__(self) -> None:
        """Refuse points that are no finite number."""
        _check(holds=math.isfinite(self.points), rule=f"{self.name}: points are finite", value=self.points)


Criterion = SignalCriterion | InactivityCriterion | FitCriterion


@dataclass(frozen=True, slots=True)
class Group:
    """Criteria that are summed and then clipped together."""

    name: str
    criteria: tuple[Criterion, ...]
    cap: float | None
    floor: float | None

    def __post_init__(self) -> None:
        """Refuse clips the wrong way round."""
        _check_clip(self.name, self.cap, self.floor)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two sides of a score (engagement or fit): groups, summed, clipped, weighted."""

    groups: tuple[Group, ...]
    cap: float | None
    floor: float | None
    weight: float

    def __post_init__(self) -> None:
        """Refuse a negative weight, with which a bound of a side would bound the score the wrong way round."""
        holds = 0 <= self.weight < math.inf
        _check(holds=holds, rule="a side's weight is a finite number of 0 or more", value=self.weight)
        _check_clip("a side", self.cap, self.floor)


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

    def __post_init__(self) -> None:
        """Refuse a stage that a lead could leave and enter with one score, and a negative dwell."""
        rule = f"stage {self.name}: leave_below is not above enter_at"
        _check(holds=self.leave_below <= self.enter_at, rule=rule, value=(self.leave_below, self.enter_at))
        _check(holds=self.dwell_ms >= 0, rule=f"stage {self.name}: a dwell is 0 or more", value=self.dwell_ms)


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

    def __post_init__(self) -> None:
        """Refuse what would fade on the fit side, an empty range, and a ladder without order or ground."""
        fading = [c.name for group in self.fit.groups for c in group.criteria if not isinstance(c, FitCriterion)]
        _check(holds=not fading, rule=f"score {self.name}: fit has only criteria on the profile", value=fading)
        rule = f"score {self.name}: lowest is not above highest"
        _check(holds=self.lowest <= self.highest, rule=rule, value=(self.lowest, self.highest))
        enter_at = [stage.enter_at for stage in self.stages]
        holds = bool(enter_at) and enter_at[0] == -math.inf and enter_at == sorted(enter_at)
        rule = f"score {self.name}: stages go from the bottom, entered at minus infinity, up"
        _check(holds=holds, rule=rule, value=enter_at)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A version of all rules. ``verdict_weights`` is indexed by `scorer.facts.activity.Verdict`.

    ``beside`` are named scores in which nobody is judged and whose limits still decide when cells expire.
    """

    version: str
    signals: Mapping[str, Signal]
    scores: Mapping[str, Score]
    default_score: str
    verdict_weights: tuple[float, float, float]
    beside: tuple[Score, ...] = ()

    def __post_init__(self) -> None:
        """Refuse names that lead nowhere, limits that split a bucket, measures that are none, negative weights."""
        holds = all(0 <= weight < math.inf for weight in self.verdict_weights)
        _check(holds=holds, rule="verdict weights are 0 or more", value=self.verdict_weights)
        _check(holds=self.default_score in self.scores, rule="the default is a score", value=self.default_score)
        for score in self.scores.values():
            for group in score.engagement.groups:
                for criterion in group.criteria:
                    self._check_signals(criterion)

    def _check_signals(self, criterion: Criterion) -> None:
        if isinstance(criterion, InactivityCriterion):
            unknown = [name for name in criterion.signals if name not in self.signals]
            _check(holds=not unknown, rule=f"{criterion.name}: its signals are known", value=unknown)
        if not isinstance(criterion, SignalCriterion):
            return
        signal = self.signals.get(criterion.signal)
        if signal is None:
            raise ValueError(f"{criterion.name}: its signal is known; not {criterion.signal!r}")
        holds = signal.measure is not None or not criterion.is_per_measure
        _check(holds=holds, rule=f"{criterion.name}: its signal has a measure", value=signal.measure)
        per_ms = None if criterion.limit is None else criterion.limit.per_ms
        holds = per_ms is None or per_ms % signal.width_ms == 0
        rule = f"{criterion.name}: its limit's window is made of whole buckets of {signal.width_ms} ms"
        _check(holds=holds, rule=rule, value=per_ms)

    def __hash__(self) -> int:
        """Hash the version alone: mappings have no hash."""
        return hash(self.version)
