"""Elements of the page, and texts that are safe and legible in it.

The page is a tree, made with the standard library's, which escapes every text and attribute when it is written. Nothing
is ever joined as text, so nothing can be left unescaped. `embedded` is the one exception, data for the page's script,
and has its own way to stay data.
"""

import json
from collections.abc import Mapping
from xml.etree.ElementTree import Element, tostring

Attributes = Mapping[str, str | int | float]

_TEXT_CHARACTERS_MAX = 2_000
_NOT_IN_A_SCRIPT = {sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def element(tag: str, attributes: Attributes | None = None, *children: Element | str) -> Element:
    """Return an element; texts among its children are made legible, attributes too.

    Args:
        tag: Its name; one of ours, never from input.
        attributes: By name; an empty text stands for a bare attribute such as ``hidden``.
        children: Elements and texts, in order.
    """
    made = Element(tag, {name: _visible(str(value)) for name, value in (attributes or {}).items()})
    last: Element | None = None
    for child in children:
        if isinstance(child, Element):
            made.append(child)
            last = child
        elif last is None:
            made.text = (made.text or "") + legible(child)
        else:
            last.tail = (last.tail or "") + legible(child)
    return made


def verbatim(tag: str, attributes: Attributes, text: str) -> Element:
    """Return a ``style`` or ``script`` element, whose text a browser reads as it stands.

    Args:
        tag: One of the two.
        attributes: By name.
        text: Of our own files, or `embedded`.

    Raises:
        ValueError: If the text would end its element.
    """
    if f"</{tag}" in text.lower():
        msg = f"the text of <{tag}> holds </{tag}, which would end it; write the sign < in another way there"
        raise ValueError(msg)
    made = Element(tag, {name: str(value) for name, value in attributes.items()})
    made.text = text
    return made


def embedded(data: object) -> str:
    r"""Return data as JSON that can stand in a ``script`` element: no sign in it means anything to HTML.

    Example:
        >>> embedded({"lead": "</script>"})
        '{"lead":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign, instead in _NOT_IN_A_SCRIPT.items():
        text = text.replace(sign, instead)
    return text


def legible(text: str) -> str:
    r"""Return a text with what cannot be seen written out, cut to a bearable length.

    Controls, marks that turn the direction of writing and halves of characters would hide or change what a reader sees.
    Spaces of all kinds stay, line ends become a space.

    Example:
        >>> legible("lead\u202eada\x00")
        'lead\\u202eada\\x00'
    """
    cut = text if len(text) <= _TEXT_CHARACTERS_MAX else f"{text[: _TEXT_CHARACTERS_MAX - 1]}…"
    return _visible(cut)


def _visible(text: str) -> str:
    return text if text.isprintable() else "".join(_shown(sign) for sign in text)


def _shown(sign: str) -> str:
    if sign.isprintable() or sign in "\u00a0\u202f\u200d\u200c":
        return sign
    return " " if sign.isspace() else sign.encode("unicode_escape").decode("ascii")


def as_html(root: Element) -> str:
    """Return a tree as a document."""
    return f"<!DOCTYPE html>\n{tostring(root, encoding='unicode', method='html')}\n"
