"""The order between the input topics of one partition number."""

from dataclasses import dataclass, field
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from streams.partition.merging import Merge
from streams.partition.record_size import size_bytes
from streams.partition.records import LATEST_APPENDED_AT, Ordered
from tests.builders.records import FORM_FILLS, NOW, PAGE_VIEWS, TICKS, record

UNSUBSCRIBES = "unsubscribes"  # by its name it comes after ticks
RECORD_BYTES = size_bytes(record())
PATIENCE = 1.0


@dataclass
class Input:
    """What is known of the topics' ends, and a merge that asks for it."""

    behind: set[str] = field(default_factory=set)
    asked_at: dict[str, float] = field(default_factory=dict)
    answered_at: dict[str, float] = field(default_factory=dict)
    input_bytes_max: int = 10 * RECORD_BYTES

    def __post_init__(self) -> None:
        self.merge = Merge(
            (PAGE_VIEWS, FORM_FILLS, TICKS, UNSUBSCRIBES),
            tick_topic=TICKS,
            input_bytes_max=self.input_bytes_max,
            is_at_end=lambda topic: topic not in self.behind,
            is_drained=lambda topic, since: topic not in self.behind and self.asked_at.get(topic, 1e9) > since,
            answered_at=lambda topic: self.answered_at.get(topic, 0.0),
        )

    def offer(self, topic: str, *append_times: int, received_at: float = 0.0) -> None:
        """Buffer records of a topic, stored at these instants."""
        records = [record(topic, offset, at) for offset, at in enumerate(append_times)]
        self.merge.offer(topic, records, received_at)

    def take(self, now: float = 0.0, records_max: int = 100, bytes_max: int = 1_000_000) -> list[tuple[str, int]]:
        """Take a run, as (topic, append time)."""
        has_run = self.merge.has_run(now, PATIENCE)
        run = self.merge.take(records_max=records_max, bytes_max=bytes_max, now=now, patience_seconds=PATIENCE)
        assert has_run == bool(run)
        return [(item.record.topic, item.appended_at) for item in run]


def test_what_waits_is_dated_by_its_first_record() -> None:
    """Of all topics; ticks wait as long as it takes, and do not count."""
    given_input = Input()
    assert given_input.merge.waits_since() is None
    given_input.offer(TICKS, 5)
    assert given_input.merge.waits_since() is None
    given_input.offer(PAGE_VIEWS, 40, 50)
    given_input.offer(FORM_FILLS, 20)

    assert given_input.merge.waits_since() == 20


def test_records_of_all_topics_come_in_append_order() -> None:
    """What Kafka stored first is handled first, whichever topic it is in."""
    given_input = Input()
    given_input.offer(PAGE_VIEWS, 10, 40, 50)
    given_input.offer(FORM_FILLS, 20, 30, 60)

    assert given_input.take() == [
        (PAGE_VIEWS, 10),
        (FORM_FILLS, 20),
        (FORM_FILLS, 30),
        (PAGE_VIEWS, 40),
        (PAGE_VIEWS, 50),
        (FORM_FILLS, 60),
    ]
    assert given_input.merge.is_empty()


def test_a_tie_is_broken_by_the_topics_name_and_ticks_come_last() -> None:
    """Records of one millisecond have one order, in every run; a tick says that all before it was handled."""
    given_input = Input(asked_at={PAGE_VIEWS: 1.0, FORM_FILLS: 1.0, UNSUBSCRIBES: 1.0})
    given_input.offer(TICKS, 10)
    given_input.offer(UNSUBSCRIBES, 10)
    given_input.offer(PAGE_VIEWS, 10, 10)
    given_input.offer(FORM_FILLS, 10)

    assert [topic for topic, _ in given_input.take()] == [FORM_FILLS, PAGE_VIEWS, PAGE_VIEWS, UNSUBSCRIBES, TICKS]


def test_a_stamp_before_its_predecessors_is_raised_to_it() -> None:
    """On topics whose stamps producers set the clock never goes back; offsets stay in order."""
    given_input = Input()
    given_input.offer(PAGE_VIEWS, 50, 10, 60, -1)
    given_input.offer(FORM_FILLS, 55)

    assert given_input.take() == [
        (PAGE_VIEWS, 50),
        (PAGE_VIEWS, 50),
        (FORM_FILLS, 55),
        (PAGE_VIEWS, 60),
        (PAGE_VIEWS, 60),
    ]


def test_a_stamp_that_no_contract_can_name_is_the_last_that_one_can() -> None:
    """A producer's broken clock cannot carry the partition's beyond the year 9999."""
    given_input = Input()
    given_input.offer(PAGE_VIEWS, 2**62)

    assert given_input.take() == [(PAGE_VIEWS, LATEST_APPENDED_AT)]


def test_a_topic_that_lags_holds_the_others_back() -> None:
    """While a topic is known to have more than was received, what it brings may be older than what is here."""
    given_input = Input(behind={FORM_FILLS})
    given_input.offer(PAGE_VIEWS, 10, 30)
    assert given_input.take() == []

    given_input.offer(FORM_FILLS, 20)
    assert given_input.take() == [(PAGE_VIEWS, 10), (FORM_FILLS, 20)]

    given_input.behind.clear()
    assert given_input.take() == [(PAGE_VIEWS, 30)]


def test_nobody_waits_longer_than_the_bound() -> None:
    """A topic that lags for ever costs its patience once, not once a record."""
    given_input = Input(behind={FORM_FILLS})
    given_input.offer(PAGE_VIEWS, 10, 20)

    assert given_input.take(now=5.0) == []
    assert given_input.take(now=5.0 + PATIENCE - 0.001) == []
    assert given_input.take(now=5.0 + PATIENCE) == [(PAGE_VIEWS, 10), (PAGE_VIEWS, 20)]

    given_input.offer(PAGE_VIEWS, 30)
    assert given_input.take(now=5.0 + PATIENCE) == [(PAGE_VIEWS, 30)]


def test_patience_starts_anew_once_the_order_was_known() -> None:
    """A topic that caught up and lags again is waited for again."""
    given_input = Input(behind={FORM_FILLS})
    given_input.offer(PAGE_VIEWS, 10, 20)
    given_input.take(now=0.0)
    given_input.behind.clear()
    assert given_input.take(now=10.0, records_max=1) == [(PAGE_VIEWS, 10)]

    given_input.behind.add(FORM_FILLS)
    assert given_input.take(now=10.0) == []
    assert given_input.take(now=10.0 + PATIENCE) == [(PAGE_VIEWS, 20)]


def test_a_topic_that_is_set_back_is_behind_whatever_is_known_of_its_end() -> None:
    """Between the refusal of a run and its seek nothing of the other topics goes first."""
    given_input = Input()
    given_input.offer(PAGE_VIEWS, 10)
    given_input.merge.await_topic(FORM_FILLS)
    assert given_input.take() == []

    given_input.merge.release(FORM_FILLS)
    assert given_input.take() == [(PAGE_VIEWS, 10)]


def test_a_tick_waits_until_every_other_topic_answered_a_fetch_sent_after_it_came() -> None:
    """It would advance the clock past records that are there and not read yet."""
    given_input = Input(asked_at={PAGE_VIEWS: 7.0, FORM_FILLS: 6.9})
    given_input.offer(TICKS, 10, received_at=7.0)
    assert given_input.take(now=7.1) == []

    given_input.asked_at[PAGE_VIEWS] = 7.01
    assert given_input.take(now=7.2) == []

    given_input.asked_at[FORM_FILLS] = 7.02
    assert given_input.take(now=7.3) == [(TICKS, 10)]


def test_a_tick_alone_never_runs_out_of_patience() -> None:
    """It holds nobody up, so however long a topic is away it waits."""
    given_input = Input(behind={FORM_FILLS})
    given_input.offer(TICKS, 10, received_at=7.0)

    assert given_input.take(now=7.0) == []
    assert given_input.take(now=1e6) == []


def test_a_tick_that_holds_records_back_does_so_for_the_bound() -> None:
    """Then it goes as a record would, and what stands behind it follows."""
    given_input = Input(behind={FORM_FILLS})
    given_input.offer(TICKS, 10, received_at=7.0)
    given_input.offer(PAGE_VIEWS, 20)

    assert given_input.take(now=7.0) == []
    assert given_input.take(now=7.0 + PATIENCE) == [(TICKS, 10), (PAGE_VIEWS, 20)]


def test_each_tick_of_a_run_asks_for_itself() -> None:
    """One fetch after the first tick does not free the second, which came later."""
    given_input = Input(asked_at={PAGE_VIEWS: 8.0, FORM_FILLS: 8.0})
    given_input.offer(TICKS, 10, received_at=7.0)
    given_input.offer(TICKS, 20, received_at=9.0)

    assert given_input.take(now=9.0) == [(TICKS, 10)]


def test_a_run_is_bounded_by_records_and_by_bytes() -> None:
    """A batch has at most so many records, and ends once it has its bytes; one record it has at least."""
    given_input = Input()
    given_input.offer(PAGE_VIEWS, 10, 20, 30, 40)

    assert len(given_input.take(records_max=2)) == 2
    assert len(given_input.take(bytes_max=1)) == 1
    assert len(given_input.take(bytes_max=2 * RECORD_BYTES)) == 1


def test_the_bound_on_bytes_holds_across_topics() -> None:
    """What one topic took of the room is gone for the next."""
    given_input = Input()
    given_input.offer(PAGE_VIEWS, 10, 30)
    given_input.offer(FORM_FILLS, 20, 40)

    assert given_input.take(bytes_max=2 * RECORD_BYTES) == [(PAGE_VIEWS, 10), (FORM_FILLS, 20)]


def test_a_topic_that_runs_ahead_pauses_and_the_awaited_one_goes_on() -> None:
    """Each topic has its own room, so waiting for one never stops it."""
    given_input = Input(behind={FORM_FILLS}, input_bytes_max=2 * RECORD_BYTES)
    given_input.offer(PAGE_VIEWS, 10, 20)

    assert not given_input.merge.is_accepting(PAGE_VIEWS)
    assert given_input.merge.is_accepting(FORM_FILLS)

    given_input.offer(FORM_FILLS, 30)
    assert given_input.take() == [(PAGE_VIEWS, 10), (PAGE_VIEWS, 20), (FORM_FILLS, 30)]
    assert given_input.merge.is_accepting(PAGE_VIEWS)


def test_headers_count_against_the_bound() -> None:
    """A topic of small records with large headers pauses as one with large values does."""
    headers = (("trace", b"x" * 10 * RECORD_BYTES),)
    given_input = Input()
    given_input.merge.offer(PAGE_VIEWS, [record(headers=headers)], 0.0)
    assert not given_input.merge.is_accepting(PAGE_VIEWS)


Step = tuple[str, int, int]
"""Of which topic, how many records are offered, and how many are taken after it."""
ALL = (PAGE_VIEWS, FORM_FILLS, TICKS)
STAMPS = st.lists(st.integers(NOW, NOW + 20), max_size=12).map(sorted)
STEPS = st.lists(st.tuples(st.sampled_from(ALL), st.integers(1, 3), st.integers(1, 4)), max_size=20)
FAIR = [(topic, 2, 3) for _ in range(40) for topic in ALL]


@given(stamps=st.fixed_dictionaries(dict.fromkeys(ALL, STAMPS)), steps=STEPS)
def test_nothing_is_lost_and_the_order_is_total(
    stamps: dict[str, list[int]], steps: list[tuple[str, int, int]]
) -> None:
    """However offers and takes alternate: per topic in offset order, each once, all by append time, never stuck."""
    stored = {topic: [record(topic, offset, at) for offset, at in enumerate(stamps[topic])] for topic in ALL}
    read = dict.fromkeys(ALL, 0)
    given_input = Input(input_bytes_max=3 * RECORD_BYTES)
    taken: list[Ordered] = []
    for now, (topic, count, records_max) in enumerate(steps + FAIR):
        if given_input.merge.is_accepting(topic):
            run = stored[topic][read[topic] : read[topic] + count]
            read[topic] += len(run)
            given_input.merge.offer(topic, run, now)
        given_input.behind = {topic for topic in ALL if read[topic] < len(stored[topic])}
        given_input.asked_at = dict.fromkeys(ALL, now + 0.5)
        taken += given_input.merge.take(records_max=records_max, bytes_max=10_000, now=now, patience_seconds=1e9)

    assert [item.appended_at for item in taken] == sorted(chain(*stamps.values()))
    for topic in ALL:
        assert [item.record for item in taken if item.record.topic == topic] == stored[topic]


def test_a_record_waits_for_topics_that_were_last_answered_before_it_came() -> None:
    """The client asks for some topics only while it holds records of others: their known end is then an old one."""
    given_input = Input(answered_at={PAGE_VIEWS: 1.0, FORM_FILLS: 1.3, UNSUBSCRIBES: 1.3, TICKS: 1.3})
    given_input.offer(FORM_FILLS, 50)
    assert given_input.take() == []

    given_input.offer(PAGE_VIEWS, 40)
    given_input.answered_at[PAGE_VIEWS] = 1.4
    assert given_input.take() == [(PAGE_VIEWS, 40), (FORM_FILLS, 50)]


def test_records_that_came_with_different_answers_are_asked_for_one_by_one() -> None:
    """The first one's order is known, by what the others answered with it; the second one came later."""
    given_input = Input(answered_at=dict.fromkeys((PAGE_VIEWS, FORM_FILLS, UNSUBSCRIBES, TICKS), 1.0))
    given_input.offer(FORM_FILLS, 10)
    given_input.answered_at[FORM_FILLS] = 1.3
    given_input.offer(FORM_FILLS, 50)

    assert given_input.take() == [(FORM_FILLS, 10)]
    assert given_input.take() == []
    given_input.answered_at |= dict.fromkeys((PAGE_VIEWS, UNSUBSCRIBES, TICKS), 1.3)
    assert given_input.take() == [(FORM_FILLS, 50)]
