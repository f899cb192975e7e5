"""Faults on a schedule that the seed draws: of processes, of the tables, of the brokers and of the ways to them."""

from collections.abc import Callable, Mapping
from itertools import count
from random import Random

from streams.table.door import Commit
from streams.transport.door import TopicPartition
from tests.builders.records import FORM_FILLS, PAGE_VIEWS, PROFILES, TOPICS
from tests.simulation.group import SESSION_SECONDS
from tests.simulation.line import Line, Loss
from tests.simulation.loop import Process
from tests.simulation.worker import SimulatedWorker
from tests.simulation.world import World

Fault = Callable[[World, Random], None]


def killing(world: World, chance: Random) -> None:
    """A process dies."""
    if living := world.living():
        world.kill(chance.choice(living))


def killing_at_a_call(world: World, chance: Random) -> None:
    """A process dies when it is about to ask a server something, or while it waits for the answer."""
    line = chance.choice((world.table_line, world.publisher_line))
    seconds = chance.choice((0.0, 0.0, chance.uniform(0.0, 0.002)))

    def ambush(process: Process) -> None:
        worker = world.worker_of(process)
        if seconds:
            world.loop.later(seconds, world.kill, worker)
        else:
            world.kill(worker)

    line.ambush = ambush


def killing_at_a_loss(world: World, chance: Random) -> None:
    """A call loses its answer, or part of itself, and a process dies about then."""
    line = chance.choice((world.table_line, world.publisher_line))
    line.lost_next += [chance.choice((Loss.ANSWER, Loss.PART))]
    world.loop.later(chance.uniform(0.0, 0.05), killing, world, chance)


def pausing(world: World, chance: Random) -> None:
    """A process stands still, often for longer than the session: the group goes on without it, and then it wakes."""
    running = [worker for worker in world.living() if worker.process.is_running]
    if running:
        _pause(world, chance.choice(running), chance)


def pausing_at_a_call(world: World, chance: Random) -> None:
    """A process stands still when it is about to ask a server something: it asks when others have replaced it."""
    line = chance.choice((world.table_line, world.table_line, world.publisher_line))

    def ambush(process: Process) -> None:
        _pause(world, world.worker_of(process), chance)

    line.ambush = ambush


def _pause(world: World, worker: SimulatedWorker, chance: Random) -> None:
    seconds = chance.choice((0.5, SESSION_SECONDS + 0.5, SESSION_SECONDS + 3.0))
    world.say(worker.name, f"paused for {seconds} s")
    worker.stop()

    def expel() -> None:
        if worker.process.is_stopped:
            world.group.leave(worker.name)

    def resume() -> None:
        if worker.process.is_stopped and not worker.process.is_dead:
            world.say(worker.name, "resumed")
            worker.resume()
            # It learns from its next heartbeat that it is out.
            world.loop.later(chance.uniform(0.05, 1.0), worker.disturb)

    world.loop.later(SESSION_SECONDS, expel)
    world.loop.later(seconds, resume)


def rebalancing(world: World, chance: Random) -> None:
    """The group is dealt anew, several times in a row."""
    for number in range(chance.randint(1, 4)):
        world.loop.later(number * chance.uniform(0.05, 0.6), world.group.disturb)


def rolling(world: World, chance: Random) -> None:
    """A process leaves in order, and another one comes."""
    if living := world.living():
        worker = chance.choice(living)
        world.say(worker.name, "asked to leave")
        worker.leave()
        world.loop.later(chance.uniform(0.1, 1.0), world.start_worker)


def growing(world: World, chance: Random) -> None:
    """One more process comes."""
    if len(world.living()) < 4:
        world.start_worker()


def _for_a_while(seconds: float, line: Line, world: World, *, is_down: bool = False, loss: float = 0.0) -> None:
    line.is_down, line.loss = is_down, loss

    def end() -> None:
        line.is_down, line.loss = False, 0.0

    world.loop.later(seconds, end)


def table_away(world: World, chance: Random) -> None:
    """Redis refuses connections, at times for longer than anybody waits."""
    _for_a_while(chance.choice((0.3, 2.0, 5.0, 9.0)), world.table_line, world, is_down=True)


def table_frozen(world: World, chance: Random) -> None:
    """Redis stands still; what was sent meanwhile is applied when it goes on, also of those who gave up or died."""
    world.table_line.is_frozen = True
    world.loop.later(chance.choice((0.3, 1.0, 4.0)), world.table_line.thaw)


def table_losing(world: World, chance: Random) -> None:
    """Of the calls to Redis many lose their request or their answer."""
    _for_a_while(chance.uniform(0.5, 4.0), world.table_line, world, loss=0.3)


def table_full(world: World, chance: Random) -> None:
    """Redis refuses writes."""
    world.table.is_full = True

    def drained() -> None:
        world.table.is_full = False

    world.loop.later(chance.uniform(0.3, 4.0), drained)


def rollback(world: World, chance: Random) -> None:
    """The tables go back to an older state: a failover with loss, or a restored dump. Owners live on."""
    if world.snapshots:
        number = chance.randrange(len(world.snapshots))
        world.say("tables", f"go back to snapshot {number} of {len(world.snapshots)}")
        world.roll_back(world.snapshots[number])


def wipe(world: World, chance: Random) -> None:
    """The tables lose everything."""
    world.say("tables", "are wiped")
    world.roll_back(None)


def rollback_among_wake_ups(world: World, chance: Random) -> None:
    """The tables go back right after a commit that left some of the wake-ups of an instant for the next one."""
    commits = count(chance.choice((0, -1, -1, -2)))

    def go_back() -> None:
        if world.snapshots:
            world.say("tables", "go back to the last snapshot")
            world.roll_back(world.snapshots[-1])

    def look(commit: Commit) -> None:
        next_due_at = world.next_due_at(commit.partition)
        if next_due_at is not None and next_due_at <= commit.clock and next(commits) >= 0:
            world.watcher = None
            world.loop.later(chance.choice((0.0, 0.001, 0.004)), go_back)

    world.watcher = look


def history_lost(world: World, chance: Random) -> None:
    """The tables are lost, and Kafka no longer has the first records of a topic either: retention took them."""
    number = chance.randrange(world.partitions)
    tp = TopicPartition(chance.choice((PAGE_VIEWS, FORM_FILLS, PROFILES, PROFILES)), number)
    read_through = world.watermark(tp)
    if read_through >= 0:
        before = chance.randint(0, read_through) + 1
        world.say("tables", f"are wiped, and {tp.topic} of {number} begins at {before}")
        world.lose_history(tp, before)


def publisher_away(world: World, chance: Random) -> None:
    """Kafka takes no outputs, at times for longer than anybody waits."""
    _for_a_while(chance.choice((0.5, 3.0, 8.0)), world.publisher_line, world, is_down=True)


def publisher_frozen(world: World, chance: Random) -> None:
    """Kafka stands still on its output side; what was sent gets through later, also of those who gave up."""
    world.publisher_line.is_frozen = True
    world.loop.later(chance.choice((0.3, 2.5)), world.publisher_line.thaw)


def publisher_losing(world: World, chance: Random) -> None:
    """Of the publications many get through in part, or unacknowledged."""
    _for_a_while(chance.uniform(0.5, 4.0), world.publisher_line, world, loss=0.4)


def topic_stalled(world: World, chance: Random) -> None:
    """The leader of one input topic answers no fetches, for less or more than the merge waits."""
    world.kafka.stall(chance.choice(sorted(TOPICS)), chance.choice((0.2, 0.35, 1.0, 2.0)))


FAULTS: Mapping[Fault, int] = {
    killing: 2,
    killing_at_a_call: 4,
    killing_at_a_loss: 3,
    pausing: 2,
    pausing_at_a_call: 5,
    rebalancing: 2,
    rolling: 2,
    growing: 1,
    table_away: 2,
    table_frozen: 2,
    table_losing: 3,
    table_full: 1,
    rollback: 3,
    rollback_among_wake_ups: 4,
    wipe: 1,
    history_lost: 2,
    publisher_away: 1,
    publisher_frozen: 1,
    publisher_losing: 3,
    topic_stalled: 3,
}
"""What may happen, and how often compared with the rest."""


def unleash(world: World, chance: Random, seconds: float) -> None:
    """Draw faults and when they come, all within some seconds."""
    for _ in range(chance.randint(2, 6)):
        fault = chance.choices(tuple(FAULTS), tuple(FAULTS.values()))[0]
        own = Random(chance.getrandbits(64))

        def strike(fault: Fault = fault, own: Random = own) -> None:
            world.say("nemesis", fault.__name__)
            fault(world, own)

        world.loop.later(chance.uniform(0.3, seconds), strike)


def appease(world: World) -> None:
    """End every fault: what stands still goes on, what is away comes back."""
    for line in (world.table_line, world.publisher_line):
        line.is_down, line.loss, line.lost_next, line.ambush = False, 0.0, [], None
        line.thaw()
    world.table.is_full, world.watcher = False, None
    for worker in world.living():
        if worker.process.is_stopped:
            worker.resume()
            world.loop.later(0.2, worker.disturb)
    if not world.living():
        world.start_worker()
