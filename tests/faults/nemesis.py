"""Does a schedule's faults to a run, each at its time and for as long as it lasts.

One server suffers one fault at a time: what comes while another lasts waits for its end. A worker likewise; the others
are chosen from meanwhile.
"""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from tests.faults.fleet import Fleet, Stop, Worker
from tests.faults.kinds import NATURES, Kind
from tests.faults.proxy import Flow, Proxy
from tests.faults.schedule import Fault
from tests.faults.scorecards import publish
from tests.faults.site import Site
from tests.faults.worker_entry import Order, give_order, set_clock
from tests.line.topics import erase_half

SLOW_SECONDS = 0.15
"""What a slow line adds to each chunk of bytes: a call takes 0.3 s, the workers' bound is 2 s."""
CLOCK_AHEAD_MS = (-360_000, -1_500, 0, 20_000, 240_000)
STORM_ROUNDS = 2
COMMIT_SECONDS = 0.5
"""Within so long a worker under load commits."""
STANDSTILL_SECONDS_MAX = 60.0
"""By when a worker that stands still must have ended itself; without its watchdog it is left standing. Each rebalance
sets the watch back: a worker that went deaf right before a storm of them was seen to take 30 s."""
PREFIX = "faults-"
"""Before the names of topics."""
INPUTS = ("page-views", "email-opens", "form-fills", "custom-activities")


@dataclass(slots=True)
class Done:
    """What a nemesis has done: each fault with when it began (monotonic seconds), kills and stops among them.

    ``standstill_seconds``: how long each worker that stood still took to end itself; infinite: it did not.
    """

    faults: list[tuple[Fault, float]] = field(default_factory=list)
    killed_at: list[float] = field(default_factory=list)
    wiped_at: list[float] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)
    standstill_seconds: list[float] = field(default_factory=list)
    pauses: int = 0


class Nemesis:
    """Brings faults over the workers and servers of a run."""

    def __init__(self, site: Site, fleet: Fleet, partitions: int) -> None:
        self._partitions = partitions
        self._site = site
        self._fleet = fleet
        self._busy = {"redis": asyncio.Lock(), "kafka": asyncio.Lock()}
        self._at_servers = 0
        self._pausing = asyncio.Lock()
        self.done = Done()
        self._acts: dict[Kind, Callable[[Fault], Awaitable[None]]] = {
            Kind.WORKER_KILL: self._kill_worker,
            Kind.WORKER_PAUSE: self._pause_worker,
            Kind.WORKER_STOP: self._stop_worker,
            Kind.WORKER_CLOCK: self._set_clock,
            Kind.WORKER_DEAF: lambda fault: self._stand_still(fault, Order.BE_DEAF),
            Kind.WORKER_BLOCKED: lambda fault: self._stand_still(fault, Order.BE_BLOCKED),
            Kind.COMMITS_REFUSED: self._refuse_commits,
            Kind.REBALANCE_STORM: self._storm,
            Kind.REDIS_KILL: self._kill_redis,
            Kind.REDIS_WIPE: self._wipe,
            Kind.REDIS_ROLLBACK: self._roll_back,
            Kind.REDIS_FREEZE: self._freeze,
            Kind.REDIS_PAUSE: self._pause_clients,
            Kind.REDIS_FULL: self._fill,
            Kind.REDIS_READ_ONLY: self._make_read_only,
            Kind.REDIS_NO_REPLICAS: self._want_replicas,
            Kind.REDIS_DISK_FULL: self._fill_disk,
            Kind.REDIS_CUT: self._cut,
            Kind.REDIS_SLOW: self._slow,
            Kind.REDIS_SWALLOWED: self._swallow,
            Kind.KAFKA_KILL: self._kill_kafka,
            Kind.KAFKA_FREEZE: self._freeze,
            Kind.KAFKA_CUT: self._cut,
            Kind.KAFKA_SLOW: self._slow,
            Kind.KAFKA_SWALLOWED: self._swallow,
            Kind.SCORECARD_CHANGE: lambda fault: publish(site.kafka.bootstrap, PREFIX, fault.draw),
            Kind.HISTORY_ERASED: self._erase_history,
        }

    async def work(self, schedule: Sequence[Fault], told: Callable[[str], None]) -> None:
        """Do all faults of a schedule, and return when the last one is over."""
        begun_at = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for fault in schedule:
                await asyncio.sleep(max(0.0, begun_at + fault.at_seconds - time.monotonic()))
                group.create_task(self._act(fault, told))

    async def _act(self, fault: Fault, told: Callable[[str], None]) -> None:
        """Do one fault, when its server is free for it."""
        target = NATURES[fault.kind].target
        if target == "worker":
            await self._begin(fault, told)
        else:
            async with self._busy[target]:
                await self._begin(fault, told)

    async def _begin(self, fault: Fault, told: Callable[[str], None]) -> None:
        told(f"fault {fault.number:3d} {fault.kind.value} {fault.seconds:g} s")
        self.done.faults.append((fault, time.monotonic()))
        is_at_servers = NATURES[fault.kind].target != "worker"
        self._at_servers += is_at_servers
        try:
            await self._acts[fault.kind](fault)
        finally:
            self._at_servers -= is_at_servers

    async def _victim(self, fault: Fault) -> Worker:
        """Choose a worker that is well, and keep other faults from it; waits for one."""
        while not (well := self._fleet.at_hand()):  # noqa: ASYNC110 - whether a process runs is only seen by looking
            await asyncio.sleep(0.1)
        victim = well[fault.draw % len(well)]
        victim.is_held = True
        return victim

    async def _kill_worker(self, fault: Fault) -> None:
        victim = await self._victim(fault)
        self.done.killed_at.append(time.monotonic())
        victim.child.send(signal.SIGKILL)
        victim.is_held = False

    async def _pause_worker(self, fault: Fault) -> None:
        """One at a time: somebody must be there to take over. Three of four stop right before a commit."""
        async with self._pausing:
            victim = await self._victim(fault)
            if fault.draw % 4:
                give_order(victim.clock, Order.PAUSE_AT_COMMIT)
                await asyncio.sleep(COMMIT_SECONDS)
                give_order(victim.clock, Order.NONE)
            victim.child.send(signal.SIGSTOP)
            await asyncio.sleep(fault.seconds)
            victim.child.send(signal.SIGCONT)
            self.done.pauses += 1
            victim.is_held = False

    async def _stop_worker(self, fault: Fault) -> None:
        victim = await self._victim(fault)
        is_quiet = not self._at_servers
        stop = await self._fleet.terminated(victim)
        # A server that is away keeps a worker from committing what it has folded.
        self.done.stops.append(replace(stop, is_quiet=is_quiet and not self._at_servers))
        victim.is_held = False

    async def _set_clock(self, fault: Fault) -> None:
        victim = await self._victim(fault)
        set_clock(victim.clock, CLOCK_AHEAD_MS[fault.draw // 7 % len(CLOCK_AHEAD_MS)])
        victim.is_held = False

    async def _stand_still(self, fault: Fault, order: Order) -> None:
        """Let a worker stand still; whoever watches it ends it, and its supervisor starts it anew."""
        victim = await self._victim(fault)
        process_id, begun_at = victim.child.pid, time.monotonic()
        give_order(victim.clock, order)
        with suppress(TimeoutError):
            async with asyncio.timeout(STANDSTILL_SECONDS_MAX):
                while victim.child.pid == process_id:  # noqa: ASYNC110 - only seen by looking
                    await asyncio.sleep(0.05)
        taken = time.monotonic() - begun_at
        self.done.standstill_seconds.append(taken if victim.child.pid != process_id else float("inf"))
        victim.is_held = False

    async def _refuse_commits(self, fault: Fault) -> None:
        victim = await self._victim(fault)
        give_order(victim.clock, Order.REFUSE_COMMITS)
        await asyncio.sleep(fault.seconds)
        give_order(victim.clock, Order.NONE)
        victim.is_held = False

    async def _storm(self, fault: Fault) -> None:
        """Workers come and go."""
        for _ in range(STORM_ROUNDS):
            guest = self._fleet.add()
            guest.is_held = True
            await asyncio.sleep(fault.seconds / STORM_ROUNDS)
            await self._fleet.dismiss(guest)

    async def _kill_redis(self, fault: Fault) -> None:
        self._site.redis.kill()
        await asyncio.sleep(fault.seconds)
        await self._site.start_redis()

    async def _wipe(self, _: Fault) -> None:
        self.done.wiped_at.append(time.monotonic())
        await self._site.ask_redis("FLUSHALL")

    async def _erase_history(self, _: Fault) -> None:
        """Forget half of the inputs, as retention does, and lose the tables."""
        await erase_half(self._site.kafka.bootstrap, PREFIX, INPUTS, self._partitions)
        await self._site.ask_redis("FLUSHALL")

    async def _roll_back(self, fault: Fault) -> None:
        backup = self._site.remember_redis()
        await asyncio.sleep(fault.seconds)
        await self._site.roll_redis_back(backup)

    async def _pause_clients(self, fault: Fault) -> None:
        await self._site.ask_redis("CLIENT", "PAUSE", round(fault.seconds * 1000), "ALL")
        await asyncio.sleep(fault.seconds)

    async def _fill(self, fault: Fault) -> None:
        await self._site.ask_redis("CONFIG", "SET", "maxmemory", "1mb")
        await asyncio.sleep(fault.seconds)
        await self._site.ask_redis("CONFIG", "SET", "maxmemory", "0")

    async def _want_replicas(self, fault: Fault) -> None:
        """Redis refuses to write for want of replicas."""
        await self._site.ask_redis("CONFIG", "SET", "min-replicas-to-write", 1)
        await asyncio.sleep(fault.seconds)
        await self._site.ask_redis("CONFIG", "SET", "min-replicas-to-write", 0)

    async def _fill_disk(self, fault: Fault) -> None:
        """Redis cannot save, and refuses to write."""
        await self._site.fail_saves()
        await asyncio.sleep(fault.seconds)
        await self._site.mend_saves()

    async def _make_read_only(self, fault: Fault) -> None:
        """Nobody listens on port 1: a replica that never finds its primary keeps what it has."""
        await self._site.ask_redis("REPLICAOF", "127.0.0.1", "1")
        await asyncio.sleep(fault.seconds)
        await self._site.ask_redis("REPLICAOF", "NO", "ONE")

    async def _kill_kafka(self, fault: Fault) -> None:
        self._site.kafka.kill()
        await asyncio.sleep(fault.seconds)
        await asyncio.to_thread(self._site.kafka.start)

    async def _freeze(self, fault: Fault) -> None:
        server = NATURES[fault.kind].target
        self._site.freeze(server)
        await asyncio.sleep(fault.seconds)
        self._site.thaw(server)

    async def _cut(self, fault: Fault) -> None:
        """Half of the time in good order, half with resets; Redis sometimes closes by itself."""
        proxy = self._proxy(fault)
        if fault.kind is Kind.REDIS_CUT and fault.draw % 3 == 0:
            await self._site.ask_redis("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        elif fault.draw % 2:
            proxy.cut()
        else:
            proxy.reset()

    async def _slow(self, fault: Fault) -> None:
        self._proxy(fault).delay_seconds = SLOW_SECONDS
        await asyncio.sleep(fault.seconds)
        self._proxy(fault).heal()

    async def _swallow(self, fault: Fault) -> None:
        """One way only, or both: then the server does what it is told, and nobody hears so."""
        self._proxy(fault).flow = Flow.SWALLOWED if fault.draw % 3 == 0 else Flow.ANSWERS_SWALLOWED
        await asyncio.sleep(fault.seconds)
        self._proxy(fault).heal()

    def _proxy(self, fault: Fault) -> Proxy:
        return self._site.redis_proxy if NATURES[fault.kind].target == "redis" else self._site.kafka_proxy
