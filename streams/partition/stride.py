"""How many records an owner takes in one round: as many as it works through within some seconds.

A round's effects are seen when it is committed, so a long one is late for everybody downstream, and lost work if the
worker dies. How long a record takes depends on how rich its lead is, whether it is at hand, and on how many partitions
share the processor: 0.03 and 1 ms were measured. So the number is found by trying. It decides how records are
cut into commits and nothing else: rows, changes and their instants are the same for every cut.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

SECONDS_MAX = 10.0
"""A round that took longer was too large; one that took half of it at most may double."""
FIRST_RECORDS = 16_000
"""How many the first round takes: some 4 s of work with leads that are not at hand, twice that beside another owner's
round; half a second with others."""
RECORDS_MIN = 100
"""A round is never asked to be smaller, however slow it was: a server may have been away meanwhile."""


class Stride:
    """The size of an owner's next round."""

    def __init__(self, records_max: int, monotonic: Callable[[], float]) -> None:
        """Start in the middle.

        Args:
            records_max: Most records of a round, however quick they are.
            monotonic: A clock in seconds.
        """
        self._records_max = records_max
        self._monotonic = monotonic
        self.records = min(FIRST_RECORDS, records_max)

    @contextmanager
    def measured(self, records: int) -> Iterator[None]:
        """Take the time of a round of so many records, and let the next ones be as large as it allows."""
        begun_at = self._monotonic()
        yield
        seconds = self._monotonic() - begun_at
        if seconds > SECONDS_MAX:
            self.records = min(self.records, max(RECORDS_MIN, int(records * SECONDS_MAX / seconds)))
        elif seconds <= SECONDS_MAX / 2 and records >= self.records:
            self.records = min(2 * self.records, self._records_max)
