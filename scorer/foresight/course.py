"""Which way a lead goes if nothing more happens: its changes of stage, each at its very millisecond.

Its wake-ups are walked one by one, as those who keep leads do it, in one named score. Rules: what is told is what will
be published if the lead stays silent; where the walk ends early it says up to when it knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from scorer.facts.state import LeadState, Standing
from scorer.foresight.purse import LOOKS_OF_A_VIEW, Purse
from scorer.judging.judgement import judged
from scorer.judging.outcome import StageChange
from scorer.rules.plan import narrowed
from scorer.rules.scorecard import Scorecard
from scorer.worth.criteria import FAR_AT
from scorer.worth.valuation import value

STEPS_MAX = 1_000
"""Wake-ups that are walked at most: some years of a lead that fades take a few dozen."""
LOOKS_MAX = 3_000_000
"""What a walk may cost, unless its caller says otherwise."""
EVALUATIONS_OF_A_STEP = 64
"""What one search for the next change may cost. It is enough for nearly all; others take several steps."""


@dataclass(frozen=True, slots=True)
class Course:
    """The way that a lead goes in one named score, if nothing more happens.

    ``start`` is the lead as it stands at its last judgement, in this score alone; ``turns`` are its changes of stage
    from then on. ``known_until`` is the last instant of which the stage is known: the one that was asked for, or an
    earlier one if there were too many changes until then (``is_cut_short``).
    """

    score_name: str
    start: LeadState
    turns: tuple[StageChange, ...]
    known_until: int
    is_cut_short: bool

    def standing_at(self, at: int) -> Standing | None:
        """Return where the lead stands at an instant not before its last judgement; None if that is not known.

        The grade is that of the start.
        """
        if not self.start.judged_at <= at <= self.known_until:
            return None
        passed = [turn for turn in self.turns if turn.changed_at <= at]
        known = self.start.standings[self.score_name]
        return Standing(passed[-1].to_stage, passed[-1].changed_at, known.grade) if passed else known

    def stage_at(self, at: int) -> str | None:
        """Return the stage at an instant not before the lead's last judgement; None if that is not known."""
        standing = self.standing_at(at)
        return None if standing is None else standing.stage

    def lead_at(self, at: int, scorecard: Scorecard) -> LeadState | None:
        """Return the lead as it stands at an instant, judged then in this score alone; None if that is not known."""
        standing = self.standing_at(at)
        if standing is None:
            return None
        grade = value(self.start, scorecard, at, self.score_name).grade
        standings = MappingProxyType({self.score_name: replace(standing, grade=grade)})
        return replace(self.start, standings=standings, judged_at=at)


def alone(scorecard: Scorecard, score_name: str) -> Scorecard:
    """Return a scorecard that has one of its named scores only: its stages do not depend on the others."""
    return narrowed(scorecard, [score_name])


def course(
    state: LeadState,
    scorecard: Scorecard,
    score_name: str,
    until: int = FAR_AT,
    *,
    purse: Purse | None = None,
    steps_max: int = STEPS_MAX,
) -> Course:
    """Return the way that a lead goes from its last judgement on, with no new activity.

    Args:
        state: The lead as it was judged last.
        scorecard: What values it.
        score_name: Which named score's stages.
        until: The last instant to look at, in milliseconds since the epoch, not before the last judgement.
        purse: What may be spent on it; a new one if none is given.
        steps_max: How many wake-ups to walk.

    Returns:
        The changes of stage up to and with ``until``, in order.

    Raises:
        KeyError: If the scorecard has no score of that name.
    """
    purse, rules = purse or Purse(LOOKS_MAX), alone(scorecard, score_name)
    outcome = judged(replace(state, standings=_only(state, score_name)), rules, state.judged_at, EVALUATIONS_OF_A_STEP)
    start, turns = outcome.state, [*outcome.stage_changes]
    for _ in range(steps_max):
        if outcome.wake_at is None or outcome.wake_at > until:
            return Course(score_name, start, tuple(turns), until, is_cut_short=False)
        purse.pay(len(state.cells), EVALUATIONS_OF_A_STEP + LOOKS_OF_A_VIEW)
        if purse.is_spent:
            break
        outcome = judged(outcome.state, rules, outcome.wake_at, EVALUATIONS_OF_A_STEP)
        turns += outcome.stage_changes
    known_until = until if outcome.wake_at is None else min(until, outcome.wake_at - 1)
    return Course(score_name, start, tuple(turns), known_until, is_cut_short=known_until < until)


def _only(state: LeadState, score_name: str) -> Mapping[str, Standing]:
    known = state.standings.get(score_name)
    return MappingProxyType({} if known is None else {score_name: known})
