"""The bounded memory of recent activities: recognises repeats, finds what is to be taken back.

Entries are in one canonical order (occurred at, source, fingerprint) and the bounds keep the latest of it, so the
journal, like the cells, does not depend on the order of arrival. Knows no scorecard.
"""

from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, NamedTuple

from scorer.facts.activity import Activity
from scorer.facts.state import JournalEntry, new_entry

_DAY_MS: Final = 86_400_000
_FINGERPRINT: Final = attrgetter("fingerprint")


@dataclass(frozen=True, slots=True)
class JournalBounds:
    """How much a journal remembers: entries, and milliseconds since they occurred.

    Raises:
        ValueError: If a bound is below 1.
    """

    entries_max: int = 64
    age_ms: int = 7 * _DAY_MS

    def __post_init__(self) -> None:
        """Refuse a journal that could remember nothing."""
        if self.entries_max < 1 or self.age_ms < 1:
            message = f"journal bounds of {self.entries_max} entries and {self.age_ms} ms: give at least 1 of each"
            raise ValueError(message)


class Journaled(NamedTuple):
    """A journal within its bounds; ``evicted_count`` entries went for want of room, before their age."""

    entries: tuple[JournalEntry, ...]
    evicted_count: int = 0


def order_of(entry: JournalEntry) -> tuple[int, str, int]:
    """Return an entry's place in the canonical order; the source and the fingerprint tell entries apart."""
    return (entry.occurred_at, entry.source, entry.fingerprint)


def _is_before(entry: JournalEntry, other: JournalEntry) -> bool:
    """Tell whether an entry comes before another in the canonical order."""
    if entry.occurred_at != other.occurred_at:
        return entry.occurred_at < other.occurred_at
    return order_of(entry) < order_of(other)


def find(
    journal: tuple[JournalEntry, ...], source: str, fingerprint: int, bounds: JournalBounds, now: int
) -> JournalEntry | None:
    """Return the entry of an activity, also one that was taken back; None if it is not remembered at an instant.

    What is beyond its age by then is not, whether it was dropped already or not: that depends on when it was looked at.
    """
    if fingerprint not in map(_FINGERPRINT, journal):
        return None  # as nearly always, at half the time that the loop below takes
    oldest_at = now - bounds.age_ms
    for entry in journal:
        if entry.fingerprint == fingerprint and entry.source == source and entry.occurred_at > oldest_at:
            return entry
    return None


def entry_of(activity: Activity, counted: tuple[tuple[str, int], ...]) -> JournalEntry:
    """Return what is remembered of an activity that was counted under some signals, each with its scaled measure."""
    fingerprint, source, type_, occurred_at, _, correlation, verdict = activity
    return new_entry(occurred_at, source, fingerprint, type_, correlation, verdict, counted)


class OpenJournal:
    """A journal that grows in place, entry by entry: as `with_entries` has it, without a copy for each.

    ``evicted_count`` entries went for want of room so far, before their age.
    """

    __slots__ = ("_bounds", "_entries", "_fingerprints", "evicted_count")

    def __init__(self, journal: tuple[JournalEntry, ...], bounds: JournalBounds) -> None:
        """Begin with a journal, in canonical order."""
        self._bounds = bounds
        self._entries = [*journal]
        self._fingerprints = [*map(_FINGERPRINT, journal)]
        self.evicted_count = 0

    @property
    def entries(self) -> tuple[JournalEntry, ...]:
        """What it has now."""
        return tuple(self._entries)

    def knows(self, fingerprint: int) -> bool:
        """Tell whether an activity of that fingerprint is remembered, perhaps of another source."""
        return fingerprint in self._fingerprints

    def is_late(self, occurred_at: int) -> bool:
        """Tell whether something may have occurred later than an instant; of an empty journal nobody knows."""
        # What a journal forgot occurred before what it has.
        return not self._entries or occurred_at < self._entries[-1].occurred_at

    def add(self, entry: JournalEntry, now: int) -> None:
        """Add an activity that it does not know, and forget what is beyond its bounds at an instant."""
        entries, fingerprints = self._entries, self._fingerprints
        place = len(entries)  # from the end, where nearly all belong: a bisection takes longer
        while place and _is_before(entry, entries[place - 1]):
            place -= 1
        entries.insert(place, entry)
        fingerprints.insert(place, entry.fingerprint)
        oldest_at, gone_count = now - self._bounds.age_ms, 0
        while gone_count < len(entries) and entries[gone_count].occurred_at <= oldest_at:
            gone_count += 1
        evicted_count = max(0, len(entries) - gone_count - self._bounds.entries_max)
        if gone_count + evicted_count:
            del entries[: gone_count + evicted_count], fingerprints[: gone_count + evicted_count]
            self.evicted_count += evicted_count


def with_entries(
    journal: tuple[JournalEntry, ...], entries: Iterable[JournalEntry], bounds: JournalBounds, now: int
) -> Journaled:
    """Return a journal with more entries, within its bounds.

    An entry of an activity that is remembered already takes its place. What occurred ``age_ms`` or longer before
    ``now`` is forgotten; of the rest the latest ``entries_max`` stay.

    Args:
        journal: Entries in canonical order.
        entries: The new ones, in any order.
        bounds: How much to remember.
        now: The instant, in milliseconds since the epoch.

    Returns:
        The journal in canonical order, with the number of entries that went before their age.
    """
    added = list(entries)
    if not added:
        return _within(journal, bounds, now)
    known = {(entry.source, entry.fingerprint) for entry in added}
    kept = [entry for entry in journal if (entry.source, entry.fingerprint) not in known]
    for entry in added:
        insort(kept, entry, key=order_of)
    return _within(kept, bounds, now)


def _within(entries: Sequence[JournalEntry], bounds: JournalBounds, now: int) -> Journaled:
    oldest_at = now - bounds.age_ms
    if entries and entries[0].occurred_at <= oldest_at:
        entries = [entry for entry in entries if entry.occurred_at > oldest_at]
    evicted_count = max(0, len(entries) - bounds.entries_max)
    return Journaled(entries=tuple(entries[evicted_count:]), evicted_count=evicted_count)
