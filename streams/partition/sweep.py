"""Every lead of a partition judged anew, page by page, at the instant at which another scorecard came into force.

The clock stays at that instant until the last page is committed, which notes the scorecard's name; so a sweep that was
broken off begins again, and leaves out the leads that it had done. Nothing else touches the partition meanwhile.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from streams.lead.lead import Lead
from streams.monitoring.metrics import Metrics
from streams.partition.fold import Fold
from streams.partition.judging import Judging, since_of
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

    ``commit`` takes the name of the scorecard that judged the whole table, None until it has.
    """

    count: Callable[[], Awaitable[int]]
    page: Callable[[int], Awaitable[tuple[Sequence[str], int]]]
    leads: Callable[[Sequence[str]], Awaitable[dict[str, Lead]]]
    fold: Callable[[dict[str, Lead]], Fold]
    commit: Callable[[Fold, str | None], Awaitable[None]]


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
    _tell_lost(judging, tenure, metrics)
    number, version, total = tenure.partition, judging.in_force.scorecard.version, await steps.count()
    log.info("sweep_began partition=%d scorecard=%s at=%d leads=%d", number, version, tenure.clock, total)
    cursor, done, pages = 0, 0, 0
    while tenure.scorecard != name and not is_stopping():
        metrics.sweeps.observe(number, done=done, total=total)
        lead_ids, cursor = await steps.page(cursor)
        leads = await steps.leads(lead_ids)
        fold = steps.fold(leads)
        await _rescore(fold, leads, judging, tenure.clock)
        done, pages = min(total, done + len(lead_ids)), pages + 1
        tenure.course = Course(Errand.SWEEP, 0, done, total) if cursor else None
        await steps.commit(fold, name if cursor == 0 else None)
        if pages % PAGES_A_LOG == 0:
            log.info("sweep_goes_on partition=%d scorecard=%s done=%d leads=%d", number, version, done, total)
    if tenure.scorecard == name:
        metrics.sweeps.observe(number, done=total, total=total)
        log.info("sweep_ended partition=%d scorecard=%s leads=%d", number, version, total)


def _tell_lost(judging: Judging, tenure: Tenure, metrics: Metrics) -> None:
    """Say so if the table was judged by a scorecard that came into force later than the latest that is known."""
    since, judged_since = judging.in_force.since, since_of(tenure.scorecard)
    if judged_since is not None and judged_since > (-1 if since is None else since):
        metrics.sweeps.observe_lost()
        way_out = "publish it again, and see that the topic of scorecards was not made anew"
        log.error("scorecard_lost partition=%d active_at=%d: %s", tenure.partition, judged_since, way_out)


async def _rescore(fold: Fold, leads: Mapping[str, Lead], judging: Judging, clock: int) -> None:
    """Judge a page of leads, but for those that were done before the sweep was broken off."""
    wanted = [lead_id for lead_id, lead in leads.items() if not judging.is_done(lead, clock)]
    for place, lead_id in enumerate(wanted, 1):
        fold.rescore(lead_id)
        if place % LEADS_A_TURN == 0:
            await go_on()
