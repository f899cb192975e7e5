"""Who the demo's leads are: invented people and companies, by kind of person. Companies' domains are reserved ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from schemas.contract import Scalar

FIRST_NAMES = (
    *(
        "Ada",
        "Alan",
        "Amina",
        "Barbara",
        "Bao",
        "Carlos",
        "Chen",
        "Diego",
        "Edsger",
        "Elif",
        "Fatima",
        "Frances",
        "Grace",
    ),
    *("Hedy", "Ines", "Jamal", "Joan", "Kofi", "Lena", "Linus", "Mei", "Mira", "Nadia", "Niklaus", "Omar", "Priya"),
    *("Radia", "Sofia", "Tariq", "Uma", "Viktor", "Wanda", "Ximena", "Yuki", "Zofia"),
)
LAST_NAMES = (
    *(
        "Allen",
        "Bauer",
        "Costa",
        "Diallo",
        "Evans",
        "Fischer",
        "Garcia",
        "Hopper",
        "Ivanova",
        "Jensen",
        "Kim",
        "Lovelace",
    ),
    *("Moreau", "Nguyen", "Okafor", "Perlman", "Quist", "Rossi", "Sato", "Turing", "Ueda", "Vargas", "Wirth", "Yilmaz"),
)
COMPANIES = (
    *("Aurora Logistics", "Bluefin Analytics", "Cedar Bank", "Delta Freight", "Ember Robotics", "Fjord Software"),
    *("Granite Insurance", "Harbor Shipping", "Iris Health", "Juniper Retail", "Kestrel Finance", "Lumen Media"),
    *("Meadow Foods", "Northwind Cargo", "Opal Systems", "Pine Payments", "Quarry Steel", "Riverbank Capital"),
)
INDUSTRY_OF_WORD: Mapping[str, str] = {
    **dict.fromkeys(("Logistics", "Freight", "Shipping", "Cargo"), "logistics"),
    **dict.fromkeys(("Analytics", "Software", "Systems", "Robotics"), "software"),
    **dict.fromkeys(("Bank", "Insurance", "Finance", "Payments", "Capital"), "finance"),
    **dict.fromkeys(("Health",), "health"),
    **dict.fromkeys(("Retail", "Foods"), "retail"),
    **dict.fromkeys(("Media", "Steel"), "other"),
}
COUNTRIES = ("BR", "DE", "ES", "FR", "GB", "IN", "JP", "NL", "PL", "SE", "TR", "US")

DECIDERS = ("Head of Sales", "VP Marketing", "Director of Revenue Operations", "CTO", "CIO", "Chief Revenue Officer")
PRACTITIONERS = (
    "Marketing Manager",
    "Sales Engineer",
    "Data Analyst",
    "Growth Manager",
    "CRM Administrator",
    "Developer",
)
LEARNERS = ("Student", "PhD student", "Student assistant")
FREE_DOMAINS = ("gmail.com", "outlook.com", "gmx.de", "yahoo.com")
THROWAWAY_DOMAINS = ("mailinator.com", "yopmail.com", "guerrillamail.com")
RIVAL_DOMAIN = "rival.example"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of person: which titles, which mail domains (none: the company's own), and how large the company is."""

    titles: tuple[str, ...]
    domains: tuple[str, ...] = ()
    company_sizes: tuple[int, int] = (60, 4_000)
    has_company: bool = True


KINDS: Mapping[str, Kind] = {
    "decider": Kind(DECIDERS),
    "practitioner": Kind(PRACTITIONERS),
    "small_team": Kind(PRACTITIONERS, company_sizes=(2, 45)),
    "learner": Kind(LEARNERS, domains=FREE_DOMAINS, has_company=False),
    "private": Kind(PRACTITIONERS, domains=FREE_DOMAINS),
    "spammer": Kind(("asdf", "test"), domains=THROWAWAY_DOMAINS, has_company=False),
    "rival": Kind(DECIDERS + PRACTITIONERS, domains=(RIVAL_DOMAIN,), has_company=False),
}


def profile_of(kind_name: str, dice: Random) -> dict[str, Scalar]:
    """Return what a form and its enrichment say of one invented person.

    Args:
        kind_name: A key of `KINDS`.
        dice: Decides the rest.
    """
    kind = KINDS[kind_name]
    first, last = dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES)
    company = dice.choice(COMPANIES)
    domain = dice.choice(kind.domains) if kind.domains else company.lower().replace(" ", "-") + ".example"
    attributes: dict[str, Scalar] = {
        "first_name": first,
        "last_name": last,
        "email": f"{first}.{last}@{domain}".lower(),
        "job_title": dice.choice(kind.titles),
        "country": dice.choice(COUNTRIES),
    }
    if kind.has_company:
        low, high = kind.company_sizes
        attributes["company"] = company
        attributes["company_size"] = int(low * (high / low) ** dice.random())
        attributes["industry"] = INDUSTRY_OF_WORD[company.split()[-1]]
    return attributes
