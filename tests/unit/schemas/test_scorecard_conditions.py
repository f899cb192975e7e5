"""Conditions in short and in long form."""

import pytest
from pydantic import TypeAdapter, ValidationError

from schemas.scorecard_conditions import DOMAIN_KINDS, Condition, ConditionRules
from scorer.rules.domains import DomainBook

CONDITION: TypeAdapter[ConditionRules] = TypeAdapter(Condition)


@pytest.mark.parametrize("value", ["demo", 5, 2.5, True, ""])
def test_a_bare_value_means_equals(value: object) -> None:
    """The common case is the shortest."""
    assert CONDITION.validate_python(value) == ConditionRules(equals=value)


def test_a_list_means_one_of() -> None:
    """Values of any type, side by side."""
    assert CONDITION.validate_python(("demo", 5, True)) == ConditionRules(one_of=("demo", 5, True))


@pytest.mark.parametrize("value", [(), {"glob": ""}, {"present": 1}, {"at_least": "5"}, {"golb": "x"}, {"one_of": ()}])
def test_a_condition_of_another_shape_is_refused(value: object) -> None:
    """Empty lists and patterns, wrong types, unknown tests."""
    with pytest.raises(ValidationError):
        CONDITION.validate_python(value)


def test_kinds_of_domains_are_the_cores() -> None:
    """The language knows each kind that the core can answer."""
    book = DomainBook(
        free=frozenset({"a.example"}),
        disposable=frozenset({"b.example"}),
        competitor=frozenset({"c.example"}),
        customer=frozenset({"d.example"}),
    )

    assert {book.kind_of(f"{letter}.example") for letter in "abcde"} == set(DOMAIN_KINDS)
