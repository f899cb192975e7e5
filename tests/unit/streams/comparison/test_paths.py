"""What sort of difference there is between two ways up and down a ladder."""

import pytest

from streams.comparison.causes import Cause
from streams.comparison.paths import MOVES_KEPT_MAX, Path, Sort
from streams.comparison.rungs import Rungs
from streams.comparison.scores import ScoreNames
from tests.builders.scorecards import tiny_scorecard

SCORE = tiny_scorecard().scores["default"]
STAGES = [stage.name for stage in SCORE.stages]
RUNGS = Rungs(SCORE, SCORE, ScoreNames("default", "default", {name: name for name in STAGES}, {}, {}))
END_AT = 100

Moves = list[tuple[int, str]]


def walked(old: Moves, new: Moves) -> Path:
    """Return the path of a lead that moves so under the old and the new scorecard."""
    path = Path("subscriber", "subscriber", "subscriber", "subscriber")
    for at, which, stage in sorted([(at, 0, stage) for at, stage in old] + [(at, 1, stage) for at, stage in new]):
        path.moved(which, stage, at)
        if path.settle(RUNGS, at):
            path.part(Cause(at, 1.0, 2.0, ()))
    path.end(END_AT)
    return path


@pytest.mark.parametrize(
    ("old", "new", "sort"),
    [
        ([(1, "lead")], [(1, "lead"), (5, "mql")], Sort.UP),
        ([(1, "lead"), (5, "mql")], [(1, "lead")], Sort.DOWN),
        ([(5, "lead")], [(3, "lead")], Sort.EARLIER),
        ([(5, "lead")], [(8, "lead")], Sort.LATER),
        ([(5, "lead"), (9, "mql")], [(3, "lead"), (11, "mql")], Sort.OTHER_TIMES),
        ([], [(3, "lead"), (7, "subscriber")], Sort.FLIPS),
        ([(3, "mql")], [(3, "lead"), (7, "mql")], Sort.FLIPS),
    ],
)
def test_a_difference_is_of_one_sort(old: Moves, new: Moves, sort: Sort) -> None:
    """By where it ends; where it ends alike, by the stages on the way; else by when."""
    path = walked(old, new)

    assert path.has_differed
    assert path.sort(RUNGS) is sort


def test_the_same_moves_are_no_difference() -> None:
    """Also if one of them passes through a stage within an instant."""
    path = walked([(3, "mql"), (9, "lead")], [(3, "lead"), (3, "mql"), (9, "lead")])

    assert not path.has_differed
    assert path.differed_ms == 0


def test_what_both_did_before_they_parted_is_not_kept() -> None:
    """A list of what differs begins where they part."""
    path = walked([(1, "lead"), (2, "mql")], [(1, "lead"), (2, "mql"), (6, "sql")])

    assert path.old_moves == []
    assert [move.stage for move in path.new_moves] == ["sql"]
    assert path.differed_ms == END_AT - 6


def test_the_first_and_the_last_parting_are_known() -> None:
    """Why they part first, and why they part for good, can be two things."""
    path = walked([(9, "lead"), (30, "mql")], [(5, "lead"), (20, "mql"), (40, "lead")])

    assert path.first is not None
    assert path.last is not None
    assert (path.first.at, path.last.at, path.differed_ms) == (5, 40, 4 + 10 + 60)


def test_a_lead_that_goes_up_and_down_for_ever_needs_no_more_room() -> None:
    """What comes after many moves is counted as going up and down otherwise."""
    restless = [(at, ("lead", "subscriber")[at % 2]) for at in range(2, 2 + 4 * MOVES_KEPT_MAX)]
    path = walked([], restless)

    assert len(path.new_moves) == MOVES_KEPT_MAX
    assert path.sort(RUNGS) is Sort.FLIPS
