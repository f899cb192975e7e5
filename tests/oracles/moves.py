"""One lead's life, worked out slowly: what was counted, and when its stage changed, also by time alone.

The search for changes cuts time at every instant where anything can jump (a window ends, a step is lost, a dwell is
over ...). Between two such instants a score of the scorecards used here only falls, which is checked, so the two ends
tell, and bisection finds the millisecond. Values come from `tests.oracles.valuation`.
"""

import math
from bisect import bisect_right, insort
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scorer.facts.state import Attribute, Cell, CellKey, LeadState, Standing
from scorer.rules.scorecard import (
    Criterion,
    FitCriterion,
    HalfLife,
    InactivityCriterion,
    Linear,
    Scorecard,
    SignalCriterion,
    Step,
)
from tests.oracles.fields import VERDICTS, signals_of, stamp_of
from tests.oracles.valuation import grade, points_of, stage, valued_until

Place = tuple[str, int, int]
"""Topic, partition and offset of a record."""


@dataclass(frozen=True, slots=True)
class Move:
    """A change of stage. ``cause`` is the record's place; None for time alone, a version for another scorecard."""

    lead_id: str
    score_name: str
    from_stage: str | None
    to_stage: str
    at: int
    score: float
    cause: Place | str | None


@dataclass(frozen=True, slots=True)
class Remembered:
    """One entry of the journal, but for what needs secrets to compare."""

    at: int
    stamp: int
    type: str
    verdict: int
    counted: tuple[tuple[str, int], ...]


def require_understood(scorecard: Scorecard) -> None:
    """Refuse a scorecard whose scores could rise between two jumps, because a penalty fades without a step.

    Raises:
        ValueError: If it has such a criterion.
    """
    for criterion in _criteria(scorecard):
        is_fading = isinstance(criterion, SignalCriterion) and isinstance(criterion.decay, HalfLife | Linear)
        if is_fading and criterion.points < 0:
            message = f"{criterion.name}: a penalty that fades evenly; this oracle searches falling scores only"
            raise ValueError(message)


@dataclass
class Life:
    """A lead from its first record on. Instants are milliseconds."""

    lead_id: str
    scorecard: Scorecard
    journal_entries_max: int
    journal_age_ms: int
    cells: dict[CellKey, Cell] = field(default_factory=dict)
    profile: dict[tuple[str, str], Attribute] = field(default_factory=dict)
    journal: list[Remembered] = field(default_factory=list)
    standings: dict[str, Standing] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    history: list[tuple[int, LeadState, Scorecard]] = field(default_factory=list)
    seen_until: int = 0
    _jumps: list[int] = field(default_factory=list)
    _cell_jumps: dict[CellKey, list[int]] = field(default_factory=dict)
    _state: LeadState = field(default_factory=LeadState)

    def did(self, body: Mapping[str, Any], now: int, place: Place) -> str:
        """Count an activity; returns what became of it, in the metrics' words."""
        stamp = stamp_of(body["id"])
        if any(entry.stamp == stamp for entry in self.journal):
            return "repeat"
        self.pass_time(now)
        counted = signals_of(body, self.scorecard)
        verdict = VERDICTS[body.get("verdict", "human")]
        for name, measure in counted:
            bucket, offset_ms = divmod(body["at"], self.scorecard.signals[name].width_ms)
            key = CellKey(self.lead_id, name, verdict, bucket)
            before = self.cells.get(key, Cell(0, 0, 0))
            self.cells[key] = Cell(before.count + 1, before.offset_ms + offset_ms, before.measure + measure)
            self._noted(key)
        self.journal.append(Remembered(body["at"], stamp, body["type"], verdict, tuple(counted)))
        self._forget(now)
        self.judge(now, place)
        return "applied" if counted else "unmatched"

    def said(self, body: Mapping[str, Any], now: int, place: Place) -> str:
        """Take in what the lead is said to be; returns what became of it, in the metrics' words."""
        before, after = self.profile, dict(self.profile)
        stamp = stamp_of(body["id"])
        for name, value in body["attributes"].items():
            key, kept = (self.lead_id, name), value
            if name == "email":
                key, kept = (self.lead_id, "email_domain"), value and value.rpartition("@")[2].lower()
            known = before.get(key)
            if known is None or (body["at"], stamp) > (known.occurred_at, known.fingerprint):
                after[key] = Attribute(body["at"], stamp, kept)
        if after == before:
            return "repeat"
        self.pass_time(now)
        self.profile = after
        self.judge(now, place)
        return "applied"

    def pass_time(self, until: int) -> None:
        """Let time alone change what it changes, up to and with an instant."""
        # Whoever has done nothing that counts is worth the same for ever.
        while self.cells and self.standings and (at := self._next_move(self.seen_until, until)) is not None:
            self.seen_until = at
            self.judge(at, None)
        self.seen_until = max(self.seen_until, until)

    def value_by(self, scorecard: Scorecard, at: int) -> None:
        """Judge by another scorecard from an instant on."""
        self.scorecard = scorecard
        for key in self.cells:
            self._noted(key)
        self.judge(at, scorecard.version)

    def judge(self, at: int, cause: Place | str | None) -> None:
        """Place the lead on each ladder, and note what moved."""
        state = self.state()
        after: dict[str, Standing] = {}
        for name, score in self.scorecard.scores.items():
            points, engagement, fit = points_of(state, self.scorecard, score, at)
            before = self.standings.get(name)
            to_stage = stage(score, before, points, at)
            former = score.stages[0].name if before is None else before.stage
            if to_stage != former:
                from_stage = None if before is None else before.stage
                self.moves.append(Move(self.lead_id, name, from_stage, to_stage, at, points, cause))
            since_at = before.since_at if before is not None and before.stage == to_stage else at
            after[name] = Standing(to_stage, since_at, grade(score, engagement, fit))
        self.standings = after
        self.seen_until = max(self.seen_until, at)
        self.history.append((at, state, self.scorecard))

    def state(self) -> LeadState:
        """Return the lead's facts as a value: the same object until they change, so that its values may be kept."""
        if (self._state.cells, self._state.profile) != (self.cells, self.profile):
            self._state = LeadState(cells=dict(self.cells), profile=dict(self.profile))
        return self._state

    def scores_at(self, at: int, score_name: str) -> list[float]:
        """Return what the lead was worth at an instant; several values if it was changed in that very millisecond."""
        before = [(state, card) for since_at, state, card in self.history if since_at < at][-1:]
        within = [(state, card) for since_at, state, card in self.history if since_at == at]
        return [points_of(state, card, card.scores[score_name], at)[0] for state, card in before + within]

    def _forget(self, now: int) -> None:
        live = [entry for entry in self.journal if entry.at > now - self.journal_age_ms]
        self.journal = sorted(live, key=lambda entry: (entry.at, entry.stamp))[-self.journal_entries_max :]

    def _next_move(self, after: int, until: int) -> int | None:
        """Return the first instant after one, up to and with another, at which a stage is another one.

        Nothing was moved at the one. Until the first jump the score only falls, so there the end tells.
        """
        state, unmoved_at = self.state(), after
        for start in [*self._jumps_within(after, until), until + 1]:
            if start - 1 > unmoved_at and self._is_moved(state, start - 1):
                return self._bisected(state, unmoved_at, start - 1)
            if start <= until and self._is_moved(state, start):
                return start
            unmoved_at = start
        return None

    def _jumps_within(self, after: int, until: int) -> list[int]:
        """Return the instants after one, up to and with another, at which anything can jump."""
        dwells = [
            standing.since_at + rung.dwell_ms
            for name, standing in self.standings.items()
            for rung in self.scorecard.scores[name].stages
            if rung.name == standing.stage
        ]
        jumps = self._jumps[bisect_right(self._jumps, after) : bisect_right(self._jumps, until)]
        return sorted({*jumps, *(at for at in (*dwells, *self._silences(after, until)) if after < at <= until)})

    def _bisected(self, state: LeadState, unmoved_at: int, moved_at: int) -> int:
        while moved_at - unmoved_at > 1:
            middle = (unmoved_at + moved_at) // 2
            unmoved_at, moved_at = (unmoved_at, middle) if self._is_moved(state, middle) else (middle, moved_at)
        return moved_at

    def _is_moved(self, state: LeadState, at: int) -> bool:
        for name, standing in self.standings.items():
            score = self.scorecard.scores[name]
            points, _, _ = points_of(state, self.scorecard, score, at)
            if stage(score, standing, points, at) != standing.stage:
                return True
        return False

    def _noted(self, key: CellKey) -> None:
        """Note when the worth of a cell, which was changed, can jump."""
        for at in self._cell_jumps.get(key, ()):
            del self._jumps[bisect_right(self._jumps, at) - 1]
        self._cell_jumps[key] = sorted(set(self._jumps_of(key, self.cells[key])))
        for at in self._cell_jumps[key]:
            insort(self._jumps, at)

    def _jumps_of(self, key: CellKey, cell: Cell) -> Iterator[int]:
        """Yield the first milliseconds at which a cell's worth can jump."""
        signal = self.scorecard.signals.get(key.signal)
        if signal is None:
            return
        start = key.bucket * signal.width_ms
        for span in (0, *(span for one in _criteria(self.scorecard) for span in _spans(one, key.signal))):
            # The mean may lie between two milliseconds; the second one is the first at which it has been reached.
            yield start + span - (-cell.offset_ms // cell.count)
        end = valued_until(self.scorecard, key.signal, start + signal.width_ms)
        if end != math.inf:
            yield int(end)

    def _silences(self, after: int, until: int) -> Iterator[int]:
        """Yield when a further period of silence is over."""
        for criterion in _criteria(self.scorecard):
            if not isinstance(criterion, InactivityCriterion):
                continue
            for key, cell in self.cells.items():
                if key.signal in criterion.signals:
                    last = key.bucket * self.scorecard.signals[key.signal].width_ms - (-cell.offset_ms // cell.count)
                    first = max(1, (after - last) // criterion.period_ms)
                    ends = range(first, max(first, (until - last) // criterion.period_ms) + 1)
                    yield from (
                        last + count * criterion.period_ms for count in (ends if criterion.is_repeated else [1])
                    )


def _criteria(scorecard: Scorecard) -> list[Criterion]:
    return [
        criterion
        for score in scorecard.scores.values()
        for side in (score.engagement, score.fit)
        for group in side.groups
        for criterion in group.criteria
    ]


def _spans(criterion: Criterion, signal: str) -> Sequence[int]:
    """Return the ages at which a cell of a signal changes suddenly in the eyes of a criterion."""
    if isinstance(criterion, FitCriterion | InactivityCriterion) or criterion.signal != signal:
        return ()
    spans = [] if criterion.window_ms is None else [criterion.window_ms]
    if criterion.frequency is not None:
        spans.append(criterion.frequency.window_ms)
    decay = criterion.decay
    if isinstance(decay, Linear):
        spans.append(decay.period_ms)
    if isinstance(decay, Step):
        spans += [decay.period_ms * count for count in range(1, math.ceil(1 / decay.share) + 2)]
    return spans
