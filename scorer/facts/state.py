"""Everything that is known of one lead, as a value: cells, journal, profile, standings.

A state holds facts and the last judgement, never points: what a lead is worth is computed from it
(`scorer.worth.valuation`). Equal histories give equal states, whatever the order in which they came in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from scorer.facts.activity import Scalar, Verdict


class CellKey(NamedTuple):
    """Which counter: under which id of the person, of what signal, by whom, in which time bucket.

    ``bucket`` is ``occurred_at // width_ms`` of the signal.
    """

    source: str
    signal: str
    verdict: int
    bucket: int


class Cell(NamedTuple):
    """One counter: all integers, so that adding and taking back are exact.

    ``offset_ms`` sums the milliseconds after the bucket's start; with the count it gives the mean time.
    """

    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody asks of three counters
    offset_ms: int
    measure: int


def new_key(source: str, signal: str, verdict: int, bucket: int) -> CellKey:
    """Make a key, as calling its class does: compiled in two thirds of the time, as no code of Python's runs then."""
    return tuple.__new__(CellKey, (source, signal, verdict, bucket))


def new_cell(count: int, offset_ms: int, measure: int) -> Cell:
    """Make a cell, as calling its class does, likewise."""
    return tuple.__new__(Cell, (count, offset_ms, measure))


class Attribute(NamedTuple):
    """The value of one profile attribute, with the stamp that decides which of two values wins."""

    occurred_at: int
    fingerprint: int
    value: Scalar | None


class JournalEntry(NamedTuple):
    """One recent activity: enough to recognise its repeat and to take its counts back.

    ``counted`` lists the signals it was counted under, each with its scaled measure. An entry that
    ``is_retracted`` stays as a tombstone, so that a repeat of what was taken back is not counted.
    """

    occurred_at: int
    source: str
    fingerprint: int
    type: str
    correlation: str | None
    verdict: Verdict
    counted: tuple[tuple[str, int], ...]
    is_retracted: bool = False


def new_entry(
    occurred_at: int,
    source: str,
    fingerprint: int,
    type_: str,
    correlation: str | None,
    verdict: Verdict,
    counted: tuple[tuple[str, int], ...],
) -> JournalEntry:
    """Make an entry of an activity that was not taken back, as calling its class does, likewise."""
    fields = (occurred_at, source, fingerprint, type_, correlation, verdict, counted, False)
    return tuple.__new__(JournalEntry, fields)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a lead stands in one named score: its stage, since when, and its grade."""

    stage: str
    since_at: int
    grade: str | None


@dataclass(frozen=True, slots=True)
class LeadState:
    """All that is known of one lead.

    ``journal`` is ordered by (occurred_at, source, fingerprint). ``profile`` is keyed by (source, attribute).
    ``standings`` is keyed by the name of the score; empty until the lead is first judged. ``judged_at`` is the
    latest instant at which it was judged and ``judged_by`` the scorecard version that did.
    """

    cells: Mapping[CellKey, Cell] = field(default_factory=lambda: MappingProxyType({}))
    journal: tuple[JournalEntry, ...] = ()
    profile: Mapping[tuple[str, str], Attribute] = field(default_factory=lambda: MappingProxyType({}))
    standings: Mapping[str, Standing] = field(default_factory=lambda: MappingProxyType({}))
    judged_at: int = 0
    judged_by: str = ""
