"""What tells a topic from another one under the same name: the record that the table read last.

The table keeps each watermark with its record's seal. A claimed input is read from that record on, not from behind it:
if another one stands there, the topic was made anew, and its records would be taken for what comes next. Pure.
"""

from hashlib import blake2b

from streams.partition.records import InputRecord, SkippedRecord

WAY_OUT = "Bring the topic back, or empty the tables in Redis to have them rebuilt from what Kafka has"


class InputReset(Exception):
    """Kafka no longer has what the table says was read: the topic was truncated, or is another one."""


def seal_of(record: InputRecord) -> str:
    """Return what no other record at its place would have: its append time and a checksum of its key and value.

    Empty for a record of which the client knows nothing: it may know more when it is read again.
    """
    if isinstance(record, SkippedRecord) and not record.has_value:
        return ""
    content = blake2b(record.key or b"", digest_size=8)
    content.update(b"\0" if record.value is None else b"\1" + record.value)
    return f"{record.timestamp}-{content.hexdigest()}"


def sealed_at(seal: str) -> int | None:
    """Return the append time that a seal holds, in milliseconds; None if it holds none.

    Example:
        >>> sealed_at("1764547200000-0123456789abcdef"), sealed_at("")
        (1764547200000, None)
    """
    appended_at, sign, _ = seal.rpartition("-")
    return int(appended_at) if sign and appended_at.isdecimal() else None


def require_sealed(record: InputRecord, seal: str | None) -> None:
    """Refuse a record that stands where the table read another one.

    Args:
        record: What Kafka has at a watermark.
        seal: What the table knows of it; None or empty if nothing, as after an older version of leadstream.

    Raises:
        InputReset: If it is another record; says the way out.
    """
    found = seal_of(record)
    if found and seal and found != seal:
        raise InputReset(
            f"topic {record.topic}, partition {record.partition}: at offset {record.offset} stands another record than "
            f"the one that the tables hold: the topic was made anew under the same name. {WAY_OUT}"
        )


def truncated(topic: str, partition: int, last_offset: int) -> InputReset:
    """Return what there is to say of an input that ends before the last offset that the table read."""
    return InputReset(
        f"topic {topic}, partition {partition}: the tables hold it up to offset {last_offset}, and Kafka ends before "
        f"that: it was truncated or made anew. {WAY_OUT}"
    )
