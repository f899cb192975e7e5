"""The scorecards of a fault run: each can be used, and who judges when is worked out of the topic alone."""

import pytest

from schemas.scorecard_activation import ScorecardActivation
from streams.scorecards.finding import ScorecardRefused
from streams.scorecards.loading import read
from streams.translation.translate import instant
from tests.faults.scorecards import (
    FILE,
    VERSION,
    VERSIONS,
    Activated,
    activations_of,
    is_name,
    reigns_of,
    spoilt,
    text_of,
)
from tests.line.topics import Headers, TopicRecord
from tests.oracles.line import EXPECTED_REASON

NOON = 1_795_000_000_000


def stored(offset: int, version: str, text: str, headers: Headers = (), active_at: int | None = None) -> TopicRecord:
    """Return a record of the topic, stored so many seconds after noon as it has an offset."""
    said = ScorecardActivation(
        version=version,
        text=text,
        active_at=None if active_at is None else instant(active_at),
        published_at=instant(NOON),
        published_by="a test",
    )
    value = said.model_dump_json().encode()
    return TopicRecord("scorecards", 0, offset, NOON + 1_000 * offset, None, value, headers)


def test_every_version_can_be_used_and_values_otherwise() -> None:
    """The file among them; a version's text is the same whenever it is asked for."""
    cards = [read(text_of(number).encode(), FILE).scorecard for number in range(VERSIONS + 1)]

    assert [card.version for card in cards] == [f"faults-{number}" for number in range(1, VERSIONS + 2)]
    assert cards[0].version == VERSION
    assert len({str(card.scores) for card in cards}) == len(cards)
    assert len({str(card.signals) for card in cards}) == 1
    assert text_of(2) == text_of(2)
    for number in range(VERSIONS + 1):
        with pytest.raises(ScorecardRefused):
            read(spoilt(text_of(number)).encode(), FILE)


def test_a_version_judges_from_ten_seconds_after_it_was_stored_or_later_and_a_bad_one_never() -> None:
    """In the order of instants, not of offsets."""
    bad = ((EXPECTED_REASON, b"scorecard"),)
    later = stored(0, "faults-2", text_of(1), active_at=NOON + 60_000)
    found = activations_of([later, stored(1, "faults-3", "bad", bad), stored(2, "faults-3", text_of(2))])

    assert found == (Activated(NOON + 12_000, text_of(2)), Activated(NOON + 60_000, text_of(1)))
    reigns = reigns_of(found)
    at = {second: reigns.at(NOON + 1_000 * second).version for second in (0, 11, 12, 59, 60)}
    assert at == {0: "faults-1", 11: "faults-1", 12: "faults-3", 59: "faults-3", 60: "faults-2"}
    assert [since for since, _ in reigns.changes(NOON + 12_000, NOON + 60_000)] == [NOON + 60_000]


def test_the_name_of_what_judges_tells_since_when() -> None:
    """As the tables hold it."""
    assert is_name(f"0123abcd@{NOON}", NOON)
    assert not is_name("0123abcd", NOON)
