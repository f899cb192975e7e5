"""Random stories: how what leads did comes to be known, in any order, again and again, taken back, under two leads."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from scorer import Activity, JournalBounds, ProfileUpdate, Scorecard
from tests.promises.histories import LEAVING, STAYING, Step, Story, TakeBack
from tests.strategies.histories import DAY_MS, SOURCES, START_AT, histories, profile_updates
from tests.strategies.scorecards import HOUR_MS, PERIODS_MS, scorecards

AGES_MS = (DAY_MS, 7 * DAY_MS, 30 * DAY_MS)
KEEPS_MS = (60_000, HOUR_MS, 2 * DAY_MS, 8 * DAY_MS)
LATENESS_MS = 9 * DAY_MS
EARLY_MS = 12 * HOUR_MS
"""How far a producer's clock may be ahead of the broker's."""

_LEADS = st.sampled_from((STAYING, LEAVING))


@st.composite
def forgetful_scorecards(draw: st.DrawFn) -> Scorecard:
    """Return scorecards whose signals are often kept for a short while only, so that cells are dropped on the way."""
    scorecard = draw(scorecards())
    signals = {
        name: replace(
            signal,
            keep_ms=draw(st.sampled_from((signal.keep_ms, *KEEPS_MS))),
            width_ms=draw(st.sampled_from((signal.width_ms, min(signal.width_ms, PERIODS_MS[0])))),
        )
        for name, signal in scorecard.signals.items()
    }
    return replace(scorecard, signals=signals)


@st.composite
def stories(
    draw: st.DrawFn,
    *,
    has_retractions: bool = False,
    has_merge: bool = False,
    leads_by_source: bool = False,
    sources: Sequence[str] = SOURCES,
) -> Story:
    """Return a story within the bounds that the promises state.

    What a journal cannot remember is out of bounds: of an activity that is repeated or taken back, nothing comes later
    than the journal's age after it occurred, nor later than that after its retraction.

    Args:
        draw: Hypothesis' own.
        has_retractions: Whether activities are taken back, before or after they came.
        has_merge: Whether it begins with two leads that become one.
        leads_by_source: Whether each of two leads has the sources of its own; else anything may come to both of them.
        sources: The ids of the person that it comes under.

    Returns:
        The story; its journal has room for everything.
    """
    age_ms = draw(st.sampled_from(AGES_MS))
    merged_at = draw(st.integers(START_AT, START_AT + 30 * DAY_MS)) if has_merge else None
    steps: list[Step] = []
    for happened in draw(_habitual_histories(sources)):
        is_retracted = has_retractions and isinstance(happened, Activity) and draw(st.booleans())
        times = draw(st.integers(0, 3))
        forgotten_at = happened.occurred_at + age_ms - EARLY_MS
        until = forgotten_at - 1 if is_retracted or times > 1 else happened.occurred_at + LATENESS_MS
        arrivals = [(now, happened) for now in draw(_instants(happened.occurred_at, until, times))]
        if is_retracted:
            word = TakeBack(happened.source, happened.fingerprint)
            arrivals += [(now, word) for now in draw(_instants(happened.occurred_at, until, draw(st.integers(1, 2))))]
        # Two leads can only find out that both know it while both remember it.
        is_apart = leads_by_source or (merged_at is not None and merged_at >= forgotten_at)
        own = st.just(sources.index(happened.source) % 2)
        steps += [Step(now, draw(own if is_apart else _LEADS), one) for now, one in arrivals]
    return Story(sorted(steps, key=lambda step: step.now), merged_at, JournalBounds(entries_max=200, age_ms=age_ms))


@st.composite
def _habitual_histories(draw: st.DrawFn, sources: Sequence[str]) -> list[Activity | ProfileUpdate]:
    """Return histories of habits, so that cells of one series meet, and different words on one attribute."""
    happened = draw(histories(sources=sources, size_max=10))
    habit = next((one for one in happened if isinstance(one, Activity)), None)
    often = [
        habit._replace(fingerprint=one.fingerprint, occurred_at=one.occurred_at)
        if habit is not None and isinstance(one, Activity) and draw(st.booleans())
        else one
        for one in happened
    ]
    return often + [draw(profile_updates(100 + number, sources)) for number in range(draw(st.integers(0, 3)))]


def _instants(occurred_at: int, until: int, size: int) -> st.SearchStrategy[list[int]]:
    """Return instants from a little before something occurred to the end of its time."""
    return st.lists(st.integers(occurred_at - EARLY_MS, until), min_size=size, max_size=size)
