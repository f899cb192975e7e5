"""Bytes changed at random: flipped, cut, repeated, spliced."""

import random
from collections.abc import Callable

from tests.fuzz.hostile import BYTES

REPEATS_MAX = 40
SLICE_BYTES_MAX = 64

Change = Callable[[random.Random, bytes], bytes]


def _flipped(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + bytes((data[at] ^ (1 << dice.randrange(8)),)) + data[at + 1 :]


def _overwritten(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + bytes((dice.randrange(256),)) + data[at + 1 :]


def _inserted(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.choice(BYTES) + data[at:]


def _left_out(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + data[at + dice.randint(1, SLICE_BYTES_MAX) :]


def _cut_off(dice: random.Random, data: bytes) -> bytes:
    return data[: dice.randrange(len(data))]


def _repeated(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data))
    piece = data[at : at + dice.randint(1, SLICE_BYTES_MAX)]
    return data[:at] + piece * dice.randint(2, REPEATS_MAX) + data[at:]


def _moved(dice: random.Random, data: bytes) -> bytes:
    here, there = dice.randrange(len(data)), dice.randrange(len(data))
    return data[:here] + data[there : there + dice.randint(1, SLICE_BYTES_MAX)] + data[here:]


CHANGES: tuple[Change, ...] = (_flipped, _overwritten, _inserted, _left_out, _cut_off, _repeated, _moved)


def mutated_bytes(dice: random.Random, data: bytes) -> bytes:
    """Return bytes after one to four changes."""
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        data = dice.choice(CHANGES)(dice, data) if data else dice.choice(BYTES)
    return data
