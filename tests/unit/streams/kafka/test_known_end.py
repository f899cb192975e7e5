"""The end is what a fetch told, up to what may be read."""

from types import SimpleNamespace

import pytest

from streams.kafka.known_end import is_at_end, known_end, readable_end

PLACE = ("page-views", 0)


class Consumer(SimpleNamespace):
    """A client that stands somewhere, and what a fetch told it."""

    def highwater(self, _place: object) -> int | None:
        """Return the end."""
        return self.end  # type: ignore[no-any-return]

    def last_stable_offset(self, _place: object) -> int | None:
        """Return the end of what is committed."""
        return self.stable  # type: ignore[no-any-return]

    async def position(self, _place: object) -> int:
        """Return what is read next."""
        return self.at  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("highwater", "stable", "end"),
    [(None, None, None), (None, 4, None), (9, None, 9), (9, -1, 9), (9, 9, 9), (9, 4, 4)],
    ids=["not answered", "no end", "old broker", "not told", "no transaction", "open transaction"],
)
def test_the_end_is_that_of_what_may_be_read(highwater: int | None, stable: int | None, end: int | None) -> None:
    """But for an open transaction, whose records nobody gets yet."""
    assert readable_end(highwater, stable) == end
    assert known_end(Consumer(end=highwater, stable=stable), PLACE) == end


def test_who_reads_all_ends_with_all() -> None:
    """A stranger's open transaction hides no end from those who read what is not committed."""
    assert known_end(Consumer(end=9, stable=4), PLACE, is_committed=False) == 9


@pytest.mark.parametrize(("at", "end", "is_there"), [(0, None, False), (8, 9, False), (9, 9, True), (9, 4, True)])
async def test_a_place_is_at_its_end_once_nothing_is_left_to_read(at: int, end: int | None, is_there: bool) -> None:
    """By position, so that holes do not count; before a fetch nobody knows."""
    assert await is_at_end(Consumer(at=at, end=end, stable=None), PLACE) is is_there
