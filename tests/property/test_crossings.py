"""P2: a change that only time causes is found at its very millisecond: none missed, none made up."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from scorer import Scorecard
from tests.promises.crossings import Arrival, check_life
from tests.strategies.histories import START_AT, histories
from tests.strategies.scorecards import MINUTE_MS, scorecards

PERIODS_MS = (MINUTE_MS, 2 * MINUTE_MS, 5 * MINUTE_MS)
LIFE_MS = 4 * MINUTE_MS
REST_MS = 6 * MINUTE_MS


@st.composite
def hasty_scorecards(draw: st.DrawFn) -> Scorecard:
    """Return scorecards on which all happens within minutes, cells' expiry too."""
    scorecard = draw(scorecards(periods_ms=PERIODS_MS))
    signals = {
        name: replace(signal, keep_ms=draw(st.sampled_from((signal.keep_ms, *PERIODS_MS))))
        for name, signal in scorecard.signals.items()
    }
    return replace(scorecard, signals=signals)


@st.composite
def arrivals(draw: st.DrawFn) -> list[Arrival]:
    """Return what came within some minutes, early and late."""
    happened = draw(histories(span_ms=LIFE_MS, size_max=6).filter(bool))
    instants = draw(st.lists(st.integers(0, LIFE_MS), min_size=len(happened), max_size=len(happened)))
    return [Arrival(START_AT + at, one) for at, one in zip(sorted(instants), happened, strict=True)]


@given(hasty_scorecards(), arrivals())
def test_time_changes_a_stage_at_its_very_millisecond(scorecard: Scorecard, came: list[Arrival]) -> None:
    """Second by second the oracle sees what the core foretold, and each stamp is the first instant of its change."""
    check_life(scorecard, came, START_AT + LIFE_MS + REST_MS)
