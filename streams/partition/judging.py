"""Which scorecard judges a partition: the one in force at its clock, pinned to the clock and to nothing else.

An activation is a wake-up of the whole partition at its instant: what comes before it is judged by the version before
it, then the clock stays there until every lead is judged anew, then all goes on by the new version. So every worker and
every replay judges the same with the same version. Knows no file and no topic; a book says what is in force when.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from scorer import Scorecard, normalised, uncounted
from streams.lead.lead import Lead
from streams.partition.fold import FoldRules
from streams.partition.outputs import Outputs

BESIDE = "+"
"""Stands in a name between a scorecard and its challenger."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A scorecard and since when it judges.

    ``name`` tells it from every other that was or will be in force, itself at another time included: a table notes it
    once all its leads were judged by it. ``since`` is its activation in milliseconds; None: from the beginning.
    ``is_backfilled``: signals that the one before it does not count are counted from what Kafka retains.
    ``challenger`` judges beside it; where there is one, or was one before, the name says so, and since when. Then
    ``alone`` is the scorecard without what it counts for the challenger.
    """

    scorecard: Scorecard
    name: str
    since: int | None = None
    is_backfilled: bool = False
    challenger: Scorecard | None = None
    alone: Scorecard | None = None


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


def name_beside(champion: str, challenger: str, since: int) -> str:
    """Return the name of a scorecard, of the name ``champion``, and its challenger since an instant.

    Args:
        champion: The name of the scorecard in force.
        challenger: The challenger's fingerprint; empty where none is left.
        since: Since when, in milliseconds.
    """
    return champion + BESIDE + name_of(challenger, since)


def champion_of(name: str) -> str:
    """Return the name of the scorecard in force, whoever challenges it.

    Example:
        >>> champion_of(name_beside("3f2a@1000", "77b0", 2_000))
        '3f2a@1000'
    """
    return name.partition(BESIDE)[0]


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
        self.rules = replace(rules, scorecard=self.in_force.scorecard, challenger=self.in_force.challenger)
        self.outputs = outputs_of(self.in_force.scorecard)

    def reach(self, clock: int) -> None:
        """Judge by what is in force at the partition's clock from now on."""
        in_force = self._book.in_force(clock)
        if in_force.name != self.in_force.name:
            self.in_force = in_force
            self.rules = replace(self.rules, scorecard=in_force.scorecard, challenger=in_force.challenger)
            self.outputs = self._outputs_of(in_force.scorecard)

    def next_at(self, clock: int) -> int | None:
        """Return the next activation after the clock: what is due at it or later is not this scorecard's to judge."""
        return self._book.next_after(clock)

    def uncounted(self, at: int) -> tuple[str, Scorecard, frozenset[str]]:
        """Return what is in force at an instant: its name, its scorecard, and the signals whose past it asks for.

        Those are the ones that the scorecard before it does not count; none unless it is to be backfilled.
        """
        said = self._book.in_force(at)
        if not said.is_backfilled or said.since is None:
            return said.name, said.scorecard, frozenset()
        # What was counted for a challenger alone was not counted for as long: its past is asked for, too.
        before = self._book.in_force(said.since - 1)
        return said.name, said.scorecard, uncounted(before.alone or before.scorecard, said.alone or said.scorecard)

    def handed_over(self, lead: Lead, clock: int) -> Lead:
        """Return a lead as the scorecard that ends at the clock leaves it: without what expired under it.

        What is dropped already depends on when a lead was handled last. A version that keeps counters for longer must
        not value what happens to be there.
        """
        since = self.in_force.since
        if since is None or since != clock:
            return lead
        before = self._book.in_force(clock - 1).scorecard
        left = normalised(lead.state, before, clock, self.rules.journal_bounds).state
        return lead if left.cells is lead.state.cells else replace(lead, state=left, outlook=None)

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

        Only an activation at the clock itself leaves such a trace: what comes before it is earlier, what else is due at
        it waits for the sweep. So the same version once more, as at the end of an import, leaves it too.
        """
        since = self.in_force.since
        if since is None or since != clock:
            return False
        return lead.state.judged_by == self.in_force.scorecard.version and lead.state.judged_at == clock
