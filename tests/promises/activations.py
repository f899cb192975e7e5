"""What has to hold when another scorecard comes into force: every worker and every replay judges by the same one."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
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
from tests.builders.scorecards import DAY, tiny_scorecard
from tests.builders.virtual_time import elapse, until
from tests.examples.commits import commit_after

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


async def check_activation(
    limit_pages: Callable[[int], None], *, crash_after: int | None = None, leads_per_second_max: int = 0
) -> None:
    """Require that what is judged depends on the clock only, also if a worker dies in the middle of the sweep.

    Args:
        limit_pages: Sets how many leads a page of the sweep has.
        crash_after: The worker dies after so many commits; None: it does not.
        leads_per_second_max: At which rate leads are judged anew at most; 0: no bound.
    """
    limit_pages(PAGE_LEADS)
    worker = Worker(kafka=views(), scorecards=book(), sweep_leads_per_second_max=leads_per_second_max)
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


KEEP_MS = 90 * DAY
"""Longer than journals of tests remember: what can be taken back stays counted."""
FORGETTING_AT = NOW + 4 * KEEP_MS


def forgetful_book() -> Book:
    """Return a book in which a version that keeps views for ever follows one that keeps them for ninety days."""
    old = tiny_scorecard("tiny-1", pricing_points=0.5)
    signals = {name: replace(signal, keep_ms=KEEP_MS) for name, signal in old.signals.items()}
    return Book(replace(old, signals=signals), [(FORGETTING_AT, tiny_scorecard("tiny-2"))])


async def check_longer_keep() -> None:
    """Require that a version that keeps counts for longer finds the same ones, whenever a lead was handled before.

    A wake-up may come early, and changes nothing but that the lead is handled.
    """
    found = set()
    for woken_at in (None, NOW + 2 * KEEP_MS):
        kafka = FakeKafka()
        kafka.store(*(page_view("/pricing", offset=minute, at=NOW + 60 * SECOND * minute) for minute in range(6)))
        worker = Worker(kafka=kafka, scorecards=forgetful_book())
        async with worker.working():
            await worker.caught_up()
        if woken_at is not None:
            claim = await worker.table.claim(0, "somebody")
            due = {"lead-ada": woken_at}
            early = commit_after(claim, "early", clock=claim.clock, due=due, scorecard=claim.scorecard)
            await worker.table.commit(early)
        heir = worker.another()
        async with heir.working():
            kafka.store(page_view("/about", offset=6, lead="lead-bob", at=FORGETTING_AT + 1))
            await heir.caught_up()
            await elapse(1)
        lead = await heir.lead()
        found.add((frozenset(lead.state.cells.items()), lead.state.standings["default"]))
    assert len(found) == 1, f"what is counted depends on when the lead was handled: {found}"


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
