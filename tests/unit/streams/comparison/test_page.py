"""A comparison as a page says what the text says."""

from datetime import UTC, datetime

from streams.comparison.page import report_of
from streams.comparison.scorecard_changes import scorecard_changes
from streams.report.page import written
from streams.report.sections import Flow, Prose, Report, Table
from tests.unit.streams.comparison.test_leads import ADA, HIGHER, TINY, compared

AT = datetime(2026, 11, 23, tzinfo=UTC)
CHANGES = scorecard_changes(TINY, HIGHER)


def tables(report: Report) -> dict[str, Table]:
    """Return the tables of a report by their titles."""
    return {section.title: section for section in report.sections if isinstance(section, Table)}


def test_what_changed_and_who_differs_stand_in_it() -> None:
    """With the matrix of stages, the movers, the segments and the leads."""
    report = report_of(("tiny-1", "tiny-2"), CHANGES, compared(), AT)

    found = tables(report)
    assert found["What changed in the file"].rows[0][0] == "criterion pricing_viewed: points 20 -> 26"
    assert found["Leads that differ"].rows[0][0] == ADA
    assert found["What moved leads most"].rows[0][:2] == ("pricing_viewed", 1)
    assert found["By channel"].rows[0][:3] == ("webinar", 1, 1)
    (flow,) = (section for section in report.sections if isinstance(section, Flow))
    assert sum(map(sum, flow.counts)) == 3
    assert ADA in written(report)


def test_without_a_history_it_tells_what_changed() -> None:
    """And nothing of leads."""
    report = report_of(("tiny-1", "tiny-2"), CHANGES, None, AT)

    assert list(tables(report)) == ["What changed in the file"]


def test_that_nobody_differs_is_told() -> None:
    """A page that nothing stands in says so."""
    report = report_of(("tiny-1", "tiny-1"), scorecard_changes(TINY, TINY), compared(TINY, TINY), AT)

    titles = [section.title for section in report.sections if isinstance(section, Prose)]
    assert titles[0] == "No lead differs"
    assert tables(report)["What changed in the file"].note.startswith("Nothing differs")
