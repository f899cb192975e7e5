"""What a scorecard would have been worth: whom its stages named before it was known who was won.

Of a lead counts only what was so before its outcome: what came of it later, perhaps because of the outcome, is not
looked at. So nothing leaks from the answer into the question. A lead that jumps rungs has reached those between.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from scorer import Scorecard
from streams.history.listening import Listener, PlayedChange
from streams.lead.lead import Lead
from streams.partition.records import Taken
from streams.simulating.intervals import Interval, interval
from streams.simulating.outcomes import Fate


@dataclass(slots=True)
class Rung:
    """One stage held against outcomes.

    ``won`` and ``lost`` count leads that had reached it before their outcome; ``stood_won`` and ``stood_lost`` those
    that stood on it just then. ``waits_ms``: of those won, how long before their outcome they had first reached it.
    """

    won: int = 0
    lost: int = 0
    stood_won: int = 0
    stood_lost: int = 0
    waits_ms: list[int] = field(default_factory=list)

    @property
    def precision(self) -> float | None:
        """Of those that reached it, the share that was won; None if nobody did."""
        return _share(self.won, self.won + self.lost)

    @property
    def precision_interval(self) -> Interval | None:
        """Where the precision of all such leads lies, as far as those counted tell; None if nobody reached it."""
        return interval(self.won, self.won + self.lost)

    @property
    def stood_precision(self) -> float | None:
        """The precision of those that stood on it."""
        return _share(self.stood_won, self.stood_won + self.stood_lost)

    @property
    def stood_precision_interval(self) -> Interval | None:
        """The same of those that stood on it."""
        return interval(self.stood_won, self.stood_won + self.stood_lost)

    @property
    def wait_ms(self) -> float | None:
        """The median time from the stage to being won; None if nobody was."""
        return median(self.waits_ms) if self.waits_ms else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A named score held against outcomes: ``rungs`` by stage from the bottom, and how many leads were won and lost."""

    rungs: Mapping[str, Rung]
    won: int
    lost: int

    @property
    def base(self) -> float | None:
        """The share that is won of all whose outcome is known: what choosing blindly would find."""
        return _share(self.won, self.won + self.lost)

    def recall(self, rung: Rung) -> float | None:
        """Of those that were won, the share that had reached a stage."""
        return _share(rung.won, self.won)

    def recall_interval(self, rung: Rung) -> Interval | None:
        """Where the recall of all such leads lies; None if nobody was won."""
        return interval(rung.won, self.won)

    def lift(self, rung: Rung) -> float | None:
        """How many times as many are won among those that reached a stage as among all."""
        return rung.precision / self.base if rung.precision is not None and self.base else None


class Feedback(Listener):
    """Holds stages against outcomes.

    Args:
        scorecard: Whose ladders.
        fates: What became of leads.
        is_rest_lost: Whether leads of whom nothing is said count as lost at the end of the history.
    """

    def __init__(self, scorecard: Scorecard, fates: Mapping[str, Fate], *, is_rest_lost: bool) -> None:
        self.before_history = 0
        self.leads = 0
        self._fates = fates
        self._is_rest_lost = is_rest_lost
        self._ladders = {name: tuple(stage.name for stage in score.stages) for name, score in scorecard.scores.items()}
        self._rungs = {name: {stage: Rung() for stage in ladder} for name, ladder in self._ladders.items()}
        self._counts = {True: 0, False: 0}
        self._known_at: dict[str, int] = {}
        self._paths: dict[tuple[str, str], list[tuple[int, int]]] = {}

    @property
    def not_in_history(self) -> int:
        """How many leads have an outcome, and nothing else is known of them."""
        return len(self._fates) - self.leads

    def took(self, item: Taken) -> None:
        """Note when somebody came to be known of whom more is asked."""
        if self._is_asked(item.lead_id):
            self._known_at.setdefault(item.lead_id, item.appended_at)

    def changed(self, change: PlayedChange) -> None:
        """Note when somebody reached a stage, if it was before the outcome."""
        lead_id, made = change.lead_id, change.change
        fate = self._fates.get(lead_id)
        if self._is_asked(lead_id) and (fate is None or made.changed_at < fate.at):
            rank = self._ladders[made.score_name].index(made.to_stage)
            self._paths.setdefault((lead_id, made.score_name), []).append((made.changed_at, rank))

    def ended(self, lead_id: str, leads: Sequence[Lead], at: int) -> None:  # noqa: ARG002 - as all listeners
        """Hold a lead's way against what became of it."""
        known_at = self._known_at.pop(lead_id, None)
        paths = {name: self._paths.pop((lead_id, name), []) for name in self._ladders}
        fate = self._fates.get(lead_id)
        if fate is not None:
            self.leads += 1
        elif self._is_rest_lost:
            fate = Fate(is_won=False, at=at + 1)
        if fate is None:
            return
        if known_at is None or fate.at <= known_at:
            # Nothing was known of it by then: no scorecard could have said anything.
            self.before_history += 1
            return
        self._counts[fate.is_won] += 1
        for name, ladder in self._ladders.items():
            _hold(self._rungs[name], ladder, paths[name], known_at, fate)

    def verdict(self, score_name: str) -> Verdict:
        """Return how a named score fares."""
        return Verdict(self._rungs[score_name], self._counts[True], self._counts[False])

    def _is_asked(self, lead_id: str) -> bool:
        return self._is_rest_lost or lead_id in self._fates


def _hold(
    rungs: Mapping[str, Rung], ladder: Sequence[str], path: Sequence[tuple[int, int]], known_at: int, fate: Fate
) -> None:
    """Count one lead in one score.

    Args:
        rungs: By stage.
        ladder: The stages from the bottom.
        path: The instants before its outcome at which it came to a rung, and which.
        known_at: When it came to the bottom rung.
        fate: What became of it.
    """
    reached_at = {0: known_at}
    for at, rank in path:
        for passed in range(1, rank + 1):
            reached_at.setdefault(passed, at)
    for rank, at in reached_at.items():
        rung = rungs[ladder[rank]]
        rung.won += fate.is_won
        rung.lost += not fate.is_won
        if fate.is_won:
            rung.waits_ms.append(fate.at - at)
    stood = rungs[ladder[path[-1][1] if path else 0]]
    stood.stood_won += fate.is_won
    stood.stood_lost += not fate.is_won


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
