"""A table that is behind what was published: nothing is told again, and what was told wrongly is put right."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorer import Scorecard
from streams.partition import healing
from streams.partition.recovery import Recovery, is_behind
from streams.publisher.door import Message
from streams.table.course import Errand
from streams.table.door import Claim
from streams.tail.positions import ByInstant, ByRecord, Occasion, Positions, marked
from streams.tail.told import Told
from streams.transport.door import TopicPartition
from tests.builders.folding import CHALLENGER_CHANGES, DEAD_LETTERS, LEAD_SCORES, STAGE_CHANGES, TAIL_TOPICS, body
from tests.builders.kafka import FakeKafka
from tests.builders.owning import Worker, view_log
from tests.builders.records import DAY, NOW, PAGE_VIEWS, SECOND, TICKS, Record, form_fill, page_view
from tests.builders.scorecards import tiny_scorecard
from tests.builders.virtual_time import elapse, in_virtual_time, run, until
from tests.strategies.stored_records import stored_records

VIEWS = TopicPartition(PAGE_VIEWS, 0)


def history() -> FakeKafka:
    """Return some days: ada rises and fades by herself, bob rises, and one record is no view at all."""
    return view_log(
        page_view("/pricing", offset=0, at=NOW),
        page_view("/pricing", lead="lead-bob", offset=1, at=NOW + SECOND),
        replace(page_view(offset=2, at=NOW + 2 * SECOND), value=b"rubbish"),
        form_fill("demo", lead="lead-bob", at=NOW + 3 * SECOND),
        page_view("/blog", offset=3, at=NOW + 3 * DAY),
    )


def figure(worker: Worker, name: str, **labels: str) -> float | None:
    """Return a figure that a worker exports."""
    return worker.metrics.registry.get_sample_value(name, labels)


def moves(messages: list[Message]) -> list[tuple[str, str | None, str]]:
    """Return the stage changes among messages as (lead, from, to)."""
    changes = [body(message) for message in messages if message.topic == STAGE_CHANGES]
    return [(change["lead_id"], change["from_stage"], change["to_stage"]) for change in changes]


async def handled(worker: Worker) -> Worker:
    """Let a worker handle all there is, and leave."""
    async with worker.working():
        await elapse(1.5)
        await worker.caught_up()
        await until(lambda: worker.partitions._holdings[0].owner.recovery is None)
    assert worker.failures == []
    return worker


def erase(kafka: FakeKafka, tp: TopicPartition, below: int) -> None:
    """Delete the records of an input below an offset, as retention does."""
    kafka.logs[tp] = [record for record in kafka.logs[tp] if record.offset >= below]


class TestNothingIsToldAgain:
    """What the tails say was published is not published again."""

    @in_virtual_time
    async def test_a_rebuild_from_nothing_publishes_nothing(self) -> None:
        """Changes by records and by time alone, scores and dead letters: none of them floods downstream."""
        worker = await handled(Worker(kafka=history()))
        told = list(worker.outputs())
        assert Counter(message.topic for message in told) >= Counter(
            {STAGE_CHANGES: 3, LEAD_SCORES: 3, DEAD_LETTERS: 1}
        )
        before = [await worker.lead(name) for name in ("lead-ada", "lead-bob")]

        worker.table.wipe()
        heir = await handled(worker.another())

        assert heir.outputs() == told
        assert [await heir.lead(name) for name in ("lead-ada", "lead-bob")] == before
        assert figure(heir, "leadstream_partitions_replaying") == 0
        assert figure(heir, "leadstream_replayed_outputs_total", topic=DEAD_LETTERS) == 1
        assert figure(heir, "leadstream_corrections_total") == 0

    @in_virtual_time
    async def test_nor_does_one_under_a_living_owner(self) -> None:
        """It notices within a second, and replays under the same rules."""
        worker = Worker(kafka=history())
        async with worker.working():
            await worker.caught_up()
            told = list(worker.outputs())
            worker.table.wipe()
            await until(lambda: figure(worker, "leadstream_table_rollbacks_total") == 1)
            await until(lambda: figure(worker, "leadstream_replayed_outputs_total", topic=DEAD_LETTERS) == 1)
            await elapse(1)

        assert worker.outputs() == told
        assert worker.failures == []

    @in_virtual_time
    async def test_the_last_commit_alone_is_known_to_be_missing(self) -> None:
        """Its outputs lie above the positions that they carry, and are told apart by their own causes."""
        worker = Worker(kafka=history(), limits={"batch_records_max": 1})
        copies = [worker.table.copied()]
        async with worker.working():
            for commits in range(2, 7):
                await until(lambda wanted=commits: worker.table.commits >= wanted)
                copies.append(worker.table.copied())
            await worker.caught_up()
        told = list(worker.outputs())

        for copy in reversed(copies):
            worker.table.restore(copy)
            heir = await handled(worker.another())
            assert heir.outputs() == told

    @in_virtual_time
    async def test_markers_outlive_what_was_published(self) -> None:
        """Where `stage-changes` is past its retention, a rebuild still tells nothing of that time."""
        worker = await handled(Worker(kafka=history()))
        count = len(worker.outputs())
        worker.publisher.published = [
            message for message in worker.publisher.published if message.topic not in {STAGE_CHANGES, DEAD_LETTERS}
        ]
        worker.table.wipe()

        heir = await handled(worker.another())

        assert len(heir.outputs()) < count
        assert {message.topic for message in heir.outputs()} == {LEAD_SCORES}

    @in_virtual_time
    async def test_the_clock_comes_as_far_again_by_ticks(self) -> None:
        """Those that moved it are past their retention; short of it an old wake-up would be taken for one to come."""
        view = page_view("/pricing", at=NOW, happened_at=NOW - DAY + 5 * SECOND)
        worker = Worker(kafka=view_log(view), scorecard=with_stage("lead", enter_at=10.0, leave_below=10.0))
        async with worker.working():
            await until(lambda: len(moves(worker.outputs())) == 2)
        told = moves(worker.outputs())
        worker.kafka.logs[TopicPartition(TICKS, 0)] = []
        worker.table.wipe()

        heir = await handled(worker.another())

        assert moves(heir.outputs()) == told == [("lead-ada", None, "lead"), ("lead-ada", "lead", "subscriber")]

    @in_virtual_time
    async def test_what_is_new_is_told_meanwhile(self) -> None:
        """Records above what was published are decided for the first time."""
        worker = await handled(Worker(kafka=history()))
        worker.table.wipe()
        worker.kafka.store(page_view("/pricing", lead="lead-eve", offset=4, at=NOW + 4 * DAY))

        heir = await handled(worker.another())

        assert moves(heir.outputs())[-1] == ("lead-eve", None, "lead")
        assert len({body(message)["id"] for message in heir.publisher.of(STAGE_CHANGES)}) == len(moves(heir.outputs()))

    @in_virtual_time
    async def test_a_restored_outbox_is_told_as_far_as_it_was_not(self) -> None:
        """What stood in it when the copy was made was published since; the rest was not."""
        worker = Worker(kafka=history())
        worker.publisher.failures = 10**6
        async with worker.working():
            await until(lambda: worker.table.commits >= 2)
        copy = worker.table.copied()
        worker.publisher.failures = 0
        await handled(worker.another())
        told = list(worker.outputs())
        worker.table.restore(copy)

        heir = await handled(worker.another())

        assert heir.outputs() == told
        assert (await heir.table.claim(0, "reader")).outbox == ()


class TestHowFarItIs:
    """A rebuild says how far it is: in the table, the metrics and the log."""

    @in_virtual_time
    async def test_each_commit_tells_it(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        """From nothing to all that was published; then the table and `leadstream status` say nothing of it any more."""
        monkeypatch.setattr(healing, "COURSE_SECONDS", 0.0)
        worker = await handled(Worker(kafka=history()))
        assert worker.table.courses == [None] * worker.table.commits
        worker.table.wipe()

        with caplog.at_level("INFO"):
            heir = await handled(worker.another(limits={"batch_records_max": 1}))

        told = [course for course in heir.table.courses if course is not None]
        assert {(course.errand, course.begun, course.target) for course in told} == {(Errand.REPLAY, 0, told[0].target)}
        shares = [course.share for course in told]
        assert (shares[0], shares) == (0.0, sorted(shares))
        assert shares[-1] > 0.5
        assert heir.table.courses[-1] is None
        assert (await heir.table.facts(0)).course is None
        assert figure(heir, "leadstream_replay_records", partition="0") == told[0].target
        assert figure(heir, "leadstream_replay_records_done", partition="0") == told[0].target
        assert "recovery_goes_on partition=0 done=0" in caplog.text

    @in_virtual_time
    async def test_the_log_is_not_flooded(self, caplog: pytest.LogCaptureFixture) -> None:
        """A line every few seconds, not one a commit."""
        worker = await handled(Worker(kafka=history()))
        worker.table.wipe()

        with caplog.at_level("INFO"):
            await handled(worker.another(limits={"batch_records_max": 1}))

        assert "recovery_begun" in caplog.text
        assert "recovery_goes_on" not in caplog.text


class TestOrdinaryStarts:
    """Nothing behind: a recovery costs nothing."""

    @in_virtual_time
    async def test_nobody_asks_what_was_told(self) -> None:
        """A restart, a takeover and a crash before the publication are no rollback."""
        worker = await handled(Worker(kafka=history()))
        worker.kafka.store(page_view("/pricing", lead="lead-eve", offset=4, at=NOW + 4 * DAY))
        worker.publisher.failures = 10**6
        crashed = worker.another()
        async with crashed.working():
            await until(lambda: crashed.table.commits > 0)
            await elapse(1)
        worker.publisher.failures = 0
        worker.kafka.store(page_view("/pricing", lead="lead-eve", offset=5, at=NOW + 5 * DAY))

        heir = await handled(worker.another())

        assert [one.tails.reads for one in (worker, crashed, heir)] == [0, 0, 0]
        assert not (await heir.table.claim(0, "reader")).pending

    @in_virtual_time
    async def test_a_claim_waits_for_kafka(self) -> None:
        """Without knowing what was published nobody begins."""
        worker = Worker(kafka=history())
        worker.tails.failures = 3

        await handled(worker)

        assert figure(worker, "leadstream_retries_total", server="kafka") == 3

    @in_virtual_time
    async def test_an_epoch_is_above_what_was_published(self) -> None:
        """Another process rebuilds an empty table: readers of `lead-scores` ignore a lower epoch."""
        worker = Worker(kafka=history())
        for _ in range(3):
            await worker.assign(0)
            await worker.partitions.revoked()
        await handled(worker)
        worker.table.wipe()

        heir = await handled(worker.another())

        assert [what for name, what in heir.kafka.steps if name == "claim"] == [1, 2, 3, 4, 5]

    @in_virtual_time
    async def test_markers_are_few(self) -> None:
        """One of each output topic when an owner leaves, and one a minute while there is something to mark."""
        worker = Worker(kafka=history())
        async with worker.working():
            await worker.caught_up()
            await elapse(200)
            during = len(worker.publisher.of(TAIL_TOPICS.positions))
        markers = [marked(message.value) for message in worker.publisher.of(TAIL_TOPICS.positions)]

        assert during <= 3 * 4
        assert {found[0] for found in markers if found} == set(TAIL_TOPICS.outputs)
        claim = await worker.table.claim(0, "reader")
        assert not is_behind(claim, {found[0]: found[1] for found in markers if found})


class TestCorrections:
    """A replay that decides otherwise: one change for each lead that was told otherwise, and no more."""

    @in_virtual_time
    async def test_erased_history_is_corrected_once(self) -> None:
        """Who is told to be a lead and is known no more, and who stands lower: each hears it once, and why."""
        kafka = history()
        kafka.store(page_view("/pricing", lead="lead-bob", offset=4, at=NOW + 3 * DAY + SECOND))
        worker = await handled(Worker(kafka=kafka))
        told = list(worker.outputs())
        last = {change["lead_id"]: change for change in worker.said(STAGE_CHANGES)}
        assert last["lead-bob"]["to_stage"] == "mql"
        kafka.logs[TopicPartition("form-fills", 0)] = []
        worker.table.wipe()

        heir = await handled(worker.another())

        corrected = heir.outputs()[len(told) :]
        assert [message.topic for message in corrected] == [STAGE_CHANGES, LEAD_SCORES]
        change = body(corrected[0])
        assert (change["lead_id"], change["from_stage"], change["to_stage"]) == ("lead-bob", "mql", "lead")
        assert (change["cause"]["kind"], change["cause"]["corrects"]) == ("correction", last["lead-bob"]["id"])
        assert "history was erased" in change["cause"]["note"]
        assert body(corrected[1])["scores"]["default"]["stage"] == "lead"
        assert figure(heir, "leadstream_corrections_total") == 1

        heir.table.wipe()
        third = await handled(heir.another())
        assert third.outputs() == heir.outputs()
        assert third.tails.reads == 1

    @in_virtual_time
    async def test_a_lead_of_whom_nothing_is_left_is_withdrawn(self) -> None:
        """It stands where a stranger does, and its score is gone."""
        kafka = view_log(
            page_view("/pricing", offset=0), page_view("/pricing", lead="lead-bob", offset=1, at=NOW + SECOND)
        )
        worker = await handled(Worker(kafka=kafka))
        count = len(worker.outputs())
        erase(kafka, VIEWS, below=1)
        worker.table.wipe()

        heir = await handled(worker.another())

        change, score = heir.outputs()[count:]
        assert (body(change)["lead_id"], body(change)["to_stage"]) == ("lead-ada", "subscriber")
        assert (score.topic, score.key, score.value) == (LEAD_SCORES, b"lead-ada", None)
        assert await heir.table.lead(0, "lead-ada") is None

    @in_virtual_time
    async def test_a_newer_scorecard_is_corrected_once(self) -> None:
        """A rebuild under other thresholds: swallowed below the tail, told once at the end."""
        worker = await handled(Worker(kafka=history()))
        told = list(worker.outputs())
        worker.table.wipe()

        heir = await handled(worker.another(scorecard=stricter()))

        assert moves(heir.outputs()[len(told) :]) == [("lead-bob", "mql", "lead")]

    @in_virtual_time
    async def test_a_lead_without_a_change_left_is_corrected_by_its_score(self) -> None:
        """`stage-changes` is past its retention, and `lead-scores` remembers what was told."""
        worker = await handled(Worker(kafka=history()))
        worker.publisher.published = [one for one in worker.publisher.published if one.topic != STAGE_CHANGES]
        worker.table.wipe()

        heir = await handled(worker.another(scorecard=stricter()))

        assert moves(heir.outputs()) == [("lead-bob", "mql", "lead")]

    @in_virtual_time
    async def test_a_correction_survives_a_crash(self) -> None:
        """Pending is in the commits: whoever claims next corrects, and what was corrected is not corrected again."""
        worker = await handled(Worker(kafka=history()))
        worker.table.wipe()
        broken = worker.another(scorecard=stricter())
        broken.publisher.failures = 10**6
        async with broken.working():
            await until(lambda: broken.table.commits > 0)
            await elapse(3)
        assert (await worker.table.claim(0, "reader")).pending
        broken.publisher.failures = 0

        heir = await handled(worker.another(scorecard=stricter()))

        assert Counter(moves(heir.outputs()))["lead-bob", "mql", "lead"] == 1
        assert not (await heir.table.claim(0, "reader")).pending

    @in_virtual_time
    async def test_a_stage_that_was_told_is_not_told_again_by_another_cause(self) -> None:
        """Above the tail too: the replay reaches by another record what downstream knows already."""
        kafka = view_log(form_fill("demo", at=NOW), page_view("/pricing", at=NOW + SECOND))
        worker = await handled(Worker(kafka=kafka))
        assert moves(worker.outputs()) == [("lead-ada", None, "mql")]
        kafka.store(form_fill("demo", offset=1, at=NOW + 2 * SECOND, id="form-of-another-day"))
        erase(kafka, TopicPartition("form-fills", 0), below=1)
        worker.table.wipe()

        heir = await handled(worker.another())

        assert moves(heir.outputs()) == [("lead-ada", None, "mql")]
        assert (await heir.lead()).state.standings["default"].stage == "mql"


def with_stage(name: str, **thresholds: float) -> Scorecard:
    """Return the scorecard with other thresholds of one stage."""
    card = tiny_scorecard("tiny-2")
    score = card.scores["default"]
    stages = tuple(replace(one, **thresholds) if one.name == name else one for one in score.stages)
    return replace(card, scores={"default": replace(score, stages=stages)})


def stricter() -> Scorecard:
    """Return a scorecard by which a form alone is not enough for the third rung."""
    return with_stage("mql", enter_at=60.0, leave_below=55.0)


def claim(**fields: Any) -> Claim:
    """Return a claim of a partition at some positions."""
    found: dict[str, Any] = {"watermarks": {PAGE_VIEWS: 4}, "clock": NOW, "next_sequence": 10, "pending": False}
    found |= fields
    return Claim(0, 3, "owner", "commit", outbox=(), next_due_at=None, scorecard="", **found)


@pytest.mark.parametrize(
    ("tail", "is_so"),
    [
        (Positions(2, 9, NOW, {PAGE_VIEWS: 4}), False),
        (Positions(9, 0, 0, {}), False),
        (Positions(2, 10, NOW, {PAGE_VIEWS: 4}), True),
        (Positions(2, 9, NOW + 1, {PAGE_VIEWS: 4}), True),
        (Positions(2, 9, NOW, {PAGE_VIEWS: 5}), True),
        (Positions(2, 9, NOW, {TICKS: 0}), True),
    ],
)
def test_a_table_is_behind_by_any_component(tail: Positions, is_so: bool) -> None:
    """A sequence, an offset or an instant that the table does not know; epochs rise without anything being lost."""
    assert is_behind(claim(), {STAGE_CHANGES: Positions(), LEAD_SCORES: tail}) is is_so


@pytest.mark.parametrize(
    ("topic", "occasion", "is_so"),
    [
        (STAGE_CHANGES, ByRecord(PAGE_VIEWS, 6), True),
        (STAGE_CHANGES, ByRecord(PAGE_VIEWS, 7), True),
        (STAGE_CHANGES, ByRecord(PAGE_VIEWS, 8), False),
        (STAGE_CHANGES, ByRecord("form-fills", 0), False),
        (STAGE_CHANGES, ByInstant(NOW - 1), True),
        (STAGE_CHANGES, ByInstant(NOW), False),
        (STAGE_CHANGES, None, False),
        (LEAD_SCORES, ByRecord(PAGE_VIEWS, 6), False),
    ],
)
def test_only_what_is_below_a_topics_own_positions_is_not_built(
    topic: str, occasion: Occasion | None, is_so: bool
) -> None:
    """Of anything else the built message decides: by its id, or by the stage that was told."""
    tails = {STAGE_CHANGES: Positions(clock=NOW, watermarks={PAGE_VIEWS: 7})}
    recovery = Recovery(Positions(), Told(TAIL_TOPICS, tails), tails, STAGE_CHANGES, CHALLENGER_CHANGES)

    assert recovery.has(topic, occasion) is is_so


def test_a_correction_that_is_pending_is_behind() -> None:
    """However far the table has come."""
    assert is_behind(claim(pending=True), {})
    assert not is_behind(claim(), {})


@settings(deadline=None, max_examples=40)
@given(records=stored_records(), records_max=st.sampled_from((1, 4, 100)), commits=st.integers(0, 12))
def test_no_rollback_is_heard_downstream(records: list[Record], records_max: int, commits: int) -> None:
    """To nothing, or to any commit: not one message more than before, and the same leads."""

    async def work() -> None:
        worker = Worker(kafka=view_log(*records), limits={"batch_records_max": records_max})
        copy = worker.table.copied()
        async with worker.working():
            await until(lambda: worker.table.commits >= commits or worker.is_caught_up())
            copy = worker.table.copied() if commits else copy
            await worker.caught_up()
        told, leads = list(worker.outputs()), {}
        for lead_id in ("lead-ada", "lead-bob", "lead-eve"):
            leads[lead_id] = await worker.lead(lead_id)
        worker.table.restore(copy)

        heir = await handled(worker.another())

        assert [headers_apart(one) for one in heir.outputs()] == [headers_apart(one) for one in told]
        assert {lead_id: await heir.lead(lead_id) for lead_id in leads} == leads

    run(work())


def headers_apart(message: Message) -> str:
    """Return a message as a failing test shows it."""
    return f"{message.topic} {message.key!r} {(message.value or b'').decode(errors='replace')}"
