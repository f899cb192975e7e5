"""Two histories of one person become one, and can be told apart again.

Cells, journal entries and attributes carry the source that they came under, so that the union of two histories is what
would be known had all of it come to one lead from the start. Rules: an activity that both journals know counts once;
one that either of them took back counts for nothing; the stage is that of the lead which stays, judged anew, since a
stage remembers its path.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from scorer.facts.cells import add
from scorer.facts.journal import JournalBounds, find, order_of
from scorer.facts.normal_form import DEFAULT_BOUNDS, normalised
from scorer.facts.profile import united
from scorer.facts.state import JournalEntry, LeadState
from scorer.judging.judgement import BRIEF_EVALUATIONS_MAX, judged
from scorer.judging.outcome import Outcome
from scorer.rules.scorecard import Scorecard
from scorer.steps.retraction import is_awaited, taken_out


class Unmerged(NamedTuple):
    """The outcomes of telling two histories apart: for the lead that stays, and for what goes its own way."""

    staying: Outcome
    leaving: Outcome


def merge(
    into: LeadState, other: LeadState, scorecard: Scorecard, now: int, bounds: JournalBounds = DEFAULT_BOUNDS
) -> Outcome:
    """Return the outcome of two leads that turn out to be one person.

    Args:
        into: The lead that stays: its standings are kept and judged anew.
        other: The lead that it takes up; its standings end with it.
        scorecard: The rules in force.
        now: The instant of the judgement, in milliseconds: the later of append time and clock.
        bounds: How much the journal remembers.

    Returns:
        The outcome for ``into``.
    """
    cells, entries = add(into.cells, other.cells), []
    for entry in other.journal:
        twin = find(into.journal, entry.source, entry.fingerprint, bounds, max(now, into.judged_at))
        meeting = _Meeting(entry, ()) if twin is None else _met(twin, entry)
        entries.append(meeting.kept)
        for surplus in meeting.surplus:
            cells = dict(taken_out(cells, surplus, scorecard))
    union = replace(into, cells=cells, profile=united(into.profile, other.profile))
    kept = normalised(union, scorecard, now, bounds, entries)
    return replace(judged(kept.state, scorecard, now, BRIEF_EVALUATIONS_MAX), evicted_count=kept.evicted_count)


def unmerge(
    state: LeadState, source: str, scorecard: Scorecard, now: int, bounds: JournalBounds = DEFAULT_BOUNDS
) -> Unmerged:
    """Return the outcomes of splitting off exactly what came under one source.

    Args:
        state: The lead. It keeps its standings, judged anew.
        source: The id of the person whose history leaves.
        scorecard: The rules in force.
        now: The instant of the judgement, in milliseconds: the later of append time and clock.
        bounds: How much the journals remember.

    Returns:
        One outcome for the lead without the source, one for a lead of that source alone, which is judged as at its
        first sight.
    """
    staying = _part(state, lambda one: one != source)
    leaving = replace(_part(state, lambda one: one == source), standings={})
    return Unmerged(*(_settled(part, scorecard, now, bounds) for part in (staying, leaving)))


class _Meeting(NamedTuple):
    """What becomes of two journal entries of one activity: the one that is kept, and those counted once too often."""

    kept: JournalEntry
    surplus: tuple[JournalEntry, ...]


def _met(one: JournalEntry, other: JournalEntry) -> _Meeting:
    # The one that knows the activity goes before one that awaits it; the order of the two leads plays no part.
    fuller, barer = sorted((one, other), key=lambda entry: (is_awaited(entry), order_of(entry), entry.counted))
    counted = tuple(entry for entry in (fuller, barer) if not entry.is_retracted)
    is_retracted = len(counted) < 2
    return _Meeting(fuller._replace(is_retracted=is_retracted), counted if is_retracted else counted[1:])


def _part(state: LeadState, is_wanted: Callable[[str], bool]) -> LeadState:
    return replace(
        state,
        cells={key: cell for key, cell in state.cells.items() if is_wanted(key.source)},
        journal=tuple(entry for entry in state.journal if is_wanted(entry.source)),
        profile={key: attribute for key, attribute in state.profile.items() if is_wanted(key[0])},
    )


def _settled(state: LeadState, scorecard: Scorecard, now: int, bounds: JournalBounds) -> Outcome:
    kept = normalised(state, scorecard, now, bounds)
    return replace(judged(kept.state, scorecard, now, BRIEF_EVALUATIONS_MAX), evicted_count=kept.evicted_count)
