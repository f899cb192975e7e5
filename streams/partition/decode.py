"""From a record's bytes to what it says, or to the reason why it is refused. One call decodes a batch.

A bad record harms only itself. What is allowed for time is judged by the append time, which the broker set, never by
this worker's clock; that of a forwarded record is its first one. A good record on the wrong partition, whatever its key
says, is not refused: it strayed, and goes to its owner.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import TypeAdapter, ValidationError

import scorer
from schemas.activities import Activity
from schemas.forwarded import Stray
from schemas.inputs import is_undecodable, refusal_text
from schemas.profile import LeadProfile
from schemas.refusals import Reason
from schemas.topics import TOPICS, input_adapter
from streams.partition.forwarding import OriginUnknown, origin_of
from streams.partition.history import is_history
from streams.partition.records import Decoded, InputRecord, Ordered, Refused, SkippedRecord, Strayed, Taken, Ticked
from streams.partition.replays import first_appended_at
from streams.translation.quick_input import quick_reader
from streams.translation.translate import core_input

NOBODY_ELSE = "nobody but leadstream may write to this topic"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Bounds on a record: its bytes, and how far before and after its append time it may have occurred."""

    record_bytes_max: int
    lateness_max_ms: int
    future_max_ms: int


class _Refusal(Exception):
    """A record breaks a rule."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason: Reason = reason
        self.message = message


@dataclass(frozen=True, slots=True)
class InputNames:
    """Names of input topics, prefix included.

    ``contracts`` gives each topic of producers its name in the catalogue. ``repartition`` carries records from wrong
    partitions, ``ticks`` carries ticks.
    """

    contracts: Mapping[str, str]
    repartition: str
    ticks: str


class RecordDecoder(Protocol):
    """What an owner decodes with."""

    def decoded(self, run: Sequence[Ordered]) -> list[Decoded]:
        """Decode a run of records; one answer for each, in order."""
        ...


class Decoder:
    """Decodes records of all input topics."""

    def __init__(self, names: InputNames, acceptance: Acceptance, partition_of: Callable[[bytes], int] | None) -> None:
        """Prepare one decoder a topic.

        Args:
            names: The input topics.
            acceptance: Bounds.
            partition_of: Where a key belongs; None takes every place as right, where there are no partitions.
        """
        self._adapters: dict[str, TypeAdapter[Activity | LeadProfile]] = {
            topic: input_adapter(name) for topic, name in names.contracts.items()
        }
        self._quick_readers = {topic: quick_reader(TOPICS[name].contract) for topic, name in names.contracts.items()}
        self._names = names
        self._acceptance = acceptance
        self._partition_of = partition_of

    def decoded(self, run: Sequence[Ordered]) -> list[Decoded]:
        """Decode a run of records; one answer for each, in order."""
        answers: list[Decoded] = []
        for item in run:
            if item.record.topic == self._names.ticks:
                # Only its append time matters: a tick of another version, or one that somebody else wrote, is as good.
                answers.append(Ticked(item.record, item.appended_at))
            elif isinstance(item.record, SkippedRecord):
                answers.append(Refused(item.record, item.appended_at, item.record.reason, item.record.message))
            elif item.record.topic == self._names.repartition:
                answers.append(self._received(item))
            else:
                answers.append(self._read(item))
        return answers

    def _read(self, item: Ordered) -> Taken | Refused | Strayed:
        """Decode a record where its producer put it, and see whether that is its lead's partition."""
        record = item.record
        try:
            lead_id, content = self._content(record)
        except _Refusal as refusal:
            return Refused(record, item.appended_at, refusal.reason, refusal.message)
        wanted = record.partition if self._partition_of is None else self._partition_of(lead_id.encode())
        stray = _key_stray(record, lead_id)
        if wanted == record.partition:
            is_past = bool(record.headers) and is_history(record)
            return Taken(record, item.appended_at, lead_id, content, stray=stray, is_history=is_past)
        return Strayed(record, item.appended_at, lead_id, wanted, stray or Stray.WRONG_PARTITION)

    def _received(self, item: Ordered) -> Taken | Refused:
        """Decode a record that was forwarded to this partition, as what it was before.

        One that the line did not put here is refused as it stands; else a refusal names the record's first place.
        """
        record, origin = item.record, None
        try:
            found = origin_of(record, self._adapters.keys())
            self._check_place(record)
            origin = found
            lead_id, content = self._content(origin)
            if _key_stray(record, lead_id) is not None:
                origin = None
                raise _Refusal(Reason.KEY_MISMATCH, "forwarded under a key that is not the lead_id; " + NOBODY_ELSE)
        except OriginUnknown as unknown:
            return Refused(record, item.appended_at, Reason.SCHEMA, str(unknown))
        except _Refusal as refusal:
            return Refused(record, item.appended_at, refusal.reason, refusal.message, origin)
        return Taken(record, item.appended_at, lead_id, content, origin, is_history=is_history(origin))

    def _content(self, record: InputRecord) -> tuple[str, scorer.Activity | scorer.ProfileUpdate]:
        """Return what a record says of which lead.

        Raises:
            _Refusal: If it breaks a rule.
        """
        value = record.value
        if not value:
            raise _Refusal(Reason.UNDECODABLE, "the record has no value; send a JSON object")
        if len(value) > self._acceptance.record_bytes_max:
            rule = f"the value has {len(value)} bytes, at most {self._acceptance.record_bytes_max} are read"
            raise _Refusal(Reason.OVERSIZE, f"{rule}; send less, or raise LEADSTREAM_RECORD_BYTES_MAX")
        content = self._quick_readers[record.topic](value)
        if content is None:
            content = self._read_by_contract(record.topic, value)
        self._check_time(record, content.occurred_at)
        return content.source, content

    def _read_by_contract(self, topic: str, value: bytes) -> scorer.Activity | scorer.ProfileUpdate:
        """Read what is wrong, or seldom seen."""
        try:
            return core_input(self._adapters[topic].validate_json(value))
        except ValidationError as error:
            reason = Reason.UNDECODABLE if is_undecodable(error) else Reason.SCHEMA
            raise _Refusal(reason, refusal_text(error, value)) from None

    def _check_place(self, record: InputRecord) -> None:
        """Refuse a record on `repartition` that no owner of ours put there: those are right by their keys."""
        if record.key is None:
            raise _Refusal(Reason.KEY_MISSING, "forwarded without a key; " + NOBODY_ELSE)
        wanted = record.partition if self._partition_of is None else self._partition_of(record.key)
        if wanted != record.partition:
            message = f"forwarded to partition {record.partition}, and the key belongs to {wanted}"
            raise _Refusal(Reason.WRONG_PARTITION, f"{message}; {NOBODY_ELSE}")

    def _check_time(self, record: InputRecord, occurred_at: int) -> None:
        """Refuse what came too late, or claims a time that is still to come.

        History may be as old as it is. A replay is as late as it was when Kafka first stored it. Whether its time is
        still to come is asked anew: what was the future then may have passed.
        """
        ahead_ms = occurred_at - record.timestamp
        if ahead_ms > self._acceptance.future_max_ms:
            ahead = f"occurred_at is {_seconds(ahead_ms)} s after Kafka stored the record"
            raise _Refusal(
                Reason.FUTURE,
                f"{ahead}, at most {self._acceptance.future_max_ms / 1000:g} s are allowed; set the producer's clock",
            )
        # Headers are read where they matter: no replay makes a record later than it is.
        if -ahead_ms <= self._acceptance.lateness_max_ms:
            return
        late_ms = first_appended_at(record) - occurred_at
        if late_ms > self._acceptance.lateness_max_ms and not is_history(record):
            late = f"Kafka stored the record {_seconds(late_ms)} s after occurred_at"
            allowed = f"at most {self._acceptance.lateness_max_ms / 1000:g} s are allowed"
            raise _Refusal(
                Reason.TOO_LATE, f"{late}, {allowed}; send it sooner, or raise LEADSTREAM_LATENESS_MAX_SECONDS"
            )


def _key_stray(record: InputRecord, lead_id: str) -> Stray | None:
    """Return what is wrong with a record's key."""
    if record.key is None:
        return Stray.KEY_MISSING
    return None if record.key == lead_id.encode() else Stray.KEY_MISMATCH


def _seconds(duration_ms: int) -> str:
    """Return a duration, at least 0, as seconds with their thousandths, however long it is."""
    return f"{duration_ms // 1000}.{duration_ms % 1000:03d}"
