"""Who is on a company's site and reads its mails, as tables: what each kind of person does, and how often.

Visitors and readers move within the bottom stage, whatever they do: their points stay below its end under the example
scorecard. Buyers climb.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from streams.demo.people import FREE_DOMAINS, profile_of

SITE = "https://www.example.com"
PAGES = ("/", "/product", "/features", "/about", "/contact", "/integrations", "/security", "/customers")
POSTS = tuple(f"/blog/2026/{number:02d}/how-teams-plan-their-quarter-{number}" for number in range(1, 40))
DOCS = ("/docs/start", "/docs/install", "/docs/api/reference", "/guides/migration", "/guides/first-steps")
PRICING = ("/pricing", "/pricing/teams", "/pricing/enterprise?currency=eur")
REFERRERS = (
    "https://www.google.com/",
    "https://news.ycombinator.com/item?id=1",
    "https://www.linkedin.com/feed/",
    SITE,
)
CAMPAIGNS = ("spring-launch", "product-news", "webinar-invitation", "year-in-review")

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that a person does: on which topic, and how its fields are drawn."""

    topic: str
    drawn: Callable[[random.Random], Fields]


Persona = Mapping[Kind, float]
"""What a person does, each with its share."""


def _view(*paths: str, seconds: tuple[int, int]) -> Kind:
    def drawn(dice: random.Random) -> Fields:
        path = dice.choice(paths)
        fields: Fields = {
            "url": f"{SITE}{path}",
            "title": f"{path.rpartition('/')[2].replace('-', ' ').capitalize() or 'Home'} | Example",
            "referrer": dice.choice(REFERRERS),
            "duration_seconds": dice.randint(*seconds),
        }
        verdict = dice.choices(("human", "probable_bot", "certain_bot"), (94, 4, 2))[0]
        return fields if verdict == "human" else {**fields, "verdict": verdict}

    return Kind("page-views", drawn)


def _mail(dice: random.Random) -> Fields:
    mail = f"mail-{dice.randrange(40)}"
    return {"mail_id": mail, "campaign": dice.choice(CAMPAIGNS), "correlation": mail, "channel": "email"}


def _clicked(verdict: str) -> Kind:
    def drawn(dice: random.Random) -> Fields:
        link = f"{SITE}{dice.choice(POSTS)}?utm_source=mail&utm_medium=email&utm_campaign=news"
        return {**_mail(dice), "link_url": link, "verdict": verdict}

    return Kind("email-clicks", drawn)


def _form(form_id: str) -> Kind:
    fields = {"consent": True, "source": "site", "message": "Please tell me more about it."}
    return Kind("form-fills", lambda _: {"form_id": form_id, "page_url": f"{SITE}/contact", "fields": fields})


def _custom(name: str, **properties: tuple[int, int]) -> Kind:
    def drawn(dice: random.Random) -> Fields:
        return {"type": name, "properties": {key: dice.randint(*bounds) for key, bounds in properties.items()}}

    return Kind("custom-activities", drawn)


def _without_points(dice: random.Random) -> Fields:
    """Draw somebody of whom no fit criterion of the example knows anything."""
    attributes = profile_of("small_team", dice)
    mail = f"{attributes['first_name']}.{attributes['last_name']}@{dice.choice(FREE_DOMAINS)}".lower()
    return {"attributes": {**attributes, "email": mail, "industry": "other"}}


def _profile_of(kind: str) -> Kind:
    return Kind("lead-profiles", lambda dice: {"attributes": profile_of(kind, dice)})


_opened = Kind("email-opens", _mail)
_unsubscribed = Kind("unsubscribes", lambda dice: {"mail_id": f"mail-{dice.randrange(40)}", "list_id": "newsletter"})
_nobody_special = Kind("lead-profiles", _without_points)
_unscored = _custom("chat_opened", seconds=(1, 600))

PERSONAS: Mapping[str, Persona] = {
    # At most 5 points for visits, 8 for coming often and 1 for an opened mail; 15 are needed to become a lead.
    "visitor": {
        _view(*PAGES, seconds=(1, 300)): 46,
        _view(*POSTS, seconds=(5, 600)): 24,
        _view(*DOCS, seconds=(1, 25)): 4,
        _view("/careers", "/careers/engineering", seconds=(10, 200)): 3,
        _opened: 8,
        _clicked("certain_bot"): 3,
        _form("newsletter"): 3,
        _unscored: 4,
        _nobody_special: 5,
    },
    # At most 1 point for opening and 12 for clicks.
    "reader": {
        _opened: 58,
        _clicked("human"): 18,
        _clicked("certain_bot"): 8,
        _unsubscribed: 4,
        _form("newsletter"): 3,
        _unscored: 4,
        _nobody_special: 5,
    },
    "buyer": {
        _view(*PAGES, *POSTS, seconds=(5, 300)): 22,
        _view(*PRICING, seconds=(5, 200)): 14,
        _view(*DOCS, seconds=(20, 900)): 16,
        _opened: 12,
        _clicked("human"): 8,
        _form("demo"): 4,
        _form("whitepaper"): 4,
        _form("newsletter"): 2,
        _custom("trial_started", seats=(1, 50)): 2,
        _custom("webinar_attended", minutes=(5, 60)): 5,
        _unscored: 3,
        _unsubscribed: 1,
        _profile_of("decider"): 4,
        _profile_of("practitioner"): 3,
    },
}
