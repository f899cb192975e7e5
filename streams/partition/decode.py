"""From a record's bytes to what it says, or to the reason why it is refused. One call decodes a batch.

The rules are checked in the order of `schemas.dead_letter.Reason`; a bad record harms only itself. What is allowed
for time is judged by the append time, which the broker set, never by this worker's clock.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

import scorer
from schemas.activities import Activity
from schemas.dead_letter import Reason
from schemas.inputs import input_adapter, is_undecodable, refusal_text
from schemas.profile import LeadProfile
from streams.partition.merging import Ordered
from streams.partition.records import Decoded, InputRecord, Refused, SkippedRecord, Taken, Ticked
from streams.partition.replays import first_appended_at
from streams.translation.translate import core_input


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


class Decoder:
    """Decodes records of all input topics."""

    def __init__(
        self,
        topics: Mapping[str, str],
        tick_topic: str,
        acceptance: Acceptance,
        partition_of: Callable[[bytes], int] | None,
    ) -> None:
        """Prepare one decoder a topic.

        Args:
            topics: Names of input topics with prefix -> their names in the catalogue.
            tick_topic: Which of them carries ticks.
            acceptance: Bounds.
            partition_of: Where a key belongs; None skips the check, where there are no partitions.
        """
        self._adapters: dict[str, TypeAdapter[Activity | LeadProfile]] = {
            topic: input_adapter(name) for topic, name in topics.items() if topic != tick_topic
        }
        self._tick_topic = tick_topic
        self._acceptance = acceptance
        self._partition_of = partition_of

    def decoded(self, run: Sequence[Ordered]) -> list[Decoded]:
        """Decode a run of records; one answer for each, in order."""
        answers: list[Decoded] = []
        for item in run:
            record = item.record
            if record.topic == self._tick_topic:
                # Only its append time matters: a tick of another version, or one that somebody else wrote, is as good.
                answers.append(Ticked(record, item.appended_at))
                continue
            if isinstance(record, SkippedRecord):
                answers.append(Refused(record, item.appended_at, record.reason, record.message))
                continue
            try:
                lead_id, content = self._content(record)
            except _Refusal as refusal:
                answers.append(Refused(record, item.appended_at, refusal.reason, refusal.message))
            else:
                answers.append(Taken(record, item.appended_at, lead_id, content))
        return answers

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
        try:
            wire = self._adapters[record.topic].validate_json(value)
        except ValidationError as error:
            raise _Refusal(
                Reason.UNDECODABLE if is_undecodable(error) else Reason.SCHEMA, refusal_text(error)
            ) from None
        lead_id, content = wire.lead_id, core_input(wire)
        self._check_key(record, lead_id)
        self._check_time(record, content.occurred_at)
        return lead_id, content

    def _check_key(self, record: InputRecord, lead_id: str) -> None:
        """Refuse a record that its lead's owner would not see."""
        if record.key is None:
            raise _Refusal(Reason.KEY_MISSING, "the record has no key; send the lead_id as key, in UTF-8")
        if record.key != lead_id.encode():
            raise _Refusal(Reason.KEY_MISMATCH, "the key is not the lead_id; send the lead_id as key, in UTF-8")
        if self._partition_of is None:
            return
        wanted = self._partition_of(record.key)
        if wanted != record.partition:
            message = f"the key belongs to partition {wanted}, the record is on {record.partition}"
            raise _Refusal(
                Reason.WRONG_PARTITION,
                f"{message}; use the murmur2 partitioner (librdkafka: partitioner=murmur2_random)",
            )

    def _check_time(self, record: InputRecord, occurred_at: int) -> None:
        """Refuse what came too late, or claims a time that is still to come.

        A replay is as late as it was when Kafka first stored it. Whether its time is still to come is asked anew: what
        was the future then may have passed.
        """
        ahead_ms = occurred_at - record.timestamp
        if ahead_ms > self._acceptance.future_max_ms:
            ahead = f"occurred_at is {ahead_ms / 1000:.3f} s after Kafka stored the record"
            raise _Refusal(
                Reason.FUTURE,
                f"{ahead}, at most {self._acceptance.future_max_ms / 1000:g} s are allowed; set the producer's clock",
            )
        late_ms = first_appended_at(record) - occurred_at
        if late_ms > self._acceptance.lateness_max_ms:
            late = f"Kafka stored the record {late_ms / 1000:.3f} s after occurred_at"
            allowed = f"at most {self._acceptance.lateness_max_ms / 1000:g} s are allowed"
            raise _Refusal(
                Reason.TOO_LATE, f"{late}, {allowed}; send it sooner, or raise LEADSTREAM_LATENESS_MAX_SECONDS"
            )
