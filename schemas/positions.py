"""How far a partition's outputs were published: a marker that outlives the outputs themselves.

An owner that has to replay reads it, beside the header of the same content on each output, and publishes nothing again
that lies below it.
"""

from typing import Annotated, Literal

from pydantic import Field

from schemas.contract import Contract, ShortText

Offset = Annotated[int, Field(ge=0, le=2**63 - 1)]


class PublishedPositions(Contract):
    """All outputs of one topic's partition that were caused below these positions are on the topic.

    Keyed by the output topic's name, on the partition number that it speaks of. On a compacted topic the latest one of
    each output topic stays.
    """

    type: Literal["published_positions"] = "published_positions"
    output_topic: ShortText
    """The topic whose outputs were published; the same as the record's key."""
    epoch: Annotated[int, Field(ge=0, le=2**53)]
    """The highest epoch of an owner that published."""
    sequence: Annotated[int, Field(ge=-1, le=2**53)]
    """The highest sequence of an output; -1 before the first."""
    clock: Annotated[int, Field(ge=0, le=2**53)]
    """Every wake-up before this instant was handled and told, in milliseconds since 1970."""
    watermarks: dict[ShortText, Offset]
    """For each input topic the last offset whose outputs were published."""
