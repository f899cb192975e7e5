"""The leads of one partition as its owner reads them: out of the cache, and the others in one round trip."""

from collections.abc import Mapping, Sequence
from functools import partial

from streams.lead.codec import decoded_lead, encoded_lead
from streams.lead.lead import Lead
from streams.partition.lead_cache import LeadCache, LeadRoom
from streams.partition.patience import Patiently
from streams.partition.pulse import go_on
from streams.table.door import Due, Table

LEADS_A_TURN = 100
"""Leads decoded or encoded before other owners and the health endpoint get a turn of the event loop."""


class Leads:
    """One partition's leads."""

    def __init__(self, table: Table, partition: int, room: LeadRoom, patiently: Patiently) -> None:
        """Start with an empty cache.

        Args:
            table: Where leads are.
            partition: Which of its partitions.
            room: Memory for what is remembered.
            patiently: Asks until there is an answer.
        """
        self._table = table
        self._partition = partition
        self._patiently = patiently
        self._cache = LeadCache(room)

    async def of(self, lead_ids: Sequence[str]) -> dict[str, Lead]:
        """Return leads from the cache or the table."""
        leads, _ = await self.load(lead_ids, due_until=-1, due_count_max=0)
        return leads

    async def load(self, lead_ids: Sequence[str], *, due_until: int, due_count_max: int) -> tuple[dict[str, Lead], Due]:
        """Return leads, and the wake-ups due at or before an instant; where neither is to be read nobody is asked.

        What the cache has is taken out of it first: remembering the others may make it forget just those. Rows are
        decoded in turns: a rich one takes some 0.4 ms, and other owners wait.
        """
        leads = self._cache.held(lead_ids)
        missing = [lead_id for lead_id in lead_ids if lead_id not in leads]
        if not missing and not due_count_max:
            return leads, ()
        load = partial(self._table.load, self._partition, missing, due_until=due_until, due_count_max=due_count_max)
        loaded = await self._patiently(load)
        for place, lead_id in enumerate(missing, 1):
            row = loaded.leads.get(lead_id)
            leads[lead_id] = Lead() if row is None else decoded_lead(row)
            if row is not None:
                self.remember(lead_id, leads[lead_id], len(row))
            if place % LEADS_A_TURN == 0:
                await go_on()
        return leads, loaded.due

    async def rows(self, leads: Mapping[str, Lead]) -> dict[str, bytes]:
        """Lay leads out as rows, in the same turns."""
        rows: dict[str, bytes] = {}
        for place, (lead_id, lead) in enumerate(leads.items(), 1):
            rows[lead_id] = encoded_lead(lead)
            if place % LEADS_A_TURN == 0:
                await go_on()
        return rows

    def remember(self, lead_id: str, lead: Lead, row_bytes: int) -> None:
        """Remember a lead as it stands in the table; ``row_bytes`` is the length of its row there."""
        self._cache.remember(lead_id, lead, row_bytes)
