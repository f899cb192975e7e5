"""What an input may come to, and what breaks the promise."""

import re

REFUSAL_CHARACTERS_MAX = 512
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Broken(Exception):
    """A reader broke its promise on an input: an answer of no known kind, words that it must not repeat."""


def require(holds: bool, what: str) -> None:
    """Require a part of the promise.

    Raises:
        Broken: If it does not hold.
    """
    if not holds:
        raise Broken(what)


def require_clean(text: str, private: str, characters_max: int = REFUSAL_CHARACTERS_MAX) -> None:
    """Require that a refusal's text is there, bounded, on one line, and repeats nothing of what is private.

    Raises:
        Broken: If it is not so.
    """
    require(0 < len(text) <= characters_max, f"a refusal of {len(text)} characters")
    require(private not in text.lower(), f"a refusal repeats the input: {text!r}")
    require(_UNPRINTABLE.search(text) is None, f"a refusal holds control characters: {text!r}")
