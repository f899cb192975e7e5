"""The bounds of a worker's owners, out of its settings."""

from streams.configuration.settings import Settings
from streams.partition.parts import OwnerLimits


def owner_limits(settings: Settings) -> OwnerLimits:
    """Return what the owners of a process keep to."""
    return OwnerLimits(
        batch_records_max=settings.batch_records_max,
        batch_bytes_max=settings.batch_bytes_max,
        merge_wait_seconds=settings.merge_wait_seconds,
        retry_seconds_max=settings.retry_seconds_max,
        outbox_bytes_max=settings.outbox_bytes_max,
    )
