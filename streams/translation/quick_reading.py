"""What a quick reader does with a value that is taken apart: the checks that no struct makes, then the core's value.

`streams.translation.quick_input` says what is taken apart how. Apart from it, as this can be compiled.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import scorer
from schemas.activities import RESERVED_TYPES
from schemas.contract import EARLIEST, LATEST, MAP_KEYS_MAX, SNAKE_CASE, Contract
from schemas.profile import LeadProfile
from streams.translation.translate import activity_of, milliseconds, update_of

WORDS_CACHED: Final = 4_096
"""Names of fields, types and channels, which repeat, that are remembered with whether they are in order."""

_EARLIEST_MS: Final = milliseconds(EARLIEST)
_LATEST_MS: Final = milliseconds(LATEST)
# What producers send; the contract takes small letters and wider offsets too.
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
_USUAL_CHARACTERS: Final = 24
_NAME: Final = re.compile(SNAKE_CASE)


class QuickReading:
    """Reads the usual values of one contract."""

    __slots__ = ("_contract", "_decode", "_is_in_order")

    # Any: what was taken apart has the fields of its contract, of which only some have some.
    def __init__(
        self, contract: type[Contract], decode: Callable[[bytes], Any], is_in_order: Callable[[Any], bool] | None
    ) -> None:
        """Say what is read, and how.

        Args:
            contract: Whose values they are.
            decode: Takes a value apart.
            is_in_order: Checks what its types cannot; None if there is nothing more to check.
        """
        self._contract = contract
        self._decode = decode
        self._is_in_order = is_in_order

    def read(self, value: bytes) -> scorer.Activity | scorer.ProfileUpdate | None:
        """Read a value; None: ask the contract."""
        try:
            wire = self._decode(value)
        except (ValueError, RecursionError):
            return None
        occurred_at = _instant_ms(wire.occurred_at)
        if occurred_at is None or not (_is_printable(wire.id) and _is_printable(wire.lead_id)):
            return None
        if self._is_in_order is not None and not self._is_in_order(wire):
            return None
        if self._contract is LeadProfile:
            return update_of(wire, occurred_at)
        if wire.channel is not None and not _is_name(wire.channel):
            return None
        return activity_of(wire, self._contract, occurred_at)


def _instant_ms(text: str) -> int | None:
    """Return RFC 3339 text as milliseconds since 1970, rounded down; None if it is none, or of a rare form."""
    if not _is_usual_form(text) and _INSTANT.fullmatch(text) is None:
        return None
    try:
        at_ms = milliseconds(datetime.fromisoformat(text))
    except ValueError:
        return None  # such as the 30th of February
    return at_ms if _EARLIEST_MS <= at_ms <= _LATEST_MS else None


def _is_usual_form(text: str) -> bool:
    """Tell whether a text is laid out as ``2026-11-22T12:00:00.000Z`` is; whether it is an instant, `datetime` tells.

    A fifth of the pattern's time when compiled. What `datetime` reads besides is laid out otherwise, but for the hour
    24, which later Pythons take.
    """
    return (
        len(text) == _USUAL_CHARACTERS
        and text[4] == "-"
        and text[7] == "-"
        and text[10] == "T"
        and text[11:13] != "24"
        and text[13] == ":"
        and text[16] == ":"
        and text[19] == "."
        and text[23] == "Z"
    )


def _is_printable(text: str) -> bool:
    """Tell whether an id surely is what the contracts call printable; of spaces only the plain one counts as such."""
    return text.isprintable() and text.strip() == text != ""


_is_known_printable: Final = lru_cache(WORDS_CACHED)(_is_printable)


@lru_cache(WORDS_CACHED)
def _is_name(text: str) -> bool:
    """Tell whether a word is in snake_case."""
    return _NAME.fullmatch(text) is not None


def are_names(names: Mapping[str, object] | None) -> bool:
    """Tell whether a map's names are printable and few enough."""
    return names is None or (len(names) <= MAP_KEYS_MAX and all(map(_is_known_printable, names)))


def is_custom_type(text: str) -> bool:
    """Tell whether a type is in order, and no other contract's."""
    return _is_name(text) and text not in RESERVED_TYPES
