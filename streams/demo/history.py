"""Some weeks of some hundred leads: activities and profiles as producers would have sent them, in the order of time.

Everything follows from the seed and the end: the same ones give the same activities. Nothing lies after the end.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count
from random import Random

from schemas.activities import Activity, CustomActivity, EmailClick, EmailOpen, FormFill, PageView, Unsubscribe
from schemas.contract import Scalar
from schemas.profile import LeadProfile
from streams.demo.people import profile_of
from streams.demo.personas import PAGES, PERSONAS, SECONDS_ON, Persona, Shape

SITE = "https://www.example.com"
MAIL_EVERY = timedelta(days=7)
DAY_HOURS = (7, 20)

Input = Activity | LeadProfile


def history(*, seed: int, leads: int, days: int, until: datetime) -> list[Input]:
    """Return what some leads did and what became known of them.

    Args:
        seed: Decides everything that is left to chance.
        leads: How many leads.
        days: Over how many days.
        until: The last instant, aware.
    """
    dice = Random(seed)
    since = until - timedelta(days=days)
    weights = [persona.share for persona in PERSONAS]
    found: list[Input] = []
    for number in range(1, leads + 1):
        persona = dice.choices(PERSONAS, weights)[0]
        found += _Life(persona, number, since, until, Random(dice.getrandbits(64))).told()
    return sorted((item for item in found if item.occurred_at <= until), key=lambda item: (item.occurred_at, item.id))


class _Life:
    """One lead's part of the history."""

    def __init__(self, persona: Persona, number: int, since: datetime, until: datetime, dice: Random) -> None:
        self._persona = persona
        self._since = since
        self._until = until
        self._dice = dice
        self._numbers = count(1)
        self._person = profile_of(persona.person, dice)
        self._is_known = dice.random() < persona.knows_us
        first_name = str(self._person["first_name"]).lower()
        self.lead_id = f"{first_name}-{number:03}" if self._is_known else f"anonymous-{number:03}"

    def told(self) -> list[Input]:
        """Return everything that this lead did."""
        visits = self._visits()
        told: list[Input] = [item for at in visits for item in self._visit(at)]
        middle = visits[len(visits) // 2]
        told += self._forms(visits)
        told += self._own(middle)
        if self._is_known:
            told.append(self._profile(visits[0] + timedelta(minutes=self._dice.randint(2, 30))))
            told += self._mails(visits[0])
        return told

    def _visits(self) -> list[datetime]:
        """Return when the lead's visits begin, in order."""
        low, high = self._persona.visits
        span = self._until - self._since
        places = sorted(_place(self._persona.shape, self._dice) for _ in range(self._dice.randint(low, high)))
        return [self._at_daytime(self._since + span * place) for place in places]

    def _at_daytime(self, at: datetime) -> datetime:
        """Move an instant into the hours in which people are awake; machines never sleep."""
        at = at.replace(microsecond=0)
        if self._persona.is_machine:
            return at
        hour = self._dice.randint(*DAY_HOURS)
        moved = at.replace(hour=hour, minute=self._dice.randrange(60), second=self._dice.randrange(60))
        return moved if moved <= self._until else at

    def _visit(self, at: datetime) -> Iterator[PageView]:
        """Look at some pages, one after the other."""
        persona, dice = self._persona, self._dice
        sections = list(persona.interests)
        for _ in range(dice.randint(*persona.pages)):
            section = dice.choices(sections, list(persona.interests.values()))[0]
            seconds = 1 if persona.is_machine else dice.randint(*SECONDS_ON[section])
            yield PageView(
                id=self._next_id("view"),
                lead_id=self.lead_id,
                occurred_at=at,
                url=SITE + dice.choice(PAGES[section]),
                duration_seconds=float(seconds),
                verdict="certain_bot" if persona.is_machine else "human",
            )
            at += timedelta(seconds=seconds + dice.randint(1, 5))

    def _forms(self, visits: Sequence[datetime]) -> Iterator[FormFill]:
        """Fill in forms, at one of the later visits."""
        for form, chance in self._persona.forms:
            if self._dice.random() < chance:
                at = visits[self._dice.randint(len(visits) // 2, len(visits) - 1)]
                fields: dict[str, Scalar] = {name: self._person[name] for name in ("first_name", "last_name", "email")}
                yield FormFill(
                    id=self._next_id("form"),
                    lead_id=self.lead_id,
                    occurred_at=at + timedelta(seconds=self._dice.randint(60, 400)),
                    form_id=form,
                    page_url=f"{SITE}/{form.partition('_')[0]}",
                    fields=fields,
                )

    def _own(self, middle: datetime) -> Iterator[CustomActivity]:
        """Do what only this company's tools know."""
        for name, chance in self._persona.own:
            if self._dice.random() < chance:
                is_webinar = name == "webinar_attended"
                properties: dict[str, Scalar] = (
                    {"minutes": self._dice.randint(15, 60)} if is_webinar else {"plan": "team"}
                )
                yield CustomActivity(
                    id=self._next_id("own"),
                    lead_id=self.lead_id,
                    occurred_at=middle + timedelta(hours=self._dice.randint(1, 30)),
                    type=name,
                    properties=properties,
                )

    def _profile(self, at: datetime) -> LeadProfile:
        """Become known."""
        return LeadProfile(
            id=self._next_id("profile"), lead_id=self.lead_id, occurred_at=at, attributes=dict(self._person)
        )

    def _mails(self, since: datetime) -> Iterator[Input]:
        """Get the weekly mail from the first visit on, until it is left."""
        sent_at = since + timedelta(days=1)
        has_left = False
        while (sent_at := sent_at + MAIL_EVERY) <= self._until and not has_left:
            mail = f"weekly-{sent_at:%G-%V}"
            opened_at = sent_at + timedelta(minutes=self._dice.randint(3, 900))
            yield from self._mail(mail, opened_at)
            if self._dice.random() < self._persona.leaves:
                has_left = True
                yield Unsubscribe(
                    id=self._next_id("leave"),
                    lead_id=self.lead_id,
                    occurred_at=opened_at + timedelta(minutes=1),
                    list_id="weekly",
                    mail_id=mail,
                )

    def _mail(self, mail: str, opened_at: datetime) -> Iterator[Input]:
        """Open a mail, or not; follow a link of it, or not."""
        persona, dice = self._persona, self._dice
        if dice.random() >= persona.opens:
            return
        yield EmailOpen(
            id=self._next_id("open"), lead_id=self.lead_id, occurred_at=opened_at, mail_id=mail, campaign="weekly"
        )
        if dice.random() < persona.clicks / persona.opens:
            yield EmailClick(
                id=self._next_id("click"),
                lead_id=self.lead_id,
                occurred_at=opened_at + timedelta(seconds=dice.randint(5, 120)),
                mail_id=mail,
                link_url=f"{SITE}{dice.choice(PAGES['blog'])}?utm_campaign=weekly",
            )

    def _next_id(self, kind: str) -> str:
        return f"{self.lead_id}-{kind}-{next(self._numbers)}"


def _place(shape: Shape, dice: Random) -> float:
    """Return where in the whole span a visit falls, from 0 to 1."""
    match shape:
        case "rising":
            return dice.betavariate(4, 1.3)
        case "fading":
            return dice.betavariate(1.3, 4)
        case "returning":
            return dice.betavariate(2, 8) if dice.random() < 0.5 else 1 - dice.betavariate(1, 20)
        case _:
            return dice.random()
