"""What stands in the place of records that nobody can read."""

from schemas.refusals import Reason
from streams.kafka.unreadable import UnreadableRecord
from streams.transport.door import Hole, HoleReason
from streams.transport.skipped import holes_of, oversize, unreadable, with_skipped
from tests.unit.streams.transport.fakes import OPENS, VIEWS, records


def left_out(offset: int) -> UnreadableRecord:
    """Return a record that was left out."""
    return UnreadableRecord(offset, 1_750_000_000_000, 1, b"lead-ada", b"{}")


def test_it_stands_in_its_place() -> None:
    """Between the records that are readable, and alone where there are none."""
    found = {VIEWS: records(VIEWS, [3, 5])}
    skipped = [unreadable(VIEWS, left_out(6)), unreadable(VIEWS, left_out(4)), oversize(OPENS, 9)]

    whole = with_skipped(found, skipped)

    assert {tp: [record.offset for record in run] for tp, run in whole.items()} == {VIEWS: [3, 4, 5, 6], OPENS: [9]}
    assert with_skipped(found, []) is found


def test_what_is_known_of_it_is_kept() -> None:
    """Of an unreadable one all but its headers; of an oversize one its place."""
    one = unreadable(VIEWS, left_out(4))
    assert (one.topic, one.partition, one.key, one.value, one.timestamp) == (
        *VIEWS,
        b"lead-ada",
        b"{}",
        1_750_000_000_000,
    )
    assert (one.reason, one.has_value) == (Reason.UNREADABLE, True)
    other = oversize(VIEWS, 4)
    assert (other.reason, other.has_value, other.timestamp) == (Reason.OVERSIZE, False, -1)


def test_bad_records_in_a_row_are_one_hole() -> None:
    """A producer that always sends them is told of once a fetch, not once a record."""
    skipped = [unreadable(VIEWS, left_out(offset)) for offset in (1, 2, 3, 5)]

    assert list(holes_of([*skipped, oversize(VIEWS, 4), unreadable(OPENS, left_out(6))])) == [
        (OPENS, Hole(6, 7, HoleReason.UNREADABLE)),
        (VIEWS, Hole(4, 5, HoleReason.OVERSIZE)),
        (VIEWS, Hole(1, 4, HoleReason.UNREADABLE)),
        (VIEWS, Hole(5, 6, HoleReason.UNREADABLE)),
    ]
    assert list(holes_of([])) == []
