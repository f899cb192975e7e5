"""Plays a history through one scorecard or two, in one pass, and tells listeners what came of it.

Decodes nothing and decides nothing: records come decoded, and the fold that judges them is the one that a worker runs.
So what is told is what a worker would have decided, had the scorecard been in force from the beginning. Memory: the
leads of the partitions that are not over, under each scorecard; how long the history is does not matter.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from scorer import JournalBounds, Scorecard
from streams.history.course import Course
from streams.history.history import History
from streams.history.listening import Listener
from streams.partition.records import Decoded, Taken

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Played:
    """What a history came to.

    ``outcomes``: for each scorecard the records by topic and what became of them, in the words of the metric
    `leadstream_records_total`. ``from_at`` and ``to_at`` are milliseconds: the first record's append time and the
    instant up to which time passed; both 0 if there was no record.
    """

    outcomes: tuple[Mapping[tuple[str, str], int], ...]
    leads: int
    evicted: int
    from_at: int
    to_at: int


class Player:
    """Plays a history once.

    Args:
        history: What happened.
        scorecards: One scorecard or more; listeners are told which by its place.
        bounds: How much a journal remembers.
        listeners: Who is told what.
    """

    def __init__(
        self,
        history: History,
        scorecards: Sequence[Scorecard],
        bounds: JournalBounds,
        listeners: Collection[Listener],
    ) -> None:
        self._history = history
        self._scorecards = scorecards
        self._bounds = bounds
        self._ears = _Ears(listeners)
        self._parts: dict[int, _Part] = {}
        self._outcomes = tuple(Counter[tuple[str, str]]() for _ in scorecards)
        self._leads = 0
        self._evicted = 0
        self._from_at: int | None = None
        self._to_at = 0

    def play(self) -> Played:
        """Play it to its end, and let time pass until then.

        Raises:
            FileUnreadable: If the history is a file that cannot be read on.
            ReadUnavailable: If it stands on topics and Kafka does not answer.
        """
        for run in self._history.runs():
            if run.items:
                self._note_times(run.items)
                self._part(run.partition).take(run.items)
            if run.is_last and run.partition in self._parts:
                self._end(run.partition)
        for partition in sorted(self._parts):
            self._end(partition)
        return Played(self._outcomes, self._leads, self._evicted, self._from_at or 0, self._to_at)

    def _note_times(self, items: Sequence[Decoded]) -> None:
        first_at = min(item.appended_at for item in items)
        self._from_at = first_at if self._from_at is None else min(self._from_at, first_at)
        if self._history.ends_at is None:
            self._to_at = max(self._to_at, *(item.appended_at for item in items))
        else:
            self._to_at = self._history.ends_at

    def _part(self, number: int) -> "_Part":
        if number not in self._parts:
            courses = [Course(which, number, card, self._bounds) for which, card in enumerate(self._scorecards)]
            self._parts[number] = _Part(courses, self._ears)
        return self._parts[number]

    def _end(self, number: int) -> None:
        """Let time pass to the end in a partition, tell how its leads stand, and forget them."""
        part = self._parts.pop(number)
        self._leads += part.end(self._to_at)
        for course, outcomes in zip(part.courses, self._outcomes, strict=True):
            outcomes.update(course.outcomes)
            self._evicted += course.evicted_count


class _Ears:
    """Who wants to be told of what: only those who override a method are called."""

    def __init__(self, listeners: Iterable[Listener]) -> None:
        given = list(listeners)
        self.took = [one.took for one in given if type(one).took is not Listener.took]
        self.changed = [one.changed for one in given if type(one).changed is not Listener.changed]
        self.day_ended = [one.day_ended for one in given if type(one).day_ended is not Listener.day_ended]
        self.ended = [one.ended for one in given if type(one).ended is not Listener.ended]


class _Part:
    """One partition under every scorecard, day by day."""

    def __init__(self, courses: Sequence[Course], ears: _Ears) -> None:
        self.courses = courses
        self._ears = ears
        self._busy: set[str] = set()
        self._day_ends_at = 0

    def take(self, items: Iterable[Decoded]) -> None:
        """Handle a run of records."""
        courses, busy, on_took = self.courses, self._busy, self._ears.took
        for item in items:
            if item.appended_at >= self._day_ends_at:
                self._end_day(item.appended_at)
            if isinstance(item, Taken):
                busy.add(item.lead_id)
                for took in on_took:
                    took(item)
            for course in courses:
                course.take(item)
        self._tell()

    def end(self, instant: int) -> int:
        """Let time pass up to an instant, in milliseconds; tell how each lead stands; return how many there are."""
        if instant >= self._day_ends_at:
            self._end_day(instant)
        for course in self.courses:
            course.wake_through(instant)
        self._tell()
        count = 0
        for lead_id, first in self.courses[0].leads.items():
            if first.state.standings:
                count += 1
                leads = [course.leads[lead_id] for course in self.courses]
                for ended in self._ears.ended:
                    ended(lead_id, leads, instant)
        return count

    def _end_day(self, next_at: int) -> None:
        """Let the day pass in which the clock is, before a record of another day is handled."""
        if self._ears.day_ended and self._busy:
            last_at = self._day_ends_at - 1
            for course in self.courses:
                course.wake_through(last_at)
            self._tell()
            for lead_id in sorted(self._busy):
                for which, course in enumerate(self.courses):
                    lead = course.leads[lead_id]
                    for day_ended in self._ears.day_ended:
                        day_ended(which, lead_id, lead, last_at)
        self._busy.clear()
        self._day_ends_at = (next_at // DAY_MS + 1) * DAY_MS

    def _tell(self) -> None:
        for course in self.courses:
            for change in course.told():
                for changed in self._ears.changed:
                    changed(change)
