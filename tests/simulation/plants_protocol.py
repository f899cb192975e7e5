"""Bugs in the protocol: fences, tokens, watermarks, outbox, replay.

Fence and commit token are put out of action in the fake table, which the conformance suite holds equal to the scripts
in Redis.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from scorer import Scorecard
from streams.partition import healing
from streams.partition.changes import Changes
from streams.partition.continuity import Continuity
from streams.partition.correction import CorrectionSteps
from streams.partition.fold import Fold
from streams.partition.owner import Owner
from streams.partition.partitions import Partitions
from streams.partition.recovery import Recovery
from streams.partition.tenure import Moved, Tenure
from streams.partition.upkeep import Upkeep
from streams.publisher.door import PublishUnavailable
from streams.table import fake
from streams.table.door import Claim, CommitAnswer, CommitReply, TableUnavailable
from streams.tail.positions import ByRecord, Occasion, Positions
from streams.tail.told import Told

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
            left = (owner.partition, tenure.epoch, tenure.owner_token, tenure.unpublished[-1][0])
            await owner._patiently(partial(owner._parts.table.acknowledge, *left))
        await published(owner)

    planted.setattr(Owner, "_publish", trimming)


def published_before_committed(planted: pytest.MonkeyPatch) -> None:
    """Downstream is told first."""
    committed = Owner._commit

    async def hasty(owner: Owner, folded: Fold, *rest: Any) -> Changes:
        if folded._changes.messages:
            await owner._patiently(partial(owner._parts.publisher.publish, list(folded._changes.messages)))
        return await committed(owner, folded, *rest)

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

    def forgetful(*given: Any) -> Tenure:
        tenure = claimed(*given)
        tenure.note_published()
        return tenure

    claimed = Tenure.of_claim
    planted.setattr(Tenure, "of_claim", forgetful)


def outbox_reversed(planted: pytest.MonkeyPatch) -> None:
    """What a batch decided is told last first."""
    published = Owner._publish

    async def backwards(owner: Owner) -> None:
        tenure = owner._tenure
        last_first = [message for _, message in tenure.unpublished][::-1]
        sequences = [sequence for sequence, _ in tenure.unpublished]
        tenure.unpublished = list(zip(sequences, last_first, strict=True))
        await published(owner)

    planted.setattr(Owner, "_publish", backwards)


def cache_kept_when_moved(planted: pytest.MonkeyPatch) -> None:
    """An owner that begins again goes on with the leads that it remembers."""
    made, caches = Partitions._owner, dict[tuple[int, int], Any]()

    def remembering(owners: Partitions, claim: Claim, *rest: Any) -> Owner:
        owner = made(owners, claim, *rest)
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

    async def nothing(_: Upkeep) -> None:
        return None

    planted.setattr(Upkeep, "verify", nothing)


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


def clock_of_the_tail_included(planted: pytest.MonkeyPatch) -> None:
    """Wake-ups at the very clock of the tail are taken for published, as those before it are (rule 2)."""

    def covers(tail: Positions, occasion: Occasion) -> bool:
        if isinstance(occasion, ByRecord):
            return occasion.offset <= tail.watermarks.get(occasion.topic, -1)
        return occasion.at <= tail.clock

    planted.setattr(Positions, "covers", covers)


def correction_off(planted: pytest.MonkeyPatch) -> None:
    """A recovery ends as soon as the replay has caught up, whatever leads were told before (rule 3)."""

    async def nothing(_: Told, __: Scorecard, steps: CorrectionSteps) -> int:
        await steps.commit(steps.fold({}), is_last=True)
        return 0

    planted.setattr(healing, "correct", nothing)


def tail_not_looked_at(planted: pytest.MonkeyPatch) -> None:
    """After a rollback everything is published again, as before there were tails."""
    planted.setattr(Recovery, "_is_known", lambda *_: False)
