"""What an owner without commits does for its table: takes published outputs out of the outbox, and looks at it.

Commits do both in passing.
"""

from collections.abc import Callable
from functools import partial

from streams.partition.patience import Patiently
from streams.partition.tenure import Tenure
from streams.table.door import Table

VERIFY_SECONDS = 1.0
"""How often an owner without commits looks whether its table still is where it left it."""


class Upkeep:
    """The care for one owned partition's table."""

    def __init__(
        self, partition: int, table: Table, tenure: Tenure, patiently: Patiently, monotonic: Callable[[], float]
    ) -> None:
        """Start with a table that was just claimed.

        Args:
            partition: Which.
            table: Where it is.
            tenure: Where the owner left it.
            patiently: Asks until there is an answer.
            monotonic: A clock in seconds.
        """
        self._partition = partition
        self._table = table
        self._tenure = tenure
        self._patiently = patiently
        self._monotonic = monotonic
        self._verified_at = monotonic()

    def note_commit(self) -> None:
        """Note that a commit found the table as it was left."""
        self._verified_at = self._monotonic()

    async def verify(self) -> None:
        """Look whether the table is as it was left, if no commit has told for a while.

        Raises:
            Fenced: If another worker took the partition.
            Moved: If the table was rolled back or wiped.
        """
        now = self._monotonic()
        if now - self._verified_at < VERIFY_SECONDS:
            return
        tenure = self._tenure
        left = (self._partition, tenure.epoch, tenure.owner_token, tenure.commit_token)
        tenure.check(await self._patiently(partial(self._table.verify, *left)))
        self._verified_at = now

    async def trim(self) -> None:
        """Take what Kafka acknowledged out of the outbox, when no commit comes to do it.

        Raises:
            Fenced: If another worker took the partition.
            Moved: If the table was rolled back or wiped.
        """
        tenure, through = self._tenure, self._tenure.published_through
        if through <= tenure.trimmed_through:
            return
        left = (self._partition, tenure.epoch, tenure.owner_token, through)
        tenure.check(await self._patiently(partial(self._table.acknowledge, *left)))
        tenure.trimmed_through = through
