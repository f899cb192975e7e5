"""What the transport can be told, beside what Faust's own settings say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TransportOptions:
    """Bounds and waits of fetching and delivering.

    A run that is delivered has at most ``batch_records_max`` records and ``batch_bytes_max`` bytes, but one record at
    least. ``fetch_wait_ms`` is how long the broker may wait for a record before it answers a fetch: an idle partition
    is known to be at its end at most that much later. ``coalesce_ms`` is waited before a fetch once all that was
    known is delivered, so that what arrives close together is handled together. ``request_seconds_max`` bounds one
    request of the client to a broker, ``call_seconds_max`` every call of the client but fetches: below the rebalance
    time-out. ``stalled_seconds`` without a turn of the delivery loop is reported as death.
    """

    batch_records_max: int = 10_000
    batch_bytes_max: int = 4 * 1024 * 1024
    fetch_wait_ms: int = 50
    fetch_records_max: int = 50_000
    coalesce_ms: int = 40
    request_seconds_max: float = 15.0
    call_seconds_max: float = 4.0
    stalled_seconds: float = 30.0
