"""How far outputs were published, as positions, headers and markers."""

import pytest

from streams.tail.positions import (
    ByInstant,
    ByRecord,
    Occasion,
    Positions,
    header_of,
    highest,
    marked,
    marker_value,
    published_of,
)

NOW = 1_795_341_600_000
HERE = Positions(3, 9, NOW, {"page-views": 4})


@pytest.mark.parametrize(
    ("occasion", "is_so"),
    [
        (ByRecord("page-views", 4), True),
        (ByRecord("page-views", 5), False),
        (ByRecord("form-fills", 0), False),
        (ByInstant(NOW - 1), True),
        (ByInstant(NOW), False),
    ],
)
def test_positions_cover_what_was_handled_before_them(occasion: Occasion, is_so: bool) -> None:
    """A record up to its watermark; a wake-up strictly before the clock, among whose own an owner may have stopped."""
    assert HERE.covers(occasion) is is_so


def test_the_higher_is_taken_by_component() -> None:
    """No component goes back for another one's sake."""
    other = Positions(2, 12, NOW - 5, {"page-views": 3, "ticks": 1})

    assert highest(HERE, other) == highest(other, HERE) == Positions(3, 12, NOW, {"page-views": 4, "ticks": 1})


@pytest.mark.parametrize("occasion", [ByRecord("page-views", 7), ByInstant(NOW), None])
def test_a_header_is_read_back(occasion: Occasion | None) -> None:
    """With the commit, and with what caused the output if that is known."""
    found = published_of([("ce_id", b"x"), header_of(HERE, commit="c0ffee", occasion=occasion)])

    assert found is not None
    assert (found.positions, found.commit, found.occasion) == (HERE, "c0ffee", occasion)


def test_a_marker_is_read_back() -> None:
    """It names its output topic; what is no marker tells nothing."""
    assert marked(marker_value("stage-changes", HERE)) == ("stage-changes", HERE)
    assert marked(b"{}") is None
    assert marked(None) is None
