"""One partition's serial flow: from records to commits, from commits to outputs."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import streams.partition.owner
import streams.partition.pages
from schemas.contract import rfc3339
from scorer import JournalBounds, Scorecard, advance, next_crossing
from streams.lead.lead import Lead
from streams.partition.owner import RECORDS_A_TURN
from streams.partition.patience import GaveUp
from streams.partition.turns import RUNS_AT_ONCE
from streams.partition.upkeep import VERIFY_SECONDS
from streams.publisher.door import PublishUnavailable
from streams.table.door import Commit, CommitReply, Loaded, Unavailability
from streams.translation.translate import instant
from tests.builders.folding import DEAD_LETTERS, LEAD_SCORES, SCORE_INTERVAL, STAGE_CHANGES, Partition, kept
from tests.builders.kafka import FakeKafka
from tests.builders.owning import RETRY_SECONDS_MAX, Worker, view_log
from tests.builders.records import DAY, HOUR, MINUTE, NOW, SECOND, TICKS, Record, form_fill, page_view, record, tick
from tests.builders.scorecards import tiny_scorecard
from tests.builders.virtual_time import elapse, in_virtual_time, run, until
from tests.strategies.stored_records import stored_records


def names(kafka: FakeKafka, *wanted: str) -> list[str]:
    """Return which of some kinds of steps happened, in order."""
    return [name for name, _ in kafka.steps if name in wanted]


def text(at: int) -> str:
    """Return an instant as the wire has it."""
    return rfc3339(instant(at))


class TestSteps:
    """Commit, publish, acknowledge: in this order, so that a crash between them loses nothing."""

    @in_virtual_time
    async def test_outputs_follow_their_commit_and_the_acknowledgement_comes_last(self) -> None:
        """A record is acknowledged to Kafka when its effects are in the table and told."""
        worker = Worker(kafka=view_log(page_view("/pricing")))
        async with worker.working():
            await worker.caught_up()

        steps = names(worker.kafka, "commit", "publish", "acknowledge")
        assert steps[:5] == ["commit", "commit", "publish", "publish", "acknowledge"]
        assert (await worker.lead()).state.standings["default"].stage == "lead"

    @in_virtual_time
    async def test_nothing_is_published_that_is_not_committed(self) -> None:
        """While the table refuses writes nothing is told and nothing acknowledged."""
        worker = Worker(kafka=view_log(page_view("/pricing")))
        async with worker.working():
            await until(lambda: worker.table.commits == 1)
            worker.table.is_full = True
            await elapse(RETRY_SECONDS_MAX / 2)
            assert (worker.outputs(), worker.kafka.committed) == ([], {})

            worker.table.is_full = False
            await worker.caught_up()
        assert [message.topic for message in worker.outputs()] == [STAGE_CHANGES, LEAD_SCORES]
        assert worker.failures == []

    @pytest.mark.parametrize("scorecard", [tiny_scorecard("tiny-1"), tiny_scorecard("tiny-2")])
    @in_virtual_time
    async def test_what_was_committed_and_not_published_is_published_by_the_next_owner(
        self, scorecard: Scorecard
    ) -> None:
        """A crash between commit and publication: the outbox is told first, before any record is handled."""
        worker = Worker(kafka=view_log(page_view("/pricing")))
        worker.publisher.failures = 10**6
        async with worker.working():
            await until(lambda: worker.table.commits == 2)
        assert worker.publisher.published == []

        worker.publisher.failures = 0
        worker.kafka.steps.clear()
        worker.kafka.store(page_view("/pricing", lead="lead-bob", offset=1))
        heir = worker.another(scorecard=scorecard)
        async with heir.working():
            await heir.caught_up()

        steps = [what for name, what in heir.kafka.steps if name in {"publish", "commit"} and what != TICKS]
        assert steps[:3] == [STAGE_CHANGES, LEAD_SCORES, "done"]
        assert [said["lead_id"] for said in heir.said(STAGE_CHANGES)] == ["lead-ada", "lead-bob"]

    @in_virtual_time
    async def test_what_was_published_in_vain_is_published_again_with_its_id(self) -> None:
        """Half of a publication got through: a reader that drops repeats sees each once."""
        worker = Worker(kafka=view_log(page_view("/pricing")))
        worker.publisher.failures, worker.publisher.lets_through = 1, 1
        async with worker.working():
            await worker.caught_up()

        first, again, _ = worker.outputs()
        assert (first.topic, first) == (STAGE_CHANGES, again)

    @in_virtual_time
    async def test_the_outbox_is_trimmed_when_nothing_else_is_to_do(self) -> None:
        """What Kafka acknowledged does not stay in Redis until somebody comes along."""
        worker = Worker(kafka=view_log(page_view("/pricing")))
        async with worker.working():
            await until(lambda: ("trim", 1) in worker.kafka.steps)

        assert (await worker.table.claim(0, "reader")).outbox == ()

    @in_virtual_time
    async def test_outputs_carry_the_positions_before_their_commit(self) -> None:
        """Sequences rise from 0, and the second batch's outputs name the watermark of the first."""
        worker = Worker(kafka=view_log(page_view("/pricing")), limits={"batch_records_max": 1})
        worker.kafka.store(page_view("/pricing", offset=1, at=NOW + SECOND))
        async with worker.working():
            await worker.caught_up()

        positions = [dict(message.headers)["leadstream_positions"].decode() for message in worker.outputs()]
        assert [f'"sequence":{number},' in text for number, text in enumerate(positions)] == [True] * 4
        assert '"watermarks":{}' in positions[0]
        assert f'"clock":{NOW}' in positions[2]
        assert '"watermarks":{"page-views":0}' in positions[2]

    @in_virtual_time
    async def test_a_bad_record_is_put_aside_and_passed(self) -> None:
        """The partition goes on behind it, and its place is acknowledged."""
        worker = Worker(kafka=view_log(record(offset=0, value=b"\xff"), page_view("/pricing", offset=1)))
        async with worker.working():
            await worker.caught_up()

        assert [message.value for message in worker.publisher.of(DEAD_LETTERS)] == [b"\xff"]
        assert len(worker.said(STAGE_CHANGES)) == 1


class TestServers:
    """Servers that are away, slow or wrong."""

    @pytest.mark.parametrize("reason", Unavailability)
    @in_virtual_time
    async def test_a_table_that_is_away_is_waited_for(self, reason: Unavailability) -> None:
        """Whatever the reason, the same batch is tried again, and counted."""
        worker = Worker(kafka=view_log(page_view("/pricing")))
        async with worker.working():
            await until(lambda: worker.table.commits == 1)
            worker.table.failures.extend([reason] * 7)
            await worker.caught_up()

        assert len(worker.said(STAGE_CHANGES)) == 1
        assert worker.metrics.registry.get_sample_value("leadstream_retries_total", {"server": "redis"}) == 7

    @in_virtual_time
    async def test_a_commit_whose_answer_was_lost_counts_once(self) -> None:
        """It is asked again under the same token, and the table says that it knows it."""
        worker = Worker(kafka=view_log(page_view("/pricing")))
        async with worker.working():
            await until(lambda: worker.table.commits == 1)
            worker.table.lost_answers = 2
            await worker.caught_up()

        assert [answer for name, answer in worker.kafka.steps if name == "commit"][:2] == ["done", "already"]
        assert len(worker.said(STAGE_CHANGES)) == 1

    @in_virtual_time
    async def test_a_table_that_stays_away_ends_the_worker(self) -> None:
        """Loudly, after the bound, with the way out, and with nothing acknowledged."""
        worker = Worker(kafka=view_log(page_view("/pricing")))
        async with worker.working():
            await until(lambda: worker.table.commits == 1)
            worker.table.is_full = True
            await until(lambda: worker.failures, seconds_max=2 * RETRY_SECONDS_MAX)

        assert isinstance(worker.failures[0], GaveUp)
        assert worker.kafka.committed == {}

    @in_virtual_time
    async def test_a_kafka_that_stays_away_ends_the_worker_and_the_outbox_stays(self) -> None:
        """What is decided is in the table; the next process tells it."""
        worker = Worker(kafka=view_log(page_view("/pricing")))
        worker.publisher.failures = 10**6
        async with worker.working():
            await until(lambda: worker.failures, seconds_max=2 * RETRY_SECONDS_MAX)

        assert isinstance(worker.failures[0].__cause__, PublishUnavailable)
        assert len((await worker.table.claim(0, "reader")).outbox) == 2
        assert worker.kafka.committed == {}

    @in_virtual_time
    async def test_a_fenced_owner_stops_and_tells_nothing_more(self) -> None:
        """Another worker owns the partition: its commit is refused whole."""
        worker = Worker(kafka=view_log(page_view("/pricing")))
        async with worker.working():
            await worker.caught_up()
            await worker.table.claim(0, "another worker")
            told = len(worker.outputs())
            worker.kafka.store(form_fill("demo", at=NOW + SECOND))
            await until(lambda: not worker.partitions.owned)

        assert len(worker.outputs()) == told
        assert (await worker.lead()).state.standings["default"].stage == "lead"
        assert worker.metrics.fences._value.get() == 1

    @in_virtual_time
    async def test_an_idle_owner_notices_that_it_is_fenced(self) -> None:
        """Without a record to commit it asks the table every second."""
        worker = Worker()
        async with worker.working():
            await until(lambda: worker.table.commits == 1)
            await worker.table.claim(0, "another worker")
            await until(lambda: not worker.partitions.owned, seconds_max=VERIFY_SECONDS + 1)

    @in_virtual_time
    async def test_an_idle_owner_notices_that_its_table_went_back(self) -> None:
        """A wiped Redis is filled again within seconds, though nobody sends anything."""
        worker = Worker(kafka=view_log(page_view("/pricing")))
        async with worker.working():
            await worker.caught_up()
            before = await worker.lead()
            worker.table.wipe()
            await until(lambda: ("claim", 2) in worker.kafka.steps, seconds_max=VERIFY_SECONDS + 1)
            await elapse(5)

        assert await worker.lead() == before
        assert len({said["id"] for said in worker.said(STAGE_CHANGES)}) == 1
        assert worker.failures == []


@asynccontextmanager
async def all_turns_taken(worker: Worker) -> AsyncIterator[None]:
    """Let others have all turns while the block runs; two records are a long run for it."""
    turns = worker.partitions._parts.turns
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(streams.partition.owner, "LONG_RECORDS", 2)
        async with AsyncExitStack() as taken:
            for _ in range(RUNS_AT_ONCE):
                await taken.enter_async_context(turns.turn(lambda: False))
            yield


async def handle_two_long_runs(worker: Worker) -> None:
    """Let two pairs of records come while others have all turns, and then be handled."""
    async with all_turns_taken(worker):
        for offsets in ((1, 2), (3, 4)):
            worker.kafka.store(*(page_view("/pricing", offset=offset) for offset in offsets))
            await elapse(5.0)
    await worker.caught_up()


class TestRecords:
    """What is read, and read again."""

    @in_virtual_time
    async def test_what_was_delivered_before_is_skipped_and_acknowledged(self) -> None:
        """Records at or below the watermark have their effects in the table."""
        worker = Worker(kafka=view_log(page_view("/pricing")))
        async with worker.working():
            await worker.caught_up()
        told, commits = len(worker.outputs()), worker.table.commits
        worker.kafka.committed.clear()

        heir = worker.another()
        await heir.assign(0)
        for tp in heir.input.positions:
            heir.input.positions[tp] = 0
        consuming = asyncio.create_task(heir.input.consume(heir.partitions))
        await until(lambda: any(offset == 1 for offset in heir.kafka.committed.values()))
        consuming.cancel()
        await heir.partitions.revoked()

        assert (len(heir.outputs()), heir.table.commits) == (told, commits)

    @in_virtual_time
    async def test_what_comes_twice_in_one_run_is_taken_once(self) -> None:
        """A run that was fetched before a seek waits in the buffer when it comes again."""
        worker = Worker(kafka=view_log(replace(page_view("/pricing"), value=b"rubbish"), page_view("/about", offset=1)))
        await worker.assign(0)
        for tp, log in worker.kafka.logs.items():
            if log:
                worker.partitions.offer(tp, worker.kafka.delivery(log))
        consuming = asyncio.create_task(worker.input.consume(worker.partitions))
        await until(lambda: any(offset == 2 for offset in worker.kafka.committed.values()))
        consuming.cancel()
        await worker.partitions.revoked()

        assert [output.topic for output in worker.outputs()].count(DEAD_LETTERS) == 1

    @in_virtual_time
    async def test_long_runs_wait_for_their_turn_and_short_ones_for_nobody(self) -> None:
        """A partition that keeps up stays fresh beside others that catch up."""
        worker = Worker(kafka=view_log(page_view("/pricing")))
        async with worker.working():
            async with all_turns_taken(worker):
                worker.kafka.store(page_view("/pricing", offset=1))
                await worker.caught_up()
                worker.kafka.store(*(page_view("/pricing", offset=offset) for offset in (2, 3)))
                await elapse(5.0)
                assert not worker.is_caught_up()
            await worker.caught_up()

    @in_virtual_time
    async def test_a_long_run_takes_along_what_came_while_it_waited_for_its_turn(self) -> None:
        """A row that two of its records touch is written once, and the rest needs no turn of its own."""
        worker = Worker(kafka=view_log(page_view("/pricing")))
        async with worker.working():
            await worker.caught_up()
            commits = worker.table.commits
            await handle_two_long_runs(worker)

            assert worker.table.commits == commits + 1

    @pytest.mark.parametrize("limits", [{"batch_records_max": 3}, {"batch_bytes_max": 900}], ids=["count", "bytes"])
    @in_virtual_time
    async def test_what_a_long_run_takes_along_is_within_its_bounds(self, limits: dict[str, int]) -> None:
        """The rest of it is for the next run."""
        worker = Worker(kafka=view_log(page_view("/pricing")), limits=limits)
        async with worker.working():
            await worker.caught_up()
            commits = worker.table.commits
            await handle_two_long_runs(worker)

            assert worker.table.commits == commits + 2

    @in_virtual_time
    async def test_topics_are_merged_by_append_time(self) -> None:
        """The form came between two views, and the stages follow in that order."""
        worker = Worker(
            kafka=view_log(
                page_view("/pricing", offset=0, at=NOW),
                page_view("/pricing", offset=1, at=NOW + 2 * SECOND),
                form_fill("demo", at=NOW + SECOND),
            )
        )
        async with worker.working():
            await worker.caught_up()

        moves = [(said["to_stage"], said["changed_at"]) for said in worker.said(STAGE_CHANGES)]
        assert moves == [("lead", text(NOW)), ("mql", text(NOW + SECOND)), ("sql", text(NOW + 2 * SECOND))]

    @in_virtual_time
    async def test_a_topic_that_is_away_delays_the_others_by_the_bound_only(self) -> None:
        """One broker without an answer does not stop the partition."""
        worker = Worker(kafka=view_log(page_view("/pricing")))
        worker.kafka.away.add("form-fills")
        async with worker.working():
            started = worker.kafka.monotonic()
            await until(lambda: worker.kafka.committed)
            assert 1.0 <= worker.kafka.monotonic() - started <= 1.5

    @pytest.mark.parametrize("limits", [{"batch_records_max": 1}, {"outbox_bytes_max": 1}])
    @in_virtual_time
    async def test_stopping_ends_after_the_round(self, limits: dict[str, int]) -> None:
        """What is in work is finished, the rest is for the next owner."""
        worker = Worker(limits=limits)
        worker.kafka.store(*(page_view("/pricing", lead=f"lead-{number}", offset=number) for number in range(50)))
        worker.kafka.run_records_max = 50
        async with worker.working():
            await until(lambda: worker.table.commits >= 5)

        handled = worker.table.commits - 1
        assert handled < 50
        assert len(worker.said(STAGE_CHANGES)) == handled
        assert (await worker.table.claim(0, "reader")).outbox == ()

    @in_virtual_time
    async def test_a_long_batch_ends_where_the_stop_meets_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What is folded by then is committed and told; nobody waits for the rest."""
        worker = Worker()
        worker.kafka.store(*(page_view("/pricing", lead=f"lead-{number}", offset=number) for number in range(100)))
        worker.kafka.run_records_max = 100

        async def told_to_stop() -> None:
            for holding in worker.partitions._holdings.values():
                holding.owner.stop()

        monkeypatch.setattr(streams.partition.owner, "go_on", told_to_stop)
        async with worker.working():
            await until(lambda: worker.table.commits >= 2)

        assert len(worker.said(STAGE_CHANGES)) == RECORDS_A_TURN
        assert (await worker.table.claim(0, "reader")).outbox == ()


class TestBounds:
    """What one commit may hold."""

    @in_virtual_time
    async def test_a_commit_holds_as_many_outputs_as_the_outbox_may(self) -> None:
        """A batch that says more takes several commits, each published before the next."""
        worker = Worker(limits={"outbox_bytes_max": 1})
        worker.kafka.store(*(page_view("/pricing", lead=f"lead-{number}", offset=number) for number in range(5)))
        worker.kafka.run_records_max = 5
        async with worker.working():
            await until(lambda: len(worker.said(STAGE_CHANGES)) == 5)

        steps = [what for name, what in worker.kafka.steps if name in {"commit", "publish"}]
        assert steps[:16] == ["done", *["done", STAGE_CHANGES, LEAD_SCORES] * 5]

    @in_virtual_time
    async def test_so_does_one_whose_outputs_time_causes(self) -> None:
        """Hundreds of leads that fade before one record do not fill the outbox at once."""
        worker = Worker(limits={"outbox_bytes_max": 20_000})
        worker.kafka.store(*(page_view("/pricing", lead=f"lead-{number}", offset=number) for number in range(200)))
        async with worker.working():
            await worker.caught_up()
            worker.kafka.steps.clear()
            worker.kafka.store(tick(at=NOW + 9 * DAY))
            await worker.caught_up()

        told = "".join("|" if name == "commit" else "o" for name, what in worker.kafka.steps if what != TICKS)
        assert told.count("o") >= 400
        assert max(map(len, told.split("|"))) <= 80


class TestWakeUps:
    """What time alone causes."""

    @in_virtual_time
    async def test_without_traffic_a_tick_wakes_a_lead_in_time(self) -> None:
        """A lead that waits to be shown again is, within a second of its instant, and stamped with it."""
        worker = Worker(kafka=view_log(form_fill("demo", at=NOW), page_view("/pricing", at=NOW + 1)))
        async with worker.working():
            await until(lambda: len(worker.said(LEAD_SCORES)) == 2, seconds_max=90)
            late_ms = worker.kafka.now_ms() - (NOW + SCORE_INTERVAL)

        assert worker.said(LEAD_SCORES)[1]["scored_at"] == text(NOW + SCORE_INTERVAL)
        assert 0 <= late_ms <= SECOND
        assert len(worker.publisher.of(TICKS)) <= 4

    @pytest.mark.parametrize("worker_ahead_ms", [-5 * MINUTE, 5 * MINUTE])
    @in_virtual_time
    async def test_a_worker_whose_clock_is_off_wakes_in_time_too(self, worker_ahead_ms: int) -> None:
        """The broker's time decides; the worker's only guesses."""
        worker = Worker(
            kafka=view_log(form_fill("demo", at=NOW), page_view("/pricing", at=NOW + 1)),
            worker_ahead_ms=worker_ahead_ms,
        )
        async with worker.working():
            await until(lambda: len(worker.said(LEAD_SCORES)) == 2, seconds_max=90)
            late_ms = worker.kafka.now_ms() - (NOW + SCORE_INTERVAL)

        assert worker.said(LEAD_SCORES)[1]["scored_at"] == text(NOW + SCORE_INTERVAL)
        assert 0 <= late_ms <= SECOND
        assert len(worker.publisher.of(TICKS)) <= 5

    @in_virtual_time
    async def test_a_partition_without_wake_ups_is_left_in_peace(self) -> None:
        """No leads, no ticks."""
        worker = Worker()
        async with worker.working():
            await elapse(120)

        assert worker.publisher.published == []

    @in_virtual_time
    async def test_a_tick_does_not_overtake_a_record_that_is_not_read_yet(self) -> None:
        """The topic that does not answer may hold a record from before the tick: the wake-up waits for it."""
        kafka = view_log(form_fill("demo", at=NOW), page_view("/pricing", at=NOW + 1))
        worker = Worker(kafka=kafka)
        async with worker.working():
            await worker.caught_up()
            kafka.away.add("page-views")
            kafka.store(page_view("/pricing", offset=1, at=NOW + 30 * SECOND))
            await elapse(120)
            assert len(worker.said(LEAD_SCORES)) == 1

            kafka.away.clear()
            await until(lambda: len(worker.said(LEAD_SCORES)) >= 2)
        assert [said["scored_at"] for said in worker.said(LEAD_SCORES)][1] == text(NOW + 30 * SECOND)

    @in_virtual_time
    async def test_more_wake_ups_than_a_commit_takes_are_handled_in_several(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Each at its instant, and none before a record that came earlier."""
        monkeypatch.setattr(streams.partition.owner, "WAKE_UPS_MAX", 3)
        views = [
            page_view("/pricing", lead=f"lead-{number}", offset=number, at=NOW + number * HOUR) for number in range(10)
        ]
        back = page_view("/pricing", lead="lead-9", offset=10, at=NOW + 2 * DAY + 5 * HOUR)
        reference = Partition().handle(*views).handle(back, tick(at=NOW + 9 * DAY))

        worker = Worker(kafka=view_log(*views), limits={"batch_records_max": 100})
        worker.kafka.run_records_max = 100
        async with worker.working():
            await worker.caught_up()
            worker.kafka.store(back, tick(at=NOW + 9 * DAY))
            await worker.caught_up()

        assert sorted(map(kept, worker.outputs())) == sorted(map(kept, reference.messages))
        assert worker.failures == []

    @in_virtual_time
    async def test_a_lead_that_waits_is_loaded_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """However many commits the wake-ups before it take."""
        views = [page_view("/pricing", lead=f"lead-{number}", offset=number) for number in range(10)]
        worker = Worker(kafka=view_log(*views))
        async with worker.working():
            await worker.caught_up()
        monkeypatch.setattr(streams.partition.owner, "WAKE_UPS_MAX", 1)
        heir = worker.another()
        asked: list[str] = []
        load = heir.table.load

        async def told(partition: int, lead_ids: Sequence[str], *, due_until: int, due_count_max: int) -> Loaded:
            asked.extend(lead_ids)
            return await load(partition, lead_ids, due_until=due_until, due_count_max=due_count_max)

        monkeypatch.setattr(heir.table, "load", told)
        async with heir.working():
            heir.kafka.store(
                *(page_view("/blog", lead=f"lead-{n}", offset=10 + n, at=NOW + 30 * DAY + n) for n in range(10))
            )
            await heir.caught_up()

        assert len(heir.said(STAGE_CHANGES)) == 20
        assert sorted(asked) == sorted(set(asked))

    @in_virtual_time
    async def test_what_is_at_hand_costs_no_round_trip(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Leads that the owner remembers, before any wake-up is due: the table is not asked; once one is due, it is."""
        worker = Worker(kafka=view_log(page_view("/pricing")))
        asked: list[tuple[Sequence[str], int]] = []
        load = worker.table.load

        async def told(partition: int, lead_ids: Sequence[str], *, due_until: int, due_count_max: int) -> Loaded:
            asked.append((lead_ids, due_count_max))
            return await load(partition, lead_ids, due_until=due_until, due_count_max=due_count_max)

        monkeypatch.setattr(worker.table, "load", told)
        async with worker.working():
            await worker.caught_up()
            worker.kafka.store(page_view("/blog", offset=1, at=NOW + SECOND))
            await worker.caught_up()
            assert asked == [(["lead-ada"], 0)]
            worker.kafka.store(page_view("/blog", offset=2, at=NOW + 30 * DAY))
            await worker.caught_up()

        assert asked[1:] == [([], streams.partition.owner.WAKE_UPS_MAX)]

    @in_virtual_time
    async def test_wake_ups_left_at_the_clock_come_before_a_record_from_before_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An owner that ended among wake-ups of one instant left the clock there; its heir goes on with the others."""
        views = [page_view("/pricing", lead=lead, offset=place) for place, lead in enumerate(("lead-ada", "lead-bob"))]
        falls_at = next_crossing(Partition().handle(*views).lead("lead-ada").state, tiny_scorecard(), NOW)
        assert falls_at is not None
        monkeypatch.setattr(streams.partition.owner, "WAKE_UPS_MAX", 1)
        worker = Worker(kafka=view_log(*views))
        commit = worker.table.commit

        async def last_commit_at_the_fall(asked: Commit) -> CommitReply:
            reply = await commit(asked)
            if asked.clock == falls_at:
                worker.table.hangs_after = 0
            return reply

        monkeypatch.setattr(worker.table, "commit", last_commit_at_the_fall)
        async with worker.working():
            await worker.caught_up()
            worker.kafka.store(tick(at=falls_at))
            await until(lambda: worker.table.hangs_after == 0)
            await elapse(1)
        worker.table.hangs_after = None
        monkeypatch.undo()
        (told,) = [said["lead_id"] for said in worker.said(STAGE_CHANGES)[2:]]
        other = "lead-bob" if told == "lead-ada" else "lead-ada"

        heir = worker.another()
        heir.kafka.store(page_view("/pricing", lead=other, offset=2, at=falls_at - 1))
        async with heir.working():
            await heir.caught_up()

        moves = [said for said in heir.said(STAGE_CHANGES) if said["lead_id"] == other]
        assert [(said["to_stage"], said["changed_at"]) for said in moves][1] == ("subscriber", text(falls_at))


class TestScorecards:
    """Another scorecard judges every lead before anything else is handled."""

    @in_virtual_time
    async def test_every_lead_is_judged_anew(self) -> None:
        """Those whose stage changes by it are told, with the scorecard as cause."""
        views = [page_view("/pricing", lead=f"lead-{number}", offset=number) for number in range(7)]
        worker = Worker(kafka=view_log(*views), scorecard=tiny_scorecard("tiny-1", lead_at=25.0))
        async with worker.working():
            await worker.caught_up()
        assert worker.said(STAGE_CHANGES) == []

        heir = worker.another(scorecard=tiny_scorecard("tiny-2", lead_at=10.0))
        async with heir.working():
            await until(lambda: len(heir.said(STAGE_CHANGES)) == 7)

        assert {(said["to_stage"], said["cause"]["kind"]) for said in heir.said(STAGE_CHANGES)} == {
            ("lead", "scorecard")
        }
        assert (await heir.lead("lead-6")).state.judged_by == "tiny-2"
        assert (await heir.table.claim(0, "reader")).scorecard == "fingerprint of tiny-2"

    @in_virtual_time
    async def test_a_sweep_that_was_broken_off_is_finished_by_the_next_owner(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Each change has one id, and the table names the scorecard only when all is done."""
        monkeypatch.setattr(streams.partition.pages, "PAGE_LEADS", 2)
        views = [page_view("/pricing", lead=f"lead-{number}", offset=number) for number in range(9)]
        worker = Worker(kafka=view_log(*views), scorecard=tiny_scorecard("tiny-1", lead_at=25.0))
        async with worker.working():
            await worker.caught_up()
        worker.table.hangs_after = worker.table.commits + 2

        second = worker.another(scorecard=tiny_scorecard("tiny-2"))
        async with second.working():
            await until(lambda: second.table.commits == second.table.hangs_after)
        second.table.hangs_after = None
        assert 0 < len(second.said(STAGE_CHANGES)) < 9
        assert (await second.table.claim(0, "reader")).scorecard == "fingerprint of tiny-1"

        third = second.another()
        async with third.working():
            await until(lambda: len({said["lead_id"] for said in third.said(STAGE_CHANGES)}) == 9)
            await elapse(1)

        assert len({said["id"] for said in third.said(STAGE_CHANGES)}) == 9
        assert (await third.table.claim(0, "reader")).scorecard == "fingerprint of tiny-2"

    @in_virtual_time
    async def test_the_same_scorecard_sweeps_nothing(self) -> None:
        """A restart costs one claim and no commit."""
        worker = Worker(kafka=view_log(page_view("/blog")))
        async with worker.working():
            await worker.caught_up()
        commits = worker.table.commits

        heir = worker.another()
        async with heir.working():
            await elapse(0.5)

        assert heir.table.commits == commits


BOUNDS: Sequence[dict[str, Any]] = (
    {},
    {"limits": {"batch_records_max": 1}},
    {"limits": {"batch_records_max": 3}, "lead_room_bytes": 1},
    {"limits": {"batch_records_max": 3}, "lead_room_bytes": 8_000},
    {"limits": {"outbox_bytes_max": 1}},
    {"limits": {"batch_bytes_max": 1, "outbox_bytes_max": 2_000}},
)


@settings(deadline=None, max_examples=60)
@given(records=stored_records(), bounds=st.sampled_from(BOUNDS), wake_ups_max=st.sampled_from((1, 2, 2_000)))
def test_bounds_change_nothing(records: list[Record], bounds: dict[str, Any], wake_ups_max: int) -> None:
    """However small batches, cache, outbox and rounds are: the same messages of each lead, the same leads."""
    reference = Partition().handle(*sorted(records, key=_order))

    async def work() -> None:
        worker = Worker(kafka=view_log(*records), **bounds)
        async with worker.working():
            await until(worker.is_caught_up)
            assert worker.failures == []
        assert _by_key(map(kept, worker.outputs())) == _by_key(map(kept, reference.messages))
        for lead_id in reference.leads:
            assert at_rest(await worker.lead(lead_id)) == at_rest(reference.lead(lead_id))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(streams.partition.owner, "WAKE_UPS_MAX", wake_ups_max)
        patched.setattr(streams.partition.owner.Ticker, "seconds_until", lambda *_: float("inf"))  # no ticks of its own
        run(work())


def at_rest(lead: Lead) -> Lead:
    """Return a lead brought to one instant: when it was woken for nothing is no part of what is known of it."""
    later = NOW + 60 * DAY
    return replace(lead, state=advance(lead.state, tiny_scorecard(), later, JournalBounds(1_000, 90 * DAY)).state)


def _order(one: Record) -> tuple[int, bool, str, int]:
    """Return a record's place in the order of the merge."""
    return (one.timestamp, one.topic == TICKS, one.topic, one.offset)


def _by_key(messages: Any) -> dict[Any, list[Any]]:
    """Group messages by topic and key: their order within a lead is what counts."""
    grouped: dict[Any, list[Any]] = {}
    for message in messages:
        grouped.setdefault((message[0], message[2]), []).append(message)
    return grouped
