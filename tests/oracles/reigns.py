"""Which scorecard judges when, and a lead's life under several of them, one after the other."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scorer.rules.scorecard import Scorecard
from tests.line.topics import TopicRecord
from tests.oracles.moves import Life

Said = tuple[int, TopicRecord, Mapping[str, Any]]
"""When a record is judged, the record as it stood first, and its body."""


@dataclass(frozen=True, slots=True)
class Reigns:
    """The first scorecard judges from the beginning, each later one from its instant (milliseconds) on.

    ``later`` is in the order of instants; of two at one instant the last judges.
    """

    first: Scorecard
    later: tuple[tuple[int, Scorecard], ...] = ()

    @classmethod
    def of(cls, scorecard: "Scorecard | Reigns") -> "Reigns":
        """Return one scorecard as the only one that ever judges; several as they are."""
        return scorecard if isinstance(scorecard, cls) else cls(scorecard)  # type: ignore[arg-type]

    @property
    def every(self) -> tuple[Scorecard, ...]:
        """All of them."""
        return (self.first, *(scorecard for _, scorecard in self.later))

    def at(self, instant: int) -> Scorecard:
        """Return who judges at an instant."""
        return next((scorecard for since_at, scorecard in reversed(self.later) if since_at <= instant), self.first)

    def changes(self, after: int, through: int) -> Iterator[tuple[int, Scorecard]]:
        """Yield who begins after one instant, and by another, in order; of two at one instant only the last."""
        for since_at in sorted({since_at for since_at, _ in self.later if after < since_at <= through}):
            yield since_at, self.at(since_at)


def lived(life: Life, reigns: Reigns, said: Iterable[Said], through: int) -> list[str]:
    """Lead a life from its first record to an instant.

    Args:
        life: A new one; who judges it first is put in here.
        reigns: Who judges when.
        said: The lead's records, in the order in which they are judged.
        through: The last instant.

    Returns:
        What became of each record, in the metrics' words.
    """
    words, judged_until = [], None
    for now, record, body in said:
        if judged_until is None:
            life.scorecard = reigns.at(now)
        else:
            _change(life, reigns, judged_until, now)
        judged_until = now
        take = life.said if record.topic == "lead-profiles" else life.did
        words.append(take(body, now, record.place))
    if judged_until is not None:
        _change(life, reigns, judged_until, through)
    life.pass_time(through)
    return words


def _change(life: Life, reigns: Reigns, after: int, through: int) -> None:
    """Have a lead judged anew by each scorecard that begins within a stretch of time."""
    for at, scorecard in reigns.changes(after, through):
        life.pass_time(at - 1)
        life.value_by(scorecard, at)
