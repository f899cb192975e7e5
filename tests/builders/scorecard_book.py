"""A book of scorecards that is written by hand: which is in force when, and whether it is known."""

from dataclasses import dataclass, field, replace

from scorer import Scorecard
from streams.partition.judging import InForce, name_beside, name_of


@dataclass
class Book:
    """See `streams.partition.judging.ScorecardBook`. ``known``: whether it is read far enough.

    ``is_backfilled``: whether activations ask for the past of what was not counted before. ``challenges``: who
    challenges from when on, until another one does or another scorecard comes into force; None for nobody. All of them
    count the same signals.
    """

    first: Scorecard
    activations: list[tuple[int, Scorecard]] = field(default_factory=list)
    known: bool = True
    is_backfilled: bool = False
    challenges: list[tuple[int, Scorecard | None]] = field(default_factory=list)

    def activate(self, at: int, scorecard: Scorecard) -> None:
        """Enter an activation."""
        self.activations.append((at, scorecard))
        self.activations.sort(key=lambda activation: activation[0])

    def in_force(self, at: int) -> InForce:
        """Return what is in force at an instant."""
        alone = InForce(self.first, f"fingerprint of {self.first.version}")
        for since, scorecard in self.activations:
            if since <= at:
                alone = InForce(scorecard, name_of(scorecard.version, since), since, self.is_backfilled)
        for since, challenger in reversed(self.challenges):
            if (alone.since or 0) < since <= at:
                name = name_beside(alone.name, "" if challenger is None else challenger.version, since)
                return replace(alone, name=name, since=since, is_backfilled=False, challenger=challenger)
        return alone

    def next_after(self, at: int) -> int | None:
        """Return the next activation after an instant."""
        instants = [since for since, _ in (*self.activations, *self.challenges) if since > at]
        return min(instants, default=None)

    def is_read(self, now: float) -> bool:
        """Tell whether it is known."""
        return self.known
