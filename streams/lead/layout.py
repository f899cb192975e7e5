"""How what the tables keep is laid out: a lead's row, its columns, and an entry of the outbox.

These stand apart, and are never compiled: mypyc knows neither the keywords nor the annotations by which msgspec makes
a struct. What the columns mean is said where they are made and read.
"""

import msgspec

from streams.lead.columns import Column, Packed
from streams.lead.names import Names


class CellColumns(msgspec.Struct, array_like=True, frozen=True, gc=False, forbid_unknown_fields=True):
    """The cells in the order of their keys. ``buckets``: each less the one before.

    ``verdicts``, ``counts`` and ``measures`` tell of some cells only, as `some_of` says.
    """

    buckets: Column
    sources: Column
    signals: Column
    verdicts: Column
    counts: Column
    offsets_ms: Packed
    measures: Column


class JournalColumns(msgspec.Struct, array_like=True, frozen=True, gc=False, forbid_unknown_fields=True):
    """The journal in its order.

    ``instants``: each less ``base`` x `BASE_MS`. ``kinds``: each entry's place among the kinds, which are in order in
    the next four columns. ``correlations``: the positions of those that there are. ``measures``: of the entries that
    have some, one for each signal.
    """

    fingerprints: Packed
    base: int
    instants: Packed
    kinds: Packed
    kind_sources: Column
    kind_types: Column
    kind_marks: Column
    kind_signals: Column
    correlations: Column
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
    """A row. Texts that name one of many (a lead, a mail) stand in ``ids``, all others in ``names``.

    ``judged_ms``: ``judged_at`` less the base of the journal; ``shown_age_ms``: ``judged_at`` less ``shown_at``.
    """

    names: Names
    ids: list[str]
    cells: CellColumns
    journal: JournalColumns
    profile: ProfileColumns
    standings: StandingColumns
    judged_ms: int
    judged_by: str
    shown_age_ms: int
    is_shown: bool


class ChallengedRow(Row, array_like=True, frozen=True, gc=False, forbid_unknown_fields=True):
    """A row of a lead that a challenger has judged too: by which version, and where the lead stands by it."""

    challenged_by: str
    challenge: StandingColumns


class EarlierCellColumns(msgspec.Struct, array_like=True, frozen=True, gc=False, forbid_unknown_fields=True):
    """The cells in the order of their keys. ``buckets``: each less the one before."""

    buckets: Column
    sources: Column
    signals: Column
    verdicts: Column
    counts: Column
    offsets_ms: Packed
    measures: Column


class EarlierJournalColumns(msgspec.Struct, array_like=True, frozen=True, gc=False, forbid_unknown_fields=True):
    """As `JournalColumns`, but for ``base_at``: an instant."""

    fingerprints: Packed
    base_at: int
    instants: Packed
    kinds: Packed
    kind_sources: Column
    kind_types: Column
    kind_marks: Column
    kind_signals: Column
    correlations: Column
    measures: Column


class EarlierRow(msgspec.Struct, array_like=True, frozen=True, gc=False, forbid_unknown_fields=True):
    """A row. ``shown_age_ms``: ``judged_at`` less ``shown_at``."""

    texts: list[str]
    cells: EarlierCellColumns
    journal: EarlierJournalColumns
    profile: ProfileColumns
    standings: StandingColumns
    judged_at: int
    judged_by: str
    shown_age_ms: int
    is_shown: bool


class EarlierChallengedRow(EarlierRow, array_like=True, frozen=True, gc=False, forbid_unknown_fields=True):
    """A row of a lead that a challenger has judged too: by which version, and where the lead stands by it."""

    challenged_by: str
    challenge: StandingColumns


class Entry(msgspec.Struct, array_like=True, frozen=True, gc=False, forbid_unknown_fields=True):
    """The layout of an outbox entry."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    timestamp_ms: int | None
