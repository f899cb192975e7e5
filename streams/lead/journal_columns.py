"""A lead's journal as columns, and how those of a longer journal are made out of those it had.

From one commit to the next a journal gets an entry or two at its end and loses as many at its front. So an entry's
numbers depend on itself, on a base that seldom moves, and on its kind: what it shares with others of the journal. What
was packed is kept beside the lead and goes on from there, in a fifth of the time that packing 64 entries anew takes.
"""

from collections.abc import Iterable, Sequence
from itertools import chain, islice, repeat, takewhile
from operator import add, is_not
from typing import Final

from scorer import JournalEntry
from streams.lead.columns import Column, Packed, Positions, Texts, all_made, packed, placed, texts_at, unpacked
from streams.lead.journal_kinds import (
    FLAGS,
    IS_MEASURED,
    IS_RETRACTED,
    SIGNALS,
    VERDICTS,
    Kind,
    Kinds,
    kind_of,
    measures_of,
    require,
    with_correlations,
    with_measures,
)
from streams.lead.layout import JournalColumns

BASE_MS: Final = 2**31
"""Instants are told from a multiple of this, some 25 days; so those of a journal of as long fit into 32 bits."""

APPENDED_MAX: Final = 16
"""Of more new entries than this, packing all anew takes less than appending them."""

KnownColumns = tuple[Sequence[str], Sequence[str], Column, Sequence[str]]
"""Of some kinds the sources, types, marks, and all signals."""


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
        if journal is not self._entries and not self._goes_on(journal):
            self._pack(journal)

    def columns(self, names: Positions, ids: Positions) -> JournalColumns:
        """Return the columns of a row whose texts stand at these positions."""
        sources, types, marks, signals = self._known_columns
        return JournalColumns(
            self._fingerprints,
            self._base_at // BASE_MS,
            self._instants,
            self._kinds,
            placed(sources, ids),
            [*map(names.__getitem__, types)],
            marks,
            [*map(names.__getitem__, signals)],
            [*map(ids.__getitem__, self._correlations)],
            [*self._measures],
        )

    @classmethod
    def of_columns(cls, columns: JournalColumns, names: Texts, ids: Texts) -> "JournalMemo":
        """Return the journal that columns stand for.

        Raises:
            ValueError: If columns that belong together differ in length.
            KeyError: If a position or a place points nowhere, or a mark has no verdict.
            struct.error: If a number is cut off.
        """
        memo = cls()
        memo._know(_kinds_at(columns, names, ids))
        memo._base_at, memo._measures = columns.base * BASE_MS, [*columns.measures]
        memo._fingerprints, memo._instants, memo._kinds = columns.fingerprints, columns.instants, columns.kinds
        memo._correlations = [ids[position] for position in columns.correlations]
        memo._entries = memo._unpacked()
        return memo

    def _goes_on(self, journal: tuple[JournalEntry, ...]) -> bool:
        """Go on, if the journal lost entries at its front and has a few others at its end."""
        before = self._entries
        if not (journal and self._is_packed()):
            return False
        try:
            gone = before.index(journal[0]) if before else 0
        except ValueError:
            return False
        stayed = len(before) - gone
        if journal[:stayed] != before[gone:]:
            # One came late, and those after it moved on by a place.
            stayed = sum(1 for _ in takewhile(_is_same, zip(journal, before[gone:], strict=False)))
        if len(journal) - stayed > APPENDED_MAX or (before and _base_of(journal) != self._base_at):
            return False
        self._base_at = _base_of(journal)
        try:
            if gone:
                self._drop(before[:gone])
            if gone + stayed < len(before):
                self._cut(before[gone + stayed :], stayed)
            for entry in journal[stayed:]:
                self._append(entry)
        except (OverflowError, ValueError):
            return False  # it does not fit
        self._entries = journal
        return True

    def _is_packed(self) -> bool:
        """Whether all columns that grow are bytes: all numbers fit."""
        return type(self._fingerprints) is type(self._instants) is type(self._kinds) is bytes

    def _drop(self, entries: tuple[JournalEntry, ...]) -> None:
        """Lose the first entries, and the kinds of which no other is."""
        gone = len(entries)
        places, self._kinds = self._kinds[:gone], self._kinds[gone:]
        self._fingerprints, self._instants = self._fingerprints[8 * gone :], self._instants[4 * gone :]
        for entry in entries:
            if entry.correlation is not None:
                del self._correlations[0]
            del self._measures[: len(measures_of(entry.counted))]
        self._forget(places)

    def _cut(self, entries: tuple[JournalEntry, ...], stayed: int) -> None:
        """Lose the last entries, after some that stay, and the kinds of which no other is."""
        places, self._kinds = self._kinds[stayed:], self._kinds[:stayed]
        self._fingerprints, self._instants = self._fingerprints[: 8 * stayed], self._instants[: 4 * stayed]
        for entry in entries:
            if entry.correlation is not None:
                del self._correlations[-1]
            measures = len(measures_of(entry.counted))
            del self._measures[len(self._measures) - measures :]
        self._forget(places)

    def _forget(self, places: Iterable[int]) -> None:
        """Lose some kinds, if no entry is of them."""
        lost = {self._known[place] for place in places if place not in self._kinds}
        if lost:
            self._renumber(tuple([kind for kind in self._known if kind not in lost]))

    def _append(self, entry: JournalEntry) -> None:
        """Get one more entry.

        Raises:
            OverflowError: If a number does not fit into its width.
            ValueError: If it is of a kind too many.
        """
        is_correlated = entry.correlation is not None
        kind = kind_of((entry.source, entry.type, entry.verdict, entry.is_retracted, is_correlated, entry.counted))
        try:
            place = self._known.index(kind)
        except ValueError:
            self._renumber(tuple(sorted((*self._known, kind))))
            place = self._known.index(kind)
        self._kinds += bytes((place,))  # type: ignore[operator]
        self._fingerprints += entry.fingerprint.to_bytes(8, "little")  # type: ignore[operator]
        self._instants += (entry.occurred_at - self._base_at).to_bytes(4, "little")  # type: ignore[operator]
        if is_correlated:
            self._correlations.append(entry.correlation)  # type: ignore[arg-type]
        if kind[2] & IS_MEASURED:
            self._measures += [measure for _, measure in entry.counted]

    def _renumber(self, kinds: tuple[Kind, ...]) -> None:
        """Know other kinds, among them all that are in use.

        Raises:
            ValueError: If they are too many.
        """
        places = {kind: place for place, kind in enumerate(kinds)}
        table = bytes([places.get(kind, 0) for kind in self._known])
        self._kinds = self._kinds.translate(table.ljust(256, b"\0"))  # type: ignore[union-attr]  # they are bytes
        self._know(kinds)

    def _pack(self, journal: tuple[JournalEntry, ...]) -> None:
        # Column by column: C's loops take half the time of Python's.
        columns = zip(*journal, strict=True) if journal else ((),) * 8
        instants, sources, fingerprints, types, correlations, verdicts, counted, retracted = columns
        kinds_known = Kinds()
        is_correlated = map(is_not, correlations, repeat(None))
        alike = zip(sources, types, map(int, verdicts), retracted, is_correlated, counted, strict=True)
        kinds = [*map(kinds_known.__getitem__, alike)]
        self._know(tuple(sorted({*kinds_known.values()})))
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
                VERDICTS[mark % SIGNALS & ~FLAGS],
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
            with_correlations(marks, self._correlations),
            verdicts,
            with_measures(marks, counted, self._measures),
            retracted,
            strict=True,
        )
        return tuple(all_made(JournalEntry, entries))


def _kinds_at(columns: JournalColumns, names: Texts, ids: Texts) -> tuple[Kind, ...]:
    """Return the kinds of which columns tell."""
    marks = columns.kind_marks
    sources = texts_at(columns.kind_sources, len(marks), ids)
    signals = iter([names[position] for position in columns.kind_signals])
    named = zip(sources, columns.kind_types, marks, strict=True)
    kinds = [(source, names[name], mark, tuple(islice(signals, mark // SIGNALS))) for source, name, mark in named]
    require(len(columns.kind_signals), sum([mark // SIGNALS for mark in marks]))
    return tuple(kinds)


def _is_same(pair: tuple[JournalEntry, JournalEntry]) -> bool:
    return pair[0] is pair[1]


def _base_of(journal: Sequence[JournalEntry]) -> int:
    return journal[0].occurred_at // BASE_MS * BASE_MS if journal else 0
