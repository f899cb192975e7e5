"""What a run left behind, read when its workers have stopped: inputs, outputs and tables, by partition number."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from schemas.topics import INPUT_TOPICS
from streams.kafka.partitioner import partition_of
from tests.faults.scorecards import Activated, published
from tests.line.installation import Installation
from tests.line.topics import TopicRecord

OUTPUTS = ("stage-changes", "lead-scores", "dead-letters")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One partition number; plain values only, so that another process can look at it.

    ``inputs``: the records that its tables hold, ticks too; ``unhandled``: how many records they do not hold, ticks
    apart. ``outputs``: by topic in order of offsets. ``rows``: the tables' bytes by lead. ``topic_prefix``: stands
    before names of topics inside the outputs. ``partitions``: how many numbers there are; None: no place is wrong.
    ``activations``: of scorecards, while it went.
    """

    number: int
    topic_prefix: str
    inputs: tuple[TopicRecord, ...]
    unhandled: int
    outputs: Mapping[str, tuple[TopicRecord, ...]]
    rows: Mapping[str, bytes]
    clock: int
    partitions: int | None = None
    activations: tuple[Activated, ...] = ()

    @property
    def begins(self) -> dict[str, int]:
        """Return by topic the first offset that Kafka still has, where records were erased."""
        first: dict[str, int] = {}
        for record in self.inputs:
            first[record.topic] = min(record.offset, first.get(record.topic, record.offset))
        return {topic: offset for topic, offset in first.items() if offset and topic != "ticks"}

    @property
    def is_erased(self) -> bool:
        """Whether Kafka no longer has all of the inputs: what leads were told once cannot be worked out again."""
        return bool(self.begins)


async def gathered(line: Installation) -> list[Evidence]:
    """Read topics and tables of an installation whose workers have stopped."""
    facts, prefix = await line.facts(), line.settings.topic_prefix
    activations = await published(line)
    handled: defaultdict[int, list[TopicRecord]] = defaultdict(list)
    unhandled: defaultdict[int, int] = defaultdict(int)
    for record in await line.read(*INPUT_TOPICS):
        if record.offset <= facts[record.partition].watermarks.get(prefix + record.topic, -1):
            handled[record.partition].append(record)
        elif record.topic != "ticks":
            unhandled[record.partition] += 1
    outputs: dict[int, dict[str, list[TopicRecord]]] = {
        number: {topic: [] for topic in OUTPUTS} for number in range(line.settings.partitions)
    }
    for record in await line.read(*OUTPUTS):
        outputs[record.partition][record.topic].append(record)
    rows: defaultdict[int, dict[str, bytes]] = defaultdict(dict)
    for lead_id, row in (await line.rows()).items():
        rows[partition_of(lead_id.encode(), line.settings.partitions)][lead_id] = row
    return [
        Evidence(
            number,
            prefix,
            tuple(handled[number]),
            unhandled[number],
            {topic: tuple(records) for topic, records in found.items()},
            rows[number],
            facts[number].clock,
            line.settings.partitions,
            activations,
        )
        for number, found in outputs.items()
    ]
