"""What was appended before the last answered fetch was sent is known."""

import time
from types import SimpleNamespace
from typing import Any

from streams.kafka.answers import NEVER, FetchTimes

PLACE = ("scorecards", 0)


def fetcher(answers: list[bool], state: Any) -> Any:
    """Return a client's fetcher whose requests are answered, or not."""

    async def proceed(_assignment: Any, _node_id: int, _request: Any) -> bool:
        if answers.pop(0):
            state.timestamp = 1
        return False

    return SimpleNamespace(_proc_fetch_request=proceed)


async def test_an_answered_fetch_tells_when_it_was_sent() -> None:
    """Not when it was answered: what came between may not be in it."""
    times, state = FetchTimes(), SimpleNamespace(timestamp=None)
    asked = fetcher([True], state)
    times.attend(asked)
    assert times.asked_at(PLACE) == NEVER
    before = time.monotonic()

    await asked._proc_fetch_request(SimpleNamespace(tps=[PLACE], state_value=lambda _: state), 1, None)

    assert before <= times.asked_at(PLACE) <= time.monotonic()


async def test_a_fetch_without_an_answer_tells_nothing() -> None:
    """As while the broker is away: the client goes on asking, and nothing more is known."""
    times, state = FetchTimes(), SimpleNamespace(timestamp=None)
    asked = fetcher([True, False], state)
    times.attend(asked)
    assignment = SimpleNamespace(tps=[PLACE], state_value=lambda _: state)
    await asked._proc_fetch_request(assignment, 1, None)
    known = times.asked_at(PLACE)

    await asked._proc_fetch_request(assignment, 1, None)

    assert times.asked_at(PLACE) == known
    assert state.timestamp == 1
