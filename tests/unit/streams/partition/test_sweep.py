"""Every lead judged anew at the instant of an activation, resumable, and nothing beside it meanwhile."""

from functools import partial

import pytest

import streams.partition.pages
from scorer import next_crossing
from streams.lead.codec import encoded_lead
from streams.table.course import Errand
from tests.builders.folding import LEAD_SCORES, STAGE_CHANGES
from tests.builders.owning import Worker, view_log
from tests.builders.records import MINUTE, NOW, SECOND, TICKS, page_view
from tests.builders.scorecard_book import Book
from tests.builders.scorecards import tiny_scorecard
from tests.builders.virtual_time import elapse, in_virtual_time, until
from tests.promises.activations import ACTIVE_AT, LEADS, book, check_activation, check_longer_keep, views


@pytest.mark.parametrize("crash_after", [None, 2, 3, 4, 5, 6])
@in_virtual_time
async def test_what_judges_depends_on_the_clock_only(crash_after: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the activation the old version, from it on the new one; also after a crash at any commit of the sweep."""
    await check_activation(partial(monkeypatch.setattr, streams.partition.pages, "PAGE_LEADS"), crash_after=crash_after)


@pytest.mark.parametrize("crash_after", [None, 4])
@in_virtual_time
async def test_at_a_set_rate_the_same_is_decided(crash_after: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slower, and by the same version at the same instant; also after a crash."""
    limit_pages = partial(monkeypatch.setattr, streams.partition.pages, "PAGE_LEADS")
    await check_activation(limit_pages, crash_after=crash_after, leads_per_second_max=1)


@in_virtual_time
async def test_no_rate_changes_a_row() -> None:
    """Rows and outputs are byte for byte those of a sweep without a bound, which is over much sooner."""
    found, seconds = [], []
    for rate in (0, 1):
        worker = Worker(kafka=views(), scorecards=book(), sweep_leads_per_second_max=rate)
        began_at = worker.kafka.monotonic()
        async with worker.working():
            await worker.caught_up()
        seconds.append(worker.kafka.monotonic() - began_at)
        rows = [encoded_lead(await worker.lead(f"lead-{number}")) for number in range(LEADS)]
        found.append((rows, worker.said(STAGE_CHANGES), worker.said(LEAD_SCORES)))

    assert found[0] == found[1]
    assert seconds[1] - seconds[0] > LEADS - 2


@in_virtual_time
async def test_a_worker_that_is_to_stop_breaks_a_slow_sweep_off() -> None:
    """Its successor goes on with what is left."""
    worker = Worker(kafka=views(), scorecards=book(), sweep_leads_per_second_max=1)
    async with worker.working():
        await until(lambda: any(worker.table.courses))
        stopped_at = worker.kafka.monotonic()
    assert worker.kafka.monotonic() - stopped_at < 2
    assert (await worker.table.facts(0)).course is not None

    heir = worker.another()
    async with heir.working():
        await heir.caught_up()
    assert (await heir.table.facts(0)).course is None


@in_virtual_time
async def test_an_idle_partition_is_woken_for_it() -> None:
    """No record comes, and the activation is a tick's business, as a lead's wake-up is."""
    worker = Worker(kafka=view_log(page_view("/pricing")), scorecards=book())
    async with worker.working():
        await worker.caught_up()
        assert worker.said(STAGE_CHANGES) == []
        await until(lambda: worker.said(STAGE_CHANGES), seconds_max=70)

    assert worker.said(STAGE_CHANGES)[0]["changed_at"] == "2026-11-22T10:01:00.000Z"
    assert any(message.topic == TICKS for message in worker.publisher.published)


@in_virtual_time
async def test_wake_ups_before_it_are_the_old_versions() -> None:
    """A lead that falls before the activation falls by the old version, one that would fall at it does not."""
    old = tiny_scorecard("tiny-1")
    worker = Worker(kafka=view_log(page_view("/pricing")), scorecards=Book(old))
    async with worker.working():
        await worker.caught_up()
    fallen_at = next_crossing((await worker.lead()).state, old, NOW)
    assert fallen_at is not None

    for active_at, version in ((fallen_at, "tiny-2"), (fallen_at + 1, "tiny-1")):
        new = tiny_scorecard("tiny-2")
        other = Worker(kafka=view_log(page_view("/pricing")), scorecards=Book(old, [(active_at, new)]))
        other.kafka.store(page_view("/blog", lead="lead-bob", offset=1, at=fallen_at + MINUTE))
        async with other.working():
            await other.caught_up()
        told = [change for change in other.said(STAGE_CHANGES) if change["to_stage"] == "subscriber"]
        assert [change["scorecard_version"] for change in told] == [version]


@in_virtual_time
async def test_nothing_is_judged_until_the_scorecards_are_known() -> None:
    """Records wait within their bound; then all goes on."""
    worker = Worker(kafka=views(), scorecards=book(), input_bytes_max=2_000)
    worker.scorecards.known = False  # type: ignore[union-attr]  # it is a book of the tests
    async with worker.working():
        await elapse(5)
        assert worker.table.commits == 0
        assert len(worker.kafka.committed) == 0
        worker.scorecards.known = True  # type: ignore[union-attr]  # as above
        await worker.caught_up()
    assert len({change["lead_id"] for change in worker.said(STAGE_CHANGES)}) >= LEADS


@in_virtual_time
async def test_an_activation_that_came_to_be_known_too_late_is_made_up_for() -> None:
    """It cannot happen by the rules; should it, every lead is judged anew where the clock is, and nothing stays old."""
    known = Book(tiny_scorecard("tiny-1", lead_at=25.0))
    worker = Worker(kafka=view_log(page_view("/pricing")), scorecards=known)
    async with worker.working():
        await worker.caught_up()
        known.activate(NOW - MINUTE, tiny_scorecard("tiny-2"))
        await until(lambda: worker.said(STAGE_CHANGES))

    assert worker.said(STAGE_CHANGES)[0]["scorecard_version"] == "tiny-2"


@in_virtual_time
async def test_several_activations_in_one_run_each_judge_their_stretch() -> None:
    """A replay passes them all at once, and judges by each in turn."""
    known = Book(tiny_scorecard("tiny-1", lead_at=25.0))
    for number in (2, 3, 4):
        known.activate(NOW + number * SECOND, tiny_scorecard(f"tiny-{number}", lead_at=25.0))
    kafka = view_log(*(page_view("/pricing", offset=number, at=NOW + number * SECOND) for number in range(6)))
    worker = Worker(kafka=kafka, scorecards=known)
    async with worker.working():
        await worker.caught_up()

    judged = {said["scored_at"]: said["scorecard_version"] for said in worker.said(LEAD_SCORES)}
    assert judged["2026-11-22T10:00:02.000Z"] == "tiny-2"
    assert judged["2026-11-22T10:00:04.000Z"] == "tiny-4"


@in_virtual_time
async def test_a_sweep_tells_how_far_it_is() -> None:
    """Leads done and leads there are, for those who wait for it."""
    worker = Worker(kafka=views(), scorecards=book())
    async with worker.working():
        await worker.caught_up()
        await elapse(1)

    exposition = worker.metrics.exposition().decode()
    assert f'leadstream_sweep_leads{{partition="0"}} {LEADS:.1f}' in exposition
    assert f'leadstream_sweep_leads_done{{partition="0"}} {LEADS:.1f}' in exposition
    assert ACTIVE_AT > NOW


@in_virtual_time
async def test_each_page_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the table, for `leadstream status`; the last page ends it."""
    monkeypatch.setattr(streams.partition.pages, "PAGE_LEADS", 3)
    worker = Worker(kafka=views(), scorecards=book())
    async with worker.working():
        await worker.caught_up()
        await until(lambda: any(worker.table.courses) and worker.table.courses[-1] is None, seconds_max=120)

    told = [course for course in worker.table.courses if course is not None]
    assert {(course.errand, course.begun, course.target) for course in told} == {(Errand.SWEEP, 0, LEADS)}
    assert [course.at for course in told] == sorted({course.at for course in told})
    assert 0 < told[0].at < LEADS
    assert (await worker.table.facts(0)).course is None


@in_virtual_time
async def test_a_scorecard_that_is_gone_from_its_topic_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """The topic was made anew while no worker ran: leads are judged by what is known, and never in silence."""
    worker = Worker(kafka=views(), scorecards=book())
    async with worker.working():
        await worker.caught_up()
        await elapse(1)
    assert "scorecard_lost" not in caplog.text

    heir = worker.another(scorecards=Book(tiny_scorecard("tiny-1", lead_at=25.0)))
    async with heir.working():
        await heir.caught_up()
        await elapse(1)

    assert "scorecard_lost partition=0" in caplog.text
    assert heir.metrics.registry.get_sample_value("leadstream_scorecards_lost_total") == 1
    assert (await heir.lead("lead-0")).state.judged_by == "tiny-1"


@in_virtual_time
async def test_a_longer_keep_finds_the_same_counts_whenever_a_lead_was_handled() -> None:
    """What expired under the former version is gone for the next one, also of a lead that nobody had looked at."""
    await check_longer_keep()
