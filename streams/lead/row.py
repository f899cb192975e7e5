"""How a lead's row is laid out in the tables: columns of numbers, and a list of texts.

Equal leads give equal rows, whatever the order in which their parts were put together. What the parts mean is not known
here, nor how a row becomes bytes.
"""

from collections.abc import Iterator, Mapping
from itertools import accumulate
from operator import sub
from types import MappingProxyType
from typing import Final

import msgspec

from scorer import Cell, CellKey, LeadState, Standing
from streams.lead.columns import (
    Column,
    Packed,
    Positions,
    Texts,
    all_made,
    column_of,
    filled,
    packed,
    placed,
    placed_or_none,
    text_or_none,
    texts_at,
    texts_by_position,
    unpacked,
)
from streams.lead.journal_columns import JournalColumns, JournalMemo
from streams.lead.lead import Challenge, Lead
from streams.lead.profile_columns import NO_PROFILE, ProfileColumns, packed_profile, unpacked_profile


class CellColumns(msgspec.Struct, array_like=True, frozen=True, gc=False, forbid_unknown_fields=True):
    """The cells in the order of their keys. ``buckets``: each less the one before."""

    buckets: Column
    sources: Column
    signals: Column
    verdicts: Column
    counts: Column
    offsets_ms: Packed
    measures: Column


class StandingColumns(msgspec.Struct, array_like=True, frozen=True, gc=False, forbid_unknown_fields=True):
    """The standings by name of the score. ``ages_ms``: ``judged_at`` less since; ``grades`` as correlations."""

    names: Column
    stages: Column
    ages_ms: Column
    grades: Column


class Row(msgspec.Struct, array_like=True, frozen=True, gc=False, forbid_unknown_fields=True):
    """A row. ``shown_age_ms``: ``judged_at`` less ``shown_at``."""

    texts: list[str]
    cells: CellColumns
    journal: JournalColumns
    profile: ProfileColumns
    standings: StandingColumns
    judged_at: int
    judged_by: str
    shown_age_ms: int
    is_shown: bool


class ChallengedRow(Row, array_like=True, frozen=True, gc=False, forbid_unknown_fields=True):
    """A row of a lead that a challenger has judged too: by which version, and where the lead stands by it."""

    challenged_by: str
    challenge: StandingColumns


_NO_CELLS: Final = CellColumns([], [], [], [], [], b"", [])


def row_of(lead: Lead) -> Row:
    """Lay a lead out as a row; its memo keeps what the next one can begin with."""
    state, memo = lead.state, lead.memo
    memo.journal.follow(state.journal)
    positions = Positions()
    cells = _cell_columns(state.cells, positions)
    journal = memo.journal.columns(positions)
    profile = NO_PROFILE
    if state.profile:
        memo.profile = packed_profile(state.profile, memo.profile)
        profile = memo.profile.columns(positions)
    standings = _standing_columns(state.standings, state.judged_at, positions)
    shown_age_ms = state.judged_at - lead.shown_at
    told = (state.judged_at, state.judged_by, shown_age_ms, lead.is_shown)
    if lead.challenge is None:
        return Row(positions.texts(), cells, journal, profile, standings, *told)
    beside = _standing_columns(lead.challenge.standings, state.judged_at, positions)
    texts = positions.texts()
    return ChallengedRow(texts, cells, journal, profile, standings, *told, lead.challenge.version, beside)


def lead_of(row: Row) -> Lead:
    """Return the lead that a row stands for.

    Raises:
        ValueError: If columns that belong together differ in length.
        KeyError: If a position points nowhere, or a mark is none.
        IndexError: If a stamp is none.
        struct.error: If a number is cut off.
    """
    texts = texts_by_position(row.texts)
    journal = JournalMemo.of_columns(row.journal, texts)
    state = LeadState(
        cells=MappingProxyType(_cells(row.cells, texts)),
        journal=journal.entries,
        profile=unpacked_profile(row.profile, texts),
        standings=MappingProxyType(dict(_standings(row.standings, row.judged_at, texts))),
        judged_at=row.judged_at,
        judged_by=row.judged_by,
    )
    challenge: Challenge | None = None
    if isinstance(row, ChallengedRow):
        beside = dict(_standings(row.challenge, row.judged_at, texts))
        challenge = Challenge(row.challenged_by, MappingProxyType(beside))
    lead = Lead(state, row.judged_at - row.shown_age_ms, row.is_shown, challenge=challenge)
    lead.memo.journal = journal
    return lead


def _cell_columns(cells: Mapping[CellKey, Cell], positions: Positions) -> CellColumns:
    if not cells:
        return _NO_CELLS
    keys, counters = zip(*sorted(cells.items()), strict=True)
    sources, signals, verdicts, buckets = zip(*keys, strict=True)
    counts, offsets_ms, measures = zip(*counters, strict=True)
    return CellColumns(
        buckets=[*map(sub, buckets, (0, *buckets))],
        sources=placed(sources, positions),
        signals=placed(signals, positions),
        verdicts=column_of([*map(int, verdicts)]),
        counts=[*counts],
        offsets_ms=packed("I", offsets_ms),
        measures=column_of([*measures]),
    )


def _cells(columns: CellColumns, texts: Texts) -> dict[CellKey, Cell]:
    size = len(columns.buckets)
    keys = zip(
        texts_at(columns.sources, size, texts),
        texts_at(columns.signals, size, texts),
        filled(columns.verdicts, size),
        accumulate(columns.buckets),
        strict=True,
    )
    offsets_ms = unpacked("I", columns.offsets_ms)
    counters = zip(columns.counts, offsets_ms, filled(columns.measures, size), strict=True)
    return dict(zip(all_made(CellKey, keys), all_made(Cell, counters), strict=True))


def _standing_columns(standings: Mapping[str, Standing], judged_at: int, positions: Positions) -> StandingColumns:
    ordered = sorted(standings.items())
    return StandingColumns(
        names=[positions[name] for name, _ in ordered],
        stages=[positions[standing.stage] for _, standing in ordered],
        ages_ms=[judged_at - standing.since_at for _, standing in ordered],
        grades=[placed_or_none(standing.grade, positions) for _, standing in ordered],
    )


def _standings(columns: StandingColumns, judged_at: int, texts: Texts) -> Iterator[tuple[str, Standing]]:
    for name, stage, age_ms, grade in zip(columns.names, columns.stages, columns.ages_ms, columns.grades, strict=True):
        yield texts[name], Standing(texts[stage], judged_at - age_ms, text_or_none(grade, texts))
