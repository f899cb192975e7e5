"""Plans: worked out once per scorecard."""

from dataclasses import replace

import pytest

from scorer.rules.plan import narrowed, plan_of
from scorer.rules.scorecard import Limit, NoDecay
from tests.examples.scorecards import DAY_MS, card_of, criterion, viewed


def test_a_scorecard_is_planned_once() -> None:
    """Another version, or other rules under one version, have a plan of their own."""
    scorecard = card_of(signals=[viewed()])

    assert plan_of(scorecard) is plan_of(scorecard)
    assert plan_of(card_of(signals=[viewed()])) == plan_of(scorecard)
    assert plan_of(replace(scorecard, version="2026-04")) is not plan_of(scorecard)
    assert plan_of(replace(scorecard, signals={"viewed": viewed(keep_ms=DAY_MS)})) is not plan_of(scorecard)


def test_a_scorecard_for_some_of_its_scores_judges_in_them_as_it_does() -> None:
    """Its cells expire when they did, though the limit that decides it is another score's; none of them is none."""
    limited = criterion("two", decay=NoDecay(), limit=Limit(3, 2 * DAY_MS))
    other = card_of(limited, signals=[viewed(width_ms=DAY_MS, keep_ms=10 * DAY_MS)]).scores["platform"]
    one = card_of(criterion("one"), signals=[viewed(width_ms=DAY_MS, keep_ms=10 * DAY_MS)])
    both = replace(one, scores={"other": replace(other, name="other"), **one.scores}, default_score="other")

    narrow = narrowed(both, {"platform"})

    assert (list(narrow.scores), narrow.default_score) == (["platform"], "platform")
    assert plan_of(narrow).signals == plan_of(both).signals != plan_of(one).signals
    assert list(narrowed(both, {"platform", "other"}).scores) == ["other", "platform"]
    with pytest.raises(KeyError, match="nobody's"):
        narrowed(both, {"nobody's"})


def test_limit_windows_that_do_not_nest_expire_together_anyway() -> None:
    """Limits per 2 d and per 3 d: what is in one span of 6 d goes at its end plus the keep, at once."""
    scorecard = card_of(
        criterion("two", decay=NoDecay(), limit=Limit(3, 2 * DAY_MS)),
        criterion("three", decay=NoDecay(), limit=Limit(3, 3 * DAY_MS)),
        signals=[viewed(width_ms=DAY_MS, keep_ms=10 * DAY_MS)],
    )
    signal = plan_of(scorecard).signals["viewed"]

    assert [signal.expires_at(bucket) for bucket in (0, 5)] == [16 * DAY_MS] * 2
    assert signal.expires_at(6) == 22 * DAY_MS
