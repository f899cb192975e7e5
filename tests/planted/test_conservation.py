"""Records lost, doubled or miscounted on purpose: the check of conservation must notice each."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.builders.letters import SAID, said
from tests.builders.records import NOW
from tests.line.conservation import balance
from tests.line.topics import TopicRecord

VIEWS = "page-views"
Told = tuple[Counter[tuple[str, str]], Counter[str]]


def view(offset: int) -> TopicRecord:
    """Return an input record."""
    return TopicRecord(VIEWS, 3, offset, NOW, b"lead-ada", b"{}", ())


def letter(offset: int, source_offset: int) -> TopicRecord:
    """Return the dead letter of one."""
    headers = said(source_offset=source_offset).to_headers()
    return TopicRecord("dead-letters", 3, offset, NOW, b"lead-ada", b"{}", headers)


def forwarded(offset: int, source_offset: int) -> TopicRecord:
    """Return a record that was sent on to its owner."""
    place = {"topic": b"crm.page-views", "partition": b"3", "offset": str(source_offset).encode()}
    headers = tuple((f"forwarded_source_{name}", value) for name, value in place.items())
    return TopicRecord("repartition", 5, offset, NOW, b"lead-bob", b"{}", headers)


INPUTS = [*(view(offset) for offset in range(10)), forwarded(0, 7), forwarded(1, 8)]
LETTERS = [letter(0, 2), letter(1, 5), letter(2, 8)]
WATERMARKS = {(VIEWS, 3): 8, ("repartition", 5): 1}
OUTCOMES = Counter(
    {
        (VIEWS, "applied"): 4,
        (VIEWS, "repeat"): 1,
        (VIEWS, "too_late"): 2,
        (VIEWS, "forwarded"): 2,
        ("repartition", "unmatched"): 1,
        ("repartition", "too_late"): 1,
    }
)
RECEIVED = Counter({VIEWS: 9, "repartition": 2})


def checked(
    letters: list[TopicRecord] = LETTERS,
    outcomes: Counter[tuple[str, str]] = OUTCOMES,
    received: Counter[str] = RECEIVED,
    watermarks: dict[tuple[str, int], int] = WATERMARKS,
) -> None:
    """Hold one run against its topics."""
    balance(INPUTS, letters, watermarks, topic_prefix="crm.").require_exact(outcomes, received)


def test_a_healthy_run_is_exact() -> None:
    """What is beyond the watermark is not here yet; what was forwarded is received again."""
    assert SAID.source_topic == VIEWS
    checked()


PLANTED: dict[str, Callable[[], None]] = {
    "a record is lost": lambda: checked(outcomes=OUTCOMES - Counter({(VIEWS, "applied"): 1})),
    "a record is applied twice": lambda: checked(outcomes=OUTCOMES + Counter({(VIEWS, "applied"): 1})),
    "a refusal is not told": lambda: checked(letters=LETTERS[1:]),
    "a dead letter comes twice": lambda: checked(letters=[*LETTERS, replace(LETTERS[0], offset=3)]),
    "a dead letter is of nothing": lambda: checked(letters=[*LETTERS, letter(3, 99)]),
    "a dead letter is of a record that was applied": lambda: checked(letters=[*LETTERS, letter(3, 4)]),
    "a refusal has another reason": lambda: checked(
        outcomes=OUTCOMES - Counter({(VIEWS, "too_late"): 1}) + Counter({(VIEWS, "schema"): 1})
    ),
    "a forwarded record is applied here too": lambda: checked(
        outcomes=OUTCOMES - Counter({(VIEWS, "forwarded"): 1}) + Counter({(VIEWS, "applied"): 1})
    ),
    "a record is received and not counted": lambda: checked(received=RECEIVED - Counter({VIEWS: 1})),
    "the watermark passes a record": lambda: checked(watermarks={**WATERMARKS, (VIEWS, 3): 9}),
}


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED.keys())
def test_each_fault_is_noticed(planted: Callable[[], None]) -> None:
    """A check that lets one pass would let it pass in a fault run too."""
    with pytest.raises(AssertionError):
        planted()
