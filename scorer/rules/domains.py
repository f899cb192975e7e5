"""Which domains are known to be what: free mail, disposable mail, competitors, customers, and everybody else's."""

from dataclasses import dataclass

_DOMAIN_LENGTH_MAX = 253


@dataclass(frozen=True, slots=True)
class DomainBook:
    """Which domains are known to be what; all names in lower case. Every other domain is a company's."""

    free: frozenset[str] = frozenset()
    disposable: frozenset[str] = frozenset()
    competitor: frozenset[str] = frozenset()
    customer: frozenset[str] = frozenset()

    def kind_of(self, domain: str) -> str | None:
        """Return what kind of domain a name is; a subdomain is of its parent's kind.

        The lists that people write for themselves go before the public ones: a competitor, then a customer, then
        disposable, then free.

        Args:
            domain: A domain name such as ``mail.example.com``, in any case, without a mailbox.

        Returns:
            ``"competitor"``, ``"customer"``, ``"disposable"``, ``"free"`` or ``"company"``; None for what is not
            a domain name (no dot, empty labels, spaces, an ``@``, more than 253 characters).

        Example:
            >>> DomainBook(free=frozenset({"gmail.com"})).kind_of("GMail.com")
            'free'
        """
        name = domain.strip().casefold().removesuffix(".")
        labels = name.split(".")
        if (
            len(name) > _DOMAIN_LENGTH_MAX
            or len(labels) < 2
            or not all(labels)
            or any(c in "@/" or c <= " " for c in name)
        ):
            return None
        names = [".".join(labels[start:]) for start in range(len(labels) - 1)]
        for kind, book in (
            ("competitor", self.competitor),
            ("customer", self.customer),
            ("disposable", self.disposable),
            ("free", self.free),
        ):
            if any(name in book for name in names):
                return kind
        return "company"
