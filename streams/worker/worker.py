"""A worker process: checks what it needs, takes its share of the partitions, and leaves cleanly when told to.

Everything is put together here, once, out of the settings. Whatever goes wrong for good ends the process with a word,
for its supervisor to start it anew: a worker that cannot work must not look as if it did.
"""

import asyncio
import logging
import signal
import time
from contextlib import AsyncExitStack
from functools import lru_cache
from importlib.metadata import version

from schemas.topics import INPUT_TOPICS, OUTPUT_TOPICS, TOPICS
from scorer import JournalBounds, Scorecard
from streams import compiled
from streams.configuration.settings import Settings
from streams.kafka.partitioner import partition_of
from streams.kafka.reader import TopicReader
from streams.kafka.topic_admin import check_topics
from streams.kafka.topic_plan import message_bytes_max
from streams.monitoring.health import HealthServer
from streams.monitoring.metrics import Metrics
from streams.partition.dead_letters import is_stub, stub_of
from streams.partition.decode import Acceptance, Decoder, InputNames
from streams.partition.fold import FoldRules
from streams.partition.lead_cache import LeadRoom
from streams.partition.outputs import Outputs, OutputTopics
from streams.partition.pace import SweepPace
from streams.partition.partitions import Partitions
from streams.partition.parts import OwnerParts, Timing
from streams.partition.patience import patiently
from streams.publisher.kafka import KafkaPublisher
from streams.publisher.stubbing import StubbingPublisher
from streams.scorecards.following import ScorecardFollower
from streams.scorecards.loading import load
from streams.scorecards.registry import Registry
from streams.table.redis import RedisTable
from streams.tail.kafka import KafkaTails
from streams.tail.told import TailTopics
from streams.transport.consumer import InputDied
from streams.transport.options import TransportOptions
from streams.worker.app import input_app, run_until
from streams.worker.drift import watched_partitions
from streams.worker.limits import owner_limits
from streams.worker.readiness import missing
from streams.worker.retained import KafkaRetained
from streams.worker.standstill import Bounds, Look, Standstill
from streams.worker.watchdog import LoopGuard, Stalled, Watchdog

log = logging.getLogger(__name__)

KEYS_REMEMBERED = 65_536
"""Leads whose partition is remembered: hashing a key in Python costs about as much as decoding its record."""
FETCH_WAIT_MS = 50
"""How long Kafka may hold back the answer to a fetch: a tick waits for it."""
CALL_SHARE = 0.8
"""Of the session's and the rebalance's time-out: how long a call of Kafka's client may take but for fetches."""
DRAIN_SHARE = 0.5
"""Of the time for a stop: how much owners get to finish their batch when their partitions go."""
LEAVE_SHARE = 0.8
"""Of the time for a stop: how much leaving the group may take, Kafka's answers and the owners' batch included."""
TICKS, REPARTITION, CHALLENGER = "ticks", "repartition", "challenger-stage-changes"
WRITTEN = ("stage-changes", "lead-scores", "dead-letters", REPARTITION, CHALLENGER)
"""The names that `OutputTopics` asks for."""
LOOKED_AT = ("stage-changes", "lead-scores", "dead-letters", "positions", CHALLENGER)
"""Those that `TailTopics` asks for."""
SCORECARDS = "scorecards"
CHECK_SECONDS_MAX = 10.0
"""How long Redis gets to answer at start."""
CHECK_WAY_OUT = "see that it runs where LEADSTREAM_REDIS_URL says, and start the worker again"


class WorkerFailed(Exception):
    """The worker cannot go on; its supervisor is to start it anew."""


class WorkerStalled(WorkerFailed):
    """The worker stood still, or its input died inside the living process."""


class Worker:
    """One worker process."""

    def __init__(self, settings: Settings, guard: LoopGuard | None = None) -> None:
        """Put the parts together; nothing is connected yet.

        Args:
            settings: What it works with and within.
            guard: The watchdog's thread, if the process has one: it ends the process when the event loop stands still.

        Raises:
            ScorecardRefused: If the scorecard cannot be used.
        """
        self._settings = settings
        self._guard = guard
        self._scorecard = load(settings.scorecard)
        self._metrics = Metrics(time.time)
        self._metrics.build.info({"version": version("leadstream"), "scorecard": self._scorecard.scorecard.version})
        self._expect()
        self._table = RedisTable.from_settings(settings)
        self._publisher = StubbingPublisher(
            KafkaPublisher.from_settings(settings),
            self._topic("dead-letters"),
            lambda letter: None if is_stub(letter) else stub_of(letter),
            self._metrics.conservation.shortened.inc,
        )
        self._scorecards = ScorecardFollower(
            Registry(self._scorecard), lambda: TopicReader(settings, SCORECARDS), self._metrics.sweeps
        )
        self._is_stopping = asyncio.Event()
        self._failure: BaseException | None = None
        self.partitions = self._owners()
        self._metrics.progress.watch(self.partitions.progress)
        self.health_port: int | None = None

    async def run(self) -> None:
        """Work until `stop` or a signal.

        Raises:
            TableRefused: If Redis is not fit for tables.
            TopicsRefused: If the topics are not as they must be.
            WorkerFailed: If something failed for good; `WorkerStalled` if nothing went on.
        """
        async with AsyncExitStack() as closing:
            await closing.enter_async_context(self._watchdog())
            closing.push_async_callback(self._table.close)
            closing.push_async_callback(self._publisher.close)
            await self._check()
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, self.stop)
            if self._settings.metrics_port:
                server = await closing.enter_async_context(self._health())
                self.health_port = server.port
            await closing.enter_async_context(self._scorecards.going_on(self._fail))
            on_look = self._metrics.vitals.observe_drift
            await closing.enter_async_context(watched_partitions(self._settings, self._fail, on_look))
            await self._consume()

    async def _check(self) -> None:
        """Look at Redis and the topics before anything is scored. Redis may still read its files after a start."""
        for warning in await patiently(self._table.check, seconds_max=CHECK_SECONDS_MAX, way_out=CHECK_WAY_OUT):
            log.warning("redis_warning %s", warning)
        for warning in await check_topics(self._settings):
            log.warning("topics_warning %s", warning)

    def stop(self) -> None:
        """Ask the worker to finish its batches, commit and leave."""
        self._is_stopping.set()
        if self._guard is not None:
            self._guard.stopping()

    async def _consume(self) -> None:
        """Start the app, wait for the end, and let the partitions go in order."""
        topics = [self._topic(name) for name in INPUT_TOPICS]
        options = TransportOptions(
            batch_records_max=self._settings.batch_records_max,
            batch_bytes_max=self._settings.batch_bytes_max,
            fetch_wait_ms=FETCH_WAIT_MS,
            request_seconds_max=max(2 * self._settings.session_timeout_seconds, 15.0),
            call_seconds_max=CALL_SHARE * self._settings.session_timeout_seconds,
            stalled_seconds=self._settings.stall_seconds_max,
        )
        app = input_app(self._settings, topics, self.partitions, options)
        log.info(
            "worker_starting scorecard=%s kafka=%s modules=%s",
            *(self._scorecard.scorecard.version, self._settings.kafka_bootstrap, compiled.kind()),
        )
        failure = await run_until(app, self._is_stopping, LEAVE_SHARE * self._settings.stop_seconds_max)
        self._failure = self._failure or failure
        if self._failure is not None:
            kind = WorkerStalled if isinstance(self._failure, Stalled | InputDied) else WorkerFailed
            raise kind(f"{type(self._failure).__name__}: {self._failure}") from self._failure
        log.info("worker_stopped records=%d", self._metrics.handled_records)

    def _fail(self, failure: BaseException) -> None:
        """Note what failed for good, and end."""
        self._failure = self._failure or failure
        self.stop()

    def _owners(self) -> Partitions:
        """Make the book of owners."""
        settings = self._settings
        parts = OwnerParts(
            table=self._table,
            publisher=self._publisher,
            tails=KafkaTails.from_settings(settings, self._tail_topics()),
            tail_topics=self._tail_topics(),
            decoder=self._decoder(),
            outputs_of=self._outputs,
            rules=FoldRules(
                self._scorecard.scorecard,
                JournalBounds(settings.journal_entries_max, settings.journal_age_seconds * 1000),
                settings.score_interval_seconds * 1000,
            ),
            scorecards=self._scorecards,
            limits=owner_limits(settings),
            lead_room=LeadRoom(settings.cache_bytes_max),
            metrics=self._metrics,
            sweep_pace=SweepPace(settings.sweep_leads_per_second_max),
            retained=KafkaRetained(settings, self._topic(TICKS)),
        )
        topics = [self._topic(name) for name in INPUT_TOPICS]
        return Partitions(
            topics=topics,
            tick_topic=self._topic(TICKS),
            input_bytes_max=settings.buffer_bytes_max // len(topics),
            parts=parts,
            timing=self._timing(),
            on_failure=self._fail,
        )

    def _timing(self) -> Timing:
        """Make the clocks and bounds that pace the owners."""
        settings = self._settings
        return Timing(
            wall_ms=lambda: time.time_ns() // 1_000_000,
            monotonic=time.monotonic,
            stop_seconds_max=DRAIN_SHARE * settings.stop_seconds_max,
            claim_seconds_max=settings.session_timeout_seconds,
            fenced_seconds_max=settings.session_timeout_seconds * 2,
        )

    def _decoder(self) -> Decoder:
        """Make the decoder of all inputs."""
        settings = self._settings
        acceptance = Acceptance(
            settings.record_bytes_max, settings.lateness_max_seconds * 1000, settings.future_max_seconds * 1000
        )
        placed = lru_cache(KEYS_REMEMBERED)(lambda key: partition_of(key, settings.partitions))
        contracts = {self._topic(name): name for name in INPUT_TOPICS if TOPICS[name].direction == "in"}
        names = InputNames(contracts, self._topic(REPARTITION), self._topic(TICKS))
        return Decoder(names, acceptance, placed)

    def _outputs(self, partition: int, scorecard: Scorecard) -> Outputs:
        """Make the builder of one partition's outputs, for as long as a scorecard is in force."""
        return Outputs(
            OutputTopics(*map(self._topic, WRITTEN)),
            partition,
            source=f"/leadstream/{self._settings.group}",
            application_version=version("leadstream"),
            scorecard=scorecard,
            reasons_max=self._settings.reasons_max,
            message_bytes_max=self._settings.output_bytes_max,
            forwarded_bytes_max=message_bytes_max(TOPICS[REPARTITION], self._settings),
        )

    def _tail_topics(self) -> TailTopics:
        """Return the topics at whose ends owners look before they begin."""
        return TailTopics(*map(self._topic, LOOKED_AT))

    def _health(self) -> HealthServer:
        """Make the server of health and metrics."""
        return HealthServer(
            host=self._settings.metrics_host,
            port=self._settings.metrics_port,
            missing=lambda: missing(self.partitions, self._metrics, self._scorecards, time.monotonic()),
            has_started=lambda: self.partitions.has_assignment,
            standstill=lambda: str(self._failure) if isinstance(self._failure, Stalled) else None,
            exposition=self._metrics.exposition,
            monotonic=time.monotonic,
        )

    def _watchdog(self) -> Watchdog:
        """Make what ends this worker when nothing goes on."""
        settings = self._settings
        bounds = Bounds(settings.stall_seconds_max, settings.merge_wait_seconds, settings.retry_seconds_max)
        on_lag = self._metrics.event_loop_lag_seconds.observe
        on_look = self._metrics.vitals.observe
        return Watchdog(
            Standstill(bounds), self._look, self._fail, self._guard, on_lag, lambda seen: on_look(**seen._asdict())
        )

    def _look(self, awake_seconds: float) -> Look:
        """See how this worker does."""
        partitions = self.partitions
        return Look(
            awake_seconds=awake_seconds,
            monotonic_seconds=time.monotonic(),
            has_assignment=partitions.has_assignment,
            sightings=partitions.sightings(),
            problem=partitions.problem(),
        )

    def _expect(self) -> None:
        """Begin all series at zero that are known by now: what is counted from its first time on can be alerted on."""
        self._metrics.vitals.expect(self._settings.partitions)
        self._metrics.expect(
            inputs=map(self._topic, INPUT_TOPICS),
            outputs=map(self._topic, OUTPUT_TOPICS),
            stages=[
                (name, stage.name) for name, score in self._scorecard.scorecard.scores.items() for stage in score.stages
            ],
        )

    def _topic(self, name: str) -> str:
        """Return a topic's full name."""
        return self._settings.topic_prefix + name
