"""Stages are held against outcomes by what was so before them, and by nothing else."""

import pytest

from scorer import Activity, LeadState, StageChange, Verdict
from streams.example import example_scorecard
from streams.history.listening import PlayedChange
from streams.lead.lead import Lead
from streams.offline import StoredRecord
from streams.partition.outputs import Cause
from streams.partition.records import Taken
from streams.scorecards.loading import load
from streams.simulating.feedback import Feedback
from streams.simulating.intervals import interval
from streams.simulating.outcomes import Fate

EXAMPLE = load(example_scorecard()).scorecard
DAY = 86_400_000
SEEN_AT = 1_795_000_000_000


def seen(lead_id: str, at: int = SEEN_AT) -> Taken:
    """Return the first sign of a lead."""
    activity = Activity(1, lead_id, "page_view", at, {}, None, Verdict.HUMAN)
    return Taken(StoredRecord("page-views", 0, 0, at, b"", b""), at, lead_id, activity)


def rise(lead_id: str, stage: str, at: int) -> PlayedChange:
    """Return a stage change."""
    change = StageChange("product", None, stage, at, 50.0, None, (), "2026-11")
    return PlayedChange(0, lead_id, change, Cause.of_wake_up(at))


def told(fates: dict[str, Fate], rises: list[PlayedChange], *, is_rest_lost: bool = False) -> Feedback:
    """Return feedback that has heard of four leads and some changes."""
    feedback = Feedback(EXAMPLE, fates, is_rest_lost=is_rest_lost)
    leads = ("ada", "bob", "eve", "joe")
    for lead_id in leads:
        feedback.took(seen(lead_id))
    for one in rises:
        feedback.changed(one)
    for lead_id in leads:
        feedback.ended(lead_id, [Lead(LeadState())], SEEN_AT + 90 * DAY)
    return feedback


def test_precision_recall_and_lift() -> None:
    """Two of four are won; of the two that reached MQL one is: half, half, and no better than chance."""
    at = SEEN_AT + 30 * DAY
    fates = {"ada": Fate(True, at), "bob": Fate(True, at), "eve": Fate(False, at), "joe": Fate(False, at)}
    feedback = told(fates, [rise("ada", "mql", SEEN_AT + 10 * DAY), rise("eve", "sql", SEEN_AT + DAY)])
    verdict = feedback.verdict("product")
    mql, sql = verdict.rungs["mql"], verdict.rungs["sql"]

    assert (verdict.won, verdict.lost, verdict.base) == (2, 2, 0.5)
    assert (mql.won, mql.lost, mql.precision, verdict.recall(mql), verdict.lift(mql)) == (1, 1, 0.5, 0.5, 1.0)
    assert (sql.precision, verdict.recall(sql), sql.wait_ms) == (0.0, 0.0, None)
    assert (mql.precision_interval, verdict.recall_interval(mql)) == (interval(1, 2), interval(1, 2))
    assert mql.stood_precision_interval == interval(1, 1)
    assert mql.wait_ms == 20 * DAY
    assert (mql.stood_won, mql.stood_lost, sql.stood_lost) == (1, 0, 1)


@pytest.mark.parametrize("after_ms", [0, 1, DAY])
def test_what_comes_at_or_after_the_outcome_does_not_count(after_ms: int) -> None:
    """A customer whose score soars with the purchase was not foreseen: else every scorecard would look good."""
    at = SEEN_AT + 30 * DAY
    verdict = told({"ada": Fate(True, at)}, [rise("ada", "sql", at + after_ms)]).verdict("product")

    assert (verdict.rungs["sql"].won, verdict.recall(verdict.rungs["sql"])) == (0, 0.0)
    assert verdict.rungs["subscriber"].stood_won == 1
    before = told({"ada": Fate(True, at)}, [rise("ada", "sql", at - 1)]).verdict("product")
    assert before.rungs["sql"].won == 1


def test_who_jumps_has_reached_what_lies_between() -> None:
    """From the bottom to SQL at once: MQL was reached at the same instant."""
    at = SEEN_AT + 30 * DAY
    rungs = told({"ada": Fate(True, at)}, [rise("ada", "sql", SEEN_AT + DAY)]).verdict("product").rungs

    assert [rung.won for rung in rungs.values()] == [1, 1, 1, 1]
    assert rungs["mql"].wait_ms == 29 * DAY


def test_who_was_not_known_in_time_says_nothing() -> None:
    """An outcome before the first sign of a lead, and one of a lead that never came, are counted apart."""
    feedback = told({"ada": Fate(True, SEEN_AT), "nobody": Fate(True, SEEN_AT)}, [])

    assert (feedback.before_history, feedback.not_in_history) == (1, 1)
    assert feedback.verdict("product").won == 0


def test_the_rest_may_count_as_lost() -> None:
    """With nothing but wins given, the others stand for what was not won."""
    feedback = told({"ada": Fate(True, SEEN_AT + DAY)}, [rise("bob", "mql", SEEN_AT + 2 * DAY)], is_rest_lost=True)
    verdict = feedback.verdict("product")

    assert (verdict.won, verdict.lost) == (1, 3)
    assert verdict.rungs["mql"].lost == 1
