"""What can be seen of the owners of a process in one look, without disturbing them.

It tells nothing of leads, decides nothing and awaits nothing: whether what is seen is a standstill is for the watchdog.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from streams.partition.holding import Holding
from streams.transport.door import InputPositions, TopicPartition

NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class Sighting:
    """One partition number at one look.

    ``turns``, ``steps`` and ``refusals`` are of its owner's `streams.partition.pulse.Pulse`. ``has_records`` says that
    records wait with the owner; ticks alone are not meant, they wait as long as it takes. ``is_behind`` says that Kafka
    has more than was received. ``answered_at`` is when Kafka last answered for one of the inputs that are behind,
    ``heard_at`` when it did for any of the inputs, in seconds of ``time.monotonic()``.
    """

    partition: int
    is_open: bool
    turns: int
    steps: int
    refusals: int
    has_records: bool
    is_behind: bool
    answered_at: float
    heard_at: float


def sightings(holdings: Iterable[Holding], positions: InputPositions | None) -> list[Sighting]:
    """Look at all holdings of a process.

    Args:
        holdings: What the process holds.
        positions: Whom to ask how far the inputs are read; None before the first assignment.
    """
    return [_sighting(holding, positions) for holding in holdings]


def _sighting(holding: Holding, positions: InputPositions | None) -> Sighting:
    owner = holding.owner
    behind: list[float] = []
    heard: list[float] = []
    if positions is not None:
        inputs = [TopicPartition(topic, holding.number) for topic in owner.merge.topics]
        heard = [positions.answered_at(tp) for tp in inputs]
        behind = [at for at, tp in zip(heard, inputs, strict=True) if not positions.is_at_end(tp)]
    return Sighting(
        partition=holding.number,
        is_open=holding.is_open,
        turns=holding.pulse.turns,
        steps=holding.pulse.steps,
        refusals=holding.pulse.refusals,
        has_records=owner.merge.has_more_than_ticks(),
        is_behind=bool(behind),
        answered_at=max(behind, default=NEVER),
        heard_at=max(heard, default=NEVER),
    )
