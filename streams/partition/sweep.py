"""Every lead of a partition judged anew, page by page, at the instant at which another scorecard came into force.

Where that is a challenger alone, or one that goes, the champion has no news: it is told what time alone brings, and a
lead whose imported past nobody judged stays as it is.

The clock stays at that instant until the last page is committed, which notes the scorecard's name; so a sweep that was
broken off begins again, and leaves out the leads that it had done. Nothing else touches the partition meanwhile, so
what is stored meanwhile waits: a bound on leads a second makes the wait longer and changes nothing else.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from streams.lead.lead import Lead
from streams.monitoring.metrics import Metrics
from streams.partition.fold import Fold
from streams.partition.history import is_muted
from streams.partition.judging import Judging, champion_of, since_of
from streams.partition.pulse import go_on
from streams.partition.tenure import Tenure
from streams.table.course import Course, Errand

log = logging.getLogger(__name__)

LEADS_A_TURN = 20
"""Leads judged before other owners and the health endpoint get a turn of the event loop."""
PAGES_A_LOG = 50
"""Pages between two lines of the log."""


@dataclass(frozen=True, slots=True)
class SweepSteps:
    """What an owner does for a sweep: count leads, page through their ids, load some, fold, and commit and publish.

    ``wait`` waits until so many leads more may be judged. ``commit`` takes the name of the scorecard that judged the
    whole table, None until it has.
    """

    count: Callable[[], Awaitable[int]]
    page: Callable[[int], Awaitable[tuple[Sequence[str], int]]]
    leads: Callable[[Sequence[str]], Awaitable[dict[str, Lead]]]
    fold: Callable[[dict[str, Lead]], Fold]
    commit: Callable[[Fold, str | None], Awaitable[None]]
    wait: Callable[[int], Awaitable[None]]


def is_due(judging: Judging, tenure: Tenure) -> bool:
    """Tell whether another scorecard than the one in force at the clock judged the table last."""
    return tenure.scorecard != judging.in_force.name


async def sweep(
    judging: Judging, tenure: Tenure, steps: SweepSteps, metrics: Metrics, is_stopping: Callable[[], bool]
) -> None:
    """Judge every lead anew by the scorecard that is in force at the clock.

    Args:
        judging: What is in force.
        tenure: Where the partition stands.
        steps: What the owner does for it.
        metrics: Told how far it is.
        is_stopping: Tells whether to break off after a page.
    """
    name = judging.in_force.name
    is_by_challenger = champion_of(name) == champion_of(tenure.scorecard)
    _tell_lost(judging, tenure, metrics)
    judge = judging.in_force.challenger or judging.in_force.scorecard
    number, version, total = tenure.partition, judge.version, await steps.count()
    log.info("sweep_began partition=%d scorecard=%s at=%d leads=%d", number, version, tenure.clock, total)
    cursor, done, pages, now = 0, 0, 0, asyncio.get_running_loop().time
    began_at = now()
    while tenure.scorecard != name and not is_stopping():
        metrics.sweeps.observe(number, done=done, total=total)
        lead_ids, cursor = await steps.page(cursor)
        leads = await steps.leads(lead_ids)
        # Those that are done were judged before the sweep was broken off.
        wanted = [lead_id for lead_id, lead in leads.items() if not judging.is_done(lead, tenure.clock)]
        wanted = [lead_id for lead_id in wanted if not (is_by_challenger and is_muted(leads[lead_id]))]
        await steps.wait(len(wanted))
        if is_stopping():
            break
        fold = steps.fold(leads)
        await _rescore(fold, wanted, is_by_challenger=is_by_challenger)
        done, pages = min(total, done + len(lead_ids)), pages + 1
        tenure.course = Course(Errand.SWEEP, 0, done, total) if cursor else None
        await steps.commit(fold, name if cursor == 0 else None)
        if pages % PAGES_A_LOG == 0:
            _tell_course(number, version, done, total, now() - began_at)
    if tenure.scorecard == name:
        metrics.sweeps.observe(number, done=total, total=total)
        log.info("sweep_ended partition=%d scorecard=%s leads=%d", number, version, total)


def _tell_course(number: int, version: str, done: int, total: int, seconds: float) -> None:
    """Log how far a sweep is, and how long the rest takes at its pace."""
    pace = done / max(seconds, 0.001)
    log.info(
        "sweep_goes_on partition=%d scorecard=%s done=%d leads=%d per_second=%.0f ready_in_seconds=%s",
        *(number, version, done, total, pace),
        f"{(total - done) / pace:.0f}" if pace else "unknown",
    )


def _tell_lost(judging: Judging, tenure: Tenure, metrics: Metrics) -> None:
    """Say so if the table was judged by a scorecard that came into force later than the latest that is known."""
    since, judged_since = judging.in_force.since, since_of(tenure.scorecard)
    if judged_since is not None and judged_since > (-1 if since is None else since):
        metrics.sweeps.observe_lost()
        way_out = "publish it again, and see that the topic of scorecards was not made anew"
        log.error("scorecard_lost partition=%d active_at=%d: %s", tenure.partition, judged_since, way_out)


async def _rescore(fold: Fold, lead_ids: Sequence[str], *, is_by_challenger: bool) -> None:
    """Judge the leads of a page."""
    for place, lead_id in enumerate(lead_ids, 1):
        fold.rescore(lead_id, is_by_challenger=is_by_challenger)
        if place % LEADS_A_TURN == 0:
            await go_on()
