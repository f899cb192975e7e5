"""A book of scorecards that is written by hand: which is in force when, and whether it is known."""

from dataclasses import dataclass, field

from scorer import Scorecard
from streams.partition.judging import InForce, name_of


@dataclass
class Book:
    """See `streams.partition.judging.ScorecardBook`. ``known``: whether it is read far enough."""

    first: Scorecard
    activations: list[tuple[int, Scorecard]] = field(default_factory=list)
    known: bool = True

    def activate(self, at: int, scorecard: Scorecard) -> None:
        """Enter an activation."""
        self.activations.append((at, scorecard))
        self.activations.sort(key=lambda activation: activation[0])

    def in_force(self, at: int) -> InForce:
        """Return what is in force at an instant."""
        for since, scorecard in reversed(self.activations):
            if since <= at:
                return InForce(scorecard, name_of(scorecard.version, since), since)
        return InForce(self.first, f"fingerprint of {self.first.version}")

    def next_after(self, at: int) -> int | None:
        """Return the next activation after an instant."""
        return next((since for since, _ in self.activations if since > at), None)

    def is_read(self, now: float) -> bool:
        """Tell whether it is known."""
        return self.known
