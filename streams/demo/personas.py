"""How the demo's leads behave: a table of personas, each with what it looks at, fills in, opens, and when.

Shares are of all leads. Counts are ranges; chances are per lead unless said otherwise. The shape says where in the span
the visits fall: anywhere, more and more, fewer and fewer, or early and again at the end.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Shape = Literal["steady", "rising", "fading", "returning", "once"]

PAGES: Mapping[str, tuple[str, ...]] = {
    "home": ("/", "/?utm_source=search", "/about"),
    "product": ("/product", "/product/integrations", "/product/security", "/customers", "/customers/aurora-logistics"),
    "pricing": ("/pricing", "/pricing/enterprise", "/pricing?plan=team"),
    "docs": ("/docs/quickstart", "/docs/scorecards", "/docs/api", "/guides/lead-scoring", "/guides/decay"),
    "blog": ("/blog", "/blog/what-is-an-mql", "/blog/points-that-fade", "/blog/sales-and-marketing"),
    "careers": ("/careers", "/careers/engineer", "/careers/account-executive"),
}
SECONDS_ON: Mapping[str, tuple[int, int]] = {
    "home": (3, 40),
    "product": (15, 120),
    "pricing": (20, 180),
    "docs": (20, 400),
    "blog": (20, 240),
    "careers": (20, 150),
}


@dataclass(frozen=True, slots=True)
class Persona:
    """One way to behave.

    ``visits`` and ``pages`` (a visit) are least and most. ``interests`` weighs the sections of the site. ``forms`` are
    form and chance, filled in after the visits' middle; ``own`` are custom activities and chance. ``opens`` and
    ``clicks`` are chances for each mail, ``leaves`` the chance to leave the newsletter.
    """

    name: str
    share: float
    person: str
    shape: Shape
    visits: tuple[int, int]
    pages: tuple[int, int]
    interests: Mapping[str, float]
    forms: tuple[tuple[str, float], ...] = ()
    own: tuple[tuple[str, float], ...] = ()
    opens: float = 0.0
    clicks: float = 0.0
    leaves: float = 0.0
    knows_us: float = field(default=1.0)
    """Chance that somebody knows who the lead is: else there is no profile, and no mail."""
    is_machine: bool = False


PERSONAS: tuple[Persona, ...] = (
    Persona(
        "passer_by",
        0.46,
        "private",
        "once",
        (1, 2),
        (1, 3),
        {"home": 3, "blog": 4, "product": 2, "pricing": 0.3},
        knows_us=0.05,
    ),
    Persona(
        "newsletter_reader",
        0.16,
        "practitioner",
        "steady",
        (2, 6),
        (1, 3),
        {"blog": 6, "product": 1, "home": 1},
        forms=(("newsletter", 1.0),),
        opens=0.55,
        clicks=0.18,
        leaves=0.12,
    ),
    Persona(
        "researcher",
        0.11,
        "practitioner",
        "steady",
        (3, 6),
        (1, 4),
        {"docs": 6, "product": 2, "blog": 2, "pricing": 0.5},
        forms=(("whitepaper", 0.6),),
        own=(("webinar_attended", 0.35),),
        opens=0.4,
        clicks=0.2,
    ),
    Persona(
        "evaluator",
        0.05,
        "decider",
        "rising",
        (3, 7),
        (2, 6),
        {"product": 4, "pricing": 4, "docs": 3, "home": 1},
        forms=(("whitepaper", 0.4), ("demo", 0.75)),
        own=(("trial_started", 0.5), ("webinar_attended", 0.3)),
        opens=0.6,
        clicks=0.35,
    ),
    Persona(
        "gone_cold",
        0.05,
        "decider",
        "fading",
        (2, 5),
        (2, 6),
        {"product": 4, "pricing": 5, "docs": 2},
        forms=(("demo_short", 0.7),),
        opens=0.15,
        clicks=0.02,
    ),
    Persona(
        "returning_decider",
        0.03,
        "decider",
        "returning",
        (4, 7),
        (3, 7),
        {"product": 3, "pricing": 5, "docs": 1},
        forms=(("demo", 0.6),),
        opens=0.3,
        clicks=0.2,
    ),
    Persona(
        "small_team",
        0.05,
        "small_team",
        "rising",
        (2, 5),
        (2, 5),
        {"pricing": 4, "docs": 3, "product": 2},
        own=(("trial_started", 0.7),),
        opens=0.4,
        clicks=0.2,
    ),
    Persona(
        "job_seeker",
        0.04,
        "learner",
        "steady",
        (2, 5),
        (2, 5),
        {"careers": 8, "home": 2, "blog": 1},
        knows_us=0.3,
    ),
    Persona(
        "competitor",
        0.01,
        "rival",
        "steady",
        (4, 9),
        (4, 10),
        {"pricing": 5, "product": 4, "docs": 4},
        forms=(("demo", 0.5),),
    ),
    Persona("form_spammer", 0.02, "spammer", "once", (1, 2), (1, 2), {"home": 1}, forms=(("demo", 1.0),)),
    Persona(
        "crawler",
        0.02,
        "private",
        "steady",
        (8, 14),
        (8, 20),
        dict.fromkeys(PAGES, 1.0),
        knows_us=0.0,
        is_machine=True,
    ),
)
