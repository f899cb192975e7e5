"""What is worked out once for a scorecard."""

from dataclasses import replace

import pytest

from scorer import Scorecard
from scorer.rules.remembered import SCORECARDS_MAX, once_for_each
from tests.builders.scorecards import tiny_scorecard


def test_an_answer_is_worked_out_once_for_each_scorecard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also for one that says what another one says, without ever comparing the two."""
    asked: list[Scorecard] = []
    remembered = once_for_each(asked.append)
    one = tiny_scorecard()
    twin = replace(one)

    def compared(*_: object) -> bool:
        raise AssertionError("scorecards were compared")

    monkeypatch.setattr(Scorecard, "__eq__", compared)
    for scorecard in (one, twin, one, twin):
        remembered(scorecard)

    assert [id(scorecard) for scorecard in asked] == [id(one), id(twin)]


def test_only_the_last_ones_are_remembered() -> None:
    """The first is worked out again when as many others were asked for."""
    asked: list[str] = []
    remembered = once_for_each(lambda scorecard: asked.append(scorecard.version))
    cards = [tiny_scorecard(f"tiny-{number}") for number in range(SCORECARDS_MAX + 1)]

    for scorecard in [*cards, cards[-1], cards[0]]:
        remembered(scorecard)

    assert asked == [*(scorecard.version for scorecard in cards), "tiny-0"]
