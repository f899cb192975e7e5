"""How far one owner is, for the metrics: looked at when somebody reads them, so that it costs nothing meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass

from streams.partition.judging import Judging
from streams.partition.merging import Merge
from streams.partition.seal import sealed_at
from streams.partition.tenure import Tenure


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the owner of one partition is. Instants are milliseconds since the epoch, by the broker.

    ``applied_at``: by topic, when Kafka stored the last record whose effects are in the table. ``waits_since``: when it
    stored the first of the records that are received and not handled; None if none waits. ``unpublished``: outputs that
    Kafka has not acknowledged; ``first_unpublished`` tells the first of them from all others, and is None without any.
    """

    partition: int
    applied_at: Mapping[str, int]
    waits_since: int | None
    unpublished: int
    first_unpublished: int | None
    scorecard: str


def progress_of(tenure: Tenure, merge: Merge, judging: Judging) -> Progress:
    """Look at the parts of an owner."""
    return Progress(
        partition=tenure.partition,
        applied_at={topic: at for topic, seal in tenure.seals.items() if (at := sealed_at(seal)) is not None},
        waits_since=merge.waits_since(),
        unpublished=len(tenure.unpublished),
        first_unpublished=tenure.unpublished[0][0] if tenure.unpublished else None,
        scorecard=judging.rules.scorecard.version,
    )
