"""Outcomes: an answer that says nothing by default, so that a step names only what it did."""

from scorer import LeadState, Outcome, Retraction


def test_an_outcome_tells_nothing_unless_told_to() -> None:
    """No change, no wake-up, no repeat, no retraction."""
    outcome = Outcome(LeadState())

    assert (outcome.stage_changes, outcome.grade_changes, outcome.wake_at) == ((), (), None)
    assert (outcome.is_repeat, outcome.signals, outcome.evicted_count, outcome.retraction) == (False, (), 0, None)


def test_each_end_of_a_retraction_has_a_name() -> None:
    """They can be logged and counted as they are."""
    assert [str(one) for one in Retraction] == ["taken_back", "repeated", "awaited", "beyond_journal"]
