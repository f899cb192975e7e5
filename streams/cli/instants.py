"""Instants on a command line: as people type them, as they are shown, and now."""

from datetime import UTC, datetime

from streams.cli.exit_codes import ExitCode
from streams.cli.terminal import CommandFailed


def instant_option(text: str, now: datetime, option: str = "--at") -> datetime:
    """Return the instant that an option names: ``now``, or RFC 3339 with an offset.

    Raises:
        CommandFailed: If it is neither.
    """
    from pydantic import TypeAdapter, ValidationError

    from schemas.contract import Instant

    if text == "now":
        return now
    adapter: TypeAdapter[datetime] = TypeAdapter(Instant)
    try:
        return adapter.validate_json(f'"{text}"')
    except ValidationError:
        message = f"{option} {text}: give an instant as RFC 3339 with an offset, such as 2026-11-22T10:00:00Z, or now"
        raise CommandFailed(ExitCode.USAGE, message) from None


def instant_shown(at_ms: int) -> str:
    """Return milliseconds since 1970 in RFC 3339."""
    from streams.translation.translate import instant_text

    return instant_text(at_ms)


def now_ms() -> int:
    """Return this machine's clock in milliseconds since 1970."""
    return int(datetime.now(UTC).timestamp() * 1000)
