"""Parts of a file go by the names that people call them."""

import pytest

from streams.scorecards.parts import Path, key_of, part_of, value_at

DATA = {"scores": {"product": {"stages": ({"name": "subscriber"}, {"name": 5}, "mql")}}}


@pytest.mark.parametrize(
    ("path", "name", "key"),
    [
        ((), "scorecard", ""),
        (("version",), "scorecard", "version"),
        (("signals",), "scorecard", "signals"),
        (("signals", "pricing_viewed"), 'signal "pricing_viewed"', ""),
        (("signals", "pricing_viewed", "where", "stages", "glob"), 'signal "pricing_viewed"', "glob"),
        (("scores", "product", "scale", "highest"), 'score "product"', "highest"),
        (("scores", "product", "fit", "cap"), 'fit of score "product"', "cap"),
        (("scores", "product", "fit", "groups", "company", "cap"), 'group "company"', "cap"),
        (
            ("scores", "product", "engagement", "groups", "web", "criteria", "visits", "decay", "linear"),
            'criterion "visits"',
            "linear",
        ),
        (("scores", "product", "stages", 0, "enter_at"), 'stage "subscriber"', "enter_at"),
        (("scores", "product", "stages", 1, "enter_at"), "stage number 2", "enter_at"),
        (("scores", "product", "stages", 2), "stage number 3", ""),
        (("verdict_weights", "probable_bot"), "scorecard", "probable_bot"),
    ],
)
def test_a_path_leads_into_a_part(path: Path, name: str, key: str) -> None:
    """The smallest part with a name, and the key within it."""
    part = part_of(path, DATA)

    assert part.name == name
    assert key_of(path, part) == key


def test_what_stands_at_a_path_is_found() -> None:
    """In mappings and lists; nothing where nothing stands."""
    assert value_at(DATA, ("scores", "product", "stages", 0, "name")) == "subscriber"
    for path in (
        ("scores", "other"),
        ("scores", "product", "stages", 7),
        ("scores", 0),
        ("scores", "product", "x", "y"),
    ):
        assert value_at(DATA, path) is None


def test_stages_that_are_no_list_are_named_by_their_key() -> None:
    """A mapping in the place of the list has mistakes too, and they are told."""
    assert part_of(("scores", "product", "stages", "mql", "enter_at")).name == 'stage "mql"'
    assert part_of(("scores", "product", "stages", 1, "enter_at")).name == "stage number 2"
