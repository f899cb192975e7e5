"""What a lead did before a signal was counted, counted after all.

A scorecard may ask for a signal that none before it counted. What leads did is still known elsewhere, as a log: read
again from its beginning, it gives each lead a *past*, a state that holds the counts of such signals and nothing else.
The past is added to the lead at one instant, up to which the log was read; from then on the signal is counted as any.

Of two counts of one bucket the larger one holds: both count activities that happened, and neither more than did. So
adding a past twice adds it once, and a lead that has counts from earlier, when another scorecard asked for the signal,
counts nothing double.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from scorer.facts.activity import Activity
from scorer.facts.cells import ZERO, add
from scorer.facts.journal import JournalBounds, entry_of, find
from scorer.facts.normal_form import DEFAULT_BOUNDS, cells_counted, normalised
from scorer.facts.state import JournalEntry, LeadState
from scorer.rules.scorecard import Scorecard
from scorer.rules.signals import matched

NO_PAST: Final = LeadState()
"""The past of a lead of which nothing was read yet."""


def uncounted(old: Scorecard, new: Scorecard) -> frozenset[str]:
    """Return the signals that a scorecard counts and the one before it does not, by the names of the core."""
    return frozenset(new.signals.keys() - old.signals.keys())


def with_past(
    past: LeadState,
    activity: Activity,
    signals: Collection[str],
    scorecard: Scorecard,
    now: int,
    bounds: JournalBounds = DEFAULT_BOUNDS,
) -> LeadState:
    """Return a lead's past with one more activity; the same object if it counts for none of the signals, or twice.

    Args:
        past: What was read of the lead so far; `NO_PAST` at first.
        activity: What it did next.
        signals: Which signals are counted after all.
        scorecard: The one that asks for them.
        now: The later of the activity's append time and those before it, in milliseconds.
        bounds: How much the journal remembers, by which repeats are known.
    """
    counted = tuple([pair for pair in matched(activity, scorecard) if pair[0] in signals])
    if not counted or find(past.journal, activity.source, activity.fingerprint, bounds, now) is not None:
        return past
    entry = entry_of(activity, counted)
    facts = replace(past, cells=add(past.cells, cells_counted(entry, scorecard)))
    return normalised(facts, scorecard, now, bounds, (entry,)).state


def backfilled(state: LeadState, past: LeadState) -> LeadState:
    """Return a lead with its past added: facts only, to be judged by whoever adds it.

    What the journal remembers is noted as counted for the signals too, so that it can be taken back.

    Args:
        state: The lead.
        past: What was read of it, up to what the lead knows and no further.
    """
    cells = dict(state.cells)
    for key, cell in past.cells.items():
        if cell.count > cells.get(key, ZERO).count:
            cells[key] = cell
    known = {(entry.source, entry.fingerprint): entry for entry in past.journal}
    journal = tuple([_counted_too(entry, known.get((entry.source, entry.fingerprint))) for entry in state.journal])
    return replace(state, cells=cells, journal=journal)


def _counted_too(entry: JournalEntry, past: JournalEntry | None) -> JournalEntry:
    """Return an entry that names all that its activity was counted for, in the order of the names."""
    if past is None:
        return entry
    return entry._replace(counted=tuple(sorted({**dict(past.counted), **dict(entry.counted)}.items())))
