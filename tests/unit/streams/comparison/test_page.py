"""A comparison as a page says what the text says."""

from datetime import UTC, datetime

from streams.comparison.page import report_of
from streams.comparison.scorecard_changes import scorecard_changes
from streams.report.page import written
from streams.report.sections import Bars, Figures, Flow, Prose, Report, Table
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


def test_the_figures_say_of_how_many() -> None:
    """A share is of the leads that were played, each once, and both ladders stand beside each other."""
    report = report_of(("tiny-1", "tiny-2"), CHANGES, compared(), AT)

    (figures,) = (section for section in report.sections if isinstance(section, Figures))
    (ends,) = (section for section in report.sections if isinstance(section, Bars) and "at the end" in section.title)
    assert [(tile.label, tile.value, tile.note) for tile in figures.tiles[1:3]] == [
        ("Leads that differ", 1, "of 3 leads"),
        ("End higher", 1, "33.3 % of the leads"),
    ]
    assert [one.label for one in ends.series] == ["tiny-1", "tiny-2"]
    assert [sum(value or 0 for value in one.values) for one in ends.series] == [3, 3]


def test_what_is_the_same_for_all_listed_leads_has_no_column() -> None:
    """One score and one channel need none; what tells leads apart has one."""
    found = tables(report_of(("tiny-1", "tiny-2"), CHANGES, compared(), AT))["Leads that differ"]

    labels = [column.label for column in found.columns]
    assert labels[:2] == ["Lead", "Parts at"]
    assert "Channel" not in labels
    assert all(len(row) == len(labels) for row in found.rows)
