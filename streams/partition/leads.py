"""The leads of one partition as its owner reads them: out of the cache, and the others in one round trip."""

from collections.abc import Mapping, Sequence
from functools import partial

from streams.lead.codec import encoded_lead
from streams.lead.lead import Lead
from streams.partition.lead_cache import LeadCache
from streams.partition.patience import Patiently
from streams.partition.pulse import go_on
from streams.table.door import Loaded, Table

LEADS_A_TURN = 100
"""Leads decoded or encoded before other owners and the health endpoint get a turn of the event loop."""


class Leads:
    """One partition's leads."""

    def __init__(self, table: Table, partition: int, cache_bytes_max: int, patiently: Patiently) -> None:
        """Start with an empty cache.

        Args:
            table: Where leads are.
            partition: Which of its partitions.
            cache_bytes_max: Bound on what is remembered.
            patiently: Asks until there is an answer.
        """
        self._table = table
        self._partition = partition
        self._patiently = patiently
        self._cache = LeadCache(cache_bytes_max)

    async def of(self, lead_ids: Sequence[str]) -> dict[str, Lead]:
        """Return leads from the cache or the table."""
        loaded = await self.load(lead_ids, due_until=-1, due_count_max=0)
        return await self.known(lead_ids, loaded)

    async def load(self, lead_ids: Sequence[str], *, due_until: int, due_count_max: int) -> Loaded:
        """Read what the cache does not have, and the wake-ups due at or before an instant."""
        missing = self._cache.missing(lead_ids)
        load = partial(self._table.load, self._partition, missing, due_until=due_until, due_count_max=due_count_max)
        return await self._patiently(load)

    async def known(self, lead_ids: Sequence[str], loaded: Loaded) -> dict[str, Lead]:
        """Put leads together, in turns: a rich row takes some 0.4 ms to decode, and other owners wait."""
        known: dict[str, Lead] = {}
        for place, lead_id in enumerate(lead_ids, 1):
            known[lead_id] = self._cache.known(lead_id, loaded.leads.get(lead_id))
            if place % LEADS_A_TURN == 0:
                await go_on()
        return known

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
