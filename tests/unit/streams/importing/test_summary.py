"""An import's counts add up, and stay small however large the file."""

from datetime import UTC, datetime

from schemas.activities import PageView
from streams.importing.access_log import LeftOut, Unread
from streams.importing.summary import UNREAD_LISTED_MAX, ImportSummary


def view(lead_id: str, hour: int, verdict: str = "human") -> PageView:
    """Return a page view of a visitor."""
    at = datetime(2026, 5, 17, hour, tzinfo=UTC)
    return PageView(id=f"log-{hour}", lead_id=lead_id, occurred_at=at, verdict=verdict, url="/pricing")  # type: ignore[arg-type]


def test_every_line_is_counted_once() -> None:
    """Lines are page views, left out or unread; nothing is lost between them."""
    summary = ImportSummary()
    for found in (
        view("visitor-ada", 10),
        view("visitor-ada", 9, "certain_bot"),
        view("visitor-bob", 11),
        LeftOut(4, "asset"),
        Unread(5, "no HTTP request in it"),
    ):
        summary.count(found)

    assert summary.as_json() == {
        "lines": 5,
        "page_views": 3,
        "visitors": 2,
        "visitors_is_at_least": False,
        "by_verdict": {"human": 2, "probable_bot": 0, "certain_bot": 1},
        "left_out": {"asset": 1},
        "unread": 1,
        "unread_lines": [{"line": 5, "reason": "no HTTP request in it"}],
        "first_at": "2026-05-17T09:00:00.000Z",
        "last_at": "2026-05-17T11:00:00.000Z",
    }


def test_nothing_read_is_told_as_nothing() -> None:
    """An empty file has no first and no last instant."""
    told = ImportSummary().as_json()

    assert (told["lines"], told["first_at"], told["last_at"]) == (0, None, None)


def test_unread_lines_are_listed_up_to_a_bound() -> None:
    """A file of another format lists its first lines and counts them all."""
    summary = ImportSummary()
    for number in range(1, 1001):
        summary.count(Unread(number, "not a line of the combined format"))

    assert summary.unread_count == 1000
    assert [unread.number for unread in summary.unread] == list(range(1, UNREAD_LISTED_MAX + 1))
