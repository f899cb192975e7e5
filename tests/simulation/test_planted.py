"""The simulation goes red for each bug that is put into the line on purpose."""

import pytest

from tests.simulation.plants import FOUND_BY, Plant
from tests.simulation.play import play

SEEDS_MAX = 100
"""Within so many seeds each bug is found; most within a few."""


@pytest.mark.parametrize("plant", FOUND_BY, ids=lambda plant: plant.__name__)
def test_a_bug_is_found(plant: Plant) -> None:
    """Some promise is broken, soon; the same seed keeps them all without the bug."""
    first = FOUND_BY[plant]

    found = next(
        (seed for seed in range(first, first + SEEDS_MAX) if play(seed, plant=plant).findings.violations), None
    )

    assert found is not None, f"{plant.__name__}: nothing found by seeds {first} to {first + SEEDS_MAX - 1}"
    assert play(found).findings.violations == []
