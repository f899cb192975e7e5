"""What people did with dead letters, as the audit log tells it: which were replayed, how often, and which were dropped.

A topic's records cannot be taken out, so being dealt with is a note, not a deletion. A note names letters by ranges of
offsets, and is written for a replay only after Kafka has the records: what is noted as replayed was sent.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import accumulate

from schemas.audit_record import AuditAction, AuditRecord

SUBJECT = "dead-letters"
LETTERS, PARTITION, STEP = "letters", "partition", "step"
BEGUN, DONE = "begun", "done"
RANGES_CHARACTERS_MAX = 500
"""Of one note; a longer list is told in several."""

Place = tuple[int, int]
"""A dead letter's partition and offset."""


class Status(StrEnum):
    """What became of a dead letter."""

    OPEN = "open"
    REPLAYED = "replayed"
    DROPPED = "dropped"


class Ranges:
    """How often offsets were named, over ranges of them."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        """Take ranges, both ends included."""
        steps: Counter[int] = Counter()
        for first, last in ranges:
            steps[first] += 1
            steps[last + 1] -= 1
        self._edges = sorted(steps)
        self._counts = list(accumulate(steps[edge] for edge in self._edges))

    def count(self, offset: int) -> int:
        """Return how many ranges an offset is in."""
        place = bisect_right(self._edges, offset)
        return self._counts[place - 1] if place else 0


class Notes:
    """What the audit log says of all dead letters. ``unreadable``: how many of its records nobody here could read."""

    def __init__(self, records: Iterable[AuditRecord] = (), *, unreadable: int = 0) -> None:
        """Read what people did; records of other things are left aside."""
        self.unreadable = unreadable
        told: dict[AuditAction, defaultdict[int, list[tuple[int, int]]]] = {
            AuditAction.DEAD_LETTERS_REPLAYED: defaultdict(list),
            AuditAction.DEAD_LETTERS_DROPPED: defaultdict(list),
        }
        for record in records:
            partition, letters = record.detail.get(PARTITION), record.detail.get(LETTERS)
            if record.action in told and isinstance(partition, int) and isinstance(letters, str):
                told[record.action][partition] += ranges_of(letters)
        self._replayed = {number: Ranges(found) for number, found in told[AuditAction.DEAD_LETTERS_REPLAYED].items()}
        self._dropped = {number: Ranges(found) for number, found in told[AuditAction.DEAD_LETTERS_DROPPED].items()}

    def replay_count(self, place: Place) -> int:
        """Return how often a dead letter was replayed."""
        return self._replayed[place[0]].count(place[1]) if place[0] in self._replayed else 0

    def status(self, place: Place) -> Status:
        """Return what became of a dead letter; being dropped counts more than being replayed."""
        if place[0] in self._dropped and self._dropped[place[0]].count(place[1]):
            return Status.DROPPED
        return Status.REPLAYED if self.replay_count(place) else Status.OPEN


def ranges_of(text: str) -> list[tuple[int, int]]:
    """Return the ranges that a note names; what is none is left aside.

    Example:
        >>> ranges_of("17-20,25,?")
        [(17, 20), (25, 25)]
    """
    found = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first.isdecimal() and (last or first).isdecimal():
            found.append((int(first), int(last or first)))
    return found


def range_texts(offsets: Iterable[int], characters_max: int = RANGES_CHARACTERS_MAX) -> Iterator[tuple[str, int]]:
    """Yield texts that name offsets by ranges, each with how many it names.

    Example:
        >>> list(range_texts([17, 18, 19, 25]))
        [('17-19,25', 4)]
    """
    text, count = "", 0
    for first, last in _joined(offsets):
        part = str(first) if first == last else f"{first}-{last}"
        if text and len(text) + len(part) + 1 > characters_max:
            yield text, count
            text, count = "", 0
        text = f"{text},{part}" if text else part
        count += last - first + 1
    if text:
        yield text, count


def _joined(offsets: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Join offsets that follow on each other."""
    first = last = None
    for offset in sorted(set(offsets)):
        if first is None or last is None or offset != last + 1:
            if first is not None and last is not None:
                yield first, last
            first = offset
        last = offset
    if first is not None and last is not None:
        yield first, last
