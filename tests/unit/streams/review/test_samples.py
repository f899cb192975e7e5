"""What is said of tests of one field (never, always, follows) is true of every value, by the core's own tests."""

from hypothesis import given
from hypothesis import strategies as st

from scorer.facts.activity import Scalar
from scorer.rules.conditions import (
    Condition,
    Contains,
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
from scorer.rules.domains import DomainBook
from streams.review.fields import ANYTHING, FieldValues, field_values
from streams.review.samples import always_holds, can_hold, implies

BOOK = DomainBook(free=frozenset({"gmail.com"}), competitor=frozenset({"rival.example"}))
NUMBERS = st.sampled_from((-1, 0, 1, 1.5, 2, 10, 1e15))
TEXTS = st.sampled_from(("", "a", "A", "ab", "1", "gmail.com", "eu.RIVAL.example", "acme.example", "Straße", "STRASSE"))
VALUES: st.SearchStrategy[Scalar | None] = st.none() | st.booleans() | NUMBERS | TEXTS
SCALARS: st.SearchStrategy[Scalar] = st.booleans() | NUMBERS | TEXTS


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    """Return a range with one end at least."""
    names = draw(st.sets(st.sampled_from(("at_least", "above", "at_most", "below")), min_size=1, max_size=2))
    return Range(**{name: draw(NUMBERS) for name in sorted(names)})


TESTS: st.SearchStrategy[Test] = st.one_of(
    st.builds(Present, st.booleans()),
    st.builds(Equals, SCALARS),
    st.builds(OneOf, st.frozensets(SCALARS, min_size=1, max_size=3)),
    ranges(),
    st.builds(Contains, st.sampled_from(("a", "B", "ss"))),
    st.builds(Glob, st.sampled_from(("a*", "*b", "A", "*.example"))),
    st.builds(Regex, st.sampled_from(("a", "^A$", ".*", "(?i)b?", "^$"))),
    st.builds(DomainKind, st.frozensets(st.sampled_from(("free", "competitor", "company")), min_size=1), st.just(BOOK)),
)
ALLOWED = st.sampled_from(
    (
        ANYTHING,
        FieldValues(is_number=False, is_truth=False, is_always_there=True),
        FieldValues(is_text=False, is_truth=False, is_always_there=True, lowest=0.0, highest=10.0, is_whole=True),
    )
)


def may_be(value: Scalar | None, allowed: FieldValues) -> bool:
    """Tell whether a field may hold a value."""
    if value is None:
        return not allowed.is_always_there
    if isinstance(value, bool):
        return allowed.is_truth
    if isinstance(value, str):
        return allowed.is_text
    is_in = allowed.lowest <= value <= allowed.highest and (not allowed.is_whole or value == int(value))
    return allowed.is_number and is_in


def passes(test: Test, value: Scalar | None) -> bool:
    """Tell whether a field with a value, or an absent one, passes a test."""
    return holds(Condition("field", test), {} if value is None else {"field": value})


@given(st.lists(TESTS, min_size=1, max_size=3), ALLOWED, VALUES)
def test_what_can_never_hold_holds_of_no_value(tests: list[Test], allowed: FieldValues, value: Scalar | None) -> None:
    """Never is certain."""
    if may_be(value, allowed) and not can_hold(tests, allowed):
        assert not all(passes(test, value) for test in tests)


@given(TESTS, ALLOWED, VALUES)
def test_what_always_holds_holds_of_every_value(test: Test, allowed: FieldValues, value: Scalar | None) -> None:
    """Always is certain."""
    if may_be(value, allowed) and always_holds(test, allowed):
        assert passes(test, value)


@given(st.lists(TESTS, min_size=1, max_size=2), st.lists(TESTS, min_size=1, max_size=2), ALLOWED, VALUES)
def test_what_follows_holds_wherever_the_rest_does(
    given_tests: list[Test], wanted: list[Test], allowed: FieldValues, value: Scalar | None
) -> None:
    """So two signals that are said to be alike match the same activities."""
    if (
        may_be(value, allowed)
        and implies(given_tests, wanted, allowed)
        and all(passes(one, value) for one in given_tests)
    ):
        assert all(passes(one, value) for one in wanted)


def test_what_excludes_each_other_is_found() -> None:
    """The claims are not empty."""
    text = field_values("form_fill", "form_id")

    assert not can_hold([OneOf(frozenset({"demo"})), Contains("trial")], text)
    assert not can_hold([Equals(42)], text)
    assert not can_hold([Range(above=64)], field_values("form_fill", "field_count"))
    assert not can_hold([Range(above=3, below=4)], field_values("form_fill", "field_count"))
    assert can_hold([Range(above=3, below=4)], ANYTHING)
    assert implies([Equals("Demo")], [OneOf(frozenset({"demo", "trial"}))], text)
    assert not implies([OneOf(frozenset({"demo", "trial"}))], [Equals("Demo")], text)
