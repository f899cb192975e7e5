"""What an activity takes of a lead's room is never less than what it changes: the bound that spares most valuations."""

from collections.abc import Sequence
from math import inf

from hypothesis import assume, given
from hypothesis import strategies as st

from scorer import Activity, Scorecard
from scorer.facts.activity import Verdict
from scorer.facts.cells import ZERO, add, cells_of
from scorer.facts.state import Cell, CellKey
from scorer.judging.room import Room
from scorer.judging.spans import prepared_anew
from scorer.judging.spending import Spending
from scorer.rules.effects import effects_of
from scorer.rules.retention import derived_width_ms
from scorer.rules.scorecard import Group, Limit, Score, Side, Signal, SignalCriterion, Stage
from scorer.rules.signals import matched
from scorer.worth.criteria import PreparedCriterion
from tests.strategies.histories import START_AT
from tests.strategies.scorecards import DAY_MS, HOUR_MS, decays, points

SIGNAL = "pricing_viewed"
WEIGHTS = (1.0, 0.5, 0.0)
PLENTY = 1e6
LAST_BITS = 1e-6
Cells = dict[CellKey, Cell]


@st.composite
def scorecards(draw: st.DrawFn) -> Scorecard:
    """Return a scorecard of one criterion on views, mostly under a limit."""
    window_ms = draw(st.none() | st.none() | st.sampled_from((2 * HOUR_MS, 2 * DAY_MS)))
    limit = draw(st.none() | st.builds(Limit, st.integers(1, 4), st.sampled_from((2 * HOUR_MS, DAY_MS, 3 * DAY_MS))))
    given_points, decay = draw(points()), draw(decays())
    criterion = SignalCriterion("pricing", SIGNAL, given_points, False, decay, window_ms, None, limit, None, None)
    signal = Signal(SIGNAL, "page_view", (), None, derived_width_ms([criterion]), None)
    side = Side((Group("web", (criterion,), None, None),), None, None, 1.0)
    score = Score("platform", side, Side((), None, None, 1.0), -1e9, 1e9, None, (Stage("subscriber", -inf, -inf, 0),))
    return Scorecard("2026-03", {SIGNAL: signal}, {score.name: score}, score.name, WEIGHTS)


@st.composite
def views(draw: st.DrawFn) -> list[tuple[Activity, int]]:
    """Return views, each with the instant at which it came; many of them close together, some late."""
    found, now = [], START_AT
    usual = draw(st.sampled_from(Verdict))
    for fingerprint in range(1, draw(st.integers(2, 14)) + 1):
        now += draw(st.sampled_from((0, 0, 1_000, 1_000, 60_000, HOUR_MS, 7 * HOUR_MS, 30 * HOUR_MS)))
        late_ms = draw(st.sampled_from((0, 0, 0, 0, 5_000, 3 * HOUR_MS, 2 * DAY_MS)))
        verdict = draw(st.sampled_from((*(usual,) * 9, *Verdict)))
        found.append((Activity(fingerprint, "lead-ada", "page_view", now - late_ms, {}, verdict=verdict), now))
    return found


def counts_of(activity: Activity, scorecard: Scorecard) -> Cells:
    """Return the cells of one activity."""
    return cells_of(
        source=activity.source,
        verdict=activity.verdict,
        occurred_at=activity.occurred_at,
        counted=matched(activity, scorecard),
        scorecard=scorecard,
    )


def valued(cells: Cells, scorecard: Scorecard) -> PreparedCriterion:
    """Return the criterion with a lead's cells."""
    ((_, found),) = prepared_anew((SIGNAL,), cells, scorecard)
    return found


def spend(spending: Spending, cells: Cells, activity: Activity, now: int, latest_at: int, scorecard: Scorecard) -> bool:
    """Let an activity take what it can change; tell whether that has a bound."""
    ((key, cell),) = counts_of(activity, scorecard).items()
    is_alone = not any(place[3] == key.bucket and place != key for place in cells)
    spending.begin(now, WEIGHTS[activity.verdict], is_late=activity.occurred_at < latest_at)
    effects = effects_of(scorecard).by_signal[SIGNAL]
    return spending.takes(effects, key.bucket, cells.get(key, ZERO), cell.measure, is_alone=is_alone) and (
        spending.is_paid()
    )


@given(scorecards(), views(), st.integers(1, 13), st.sampled_from((HOUR_MS, DAY_MS, 9 * DAY_MS)), st.data())
def test_no_activity_changes_more_than_it_takes(
    scorecard: Scorecard, came: Sequence[tuple[Activity, int]], known_count: int, stretch_ms: int, data: st.DataObject
) -> None:
    """At every instant of the stretch that the room was measured over, whatever came before and however late."""
    assume(known_count < len(came))
    cells: Cells = {}
    for activity, _ in came[:known_count]:
        cells = add(cells, counts_of(activity, scorecard))
    from_at = came[known_count - 1][1]
    until_at = from_at + stretch_ms
    low, high = valued(cells, scorecard).interval(from_at, until_at)
    spending = Spending((Room(PLENTY, PLENTY, is_idle=False),), ())
    latest_at = max(activity.occurred_at for activity, _ in came[:known_count])

    for activity, now in came[known_count:]:
        if now > until_at:
            break
        if WEIGHTS[activity.verdict] and not spend(spending, cells, activity, now, latest_at, scorecard):
            break
        cells = add(cells, counts_of(activity, scorecard))
        latest_at = max(latest_at, activity.occurred_at)
        (room,) = spending.rooms
        for at in (now, until_at, data.draw(st.integers(now, until_at))):
            worth = valued(cells, scorecard).points(at)
            assert low - (PLENTY - room.loss) - LAST_BITS <= worth <= high + (PLENTY - room.gain) + LAST_BITS
