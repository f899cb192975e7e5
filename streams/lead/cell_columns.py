"""A lead's cells as columns. Most count one human activity without a measure, and only what is otherwise is told."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import accumulate
from operator import sub
from typing import Final

from scorer import Cell, CellKey
from streams.lead.columns import Column, Positions, Texts, all_made, packed, placed, texts_at, unpacked
from streams.lead.layout import CellColumns

NO_CELLS: Final = CellColumns([], [], [], [], [], b"", [])


class CellMemo:
    """The keys of cells as they were last laid out: they seldom change, and are most of the work."""

    __slots__ = ("_buckets", "_keys", "_signals", "_sources", "_verdicts")

    _sources: Sequence[str]
    _signals: Sequence[str]

    def __init__(self) -> None:
        """Know no keys."""
        self._keys: tuple[CellKey, ...] = ()

    def columns(self, cells: Mapping[CellKey, Cell], names: Positions, ids: Positions) -> CellColumns:
        """Lay cells out as columns of a row whose texts stand at these positions."""
        if not cells:
            return NO_CELLS
        counts, offsets_ms, measures = zip(*self._counters(cells), strict=True)
        return CellColumns(
            self._buckets,
            placed(self._sources, ids),
            placed(self._signals, names),
            self._verdicts,
            some_of(counts, usual=1),
            packed("I", offsets_ms),
            some_of(measures, usual=0),
        )

    def _counters(self, cells: Mapping[CellKey, Cell]) -> list[Cell]:
        """Return the counters in the order of their keys, which are known then."""
        if len(cells) == len(self._keys):
            with suppress(KeyError):  # as many, but others
                return [*map(cells.__getitem__, self._keys)]
        self._know(tuple(sorted(cells)))
        return [*map(cells.__getitem__, self._keys)]

    def _know(self, keys: tuple[CellKey, ...]) -> None:
        """Know keys, one at least, in order."""
        self._keys = keys
        self._sources, self._signals, verdicts, buckets = zip(*keys, strict=True)
        self._buckets: Column = [*map(sub, buckets, (0, *buckets))]
        self._verdicts = some_of([*map(int, verdicts)], usual=0)


def cells_of(columns: CellColumns, names: Texts, ids: Texts) -> dict[CellKey, Cell]:
    """Return the cells that columns stand for.

    Raises:
        ValueError: If columns that belong together differ in length.
        KeyError: If a position points nowhere.
        IndexError: If a place does.
        struct.error: If a number is cut off.
    """
    size = len(columns.buckets)
    keys = zip(
        texts_at(columns.sources, size, ids),
        texts_at(columns.signals, size, names),
        all_of(columns.verdicts, size, usual=0),
        accumulate(columns.buckets),
        strict=True,
    )
    offsets_ms = unpacked("I", columns.offsets_ms)
    counts, measures = all_of(columns.counts, size, usual=1), all_of(columns.measures, size, usual=0)
    counters = zip(counts, offsets_ms, measures, strict=True)
    return dict(zip(all_made(CellKey, keys), all_made(Cell, counters), strict=True))


def some_of(numbers: Sequence[int], *, usual: int) -> Column:
    """Return the place and the number of each that is not the usual one; all numbers, where that is no longer.

    Example:
        >>> some_of([1, 1, 4, 1, 1], usual=1), some_of([4, 1, 4], usual=1)
        ([2, 4], [4, 1, 4])
    """
    others = len(numbers) - numbers.count(usual)
    if not others:
        return []
    if 2 * others >= len(numbers):
        return [*numbers]
    return [part for place, number in enumerate(numbers) if number != usual for part in (place, number)]


def all_of(column: Column, size: int, *, usual: int) -> Column:
    """Undo `some_of`.

    Raises:
        IndexError: If a place is none.
        ValueError: If a place has no number, or there are more numbers than places.
    """
    numbers = [usual] * size
    if not column:
        return numbers
    if len(column) >= size:
        return column  # of another length, it is found by the strict zip that takes it
    for place, number in zip(column[::2], column[1::2], strict=True):
        if place < 0:
            raise IndexError(f"{place} is no place")
        numbers[place] = number
    return numbers
