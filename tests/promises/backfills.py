"""What has to hold of a signal that comes to be counted: as if it had been counted from the beginning."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import replace

from scorer import CellKey, LeadState, Scorecard
from tests.builders.folding import STAGE_CHANGES
from tests.builders.kafka import FakeKafka
from tests.builders.owning import ToldTable, Worker
from tests.builders.records import MINUTE, NOW, SECOND, form_fill, page_view, received, tick
from tests.builders.retained import FakeRetained
from tests.builders.scorecard_book import Book
from tests.builders.scorecards import tiny_scorecard
from tests.builders.virtual_time import elapse, until
from tests.promises.activations import decisions

ACTIVE_AT = NOW + 60 * SECOND
LEADS = tuple(f"lead-{number}" for number in range(9))
NEW_SIGNAL = "form_sent"
PAGE_LEADS = 2
"""Leads of a page while the promise is checked: a sweep takes several commits."""


def asking_less(version: str = "tiny-1", *, is_counted: bool = False) -> Scorecard:
    """Return a scorecard for which forms are worth nothing; they are counted only if that is said."""
    whole = tiny_scorecard(version)
    score = whole.scores["default"]
    (group,) = score.engagement.groups
    criteria = tuple(
        replace(one, points=0.0) if one.name == NEW_SIGNAL else one
        for one in group.criteria
        if is_counted or one.name != NEW_SIGNAL
    )
    side = replace(score.engagement, groups=(replace(group, criteria=criteria),))
    signals = {name: one for name, one in whole.signals.items() if is_counted or name != NEW_SIGNAL}
    return replace(whole, signals=signals, scores={"default": replace(score, engagement=side)})


def book(*, is_counted: bool = False) -> Book:
    """Return a book in which forms come to be worth something after a minute, and are counted from what is retained."""
    first = asking_less(is_counted=is_counted)
    return Book(first, [(ACTIVE_AT, tiny_scorecard("tiny-2"))], is_backfilled=not is_counted)


def history() -> FakeKafka:
    """Return views and forms of many leads before the activation, at it and after it; some came twice, or far away."""
    kafka = FakeKafka()
    kafka.store(*(page_view("/pricing", lead=lead, offset=place) for place, lead in enumerate(LEADS)))
    forms = [form_fill(lead=lead, offset=place, at=NOW + place) for place, lead in enumerate(LEADS[::2])]
    forms.append(form_fill(lead="lead-2", offset=5, at=NOW + 5 * SECOND))
    forms.append(replace(forms[1], offset=6, timestamp=NOW + 6 * SECOND))  # its producer sent it again
    later = [(ACTIVE_AT - 1, "lead-0"), (ACTIVE_AT, "lead-1"), (ACTIVE_AT + 1, "lead-2"), (ACTIVE_AT + 2, "lead-new")]
    forms += [form_fill(lead=lead, offset=place, at=at) for place, (at, lead) in enumerate(later, 7)]
    forms.append(replace(forms[0], offset=11, timestamp=ACTIVE_AT + MINUTE))  # and again, when all is over
    kafka.store(*forms)
    far = replace(form_fill(lead="lead-7", offset=40, at=NOW + SECOND), partition=1)
    other = replace(form_fill(lead="lead-7", offset=41, at=ACTIVE_AT + SECOND), partition=1)
    places = [(far, NOW + 2 * SECOND), (far, NOW + 3 * SECOND), (other, ACTIVE_AT + 2 * SECOND)]
    kafka.store(*(received(one, offset=place, at=at) for place, (one, at) in enumerate(places)))
    kafka.store(tick(at=NOW + 30 * SECOND), tick(offset=1, at=ACTIVE_AT + 2 * MINUTE))
    return kafka


FORMS = Counter({f"lead-{name}": count for name, count in zip("0124678", (2, 1, 3, 1, 1, 2, 1), strict=True)})
FORMS["lead-new"] = 1
"""How often each lead filled a form in all, by a count of the above by hand."""


async def check_backfill(
    limit_pages: Callable[[int], None], *, crash_after: int | None = None, hang_after: int | None = None
) -> None:
    """Require that each lead is as if its forms had been counted from the beginning, also if a worker dies meanwhile.

    Args:
        limit_pages: Sets how many leads a page of the sweep has.
        crash_after: The worker dies after so many commits; None: it does not.
        hang_after: The worker dies while it reads the past, after so many fetches; None: it does not.
    """
    limit_pages(PAGE_LEADS)
    kafka = history()
    worker = Worker(kafka=kafka, scorecards=book(), retained=FakeRetained(kafka, hangs_after=hang_after))
    worker.table.hangs_after = crash_after
    async with worker.working():
        if crash_after is not None:
            await until(lambda: worker.table.commits == crash_after)
            await elapse(1)
        elif hang_after is not None:
            await until(lambda: worker.retained.fetches > hang_after)
            await elapse(1)
        else:
            await worker.caught_up()
    worker.table.hangs_after = None
    heir = worker.another(retained=FakeRetained(kafka))
    await _worked(heir)
    wanted = Worker(kafka=history(), scorecards=book(is_counted=True))
    await _worked(wanted)
    replayed = heir.another(table=ToldTable(kafka), publisher=None, retained=FakeRetained(kafka))
    await _worked(replayed)

    leads = (*LEADS, "lead-new")
    found = await states(heir, leads)
    assert forms_of(found) == FORMS, f"a gap, or a double: {forms_of(found)}"
    require_same(found, await states(wanted, leads), "not as if it had been counted from the beginning")
    require_same(await states(replayed, leads), found, "a replay comes to something else")
    assert decisions(heir) == decisions(wanted), "other stage changes than if it had been counted from the beginning"
    assert decisions(replayed) == decisions(heir), "a replay decides otherwise"
    told = Counter(change["lead_id"] for change in heir.said(STAGE_CHANGES) if change["cause"]["kind"] == "scorecard")
    assert set(told) == set(FORMS) - {"lead-1", "lead-new"}, f"not what the forms of before make of leads: {told}"


def forms_of(found: dict[str, LeadState]) -> Counter[str]:
    """Return how many forms each lead is counted to have filled."""
    counts: Counter[str] = Counter()
    for lead_id, state in found.items():
        for key, cell in state.cells.items():
            if key.signal == NEW_SIGNAL:
                assert key == CellKey(lead_id, NEW_SIGNAL, 0, key.bucket)
                counts[lead_id] += cell.count
    return counts


async def states(worker: Worker, leads: Collection[str]) -> dict[str, LeadState]:
    """Return what the table knows of some leads."""
    return {lead_id: (await worker.lead(lead_id)).state for lead_id in leads}


def require_same(found: dict[str, LeadState], wanted: dict[str, LeadState], words: str) -> None:
    """Require that leads are known alike."""
    for lead_id, state in wanted.items():
        assert found[lead_id] == state, f"{lead_id}: {words}"


async def _worked(worker: Worker) -> None:
    async with worker.working():
        await worker.caught_up(120)
        await elapse(1)
