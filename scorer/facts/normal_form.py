"""The least that has to be kept of a lead at an instant: what the journal's bounds and the cells' expiry leave.

Leads that know the same have one normal form at one instant, whatever the order in which they came to know it. Rules:
it is worth as much at every later instant as what it was made of; what is remembered can still be taken back.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from scorer.facts.cells import cells_of, pruned
from scorer.facts.journal import JournalBounds, with_entries
from scorer.facts.state import Cell, CellKey, JournalEntry, LeadState
from scorer.rules.scorecard import Scorecard

DEFAULT_BOUNDS: Final = JournalBounds()


class NormalForm(NamedTuple):
    """A lead in its normal form; ``evicted_count`` journal entries went for want of room, before their age."""

    state: LeadState
    evicted_count: int


def normalised(
    state: LeadState,
    scorecard: Scorecard,
    now: int,
    bounds: JournalBounds = DEFAULT_BOUNDS,
    entries: Iterable[JournalEntry] = (),
) -> NormalForm:
    """Return a lead's normal form at an instant.

    Args:
        state: The lead.
        scorecard: Says which cells have expired.
        now: The instant, in milliseconds; that of the last judgement if it is later.
        bounds: How much the journal remembers.
        entries: What to remember besides; an entry takes the place of an earlier one of the same activity.

    Returns:
        The lead and what was evicted. Facts that need no change are the same objects as before.
    """
    at = max(now, state.judged_at)
    journal = with_entries(state.journal, entries, bounds, at)
    cells = _kept(state.cells, journal.entries, scorecard, at)
    kept = LeadState(cells, journal.entries, state.profile, state.standings, state.judged_at, state.judged_by)
    return NormalForm(kept, journal.evicted_count)


def cells_counted(entry: JournalEntry, scorecard: Scorecard) -> dict[CellKey, Cell]:
    """Return the cells that a journal entry's activity filled; also of an entry that was taken back."""
    return cells_of(
        source=entry.source,
        verdict=entry.verdict,
        occurred_at=entry.occurred_at,
        counted=entry.counted,
        scorecard=scorecard,
    )


def _kept(
    cells: Mapping[CellKey, Cell], journal: tuple[JournalEntry, ...], scorecard: Scorecard, at: int
) -> Mapping[CellKey, Cell]:
    if pruned(cells, scorecard, at) is cells:
        return cells
    # A cell whose activities may be taken back stays, also when it has expired, and does not stand in for the last one
    # that has: what is left when it is taken back must be what would be there had it never come.
    named = {key for entry in journal if not entry.is_retracted for key in cells_counted(entry, scorecard)}
    loose = pruned({key: cell for key, cell in cells.items() if key not in named}, scorecard, at)
    return {key: cell for key, cell in cells.items() if key in named or key in loose}
