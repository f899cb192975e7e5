"""The public lists of domains, beside the scorecard's own."""

from schemas.scorecard import DomainRules
from streams.scorecards.domains import domain_book


def test_public_lists_know_the_common_domains() -> None:
    """Free and throwaway ones, by lists that others keep."""
    book = domain_book(DomainRules())

    assert book.kind_of("gmail.com") == "free"
    assert book.kind_of("mailinator.com") == "disposable"
    assert book.kind_of("initech.example") == "company"


def test_own_domains_go_in_any_case() -> None:
    """Names of domains have no case."""
    book = domain_book(DomainRules(competitor=("Rival.Example",), customer=("ACME.example",)))

    assert book.kind_of("mail.rival.example") == "competitor"
    assert book.kind_of("acme.example") == "customer"
