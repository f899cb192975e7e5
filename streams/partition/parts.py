"""What the owners of a process work with and within; the same for all of them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from scorer import Scorecard
from streams.monitoring.metrics import Metrics
from streams.partition.backfill import NothingRetained, Retained
from streams.partition.decode import RecordDecoder
from streams.partition.fold import FoldRules
from streams.partition.judging import ScorecardBook
from streams.partition.lead_cache import LeadRoom
from streams.partition.outputs import Outputs
from streams.partition.pace import SweepPace
from streams.partition.turns import Turns
from streams.publisher.door import Publisher
from streams.table.door import Table
from streams.tail.door import Tails
from streams.tail.told import TailTopics


@dataclass(frozen=True, slots=True)
class OwnerLimits:
    """Bounds of an owner, from the settings."""

    batch_records_max: int
    batch_bytes_max: int
    merge_wait_seconds: float
    retry_seconds_max: float
    outbox_bytes_max: int = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Timing:
    """Clocks and bounds that only pace the work. ``wall_ms`` is the worker's clock; it decides nothing."""

    wall_ms: Callable[[], int]
    monotonic: Callable[[], float]
    stop_seconds_max: float
    claim_seconds_max: float
    fenced_seconds_max: float


@dataclass(frozen=True, slots=True)
class OwnerParts:
    """What an owner works with; shared by all owners of a process.

    ``reading_ahead`` is held by the owner that reads the past of new signals beside its work: one at a time.
    """

    table: Table
    publisher: Publisher
    tails: Tails
    tail_topics: TailTopics
    decoder: RecordDecoder
    outputs_of: Callable[[int, Scorecard], Outputs]
    rules: FoldRules
    scorecards: ScorecardBook
    limits: OwnerLimits
    lead_room: LeadRoom
    metrics: Metrics
    turns: Turns = field(default_factory=Turns)
    sweep_pace: SweepPace = field(default_factory=SweepPace)
    retained: Retained = field(default_factory=NothingRetained)
    reading_ahead: asyncio.Lock = field(default_factory=asyncio.Lock)
