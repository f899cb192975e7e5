"""Examples that meet conditions are found for what scorecards usually ask, and are never wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.foresight.example_text import TEXT_CHARACTERS_MAX, matching_text
from scorer.foresight.examples import fields_for
from scorer.rules.conditions import (
    Condition,
    Contains,
    DomainBook,
    DomainKind,
    Equals,
    Glob,
    OneOf,
    Present,
    Range,
    Regex,
    Test,
    holds,
)

BOOK = DomainBook(free=frozenset({"gmail.com"}), competitor=frozenset({"rival.example"}))


@pytest.mark.parametrize(
    "pattern",
    [
        "^/(docs|guides)/",
        r"(?i)\b(head|director|vp|vice president|chief|c[eti]o)\b",
        r"^/[a-z]+/\d{4}/demo\.html$",
        "a{2,3}?b*c+?",
        "(?:x|y)?[^/]+",
        "(?P<name>[A-Z])[]-]",
        "",
    ],
)
def test_a_text_is_found_for_usual_patterns(pattern: str) -> None:
    """What comes out matches, by the real engine."""
    text = matching_text(pattern)

    assert text is not None
    assert Regex(pattern).passes(text)


@pytest.mark.parametrize("pattern", [r"\p{Lu}", "[[:alpha:]]", "(" * 40 + ")" * 40, "(a{300}){300}", "[a", r"\x41"])
def test_a_pattern_that_is_not_understood_gives_no_text(pattern: str) -> None:
    """Rather none than one that takes for ever or is wrong."""
    assert matching_text(pattern) is None


@given(st.text("ab01-^$.|*+?,()[]{}\\\\dwP<>:", max_size=30))
def test_no_pattern_takes_the_reader_aback(pattern: str) -> None:
    """Whatever it is, there is a text of bounded length or none."""
    text = matching_text(pattern)

    assert text is None or len(text) <= TEXT_CHARACTERS_MAX


@pytest.mark.parametrize(
    "tests",
    [
        (Equals("Demo"),),
        (OneOf(frozenset({3, "three"})),),
        (Range(at_least=50, below=51),),
        (Range(above=0.5, at_most=0.75),),
        (Range(below=-3),),
        (Contains("head of"),),
        (Glob("/pricing*"), Contains("enterprise")),
        (Glob("*/blog/*/demo"), Regex("2026")),
        (Glob("/a*"), Present(is_present=True)),
        (Present(is_present=False),),
        (Present(is_present=True),),
        (DomainKind(frozenset({"free"}), BOOK),),
        (DomainKind(frozenset({"company"}), BOOK),),
    ],
)
def test_fields_are_found_for_usual_conditions(tests: tuple[Test, ...]) -> None:
    """All conditions hold of them, also where two are on one field; of two patterns on one field none is told."""
    conditions = [Condition("field", test) for test in tests]

    fields = fields_for(conditions)

    if any(isinstance(test, Regex) for test in tests):
        assert fields is None
    else:
        assert fields is not None
        assert all(holds(condition, fields) for condition in conditions)


def test_conditions_that_nothing_meets_have_no_example() -> None:
    """A field that is there and is not."""
    assert fields_for([Condition("path", Equals("/a")), Condition("path", Equals("/b"))]) is None
    assert fields_for([Condition("path", Present(is_present=False)), Condition("path", Glob("*"))]) is None
