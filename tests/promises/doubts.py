"""Whether a lead proves a doubt wrong: what never happens must not have happened to it, what always holds must hold.

By the core's own valuation and matching, and by no code of the review. A table of what each kind of doubt claims.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from scorer import Activity, LeadState, Scorecard, value
from scorer.rules.conditions import holds
from scorer.rules.decay import factor_of
from scorer.rules.scorecard import Criterion, FitCriterion, Group, SignalCriterion
from scorer.rules.signals import matched
from scorer.worth.criteria import Counted
from scorer.worth.grades import band_of
from scorer.worth.view import View, clipped, view
from streams.review.doubt import Doubt
from streams.scorecards.loading import signal_name

NEAR = 1e-6


class Witness(NamedTuple):
    """A lead that could prove doubts wrong, at an instant not before anything that it did, and single activities."""

    scorecard: Scorecard
    lead: LeadState
    at: int
    activities: Sequence[Activity] = ()

    @property
    def view(self) -> View:
        """The lead under its scorecard."""
        return view(self.lead, self.scorecard)


def is_refuted(doubt: Doubt, witness: Witness) -> bool:
    """Tell whether a witness proves a doubt wrong."""
    return CLAIMS[doubt.code](doubt, witness)


def is_claim(doubt: Doubt) -> bool:
    """Tell whether a doubt claims what a witness could prove wrong."""
    return doubt.code in CLAIMS


def _enters(doubt: Doubt, witness: Witness) -> bool:
    _, name, _, index, _ = doubt.path
    stage = witness.scorecard.scores[str(name)].stages[int(index)]
    return value(witness.lead, witness.scorecard, witness.at, str(name)).score >= stage.enter_at


def _leaves(doubt: Doubt, witness: Witness) -> bool:
    _, name, _, index, _ = doubt.path
    stage = witness.scorecard.scores[str(name)].stages[int(index)]
    return value(witness.lead, witness.scorecard, witness.at, str(name)).score < stage.leave_below


def _is_in_band(doubt: Doubt, witness: Witness) -> bool:
    _, name, _, side, label = doubt.path
    valuation = value(witness.lead, witness.scorecard, witness.at, str(name))
    grades = witness.scorecard.scores[str(name)].grades
    assert grades is not None
    bands, worth = (grades.fit, valuation.fit) if side == "fit" else (grades.engagement, valuation.engagement)
    return band_of(bands, worth).label == label


def _matches(doubt: Doubt, witness: Witness) -> bool:
    names = _matched(witness)
    return any(doubt.path[1] in found for found in names)


def _tells_apart(doubt: Doubt, witness: Witness) -> bool:
    """Whether no other signal matches exactly the activities that this one does."""
    name, found = doubt.path[1], _matched(witness)
    others = {signal_name(other) for other in witness.scorecard.signals} - {name}
    return not any(all((name in names) == (other in names) for names in found) for other in others)


def _matched(witness: Witness) -> list[set[str]]:
    return [{signal_name(name) for name, _ in matched(activity, witness.scorecard)} for activity in witness.activities]


def _fails(doubt: Doubt, witness: Witness) -> bool:
    signal = next(one for name, one in witness.scorecard.signals.items() if signal_name(name) == doubt.path[1])
    conditions = [condition for condition in signal.conditions if condition.field == doubt.path[3]]
    of_type = [activity for activity in witness.activities if activity.type == signal.activity_type]
    return any(all(not holds(condition, activity.fields) for condition in conditions) for activity in of_type)


def _measures(doubt: Doubt, witness: Witness) -> bool:
    found = [pair for activity in witness.activities for pair in matched(activity, witness.scorecard)]
    return any(measure for name, measure in found if signal_name(name) == doubt.path[1])


def _is_worth_something(doubt: Doubt, witness: Witness) -> bool:
    place = doubt.path[:-1]
    if len(place) == 3:
        return False
    found = [part for part in _parts(witness) if part.path[: len(place)] == place]
    if len(place) == 7:
        return any(part.clipped for part in found)
    group = found[0].group
    return bool(clipped(sum(part.clipped for part in found), _floor(group.floor), _cap(group.cap)))


def _values_otherwise(doubt: Doubt, witness: Witness) -> bool:
    """Whether no other criterion of the score has points in proportion."""
    parts = [part for part in _parts(witness) if part.path[1] == doubt.path[1]]
    (this,) = (part for part in parts if part.path == doubt.path)
    return not any(
        math.isclose(part.points * this.criterion.points, this.points * part.criterion.points, rel_tol=1e-9)
        for part in parts
        if part is not this and part.criterion.points
    )


def _meets_cap(doubt: Doubt, witness: Witness) -> bool:
    bounded, cap, _ = _bounded(doubt, witness)
    return bounded >= cap - NEAR


def _meets_floor(doubt: Doubt, witness: Witness) -> bool:
    bounded, _, floor = _bounded(doubt, witness)
    return bounded <= floor + NEAR


def _bounded(doubt: Doubt, witness: Witness) -> tuple[float, float, float]:
    """Return what a cap and a floor bound, and both."""
    place = doubt.path[:-1]
    found = [part for part in _parts(witness) if part.path[: len(place)] == place]
    if len(place) == 7:
        assert not isinstance(found[0].criterion, FitCriterion)
        return found[0].points, _cap(found[0].criterion.cap), _floor(found[0].criterion.floor)
    if len(place) == 5:
        return sum(part.clipped for part in found), _cap(found[0].group.cap), _floor(found[0].group.floor)
    score = witness.scorecard.scores[str(place[1])]
    side = score.engagement if place[2] == "engagement" else score.fit
    groups = {part.group.name: part.group for part in found}
    total = sum(
        clipped(sum(part.clipped for part in found if part.group is group), _floor(group.floor), _cap(group.cap))
        for group in groups.values()
    )
    return total, _cap(side.cap), _floor(side.floor)


def _fades_within(doubt: Doubt, witness: Witness) -> bool:
    """Whether a tenth of the points goes before the window (the criterion's or the frequency's) ends."""
    criterion = _counted(doubt, witness)
    spans = [criterion.window_ms, criterion.frequency and criterion.frequency.window_ms]
    window_ms = min(span for span in spans if span is not None)
    return factor_of(criterion.decay)(window_ms - 1) <= 0.9


def _is_left(doubt: Doubt, witness: Witness) -> bool:
    """Whether more than a ten-thousandth of the points is left when the window ends."""
    criterion = _counted(doubt, witness)
    assert criterion.window_ms is not None
    return factor_of(criterion.decay)(criterion.window_ms) > 1e-4


def _comes_back(doubt: Doubt, witness: Witness) -> bool:
    """Whether the first time brings points when it lies outside the gate's span."""
    criterion = _counted(doubt, witness)
    part = next(part for part in _parts(witness) if part.path == doubt.path[:7])
    assert criterion.frequency is not None
    is_past = part.first_at is not None and part.first_at + criterion.frequency.window_ms <= witness.at
    return is_past and part.points != 0


def _counted(doubt: Doubt, witness: Witness) -> SignalCriterion:
    criterion = next(part.criterion for part in _parts(witness) if part.path == doubt.path[:7])
    assert isinstance(criterion, SignalCriterion)
    return criterion


class Part(NamedTuple):
    """A criterion with its place, its points for the witness before and after its own clips, and its first instant."""

    path: tuple[str | int, ...]
    group: Group
    criterion: Criterion
    points: float
    clipped: float
    first_at: float | None


def _parts(witness: Witness) -> list[Part]:
    """Return every criterion with its points; the view leaves out those that are worth nothing at all."""
    found = []
    for name, score in witness.view.scores.items():
        for side_name, side in (("engagement", score.engagement), ("fit", score.fit.side)):
            for group, criteria in side.groups:
                there = {id(item.plan): item for item in criteria}
                for one in group.criteria:
                    criterion = one.criterion
                    path = ("scores", name, side_name, "groups", group.group.name, "criteria", criterion.name)
                    item = there.get(id(one))
                    points = 0.0 if item is None else item.prepared.points(witness.at)
                    after = 0.0 if item is None else clipped(points, one.floor, one.cap)
                    terms = item.prepared.terms if item and isinstance(item.prepared, Counted) else ()
                    first_at = min((term.mean_at for term in terms), default=None)
                    found.append(Part(path, group.group, criterion, points, after, first_at))
    return found


def _floor(floor: float | None) -> float:
    return -math.inf if floor is None else floor


def _cap(cap: float | None) -> float:
    return math.inf if cap is None else cap


CLAIMS: Mapping[str, Callable[[Doubt, Witness], bool]] = {
    "threshold_unreachable": _enters,
    "stage_never_left": _leaves,
    "band_never_occurs": _is_in_band,
    "signal_never_matches": _matches,
    "measure_never_a_number": _measures,
    "criterion_worth_nothing": _is_worth_something,
    "condition_always_holds": _fails,
    "first_time_behind_gate": _comes_back,
    "signal_twice": _tells_apart,
    "criterion_twice": _values_otherwise,
    "cap_never_reached": _meets_cap,
    "floor_never_reached": _meets_floor,
    "decay_outlasts_window": _fades_within,
    "window_outlasts_decay": _is_left,
}
"""What would prove each kind of doubt wrong; the other kinds claim nothing of all leads."""
