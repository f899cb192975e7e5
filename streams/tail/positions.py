"""How far outputs were published: as a header of each output, and as a marker for each output topic of a partition.

A header names the positions *before* the commit of its output, so all that was caused below them is on the topic. It
also names what caused the output, so that an output can be held against the positions of another one. Positions never
go back. Pure.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from schemas.dead_letter import POSITIONS_HEADER
from schemas.positions import PublishedPositions

Headers = Iterable[tuple[str, bytes]]


# Structs, all of them: some are made for each output, and a frozen dataclass takes eight times as long to make.


class ByRecord(msgspec.Struct, frozen=True, gc=False):
    """An output was caused by the record at an offset of an input topic (of the output's own partition number)."""

    topic: str
    offset: int


class ByInstant(msgspec.Struct, frozen=True, gc=False):
    """An output was caused by time: a wake-up, or a scorecard that came into force, at an instant in milliseconds."""

    at: int


Occasion = ByRecord | ByInstant


class Positions(msgspec.Struct, frozen=True, gc=False):
    """Where a partition stood.

    ``watermarks``: per input topic the last offset whose outputs were published. ``clock``: every wake-up strictly
    before this instant was handled; some of those due at it perhaps were not.
    """

    epoch: int = 0
    sequence: int = -1
    clock: int = 0
    watermarks: Mapping[str, int] = msgspec.field(default_factory=dict)

    def covers(self, occasion: Occasion) -> bool:
        """Tell whether the outputs of an occasion are below these positions."""
        if isinstance(occasion, ByRecord):
            return occasion.offset <= self.watermarks.get(occasion.topic, -1)
        # Strictly: an owner may have stopped among the wake-ups of one instant.
        return occasion.at < self.clock

    def with_occasion(self, occasion: Occasion) -> "Positions":
        """Return these positions, moved on so far that an occasion was handled."""
        if isinstance(occasion, ByRecord):
            return highest(self, Positions(watermarks={occasion.topic: occasion.offset}))
        return highest(self, Positions(clock=occasion.at))


def highest(one: Positions, other: Positions) -> Positions:
    """Return the higher of two positions, component by component."""
    watermarks = dict(one.watermarks)
    for topic, offset in other.watermarks.items():
        watermarks[topic] = max(offset, watermarks.get(topic, -1))
    return Positions(
        epoch=max(one.epoch, other.epoch),
        sequence=max(one.sequence, other.sequence),
        clock=max(one.clock, other.clock),
        watermarks=watermarks,
    )


class _Header(msgspec.Struct, frozen=True, gc=False):
    """The header's JSON. ``cause`` is ``{"topic", "offset"}`` or ``{"instant"}``; records of before have none."""

    epoch: int
    sequence: int
    clock: int
    watermarks: dict[str, int]
    commit: str = ""
    cause: dict[str, str | int] = msgspec.field(default_factory=dict)


_encoder: Final = msgspec.json.Encoder(order="sorted")
_decoder: Final = msgspec.json.Decoder(_Header)


def header_of(positions: Positions, *, commit: str, occasion: Occasion | None) -> tuple[str, bytes]:
    """Return the header of an output.

    Args:
        positions: Where its partition stood before its commit; ``sequence`` is the output's own.
        commit: The commit's token.
        occasion: What caused it, if a replay can tell by that whether it was published.
    """
    cause: dict[str, str | int] = {}
    if isinstance(occasion, ByRecord):
        cause = {"topic": occasion.topic, "offset": occasion.offset}
    elif occasion is not None:
        cause = {"instant": occasion.at}
    told = _Header(
        epoch=positions.epoch,
        sequence=positions.sequence,
        clock=positions.clock,
        watermarks=dict(positions.watermarks),
        commit=commit,
        cause=cause,
    )
    return POSITIONS_HEADER, _encoder.encode(told)


class Published(msgspec.Struct, frozen=True, gc=False):
    """What an output's header says: the positions before its commit, the commit, and the output's occasion."""

    positions: Positions
    commit: str
    occasion: Occasion | None


def published_of(headers: Headers) -> Published | None:
    """Read an output's header; None if it has none, or one that nobody can read."""
    found = [value for name, value in headers if name == POSITIONS_HEADER]
    if not found:
        return None
    try:
        said = _decoder.decode(found[-1])
    except msgspec.MsgspecError:
        return None
    positions = Positions(said.epoch, said.sequence, said.clock, said.watermarks)
    return Published(positions, said.commit, _occasion(said.cause))


def _occasion(cause: Mapping[str, str | int]) -> Occasion | None:
    """Return what caused an output."""
    match cause:
        case {"topic": str(topic), "offset": int(offset)}:
            return ByRecord(topic, offset)
        case {"instant": int(at)}:
            return ByInstant(at)
        case _:
            return None


def marker_value(output_topic: str, positions: Positions) -> bytes:
    """Return the marker that all of an output topic's partition was published up to some positions."""
    told = PublishedPositions(
        output_topic=output_topic,
        epoch=positions.epoch,
        sequence=positions.sequence,
        clock=positions.clock,
        watermarks={topic: offset for topic, offset in positions.watermarks.items() if offset >= 0},
    )
    return told.model_dump_json().encode()


def marked(value: bytes | None) -> tuple[str, Positions] | None:
    """Read a marker: the output topic and its positions; None if it is none."""
    try:
        said = PublishedPositions.model_validate_json(value or b"")
    except ValueError:
        return None
    return said.output_topic, Positions(said.epoch, said.sequence, said.clock, said.watermarks)
