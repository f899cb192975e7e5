"""Cells are laid out the same, whatever was laid out before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer import Cell, CellKey
from streams.lead.cell_columns import CellMemo, all_of, cells_of, some_of
from streams.lead.columns import NamePositions, Positions, names_by_position
from streams.lead.layout import CellColumns
from tests.strategies import rows

Cells = dict[CellKey, Cell]
Laid = tuple[CellColumns, list[str], list[str]]

VIEWED = CellKey("lead-ada", "pricing_viewed", 0, 81_203)
few_keys = st.sampled_from([VIEWED._replace(bucket=bucket) for bucket in range(3)])
few_cells = st.dictionaries(few_keys, st.builds(Cell, st.integers(1, 3), st.integers(0, 9), st.integers(0, 2)))


def laid_out(memo: CellMemo, cells: Cells) -> Laid:
    """Return what cells are in a row of their own, with the row's names and ids."""
    names, ids = NamePositions(), Positions()
    return memo.columns(cells, names, ids), names.texts(), ids.texts()


@given(st.lists(rows.cells | few_cells, min_size=1, max_size=5))
def test_cells_that_change_are_laid_out_as_if_they_were_new(histories: list[Cells]) -> None:
    """Counts that grow, keys that come and go, as many others: what is remembered changes nothing."""
    memo = CellMemo()
    for cells in histories:
        columns, names, ids = laid_out(memo, cells)

        assert (columns, names, ids) == laid_out(CellMemo(), cells)
        assert cells_of(columns, names_by_position(names), dict(enumerate(ids))) == cells


def test_keys_that_are_known_are_not_laid_out_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Done anew it were right, and slow, and nothing would tell."""
    cells = {VIEWED: Cell(1, 7, 0), VIEWED._replace(bucket=3): Cell(1, 9, 0)}
    more = {**cells, VIEWED: Cell(2, 8, 0)}
    memo, expected = CellMemo(), laid_out(CellMemo(), more)
    laid_out(memo, cells)

    monkeypatch.delattr(CellMemo, "_know")

    assert laid_out(memo, more) == expected


@given(st.lists(st.sampled_from((0, 1, 1, 1, -7, 2**70)), max_size=9))
def test_numbers_come_back_whether_some_are_told_or_all(numbers: list[int]) -> None:
    """In their order, and in never more numbers than they are."""
    column = some_of(numbers, usual=1)

    assert all_of(column, len(numbers), usual=1) == numbers
    assert len(column) <= len(numbers)
