"""What has to hold of the compiled modules: they answer as the plain ones do, to the last bit and to the type.

A case is played with whatever modules this process has loaded; what is said of it is text, types and all, so that 10
differs from 10.0. Played in two processes, one of which has the compiled modules, it is to be the same text.
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from scorer import (
    Activity,
    JournalBounds,
    LeadState,
    Outcome,
    Outlook,
    ProfileUpdate,
    Scorecard,
    advance,
    challenged,
    explain,
    explain_all,
    forget,
    merge,
    next_crossing,
    normalised,
    recall,
    record,
    retract,
    streak_of,
    unmerge,
    update_profile,
    value,
)
from streams.lead.codec import CodecRefused, decoded_lead, decoded_message, encoded_lead, encoded_message
from streams.lead.lead import Lead
from streams.partition.fold import Fold, FoldRules
from streams.partition.records import LATEST_APPENDED_AT, Ordered, Taken
from tests.builders.folding import outputs
from tests.builders.records import PAGE_VIEWS, Record
from tests.fuzz.record_targets import DECODER, OUTPUTS, RULES
from tests.promises.histories import LEAVING, STAYING, Step, Story, TakeBack

BATCH_RECORDS = 4
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
SCORE_INTERVAL_MS = 10 * 60_000
HISTORY_EVERY = 7
"""Every so-manieth record of a partition is part of an import."""


class Told(NamedTuple):
    """A story of two leads, as the core is told it."""

    scorecard: Scorecard
    story: Story

    def answers(self) -> Iterator[str]:
        """Say what the core makes of it, step by step, and of what is left at the end."""
        scorecard, (steps, _, bounds) = self
        leads, outlooks = [LeadState(), LeadState()], [None, None]
        for step in steps:
            state, outlook = leads[step.lead], outlooks[step.lead]
            yield from _ran_on(state, outlook, step, scorecard, bounds)
            outcome = _taken(state, outlook, step, scorecard, bounds)
            yield from _said(outcome)
            yield from _said(challenged(outcome.state, state.standings, scorecard, step.now, is_hurried=True))
            leads[step.lead], outlooks[step.lead] = outcome.state, outcome.outlook
            if outcome.wake_at is not None:
                yield from _said(advance(outcome.state, scorecard, outcome.wake_at, bounds, outcome.outlook))
        now = max((step.now for step in steps), default=0)
        both = merge(leads[STAYING], leads[LEAVING], scorecard, now, bounds)
        yield from _said(both)
        parts = unmerge(both.state, "lead-ada", scorecard, now, bounds)
        yield from (*_said(parts.leaving), *_said(parts.staying), repr(forget(both.state)))
        yield repr(normalised(both.state, scorecard, now + bounds.age_ms, bounds).state)
        for at in (now - DAY_MS, now, now + HOUR_MS, now + 40 * DAY_MS):
            yield from _valued(both.state, scorecard, at)


class Line(NamedTuple):
    """The same, as records of a partition, a row of each lead between batches; a challenger judges beside."""

    scorecard: Scorecard
    challenger: Scorecard | None
    story: Story

    def answers(self) -> Iterator[str]:
        """Say what a partition stores and publishes."""
        rules = FoldRules(self.scorecard, self.story.bounds, SCORE_INTERVAL_MS, self.challenger)
        leads, due, clock = {"lead-0": Lead(), "lead-1": Lead()}, dict[str, int | None](), 0
        items = [*self._items()]
        for start in range(0, len(items), BATCH_RECORDS):
            planned = [(lead_id, at) for lead_id, at in due.items() if at is not None]
            fold = Fold(leads, planned, clock, rules, outputs(self.scorecard))
            for item in items[start : start + BATCH_RECORDS]:
                fold.take(item)
            if start == BATCH_RECORDS:
                fold.rescore("lead-0")
                fold.correct("lead-1", dict.fromkeys(self.scorecard.scores))
            changes, clock = fold.changes(), fold.clock
            due |= changes.due
            yield f"{clock} {due} {changes.tally!r} {changes.messages!r}"
            for lead_id, lead in changes.leads.items():
                row = encoded_lead(lead)
                yield f"{lead_id} {row.hex()} {decoded_lead(row)!r}"
                # Every other time as after a restart, when nothing is known of a lead but its row.
                leads[lead_id] = decoded_lead(row) if start // BATCH_RECORDS % 2 else lead

    def _items(self) -> Iterator[Taken]:
        for offset, (now, lead, happened) in enumerate(self.story.steps):
            if not isinstance(happened, TakeBack):
                at = Record(PAGE_VIEWS, 0, offset, now, b"lead-ada", b"{}")
                yield Taken(at, now, f"lead-{lead}", happened, is_history=offset % HISTORY_EVERY == HISTORY_EVERY - 1)


class Received(NamedTuple):
    """Records as they come from outside, good ones and bad ones."""

    records: Sequence[Record]

    def answers(self) -> Iterator[str]:
        """Say what each is decoded to, and what comes of it."""
        for one in self.records:
            appended_at = max(0, min(one.timestamp, LATEST_APPENDED_AT))
            [item] = DECODER.decoded([Ordered(appended_at, one)])
            fold = Fold({item.lead_id: Lead()} if isinstance(item, Taken) else {}, (), 0, RULES, OUTPUTS)
            fold.take(item)
            changes = fold.changes()
            yield f"{item!r} {changes.tally!r} {changes.messages!r}"
            yield from (encoded_lead(lead).hex() for lead in changes.leads.values())
            yield from (encoded_message(message).hex() for message in changes.messages)


class Stored(NamedTuple):
    """What a table could hold: a lead, and bytes that may be one or an entry of the outbox."""

    lead: Lead
    cut_at: int
    flipped: int

    def answers(self) -> Iterator[str]:
        """Say how it is stored, and what is read of it when it is whole and when it is not."""
        row = encoded_lead(self.lead)
        yield f"{row.hex()} {decoded_lead(row)!r}"
        message = outputs(RULES.scorecard).no_lead_score(self.lead.state.judged_by)
        entry = encoded_message(message)
        yield f"{entry.hex()} {decoded_message(entry)!r}"
        for read, data in ((decoded_lead, self._damaged(row)), (decoded_message, self._damaged(entry))):
            try:
                yield repr(read(data))
            except CodecRefused as refused:
                yield str(refused)

    def _damaged(self, data: bytes) -> bytes:
        """Return bytes with one of them another one, perhaps cut off."""
        changed = bytearray(data)
        changed[self.flipped % len(data)] ^= 1 + self.flipped % 255
        return bytes(changed[: self.cut_at or None])


Case = Told | Line | Received | Stored


def answers(cases: Sequence[Case]) -> list[list[str]]:
    """Return what is said of each case; an error that ends one is said, too."""
    said: list[list[str]] = []
    for case in cases:
        said.append([])
        try:
            said[-1].extend(case.answers())
        except Exception as error:  # noqa: BLE001 - whatever it is, the other modules have to fail alike
            said[-1].append(f"{type(error).__name__}: {error}")
    return said


def difference(cases: Sequence[Case], one: Sequence[Sequence[str]], other: Sequence[Sequence[str]]) -> str | None:
    """Return the first words in which two processes differ, with their case; None if they say the same."""
    for case, said, said_too in zip(cases, one, other, strict=True):
        for number, (left, right) in enumerate(zip_longest(said, said_too, fillvalue="nothing more")):
            if left != right:
                at = next((at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), 0)
                shown = slice(max(0, at - 80), at + 80)
                return f"{type(case).__name__}, answer {number}: {left[shown]!r} or {right[shown]!r}; {case!r}"
    return None


def _ran_on(
    state: LeadState, outlook: Outlook | None, step: Step, scorecard: Scorecard, bounds: JournalBounds
) -> Iterator[str]:
    """Say what a streak takes that begins at a step."""
    streak = streak_of(state, outlook, scorecard, step.now, bounds)
    if streak is None or not isinstance(step.happened, Activity):
        yield f"a streak: {streak is not None}"
        return
    happened = step.happened
    for after_ms in (0, 1, HOUR_MS):
        again = happened._replace(fingerprint=happened.fingerprint + 1_000 * after_ms)
        yield repr(streak.takes(again, step.now + after_ms))
    yield f"{streak.state!r} {streak.wake_at!r} {streak.evicted_count!r} {_proved(streak.outlook)}"


def _taken(
    state: LeadState, outlook: Outlook | None, step: Step, scorecard: Scorecard, bounds: JournalBounds
) -> Outcome:
    happened = step.happened
    if isinstance(happened, TakeBack):
        return retract(state, happened.source, happened.fingerprint, scorecard, step.now, bounds)
    if isinstance(happened, ProfileUpdate):
        return update_profile(state, happened, scorecard, step.now, bounds, outlook)
    if happened.fingerprint % HISTORY_EVERY == 0:
        return recall(state, happened, scorecard, step.now, bounds)
    return record(state, happened, scorecard, step.now, bounds, outlook)


def _said(outcome: Outcome) -> Iterator[str]:
    yield repr(outcome)
    yield _proved(outcome.outlook)


def _proved(outlook: Outlook | None) -> str:
    """Return an outlook as text, without the scorecard, which is long."""
    return repr(None if outlook is None else (*outlook[3:],))


def _valued(state: LeadState, scorecard: Scorecard, at: int) -> Iterator[str]:
    for name in scorecard.scores:
        yield f"{value(state, scorecard, at, name)!r} {explain(state, scorecard, at, name)!r}"
    yield f"{explain_all(state, scorecard, at)!r} {next_crossing(state, scorecard, at)!r}"
