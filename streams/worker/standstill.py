"""When a worker has come to a standstill: the rules, as a table over what is seen of it from time to time.

Pure: looks and clocks are given. Each rule names what is looked at while it holds, and how long that may stay the same.
What waits for Kafka or Redis changes with every refused call, so an outage is no standstill; nor is having nothing to
do. Only where nobody can tell an outage from a standstill is the bound the one after which a worker gives servers up.
"""

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from typing import NamedTuple

from streams.partition.sighting import NEVER, Sighting

ANSWERED_SECONDS = 5.0
"""Kafka answers an idle fetch many times in this time: one that was answered so lately is not away."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long a worker may stand still, in seconds. All come from settings."""

    stall_seconds_max: float
    merge_wait_seconds: float
    retry_seconds_max: float


@dataclass(frozen=True, slots=True)
class Look:
    """What is seen of a worker at one instant.

    ``awake_seconds`` is the time by `streams.monitoring.awake.AwakeClock`, ``monotonic_seconds`` the one that
    `Sighting.answered_at` goes by. ``problem`` is why the input has died inside the process, if it has.
    """

    awake_seconds: float
    monotonic_seconds: float
    has_assignment: bool
    sightings: Collection[Sighting]
    problem: str | None


class Rule(NamedTuple):
    """What must not stay the same for longer than a bound."""

    words: str
    holds: Callable[[Sighting, Look], bool]
    watched: Callable[[Sighting], Hashable]
    seconds_max: Callable[[Bounds], float]


RULES = (
    Rule(
        "its owner does not go on",
        lambda seen, _: seen.is_open,
        lambda seen: seen.turns,
        lambda bounds: bounds.stall_seconds_max,
    ),
    Rule(
        "records wait, and none is handled",
        lambda seen, _: seen.is_open and seen.has_records,
        lambda seen: (seen.steps, seen.refusals),
        lambda bounds: bounds.stall_seconds_max + bounds.merge_wait_seconds,
    ),
    Rule(
        "Kafka has more and answers, and nothing arrives",
        lambda seen, look: seen.is_open and _lacks_records(seen) and _is_answered(seen, look),
        lambda seen: (seen.steps, seen.refusals),
        lambda bounds: bounds.stall_seconds_max,
    ),
    Rule(
        "there is something to do, and nothing is done",
        lambda seen, _: seen.is_open and (seen.has_records or seen.is_behind),
        lambda seen: seen.steps,
        lambda bounds: bounds.retry_seconds_max + bounds.stall_seconds_max,
    ),
    Rule(
        "it has no working owner",
        lambda seen, _: not seen.is_open,
        lambda _: None,
        lambda bounds: bounds.retry_seconds_max + bounds.stall_seconds_max,
    ),
)
"""The rules for each partition number."""


def _lacks_records(seen: Sighting) -> bool:
    return seen.is_behind and not seen.has_records


def _is_answered(seen: Sighting, look: Look) -> bool:
    return look.monotonic_seconds - seen.answered_at < ANSWERED_SECONDS


class Vitals(NamedTuple):
    """How a worker does: for how long what is worst off stays the same, and Kafka is silent; how many are behind."""

    standstill_seconds: float
    silence_seconds: float
    partitions_behind: int


class Standstill:
    """Compares looks at one worker, and says when it has come to a standstill."""

    def __init__(self, bounds: Bounds) -> None:
        """Begin with nothing seen."""
        self._bounds = bounds
        self._since: dict[Hashable, tuple[Hashable, float]] = {}
        self._heard_at = NEVER

    def vitals(self, look: Look) -> Vitals:
        """Return how the worker does by this look, after `reason` was asked for it.

        Kafka's silence goes on through a loss of all partitions, as one that is away brings it about. A worker that
        was assigned none, as a reserve is, has nothing to hear.
        """
        self._heard_at = max([self._heard_at, *(seen.heard_at for seen in look.sightings)])
        is_reserve = look.has_assignment and not look.sightings
        is_silent = self._heard_at > NEVER and not is_reserve
        return Vitals(
            max((look.awake_seconds - since for _, since in self._since.values()), default=0.0),
            max(0.0, look.monotonic_seconds - self._heard_at) if is_silent else 0.0,
            sum(seen.has_records or seen.is_behind for seen in look.sightings),
        )

    def reason(self, look: Look) -> str | None:
        """Return why the worker has to end, or None while it works, waits for a server, or has nothing to do."""
        if look.problem is not None:
            return f"the input has died: {look.problem}"
        found = [self._unassigned(look)]
        found += [self._broken(rule, seen, look) for seen in look.sightings for rule in RULES]
        self._forget(
            {("unassigned", None), *((rule.words, seen.partition) for seen in look.sightings for rule in RULES)}
        )
        return next(filter(None, found), None)

    def _unassigned(self, look: Look) -> str | None:
        seconds = self._same_for(("unassigned", None), look.has_assignment, not look.has_assignment, look)
        if seconds <= self._bounds.retry_seconds_max:
            return None
        return f"no partitions were assigned for {seconds:.0f} s: it cannot join the consumer group, or claim them"

    def _broken(self, rule: Rule, seen: Sighting, look: Look) -> str | None:
        seconds = self._same_for((rule.words, seen.partition), rule.watched(seen), rule.holds(seen, look), look)
        if seconds <= rule.seconds_max(self._bounds):
            return None
        return f"partition {seen.partition}: {rule.words} for {seconds:.0f} s"

    def _same_for(self, key: Hashable, watched: Hashable, is_watched: bool, look: Look) -> float:  # noqa: FBT001 - a fact
        """Return for how long something is watched and stayed the same."""
        if not is_watched:
            self._since.pop(key, None)
            return 0.0
        known, since = self._since.get(key, (watched, look.awake_seconds))
        if known != watched:
            since = look.awake_seconds
        self._since[key] = (watched, since)
        return look.awake_seconds - since

    def _forget(self, keys: Collection[Hashable]) -> None:
        """Forget partitions that are held no more."""
        for key in self._since.keys() - set(keys):
            del self._since[key]
