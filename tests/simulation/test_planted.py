"""The simulation goes red for each bug that is put into the line on purpose."""

import re

import pytest

from tests.simulation.plants import FOUND_BY, Plant
from tests.simulation.play import play
from tests.simulation.sweep import tidied

SEEDS_MAX = 100
"""Within so many seeds each bug is found; most within a few."""
MISFITS = re.compile(r"failed with (TypeError|AttributeError|NameError|UnboundLocalError)")
"""What a bug says that was made for code of another shape: it is found, but not by what it is to show."""


@pytest.mark.parametrize("plant", FOUND_BY, ids=lambda plant: plant.__name__)
def test_a_bug_is_found(plant: Plant) -> None:
    """Some promise is broken, soon; the same seed keeps them all without the bug."""
    first = FOUND_BY[plant]

    with tidied() as tidy:
        for found in range(first, first + SEEDS_MAX):
            violations = play(found, plant=plant).findings.violations
            if violations:
                break
            tidy()

    assert violations, f"{plant.__name__}: nothing found by seeds {first} to {first + SEEDS_MAX - 1}"
    said = " ".join(violations)
    assert not MISFITS.search(said), f"{plant.__name__} does not fit the code any more: {said}"
    assert play(found).findings.violations == []
