"""What was appended before the last answered fetch was sent is known."""

import time
from types import SimpleNamespace
from typing import Any

from streams.kafka.answers import NEVER, Answer, Answers

CARDS = ("scorecards", 0)
OTHER = ("scorecards", 1)


class Client:
    """A client's fetcher whose requests are answered, or not, and its assignment."""

    def __init__(self, *answered: set[tuple[str, int]]) -> None:
        """Answer each request for some partitions only."""
        self.states = {place: SimpleNamespace(timestamp=None) for place in (CARDS, OTHER)}
        self.answered = list(answered)
        self.answers = Answers()
        self._proc_fetch_request: Any = self.proceed
        self.answers.attend(self)

    async def proceed(self, _assignment: Any, _node_id: int, _request: Any) -> bool:
        """Stamp what is answered, as aiokafka does: by the wall clock."""
        for place in self.answered.pop(0):
            self.states[place].timestamp = 1
        return True

    async def ask(self, *places: tuple[str, int]) -> None:
        """Send one request."""
        request = SimpleNamespace(topics=[(topic, [(number, 0, 1024)]) for topic, number in places])
        assert await self._proc_fetch_request(SimpleNamespace(state_value=self.states.__getitem__), 1, request)


async def test_an_answered_fetch_tells_when_it_was_sent_and_answered() -> None:
    """What came between may not be in it, so both are told."""
    client = Client({CARDS})
    assert client.answers.of(CARDS) == Answer(NEVER, NEVER)
    before = time.monotonic()

    await client.ask(CARDS)

    answer = client.answers.of(CARDS)
    assert before <= answer.asked_at <= answer.answered_at <= time.monotonic()


async def test_a_fetch_without_an_answer_tells_nothing() -> None:
    """As while the broker is away: the client goes on asking, and nothing more is known."""
    client = Client({CARDS}, set())
    await client.ask(CARDS)
    known = client.answers.of(CARDS)

    await client.ask(CARDS)

    assert client.answers.of(CARDS) == known
    assert client.states[CARDS].timestamp == 1


async def test_what_was_not_asked_for_was_not_answered() -> None:
    """Another request may be answered meanwhile: its stamp says nothing of this one's instant."""
    client = Client({CARDS, OTHER})
    await client.ask(CARDS)
    assert client.answers.of(CARDS) != Answer()
    assert client.answers.of(OTHER) == Answer()


async def test_a_partition_that_was_moved_is_not_yet_answered() -> None:
    """An answer from before a seek says nothing of the new position."""
    client = Client({CARDS})
    await client.ask(CARDS)

    client.answers.forget(CARDS)

    assert client.answers.of(CARDS) == Answer()
