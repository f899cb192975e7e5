"""What activities take of the room that a lead has, by bounds that the scorecard gives: nothing is valued.

Of each activity all is taken or nothing: `begin` it, let it take what each of its counts can do, and ask whether it is
`paid`. This is inside the hot path: most activities end here.
"""

import math
from typing import Final

from scorer.facts.state import Cell
from scorer.judging.room import Room
from scorer.rules.effects import CountEffect, SignalEffects
from scorer.rules.plan import NO_GATE

SLACK: Final = 1e-6
"""Points that stay unused, for the last bits of sums in another order."""
TERM_POINTS_MAX: Final = 1e4
"""Points of one cell up to which `SLACK` covers the last bits; with more, by a producer's slip, a lead is valued."""
UNMOVED: Final = (0.0, 0.0)
"""What a score gains and loses by what nothing was taken for yet."""
ENDLESS: Final = math.inf  # a constant of this module, as compiled code looks up those of others each time


class Spending:
    """The rooms and gates of one lead as activities use them up."""

    __slots__ = ("_at", "_gates", "_idles", "_is_late", "_left", "_moves", "_opening", "_weight")

    def __init__(self, rooms: tuple[Room, ...], gates: tuple[float, ...]) -> None:
        """Begin with what there is.

        Args:
            rooms: That of each named score.
            gates: How much weighted count each gate can take before it opens; infinite if it may stand open already.
        """
        self._left = [(room.gain, room.loss) for room in rooms]
        self._idles = [room.is_idle for room in rooms]
        self._gates = gates
        self._opening = gates
        self._moves: dict[int, tuple[float, float]] = {}
        self._at = 0
        self._weight = 0.0
        self._is_late = False

    @property
    def rooms(self) -> tuple[Room, ...]:
        """The rooms that are left."""
        return tuple([Room(*left, is_idle) for left, is_idle in zip(self._left, self._idles, strict=True)])

    @property
    def gates(self) -> tuple[float, ...]:
        """How much weighted count each gate can still take."""
        return self._gates

    def begin(self, at: int, weight: float, *, is_late: bool) -> None:
        """Begin with an activity.

        Args:
            at: The instant of the judgement, in milliseconds.
            weight: That of its verdict.
            is_late: Whether it may have occurred before others that are counted.
        """
        self._at = at
        self._weight = weight
        self._is_late = is_late
        self._opening = self._gates
        self._moves = {}

    def breaks_silence(self, effects: SignalEffects, occurred_at: int, until_at: int) -> bool:
        """Whether a sign of life may change, before an instant, what an inactivity criterion is worth."""
        for score, reach_ms in effects.idles:  # noqa: SIM110 - a generator takes longer than all the rest
            if self._idles[score] or occurred_at + reach_ms < until_at:
                return True
        return False

    def takes(self, effects: SignalEffects, bucket: int, before: Cell, measure: int, *, is_alone: bool) -> bool:
        """Take off what a count of one signal can do; tell whether that has a bound.

        Args:
            effects: Those of the signal.
            bucket: The time bucket of its cell.
            before: The cell without it.
            measure: What it brings, scaled.
            is_alone: Whether no other cell has counts of the same signal and bucket, whose mean may be later.
        """
        if not effects.is_bounded:
            return False
        for effect in effects.counts:
            # The bounds of an outlook hold what a cell was worth at their start, unless it had left the window then and
            # comes back to it as its mean moves.
            is_within = self._at - bucket * effect.width_ms < effect.window_ms
            if effect.gate != NO_GATE:
                left = self._opening[effect.gate] - self._weight * (1 if is_within else 1 + before.count)
                if left <= SLACK or (left == ENDLESS and self._is_late and not effect.is_award):
                    return False
                if left < ENDLESS:
                    self._opening = (*self._opening[: effect.gate], left, *self._opening[effect.gate + 1 :])
                    continue  # it stays shut
                if effect.is_award:
                    # It stays open, but for an earlier mean, and is worth what it is.
                    self._change(effect, 0.0, abs(effect.points) if self._is_late else 0.0)
                    continue
            self._take(effect, before, measure, is_within=is_within, is_alone=is_alone)
        return True

    def is_paid(self) -> bool:
        """Whether room is left after the activity. If so it is spent, else nothing is."""
        left = []
        for score, (gain, loss) in self._moves.items():
            gain_left, loss_left = self._left[score]
            gain_after, loss_after = gain_left - gain, loss_left - loss
            if gain + loss > TERM_POINTS_MAX or (gain and gain_after <= SLACK) or (loss and loss_after <= SLACK):
                return False
            left.append((score, (gain_after, loss_after)))
        for score, after in left:
            self._left[score] = after
        self._gates = self._opening
        return True

    def _take(self, effect: CountEffect, before: Cell, measure: int, *, is_within: bool, is_alone: bool) -> None:
        """Add what one more count can change: its own points, those of its cell, and the shares of a limit.

        With the points' sign goes what comes and what a later mean is worth more; against it what an earlier mean is
        worth less, and what a limit takes from counts that are worth more than the new one.
        """
        jump = effect.jump if is_within else 1.0
        if effect.scale:
            moved = abs(before.measure) * (effect.stretch + jump + (self._is_late and effect.window_ms < ENDLESS))
            size = abs(effect.points) * self._weight / effect.scale
            self._change(effect, size * (abs(measure) + moved), size * (abs(measure) + moved))
            return
        if effect.is_first_only:
            size = abs(effect.points) * effect.weight_max
            self._change(effect, size * (1 + effect.stretch + jump), size if self._is_late else 0.0)
            return
        size, own = abs(effect.points) * self._weight, 1.0
        if before.count * self._weight >= effect.limit:
            # The window is full by this cell alone: what comes takes a share of what the others lose.
            size, own = abs(effect.points) * effect.limit / (before.count + 1), effect.fade
        against = 0.0
        if self._is_late:
            against = effect.stretch + before.count * max(jump, float(effect.window_ms < ENDLESS))
            against += own * (effect.limit < ENDLESS)
        elif effect.limit < ENDLESS and not is_alone:
            against = effect.stretch + min(1.0, effect.jump + (effect.window_ms < ENDLESS))
        self._change(effect, size * (own + effect.stretch + before.count * jump), size * against)

    def _change(self, effect: CountEffect, along: float, against: float) -> None:
        """Add a change with the sign of an effect's points, and one against it."""
        if effect.points < 0:
            along, against = against, along
        gain, loss = self._moves.get(effect.score, UNMOVED)
        self._moves[effect.score] = (gain + along, loss + against)
