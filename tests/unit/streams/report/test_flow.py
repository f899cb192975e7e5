"""Flows: who moved is drawn, who stayed is told."""

from xml.etree.ElementTree import Element

from streams.report.flow import drawn
from streams.report.sections import Flow

LADDER = ("lead", "MQL", "SQL")


def bands(parts: list[Element]) -> dict[str, str]:
    """Return what each band tells, with its class."""
    return {
        title.text or "": shape.get("class") or ""
        for part in parts
        for shape in part.iter("path")
        for title in shape.iter("title")
    }


def words(parts: list[Element]) -> list[str]:
    """Return the key's words."""
    return [mark.tail or "" for part in parts for mark in part.iter("i")]


def test_on_a_ladder_it_is_told_who_rose_fell_and_stayed() -> None:
    """Those who stayed are counted and not drawn."""
    parts = drawn(Flow("Moves", LADDER, LADDER, ((9_000, 40, 2), (7, 300, 0), (0, 0, 12)), unit="leads"))

    assert words(parts) == ["42 up", "7 down", "9,312 unchanged, not drawn"]
    assert bands(parts) == {
        "lead → MQL: 40\u202fleads": "band rose",
        "lead → SQL: 2\u202fleads": "band rose",
        "MQL → lead: 7\u202fleads": "band fell",
    }


def test_the_table_behind_has_every_pair() -> None:
    """The rows add up, and nobody is a dot."""
    parts = drawn(Flow("Moves", LADDER, LADDER, ((9_000, 40, 2), (7, 300, 0), (0, 0, 12))))

    cells = [cell.text for part in parts for cell in part.iter() if cell.tag in {"td", "th"}]
    assert cells[1:5] == [*LADDER, "all"]
    assert cells[5:10] == ["lead", "9,000", "40", "2", "9,042"]
    assert cells[10:15] == ["MQL", "7", "300", "·", "307"]
    assert cells[15:] == ["SQL", "·", "·", "12", "12"]


def test_nobody_who_moved_needs_no_picture() -> None:
    """It is said that all stayed."""
    parts = drawn(Flow("Moves", LADDER, LADDER, ((5, 0, 0), (0, 1, 0), (0, 0, 0))))

    assert words(parts) == ["0 up", "0 down", "6 unchanged, not drawn"]
    assert bands(parts) == {}


def test_between_different_names_all_are_drawn() -> None:
    """Channels to stages are no ladder: nobody rises."""
    parts = drawn(Flow("Where they came from", ("webinar", "organic"), ("MQL",), ((3,), (5,))))

    assert bands(parts) == {"webinar → MQL: 3": "band plain", "organic → MQL: 5": "band plain"}


def test_an_empty_flow_is_said() -> None:
    """No picture of nothing."""
    assert [part.text for part in drawn(Flow("Moves", ("a",), ("b",), ((0,),)))][:1] == ["There is nothing to show."]
    assert drawn(Flow("Moves", (), (), ())) is not None
