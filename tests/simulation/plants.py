"""Bugs to be put into the line on purpose, each as somebody who writes it could have made it.

They change the real code while workers run, and nothing while the verdict is found. Fence and commit token are put out
of action in the fake table, which the conformance suite holds equal to the scripts in Redis.
"""

import heapq
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from scorer import JournalBounds, record
from streams.partition import fold, outputs
from streams.partition.changes import Changes
from streams.partition.continuity import Continuity
from streams.partition.fold import Fold
from streams.partition.merging import Merge
from streams.partition.owner import Owner
from streams.partition.partitions import Partitions
from streams.partition.records import Ticked
from streams.partition.tenure import Moved, Tenure
from streams.publisher.door import PublishUnavailable
from streams.table import fake
from streams.table.door import Claim, CommitAnswer, CommitReply, TableUnavailable

Plant = Callable[[pytest.MonkeyPatch], None]
settled = Tenure.check


def fence_off(planted: pytest.MonkeyPatch) -> None:
    """The table lets anybody commit, whoever claimed it last."""
    planted.setattr(fake._Partition, "refusal", lambda *_: None)


def commit_token_unchecked(planted: pytest.MonkeyPatch) -> None:
    """The table takes a commit upon any other."""
    answered = fake.FakeTable._answer

    def lenient(table: fake.FakeTable, *given: Any) -> CommitAnswer:
        answer = answered(table, *given)
        return CommitAnswer.DONE if answer is CommitAnswer.MOVED else answer

    planted.setattr(fake.FakeTable, "_answer", lenient)


def watermark_not_skipped(planted: pytest.MonkeyPatch) -> None:
    """What was delivered again is handled again."""
    planted.setattr(Tenure, "is_fresh", lambda *_: True)


def watermark_one_too_far(planted: pytest.MonkeyPatch) -> None:
    """A commit says that the next record was handled too."""
    built = Tenure.commit_of

    def further(tenure: Tenure, *given: Any, **named: Any) -> Any:
        commit, numbered = built(tenure, *given, **named)
        return replace(commit, watermarks={topic: at + 1 for topic, at in commit.watermarks.items()}), numbered

    planted.setattr(Tenure, "commit_of", further)


def trimmed_before_acknowledged(planted: pytest.MonkeyPatch) -> None:
    """The outbox is emptied, and then published."""
    published = Owner._publish

    async def trimming(owner: Owner) -> None:
        tenure = owner._tenure
        if tenure.unpublished:
            await owner._parts.table.acknowledge(
                owner.partition, tenure.epoch, tenure.owner_token, tenure.unpublished[-1][0]
            )
        await published(owner)

    planted.setattr(Owner, "_publish", trimming)


def published_before_committed(planted: pytest.MonkeyPatch) -> None:
    """Downstream is told first."""
    committed = Owner._commit

    async def hasty(owner: Owner, folded: Fold, *rest: Any) -> None:
        if folded._changes.messages:
            await owner._patiently(partial(owner._parts.publisher.publish, list(folded._changes.messages)))
        await committed(owner, folded, *rest)

    planted.setattr(Owner, "_commit", hasty)


def publication_not_repeated(planted: pytest.MonkeyPatch) -> None:
    """A publication that was not acknowledged is taken to have got through."""

    async def careless(owner: Owner) -> None:
        with suppress(PublishUnavailable):
            await owner._parts.publisher.publish([message for _, message in owner._tenure.unpublished])
        owner._tenure.note_published()

    planted.setattr(Owner, "_publish", careless)


def commit_not_repeated(planted: pytest.MonkeyPatch) -> None:
    """A commit that was not answered is taken to have been applied."""

    async def asked(owner: Owner, ask: Callable[[], Any]) -> Any:
        if getattr(ask, "func", None) != owner._parts.table.commit:
            return await patient(owner, ask)
        try:
            return await ask()
        except TableUnavailable:
            return CommitReply(CommitAnswer.DONE, owner._tenure.next_due_at)

    patient = Owner._patiently
    planted.setattr(Owner, "_patiently", asked)


def outbox_forgotten(planted: pytest.MonkeyPatch) -> None:
    """The next owner does not publish what its predecessor left."""

    def forgetful(claim: Claim) -> Tenure:
        tenure = claimed(claim)
        tenure.note_published()
        return tenure

    claimed = Tenure.of_claim
    planted.setattr(Tenure, "of_claim", forgetful)


def outbox_reversed(planted: pytest.MonkeyPatch) -> None:
    """What a batch decided is told last first."""
    numbered = Tenure.settle

    def backwards(tenure: Tenure, *given: Any) -> None:
        before = len(tenure.unpublished)
        numbered(tenure, *given)
        tenure.unpublished[before:] = tenure.unpublished[before:][::-1]

    planted.setattr(Tenure, "settle", backwards)


def ids_drawn(planted: pytest.MonkeyPatch) -> None:
    """The id of an output is drawn, not derived."""
    planted.setattr(outputs, "_output_id", lambda *_: secrets.token_hex(16))


def wake_ups_after_record(planted: pytest.MonkeyPatch) -> None:
    """A record is handled before the wake-ups that are due at or before it."""

    async def folded_late(_: Owner, folded: Fold, waiting: Any, __: float) -> list[Any]:
        handled = list(waiting)
        waiting.clear()
        for item in handled:
            due, folded._heap = folded._heap, []
            folded.take(item)
            folded._heap = sorted([*due, *folded._heap])
            folded.wake_through(item.appended_at)
        return handled

    planted.setattr(Owner, "_folded", folded_late)


def stamped_when_noticed(planted: pytest.MonkeyPatch) -> None:
    """A change that time brought is dated when it was noticed."""

    def noticed(folded: Fold, instant: int, count_max: int) -> bool:
        for _ in range(count_max):
            due_at = folded.next_wake_at()
            if due_at is None or due_at > instant:
                folded.clock = max(folded.clock, instant)
                return False
            _, lead_id = heapq.heappop(folded._heap)
            folded._advance(lead_id, instant, outputs.Cause.of_wake_up(due_at), has_news=False)
        return True

    planted.setattr(Fold, "wake_some", noticed)


def wake_ups_by_the_own_clock(planted: pytest.MonkeyPatch) -> None:
    """An idle owner handles what is due by the worker's clock, and sends no tick."""
    idled = Owner._idle

    async def own(owner: Owner) -> None:
        now = owner._ticker._wall_ms()
        due_at = owner._tenure.next_due_at
        if owner.merge.is_empty() and due_at is not None and due_at <= now:
            loaded = await owner._leads.load([], due_until=now, due_count_max=100)
            leads = await owner._leads.of([lead_id for lead_id, _ in loaded.due])
            folded = Fold(leads, loaded.due, owner._tenure.clock, owner._judging.rules, owner._judging.outputs)
            folded.wake_through(now)
            await owner._commit(folded, ())
            await owner._publish()
        await idled(owner)

    planted.setattr(Owner, "_idle", own)


def tick_before_the_rest_is_read(planted: pytest.MonkeyPatch) -> None:
    """A tick is handled as soon as it comes."""
    known = Merge._is_order_known
    planted.setattr(Merge, "_is_order_known", lambda merge, topic: topic == merge._tick_topic or known(merge, topic))


def merge_waits_for_nobody(planted: pytest.MonkeyPatch) -> None:
    """Records are taken though another topic is known to have more."""
    planted.setattr(Merge, "_is_order_known", lambda merge, topic: topic != merge._tick_topic)


def merge_goes_by_topic(planted: pytest.MonkeyPatch) -> None:
    """Buffered records are taken topic by topic."""
    taken = Merge.take
    planted.setattr(
        Merge, "take", lambda merge, **bounds: sorted(taken(merge, **bounds), key=lambda item: item.record.topic)
    )


def cache_kept_when_moved(planted: pytest.MonkeyPatch) -> None:
    """An owner that begins again goes on with the leads that it remembers."""
    made, caches = Partitions._owner, dict[tuple[int, int], Any]()

    def remembering(owners: Partitions, claim: Claim) -> Owner:
        owner = made(owners, claim)
        owner._leads._cache = caches.setdefault((id(owners), claim.partition), owner._leads._cache)
        return owner

    planted.setattr(Partitions, "_owner", remembering)


def not_sought_when_moved(planted: pytest.MonkeyPatch) -> None:
    """An owner that begins again reads on where it was."""

    async def nothing(*_: Any) -> None:
        return None

    planted.setattr(Partitions, "_seek", nothing)


def not_looking_when_idle(planted: pytest.MonkeyPatch) -> None:
    """An owner without traffic never looks whether its table went back."""

    async def nothing(_: Owner) -> None:
        return None

    planted.setattr(Owner, "_verify", nothing)


def jump_accepted(planted: pytest.MonkeyPatch) -> None:
    """A run that begins beyond where the table ends is taken at once."""
    planted.setattr(Continuity, "is_next", lambda *_: True)


def already_taken_for_moved(planted: pytest.MonkeyPatch) -> None:
    """A commit that was applied before its answer was lost is taken for a table that moved."""

    def strict(tenure: Tenure, answer: CommitAnswer) -> None:
        if answer is CommitAnswer.ALREADY:
            raise Moved("it was applied already")
        settled(tenure, answer)

    planted.setattr(Tenure, "check", strict)


def journal_forgets(planted: pytest.MonkeyPatch) -> None:
    """A producer's repeats count again."""
    planted.setattr(fold, "record", lambda *given: record(*given[:-1], JournalBounds(1, 1)))


def refused_and_dropped(planted: pytest.MonkeyPatch) -> None:
    """A refused record is counted and goes nowhere."""
    planted.setattr(Fold, "_refuse", lambda *_: None)


def wake_up_of_few_kept(planted: pytest.MonkeyPatch) -> None:
    """A commit says of no lead when to wake it, but of the last one that it changed."""
    handed = Fold.changes

    def few(folded: Fold) -> Changes:
        changes = handed(folded)
        last = next(reversed(changes.due), None)
        changes.due = {lead_id: at if lead_id == last else None for lead_id, at in changes.due.items()}
        return changes

    planted.setattr(Fold, "changes", few)


def clock_by_records_only(planted: pytest.MonkeyPatch) -> None:
    """A tick is counted and wakes nobody."""
    taken = Fold.take
    planted.setattr(Fold, "take", lambda folded, item: None if isinstance(item, Ticked) else taken(folded, item))
