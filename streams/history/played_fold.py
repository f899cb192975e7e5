"""A fold that can be looked at between two steps: when it wakes somebody next, and how a lead stands right now."""

from streams.lead.lead import Lead
from streams.partition.fold import Fold


class PlayedFold(Fold):
    """See `streams.partition.fold.Fold`; looking at it decides nothing."""

    @property
    def next_wake_at(self) -> int | None:
        """The instant of the next wake-up, in milliseconds; None if nobody is to be woken."""
        return self._wake_ups.next_at()

    def at_rest(self, lead_id: str) -> Lead:
        """Return a lead as it stands after all that was handled."""
        return self._rest(lead_id)
