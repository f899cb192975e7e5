"""What there is to be played: decoded records in the order in which a worker would take them, run by run.

A history is read once, in bounded memory: never more than a run of each partition is at hand. Knows no scorecard.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from streams.partition.records import Decoded

RUN_RECORDS_MAX = 4_000
"""Most records of a run. Leads rest between two runs, so longer ones are cheaper."""
REFUSED_LISTED_MAX = 20


@dataclass(frozen=True, slots=True)
class Run:
    """Some records of one partition that follow on each other. After ``is_last`` no more of the partition comes."""

    partition: int
    items: Sequence[Decoded]
    is_last: bool = False


@dataclass(slots=True)
class Reading:
    """How far a history is read, and what of it was not played.

    ``done`` of ``total`` (None: nobody knows) in ``unit``, bytes or records. ``left_out`` were later than the history
    was asked to end, where that is known. ``refused`` lines were no activities; the first few are listed with number
    and reason. Bad records of topics are not among them: these are played, and refused as a worker refuses them.
    """

    total: int | None = None
    done: int = 0
    left_out: int = 0
    refused: int = 0
    refused_listed: list[tuple[int, str]] = field(default_factory=list)

    def refuse(self, number: int, reason: str) -> None:
        """Count a line that is no activity."""
        self.refused += 1
        if len(self.refused_listed) < REFUSED_LISTED_MAX:
            self.refused_listed.append((number, reason))


class History(Protocol):
    """Something to be played once."""

    @property
    def name(self) -> str:
        """What it is, for people."""
        ...

    @property
    def unit(self) -> str:
        """What its reading is measured in: ``bytes`` or ``records``."""
        ...

    @property
    def reading(self) -> Reading:
        """How far it is read."""
        ...

    @property
    def ends_at(self) -> int | None:
        """The instant in milliseconds up to which time passes everywhere; None: the latest that any record has."""
        ...

    def runs(self) -> Iterator[Run]:
        """Yield the runs. Those of a partition are in order; those of others may come in between."""
        ...
