"""A lead's journal as columns, and how those of a longer journal are made out of those it had.

From one commit to the next a journal gets an entry or two at its end and loses as many at its front. So an entry's
numbers depend on itself, on a base that seldom moves, and on its kind: what it shares with others of the journal. What
was packed is kept beside the lead and goes on from there, at a tenth of what packing 64 entries anew takes.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice, repeat
from operator import add, is_not
from typing import Final

import msgspec

from scorer import JournalEntry, Verdict
from streams.lead.columns import Column, Packed, Positions, Texts, all_made, packed, unpacked

BASE_MS: Final = 2**31
"""Instants are told from a multiple of this, some 25 days; so those of a journal of as long fit into 32 bits."""

IS_RETRACTED: Final = 4
IS_MEASURED: Final = 8
IS_CORRELATED: Final = 16
SIGNALS: Final = 32
_FLAGS: Final = IS_RETRACTED | IS_MEASURED | IS_CORRELATED
_VERDICTS: Final[Mapping[int, Verdict]] = {int(verdict): verdict for verdict in Verdict}

Counted = tuple[tuple[str, int], ...]
Alike = tuple[str, str, int, bool, bool, Counted]
Kind = tuple[str, str, int, tuple[str, ...]]
"""What entries share: source, type, mark, and the signals that they were counted under.

The mark is the verdict, a bit each for those that were retracted, have measures other than 0, have a correlation, and
`SIGNALS` x how many signals.
"""


KnownColumns = tuple[Sequence[str], Sequence[str], Column, Sequence[str]]
"""Of some kinds the sources, types, marks, and all signals."""


class JournalColumns(msgspec.Struct, array_like=True, frozen=True, gc=False, forbid_unknown_fields=True):
    """The journal in its order.

    ``instants``: each less ``base_at``. ``kinds``: each entry's place among the kinds, which are in order in the next
    four columns. ``correlations``: the positions of those that there are. ``measures``: of the entries that have some,
    one for each signal.
    """

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


class JournalMemo:
    """A journal as it was last packed: its columns, but for the positions of texts, which are the row's."""

    __slots__ = (
        *("_base_at", "_correlations", "_entries", "_fingerprints", "_instants", "_kinds"),
        *("_known", "_known_columns", "_measures"),
    )

    def __init__(self) -> None:
        """Start with an empty journal."""
        self._entries: tuple[JournalEntry, ...] = ()
        self._base_at = 0
        self._fingerprints: Packed = b""
        self._instants: Packed = b""
        self._kinds: Packed = b""
        self._known: tuple[Kind, ...] = ()
        self._known_columns: KnownColumns = ((), (), [], [])
        self._correlations: list[str] = []
        self._measures: list[int] = []

    @property
    def entries(self) -> tuple[JournalEntry, ...]:
        """The journal."""
        return self._entries

    def follow(self, journal: tuple[JournalEntry, ...]) -> None:
        """Become what another journal is packed; work is saved where it begins as this one ends."""
        if journal is not self._entries and not (journal and self._entries and self._goes_on(journal)):
            self._pack(journal)

    def columns(self, positions: Positions) -> JournalColumns:
        """Return the columns of a row whose texts stand at these positions."""
        at = positions.__getitem__
        sources, types, marks, signals = self._known_columns
        return JournalColumns(
            self._fingerprints,
            self._base_at,
            self._instants,
            self._kinds,
            [*map(at, sources)],
            [*map(at, types)],
            marks,
            [*map(at, signals)],
            [*map(at, self._correlations)],
            [*self._measures],
        )

    @classmethod
    def of_columns(cls, columns: JournalColumns, texts: Texts) -> "JournalMemo":
        """Return the journal that columns stand for.

        Raises:
            ValueError: If columns that belong together differ in length.
            KeyError: If a position or a place points nowhere, or a mark has no verdict.
            struct.error: If a number is cut off.
        """
        memo = cls()
        memo._know(_kinds_at(columns, texts))
        memo._base_at, memo._measures = columns.base_at, [*columns.measures]
        memo._fingerprints, memo._instants, memo._kinds = columns.fingerprints, columns.instants, columns.kinds
        memo._correlations = [texts[position] for position in columns.correlations]
        memo._entries = memo._unpacked()
        return memo

    def _goes_on(self, journal: tuple[JournalEntry, ...]) -> bool:
        """Go on, if the journal lost entries at its front only, and what came at its end is of known kinds."""
        before = self._entries
        try:
            gone = before.index(journal[0])
        except ValueError:
            return False
        stayed = len(before) - gone
        if journal[:stayed] != before[gone:] or _base_of(journal) != self._base_at:
            return False
        new, lost = journal[stayed:], before[:gone]
        kinds = [_kind(_alike(entry)) for entry in new]
        staying = self._kinds[gone:]
        if not (self._knows(kinds) and all(map(staying.__contains__, self._kinds[:gone]))):
            return False  # a kind came or went
        try:
            fingerprints = b"".join([entry.fingerprint.to_bytes(8, "little") for entry in new])
            instants = b"".join([(entry.occurred_at - self._base_at).to_bytes(4, "little") for entry in new])
            self._fingerprints = self._fingerprints[8 * gone :] + fingerprints  # type: ignore[operator]
            self._instants = self._instants[4 * gone :] + instants  # type: ignore[operator]
            self._kinds = staying + bytes(map(self._known.index, kinds))  # type: ignore[operator]
        except (OverflowError, TypeError, ValueError):
            return False  # a number does not fit, or one did not before
        if lost and self._correlations:
            del self._correlations[: sum([entry.correlation is not None for entry in lost])]
        if lost and self._measures:
            del self._measures[: sum([len(_measures(entry.counted)) for entry in lost])]
        for entry in new:
            if entry.correlation is not None:
                self._correlations.append(entry.correlation)
            self._measures += _measures(entry.counted)
        self._entries = journal
        return True

    def _knows(self, kinds: Iterable[Kind]) -> bool:
        return all(map(self._known.__contains__, kinds))

    def _pack(self, journal: tuple[JournalEntry, ...]) -> None:
        # Column by column: C's loops take half the time of Python's.
        columns = zip(*journal, strict=True) if journal else ((),) * 8
        instants, sources, fingerprints, types, correlations, verdicts, counted, retracted = columns
        kind_of = _Kinds()
        is_correlated = map(is_not, correlations, repeat(None))
        alike = zip(sources, types, map(int, verdicts), retracted, is_correlated, counted, strict=True)
        kinds = [*map(kind_of.__getitem__, alike)]
        self._know(tuple(sorted({*kind_of.values()})))
        places = {kind: place for place, kind in enumerate(self._known)}
        self._entries = journal
        self._base_at = _base_of(journal)
        self._fingerprints = packed("Q", fingerprints)
        self._instants = packed("I", [instant - self._base_at for instant in instants])
        self._kinds = packed("B", [*map(places.__getitem__, kinds)])
        self._correlations = [text for text in correlations if text is not None]
        self._measures = [
            measure
            for (_, _, mark, _), pairs in zip(kinds, counted, strict=True)
            if mark & IS_MEASURED
            for _, measure in pairs
        ]

    def _know(self, kinds: tuple[Kind, ...]) -> None:
        """Know some kinds, in order, and no others."""
        self._known = kinds
        sources, types, marks, signals = zip(*kinds, strict=True) if kinds else ((),) * 4
        self._known_columns = (sources, types, [*marks], [*chain.from_iterable(signals)])

    def _unpacked(self) -> tuple[JournalEntry, ...]:
        """Return the entries that the columns stand for."""
        # By place, in a dictionary: it finds none below 0, as a list would. Entries of a kind share what was counted.
        shared = {
            place: (
                source,
                name,
                _VERDICTS[mark % SIGNALS & ~_FLAGS],
                tuple([(signal, 0) for signal in signals]),
                mark & IS_RETRACTED != 0,
                mark,
            )
            for place, (source, name, mark, signals) in enumerate(self._known)
        }
        kinds = [*map(shared.__getitem__, self._kinds)]
        sources, types, verdicts, counted, retracted, marks = zip(*kinds, strict=True) if kinds else ((),) * 6
        entries = zip(
            map(add, unpacked("I", self._instants), repeat(self._base_at)),
            sources,
            unpacked("Q", self._fingerprints),
            types,
            _with_correlations(marks, self._correlations),
            verdicts,
            _with_measures(marks, counted, self._measures),
            retracted,
            strict=True,
        )
        return tuple(all_made(JournalEntry, entries))


class _Kinds(dict[Alike, Kind]):
    """The kinds of entries; many are alike."""

    def __missing__(self, alike: Alike) -> Kind:
        kind = self[alike] = _kind(alike)
        return kind


def _alike(entry: JournalEntry) -> Alike:
    return (entry.source, entry.type, entry.verdict, entry.is_retracted, entry.correlation is not None, entry.counted)


def _kind(alike: Alike) -> Kind:
    """Return the kind of all entries that have these in common."""
    source, name, verdict, is_retracted, is_correlated, counted = alike
    mark = SIGNALS * len(counted) + IS_RETRACTED * is_retracted + IS_CORRELATED * is_correlated + verdict
    signals = tuple([signal for signal, _ in counted])
    return source, name, mark + IS_MEASURED if _measures(counted) else mark, signals


def _kinds_at(columns: JournalColumns, texts: Texts) -> tuple[Kind, ...]:
    """Return the kinds of which columns tell."""
    signals = iter([texts[position] for position in columns.kind_signals])
    named = zip(columns.kind_sources, columns.kind_types, columns.kind_marks, strict=True)
    kinds = [
        (texts[source], texts[name], mark, tuple(islice(signals, mark // SIGNALS))) for source, name, mark in named
    ]
    _require(len(columns.kind_signals), sum([mark // SIGNALS for mark in columns.kind_marks]))
    return tuple(kinds)


def _measures(counted: Counted) -> list[int]:
    """Return the measures of an entry; none if they are all 0, as nearly always."""
    measures = [measure for _, measure in counted]
    return measures if any(measures) else []


def _base_of(journal: Sequence[JournalEntry]) -> int:
    return journal[0].occurred_at // BASE_MS * BASE_MS if journal else 0


def _with_correlations(marks: Sequence[int], given: Sequence[str]) -> Sequence[str | None]:
    """Return the correlation of each entry."""
    _require(len(given), sum([mark & IS_CORRELATED for mark in marks]) // IS_CORRELATED)
    if not given:
        return [None] * len(marks)
    left = iter(given)
    return [next(left) if mark & IS_CORRELATED else None for mark in marks]


def _with_measures(marks: Sequence[int], counted: Sequence[Counted], measures: Sequence[int]) -> Sequence[Counted]:
    """Return what each entry was counted under, with its measures."""
    _require(len(measures), sum([mark // SIGNALS for mark in marks if mark & IS_MEASURED]))
    if not measures:
        return counted
    left = iter(measures)
    return [
        tuple([(name, next(left)) for name, _ in pairs]) if mark & IS_MEASURED else pairs
        for mark, pairs in zip(marks, counted, strict=True)
    ]


def _require(count: int, wanted: int) -> None:
    """Refuse a column of another length than the marks ask for."""
    if count != wanted:
        raise ValueError(f"{count} values in a column, and {wanted} are asked for")
