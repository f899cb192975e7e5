"""Each kind of expectation is met by what it says and missed by anything else, with the reason and the way out."""

from pathlib import Path

import pytest

from streams.cases.case_file import read_cases
from streams.cases.running import FileRun, Runner
from tests.promises.cases import BOUNDS, EXAMPLE

CASE = """now: 2026-10-03 14:07
cases:
  somebody:
    profile: {{job_title: Head of Sales}}
    did:
      - {{form_fill: demo, at: 20 days before}}
      - {{page_view: /pricing, at: 1h before, times: 2, every: 1m}}
    {expected}
"""


def missed(expected: str) -> list[str]:
    """Return what is told of a case with an expectation: each difference, and what to write."""
    runner = Runner(BOUNDS, EXAMPLE)
    loaded = read_cases(CASE.format(expected=expected).encode(), Path("s.cases.yaml"))
    run = FileRun(loaded.path, *runner._judge(EXAMPLE), loaded)
    (result,) = runner.play(run)
    assert result.findings == ()
    return [f"{miss.line}: {miss.text()} | {miss.fix}" for miss in result.misses]


@pytest.mark.parametrize(
    "expected",
    [
        "expect: {score: 54, engagement: 44.2, fit: 10}",
        "expect: {stage: mql, since: 2026-09-13, grade: B1}",
        "expect: {because: [demo, pricing, decides], not_because: [job_seeker]}",
        "expect: {because: {demo: 26.25, pricing: 16, job_seeker: 0}}",
        "expect: {if_silent: {falls_to: lead, at: 2026-10-25}}",
        "expect: {at: 104 weeks after, score: 0, if_silent: stays, clipped: [no_sign_of_life, total]}",
        "changes: [{rises_to: mql, at: 20 days before}]",
    ],
)
def test_what_is_so_is_met(expected: str) -> None:
    """Figures, stages, instants, reasons and what comes next."""
    assert missed(expected) == []


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ("expect: {score: 60}", "8: score: expected 60, got 54.2 | score: 54.2"),
        ("expect: {fit: 12 to 20}", "8: fit: expected 12 to 20, got 10.0 | fit: 10.0"),
        (
            "expect: {stage: sql}",
            "8: stage: expected sql, got mql (sql is entered at 65: 10.8 points more) | stage: mql",
        ),
        ("expect: {stage: lead}", "8: stage: expected lead, got mql (mql is left below 28) | stage: mql"),
        ("expect: {grade: A1}", "8: grade: expected A1, got B1 (fit 10.0 is B, engagement 44.2 is 1) | grade: B1"),
        ("expect: {because: {demo: 35}}", "8: because demo: expected 35, got 26.2 | demo: 26.2"),
        (
            "expect: {because: [trial]}",
            (
                "8: because trial: expected points, got 0.0 (nothing that the lead did until then counts for signal "
                '"trial_started") | take trial out of because'
            ),
        ),
        (
            "expect: {because: [student]}",
            (
                "8: because student: expected points, got 0.0 (its condition on job_title does "
                "not hold) | take student out of "
                "because"
            ),
        ),
        (
            "expect: {not_because: [demo]}",
            "8: not_because demo: expected no points, got +26.2 | take demo out of not_because",
        ),
        (
            "expect: {clipped: [website]}",
            "8: clipped website: expected a cut, got no cut | take website out of clipped",
        ),
        (
            "expect: {if_silent: stays}",
            (
                "8: if_silent: expected it stays, got falls to lead at 2026-10-25 14:07 | "
                "if_silent: {falls_to: lead, at: "
                "2026-10-25 14:07}"
            ),
        ),
        (
            "expect: {if_silent: {falls_to: subscriber}}",
            (
                "8: if_silent: expected falls to subscriber, got falls to lead at 2026-10-25 "
                "14:07 | if_silent: {falls_to: lead, "
                "at: 2026-10-25 14:07}"
            ),
        ),
        (
            "changes: []",
            (
                "8: stage change 1: expected none, got rises to mql at 2026-09-13 14:07 | add to "
                "changes: {rises_to: mql, at: "
                "2026-09-13 14:07}"
            ),
        ),
    ],
)
def test_what_is_not_so_is_told_with_the_way_out(expected: str, told: str) -> None:
    """The line, expected, got, why, and what to write if it is right as it is."""
    assert missed(expected) == [told]
