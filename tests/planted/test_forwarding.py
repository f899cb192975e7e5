"""A forwarded record counts once, whoever loses his last commits; two bugs put in on purpose are noticed."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from streams.partition.fold import Fold
from tests.builders.folding import Partition
from tests.builders.records import NOW, Record, page_view, received

SEEDS = range(20)
RECORDS = 12
HURT_STEPS = 25
"""After so many steps nobody goes back any more, so that all come to rest."""
Sending = Callable[[Sequence[Record]], Sequence[Record]]


def copied(partition: Partition) -> Partition:
    """Return a partition as it is now."""
    leads, due, forwarded = dict(partition.leads), dict(partition.due), dict(partition.forwarded)
    return replace(partition, leads=leads, due=due, forwarded=forwarded, messages=list(partition.messages))


def counted(seed: int, sending: Sending = tuple) -> int:
    """Return how many of a lead's strays count, after a sender and a receiver that each go back a few times.

    Both go back to what they had committed before: the sender forwards again from there, in batches, the receiver takes
    the log again from there. Its journal remembers one activity, so that only the places tell repeats.
    """
    dice = random.Random(seed)
    strays = [page_view(offset=offset, partition=1, id=f"view-{offset}") for offset in range(RECORDS)]
    log: list[Record] = []
    sent, taken, receiver = 0, 0, Partition(journal_entries_max=1)
    kept = [(0, copied(receiver))]
    while sent < RECORDS or taken < len(log):
        is_hurt = len(kept) < HURT_STEPS
        sent = dice.randint(0, sent) if is_hurt and dice.random() < 0.2 else sent
        batch = strays[sent : sent + dice.randint(1, 4)]
        log += [received(one, offset=len(log) + place, at=NOW) for place, one in enumerate(sending(batch))]
        sent += len(batch)
        if is_hurt and dice.random() < 0.2:
            taken, before = dice.choice(kept)
            receiver = copied(before)
        run = log[taken : taken + dice.randint(0, 5)]
        receiver.handle(*run)
        taken += len(run)
        kept.append((taken, copied(receiver)))
    return sum(cell.count for cell in receiver.lead().state.cells.values())


def test_every_stray_counts_once() -> None:
    """Neither lost nor doubled, on every seed."""
    assert {counted(seed) for seed in SEEDS} == {RECORDS}


def test_a_receiver_that_forgets_what_it_took_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: without the place's last offset, what is forwarded again counts again."""
    monkeypatch.setattr(Fold, "_is_forwarded_again", lambda _fold, _item: False)

    assert max(counted(seed) for seed in SEEDS) > RECORDS


def test_a_sender_that_keeps_no_order_is_noticed() -> None:
    """Planted: what overtakes another has it dropped as a repeat."""
    assert min(counted(seed, lambda batch: batch[::-1]) for seed in SEEDS) < RECORDS
