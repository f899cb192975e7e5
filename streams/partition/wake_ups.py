"""The wake-ups that a batch knows of, the earliest first; one for each lead, and a later plan takes its place. Pure."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import Final

RETRY_MS: Final = 86_400_000
"""When a lead by which the scorer broke is tried again."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far a fold can see. Instants are milliseconds.

    ``before``: records appended before it can be folded. ``wake_through``: of those that come later, the wake-ups up to
    here can be handled; then every wake-up before ``before`` is.
    """

    before: float = inf
    wake_through: int = 0


class WakeUps:
    """When to wake which lead."""

    def __init__(self, due: Iterable[tuple[str, int]]) -> None:
        """Begin with what may come due, as (lead id, instant in milliseconds)."""
        self._at: dict[str, int | None] = dict(due)
        self._heap = [(instant, lead_id) for lead_id, instant in self._at.items() if instant is not None]
        heapq.heapify(self._heap)

    def plan(self, lead_id: str, wake_at: int | None) -> None:
        """Wake a lead at an instant and at no other; None for never."""
        if self._at.get(lead_id) != wake_at or lead_id not in self._at:
            self._at[lead_id] = wake_at
            if wake_at is not None:
                heapq.heappush(self._heap, (wake_at, lead_id))

    def next_at(self) -> int | None:
        """Return the earliest instant; None if nobody is to be woken."""
        heap = self._heap
        while heap:
            instant, lead_id = heap[0]
            if self._at.get(lead_id) == instant:
                return instant
            heapq.heappop(heap)  # superseded by a later plan
        return None

    def pop(self) -> str:
        """Take out the lead that is to be woken first: the one of `next_at`, which has to be asked before."""
        _, lead_id = heapq.heappop(self._heap)
        return lead_id
