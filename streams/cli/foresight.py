"""Where a lead will stand at an instant to come, if nothing more happens: its wake-ups, walked one by one."""

from scorer import LeadState, Scorecard, advance

STEPS_MAX = 1_000
"""Wake-ups that are walked at most: some years of a lead that fades take a few dozen."""


def stage_at(
    state: LeadState, scorecard: Scorecard, instant: int, score_name: str, *, steps_max: int = STEPS_MAX
) -> str | None:
    """Return the stage that a lead comes to stand in.

    Args:
        state: The lead as it was judged last.
        scorecard: What values it.
        instant: Milliseconds since the epoch, not before the lead was judged last.
        score_name: Which named score's stage.
        steps_max: How many wake-ups to walk.

    Returns:
        The stage; None if there are more wake-ups until then.
    """
    outcome = advance(state, scorecard, state.judged_at)
    for _ in range(steps_max):
        if outcome.wake_at is None or outcome.wake_at > instant:
            return outcome.state.standings[score_name].stage
        outcome = advance(outcome.state, scorecard, outcome.wake_at)
    return None
