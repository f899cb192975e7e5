"""The owner of one partition number: one serial flow from its input records to its outputs.

The page to read is `Owner._process`: decode, refuse, load, fold and judge, commit, publish, acknowledge. An exception
never leaves a half-handled batch behind: what was not committed is read again, what was committed and not published
stands in the outbox. Knows the doors only, neither Redis nor Kafka nor Faust.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from streams.codec import decoded_lead
from streams.decode import Decoder
from streams.fold import Fold, FoldRules
from streams.lead import Lead
from streams.merging import Merge, Ordered
from streams.metrics import Metrics
from streams.outputs import Outputs
from streams.patience import patiently
from streams.publisher.door import Publisher
from streams.records import Decoded, Taken
from streams.table.door import Claim, Loaded, Table
from streams.tenure import Tenure
from streams.ticks import Ticker

Answer = TypeVar("Answer")

WAKE_UPS_MAX = 2_000
"""Most wake-ups of one commit: bounds the script's time when many come due at once."""
SWEEP_LEADS = 500
"""Leads judged anew in one commit after a change of scorecard."""
RECORDS_A_TURN = 100
"""Records folded before other owners and the health endpoint get a turn of the event loop."""
PAUSE_SECONDS_MAX = 0.5
"""Longest sleep of an idle owner."""
ORDER_POLL_SECONDS = 0.005
"""How often the merge is asked again while a topic is known to lag."""


@dataclass(frozen=True, slots=True)
class OwnerLimits:
    """Bounds of an owner, from the settings."""

    batch_records_max: int
    batch_bytes_max: int
    cached_leads_max: int
    merge_wait_seconds: float
    retry_seconds_max: float


@dataclass(frozen=True, slots=True)
class OwnerParts:
    """What an owner works with; shared by all owners of a process."""

    table: Table
    publisher: Publisher
    decoder: Decoder
    outputs_of: Callable[[int], Outputs]
    rules: FoldRules
    scorecard_fingerprint: str
    limits: OwnerLimits
    metrics: Metrics


class Owner:
    """One partition number of all input topics, in the hands of this process."""

    def __init__(
        self, claim: Claim, parts: OwnerParts, merge: Merge, ticker: Ticker, monotonic: Callable[[], float]
    ) -> None:
        """Take over a claimed partition.

        Args:
            claim: The partition as the table has it.
            parts: Doors, rules and bounds.
            merge: The partition's buffers.
            ticker: Decides when a tick is wanted.
            monotonic: A clock in seconds that only bounds waits.
        """
        self.partition = claim.partition
        self.merge = merge
        self._tenure = Tenure.of_claim(claim)
        self._outputs = parts.outputs_of(claim.partition)
        self._parts = parts
        self._ticker = ticker
        self._monotonic = monotonic
        self._cache: OrderedDict[str, Lead] = OrderedDict()
        self._arrived = asyncio.Event()
        self._is_stopping = False
        self._on_progress: Callable[[Mapping[str, int]], None] = lambda _: None

    @property
    def watermarks(self) -> Mapping[str, int]:
        """Per topic the last offset whose effects are in the table."""
        return self._tenure.watermarks

    def notify(self) -> None:
        """Say that something was buffered, or that it is time to stop."""
        self._arrived.set()

    def stop(self) -> None:
        """Ask the flow to end after the batch that it is in."""
        self._is_stopping = True
        self.notify()

    def on_progress(self, told: Callable[[Mapping[str, int]], None]) -> None:
        """Set who is told the watermarks after each batch is committed and published."""
        self._on_progress = told

    async def run(self) -> None:
        """Work until stopped.

        Raises:
            Fenced: If another worker took the partition.
            Moved: If the table was rolled back or wiped under this owner.
            GaveUp: If a server stayed away longer than the bound.
        """
        await self._publish()
        await self._sweep()
        while not self._is_stopping:
            run = self._take()
            if run:
                await self._process(run)
            else:
                await self._idle()
        await self._trim()

    async def _process(self, run: Sequence[Ordered]) -> None:
        """Handle one run of records: the whole line on one page."""
        fresh = [item for item in run if item.record.offset > self.watermarks.get(item.record.topic, -1)]
        if not fresh:
            # All of it was delivered again: its effects are in the table.
            self._on_progress(self.watermarks)
            return
        decoded = self._parts.decoder.decoded(fresh)
        fold = await self._loaded(decoded, until=max(item.appended_at for item in decoded))
        for place, item in enumerate(decoded, 1):
            fold.take(item)
            if place % RECORDS_A_TURN == 0:
                await asyncio.sleep(0)
        self._ticker.observe(decoded)
        await self._commit(fold, {item.record.topic: item.record.offset for item in fresh}, self._tenure.scorecard)
        await self._publish()
        self._parts.metrics.observe_batch(decoded)
        self._on_progress(self.watermarks)

    def _take(self) -> list[Ordered]:
        """Return the next run whose order is known."""
        limits = self._parts.limits
        return self.merge.take(
            records_max=limits.batch_records_max,
            bytes_max=limits.batch_bytes_max,
            now=self._monotonic(),
            patience_seconds=limits.merge_wait_seconds,
        )

    async def _idle(self) -> None:
        """Nothing to do now: tidy the outbox, send a tick if a wake-up seems due, wait for more."""
        self._arrived.clear()
        next_due_at = self._tenure.next_due_at
        if self.merge.is_empty():
            await self._trim()
            if (tick := self._ticker.wanted(next_due_at)) is not None:
                await self._patiently(partial(self._parts.publisher.publish, [tick]))
        pause_seconds = min(PAUSE_SECONDS_MAX, self._ticker.seconds_until(next_due_at))
        if not self.merge.is_empty():
            pause_seconds = ORDER_POLL_SECONDS
        try:
            async with asyncio.timeout(pause_seconds):
                await self._arrived.wait()
        except TimeoutError:
            return

    async def _loaded(self, decoded: Sequence[Decoded], until: int) -> Fold:
        """Read what a run will touch: its leads, the wake-ups due by its end, and their leads.

        When more wake-ups are due than fit one commit, the earlier ones are handled and committed first.
        """
        wanted = list(dict.fromkeys(item.lead_id for item in decoded if isinstance(item, Taken)))
        while True:
            loaded = await self._load(wanted, due_until=until, due_count_max=WAKE_UPS_MAX)
            leads = self._known(wanted, loaded.leads) | await self._leads([lead_id for lead_id, _ in loaded.due])
            fold = Fold(leads, loaded.due, self._tenure.clock, self._parts.rules, self._outputs)
            if len(loaded.due) < WAKE_UPS_MAX:
                return fold
            fold.wake_through(loaded.due[-1][1])
            await self._commit(fold, {}, self._tenure.scorecard)
            await self._publish()

    async def _leads(self, lead_ids: Sequence[str]) -> dict[str, Lead]:
        """Return leads from the cache or the table."""
        loaded = await self._load(lead_ids, due_until=-1, due_count_max=0)
        return self._known(lead_ids, loaded.leads)

    async def _load(self, lead_ids: Sequence[str], *, due_until: int, due_count_max: int) -> Loaded:
        """Read what the cache does not have."""
        missing = [lead_id for lead_id in lead_ids if lead_id not in self._cache]
        load = partial(
            self._parts.table.load, self.partition, missing, due_until=due_until, due_count_max=due_count_max
        )
        return await self._patiently(load)

    def _known(self, lead_ids: Sequence[str] | set[str], loaded: Mapping[str, bytes]) -> dict[str, Lead]:
        """Put leads together: from the cache, just loaded, or new."""
        known: dict[str, Lead] = {}
        for lead_id in lead_ids:
            if lead_id in self._cache:
                known[lead_id] = self._cache[lead_id]
            else:
                known[lead_id] = decoded_lead(loaded[lead_id]) if lead_id in loaded else Lead()
        return known

    async def _commit(self, fold: Fold, watermarks: Mapping[str, int], scorecard: str) -> None:
        """Put all that a fold changed into the table, in one atomic step."""
        changes = fold.changes()
        commit, numbered = self._tenure.commit_of(
            changes, self._outputs, clock=fold.clock, watermarks=watermarks, scorecard=scorecard
        )
        with self._parts.metrics.commit_seconds.time():
            reply = await self._patiently(partial(self._parts.table.commit, commit))
        self._tenure.settle(commit, numbered, reply)
        self._remember(changes.leads)
        self._parts.metrics.observe_changes(changes)

    def _remember(self, leads: Mapping[str, Lead]) -> None:
        """Keep changed leads in the cache, the latest last, within its bound."""
        for lead_id, lead in leads.items():
            self._cache[lead_id] = lead
            self._cache.move_to_end(lead_id)
        while len(self._cache) > self._parts.limits.cached_leads_max:
            self._cache.popitem(last=False)

    async def _publish(self) -> None:
        """Publish what is committed and not yet acknowledged by Kafka, in commit order."""
        if not self._tenure.unpublished:
            return
        messages = [message for _, message in self._tenure.unpublished]
        with self._parts.metrics.publish_seconds.time():
            await self._patiently(partial(self._parts.publisher.publish, messages))
        self._tenure.note_published()

    async def _trim(self) -> None:
        """Take what Kafka acknowledged out of the outbox, when no commit comes to do it."""
        tenure = self._tenure
        through = tenure.published_through
        if through <= tenure.trimmed_through:
            return
        acknowledge = partial(self._parts.table.acknowledge, self.partition, tenure.epoch, tenure.owner_token, through)
        tenure.check(await self._patiently(acknowledge))
        tenure.trimmed_through = through

    async def _sweep(self) -> None:
        """Judge every lead anew if another scorecard judged the table last. Safe to break off: it starts over."""
        wanted = self._parts.scorecard_fingerprint
        cursor = 0
        while self._tenure.scorecard != wanted and not self._is_stopping:
            page = partial(self._parts.table.leads_after, self.partition, cursor, SWEEP_LEADS)
            lead_ids, cursor = await self._patiently(page)
            fold = Fold(await self._leads(lead_ids), (), self._tenure.clock, self._parts.rules, self._outputs)
            for lead_id in lead_ids:
                fold.rescore(lead_id)
            await self._commit(fold, {}, wanted if cursor == 0 else self._tenure.scorecard)
            await self._publish()

    async def _patiently(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """Ask a server until it answers, counting the failures."""
        return await patiently(
            ask, seconds_max=self._parts.limits.retry_seconds_max, on_retry=self._parts.metrics.observe_retry
        )
