"""From what was decided to what is published: stage changes, scores, dead letters, and records for another owner.

An id is derived from the decision's cause: the same decision gets the same id, whoever takes it and however often, so a
reader that drops repeated ids sees each change once. Every output goes to the partition number of its owner and carries
the positions before its commit. Only a forwarded record goes elsewhere, without positions: its receiver knows repeats
by its first place.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final, NamedTuple

import scorer
from schemas.cloud_event import LEAD_SCORE_TYPE, STAGE_CHANGE_TYPE, cloud_event_headers
from schemas.refusals import Reason
from scorer import LeadState, Outcome, Scorecard
from streams.partition.dead_letters import Desk, dead_letter
from streams.partition.forwarding import forwarded
from streams.partition.output import Output
from streams.partition.records import InputRecord, Refused, Strayed, Taken
from streams.publisher.door import Message
from streams.tail.positions import ByInstant, ByRecord, Occasion, Positions, header_of
from streams.tail.told import ToldStage
from streams.translation.told import told_lead_score, told_stage_change
from streams.translation.told_fields import ToldCause
from streams.translation.translate import instant_text

CORRECTION: Final = "correction"
CORRECTION_NOTE: Final = (
    "what was told before does not follow from what is stored now: the order across topics was not certain, history "
    "was erased, or the code or the scorecard is newer"
)


class Cause(NamedTuple):
    """What made a decision necessary.

    ``text`` names it uniquely within the lead; ids are derived from it. By its ``occasion`` a replay tells whether its
    outputs were published; None if it cannot. ``record`` is the one that caused it, ``corrects`` the change that a
    correction puts right. Every activity has a cause, and few of them anything to tell: so this is cheap to make.
    """

    kind: str
    text: str
    occasion: Occasion | None
    record: InputRecord | None = None
    corrects: str | None = None

    @property
    def wire(self) -> ToldCause:
        """The same as downstream reads it."""
        note = CORRECTION_NOTE if self.kind == CORRECTION else None
        if self.record is None:
            return ToldCause(self.kind, corrects=self.corrects, note=note)
        return ToldCause(self.kind, self.record.topic, self.record.partition, self.record.offset)

    @classmethod
    def of_record(
        cls, record: InputRecord, *, is_profile: bool = False, forwarded_as: InputRecord | None = None
    ) -> "Cause":
        """Name a record as the cause; if it was forwarded, by its first place, and what it was taken as tells when."""
        taken = forwarded_as or record
        return cls(
            "profile" if is_profile else "activity",
            f"{record.topic}/{record.partition}/{record.offset}",
            ByRecord(taken.topic, taken.offset),
            record,
        )

    @classmethod
    def of_taken(cls, item: Taken, *, is_profile: bool = False) -> "Cause":
        """Name a good record as the cause, by its first place."""
        return cls.of_record(item.origin or item.record, is_profile=is_profile, forwarded_as=item.record)

    @classmethod
    def of_wake_up(cls, due_at: int) -> "Cause":
        """Name the passing of time as the cause."""
        return cls("wake_up", f"wake_up/{due_at}", ByInstant(due_at))

    @classmethod
    def of_correction(cls, told_id: str | None) -> "Cause":
        """Name a change as the cause that a replay has shown not to be so; None if nothing was told."""
        # Not by what it is corrected to: two owners may correct one change, and a reader is to take one of them.
        return cls(CORRECTION, f"correction/{told_id or 'nothing'}", None, corrects=told_id)

    @classmethod
    def of_scorecard(cls, version: str, at: int) -> "Cause":
        """Name another scorecard as the cause, and since when it judges: a version may be in force more than once."""
        return cls("scorecard", f"scorecard/{version}/{at}", ByInstant(at))


ChangeKeeper = Callable[[str, scorer.StageChange, Cause], Message]
"""Makes the message of a lead's stage change and its cause."""


@dataclass(frozen=True, slots=True)
class OutputTopics:
    """Names of the topics that an owner writes to, prefix included."""

    stage_changes: str
    lead_scores: str
    dead_letters: str
    repartition: str
    challenger_stage_changes: str


class Outputs:
    """Builds the messages of one partition."""

    def __init__(
        self,
        topics: OutputTopics,
        partition: int,
        *,
        source: str,
        application_version: str,
        scorecard: Scorecard,
        reasons_max: int,
        message_bytes_max: int = 2 * 1024 * 1024,
        forwarded_bytes_max: int = 1024 * 1024,
    ) -> None:
        """Say where outputs go and who sends them.

        Args:
            topics: Names of the output topics.
            partition: The owner's partition number.
            source: Names this installation in CloudEvents headers.
            application_version: The version of leadstream.
            scorecard: The scorecard in force.
            reasons_max: How many terms a message names.
            message_bytes_max: The largest message that is published.
            forwarded_bytes_max: The largest that the topic of forwarded records takes.
        """
        self.topics = topics
        self._partition = partition
        self._source = source
        self._application_version = application_version
        self._scorecard = scorecard
        self._reasons_max = reasons_max
        self._message_bytes_max = message_bytes_max
        self._forwarded_bytes_max = min(forwarded_bytes_max, message_bytes_max)
        self._keeper: ChangeKeeper | None = None

    def of_challenger(self, scorecard: Scorecard) -> "Outputs":
        """Return what builds the messages by a challenger: its stage changes go to a topic of their own."""
        return Outputs(
            replace(self.topics, stage_changes=self.topics.challenger_stage_changes),
            self._partition,
            source=self._source,
            application_version=self._application_version,
            scorecard=scorecard,
            reasons_max=self._reasons_max,
            message_bytes_max=self._message_bytes_max,
            forwarded_bytes_max=self._forwarded_bytes_max,
        )

    def leave_changes_to(self, keeper: ChangeKeeper) -> None:
        """Have another make the messages of stage changes, and none of dead letters, where nobody publishes them."""
        self._keeper = keeper

    def stage_change(self, lead_id: str, change: scorer.StageChange, cause: Cause) -> Message:
        """Tell downstream that a lead moved."""
        if self._keeper is not None:
            return self._keeper(lead_id, change, cause)
        change_id = stage_change_id(lead_id, change, cause)
        value = told_stage_change(
            change, change_id=change_id, lead_id=lead_id, cause=cause.wire, reasons_max=self._reasons_max
        )
        return self._event(STAGE_CHANGE_TYPE, lead_id, change_id, change.changed_at, value, cause.occasion)

    def corrections(
        self, lead_id: str, state: LeadState, at: int, told: Mapping[str, ToldStage | None]
    ) -> list[Message]:
        """Tell where a lead stands in some scores in which it was told otherwise, and last its scores."""
        messages = []
        cause = Cause.of_correction(None)
        for name, stage in told.items():
            cause = Cause.of_correction(stage.id if stage is not None else None)
            explanation = scorer.explain(state, self._scorecard, at, name)
            change = scorer.StageChange(
                score_name=name,
                from_stage=stage.stage if stage is not None else None,
                to_stage=state.standings[name].stage,
                changed_at=at,
                score=explanation.score,
                grade=state.standings[name].grade,
                reasons=explanation.lines,
                scorecard_version=self._scorecard.version,
            )
            messages.append(self.stage_change(lead_id, change, cause))
        return [*messages, self.lead_score(lead_id, scorer.Outcome(state), at, cause)]

    def no_lead_score(self, lead_id: str) -> Message:
        """Tell readers of the compacted topic that a lead has no score any more."""
        return Message(self.topics.lead_scores, self._partition, lead_id.encode(), None)

    def lead_score(self, lead_id: str, outcome: Outcome, at: int, cause: Cause) -> Message:
        """Tell readers of the compacted topic what a lead is worth at an instant, after a step of its life."""
        profile = None if outcome.outlook is None else outcome.outlook.prepared
        value = told_lead_score(
            scorer.explain_all(outcome.state, self._scorecard, at, profile, outcome.seen),
            lead_id=lead_id,
            state=outcome.state,
            scorecard=self._scorecard,
            scored_at=at,
            reasons_max=self._reasons_max,
        )
        event_id = _output_id("lead_score", lead_id, cause, self._scorecard.version, "")
        return self._event(LEAD_SCORE_TYPE, lead_id, event_id, at, value, cause.occasion)

    def dead_letter(self, item: Refused, at: int) -> Message:
        """Put a refused record aside, whole or as a stub: see `streams.partition.dead_letters`."""
        if self._keeper is not None:
            return Message(self.topics.dead_letters, self._partition, None, None)
        desk = Desk(
            self.topics.dead_letters,
            self._partition,
            self._application_version,
            self._scorecard.version,
            self._message_bytes_max,
        )
        letter = dead_letter(item, at, desk)
        occasion = ByRecord(item.record.topic, item.record.offset)
        return Output(
            letter.topic, letter.partition, letter.key, letter.value, letter.headers, letter.timestamp_ms, occasion
        )

    def forwarded(self, item: Strayed) -> Message | Refused:
        """Send a record on to its lead's partition; refuse one that would be too large with what is said beside it."""
        message = forwarded(item, self.topics.repartition)
        if message.size_bytes <= self._forwarded_bytes_max:
            return message
        rule = f"{item.stray.value}: with its first place beside it the record takes {message.size_bytes} bytes"
        way_out = f"at most {self._forwarded_bytes_max} can be forwarded; send the lead_id as key, or fewer headers"
        return Refused(item.record, item.appended_at, Reason.OVERSIZE, f"{rule}, {way_out}")

    def positioned(self, message: Message, before: Positions, commit: str) -> Message:
        """Add the positions before a message's commit: by them a later owner tells what was published.

        Args:
            message: What is to be published.
            before: Where the partition stood; ``sequence`` is the message's own.
            commit: The commit's token.
        """
        if message.topic == self.topics.repartition:
            return message
        occasion = message.occasion if isinstance(message, Output) else None
        header = header_of(before, commit=commit, occasion=occasion)
        headers = (*message.headers, header)
        return Message(message.topic, message.partition, message.key, message.value, headers, message.timestamp_ms)

    def _event(
        self, event_type: str, lead_id: str, event_id: str, at: int, value: bytes, occasion: Occasion | None
    ) -> Message:
        """Build a CloudEvent about a lead, keyed by it."""
        headers = cloud_event_headers(
            event_id=event_id, source=self._source, event_type=event_type, time=instant_text(at), subject=lead_id
        )
        topic = self.topics.stage_changes if event_type == STAGE_CHANGE_TYPE else self.topics.lead_scores
        return Output(topic, self._partition, lead_id.encode(), value, headers, occasion=occasion)


def stage_change_id(lead_id: str, change: scorer.StageChange, cause: Cause) -> str:
    """Return the id under which a stage change is published."""
    version = "" if cause.kind == CORRECTION else change.scorecard_version
    return _output_id("stage_change", lead_id, cause, version, change.score_name)


def _output_id(kind: str, lead_id: str, cause: Cause, scorecard_version: str, target: str) -> str:
    """Derive an id: the same for the same decision, 32 hexadecimal digits."""
    name = f"{kind}\0{lead_id}\0{cause.text}\0{scorecard_version}\0{target}"
    return blake2b(name.encode(), digest_size=16).hexdigest()
