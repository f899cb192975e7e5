"""What would make a lead rise: of which activity how many, done now, are enough for which stage.

Nothing is reckoned here: each number is tried with the core's own step (`scorer.steps.lifecycle.record`), so limits,
caps, gates, verdicts and whatever else the rules know have their say. Rules: of one signal at a time; the numbers are
tried from one upwards, so the one that is told is the least and one fewer is not enough; where points go by a measure
that the lead has nothing of yet, the least measure of one activity, from 1 up, is told instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scorer.facts.state import LeadState
from scorer.foresight.course import alone
from scorer.foresight.deeds import Deed, deeds, valued_signals
from scorer.foresight.purse import LOOKS_OF_A_STEP, Purse
from scorer.judging.outcome import Outcome
from scorer.rules.scorecard import Score, Scorecard
from scorer.steps.lifecycle import record
from scorer.worth.valuation import value

COUNT_MAX = 25
"""Activities of one kind that are tried at once: more would be no advice."""
MEASURE_MAX = 10_000
"""The most of a measure that one activity is tried with, in its own units."""


@dataclass(frozen=True, slots=True)
class Rise:
    """One way up: ``count`` activities, done at once, lead to ``stage`` (``score``: what the lead is worth then).

    ``target`` is the stage that was asked for; the lead may rise past it. ``measure`` is what each activity has of its
    measure, if points go by it.
    """

    target: str
    deed: Deed
    count: int
    measure: float | None
    stage: str
    score: float


@dataclass(frozen=True, slots=True)
class Rises:
    """What would make a lead rise, by stage, from the next one up; those with the fewest activities first.

    ``is_cut_short``: not all that could be tried was tried. ``untried`` are signals for which no activity could be
    made up.
    """

    ways: tuple[Rise, ...]
    targets: tuple[str, ...]
    is_cut_short: bool
    untried: tuple[str, ...]

    def to(self, target: str) -> tuple[Rise, ...]:
        """Return the ways to a stage, the shortest first."""
        return tuple(way for way in self.ways if way.target == target)


def rises(
    state: LeadState,
    scorecard: Scorecard,
    score_name: str,
    at: int,
    source: str,
    *,
    purse: Purse | None = None,
    count_max: int = COUNT_MAX,
) -> Rises:
    """Return what a lead would have to do at an instant to rise to each of the stages above its own.

    Args:
        state: The lead as it stands at the instant (`scorer.foresight.course.Course.lead_at`).
        scorecard: The rules.
        score_name: Which named score.
        at: When it would be done, in milliseconds since the epoch, not before the lead was judged last.
        source: Under which of its ids the lead would do it.
        purse: What may be spent on it; a new one if none is given.
        count_max: How many activities of one kind to try at most.

    Returns:
        The ways; none where it stands on the top rung.

    Raises:
        KeyError: If the scorecard has no score of that name, or the lead no standing in it.
    """
    score, purse = scorecard.scores[score_name], purse or Purse()
    ladder = [stage.name for stage in score.stages]
    targets = ladder[ladder.index(state.standings[score_name].stage) + 1 :]
    tries = [
        _Try(state, alone(scorecard, score_name), score, deed, at, source, purse)
        for deed in (deeds(state, scorecard, score_name) if targets else ())
    ]
    found: list[Rise] = []
    for one in tries:
        if one.deed.is_by_measure:
            found += one.by_measure(targets)
    # All with one activity, then all with two ...: if it has to end early, the short ways are known.
    rounds = [one.by_count(targets) for one in tries if not one.deed.is_by_measure]
    for _ in range(count_max):
        for steps in rounds:
            found += next(steps, ())
    order = {name: place for place, name in enumerate(targets)}
    found.sort(key=lambda way: (order[way.target], way.count, -way.score, way.deed.signal))
    tried = {name for one in tries for name in (one.deed.signal, *one.deed.also)}
    untried = tuple(name for name in valued_signals(score) if name not in tried) if targets else ()
    return Rises(tuple(found), tuple(targets), purse.is_spent, untried)


class _Try:
    """One kind of activity, tried on one lead."""

    def __init__(
        self,
        state: LeadState,
        scorecard: Scorecard,
        score: Score,
        deed: Deed,
        at: int,
        source: str,
        purse: Purse,
    ) -> None:
        self.deed = deed
        self._state = replace(state, standings={score.name: state.standings[score.name]})
        self._scorecard = scorecard
        self._score = score
        self._at = at
        self._source = source
        self._purse = purse
        self._taken = {entry.fingerprint for entry in state.journal}
        self._next = 0

    def by_count(self, targets: list[str]) -> Iterator[list[Rise]]:
        """Yield, for one activity more each time, the stages that it is enough for and one fewer was not."""
        outcome, left, count = Outcome(self._state), list(targets), 0
        while left and not self._purse.is_spent:
            outcome, count = self._done(outcome), count + 1
            reached = self._reached(outcome.state, left)
            yield [self._rise(target, outcome.state, count, self.deed.measure) for target in reached]
            left = [target for target in left if target not in reached]

    def by_measure(self, targets: list[str]) -> Iterator[Rise]:
        """Yield the least measure of one activity that is enough for each stage: by doubling, then by halving."""
        unit = 1
        for target in targets:
            few, much = unit - 1, unit
            while target not in self._reached(self._measured(much), targets):
                few, much = much, 2 * much
                if much > MEASURE_MAX or self._purse.is_spent:
                    return
            while much - few > 1:
                middle = (few + much) // 2
                is_enough = target in self._reached(self._measured(middle), targets)
                few, much = (few, middle) if is_enough else (middle, much)
            yield self._rise(target, self._measured(much), 1, much)
            unit = much

    def _measured(self, measure: int) -> LeadState:
        return self._done(Outcome(self._state), measure).state

    def _done(self, before: Outcome, measure: float | None = None) -> Outcome:
        """Return a lead that did it once more."""
        self._next += 1
        while self._next in self._taken:
            self._next += 1
        self._purse.pay(len(before.state.cells), LOOKS_OF_A_STEP)
        activity = self.deed.done(source=self._source, fingerprint=self._next, at=self._at, measure=measure)
        return record(before.state, activity, self._scorecard, self._at, outlook=before.outlook)

    def _reached(self, state: LeadState, targets: list[str]) -> list[str]:
        stage = state.standings[self._score.name].stage
        return targets[: targets.index(stage) + 1] if stage in targets else []

    def _rise(self, target: str, state: LeadState, count: int, measure: float | None) -> Rise:
        worth = value(state, self._scorecard, self._at, self._score.name)
        return Rise(target, self.deed, count, measure, state.standings[self._score.name].stage, worth.score)
