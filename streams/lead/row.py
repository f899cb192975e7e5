"""How a lead's row is laid out in the tables: columns of numbers, and a list of texts.

A text stands once, in the row's list or among the words that all rows share, and is referred to by its position. A
column of nothing but zeros is left empty. Equal leads give equal rows, whatever the order in which their parts were put
together. What the parts mean is not known here, nor how a row becomes bytes.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, islice
from operator import sub
from types import MappingProxyType
from typing import Final

import msgspec

from scorer import Attribute, Cell, CellKey, JournalEntry, LeadState, Scalar, Standing, Verdict
from streams.lead.lead import Lead

WORDS: Final = (
    *("page_view", "email_open", "email_click", "form_fill", "unsubscribe"),
    *("default", "subscriber", "lead", "mql", "sql", "customer", "disqualified"),
    *("email_domain", "first_name", "last_name", "title", "company", "company_size", "industry", "country"),
)
"""Texts that most rows have, at no cost to the row: position -1 is the first, -2 the second. Never changed."""

Column = list[int]
Texts = Mapping[int, str]
Packed = bytes | list[int]
"""Whole numbers of one width, little-endian; a list where one does not fit."""

_WORD_POSITIONS: Final = {word: -1 - place for place, word in enumerate(WORDS)}
_WORDS_BY_POSITION: Final = {position: word for word, position in _WORD_POSITIONS.items()}
_VERDICTS: Final = {int(verdict): verdict for verdict in Verdict}


class CellColumns(msgspec.Struct, array_like=True, frozen=True, gc=False, forbid_unknown_fields=True):
    """The cells in the order of their keys. ``buckets``: each less the one before."""

    buckets: Column
    sources: Column
    signals: Column
    verdicts: Column
    counts: Column
    offsets_ms: Packed
    measures: Column


class JournalColumns(msgspec.Struct, array_like=True, frozen=True, gc=False, forbid_unknown_fields=True):
    """The journal in its order.

    ``instants``: each less ``first_at``. ``correlations``: 0 for none, a position in ``texts`` plus 1, or a word.
    ``marks``: 8 x how many of ``signals`` and ``measures`` the entry was counted under, + 4 if retracted, + verdict.
    """

    fingerprints: Packed
    first_at: int
    instants: Packed
    sources: Column
    types: Column
    correlations: Column
    marks: Column
    signals: Column
    measures: Column


class ProfileColumns(msgspec.Struct, array_like=True, frozen=True, gc=False, forbid_unknown_fields=True):
    """The attributes by source and name; those of one update share a stamp, which is their largest part."""

    values: list[str | int | float | bool | None]
    sources: Column
    names: Column
    stamps: Column
    instants: Column
    fingerprints: Packed


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


class _Positions(dict[str, int]):
    """Where each text of a row stands; asking for a new one adds it."""

    def __missing__(self, text: str) -> int:
        position = self[text] = len(self) - len(WORDS)
        return position


def row_of(lead: Lead) -> Row:
    """Lay a lead out as a row."""
    state = lead.state
    positions = _Positions(_WORD_POSITIONS)
    cells = _cell_columns(state.cells, positions)
    journal = _journal_columns(state.journal, positions)
    profile = _profile_columns(state.profile, positions)
    standings = _standing_columns(state.standings, state.judged_at, positions)
    texts = [*islice(positions, len(WORDS), None)]
    shown_age_ms = state.judged_at - lead.shown_at
    return Row(texts, cells, journal, profile, standings, state.judged_at, state.judged_by, shown_age_ms, lead.is_shown)


def lead_of(row: Row) -> Lead:
    """Return the lead that a row stands for.

    Raises:
        ValueError: If columns that belong together differ in length, or a verdict is none.
        KeyError: If a position points nowhere.
        IndexError: If a stamp is none.
    """
    texts = _WORDS_BY_POSITION | dict(enumerate(row.texts))
    state = LeadState(
        cells=MappingProxyType(_cells(row.cells, texts)),
        journal=tuple(_journal(row.journal, texts)),
        profile=MappingProxyType(_profile(row.profile, texts)),
        standings=MappingProxyType(dict(_standings(row.standings, row.judged_at, texts))),
        judged_at=row.judged_at,
        judged_by=row.judged_by,
    )
    return Lead(state, row.judged_at - row.shown_age_ms, row.is_shown)


def _cell_columns(cells: Mapping[CellKey, Cell], positions: _Positions) -> CellColumns:
    keys = sorted(cells)
    buckets = [key.bucket for key in keys]
    ordered = [cells[key] for key in keys]
    return CellColumns(
        buckets=[*map(sub, buckets, (0, *buckets))],
        sources=_column([positions[key.source] for key in keys]),
        signals=_column([positions[key.signal] for key in keys]),
        verdicts=_column([int(key.verdict) for key in keys]),
        counts=[cell.count for cell in ordered],
        offsets_ms=_packed("I", [cell.offset_ms for cell in ordered]),
        measures=_column([cell.measure for cell in ordered]),
    )


def _cells(columns: CellColumns, texts: Texts) -> dict[CellKey, Cell]:
    size = len(columns.buckets)
    keys = map(
        CellKey,
        _texts(_filled(columns.sources, size), texts),
        _texts(_filled(columns.signals, size), texts),
        _filled(columns.verdicts, size),
        accumulate(columns.buckets),
    )
    counters = map(Cell, columns.counts, _unpacked("I", columns.offsets_ms), _filled(columns.measures, size))
    return dict(zip(keys, counters, strict=True))


def _journal_columns(journal: Sequence[JournalEntry], positions: _Positions) -> JournalColumns:
    first_at = journal[0].occurred_at if journal else 0
    counted = [pair for entry in journal for pair in entry.counted]
    return JournalColumns(
        fingerprints=_packed("Q", [entry.fingerprint for entry in journal]),
        first_at=first_at,
        instants=_packed("I", [entry.occurred_at - first_at for entry in journal]),
        sources=_column([positions[entry.source] for entry in journal]),
        types=_column([positions[entry.type] for entry in journal]),
        correlations=_column([_position_or_none(entry.correlation, positions) for entry in journal]),
        marks=[8 * len(entry.counted) + 4 * entry.is_retracted + entry.verdict for entry in journal],
        signals=_column([positions[signal] for signal, _ in counted]),
        measures=_column([measure for _, measure in counted]),
    )


def _journal(columns: JournalColumns, texts: Texts) -> Iterator[JournalEntry]:
    fingerprints = _unpacked("Q", columns.fingerprints)
    size = len(fingerprints)
    counted_size = sum(marks >> 3 for marks in columns.marks)
    signals = _texts(_filled(columns.signals, counted_size), texts)
    counted = zip(signals, _filled(columns.measures, counted_size), strict=True)
    for instant, source, fingerprint, kind, correlation, marks in zip(
        _unpacked("I", columns.instants),
        _texts(_filled(columns.sources, size), texts),
        fingerprints,
        _texts(_filled(columns.types, size), texts),
        _filled(columns.correlations, size),
        columns.marks,
        strict=True,
    ):
        yield JournalEntry(
            columns.first_at + instant,
            source,
            fingerprint,
            kind,
            _text_or_none(correlation, texts),
            _VERDICTS[marks & 3],
            tuple(islice(counted, marks >> 3)),
            bool(marks & 4),
        )


def _profile_columns(profile: Mapping[tuple[str, str], Attribute], positions: _Positions) -> ProfileColumns:
    ordered = sorted(profile.items())
    stamped = [(attribute.occurred_at, attribute.fingerprint) for _, attribute in ordered]
    stamps = {stamp: place for place, stamp in enumerate(dict.fromkeys(stamped))}
    instants = [occurred_at for occurred_at, _ in stamps]
    values: list[Scalar | None] = [attribute.value for _, attribute in ordered]
    return ProfileColumns(
        values=values,
        sources=_column([positions[source] for (source, _), _ in ordered]),
        names=_column([positions[name] for (_, name), _ in ordered]),
        stamps=_column([stamps[stamp] for stamp in stamped]),
        instants=[*map(sub, instants, (0, *instants))],
        fingerprints=_packed("Q", [fingerprint for _, fingerprint in stamps]),
    )


def _profile(columns: ProfileColumns, texts: Texts) -> dict[tuple[str, str], Attribute]:
    size = len(columns.values)
    stamps = [*zip(accumulate(columns.instants), _unpacked("Q", columns.fingerprints), strict=True)]
    keys = zip(_texts(_filled(columns.sources, size), texts), _texts(_filled(columns.names, size), texts), strict=True)
    stamped = (stamps[stamp] for stamp in _filled(columns.stamps, size))
    attributes = (Attribute(*stamp, value) for stamp, value in zip(stamped, columns.values, strict=True))
    return dict(zip(keys, attributes, strict=True))


def _standing_columns(standings: Mapping[str, Standing], judged_at: int, positions: _Positions) -> StandingColumns:
    ordered = sorted(standings.items())
    return StandingColumns(
        names=[positions[name] for name, _ in ordered],
        stages=[positions[standing.stage] for _, standing in ordered],
        ages_ms=[judged_at - standing.since_at for _, standing in ordered],
        grades=[_position_or_none(standing.grade, positions) for _, standing in ordered],
    )


def _standings(columns: StandingColumns, judged_at: int, texts: Texts) -> Iterator[tuple[str, Standing]]:
    for name, stage, age_ms, grade in zip(columns.names, columns.stages, columns.ages_ms, columns.grades, strict=True):
        yield texts[name], Standing(texts[stage], judged_at - age_ms, _text_or_none(grade, texts))


def _position_or_none(text: str | None, positions: _Positions) -> int:
    if text is None:
        return 0
    position = positions[text]
    return position if position < 0 else position + 1


def _text_or_none(position: int, texts: Texts) -> str | None:
    if position == 0:
        return None
    return texts[position - 1 if position > 0 else position]


def _texts(positions: Column, texts: Texts) -> list[str]:
    return [texts[position] for position in positions]


def _column(values: Column) -> Column:
    return values if any(values) else []


def _filled(column: Column, size: int) -> Column:
    """Undo `_column`. A column of another length is found by the strict zip that takes it."""
    return column or [0] * size


def _packed(kind: str, values: list[int]) -> Packed:
    try:
        return struct.pack(f"<{len(values)}{kind}", *values)
    except struct.error:
        return values


def _unpacked(kind: str, packed: Packed) -> Sequence[int]:
    if isinstance(packed, bytes):
        return struct.unpack(f"<{len(packed) // struct.calcsize('<' + kind)}{kind}", packed)
    return packed
