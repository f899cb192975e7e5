"""Random scorecards that the core accepts: every kind of decay, gate, limit, clip, condition, ladder and matrix."""

from collections.abc import Sequence

from hypothesis import strategies as st

from scorer.rules.conditions import (
    Condition,
    Contains,
    DomainBook,
    DomainKind,
    Equals,
    Glob,
    OneOf,
    Present,
    Range,
    Regex,
)
from scorer.rules.retention import KEEP_LEAST_MS, derived_keep_ms, derived_width_ms
from scorer.rules.scorecard import (
    Band,
    Criterion,
    Decay,
    FitCriterion,
    Frequency,
    GradeMatrix,
    Group,
    HalfLife,
    InactivityCriterion,
    Limit,
    Linear,
    Measure,
    NoDecay,
    Score,
    Scorecard,
    Side,
    Signal,
    SignalCriterion,
    Stage,
    Step,
)

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
PERIODS_MS = (20 * MINUTE_MS, 2 * HOUR_MS, 6 * HOUR_MS, DAY_MS, 3 * DAY_MS, 7 * DAY_MS, 30 * DAY_MS)
"""Half-lives, windows and so on are drawn from these; give shorter ones for an oracle that looks at every second."""

# Each signal with what makes it match; `tests.strategies.histories` makes activities that match some of them.
_SIGNALS: dict[str, tuple[str, tuple[Condition, ...], Measure | None]] = {
    "anything_done": ("*", (), None),
    "demo_requested": ("form_fill", (Condition("form_id", Equals("Demo")),), None),
    "mail_clicked": ("email_click", (Condition("campaign", OneOf(frozenset({"spring", "autumn"}))),), None),
    "mail_opened": ("email_open", (), None),
    "order_placed": ("order", (Condition("amount", Present(is_present=True)),), Measure("amount", 100)),
    "pricing_viewed": ("page_view", (Condition("path", Glob("/pricing*")),), Measure("seconds", 1)),
    "unsubscribed": ("unsubscribe", (), None),
}

_BOOK = DomainBook(
    free=frozenset({"gmail.com"}), disposable=frozenset({"mailinator.com"}), competitor=frozenset({"rival.example"})
)
_CONDITIONS = (
    Condition("industry", Equals("Software")),
    Condition("country", OneOf(frozenset({"fr", "de"}))),
    Condition("employees", Range(at_least=50, below=1000)),
    Condition("phone", Present(is_present=False)),
    Condition("title", Contains("head of")),
    Condition("title", Regex("(?i)chief|vp")),
    Condition("email_domain", DomainKind(frozenset({"company", "customer"}), _BOOK)),
    Condition("email_domain", DomainKind(frozenset({"disposable", "competitor"}), _BOOK)),
)


def points(largest: int = 40) -> st.SearchStrategy[float]:
    """Return points in steps of a quarter, of both signs, often 0, so that sums meet thresholds exactly at times."""
    return st.integers(-4 * largest, 4 * largest).map(lambda quarters: quarters / 4)


@st.composite
def clips(draw: st.DrawFn, largest: int = 60) -> tuple[float | None, float | None]:
    """Return a cap (or none) and a floor (or none) that is not above it."""
    cap = draw(st.none() | points(largest))
    floor = draw(st.none() | points(largest))
    return (cap, floor) if cap is None or floor is None else (max(cap, floor), min(cap, floor))


def decays(periods_ms: Sequence[int] = PERIODS_MS) -> st.SearchStrategy[Decay]:
    """Return every kind of decay."""
    period = st.sampled_from(periods_ms)
    return st.one_of(
        st.just(NoDecay()),
        st.builds(HalfLife, period),
        st.builds(Linear, period),
        st.builds(Step, period, st.sampled_from((0.1, 0.25, 1 / 3, 0.7, 1.0))),
    )


@st.composite
def frequencies(draw: st.DrawFn, periods_ms: Sequence[int] = PERIODS_MS) -> Frequency:
    """Return a gate on 0 to a few counts, often with an upper end that silence brings a count back to."""
    at_least = draw(st.integers(0, 4))
    at_most = draw(st.none() | st.integers(at_least, at_least + 4))
    return Frequency(at_least, at_most, draw(st.sampled_from(periods_ms)), is_award=draw(st.booleans()))


def limits(periods_ms: Sequence[int] = PERIODS_MS) -> st.SearchStrategy[Limit]:
    """Return limits per window and the first time only."""
    return st.just(Limit(1, None)) | st.builds(Limit, st.integers(1, 3), st.sampled_from(periods_ms))


@st.composite
def signal_criteria(draw: st.DrawFn, name: str, periods_ms: Sequence[int] = PERIODS_MS) -> SignalCriterion:
    """Return a criterion on one of the signals, with any mixture of decay, window, gate, limit and clips."""
    signal = draw(st.sampled_from(sorted(_SIGNALS)))
    cap, floor = draw(clips())
    return SignalCriterion(
        name=name,
        signal=signal,
        points=draw(points()),
        is_per_measure=_SIGNALS[signal][2] is not None and draw(st.booleans()),
        decay=draw(decays(periods_ms)),
        window_ms=draw(st.none() | st.none() | st.sampled_from(periods_ms)),
        frequency=draw(st.none() | st.none() | frequencies(periods_ms)),
        limit=draw(st.none() | limits(periods_ms)),
        cap=cap,
        floor=floor,
    )


@st.composite
def inactivity_criteria(draw: st.DrawFn, name: str, periods_ms: Sequence[int] = PERIODS_MS) -> InactivityCriterion:
    """Return a criterion on the silence of one signal or of several."""
    cap, floor = draw(clips())
    return InactivityCriterion(
        name=name,
        signals=tuple(sorted(draw(st.sets(st.sampled_from(sorted(_SIGNALS)), min_size=1, max_size=3)))),
        period_ms=draw(st.sampled_from(periods_ms)),
        points=draw(points()),
        is_repeated=draw(st.booleans()),
        cap=cap,
        floor=floor,
    )


@st.composite
def engagement_sides(draw: st.DrawFn, periods_ms: Sequence[int] = PERIODS_MS) -> Side:
    """Return up to three groups of up to four criteria on what leads do."""
    groups = []
    for number in range(draw(st.integers(1, 3))):
        kinds = draw(st.lists(st.sampled_from("sssi"), min_size=1, max_size=4))
        criteria: list[Criterion] = []
        for place, kind in enumerate(kinds):
            name = f"criterion_{number}_{place}"
            if kind == "s":
                criteria.append(draw(signal_criteria(name, periods_ms)))
            else:
                criteria.append(draw(inactivity_criteria(name, periods_ms)))
        cap, floor = draw(clips(80))
        groups.append(Group(f"group_{number}", tuple(criteria), cap, floor))
    return _side(draw, groups)


@st.composite
def fit_sides(draw: st.DrawFn) -> Side:
    """Return up to two groups of up to three conditions on the profile."""
    groups = []
    for number in range(draw(st.integers(0, 2))):
        conditions = draw(st.lists(st.sampled_from(_CONDITIONS), min_size=1, max_size=3))
        criteria = tuple(
            FitCriterion(f"fit_{number}_{place}", condition, draw(points(20)))
            for place, condition in enumerate(conditions)
        )
        cap, floor = draw(clips(80))
        groups.append(Group(f"fit_group_{number}", criteria, cap, floor))
    return _side(draw, groups)


def _side(draw: st.DrawFn, groups: list[Group]) -> Side:
    cap, floor = draw(st.just((None, None)) | clips(120))
    return Side(tuple(groups), cap, floor, weight=draw(st.sampled_from((1.0, 1.0, 0.0, 0.4, 2.5))))


@st.composite
def ladders(draw: st.DrawFn, periods_ms: Sequence[int] = PERIODS_MS) -> tuple[Stage, ...]:
    """Return one to four rungs with hysteresis and dwell."""
    names = ("subscriber", "lead", "mql", "sql")
    enter_at = sorted(draw(st.sets(points(60), max_size=3)))
    stages = [Stage(names[0], float("-inf"), float("-inf"), 0)]
    for name, threshold in zip(names[1:], enter_at, strict=False):
        leave_below = threshold - draw(st.sampled_from((0.0, 0.0, 2.0, 10.0)))
        stages.append(Stage(name, threshold, leave_below, draw(st.sampled_from((0, 0, 1, *periods_ms)))))
    return tuple(stages)


@st.composite
def grade_matrices(draw: st.DrawFn) -> GradeMatrix:
    """Return a matrix of one to three bands either way."""

    def bands(labels: str) -> tuple[Band, ...]:
        least = sorted(draw(st.sets(points(60), min_size=len(labels) - 1, max_size=len(labels) - 1)), reverse=True)
        return tuple(Band(label, at) for label, at in zip(labels, [*least, float("-inf")], strict=True))

    return GradeMatrix(fit=bands("ABC"[: draw(st.integers(1, 3))]), engagement=bands("123"[: draw(st.integers(1, 3))]))


@st.composite
def scores(draw: st.DrawFn, name: str, periods_ms: Sequence[int] = PERIODS_MS) -> Score:
    """Return a named score with its sides, ladder and, mostly, a grade matrix."""
    lowest, highest = draw(st.sampled_from(((0.0, 100.0), (0.0, 100.0), (-1000.0, 1000.0))))
    return Score(
        name=name,
        engagement=draw(engagement_sides(periods_ms)),
        fit=draw(fit_sides()),
        lowest=lowest,
        highest=highest,
        grades=draw(st.none() | grade_matrices()),
        stages=draw(ladders(periods_ms)),
    )


@st.composite
def scorecards(draw: st.DrawFn, periods_ms: Sequence[int] = PERIODS_MS, version: str = "2026-03") -> Scorecard:
    """Return a scorecard of one or two named scores, with widths and keeps as the loader would give its signals.

    Args:
        draw: Hypothesis' own.
        periods_ms: What half-lives, windows, limits, dwells and so on are drawn from; whole minutes.
        version: Its version.

    Returns:
        The scorecard.
    """
    names = draw(st.sampled_from((("platform",), ("platform", "services"))))
    named = {name: draw(scores(name, periods_ms)) for name in names}
    return Scorecard(
        version=version,
        signals=draw(_signals(tuple(named.values()))),
        scores=named,
        default_score=names[0],
        verdict_weights=draw(st.sampled_from(((1.0, 0.0, 0.0), (1.0, 0.5, 0.0), (1.0, 0.1, 0.1), (1.0, 1.0, 1.0)))),
    )


@st.composite
def _signals(draw: st.DrawFn, named: tuple[Score, ...]) -> dict[str, Signal]:
    criteria = [criterion for score in named for group in score.engagement.groups for criterion in group.criteria]
    signals = {}
    for name, (activity_type, conditions, measure) in _SIGNALS.items():
        valuers = [
            criterion
            for criterion in criteria
            if (isinstance(criterion, SignalCriterion) and criterion.signal == name)
            or (isinstance(criterion, InactivityCriterion) and name in criterion.signals)
        ]
        try:
            keep_ms = derived_keep_ms(valuers)
        except ValueError:  # undecaying counts under a limit: the author has to say how long
            keep_ms = draw(st.sampled_from((KEEP_LEAST_MS, 30 * DAY_MS)))
        signals[name] = Signal(name, activity_type, conditions, measure, derived_width_ms(valuers), keep_ms)
    return signals
