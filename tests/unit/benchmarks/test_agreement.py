"""Peers are held to what the plain code finds."""

import json

import pytest

from benchmarks.peers.agreement import agreement, ends_of


def told(lead_id: str, to: str, score_name: str = "product") -> bytes:
    """Return a stage change as a peer tells it."""
    return json.dumps({"lead_id": lead_id, "score_name": score_name, "from": "x", "to": to}).encode()


def test_a_lead_ends_in_the_stage_that_was_told_last() -> None:
    """On each ladder for itself."""
    changes = [told("ada", "lead"), told("ada", "mql"), told("ada", "learner", "learning"), told("bob", "lead")]

    assert ends_of(changes) == {("ada", "product"): "mql", ("ada", "learning"): "learner", ("bob", "product"): "lead"}


@pytest.mark.parametrize(
    ("changes", "share"),
    [
        ([told("ada", "mql"), told("bob", "lead")], 1.0),
        ([told("ada", "lead"), told("bob", "lead")], 0.5),
        ([told("ada", "mql")], 0.5),
        ([told("ada", "mql"), told("bob", "lead"), told("eve", "lead")], 2 / 3),
    ],
    ids=["the same", "another stage", "one missing", "one too many"],
)
def test_other_ends_are_counted(changes: list[bytes], share: float) -> None:
    """A lead that is elsewhere, did not move or should not have moved is none that agrees."""
    wanted = ends_of([told("ada", "mql"), told("bob", "lead")])

    assert agreement(ends_of(changes), wanted) == pytest.approx(share)


def test_nobody_moved_is_agreement_too() -> None:
    """No share of nothing."""
    assert agreement({}, {}) == 1.0
