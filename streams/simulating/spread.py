"""How scores are spread over the leads at the end of a history: every one counted, in twenty steps and by quantiles."""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, isfinite

from scorer import Scorecard, value
from streams.history.listening import Listener
from streams.lead.lead import Lead

STEPS = 20
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.99)


@dataclass(frozen=True, slots=True)
class Spread:
    """Scores at one instant.

    ``edges`` are the lower ends of the steps and last the upper end of the last, which belongs to it; ``counts`` is one
    shorter. ``quantiles`` by share, each a score that a lead has; empty without leads, and ``mean`` 0.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    quantiles: tuple[tuple[float, float], ...]
    mean: float


class Spreads(Listener):
    """Collects the scores at the end: eight bytes a lead and named score.

    Args:
        scorecard: What values leads.
    """

    def __init__(self, scorecard: Scorecard) -> None:
        self._scorecard = scorecard
        self._scores = {name: array("d") for name in scorecard.scores}

    def ended(self, lead_id: str, leads: Sequence[Lead], at: int) -> None:  # noqa: ARG002 - as all listeners
        """Take in what a lead is worth."""
        for name, scores in self._scores.items():
            scores.append(value(leads[0].state, self._scorecard, at, name).score)

    def spread(self, score_name: str) -> Spread:
        """Return how a named score is spread."""
        score, found = self._scorecard.scores[score_name], sorted(self._scores[score_name])
        ends = score.lowest, score.highest
        if not all(map(isfinite, ends)):
            ends = (found[0], found[-1]) if found else (0.0, 1.0)
        low, high = ends if ends[0] < ends[1] else (ends[0], ends[0] + 1.0)
        edges = tuple(low + (high - low) * step / STEPS for step in range(STEPS + 1))
        below = [0, *(bisect_left(found, edge) for edge in edges[1:-1]), len(found)]
        counts = tuple(after - before for before, after in pairwise(below))
        quantiles = tuple((share, found[min(len(found) - 1, int(share * len(found)))]) for share in QUANTILES if found)
        return Spread(edges, counts, quantiles, fsum(found) / len(found) if found else 0.0)
