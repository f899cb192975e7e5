"""The partitions of one process: claimed, handed records, given back."""

import asyncio
import logging
import secrets
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.partition.partitions import InputLost
from streams.partition.patience import GaveUp
from streams.partition.seal import InputReset
from streams.partition.tenure import Fenced
from streams.table.door import Commit, CommitAnswer, CommitReply, Unavailability
from streams.transport.door import EARLIEST, Hole, HoleReason, InputSilent, TopicPartition
from tests.builders.folding import LEAD_SCORES, STAGE_CHANGES, Partition, body
from tests.builders.kafka import all_inputs
from tests.builders.owning import FENCED_SECONDS_MAX, STOP_SECONDS_MAX, Worker, view_log
from tests.builders.records import FORM_FILLS, NOW, PAGE_VIEWS, SECOND, TICKS, Record, page_view, tick
from tests.builders.virtual_time import elapse, in_virtual_time, run, until
from tests.strategies.stored_records import stored_records

VIEWS = TopicPartition(PAGE_VIEWS, 0)


def views(count: int, first: int = 0) -> list[Record]:
    """Return page views of as many leads."""
    return [
        page_view("/pricing", lead=f"lead-{number}", offset=number, at=NOW + number)
        for number in range(first, first + count)
    ]


def figure(worker: Worker, name: str, **labels: str) -> float | None:
    """Return a figure that a worker exports."""
    return worker.metrics.registry.get_sample_value(name, labels)


def acknowledged(worker: Worker) -> list[Any]:
    """Return what was acknowledged, in order."""
    return [what for name, what in worker.kafka.steps if name == "acknowledge"]


class TestAssignment:
    """What is claimed, and where reading goes on."""

    @in_virtual_time
    async def test_a_table_that_knows_nothing_is_filled_from_the_beginning(self) -> None:
        """Never from where Kafka says that somebody was: the effects of that are not in this table."""
        resume_at = await (worker := Worker()).partitions.assigned(all_inputs(0, 1))

        assert resume_at == dict.fromkeys(all_inputs(0, 1), EARLIEST)
        assert worker.partitions.owned == {0, 1}
        assert worker.partitions.has_assignment
        assert figure(worker, "leadstream_partitions_owned") == 2
        await worker.partitions.revoked()

    @in_virtual_time
    async def test_reading_goes_on_at_the_watermarks(self) -> None:
        """With the record that was read last, to see that it is the same; an unknown topic from its beginning."""
        worker = Worker(kafka=view_log(*views(3)))
        async with worker.working():
            await worker.caught_up()

        resume_at = await (heir := worker.another()).partitions.assigned(all_inputs(0))

        assert resume_at[VIEWS] == 2
        assert resume_at[TopicPartition(FORM_FILLS, 0)] == EARLIEST
        await heir.partitions.revoked()

    @in_virtual_time
    async def test_a_partition_of_which_some_topics_are_elsewhere_is_not_scored(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Two workers would handle its records out of order: it is neither claimed nor read, and that is said."""
        worker = Worker(kafka=view_log(*views(3)))
        split = all_inputs(0, 1) - {TopicPartition(FORM_FILLS, 1)}

        resume_at = await worker.partitions.assigned(split)

        assert {tp.partition for tp in resume_at} == {0}
        assert worker.partitions.split == {1}
        assert not worker.partitions.is_accepting(TopicPartition(PAGE_VIEWS, 1))
        assert figure(worker, "leadstream_partitions_split") == 1
        assert "partition_split partition=1" in caplog.text
        assert [what for name, what in worker.kafka.steps if name == "claim"] == [1]
        await worker.partitions.revoked()

        await worker.partitions.assigned(all_inputs(0, 1))
        assert worker.partitions.split == frozenset()
        await worker.partitions.revoked()

    @in_virtual_time
    async def test_an_empty_assignment_is_one(self) -> None:
        """A worker without partitions is ready, and does nothing."""
        worker = Worker()

        assert await worker.partitions.assigned(frozenset()) == {}
        assert worker.partitions.has_assignment

    @in_virtual_time
    async def test_a_claim_waits_for_a_table_that_is_away(self) -> None:
        """For as long as a rebalance may take, not for ever."""
        worker = Worker()
        worker.table.failures.extend([Unavailability.LOADING] * 3)
        await worker.partitions.assigned(all_inputs(0))
        await worker.partitions.revoked()

        worker.table.failures.extend([Unavailability.LOADING] * 1_000)
        with pytest.raises(GaveUp, match="raise LEADSTREAM_SESSION_TIMEOUT_SECONDS"):
            await worker.partitions.assigned(all_inputs(0))
        assert worker.partitions.owned == frozenset()

    @in_virtual_time
    async def test_an_assignment_in_place_of_another_ends_the_old_owners(self) -> None:
        """Each claim is a new one: nothing of the old owner survives."""
        worker = Worker(kafka=view_log(*views(3)))
        async with worker.working():
            await worker.caught_up()
            await worker.assign(0)
            worker.kafka.store(*views(2, first=3))
            await worker.caught_up()

        assert [what for name, what in worker.kafka.steps if name == "claim"] == [1, 2]
        assert worker.failures == []
        assert len(worker.said(STAGE_CHANGES)) == 5

    @in_virtual_time
    async def test_without_a_connection_nothing_is_assigned(self) -> None:
        """The transport introduces itself first."""
        worker = Worker()
        worker.partitions.connect(None)  # type: ignore[arg-type]  # as if it had not

        with pytest.raises(RuntimeError, match="connect"):
            await worker.partitions.assigned(all_inputs(0))


class TestRevocation:
    """Letting go, in bounded time, of what is not ours any more."""

    @in_virtual_time
    async def test_it_is_quick_when_nothing_is_to_be_done(self) -> None:
        """An idle owner stops at once; asked twice is harmless."""
        worker = Worker()
        async with worker.working(0, 1, 2):
            await elapse(1)
            started = worker.kafka.monotonic()
            await worker.partitions.revoked()
            await worker.partitions.revoked()
            assert worker.kafka.monotonic() - started < 0.1

        assert worker.partitions.owned == frozenset()
        assert not worker.partitions.has_assignment

    @in_virtual_time
    async def test_an_owner_that_hangs_is_cancelled_after_the_bound(self, caplog: pytest.LogCaptureFixture) -> None:
        """A rebalance must not wait for a server; what was not committed is read by the next owner."""
        worker = Worker(kafka=view_log(*views(3)))
        worker.table.hangs_after = 1
        async with worker.working():
            await elapse(1)
            started = worker.kafka.monotonic()
            await worker.partitions.revoked()
            took_seconds = worker.kafka.monotonic() - started

        assert took_seconds == pytest.approx(STOP_SECONDS_MAX, abs=0.1)
        assert "owner_stop_late task=owner-0" in caplog.text
        assert acknowledged(worker) == []

        worker.table.hangs_after = None
        heir = worker.another()
        async with heir.working():
            await heir.caught_up()
        assert len(heir.said(STAGE_CHANGES)) == 3

    @in_virtual_time
    async def test_what_waits_is_dropped_unacknowledged(self) -> None:
        """Runs that nobody handled belong to the next owner."""
        worker = Worker(kafka=view_log(*views(9)), limits={"batch_records_max": 1})
        worker.kafka.run_records_max = 2
        async with worker.working():
            await until(lambda: acknowledged(worker))
        done = len(acknowledged(worker))
        assert worker.table.commits - 1 < 9

        worker.partitions.offer(VIEWS, worker.kafka.delivery(views(1)))
        assert len(acknowledged(worker)) == done

    @in_virtual_time
    async def test_nothing_is_read_without_an_owner(self) -> None:
        """Neither before an assignment nor after its end."""
        worker = Worker()
        assert not worker.partitions.is_accepting(VIEWS)

        async with worker.working():
            assert worker.partitions.is_accepting(VIEWS)

        assert not worker.partitions.is_accepting(VIEWS)


class TestRecords:
    """Runs in, acknowledgements out."""

    @in_virtual_time
    async def test_a_run_is_acknowledged_when_its_last_record_is_in_the_table(self) -> None:
        """In the order of delivery, each once, and never a run that is half done."""
        worker = Worker(kafka=view_log(*views(7)), limits={"batch_records_max": 1})
        async with worker.working():
            await worker.caught_up()

        assert [what for what in acknowledged(worker) if what[0] == PAGE_VIEWS] == [
            (PAGE_VIEWS, 2),
            (PAGE_VIEWS, 5),
            (PAGE_VIEWS, 6),
        ]

    @in_virtual_time
    async def test_a_full_buffer_stops_its_topic_alone(self) -> None:
        """Back-pressure by topic: while the table is away nothing is read beyond the bound, and others go on."""
        worker = Worker(kafka=view_log(*views(90)), input_bytes_max=2_000)
        async with worker.working():
            await until(lambda: worker.table.commits == 1)
            worker.table.is_full = True
            await until(lambda: not worker.partitions.is_accepting(VIEWS))
            held = worker.input.positions[VIEWS]
            await elapse(5)
            assert worker.input.positions[VIEWS] == held < 90
            assert worker.partitions.is_accepting(TopicPartition(FORM_FILLS, 0))

            worker.table.is_full = False
            await worker.caught_up()
        assert len(worker.said(STAGE_CHANGES)) == 90

    @in_virtual_time
    async def test_partitions_are_worked_on_side_by_side(self) -> None:
        """One that hangs does not stop another."""
        worker = Worker(kafka=view_log(page_view("/pricing"), page_view("/pricing", lead="lead-bob", partition=1)))
        async with worker.working(0, 1):
            await worker.caught_up()

        assert {said["lead_id"] for said in worker.said(STAGE_CHANGES)} == {"lead-ada", "lead-bob"}
        assert {message.partition for message in worker.outputs()} == {0, 1}


class TestFences:
    """Another worker claimed the partition."""

    @in_virtual_time
    async def test_a_fenced_owner_waits_for_the_rebalance_that_is_to_come(self) -> None:
        """It takes no more records; when the partition goes, it goes at once and nothing failed."""
        worker = Worker()
        async with worker.working():
            await worker.table.claim(0, "another worker")
            await until(lambda: not worker.partitions.owned)
            assert not worker.partitions.is_accepting(VIEWS)
            assert figure(worker, "leadstream_partitions_owned") == 0

            started = worker.kafka.monotonic()
            await worker.partitions.revoked()
            assert worker.kafka.monotonic() - started < 0.1
            await elapse(2 * FENCED_SECONDS_MAX)

        assert worker.failures == []
        assert figure(worker, "leadstream_fence_rejections_total") == 1

    @in_virtual_time
    async def test_one_that_learns_it_while_it_is_let_go_holds_nobody_up(self) -> None:
        """A worker that slept hears of the rebalance first, and then of the commit that it had sent before."""
        worker = Worker(kafka=view_log(*views(3)))

        async def answered_too_late(_: Commit) -> CommitReply:
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            return CommitReply(CommitAnswer.FENCED, None)

        worker.table.commit = answered_too_late  # type: ignore[method-assign]
        async with worker.working():
            await elapse(1)
            started = worker.kafka.monotonic()
            await worker.partitions.revoked()
            assert worker.kafka.monotonic() - started == pytest.approx(STOP_SECONDS_MAX, abs=0.1)
            await elapse(2 * FENCED_SECONDS_MAX)

        assert worker.failures == []
        assert figure(worker, "leadstream_fence_rejections_total") == 1

    @in_virtual_time
    async def test_without_a_rebalance_it_ends_the_worker(self) -> None:
        """A process that holds a partition which it cannot score is started anew."""
        worker = Worker()
        async with worker.working():
            await worker.table.claim(0, "another worker")
            await elapse(FENCED_SECONDS_MAX + 3)

        assert [type(failure) for failure in worker.failures] == [Fenced]

    @in_virtual_time
    async def test_of_two_workers_on_one_partition_the_later_claim_wins(self) -> None:
        """A zombie's commits have no effect: tables and outputs are those of one worker."""
        worker = Worker(kafka=view_log(*views(30)), limits={"batch_records_max": 1})
        async with worker.working():
            await until(lambda: worker.table.commits > 5)
            heir = worker.another()
            async with heir.working():
                await until(lambda: len({said["lead_id"] for said in heir.said(STAGE_CHANGES)}) == 30)

        assert len({said["id"] for said in heir.said(STAGE_CHANGES)}) == 30


class TestRollbacks:
    """The table went back: to a copy, or to nothing."""

    @in_virtual_time
    async def test_the_inputs_are_read_again_from_where_the_table_is(self) -> None:
        """Nothing is lost, nothing is told again, and the epoch rises above all there were."""
        worker = Worker(kafka=view_log(*views(4)))
        async with worker.working():
            await worker.caught_up()
            copy = worker.table.copied()
            worker.kafka.store(*views(4, first=4))
            await worker.caught_up()
            told = {said["id"] for said in worker.said(STAGE_CHANGES)}
            worker.table.restore(copy)
            worker.kafka.store(*views(1, first=8))
            await until(lambda: len({said["id"] for said in worker.said(STAGE_CHANGES)}) == 9)
            await worker.caught_up()

        assert told < {said["id"] for said in worker.said(STAGE_CHANGES)}
        assert len(worker.said(STAGE_CHANGES)) == 9
        assert (await worker.lead("lead-8")).state.standings["default"].stage == "lead"
        assert figure(worker, "leadstream_table_rollbacks_total") == 1
        assert [what for name, what in worker.kafka.steps if name == "claim"] == [1, 2]
        assert worker.failures == []

    @in_virtual_time
    async def test_a_wiped_table_gets_a_higher_epoch_than_it_had(self) -> None:
        """Readers of `lead-scores` ignore a lower one."""
        worker = Worker(kafka=view_log(*views(4)))
        for _ in range(3):
            async with worker.working():
                await worker.caught_up()
        worker.table.wipe()
        async with worker.working():
            await worker.caught_up()

        assert [what for name, what in worker.kafka.steps if name == "claim"] == [1, 2, 3, 4]

    @in_virtual_time
    async def test_a_table_that_is_away_while_it_is_claimed_again_is_waited_for(self) -> None:
        """It restarts from its files and is empty or old for a while: longer than a rebalance may take."""
        worker = Worker(kafka=view_log(*views(4)))
        async with worker.working():
            await worker.caught_up()
            worker.table.failures_after_move = 13
            worker.table.wipe()
            await until(lambda: figure(worker, "leadstream_replayed_outputs_total", topic=STAGE_CHANGES) == 4)

        assert (await worker.lead("lead-3")).state.standings["default"].stage == "lead"
        assert worker.failures == []

    @in_virtual_time
    async def test_a_revocation_meanwhile_is_quick_and_claims_nothing_more(self) -> None:
        """The next owner may have claimed the partition already: to claim it again would fence that one."""
        worker = Worker(kafka=view_log(*views(4)))
        async with worker.working():
            await worker.caught_up()
            worker.table.hangs_after = 0
            worker.table.wipe()
            await until(lambda: figure(worker, "leadstream_table_rollbacks_total") == 1)
            await elapse(0.1)
            started = worker.kafka.monotonic()
            await worker.partitions.revoked()
            assert worker.kafka.monotonic() - started < 0.1
            worker.table.hangs_after = None
            await elapse(60)

        assert [what for name, what in worker.kafka.steps if name == "claim"] == [1]
        assert worker.failures == []
        assert worker.partitions.owned == frozenset()

    @in_virtual_time
    async def test_an_input_that_cannot_be_set_back_is_given_up_after_a_while(self) -> None:
        """The partition is about to be revoked; if it is not, the worker ends and begins anew."""
        worker = Worker(kafka=view_log(*views(4)))
        async with worker.working():
            await worker.caught_up()
            worker.input.seek_error = LookupError("no partition is assigned")
            worker.table.wipe()
            await until(lambda: not worker.partitions.owned)
            assert worker.failures == []
            await elapse(FENCED_SECONDS_MAX + 1)

        assert [type(failure) for failure in worker.failures] == [InputLost]

    @in_virtual_time
    async def test_a_client_that_is_silent_for_a_while_is_asked_again(self) -> None:
        """Kafka is away while the table goes back: the inputs are set back once it answers, and nobody ends."""
        worker = Worker(kafka=view_log(*views(4)))
        async with worker.working():
            await worker.caught_up()
            worker.input.seek_error = InputSilent("no answer")
            worker.table.wipe()
            await elapse(2.0)
            assert not worker.partitions.owned
            worker.input.seek_error = None
            await until(lambda: bool(worker.partitions.owned))
            await worker.caught_up()

        assert worker.failures == []

    @in_virtual_time
    async def test_what_was_fetched_before_the_table_went_back_is_not_taken_for_its_future(self) -> None:
        """Old runs that come after the seek would carry the watermark past what nobody read: they are refused."""
        worker = Worker(kafka=view_log(*views(20)))
        async with worker.working():
            await worker.caught_up()
            worker.table.wipe()
            worker.input.in_flight = [(VIEWS, views(2, first=14)), (VIEWS, views(4, first=16))]
            await until(lambda: figure(worker, "leadstream_table_rollbacks_total") == 1)
            await worker.caught_up()
            await elapse(5)

            for number in range(20):
                assert (await worker.lead(f"lead-{number}")).state.judged_at > 0, number
        assert figure(worker, "leadstream_rereads_total") == 2
        assert worker.failures == []


class TestHoles:
    """Offsets without a record, and records without an offset."""

    @in_virtual_time
    async def test_a_hole_that_is_real_is_read_twice_and_passed(self) -> None:
        """What the table read last is gone, and nobody said so: one look more, and on it goes."""
        worker = Worker(kafka=view_log(*views(2)))
        async with worker.working():
            await worker.caught_up()
        worker.kafka.logs[VIEWS].clear()
        worker.kafka.store(*views(2, first=7))

        heir = worker.another()
        async with heir.working():
            await heir.caught_up()

        assert len(heir.said(STAGE_CHANGES)) == 4
        assert figure(heir, "leadstream_rereads_total") == 1

    @in_virtual_time
    async def test_while_a_topic_is_read_again_it_takes_nothing_and_holds_the_others_back(self) -> None:
        """What was delivered meanwhile comes again after the seek."""
        worker = Worker(kafka=view_log(*views(2)))
        await worker.assign(0)
        worker.partitions.offer(VIEWS, worker.kafka.delivery(views(1, first=50)))

        assert not worker.partitions.is_accepting(VIEWS)
        assert worker.partitions.is_accepting(TopicPartition(FORM_FILLS, 0))
        worker.partitions.offer(VIEWS, worker.kafka.delivery(views(2)))
        worker.partitions.offer(TopicPartition(TICKS, 0), worker.kafka.delivery([tick(at=NOW + 9 * SECOND)]))
        await until(lambda: worker.partitions.is_accepting(VIEWS))
        assert ("seek", (PAGE_VIEWS, EARLIEST)) in worker.kafka.steps
        assert acknowledged(worker) == []
        await worker.partitions.revoked()

    @in_virtual_time
    async def test_records_that_kafka_no_longer_has_are_said_to_be_missing(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Loudly, with a metric; the partition goes on behind them."""
        worker = Worker(kafka=view_log(*views(2)))
        async with worker.working():
            await worker.caught_up()
        worker.kafka.logs[VIEWS].clear()
        worker.kafka.store(*views(2, first=7))

        heir = worker.another()
        await heir.assign(0)
        heir.partitions.missing(VIEWS, Hole(2, 7, HoleReason.EXPIRED))
        consuming = asyncio.create_task(heir.input.consume(heir.partitions))
        await heir.caught_up()
        consuming.cancel()
        await heir.partitions.revoked()

        assert "input_missing topic=page-views partition=0 first=2 next=7 reason=expired" in caplog.text
        assert figure(heir, "leadstream_missing_inputs_total", reason="expired") == 1
        assert figure(heir, "leadstream_rereads_total") == 0
        assert len(heir.said(STAGE_CHANGES)) == 4

    @in_virtual_time
    async def test_ticks_that_expired_are_nothing_to_speak_of(self, caplog: pytest.LogCaptureFixture) -> None:
        """A replay without them decides the same."""
        worker = Worker()
        await worker.assign(0)
        with caplog.at_level(logging.INFO):
            worker.partitions.missing(TopicPartition(TICKS, 0), Hole(2, 7, HoleReason.EXPIRED))

        assert "input_missing" not in caplog.text
        assert figure(worker, "leadstream_missing_inputs_total", reason="expired") == 0
        await worker.partitions.revoked()

    @in_virtual_time
    async def test_a_topic_that_ends_before_what_was_read_ends_the_worker(self) -> None:
        """What is written there anew would be skipped as known: never silently, so it says what to do."""
        worker = Worker()
        await worker.assign(0)

        with pytest.raises(InputReset, match=r"hold it up to offset 99, .*Bring the topic back, or empty the tables"):
            worker.partitions.missing(VIEWS, Hole(100, 0, HoleReason.BEYOND_END))

        assert figure(worker, "leadstream_missing_inputs_total", reason="beyond_end") == 1
        await worker.partitions.revoked()

    @in_virtual_time
    async def test_of_what_was_read_nothing_is_missing(self, caplog: pytest.LogCaptureFixture) -> None:
        """Retention went past the record that was read last, and not past the next one."""
        worker = Worker(kafka=view_log(*views(3)))
        async with worker.working():
            await worker.caught_up()
        heir = worker.another()
        await heir.assign(0)

        heir.partitions.missing(VIEWS, Hole(2, 3, HoleReason.EXPIRED))
        assert "input_missing" not in caplog.text
        heir.partitions.missing(VIEWS, Hole(2, 5, HoleReason.EXPIRED))
        assert "input_missing topic=page-views partition=0 first=3 next=5 reason=expired" in caplog.text
        await heir.partitions.revoked()

    @in_virtual_time
    async def test_a_topic_that_was_made_anew_ends_the_worker(self) -> None:
        """As long as the old one, so no offset tells: the record that was read last is another one now."""
        worker = Worker(kafka=view_log(*views(3)))
        async with worker.working():
            await worker.caught_up()
        worker.kafka.logs[VIEWS].clear()
        worker.kafka.store(*(page_view("/pricing", lead=f"other-{number}", at=NOW + number) for number in range(5)))

        heir = worker.another()
        async with heir.working():
            await until(lambda: bool(heir.failures))

        assert isinstance(heir.failures[0], InputReset)
        assert "at offset 2 stands another record" in str(heir.failures[0])
        assert len(heir.said(STAGE_CHANGES)) == 3

    def test_a_hole_in_a_partition_that_is_not_ours_is_said_all_the_same(self) -> None:
        """Between a claim that failed and its repetition nothing goes unsaid."""
        worker = Worker()

        worker.partitions.missing(VIEWS, Hole(5, 6, HoleReason.OVERSIZE))

        assert figure(worker, "leadstream_missing_inputs_total", reason="oversize") == 1


class TestFailures:
    """What a partition cannot mend itself."""

    @in_virtual_time
    async def test_a_fault_of_ours_ends_the_worker_loudly(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        """With its place in the log; the partition takes no more records meanwhile."""
        worker = Worker(kafka=view_log(*views(1)))

        def broken(*_: object) -> None:
            raise ZeroDivisionError("a fault of ours")

        monkeypatch.setattr("streams.partition.decode.Decoder.decoded", broken)
        async with worker.working():
            await until(lambda: worker.failures)
            assert not worker.partitions.is_accepting(VIEWS)

        assert isinstance(worker.failures[0], ZeroDivisionError)
        assert "partition_failed partition=0 error=ZeroDivisionError" in caplog.text


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(("restart", "kill", "copy", "restore", "wipe", "fence", "redis", "kafka", "pause")),
        st.integers(1, 60),
    ),
    max_size=6,
)


@settings(deadline=None, max_examples=40)
@given(records=stored_records(), events=EVENTS, records_max=st.sampled_from((1, 4, 100)))
def test_whatever_happens_tables_and_outputs_are_right_in_the_end(
    records: list[Record], events: list[tuple[str, int]], records_max: int
) -> None:
    """Restarts, crashes, zombies, rollbacks, wipes, servers away: nothing is lost, nothing doubled by its id."""
    ordered = sorted(records, key=lambda one: (one.timestamp, one.topic == TICKS, one.topic, one.offset))
    reference = Partition().handle(*ordered)

    async def work() -> None:
        worker = Worker(kafka=view_log(*records), limits={"batch_records_max": records_max})
        worker.kafka.run_records_max = 1 + records_max // 2
        await disturbed(worker, events)
        heir = worker.another()
        async with heir.working():
            await elapse(2.5)
            await heir.caught_up()
        assert heir.failures == []
        for topic in (STAGE_CHANGES, LEAD_SCORES):
            said = {dict(message.headers)["ce_id"]: body(message) for message in heir.publisher.of(topic)}
            wanted = {
                dict(message.headers)["ce_id"]: body(message)
                for message in reference.messages
                if message.topic == topic
            }
            assert said == wanted
        for lead_id in reference.leads:
            assert await heir.lead(lead_id) == reference.lead(lead_id)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("streams.partition.ticks.Ticker.seconds_until", lambda *_: float("inf"))
        run(work())


async def disturbed(worker: Worker, events: list[tuple[str, int]]) -> None:
    """Let workers come and go, and servers misbehave, while the log is read."""
    copy = worker.table.copied()
    for event, hundredths in events:
        async with worker.another().working() as current:
            if event == "redis":
                current.table.failures.extend([Unavailability.LOST] * 3)
            elif event == "kafka":
                current.publisher.failures, current.publisher.lets_through = 2, 1
            await elapse(hundredths / 100)
            if event == "copy":
                copy = current.table.copied()
            elif event == "restore":
                current.table.restore(copy)
            elif event == "wipe":
                current.table.wipe()
            elif event == "fence":
                await current.table.claim(0, secrets.token_hex(4))
            elif event == "kill":
                current.table.hangs_after = current.table.commits
            if event in {"restore", "wipe", "fence", "pause"}:
                await elapse(1.5)
        current.table.hangs_after = None
