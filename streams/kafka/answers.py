"""When a client's fetches were sent and answered: what was appended before the last answered one was sent is known.

The client tells when an answer came, by a clock that can be set; when its question was sent it tells nowhere. Knows the
inside of aiokafka's fetcher; written in the client's thread only, read in any.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

NEVER = float("-inf")

Place = tuple[str, int]
"""A topic and a partition; equal to the client's own."""


@dataclass(frozen=True, slots=True)
class Answer:
    """When a partition's last answered fetch was sent and answered, in seconds of ``time.monotonic()``."""

    asked_at: float = NEVER
    answered_at: float = NEVER


class Answers:
    """The last answer of each partition."""

    def __init__(self) -> None:
        """Start without any."""
        self._answers: dict[Place, Answer] = {}

    def attend(self, fetcher: Any) -> None:  # noqa: ANN401 - aiokafka has no types
        """Note every answer of a started client's fetcher from now on."""
        proceed: Callable[..., Awaitable[bool]] = fetcher._proc_fetch_request  # noqa: SLF001 - see the module's head

        async def noting(assignment: Any, node_id: int, request: Any) -> bool:  # noqa: ANN401 - as above
            asked_at = time.monotonic()
            states = {place: assignment.state_value(place) for place in _requested(request)}
            stamps = {place: state.timestamp for place, state in states.items()}
            for state in states.values():
                state.timestamp = None
            has_data = await proceed(assignment, node_id, request)
            # The client stamps the partitions whose answer it took; by the wall clock, so only that it did is used.
            # One instant for all of an answer: owners compare which of two partitions was answered later.
            answer = Answer(asked_at, time.monotonic())
            for place, state in states.items():
                if state.timestamp is None:
                    state.timestamp = stamps[place]
                else:
                    self._answers[place] = answer
            return has_data

        fetcher._proc_fetch_request = noting  # noqa: SLF001 - as above

    def of(self, place: Place) -> Answer:
        """Return when the partition's last answered fetch was sent and answered; never, before any."""
        return self._answers.get(place, Answer())

    def forget(self, place: Place) -> None:
        """Take a partition as not yet answered: its position was moved."""
        self._answers.pop(place, None)


def _requested(request: Any) -> list[Place]:  # noqa: ANN401 - as above
    """Return the partitions that a fetch request asks for."""
    return [(topic, entry[0]) for topic, entries in request.topics for entry in entries]
