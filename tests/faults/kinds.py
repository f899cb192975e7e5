"""The kinds of faults, each with what it hits, how long it lasts and when in a run it may come: a table.

Kinds that throw tables away come early: what they cost, a replay of all that was, grows with the run. Those that stop
Kafka come before the end: what could not be sent meanwhile is sent after.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Literal

Target = Literal["worker", "redis", "kafka"]


class Kind(Enum):
    """What goes wrong."""

    WORKER_KILL = "worker_kill"
    WORKER_PAUSE = "worker_pause"
    WORKER_STOP = "worker_stop"
    WORKER_CLOCK = "worker_clock"
    WORKER_DEAF = "worker_deaf"
    WORKER_BLOCKED = "worker_blocked"
    COMMITS_REFUSED = "commits_refused"
    REBALANCE_STORM = "rebalance_storm"
    REDIS_KILL = "redis_kill"
    REDIS_WIPE = "redis_wipe"
    REDIS_ROLLBACK = "redis_rollback"
    REDIS_FREEZE = "redis_freeze"
    REDIS_PAUSE = "redis_pause"
    REDIS_FULL = "redis_full"
    REDIS_READ_ONLY = "redis_read_only"
    REDIS_NO_REPLICAS = "redis_no_replicas"
    REDIS_DISK_FULL = "redis_disk_full"
    REDIS_CUT = "redis_cut"
    REDIS_SLOW = "redis_slow"
    REDIS_SWALLOWED = "redis_swallowed"
    KAFKA_KILL = "kafka_kill"
    KAFKA_FREEZE = "kafka_freeze"
    KAFKA_CUT = "kafka_cut"
    KAFKA_SLOW = "kafka_slow"
    KAFKA_SWALLOWED = "kafka_swallowed"
    SCORECARD_CHANGE = "scorecard_change"
    HISTORY_ERASED = "history_erased"


@dataclass(frozen=True, slots=True)
class Nature:
    """What a kind is like.

    ``weight``: how often it is drawn beyond once. ``seconds``: shortest and longest duration, over and above the
    session for a pause. ``until_share``: the share of a run's faults by which it comes. ``calm_seconds``: until the
    next fault, so that what it did can be told from what the next one does. ``of_twenty``: of so many faults it is at
    least so many. ``is_usual``: else it comes only where it is asked for by name.
    """

    target: Target
    weight: int
    seconds: tuple[float, float]
    until_share: float = 1.0
    calm_seconds: float = 2.0
    of_twenty: int = 0
    is_usual: bool = True


NATURES: dict[Kind, Nature] = {
    Kind.WORKER_KILL: Nature("worker", 3, (0, 0), calm_seconds=12.0, of_twenty=2),
    Kind.WORKER_PAUSE: Nature("worker", 4, (1.0, 2.5), calm_seconds=2.0, of_twenty=3),
    Kind.WORKER_STOP: Nature("worker", 2, (0, 0), calm_seconds=3.0, of_twenty=1),
    Kind.WORKER_CLOCK: Nature("worker", 1, (0, 0), calm_seconds=1.0),
    Kind.WORKER_DEAF: Nature("worker", 1, (0, 0), until_share=0.7),
    Kind.WORKER_BLOCKED: Nature("worker", 1, (0, 0), until_share=0.7),
    Kind.COMMITS_REFUSED: Nature("worker", 1, (2.0, 5.0)),
    Kind.REBALANCE_STORM: Nature("worker", 1, (4.0, 6.0), calm_seconds=4.0),
    Kind.REDIS_KILL: Nature("redis", 2, (0.2, 1.5)),
    Kind.REDIS_WIPE: Nature("redis", 1, (0, 0), until_share=0.35, calm_seconds=8.0),
    Kind.REDIS_ROLLBACK: Nature("redis", 2, (3.0, 7.0), calm_seconds=4.0),
    Kind.REDIS_FREEZE: Nature("redis", 1, (2.5, 5.0)),
    Kind.REDIS_PAUSE: Nature("redis", 1, (1.0, 3.0)),
    Kind.REDIS_FULL: Nature("redis", 1, (1.0, 3.0)),
    Kind.REDIS_READ_ONLY: Nature("redis", 1, (0.5, 2.0)),
    Kind.REDIS_NO_REPLICAS: Nature("redis", 1, (0.5, 2.0)),
    Kind.REDIS_DISK_FULL: Nature("redis", 1, (0.5, 2.0)),
    Kind.REDIS_CUT: Nature("redis", 1, (0, 0), calm_seconds=1.0),
    Kind.REDIS_SLOW: Nature("redis", 1, (1.0, 3.0)),
    Kind.REDIS_SWALLOWED: Nature("redis", 1, (1.0, 4.0)),
    Kind.KAFKA_KILL: Nature("kafka", 1, (0.2, 1.0), until_share=0.7, calm_seconds=6.0),
    Kind.KAFKA_FREEZE: Nature("kafka", 1, (1.5, 4.0), until_share=0.7),
    Kind.KAFKA_CUT: Nature("kafka", 1, (0, 0), calm_seconds=1.0),
    Kind.KAFKA_SLOW: Nature("kafka", 1, (1.0, 3.0)),
    Kind.KAFKA_SWALLOWED: Nature("kafka", 1, (1.0, 3.0)),
    Kind.SCORECARD_CHANGE: Nature("kafka", 2, (0, 0), until_share=0.8, calm_seconds=1.0, of_twenty=1),
    Kind.HISTORY_ERASED: Nature("kafka", 0, (0, 0), calm_seconds=8.0, is_usual=False),
}
USUAL = tuple(kind for kind, nature in NATURES.items() if nature.is_usual)
