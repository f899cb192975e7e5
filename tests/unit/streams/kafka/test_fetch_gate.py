"""A client asks for more once its reader is back for more."""

import time
from typing import Any

import pytest

from streams.kafka.fetch_gate import CLOSED_SECONDS_MAX, FetchGate

QUESTION = (1, "a request")
RESETS, TIMEOUT_SECONDS = {1: ["a partition without a position"]}, 0.2


class Fetcher:
    """A client's fetcher that has something to ask for, or not, and notes when it is woken."""

    def __init__(self) -> None:
        self.questions = [QUESTION]
        self.woken = 0
        self._wait_consume_future = "the future it waits for"
        self._get_actions_per_node: Any = lambda _: (self.questions, RESETS, TIMEOUT_SECONDS, False, [])

    def _notify(self, future: str) -> None:
        assert future == self._wait_consume_future
        self.woken += 1

    def plan(self) -> list[Any]:
        """Plan what to do next, as the client's routine does; returns the questions."""
        questions, resets, timeout_seconds, *_ = self._get_actions_per_node(None)
        assert (resets, timeout_seconds) == (RESETS, TIMEOUT_SECONDS)
        return list(questions)


@pytest.fixture
def fetcher() -> Fetcher:
    """A fetcher."""
    return Fetcher()


@pytest.fixture
def gate(fetcher: Fetcher) -> FetchGate:
    """The gate that it goes through."""
    gate = FetchGate()
    gate.attend(fetcher)
    return gate


def test_it_is_open_at_first(fetcher: Fetcher, gate: FetchGate) -> None:
    """Nobody waits for a reader that has not begun, and opening what is open wakes nobody."""
    gate.open()
    assert fetcher.plan() == [QUESTION]
    assert fetcher.woken == 0


def test_a_closed_gate_holds_questions_back_and_nothing_else(fetcher: Fetcher, gate: FetchGate) -> None:
    """Once it is opened the client plans anew, from where its partitions stand then."""
    fetcher.plan()
    gate.close()
    assert fetcher.plan() == []
    gate.open()
    assert fetcher.woken == 1
    assert fetcher.plan() == [QUESTION]


def test_it_stays_open_until_the_client_has_asked(fetcher: Fetcher, gate: FetchGate) -> None:
    """A reader may find at once what an earlier question brought: then the next one was not sent yet."""
    fetcher.plan()
    gate.close()
    gate.open()
    fetcher.questions = []
    assert fetcher.plan() == []
    gate.close()
    fetcher.questions = [QUESTION]
    assert fetcher.plan() == [QUESTION]
    gate.close()
    assert fetcher.plan() == []


def test_a_reader_that_stays_away_holds_nothing_up(
    fetcher: Fetcher, gate: FetchGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client's routine plans some times a second by itself, and asks once the gate was closed for long enough."""
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    fetcher.plan()
    gate.close()
    now += 0.9 * CLOSED_SECONDS_MAX
    assert fetcher.plan() == []
    now += 0.2 * CLOSED_SECONDS_MAX
    assert fetcher.plan() == [QUESTION]


def test_each_opening_waits_for_its_own_question(fetcher: Fetcher, gate: FetchGate) -> None:
    """What was asked before an earlier closing does not close the gate again."""
    fetcher.plan()
    gate.close()
    gate.open()
    gate.close()
    assert fetcher.plan() == [QUESTION]
