"""Parts of a scorecard are told in the words of its file, and other parts in other words."""

import pytest

from scorer.rules.conditions import Condition, Contains, Equals, Glob, OneOf, Present, Range, Regex
from streams.comparison.wording import number_text, signal_words


@pytest.mark.parametrize(
    ("number", "text"), [(8.0, "8"), (-0.25, "-0.25"), (1e15, "1000000000000000"), (0.1 + 0.2, "0.30000000000000004")]
)
def test_a_number_keeps_its_digits(number: float, text: str) -> None:
    """Else two that differ would be told alike."""
    assert number_text(number) == text


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (Equals("1"), '"1"'),
        (Equals(1), "1"),
        (Equals(True), "true"),
        (OneOf(frozenset({"b", "a"})), ('"a"', '"b"')),
        (Range(above=1, at_most=2.5), "above 1, at_most 2.5"),
        (Present(is_present=False), "is not there"),
        (Contains("head"), 'contains "head"'),
        (Glob("/pricing*"), 'glob "/pricing*"'),
        (Regex("^/docs"), 'regex "^/docs"'),
    ],
)
def test_a_condition_is_told_as_the_file_has_it(test: object, words: object) -> None:
    """Text stands in quotes, so that it is no number."""
    said = signal_words("page_view", (Condition("path", test),), None)  # type: ignore[arg-type]

    assert said == {"activity": "page_view", "where path": words}


def test_nothing_unprintable_is_told() -> None:
    """An escape in a file must not reach a terminal."""
    said = signal_words("page_view", (Condition("pa\u202eth", Equals("\x1b[31m\x9b")),), None)

    assert all(text.isprintable() for pair in said.items() for text in map(str, pair))
