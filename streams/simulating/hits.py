"""What each criterion gave to whom, and which caps, floors and ends of the scale took points away.

A lead is measured at the end of each day (UTC) on which something came of it, at each of its stage changes, and at the
end of the history. Between two such instants points fade or stay away; only a frequency that silence brings back into
its range, or an inactivity, can give points in between that no measurement sees. Means are over ends of days and the
end of the history, so that a lead that changes stage often does not weigh more.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from scorer import Activity, Line, LineKind, Scorecard, explain_all
from scorer.rules.scorecard import Criterion, Score, SignalCriterion
from scorer.rules.signals import matched
from streams.history.listening import Listener, PlayedChange
from streams.lead.lead import Lead
from streams.partition.records import Taken

CLIPS = frozenset({LineKind.CRITERION_CLIP, LineKind.GROUP_CLIP, LineKind.SIDE_CLIP, LineKind.TOTAL_CLIP})


class Term(NamedTuple):
    """One term of a named score: a criterion's points or what a clip took from it."""

    score: str
    kind: LineKind
    side: str
    group: str
    name: str


@dataclass(slots=True)
class Sum:
    """What was measured of a term: on how many leads, in how many measurements, and the sum of its points."""

    leads: int = 0
    measured: int = 0
    points: float = 0.0
    leads_at_end: int = 0
    points_at_end: float = 0.0

    @property
    def mean(self) -> float | None:
        """Its mean points where it was not 0; None if it never was otherwise."""
        return self.points / self.measured if self.measured else None

    @property
    def mean_at_end(self) -> float | None:
        """The same of the end of the history."""
        return self.points_at_end / self.leads_at_end if self.leads_at_end else None


class Hit(NamedTuple):
    """A criterion, and what it gave. ``activities``: how many counted for its signal; None if it values none."""

    side: str
    group: str
    criterion: Criterion
    activities: int | None
    sum: Sum


class Hits(Listener):
    """Measures leads.

    Args:
        scorecard: What values them.
        from_at: Milliseconds since the epoch: nothing before it is measured.
    """

    def __init__(self, scorecard: Scorecard, from_at: int) -> None:
        self.measured = 0
        self.leads = 0
        self.activities = 0
        self._scorecard = scorecard
        self._from_at = from_at
        self._sums: dict[Term, Sum] = {}
        self._bits: dict[Term, int] = {}
        self._terms: list[Term] = []
        self._seen: dict[str, int] = {}
        self._signals: Counter[str] = Counter()

    def took(self, item: Taken) -> None:
        """Count what an activity matches, if its verdict weighs anything; repeats count again."""
        content = item.content
        if isinstance(content, Activity) and item.appended_at >= self._from_at:
            self.activities += 1
            if self._scorecard.verdict_weights[content.verdict] > 0:
                self._signals.update(name for name, _ in matched(content, self._scorecard))

    def changed(self, change: PlayedChange) -> None:
        """Measure who changes stage, of the score in which that is."""
        if change.change.changed_at >= self._from_at:
            self._see(change.lead_id, change.change.score_name, change.change.reasons)

    def day_ended(self, which: int, lead_id: str, lead: Lead, at: int) -> None:  # noqa: ARG002 - as all listeners
        """Measure a lead on whom something came that day."""
        if at >= self._from_at:
            self._measure(lead_id, lead, at)

    def ended(self, lead_id: str, leads: Sequence[Lead], at: int) -> None:
        """Measure a lead for the last time."""
        self.leads += 1
        for term, line in self._measure(lead_id, leads[0], at):
            found = self._sums[term]
            found.leads_at_end += 1
            found.points_at_end += line.points
        seen, place = self._seen.pop(lead_id, 0), 0
        while seen:
            if seen & 1:
                self._sums[self._terms[place]].leads += 1
            seen >>= 1
            place += 1

    def criteria(self, score: Score) -> list[Hit]:
        """Return each criterion of a named score with what it gave, in the order of the file."""
        hits = []
        for side, groups in (("engagement", score.engagement.groups), ("fit", score.fit.groups)):
            for group in groups:
                for one in group.criteria:
                    term = Term(score.name, LineKind.CRITERION, side, group.name, one.name)
                    activities = self._signals[one.signal] if isinstance(one, SignalCriterion) else None
                    hits.append(Hit(side, group.name, one, activities, self._sums.get(term, Sum())))
        return hits

    def clips(self, score: Score) -> list[tuple[Term, Sum]]:
        """Return the clips that took or gave something, by how many leads they touched."""
        found = [pair for pair in self._sums.items() if pair[0].score == score.name and pair[0].kind in CLIPS]
        return sorted(found, key=lambda pair: (-pair[1].leads, pair[0]))

    def _measure(self, lead_id: str, lead: Lead, at: int) -> list[tuple[Term, Line]]:
        """Measure a lead in all scores; return the terms that are not 0."""
        self.measured += 1
        outlook = lead.outlook
        prepared = outlook.prepared if outlook is not None and outlook.is_of(lead.state, self._scorecard) else None
        found = []
        for name, explanation in explain_all(lead.state, self._scorecard, at, prepared).items():
            for term, line in self._see(lead_id, name, explanation.lines):
                total = self._sums[term]
                total.measured += 1
                total.points += line.points
                found.append((term, line))
        return found

    def _see(self, lead_id: str, score: str, lines: Iterable[Line]) -> list[tuple[Term, Line]]:
        """Note which terms touch a lead."""
        seen, found = self._seen.get(lead_id, 0), []
        for line in lines:
            term = Term(score, line.kind, line.side, line.group, line.name)
            bit = self._bits.get(term)
            if bit is None:
                bit = self._bits[term] = 1 << len(self._terms)
                self._terms.append(term)
                self._sums[term] = Sum()
            seen |= bit
            found.append((term, line))
        self._seen[lead_id] = seen
        return found
