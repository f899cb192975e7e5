"""One worker's consumer: fetches that are sent, wait, are answered and delivered; what owners may ask.

It keeps the contract of `streams.transport.door`, but for one thing that `streams.partition.continuity` is there for: a
run that was fetched before a seek may be the first that is delivered after it.

Kafka holds a fetch without records back for a while and is asked again. Those rounds are not played one by one: when
the last one was asked is worked out when somebody wants to know.
"""

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from streams.partition.partitions import Partitions
from streams.transport.door import EARLIEST, Hole, HoleReason, TopicPartition
from tests.builders.records import TOPICS, Record
from tests.builders.virtual_time import elapse
from tests.simulation.kafka import Place, Request, SimulatedKafka, place_of
from tests.simulation.loop import Process, SimulatedLoop

FETCH_WAIT_SECONDS = 0.05
RUN_RECORDS_MAX = 3
FETCH_RECORDS_MAX = 4
NEVER = float("-inf")


@dataclass(slots=True)
class _Reading:
    """Where one partition is read to. ``position`` is what to ask for next, ``delivered`` what the owner has."""

    position: int
    delivered: int
    number: int
    end: int | None = None
    asked_at: float = NEVER
    has_delivered: bool = False
    held: deque[list[Record]] = field(default_factory=deque)


@dataclass(slots=True)
class _Fetch:
    """One request: which seek of each partition it goes by, and when it was sent (or sent again) last."""

    wanted: dict[TopicPartition, tuple[int, int]]
    asked_at: float
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class _Delivery:
    """A run as the transport hands it over."""

    value: Sequence[Record]

    def ack(self) -> bool:
        """Note nothing: offsets in Kafka only show the lag."""
        return True


class SimulatedInput:
    """The consumer of one worker process."""

    def __init__(
        self, loop: SimulatedLoop, kafka: SimulatedKafka, process: Process, owners: Partitions, chance: Random
    ) -> None:
        """Start without partitions."""
        self._loop = loop
        self._kafka = kafka
        self._process = process
        self._owners = owners
        self._chance = chance
        self._readings: dict[str, dict[TopicPartition, _Reading]] = {topic: {} for topic in TOPICS}
        self._fetches: dict[str, _Fetch] = {}
        self._seeks = 0
        self._stale: dict[TopicPartition, list[Record]] = {}
        self._had_stale: set[TopicPartition] = set()
        self.known_at: dict[Place, float] = {}
        self.delivered_at: dict[Place, float] = {}
        self.stale_runs = 0

    def assign(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Read these partitions from these offsets on, and no others."""
        former, self._readings = self._readings, {topic: {} for topic in TOPICS}
        self._had_stale = set()
        for tp, offset in sorted(offsets.items()):
            start = self._kafka.start(tp)
            if max(0, offset) < start:
                self._owners.missing(tp, Hole(max(0, offset), start, HoleReason.EXPIRED))
            self._set(tp, max(offset, start), former[tp.topic].get(tp))
        for topic in sorted(TOPICS):
            self._withdraw(topic)
            self._ask_soon(topic)

    async def seek(self, tp: TopicPartition, offset: int) -> None:
        """See `streams.transport.door.InputPositions.seek`."""
        await elapse(0.001)
        if tp not in self._readings[tp.topic]:
            raise RuntimeError(f"{tp} is not assigned")
        self._set(tp, offset, self._readings[tp.topic][tp])
        self._withdraw(tp.topic)
        self._ask_soon(tp.topic)

    def is_at_end(self, tp: TopicPartition) -> bool:
        """See `streams.transport.door.InputPositions.is_at_end`."""
        reading = self._readings[tp.topic].get(tp)
        if reading is None or reading.held:
            return False
        self._settle(tp.topic)
        return reading.end is not None and reading.delivered >= reading.end

    def asked_at(self, tp: TopicPartition) -> float:
        """See `streams.transport.door.InputPositions.asked_at`."""
        self._settle(tp.topic)
        reading = self._readings[tp.topic].get(tp)
        return NEVER if reading is None else reading.asked_at

    answered_at = asked_at
    """See `streams.transport.door.InputPositions.answered_at`."""

    def is_drained(self, tp: TopicPartition, since: float) -> bool:
        """See `streams.transport.door.InputPositions.is_drained`."""
        return self.asked_at(tp) > since and self.is_at_end(tp)

    def problem(self) -> str | None:
        """See `streams.transport.door.InputPositions.problem`."""
        return None

    def pause(self) -> None:
        """Send no further rounds: the process is stopped."""
        for topic in tuple(self._fetches):
            self._settle(topic)

    def resume(self) -> None:
        """Begin a round now: the process goes on."""
        for fetch in self._fetches.values():
            if fetch.request is not None:
                fetch.asked_at = self._loop.time()

    # -- what was read and is to be read

    def _set(self, tp: TopicPartition, offset: int, former: _Reading | None) -> None:
        log = self._kafka.log(*tp)
        position = self._kafka.start(tp) if offset == EARLIEST else offset
        self._seeks += 1
        self._readings[tp.topic][tp] = _Reading(position, position, self._seeks)
        self._stale.pop(tp, None)
        if former is not None and former.held and self._chance.random() < 0.8:
            self._note_stale(tp, former.held[0])
        elif len(log) > 1 and self._chance.random() < 0.2:
            # The client had begun wherever the group's committed offset was.
            start = self._chance.randrange(len(log))
            self._note_stale(tp, list(log[start : start + RUN_RECORDS_MAX]))

    def _note_stale(self, tp: TopicPartition, run: list[Record]) -> None:
        """Keep a run for after the seek, if it lies wholly on one side of where reading goes on."""
        position = self._readings[tp.topic][tp].position
        if self._readings[tp.topic][tp].has_delivered:
            return  # what follows on a run goes on where that ended
        # One of a claim: what begins at the same offset twice is taken to be right.
        if tp not in self._had_stale and (run[0].offset > position or run[-1].offset < position):
            self._stale[tp] = run
            self._had_stale.add(tp)

    # -- asking

    def _ask_soon(self, topic: str) -> None:
        self._loop.later(self._chance.uniform(0.001, 0.01), self._process.call, self._ask, topic)

    def _ask(self, topic: str) -> None:
        """Send a request for a topic's partitions, unless one is under way."""
        self._deliver(topic)
        if topic in self._fetches:
            return
        readings = self._readings[topic]
        wanted = {
            tp: (one.position, one.number)
            for tp, one in readings.items()
            if not one.held and self._owners.is_accepting(tp)
        }
        if len(wanted) < len(readings):
            self._loop.later(FETCH_WAIT_SECONDS, self._process.call, self._turn, topic)
        if not wanted:
            return
        fetch = self._fetches[topic] = _Fetch(wanted, self._loop.time())
        self._loop.later(self._way_seconds(), self._serve, topic, fetch)

    def _turn(self, topic: str) -> None:
        """Deliver what was not accepted before, and ask for more of it too."""
        fetch = self._fetches.get(topic)
        if fetch is not None and fetch.request is None:
            self._loop.later(FETCH_WAIT_SECONDS, self._process.call, self._turn, topic)
            return
        self._settle(topic)
        self._withdraw(topic)
        self._ask(topic)

    def _withdraw(self, topic: str) -> None:
        """Give up what waits; an answer under way is void by its seeks."""
        fetch = self._fetches.pop(topic, None)
        if fetch is not None and fetch.request is not None:
            self._kafka.forget(topic, fetch.request)

    def _serve(self, topic: str, fetch: _Fetch) -> None:
        """Answer at the broker, or wait there for a record."""
        fetch.request = None
        if self._kafka.is_stalled(topic):
            self._kafka.when_answering(topic, lambda: self._serve(topic, fetch))
            return
        found = {tp: self._kafka.after(tp, position)[:FETCH_RECORDS_MAX] for tp, (position, _) in fetch.wanted.items()}
        ends = {tp: self._kafka.end(tp) for tp in fetch.wanted}
        if not any(found.values()) and ends == {tp: position for tp, (position, _) in fetch.wanted.items()}:

            def answer() -> None:
                self._settle(topic)
                self._serve(topic, fetch)

            fetch.request = Request(frozenset(fetch.wanted), answer)
            self._kafka.wait(topic, fetch.request)
            return
        self._loop.later(self._way_seconds(), self._process.call, self._answered, topic, fetch, found, ends)

    def _settle(self, topic: str) -> None:
        """Work out which rounds of a request that waits were sent and answered by now."""
        fetch = self._fetches.get(topic)
        if fetch is None or fetch.request is None:
            return
        waited_seconds = self._loop.time() - fetch.asked_at
        if waited_seconds < FETCH_WAIT_SECONDS or self._process.is_stopped:
            return
        rounds = int(waited_seconds / FETCH_WAIT_SECONDS)
        answered_at = fetch.asked_at + (rounds - 1) * FETCH_WAIT_SECONDS
        fetch.asked_at += rounds * FETCH_WAIT_SECONDS
        for tp, (position, number) in fetch.wanted.items():
            reading = self._readings[topic].get(tp)
            if reading is not None and reading.number == number:
                reading.asked_at = max(reading.asked_at, answered_at)
                reading.end = position

    def _way_seconds(self) -> float:
        """Draw how long a request or an answer is under way: mostly a millisecond or so, at times much longer."""
        seconds = self._chance.uniform(0.0005, 0.003)
        return seconds + self._chance.uniform(0.01, 0.15) if self._chance.random() < 0.1 else seconds

    # -- delivering

    def _answered(
        self,
        topic: str,
        fetch: _Fetch,
        found: Mapping[TopicPartition, Collection[Record]],
        ends: Mapping[TopicPartition, int],
    ) -> None:
        """Take in an answer, deliver what is accepted, and ask on."""
        if self._fetches.get(topic) is fetch:
            del self._fetches[topic]
        now = self._loop.time()
        for tp, (position, number) in fetch.wanted.items():
            reading, records = self._readings[topic].get(tp), list(found[tp])
            if reading is None or (reading.number == number and reading.position != position):
                continue  # another answer came first
            if reading.number != number:
                if records and tp not in self._stale and self._chance.random() < 0.8:
                    self._note_stale(tp, records[:RUN_RECORDS_MAX])
                continue
            if position < self._kafka.start(tp):
                self._owners.missing(tp, Hole(position, self._kafka.start(tp), HoleReason.EXPIRED))
                reading.position = self._kafka.start(tp)
                continue
            reading.asked_at, reading.end = fetch.asked_at, ends[tp]
            for record in self._kafka.after(tp, reading.position):
                if record.offset < ends[tp]:
                    self.known_at.setdefault(place_of(record), now)
            reading.position = records[-1].offset + 1 if len(records) == FETCH_RECORDS_MAX else ends[tp]
            if not records:
                reading.delivered = reading.position
            self._hold(reading, records)
        self._ask(topic)

    def _hold(self, reading: _Reading, records: list[Record]) -> None:
        start = 0
        while start < len(records):
            size = self._chance.randint(1, RUN_RECORDS_MAX)
            reading.held.append(records[start : start + size])
            start += size

    def _deliver(self, topic: str) -> None:
        """Hand over what is held of a topic, as far as its owners take it."""
        for tp, reading in self._readings[topic].items():
            if reading.held and tp in self._stale and self._owners.is_accepting(tp):
                self.stale_runs += 1
                self._owners.offer(tp, _Delivery(self._stale.pop(tp)))
            while reading.held and self._owners.is_accepting(tp):
                run = reading.held.popleft()
                reading.has_delivered = True
                reading.delivered = run[-1].offset + 1 if reading.held else reading.position
                for record in run:
                    self.delivered_at[place_of(record)] = self._loop.time()
                self._owners.offer(tp, _Delivery(run))
