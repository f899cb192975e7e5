"""A message of an owner, as it waits for its commit."""

from streams.publisher.door import Message
from streams.tail.positions import Occasion


class Output(Message, frozen=True, gc=False):
    """A message that says what caused it."""

    occasion: Occasion | None = None
