"""What has to hold when another scorecard comes into force: every worker and every replay judges by the same one."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from schemas.contract import rfc3339
from streams.partition.judging import name_of
from streams.translation.translate import instant
from tests.builders.folding import STAGE_CHANGES
from tests.builders.kafka import FakeKafka
from tests.builders.owning import ToldTable, Worker
from tests.builders.records import NOW, SECOND, page_view
from tests.builders.scorecard_book import Book
from tests.builders.scorecards import tiny_scorecard
from tests.builders.virtual_time import elapse, until

ACTIVE_AT = NOW + 60 * SECOND
LEADS = 9
PAGE_LEADS = 2
"""Leads of a page while the promise is checked: a sweep takes several commits."""


def book() -> Book:
    """Return a book in which a version that asks for less comes into force after a minute."""
    return Book(tiny_scorecard("tiny-1", lead_at=25.0), [(ACTIVE_AT, tiny_scorecard("tiny-2", lead_at=10.0))])


def views() -> FakeKafka:
    """Return views of many leads before the activation, and of some at it and after it."""
    kafka = FakeKafka()
    kafka.store(*(page_view("/pricing", lead=f"lead-{number}", offset=number) for number in range(LEADS)))
    later = [(ACTIVE_AT - 1, "lead-0"), (ACTIVE_AT, "lead-1"), (ACTIVE_AT, "lead-new"), (ACTIVE_AT + 1, "lead-2")]
    kafka.store(
        *(page_view("/pricing", lead=lead, offset=place, at=at) for place, (at, lead) in enumerate(later, LEADS))
    )
    return kafka


async def check_activation(limit_pages: Callable[[int], None], *, crash_after: int | None = None) -> None:
    """Require that what is judged depends on the clock only, also if a worker dies in the middle of the sweep.

    Args:
        limit_pages: Sets how many leads a page of the sweep has.
        crash_after: The worker dies after so many commits; None: it does not.
    """
    limit_pages(PAGE_LEADS)
    worker = Worker(kafka=views(), scorecards=book())
    worker.table.hangs_after = crash_after
    async with worker.working():
        if crash_after is not None:
            await until(lambda: worker.table.commits == crash_after)
            await elapse(1)
        else:
            await worker.caught_up()
    worker.table.hangs_after = None
    heir = worker.another()
    async with heir.working():
        await heir.caught_up()
        await elapse(1)
    require_pinned(heir.said(STAGE_CHANGES))
    await require_all_judged(heir)

    replayed = heir.another(table=ToldTable(heir.kafka), publisher=None)
    async with replayed.working():
        await replayed.caught_up()
        await elapse(1)
    assert decisions(replayed) == decisions(heir), "a replay decides otherwise"


def require_pinned(changes: list[dict[str, Any]]) -> None:
    """Require that each change was judged by the version in force at its instant, and each lead once by a scorecard."""
    active_at = datetime.fromisoformat(rfc3339(instant(ACTIVE_AT)))
    for change in changes:
        wanted = "tiny-1" if datetime.fromisoformat(change["changed_at"]) < active_at else "tiny-2"
        assert change["scorecard_version"] == wanted, f"judged by another version: {change}"
    unique = {change["id"]: change for change in changes}.values()
    told = Counter(change["lead_id"] for change in unique if change["cause"]["kind"] == "scorecard")
    # lead-0 came to be a lead by its second view, before the activation.
    assert told == {f"lead-{number}": 1 for number in range(1, LEADS)}, f"not judged anew once each: {told}"
    assert {change["changed_at"] for change in unique if change["cause"]["kind"] == "scorecard"} == {
        rfc3339(instant(ACTIVE_AT))
    }, "judged anew at another instant than the activation"


async def require_all_judged(worker: Worker) -> None:
    """Require that no lead of the table is left with the version before."""
    for number in range(LEADS):
        state = (await worker.lead(f"lead-{number}")).state
        assert state.judged_by == "tiny-2", f"lead-{number} was left out"
    assert (await worker.table.claim(0, "reader")).scorecard == name_of("tiny-2", ACTIVE_AT)


def decisions(worker: Worker) -> set[tuple[str, ...]]:
    """Return what was decided: the id, the lead, the stage, the instant, the version."""
    return {
        (change["id"], change["lead_id"], change["to_stage"], change["changed_at"], change["scorecard_version"])
        for change in worker.said(STAGE_CHANGES)
    }
