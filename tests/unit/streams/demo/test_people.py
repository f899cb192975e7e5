"""The demo's people are invented, and fit their kind."""

from random import Random

import pytest

from schemas.profile import LeadProfile
from streams.demo.people import COMPANIES, INDUSTRY_OF_WORD, KINDS, profile_of


@pytest.mark.parametrize("kind", KINDS)
def test_a_person_is_a_good_profile(kind: str) -> None:
    """Every attribute is inside the contract's bounds, and the company's size inside the kind's."""
    low, high = KINDS[kind].company_sizes
    for seed in range(50):
        attributes = profile_of(kind, Random(seed))
        LeadProfile.model_validate(
            {"id": "1", "lead_id": "ada", "occurred_at": "2026-11-22T10:00:00Z", "attributes": attributes}, strict=False
        )
        assert low <= int(attributes.get("company_size", low)) <= high
        assert "@" in str(attributes["email"])


def test_nobody_real_is_named() -> None:
    """A company's address is under a domain that nobody can own."""
    for seed in range(200):
        attributes = profile_of("decider", Random(seed))
        assert str(attributes["email"]).endswith(".example")


def test_every_company_has_an_industry() -> None:
    """The last word of a company's name tells its industry."""
    assert {company.split()[-1] for company in COMPANIES} <= set(INDUSTRY_OF_WORD)
