"""What a lead would have to be to fit better: one criterion on the profile at a time, tried with the core's own step.

Sales can ask a lead for its job title; it cannot ask it to have another one. So this says what is worth finding out,
not what to change.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scorer.facts.activity import ProfileUpdate, Scalar
from scorer.facts.profile import attributes
from scorer.facts.state import LeadState
from scorer.foresight.course import alone
from scorer.foresight.examples import PLAIN_VALUE, fields_for
from scorer.foresight.purse import LOOKS_OF_A_STEP, LOOKS_OF_A_VIEW, Purse
from scorer.rules.conditions import Condition, holds
from scorer.rules.scorecard import FitCriterion, Scorecard
from scorer.steps.lifecycle import update_profile
from scorer.worth.valuation import value


@dataclass(frozen=True, slots=True)
class Fitting:
    """An attribute that would raise the score by ``points``, to ``score``, and lead to ``stage``.

    ``criterion`` is the one that would count, or would count no more (``is_lifted``: a penalty). ``value`` is an
    example of what the attribute would be; None: not known at all.
    """

    criterion: FitCriterion
    value: Scalar | None
    is_lifted: bool
    points: float
    stage: str
    score: float


def fittings(
    state: LeadState, scorecard: Scorecard, score_name: str, at: int, source: str, *, purse: Purse | None = None
) -> tuple[Fitting, ...]:
    """Return what a lead could turn out to be that would raise its score at an instant; the greatest gain first.

    Args:
        state: The lead as it stands at the instant (`scorer.foresight.course.Course.lead_at`).
        scorecard: The rules.
        score_name: Which named score.
        at: When it would become known, in milliseconds since the epoch.
        source: Under which of its ids.
        purse: What may be spent on it; a new one if none is given.

    Raises:
        KeyError: If the scorecard has no score of that name.
    """
    purse, rules = purse or Purse(), alone(scorecard, score_name)
    before = value(state, rules, at).score
    lead = replace(state, standings={score_name: state.standings[score_name]})
    said_at = max([at, *(attribute.occurred_at + 1 for attribute in state.profile.values())])
    found = []
    for criterion, changed in _changes(state, scorecard, score_name):
        if purse.is_spent:
            break
        purse.pay(len(state.cells), LOOKS_OF_A_STEP + LOOKS_OF_A_VIEW)
        update = ProfileUpdate(0, source, said_at, {criterion.condition.field: changed})
        after = update_profile(lead, update, rules, at).state
        score = value(after, rules, at).score
        stage = after.standings[score_name].stage
        found.append(Fitting(criterion, changed, criterion.points < 0, score - before, stage, score))
    better = [one for one in found if one.points > 0]
    return tuple(sorted(better, key=lambda one: (-one.points, one.criterion.name)))


def _changes(state: LeadState, scorecard: Scorecard, score_name: str) -> Iterator[tuple[FitCriterion, Scalar | None]]:
    """Yield each criterion that could count for more, with a value of its attribute that makes it so."""
    known = attributes(state.profile)
    for group in scorecard.scores[score_name].fit.groups:
        for criterion in group.criteria:
            if not isinstance(criterion, FitCriterion) or holds(criterion.condition, known) != (criterion.points < 0):
                continue
            field = criterion.condition.field
            if criterion.points < 0:
                yield criterion, _other(criterion.condition)
            elif criterion.points > 0:
                fields = fields_for([criterion.condition])
                if fields is not None:
                    yield criterion, fields.get(field)


def _other(condition: Condition) -> Scalar | None:
    """Return a value with which a condition does not hold."""
    return PLAIN_VALUE if holds(condition, {}) else None
