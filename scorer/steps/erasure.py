"""Forgetting a lead: nothing of it is left in the state, and nobody is told of a stage that it leaves."""

from scorer.facts.state import LeadState
from scorer.judging.outcome import Outcome


def forget(state: LeadState) -> Outcome:
    """Return the outcome of an erasure: an empty state, no changes, no wake-up.

    The lead that comes back is a new one: it is judged as at its first sight, also within the same millisecond.

    Args:
        state: The lead; whatever it is, nothing of it stays.
    """
    del state
    return Outcome(state=LeadState())
