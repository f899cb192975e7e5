"""A challenger: another scorecard that judges the same facts of a lead, beside the one whose cells they are.

Rules: the facts are the champion's, and a challenger changes none of them; only where a lead stands by it is its own. A
lead of which it knows nothing stands where it stands for the champion, so that the challenger decides what it would
decide had it come into force itself. It must look at no cell that the champion lets go of: whoever hands it over sees
to that.
"""

from collections.abc import Mapping
from dataclasses import replace
from math import inf

from scorer.facts.journal import JournalBounds
from scorer.facts.state import LeadState, Standing
from scorer.judging.judgement import BRIEF_EVALUATIONS_MAX, THOROUGH_EVALUATIONS_MAX, judged
from scorer.judging.outcome import Outcome
from scorer.judging.outlook import Outlook
from scorer.rules.scorecard import Scorecard
from scorer.steps.streak import Streak, streak_of


def challenged(
    state: LeadState,
    standings: Mapping[str, Standing],
    scorecard: Scorecard,
    now: int,
    outlook: Outlook | None = None,
    *,
    has_news: bool = True,
    is_hurried: bool = False,
) -> Outcome:
    """Return how a lead stands by a challenger, after a step of the champion's.

    Args:
        state: The lead after the step, its standings those by the champion.
        standings: Where it stood by the challenger before the step.
        scorecard: The challenger.
        now: The instant of the step, in milliseconds.
        outlook: The challenger's of before the step, if it is at hand: it saves work and changes nothing.
        has_news: Whether the step changed cells, but for letting some go.
        is_hurried: Whether the step has other work to do than to find when the lead next changes.

    Returns:
        The outcome. Its state has the challenger's standings, and ``wake_at`` is an instant at or before the next one
        at which they can change.
    """
    # Without `replace`, here and below: it takes five times as long, and every step of a challenged lead comes by here.
    shadow = LeadState(state.cells, state.journal, state.profile, standings, state.judged_at, state.judged_by)
    at = max(now, state.judged_at)
    known = outlook if outlook is not None and outlook.is_of(shadow, scorecard) else None
    if known is not None and not has_news and known.stands(at):
        stood = LeadState(state.cells, state.journal, state.profile, standings, at, state.judged_by)
        return Outcome(stood, wake_at=known.wake_at, outlook=known)
    evaluations_max = BRIEF_EVALUATIONS_MAX if is_hurried else THOROUGH_EVALUATIONS_MAX
    outcome = judged(shadow, scorecard, at, evaluations_max, known)
    if outcome.outlook is None or outcome.outlook.prunes_at == inf:
        return outcome
    return replace(outcome, outlook=_without_pruning(outcome.outlook))


def shadow_of(
    state: LeadState,
    standings: Mapping[str, Standing] | None,
    outlook: Outlook | None,
    scorecard: Scorecard,
    at: int,
    bounds: JournalBounds,
) -> Streak | None:
    """Return a streak by a challenger, of the same activities as the champion's; None if the lead has to be valued.

    Its cells and its journal are of no use but to it: those of the lead are the champion's.

    Args:
        state: The lead, as the champion's streak begins with it.
        standings: Where it stands by the challenger; None if that is not known.
        outlook: That of the challenger's last judgement, if it is at hand.
        scorecard: The challenger.
        at: The instant of the judgement, in milliseconds.
        bounds: How much the journal remembers.
    """
    if standings is None and state.standings:
        return None
    shadow = state if standings is None else replace(state, standings=standings)
    streak = streak_of(shadow, outlook, scorecard, at, bounds)
    return None if streak is None else Streak(streak.state, _without_pruning(streak.outlook), bounds)


def _without_pruning(outlook: Outlook) -> Outlook:
    """Return an outlook that does not end when a cell expires: which cells a lead has is the champion's to say."""
    return outlook if outlook.prunes_at == inf else outlook._replace(prunes_at=inf)
