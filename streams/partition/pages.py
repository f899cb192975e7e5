"""Walking through all leads of a partition: to judge them anew, or to correct what they were told.

Both go page by page, each page in an ordinary commit, while nothing else touches the partition.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from streams.lead.lead import Lead
from streams.partition.backfilling import Backfilling
from streams.partition.correction import PAGE_LEADS, CorrectionSteps
from streams.partition.fold import Fold
from streams.partition.judging import Judging
from streams.partition.leads import Leads
from streams.partition.parts import OwnerParts
from streams.partition.patience import Patiently
from streams.partition.sweep import SweepSteps, is_due, sweep
from streams.partition.tenure import Tenure


@dataclass(slots=True)
class Pages:
    """One owner's pages. ``commit`` commits a fold, with the name of a scorecard if one has judged the whole table."""

    parts: OwnerParts
    tenure: Tenure
    judging: Judging
    leads: Leads
    patiently: Patiently
    commit: Callable[[Fold, str | None], Awaitable[None]]
    is_stopping: Callable[[], bool]
    _backfilling: Backfilling = field(init=False)

    def __post_init__(self) -> None:
        """Prepare to read the past of new signals."""
        given = (self.parts, self.tenure, self.judging, self.patiently, self.is_stopping)
        self._backfilling = Backfilling(*given)

    async def sweep(self) -> None:
        """Judge every lead anew if another scorecard came into force at the clock. Safe to break off."""
        self.judging.reach(self.tenure.clock)
        if not is_due(self.judging, self.tenure):
            self._backfilling.look_ahead()
            return
        await self._backfilling.ready()
        steps = SweepSteps(
            count=lambda: self.patiently(partial(self.parts.table.lead_count, self.tenure.partition)),
            page=partial(self._page, leads_max=self.parts.sweep_pace.page_leads(PAGE_LEADS)),
            leads=self._handed_over,
            fold=self._fold,
            commit=self.commit,
            wait=self._wait,
        )
        async with self.parts.sweep_pace.turn(self.is_stopping):
            await sweep(self.judging, self.tenure, steps, self.parts.metrics, self.is_stopping)
        self._backfilling.close()

    def close(self) -> None:
        """End what goes on beside the owner's flow."""
        self._backfilling.close()

    def to_correct(self) -> CorrectionSteps:
        """Return the steps of correcting what leads were told."""
        return CorrectionSteps(
            page=partial(self._page, leads_max=PAGE_LEADS),
            leads=self.leads.of,
            fold=self._fold,
            commit=self._correct,
            is_stopping=self.is_stopping,
        )

    def _page(self, cursor: int, *, leads_max: int) -> Awaitable[tuple[tuple[str, ...], int]]:
        """Return the next lead ids."""
        return self.patiently(partial(self.parts.table.leads_after, self.tenure.partition, cursor, leads_max))

    async def _handed_over(self, lead_ids: Sequence[str]) -> dict[str, Lead]:
        """Return leads as the former scorecard leaves them, with what is counted of their past for new signals."""
        leads = await self.leads.of(lead_ids)
        return self._backfilling.added(
            {lead_id: self.judging.handed_over(lead, self.tenure.clock) for lead_id, lead in leads.items()}
        )

    def _wait(self, count: int) -> Awaitable[None]:
        """Wait until so many leads more may be judged."""
        return self.parts.sweep_pace.wait_for(count, self.is_stopping)

    def _fold(self, leads: dict[str, Lead]) -> Fold:
        """Return a fold over some leads at the clock."""
        return Fold(leads, (), self.tenure.clock, self.judging.rules, self.judging.outputs)

    async def _correct(self, fold: Fold, *, is_last: bool) -> None:
        """Commit a page of corrections; after the last one nothing is pending."""
        self.tenure.pending = not is_last
        await self.commit(fold, None)
