"""Batches of records as they lie in Kafka, with what no well-behaved client sends: header names that are no text."""

from collections.abc import Collection, Sequence
from typing import Any

from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

UNCOMPRESSED = 0
BATCH_BYTES_MAX = 1 << 20


class RawName(str):
    """A header's name whose bytes need not be UTF-8: written as ``surrogateescape`` would have them."""

    __slots__ = ()

    def encode(self, *_: Any) -> bytes:  # type: ignore[override] # whoever builds a batch asks for UTF-8
        """Return the bytes."""
        return super().encode("utf-8", "surrogateescape")


NOT_UTF8 = RawName("trace-\udcff\udcfe")


def raw_builder(compression: int = UNCOMPRESSED) -> Any:
    """Return aiokafka's builder of a batch that takes a `RawName`; its fast one takes none."""
    return _DefaultRecordBatchBuilderPy(2, compression, 0, -1, -1, -1, BATCH_BYTES_MAX)


def raw_batch(offsets: Sequence[int], unreadable: Collection[int], compression: int = UNCOMPRESSED) -> bytes:
    """Return a batch with records at ascending offsets, some of which no client can read."""
    builder = raw_builder(compression)
    for offset in offsets:
        headers = [("source", b"web"), (NOT_UTF8 if offset in unreadable else "trace", b"\x00\xff")]
        builder.append(offset - offsets[0], 1_750_000_000_000, b"lead-ada", b"{}", headers)
    batch = bytearray(builder.build())
    batch[:8] = offsets[0].to_bytes(8, "big")  # outside of what the checksum covers
    return bytes(batch)
