"""One lead's way up and down two ladders: where they part, where they meet again, and what sort of difference that is.

Two ways differ if there is an instant at which the stages differ. Stages that are passed within one millisecond are
none; and of the ways only what comes after the last instant up to which both were the same is kept.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from streams.comparison.causes import Cause
from streams.comparison.rungs import Rungs

MOVES_KEPT_MAX = 20


class Sort(StrEnum):
    """What sort of difference: how it ends, or, where it ends alike, what was otherwise on the way."""

    UP = "up"
    DOWN = "down"
    ELSEWHERE = "elsewhere"
    FLIPS = "flips"
    EARLIER = "earlier"
    LATER = "later"
    OTHER_TIMES = "other_times"


SORTS: dict[Sort, str] = {
    Sort.UP: "end higher",
    Sort.DOWN: "end lower",
    Sort.ELSEWHERE: "end in another stage, neither higher nor lower",
    Sort.FLIPS: "end alike, having gone up or down otherwise",
    Sort.EARLIER: "the same stages, earlier",
    Sort.LATER: "the same stages, later",
    Sort.OTHER_TIMES: "the same stages, some earlier and some later",
}


@dataclass(frozen=True, slots=True)
class Move:
    """A stage, from an instant on (milliseconds)."""

    at: int
    stage: str


@dataclass(slots=True)
class Path:
    """A lead in one score under two scorecards, as it goes on.

    ``parted_at`` is when the stages became different, None while they are the same. ``first`` is the cause of the first
    parting that lasted, ``last`` of the latest. ``was_old`` and ``was_new`` are where the moves that are kept begin.
    """

    old: str
    new: str
    was_old: str
    was_new: str
    old_moves: list[Move] = field(default_factory=list)
    new_moves: list[Move] = field(default_factory=list)
    parted_at: int | None = None
    differed_ms: int = 0
    first: Cause | None = None
    last: Cause | None = None
    is_cut: bool = False
    _why: Cause | None = None

    @property
    def has_differed(self) -> bool:
        """Whether the stages are different, or ever were."""
        return self.first is not None or self.parted_at is not None

    def moved(self, which: int, stage: str, at: int) -> None:
        """Note where the lead stands under the old (0) or the new (1) scorecard from an instant on."""
        if which:
            self.new, moves, before = stage, self.new_moves, self.was_new
        else:
            self.old, moves, before = stage, self.old_moves, self.was_old
        if moves and moves[-1].at == at:
            moves.pop()
        if moves:
            before = moves[-1].stage
        if stage == before:
            return
        if len(moves) < MOVES_KEPT_MAX:
            moves.append(Move(at, stage))
        else:
            self.is_cut = True

    def settle(self, rungs: Rungs, at: int) -> bool:
        """Look whether both stand alike after an instant; tell whether they have just parted."""
        is_same = rungs.is_same(self.old, self.new)
        if is_same and self.parted_at is not None:
            self._meet(at)
        if is_same and not self.has_differed:
            self.old_moves.clear()
            self.new_moves.clear()
            self.was_old, self.was_new = self.old, self.new
        if is_same or self.parted_at is not None:
            return False
        self.parted_at = at
        return True

    def part(self, why: Cause) -> None:
        """Note why they have just parted."""
        self._why = why

    def end(self, at: int) -> None:
        """Come to the end, at which they may still be different."""
        if self.parted_at is not None:
            self.differed_ms += at - self.parted_at
            self._last()

    def sort(self, rungs: Rungs) -> Sort:
        """Return what sort of difference it is, of one that has differed and come to its end."""
        if self.parted_at is not None:
            return {1: Sort.UP, -1: Sort.DOWN, 0: Sort.ELSEWHERE}[rungs.ascent(self.old, self.new)]
        pairs = list(zip(self.old_moves, self.new_moves, strict=False))
        is_even = len(self.old_moves) == len(self.new_moves) and not self.is_cut
        if not is_even or not all(rungs.is_same(old.stage, new.stage) for old, new in pairs):
            return Sort.FLIPS
        shifts = [new.at - old.at for old, new in pairs if new.at != old.at]
        if all(shift < 0 for shift in shifts):
            return Sort.EARLIER
        return Sort.LATER if all(shift > 0 for shift in shifts) else Sort.OTHER_TIMES

    def _meet(self, at: int) -> None:
        """Note that they stand alike again; if they parted at the same instant, they never did."""
        if self.parted_at is not None and self.parted_at < at:
            self.differed_ms += at - self.parted_at
            self._last()
        self.parted_at = self._why = None

    def _last(self) -> None:
        self.last = self._why
        if self.first is None:
            self.first = self._why
