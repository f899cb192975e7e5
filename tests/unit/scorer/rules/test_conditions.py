"""Conditions: each test on each kind of value."""

import pytest

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

BOOK = DomainBook(
    free=frozenset({"gmail.com"}),
    disposable=frozenset({"mailinator.com"}),
    competitor=frozenset({"rival.example"}),
    customer=frozenset({"acme.example"}),
)

PASSES: list[tuple[Test, Scalar]] = [
    (Present(True), ""),
    (Equals("Pricing"), "PRICING"),
    (Equals("Straße"), "STRASSE"),
    (Equals(1), 1.0),
    (Equals(True), True),
    (OneOf(frozenset({"fr", "de", 7})), "DE"),
    (OneOf(frozenset({"fr", "de", 7})), 7.0),
    (Range(at_least=50, at_most=50), 50),
    (Range(above=0.5), 0.51),
    (Range(below=10), -3),
    (Range(), 0),
    (Contains("head OF"), "Head of Sales"),
    (Contains(""), ""),
    (Glob("/pricing*"), "/Pricing/teams?plan=[a]"),
    (Glob("*/demo"), "/blog/2026/demo"),
    (Glob("/a*b*c"), "/a-b-b-c"),
    (Glob("*"), ""),
    (Glob("/what?"), "/what?"),
    (Glob("/pri[c]ing"), "/pri[c]ing"),
    (Glob("a*a"), "aa"),
    (Regex("^/docs/v[0-9]+$"), "/docs/v12"),
    (Regex("(?i)chief"), "the CHIEF engineer"),
    (DomainKind(frozenset({"free"}), BOOK), "GMAIL.com"),
    (DomainKind(frozenset({"company"}), BOOK), "acme.co.uk"),
    (DomainKind(frozenset({"competitor"}), BOOK), "eu.mail.rival.example."),
]

FAILS: list[tuple[Test, Scalar]] = [
    (Present(False), ""),
    (Equals("pricing"), "prices"),
    (Equals(1), True),
    (Equals(True), 1),
    (Equals("1"), 1),
    (Equals(float("nan")), float("nan")),
    (OneOf(frozenset({"1", 0})), False),
    (OneOf(frozenset({True})), 1),
    (OneOf((0, 1)), True),
    (Range(at_least=50), 49.999),
    (Range(above=0), 0),
    (Range(at_most=10), 10.001),
    (Range(below=10), 10),
    (Range(at_least=0), True),
    (Range(at_least=0), "7"),
    (Range(), float("nan")),
    (Contains("7"), 7),
    (Glob("/pricing"), "/pricing/teams"),
    (Glob("a*a"), "a"),
    (Glob("/a*b*c"), "/a-c-b"),
    (Glob("*ab*ab*"), "xxabxx"),
    (Glob("ab*b*b"), "abb"),
    (Glob("*"), 7),
    (Regex("pricing"), "PRICING"),
    (Regex("."), "\ud800"),
    (Regex("1"), 1),
    (DomainKind(frozenset({"company"}), BOOK), "gmail.com"),
    (DomainKind(frozenset({"company"}), BOOK), "not a domain.com"),
    (DomainKind(frozenset({"company"}), BOOK), 12.5),
]


@pytest.mark.parametrize(("test", "value"), PASSES)
def test_a_value_that_fits_passes(test: Test, value: Scalar) -> None:
    """Text in any case, numbers by size, patterns over the whole or a part, domains with their parents."""
    assert holds(Condition("it", test), {"it": value})


@pytest.mark.parametrize(("test", "value"), FAILS)
def test_a_value_that_does_not_fit_fails_and_raises_nothing(test: Test, value: Scalar) -> None:
    """Also one of another type: a boolean is no number, a number no text."""
    assert not holds(Condition("it", test), {"it": value})


@pytest.mark.parametrize(
    "test", [Present(True), Equals(""), OneOf(frozenset()), Range(), Contains(""), Glob("*"), Regex("")]
)
def test_a_missing_field_fails_every_test(test: Test) -> None:
    """Even one that any value would pass."""
    assert not holds(Condition("it", test), {"other": "there"})


def test_a_missing_field_passes_the_test_that_it_is_missing() -> None:
    """The only one that it passes."""
    assert holds(Condition("phone", Present(False)), {"name": "Ada"})


@pytest.mark.parametrize(
    ("domain", "kind"),
    [
        ("rival.example", "competitor"),
        ("shop.acme.example", "customer"),
        ("a.b.mailinator.com", "disposable"),
        (" gmail.com ", "free"),
        ("gmail.com.acme.test", "company"),
        ("example", None),
        ("", None),
        ("a..b", None),
        ("ada@gmail.com", None),
        (f"{'a' * 250}.com", None),
    ],
)
def test_a_domain_has_a_kind(domain: str, kind: str | None) -> None:
    """A subdomain has its parent's; what is not a domain has none."""
    assert BOOK.kind_of(domain) == kind


def test_ones_own_lists_go_before_the_public_ones() -> None:
    """A customer on a free domain is a customer, a competitor among the customers a competitor."""
    book = DomainBook(free=frozenset({"one.test", "two.test"}), customer=frozenset({"one.test", "two.test"}))
    rival = DomainBook(customer=frozenset({"one.test"}), competitor=frozenset({"one.test"}))

    assert book.kind_of("one.test") == "customer"
    assert rival.kind_of("one.test") == "competitor"


@pytest.mark.parametrize("pattern", ["(", "(?=ahead)", r"(a)\1", "a{2000}", "\ud800"])
def test_a_pattern_that_could_take_for_ever_is_refused(pattern: str) -> None:
    """With the pattern, the rule and the way out."""
    with pytest.raises(ValueError, match="RE2") as refusal:
        Regex(pattern)

    assert repr(pattern) in str(refusal.value)
    assert "write it in RE2 syntax" in str(refusal.value)


def test_a_hostile_pattern_takes_no_longer_than_the_text_is() -> None:
    """Where backtracking would take 2 ** 40 steps, this comes back at once."""
    assert not Regex("^(a+)+$").passes("a" * 400 + "!")
    assert not Glob("*a" * 200).passes("a" * 199 + "b")


@pytest.mark.parametrize(
    "pattern", ["(?:.?){1000}x", "(?:a?){1000}b", "(?:(?:a{0,30}){0,30})b", r"(?:\pL?){100}\pN", "(?:.?){300}\n|" * 30]
)
def test_a_pattern_that_repeats_too_much_is_refused(pattern: str) -> None:
    """RE2 takes it, and a worker would be busy with one address for as long as with thousands of activities."""
    with pytest.raises(ValueError, match=r"written out it has .* repeat less: at most 1000 steps"):
        Regex(pattern)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"(?i)^\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+$", "Émilie Dupont"),
        (r"[\w.+-]{1,64}@[\w-]{1,63}\.\w{2,24}", "ada@acme.example"),
        ("[" + chr(0x41F) + "-" + chr(0x44F) + "]{2,80}", "\u043f\u0440\u0438\u0432\u0435\u0442"),
        (r"[\x{1F300}-\x{1FAFF}]", "\U0001f680"),
        ("(?i)" + "|".join(f"word{number}" for number in range(60)), "WORD59"),
        (".{200}", "a" * 200),
    ],
)
def test_a_pattern_that_people_write_is_taken(pattern: str, text: str) -> None:
    """Letters of every script, lists of words, lengths: nothing near the bounds."""
    assert Regex(pattern).passes(text)


def test_equal_conditions_are_equal_whatever_was_prepared_in_them() -> None:
    """Scorecards are compared as values."""
    assert Condition("path", Regex("^/a")) == Condition("path", Regex("^/a"))
    assert hash(Glob("/a*")) == hash(Glob("/a*"))


def test_a_number_and_a_truth_value_are_told_apart() -> None:
    """Python takes 1 and True for equal: as values of one test both stay, as tests of two scorecards they differ."""
    assert all(OneOf((1, True)).passes(value) for value in (1, True))
    assert OneOf((1, True)) != OneOf((1,))
    assert OneOf(("a", 1)) == OneOf((1, "a"))
    assert Equals(1) != Equals(True)
    assert Equals(1) == Equals(1.0)
