"""Leads that did as much as anybody could: thousands of counts in few days, for whoever claims what can never be."""

from hypothesis import strategies as st

from scorer import Cell, CellKey, LeadState, Scorecard
from scorer.facts.state import Attribute
from tests.strategies.histories import DAY_MS, START_AT, profile_updates
from tests.strategies.scorecards import HOUR_MS, MINUTE_MS

AT = START_AT + 400 * DAY_MS
"""The instant at which such leads are valued: nothing comes after it."""

_AGES_MS = st.one_of(
    st.sampled_from((0, 0, MINUTE_MS, HOUR_MS, DAY_MS, 7 * DAY_MS, 29 * DAY_MS)), st.integers(0, 60 * DAY_MS)
)
_COUNTS = st.sampled_from((1, 1, 2, 5, 1_000))
_MEASURES = st.sampled_from((0, 1, -1, 5_000, -5_000, 10**9))


@st.composite
def storms(draw: st.DrawFn, scorecard: Scorecard) -> LeadState:
    """Return a lead with many counts of many signals, by people and machines, and a profile.

    Args:
        draw: Hypothesis' own.
        scorecard: Its signals are counted, each in buckets as wide as it says.
    """
    cells: dict[CellKey, Cell] = {}
    for name, signal in scorecard.signals.items():
        for age_ms in draw(st.lists(_AGES_MS, max_size=4)):
            times = draw(st.sampled_from((1, 1, 20)))
            for number in range(times):
                # One after the other, a bucket each: what a limit of each window lets through comes together.
                bucket, offset_ms = divmod(AT - age_ms - number * max(signal.width_ms, HOUR_MS), signal.width_ms)
                count = draw(_COUNTS) if times == 1 else 3
                verdict = draw(st.sampled_from((0, 0, 1, 2))) if times == 1 else 0
                measure = draw(_MEASURES) if signal.measure and times == 1 else count
                cells[CellKey("lead-ada", name, verdict, bucket)] = Cell(count, count * offset_ms, measure)
    return LeadState(cells=cells, profile=draw(_profiles()))


@st.composite
def _profiles(draw: st.DrawFn) -> dict[tuple[str, str], Attribute]:
    update = draw(profile_updates(1))
    return {(update.source, name): Attribute(update.occurred_at, 1, value) for name, value in update.attributes.items()}
