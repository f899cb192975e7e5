"""Walking through all leads of a partition: to judge them anew, or to correct what they were told.

Both go page by page, each page in an ordinary commit, while nothing else touches the partition.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from streams.lead.lead import Lead
from streams.partition.correction import PAGE_LEADS, CorrectionSteps
from streams.partition.fold import Fold
from streams.partition.judging import Judging
from streams.partition.leads import Leads
from streams.partition.parts import OwnerParts
from streams.partition.patience import Patiently
from streams.partition.sweep import SweepSteps, is_due, sweep
from streams.partition.tenure import Tenure


@dataclass(frozen=True, slots=True)
class Pages:
    """One owner's pages. ``commit`` commits a fold, with the name of a scorecard if one has judged the whole table."""

    parts: OwnerParts
    tenure: Tenure
    judging: Judging
    leads: Leads
    patiently: Patiently
    commit: Callable[[Fold, str | None], Awaitable[None]]
    is_stopping: Callable[[], bool]

    async def sweep(self) -> None:
        """Judge every lead anew if another scorecard came into force at the clock. Safe to break off."""
        self.judging.reach(self.tenure.clock)
        if not is_due(self.judging, self.tenure):
            return
        steps = SweepSteps(
            count=lambda: self.patiently(partial(self.parts.table.lead_count, self.tenure.partition)),
            page=self._page,
            leads=self.leads.of,
            fold=self._fold,
            commit=self.commit,
        )
        await sweep(self.judging, self.tenure, steps, self.parts.metrics, self.is_stopping)

    def to_correct(self) -> CorrectionSteps:
        """Return the steps of correcting what leads were told."""
        return CorrectionSteps(
            page=self._page,
            leads=self.leads.of,
            fold=self._fold,
            commit=self._correct,
            is_stopping=self.is_stopping,
        )

    def _page(self, cursor: int) -> Awaitable[tuple[tuple[str, ...], int]]:
        """Return the next lead ids."""
        return self.patiently(partial(self.parts.table.leads_after, self.tenure.partition, cursor, PAGE_LEADS))

    def _fold(self, leads: dict[str, Lead]) -> Fold:
        """Return a fold over some leads at the clock."""
        return Fold(leads, (), self.tenure.clock, self.judging.rules, self.judging.outputs)

    async def _correct(self, fold: Fold, *, is_last: bool) -> None:
        """Commit a page of corrections; after the last one nothing is pending."""
        self.tenure.pending = not is_last
        await self.commit(fold, None)
