"""A change in words stays readable, whatever it holds."""

from streams.comparison.change import MEANINGS, Change, Effect, KeyChange, Kind, Spot, shown


def test_every_effect_has_a_meaning() -> None:
    """People and machines are told what a change does to what was counted before."""
    assert set(MEANINGS) == set(Effect)


def test_of_a_long_list_only_what_came_and_went_is_told() -> None:
    """What stayed is left out, and so are the many after the first ones."""
    old = tuple(f"domain-{number}.example" for number in range(700))

    assert KeyChange("where domain", old, (*old, "new.example")).text == "where domain with new.example"
    assert KeyChange("where domain", old, old[:600]).text.endswith("domain-604.example and 95 more")


def test_a_long_value_is_cut() -> None:
    """A regular expression can have hundreds of characters."""
    assert shown("x" * 500) == "x" * 77 + "..."


def test_read_the_other_way_round_what_came_is_gone() -> None:
    """Keys are turned round with it."""
    came = Change("stage", None, Spot("mql"), (KeyChange("enter_at", None, "40"),))

    assert came.mirrored.kind is Kind.REMOVED
    assert came.mirrored.text == "stage mql: gone (enter_at 40)"
    assert came.mirrored.mirrored == came
