"""Holds what a run left behind against a cold recomputation, partition by partition.

The recomputation is `tests.oracles.line`: it shares no code with the line. Outputs are taken as a consumer takes them:
the first of each id counts, and a repeat must say the same.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from schemas.dead_letter import DeadLetterHeaders, without_dead_letter_headers
from schemas.lead_score import LeadScore
from scorer.rules.scorecard import Scorecard
from streams.lead.codec import decoded_lead
from streams.translation.translate import milliseconds
from tests.faults.either_order import Order, alternatives, pairs_count
from tests.faults.evidence import Evidence
from tests.faults.verdict import Verdict
from tests.line.comparison import POINTS_APART_MAX, POSITIONS_HEADER, Told, lead_differences, told_changes
from tests.oracles.line import Expected, Rules, recomputed
from tests.oracles.moves import Life, Move

FACTS = frozenset({"cells", "journal", "profile"})


def checked(evidence: Evidence, scorecard: Scorecard, rules: Rules | None = None) -> Verdict:
    """Return what is to be said of one partition."""
    rules = replace(rules or Rules(), partitions=evidence.partitions, topic_prefix=evidence.topic_prefix)
    expected = recomputed(evidence.inputs, scorecard, rules)
    order = Order.of(evidence.inputs, scorecard, rules)
    verdict = Verdict(records=len(evidence.inputs), leads=len(expected.lives), letters=len(expected.refused))
    verdict.note("lost_activities", evidence.unhandled)
    verdict.either_order = pairs_count(order)
    for (_, word), count in expected.outcomes.items():
        verdict.outcomes[word] += count
    clock = expected.clocks.get(evidence.number, 0)
    if evidence.clock != clock:
        verdict.note("wrong_clocks", 1, f"partition {evidence.number}: {evidence.clock}, wanted {clock}")
    swapped = _check_leads(evidence, expected, order, scorecard, verdict)
    _check_letters(evidence, expected, verdict)
    _check_scores(evidence, expected, swapped, verdict)
    return verdict


def _check_leads(
    evidence: Evidence, expected: Expected, order: Order, scorecard: Scorecard, verdict: Verdict
) -> set[str]:
    """Check each lead's state and stage changes; returns those that are right in another order only."""
    told, retold = _first_of_each(evidence, verdict)
    verdict.changes = sum(map(len, told.values()))
    clock = expected.clocks.get(evidence.number, 0)
    swapped: set[str] = set()
    for lead_id in sorted(expected.lives.keys() | evidence.rows.keys() | told.keys()):
        life = expected.lives.get(lead_id)
        if life is None:
            verdict.note("wrong_leads", 1, f"{lead_id} is in the tables or was told of, and did nothing")
            continue
        compare = _Comparison(lead_id, evidence, told.get(lead_id, []), scorecard, clock)
        if compare.is_same(life) and lead_id not in retold:
            continue
        lives = [life]
        if (since_at := compare.first_difference_at(life, retold.get(lead_id, ()))) is not None:
            lives += alternatives(order, lead_id, since_at)
        unexplained = [story for story in retold.get(lead_id, ()) if not any(_tells(other, story) for other in lives)]
        if any(compare.is_same(other) for other in lives) and not unexplained:
            swapped.add(lead_id)
            continue
        compare.blame(life, verdict)
        verdict.note("changed_stories", len(unexplained), *unexplained)
    verdict.swapped_leads = len(swapped)
    return swapped


def _tells(life: Life, change: Told) -> bool:
    """Tell whether a life has a change as it was told."""
    return any(_is_same_move(move, change.move) for move in life.moves)


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


class _Comparison:
    """One lead as it was found, against lives that may be right."""

    def __init__(self, lead_id: str, evidence: Evidence, told: list[Told], scorecard: Scorecard, clock: int) -> None:
        row = evidence.rows.get(lead_id)
        self._state = None if row is None else decoded_lead(row).state
        self._told = [change.move for change in told]
        self._scorecard = scorecard
        self._clock = clock
        self._lead_id = lead_id

    def is_same(self, life: Life) -> bool:
        """Tell whether state and stage changes are those of a life."""
        missing, spurious = self._changes(life)
        return not (missing or spurious or self._differences(life))

    def first_difference_at(self, life: Life, retold: Iterable[Told]) -> int | None:
        """Return when what was told first differs from a life; None where no order of records can be why.

        Cells, journal and profile are the same in every order.
        """
        if self._state is None or any(part[1] in FACTS for part in self._differences(life)):
            return None
        missing, spurious = self._changes(life)
        instants = [move.at for move in (*missing, *spurious, *(change.move for change in retold))]
        return min(instants, default=None)

    def blame(self, life: Life, verdict: Verdict) -> None:
        """Note what is wrong."""
        missing, spurious = self._changes(life)
        verdict.note("missing_changes", len(missing), *missing)
        verdict.note("spurious_changes", len(spurious), *spurious)
        if differences := self._differences(life):
            verdict.note("wrong_leads", 1, *differences)

    def _differences(self, life: Life) -> list[tuple[str, str, Any, Any]]:
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


def _check_letters(evidence: Evidence, expected: Expected, verdict: Verdict) -> None:
    """Check that each refused record has its dead letter: right reason, right place, untouched content."""
    sources = {record.place: record for record in evidence.inputs}
    found: dict[tuple[str, int, int], str] = {}
    for letter in evidence.outputs["dead-letters"]:
        said = DeadLetterHeaders.from_headers(letter.headers)
        place = (said.source_topic.removeprefix(evidence.topic_prefix), said.source_partition, said.source_offset)
        verdict.letters_repeated += place in found
        found[place] = said.reason.value
        source = sources.get(place)
        own = tuple(pair for pair in without_dead_letter_headers(letter.headers) if pair[0] != POSITIONS_HEADER)
        is_whole = source is not None and (letter.key, letter.value, own, said.source_timestamp_ms) == (
            *(source.key, source.value, source.headers),
            source.timestamp,
        )
        if not is_whole:
            verdict.note("wrong_letters", 1, f"{place}: its content is not that of its source")
    _compare_reasons(found, expected.refused, verdict)


def _compare_reasons(
    found: Mapping[tuple[str, int, int], str], wanted: Mapping[tuple[str, int, int], str], verdict: Verdict
) -> None:
    missing = wanted.keys() - found.keys()
    spurious = found.keys() - wanted.keys()
    wrong = [(place, found[place], wanted[place]) for place in found.keys() & wanted if found[place] != wanted[place]]
    verdict.note("missing_letters", len(missing), *((place, wanted[place]) for place in sorted(missing)))
    verdict.note("spurious_letters", len(spurious), *((place, found[place]) for place in sorted(spurious)))
    verdict.note("wrong_letters", len(wrong), *wrong)


def _check_scores(evidence: Evidence, expected: Expected, swapped: set[str], verdict: Verdict) -> None:
    """Check that each record of `lead-scores` is true of its instant, and each lead's last one of its stage now."""
    last: dict[str, LeadScore] = {}
    untrue: Counter[str] = Counter()
    for record in evidence.outputs["lead-scores"]:
        score = LeadScore.model_validate_json(record.value or b"")
        life = expected.lives.get(score.lead_id)
        last[score.lead_id] = score
        verdict.scores += 1
        if life is not None and score.lead_id not in swapped:
            untrue[score.lead_id] += not _is_true(score, life)
    for lead_id, life in expected.lives.items():
        stages = {name: one.stage for name, one in last[lead_id].scores.items()} if lead_id in last else None
        if lead_id not in swapped and stages != {name: one.stage for name, one in life.standings.items()}:
            untrue[lead_id] += 1
    wrong = +untrue
    verdict.note("untrue_scores", wrong.total(), *wrong.items())


def _is_true(score: LeadScore, life: Life) -> bool:
    at = milliseconds(score.scored_at)
    return all(
        any(abs(standing.score - points) <= POINTS_APART_MAX for points in life.scores_at(at, name))
        for name, standing in score.scores.items()
    )
