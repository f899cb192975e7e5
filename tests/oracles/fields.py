"""What an activity says, and which signals it counts for, read off the design once more, without the product's code.

Only the scorecard's values are shared. Plain JSON in, plain words out.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any
from urllib.parse import unquote, urlsplit

from scorer.rules.conditions import Contains, Equals, Glob, OneOf, Present, Range, Regex
from scorer.rules.scorecard import Scorecard, Signal

TYPE_OF_TOPIC = {
    "page-views": "page_view",
    "email-opens": "email_open",
    "email-clicks": "email_click",
    "form-fills": "form_fill",
    "unsubscribes": "unsubscribe",
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
VERDICTS = {"human": 0, "probable_bot": 1, "certain_bot": 2}


def body_of(topic: str, value: bytes) -> dict[str, Any]:
    """Return what a record says, with the type that its topic gives it and its instant as ``at`` in milliseconds."""
    body: dict[str, Any] = json.loads(value)
    body.setdefault("type", TYPE_OF_TOPIC.get(topic))
    body["at"] = instant_ms(body["occurred_at"])
    return body


def instant_ms(text: str) -> int:
    """Return RFC 3339 text as milliseconds since the epoch."""
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(milliseconds=1)


def stamp_of(identifier: str) -> int:
    """Return the 64 bits by which an id is remembered."""
    return int.from_bytes(blake2b(identifier.encode(), digest_size=8).digest(), "big")


def signals_of(body: Mapping[str, Any], scorecard: Scorecard) -> list[tuple[str, int]]:
    """Return the signals that an activity counts for, by name, each with its scaled measure."""
    fields = _fields(body)
    return [
        (name, _measure(signal, fields))
        for name, signal in sorted(scorecard.signals.items())
        if signal.activity_type in (body["type"], "*")
        and all(_passes(condition.test, fields.get(condition.field)) for condition in signal.conditions)
    ]


def _fields(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return one flat map: what is said, the parts of the address, a form's fields, an own activity's properties."""
    fields = {name: value for name, value in body.items() if not isinstance(value, dict) and value is not None}
    fields |= body.get("properties") or {}
    filled = body.get("fields") or {}
    fields |= {f"field.{name}": value for name, value in filled.items()}
    fields["field_count"] = sum(value != "" for value in filled.values())
    address = next((body[name] for name in ("url", "link_url", "page_url") if body.get(name)), None)
    if address is not None:
        parts = urlsplit(address)
        fields |= {"url": address, "host": parts.hostname or "", "query": parts.query}
        fields["path"] = unquote(parts.path, errors="replace") or ("/" if parts.hostname else "")
    return fields


def _measure(signal: Signal, fields: Mapping[str, Any]) -> int:
    value = fields.get(signal.measure.field) if signal.measure else None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return round(value * signal.measure.scale) if signal.measure and is_number and value is not None else 0


def _passes(test: object, value: Any) -> bool:
    if isinstance(test, Present):
        return test.is_present == (value is not None)
    if value is None:
        return False
    match test:
        case Equals():
            return _same(value, test.value)
        case OneOf():
            return any(_same(value, wanted) for wanted in test.values)
        case Contains():
            return isinstance(value, str) and test.text.lower() in value.lower()
        case Glob():
            shape = ".*".join(re.escape(part) for part in test.pattern.lower().split("*"))
            return isinstance(value, str) and re.fullmatch(shape, value.lower(), re.DOTALL) is not None
        case Regex():
            return isinstance(value, str) and re.search(test.pattern, value) is not None
        case Range():
            return _within(test, value)
    message = f"this oracle does not know the test {test!r} of a signal"
    raise TypeError(message)


def _same(value: Any, wanted: Any) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        return value.lower() == wanted.lower()
    return isinstance(value, bool) == isinstance(wanted, bool) and bool(value == wanted)


def _within(test: Range, value: Any) -> bool:
    if isinstance(value, str | bool):
        return False
    lower = (test.at_least is None or value >= test.at_least) and (test.above is None or value > test.above)
    return lower and (test.at_most is None or value <= test.at_most) and (test.below is None or value < test.below)
