"""Tables: the first page as HTML, all rows as data, filters for columns of few texts."""

import json
from typing import Any
from xml.etree.ElementTree import Element

import pytest

from streams.report.listing import listed
from streams.report.sections import Column, Table

COLUMNS = (Column("Lead"), Column("Stage"), Column("Score", "number", decimals=1), Column("Changed", "instant"))


def rows(count: int) -> list[tuple[str, str | None, float | None, int | None]]:
    """Return so many leads."""
    return [(f"lead-{number}", ("MQL", "SQL", None)[number % 3], number / 3, number * 1_000) for number in range(count)]


def data(parts: list[Element]) -> dict[str, Any]:
    """Return what the page's script reads."""
    (script,) = (part for part in parts if part.tag == "script")
    return dict(json.loads(script.text or ""))


def inner(parts: list[Element], tag: str) -> list[Element]:
    """Return all elements of a name."""
    return [found for part in parts for found in part.iter(tag)]


def test_the_first_page_stands_as_html() -> None:
    """Where no script runs, a reader has the first rows, and is told how many there are."""
    parts = listed(Table("Leads", COLUMNS, rows(120), rows_name="leads"), 1)

    lines = [[cell.text for cell in line] for line in inner(parts, "tr")]
    assert lines[0] == ["Lead", "Stage", "Score", "Changed (UTC)"]
    assert lines[3] == ["lead-2", "–", "0.7", "1970-01-01 00:00"]
    assert len(lines) == 51
    assert [part.text for part in parts if part.get("class") == "status"] == ["1–50 of 120 leads"]


def test_every_row_is_there_for_the_script() -> None:
    """Texts that many rows share are sent once; numbers as exact as they are shown."""
    columns = data(listed(Table("Leads", COLUMNS, rows(120)), 1))["columns"]

    assert columns[0]["values"][119] == "lead-119"
    assert (columns[1]["words"], columns[1]["values"][:4]) == (["MQL", "SQL"], [0, 1, -1, 0])
    assert columns[2]["values"][:3] == [0.0, 0.3, 0.7]
    assert columns[3]["values"][119] == 119_000


def test_columns_of_few_texts_get_a_filter() -> None:
    """Stage has one, the lead's id, of which each has its own, has none."""
    parts = listed(Table("Leads", COLUMNS, rows(120)), 1)

    (chooser,) = inner(parts, "select")
    assert chooser.get("data-column") == "1"
    assert [(option.get("value"), option.text) for option in chooser] == [("", "all"), ("0", "MQL"), ("1", "SQL")]


def test_what_is_no_number_for_a_browser_is_nothing() -> None:
    """NaN and infinities would make all data unreadable; they are dashes, and whole numbers stay as exact as can be."""
    table = Table("Leads", (Column("Score", "number"),), [(float("nan"),), (float("inf"),), (2**60,), (None,)])

    parts = listed(table, 1)

    assert data(parts)["columns"][0]["values"] == [None, None, float(2**60), None]
    assert [cell.text for cell in inner(parts, "td")][:2] == ["–", "–"]


def test_a_text_among_numbers_is_refused() -> None:
    """It names the text and the way out."""
    with pytest.raises(ValueError, match='"high" stands in a column of numbers; give the column the kind "text"'):
        listed(Table("Leads", (Column("Score", "number"),), [("high",)]), 1)


def test_it_is_said_when_not_all_rows_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither what the maker left out nor what the page's own bound cuts is lost in silence."""
    monkeypatch.setattr("streams.report.listing.TABLE_ROWS_MAX", 60)

    cut = listed(Table("Leads", COLUMNS, rows(120), rows_name="leads"), 1)
    chosen = listed(Table("Leads", COLUMNS, rows(10), rows_name="leads", rows_total=5_000), 1)

    assert "The page holds 60 of 120 leads." in [part.text for part in cut]
    assert data(cut)["rows"] == 60
    assert "The page holds 10 of 5,000 leads." in [part.text for part in chosen]


def test_few_rows_need_no_search() -> None:
    """They are seen at a glance; they can be sorted all the same, so their data are there."""
    parts = listed(Table("Stages", COLUMNS, rows(4), rows_name="stages"), 1)

    assert inner(parts, "input") + inner(parts, "select") == []
    assert [part.text for part in parts if part.get("class") == "status"] == ["4 stages"]
    assert data(parts)["rows"] == 4


def test_a_table_without_rows_says_so() -> None:
    """Nothing to find, nothing to save."""
    parts = listed(Table("Leads", COLUMNS, (), rows_name="leads"), 1)

    assert "There are no leads." in [part.text for part in parts]
    assert inner(parts, "input") == []
