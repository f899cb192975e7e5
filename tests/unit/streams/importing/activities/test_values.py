"""Values are read from where the mapping says, as what it says."""

from typing import Any

import pytest

from schemas.import_mapping import SourceRules
from streams.importing.activities.rows import CellRefused
from streams.importing.activities.values import source_reader


def value(cell: Any, **rules: Any) -> object:
    """Read one cell of a CSV file, or one key of a JSON line."""
    if isinstance(cell, str):
        return source_reader("it", SourceRules.model_validate({"column": "A", **rules}), ("A",), ".")([cell])
    return source_reader("it", SourceRules.model_validate({"path": "a", **rules}), None, ".")({"a": cell})


@pytest.mark.parametrize(
    ("cell", "kind", "expected"),
    [
        (" 12 ", "number", 12),
        ("-1.5e3", "number", -1500.0),
        ("9" * 30, "number", 1e30),
        ("yes", "truth", True),
        ("OFF", "truth", False),
        ("", "number", None),
        (12.0, "text", "12"),
        (True, "text", "true"),
        (True, "truth", True),
        (3, "number", 3),
        (None, "text", None),
    ],
)
def test_a_value_is_read_as_what_it_is_said_to_be(cell: object, kind: str, expected: object) -> None:
    """Empty is nothing, whatever it is read as."""
    assert value(cell, **{"as": kind}) == expected


@pytest.mark.parametrize(("cell", "kind"), [("x", "number"), ("perhaps", "truth"), ([], "text"), ("1 000", "number")])
def test_what_is_something_else_is_refused(cell: object, kind: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(CellRefused):
        value(cell, **{"as": kind})


def test_a_table_says_what_is_meant() -> None:
    """What is not in it is refused with the nearest that is; nothing stays nothing, unless it is listed too."""
    table = {"Organic Search": "organic", "7": 7}

    assert value("Organic Search", values=table) == "organic"
    assert value(7, values=table) == 7
    assert value("", values=table) is None
    assert value("", values={**table, "": "unknown"}) == "unknown"
    with pytest.raises(CellRefused) as refused:
        value("Organic search", values=table)
    assert 'did you mean "Organic Search"?' in refused.value.fix
