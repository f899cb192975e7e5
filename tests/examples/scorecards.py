"""Small scorecards and leads for the unit tests of the core: one signal, some criteria, one score."""

import math
from collections.abc import Iterable, Sequence

from scorer.facts.state import Cell, CellKey, LeadState
from scorer.rules.scorecard import (
    Criterion,
    Decay,
    FitCriterion,
    Frequency,
    GradeMatrix,
    Group,
    Limit,
    Measure,
    NoDecay,
    Score,
    Scorecard,
    Side,
    Signal,
    SignalCriterion,
    Stage,
)

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
NOON = 1_772_366_400_000
"""2026-03-01T12:00:00Z."""


def viewed(
    *, width_ms: int = HOUR_MS, keep_ms: int | None = None, measure: Measure | None = None, name: str = "viewed"
) -> Signal:
    """Return a signal that any page view matches."""
    return Signal(name, "page_view", (), measure, width_ms, keep_ms)


def criterion(
    name: str = "views",
    *,
    signal: str = "viewed",
    points: float = 10.0,
    is_per_measure: bool = False,
    decay: Decay = NoDecay(),  # noqa: B008 - an immutable value
    window_ms: int | None = None,
    frequency: Frequency | None = None,
    limit: Limit | None = None,
    cap: float | None = None,
    floor: float | None = None,
) -> SignalCriterion:
    """Return a criterion of 10 points a view, with what a test is about."""
    return SignalCriterion(
        name=name,
        signal=signal,
        points=points,
        is_per_measure=is_per_measure,
        decay=decay,
        window_ms=window_ms,
        frequency=frequency,
        limit=limit,
        cap=cap,
        floor=floor,
    )


def side_of(*criteria: Criterion, cap: float | None = None, floor: float | None = None, weight: float = 1.0) -> Side:
    """Return a side of one group."""
    return Side((Group("group", criteria, None, None),), cap, floor, weight)


def score_of(
    engagement: Side,
    fit: Side,
    *,
    lowest: float = -math.inf,
    highest: float = math.inf,
    grades: GradeMatrix | None = None,
) -> Score:
    """Return a score with a ladder of one rung."""
    return Score("platform", engagement, fit, lowest, highest, grades, (Stage("known", -math.inf, -math.inf, 0),))


def card_of(
    *criteria: Criterion,
    fit: Sequence[FitCriterion] = (),
    signals: Iterable[Signal] = (),
    weights: tuple[float, float, float] = (1.0, 0.5, 0.0),
    score: Score | None = None,
) -> Scorecard:
    """Return a scorecard of one unclamped score; it has the signal `viewed` unless others are given."""
    named = {signal.name: signal for signal in (list(signals) or [viewed()])}
    only = score or score_of(side_of(*criteria), side_of(*fit))
    return Scorecard("2026-03", named, {only.name: only}, only.name, weights)


def lead_of(
    scorecard: Scorecard,
    *instants: int,
    source: str = "lead-ada",
    signal: str = "viewed",
    verdict: int = 0,
    measures: Sequence[int] = (),
) -> LeadState:
    """Return a lead with one count at each instant, and their measures if there are any."""
    width_ms = scorecard.signals[signal].width_ms
    cells: dict[CellKey, Cell] = {}
    for place, at in enumerate(instants):
        key = CellKey(source, signal, verdict, at // width_ms)
        count, offset_ms, measure = cells.get(key, Cell(0, 0, 0))
        added = measures[place] if measures else 0
        cells[key] = Cell(count + 1, offset_ms + at % width_ms, measure + added)
    return LeadState(cells=cells)


def both(*leads: LeadState) -> LeadState:
    """Return leads with different cells as one."""
    return LeadState(cells={key: cell for lead in leads for key, cell in lead.cells.items()})
