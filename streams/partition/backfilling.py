"""When an owner reads the past of new signals: ahead of the activation that asks for them, and to the end at it.

Reading ahead goes on beside the owner's flow and takes a share of the time; how far it comes decides nothing. At the
activation the clock stands, so the watermarks do: what is left up to them is read, then the sweep adds it to each lead
in the commit that judges the lead. A worker that dies before leaves nothing behind but leads that are done.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from scorer import LeadState, backfilled
from streams.lead.lead import Lead
from streams.monitoring.logs import described
from streams.partition.backfill import Backfill
from streams.partition.judging import Judging
from streams.partition.parts import OwnerParts
from streams.partition.patience import Patiently
from streams.partition.pulse import Pulse
from streams.partition.tenure import Tenure

log = logging.getLogger(__name__)

AHEAD_SHARE = 0.25
"""Of a worker's time: what reading ahead takes of it at most, one partition after the other."""
AHEAD_PAUSE_SECONDS = 5.0
"""Between two times that it follows the table, once it has come up with it."""


@dataclass(slots=True)
class Backfilling:
    """One owner's reading of the past."""

    parts: OwnerParts
    tenure: Tenure
    judging: Judging
    patiently: Patiently
    is_stopping: Callable[[], bool]
    _name: str = ""
    _backfill: Backfill | None = None
    _ahead: "asyncio.Task[None] | None" = field(default=None)

    def look_ahead(self) -> None:
        """Begin to read if the next activation asks for it; costs nothing where there is none."""
        next_at = self.judging.next_at(self.tenure.clock)
        if next_at is not None and self._is_wanted(next_at) and self._ahead is None:
            # With a pulse of its own: that it goes on says nothing of the owner.
            self._ahead = asyncio.create_task(self._read_ahead(), name="backfill", context=Pulse().context())

    async def ready(self) -> None:
        """Read all that the table holds the effects of, if what is in force at the clock asks for it.

        Raises:
            GaveUp: If Kafka stays away longer than the bound.
        """
        if not self._is_wanted(self.tenure.clock):
            self._forget()
            return
        await self._stop_ahead()
        backfill = self._backfill
        if backfill is None:
            return
        number, began_at = self.tenure.partition, asyncio.get_running_loop().time()
        signals, ahead = len(backfill.signals), backfill.offsets_done
        log.info("backfill_began partition=%d signals=%d offsets_ahead=%d", number, signals, ahead)
        reach = partial(backfill.reach, self.parts.retained, dict(self.tenure.watermarks), self.is_stopping)
        await self.patiently(reach)
        if not self.is_stopping():
            seconds = asyncio.get_running_loop().time() - began_at
            leads, done = len(backfill.pasts), backfill.offsets_done
            log.info("backfill_ended partition=%d offsets=%d leads=%d seconds=%.1f", number, done, leads, seconds)

    def added(self, leads: Mapping[str, Lead]) -> dict[str, Lead]:
        """Return leads with their pasts added."""
        if self._backfill is None:
            return dict(leads)
        pasts = self._backfill.pasts
        return {lead_id: _with_past(lead, pasts.of(lead_id)) for lead_id, lead in leads.items()}

    def close(self) -> None:
        """End what goes on."""
        self._forget()

    def _is_wanted(self, at: int) -> bool:
        """Tell whether what comes into force at an instant asks for a past; if so it is the one to be read."""
        name, scorecard, signals = self.judging.uncounted(at)
        if not signals:
            return False
        if name != self._name:
            self._forget()
            given = (scorecard, self.parts.decoder, self.judging.rules.journal_bounds)
            self._name, self._backfill = name, Backfill(self.tenure.partition, signals, *given)
        return True

    def _forget(self) -> None:
        """Let go of what was read."""
        if self._ahead is not None:
            self._ahead.cancel()
        self._name, self._backfill, self._ahead = "", None, None

    async def _read_ahead(self) -> None:
        """Follow the table until the activation, or until this owner works no more."""
        backfill = self._backfill
        while backfill is not None and not self.is_stopping():
            try:
                async with self.parts.reading_ahead:
                    given = (self.parts.retained, dict(self.tenure.watermarks), self.is_stopping)
                    await backfill.reach(*given, AHEAD_SHARE)
            except Exception as error:  # noqa: BLE001 - what is not read by then is read at the activation
                log.warning("backfill_ahead_failed partition=%d error=%s", self.tenure.partition, described(error))
            await asyncio.sleep(AHEAD_PAUSE_SECONDS)

    async def _stop_ahead(self) -> None:
        """End reading ahead, and wait until it has."""
        if self._ahead is not None:
            self._ahead.cancel()
            await asyncio.gather(self._ahead, return_exceptions=True)
            self._ahead = None


def _with_past(lead: Lead, past: LeadState | None) -> Lead:
    """Return a lead with its past; what it was proven to be worth without it holds no more."""
    return lead if past is None else replace(lead, state=backfilled(lead.state, past), outlook=None)
