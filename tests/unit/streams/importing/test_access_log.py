"""A log's lines become page views: whose, when, which page, and whether a crawler's."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import TypeAdapter

from schemas.activities import PageView
from streams.importing.access_log import (
    ADDRESS_CHARACTERS_MAX,
    AccessLogRules,
    LeftOut,
    Unread,
    activity_id,
    newest_at,
    read_line,
    shift_to,
)
from streams.importing.lines import Line
from streams.importing.visitors import visitor_id

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PLAIN = AccessLogRules()
PAGES = AccessLogRules(is_pages_only=True)


def line(
    request: str = "GET /pricing HTTP/1.1", *, status: int = 200, agent: str = BROWSER, at: str = "10:05:03"
) -> Line:
    """Return a line of Ada's."""
    text = f'192.0.2.7 - - [17/May/2026:{at} +0000] "{request}" {status} 2326 "https://search.example/" "{agent}"'
    return Line(7, text.encode())


def page_view(found: object) -> PageView:
    """Return what must be a page view."""
    assert isinstance(found, PageView)
    return found


def test_a_request_is_a_page_view() -> None:
    """Visitor, instant, page and referrer are those of the line, and the contract accepts it on the wire."""
    found = page_view(read_line(line(), AccessLogRules(site="https://example.com/", salt=b"secret")))

    assert found.lead_id == visitor_id("192.0.2.7", BROWSER, b"secret")
    assert found.occurred_at == datetime(2026, 5, 17, 10, 5, 3, tzinfo=UTC)
    assert found.url == "https://example.com/pricing"
    assert found.referrer == "https://search.example/"
    assert found.verdict == "human"
    assert TypeAdapter(PageView).validate_json(found.model_dump_json()) == found


def test_a_crawler_is_marked() -> None:
    """A crawler's request is kept, as that of a certain bot."""
    assert page_view(read_line(line(agent="Googlebot/2.1"), PLAIN)).verdict == "certain_bot"


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("/pricing", "https://example.com/pricing"),
        ("http://other.example/a b", "http://other.example/a b"),
        ("*", "*"),
        ("/" + "x" * 5000, ("https://example.com/" + "x" * 5000)[:ADDRESS_CHARACTERS_MAX]),
    ],
    ids=["path", "absolute", "asterisk", "long"],
)
def test_the_page_is_what_was_asked_for(target: str, url: str) -> None:
    """The site stands before paths only; an address beyond the contract's bound is cut, not lost."""
    found = page_view(read_line(line(f"GET {target} HTTP/1.1"), AccessLogRules(site="https://example.com")))

    assert found.url == url


def test_every_request_is_kept_unless_told_otherwise() -> None:
    """Images, failures and posts are page views too, where nothing else is said."""
    for request, status in (("GET /logo.png HTTP/1.1", 200), ("GET /gone HTTP/1.1", 404), ("POST /form HTTP/1.1", 200)):
        assert isinstance(read_line(line(request, status=status), PLAIN), PageView)


@pytest.mark.parametrize(
    ("request_line", "status", "reason"),
    [
        ("GET /images/logo.PNG?v=3 HTTP/1.1", 200, "asset"),
        ("GET /robots.txt HTTP/1.1", 200, "asset"),
        ("GET /gone HTTP/1.1", 404, "status"),
        ("GET /broken HTTP/1.1", 503, "status"),
        ("POST /form HTTP/1.1", 200, "method"),
    ],
)
def test_only_pages_if_asked(request_line: str, status: int, reason: str) -> None:
    """With pages only, what no reader asked for is left out, and why is told."""
    assert read_line(line(request_line, status=status), PAGES) == LeftOut(7, reason)


@pytest.mark.parametrize(("request_line", "status"), [("GET / HTTP/1.1", 200), ("GET /a.b/page HTTP/2.0", 304)])
def test_pages_stay(request_line: str, status: int) -> None:
    """A page that was delivered, also from the reader's cache, is a page view."""
    assert isinstance(read_line(line(request_line, status=status), PAGES), PageView)


@pytest.mark.parametrize(
    ("text", "reason"),
    [(None, "longer than 262144 bytes"), (b"", "not a line of the combined format"), (b"\xff\xfe", "not a line")],
)
def test_what_does_not_parse_is_told(text: bytes | None, reason: str) -> None:
    """A line that is no request is named by number and reason; its text stays where it is."""
    found = read_line(Line(8899, text), PLAIN)

    assert isinstance(found, Unread)
    assert found.number == 8899
    assert found.reason.startswith(reason)


def test_a_shift_out_of_range_is_told() -> None:
    """An instant that no calendar has after the shift is a line that cannot be read, not a crash."""
    assert isinstance(read_line(line(), AccessLogRules(shift=timedelta(days=365 * 9000))), Unread)


def test_an_id_is_the_lines_own() -> None:
    """The same line at the same place has the same id in every import; another line or place has another."""
    one = Line(1, b"GET /")

    assert activity_id(one) == activity_id(Line(1, b"GET /"))
    assert len({activity_id(other) for other in (one, Line(2, b"GET /"), Line(1, b"GET /a"))}) == 3


def test_a_shift_keeps_ids() -> None:
    """A moved log is the same activities: a second import of it adds nothing."""
    moved = page_view(read_line(line(), AccessLogRules(shift=timedelta(days=30))))

    assert moved.id == page_view(read_line(line(), PLAIN)).id


def test_a_log_is_moved_so_that_its_newest_line_is_now() -> None:
    """The newest instant decides, wherever it stands; lines that do not parse do not."""
    lines = [line(at="10:05:03"), line(at="11:00:00"), Line(3, b"?"), line(at="09:00:00")]
    now = datetime(2026, 11, 22, 17, 0, 0, 900_000, tzinfo=UTC)

    newest = newest_at(iter(lines))

    assert newest == datetime(2026, 5, 17, 11, tzinfo=UTC)
    assert newest + shift_to(newest, now) == datetime(2026, 11, 22, 17, tzinfo=UTC)
    assert shift_to(newest_at(iter([])), now) == timedelta(0)
