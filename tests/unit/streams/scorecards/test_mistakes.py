"""Every kind of mistake in a scorecard file: the exact line, what is wrong, and the way out.

`tests/golden/scorecard` has one scorecard in order and a table of changes to its lines with all that is then said.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.scorecards.loading import Finding, ScorecardRefused, read

GOLDEN = Path(__file__).parents[3] / "golden" / "scorecard"
SCORECARD = (GOLDEN / "in_order.yaml").read_text(encoding="utf-8")
MISTAKES: list[dict[str, Any]] = yaml.safe_load((GOLDEN / "mistakes.yaml").read_text(encoding="utf-8"))


def content_of(mistake: dict[str, Any]) -> bytes:
    """Return the file that holds a mistake: the scorecard with some lines changed, or one of its own."""
    if "file" in mistake:
        return str(mistake["file"]).encode()
    lines: list[str | None] = list(SCORECARD.splitlines())
    for number, text in mistake["lines"].items():
        lines[number - 1] = text or None
    return ("\n".join(line for line in lines if line is not None) + "\n").encode()


def findings(content: bytes) -> tuple[Finding, ...]:
    """Return all that is said of a file."""
    try:
        return read(content, Path("s.yaml")).warnings
    except ScorecardRefused as refused:
        return refused.findings


def test_the_scorecard_is_in_order() -> None:
    """Nothing is said of the file that the mistakes are made in."""
    assert findings(SCORECARD.encode()) == ()


@pytest.mark.parametrize(
    "lines",
    [
        {6: "      duration_seconds: {at_least: 60, at_most: 60}"},
        {13: "      cap: 80\n      floor: -20"},
        {20: "              decay: {linear: 30d}\n              window: 29d"},
        {20: "              decay: none"},
        {36: "        enter_at: 15\n        dwell: 1d"},
        {37: []},
        {4: "    activity: form_fill", 6: "      field.budget: {at_least: 5000}"},
        {4: "    activity: page_view\n    width: 6h\n    keep: 98d"},
    ],
)
def test_what_is_in_order_passes(lines: dict[int, Any]) -> None:
    """Values on the right side of a bound are taken without a word."""
    assert findings(content_of({"lines": lines})) == ()


def test_mistakes_have_names_of_their_own() -> None:
    """The table is long, and no entry stands in another's place."""
    assert len({mistake["name"] for mistake in MISTAKES}) == len(MISTAKES) > 60


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake["name"])
def test_a_mistake_is_named_by_line_with_the_way_out(mistake: dict[str, Any]) -> None:
    """All that is said of the file is said of its mistake, in one line a finding."""
    found = findings(content_of(mistake))

    assert [finding.text("s.yaml") for finding in found] == [f"s.yaml:{line}" for line in mistake["said"]]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake["name"])
def test_a_finding_has_all_its_parts(mistake: dict[str, Any]) -> None:
    """Machines get line, column, part, rule, fix and severity, each on its own."""
    for finding in findings(content_of(mistake)):
        assert min(finding.line, finding.column) >= 1
        assert all((finding.where, finding.rule, finding.fix))
        assert "\n" not in finding.text("s.yaml")


def test_several_mistakes_are_told_in_the_order_of_the_file() -> None:
    """One reading tells them all."""
    lines = {19: '              points: "8"', 20: "              decay: {half_life: 0s}", 38: "      - name: M"}

    assert [finding.line for finding in findings(content_of({"lines": lines}))] == [19, 20, 38]
