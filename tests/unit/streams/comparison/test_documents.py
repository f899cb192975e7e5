"""Machines get the values behind the words."""

import json

from streams.comparison.documents import changes_document
from streams.comparison.scorecard_changes import scorecard_changes
from tests.builders.scorecards import tiny_scorecard


def test_a_change_is_one_object() -> None:
    """With what it was and is, what it stands in, and what it does to the counts of before."""
    (told,) = changes_document(scorecard_changes(tiny_scorecard(), tiny_scorecard(pricing_points=25.0)))

    spot = {"name": "pricing_viewed", "within": ["score default", "engagement", "group behaviour"]}
    assert told == {
        "kind": "changed",
        "part": "criterion",
        "old": spot,
        "new": spot,
        "is_moved": False,
        "keys": [{"key": "points", "old": "20", "new": "25"}],
        "effect": "at_once",
        "meaning": "valued anew at once, with the counts of before",
        "notes": [],
        "text": "criterion pricing_viewed: points 20 -> 25",
    }
    assert json.loads(json.dumps(told)) == told
