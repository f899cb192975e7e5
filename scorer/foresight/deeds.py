"""What a lead could do next: for each signal that a named score values, the plainest activity that counts for it.

Such an activity may count for other signals too (a view of the prices is a view of a page): it is told which. Where
points go by a measure (minutes, an order's value), each activity has the mean of what the lead did before; of what it
never did, one activity of as much as it takes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from scorer.facts.activity import Activity, Scalar
from scorer.facts.state import LeadState
from scorer.foresight.examples import fields_for, type_for
from scorer.rules.conditions import Present
from scorer.rules.plan import plan_of
from scorer.rules.scorecard import InactivityCriterion, Score, Scorecard, Signal, SignalCriterion
from scorer.rules.signals import matched


@dataclass(frozen=True, slots=True)
class Deed:
    """An activity that would count for ``signal``, and for ``also``.

    ``measure`` is what each has of ``measure_field`` (None: nothing goes by it). With ``is_by_measure`` it is one
    activity, of which the measure is to be found.
    """

    signal: str
    also: tuple[str, ...]
    type: str
    fields: Mapping[str, Scalar]
    measure_field: str | None = None
    measure: float | None = None
    is_by_measure: bool = False

    def done(self, *, source: str, fingerprint: int, at: int, measure: float | None = None) -> Activity:
        """Return it as an activity of a person.

        Args:
            source: Under which of the lead's ids.
            fingerprint: Tells it from the lead's other activities.
            at: When, in milliseconds since the epoch.
            measure: How much of its measure, where that is to be found; else its own.
        """
        much = self.measure if measure is None else measure
        measured = {} if self.measure_field is None or much is None else {self.measure_field: much}
        return Activity(fingerprint, source, self.type, at, {**self.fields, **measured})


def deeds(state: LeadState, scorecard: Scorecard, score_name: str) -> Iterator[Deed]:
    """Yield what a lead could do, each once, in the order of the scorecard's criteria.

    Args:
        state: The lead: what it did before tells how long its webinars are.
        scorecard: The rules.
        score_name: Which named score has to value it.
    """
    score = scorecard.scores[score_name]
    told: set[tuple[str, ...]] = set()
    for name in valued_signals(score):
        deed = _deed(scorecard.signals[name], state, scorecard, score)
        if deed is None:
            continue
        counts_for = tuple(sorted((deed.signal, *deed.also)))
        if counts_for not in told:
            told.add(counts_for)
            yield deed


def valued_signals(score: Score) -> Iterator[str]:
    """Yield the signals that a named score values, each once, in the order of its criteria; silence comes last."""
    criteria = [criterion for group in score.engagement.groups for criterion in group.criteria]
    names: dict[str, None] = {}
    for criterion in criteria:
        if isinstance(criterion, SignalCriterion):
            names[criterion.signal] = None
    for criterion in criteria:
        if isinstance(criterion, InactivityCriterion):
            names.update(dict.fromkeys(criterion.signals))
    return iter(names)


def _deed(signal: Signal, state: LeadState, scorecard: Scorecard, score: Score) -> Deed | None:
    """Return the plainest activity that a signal takes; None if none could be made up."""
    fields = fields_for(signal.conditions)
    if fields is None:
        return None
    plain = Deed(signal.name, (), type_for(signal), fields)
    for deed in (*_measured(plain, state, scorecard, score), plain):
        probe = deed.done(source="", fingerprint=0, at=0, measure=1 if deed.is_by_measure else None)
        counts_for = [name for name, _ in matched(probe, scorecard)]
        if signal.name in counts_for:
            return replace(deed, also=tuple(name for name in counts_for if name != signal.name))
    return None


def _measured(plain: Deed, state: LeadState, scorecard: Scorecard, score: Score) -> Iterator[Deed]:
    """Yield a deed with how much of its measure it has, if points go by that: the best guess first."""
    by_measure = [
        one
        for group in score.engagement.groups
        for one in group.criteria
        if isinstance(one, SignalCriterion) and one.is_per_measure
    ]
    measure = scorecard.signals[plain.signal].measure
    if measure is None or all(one.signal != plain.signal for one in by_measure):
        return
    before = [cell for key, cell in state.cells.items() if key.signal == plain.signal]
    total, count = sum(cell.measure for cell in before), sum(cell.count for cell in before)
    if total > 0 and count > 0:
        yield replace(plain, measure_field=measure.field, measure=round(total / count) / measure.scale)
    if _is_indifferent(plain.type, measure.field, scorecard) and all(one.points >= 0 for one in by_measure):
        # More of it is never worth less, so the least that is enough can be searched for.
        yield replace(plain, measure_field=measure.field, is_by_measure=True)
    example = plain.fields.get(measure.field, 1)
    if not isinstance(example, str):
        yield replace(plain, measure_field=measure.field, measure=example)


def _is_indifferent(activity_type: str, field: str, scorecard: Scorecard) -> bool:
    """Tell whether no signal of a type asks how much there is of a field: what it counts for does not depend on it."""
    conditions = [one for signal in plan_of(scorecard).candidates(activity_type) for one in signal.conditions]
    return all(isinstance(one.test, Present) for one in conditions if one.field == field)
