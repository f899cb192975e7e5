"""What came out of the line, held against what must have come out: every lead, cell, stage change and dead letter."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from schemas.dead_letter import DeadLetterHeaders, without_dead_letter_headers
from schemas.lead_score import LeadScore
from schemas.stage_change import StageChange
from scorer.facts.state import Cell, CellKey, LeadState, Standing
from scorer.rules.scorecard import Scorecard
from streams.translation.translate import milliseconds
from tests.line.installation import Installation
from tests.line.topics import TopicRecord
from tests.oracles.line import REPARTITION, Expected, Rules, first_appended_at, recomputed, source_of
from tests.oracles.moves import Life, Move, Place, Remembered
from tests.oracles.valuation import grade, points_of, valued_until

POINTS_APART_MAX = 1e-4
DIFFERENCES_SHOWN = 12
POSITIONS_HEADER = "leadstream_positions"


@dataclass(frozen=True, slots=True)
class Told:
    """A stage change as downstream reads it, in the oracle's words, with its id."""

    id: str
    move: Move
    scorecard_version: str


def told_changes(values: Iterable[bytes | None], *, topic_prefix: str = "") -> list[Told]:
    """Return stage changes from their bytes."""
    return [_told(StageChange.model_validate_json(value or b""), topic_prefix) for value in values]


def first_of_each(changes: Iterable[Told]) -> list[Told]:
    """Drop repeated ids, as a consumer does. A repeat says the same again."""
    first: dict[str, Told] = {}
    for change in changes:
        assert first.setdefault(change.id, change) == change, f"one id, two stories: {first[change.id]} and {change}"
    return list(first.values())


def require_same_moves(found: Collection[Told], wanted: Collection[Move]) -> None:
    """Require that stage changes are those that were worked out: none missing, none more, instants and scores equal."""
    left = {_identity(told.move): told for told in found}
    assert len(left) == len(found), f"{len(found) - len(left)} changes were told twice under two ids"
    right = {_identity(move): move for move in wanted}
    assert len(right) == len(wanted)
    missing = [right[key] for key in right.keys() - left.keys()]
    spurious = [left[key].move for key in left.keys() - right.keys()]
    assert not [*missing, *spurious], (
        f"{len(missing)} of {len(right)} stage changes are missing, {len(spurious)} more were told;\nmissing:\n"
        f"{_listed(missing)}\nmore:\n{_listed(spurious)}"
    )
    apart = [
        (left[key].move, right[key].score)
        for key in left
        if abs(left[key].move.score - right[key].score) > POINTS_APART_MAX
    ]
    assert not apart, f"{len(apart)} scores differ:\n{_listed(apart)}"


def require_same_leads(found: Mapping[str, LeadState], expected: Expected, scorecard: Scorecard) -> None:
    """Require that tables hold the leads that were worked out: cells, journal, profile, standings."""
    assert found.keys() == expected.lives.keys(), f"leads: {_listed(found.keys() ^ expected.lives.keys())}"
    differences = [
        difference
        for lead_id, life in expected.lives.items()
        for difference in lead_differences(
            life, found[lead_id], scorecard, expected.clocks[expected.partition_of[lead_id]]
        )
    ]
    assert not differences, f"{len(differences)} differences:\n{_listed(differences)}"


def require_same_refusals(
    letters: Sequence[TopicRecord], inputs: Sequence[TopicRecord], expected: Expected, *, topic_prefix: str = ""
) -> None:
    """Require exactly one dead letter for each refused record: right reason, right place, untouched content."""
    sources = {record.place: record for record in inputs}
    found: dict[Place, str] = {}
    for letter in letters:
        said = DeadLetterHeaders.from_headers(letter.headers)
        place = (said.source_topic.removeprefix(topic_prefix), said.source_partition, said.source_offset)
        assert place not in found, f"{place} has two dead letters"
        found[place] = said.reason.value
        source = sources[place]
        own, given = without_dead_letter_headers(letter.headers), without_dead_letter_headers(source.headers)
        assert (letter.key, letter.value, own) == (source.key, source.value, given), place
        assert (letter.partition, said.source_timestamp_ms) == (source.partition, first_appended_at(source)), place
        assert said.message
        assert said.stage
    wrong = {place: (found.get(place), reason) for place, reason in expected.refused.items()}
    wrong = {place: pair for place, pair in wrong.items() if pair[0] != pair[1]}
    assert not wrong, f"place: (found, wanted):\n{_listed(wrong.items())}"
    assert found.keys() == expected.refused.keys(), f"refused although good: {_listed(found.keys() - expected.refused)}"


def require_true_scores(records: Sequence[TopicRecord], expected: Expected) -> None:
    """Require that each record of `lead-scores` is true of its instant, and each lead's last one of its stage now."""
    last: dict[str, LeadScore] = {}
    for record in records:
        score = LeadScore.model_validate_json(record.value or b"")
        last[score.lead_id] = score
        at, life = milliseconds(score.scored_at), expected.lives[score.lead_id]
        for name, standing in score.scores.items():
            worth = life.scores_at(at, name)
            near = min(abs(standing.score - points) for points in worth)
            assert near <= POINTS_APART_MAX, f"{score.lead_id} {name} at {at}: told {standing.score}, worth {worth}"
    assert last.keys() == expected.lives.keys(), f"never told: {_listed(expected.lives.keys() - last.keys())}"
    stages = {lead_id: {name: one.stage for name, one in score.scores.items()} for lead_id, score in last.items()}
    wanted = {
        lead_id: {name: one.stage for name, one in life.standings.items()} for lead_id, life in expected.lives.items()
    }
    assert stages == wanted


def require_same_forwards(inputs: Sequence[TopicRecord], expected: Expected, *, topic_prefix: str = "") -> None:
    """Require that each stray record stands on `repartition`, unchanged, on its lead's partition, and nothing else."""
    sources = {record.place: record for record in inputs}
    found: dict[Place, int] = {}
    for record in inputs:
        if record.topic != REPARTITION or record.place in expected.refused:
            continue
        source = source_of(record, topic_prefix)
        assert source == sources[source.place], source.place
        assert record.key == json.loads(record.value or b"{}")["lead_id"].encode(), record.place
        assert found.setdefault(source.place, record.partition) == record.partition, source.place
    assert found == expected.strays, f"strays: {_listed(found.items() ^ expected.strays.items())}"


async def require_all_as_recomputed(
    line: Installation, scorecard: Scorecard, *, rules: Rules | None = None
) -> tuple[Expected, list[Told]]:
    """Read all topics and tables of an installation whose workers have stopped, and hold them against the oracle.

    Returns:
        What was worked out, and the stage changes as they were told, repeats too.
    """
    prefix = line.settings.topic_prefix
    inputs = await line.handled_input()
    rules = replace(rules or Rules(), partitions=line.settings.partitions, topic_prefix=prefix)
    expected = recomputed(inputs, scorecard, rules)
    require_same_forwards(inputs, expected, topic_prefix=prefix)
    clocks = {number: facts.clock for number, facts in (await line.facts()).items() if number in expected.clocks}
    assert clocks == expected.clocks
    outputs: dict[str, list[TopicRecord]] = {"stage-changes": [], "lead-scores": [], "dead-letters": []}
    for record in await line.read(*outputs):
        outputs[record.topic].append(record)
    told = told_changes((record.value for record in outputs["stage-changes"]), topic_prefix=prefix)
    require_same_moves(first_of_each(told), expected.moves)
    leads = await line.leads()
    require_same_leads({lead_id: lead.state for lead_id, lead in leads.items()}, expected, scorecard)
    require_same_refusals(outputs["dead-letters"], inputs, expected, topic_prefix=prefix)
    require_true_scores(outputs["lead-scores"], expected)
    return expected, told


def _told(change: StageChange, topic_prefix: str) -> Told:
    cause: Place | str | None = None
    if change.cause.kind == "scorecard":
        cause = change.scorecard_version
    elif change.cause.kind == "correction":
        cause = f"correction of {change.cause.corrects}"
    elif change.cause.kind != "wake_up":
        assert change.cause.topic is not None
        assert change.cause.partition is not None
        assert change.cause.offset is not None
        cause = (change.cause.topic.removeprefix(topic_prefix), change.cause.partition, change.cause.offset)
    at = milliseconds(change.changed_at)
    move = Move(change.lead_id, change.score_name, change.from_stage, change.to_stage, at, change.score, cause)
    return Told(change.id, move, change.scorecard_version)


def _identity(move: Move) -> Move:
    return replace(move, score=0.0)


def lead_differences(life: Life, found: LeadState, scorecard: Scorecard, clock: int) -> list[tuple[str, str, Any, Any]]:
    """Return what differs of one lead: (lead, part, found, wanted), both as of the clock."""
    parts = {
        "cells": (_kept(found.cells, scorecard, clock), _kept(life.cells, scorecard, clock)),
        "profile": (dict(found.profile), life.profile),
        "journal": (_remembered(found, life, clock), _live(life.journal, life, clock)),
        "standings": (dict(found.standings), _graded(life, scorecard, clock)),
        "scorecard": (found.judged_by, scorecard.version),
    }
    return [(life.lead_id, name, *pair) for name, pair in parts.items() if pair[0] != pair[1]]


def _graded(life: Life, scorecard: Scorecard, clock: int) -> dict[str, Standing]:
    """Return where a lead stands, with its grades as of the clock: grades fade between changes of stage."""
    standings = {}
    for name, standing in life.standings.items():
        score = scorecard.scores[name]
        _, engagement, fit = points_of(life.state(), scorecard, score, clock)
        standings[name] = replace(standing, grade=grade(score, engagement, fit))
    return standings


def _kept(cells: Mapping[CellKey, Cell], scorecard: Scorecard, clock: int) -> dict[CellKey, Cell]:
    """Return the cells that have to be kept: the live ones, and the first and last expired one of each series."""
    expired: dict[tuple[str, str, int], list[int]] = {}
    for key in cells:
        signal = scorecard.signals.get(key.signal)
        if signal is not None and valued_until(scorecard, key.signal, (key.bucket + 1) * signal.width_ms) <= clock:
            expired.setdefault((key.source, key.signal, key.verdict), []).append(key.bucket)
    gone = {CellKey(*series, bucket) for series, buckets in expired.items() for bucket in sorted(buckets)[1:-1]}
    return {key: cell for key, cell in cells.items() if key not in gone}


def _remembered(found: LeadState, life: Life, clock: int) -> list[Remembered]:
    entries = [
        Remembered(entry.occurred_at, entry.fingerprint, entry.type, int(entry.verdict), entry.counted)
        for entry in found.journal
        if entry.source == life.lead_id and not entry.is_retracted
    ]
    assert len(entries) == len(found.journal)
    return _live(entries, life, clock)


def _live(entries: Iterable[Remembered], life: Life, clock: int) -> list[Remembered]:
    return [entry for entry in entries if entry.at > clock - life.journal_age_ms]


def _listed(things: Iterable[object]) -> str:
    all_of_them = sorted(map(str, things))
    more = f"\n... and {len(all_of_them) - DIFFERENCES_SHOWN} more" if len(all_of_them) > DIFFERENCES_SHOWN else ""
    return "\n".join(all_of_them[:DIFFERENCES_SHOWN]) + more


def outcomes_by_catalogue(outcomes: Mapping[tuple[str, str], int], topic_prefix: str) -> Counter[tuple[str, str]]:
    """Return a worker's outcomes under the topics' names in the catalogue, zeros left out."""
    return Counter({(topic.removeprefix(topic_prefix), word): n for (topic, word), n in outcomes.items() if n})
