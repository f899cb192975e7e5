"""Holds what a run left behind against a cold recomputation, partition by partition.

The recomputation is `tests.oracles.line`: it shares no code with the line. Leads and what they were told are looked at
in `tests.faults.leads`; here dead letters, scores, clocks.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from schemas.dead_letter import DeadLetterHeaders, without_dead_letter_headers
from schemas.lead_score import LeadScore
from scorer.rules.scorecard import Scorecard
from streams.translation.translate import milliseconds
from tests.faults.conservation import place_of
from tests.faults.either_order import Order, pairs_count
from tests.faults.evidence import Evidence
from tests.faults.leads import check_leads
from tests.faults.verdict import Verdict
from tests.line.comparison import POINTS_APART_MAX, POSITIONS_HEADER
from tests.line.topics import TopicRecord
from tests.oracles.line import Expected, Rules, recomputed
from tests.oracles.moves import Life
from tests.oracles.reigns import Reigns


def checked(evidence: Evidence, scorecard: Scorecard | Reigns, rules: Rules | None = None) -> Verdict:
    """Return what is to be said of one partition."""
    rules = replace(rules or Rules(), partitions=evidence.partitions, topic_prefix=evidence.topic_prefix)
    reigns = Reigns.of(scorecard)
    expected = recomputed(evidence.inputs, reigns, rules)
    order = Order.of(evidence.inputs, reigns, rules)
    verdict = Verdict(records=len(evidence.inputs), leads=len(expected.lives), letters=len(expected.refused))
    verdict.note("lost_activities", evidence.unhandled)
    verdict.erased = sum(evidence.begins.values())
    verdict.either_order = pairs_count(order)
    for (topic, word), count in expected.outcomes.items():
        verdict.outcomes[word] += count
        verdict.fates[f"{topic} {word}"] += count
    clock = expected.clocks.get(evidence.number, 0)
    if evidence.clock != clock:
        verdict.note("wrong_clocks", 1, f"partition {evidence.number}: {evidence.clock}, wanted {clock}")
    swapped = check_leads(evidence, expected, order, verdict)
    _check_letters(evidence, expected, verdict)
    _check_scores(evidence, expected, swapped, verdict)
    return verdict


def _check_letters(evidence: Evidence, expected: Expected, verdict: Verdict) -> None:
    """Check that each refused record has its dead letter: right reason, right place, untouched content."""
    sources = {record.place: record for record in evidence.inputs}
    found: dict[tuple[str, int, int], str] = {}
    for letter in evidence.outputs["dead-letters"]:
        said, place = DeadLetterHeaders.from_headers(letter.headers), place_of(letter, evidence)
        if place[2] < evidence.begins.get(place[0], 0):
            continue
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
    last: dict[bytes | None, tuple[tuple[int, int], LeadScore | None]] = {}
    untrue: Counter[str] = Counter()
    for record in evidence.outputs["lead-scores"]:
        score = None if record.value is None else LeadScore.model_validate_json(record.value)
        sent_as = _sent_as(record)
        # As the contract tells every reader: what a former owner brought late is ignored.
        if record.key not in last or sent_as >= last[record.key][0]:
            last[record.key] = sent_as, score
        if score is None:
            continue
        life = expected.lives.get(score.lead_id)
        verdict.scores += 1
        if life is not None and score.lead_id not in swapped and not evidence.is_erased:
            untrue[score.lead_id] += not _is_true(score, life)
    for lead_id, life in expected.lives.items():
        _, latest = last.get(lead_id.encode(), (None, None))
        stages = None if latest is None else {name: one.stage for name, one in latest.scores.items()}
        if lead_id not in swapped and stages != {name: one.stage for name, one in life.standings.items()}:
            untrue[lead_id] += 1
    wrong = +untrue
    verdict.note("untrue_scores", wrong.total(), *wrong.items())


def _sent_as(record: TopicRecord) -> tuple[int, int]:
    """Return epoch and sequence of an output; those of an output without them come first."""
    said = json.loads(dict(record.headers).get(POSITIONS_HEADER, b"{}"))
    return said.get("epoch", 0), said.get("sequence", 0)


def _is_true(score: LeadScore, life: Life) -> bool:
    at = milliseconds(score.scored_at)
    return all(
        any(abs(standing.score - points) <= POINTS_APART_MAX for points in life.scores_at(at, name))
        for name, standing in score.scores.items()
    )
