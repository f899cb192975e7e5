"""A lead under a scorecard, with all that does not depend on the instant worked out, once for all instants.

Terms, groups and sides are summed in one fixed order (cells by key, criteria and groups as in the file), so the same
cells give the same bits. Clips come in the order criterion, group, side. Knows no stage.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from scorer.facts.activity import Scalar
from scorer.facts.cells import mean_at
from scorer.facts.profile import attributes
from scorer.facts.state import Attribute, Cell, CellKey, LeadState
from scorer.rules.plan import CriterionPlan, GroupPlan, Plan, SidePlan, plan_of
from scorer.rules.scorecard import InactivityCriterion, Scorecard, SignalCriterion
from scorer.worth.criteria import NOTHING, Constant, Idle, PreparedCriterion, prepared
from scorer.worth.fit import fit_points
from scorer.worth.terms import Tally


class PlacedCriterion(NamedTuple):
    """A criterion with the lead's cells, and its plan."""

    plan: CriterionPlan
    prepared: PreparedCriterion


class PreparedGroup(NamedTuple):
    """A group of a side with the lead's cells; what is worth 0 at every instant is left out."""

    plan: GroupPlan
    criteria: tuple[PlacedCriterion, ...]


class PreparedSide(NamedTuple):
    """A side of a score with the lead's cells."""

    plan: SidePlan
    groups: tuple[PreparedGroup, ...]


class PreparedFit(NamedTuple):
    """The fit side of a score with the lead's profile, and its value, which no instant changes."""

    side: PreparedSide
    value: float


class PreparedProfile(NamedTuple):
    """A profile under a scorecard: its merged attributes, and the fit of each named score."""

    attributes: Mapping[str, Scalar]
    fits: Mapping[str, PreparedFit]


class PreparedScore(NamedTuple):
    """A named score with the lead's cells and profile."""

    engagement: PreparedSide
    fit: PreparedFit


class View(NamedTuple):
    """A lead under a scorecard, prepared once for all instants.

    ``scores`` is keyed by the named score. ``straddling_count`` is the number of cells that were left out of a view of
    the past because the instant lies inside their bucket.
    """

    scorecard: Scorecard
    profile: PreparedProfile
    scores: Mapping[str, PreparedScore]
    straddling_count: int


def view(
    state: LeadState,
    scorecard: Scorecard,
    past_at: int | None = None,
    profile: PreparedProfile | None = None,
) -> View:
    """Return a lead under a scorecard, ready to be valued at any instant.

    Args:
        state: The lead.
        scorecard: What values its counts. Cells of signals that it does not know are worth nothing.
        past_at: For a view of the past: what is in buckets that start at or after this instant did not happen yet, and
            buckets that it lies inside are left out, as nobody knows what of them had happened. The profile is as
            known now.
        profile: That of an earlier view of the same lead, if its profile has not changed since.

    Returns:
        The view.
    """
    plan = plan_of(scorecard)
    tallies, straddling_count = tallies_of(sorted(state.cells.items()), plan, scorecard.verdict_weights, past_at)
    known = prepared_profile(state.profile, scorecard) if profile is None else profile
    scores = {
        name: PreparedScore(_prepared_side(sides.engagement, tallies, known.attributes), known.fits[name])
        for name, sides in plan.scores.items()
    }
    return View(scorecard, known, scores, straddling_count)


def prepared_profile(profile: Mapping[tuple[str, str], Attribute], scorecard: Scorecard) -> PreparedProfile:
    """Return a profile under a scorecard."""
    known = attributes(profile)
    sides = {name: _prepared_side(sides.fit, {}, known) for name, sides in plan_of(scorecard).scores.items()}
    return PreparedProfile(known, {name: PreparedFit(side, side_value(side, 0)) for name, side in sides.items()})


def side_value(side: PreparedSide, at: int) -> float:
    """Return what a side is worth at an instant, clipped and not yet weighted."""
    total = 0.0
    for group, criteria in side.groups:
        subtotal = 0.0
        for plan, criterion in criteria:
            subtotal += clipped(criterion.points(at), plan.floor, plan.cap)
        total += clipped(subtotal, group.floor, group.cap)
    return clipped(total, side.plan.floor, side.plan.cap)


def clipped(points: float, floor: float, cap: float) -> float:
    """Return points, not below ``floor`` and not above ``cap``."""
    if points < floor:
        return floor
    return cap if points > cap else points  # noqa: FURB136 - `min` takes twice as long, and all sums come by here


def tallies_of(
    cells: Iterable[tuple[CellKey, Cell]], plan: Plan, weights: Sequence[float], past_at: int | None = None
) -> tuple[dict[str, list[Tally]], int]:
    """Return what counts of some cells, by signal, and how many of them straddle ``past_at``.

    Args:
        cells: The cells in the order of their keys.
        plan: That of the scorecard.
        weights: What each verdict weighs.
        past_at: See `view`.
    """
    tallies: dict[str, list[Tally]] = {}
    straddling_count = 0
    for key, cell in cells:
        _, name, verdict, bucket = key
        count, _, measure = cell
        signal, weight = plan.signals.get(name), weights[verdict]
        if signal is None or weight <= 0 or count <= 0:
            continue
        width_ms = signal.width_ms
        start_at = bucket * width_ms
        if past_at is not None and start_at + width_ms > past_at:
            straddling_count += start_at < past_at
            continue
        expires_at = signal.expires_at(bucket)
        tally = Tally(
            mean_at(key, cell, width_ms),
            weight,
            count,
            measure,
            start_at,
            math.inf if expires_at is None else expires_at,
        )
        tallies.setdefault(name, []).append(tally)
    return tallies, straddling_count


def _prepared_side(side: SidePlan, tallies: Mapping[str, list[Tally]], known: Mapping[str, Scalar]) -> PreparedSide:
    groups = []
    for group in side.groups:
        criteria = []
        for plan in group.criteria:
            if plan.signal is not None and plan.signal not in tallies and plan.is_nothing_unseen:
                continue
            criterion = _prepared(plan, tallies, known)
            # Adding 0 to a sum changes no bit of it, so what can never be anything else is left out.
            if criterion is not NOTHING or plan.floor > 0 or plan.cap < 0:
                criteria.append(PlacedCriterion(plan, criterion))
        groups.append(PreparedGroup(group, tuple(criteria)))
    return PreparedSide(side, tuple(groups))


def _prepared(
    plan: CriterionPlan, tallies: Mapping[str, list[Tally]], known: Mapping[str, Scalar]
) -> PreparedCriterion:
    criterion = plan.criterion
    if isinstance(criterion, SignalCriterion):
        return prepared(plan, criterion, tallies.get(criterion.signal, ()))
    if isinstance(criterion, InactivityCriterion):
        last_at = max((tally.mean_at for name in criterion.signals for tally in tallies.get(name, ())), default=None)
        return NOTHING if last_at is None else Idle(criterion, last_at)
    points = fit_points(criterion, known)
    return Constant(points) if points else NOTHING
