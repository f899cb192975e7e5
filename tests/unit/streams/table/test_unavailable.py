"""Errors that pass by themselves are told from those that do not."""

import pytest
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    DataError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from streams.table.door import Unavailability
from streams.table.unavailable import WAY_OUT, unavailable

ADDRESS = "redis://127.0.0.1:6379/0"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RedisConnectionError("Connection refused"), Unavailability.LOST),
        (ConnectionResetError("reset by peer"), Unavailability.LOST),
        (RedisTimeoutError("Timeout reading"), Unavailability.TIMEOUT),
        (TimeoutError(), Unavailability.TIMEOUT),
        (BusyLoadingError("Redis is loading the dataset in memory"), Unavailability.LOADING),
        (OutOfMemoryError("command not allowed when used memory > 'maxmemory'."), Unavailability.FULL),
        (ResponseError("MISCONF Redis is configured to save RDB snapshots"), Unavailability.CANNOT_SAVE),
        (ReadOnlyError("You can't write against a read only replica."), Unavailability.READ_ONLY),
        (ResponseError("NOREPLICAS Not enough good replicas to write."), Unavailability.READ_ONLY),
        (ResponseError("BUSY Redis is busy running a script."), Unavailability.BUSY),
        (AuthenticationError("invalid username-password pair or user is disabled."), Unavailability.DENIED),
        (NoPermissionError("User worker has no permissions"), Unavailability.DENIED),
    ],
)
def test_what_passes_is_named(error: Exception, reason: Unavailability) -> None:
    """With the address, what Redis said, and what to do."""
    told = unavailable(error, ADDRESS)

    assert told is not None
    assert told.reason is reason
    assert str(told).startswith(f"Redis at {ADDRESS}: ")
    assert str(told).endswith(WAY_OUT[reason])


@pytest.mark.parametrize(
    "error",
    [
        ResponseError("WRONGTYPE Operation against a key holding the wrong kind of value"),
        ResponseError("Error running script"),
        DataError("Invalid input of type: 'dict'"),
        ValueError("BUSY with something else"),
        KeyError("LOADING"),
    ],
)
def test_what_does_not_pass_is_not_hidden(error: Exception) -> None:
    """A fault of ours or a broken table must not look like a pause."""
    assert unavailable(error, ADDRESS) is None


def test_every_reason_has_a_way_out() -> None:
    """Whatever is added to the reasons says what to do."""
    assert WAY_OUT.keys() == set(Unavailability)
