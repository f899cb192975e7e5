"""Columns of a row: whole numbers packed or plain, and texts by their positions.

A text stands once, in one of the row's lists or among the words that all rows share, and is referred to by its
position. A column of nothing but zeros is left empty. Of what the columns hold nothing is known here.
"""

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, repeat
from typing import Any, Final, TypeVar

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

Made = TypeVar("Made", bound=tuple[Any, ...])

_WORD_POSITIONS: Final = {word: -1 - place for place, word in enumerate(WORDS)}
_WORDS_BY_POSITION: Final = {position: word for word, position in _WORD_POSITIONS.items()}


class Positions(dict[str, int]):
    """Where each text of a list stands; asking for a new one adds it."""

    def __missing__(self, text: str) -> int:
        """Put a text that is new at the end of the list."""
        position = self[text] = len(self)
        return position

    def texts(self) -> list[str]:
        """Return the list."""
        return [*self]


class NamePositions(Positions):
    """As `Positions`, but what is among the words that all rows share is not put into the list."""

    def __init__(self) -> None:
        """Start with the words."""
        super().__init__(_WORD_POSITIONS)

    def __missing__(self, text: str) -> int:
        """Put a text that is new, and no word, at the end of the list."""
        position = self[text] = len(self) - len(WORDS)
        return position

    def texts(self) -> list[str]:
        """Return the list."""
        return [*islice(self, len(WORDS), None)]


def names_by_position(names: Iterable[str]) -> Texts:
    """Return the names of a list, and the words, by their positions."""
    return _WORDS_BY_POSITION | dict(enumerate(names))


def placed(words: Iterable[str], positions: Positions) -> Column:
    """Return the positions of texts."""
    return column_of([*map(positions.__getitem__, words)])


def texts_at(column: Column, size: int, texts: Texts) -> Sequence[str]:
    """Undo `placed`.

    Raises:
        KeyError: If a position points nowhere.
    """
    if column:
        return [*map(texts.__getitem__, column)]
    return [texts[0]] * size if size else ()


def placed_or_none(text: str | None, positions: Positions) -> int:
    """Return 0 for no text, else its position among the words, or its position in the list plus 1."""
    if text is None:
        return 0
    position = positions[text]
    return position if position < 0 else position + 1


def text_or_none(position: int, texts: Texts) -> str | None:
    """Undo `placed_or_none`.

    Raises:
        KeyError: If a position points nowhere.
    """
    if position == 0:
        return None
    return texts[position - 1 if position > 0 else position]


def column_of(values: Column) -> Column:
    """Return a column; of nothing but zeros, nothing."""
    return values if any(values) else []


def filled(column: Column, size: int) -> Column:
    """Undo `column_of`. A column of another length is found by the strict zip that takes it."""
    return column or [0] * size


def packed(kind: str, values: Sequence[int]) -> Packed:
    """Return whole numbers as bytes, in a width that `struct` knows by its letter."""
    try:
        return struct.pack(f"<{len(values)}{kind}", *values)
    except struct.error:
        return [*values]


def unpacked(kind: str, values: Packed) -> Sequence[int]:
    """Undo `packed`.

    Raises:
        struct.error: If a number is cut off.
    """
    if isinstance(values, bytes):
        return struct.unpack(f"<{len(values) // struct.calcsize('<' + kind)}{kind}", values)
    return values


def all_made(kind: type[Made], fields: Iterable[tuple[Any, ...]]) -> Iterator[Made]:
    """Make named tuples out of all their fields, in half the time that calling their class takes."""
    return map(tuple.__new__, repeat(kind), fields)
