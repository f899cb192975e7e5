"""Which of Redis' errors pass by themselves, and what kind each is.

What is in these tables makes the caller wait and ask again. Everything else is a bug or a broken table and is raised.
"""

from redis.exceptions import (
    AskError,
    AuthenticationError,
    AuthorizationError,
    BusyLoadingError,
    ClusterDownError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from streams.table.door import TableUnavailable, Unavailability

# The first that matches counts: the client derives several of these from its connection error.
BY_KIND: tuple[tuple[type[Exception], Unavailability], ...] = (
    (AuthenticationError, Unavailability.DENIED),
    (AuthorizationError, Unavailability.DENIED),
    (NoPermissionError, Unavailability.DENIED),
    (BusyLoadingError, Unavailability.LOADING),
    (OutOfMemoryError, Unavailability.FULL),
    (ReadOnlyError, Unavailability.READ_ONLY),
    (ClusterDownError, Unavailability.LOST),
    # Told to go elsewhere, for this once (a slot is being moved) or twice in a row: wait until it is settled.
    (AskError, Unavailability.LOST),
    (TryAgainError, Unavailability.LOST),
    (RedisTimeoutError, Unavailability.TIMEOUT),
    (TimeoutError, Unavailability.TIMEOUT),
    (RedisConnectionError, Unavailability.LOST),
    (OSError, Unavailability.LOST),
)

# Errors that the client has no class for, by the first word of Redis' answer.
BY_WORD: dict[str, Unavailability] = {
    "MISCONF": Unavailability.CANNOT_SAVE,
    "NOREPLICAS": Unavailability.READ_ONLY,
    "BUSY": Unavailability.BUSY,
}

WAY_OUT: dict[Unavailability, str] = {
    Unavailability.LOST: "see that it runs and can be reached",
    Unavailability.TIMEOUT: "see that it is not frozen or overloaded, or raise LEADSTREAM_REDIS_TIMEOUT_SECONDS",
    Unavailability.LOADING: "it reads its files; wait",
    Unavailability.FULL: "raise its maxmemory or free memory; nothing is skipped meanwhile",
    Unavailability.CANNOT_SAVE: "free its disk; nothing is skipped meanwhile",
    Unavailability.READ_ONLY: "point LEADSTREAM_REDIS_URL at the primary, or bring its replicas back",
    Unavailability.BUSY: "a script blocks it: SCRIPT KILL ends one that has not written",
    Unavailability.DENIED: "correct the user and password in LEADSTREAM_REDIS_URL, or what that user may do (ACL)",
}


def unavailable(error: BaseException, address: str) -> TableUnavailable | None:
    """Return what to raise for an error that passes by itself, or None for one that must be raised as it is.

    Args:
        error: What the client raised.
        address: Where the table is, without user and password.
    """
    reason = _reason(error)
    if reason is None:
        return None
    text = str(error).partition("\n")[0][:300] or type(error).__name__
    return TableUnavailable(f"Redis at {address}: {text}; {WAY_OUT[reason]}", reason)


def _reason(error: BaseException) -> Unavailability | None:
    for kind, reason in BY_KIND:
        if isinstance(error, kind):
            return reason
    return BY_WORD.get(str(error).partition(" ")[0]) if isinstance(error, RedisError) else None
