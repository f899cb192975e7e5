"""Which scorecard judges a partition: the one in force at its clock, pinned to the clock and to nothing else.

An activation is a wake-up of the whole partition at its instant: what comes before it is judged by the version before
it, then the clock stays there until every lead is judged anew, then all goes on by the new version. So every worker and
every replay judges the same with the same version. Knows no file and no topic; a book says what is in force when.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from scorer import Scorecard
from streams.lead.lead import Lead
from streams.partition.fold import FoldRules
from streams.partition.outputs import Outputs


@dataclass(frozen=True, slots=True)
class InForce:
    """A scorecard and since when it judges.

    ``name`` tells it from every other that was or will be in force, itself at another time included: a table notes it
    once all its leads were judged by it. ``since`` is its activation in milliseconds; None: from the beginning.
    """

    scorecard: Scorecard
    name: str
    since: int | None = None


def name_of(fingerprint: str, since: int) -> str:
    """Return the name of a scorecard that came into force at an instant in milliseconds."""
    return f"{fingerprint}@{since}"


def since_of(name: str) -> int | None:
    """Return since when the scorecard of a name judges; None: from the beginning, as a file does.

    Example:
        >>> since_of(name_of("3f2a", 1_750_000_000_000))
        1750000000000
    """
    _, sign, since = name.rpartition("@")
    return int(since) if sign and since.isdecimal() else None


class ScorecardBook(Protocol):
    """Which scorecard is in force when; the same for all partitions. Instants are milliseconds of stream time."""

    def in_force(self, at: int) -> InForce:
        """Return what is in force at an instant, its own activation's included."""
        ...

    def next_after(self, at: int) -> int | None:
        """Return the instant of the next activation after an instant; None if none is known."""
        ...

    def is_read(self, now: float) -> bool:
        """Tell whether every activation is known that can matter to a record received by ``now``, monotonic seconds."""
        ...


@dataclass(frozen=True, slots=True)
class OneScorecard:
    """A book of one page: the same scorecard for ever."""

    only: InForce

    def in_force(self, at: int) -> InForce:  # noqa: ARG002 - the door's shape
        """Return the only one."""
        return self.only

    def next_after(self, at: int) -> None:
        """Return that nothing comes after it."""

    def is_read(self, now: float) -> bool:  # noqa: ARG002 - as above
        """Tell that nothing more is to be known."""
        return True


class Judging:
    """What one partition is judged by, as its clock goes on."""

    def __init__(
        self, book: ScorecardBook, rules: FoldRules, outputs_of: Callable[[Scorecard], Outputs], clock: int
    ) -> None:
        """Begin at a partition's clock.

        Args:
            book: Says what is in force when.
            rules: What folds go by; the scorecard in it is replaced by the one in force.
            outputs_of: Makes the builder of messages that name a scorecard.
            clock: The partition's clock, in milliseconds.
        """
        self._book = book
        self._outputs_of = outputs_of
        self.in_force = book.in_force(clock)
        self.rules = replace(rules, scorecard=self.in_force.scorecard)
        self.outputs = outputs_of(self.in_force.scorecard)

    def reach(self, clock: int) -> None:
        """Judge by what is in force at the partition's clock from now on."""
        in_force = self._book.in_force(clock)
        if in_force.name != self.in_force.name:
            self.in_force = in_force
            self.rules = replace(self.rules, scorecard=in_force.scorecard)
            self.outputs = self._outputs_of(in_force.scorecard)

    def next_at(self, clock: int) -> int | None:
        """Return the next activation after the clock: what is due at it or later is not this scorecard's to judge."""
        return self._book.next_after(clock)

    def next_due_at(self, clock: int, lead_due_at: int | None) -> int | None:
        """Return when the partition next has something to do by itself: for a lead, or for all of them.

        Args:
            clock: The partition's clock, in milliseconds.
            lead_due_at: The earliest wake-up of a lead.
        """
        instants = (lead_due_at, self.next_at(clock))
        return min((instant for instant in instants if instant is not None), default=None)

    def is_done(self, lead: Lead, clock: int) -> bool:
        """Tell whether a lead was judged anew in a sweep that was broken off.

        Only an activation at the clock itself leaves such a trace, and only if the version before it has another name.
        """
        since = self.in_force.since
        version = self.in_force.scorecard.version
        if since is None or since != clock or self._book.in_force(clock - 1).scorecard.version == version:
            return False
        return lead.state.judged_by == version and lead.state.judged_at == clock
