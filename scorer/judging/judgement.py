"""What a lead's counts make of it at one instant: stages, grades, and when to look again.

Every step of the core ends here: it changes facts (cells, journal, profile), then the lead is judged anew. Rules:
a judgement is never dated before the last one; a lead that comes to be known in the bottom stage changed no stage, and
its first grade is no change of grade; a named score that the scorecard no longer has is forgotten.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, NamedTuple

from scorer.facts.state import LeadState, Standing
from scorer.judging import ladder
from scorer.judging.crossing import crossing_of, earliest
from scorer.judging.outcome import GradeChange, Outcome, StageChange
from scorer.judging.outlook import Outlook, blind_outlook, outlook_of
from scorer.judging.spans import span_plan_of
from scorer.rules.remembered import once_for_each
from scorer.rules.scorecard import Score, Scorecard
from scorer.worth.criteria import FAR_AT
from scorer.worth.explain import lines_of
from scorer.worth.valuation import Valuation, is_settled, valued
from scorer.worth.view import View, view

BRIEF_EVALUATIONS_MAX: Final = 6
"""What the search for a crossing may cost, for each named score, in a step that has other work to do.

It then stops too early rather than too late. `scorer.steps.lifecycle.advance` finds the rest.
"""
GLANCE_MS: Final = 3 * 86_400_000
"""How far such a step looks before it searches, in one evaluation a score: most leads stay as they are for longer."""

THOROUGH_EVALUATIONS_MAX: Final = 4_000
"""What it may cost when nothing else is to be done. It is enough for all but a score that grazes a threshold for weeks:
then too the search stops early, rather than keep its caller from answering, and goes on when the lead is woken.
"""


def judged(
    state: LeadState,
    scorecard: Scorecard,
    now: int,
    evaluations_max: int | None = None,
    outlook: Outlook | None = None,
    until: int | None = None,
) -> Outcome:
    """Return the state judged at ``now``, with what changed by it and when to wake it.

    Args:
        state: Facts and the last judgement.
        scorecard: The rules in force.
        now: The instant of the judgement, in milliseconds; the last judgement's instant if that is later.
        evaluations_max: How many evaluations the search for the next crossing may cost for each named score.
        outlook: One of the same lead, perhaps of before its counts changed: its profile need not be prepared again.
        until: Where the search may end, as in `scorer.steps.lifecycle.record`.
    """
    at = max(now, state.judged_at)
    known = outlook if outlook is not None and outlook.is_of(state, scorecard) else None
    watched = view(state, scorecard, profile=None if known is None else known.prepared)
    moves = tuple(_moved(watched, score, state.standings.get(name), at) for name, score in scorecard.scores.items())
    standings = MappingProxyType({move.score.name: move.after for move in moves})
    if until is None:
        wake_at, ahead = _ahead(watched, state, standings, at, evaluations_max)
    else:
        wake_at, ahead = _next_move(watched, standings, at, until), blind_outlook(watched, state, at)
    return Outcome(
        state=LeadState(state.cells, state.journal, state.profile, standings, at, scorecard.version),
        stage_changes=tuple(_stage_change(watched, move, scorecard, at) for move in moves if move.is_of_stage),
        grade_changes=tuple(_grade_change(move, at) for move in moves if move.is_of_grade),
        wake_at=wake_at,
        outlook=ahead,
        seen=watched,
    )


@once_for_each
def _newborn(scorecard: Scorecard) -> Outcome | None:
    """Return how a lead stands of whom nothing is known, judged at 0; None if that alone changes its stage."""
    outcome = judged(LeadState(), scorecard, 0)
    seen, standings = view(LeadState(), scorecard), outcome.state.standings
    # A sign of life takes a lead out of an outlook that reaches into the silence after it: a short one is of more use.
    until_at = GLANCE_MS if any(span_plan_of(scorecard).idles) else None
    outlook = outlook_of(seen, outcome.state, standings, 0, until_at)
    if outcome.stage_changes or outlook is None or not outlook.is_quiet:
        return None
    return replace(outcome, outlook=outlook)


def newborn(state: LeadState, scorecard: Scorecard, at: int) -> tuple[LeadState, Outlook] | None:
    """Return a lead of whom nothing was known so far as it stands in the bottom stages, without valuing it.

    Args:
        state: The lead, perhaps a known one.
        scorecard: The rules in force.
        at: The instant of its first judgement, in milliseconds.

    Returns:
        The lead and its outlook; None if something is known, or if it could not stand there.
    """
    if state.judged_at or state.cells or state.journal or state.profile:
        return None
    known = _newborn(scorecard)
    if known is None or known.outlook is None:
        return None
    standings = {name: Standing(stood.stage, at, stood.grade) for name, stood in known.state.standings.items()}
    born = LeadState(state.cells, (), state.profile, MappingProxyType(standings), at, scorecard.version)
    return born, known.outlook._replace(profile=state.profile, until_at=min(at + known.outlook.until_at, FAR_AT + 1))


def _ahead(
    seen: View, state: LeadState, standings: Mapping[str, Standing], at: int, evaluations_max: int | None
) -> tuple[int | None, Outlook | None]:
    """Return when to wake a lead that stands like this, and its outlook: by a glance if that will do, or a search."""
    scorecard = seen.scorecard
    if evaluations_max is not None and evaluations_max <= BRIEF_EVALUATIONS_MAX:
        until_at = None if is_settled(seen, at + GLANCE_MS) else at + GLANCE_MS
        glance = outlook_of(seen, state, standings, at, until_at)
        if glance is not None and glance.is_quiet:
            return glance.wake_at, glance
    wake_at = earliest(
        crossing_of(seen, score, standings[name], at, evaluations_max) for name, score in scorecard.scores.items()
    )
    return wake_at, outlook_of(seen, state, standings, at, wake_at)


def _next_move(seen: View, standings: Mapping[str, Standing], at: int, until: int) -> int | None:
    """Return when to wake a lead that stands like this, up to an instant and with it."""
    return earliest(
        crossing_of(seen, score, standings[name], at, THOROUGH_EVALUATIONS_MAX, until)
        for name, score in seen.scorecard.scores.items()
    )


class _Move(NamedTuple):
    """One named score at a judgement: where the lead stood, what it is worth, and where it stands now."""

    score: Score
    before: Standing | None
    worth: Valuation
    after: Standing

    @property
    def is_of_stage(self) -> bool:
        """Whether it is told as a change of stage: to be seen first in the bottom stage is none."""
        former = self.score.stages[0].name if self.before is None else self.before.stage
        return self.after.stage != former

    @property
    def is_of_grade(self) -> bool:
        """Whether it is told as a change of grade: the first grade is none."""
        return self.before is not None and self.after.grade != self.before.grade


def _moved(watched: View, score: Score, before: Standing | None, at: int) -> _Move:
    worth = valued(watched, score, at)
    stage = ladder.step(score, before, worth.score, at).name
    since_at = before.since_at if before is not None and before.stage == stage else at
    return _Move(score, before, worth, Standing(stage, since_at, worth.grade))


def _stage_change(watched: View, move: _Move, scorecard: Scorecard, at: int) -> StageChange:
    return StageChange(
        score_name=move.score.name,
        from_stage=None if move.before is None else move.before.stage,
        to_stage=move.after.stage,
        changed_at=at,
        score=move.worth.score,
        grade=move.worth.grade,
        reasons=lines_of(watched, move.score, at, move.worth),
        scorecard_version=scorecard.version,
    )


def _grade_change(move: _Move, at: int) -> GradeChange:
    former = None if move.before is None else move.before.grade
    return GradeChange(move.score.name, former, move.worth.grade, at)
