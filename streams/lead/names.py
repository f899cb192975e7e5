"""Names in a row as bytes: what names of this trade are made of takes a byte, whatever else they hold what it takes.

Names are those that a scorecard gives (signals, scores, stages, grades) and those that a type of activity or an
attribute has. They are few, and nearly all rows have the same: what each becomes is remembered. Texts that name one of
many (a lead, a mail) are none.
"""

import re
from collections.abc import Iterable
from typing import Final

PIECES: Final = (
    # How a signal's name ends: the width of its buckets, its measure.
    *("@1m", "@5m", "@15m", "@30m", "@1h", "@2h", "@3h", "@4h", "@6h", "@8h", "@12h", "@1d"),
    *(":amount", ":minutes", ":quantity", ":value", ".0"),
    # What was done.
    *("_attended", "_booked", "_clicked", "_completed", "_created", "_downloaded", "_filled", "_left", "_opened"),
    *("_placed", "_read", "_requested", "_sent", "_started", "_submitted", "_used", "_viewed", "_visited"),
    *("click", "download", "fill", "open", "search", "share", "subscribe", "view", "visit"),
    # With what.
    *("account", "basket", "blog", "call", "careers", "case_study", "chat", "contact", "content", "demo", "docs"),
    *("email", "event", "feature", "form", "guide", "link", "login", "mail", "meeting", "news", "letter", "order"),
    *("page", "payment", "plan", "pricing", "product", "purchase", "quote", "sales", "session", "signup", "site"),
    *("social", "support", "team", "trial", "user", "video", "webinar", "paper"),
    # What a lead is, and where it stands.
    *("active", "budget", "city", "company", "customer", "department", "employees", "engaged", "first", "industry"),
    *("interest", "job_title", "language", "last", "lead", "learn", "name", "new", "number", "phone", "position"),
    *("qualified", "ready", "region", "revenue", "score", "size", "source", "type"),
    # What all words are made of, by how often it is in English.
    *("th", "he", "in", "er", "an", "re", "on", "at", "en", "nd", "ti", "es", "or", "te", "of", "ed", "is", "it"),
    *("al", "ar", "st", "to", "nt", "ng", "se", "ha", "as", "ou", "io", "le", "ve", "co", "me", "de", "hi", "ri"),
    *("ro", "ic", "ne", "ea", "ra", "ce", "li"),
)

"""What takes a byte. Never changed, nor put in another order: rows refer to a piece by its place."""

Names = bytes | list[str]
"""Names, each with an `END` after it; a list where one of them holds that."""

REMEMBERED_MAX: Final = 4_096
"""Names that are remembered, so that nobody who makes names up fills the memory."""

END: Final = b"\0"
WHOLE: Final = b"\1"
"""Before a name that is not of printable ASCII only, as it is in UTF-8."""

_CODES: Final = (*range(2, 32), *range(128, 256))
_CODE_OF: Final = {piece: chr(code) for piece, code in zip(PIECES, _CODES, strict=True)}
_PIECE_AT: Final = {code: piece for piece, code in zip(PIECES, _CODES, strict=True)}
_LONGEST_PIECE: Final = re.compile("|".join(map(re.escape, sorted(PIECES, key=lambda piece: (-len(piece), piece)))))


class _Packed(dict[str, bytes]):
    """What names become."""

    def __missing__(self, name: str) -> bytes:
        data = self[name] = _packed(name)
        if len(self) > REMEMBERED_MAX:
            self.clear()
        return data


class _Unpacked(dict[bytes, str]):
    """What became names, so that many rows share a text."""

    def __missing__(self, data: bytes) -> str:
        name = self[data] = _unpacked(data)
        if len(self) > REMEMBERED_MAX:
            self.clear()
        return name


_bytes_of: Final = _Packed()
_name_of: Final = _Unpacked()


def packed_names(names: list[str]) -> Names:
    """Return names as bytes.

    Example:
        >>> len(packed_names(["pricing_page_viewed@6h", "webinar_attended"]))
        9
    """
    try:
        return END.join([*map(_bytes_of.__getitem__, names), b""])
    except ValueError:
        return names


def unpacked_names(names: Names) -> Iterable[str]:
    """Undo `packed_names`.

    Raises:
        ValueError: If the bytes are no names.
    """
    if isinstance(names, list):
        return names
    each = names.split(END)
    if each.pop():
        raise ValueError("the last name is cut off")
    return map(_name_of.__getitem__, each)


def _packed(name: str) -> bytes:
    if name.isascii() and name.isprintable():
        return _LONGEST_PIECE.sub(lambda piece: _CODE_OF[piece[0]], name).encode("latin-1")
    if "\0" in name:
        raise ValueError("a name that holds what ends one")
    return WHOLE + name.encode()


def _unpacked(data: bytes) -> str:
    if data.startswith(WHOLE):
        return data[1:].decode()
    if WHOLE in data:
        raise ValueError("a name that is cut off")
    return data.decode("latin-1").translate(_PIECE_AT)
