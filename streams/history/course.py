"""One partition of a history under one scorecard: its leads, its wake-ups, its fold, all of them in memory."""

from collections import Counter
from collections.abc import Iterator

from scorer import JournalBounds, Scorecard
from streams.history.listening import PlayedChange
from streams.history.telling import Telling, Told, is_spared
from streams.lead.lead import Lead
from streams.offline import FOLD_RECORDS_MAX, NEVER_MS
from streams.partition.fold import Fold, FoldRules
from streams.partition.records import Decoded, Taken


class Course:
    """What becomes of one partition's leads under one scorecard.

    Args:
        which: The place of the scorecard among those that are played.
        partition: The partition number.
        scorecard: The scorecard, in force from the beginning to the end.
        bounds: How much a journal remembers.
    """

    def __init__(self, which: int, partition: int, scorecard: Scorecard, bounds: JournalBounds) -> None:
        self.leads: dict[str, Lead] = {}
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.evicted_count = 0
        self._rules = FoldRules(scorecard, bounds, NEVER_MS)
        self._telling = Telling(which, partition)
        self._outputs = self._telling.outputs(scorecard)
        self._due: dict[str, int] = {}
        self._forwarded: dict[str, int] = {}
        self._taken = 0
        self._fold = self._new_fold(0)

    @property
    def clock(self) -> int:
        """The instant before which every wake-up was handled, in milliseconds."""
        return self._fold.clock

    @property
    def next_wake_at(self) -> int | None:
        """The instant of the next wake-up, in milliseconds; None if nobody is to be woken."""
        return self._fold.next_wake_at

    def at_rest(self, lead_id: str) -> Lead:
        """Return a lead as it stands after all that was handled."""
        return self._fold.at_rest(lead_id)

    def fresh(self) -> list[PlayedChange]:
        """Return the stage changes since it was asked last, or since `told`, and let nobody come to rest for it."""
        return self._telling.fresh()

    def take(self, item: Decoded) -> None:
        """Handle a record, and before it every wake-up that is due by then."""
        if isinstance(item, Taken) and item.lead_id not in self.leads:
            self.leads[item.lead_id] = Lead()
        self._taken += 1
        self._fold.take(item)

    def wake_through(self, instant: int) -> None:
        """Let time pass up to an instant, in milliseconds."""
        self._fold.wake_through(instant)

    def told(self) -> Iterator[PlayedChange]:
        """Let all leads come to rest, and return the stage changes since the last time."""
        self._telling.fresh()
        changes = self._fold.changes()
        self.outcomes.update(changes.tally.outcomes)
        self.evicted_count += changes.tally.evicted_count
        self._forwarded |= changes.forwarded
        for lead_id, wake_at in changes.due.items():
            if wake_at is None:
                self._due.pop(lead_id, None)
            else:
                self._due[lead_id] = wake_at
        if self._taken >= FOLD_RECORDS_MAX:
            self._taken = 0
            self._fold = self._new_fold(self.clock)
        told = (message.played for message in changes.messages if isinstance(message, Told))
        return (played for played in told if played is not None)

    def _new_fold(self, clock: int) -> Fold:
        return Fold(self.leads, self._due.items(), clock, self._rules, self._outputs, self._forwarded, is_spared)
