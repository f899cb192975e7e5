"""When a client's fetches were sent: what was appended before the last answered one was sent is known.

The client tells when an answer came, by a clock that can be set; when its question was sent it tells nowhere.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Any

NEVER = float("-inf")


class FetchTimes:
    """Per partition the instant at which the last answered fetch was sent, in seconds of ``time.monotonic()``."""

    def __init__(self) -> None:
        self._asked_at: dict[Any, float] = {}

    def attend(self, fetcher: Any) -> None:  # noqa: ANN401 - aiokafka has no types
        """Note every answer of a started client's fetcher from now on."""
        proceed: Callable[..., Awaitable[bool]] = fetcher._proc_fetch_request  # noqa: SLF001 - see the module's head

        async def noting(assignment: Any, node_id: int, request: Any) -> bool:  # noqa: ANN401 - as above
            asked_at = time.monotonic()
            states = {tp: assignment.state_value(tp) for tp in assignment.tps}
            stamps = {tp: state.timestamp for tp, state in states.items()}
            for state in states.values():
                state.timestamp = None
            has_data = await proceed(assignment, node_id, request)
            # The client stamps the partitions whose answer it took; by the wall clock, so only that it did is used.
            for tp, state in states.items():
                if state.timestamp is None:
                    state.timestamp = stamps[tp]
                else:
                    self._asked_at[tp] = asked_at
            return has_data

        fetcher._proc_fetch_request = noting  # noqa: SLF001 - as above

    def asked_at(self, tp: Any) -> float:  # noqa: ANN401 - as above
        """Return when the partition's last answered fetch was sent; -inf before any."""
        return self._asked_at.get(tp, NEVER)
