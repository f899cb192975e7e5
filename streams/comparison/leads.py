"""Who would have stood elsewhere: every lead of a history under two scorecards, counted, and the weightiest listed.

Memory: a path for each lead that moved and whose partition is not over, and the leads that are listed. How many
differ does not matter.
"""

import heapq
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from scorer import Activity, JournalBounds, Scorecard
from scorer.facts.profile import attributes
from streams.comparison.causes import THE_LADDER, Cause, cause
from streams.comparison.paths import Move, Path, Sort
from streams.comparison.rungs import Rungs
from streams.comparison.scorecard_changes import ScorecardChanges
from streams.comparison.side_by_side import SideBySide, Stretch
from streams.history.course import Course
from streams.history.history import History
from streams.history.listening import PlayedChange
from streams.lead.lead import Lead
from streams.partition.records import Taken

CHANNEL = "channel"
NONE = "(none)"
OTHERS = "(others)"
VALUES_MAX = 200
VALUE_CHARACTERS_MAX = 64


@dataclass(frozen=True, slots=True)
class LeadDifference:
    """A lead whose stage was different at some time.

    ``old`` and ``new`` are where it ends. ``parted_at`` is the first instant at which the stages differ, ``cause`` why
    they do: at the last parting if they end apart, else at the first one. Moves are those from the parting on.
    """

    lead_id: str
    score: str
    sort: Sort
    old: str
    new: str
    parted_at: int
    differed_ms: int
    cause: Cause
    old_moves: tuple[Move, ...]
    new_moves: tuple[Move, ...]
    values: tuple[str, ...]

    @property
    def weight(self) -> tuple[object, ...]:
        """What puts it before others: that it ends elsewhere, by how many points, for how long."""
        points = abs(self.cause.new_score - self.cause.old_score)
        return (self.old != self.new, points, self.differed_ms, self.lead_id, self.score)


@dataclass(slots=True)
class ScoreTally:
    """One named score, counted over all leads.

    ``matrix``: leads by old and new stage at the end. ``sorts``: those that differ. ``movers``: of those, how often
    what weighed most; ``moved_points``: what each mover came to, all of them together. ``segments``: by channel or
    attribute and its value, all leads and those of each sort. ``moves``: rises and falls under the old scorecard, then
    the new.
    """

    rungs: Rungs
    leads: int = 0
    matrix: Counter[tuple[str, str]] = field(default_factory=Counter)
    sorts: Counter[Sort] = field(default_factory=Counter)
    movers: Counter[str] = field(default_factory=Counter)
    moved_points: dict[str, float] = field(default_factory=dict)
    segments: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)
    moves: tuple[Counter[str], Counter[str]] = field(default_factory=lambda: (Counter(), Counter()))

    @property
    def differing(self) -> int:
        """How many leads differ."""
        return self.sorts.total()

    def segment(self, by: str, value: str) -> Counter[str]:
        """Return the counter of a segment; what comes after too many values is among the others."""
        values = self.segments.setdefault(by, {})
        return values.setdefault(value if value in values or len(values) < VALUES_MAX else OTHERS, Counter())


@dataclass(frozen=True, slots=True)
class LeadsCompared:
    """What two scorecards made of one history: by score, and the leads that are listed, the weightiest first."""

    stretch: Stretch
    by: tuple[str, ...]
    scores: tuple[ScoreTally, ...]
    listed: tuple[LeadDifference, ...]

    @property
    def differing(self) -> int:
        """How many leads differ, counted in each score."""
        return sum(score.differing for score in self.scores)


def compared_leads(
    history: History,
    scorecards: tuple[Scorecard, Scorecard],
    changes: ScorecardChanges,
    bounds: JournalBounds,
    *,
    by: Sequence[str] = (),
    listed_max: int = 1_000,
) -> LeadsCompared:
    """Play a history through two scorecards and return who would have stood elsewhere.

    Args:
        history: What happened.
        scorecards: The old and the new one, each in force from the beginning to the end.
        changes: What changed from one to the other: it says what stands for what.
        bounds: How much a journal remembers.
        by: Attributes of the profile to count by, beside the channel.
        listed_max: How many leads are listed.
    """
    watcher = _Contrast(scorecards, changes, tuple(by), listed_max)
    stretch = SideBySide(history, scorecards, bounds, watcher).play()
    return LeadsCompared(stretch, watcher.by, tuple(watcher.tallies), watcher.listed())


class _Contrast:
    """Follows every lead under both scorecards."""

    def __init__(
        self, scorecards: tuple[Scorecard, Scorecard], changes: ScorecardChanges, by: tuple[str, ...], listed_max: int
    ) -> None:
        self.by = (CHANNEL, *by)
        self._scorecards = scorecards
        self._listed_max = listed_max
        self.tallies = [
            ScoreTally(Rungs(scorecards[0].scores[names.old], scorecards[1].scores[names.new], names))
            for names in changes.scores
        ]
        self._places = tuple(
            {name: place for place, name in enumerate(side)}
            for side in ([one.old for one in changes.scores], [one.new for one in changes.scores])
        )
        self._has_other_ground = any(not tally.rungs.has_one_ground for tally in self.tallies)
        self._paths: dict[tuple[str, int], Path] = {}
        self._channels: dict[str, str] = {}
        self._heap: list[tuple[tuple[object, ...], LeadDifference]] = []

    def took(self, item: Taken, at: int, *, is_first: bool) -> None:
        """Note by which channel a lead came: the first that an activity names."""
        content = item.content
        if isinstance(content, Activity) and item.lead_id not in self._channels:
            channel = content.fields.get(CHANNEL)
            if channel is not None:
                self._channels[item.lead_id] = str(channel)
        if is_first and self._has_other_ground:
            for place, tally in enumerate(self.tallies):
                if not tally.rungs.has_one_ground:
                    path = self._path(item.lead_id, place)
                    path.settle(tally.rungs, at)
                    path.part(Cause(at, 0.0, 0.0, ()))

    def changed(self, pair: Sequence[Course], changes: Sequence[PlayedChange], at: int) -> None:
        """Follow the leads that moved, and explain where they part."""
        touched: dict[tuple[str, int], None] = {}
        for one in changes:
            place = self._places[one.which].get(one.change.score_name)
            if place is None:
                continue
            touched[one.lead_id, place] = None
            path, tally = self._path(one.lead_id, place), self.tallies[place]
            before = path.new if one.which else path.old
            tally.moves[one.which][tally.rungs.direction(one.which, before, one.change.to_stage)] += 1
            path.moved(one.which, one.change.to_stage, at)
        for lead_id, place in touched:
            rungs = self.tallies[place].rungs
            path = self._paths[lead_id, place]
            if path.settle(rungs, at):
                old, new = (course.at_rest(lead_id).state for course in pair)
                path.part(cause((old, new), self._scorecards, rungs.names, at))

    def ended(self, lead_id: str, leads: Sequence[Lead], at: int) -> None:
        """Count a lead in every score."""
        values = self._values(lead_id, leads[0])
        for place, tally in enumerate(self.tallies):
            path = self._paths.pop((lead_id, place), None)
            old, new = (
                lead.state.standings[name].stage
                for lead, name in zip(leads, (tally.rungs.names.old, tally.rungs.names.new), strict=True)
            )
            tally.leads += 1
            tally.matrix[old, new] += 1
            segments = [tally.segment(by, value) for by, value in zip(self.by, values, strict=True)]
            for segment in segments:
                segment["leads"] += 1
            if path is not None and path.has_differed:
                path.end(at)
                difference = self._difference(lead_id, tally.rungs, path, values)
                for segment in segments:
                    segment[difference.sort.value] += 1
                _count(tally, difference)
                self._list(difference)

    def listed(self) -> tuple[LeadDifference, ...]:
        """Return the leads that are listed, the weightiest first."""
        return tuple(one for _, one in sorted(self._heap, key=lambda entry: entry[0], reverse=True))

    def _path(self, lead_id: str, place: int) -> Path:
        path = self._paths.get((lead_id, place))
        if path is None:
            rungs = self.tallies[place].rungs
            ground = (rungs.old[0], rungs.new[0])
            path = self._paths[lead_id, place] = Path(*ground, *ground)
        return path

    def _values(self, lead_id: str, lead: Lead) -> tuple[str, ...]:
        """Return the segments that a lead is in."""
        channel = self._channels.pop(lead_id, NONE)
        if len(self.by) == 1:
            return (channel,)
        profile = attributes(lead.state.profile)
        found = (profile.get(name) for name in self.by[1:])
        return (channel, *(NONE if value is None else str(value)[:VALUE_CHARACTERS_MAX] for value in found))

    @staticmethod
    def _difference(lead_id: str, rungs: Rungs, path: Path, values: tuple[str, ...]) -> LeadDifference:
        if path.first is None or path.last is None:
            raise ValueError(f"lead {lead_id} differs and nobody has said why")
        return LeadDifference(
            lead_id=lead_id,
            score=rungs.names.new,
            sort=path.sort(rungs),
            old=path.old,
            new=path.new,
            parted_at=path.first.at,
            differed_ms=path.differed_ms,
            cause=path.first if path.parted_at is None else path.last,
            old_moves=tuple(path.old_moves),
            new_moves=tuple(path.new_moves),
            values=values,
        )

    def _list(self, difference: LeadDifference) -> None:
        entry = (difference.weight, replace(difference, cause=difference.cause.in_short))
        if len(self._heap) < self._listed_max:
            heapq.heappush(self._heap, entry)
        elif self._heap:
            heapq.heappushpop(self._heap, entry)


def _count(tally: ScoreTally, difference: LeadDifference) -> None:
    """Count a lead that differs."""
    tally.sorts[difference.sort] += 1
    why = difference.cause
    tally.movers[why.movers[0].name if why.is_score and why.movers else THE_LADDER] += 1
    for mover in why.movers:
        tally.moved_points[mover.name] = tally.moved_points.get(mover.name, 0.0) + mover.points
