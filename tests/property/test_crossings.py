"""P2: a change that only time causes is found at its very millisecond: none missed, none made up."""

from hypothesis import given

from tests.promises.crossings import Life, check_life
from tests.strategies.lives import lives


@given(lives())
def test_time_changes_a_stage_at_its_very_millisecond(life: Life) -> None:
    """Second by second the oracle sees what the core foretold, and each stamp is the first instant of its change."""
    check_life(life)
