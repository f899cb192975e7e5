"""What must hold once the nemesis has stopped: tables, stage changes, dead letters and order, against a cold run.

The recomputation folds the log in one go, one record after the other, in the order in which the records took effect.
That order is the log's own, but for records that came to their owner later than others with a later append time: there
either order is right, within what the merge may do, and it is told how many they were.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

import msgspec

from schemas.dead_letter import HEADER_PREFIX
from schemas.forwarded import HEADER_PREFIX as FORWARDED_PREFIX
from scorer import LeadState, Scorecard
from streams.lead.codec import decoded_lead, encoded_lead
from streams.lead.lead import Lead
from streams.partition.fold import Fold
from streams.partition.records import Ordered
from streams.publisher.door import Message
from tests.builders.folding import CHALLENGER_CHANGES, DEAD_LETTERS, LEAD_SCORES, STAGE_CHANGES, outputs
from tests.builders.records import REPARTITION, TICKS, TOPICS, Record
from tests.simulation.chronicle import Content, Step, content_of, order_of
from tests.simulation.kafka import Place, place_of
from tests.simulation.worker import MERGE_WAIT_SECONDS, SimulatedWorker, decoder, rules
from tests.simulation.world import World

OUTPUT_TOPICS = (STAGE_CHANGES, CHALLENGER_CHANGES, LEAD_SCORES, DEAD_LETTERS, REPARTITION)
FORWARDED_FROM = f"{FORWARDED_PREFIX}source_partition"
SHOWN = 3
INSTANT = re.compile(rb'"(?:changed|scored)_at":"[^"]+"')
BOTTOM = "subscriber"
"""The stage of a lead that was told nothing."""
PATIENCE_SECONDS = MERGE_WAIT_SECONDS + 0.2
"""How long after a topic stood still records of others may go before its own: the merge had lost its patience."""


@dataclass
class Findings:
    """What was found: ``violations`` of the promises, and how much was looked at."""

    violations: list[str] = field(default_factory=list)
    either_order: int = 0
    changed_decisions: int = 0
    records: int = 0
    stage_changes: int = 0
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class Cold:
    """One partition as a cold recomputation has it."""

    rows: Mapping[str, bytes]
    due: Mapping[str, int | None]
    clock: int
    forwarded: Mapping[str, int]
    outputs: Sequence[Content]


def cold(
    records: Sequence[Record],
    partition: int,
    partitions: int,
    scorecard: Scorecard,
    challenger: Scorecard | None = None,
) -> Cold:
    """Fold records in one go, in the order given."""
    leads: defaultdict[str, Lead] = defaultdict(Lead)
    fold = Fold(leads, (), 0, rules(scorecard, challenger), outputs(scorecard, partition))
    for item in decoder(partitions).decoded([Ordered(record.timestamp, record) for record in records]):
        fold.take(item)
    changes = fold.changes()
    return Cold(
        {lead_id: encoded_lead(lead) for lead_id, lead in changes.leads.items()},
        changes.due,
        fold.clock,
        changes.forwarded,
        [content_of(message) for message in changes.messages],
    )


def judged(world: World) -> Findings:
    """Look at all that the world has come to."""
    findings = Findings(list(world.chronicle.violations))
    stored = world.table.copied()
    for number in range(world.partitions):
        if number in stored:
            _partition(world, number, stored[number], findings)
    return findings


def _partition(world: World, number: int, stored: object, findings: Findings) -> None:
    """Look at one partition."""
    steps = world.chronicle.chain(stored.commit_token)  # type: ignore[attr-defined]  # the fake's own
    order = order_of(steps)
    records = {place_of(record): record for topic in TOPICS for record in world.kafka.log(topic, number)}
    findings.records += len(records)
    erased = {place_of(record): record for topic in TOPICS for record in world.kafka.erased(topic, number)}
    lost, effects = sorted(records.keys() - set(order)), len(order) - len(erased.keys() & set(order))
    if lost or effects != len(records):
        say = findings.violations.append
        say(f"partition {number}: {len(lost)} of {len(records)} without effect, as {lost[:SHOWN]}; {effects} effects")
        return
    records |= erased
    judges = (world.scorecard, world.challenger)
    wanted = cold([records[place] for place in order], number, world.partitions, *judges)
    _tables(number, stored, wanted, _corrected(steps), findings)
    inversions = list(_inversions(steps, records))
    findings.either_order += len(inversions)
    _require_reasons(world, inversions, findings)
    kept = {step.token for step in steps}
    abandoned = [
        step for token, step in world.chronicle.steps.items() if step.partition == number and token not in kept
    ]
    former = [order_of(world.chronicle.chain(step.token)) for step in abandoned]
    is_ambiguous = bool(inversions) or any(places != order[: len(places)] for places in former)
    _outputs(world, number, wanted, {output for step in abandoned for output in step.outputs}, is_ambiguous, findings)


def _corrected(steps: Sequence[Step]) -> set[str]:
    """Return the leads that got a correcting change: with it their score was told, at an instant of its own."""
    told = [content for step in steps for content in step.outputs if content[0] == STAGE_CHANGES]
    return {msgspec.json.decode(one[3])["lead_id"] for one in told if _is_correction(one)}  # type: ignore[arg-type]  # a message's value


def _tables(number: int, stored: object, wanted: Cold, corrected: Collection[str], findings: Findings) -> None:
    """Require that the tables are, byte for byte, what the recomputation has; of corrected leads the state alone."""
    wished = {"rows": wanted.rows, "due": wanted.due, "clock": wanted.clock, "forwarded": wanted.forwarded}
    for name, right in wished.items():
        left: object = getattr(stored, {"rows": "leads"}.get(name, name))
        if left == right:
            continue
        if isinstance(left, Mapping) and isinstance(right, Mapping):
            apart = sorted(key for key in left.keys() | right.keys() if left.get(key) != right.get(key))
            if name == "rows":
                apart = [key for key in apart if key not in corrected or _state(left[key]) != _state(right[key])]
            elif name == "due":
                apart = [key for key in apart if key not in corrected]
            if apart:
                findings.violations.append(f"partition {number}: {name} differ of {apart}")
        else:
            findings.violations.append(f"partition {number}: {name} is {left}, recomputed {right}")


def _state(row: bytes) -> LeadState:
    """Return what a row says of a lead, but for when it was judged and its score told last."""
    return replace(decoded_lead(row).state, judged_at=0)


def _inversions(steps: Sequence[Step], records: Mapping[Place, Record]) -> Iterator[tuple[Step, Record, Step, Record]]:
    """Yield the records that took effect after one with a later place in the log's order: that one, and the record."""
    latest: tuple[Step, Record] | None = None
    for step in steps:
        for place in step.places:
            record = records[place]
            if latest is None or _rank(record) >= _rank(latest[1]):
                latest = (step, record)
            elif record.topic != latest[1].topic:
                yield *latest, step, record


def _rank(record: Record) -> tuple[int, bool, str]:
    """Return where a record stands in the order of the log: at a tie by topic, ticks last."""
    return (record.timestamp, record.topic == TICKS, record.topic)


def _require_reasons(world: World, inversions: Sequence[tuple[Step, Record, Step, Record]], findings: Findings) -> None:
    """Require a reason for each record that took effect out of order."""
    workers = {worker.name: worker for worker in world.workers}
    for first_step, first, step, second in inversions:
        if first_step.worker == step.worker and place_of(first) in first_step.handled_at:
            reason = _unreasonable(world, workers[step.worker], first_step.handled_at[place_of(first)], first, second)
            if reason:
                findings.violations.append(f"{place_of(second)} after {place_of(first)}: {reason}")


def _unreasonable(
    world: World, worker: SimulatedWorker, handled_at: float, first: Record, second: Record
) -> str | None:
    """Return why a record should have come before one that it came after, if it should have."""
    place = place_of(second)
    delivered_at, known_at = worker.input.delivered_at.get(place), worker.input.known_at.get(place)
    if delivered_at is None or known_at is None:
        return None
    if delivered_at < handled_at:
        return f"it was there {handled_at - delivered_at:.4f} s before"
    if any(since <= handled_at <= until + PATIENCE_SECONDS for since, until in (*world.kafka.stalls, *worker.stops)):
        return None  # the merge may have lost its patience
    if known_at < handled_at < known_at + MERGE_WAIT_SECONDS:
        return "it was known to be there, and not waited for"
    return "a tick does not pass what was stored before it" if first.topic == TICKS else None


def _outputs(
    world: World, number: int, wanted: Cold, abandoned: set[Content], is_ambiguous: bool, findings: Findings
) -> None:
    """Require that the outputs are those of the recomputation: each id once, none missing, none more, in order."""
    for topic in OUTPUT_TOPICS:
        right = {_identity(content): content for content in wanted.outputs if content[0] == topic}
        found: dict[str, Content] = {}
        for record in _told(world, topic, number):
            content = content_of(Message(topic, record.partition, record.key, record.value, record.headers))
            identity = _identity(content)
            if identity in found:
                findings.repeats += 1
                if found[identity] != content and not is_ambiguous:
                    findings.violations.append(f"{topic}/{number}: one id tells two stories: {identity}")
            found.setdefault(identity, content)
        if topic == STAGE_CHANGES:
            findings.stage_changes += len(right)
        _same(topic, number, found, right, abandoned, is_ambiguous, findings)


def _told(world: World, topic: str, number: int) -> list[Record]:
    """Return what a partition's owners published to a topic; they forward to other partitions too."""
    if topic != REPARTITION:
        return list(world.kafka.log(topic, number))
    everywhere = [record for other in range(world.partitions) for record in world.kafka.log(topic, other)]
    return [record for record in everywhere if dict(record.headers)[FORWARDED_FROM] == str(number).encode()]


def _same(
    topic: str,
    number: int,
    found: Mapping[str, Content],
    right: Mapping[str, Content],
    abandoned: set[Content],
    is_ambiguous: bool,
    findings: Findings,
) -> None:
    say = findings.violations.append
    missing = [right[identity] for identity in right if identity not in found]
    if is_ambiguous and topic != DEAD_LETTERS:
        # A replay in the other order was swallowed as far as it was told: what counts is what each lead was told last.
        findings.changed_decisions += len(missing)
        missing = []
    if missing:
        say(f"{topic}/{number}: {len(missing)} missing, as {missing[0]}")
    if topic == STAGE_CHANGES and (wrong := _told_last(found) ^ _told_last(right)):
        say(f"{topic}/{number}: told last and to be told last differ: {sorted(wrong)}")
    spurious = [found[identity] for identity in found if identity not in right]
    decided_before = [
        content for content in spurious if is_ambiguous and (content in abandoned or _is_correction(content))
    ]
    findings.changed_decisions += len(decided_before)
    if len(spurious) > len(decided_before):
        one = next(content for content in spurious if content not in decided_before)
        say(f"{topic}/{number}: {len(spurious) - len(decided_before)} spurious, as {one}")
    if not is_ambiguous:
        apart = [identity for identity in right if identity in found and found[identity] != right[identity]]
        if apart:
            say(f"{topic}/{number}: mis-stated: {found[apart[0]]}; recomputed {right[apart[0]]}")
        elif topic != REPARTITION and _in_turn(found) != _in_turn(right) and not missing and not spurious:
            say(f"{topic}/{number}: out of order")


def _in_turn(told: Mapping[str, Content]) -> list[str]:
    """Return what was told in its order; of one instant by lead, for there it depends on what was in one commit."""

    def instant_of(identity: str) -> object:
        said = INSTANT.findall(told[identity][3] or b"")  # type: ignore[call-overload]  # a message's value
        return said or identity

    groups = groupby(told, key=instant_of)
    return [identity for _, group in groups for identity in sorted(group, key=lambda one: str(told[one][2]))]


def _told_last(changes: Mapping[str, Content]) -> set[tuple[str, str]]:
    """Return the stage that each lead was told last; the bottom one is as good as none."""
    told: dict[str, str] = {}
    for content in changes.values():
        body = msgspec.json.decode(content[3])  # type: ignore[arg-type]  # as above
        told[body["lead_id"]] = body["to_stage"]
    return {(lead_id, stage) for lead_id, stage in told.items() if stage != BOTTOM}


def _is_correction(content: Content) -> bool:
    """Tell whether a stage change puts right one that was told before, or tells the score that goes with it."""
    return b'"kind":"correction"' in (content[3] or b"") or content[0] == LEAD_SCORES  # type: ignore[operator]


def _identity(content: Content) -> str:
    """Return by what a reader recognises a repeat: an event's id, a tombstone's key, or a dead letter's coordinates."""
    headers = dict(content[4])  # type: ignore[arg-type,call-overload]  # a message's headers
    if "ce_id" in headers:
        return str(headers["ce_id"].decode())
    if content[0] == LEAD_SCORES:
        return f"the last of {content[2]!r}"
    prefix = FORWARDED_PREFIX if content[0] == REPARTITION else HEADER_PREFIX
    return "/".join(headers[f"{prefix}source_{part}"].decode() for part in ("topic", "partition", "offset"))
