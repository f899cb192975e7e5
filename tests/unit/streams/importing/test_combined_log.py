"""One line of a combined log is read as the server meant it, and a hostile one costs nothing."""

import time
from datetime import UTC, datetime

import pytest
from apachelogs import COMBINED, LogParser
from hypothesis import given
from hypothesis import strategies as st

from streams.importing.combined_log import NoRequest, parsed, unescaped

ADA = (
    '192.0.2.7 - ada [17/May/2026:12:05:03 +0200] "GET /pricing?plan=team HTTP/1.1" 200 2326 '
    '"https://search.example/?q=scoring" "Mozilla/5.0 (X11; Linux x86_64)"'
)


def test_a_line_is_read() -> None:
    """Every part that an activity needs is there, the instant in UTC."""
    request = parsed(ADA)

    assert request.address == "192.0.2.7"
    assert request.occurred_at == datetime(2026, 5, 17, 10, 5, 3, tzinfo=UTC)
    assert (request.method, request.target, request.status) == ("GET", "/pricing?plan=team", 200)
    assert request.referrer == "https://search.example/?q=scoring"
    assert request.user_agent == "Mozilla/5.0 (X11; Linux x86_64)"


def test_a_dash_is_nothing() -> None:
    """The server's sign for nothing is None, also without a size."""
    request = parsed('::1 - - [01/Jan/2026:00:00:00 -0530] "HEAD / HTTP/2.0" 304 - "-" "-"')

    assert request.referrer is None
    assert request.user_agent is None
    assert request.occurred_at == datetime(2026, 1, 1, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "reason"),
    {
        "empty": ("", "not a line of the combined format"),
        "cut off": (ADA[:-1], "not a line of the combined format"),
        "common format": (ADA.partition(' "https')[0], "not a line of the combined format"),
        "unknown month": (ADA.replace("May", "Mai"), "not a line of the combined format"),
        "no such day": (ADA.replace("17/May", "31/Feb"), "a time that no calendar has"),
        "leap second": (ADA.replace("12:05:03", "23:59:60"), "a time that no calendar has"),
        "before the calendar": (ADA.replace("17/May/2026:12", "01/Jan/0001:00"), "a time that no calendar has"),
        "no such zone": (ADA.replace("+0200", "+9900"), "a time that no calendar has"),
        "TLS to a plain port": (
            ADA.replace("GET /pricing?plan=team HTTP/1.1", r"\x16\x03\x01"),
            "no HTTP request in it",
        ),
        "no request": (ADA.replace("GET /pricing?plan=team HTTP/1.1", "-"), "no HTTP request in it"),
    }.values(),
)
def test_what_is_no_request_is_told(line: str, reason: str) -> None:
    """A line that is no request is refused with a reason that repeats none of its words."""
    with pytest.raises(NoRequest) as refused:
        parsed(line)

    assert str(refused.value) == reason


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"caf\xc3\xa9", "café"),
        (r"say \"hi\" \\ twice\t", 'say "hi" \\ twice\t'),
        (r"\xff", "\N{REPLACEMENT CHARACTER}"),
        ("plain", "plain"),
    ],
)
def test_escapes_are_undone(written: str, meant: str) -> None:
    """A quoted part comes out as the client sent it; what is no UTF-8 is replaced."""
    assert unescaped(written) == meant


HOSTILE = {
    "spaces": " " * 65_000,
    "words": "a " * 32_000,
    "dashes": "- " * 32_000,
    "brackets": "1 - - [" + "[" * 65_000,
    "escapes": '1 - - [17/May/2026:12:05:03 +0200] "' + r"\x41" * 16_000,
    "quotes": '1 - - [17/May/2026:12:05:03 +0200] "' + r"\"" * 32_000,
    "long request": '1 - - [17/May/2026:12:05:03 +0200] "GET ' + " " * 60_000 + 'HTTP/1.1" 200 - "-" "-"',
}


@pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_line_costs_nothing(line: str) -> None:
    """The time of a line grows with its length only (a backtracking pattern takes minutes for these)."""
    begun = time.process_time()
    with pytest.raises(NoRequest):
        parsed(line)

    assert time.process_time() - begun < 2


WORD = st.text(
    st.characters(min_codepoint=0x23, max_codepoint=0x7E, exclude_characters='\\"[]'), min_size=1, max_size=30
)
MEANT = st.one_of(
    st.just("-"), WORD, st.builds(lambda a, b: f"{a} {b}", WORD, WORD), st.just(r"\"quoted\" \xe2\x82\xac")
)


@given(
    address=WORD,
    user=WORD,
    instant=st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001 - a log's text
    zone=st.sampled_from(["+0000", "-0800", "+0545"]),
    target=WORD.map(lambda word: "/" + word),
    status=st.integers(100, 599),
    referrer=MEANT,
    user_agent=MEANT,
)
def test_an_independent_reader_agrees(
    address: str, user: str, instant: datetime, zone: str, target: str, status: int, referrer: str, user_agent: str
) -> None:
    """What apachelogs reads in an ordinary line is what we read."""
    written = instant.strftime("%d/%b/%Y:%H:%M:%S")
    line = f'{address} - {user} [{written} {zone}] "GET {target} HTTP/1.1" {status} 17 "{referrer}" "{user_agent}"'
    entry = LogParser(COMBINED, encoding="utf-8", errors="replace").parse(line)

    request = parsed(line)

    assert request.address == entry.remote_host
    assert request.occurred_at == entry.request_time
    assert f"{request.method} {request.target} HTTP/1.1" == entry.request_line
    assert request.status == entry.final_status
    assert request.referrer == entry.headers_in["Referer"]
    assert request.user_agent == entry.headers_in["User-Agent"]
