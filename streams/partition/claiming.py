"""How partitions are claimed: first how far their outputs were published, then the table, above every epoch seen."""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from functools import partial

from streams.partition.parts import OwnerParts
from streams.partition.patience import Patiently, patiently
from streams.partition.recovery import TailsByTopic
from streams.table.door import Claim

log = logging.getLogger(__name__)


class Claims:
    """The claims of one process. It remembers the epochs that it had."""

    def __init__(self, parts: OwnerParts) -> None:
        """Start without any; ``parts`` has the doors to claim through."""
        self._parts = parts
        self._epochs: dict[int, int] = {}

    async def of(self, numbers: Sequence[int], seconds_max: float, setting: str) -> list[tuple[Claim, TailsByTopic]]:
        """Claim some partitions, asking again while Kafka or the table are away.

        Args:
            numbers: Their numbers.
            seconds_max: How long to go on asking.
            setting: The one that says so.

        Returns:
            Each claim, with how far the partition's outputs were published, by output topic.

        Raises:
            GaveUp: If Kafka or the table are away longer than that.
        """
        if not numbers:
            return []
        read = partial(self._parts.tails.read, numbers)
        way_out = f"bring the server back, or raise {setting}"
        on_retry = self._parts.metrics.observe_retry
        asked = partial(patiently, seconds_max=seconds_max, on_retry=on_retry, way_out=way_out)
        tails = await asked(read)
        claims = await asyncio.gather(*(self._claim(number, tails[number], asked) for number in numbers))
        return [(claim, tails[claim.partition]) for claim in claims]

    async def _claim(self, number: int, tails: TailsByTopic, asked: Patiently) -> Claim:
        """Claim one partition."""
        # Drawn once for all tries: a try that was given up and runs late is known by it, and does no harm.
        token = secrets.token_hex(8)
        # Above every epoch that this process had or that published: a table that was rolled back would give one again.
        above_epoch = max(self._epochs.get(number, 0), *(tail.epoch for tail in tails.values()), 0)
        claim = await asked(lambda: self._parts.table.claim(number, token, above_epoch=above_epoch))
        self._epochs[number] = claim.epoch
        log.info("partition_claimed partition=%d epoch=%d clock=%d", number, claim.epoch, claim.clock)
        return claim
