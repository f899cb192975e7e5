"""The building blocks of a report refuse what does not fit together, before a page is made of it."""

from collections.abc import Callable

import pytest

from streams.report.sections import Bars, Column, Curve, Flow, Series, Table

MISFITS: dict[str, tuple[Callable[[], object], str]] = {
    "a row that is too short": (
        lambda: Table("Leads", (Column("Lead"), Column("Score", "number")), (("lead-ada", 62), ("lead-bob",))),
        'table "Leads", row 2: 1 cells for 2 columns; give each column one',
    ),
    "bars without a value for each category": (
        lambda: Bars("Hits", ("pricing", "demo"), (Series("today", (1,)),)),
        'chart "Hits", series "today": 1 values for 2 categories; give as many',
    ),
    "a curve with a value too many": (
        lambda: Curve("Stages", (0, 1), (Series("mql", (1, 2, 3)),)),
        'chart "Stages", series "mql": 3 values for 2 instants; give as many',
    ),
    "a curve that goes back in time": (
        lambda: Curve("Stages", (5, 5), (Series("mql", (1, 2)),)),
        'chart "Stages": its instants are not in order; sort them and name each once',
    ),
    "a flow without a count for each pair": (
        lambda: Flow("Moves", ("lead", "mql"), ("lead", "mql"), ((1, 2), (3,))),
        'chart "Moves": give 2 rows of 2 counts, one for each pair',
    ),
    "a flow of less than nobody": (
        lambda: Flow("Moves", ("lead",), ("lead",), ((-1,),)),
        'chart "Moves": a count is below zero; counts say how many went that way',
    ),
}


@pytest.mark.parametrize("misfit", MISFITS)
def test_what_does_not_fit_is_refused_with_the_way_out(misfit: str) -> None:
    """A chart that would say something else than was counted is never drawn."""
    made, told = MISFITS[misfit]

    with pytest.raises(ValueError, match=r".+") as refused:
        made()

    assert str(refused.value) == told


def test_what_fits_is_taken() -> None:
    """A table without rows and a curve of one instant are reports too."""
    assert Table("Leads", (Column("Lead"),), ()).rows == ()
    assert Curve("Stages", (5,), (Series("mql", (None,)),)).series[0].values == (None,)
