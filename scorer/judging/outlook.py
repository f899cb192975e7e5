"""How far a judged lead is from any change, so that most activities need no valuation.

A judgement proves more than where a lead stands: from its instant up to the next wake-up, score and engagement stay
between bounds, and the bounds keep a distance, the *room*, from whatever would change stage or grade. One more count
uses up some of it, by a bound that the scorecard gives (`scorer.judging.spending`). When that was too much, what the
criteria on its signal are worth is measured anew, and they alone (`scorer.judging.spans`). While room is left the
judgement stands, exactly as if the lead had been valued (`scorer.steps.streak`); else it is valued. An outlook is a
cache: it is never stored, and a lead without one is judged the long way, with the same result but for the wake-up: some
instant not after the crossing.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from scorer.facts.cells import quiet_until
from scorer.facts.state import Attribute, Cell, CellKey, LeadState, Standing
from scorer.judging.room import NO_ROOM, Room, is_quiet, rooms_of
from scorer.judging.spans import Spans, prepared_anew, span_of, span_plan_of, spans_of
from scorer.judging.spending import TERM_POINTS_MAX
from scorer.rules.effects import Effects, effects_of
from scorer.rules.plan import NO_GATE
from scorer.rules.scorecard import Scorecard
from scorer.worth.criteria import FAR_AT, Counted, Idle, PreparedCriterion
from scorer.worth.view import PreparedProfile, View, prepared_profile


class Outlook(NamedTuple):
    """What is known of a judged lead up to an instant.

    ``until_at`` is the first instant of which nothing is known. ``prunes_at``: before it no cell expires. ``gates``:
    for each gate of the scorecard, how much weighted count it can still take before it opens; infinite if it may stand
    open already. ``source`` is the one id under which all cells came, None if there are several or it is not known.
    ``prepared`` is the profile under the scorecard. ``spans`` are those of when they were measured; of the signals in
    ``stale``, a set of bits (`scorer.rules.effects`), more has come since.
    """

    scorecard: Scorecard
    profile: Mapping[tuple[str, str], Attribute]
    prepared: PreparedProfile
    until_at: int
    prunes_at: float
    source: str | None
    rooms: tuple[Room, ...]
    gates: tuple[float, ...]
    spans: Spans
    stale: int

    @property
    def wake_at(self) -> int | None:
        """When to look again, in milliseconds; None for never."""
        return wake_at_of(self.until_at)

    @property
    def is_quiet(self) -> bool:
        """Whether it proves that no stage and no grade changes before its end."""
        return is_quiet(self.rooms)

    def is_of(self, state: LeadState, scorecard: Scorecard) -> bool:
        """Tell whether this was found of a lead with that profile under that scorecard."""
        return self.scorecard is scorecard and self.profile is state.profile

    def stands(self, at: int) -> bool:
        """Tell whether at an instant, with no activity, everything is as it was."""
        return at < self.until_at and at < self.prunes_at and self.is_quiet

    def with_profile(self, profile: Mapping[tuple[str, str], Attribute], state: LeadState, at: int) -> "Outlook | None":
        """Return the outlook after another word on the profile, if the judgement stands; None if it has to be valued.

        Args:
            profile: The profile as it is now.
            state: The lead before it, of which this is the outlook.
            at: The instant of the judgement, in milliseconds.
        """
        if at >= self.until_at or at >= self.prunes_at or span_plan_of(self.scorecard).asks_profile:
            return None
        prepared = prepared_profile(profile, self.scorecard)
        known = self._replace(profile=profile, prepared=prepared)
        if all(fit.value == self.prepared.fits[name].value for name, fit in prepared.fits.items()):
            return known if self.is_quiet else None
        return known.measured_anew(state.standings, state.cells, at, prunes_at=self.prunes_at, stale=self.stale)

    def measured_anew(
        self,
        standings: Mapping[str, Standing],
        cells: Mapping[CellKey, Cell],
        at: int,
        *,
        prunes_at: float,
        stale: int,
    ) -> "Outlook | None":
        """Return the outlook with the spans of some signals measured anew; None if it is quiet no more.

        The other spans were measured over a longer stretch, of the same cells: they hold.

        Args:
            standings: Where the lead stands.
            cells: Its cells, with all that came.
            at: The instant, in milliseconds.
            prunes_at: Before it no cell expires.
            stale: The signals of which more has come since they were measured.
        """
        scorecard, last_at = self.scorecard, self.until_at - 1
        spans, gates = [*self.spans], [*self.gates]
        effects = effects_of(scorecard)
        names = [name for name, signal in effects.by_signal.items() if stale & signal.bit]
        for plan, criterion in prepared_anew(names, cells, scorecard):
            if _is_beyond(criterion):
                return None
            spans[plan.place] = span_of(criterion, plan, at, last_at)
            if plan.gate_place != NO_GATE:
                known = criterion.gate_left(at) if isinstance(criterion, Counted) else effects.gates[plan.gate_place]
                gates[plan.gate_place] = float(known)
        measured = tuple(spans)
        rooms = rooms_of(measured, self.prepared.fits, scorecard, standings, last_at)
        if not is_quiet(rooms):
            return None
        return Outlook(
            scorecard,
            self.profile,
            self.prepared,
            self.until_at,
            prunes_at,
            _source_of(cells),
            rooms,
            tuple(gates),
            measured,
            0,
        )


def wake_at_of(until_at: int) -> int | None:
    """Return when to look again at a lead whose outlook ends at an instant, in milliseconds; None for never."""
    return until_at if until_at <= FAR_AT else None


def outlook_of(
    seen: View, state: LeadState, standings: Mapping[str, Standing], at: int, until_at: int | None
) -> Outlook | None:
    """Return what a judgement proves of a lead's future; None if that is nothing.

    Args:
        seen: The lead, prepared.
        state: The lead, within its bounds at the instant.
        standings: Where it stands in each named score at the instant.
        at: The instant of the judgement, in milliseconds.
        until_at: Up to here, exclusive, the judgement stays as it is; None for ever.
    """
    scorecard = seen.scorecard
    criteria = [
        item.prepared for lead in seen.scores.values() for group in lead.engagement.groups for item in group.criteria
    ]
    # To where silence begins to cost something: a sign of life puts that off, and bounds are tighter before it.
    ends = [criterion.next_change_at(at) for criterion in criteria if isinstance(criterion, Idle)]
    end_at = min(FAR_AT + 1 if until_at is None else until_at, *ends, FAR_AT + 1)
    if end_at <= at:
        return None
    spans = spans_of(seen, at, end_at - 1)
    rooms = (NO_ROOM,) * len(scorecard.scores)
    if not any(_is_beyond(criterion) for criterion in criteria):
        rooms = rooms_of(spans, seen.profile.fits, scorecard, standings, end_at - 1)
    return Outlook(
        scorecard,
        state.profile,
        seen.profile,
        end_at,
        quiet_until(state.cells, scorecard, at),
        _source_of(state.cells),
        rooms,
        _gates(criteria, effects_of(scorecard), at),
        spans,
        0,
    )


def blind_outlook(seen: View, state: LeadState, at: int) -> Outlook:
    """Return an outlook that ends at its instant: it proves nothing, and has the profile at hand for the next step."""
    rooms = (NO_ROOM,) * len(seen.scorecard.scores)
    return Outlook(seen.scorecard, state.profile, seen.profile, at, at, None, rooms, (), (), 0)


def _is_beyond(criterion: PreparedCriterion) -> bool:
    """Whether it has a term whose last bits are more than the slack of a room."""
    return isinstance(criterion, Counted) and any(abs(points) > TERM_POINTS_MAX for _, points, _, _ in criterion.terms)


def _gates(criteria: Iterable[PreparedCriterion], effects: Effects, at: int) -> tuple[float, ...]:
    """Return how much weighted count each gate can take before it opens; infinite for what may be open."""
    gates = [float(at_least) for at_least in effects.gates]
    for criterion in criteria:
        if isinstance(criterion, Counted) and criterion.gate_place != NO_GATE:
            gates[criterion.gate_place] = criterion.gate_left(at)
    return tuple(gates)


def _source_of(cells: Iterable[CellKey]) -> str | None:
    """Return the one id under which all cells came; None if there are several, or no cells."""
    sources = {key.source for key in cells}
    return sources.pop() if len(sources) == 1 else None
