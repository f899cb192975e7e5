"""Two scorecards over one history, step by step: whenever a lead changes stage under one, both stand at that instant.

The leads are decided by the courses that `streams.history` plays, so as a worker would. Here they are only kept in
step: wake-ups of both are handled in the order of time, and each record by both, so that a lead can be explained under
both at the very instant at which they part.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from scorer import JournalBounds, Scorecard
from streams.history.course import Course
from streams.history.history import History
from streams.history.listening import PlayedChange
from streams.lead.lead import Lead
from streams.partition.records import Decoded, Taken


class Watcher(Protocol):
    """Who hears what comes of it. ``pair`` is the old scorecard's course and the new one's."""

    def took(self, item: Taken, at: int, *, is_first: bool) -> None:
        """Hear of a good record before it is judged at an instant; ``is_first``: nothing was known of its lead."""
        ...

    def changed(self, pair: Sequence[Course], changes: Sequence[PlayedChange], at: int) -> None:
        """Hear of the stage changes of one step, while both stand at its instant."""
        ...

    def ended(self, lead_id: str, leads: Sequence[Lead], at: int) -> None:
        """Hear how a lead stands at the end under both; after that nothing comes of it."""
        ...


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was played: how many leads, from when to when, in milliseconds; 0 where nothing was."""

    leads: int
    from_at: int
    to_at: int


class SideBySide:
    """Plays a history once.

    Args:
        history: What happened.
        scorecards: The old one and the new one.
        bounds: How much a journal remembers.
        watcher: Who hears of it.
    """

    def __init__(
        self, history: History, scorecards: tuple[Scorecard, Scorecard], bounds: JournalBounds, watcher: Watcher
    ) -> None:
        self._history = history
        self._scorecards = scorecards
        self._bounds = bounds
        self._watcher = watcher
        self._pairs: dict[int, tuple[Course, Course]] = {}
        self._leads = 0
        self._from_at: int | None = None
        self._to_at = 0

    def play(self) -> Stretch:
        """Play it to its end, and let time pass until then.

        Raises:
            FileUnreadable: If the history is a file that cannot be read on.
            ReadUnavailable: If it stands on topics and Kafka does not answer.
        """
        for run in self._history.runs():
            if run.items:
                first_at = min(item.appended_at for item in run.items)
                self._from_at = first_at if self._from_at is None else min(first_at, self._from_at)
                self._to_at = max(self._to_at, *(item.appended_at for item in run.items))
                pair = self._pair(run.partition)
                for item in run.items:
                    self._take(pair, item)
                _come_to_rest(pair)
            if run.is_last and run.partition in self._pairs:
                self._end(run.partition)
        for partition in sorted(self._pairs):
            self._end(partition)
        return Stretch(self._leads, self._from_at or 0, self._end_at if self._from_at is not None else 0)

    @property
    def _end_at(self) -> int:
        return self._to_at if self._history.ends_at is None else self._history.ends_at

    def _pair(self, number: int) -> tuple[Course, Course]:
        if number not in self._pairs:
            old, new = (Course(which, number, card, self._bounds) for which, card in enumerate(self._scorecards))
            self._pairs[number] = (old, new)
        return self._pairs[number]

    def _take(self, pair: tuple[Course, Course], item: Decoded) -> None:
        self._wake_through(pair, item.appended_at)
        if isinstance(item, Taken):
            self._watcher.took(item, pair[0].clock, is_first=item.lead_id not in pair[0].leads)
        for course in pair:
            course.take(item)
        self._tell(pair)

    def _wake_through(self, pair: tuple[Course, Course], instant: int) -> None:
        """Handle the wake-ups of both that are due by an instant, in the order of time."""
        while True:
            due = [at for course in pair if (at := course.next_wake_at) is not None and at <= instant]
            at = min(due, default=instant)
            for course in pair:
                course.wake_through(at)
            self._tell(pair)
            if not due:
                return

    def _tell(self, pair: tuple[Course, Course]) -> None:
        changes = [*pair[0].fresh(), *pair[1].fresh()]
        if changes:
            self._watcher.changed(pair, changes, pair[0].clock)

    def _end(self, number: int) -> None:
        """Let time pass to the end in a partition, tell how its leads stand, and forget them."""
        pair = self._pairs.pop(number)
        self._wake_through(pair, self._end_at)
        _come_to_rest(pair)
        for lead_id, lead in pair[0].leads.items():
            if lead.state.standings:
                self._leads += 1
                self._watcher.ended(lead_id, (lead, pair[1].leads[lead_id]), self._end_at)


def _come_to_rest(pair: tuple[Course, Course]) -> None:
    for course in pair:
        for _ in course.told():
            pass
