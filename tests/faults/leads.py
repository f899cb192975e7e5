"""Each lead of a partition, its state and what it was told, held against the life that it must have had.

What a lead was told is taken as a consumer takes it: the first change of each id counts, and a repeat must say the
same. Where a replay decided otherwise, because either order of two records is right, or because history was erased, the
lead must have been told where it stands in the end.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from scorer.rules.scorecard import Scorecard
from streams.lead.codec import decoded_lead
from tests.faults.either_order import Order, alternatives
from tests.faults.evidence import Evidence
from tests.faults.verdict import Verdict
from tests.line.comparison import POINTS_APART_MAX, Told, lead_differences, told_changes
from tests.oracles.line import Expected
from tests.oracles.moves import Life, Move

FACTS = frozenset({"cells", "journal", "profile"})
CORRECTION = "correction of "


def check_leads(evidence: Evidence, expected: Expected, order: Order, verdict: Verdict) -> set[str]:
    """Check each lead's state and stage changes; returns those that are right in another order only."""
    told, retold = _first_of_each(evidence, verdict)
    verdict.changes = sum(map(len, told.values()))
    clock = expected.clocks.get(evidence.number, 0)
    swapped: set[str] = set()
    for lead_id in sorted(expected.lives.keys() | evidence.rows.keys() | told.keys()):
        compare = Comparison(lead_id, evidence, told.get(lead_id, []), order.reigns.at(clock), clock)
        verdict.note("told_otherwise", len(found := compare.told_otherwise()), *found)
        life = expected.lives.get(lead_id)
        if life is None:
            if lead_id in evidence.rows or not evidence.is_erased:
                verdict.note("wrong_leads", 1, f"{lead_id} is in the tables or was told of, and did nothing")
        elif evidence.is_erased:
            verdict.note("wrong_leads", len(found := compare.differences(life)), *found)
        elif not (compare.is_same(life) and lead_id not in retold) and _is_right_otherwise(
            compare, life, order, retold.get(lead_id, ()), verdict
        ):
            swapped.add(lead_id)
    verdict.swapped_leads = len(swapped)
    return swapped


def _is_right_otherwise(
    compare: "Comparison", life: Life, order: Order, retold: Sequence[Told], verdict: Verdict
) -> bool:
    """Tell whether a lead that is not as the stamps have it is right in another order; notes what is wrong if not."""
    lives = [life]
    if (since_at := compare.first_difference_at(life, retold)) is not None:
        lives += alternatives(order, life.lead_id, since_at)
    unexplained = [story for story in retold if not any(_tells(other, story.move) for other in lives)]
    if any(compare.is_same(other) for other in lives) and not unexplained:
        return True
    if len(lives) > 1 and compare.is_corrected(lives) and not unexplained:
        verdict.corrected_leads += 1
        return True
    compare.blame(life, verdict)
    verdict.note("changed_stories", len(unexplained), *unexplained)
    return False


def _tells(life: Life, told: Move) -> bool:
    """Tell whether a life has a change as it was told."""
    return any(_is_same_move(move, told) for move in life.moves)


def _is_same_move(one: Move, other: Move) -> bool:
    return replace(one, score=0.0) == replace(other, score=0.0) and abs(one.score - other.score) <= POINTS_APART_MAX


def _first_of_each(evidence: Evidence, verdict: Verdict) -> tuple[dict[str, list[Told]], dict[str, list[Told]]]:
    """Drop repeated ids, as a consumer does.

    Returns:
        By lead the changes, and the repeats that tell something else than the first of their id.
    """
    first: dict[str, Told] = {}
    apart: defaultdict[str, list[Told]] = defaultdict(list)
    values = (record.value for record in evidence.outputs["stage-changes"])
    for change in told_changes(values, topic_prefix=evidence.topic_prefix):
        known = first.setdefault(change.id, change)
        if known is not change:
            verdict.repeats += 1
            if known != change:
                apart[change.move.lead_id].append(change)
    by_lead: defaultdict[str, list[Told]] = defaultdict(list)
    for change in first.values():
        by_lead[change.move.lead_id].append(change)
    return dict(by_lead), dict(apart)


class Comparison:
    """One lead as it was found, against lives that may be right."""

    def __init__(self, lead_id: str, evidence: Evidence, told: list[Told], scorecard: Scorecard, clock: int) -> None:
        """Take what was found; ``scorecard`` is in force at the clock, in milliseconds."""
        row = evidence.rows.get(lead_id)
        self._state = None if row is None else decoded_lead(row).state
        self._told = [change.move for change in told]
        self._scorecard = scorecard
        self._clock = clock
        self._lead_id = lead_id

    def is_same(self, life: Life) -> bool:
        """Tell whether state and stage changes are those of a life."""
        missing, spurious = self._changes(life)
        return not (missing or spurious or self.differences(life))

    def is_corrected(self, lives: Sequence[Life]) -> bool:
        """Tell whether the state is one life's, every change some life's, and a correction made it good."""
        own = [move for move in self._told if not str(move.cause).startswith(CORRECTION)]
        return (
            len(own) < len(self._told)
            and not self.told_otherwise()
            and all(any(_tells(life, move) for life in lives) for move in own)
            and any(not self.differences(life) for life in lives)
        )

    def told_otherwise(self) -> list[tuple[str, str, str, str]]:
        """Return where the lead stands elsewhere than it was told last: lead, score, told, standing."""
        last = {move.score_name: move.to_stage for move in self._told}
        found = []
        for name, score in self._scorecard.scores.items():
            bottom = score.stages[0].name
            standing = None if self._state is None else self._state.standings.get(name)
            stands, told = bottom if standing is None else standing.stage, last.get(name, bottom)
            if stands != told:
                found.append((self._lead_id, name, told, stands))
        return found

    def first_difference_at(self, life: Life, retold: Iterable[Told]) -> int | None:
        """Return when what was told first differs from a life; None where no order of records can be why.

        Cells, journal and profile are the same in every order.
        """
        if self._state is None or any(part[1] in FACTS for part in self.differences(life)):
            return None
        missing, spurious = self._changes(life)
        instants = [move.at for move in (*missing, *spurious, *(change.move for change in retold))]
        return min(instants, default=None)

    def blame(self, life: Life, verdict: Verdict) -> None:
        """Note what is wrong."""
        missing, spurious = self._changes(life)
        verdict.note("missing_changes", len(missing), *missing)
        verdict.note("spurious_changes", len(spurious), *spurious)
        if differences := self.differences(life):
            verdict.note("wrong_leads", 1, *differences)

    def differences(self, life: Life) -> list[tuple[str, str, Any, Any]]:
        """Return what differs in the lead's state: (lead, part, found, wanted)."""
        if self._state is None:
            return [(self._lead_id, "lead", "not in the tables", "there")]
        return lead_differences(life, self._state, self._scorecard, self._clock)

    def _changes(self, life: Life) -> tuple[list[Move], list[Move]]:
        """Return the changes that are missing, and those that are too many; two ids for one decision are too many."""
        wanted = {replace(move, score=0.0): move for move in life.moves}
        spurious = []
        for move in self._told:
            match = wanted.pop(replace(move, score=0.0), None)
            if match is None or abs(match.score - move.score) > POINTS_APART_MAX:
                spurious.append(move)
        return list(wanted.values()), spurious
