"""One line of a web server's combined log: `%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"`.

Apache and nginx write it alike. A log holds what anyone on the internet cared to send, so the pattern is RE2's: linear
in the line, whatever it holds. (apachelogs, which the tests compare with, takes minutes for a hostile line of 64 KiB.)
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import re2

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_TIME = (
    rf"\[(?P<day>\d\d)/(?P<month>{'|'.join(MONTHS)})/(?P<year>\d{{4}})"
    r":(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d) (?P<zone>[+-]\d{4})\]"
)
_LINE = re2.compile(
    rf"(?P<address>\S+) \S+ .*? {_TIME} {_QUOTED.replace('(', '(?P<request>', 1)} (?P<status>\d{{3}}) (?:\d+|-) "
    rf"{_QUOTED.replace('(', '(?P<referrer>', 1)} {_QUOTED.replace('(', '(?P<user_agent>', 1)}\s*"
)
_REQUEST = re2.compile(r"(?P<method>[A-Z][A-Z_-]{0,31}) (?P<target>\S(?:.*\S)?) HTTP/[0-9.]{1,5}")
_ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_NAMED_ESCAPES = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"b": b"\b", b"v": b"\v", b"f": b"\f"}


class NoRequest(ValueError):
    """A line is no request of a combined log; the text is the reason, free of the line's own words."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the log tells it; ``-`` is None."""

    address: str
    occurred_at: datetime
    method: str
    target: str
    status: int
    referrer: str | None
    user_agent: str | None


def parsed(text: str) -> Request:
    """Read one line.

    Raises:
        NoRequest: If it is not of the format, has a time that no calendar has, or no HTTP request in it.
    """
    line = _LINE.fullmatch(text)
    if line is None:
        raise NoRequest("not a line of the combined format")
    request = _REQUEST.fullmatch(unescaped(line["request"]) or "")
    if request is None:
        raise NoRequest("no HTTP request in it")
    return Request(
        address=line["address"],
        occurred_at=_instant(line.groupdict()),
        method=request["method"],
        target=request["target"],
        status=int(line["status"]),
        referrer=unescaped(line["referrer"]),
        user_agent=unescaped(line["user_agent"]),
    )


def _instant(parts: dict[str, str]) -> datetime:
    """Return the instant of a line, in UTC."""
    zone = parts["zone"]
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
    year, day, hour, minute, second = (int(parts[name]) for name in ("year", "day", "hour", "minute", "second"))
    try:
        local = timezone(-offset if zone[0] == "-" else offset)
        written = datetime(year, MONTHS.index(parts["month"]) + 1, day, hour, minute, second, tzinfo=local)
        return written.astimezone(UTC)
    except (ValueError, OverflowError):
        raise NoRequest("a time that no calendar has") from None


def unescaped(text: str) -> str | None:
    r"""Return a quoted part as the client sent it; None for the server's sign for nothing.

    Example:
        >>> unescaped(r"caf\xc3\xa9 \"de Flore\"")
        'café "de Flore"'
        >>> unescaped("-") is None
        True
    """
    if text == "-":
        return None
    if "\\" not in text:
        return text
    return _ESCAPE.sub(_escape_meant, text.encode()).decode("utf-8", errors="replace")


def _escape_meant(escape: re.Match[bytes]) -> bytes:
    """Return the bytes that one escape stands for."""
    if escape[1] is not None:
        return bytes.fromhex(escape[1].decode())
    return _NAMED_ESCAPES.get(escape[2], escape[2])
