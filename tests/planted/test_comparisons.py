"""The checks of a comparison go red for each bug that comparing could have."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from scorer import Scorecard
from scorer.rules.scorecard import Group, Limit, Score, SignalCriterion
from streams.comparison import matching, scores, signals, wording
from tests.builders.scorecards import tiny_scorecard
from tests.promises.comparing import check_changes

Plant = Callable[[pytest.MonkeyPatch], None]

TINY = tiny_scorecard()


def with_group(change: Callable[[Group], Group]) -> Scorecard:
    """Return the tiny scorecard with another first group."""
    score = TINY.scores["default"]
    engagement = replace(score.engagement, groups=(change(score.engagement.groups[0]),))
    return replace(TINY, scores={"default": replace(score, engagement=engagement)})


def limited(group: Group) -> Group:
    """Return a group whose first criterion counts the first time only."""
    first, *rest = group.criteria
    assert isinstance(first, SignalCriterion)
    return replace(group, criteria=(replace(first, limit=Limit(1, None)), *rest))


def renamed(group: Group) -> Group:
    """Return a group whose first criterion has another name."""
    first, *rest = group.criteria
    return replace(group, criteria=(replace(first, name="prices"), *rest))


def turned(group: Group) -> Group:
    """Return a group whose criteria stand in another order."""
    return replace(group, criteria=group.criteria[::-1])


def forgetting_limits(planted: pytest.MonkeyPatch) -> None:
    """A limit is no word of a criterion."""
    words = wording._signal_criterion_words
    planted.setattr(wording, "_signal_criterion_words", lambda *asked: words(*asked) | {"limit": None})


def overlooking_order(planted: pytest.MonkeyPatch) -> None:
    """Every order is the same."""
    planted.setattr(scores, "is_reordered", lambda *_: False)


def telling_no_names(planted: pytest.MonkeyPatch) -> None:
    """What only has another name is passed over."""
    planted.setattr(scores._Sides, "_criterion_changes", lambda _: iter(()))


def telling_what_is_gone_alone(planted: pytest.MonkeyPatch) -> None:
    """What came is not told."""
    found = matching.matched

    def without_what_came(*asked: Any) -> Any:
        return replace(found(*asked), came=())

    planted.setattr(signals, "matched", without_what_came)


def without_a_signal() -> Scorecard:
    """Return the tiny scorecard without forms."""
    score: Score = TINY.scores["default"]
    group = score.engagement.groups[0]
    engagement = replace(score.engagement, groups=(replace(group, criteria=group.criteria[:1]),))
    views = {"pricing_viewed": TINY.signals["pricing_viewed"]}
    return replace(TINY, signals=views, scores={"default": replace(score, engagement=engagement)})


@pytest.mark.parametrize(
    ("plant", "other"),
    [
        (forgetting_limits, with_group(limited)),
        (overlooking_order, with_group(turned)),
        (telling_no_names, with_group(renamed)),
        (telling_what_is_gone_alone, without_a_signal()),
    ],
)
def test_a_planted_bug_is_noticed(plant: Plant, other: Scorecard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each leaves out something that differs; without it the check is green."""
    check_changes(TINY, other)
    plant(monkeypatch)

    with pytest.raises(AssertionError):
        check_changes(TINY, other)
