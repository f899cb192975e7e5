"""The checks of a comparison go red for each bug that comparing could have."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from scorer import Activity, Scorecard
from scorer.rules.scorecard import Group, Limit, Score, SignalCriterion
from streams.comparison import causes, leads, matching, paths, rungs, scores, side_by_side, signals, wording
from tests.builders.scorecards import DAY, tiny_scorecard
from tests.promises.comparing import check_changes, check_leads, check_mirror

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


START_AT = 1_772_323_200_000
HIGHER = tiny_scorecard("tiny-2", pricing_points=26.0, lead_at=9.0)


def view(number: int, days: float) -> Activity:
    """Return a view of the prices; the number says whose it is."""
    return Activity(number, "web", "page_view", START_AT + int(days * DAY), {"path": "/pricing"})


# Leads 0 and 1 come to more, lead 2 stays the same: it has seen nothing of the prices.
VIEWS = [
    *(view(3 * number, days) for number, days in enumerate((0.0, 0.1, 0.2, 3.0, 3.1, 8.0, 8.0))),
    *(view(3 * number + 1, days) for number, days in enumerate((0.5, 0.6, 0.7, 2.0, 2.1, 5.0, 5.1))),
    Activity(2, "web", "form_fill", START_AT, {}),
]


def listing_nobody(planted: pytest.MonkeyPatch) -> None:
    """Who differs is counted and not listed."""
    planted.setattr(leads._Contrast, "_list", lambda *_: None)


def taking_every_stage_for_another(planted: pytest.MonkeyPatch) -> None:
    """Who stands alike is told to differ."""
    planted.setattr(rungs.Rungs, "is_same", lambda *_: False)


def forgetting_who_parts_for_a_while(planted: pytest.MonkeyPatch) -> None:
    """Who stands alike in the end is told to be alike."""
    planted.setattr(paths.Path, "has_differed", property(lambda path: path.parted_at is not None))


def losing_the_wake_ups_of_one(planted: pytest.MonkeyPatch) -> None:
    """One runs ahead of the other: what is told of an instant is of a later one."""

    def wake_through(self: Any, pair: Any, instant: int) -> None:
        for course in pair:
            course.wake_through(instant)
        self._tell(pair)

    planted.setattr(side_by_side.SideBySide, "_wake_through", wake_through)


def leaving_out_a_term(planted: pytest.MonkeyPatch) -> None:
    """What weighs most is not among the movers."""
    found = causes._points

    def points(*asked: Any) -> Any:
        return dict(list(found(*asked).items())[1:])

    planted.setattr(causes, "_points", points)


@pytest.mark.parametrize(
    "plant",
    [
        listing_nobody,
        taking_every_stage_for_another,
        forgetting_who_parts_for_a_while,
        losing_the_wake_ups_of_one,
        leaving_out_a_term,
    ],
)
def test_a_bug_in_comparing_leads_is_noticed(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each tells of a lead that does not differ, or of none that does, or not when, or not why."""
    found = check_leads(VIEWS, TINY, HIGHER)
    check_mirror(VIEWS, TINY, HIGHER)
    assert {one.lead_id for one in found.listed} == {"lead-ada", "lead-bob"}
    plant(monkeypatch)

    with pytest.raises(AssertionError):
        check_leads(VIEWS, TINY, HIGHER)
