"""What cases touch of a scorecard, and what nothing could touch."""

from pathlib import Path

from streams.cases.case_file import read_cases
from streams.cases.coverage import Coverage, in_words
from streams.cases.reach import cuts
from streams.cases.running import FileRun, Runner
from tests.promises.cases import BOUNDS, EXAMPLE, SCORECARD

CASES = b"""now: 2026-10-03 14:07
cases:
  somebody:
    did: [{form_fill: demo, at: 1h before, times: 2, every: 1m}]
    expect: {stage: lead}
    changes: [{rises_to: lead}]
"""


def touched(content: bytes) -> Coverage:
    """Return what cases touch of the example."""
    runner = Runner(BOUNDS, EXAMPLE)
    loaded = read_cases(content, Path("s.cases.yaml"))
    run = FileRun(loaded.path, *runner._judge(EXAMPLE), loaded)
    list(runner.play(run))
    assert run.coverage is not None
    return run.coverage


def test_what_is_seen_is_touched() -> None:
    """A criterion that contributes, the stage, a cap that cuts; the other score is not looked at."""
    coverage = touched(CASES)

    assert in_words(sorted(coverage.touched), "product") == ["cap of demo", "criterion demo", "stage lead"]
    assert (coverage.count("criterion"), coverage.count("stage")) == ((1, 22), (1, 7))
    assert 0 < coverage.percent < 10
    assert "criterion reading_docs of score learning" in in_words(coverage.missing, "product")


def test_what_has_faded_to_nothing_is_not_touched() -> None:
    """A criterion that is told as 0.0 shows nothing of itself."""
    later = "now: 2026-10-03 14:07\ncases:\n  somebody:\n    did: [{form_fill: demo, at: 60 days before}]\n"
    coverage = touched(f"{later}    expect: {{stage: subscriber}}\n".encode())

    assert "criterion demo" in in_words(coverage.missing, "product")


def test_caps_that_never_cut_are_not_asked_for() -> None:
    """Fit criteria that together bring no more than their group's cap; a floor behind one that is as high."""
    found = set(cuts(SCORECARD.scores["product"]))

    assert {("cap", "visits"), ("floor", "job_seeker"), ("cap", "group website"), ("floor", "fit")} <= found
    assert not {("cap", "group company"), ("cap", "group person"), ("floor", "group silence"), ("cap", "fit")} & found
