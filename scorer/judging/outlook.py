"""How far a judged lead is from any change, so that most activities need no valuation.

A judgement proves more than where a lead stands: from its instant up to the next wake-up, score and engagement stay
between bounds, and the bounds keep a distance, the *room*, from whatever would change stage or grade. One more count
uses up some of it, by a bound that the scorecard gives (`scorer.rules.effects`). While room is left the judgement
stands, exactly as if the lead had been valued; else it is valued. An outlook is a cache: it is never stored, and a lead
without one is judged the long way, with the same result but for the wake-up: some instant not after the crossing.
"""

from collections.abc import Iterable, Iterator, Mapping
from math import inf
from typing import NamedTuple

from scorer.facts.activity import Verdict
from scorer.facts.cells import ZERO, expires_at, quiet_until
from scorer.facts.state import Attribute, Cell, CellKey, JournalEntry, LeadState, Standing
from scorer.judging import ladder
from scorer.rules.effects import CountEffect, Effects, effects_of
from scorer.rules.plan import NO_GATE
from scorer.rules.scorecard import Score, Scorecard
from scorer.worth.criteria import FAR_AT, Counted, Idle
from scorer.worth.grades import distances, grade_of
from scorer.worth.valuation import Bounds, bounds
from scorer.worth.view import PreparedProfile, View

SLACK = 1e-6
"""Points that stay unused, for the last bits of sums in another order."""
TERM_POINTS_MAX = 1e4
"""Points of one cell up to which `SLACK` covers the last bits; with more, by a producer's slip, a lead is valued."""


class Room(NamedTuple):
    """What a named score may gain and lose in engagement before stage or grade can change.

    ``is_idle``: an inactivity criterion is worth something, which a sign of life would change.
    """

    gain: float
    loss: float
    is_idle: bool


NO_ROOM = Room(-inf, -inf, is_idle=True)
"""Of a score that is not known to be quiet."""


class Outlook(NamedTuple):
    """What is known of a judged lead up to an instant.

    ``until_at`` is the first instant of which nothing is known. ``prunes_at``: before it no cell expires. ``gates``:
    for each gate of the scorecard, how much weighted count it can still take before it opens; infinite if it may stand
    open already. ``source`` is the one id under which all cells came, None if there are several or no cells.
    ``prepared`` is the profile under the scorecard.
    """

    scorecard: Scorecard
    profile: Mapping[tuple[str, str], Attribute]
    prepared: PreparedProfile
    until_at: int
    prunes_at: float
    source: str | None
    rooms: tuple[Room, ...]
    gates: tuple[float, ...]

    @property
    def wake_at(self) -> int | None:
        """When to look again, in milliseconds; None for never."""
        return self.until_at if self.until_at <= FAR_AT else None

    @property
    def is_quiet(self) -> bool:
        """Whether it proves that no stage and no grade changes before its end."""
        return all(room.gain > 0 and room.loss >= 0 for room in self.rooms)

    def is_of(self, state: LeadState, scorecard: Scorecard) -> bool:
        """Tell whether this was found of a lead with that profile under that scorecard."""
        return self.scorecard is scorecard and self.profile is state.profile

    def after(self, state: LeadState, entry: JournalEntry, cells: Mapping[CellKey, Cell], at: int) -> "Outlook | None":
        """Return the outlook after one more activity, if the judgement stands; None if the lead has to be valued.

        Args:
            state: The lead before it, of which this is the outlook.
            entry: The activity, as the journal will have it.
            cells: The cells that it fills.
            at: The instant of the judgement, in milliseconds.
        """
        prunes_at = min(self.prunes_at, _expires_at(cells, self.scorecard)) if cells else self.prunes_at
        if at >= prunes_at or at >= self.until_at:
            return None
        if not cells or self.scorecard.verdict_weights[entry.verdict] <= 0:
            return self if prunes_at == self.prunes_at else self._replace(prunes_at=prunes_at)
        spent = _Spent(self, state, entry, at)
        return spent.outlook(prunes_at) if all(spent.takes(*item) for item in cells.items()) else None


class _Spent:
    """What one more activity takes of the room that an outlook has."""

    __slots__ = ("_at", "_gains", "_gates", "_is_late", "_losses", "_occurred_at", "_outlook", "_state", "_weight")

    def __init__(self, outlook: Outlook, state: LeadState, entry: JournalEntry, at: int) -> None:
        self._outlook = outlook
        self._state = state
        self._at = at
        self._occurred_at = entry.occurred_at
        # What a journal forgot occurred before what it has; of an empty one nobody knows.
        self._is_late = not state.journal or entry.occurred_at < state.journal[-1].occurred_at
        self._weight = outlook.scorecard.verdict_weights[entry.verdict]
        self._gains = [0.0] * len(outlook.rooms)
        self._losses = [0.0] * len(outlook.rooms)
        self._gates = outlook.gates

    def takes(self, key: CellKey, cell: Cell) -> bool:
        """Take off what the count of one signal can do; tell whether that has a bound."""
        outlook = self._outlook
        counts, idles, is_bounded = effects_of(outlook.scorecard).by_signal[key.signal]
        if not is_bounded:
            return False
        for score, reach_ms in idles:
            if outlook.rooms[score].is_idle or self._occurred_at + reach_ms < outlook.until_at:
                return False
        before = self._state.cells.get(key, ZERO)
        for effect in counts:
            # The bounds of an outlook hold what a cell was worth at their start, unless it had left the window then and
            # comes back to it as its mean moves.
            is_within = self._at - key.bucket * effect.width_ms < effect.window_ms
            if effect.gate != NO_GATE:
                left = self._gates[effect.gate] - self._weight * (1 if is_within else 1 + before.count)
                if left <= SLACK or (left == inf and self._is_late and not effect.is_award):
                    return False
                if left < inf:
                    self._gates = (*self._gates[: effect.gate], left, *self._gates[effect.gate + 1 :])
                    continue  # it stays shut
                if effect.is_award:
                    # It stays open, but for an earlier mean, and is worth what it is.
                    self._change(effect, 0.0, abs(effect.points) if self._is_late else 0.0)
                    continue
            self._take(effect, key, before, cell.measure, is_within=is_within)
        return True

    def outlook(self, prunes_at: float) -> Outlook | None:
        """Return the outlook with what is left; None if nothing is."""
        rooms = []
        for room, gain, loss in zip(self._outlook.rooms, self._gains, self._losses, strict=True):
            left = Room(room.gain - gain, room.loss - loss, room.is_idle)
            if gain + loss > TERM_POINTS_MAX or (gain and left.gain <= SLACK) or (loss and left.loss <= SLACK):
                return None
            rooms.append(left)
        return self._outlook._replace(prunes_at=prunes_at, rooms=tuple(rooms), gates=self._gates)

    def _take(self, effect: CountEffect, key: CellKey, before: Cell, measure: int, *, is_within: bool) -> None:
        """Add what one more count can change: its own points, those of its cell, and the shares of a limit.

        With the points' sign goes what comes and what a later mean is worth more; against it what an earlier mean is
        worth less, and what a limit takes from counts that are worth more than the new one.
        """
        jump = effect.jump if is_within else 1.0
        if effect.scale:
            moved = abs(before.measure) * (effect.stretch + jump + (self._is_late and effect.window_ms < inf))
            size = abs(effect.points) * self._weight / effect.scale
            self._change(effect, size * (abs(measure) + moved), size * (abs(measure) + moved))
            return
        if effect.is_first_only:
            size = abs(effect.points) * max(self._outlook.scorecard.verdict_weights)
            self._change(effect, size * (1 + effect.stretch + jump), size if self._is_late else 0.0)
            return
        size = abs(effect.points) * self._weight
        against = 0.0
        if self._is_late:
            against = effect.stretch + before.count * max(jump, float(effect.window_ms < inf)) + effect.is_limited
        elif effect.is_limited and not self._is_alone(key):
            against = effect.stretch + min(1.0, effect.jump + (effect.window_ms < inf))
        self._change(effect, size * (1 + effect.stretch + before.count * jump), size * against)

    def _change(self, effect: CountEffect, along: float, against: float) -> None:
        """Add a change with the sign of an effect's points, and one against it."""
        if effect.points < 0:
            along, against = against, along
        self._gains[effect.score] += along
        self._losses[effect.score] += against

    def _is_alone(self, key: CellKey) -> bool:
        """Whether no other cell has counts of the same signal and bucket, whose mean may be later."""
        cells = self._state.cells
        return self._outlook.source == key.source and not any(
            key._replace(verdict=int(verdict)) in cells for verdict in Verdict if verdict != key.verdict
        )


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
    idles = [_idles(seen, score) for score in scorecard.scores.values()]
    # To where silence begins to cost something: a sign of life puts that off, and bounds are tighter before it.
    ends = [idle.next_change_at(at) for some in idles for idle in some]
    end_at = min(FAR_AT + 1 if until_at is None else until_at, *ends, FAR_AT + 1)
    if end_at <= at:
        return None
    is_beyond = any(abs(term.points) > TERM_POINTS_MAX for counted in _counted(seen) for term in counted.terms)
    rooms = tuple(
        NO_ROOM
        if is_beyond
        else _room(score, standings[name], bounds(seen, score, at, end_at - 1), end_at - 1, is_idle=is_idle)
        for (name, score), is_idle in zip(
            scorecard.scores.items(), (any(idle.points(at) for idle in some) for some in idles), strict=True
        )
    )
    sources = {key.source for key in state.cells}
    return Outlook(
        scorecard,
        state.profile,
        seen.profile,
        end_at,
        quiet_until(state.cells, scorecard, at),
        sources.pop() if len(sources) == 1 else None,
        rooms,
        _gates(seen, effects_of(scorecard), at),
    )


def _idles(seen: View, score: Score) -> list[Idle]:
    """Return the inactivity criteria of a named score, with the lead's last sign of life."""
    groups = seen.scores[score.name].engagement.groups
    return [item.prepared for group in groups for item in group.criteria if isinstance(item.prepared, Idle)]


def _room(score: Score, standing: Standing, within: Bounds, last_at: int, *, is_idle: bool) -> Room:
    """Return how far a named score is, over a stretch of time, from what would change its stage or grade."""
    exits = ladder.exits(score, standing)
    if exits is None:
        return NO_ROOM
    weight = score.engagement.weight
    gain = loss = inf
    if weight:
        gain = (exits.rise_at - within.score_high) / weight
        loss = (within.score_low - exits.fall_below) / weight if last_at >= exits.fall_from_at else inf
    elif within.score_high >= exits.rise_at or (last_at >= exits.fall_from_at and within.score_low < exits.fall_below):
        return NO_ROOM
    if score.grades is not None:
        if grade_of(score.grades, engagement=within.engagement_low, fit=within.fit) != standing.grade:
            return NO_ROOM
        up, down = distances(score.grades.engagement, within.engagement_low, within.engagement_high)
        gain, loss = min(gain, up), min(loss, down)
    return Room(gain, loss, is_idle)


def _gates(seen: View, effects: Effects, at: int) -> tuple[float, ...]:
    """Return how much weighted count each gate can take before it opens; infinite for what may be open."""
    gates = [float(at_least) for at_least in effects.gates]
    for counted in _counted(seen):
        frequency = counted.criterion.frequency
        if frequency is not None:
            left = frequency.at_least - counted.gate_count(frequency, at)
            gates[counted.gate_place] = left if left > 0 else inf
    return tuple(gates)


def _counted(seen: View) -> Iterator[Counted]:
    """Yield the criteria that the lead has counts for."""
    for lead in seen.scores.values():
        for group in lead.engagement.groups:
            for item in group.criteria:
                if isinstance(item.prepared, Counted):
                    yield item.prepared


def _expires_at(cells: Iterable[CellKey], scorecard: Scorecard) -> float:
    """Return when the first of some cells expires."""
    ends = (expires_at(key, scorecard) for key in cells)
    return min((end for end in ends if end is not None), default=inf)
