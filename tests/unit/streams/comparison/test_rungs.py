"""Of two ladders it is known which stage is the same, and which is higher."""

from dataclasses import replace
from math import inf

from scorer.rules.scorecard import Score, Stage
from streams.comparison.ladder import ladder_changes
from streams.comparison.rungs import Rungs
from streams.comparison.scores import ScoreNames
from tests.builders.scorecards import tiny_scorecard


def score(*stages: tuple[str, float]) -> Score:
    """Return a score with a ladder."""
    rungs = tuple(Stage(name, enter_at, enter_at, 0) for name, enter_at in stages)
    return replace(tiny_scorecard().scores["default"], stages=(Stage("subscriber", -inf, -inf, 0), *rungs))


def rungs(old: Score, new: Score) -> Rungs:
    """Return both ladders beside each other."""
    return Rungs(old, new, ScoreNames("default", "default", ladder_changes(old, new).names, {}, {}))


def test_a_renamed_stage_is_the_same() -> None:
    """Neither higher nor lower."""
    both = rungs(score(("lead", 10), ("mql", 30)), score(("lead", 10), ("qualified", 30)))

    assert both.is_same("mql", "qualified")
    assert (both.ascent("mql", "qualified"), both.ascent("lead", "qualified"), both.ascent("mql", "lead")) == (0, 1, -1)


def test_a_new_stage_stands_between_its_neighbours() -> None:
    """Seen from either side."""
    old, new = score(("lead", 10), ("mql", 30)), score(("lead", 10), ("sal", 20), ("mql", 30))

    assert [rungs(old, new).ascent(stage, "sal") for stage in ("subscriber", "lead", "mql")] == [1, 1, -1]
    assert [rungs(new, old).ascent("sal", stage) for stage in ("subscriber", "lead", "mql")] == [-1, -1, 1]


def test_of_two_stages_in_one_place_the_threshold_decides() -> None:
    """One went and another came where it stood."""
    both = rungs(score(("warm", 10)), score(("hot", 20)))

    assert not both.is_same("warm", "hot")
    assert both.ascent("warm", "hot") == 1


def test_in_ladders_of_another_order_the_height_counts() -> None:
    """There is no order that both have."""
    both = rungs(score(("lead", 10), ("mql", 30)), score(("mql", 10), ("lead", 30)))

    assert (both.ascent("lead", "lead"), both.ascent("lead", "mql")) == (1, 0)
