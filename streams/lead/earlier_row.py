"""How rows of formats 3 to 6 are laid out, and the row of today that each is: they are read, and no longer written.

One list held all texts, all cells told their counts, and instants were whole.
"""

from collections.abc import Callable

from msgspec.structs import astuple, replace

from streams.lead.columns import WORDS, Column, filled
from streams.lead.journal_columns import BASE_MS
from streams.lead.journal_kinds import require
from streams.lead.layout import (
    CellColumns,
    ChallengedRow,
    EarlierCellColumns,
    EarlierChallengedRow,
    EarlierRow,
    JournalColumns,
    Row,
)


def later_row(row: EarlierRow) -> Row:
    """Return a row of today that stands for the same lead, if not in as few bytes.

    Raises:
        ValueError: If columns that belong together differ in length, or the base is none.
    """
    base, left_ms = divmod(row.journal.base_at, BASE_MS)
    if left_ms:
        raise ValueError(f"a journal's instants are told from {row.journal.base_at}")
    _, _, *others = astuple(row.journal)
    journal, profile = JournalColumns(row.journal.fingerprints, base, *others), row.profile
    # What refers to either list finds its text there: both are the one that held all. Ids could be words.
    at, ids = _later_positions(row.texts), [*row.texts, *WORDS]
    parts = (
        _later_cells(row.cells, at),
        replace(journal, kind_sources=at(journal.kind_sources), correlations=at(journal.correlations)),
        replace(profile, sources=at(profile.sources)),
        row.standings,
    )
    told = (row.judged_at - row.journal.base_at, row.judged_by, row.shown_age_ms, row.is_shown)
    if isinstance(row, EarlierChallengedRow):
        return ChallengedRow(row.texts, ids, *parts, *told, row.challenged_by, row.challenge)
    return Row(row.texts, ids, *parts, *told)


def _later_positions(texts: list[str]) -> Callable[[Column], Column]:
    """Return what tells where ids stand in a list that the words are at the end of."""
    size = len(texts)
    return lambda positions: [position if position >= 0 else size - 1 - position for position in positions]


def _later_cells(cells: EarlierCellColumns, at: Callable[[Column], Column]) -> CellColumns:
    """Return the same cells, with the numbers of all where those of some would do."""
    size = len(cells.buckets)
    require(len(cells.counts), size)
    verdicts, measures = filled(cells.verdicts, size), filled(cells.measures, size)
    return CellColumns(
        cells.buckets, at(cells.sources), cells.signals, verdicts, cells.counts, cells.offsets_ms, measures
    )
