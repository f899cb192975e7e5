"""What a record weighs in memory: what all bounds on records count."""

from typing import Final

from streams.partition.records import InputRecord

RECORD_OVERHEAD_BYTES: Final = 200
"""What a record weighs in memory beside its key, value and headers (measured on CPython 3.11, rounded up)."""
HEADER_OVERHEAD_BYTES: Final = 170
"""What a header weighs beside its name and value, likewise."""


def size_bytes(record: InputRecord) -> int:
    """Return about how many bytes a record occupies in memory; its headers are included."""
    size = RECORD_OVERHEAD_BYTES + len(record.key or b"") + len(record.value or b"")
    for name, value in record.headers:
        size += HEADER_OVERHEAD_BYTES + len(name.encode()) + len(value or b"")
    return size
