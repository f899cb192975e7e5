"""A web server's combined log as page views.

Every line that parses is one page view, the server's own files (images, scripts, styles) included unless they are left
out: whether they matter is for a scorecard's conditions to say. An activity's id comes from the line and its number, so
a file imported twice, or its rotated copy, gives the same ids, and counts once as far as a lead's journal reaches. The
log's clock is kept, or moved as a whole.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from schemas.activities import PageView
from schemas.inputs import refusal_text
from streams.importing.combined_log import NoRequest, Request, parsed
from streams.importing.crawlers import verdict_of
from streams.importing.lines import LINE_BYTES_MAX, Line
from streams.importing.visitors import visitor_id

ADDRESS_CHARACTERS_MAX: Final = 2048
ASSET = re.compile(
    r"\.(?:avif|bmp|css|eot|gif|ico|jpe?g|js|json|map|mjs|mp3|mp4|ogg|otf|png|svg|ttf|txt|wasm|wav|webm|webp|woff2?|xml)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class AccessLogRules:
    """How a log is read.

    ``site`` stands before every path (``https://example.com``); empty leaves the path alone. ``salt`` is the secret in
    the visitors' ids. ``shift`` is added to every instant. ``is_pages_only`` leaves out what no reader asked for: the
    server's own files, refused and failed requests, and methods other than GET.
    """

    site: str = ""
    salt: bytes = b""
    shift: timedelta = timedelta(0)
    is_pages_only: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that is no request, and why. Its text is personal data and stays in the file."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A request that is no page view by the rules, and why: ``asset``, ``status`` or ``method``."""

    number: int
    reason: str


def left_out_for(request: Request) -> str | None:
    """Return why a request is no page that a reader saw, or None if it is one."""
    if request.method != "GET":
        return "method"
    if not 200 <= request.status < 400:
        return "status"
    path = request.target.partition("?")[0].partition("#")[0]
    return "asset" if ASSET.search(path) else None


def page_view(line: Line, request: Request, rules: AccessLogRules) -> PageView:
    """Return a request as a page view.

    Raises:
        pydantic.ValidationError: If the contract refuses it (an instant out of range).
    """
    target = request.target
    url = f"{rules.site.rstrip('/')}{target}" if target.startswith("/") else target
    return PageView(
        id=activity_id(line),
        lead_id=visitor_id(request.address, request.user_agent, rules.salt),
        occurred_at=request.occurred_at + rules.shift,
        verdict=verdict_of(request.user_agent),
        url=url[:ADDRESS_CHARACTERS_MAX],
        referrer=request.referrer and request.referrer[:ADDRESS_CHARACTERS_MAX],
    )


def activity_id(line: Line) -> str:
    """Return the id of what a line tells, from its number and its bytes.

    Example:
        >>> activity_id(Line(1, b"GET /"))[:4]
        'log-'
    """
    digest = blake2b(line.text or b"", digest_size=12, salt=line.number.to_bytes(16, "big"))
    return f"log-{digest.hexdigest()}"


def read_line(line: Line, rules: AccessLogRules) -> PageView | Unread | LeftOut:
    """Turn one line into a page view, or say why it is none."""
    if line.text is None:
        return Unread(line.number, f"longer than {LINE_BYTES_MAX} bytes")
    try:
        request = parsed(line.text.decode("utf-8", errors="replace"))
        if rules.is_pages_only and (reason := left_out_for(request)) is not None:
            return LeftOut(line.number, reason)
        return page_view(line, request, rules)
    except NoRequest as problem:
        return Unread(line.number, str(problem))
    except ValidationError as error:
        return Unread(line.number, refusal_text(error))
    except OverflowError:
        return Unread(line.number, "an instant out of range")


def newest_at(lines: Iterator[Line]) -> datetime | None:
    """Return the newest instant in a log, by which an old one is moved to now; None if no line parses."""
    newest: datetime | None = None
    for line in lines:
        found = read_line(line, AccessLogRules())
        if isinstance(found, PageView) and (newest is None or found.occurred_at > newest):
            newest = found.occurred_at
    return newest


def shift_to(newest: datetime | None, now: datetime) -> timedelta:
    """Return by how much a log is moved so that its newest line happened now, in whole seconds as the log counts."""
    if newest is None:
        return timedelta(0)
    return timedelta(seconds=int((now - newest).total_seconds()))


def is_regular(path: Path) -> bool:
    """Return whether a file can be read twice, as a shift needs."""
    return path.is_file()
