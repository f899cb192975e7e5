"""Where all chance of a simulation comes from: one seed, and a stream of dice for each thing that asks.

A stream of its own for each, so that what one thing draws does not move what another gets.
"""

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock


def dice(seed: int, name: str) -> random.Random:
    """Return the stream of a name."""
    return random.Random(f"{seed}/{name}")


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let tokens and the jitter of pauses come from the seed while the block runs."""
    tokens = dice(seed, "tokens")
    before = random.getstate()
    random.seed(f"{seed}/jitter")
    try:
        with mock.patch.object(secrets, "token_hex", lambda size: tokens.randbytes(size).hex()):
            yield
    finally:
        random.setstate(before)
