"""When, with no new activity, a lead's judgement next becomes another one.

A judgement is the stage and the grade of every named score. A crossing is the first integer millisecond strictly after
an instant at which the judgement differs from the standing. The search is branch and bound: a stretch of time over
which score and engagement provably stay between the values that would change anything is passed at once, another one is
cut in two, the earlier part first, down to single milliseconds, which are judged exactly. So none is missed and none is
made up, whatever the criteria; how tight the bounds are (`scorer.worth.valuation`) only decides how long it takes.

Stretches are cut at the geometric mean of their distances from the start, so that a near crossing and a far one cost
about the same, and a search that stops early still knows a good share of the way to be quiet.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isqrt

from scorer.facts.state import LeadState, Standing
from scorer.judging import ladder
from scorer.rules.scorecard import Score, Scorecard
from scorer.worth.grades import grade_of
from scorer.worth.valuation import bounds, last_change_at, valued
from scorer.worth.view import View, view


def next_crossing(state: LeadState, scorecard: Scorecard, after: int, evaluations_max: int | None = None) -> int | None:
    """Return the first instant after ``after`` at which the judgement differs from the state's standings.

    A named score without a standing differs at once: the answer is then ``after + 1``.

    Args:
        state: The lead, as judged last.
        scorecard: What values its counts.
        after: The instant to start from, exclusive, in milliseconds.
        evaluations_max: How many evaluations each named score may cost, at least 1; None for as many as it takes.

    Returns:
        The crossing in milliseconds; None if there is none, ever. When the evaluations were used up before it was
        found: an instant after ``after`` and not later than the crossing, from which to ask again.
    """
    watched = view(state, scorecard)
    return earliest(
        crossing_of(watched, score, state.standings.get(name), after, evaluations_max)
        for name, score in scorecard.scores.items()
    )


def earliest(instants: Iterable[int | None]) -> int | None:
    """Return the least of the instants; None stands for never."""
    return min((at for at in instants if at is not None), default=None)


def crossing_of(
    watched: View,
    score: Score,
    standing: Standing | None,
    after: int,
    evaluations_max: int | None = None,
    until: int | None = None,
) -> int | None:
    """Return the crossing of one named score: `next_crossing` for a view at hand, None if it is past ``until``."""
    way_out = None if standing is None else ladder.exits(score, standing)
    if standing is None or way_out is None:
        return after + 1
    if until is None:
        until = max(last_change_at(watched, score), after + 1)
        if after < way_out.fall_from_at:
            until = max(until, way_out.fall_from_at)
    watch = _Watch(watched, score, standing, way_out, after)
    return None if until <= after else _Search(watch, evaluations_max).first_move(until)


@dataclass(frozen=True, slots=True)
class _Watch:
    """One named score of one lead, and what would change its judgement after an instant."""

    view: View
    score: Score
    standing: Standing
    exits: ladder.Exits
    after: int

    def is_quiet(self, from_at: int, to_at: int) -> bool:
        """Whether the judgement provably stays as it stands from one instant to another, both included."""
        within = bounds(self.view, self.score, from_at, to_at)
        if within.score_high >= self.exits.rise_at:
            return False
        if to_at >= self.exits.fall_from_at and within.score_low < self.exits.fall_below:
            return False
        # Bands do not interleave: where both ends of an interval are in one band, all of it is.
        grades, grade = self.score.grades, self.standing.grade
        return (
            grade_of(grades, engagement=within.engagement_low, fit=within.fit) == grade
            and grade_of(grades, engagement=within.engagement_high, fit=within.fit) == grade
        )

    def is_moved(self, at: int) -> bool:
        """Whether the judgement at an instant, exactly, is not the standing."""
        worth = valued(self.view, self.score, at)
        return self.exits.is_taken(worth.score, at) or worth.grade != self.standing.grade

    def cut(self, from_at: int, to_at: int) -> int:
        """Return the last instant of the earlier part of a stretch: before the dwell's end if that lies inside."""
        if from_at < self.exits.fall_from_at <= to_at:
            return self.exits.fall_from_at - 1
        return self.after + isqrt((from_at - self.after) * (to_at - self.after))


class _Search:
    """One search, with a purse of evaluations."""

    def __init__(self, watch: _Watch, evaluations_max: int | None) -> None:
        self._watch = watch
        self._left = evaluations_max

    def first_move(self, horizon_at: int) -> int | None:
        """Return the first instant that moves the judgement, or None; an earlier one if the purse is empty first."""
        quiet_until, loud_at = self._approached(horizon_at)
        if quiet_until >= horizon_at:
            return None
        # Each stretch: its first and last instant, the earliest on top.
        stretches = [(loud_at + 1, horizon_at)] if loud_at < horizon_at else []
        stretches.append((quiet_until + 1, loud_at))
        found_at: int | None = None
        while stretches:
            from_at, to_at = stretches.pop()
            if self._is_spent():
                return from_at
            if self._is_quiet(from_at, to_at):
                continue
            if self._is_moved(to_at):
                # Nothing after a moved instant matters any more; what lies before it has still to be proven quiet.
                found_at = self._first_of_run(from_at, to_at)
                stretches = [(from_at, found_at - 1)] if from_at < found_at else []
            elif from_at < to_at:
                middle = self._watch.cut(from_at, to_at)
                stretches += [(middle + 1, to_at), (from_at, middle)]
        return found_at

    def _approached(self, horizon_at: int) -> tuple[int, int]:
        """Narrow down, by powers, where trouble starts: quiet up to the first instant, perhaps not up to the second.

        The second is within twice the first one's distance from the start; both are the horizon if all is quiet.
        """
        watch = self._watch
        quiet_until, loud_at = watch.after, horizon_at
        if self._is_quiet(quiet_until + 1, loud_at):
            return horizon_at, horizon_at
        while loud_at > quiet_until + 1 and loud_at - watch.after > 2 * (quiet_until - watch.after):
            if self._is_spent():
                break
            middle = watch.cut(quiet_until + 1, loud_at)
            if self._is_quiet(quiet_until + 1, middle):
                quiet_until = middle
            else:
                loud_at = middle
        return quiet_until, loud_at

    def _first_of_run(self, from_at: int, moved_at: int) -> int:
        """Return the start of a run of moved instants that ends at ``moved_at``, by bisection, at least ``from_at``."""
        unmoved_at = from_at - 1
        while moved_at - unmoved_at > 1 and not self._is_spent():
            middle = (unmoved_at + moved_at) // 2
            if self._is_moved(middle):
                moved_at = middle
            else:
                unmoved_at = middle
        return moved_at

    def _is_quiet(self, from_at: int, to_at: int) -> bool:
        self._pay()
        return self._watch.is_quiet(from_at, to_at)

    def _is_moved(self, at: int) -> bool:
        self._pay()
        return self._watch.is_moved(at)

    def _pay(self) -> None:
        if self._left is not None:
            self._left -= 1

    def _is_spent(self) -> bool:
        return self._left is not None and self._left <= 0
