"""Lines over time: their way, their gaps, and names that do not lie on each other."""

from itertools import pairwise
from xml.etree.ElementTree import Element

from hypothesis import given
from hypothesis import strategies as st

from streams.report.curve import apart, drawn
from streams.report.sections import Curve, Series

DAY_MS = 86_400_000


def paths(parts: list[Element]) -> list[str]:
    """Return the ways of the lines."""
    return [shape.get("d") or "" for part in parts for shape in part.iter("path")]


def test_a_line_is_broken_where_there_is_no_value() -> None:
    """A gap is never bridged, and a value between two gaps is a point that can be seen."""
    instants = tuple(number * DAY_MS for number in range(6))

    (way,) = paths(drawn(Curve("Stages", instants, (Series("MQL", (1, 2, None, 3, None, 4)),))))

    assert way.count("M") == 3
    assert way.count("L") == 1
    assert way.count("h0") == 2


def test_steps_hold_until_the_next_value() -> None:
    """A count changes at an instant, not on the way to it."""
    (way,) = paths(drawn(Curve("Stages", (0, DAY_MS), (Series("MQL", (1, 2)),), steps=True)))

    assert "L" not in way
    assert way.index("H") < way.index("V")


def test_each_line_is_named_at_its_end_with_its_last_value() -> None:
    """No legend to look up."""
    parts = drawn(Curve("Stages", (0, DAY_MS), (Series("MQL", (1, 1200)), Series("SQL", (3, None))), unit="leads"))

    named = [text.text for part in parts for text in part.iter("text") if "named" in (text.get("class") or "")]
    assert sorted(named, key=str) == ["MQL 1,200", "SQL 3"]


def test_the_table_behind_has_every_instant() -> None:
    """All values, in the order of time, in UTC."""
    parts = drawn(Curve("Rate", (0, DAY_MS), (Series("won", (0.25, None)),), unit="%", decimals=2))

    cells = [cell.text for part in parts for cell in part.iter() if cell.tag in {"td", "th"}]
    assert cells == ["at (UTC)", "won (%)", "1970-01-01 00:00", "0.25", "1970-01-02 00:00", "–"]


def test_one_instant_is_a_curve_too() -> None:
    """A history of one moment does not divide by its length."""
    assert paths(drawn(Curve("Stages", (5,), (Series("MQL", (7,)),))))[0].endswith("h0")


def test_nothing_to_show_is_said() -> None:
    """No axis without a value."""
    assert [part.text for part in drawn(Curve("Stages", (), ()))] == ["There is nothing to show."]


@given(st.lists(st.floats(0, 300), max_size=15).map(sorted))
def test_names_move_apart_in_their_order(wanted: list[float]) -> None:
    """No two lie on each other and none leaves the picture, as long as there is room."""
    places = apart(wanted, 17, 0, 300)

    assert all(later - earlier >= 17 - 1e-9 for earlier, later in pairwise(places))
    assert all(-1e-9 <= place <= 300 for place in places)
