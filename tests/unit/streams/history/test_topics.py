"""What is retained on the topics is played as a worker would take it, and comes to what the oracle works out."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest

from schemas.forwarded import Stray
from schemas.topics import INPUT_TOPICS
from scorer import JournalBounds
from streams.configuration.settings import Settings, load_settings
from streams.history import topics
from streams.history.player import Player
from streams.history.topics import TopicHistory
from streams.kafka.ends import End
from streams.partition.forwarding import forwarded
from streams.partition.records import Strayed
from streams.scorecards.loading import load
from tests.builders.histories import Diary
from tests.line.activities import crowd
from tests.line.topics import TopicRecord
from tests.oracles.line import EXPECTED_REASON, Expected, Rules, owner_of, recomputed
from tests.oracles.moves import Move

PARTITIONS = 3
NOON = 1_795_000_000_000
UNTIL = NOON + 600_000
TICKED_AT = UNTIL + 600_000
"""When the topics hear of time for the last time: what fades by then is told."""
QUICK = load(Path(__file__).parents[3] / "data" / "quick.yaml").scorecard
TIGHT = {"buffer_bytes_max": 256 * 1024, "batch_bytes_max": 64 * 1024, "record_bytes_max": 16 * 1024}
Logs = dict[tuple[str, int], list[TopicRecord]]


def settings() -> Settings:
    """Return an installation's settings; a file for the scorecard must be named."""
    return load_settings(partitions=PARTITIONS, scorecard=Path(__file__))


def stored(seed: int = 3) -> Logs:
    """Return what some leads did in ten minutes, as it stands on the topics: with repeats, strays and bad records."""
    logs: Logs = defaultdict(list)
    for number, record in enumerate(crowd(seed, leads=15, activities=300, from_at=NOON, to_at=UNTIL - 1)):
        assert record.key is not None
        assert record.stamp is not None
        partition = owner_of(record.key.decode(), PARTITIONS)
        if number % 50 == 7:
            stray = append(logs, record.topic, (partition + 1) % PARTITIONS, record.stamp, record.key, record.value)
            strayed = Strayed(stray, stray.timestamp, record.key.decode(), partition, Stray.WRONG_PARTITION)
            sent = forwarded(strayed, "repartition")
            append(logs, "repartition", partition, record.stamp + 40, sent.key, sent.value, sent.headers)
        else:
            append(logs, record.topic, partition, record.stamp, record.key, record.value)
        if number % 97 == 5:
            bad = ((EXPECTED_REASON, b"undecodable"),)
            append(logs, record.topic, partition, record.stamp, record.key, b"{", bad)
    for partition in range(PARTITIONS):
        append(logs, "ticks", partition, TICKED_AT, None, b"{}")
    return logs


def append(logs: Logs, topic: str, partition: int, stamp: int, *content: object) -> TopicRecord:
    """Append a record to a topic's partition."""
    log = logs[topic, partition]
    key, value, *headers = content
    log.append(TopicRecord(topic, partition, len(log), stamp, key, value, headers[0] if headers else ()))  # type: ignore[arg-type]
    return log[-1]


class FakeStock:
    """Hands over a few records at once, of whatever it is asked for."""

    def __init__(self, logs: Mapping[tuple[str, int], Sequence[TopicRecord]], at_once: int = 7) -> None:
        self._logs = logs
        self._at_once = at_once
        self._left: dict[str, list[TopicRecord]] = {}
        self.held_max = 0

    def begin(self, number: int, ends: Mapping[str, End]) -> None:
        """Turn to a partition number."""
        self._left = {topic: list(self._logs.get((topic, number), ())) for topic in ends}

    def is_done(self, topic: str) -> bool:
        """Tell whether nothing is left."""
        return not self._left[topic]

    def fetch(self, topics: Collection[str]) -> Mapping[str, Sequence[TopicRecord]]:
        """Return the next ones of one of the topics."""
        topic = max(topics)
        taken, self._left[topic] = self._left[topic][: self._at_once], self._left[topic][self._at_once :]
        return {topic: taken}


def ends_of(logs: Mapping[tuple[str, int], Sequence[TopicRecord]]) -> dict[tuple[str, int], End]:
    """Return where each topic's partitions begin and end."""
    return {
        (topic, number): End(0, len(log), log[-1].timestamp if log else None)
        for topic in INPUT_TOPICS
        for number in range(PARTITIONS)
        for log in [logs.get((topic, number), ())]
    }


def history(logs: Logs, *, until: int | None = None, at_once: int = 7) -> TopicHistory:
    """Return a history of what is stored."""
    return TopicHistory(settings(), ends_of(logs), FakeStock(logs, at_once), until)


def moves(diary: Diary) -> Iterator[Move]:
    """Return the changes that a diary holds, in the oracle's words, without scores."""
    for one in diary.changes:
        record = one.cause.record
        place = None if record is None else (record.topic, record.partition, record.offset)
        change = one.change
        yield Move(one.lead_id, change.score_name, change.from_stage, change.to_stage, change.changed_at, 0.0, place)


@lru_cache(1)
def worked_out() -> Expected:
    """Return what the oracle makes of the story."""
    records = [record for log in stored().values() for record in log]
    return recomputed(records, QUICK, Rules(partitions=PARTITIONS))


@pytest.mark.parametrize("at_once", [1, 50, 10_000])
def test_topics_come_to_what_the_oracle_works_out(at_once: int) -> None:
    """Same stage changes with same causes and instants, same refusals, however the records arrive."""
    logs, diary = stored(), Diary()
    opened = history(logs, at_once=at_once)
    told = Player(opened, [QUICK], JournalBounds(64, 7 * 86_400_000), [diary]).play()
    expected = worked_out()

    wanted = [replace(move, score=0.0) for move in expected.moves]
    assert sorted(moves(diary), key=str) == sorted(wanted, key=str)
    assert {move.cause is None for move in wanted} == {True, False}, "by records, and by time alone"
    assert diary.ends.keys() == expected.lives.keys()
    refused = sum(count for (_, outcome), count in told.outcomes[0].items() if outcome == "undecodable")
    assert refused == len(expected.refused) > 3
    assert sum(count for (_, outcome), count in told.outcomes[0].items() if outcome == "forwarded") > 3
    assert opened.reading.done == opened.reading.total
    assert told.to_at == TICKED_AT


def test_what_is_later_than_asked_for_is_left_out() -> None:
    """Records up to the instant are played, those behind it are not, and time stops there."""
    logs, whole, early = stored(), Diary(), Diary()
    Player(history(logs), [QUICK], JournalBounds(), [whole]).play()
    middle = NOON + 300_000
    Player(history(logs, until=middle), [QUICK], JournalBounds(), [early]).play()

    assert sorted(map(str, moves(early))) == sorted(str(move) for move in moves(whole) if move.at <= middle)
    assert early.ended_at == middle


def test_topics_far_apart_are_held_in_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A topic that is full waits for the others: no more of it is asked for until some of it is played."""
    logs: Logs = defaultdict(list)
    for number in range(400):
        append(logs, "page-views", 0, NOON + number, b"lead-ada", b"{" * 1_000)
        append(logs, "email-opens", 0, NOON + 1_000 + number, b"lead-ada", b"{" * 1_000)
    tight = load_settings(partitions=PARTITIONS, scorecard=Path(__file__), **TIGHT)
    asked: list[set[str]] = []

    class Watched(FakeStock):
        def fetch(self, topics: Collection[str]) -> Mapping[str, Sequence[TopicRecord]]:
            asked.append(set(topics))
            return super().fetch(topics)

    monkeypatch.setattr(topics, "RUN_RECORDS_MAX", 5)
    played = TopicHistory(tight, ends_of(logs), Watched(logs, 10), None)
    places = [item.record.topic for run in played.runs() for item in run.items]

    assert places == ["page-views"] * 400 + ["email-opens"] * 400
    assert {"email-opens"} in asked, "the page views at hand are as many as may be"
