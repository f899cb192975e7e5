"""A contract that rides in Kafka headers: each field a header of its own, as UTF-8 text under the contract's prefix.

Others' headers are left aside, so what a producer sent stays apart from what is said about it.
"""

from collections.abc import Sequence
from datetime import datetime

from schemas.contract import Contract, rfc3339

Headers = tuple[tuple[str, bytes], ...]
AnyHeaders = Sequence[tuple[str, bytes | None]]


def written(contract: Contract, prefix: str) -> Headers:
    """Return a contract's fields as headers; a field without a value has none."""
    fields = {name: getattr(contract, name) for name in type(contract).model_fields}
    return tuple((prefix + name, _encoded(value)) for name, value in fields.items() if value is not None)


def texts_of(headers: AnyHeaders, prefix: str) -> dict[str, str]:
    """Return the texts under a prefix by their fields' names, for `validate_strings`; the last of a name counts."""
    return {
        name.removeprefix(prefix): value.decode("utf-8", errors="replace")
        for name, value in headers
        if value is not None and name.startswith(prefix)
    }


def _encoded(value: object) -> bytes:
    """Return a field's value as header bytes."""
    text = rfc3339(value) if isinstance(value, datetime) else str(value)
    return text.encode("utf-8")
