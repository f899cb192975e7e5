"""What the core takes in: what a lead did, and what it is said to be.

Both are already checked and translated from the wire. Instants are integers of milliseconds since the
epoch. This module knows no scorecard: it says what came, never what it is worth.
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple

Scalar = str | int | float | bool


class Verdict(IntEnum):
    """Who did it, as far as is known. A part of every cell's key, so a later verdict can move the count."""

    HUMAN = 0
    PROBABLE_BOT = 1
    CERTAIN_BOT = 2


class Activity(NamedTuple):
    """One thing that a lead did. A named tuple: there is one for each record, and a frozen dataclass takes 1 us more.

    ``fingerprint`` names the producer's id in 64 bits: repeats of one activity share it, and a journal of
    integers is a quarter of the size of one of texts. It is compared within one ``source`` only.
    """

    fingerprint: int
    source: str
    type: str
    occurred_at: int
    fields: Mapping[str, Scalar]
    correlation: str | None = None
    verdict: Verdict = Verdict.HUMAN


def new_activity(
    fingerprint: int,
    source: str,
    type_: str,
    occurred_at: int,
    fields: Mapping[str, Scalar],
    correlation: str | None,
    verdict: Verdict,
) -> Activity:
    """Make an activity, as calling its class does: compiled in a third of the time, as no code of Python's runs."""
    return tuple.__new__(Activity, (fingerprint, source, type_, occurred_at, fields, correlation, verdict))


class ProfileUpdate(NamedTuple):
    """Attributes that a source says a lead has; ``None`` takes an attribute back."""

    fingerprint: int
    source: str
    occurred_at: int
    attributes: Mapping[str, Scalar | None]
