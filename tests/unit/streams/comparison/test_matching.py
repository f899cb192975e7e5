"""Parts belong together by name, else by what they say."""

from streams.comparison.matching import is_reordered, matched


def first(text: str) -> str:
    """Return a text's first letter."""
    return text[0]


def test_a_name_goes_before_likeness() -> None:
    """What keeps its name is the same, even if something else has become just like it."""
    found = matched(["ada", "abe"], ["abe", "ann"], [str, first])

    assert found.both == (("abe", "abe"), ("ada", "ann"))
    assert (found.gone, found.came) == ((), ())


def test_what_is_like_nothing_came_or_is_gone() -> None:
    """Each in its own order."""
    found = matched(["ada", "bob"], ["cid", "ann"], [str, first])

    assert (found.both, found.gone, found.came) == ((("ada", "ann"),), ("bob",), ("cid",))


def test_of_several_that_are_alike_the_first_belongs_to_the_first() -> None:
    """Seen from the other side it is the same."""
    forth = matched(["a1", "a2"], ["a3", "a4", "a5"], [str, first])
    back = matched(["a3", "a4", "a5"], ["a1", "a2"], [str, first])

    assert forth.both == (("a1", "a3"), ("a2", "a4"))
    assert back.both == (("a3", "a1"), ("a4", "a2"))


def test_what_came_between_is_no_other_order() -> None:
    """Only what both have is looked at."""
    old, new = ["x", "y"], ["new", "x", "more", "y"]

    assert not is_reordered(old, new, matched(old, new, [str]))
    assert is_reordered(old, new[::-1], matched(old, new[::-1], [str]))
