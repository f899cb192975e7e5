"""Taking an activity back: as if it had never come.

The journal says what the activity was counted for, and its counts are taken out again. Its entry stays behind as a
tombstone, which keeps repeats out. A retraction may also come before its activity: then a tombstone awaits it. Rules:
a count is taken out once; what the journal does not remember cannot be taken out, and the outcome says so.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from scorer.facts.activity import Verdict
from scorer.facts.cells import subtract
from scorer.facts.journal import JournalBounds, find, order_of
from scorer.facts.normal_form import DEFAULT_BOUNDS, cells_counted, normalised
from scorer.facts.state import Cell, CellKey, JournalEntry, LeadState
from scorer.judging.judgement import BRIEF_EVALUATIONS_MAX, judged
from scorer.judging.outcome import Outcome, Retraction
from scorer.rules.scorecard import Scorecard

_AWAITED_TYPE: Final = ""
"""No activity has it: every type on the wire has a letter."""


def retract(
    state: LeadState,
    source: str,
    fingerprint: int,
    scorecard: Scorecard,
    now: int,
    bounds: JournalBounds = DEFAULT_BOUNDS,
    *,
    occurred_at: int | None = None,
) -> Outcome:
    """Return the outcome of taking an activity back.

    Args:
        state: The lead.
        source: The id of the person that the activity came under.
        fingerprint: Names the activity within its source.
        scorecard: The rules in force. A signal that it does not know keeps its counts: nothing says which cell they
            are in.
        now: The instant of the judgement, in milliseconds: the later of append time and clock.
        bounds: How much the journal remembers.
        occurred_at: When the activity occurred, in milliseconds, if that is known. Without it, one that the journal
            has forgotten cannot be told from one that is still to come.

    Returns:
        The outcome; ``retraction`` says what became of it.
    """
    at = max(now, state.judged_at)
    known = find(state.journal, source, fingerprint, bounds, at)
    if known is None:
        is_beyond = occurred_at is not None and _is_beyond(
            state.journal, (occurred_at, source, fingerprint), at, bounds
        )
        result = Retraction.BEYOND_JOURNAL if is_beyond else Retraction.AWAITED
        facts, entry = state, _awaited(source, fingerprint, at)
    elif known.is_retracted:
        result, facts, entry = Retraction.REPEATED, state, known
    else:
        result, entry = Retraction.TAKEN_BACK, known._replace(is_retracted=True)
        facts = replace(state, cells=taken_out(state.cells, known, scorecard))
    kept = normalised(facts, scorecard, now, bounds, (entry,))
    return replace(
        judged(kept.state, scorecard, now, BRIEF_EVALUATIONS_MAX),
        is_repeat=result is Retraction.REPEATED,
        evicted_count=kept.evicted_count,
        retraction=result,
    )


def taken_out(cells: Mapping[CellKey, Cell], entry: JournalEntry, scorecard: Scorecard) -> Mapping[CellKey, Cell]:
    """Return cells without what an entry's activity was counted for; a cell that is not there is not taken from."""
    counted = cells_counted(entry, scorecard)
    return subtract(cells, {key: cell for key, cell in counted.items() if key in cells})


def is_awaited(entry: JournalEntry) -> bool:
    """Return whether an entry is the tombstone of an activity that was taken back before it came."""
    return entry.is_retracted and entry.type == _AWAITED_TYPE


def _awaited(source: str, fingerprint: int, at: int) -> JournalEntry:
    # Dated by its retraction, as nobody can say when the activity occurred: so it outlives any lateness allowed.
    return JournalEntry(at, source, fingerprint, _AWAITED_TYPE, None, Verdict.HUMAN, (), is_retracted=True)


def _is_beyond(journal: tuple[JournalEntry, ...], place: tuple[int, str, int], at: int, bounds: JournalBounds) -> bool:
    """Return whether an entry that belongs at a place in the canonical order may have been forgotten."""
    is_crowded_out = len(journal) >= bounds.entries_max and place < order_of(journal[0])
    return is_crowded_out or place[0] <= at - bounds.age_ms
