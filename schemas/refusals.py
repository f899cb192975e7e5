"""Why records are refused: a closed set, which dashboards and replays choose by. Imports nothing: any may name it."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a record was refused."""

    OVERSIZE = "oversize"
    """Larger than a record may be."""
    UNREADABLE = "unreadable"
    """The name of one of its headers is not UTF-8: Kafka's client cannot read it."""
    UNDECODABLE = "undecodable"
    """No JSON, or not UTF-8."""
    SCHEMA = "schema"
    """JSON that breaks its contract."""
    KEY_MISSING = "key_missing"
    """No key, on the topic of forwarded records: no owner put it there. Elsewhere it is forwarded to its lead's."""
    KEY_MISMATCH = "key_mismatch"
    """The key is another lead than the body, likewise."""
    WRONG_PARTITION = "wrong_partition"
    """The key belongs to another partition, likewise."""
    TOO_LATE = "too_late"
    """It happened longer before it was stored than the bound allows."""
    FUTURE = "future"
    """It claims to happen longer after it was stored than the bound allows."""
    INTERNAL = "internal"
    """It broke the scorer, again and again; the fault is ours."""
