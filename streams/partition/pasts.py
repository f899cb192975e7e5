"""What was read of each lead's past, in little memory: as rows, but for the leads that came last.

A state with its journal takes some kilobytes, its row some hundred bytes; what is read of one lead often comes close
together. Nothing here is stored.
"""

from collections import OrderedDict

from scorer import LeadState
from streams.lead.codec import decoded_lead, encoded_lead
from streams.lead.lead import Lead

OPEN_LEADS_MAX = 5_000
"""Leads that are not laid out as rows: some 50 MB of them where each has a full journal."""


class Pasts:
    """The pasts of one partition's leads."""

    def __init__(self, open_leads_max: int = OPEN_LEADS_MAX) -> None:
        """Begin with none, and keep so many open."""
        self._open_leads_max = open_leads_max
        self._open: OrderedDict[str, LeadState] = OrderedDict()
        self._rows: dict[str, bytes] = {}

    def __len__(self) -> int:
        """Return of how many leads something was read."""
        return len(self._open.keys() | self._rows.keys())

    def of(self, lead_id: str) -> LeadState | None:
        """Return a lead's past; None if nothing was read of it."""
        state = self._open.get(lead_id)
        if state is not None or lead_id not in self._rows:
            return state
        return decoded_lead(self._rows[lead_id]).state

    def keep(self, lead_id: str, state: LeadState) -> None:
        """Keep what a lead's past has come to."""
        self._open[lead_id] = state
        self._open.move_to_end(lead_id)
        while len(self._open) > self._open_leads_max:
            oldest, laid_out = self._open.popitem(last=False)
            self._rows[oldest] = encoded_lead(Lead(laid_out))
