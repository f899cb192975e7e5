"""P6 and P7: what is known of a lead does not depend on how it came to be known.

However activities are ordered, repeated, spread over two leads that are merged one day, or taken back before or after
they came: what is left is what counting each of them once, from the start, would have left. The yardstick is that
counting (`tests.strategies.leads`), which knows no journal, no pruning, no merging and no judging.
"""

from collections.abc import Sequence
from typing import NamedTuple

from scorer import (
    Activity,
    JournalBounds,
    LeadState,
    Outcome,
    ProfileUpdate,
    Scorecard,
    explain,
    value,
)
from scorer.facts import normal_form
from scorer.steps import lifecycle, merging, retraction
from tests.strategies.leads import counted

STAYING, LEAVING = 0, 1


class TakeBack(NamedTuple):
    """The retraction of an activity."""

    source: str
    fingerprint: int


class Step(NamedTuple):
    """What came to one of two leads, and when it is judged."""

    now: int
    lead: int
    happened: Activity | ProfileUpdate | TakeBack


class Story(NamedTuple):
    """Steps in the order of their instants; from ``merged_at`` on both leads are one (None: they always were)."""

    steps: Sequence[Step]
    merged_at: int | None
    bounds: JournalBounds


def check_story(scorecard: Scorecard, story: Story) -> None:
    """Check that a story leaves what counting each activity once, without those taken back, would have left."""
    state = told(scorecard, story)
    check_same(scorecard, state, counted(remaining(story.steps), scorecard), story.bounds)
    assert journaled(state) == journaled_at_once(story, state.judged_at)


def check_unmerging(scorecard: Scorecard, story: Story, source: str) -> None:
    """Check that both parts of a lead that is split again are what their sources alone would have left."""
    state = told(scorecard, story)
    parts = merging.unmerge(state, source, scorecard, state.judged_at, story.bounds)
    for outcome, is_of_source in ((parts.leaving, True), (parts.staying, False)):
        own = [step for step in story.steps if (step.happened.source == source) is is_of_source]
        check_same(scorecard, outcome.state, counted(remaining(own), scorecard), story.bounds)
        whole = [entry for entry in state.journal if (entry.source == source) is is_of_source]
        assert list(outcome.state.journal) == whole


def told(scorecard: Scorecard, story: Story) -> LeadState:
    """Return the lead at the end of its story."""
    leads = [LeadState(), LeadState()]
    is_one = story.merged_at is None
    for step in story.steps:
        if not is_one and story.merged_at is not None and step.now >= story.merged_at:
            leads[STAYING], is_one = _merged(leads, scorecard, story.merged_at, story.bounds), True
        lead = STAYING if is_one else step.lead
        leads[lead] = _taken(leads[lead], step, scorecard, story.bounds).state
    if is_one:
        return leads[STAYING]
    return _merged(leads, scorecard, max(lead.judged_at for lead in leads), story.bounds)


def remaining(steps: Sequence[Step]) -> list[Activity | ProfileUpdate]:
    """Return what happened, each once, without what was taken back at some time."""
    gone = {step.happened for step in steps if isinstance(step.happened, TakeBack)}
    kept: dict[tuple[str, int], Activity | ProfileUpdate] = {}
    for step in steps:
        happened = step.happened
        if isinstance(happened, TakeBack) or TakeBack(happened.source, happened.fingerprint) in gone:
            continue
        kept[happened.source, happened.fingerprint] = happened
    return list(kept.values())


def check_same(scorecard: Scorecard, state: LeadState, known: LeadState, bounds: JournalBounds) -> None:
    """Check that two leads have the same facts once nothing can be taken back, and are worth the same from now on."""
    now = state.judged_at
    # A producer's clock may be ahead: what occurs after now is remembered for longer.
    later = max([now, *(entry.occurred_at for entry in state.journal)]) + bounds.age_ms
    left, right = (normal_form.normalised(one, scorecard, later, bounds).state for one in (state, known))
    assert dict(left.cells) == dict(right.cells)
    assert dict(state.profile) == dict(known.profile)
    for at in (now, now + 1, now + 3_600_000, now + 86_400_000, later, later + 40 * 86_400_000):
        for name in scorecard.scores:
            assert value(state, scorecard, at, name) == value(known, scorecard, at, name), (name, at)
            assert explain(state, scorecard, at, name).lines == explain(known, scorecard, at, name).lines, (name, at)


def journaled(state: LeadState) -> list[tuple[int, str, int]]:
    """Return the places of a journal's entries that count."""
    return [(entry.occurred_at, entry.source, entry.fingerprint) for entry in state.journal if not entry.is_retracted]


def journaled_at_once(story: Story, now: int) -> list[tuple[int, str, int]]:
    """Return the places that the journal of all that remains has at an instant."""
    return sorted(
        (happened.occurred_at, happened.source, happened.fingerprint)
        for happened in remaining(story.steps)
        if isinstance(happened, Activity) and happened.occurred_at > now - story.bounds.age_ms
    )


def _merged(leads: list[LeadState], scorecard: Scorecard, now: int, bounds: JournalBounds) -> LeadState:
    return merging.merge(leads[STAYING], leads[LEAVING], scorecard, now, bounds).state


def _taken(state: LeadState, step: Step, scorecard: Scorecard, bounds: JournalBounds) -> Outcome:
    happened = step.happened
    if isinstance(happened, TakeBack):
        return retraction.retract(state, happened.source, happened.fingerprint, scorecard, step.now, bounds)
    if isinstance(happened, ProfileUpdate):
        return lifecycle.update_profile(state, happened, scorecard, step.now, bounds)
    return lifecycle.record(state, happened, scorecard, step.now, bounds)
