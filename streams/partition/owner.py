"""The owner of one partition number: one serial flow from its input records to its outputs.

The page to read is `Owner._process`: decode, refuse, load, fold and judge, commit, publish, acknowledge. An exception
never leaves a half-handled batch behind: what was not committed is read again, what was committed and not published
stands in the outbox. Knows the doors only, neither Redis nor Kafka nor Faust.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from streams.partition.arrival import Arrival
from streams.partition.changes import Changes
from streams.partition.fold import Fold
from streams.partition.healing import Healing
from streams.partition.judging import Judging
from streams.partition.leads import Leads
from streams.partition.merging import Merge
from streams.partition.pages import Pages
from streams.partition.parts import OwnerParts
from streams.partition.patience import patiently
from streams.partition.progress import progress_of
from streams.partition.pulse import go_on, in_parts, pulse
from streams.partition.record_size import size_bytes
from streams.partition.records import Decoded, Ordered, Taken
from streams.partition.recovery import Recovery, TailsByTopic
from streams.partition.stretch import folded_stretch
from streams.partition.stride import Stride
from streams.partition.tenure import Tenure
from streams.partition.ticks import Ticker
from streams.partition.turns import LONG_RECORDS
from streams.partition.upkeep import Upkeep
from streams.partition.wake_ups import Horizon
from streams.table.door import Claim

Answer = TypeVar("Answer")

WAKE_UPS_MAX = 500
"""Most wake-ups of one commit: bounds the script's time when many come due at once."""
RECORDS_A_TURN = 50
"""Records folded before other owners and the health endpoint get a turn of the event loop: 1 to 4 milliseconds."""
WAKE_UPS_A_TURN = 20
"""Wake-ups handled before the same: one may search for its next crossing for a millisecond."""
PAUSE_SECONDS_MIN, PAUSE_SECONDS_MAX = 0.001, 0.5
"""Shortest and longest sleep of an idle owner."""
ORDER_POLL_SECONDS = 0.005
"""How often the merge is asked again while a topic is known to lag."""
SCORECARDS_POLL_SECONDS = 0.05
"""How often it is asked again whether the scorecards are known, while they are not."""


class Owner:
    """One partition number of all input topics, in the hands of this process."""

    def __init__(
        self,
        claim: Claim,
        tails: TailsByTopic,
        parts: OwnerParts,
        merge: Merge,
        ticker: Ticker,
        monotonic: Callable[[], float],
    ) -> None:
        """Take over a claimed partition.

        Args:
            claim: The partition as the table has it.
            tails: How far its outputs were published.
            parts: Doors, rules and bounds.
            merge: The partition's buffers.
            ticker: Decides when a tick is wanted.
            monotonic: A clock in seconds that only bounds waits.
        """
        self.partition = claim.partition
        self.merge = merge
        self._is_stopping = False
        self._tenure = Tenure.of_claim(claim, tails)
        self._healing = Healing(claim, self._tenure, parts, monotonic)
        self._judging = Judging(parts.scorecards, parts.rules, partial(parts.outputs_of, claim.partition), claim.clock)
        self.progress = partial(progress_of, self._tenure, merge, self._judging)
        self._parts = parts
        self._ticker = ticker
        self._monotonic = monotonic
        self._leads = Leads(parts.table, claim.partition, parts.lead_room, self._patiently)
        steps = (self._patiently, self._commit_page, lambda: self._is_stopping)
        self._pages = Pages(parts, self._tenure, self._judging, self._leads, *steps)
        self._arrived = Arrival()
        self._upkeep = Upkeep(claim.partition, parts.table, self._tenure, self._patiently, monotonic)
        self._stride = Stride(parts.limits.batch_records_max, monotonic)
        self._on_progress: Callable[[Mapping[str, int]], None] = lambda _: None

    @property
    def watermarks(self) -> Mapping[str, int]:
        """Per topic the last offset whose effects are in the table."""
        return self._tenure.watermarks

    @property
    def clock(self) -> int:
        """The instant before which every wake-up was handled, in milliseconds."""
        return self._tenure.clock

    @property
    def recovery(self) -> Recovery | None:
        """The replay after a rollback or a rebuild, while it goes on."""
        return self._healing.recovery

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
            InputReset: If a topic was made anew under its name.
        """
        try:
            with self._parts.lead_room.occupied():
                await self._work()
        finally:
            self._healing.close()
            self._pages.close()

    async def _work(self) -> None:
        """Begin where the table is, work until stopped, and leave nothing behind."""
        await self._healing.begin(self._patiently)
        await self._publish()
        while not self._is_stopping:
            pulse().turn()
            if not self._parts.scorecards.is_read(self._monotonic()):
                pulse().refuse()
                self._arrived.clear()
                await self._arrived.wait(SCORECARDS_POLL_SECONDS)
                continue
            await self._pages.sweep()
            if self._healing.is_over(self.merge):
                await self._healing.end(self._judging.rules.scorecard, self._pages.to_correct())
            if run := self._take():
                await self._handle(run)
            else:
                await self._idle()
            await self._healing.mark()
        await self._upkeep.trim()
        await self._healing.mark(seconds_min=0.0)

    async def _handle(self, run: Sequence[Ordered]) -> None:
        """Handle one run: a short one waits for nobody, a long one for its turn, and takes along what came by then."""
        if len(run) < LONG_RECORDS:
            await self._process(run)
            return
        async with self._parts.turns.turn(lambda: self._is_stopping):
            await self._process([*run, *self._take(run)])

    async def _process(self, run: Sequence[Ordered]) -> None:
        """Handle one run of records: the whole line on one page. It takes one round, or several where bounds say so."""
        with self._stride.measured(len(run)):
            waiting = await in_parts(self._parts.decoder.decoded, self._fresh(run))
            self._ticker.observe(waiting)
            while waiting and not self._is_stopping:
                fold, horizon = await self._loaded(waiting)
                handled = await self._folded(fold, waiting, horizon)
                changes = await self._commit(fold, handled)
                await self._publish()
                self._parts.metrics.observe_batch(handled, changes.tally.changed_at)
                await self._pages.sweep()
        # What was delivered again is acknowledged too: its effects were in the table.
        self._on_progress(self.watermarks)

    def _fresh(self, run: Iterable[Ordered]) -> list[Ordered]:
        """Return the records whose effects are not in the table, each once: what came before a seek may come again."""
        fresh: dict[tuple[str, int], Ordered] = {}
        for item in run:
            if self._tenure.is_fresh(item.record):
                fresh.setdefault((item.record.topic, item.record.offset), item)
        return [*fresh.values()]

    def _take(self, taken: Collection[Ordered] = ()) -> list[Ordered]:
        """Return the next run whose order is known, and every scorecard that may judge it; or more of a run."""
        limits, now = self._parts.limits, self._monotonic()
        if not self._parts.scorecards.is_read(now):
            return []
        return self.merge.take(
            records_max=self._stride.records - len(taken),
            bytes_max=limits.batch_bytes_max - sum(size_bytes(item.record) for item in taken),
            now=now,
            patience_seconds=limits.merge_wait_seconds,
        )

    async def _idle(self) -> None:
        """Nothing to do now: look after the table, send a tick if a wake-up seems due, wait for more."""
        self._arrived.clear()
        if not self.merge.is_empty():
            await self._arrived.poll(self._may_go_on, ORDER_POLL_SECONDS)
            return
        await self._upkeep.trim()
        await self._upkeep.verify()
        next_due_at = self._healing.wake_at(self._judging.next_due_at(self._tenure.clock, self._tenure.next_due_at))
        if (tick := self._ticker.wanted(next_due_at)) is not None:
            await self._patiently(partial(self._parts.publisher.publish, [tick]))
        pause_seconds = max(PAUSE_SECONDS_MIN, min(PAUSE_SECONDS_MAX, self._ticker.seconds_until(next_due_at)))
        await self._arrived.wait(pause_seconds)

    def _may_go_on(self) -> bool:
        """Tell whether what is buffered can be taken by now; while replaying, how far Kafka is read counts too."""
        pulse().turn()
        return self.recovery is not None or self.merge.has_run(self._monotonic(), self._parts.limits.merge_wait_seconds)

    async def _loaded(self, waiting: Collection[Decoded]) -> tuple[Fold, Horizon]:
        """Read what a run will touch: its leads, the wake-ups due by its end, and their leads."""
        wanted = list(dict.fromkeys(item.lead_id for item in waiting if isinstance(item, Taken)))
        tenure, next_at = self._tenure, self._judging.next_at(self._tenure.clock)
        # At least to the clock: an owner that stopped among wake-ups of one instant left some that are due at it.
        until = max(tenure.clock, *(item.appended_at for item in waiting))
        until = until if next_at is None else min(until, next_at - 1)
        due_count_max = WAKE_UPS_MAX if tenure.is_due(until) else 0
        leads, due = await self._leads.load(wanted, due_until=until, due_count_max=due_count_max)
        leads |= await self._leads.of([lead_id for lead_id, _ in due if lead_id not in leads])
        given = (self._judging.rules, self._judging.outputs, tenure.forwarded, self._healing.is_published)
        fold = Fold(leads, due, tenure.clock, *given)
        if len(due) >= WAKE_UPS_MAX:
            return fold, Horizon(due[-1][1], due[-1][1])
        return fold, Horizon() if next_at is None else Horizon(next_at, next_at - 1)

    async def _folded(self, fold: Fold, waiting: deque[Decoded], horizon: Horizon) -> list[Decoded]:
        """Take what waits, in order, as far as the fold sees and its outputs fit the outbox; perhaps only wake-ups."""
        handled: list[Decoded] = []
        while waiting:
            appended_at = max(fold.clock, waiting[0].appended_at)
            is_known = appended_at < horizon.before
            while fold.wake_some(appended_at if is_known else horizon.wake_through, WAKE_UPS_A_TURN):
                await go_on()
                if self._is_full(fold):
                    return handled
            if not is_known:
                fold.reach(int(horizon.before))
                break
            records_max = RECORDS_A_TURN - len(handled) % RECORDS_A_TURN
            bounds = (horizon.before, records_max, self._parts.limits.outbox_bytes_max)
            handled += folded_stretch(fold, waiting, *bounds)
            if len(handled) % RECORDS_A_TURN == 0:
                await go_on()
            if self._is_full(fold) or self._is_stopping:
                break  # what is folded is committed; the rest of a long batch is for the next owner
        return handled

    def _is_full(self, fold: Fold) -> bool:
        """Tell whether the outputs of a fold are as many as one commit may put into the outbox."""
        return fold.output_bytes >= self._parts.limits.outbox_bytes_max

    async def _commit(self, fold: Fold, handled: Iterable[Decoded], scorecard: str | None = None) -> Changes:
        """Put all that a fold changed into the table, in one atomic step; return it."""
        changes = fold.changes()
        self._healing.filter(changes)
        commit, numbered = self._tenure.commit_of(
            changes,
            await self._leads.rows(changes.leads),
            self._judging.outputs,
            clock=fold.clock,
            handled=[item.record for item in handled],
            scorecard=self._tenure.scorecard if scorecard is None else scorecard,
        )
        with self._parts.metrics.commit_seconds.time():
            reply = await self._patiently(partial(self._parts.table.commit, commit))
        self._tenure.settle(commit, numbered, reply)
        self._upkeep.note_commit()
        for lead_id, lead in changes.leads.items():
            self._leads.remember(lead_id, lead, len(commit.leads[lead_id]))
        self._parts.metrics.observe_changes(changes)
        return changes

    async def _publish(self) -> None:
        """Publish what is committed and not yet acknowledged by Kafka, in commit order."""
        if messages := [message for _, message in self._tenure.unpublished]:
            with self._parts.metrics.publish_seconds.time():
                await self._patiently(partial(self._parts.publisher.publish, messages))
            self._tenure.note_published()

    async def _commit_page(self, fold: Fold, scorecard: str | None) -> None:
        """Commit and publish what walking through all leads changed in some of them."""
        await self._commit(fold, (), scorecard)
        await self._publish()

    async def _patiently(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """Ask a server until it answers, counting the failures."""
        return await patiently(
            ask, seconds_max=self._parts.limits.retry_seconds_max, on_retry=self._parts.metrics.observe_retry
        )
