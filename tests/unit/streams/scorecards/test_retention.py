"""Widths and keeps: derived, or declared where that is enough."""

from pathlib import Path

import pytest

from scorer.rules.scorecard import Scorecard
from streams.scorecards.loading import load, read

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
CARD = """\
version: v1
signals:
  visited: {{activity: page_view{declared}}}
scores:
  main:
    engagement:
      groups:
        web:
          criteria:
            visits: {{signal: visited, points: 1{criterion}}}
    stages: [{{name: low}}]
"""


def scorecard(declared: str, criterion: str) -> Scorecard:
    """Return a card of one signal and one criterion."""
    return read(CARD.format(declared=declared, criterion=criterion).encode(), Path("s.yaml")).scorecard


@pytest.mark.parametrize(
    ("declared", "criterion", "name", "width_ms", "keep_ms"),
    [
        ("", ", decay: {half_life: 7d}", "visited@6h", 6 * HOUR_MS, 98 * DAY_MS),
        ("", ", window: 30d", "visited@3h", 3 * HOUR_MS, 30 * DAY_MS),
        ("", "", "visited@ever", 2**48, None),
        ("", ", limit: first time only", "visited@ever", 2**48, None),
        (", width: 1h, keep: 200d", ", decay: {half_life: 7d}", "visited@1h", HOUR_MS, 200 * DAY_MS),
        (", width: 1h", ", window: 30d", "visited@1h", HOUR_MS, 30 * DAY_MS),
        (", keep: 90d", ", limit: 3 per 1d", "visited@1d", DAY_MS, 90 * DAY_MS),
    ],
)
def test_a_signal_is_counted_as_its_criteria_need(
    declared: str, criterion: str, name: str, width_ms: int, keep_ms: int | None
) -> None:
    """What is declared goes before what is derived, where it is enough for the criteria."""
    (signal,) = scorecard(declared, criterion).signals.values()

    assert (signal.name, signal.width_ms, signal.keep_ms) == (name, width_ms, keep_ms)


def test_a_declared_width_keeps_a_signal_the_same() -> None:
    """Who means to change a half-life declares a width, and the counts go on."""
    declared = ", width: 30m, keep: 400d"

    slow = scorecard(declared, ", decay: {half_life: 7d}")
    fast = scorecard(declared, ", decay: {half_life: 1d}")

    assert slow.signals == fast.signals


def test_what_never_fades_is_counted_apart_in_one_counter() -> None:
    """A busy lead's buckets end with what fades; what does not costs one counter, however long the lead is known."""
    criterion = ", decay: {half_life: 7d}}\n            all: {signal: visited, points: 1"

    card = scorecard("", criterion)

    assert {(signal.name, signal.width_ms, signal.keep_ms) for signal in card.signals.values()} == {
        ("visited@6h", 6 * HOUR_MS, 98 * DAY_MS),
        ("visited@ever", 2**48, None),
    }
    looked_at = {found.name: found.signal for found in card.scores["main"].engagement.groups[0].criteria}
    assert looked_at == {"visits": "visited@6h", "all": "visited@ever"}


def test_declared_buckets_are_counted_even_if_nothing_fades_yet() -> None:
    """Who declares a width means to use it later; its counters go after a while all the same."""
    card = scorecard(", width: 1h", "")

    assert {(signal.name, signal.keep_ms) for signal in card.signals.values()} == {
        ("visited@1h", 400 * DAY_MS),
        ("visited@ever", None),
    }


def test_every_signal_of_the_example_is_bounded() -> None:
    """No signal has buckets of finite width that are kept for ever."""
    signals = load(Path("deploy/scorecards/software_company.yaml")).scorecard.signals.values()

    assert all(signal.keep_ms is not None or signal.width_ms == 2**48 for signal in signals)
