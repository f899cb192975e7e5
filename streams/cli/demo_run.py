"""The course of the demo: servers, topics, history, worker, stage changes, one lead live, summary.

All of the history is on the topics before the worker starts: on a broker that takes the producers' times, a worker that
reads along would let time pass up to now between two old activities.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from schemas.activities import Activity, PageView
from schemas.lead_score import LeadScore
from schemas.profile import LeadProfile
from streams.cli.demo_view import DemoView
from streams.cli.demo_watch import Watch
from streams.cli.exit_codes import ExitCode
from streams.cli.stage_lines import LEAD_WIDTH
from streams.cli.terminal import CommandFailed, counted
from streams.configuration.settings import Settings
from streams.demo.history import history
from streams.demo.story import LEAD_ID, SCENES
from streams.feed import feed, message_of
from streams.importing.access_log import AccessLogRules, newest_at, read_line, shift_to
from streams.importing.lines import STANDARD_INPUT, opened
from streams.importing.summary import ImportSummary
from streams.kafka.reader import TopicReader, read_to_end
from streams.kafka.topic_admin import create_topics
from streams.publisher.door import Publisher
from streams.publisher.kafka import KafkaPublisher
from streams.sandbox.stack import Stack
from streams.scorecards.loading import load

PARTITIONS = 1
"""One partition, so that all stage changes come in the order of time."""
BATCH_RECORDS = 250
SCORE_SECONDS = 3_600
"""Only the summary reads `lead-scores` here: a record a minute after every visit of some weeks would be for nobody."""
SCENE_SECONDS = 1.2
VISITOR_WIDTH = 32
"""A visitor's id is shown whole, to be pasted into `lead show`."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to show."""

    leads: int
    days: int
    seed: int
    access_log: Path | None
    is_pages_only: bool
    scorecard: Path
    is_fast: bool
    is_kept: bool


class Demo:
    """One run of the demo."""

    def __init__(self, plan: Plan) -> None:
        """Read the scorecard, look through the log; nothing is started yet.

        Raises:
            ScorecardRefused: If the scorecard cannot be used.
            FileUnreadable: If the access log cannot be read.
            CommandFailed: If the access log holds no page view.
        """
        self._plan = plan
        self._scorecard = load(plan.scorecard).scorecard
        width = LEAD_WIDTH if plan.access_log is None else VISITOR_WIDTH
        self._view = DemoView(self._scorecard, width)
        self._log = (
            None if plan.access_log is None else looked_through(plan.access_log, is_pages_only=plan.is_pages_only)
        )

    async def run(self) -> None:
        """Show all of it.

        Raises:
            SandboxError: If a server cannot be started.
            CommandFailed: If the worker does not do its work.
            FileUnreadable: If the access log cannot be read.
        """
        more = {"batch_records_max": BATCH_RECORDS, "score_interval_seconds": SCORE_SECONDS}
        with Stack(scorecard=self._plan.scorecard, partitions=PARTITIONS, more_settings=more) as stack:
            self._view.step("starting a Kafka-compatible broker and Redis on this machine")
            await asyncio.to_thread(stack.start_servers)
            settings = stack.settings()
            made = await create_topics(settings)
            topics = f"{len(made.created)} topics"
            self._view.detail(f"Kafka {settings.kafka_bootstrap} with {topics}, Redis {stack.redis.url}")
            publisher = KafkaPublisher.from_settings(settings)
            try:
                sent = await self._feed(publisher, settings)
                await self._score(stack, publisher, settings, sent)
            finally:
                await publisher.close()

    async def _feed(self, publisher: Publisher, settings: Settings) -> int:
        """Put the whole history on the topics."""
        plan = self._plan
        if plan.access_log is not None:
            self._view.step(f"replaying {plan.access_log.name}, moved so that its newest line is now")
            for line in told_of(self._log or ImportSummary()):
                self._view.detail(line)
            items: Iterable[Activity | LeadProfile] = logged(plan.access_log, is_pages_only=plan.is_pages_only)
        else:
            self._view.step(f"inventing {plan.days} days of {plan.leads} leads (--seed {plan.seed})")
            items = history(seed=plan.seed, leads=plan.leads, days=plan.days, until=datetime.now(UTC))
        with self._view.counting("sent to Kafka", None) as count:
            sent = await feed(items, publisher, settings, count.set)
        self._view.detail(f"{sent:,} activities and profiles sent to Kafka, each stamped with when it happened")
        return sent

    async def _score(self, stack: Stack, publisher: Publisher, settings: Settings, sent: int) -> None:
        """Have a worker score everything, show what it publishes, and sum up."""
        self._view.step(f"starting a worker with {self._plan.scorecard.name}, version {self._scorecard.version}")
        self._view.detail("stage changes as they are published: when, who, from, to, score, grade, because")
        supervisor, log_path = stack.worker()
        async with (
            TopicReader(settings, "stage-changes") as reader,
            Watch(
                supervisor=supervisor,
                log_path=log_path,
                port=settings.metrics_port or 0,
                reader=reader,
                view=self._view,
                is_paced=self._view.is_terminal and not self._plan.is_fast,
            ) as watch,
        ):
            seconds = await self._replay(watch, sent)
            if self._plan.access_log is None:
                await self._live(watch, publisher, settings)
            self._view.summary(await self._leads_per_stage(settings), sent, seconds)
            if self._plan.is_kept:
                await self._stay(stack)
        self._view.next_steps(_next_steps(self._plan))

    async def _replay(self, watch: Watch, sent: int) -> float:
        """Wait until all of the history is scored and shown; returns how many seconds the scoring took."""
        with self._view.counting("scored", sent) as count:

            def is_scored() -> bool:
                count.set(watch.handled)
                return watch.handled >= sent and watch.is_quiet()

            await watch.until(is_scored, "made no progress")
        return watch.seconds_at_work

    async def _live(self, watch: Watch, publisher: Publisher, settings: Settings) -> None:
        """Let one lead act now."""
        self._view.step(f"now live: {LEAD_ID} comes to the site")
        for scene in SCENES:
            self._view.scene(f"{LEAD_ID} {scene.told}")
            watch.live_since = time.monotonic()
            await publisher.publish([message_of(scene.make(datetime.now(UTC)), settings)])
            await asyncio.sleep(SCENE_SECONDS)
        await watch.until(watch.is_quiet, "did not finish")

    async def _leads_per_stage(self, settings: Settings) -> dict[str, int]:
        """Count leads by the stage that the topic of scores tells last, from the top down."""
        stages: dict[bytes, str] = {}
        name = self._scorecard.default_score
        async for record in read_to_end(settings, "lead-scores"):
            if record.key is not None and record.value is not None:
                standing = LeadScore.model_validate_json(record.value).scores.get(name)
                if standing is not None:
                    stages[record.key] = standing.stage
        counts = Counter(stages.values())
        return {stage.name: counts[stage.name] for stage in reversed(self._scorecard.scores[name].stages)}

    async def _stay(self, stack: Stack) -> None:
        """Leave everything running until Ctrl-C."""
        self._view.step("everything goes on running; in another terminal, with these settings:")
        for name, value in stack.environment().items():
            self._view.detail(f"export {name}={value}")
        lead = LEAD_ID if self._plan.access_log is None else "VISITOR"
        self._view.detail(f"leadstream lead show {lead}")
        self._view.step("Ctrl-C ends it")
        await asyncio.Event().wait()


def looked_through(path: Path, *, is_pages_only: bool) -> ImportSummary:
    """Return what a log holds, before anything is started for it.

    Raises:
        FileUnreadable: If it cannot be read.
        CommandFailed: If there is no page view in it.
    """
    if path == STANDARD_INPUT or (path.exists() and not path.is_file()):
        raise CommandFailed(ExitCode.USAGE, f"--access-log {path}: it is read twice; save it in a file first")
    summary = ImportSummary()
    rules = AccessLogRules(is_pages_only=is_pages_only)
    with opened(path) as source:
        for line in source.lines:
            summary.count(read_line(line, rules))
    if summary.page_views:
        return summary
    if not summary.lines:
        raise CommandFailed(ExitCode.FINDING, f"{path} is empty; name a log with requests in it")
    if summary.is_no_log:
        reason = f"no line of it is of the combined log format (line 1: {summary.unread[0].reason}); name another file"
    else:
        reason = "no request in it is for a page; --all-requests takes the others too"
    raise CommandFailed(ExitCode.FINDING, f"{path}: {reason}")


def told_of(log: ImportSummary) -> Iterator[str]:
    """Yield what people should know of a log: what counts, what was left out, what did not parse."""
    views = counted(log.page_views, "page view", "page views")
    yield f"{counted(log.lines, 'line', 'lines')}: {views} of {counted(log.visitors, 'visitor', 'visitors')}"
    if log.left_out:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(log.left_out.items()))
        yield f"left out (--all-requests takes them in): {reasons}"
    if log.unread_count:
        first = log.unread[0]
        yield f"{counted(log.unread_count, 'line', 'lines')} did not parse, first line {first.number}: {first.reason}"


def logged(path: Path, *, is_pages_only: bool) -> Iterator[PageView]:
    """Yield a log's page views, moved so that the newest is now.

    Raises:
        FileUnreadable: If it cannot be read.
    """
    with opened(path) as source:
        shift = shift_to(newest_at(source.lines), datetime.now(UTC))
    rules = AccessLogRules(shift=shift, is_pages_only=is_pages_only)
    with opened(path) as source:
        for line in source.lines:
            found = read_line(line, rules)
            if isinstance(found, PageView):
                yield found


def _next_steps(plan: Plan) -> dict[str, str]:
    steps = {
        "leadstream demo --keep-running": "the same, to look around in: lead show, lead explain, dead-letters list",
        "leadstream demo --access-log FILE": "your own site's visitors instead of invented ones",
        "leadstream scorecard check FILE": "a scorecard of your own; start from a copy of the example",
        "leadstream dev": "servers and a worker to develop against",
        "leadstream --help": "everything else",
    }
    return {command: told for command, told in steps.items() if not (plan.is_kept and "--keep-running" in command)}
