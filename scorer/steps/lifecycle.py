"""The steps of a lead's life: an activity came, its profile was said to be something, time went by.

Rules: facts are changed first (cells are added, never valued here), then the lead is judged at ``now``. ``now`` is what
every change of this step is stamped with, so that whoever keeps leads must wake them in time: a crossing that lies
before ``now`` is not found again. Between two steps at two instants every wake-up that is due at or before the second
instant has to be handled with `advance` at exactly its instant, also if both steps come out of one batch; then stages
do not depend on how activities were batched.
"""

from dataclasses import replace
from typing import NamedTuple

from scorer.facts.activity import Activity, ProfileUpdate
from scorer.facts.cells import add
from scorer.facts.journal import JournalBounds, entry_of, find, with_entries
from scorer.facts.normal_form import DEFAULT_BOUNDS, cells_counted, normalised
from scorer.facts.profile import folded
from scorer.facts.state import LeadState
from scorer.judging.judgement import BRIEF_EVALUATIONS_MAX, THOROUGH_EVALUATIONS_MAX, judged
from scorer.judging.outcome import Outcome
from scorer.judging.outlook import Outlook
from scorer.rules.scorecard import Scorecard
from scorer.rules.signals import matched
from scorer.steps.retraction import is_awaited
from scorer.steps.streak import streak_of


def record(
    state: LeadState,
    activity: Activity,
    scorecard: Scorecard,
    now: int,
    bounds: JournalBounds = DEFAULT_BOUNDS,
    outlook: Outlook | None = None,
    until: int | None = None,
    *,
    is_streak_over: bool = False,
) -> Outcome:
    """Return the outcome of an activity: counted under the signals that it matches, remembered, judged.

    A repeat is not counted, nor is an activity that was taken back before it came. An activity that occurred long ago
    is counted in its own time, while what changes by it is dated ``now``.

    Args:
        state: The lead.
        activity: What it did.
        scorecard: The rules in force.
        now: The instant of the judgement, in milliseconds: the later of append time and clock.
        bounds: How much the journal remembers.
        outlook: That of the outcome that the state is from, if it is at hand: it saves work and changes nothing.
        until: The instant, in milliseconds, at which something else happens to the lead, if that is known: what would
            be beyond it is not looked for, and a ``wake_at`` beyond it, or None, says that nothing changes until then.
        is_streak_over: Whether the lead's streak refused the activity already: it is not asked again.

    Returns:
        The outcome. ``wake_at`` is a cheap bound: waking then costs an `advance`, which finds the rest of the way.
    """
    streak = None if is_streak_over else streak_of(state, outlook, scorecard, now, bounds)
    signals = None if streak is None else streak.takes(activity, now)
    if streak is not None and signals is not None:
        return Outcome(
            streak.state,
            wake_at=streak.wake_at,
            signals=signals,
            evicted_count=streak.evicted_count,
            outlook=streak.outlook,
        )
    known = counted(state, activity, scorecard, now, bounds)
    outcome = judged(known.state, scorecard, now, BRIEF_EVALUATIONS_MAX, outlook, until)
    # Spelt out: `replace` takes twice as long, and every activity that may change something comes by here.
    return Outcome(
        outcome.state,
        outcome.stage_changes,
        outcome.grade_changes,
        outcome.wake_at,
        is_repeat=known.is_repeat,
        signals=known.signals,
        evicted_count=known.evicted_count,
        outlook=outcome.outlook,
        seen=outcome.seen,
    )


class Counted(NamedTuple):
    """A lead with an activity counted and remembered, not judged; the rest is as in an `Outcome`."""

    state: LeadState
    is_repeat: bool
    signals: tuple[str, ...]
    evicted_count: int


def counted(
    state: LeadState, activity: Activity, scorecard: Scorecard, now: int, bounds: JournalBounds = DEFAULT_BOUNDS
) -> Counted:
    """Return a lead that knows of an activity, in its normal form; its standings are those of the last judgement.

    Args:
        state: The lead.
        activity: What it did.
        scorecard: Says what it counts for, and which cells have expired.
        now: The instant of the normal form, in milliseconds.
        bounds: How much the journal remembers.
    """
    known = find(state.journal, activity.source, activity.fingerprint, bounds, max(now, state.judged_at))
    if known is None:
        entry = entry_of(activity, matched(activity, scorecard))
        cells = add(state.cells, cells_counted(entry, scorecard))
        facts = LeadState(cells, state.journal, state.profile, state.standings, state.judged_at, state.judged_by)
        kept = normalised(facts, scorecard, now, bounds, (entry,))
    elif is_awaited(known):
        # From now on its tombstone is the one that it would have, had it come before its retraction.
        entry = entry_of(activity, matched(activity, scorecard))._replace(is_retracted=True)
        kept = normalised(state, scorecard, now, bounds, (entry,))
    else:
        entry = known
        kept = normalised(state, scorecard, now, bounds)
    signals = () if known is not None else tuple(name for name, _ in entry.counted)
    return Counted(kept.state, known is not None, signals, kept.evicted_count)


def update_profile(
    state: LeadState,
    update: ProfileUpdate,
    scorecard: Scorecard,
    now: int,
    bounds: JournalBounds = DEFAULT_BOUNDS,
    outlook: Outlook | None = None,
    until: int | None = None,
) -> Outcome:
    """Return the outcome of a profile update: per attribute the latest word of its source wins, then it is judged.

    Args:
        state: The lead.
        update: What a source says that it is.
        scorecard: The rules in force.
        now: The instant of the judgement, in milliseconds: the later of append time and clock.
        bounds: How much the journal remembers.
        outlook: That of the outcome that the state is from, if it is at hand: it saves work and changes nothing.
        until: As in `record`.

    Returns:
        The outcome. ``is_repeat`` if no attribute became another one.
    """
    profile = folded(state.profile, update)
    is_repeat = profile == state.profile
    at = max(now, state.judged_at)
    left = outlook.with_profile(profile, state, at) if outlook and outlook.is_of(state, scorecard) else None
    if left is not None:
        journal = with_entries(state.journal, (), bounds, at)
        stood = LeadState(state.cells, journal.entries, profile, state.standings, at, state.judged_by)
        return Outcome(
            stood, wake_at=left.wake_at, is_repeat=is_repeat, evicted_count=journal.evicted_count, outlook=left
        )
    kept = normalised(replace(state, profile=profile), scorecard, now, bounds)
    outcome = judged(kept.state, scorecard, now, BRIEF_EVALUATIONS_MAX, until=until)
    return replace(outcome, is_repeat=is_repeat, evicted_count=kept.evicted_count)


def advance(
    state: LeadState,
    scorecard: Scorecard,
    now: int,
    bounds: JournalBounds = DEFAULT_BOUNDS,
    outlook: Outlook | None = None,
    until: int | None = None,
) -> Outcome:
    """Return the outcome of time alone, or of a new scorecard: the lead judged at ``now``.

    Called at exactly a crossing it stamps its changes with the crossing; called earlier it changes nothing and says
    when to come again.

    Args:
        state: The lead.
        scorecard: The rules in force, perhaps others than those of the last judgement.
        now: The instant of the judgement, in milliseconds.
        bounds: How much the journal remembers.
        outlook: That of the outcome that the state is from, if it is at hand: it saves work and changes nothing.
        until: As in `record`.

    Returns:
        The outcome. ``wake_at`` is the next crossing itself, except after a very long search, and with an outlook that
        still holds: then it is the outlook's.
    """
    kept = normalised(state, scorecard, now, bounds)
    at = max(now, state.judged_at)
    if outlook is not None and outlook.is_of(state, scorecard) and outlook.stands(at):
        stood = replace(kept.state, judged_at=at)
        return Outcome(stood, wake_at=outlook.wake_at, evicted_count=kept.evicted_count, outlook=outlook)
    outcome = judged(kept.state, scorecard, now, THOROUGH_EVALUATIONS_MAX, outlook, until)
    return replace(outcome, evicted_count=kept.evicted_count) if kept.evicted_count else outcome
