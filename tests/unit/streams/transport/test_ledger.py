"""The books of what was delivered: a commit follows the head, and void messages count no more."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from streams.transport.door import TopicPartition
from streams.transport.ledger import VOID_GENERATION, Ledger

VIEWS = TopicPartition("page-views", 3)


@dataclass
class Run:
    """A message as the ledger sees it."""

    offset: int
    acked: bool = False
    tracked: bool = False
    generation_id: int | None = 1


@given(
    sizes=st.lists(st.integers(1, 50), min_size=1, max_size=12),
    order=st.randoms(use_true_random=False),
)
def test_a_commit_is_never_past_unfinished_work(sizes: list[int], order: object) -> None:
    """In whatever order runs are acknowledged, what is committed lies at or below the first unfinished run."""
    ledger, runs, offset = Ledger(), [], -1
    for size in sizes:
        offset += size
        runs.append(Run(offset))
        ledger.add(VIEWS, runs[-1])
    shuffled = list(runs)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    last_committed = 0
    for run in shuffled:
        run.acked = True
        committed = ledger.committable(VIEWS)
        unfinished = [other.offset for other in runs if not other.acked]
        if committed is not None:
            assert last_committed < committed
            last_committed = committed
        assert not unfinished or last_committed <= unfinished[0]
    assert last_committed == runs[-1].offset + 1


def test_nothing_is_committed_twice() -> None:
    """A run is struck out when its offset is given."""
    ledger = Ledger()
    ledger.add(VIEWS, Run(5, acked=True))
    assert ledger.committable(VIEWS) == 6
    assert ledger.committable(VIEWS) is None


def test_a_failed_commit_is_due_again() -> None:
    """And a later one replaces it."""
    ledger = Ledger()
    ledger.restore(VIEWS, 6)
    assert ledger.committable(VIEWS) == 6
    ledger.restore(VIEWS, 6)
    ledger.add(VIEWS, Run(9, acked=True))
    assert ledger.committable(VIEWS) == 10


def test_a_void_message_is_never_committed() -> None:
    """It looks acknowledged, so that a late acknowledgement has no effect, and it blocks what comes after it."""
    ledger, first, second = Ledger(), Run(5), Run(9, acked=True)
    ledger.add(VIEWS, first)
    ledger.add(VIEWS, second)
    ledger.void(ledger.unacknowledged())
    assert (first.acked, first.generation_id) == (True, VOID_GENERATION)
    assert second.generation_id == 1
    assert ledger.committable(VIEWS) is None


def test_forgotten_books_hold_nothing() -> None:
    """After it the partition starts anew, and messages still under way are void."""
    ledger, waiting = Ledger(), Run(5)
    ledger.add(VIEWS, waiting)
    ledger.restore(VIEWS, 3)
    ledger.forget([VIEWS])
    assert waiting.acked
    assert ledger.committable(VIEWS) is None
    assert ledger.is_taken(VIEWS)


def test_taken_means_the_last_one_was_taken() -> None:
    """The agent takes in order, so the last delivery tells of all."""
    ledger, first, last = Ledger(), Run(5, tracked=True), Run(9)
    assert ledger.is_taken(VIEWS)
    ledger.add(VIEWS, first)
    assert ledger.is_taken(VIEWS)
    ledger.add(VIEWS, last)
    assert not ledger.is_taken(VIEWS)
    last.tracked = True
    assert ledger.is_taken(VIEWS)
