"""One partition's leads, changed in stream order: records taken, wake-ups handled, outputs collected.

This is all that scoring does to a partition, without any I/O: the worker runs it between a load and a commit, and
`leadstream score` runs it over a file. Time is the partition's clock: it advances by append times only, and every
wake-up due at or before a record's append time is handled before the record. Knows no Kafka client, no Redis, no wall
clock.
"""

import logging
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass

from schemas.refusals import Reason
from scorer import Activity, JournalBounds, LeadState, Outcome, Scorecard, advance, recall, record, update_profile
from streams.lead.lead import Lead
from streams.monitoring.logs import described, pseudonym
from streams.partition.challenging import running_by, settling_of
from streams.partition.changes import APPLIED, UNMATCHED, Changes, outcome_name
from streams.partition.forwarding import is_taken_again
from streams.partition.history import as_told, is_muted, muted
from streams.partition.outputs import Cause, Outputs
from streams.partition.records import Decoded, Origin, Refused, Strayed, Taken, Ticked
from streams.partition.running import Ran, Running
from streams.partition.settling import IsPublished, Settled, nothing_is_published
from streams.partition.wake_ups import RETRY_MS, WakeUps
from streams.tail.told import ToldStage

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FoldRules:
    """What a fold goes by, beside the leads.

    ``score_interval_ms``: the least time between two records of a lead on `lead-scores`. ``challenger``: judges beside.
    """

    scorecard: Scorecard
    journal_bounds: JournalBounds
    score_interval_ms: int
    challenger: Scorecard | None = None


class Fold:
    """The leads of one partition as records and wake-ups change them."""

    def __init__(
        self,
        leads: MutableMapping[str, Lead],
        due: Iterable[tuple[str, int]],
        clock: int,
        rules: FoldRules,
        outputs: Outputs,
        forwarded: Mapping[str, int] | None = None,
        is_published: IsPublished = nothing_is_published,
    ) -> None:
        """Start from what is known.

        Args:
            leads: Every lead that a record or a wake-up will touch; changed in place.
            due: The wake-ups that may come due, as (lead id, instant in milliseconds).
            clock: The partition's clock, in milliseconds.
            rules: What to go by.
            outputs: Turns outcomes into messages.
            forwarded: Of each place from which records were forwarded to this partition the last offset taken.
            is_published: What downstream has is not told, and no work goes into it.
        """
        self.clock = clock
        self._leads = leads
        self._rules = rules
        self._outputs = outputs
        self._forwarded = dict(forwarded or {})
        self._settling = settling_of(outputs, is_published, rules.score_interval_ms, rules.scorecard, rules.challenger)
        self._begun = running_by(rules.challenger)
        self._wake_ups = WakeUps(due)
        self._running: dict[str, Running] = {}
        self._changes = Changes()

    @property
    def output_bytes(self) -> int:
        """Bytes of the messages that wait to be handed over."""
        return self._changes.output_bytes

    @property
    def next_wake_at(self) -> int | None:
        """The instant of the next wake-up, in milliseconds; None if nobody is to be woken."""
        return self._wake_ups.next_at()

    def take(self, item: Decoded) -> None:
        """Handle one decoded record, after every wake-up that is due at or before it."""
        self.wake_through(item.appended_at)
        match item:
            case Taken() if item.origin is None:  # as nearly all are
                self._record(item)
            case Ticked():
                self._changes.tally.count(item.record.topic, "ticked")
            case Strayed():
                self._forward(item)
            case _ if item.origin is not None and self._is_forwarded_again(item.origin):
                self._changes.tally.count(item.record.topic, "forwarded_again")
            case Refused():
                self._refuse(item)
            case Taken():
                self._record(item)

    def wake_through(self, instant: int) -> None:
        """Handle every wake-up due at or before an instant, each at its own time, and advance the clock to it."""
        while self.wake_some(instant, 1):
            pass

    def wake_some(self, instant: int, count_max: int) -> bool:
        """Handle some of the wake-ups due at or before an instant; the clock reaches it when none is left.

        Returns:
            Whether some are left.
        """
        for _ in range(count_max):
            due_at = self._wake_ups.next_at()
            if due_at is None or due_at > instant:
                self.clock = max(self.clock, instant)
                return False
            lead_id = self._wake_ups.pop()
            self.clock = max(self.clock, due_at)
            self._changes.tally.wake_up_lateness_ms.append(instant - due_at)
            self._advance(lead_id, due_at, Cause.of_wake_up(due_at), has_news=False)
        return True

    def reach(self, instant: int) -> None:
        """Let the clock stand at an instant before which every wake-up was handled."""
        self.clock = max(self.clock, instant)

    def rescore(self, lead_id: str, *, is_by_challenger: bool = False) -> None:
        """Judge a lead anew at the clock, as after a change of scorecard, or of its challenger alone."""
        clock, version = self.clock, self._rules.scorecard.version
        cause = Cause.of_wake_up(clock) if is_by_challenger else Cause.of_scorecard(version, clock)
        # Its score is another one, also if its stage is not: what `lead-scores` has of it is out of date.
        self._advance(lead_id, clock, cause, has_news=not is_by_challenger)

    def stranger(self) -> LeadState:
        """Return how a lead of whom nothing is known stands at the clock."""
        return advance(LeadState(), self._rules.scorecard, self.clock, self._rules.journal_bounds).state

    def correct(self, lead_id: str, told: Mapping[str, ToldStage | None]) -> None:
        """Tell where a lead stands, by named score, that was told otherwise."""
        lead = self.at_rest(lead_id)
        is_past = is_muted(lead)
        try:
            if is_past:
                outcome, stands = Outcome(lead.state), as_told(lead.state, self.stranger())
            else:
                outcome = advance(lead.state, self._rules.scorecard, self.clock, self._rules.journal_bounds)
                stands = outcome.state
            messages = self._outputs.corrections(lead_id, stands, self.clock, told)
        except Exception as error:  # noqa: BLE001 - as in _record; the lead stays as it was told
            log.error("correction_failed lead=%s error=%s", pseudonym(lead_id), described(error))
            self._changes.tally.failed_wake_ups += 1
            return
        shown = Lead(outcome.state, self.clock, is_shown=not is_past, memo=lead.memo)
        settled = Settled(shown, outcome.wake_at, tuple(messages))
        self._keep(lead_id, outcome, self._settling.beside(lead_id, lead, settled, self.clock))

    def withdraw(self, lead_id: str, stranger: LeadState, told: Mapping[str, ToldStage | None]) -> None:
        """Tell of a lead that nobody knows any more that it stands where a stranger does; its score is gone."""
        *changes, _ = self._outputs.corrections(lead_id, stranger, self.clock, told)
        for message in (*changes, self._outputs.no_lead_score(lead_id)):
            self._changes.add(message)

    def at_rest(self, lead_id: str) -> Lead:
        """Let a lead that runs on come to rest in its row; return the row: how it stands after all that was handled."""
        if (running := self._running.pop(lead_id, None)) is not None:
            self._changes.tally.evicted_count += running.streak.evicted_count
            self._store(lead_id, running.row(), running.wake_at)
        return self._leads[lead_id]

    def changes(self) -> Changes:
        """Hand over what changed since the last call."""
        for lead_id in [*self._running]:
            self.at_rest(lead_id)
        handed, self._changes = self._changes, Changes()
        return handed

    def _forward(self, item: Strayed) -> None:
        """Send a record to its owner: nothing of it counts here."""
        match self._outputs.forwarded(item):
            case Refused() as refused:
                self._refuse(refused)
            case message:
                self._changes.add(message)
                self._changes.tally.count(item.record.topic, "forwarded")
                self._changes.tally.count_stray(item.stray, is_forwarded=True)

    def _is_forwarded_again(self, origin: Origin) -> bool:
        """Tell whether a forwarded record was taken before; else note that it is taken now."""
        is_again = is_taken_again(origin, self._forwarded)
        if not is_again:
            self._changes.forwarded[origin.place] = origin.offset
        return is_again

    def _record(self, item: Taken) -> None:
        """Let the core record what came, judged at the clock; all of it, or nothing but a dead letter."""
        rules, content = self._rules, item.content
        ran = self._ran_on(item, content) if isinstance(content, Activity) and not item.is_history else Ran.NOT
        if ran is Ran.ON:
            return
        lead = self.at_rest(item.lead_id)
        is_profile = not isinstance(content, Activity)
        given = (rules.scorecard, self.clock, rules.journal_bounds, lead.outlook)
        try:
            if item.is_history:
                outcome = recall(lead.state, content, *given[:3])
            elif isinstance(content, Activity):
                outcome = record(lead.state, content, *given, is_streak_over=ran is Ran.OUT)
            else:
                outcome = update_profile(lead.state, content, *given)
            settled: Settled | None = None
            if item.is_history and not outcome.is_repeat:
                settled = muted(lead, outcome)
            elif not outcome.is_repeat:
                cause = Cause.of_taken(item, is_profile=is_profile)
                has_news = is_profile or bool(outcome.signals)
                settled = self._settling.settled(item.lead_id, lead, outcome, cause, at=self.clock, has_news=has_news)
        except Exception as error:  # noqa: BLE001 - one record that breaks the core must not stop its whole partition
            # Without the error's text, which may hold personal data.
            log.error(
                "record_failed topic=%s partition=%d offset=%d error=%s",
                *(item.record.topic, item.record.partition, item.record.offset, described(error)),
            )
            message = f"scoring it failed with {type(error).__name__}; the fault is ours: report it, then replay"
            self._refuse(Refused(item.record, item.appended_at, Reason.INTERNAL, message, item.origin))
            return
        if item.stray is not None:
            self._changes.tally.count_stray(item.stray, is_forwarded=False)
        self._changes.tally.count(item.record.topic, outcome_name(content, outcome))
        if settled is not None:
            self._keep(item.lead_id, outcome, settled)

    def _ran_on(self, item: Taken, activity: Activity) -> Ran:
        """Let a lead run on with an activity that changes no judgement, if it is one."""
        lead_id, rules, clock = item.lead_id, self._rules, self.clock
        running = self._running.get(lead_id)
        try:
            if running is None:
                given = (rules.scorecard, rules.journal_bounds, rules.score_interval_ms, clock)
                running = self._begun(self._leads[lead_id], *given)
            is_score_due = running is not None and running.is_score_due(clock)
            if running is None or (is_score_due and not self._settling.is_score_published(Cause.of_taken(item))):
                return Ran.NOT
            signals = running.takes(activity, clock)
        except Exception:  # noqa: BLE001 - what breaks the core breaks it again on the long way, which says so
            return Ran.NOT
        if signals is None:
            return Ran.OUT if running.is_out else Ran.NOT
        self._running[lead_id] = running
        if item.stray is not None:
            self._changes.tally.count_stray(item.stray, is_forwarded=False)
        self._changes.tally.count(item.record.topic, APPLIED if signals else UNMATCHED)
        if is_score_due and not running.is_shown:
            running.show(clock)
            self._changes.spare(self._outputs.topics.lead_scores)
        self._wake_ups.plan(lead_id, running.wake_at)
        return Ran.ON

    def _refuse(self, item: Refused) -> None:
        """Send a record to the dead letters, whole."""
        self._changes.add(self._outputs.dead_letter(item, self.clock))
        self._changes.tally.count(item.record.topic, item.reason.value)

    def _advance(self, lead_id: str, at: int, cause: Cause, *, has_news: bool) -> None:
        """Judge a lead at an instant without an activity."""
        lead = self.at_rest(lead_id)
        try:
            outcome = advance(lead.state, self._rules.scorecard, at, self._rules.journal_bounds, lead.outlook)
            settled = self._settling.settled(lead_id, lead, outcome, cause, at=at, has_news=has_news)
        except Exception as error:  # noqa: BLE001 - as in _record; it is tried again later
            log.error("wake_up_failed lead=%s due_at=%d error=%s", pseudonym(lead_id), at, described(error))
            self._changes.tally.failed_wake_ups += 1
            self._store(lead_id, lead, at + RETRY_MS)
            return
        self._keep(lead_id, outcome, settled)

    def _keep(self, lead_id: str, outcome: Outcome, settled: Settled) -> None:
        """Store what an outcome came to, and queue what is to be told."""
        tally = self._changes.tally
        tally.evicted_count += outcome.evicted_count
        tally.count_moves(outcome.stage_changes, self.clock)
        if settled.challenge is not None:
            tally.challenges.append(settled.challenge)
        for message in settled.messages:
            self._changes.add(message)
        for topic in settled.spared:
            self._changes.spare(topic)
        self._store(lead_id, settled.lead, settled.wake_at)

    def _store(self, lead_id: str, lead: Lead, wake_at: int | None) -> None:
        """Store a lead and when to wake it."""
        self._leads[lead_id] = lead
        self._changes.leads[lead_id] = lead
        self._changes.due[lead_id] = wake_at
        self._wake_ups.plan(lead_id, wake_at)
