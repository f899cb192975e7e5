"""Bugs in what is decided and when: order, time, wake-ups, ids."""

import secrets
from collections.abc import Sequence
from typing import Any

import pytest

from scorer import JournalBounds, Outcome, record
from streams.lead.lead import Lead
from streams.partition import fold, outputs
from streams.partition.changes import Changes
from streams.partition.fold import Fold
from streams.partition.leads import Leads
from streams.partition.merging import Merge
from streams.partition.owner import Owner
from streams.partition.wake_ups import WakeUps
from streams.table.door import Due


def ids_drawn(planted: pytest.MonkeyPatch) -> None:
    """The id of an output is drawn, not derived."""
    planted.setattr(outputs, "_output_id", lambda *_: secrets.token_hex(16))


def wake_ups_after_record(planted: pytest.MonkeyPatch) -> None:
    """A record is handled before the wake-ups that are due at or before it."""

    async def folded_late(_: Owner, folded: Fold, waiting: Any, __: float) -> list[Any]:
        handled = list(waiting)
        waiting.clear()
        for item in handled:
            due, folded._wake_ups = folded._wake_ups, WakeUps(())
            folded.take(item)
            later, folded._wake_ups = folded._wake_ups, due
            for instant, lead_id in later._heap:
                due.plan(lead_id, instant)
            folded.wake_through(item.appended_at)
        return handled

    planted.setattr(Owner, "_folded", folded_late)


def stamped_when_noticed(planted: pytest.MonkeyPatch) -> None:
    """A change that time brought is dated when it was noticed."""

    def noticed(folded: Fold, instant: int, count_max: int) -> bool:
        for _ in range(count_max):
            due_at = folded._wake_ups.next_at()
            if due_at is None or due_at > instant:
                folded.clock = max(folded.clock, instant)
                return False
            folded._advance(folded._wake_ups.pop(), instant, outputs.Cause.of_wake_up(due_at), has_news=False)
        return True

    planted.setattr(Fold, "wake_some", noticed)


def wake_ups_by_the_own_clock(planted: pytest.MonkeyPatch) -> None:
    """An idle owner handles what is due by the worker's clock, and sends no tick."""
    idled = Owner._idle

    async def own(owner: Owner) -> None:
        now = owner._ticker._wall_ms()
        due_at = owner._tenure.next_due_at
        if owner.merge.is_empty() and due_at is not None and due_at <= now:
            _, due = await owner._leads.load([], due_until=now, due_count_max=100)
            leads = await owner._leads.of([lead_id for lead_id, _ in due])
            folded = Fold(leads, due, owner._tenure.clock, owner._judging.rules, owner._judging.outputs)
            folded.wake_through(now)
            await owner._commit(folded, ())
            await owner._publish()
        await idled(owner)

    planted.setattr(Owner, "_idle", own)


def tick_before_the_rest_is_read(planted: pytest.MonkeyPatch) -> None:
    """A tick is handled as soon as it comes."""
    known = Merge._is_order_known

    def hasty(merge: Merge, topic: str, *given: Any) -> bool:
        return topic == merge._tick_topic or known(merge, topic, *given)

    planted.setattr(Merge, "_is_order_known", hasty)


def merge_waits_for_nobody(planted: pytest.MonkeyPatch) -> None:
    """Records are taken though another topic is known to have more."""
    known = Merge._is_order_known

    def impatient(merge: Merge, topic: str, *given: Any) -> bool:
        return topic != merge._tick_topic or known(merge, topic, *given)

    planted.setattr(Merge, "_is_order_known", impatient)


def merge_goes_by_topic(planted: pytest.MonkeyPatch) -> None:
    """Buffered records are taken topic by topic."""
    taken = Merge.take
    planted.setattr(
        Merge, "take", lambda merge, **bounds: sorted(taken(merge, **bounds), key=lambda item: item.record.topic)
    )


def journal_forgets(planted: pytest.MonkeyPatch) -> None:
    """A producer's repeats count again."""

    def forgetful(*given: Any, **named: Any) -> Outcome:
        return record(*(JournalBounds(1, 1) if isinstance(one, JournalBounds) else one for one in given), **named)

    planted.setattr(fold, "record", forgetful)


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


def forgotten_for_others(planted: pytest.MonkeyPatch) -> None:
    """What is at hand is taken out of the cache after the others of its batch were put in, which may forget it."""
    load = Leads.load

    async def asked(leads: Leads, lead_ids: Sequence[str], **due: int) -> tuple[dict[str, Lead], Due]:
        at_hand = leads._cache.held(lead_ids)
        others, due_then = await load(leads, [lead_id for lead_id in lead_ids if lead_id not in at_hand], **due)
        return others | {lead_id: leads._cache.held([lead_id]).get(lead_id, Lead()) for lead_id in at_hand}, due_then

    planted.setattr(Leads, "load", asked)
