"""Records of every input topic through the decoder and the fold; their headers; rows and outbox entries."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from schemas.dead_letter import DeadLetterHeaders, without_dead_letter_headers
from schemas.export import CONTRACTS
from schemas.forwarded import Stray
from schemas.refusals import Reason
from schemas.topics import INPUT_TOPICS, TOPICS, input_adapter
from scorer import JournalBounds
from streams.kafka.partitioner import partition_of
from streams.lead.codec import CodecRefused, decoded_lead, decoded_message, encoded_lead, encoded_message
from streams.lead.lead import Lead
from streams.partition.decode import Acceptance, Decoder, InputNames
from streams.partition.fold import Fold, FoldRules
from streams.partition.forwarding import forwarded
from streams.partition.outputs import Outputs, OutputTopics
from streams.partition.records import LATEST_APPENDED_AT, Ordered, Refused, Strayed, Taken
from streams.publisher.door import Message
from streams.scorecards.loading import load
from streams.translation.quick_input import quick_reader
from streams.translation.translate import core_input
from tests.builders.earlier_rows import EARLIER_ROWS
from tests.builders.records import DAY, MINUTE, NOW, SECOND, Record
from tests.fuzz.bytes_mutation import mutated_bytes
from tests.fuzz.hostile import BYTES, CANARY, CANARY_PART, STAMPS, TEXTS
from tests.fuzz.json_mutation import mutated_json, tree_of, written
from tests.fuzz.outcome import Broken, require, require_clean

Try = Callable[[random.Random], str]

TESTS = Path(__file__).parents[1]
PARTITIONS = 4
SEED_BYTES_MAX = 1_000
"""Large documents are made by mutations, now and then: as seeds they would only slow all inputs down."""
TICKS, REPARTITION = "ticks", "repartition"
RULES = FoldRules(load(TESTS / "data" / "quick.yaml").scorecard, JournalBounds(64, 7 * DAY), MINUTE)
OUTPUTS = Outputs(
    OutputTopics("stage-changes", "lead-scores", "dead-letters", REPARTITION, "challenger-stage-changes"),
    0,
    source="/leadstream/fuzz",
    application_version="0.1.0",
    scorecard=RULES.scorecard,
    reasons_max=5,
)
DECODER = Decoder(
    InputNames({name: name for name in INPUT_TOPICS if TOPICS[name].direction == "in"}, REPARTITION, TICKS),
    Acceptance(record_bytes_max=256 * 1024, lateness_max_ms=7 * DAY, future_max_ms=5 * MINUTE),
    lambda key: partition_of(key, PARTITIONS),
)
QUICK_READERS = {name: quick_reader(TOPICS[name].contract) for name in INPUT_TOPICS if TOPICS[name].direction == "in"}
HEADER_NAMES = ("trace", "", "ce_id", "leadstream_positions", "dead_letter_reason", "dead_letter_x", "é" * 200, CANARY)


def record_target(topic: str) -> Try:
    """Return what tries one record of a topic: answered by the decoder, and what it makes of it by the fold."""
    make = record_maker(topic)

    def attempt(dice: random.Random) -> str:
        record = make(dice)
        _require_same(record)
        answer = DECODER.decoded([Ordered(max(0, min(record.timestamp, LATEST_APPENDED_AT)), record)])[0]
        fold = Fold(_leads(answer), (), 0, RULES, OUTPUTS)
        fold.take(answer)
        changes = fold.changes()
        outcomes = {outcome for _, outcome in changes.tally.outcomes}
        require("internal" not in outcomes, "the fold broke on a record that the decoder took")
        for lead in changes.leads.values():
            require(decoded_lead(encoded_lead(lead)) == lead, "a row does not come back as it was put in")
        for message in changes.messages:
            # What caused it is told in a header, once its commit is known.
            plain = Message(**{name: getattr(message, name) for name in Message.__struct_fields__})
            require(decoded_message(encoded_message(message)) == plain, "an output does not come back as it was")
        return _refused(answer, changes.messages) if isinstance(answer, Refused) else type(answer).__name__.lower()

    return attempt


def record_maker(topic: str) -> Callable[[random.Random], Record]:
    """Return what makes records of a topic."""
    return _forwarded if topic == REPARTITION else partial(fuzzed_record, topic=topic, seeds=seeds_of(topic))


def _require_same(record: Record) -> None:
    """Require that what the quick reader takes is what the contract makes of it."""
    quick = QUICK_READERS[record.topic](record.value) if record.topic in QUICK_READERS and record.value else None
    if quick is not None:
        plain = core_input(input_adapter(record.topic).validate_json(record.value or b""))
        require(repr(quick) == repr(plain), "the quick reader makes something else of it than the contract")


def _refused(answer: Refused, messages: Sequence[Message]) -> str:
    """Require a refusal's dead letter to hold the record whole, and return its reason."""
    require_clean(answer.message, CANARY_PART)
    require(len(messages) == 1, f"{len(messages)} outputs for one refused record")
    letter = messages[0]
    said = DeadLetterHeaders.from_headers(letter.headers)
    require(said.reason is answer.reason, f"the dead letter says {said.reason}, the refusal {answer.reason}")
    first = answer.origin or answer.record
    require(said.source_offset == first.offset, "the dead letter names another offset")
    if answer.reason is not Reason.OVERSIZE:
        whole = (letter.key, letter.value) == (first.key, first.value)
        require(whole or letter.size_bytes < 64 * 1024, "the dead letter is neither whole nor a stub")
    return answer.reason.value


def _leads(answer: object) -> dict[str, Lead]:
    return {answer.lead_id: Lead()} if isinstance(answer, Taken) else {}


def seeds_of(topic: str) -> list[Any]:
    """Return the golden records of a topic's contract, good ones and bad ones, with the canary among them."""
    contract = TOPICS[topic].contract
    name = next(name for name, known in CONTRACTS.items() if known is contract)
    good = [path.read_bytes() for path in sorted((TESTS / "golden" / name / "v1").glob("*.json"))]
    bad = [path.read_bytes() for path in sorted((TESTS / "golden" / name / "refused").glob("*.json"))]
    with_canary = [document.replace(b"lead-ada", CANARY.encode()) for document in good]
    small = [document for document in bad if len(document) <= SEED_BYTES_MAX]
    return [tree_of(document) for document in (*good * 3, *with_canary * 3, *small)]


def fuzzed_record(dice: random.Random, topic: str, seeds: Sequence[Any]) -> Record:
    """Return a record: most of them near to good ones, so that no reader's first rule hides the others."""
    text = written(dice.choice(seeds)) if dice.random() < 0.15 else mutated_json(dice, seeds)
    value: bytes | None = text.encode("utf-8", errors="surrogatepass")
    if dice.random() < 0.2:
        value = mutated_bytes(dice, value or b"") if dice.random() < 0.9 else dice.choice((None, b"", *BYTES))
    lead_id = dice.choice(("lead-ada", "crm:4711", CANARY))
    for known in ("lead-ada", "crm:4711", CANARY):
        if known.encode() in (value or b""):
            lead_id = known
    key: bytes | None = lead_id.encode()
    partition = partition_of(lead_id.encode(), PARTITIONS)
    if dice.random() < 0.1:
        key = dice.choice((None, b"", b"\xff\xfe", dice.choice(TEXTS).encode(), CANARY.encode()))
    if dice.random() < 0.05:
        partition = dice.randrange(PARTITIONS)
    return Record(topic, partition, dice.randrange(2**40), _stamp(dice), key, value, _headers(dice))


def _forwarded(dice: random.Random) -> Record:
    """Return a record of `repartition`: as an owner puts it there, or with something of it damaged."""
    source = dice.choice(SOURCES)
    record = fuzzed_record(dice, source, SOURCE_SEEDS[source])
    lead_id = next(
        (known for known in ("lead-ada", "crm:4711", CANARY) if known.encode() in (record.value or b"")), "x"
    )
    place = partition_of(lead_id.encode(), PARTITIONS)
    message = forwarded(Strayed(record, NOW, lead_id, place, dice.choice(tuple(Stray))), REPARTITION)
    headers = list(message.headers)
    for _ in range(dice.choice((0, 0, 0, 0, 1, 3))):
        at = dice.randrange(len(headers)) if headers else 0
        name, value = headers[at] if headers else ("x", b"")
        headers[at : at + 1] = [(name, mutated_bytes(dice, value))] if dice.random() < 0.7 else []
    key = message.key if dice.random() < 0.9 else dice.choice((None, b"", b"\xff\xfe", CANARY.encode(), b"crm:4711"))
    partition = place if dice.random() < 0.9 else dice.randrange(PARTITIONS)
    return Record(REPARTITION, partition, dice.randrange(2**40), _stamp(dice), key, message.value, tuple(headers))


def _stamp(dice: random.Random) -> int:
    if dice.random() < 0.9:
        return NOW + dice.randint(-3 * MINUTE, 6 * DAY) if dice.random() < 0.8 else NOW + dice.randint(-DAY, 9 * DAY)
    return dice.choice(STAMPS) if dice.random() < 0.5 else dice.randint(-(2**63), 2**63 - 1)


def _headers(dice: random.Random) -> tuple[tuple[str, bytes | None], ...]:
    if dice.random() < 0.7:
        return ()
    return tuple(
        (dice.choice(HEADER_NAMES), dice.choice((None, b"", CANARY.encode(), *BYTES)))
        for _ in range(dice.choice((1, 2, 30)))
    )


def dead_letter_headers(dice: random.Random) -> str:
    """Try the headers of a dead letter that somebody else wrote, or changed."""
    record = Record("page-views", 0, 7, NOW, b"lead-ada", CANARY.encode())
    letter = OUTPUTS.dead_letter(Refused(record, NOW, Reason.SCHEMA, "broken"), NOW)
    headers: list[tuple[str, bytes | None]] = list(letter.headers)
    for _ in range(dice.choice((1, 1, 2, 5))):
        at = dice.randrange(len(headers)) if headers else 0
        name, value = headers[at] if headers else ("x", b"")
        name = name if dice.random() < 0.8 else f"dead_letter_{dice.choice(TEXTS)[:300]}"
        changed = dice.choice((None, mutated_bytes(dice, value or b""), dice.choice(TEXTS).encode(), b"1e9", b"-1"))
        headers[at : at + dice.choice((0, 1, 1))] = [(name, changed)] if dice.random() < 0.85 else []
    without_dead_letter_headers(headers)
    try:
        DeadLetterHeaders.from_headers(headers)
    except ValidationError as error:
        require(CANARY_PART not in str(error), f"a refusal repeats the input: {error}")
        return "refused"
    return "read"


def _rows() -> list[bytes]:
    """Return rows as the line writes them."""
    found: list[bytes] = []
    for topic in INPUT_TOPICS:
        if topic in (TICKS, REPARTITION):
            continue
        for tree in seeds_of(topic):
            value = written(tree).encode("utf-8", errors="replace")
            lead_id = next((known for known in ("lead-ada", "crm:4711", CANARY) if known.encode() in value), "lead-ada")
            record = Record(topic, partition_of(lead_id.encode(), PARTITIONS), 1, NOW, lead_id.encode(), value)
            answer = DECODER.decoded([Ordered(NOW, record), Ordered(NOW + SECOND, replace(record, offset=2))])[0]
            fold = Fold(_leads(answer), (), 0, RULES, OUTPUTS)
            fold.take(answer)
            found += [encoded_lead(lead) for lead in fold.changes().leads.values()]
    return found


SOURCES = tuple(name for name in INPUT_TOPICS if TOPICS[name].direction == "in")
SOURCE_SEEDS = {name: seeds_of(name) for name in SOURCES}
ROWS = [*_rows(), *EARLIER_ROWS.values()]
LETTER = OUTPUTS.dead_letter(Refused(Record("page-views", 0, 7, NOW, None, None), NOW, Reason.SCHEMA, "broken"), NOW)
ENTRIES = [
    encoded_message(Message("stage-changes", 3, b"lead-ada", b"{}", (("ce_id", b"1"),), NOW)),
    encoded_message(LETTER),
]


def row(dice: random.Random) -> str:
    """Try a lead's row that was damaged."""
    return _stored(decoded_lead, mutated_bytes(dice, dice.choice(ROWS)))


def outbox_entry(dice: random.Random) -> str:
    """Try an outbox entry that was damaged."""
    return _stored(decoded_message, mutated_bytes(dice, dice.choice(ENTRIES)))


def _stored(read: Callable[[bytes], object], data: bytes) -> str:
    try:
        found = read(data)
    except CodecRefused as error:
        require_clean(str(error), CANARY_PART)
        return "refused"
    if not isinstance(found, Lead | Message):
        raise Broken(f"bytes came back as {type(found).__name__}")
    return "read"
