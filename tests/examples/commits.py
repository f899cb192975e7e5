"""Commits to a table as an owner makes them, with what a test does not care about filled in."""

from collections.abc import Mapping
from dataclasses import replace

from streams.table.door import Claim, Commit


def commit_after(
    claim: Claim,
    new_token: str,
    *,
    upon: str | None = None,
    clock: int = 1_000,
    watermarks: Mapping[str, int] | None = None,
    seals: Mapping[str, str] | None = None,
    leads: Mapping[str, bytes] | None = None,
    due: Mapping[str, int | None] | None = None,
    outbox: tuple[tuple[int, bytes], ...] = (),
    next_sequence: int | None = None,
    trimmed_through: int = -1,
    scorecard: str = "card-1",
    forwarded: Mapping[str, int] | None = None,
) -> Commit:
    """Return a commit of a claim's owner upon an earlier one's token. Leads that ``due`` does not name never wake."""
    leads = leads or {}
    last = max((sequence for sequence, _ in outbox), default=claim.next_sequence - 1)
    return Commit(
        partition=claim.partition,
        epoch=claim.epoch,
        owner_token=claim.owner_token,
        expected_token=claim.commit_token if upon is None else upon,
        new_token=new_token,
        clock=clock,
        watermarks=watermarks or {},
        leads=leads,
        due=dict.fromkeys(leads, None) | dict(due or {}),
        outbox=outbox,
        next_sequence=last + 1 if next_sequence is None else next_sequence,
        trimmed_through=trimmed_through,
        scorecard=scorecard,
        seals=seals or {},
        forwarded=forwarded or {},
    )


def claimed_by(owner_token: str, claim: Claim, *, epoch: int | None = None) -> Claim:
    """Return a claim as another owner would hold it."""
    return replace(claim, owner_token=owner_token, epoch=claim.epoch if epoch is None else epoch)
