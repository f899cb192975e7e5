"""Ways up, on cards whose numbers can be worked out in the head."""

from dataclasses import replace
from math import inf

from scorer import Activity, LeadState, ProfileUpdate, Scorecard, record, update_profile
from scorer.foresight.course import course
from scorer.foresight.deeds import deeds
from scorer.foresight.fitting import fittings
from scorer.foresight.purse import Purse
from scorer.foresight.rises import Rises, rises
from scorer.rules.conditions import Condition, Glob, Regex
from scorer.rules.scorecard import Frequency, Limit, Measure, NoDecay, Signal, SignalCriterion
from tests.builders.scorecards import DAY, tiny_scorecard

CARD = tiny_scorecard()
"""20 points a view of the prices, 50 a form; lead from 10, mql from 30, sql from 80."""
MINUTES = Measure("minutes", 1)
WEBINAR = Signal("webinar_attended", "webinar", (), MINUTES, 60_000, None)
TRAINED = SignalCriterion("trained", "webinar_attended", 0.5, True, NoDecay(), None, None, None, None, None)


def card_with(*criteria: SignalCriterion, signals: tuple[Signal, ...] = ()) -> Scorecard:
    """Return the tiny scorecard with other criteria on what leads do."""
    score = CARD.scores["default"]
    (group,) = score.engagement.groups
    side = replace(score.engagement, groups=(replace(group, criteria=criteria),))
    known = {**CARD.signals, **{signal.name: signal for signal in signals}}
    return replace(CARD, signals=known, scores={"default": replace(score, engagement=side)})


def viewing(**rules: object) -> SignalCriterion:
    """Return 20 points for each view of the prices, with other rules."""
    plain = SignalCriterion("pricing", "pricing_viewed", 20.0, False, NoDecay(), None, None, None, None, None)
    return replace(plain, **rules)  # type: ignore[arg-type]


def known_lead(card: Scorecard, *activities: Activity) -> LeadState:
    """Return a lead that did something on day 1."""
    state = LeadState()
    for activity in activities or (Activity(1, "ada", "nothing", DAY, {}),):
        state = record(state, activity, card, DAY).state
    return state


def ways(card: Scorecard, *activities: Activity, purse: Purse | None = None) -> Rises:
    """Return the ways up of a lead an hour later."""
    state, at = known_lead(card, *activities), DAY + 3_600_000
    lead = course(state, card, "default").lead_at(at, card)
    assert lead is not None
    return rises(lead, card, "default", at, "ada", purse=purse)


def told(found: Rises) -> list[tuple[str, int, str, float | None]]:
    """Return each way up as stage, count, signal, measure."""
    return [(way.target, way.count, way.deed.signal, way.measure) for way in found.ways]


def test_the_fewest_come_first_for_each_stage_from_the_next_one_up() -> None:
    """One view or one form makes a lead; a form is more than enough; sql takes four views or two forms."""
    found = ways(CARD)

    assert told(found) == [
        ("lead", 1, "form_sent", None),
        ("lead", 1, "pricing_viewed", None),
        ("mql", 1, "form_sent", None),
        ("mql", 2, "pricing_viewed", None),
        ("sql", 2, "form_sent", None),
        ("sql", 4, "pricing_viewed", None),
    ]
    assert [way.stage for way in found.to("lead")] == ["mql", "lead"]


def test_limits_caps_and_gates_have_their_say() -> None:
    """Two a day are 40 points and no more; a cap of 25 is no mql; a gate opens at the fifth view, for 100 points."""
    assert told(ways(card_with(viewing(limit=Limit(2, DAY))))) == [
        ("lead", 1, "pricing_viewed", None),
        ("mql", 2, "pricing_viewed", None),
    ]
    assert told(ways(card_with(viewing(cap=25.0)))) == [("lead", 1, "pricing_viewed", None)]
    gated = ways(card_with(viewing(frequency=Frequency(5, None, 7 * DAY, is_award=False))))
    assert told(gated) == [(stage, 5, "pricing_viewed", None) for stage in ("lead", "mql", "sql")]


def test_a_measure_of_nothing_yet_is_searched_for() -> None:
    """Half a point a minute: 20 minutes make a lead, 60 an mql, 160 an sql, in one webinar."""
    found = ways(card_with(TRAINED, signals=(WEBINAR,)))

    assert told(found) == [
        ("lead", 1, "webinar_attended", 20),
        ("mql", 1, "webinar_attended", 60),
        ("sql", 1, "webinar_attended", 160),
    ]


def test_webinars_are_as_long_as_those_before() -> None:
    """Who stayed for 16 minutes, and for 24, has 20 points, and rises by one more of 20 minutes to mql."""
    card = card_with(TRAINED, signals=(WEBINAR,))
    before = [Activity(number, "ada", "webinar", DAY, {"minutes": minutes}) for number, minutes in ((1, 16), (2, 24))]

    assert told(ways(card, *before)) == [("mql", 1, "webinar_attended", 20), ("sql", 6, "webinar_attended", 20)]


def test_an_activity_counts_for_all_signals_that_take_it() -> None:
    """A view of the prices is a view of a page: it is told, and both bring points."""
    page = Signal("page_viewed", "page_view", (), None, 60_000, None)
    card = card_with(viewing(), viewing(name="visits", signal="page_viewed", points=10.0), signals=(page,))

    found = ways(card)

    assert [(way.count, way.deed.signal, way.deed.also) for way in found.to("mql")] == [
        (1, "pricing_viewed", ("page_viewed",)),
        (3, "page_viewed", ()),
    ]


def test_a_signal_without_an_example_is_named() -> None:
    """Nothing is said of what could not be tried."""
    odd = Signal("odd", "page_view", (Condition("path", Regex(r"\p{Greek}")),), None, 60_000, None)
    card = card_with(viewing(signal="odd"), signals=(odd,))

    assert (ways(card).ways, ways(card).untried) == ((), ("odd",))
    assert list(deeds(known_lead(card), card, "default")) == []


def test_who_stands_at_the_top_has_nowhere_to_rise_to() -> None:
    """No stage, no way."""
    forms = [Activity(number, "ada", "form_fill", DAY, {}) for number in (1, 2)]

    found = ways(CARD, *forms)

    assert (found.ways, found.targets, found.untried) == ((), (), ())


def test_an_empty_purse_is_told() -> None:
    """Then there may be ways that were not tried."""
    found = ways(CARD, purse=Purse(1))

    assert found.is_cut_short
    assert len(found.ways) < 6


def test_a_profile_that_turns_out_so_is_told_with_what_it_makes() -> None:
    """15 points for a software company make a lead of somebody unknown."""
    state = known_lead(CARD)
    (one,) = fittings(state, CARD, "default", DAY, "ada")

    assert (one.criterion.name, one.value, one.points, one.stage) == ("is_software", "software", 15.0, "lead")


def test_a_penalty_is_lifted_by_another_word() -> None:
    """What takes points would no more if the attribute were another one, or known."""
    score = CARD.scores["default"]
    (group,) = score.fit.groups
    (software,) = group.criteria
    fit = replace(score.fit, groups=(replace(group, criteria=(replace(software, points=-15.0),)),))  # type: ignore[type-var]
    card = replace(CARD, scores={"default": replace(score, fit=fit, lowest=-100.0)})
    state = known_lead(card)
    assert fittings(state, card, "default", DAY, "ada") == ()

    said = ProfileUpdate(1, "crm", DAY + 5, {"industry": "software"})
    state = update_profile(state, said, card, DAY + 10).state
    (one,) = fittings(state, card, "default", DAY + 10, "ada")
    assert (one.is_lifted, one.value, one.points) == (True, None, 15.0)


def test_globs_with_room_are_met() -> None:
    """The plainest path that a glob takes is the one without anything in its wildcards."""
    assert CARD.signals["pricing_viewed"].conditions == (Condition("path", Glob("/pricing*")),)
    (first, *_) = deeds(known_lead(CARD), CARD, "default")
    assert first.fields == {"path": "/pricing"}
    assert CARD.scores["default"].stages[0].enter_at == -inf
