"""What changed from one scorecard to another: told where something differs, nowhere else, and alike from both sides."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from scorer import Scorecard
from streams.comparison.scorecard_changes import scorecard_changes
from streams.example import example_scorecard
from streams.scorecards.loading import read
from tests.promises.comparing import check_changes
from tests.strategies.edits import edited
from tests.strategies.scorecards import scorecards


@settings(max_examples=max(1, settings().max_examples // 2))
@given(scorecards().flatmap(lambda one: st.tuples(st.just(one), edited(one))))
def test_changes_are_told_where_something_differs_and_alike_from_both_sides(pair: tuple[Scorecard, Scorecard]) -> None:
    """A change is told for every edit that no other one takes back; what came from here is gone from there."""
    check_changes(*pair)


@pytest.mark.parametrize("seed", range(3))
def test_comments_and_layout_are_no_changes(seed: int) -> None:
    """Signals in any order, values in other forms, comments, another layout, other words of description: nothing."""
    text = example_scorecard().read_text(encoding="utf-8")
    data: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    data["description"] = "Written anew."
    names = list(data["signals"])
    Random(seed).shuffle(names)
    data["signals"] = {name: data["signals"][name] for name in names}
    written = json.dumps(data, default=str, indent=seed or None)
    copy = "# Laid out by a machine.\n" + written.replace("\n", "  # a remark\n", 3)

    old, new = (read(one.encode(), Path(name)).scorecard for one, name in ((text, "a"), (copy, "b")))

    assert scorecard_changes(old, new).changes == ()
