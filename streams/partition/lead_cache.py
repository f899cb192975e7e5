"""The leads of one partition that its owner has at hand: the latest changed, within a bound; the others are loaded.

Nobody but the owner writes a partition's leads, so what it remembers is what the table has for as long as its commits
go through.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping

from streams.lead.codec import decoded_lead
from streams.lead.lead import Lead


class LeadCache:
    """Leads by their id."""

    def __init__(self, leads_max: int) -> None:
        """Start empty; ``leads_max`` bounds how many are remembered."""
        self._leads_max = leads_max
        self._leads: OrderedDict[str, Lead] = OrderedDict()

    def missing(self, lead_ids: Iterable[str]) -> list[str]:
        """Return which of some leads have to be loaded."""
        return [lead_id for lead_id in lead_ids if lead_id not in self._leads]

    def known(self, lead_ids: Iterable[str], loaded: Mapping[str, bytes]) -> dict[str, Lead]:
        """Put leads together: remembered, just loaded, or new.

        Raises:
            CodecRefused: If what was loaded is no lead.
        """
        return {lead_id: self._known(lead_id, loaded.get(lead_id)) for lead_id in lead_ids}

    def remember(self, leads: Mapping[str, Lead]) -> None:
        """Remember changed leads, once they are committed."""
        for lead_id, lead in leads.items():
            self._leads[lead_id] = lead
            self._leads.move_to_end(lead_id)
        while len(self._leads) > self._leads_max:
            self._leads.popitem(last=False)

    def _known(self, lead_id: str, loaded: bytes | None) -> Lead:
        """Return one lead."""
        remembered = self._leads.get(lead_id)
        if remembered is not None:
            return remembered
        return Lead() if loaded is None else decoded_lead(loaded)
