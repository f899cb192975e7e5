"""When an owner asks the broker for the time."""

from dataclasses import dataclass, field

import pytest

from schemas.tick import Tick
from streams.partition.records import Ticked
from streams.partition.ticks import RESEND_SECONDS, SOONEST_SECONDS, Ticker
from streams.publisher.door import Message
from tests.builders.records import HOUR, MINUTE, NOW, SECOND, TICKS, page_view, tick

LATENCY_MS = 15


@dataclass
class World:
    """A broker, and a worker whose clock may be off. ``at`` is the true time, which the broker has, in milliseconds."""

    worker_ahead_ms: int = 0
    at: int = NOW
    monotonic_ms: int = 5_000
    sent: list[Message] = field(default_factory=list)
    appended_at: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ticker = Ticker(
            TICKS, 3, 7, wall_ms=lambda: self.at + self.worker_ahead_ms, monotonic=lambda: self.monotonic_ms / 1000
        )

    def pass_ms(self, milliseconds: int) -> None:
        """Let time pass for everybody."""
        self.at += milliseconds
        self.monotonic_ms += milliseconds

    def ask(self, next_due_at: int | None) -> bool:
        """Ask for a tick; one that is wanted is appended and comes back."""
        message = self.ticker.wanted(next_due_at)
        if message is None:
            return False
        assert message.value is not None
        self.sent.append(message)
        self.pass_ms(LATENCY_MS)
        self.appended_at.append(self.at)
        self.pass_ms(LATENCY_MS)
        self.ticker.observe([Ticked(tick(at=self.appended_at[-1], value=message.value), self.appended_at[-1])])
        self.pass_ms(round(SOONEST_SECONDS * 1000))
        return True

    def idle_until_handled(self, due_at: int, within_ms: int) -> int:
        """Go on as an idle owner does until a tick was appended at or after an instant; return how late that is."""
        ends_at = self.at + within_ms
        while self.at < ends_at:
            self.ask(due_at)
            if self.appended_at and self.appended_at[-1] >= due_at:
                return self.appended_at[-1] - due_at
            self.pass_ms(max(1, min(500, round(1000 * self.ticker.seconds_until(due_at)))))
        raise AssertionError("the wake-up was missed")


def test_without_a_wake_up_there_is_no_tick() -> None:
    """A partition whose leads never change by time alone is left in peace."""
    world = World()

    assert world.ticker.wanted(None) is None
    assert world.ticker.seconds_until(None) == float("inf")


def test_a_tick_names_the_partition_the_owner_and_the_wake_up() -> None:
    """Readers of the topic see who asked and why; it goes to the partition that it is to wake."""
    message = World().ticker.wanted(NOW)

    assert message is not None
    assert (message.topic, message.partition, message.key) == (TICKS, 3, None)
    assert message.value is not None
    said = Tick.model_validate_json(message.value)
    assert (said.partition, said.epoch) == (3, 7)
    assert said.wake_at is not None
    assert said.wake_at.isoformat() == "2026-11-22T10:00:00+00:00"


def test_a_wake_up_beyond_all_calendars_does_no_harm() -> None:
    """A bound far beyond the year 9999 is a wake-up as any other."""
    assert World().ticker.wanted(2**60) is not None


def test_an_owner_asks_once_at_the_beginning_and_then_only_when_a_wake_up_seems_due() -> None:
    """One tick measures how far the worker's clock is off; after it nothing is wasted."""
    world = World()
    due_at = NOW + HOUR
    assert world.ask(due_at)

    for _ in range(3600 - 2):
        assert not world.ask(due_at)
        world.pass_ms(SECOND)
    world.pass_ms(2 * SECOND)

    assert world.ask(due_at)
    assert world.appended_at[-1] >= due_at


def test_how_long_to_wait_is_told() -> None:
    """An idle owner sleeps until then."""
    world = World()
    world.ask(NOW + MINUTE)

    assert world.ticker.seconds_until(NOW + MINUTE) == pytest.approx(60, abs=0.1)


def test_a_tick_that_does_not_come_back_is_sent_again() -> None:
    """It may be lost; a bounded time later another one asks, and not before."""
    world = World()
    assert world.ticker.wanted(NOW) is not None

    world.pass_ms(round(RESEND_SECONDS * 1000) - 1)
    assert world.ticker.wanted(NOW) is None

    world.pass_ms(1)
    assert world.ticker.wanted(NOW) is not None


def test_a_tick_that_comes_back_after_it_was_sent_again_is_measured_from_its_own_sending() -> None:
    """Measured from the second one the broker would seem a second behind, and the next wake-up come a second late."""
    world = World()
    message = world.ticker.wanted(NOW + MINUTE)
    assert message is not None
    assert message.value is not None
    world.pass_ms(LATENCY_MS)
    appended_at = world.at
    world.pass_ms(round(RESEND_SECONDS * 1000))
    assert world.ticker.wanted(NOW + MINUTE) is not None
    world.ticker.observe([Ticked(tick(at=appended_at, value=message.value), appended_at)])
    world.pass_ms(SECOND)

    assert world.idle_until_handled(NOW + MINUTE, within_ms=2 * MINUTE) < SECOND / 2


@pytest.mark.parametrize("worker_ahead_ms", [0, -5 * MINUTE, 5 * MINUTE, -HOUR, HOUR])
def test_a_wrong_clock_costs_a_few_ticks_and_no_wake_up(worker_ahead_ms: int) -> None:
    """A worker whose clock is minutes off wakes everyone within a second, with a handful of ticks."""
    world = World(worker_ahead_ms=worker_ahead_ms)

    late_ms = [world.idle_until_handled(NOW + minutes * MINUTE, within_ms=20 * MINUTE) for minutes in (7, 8, 9, 10)]

    assert max(late_ms) <= SECOND
    assert len(world.sent) <= 1 + 4 * 3


def test_records_from_the_past_teach_nothing_wrong() -> None:
    """While old records are replayed the broker does not seem to be behind."""
    world = World()
    world.ticker.observe([Ticked(tick(at=NOW - 30 * HOUR, value=b"{}"), NOW - 30 * HOUR)])

    assert world.ticker.wanted(NOW) is not None


def test_ticks_of_others_are_no_answer_to_ours() -> None:
    """An old tick that is replayed is not taken for the one that was sent just now."""
    world = World()
    assert world.ticker.wanted(NOW) is not None
    world.ticker.observe([Ticked(tick(at=NOW - HOUR, value=b'{"type":"tick","partition":3,"epoch":6}'), NOW - HOUR)])

    assert world.idle_until_handled(NOW + MINUTE, within_ms=5 * MINUTE) <= SECOND


def test_a_record_shows_that_the_broker_is_ahead() -> None:
    """What is here was appended: a slow clock is corrected by any record, without asking."""
    world = World(worker_ahead_ms=0)
    world.ask(NOW + HOUR)
    world.at += 2 * HOUR  # the broker's clock alone was set
    world.worker_ahead_ms -= 2 * HOUR
    assert not world.ask(NOW + HOUR)

    view = page_view(at=world.at)
    world.ticker.observe([Ticked(view, view.timestamp)])

    assert world.ask(NOW + HOUR)


@pytest.mark.parametrize("set_ms", [-5 * MINUTE, 5 * MINUTE])
def test_a_clock_that_is_set_while_running_is_noticed(set_ms: int) -> None:
    """When the worker's two clocks disagree it asks again."""
    world = World()
    due_at = NOW + 10 * MINUTE
    world.ask(due_at)
    world.worker_ahead_ms += set_ms

    assert world.idle_until_handled(due_at, within_ms=20 * MINUTE) <= SECOND
    assert len(world.sent) <= 4


def test_a_machine_that_slept_catches_up_at_once() -> None:
    """The monotonic clock stood still meanwhile, the wall clock did not."""
    world = World()
    due_at = NOW + HOUR
    world.ask(due_at)
    world.at += 8 * HOUR

    assert world.ask(due_at)


def test_a_future_stamp_wastes_a_tick_and_is_forgotten() -> None:
    """On topics whose stamps producers set, one broken clock does not make an owner tick for ever."""
    world = World()
    due_at = NOW + HOUR
    world.ask(due_at)
    view = page_view(at=NOW + 3 * HOUR)
    world.ticker.observe([Ticked(view, view.timestamp)])
    assert world.ask(due_at)

    world.pass_ms(MINUTE)
    assert not world.ask(due_at)


def test_nothing_observed_changes_nothing() -> None:
    """An empty batch is no observation."""
    world = World()
    world.ask(NOW + HOUR)
    world.ticker.observe([])

    assert not world.ask(NOW + HOUR)
