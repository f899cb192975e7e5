"""Records folded together: as far as nothing comes between."""

from collections import deque
from collections.abc import Iterable
from math import inf

from streams.partition.fold import Fold
from streams.partition.records import Decoded, Ordered
from streams.partition.stretch import folded_stretch
from tests.builders.folding import Partition, decoder
from tests.builders.records import DAY, NOW, SECOND, page_view

MIB = 2**20


def waiting(times: Iterable[int]) -> deque[Decoded]:
    """Return page views of one lead that were appended at some instants."""
    views = [Ordered(at, page_view("/pricing", at=at, offset=place)) for place, at in enumerate(times)]
    return deque(decoder().decoded(views))


def a_fold(until: int = NOW) -> Fold:
    """Return a fold of one lead of whom nothing is known."""
    return Partition().fold(until=until, also=["lead-ada"])


def test_it_takes_so_many_in_order_and_leaves_the_others() -> None:
    """Others get a turn after them."""
    items = waiting([NOW, NOW, NOW + SECOND])
    first, second, third = items

    assert folded_stretch(a_fold(), items, inf, records_max=2, output_bytes_max=MIB) == [first, second]
    assert [*items] == [third]


def test_it_ends_where_the_fold_sees_no_further() -> None:
    """A record that was appended at that instant waits for another fold; so does all behind it."""
    items = waiting([NOW, NOW + 5, NOW + 6])

    assert len(folded_stretch(a_fold(), items, NOW + 5, records_max=9, output_bytes_max=MIB)) == 1
    assert len(items) == 2


def test_a_wake_up_comes_before_the_record_after_it() -> None:
    """Its owner handles it, some at a time: also one that is due at the record's very instant."""
    fold = a_fold(until=NOW + 9 * DAY)
    folded_stretch(fold, waiting([NOW]), inf, records_max=9, output_bytes_max=MIB)
    due_at = fold.next_wake_at
    assert due_at is not None

    assert len(folded_stretch(fold, waiting([due_at - 1, due_at]), inf, records_max=9, output_bytes_max=MIB)) == 1


def test_it_ends_when_a_commit_is_full() -> None:
    """With the record by which so many bytes wait to be published."""
    items = waiting([NOW, NOW, NOW])

    assert len(folded_stretch(a_fold(), items, inf, records_max=9, output_bytes_max=1)) == 1
