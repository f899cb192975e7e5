"""What keeps the owner of a partition busy for long, and how far it is: noted in each commit, for those who look on.

Nobody decides by it. It is what stood when the commit was made, so it lags behind by one.
"""

from dataclasses import dataclass
from enum import StrEnum


class Errand(StrEnum):
    """What an owner does that takes long."""

    REPLAY = "replay"
    """The table is made up for. In records: offsets, summed over the inputs."""
    SWEEP = "sweep"
    """Every lead is judged anew by another scorecard. In leads."""


@dataclass(frozen=True, slots=True)
class Course:
    """How far an errand is: from ``begun`` by way of ``at`` to ``target``, in records or leads."""

    errand: Errand
    begun: int
    at: int
    target: int

    @property
    def done(self) -> int:
        """How many are done."""
        return max(0, self.at - self.begun)

    @property
    def total(self) -> int:
        """How many there were to do."""
        return max(self.done, self.target - self.begun)

    @property
    def left(self) -> int:
        """How many are left."""
        return self.total - self.done

    @property
    def share(self) -> float:
        """The share that is done, from 0 to 1."""
        return self.done / self.total if self.total else 1.0

    def text(self) -> str:
        """Return it as the table keeps it."""
        return f"{self.errand} {self.begun} {self.at} {self.target}"


def course_of(text: str) -> Course | None:
    """Read what `Course.text` wrote; None for an empty text, and for one of a newer version."""
    try:
        errand, *figures = text.split()
        begun, at, target = map(int, figures)
        return Course(Errand(errand), begun, at, target)
    except ValueError:
        return None
