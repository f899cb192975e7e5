"""The bounded memory of recent activities: recognises repeats, finds what is to be taken back.

Entries are in one canonical order (occurred at, source, fingerprint) and the bounds keep the latest of it, so the
journal, like the cells, does not depend on the order of arrival. Knows no scorecard.
"""

from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from scorer.facts.state import JournalEntry

_DAY_MS = 86_400_000
_FINGERPRINT = attrgetter("fingerprint")


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


@dataclass(frozen=True, slots=True)
class Journaled:
    """A journal within its bounds; ``evicted_count`` entries went for want of room, before their age."""

    entries: tuple[JournalEntry, ...]
    evicted_count: int = 0


def order_of(entry: JournalEntry) -> tuple[int, str, int]:
    """Return an entry's place in the canonical order; the source and the fingerprint tell entries apart."""
    return (entry.occurred_at, entry.source, entry.fingerprint)


def find(journal: tuple[JournalEntry, ...], source: str, fingerprint: int) -> JournalEntry | None:
    """Return the entry of an activity, also one that was taken back; None if it is not remembered."""
    if fingerprint not in map(_FINGERPRINT, journal):
        return None  # as nearly always, at half the time that the loop below takes
    return next((entry for entry in journal if entry.fingerprint == fingerprint and entry.source == source), None)


def with_new_entry(
    journal: tuple[JournalEntry, ...], entry: JournalEntry, bounds: JournalBounds, now: int
) -> Journaled:
    """Return a journal with an entry of an activity that it does not remember, within its bounds."""
    if not journal or order_of(entry) > order_of(journal[-1]):
        return _within((*journal, entry), bounds, now)  # in order, as nearly all come
    return with_entries(journal, (entry,), bounds, now)


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
