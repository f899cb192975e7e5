"""Looks on while a run goes: how far the tables are behind Kafka, and how soon a kill is made good."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from redis.exceptions import RedisError

from tests.faults.load import Load
from tests.line.installation import Installation, TableFacts

LOOK_SECONDS = 0.25
CURRENT_SECONDS = 2.0
"""What lags less than this is current."""
REDIS_SECONDS_MAX = 1.0


@dataclass(frozen=True, slots=True)
class Sample:
    """At ``at`` (monotonic seconds) all that was acknowledged before ``handled_until`` was handled."""

    at: float
    handled_until: float

    @property
    def lag_seconds(self) -> float:
        """How long the oldest record that is not handled has waited."""
        return self.at - self.handled_until


@dataclass
class Watch:
    """Samples of the lag, taken as long as it runs."""

    line: Installation
    load: Load
    samples: list[Sample] = field(default_factory=list)

    async def run(self) -> None:
        """Look until cancelled. While Redis does not answer there is nothing to see."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                async with asyncio.timeout(REDIS_SECONDS_MAX):
                    facts = await self.line.facts()
            except (RedisError, OSError, TimeoutError):
                continue
            self._note(facts)

    def _note(self, facts: Mapping[int, TableFacts]) -> None:
        prefix = self.line.settings.topic_prefix
        marks = {
            (topic.removeprefix(prefix), number): offset
            for number, fact in facts.items()
            for topic, offset in fact.watermarks.items()
        }
        now = time.monotonic()
        oldest = self.load.oldest_unhandled(marks)
        self.samples.append(Sample(now, now if oldest is None else oldest))


def recovery_seconds(killed_at: float, samples: list[Sample]) -> float | None:
    """Return how long after a kill all partitions were current again; None if they never were.

    They are once everything of the first seconds after the kill is handled (its victim's partitions are at work again),
    and nothing lags.
    """
    wanted = killed_at + CURRENT_SECONDS
    for sample in samples:
        if sample.handled_until >= wanted and sample.lag_seconds < CURRENT_SECONDS:
            return sample.at - killed_at
    return None
