"""How a lead's row is laid out in the tables: columns of numbers, and two lists of texts.

Equal leads give equal rows, whatever the order in which their parts were put together. What the parts mean is not known
here, nor how a row becomes bytes.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from scorer import LeadState, Standing
from streams.lead.cell_columns import cells_of
from streams.lead.columns import (
    NamePositions,
    Positions,
    Texts,
    names_by_position,
    placed_or_none,
    text_or_none,
)
from streams.lead.journal_columns import BASE_MS, JournalMemo
from streams.lead.layout import ChallengedRow, Row, StandingColumns
from streams.lead.lead import Challenge, Lead
from streams.lead.names import packed_names, unpacked_names
from streams.lead.profile_columns import NO_PROFILE, packed_profile, unpacked_profile


def row_of(lead: Lead) -> Row:
    """Lay a lead out as a row; its memo keeps what the next one can begin with."""
    state, memo = lead.state, lead.memo
    memo.journal.follow(state.journal)
    names, ids = NamePositions(), Positions()
    cells = memo.cells.columns(state.cells, names, ids)
    journal = memo.journal.columns(names, ids)
    profile = NO_PROFILE
    if state.profile:
        memo.profile = packed_profile(state.profile, memo.profile)
        profile = memo.profile.columns(names, ids)
    standings = _standing_columns(state.standings, state.judged_at, names)
    judged_ms, shown_age_ms = state.judged_at - journal.base * BASE_MS, state.judged_at - lead.shown_at
    parts = (ids.texts(), cells, journal, profile, standings, judged_ms, state.judged_by, shown_age_ms, lead.is_shown)
    if lead.challenge is None:
        return Row(packed_names(names.texts()), *parts)
    beside = _standing_columns(lead.challenge.standings, state.judged_at, names)
    return ChallengedRow(packed_names(names.texts()), *parts, lead.challenge.version, beside)


def lead_of(row: Row) -> Lead:
    """Return the lead that a row stands for.

    Raises:
        ValueError: If columns that belong together differ in length, or names are none.
        KeyError: If a position points nowhere, or a mark is none.
        IndexError: If a stamp is none.
        struct.error: If a number is cut off.
    """
    names, ids = names_by_position(unpacked_names(row.names)), dict(enumerate(row.ids))
    judged_at = row.journal.base * BASE_MS + row.judged_ms
    journal = JournalMemo.of_columns(row.journal, names, ids)
    state = LeadState(
        cells=MappingProxyType(cells_of(row.cells, names, ids)),
        journal=journal.entries,
        profile=unpacked_profile(row.profile, names, ids),
        standings=MappingProxyType(dict(_standings(row.standings, judged_at, names))),
        judged_at=judged_at,
        judged_by=row.judged_by,
    )
    challenge: Challenge | None = None
    if isinstance(row, ChallengedRow):
        beside = dict(_standings(row.challenge, judged_at, names))
        challenge = Challenge(row.challenged_by, MappingProxyType(beside))
    lead = Lead(state, judged_at - row.shown_age_ms, row.is_shown, challenge=challenge)
    lead.memo.journal = journal
    return lead


def _standing_columns(standings: Mapping[str, Standing], judged_at: int, names: Positions) -> StandingColumns:
    columns = StandingColumns([], [], [], [])
    for name, standing in sorted(standings.items()):
        columns.names.append(names[name])
        columns.stages.append(names[standing.stage])
        columns.ages_ms.append(judged_at - standing.since_at)
        columns.grades.append(placed_or_none(standing.grade, names))
    return columns


def _standings(columns: StandingColumns, judged_at: int, names: Texts) -> Iterator[tuple[str, Standing]]:
    for name, stage, age_ms, grade in zip(columns.names, columns.stages, columns.ages_ms, columns.grades, strict=True):
        yield names[name], Standing(names[stage], judged_at - age_ms, text_or_none(grade, names))
