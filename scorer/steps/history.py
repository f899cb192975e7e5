"""The steps of a lead's past that becomes known late, as when years of it are imported: counted, and not judged.

A history comes in any order and takes a while. Judged step by step, a lead would rise and fall by the order in which
its past was read. So its facts change and its standings stay; whoever keeps leads judges it when it next does
something, or when all of the past is there (`scorer.steps.lifecycle.advance`). Until then it has no wake-up: an instant
at which it might change is only known of what was judged.
"""

from dataclasses import replace
from typing import Final

from scorer.facts.activity import Activity, ProfileUpdate
from scorer.facts.journal import JournalBounds
from scorer.facts.normal_form import DEFAULT_BOUNDS, normalised
from scorer.facts.profile import folded
from scorer.facts.state import LeadState
from scorer.judging.outcome import Outcome
from scorer.rules.scorecard import Scorecard
from scorer.steps.lifecycle import counted

UNJUDGED: Final = ""
"""Stands in place of the version that judged a lead while more is known of its past than was judged."""


def recall(
    state: LeadState,
    content: Activity | ProfileUpdate,
    scorecard: Scorecard,
    now: int,
    bounds: JournalBounds = DEFAULT_BOUNDS,
) -> Outcome:
    """Return a lead that knows of something in its past, and stands where it stood.

    Args:
        state: The lead.
        content: What it did, or was said to be.
        scorecard: The rules in force: what an activity counts for.
        now: The later of append time and clock, in milliseconds.
        bounds: How much the journal remembers.

    Returns:
        The outcome, without changes, outlook and wake-up; no version names itself as the one that judged the lead as
        it now is. ``is_repeat`` as in `record` and `update_profile`.
    """
    if isinstance(content, Activity):
        known = counted(state, content, scorecard, now, bounds)
        unjudged = _unjudged(known.state, now)
        return Outcome(unjudged, is_repeat=known.is_repeat, signals=known.signals, evicted_count=known.evicted_count)
    profile = folded(state.profile, content)
    kept = normalised(replace(state, profile=profile), scorecard, now, bounds)
    return Outcome(_unjudged(kept.state, now), is_repeat=profile == state.profile, evicted_count=kept.evicted_count)


def _unjudged(state: LeadState, now: int) -> LeadState:
    # Which wake-ups came before, and so when it was judged last, depends on how records were batched: it must not stay.
    return replace(state, judged_at=max(state.judged_at, now), judged_by=UNJUDGED)
