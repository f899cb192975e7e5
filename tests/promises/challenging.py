"""What has to hold while a challenger judges: it decides what it would in force, and the champion decides as ever.

Whichever worker has the partition, also if one dies among the leads that the challenger judges first, and in a replay.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from scorer import Scorecard
from streams.lead.lead import Lead
from tests.builders.folding import CHALLENGER_CHANGES, LEAD_SCORES, STAGE_CHANGES
from tests.builders.kafka import FakeKafka
from tests.builders.owning import ToldTable, Worker
from tests.builders.records import DAY, SECOND, page_view
from tests.builders.scorecard_book import Book
from tests.builders.scorecards import tiny_scorecard
from tests.builders.virtual_time import elapse, until
from tests.promises.activations import ACTIVE_AT, LEADS, PAGE_LEADS, views

CHAMPION, CHALLENGER = tiny_scorecard("tiny-1", lead_at=25.0), tiny_scorecard("tiny-2", lead_at=10.0)
NEW_LEADS = ("lead-new", "lead-fresh", "lead-late")


def book(*challenges: tuple[int, Scorecard | None]) -> Book:
    """Return a book in which a version that asks for less challenges after a minute, or what is given."""
    return Book(CHAMPION, challenges=[*(challenges or ((ACTIVE_AT, CHALLENGER),))])


def activities() -> FakeKafka:
    """Return the views, a lead whom the challenger alone takes for one in the middle of a run, and a wait of days."""
    kafka = views()
    later = (
        ("/blog", "lead-fresh", 2 * SECOND),
        ("/pricing", "lead-fresh", 4 * SECOND),
        ("/blog", "lead-late", 4 * DAY),
    )
    first = len(kafka.logs[next(iter(kafka.logs))])
    kafka.store(
        *(
            page_view(path, lead=lead, offset=place, at=ACTIVE_AT + after_ms)
            for place, (path, lead, after_ms) in enumerate(later, first)
        )
    )
    return kafka


async def check_challenger(limit_pages: Callable[[int], None], *, crash_after: int | None = None) -> None:
    """Require that a challenger decides what it would in force, and that nothing else becomes another thing.

    Args:
        limit_pages: Sets how many leads a page of the sweep has.
        crash_after: The worker dies after so many commits; None: it does not.
    """
    limit_pages(PAGE_LEADS)
    worker = Worker(kafka=activities(), scorecards=book())
    worker.table.hangs_after = crash_after
    async with worker.working():
        if crash_after is not None:
            await until(lambda: worker.table.commits == crash_after)
            await elapse(1)
        else:
            await worker.caught_up()
            await elapse(1)
    worker.table.hangs_after = None
    heir = worker.another()
    async with heir.working():
        await heir.caught_up()
        await elapse(1)

    released = await _worked(Book(CHAMPION, [(ACTIVE_AT, CHALLENGER)]))
    quiet = await _worked(Book(CHAMPION))
    require_same_decisions(heir.said(CHALLENGER_CHANGES), released.said(STAGE_CHANGES))
    for topic in (STAGE_CHANGES, LEAD_SCORES):
        assert _unique(heir.said(topic)) == _unique(quiet.said(topic)), f"{topic} is another one with a challenger"
    for name in (*(f"lead-{number}" for number in range(LEADS)), *NEW_LEADS):
        await _require_beside(name, heir, released, quiet)

    replayed = heir.another(table=ToldTable(heir.kafka), publisher=None)
    async with replayed.working():
        await replayed.caught_up()
        await elapse(1)
    told = [_unique(one.said(CHALLENGER_CHANGES)) for one in (heir, replayed)]
    assert told[0] == told[1], "a replay decides otherwise"


async def _worked(scorecards: Book) -> Worker:
    """Return a worker that handled all under other scorecards."""
    worker = Worker(kafka=activities(), scorecards=scorecards)
    async with worker.working():
        await worker.caught_up()
        await elapse(1)
    return worker


def require_same_decisions(found: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> None:
    """Require that the challenger told what it would have told in force, from its challenge on."""
    mine = {(one["lead_id"], one["to_stage"], one["changed_at"], one["score"]) for one in found}
    right = {
        (one["lead_id"], one["to_stage"], one["changed_at"], one["score"])
        for one in wanted
        if one["scorecard_version"] == CHALLENGER.version
    }
    assert mine == right, f"missing {right - mine}, more {mine - right}"
    assert {one["scorecard_version"] for one in found} == {CHALLENGER.version}


async def _require_beside(name: str, worker: Worker, released: Worker, quiet: Worker) -> None:
    """Require that a lead stands by the challenger as if it had been released, and by the champion as if alone."""
    lead, alone = await worker.lead(name), await quiet.lead(name)
    assert lead.challenge is not None, f"{name} was left out"
    assert lead.challenge.version == CHALLENGER.version
    in_force = (await released.lead(name)).state.standings
    assert dict(lead.challenge.standings) == dict(in_force), f"{name} stands elsewhere by the challenger"
    assert _facts(lead) == _facts(alone), f"{name} is another one with a challenger"


def _facts(lead: Lead) -> Any:
    """Return what must not depend on a challenger: when a lead was looked at last may."""
    return replace(lead.state, judged_at=0)


def _unique(said: list[dict[str, Any]]) -> list[str]:
    """Return what was said, each once."""
    return sorted({str(sorted(one.items())) for one in said})
