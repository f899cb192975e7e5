"""A file may hold as many mistakes as values: what is told of them stays short, and quickly said."""

from pathlib import Path

import pytest

from streams.scorecards.finding import FINDINGS_MAX
from streams.scorecards.loading import ScorecardRefused, read

UNKNOWN = "".join(f"key_{number}: 1\n" for number in range(5_000))
TWICE = "version: 1\n" * 5_000


def refusal(text: str) -> ScorecardRefused:
    """Return how a file is refused."""
    with pytest.raises(ScorecardRefused) as refused:
        read(text.encode(), Path("s.yaml"))
    return refused.value


def test_thousands_of_unknown_keys_are_told_by_the_first_ones() -> None:
    """In the order of the file, and how many more there are."""
    findings = refusal("version: card-1\n" + UNKNOWN).findings
    unknown = [finding for finding in findings if "is unknown" in finding.rule]
    assert [finding.line for finding in unknown] == list(range(2, 2 + len(unknown)))
    assert len(findings) == FINDINGS_MAX + 1
    assert findings[-1].line == unknown[-1].line + 1
    assert findings[-1].rule == f"{5_000 - len(unknown)} more mistakes of this kind are not listed"


def test_thousands_of_repeated_keys_end_the_reading() -> None:
    """What is beyond a bearable number of mistakes is not looked at."""
    findings = refusal(TWICE).findings
    assert len(findings) <= FINDINGS_MAX + 3
    assert f"there are more than {FINDINGS_MAX} mistakes" in [finding.rule for finding in findings]
    assert max(finding.line for finding in findings) == FINDINGS_MAX + 2
