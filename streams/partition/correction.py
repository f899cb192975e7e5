"""What leads were told, held against the table after a recovery: each that differs gets one correcting change.

A replay may decide otherwise: the order across topics was not certain, history was erased, the code or the scorecard is
newer. Pages of bounded size, in ordinary commits, none where all is right; broken off, it starts over, and finds what
it has corrected told.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from scorer import LeadState, Scorecard
from streams.lead.lead import Lead
from streams.partition.fold import Fold
from streams.partition.pulse import go_on
from streams.tail.told import Told, ToldStage

PAGE_LEADS = 500
"""Leads handled in one commit, by a sweep too."""
LEADS_A_TURN = 20
"""Leads corrected before other owners get a turn of the event loop."""


class CommitStep(Protocol):
    """Commits and publishes what a fold changed."""

    async def __call__(self, fold: Fold, *, is_last: bool) -> None:
        """Commit; with the last one nothing is pending any more."""
        ...


Differing = Mapping[str, ToldStage | None]
"""By named score, what was told and is not so; None for nothing."""


@dataclass(frozen=True, slots=True)
class CorrectionSteps:
    """What correcting asks of the owner: pages of lead ids, their rows, a fold over them, and its commit."""

    page: Callable[[int], Awaitable[tuple[Sequence[str], int]]]
    leads: Callable[[Sequence[str]], Awaitable[dict[str, Lead]]]
    fold: Callable[[dict[str, Lead]], Fold]
    commit: CommitStep
    is_stopping: Callable[[], bool]


def differing(lead_id: str, state: LeadState, told: Told, scorecard: Scorecard) -> Differing:
    """Return where a lead stands elsewhere than it was told; told nothing is told the bottom stage."""
    found: dict[str, ToldStage | None] = {}
    for name, score in scorecard.scores.items():
        stage, standing, bottom = told.stage(lead_id, name), state.standings.get(name), score.stages[0].name
        # A lead of whom only the past is known, and that nobody judged, stands where anybody begins.
        stands = bottom if standing is None else standing.stage
        if stands != (bottom if stage is None else stage.stage):
            found[name] = stage
    return found


async def correct(told: Told, scorecard: Scorecard, steps: CorrectionSteps) -> int:
    """Tell every lead of a partition where it stands, if it was told otherwise.

    Args:
        told: What leads were told.
        scorecard: The scorecard in force.
        steps: What the owner does.

    Returns:
        How many leads were corrected.
    """
    checked: set[str] = set()
    corrected, cursor, is_first = 0, 0, True
    while (is_first or cursor) and not steps.is_stopping():
        is_first = False
        lead_ids, cursor = await steps.page(cursor)
        fresh = [lead_id for lead_id in lead_ids if lead_id not in checked]
        checked.update(fresh)
        leads = await steps.leads(fresh)
        fold = steps.fold(leads)
        found = {lead_id: differing(lead_id, leads[lead_id].state, told, scorecard) for lead_id in fresh}
        if count := await _corrected(fold, ((lead_id, scores) for lead_id, scores in found.items() if scores)):
            corrected += count
            await steps.commit(fold, is_last=False)
    # Whom the table does not know stands where somebody unknown would.
    unknown = (lead_id for lead_id in told.leads() if lead_id not in checked)
    while not steps.is_stopping():
        page = list(islice(unknown, PAGE_LEADS))
        fold = steps.fold({})
        count = await _withdrawn(fold, page, told, scorecard)
        corrected += count
        is_last = len(page) < PAGE_LEADS
        if count or is_last:
            await steps.commit(fold, is_last=is_last)
        if is_last:
            break
    return corrected


async def _corrected(fold: Fold, leads: Iterable[tuple[str, Differing]]) -> int:
    """Correct some leads of the table."""
    count = 0
    for count, (lead_id, scores) in enumerate(leads, 1):
        fold.correct(lead_id, scores)
        if count % LEADS_A_TURN == 0:
            await go_on()
    return count


async def _withdrawn(fold: Fold, lead_ids: Sequence[str], told: Told, scorecard: Scorecard) -> int:
    """Correct some leads that the table does not know."""
    stranger = fold.stranger()
    count = 0
    for lead_id in lead_ids:
        if scores := differing(lead_id, stranger, told, scorecard):
            fold.withdraw(lead_id, stranger, scores)
            count += 1
        if count % LEADS_A_TURN == 0:
            await go_on()
    return count
