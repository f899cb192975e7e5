"""How leads moved on their ladders: from where to where, on which day, how many stood where, and who moved last.

Days are UTC. Kept for each lead, while its partition is played: the highest rung it reached. Whoever comes to be known
stands on the bottom rung first, as nobody is told of that.
"""

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from scorer import Scorecard
from streams.history.listening import Listener, PlayedChange
from streams.history.player import DAY_MS
from streams.lead.lead import Lead
from streams.partition.records import Taken


@dataclass(slots=True)
class Ladder:
    """How leads moved in one named score.

    ``stages`` from the bottom up. ``flow`` counts changes by (from, to), ``entered`` by (day, to); a day is the number
    of days since 1970. ``reached`` counts the leads that ever stood on a rung or above it, ``standing`` those that
    stand on it at the end. ``_deltas``: by how much the count of a rung became another one on a day.
    """

    stages: tuple[str, ...]
    flow: Counter[tuple[str, str]] = field(default_factory=Counter)
    entered: Counter[tuple[int, str]] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)
    standing: Counter[str] = field(default_factory=Counter)
    _deltas: Counter[tuple[int, str]] = field(default_factory=Counter)
    _highest: dict[str, int] = field(default_factory=dict)

    def born(self, lead_id: str, day: int) -> None:
        """Take in a lead of whom nothing was known."""
        self._deltas[day, self.stages[0]] += 1
        self._highest[lead_id] = 0

    def move(self, one: PlayedChange, *, is_told: bool) -> None:
        """Take in a change; one that is not told counts for where leads stand alone."""
        change = one.change
        source, day = change.from_stage or self.stages[0], change.changed_at // DAY_MS
        self._deltas[day, source] -= 1
        self._deltas[day, change.to_stage] += 1
        # A stage of another scorecard's ladder has no place on this one.
        rank = self.stages.index(change.to_stage)
        self._highest[one.lead_id] = max(rank, self._highest.get(one.lead_id, 0))
        if is_told:
            self.flow[source, change.to_stage] += 1
            self.entered[day, change.to_stage] += 1

    def end(self, lead_id: str, stage: str) -> None:
        """Take note of where a lead stands at the end."""
        self.standing[stage] += 1
        for reached in self.stages[: self._highest.pop(lead_id, 0) + 1]:
            self.reached[reached] += 1

    def days(self, from_at: int, to_at: int) -> Iterator[tuple[int, Mapping[str, int]]]:
        """Yield for each day between two instants (milliseconds) how many leads stood where when it ended."""
        standing: Counter[str] = Counter()
        first, last = from_at // DAY_MS, to_at // DAY_MS
        by_day: dict[int, list[tuple[str, int]]] = {}
        for (day, stage), delta in self._deltas.items():
            by_day.setdefault(max(day, first), []).append((stage, delta))
        for day in range(first, last + 1):
            for stage, delta in by_day.get(day, ()):
                standing[stage] += delta
            yield day, {stage: standing[stage] for stage in self.stages}


class Movements(Listener):
    """Collects how leads move.

    Args:
        scorecard: Whose ladders.
        from_at: Milliseconds since the epoch: changes before it are not counted.
        listed_max: How many changes to keep, the latest.
    """

    def __init__(self, scorecard: Scorecard, from_at: int, listed_max: int) -> None:
        self.ladders = {
            name: Ladder(tuple(stage.name for stage in score.stages)) for name, score in scorecard.scores.items()
        }
        self.changes_count = 0
        self.by_time_alone = 0
        self._from_at = from_at
        self._listed_max = listed_max
        self._latest: list[tuple[int, int, PlayedChange]] = []
        self._numbers = count()
        self._known: set[str] = set()

    def took(self, item: Taken) -> None:
        """Take in whoever comes to be known."""
        if item.lead_id not in self._known:
            self._known.add(item.lead_id)
            for ladder in self.ladders.values():
                ladder.born(item.lead_id, item.appended_at // DAY_MS)

    def changed(self, change: PlayedChange) -> None:
        """Take in a change."""
        at = change.change.changed_at
        is_told = at >= self._from_at
        self.ladders[change.change.score_name].move(change, is_told=is_told)
        if is_told:
            self.changes_count += 1
            self.by_time_alone += change.cause.record is None
            # The number keeps changes of one instant in order, and from being compared.
            entry = (at, next(self._numbers), change)
            if len(self._latest) < self._listed_max:
                heapq.heappush(self._latest, entry)
            elif self._listed_max:
                heapq.heappushpop(self._latest, entry)

    def ended(self, lead_id: str, leads: Sequence[Lead], at: int) -> None:  # noqa: ARG002 - as all listeners
        """Take note of where a lead stands."""
        self._known.discard(lead_id)
        for name, standing in leads[0].state.standings.items():
            self.ladders[name].end(lead_id, standing.stage)

    @property
    def listed(self) -> list[PlayedChange]:
        """The latest changes, in the order of time."""
        return [change for _, _, change in sorted(self._latest, key=lambda entry: entry[:2])]
