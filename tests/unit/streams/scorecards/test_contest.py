"""Two scorecards on the same cells: what is counted for both, and what the challenger may look at."""

from dataclasses import replace

import pytest

from scorer import Scorecard
from scorer.rules.conditions import Condition, Glob
from scorer.rules.plan import plan_of
from scorer.rules.scorecard import Limit, Score, SignalCriterion
from streams.scorecards.contest import ContestRefused, contest_of
from tests.builders.scorecards import DAY, tiny_scorecard

HOUR = 3_600_000


def with_signal(scorecard: Scorecard, name: str = "pricing_viewed", **changed: object) -> Scorecard:
    """Return a scorecard in which a signal is another one."""
    signal = replace(scorecard.signals[name], **changed)  # type: ignore[arg-type]  # fields of a signal
    return replace(scorecard, signals={**scorecard.signals, name: signal})


def with_criterion(scorecard: Scorecard, **changed: object) -> Scorecard:
    """Return a scorecard whose first criterion is another one."""
    score: Score = scorecard.scores["default"]
    (group,) = score.engagement.groups
    first, *others = group.criteria
    assert isinstance(first, SignalCriterion)
    first = replace(first, **changed)  # type: ignore[arg-type]  # fields of a criterion
    groups = (replace(group, criteria=(first, *others)),)
    return replace(scorecard, scores={"default": replace(score, engagement=replace(score.engagement, groups=groups))})


def test_what_both_count_is_counted_once() -> None:
    """The champion stays the very same object, so that whatever is remembered of it holds."""
    champion, challenger = tiny_scorecard(), tiny_scorecard("tiny-2", pricing_points=5.0)

    contest = contest_of(champion, challenger)

    assert contest.champion is champion
    assert contest.challenger == challenger
    assert (contest.fresh, contest.clipped) == ((), ())


def test_what_only_the_challenger_counts_begins_with_it() -> None:
    """Beside the champion's signals, and kept for as long as the challenger can value it, limit windows and all."""
    champion = tiny_scorecard()
    signal = replace(champion.signals["pricing_viewed"], name="pricing_viewed@1h", width_ms=HOUR, keep_ms=10 * DAY)
    new = replace(champion, version="tiny-2", signals={**champion.signals, signal.name: signal})
    challenger = with_criterion(new, signal=signal.name, limit=Limit(3, DAY))

    contest = contest_of(champion, challenger)

    assert contest.fresh == ("pricing_viewed",)
    assert contest.champion.scores == champion.scores
    assert contest.champion.version == champion.version
    counted, valued = (plan_of(one).signals[signal.name] for one in (contest.champion, contest.challenger))
    for bucket in range(48):
        ends = (counted.expires_at(bucket), valued.expires_at(bucket))
        assert None not in ends
        assert (ends[0] or 0) >= (ends[1] or 0), f"bucket {bucket} goes before the challenger is done with it"


def test_what_nobody_values_is_not_counted() -> None:
    """A signal that stands in the challenger's file alone costs nothing."""
    champion = tiny_scorecard()
    idle = replace(champion.signals["form_sent"], name="idle")
    challenger = replace(champion, version="tiny-2", signals={**champion.signals, "idle": idle})

    contest = contest_of(champion, challenger)

    assert contest.champion is champion
    assert "idle" not in contest.challenger.signals


@pytest.mark.parametrize(
    ("ours", "theirs", "left"),
    [(None, None, None), (None, 9 * DAY, 9 * DAY), (9 * DAY, None, 9 * DAY), (9 * DAY, 20 * DAY, 9 * DAY)],
)
def test_counts_are_valued_while_the_champion_keeps_them(
    ours: int | None, theirs: int | None, left: int | None
) -> None:
    """And no longer: else it would matter when a lead was looked at, and its old cells let go."""
    champion = with_signal(tiny_scorecard(), keep_ms=ours)
    challenger = with_signal(tiny_scorecard("tiny-2"), keep_ms=theirs)

    contest = contest_of(champion, challenger)

    assert contest.challenger.signals["pricing_viewed"].keep_ms == left
    assert contest.clipped == (() if left == theirs else ("pricing_viewed",))


def test_a_limit_window_of_its_own_ends_before_the_cells_go() -> None:
    """The challenger's windows reach beyond the champion's: what it values of them is still there."""
    champion = with_signal(tiny_scorecard(), keep_ms=9 * DAY)
    challenger = with_criterion(with_signal(tiny_scorecard("tiny-2"), keep_ms=9 * DAY), limit=Limit(3, DAY))

    contest = contest_of(champion, challenger)

    ours, theirs = (plan_of(one).signals["pricing_viewed"] for one in (contest.champion, contest.challenger))
    ends = [(ours.expires_at(bucket), theirs.expires_at(bucket)) for bucket in range(3_000)]
    assert all((ours_end or 0) >= (theirs_end or 0) for ours_end, theirs_end in ends)


def test_one_name_is_one_signal() -> None:
    """Where the two count other activities under one name, nobody could tell whose a cell is."""
    path = Condition("path", Glob("/prices*"))
    challenger = with_signal(tiny_scorecard("tiny-2"), conditions=(path,))

    with pytest.raises(ContestRefused, match=r'signal "pricing_viewed": it counts other.* give it another name'):
        contest_of(tiny_scorecard(), challenger)


def test_a_limit_longer_than_what_is_kept_is_refused() -> None:
    """Nothing would be left to value."""
    champion = with_signal(tiny_scorecard(), keep_ms=9 * DAY)
    challenger = with_criterion(tiny_scorecard("tiny-2"), limit=Limit(3, 10 * DAY))

    with pytest.raises(ContestRefused, match="give it another width"):
        contest_of(champion, challenger)
