"""The leads of one partition that its owner has at hand, within a bound in bytes; the others are loaded.

Nobody but the owner writes a partition's leads, so what it remembers is what the table has for as long as its commits
go through.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from streams.lead.lead import Lead

BYTES_A_ROW_BYTE = 28
"""What a decoded lead weighs for each byte of its row: 17 to 27 were measured, with its memo; rounded up."""


class LeadRoom:
    """Memory of a process for leads at hand, shared out evenly among the partitions that it owns.

    A partition that comes makes the shares of the others smaller; each shrinks when it remembers something next.
    """

    def __init__(self, bytes_max: int) -> None:
        """Start with nobody in it; ``bytes_max`` bounds what all remember together, by what it weighs in memory."""
        self._bytes_max = bytes_max
        self._occupants = 0

    @property
    def share_bytes(self) -> int:
        """How much each may remember."""
        return self._bytes_max // max(1, self._occupants)

    @contextmanager
    def occupied(self) -> Iterator[None]:
        """Have a share of it while the block runs."""
        self._occupants += 1
        try:
            yield
        finally:
            self._occupants -= 1


class LeadCache:
    """Leads by their id, the least recently used first."""

    def __init__(self, room: LeadRoom) -> None:
        """Start empty; ``room`` bounds what is remembered."""
        self._room = room
        self._size_bytes = 0
        self._leads: OrderedDict[str, tuple[Lead, int]] = OrderedDict()

    def __len__(self) -> int:
        """Return how many leads are remembered."""
        return len(self._leads)

    def held(self, lead_ids: Iterable[str]) -> dict[str, Lead]:
        """Return those of some leads that are remembered; they become the most recently used."""
        held: dict[str, Lead] = {}
        for lead_id in lead_ids:
            if (entry := self._leads.get(lead_id)) is not None:
                self._leads.move_to_end(lead_id)
                held[lead_id] = entry[0]
        return held

    def remember(self, lead_id: str, lead: Lead, row_bytes: int) -> None:
        """Remember a lead as it stands in the table, and forget the least recently used beyond the bound."""
        former = self._leads.pop(lead_id, None)
        self._leads[lead_id] = (lead, row_bytes)
        self._size_bytes += (row_bytes - (former[1] if former else 0)) * BYTES_A_ROW_BYTE
        bytes_max = self._room.share_bytes
        while self._size_bytes > bytes_max and self._leads:
            _, (_, forgotten_bytes) = self._leads.popitem(last=False)
            self._size_bytes -= forgotten_bytes * BYTES_A_ROW_BYTE
