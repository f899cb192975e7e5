"""A record of our own that lets the clock of a partition without traffic advance.

What counts is the instant at which the broker stores it; the fields only tell a reader who sent it and why.
"""

from typing import Annotated, Literal

from pydantic import Field

from schemas.contract import Contract, Instant


class Tick(Contract):
    """An owner asks the broker for the time, because a wake-up of its partition seems due."""

    type: Literal["tick"] = "tick"
    partition: Annotated[int, Field(ge=0, le=1_000_000)]
    """The partition number whose clock is to advance."""
    epoch: Annotated[int, Field(ge=0, le=2**53)] | None = None
    """The epoch of the owner that sent it."""
    wake_at: Instant | None = None
    """The wake-up that seemed due."""
