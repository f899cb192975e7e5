"""Bytes to contracts, and what is wrong when they are none.

A topic's records are decoded by that topic's contract (`schemas.topics`); a line of a file by its own ``type``. A
refusal names the place and the rule, never the value: values may be personal data and the text ends up in dead letters
and logs.
"""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import Discriminator, Tag, TypeAdapter, ValidationError

from schemas.activities import RESERVED_TYPES, CustomActivity, EmailClick, EmailOpen, FormFill, PageView, Unsubscribe
from schemas.contract import TEXT_CHARACTERS_MAX, Contract
from schemas.profile import LeadProfile

ERRORS_MAX = 3
_UTF_16 = "this is UTF-16: encode it as UTF-8"
_FIRST_BYTES: Mapping[bytes, str] = {
    b"\xef\xbb\xbf": "a byte order mark stands first: leave it out",
    b"\xff\xfe": _UTF_16,
    b"\xfe\xff": _UTF_16,
    b"\x1f\x8b": "this is gzip: have the producer compress its batches, not the values",
    b"\x00": "this is framed for a schema registry: send plain JSON",
}
"""What is no JSON and often sent, by how it begins, with the way out."""
_BY_TYPE: Mapping[str, type[Contract]] = {
    str(contract.model_fields["type"].default): contract
    for contract in (PageView, EmailOpen, EmailClick, FormFill, Unsubscribe, LeadProfile)
}
_MAP_FIELDS = frozenset({"attributes", "fields", "properties", "scores"})


def _tag(value: object) -> str | None:
    """Return which contract a line belongs to: its type's own, or the custom one for a name that is free."""
    name = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    if not isinstance(name, str):
        return None
    return name if name in _BY_TYPE or name in RESERVED_TYPES else "custom"


Input = Annotated[
    Annotated[PageView, Tag("page_view")]
    | Annotated[EmailOpen, Tag("email_open")]
    | Annotated[EmailClick, Tag("email_click")]
    | Annotated[FormFill, Tag("form_fill")]
    | Annotated[Unsubscribe, Tag("unsubscribe")]
    | Annotated[LeadProfile, Tag("lead_profile")]
    | Annotated[CustomActivity, Tag("custom")],
    Discriminator(
        _tag,
        custom_error_type="unknown_type",
        custom_error_message="Line should have a 'type': one of the contracts' or a snake_case name of your own",
    ),
]
"""Any activity or profile update, told apart by its ``type``."""


@cache
def line_adapter() -> TypeAdapter[Any]:
    """Return the decoder of one line of a file of activities and profile updates (NDJSON)."""
    return TypeAdapter(Input)


def is_undecodable(error: ValidationError) -> bool:
    """Return whether the bytes were no JSON at all, rather than JSON that breaks a rule."""
    return any(detail["type"] == "json_invalid" for detail in error.errors(include_url=False, include_input=False))


def refusal_text(error: ValidationError, content: bytes = b"") -> str:
    """Return what is wrong, for people: place and rule of the first few mistakes, free of the input's own words.

    Args:
        error: What `validate_json` raised.
        content: What it was given: of bytes that are no JSON it tells the way out.

    Returns:
        At most `TEXT_CHARACTERS_MAX` characters, such as ``occurred_at: Instant should be RFC 3339 text ...``.
    """
    details = error.errors(include_url=False, include_input=False)
    texts = list(dict.fromkeys(f"{_place(detail['loc'])}: {detail['msg']}" for detail in details))
    more = [f"and {len(texts) - ERRORS_MAX} more"] if len(texts) > ERRORS_MAX else []
    if content and is_undecodable(error):
        more.append(_way_out(content))
    return "; ".join(texts[:ERRORS_MAX] + more)[:TEXT_CHARACTERS_MAX]


def _way_out(content: bytes) -> str:
    """Return what to do about bytes that are no JSON."""
    for mark, way_out in _FIRST_BYTES.items():
        if content.startswith(mark):
            return way_out
    try:
        content.decode()
    except UnicodeDecodeError:
        return "this is not UTF-8: encode it so"
    return "send one JSON object; what it nests is at most 200 deep, and a number has at most 4,300 digits"


def _place(location: tuple[int | str, ...]) -> str:
    """Return where a mistake is. A key of a map is the producer's own word, so it is not repeated."""
    named: list[str] = []
    for part in location:
        if named and named[-1] in _MAP_FIELDS:
            named.append("*")
            break
        named.append(str(part))
    return ".".join(named) or "record"
