"""Where leads stand now by a scorecard and by its challenger: counted, and the weightiest differences listed.

Both have judged each lead on the same counts. Memory: the leads that are listed; how many there are does not matter.
"""

import heapq
from collections import Counter
from dataclasses import dataclass, field, replace

from scorer import LeadState, Scorecard
from streams.comparison.causes import THE_LADDER, Cause, cause
from streams.comparison.rungs import Rungs
from streams.comparison.scorecard_changes import scorecard_changes
from streams.lead.lead import Lead


@dataclass(frozen=True, slots=True)
class LeadApart:
    """A lead that stands in one stage by the champion and in another by the challenger, and why, in one score."""

    lead_id: str
    score: str
    champion: str
    challenger: str
    cause: Cause

    @property
    def weight(self) -> tuple[object, ...]:
        """What puts it before others: by how many points it is worth more or less."""
        return (abs(self.cause.new_score - self.cause.old_score), self.lead_id, self.score)


@dataclass(slots=True)
class ScoreBeside:
    """One named score over all leads that both judged.

    ``matrix``: leads by the champion's stage and the challenger's. ``higher``, ``lower``: leads that the challenger has
    higher or lower. ``movers``: of those that stand apart, how often what weighed most.
    """

    rungs: Rungs
    leads: int = 0
    same: int = 0
    higher: int = 0
    lower: int = 0
    matrix: Counter[tuple[str, str]] = field(default_factory=Counter)
    movers: Counter[str] = field(default_factory=Counter)

    @property
    def apart(self) -> int:
        """How many leads stand in another stage."""
        return self.leads - self.same

    @property
    def agreement(self) -> float | None:
        """The share of leads that stand in the same stage; None without leads."""
        return self.same / self.leads if self.leads else None


class Beside:
    """Compares leads as they come.

    ``unjudged`` counts those that not both have judged: their imported past waits for a judgement, or the first one of
    all leads goes on.

    Args:
        champion: The scorecard in force.
        challenger: The other, as it judges beside it.
        listed_max: How many leads are listed.
    """

    def __init__(self, champion: Scorecard, challenger: Scorecard, listed_max: int) -> None:
        self.scorecards = (champion, challenger)
        names = scorecard_changes(champion, challenger).scores
        self.scores = tuple(
            ScoreBeside(Rungs(champion.scores[one.old], challenger.scores[one.new], one)) for one in names
        )
        self.leads = 0
        self.unjudged = 0
        self._listed_max = listed_max
        self._listed: list[tuple[tuple[object, ...], LeadApart]] = []

    def take(self, lead_id: str, lead: Lead, at: int) -> None:
        """Compare one lead; ``at`` is its partition's clock, in milliseconds."""
        self.leads += 1
        state, beside = lead.state, lead.challenge
        versions = (state.judged_by, None if beside is None else beside.version)
        if beside is None or versions != tuple(one.version for one in self.scorecards):
            self.unjudged += 1
            return
        shadow = replace(state, standings=beside.standings)
        for score in self.scores:
            names = score.rungs.names
            champion, challenger = state.standings.get(names.old), beside.standings.get(names.new)
            if champion is None or challenger is None:
                continue
            score.leads += 1
            stages = (champion.stage, challenger.stage)
            score.matrix[stages] += 1
            if score.rungs.is_same(*stages):
                score.same += 1
                continue
            ascent = score.rungs.ascent(*stages)
            score.higher += ascent > 0
            score.lower += ascent < 0
            self._list(score, (state, shadow), lead_id, stages, max(at, state.judged_at))

    def listed(self) -> tuple[LeadApart, ...]:
        """Return the leads that are listed, the weightiest first."""
        return tuple(apart for _, apart in sorted(self._listed, key=lambda entry: entry[0], reverse=True))

    def _list(
        self, score: ScoreBeside, states: tuple[LeadState, LeadState], lead_id: str, stages: tuple[str, str], at: int
    ) -> None:
        """Find out why a lead stands apart, and list it if it weighs enough."""
        found = cause(states, self.scorecards, score.rungs.names, at)
        score.movers[found.movers[0].name if found.is_score and found.movers else THE_LADDER] += 1
        apart = LeadApart(lead_id, score.rungs.names.new, *stages, found.in_short)
        entry = (apart.weight, apart)
        if len(self._listed) < self._listed_max:
            heapq.heappush(self._listed, entry)
        elif self._listed_max and entry[0] > self._listed[0][0]:
            heapq.heapreplace(self._listed, entry)
