"""What changed between two scorecard files is told part by part, in the words of the file."""

from pathlib import Path

import pytest

from streams.comparison.change import Effect
from streams.comparison.scorecard_changes import ScorecardChanges, scorecard_changes
from streams.scorecards.loading import read

FIRST = """\
version: 2026-11
signals:
  pricing_viewed:
    activity: page_view
    where: {path: {glob: "/pricing*"}}
  demo_requested:
    activity: form_fill
    where: {form_id: [demo, demo_short]}
  webinar_attended:
    activity: webinar_attended
    measure: {field: minutes, decimals: 0}
scores:
  interest:
    engagement:
      cap: 80
      groups:
        website:
          cap: 40
          criteria:
            pricing: {signal: pricing_viewed, points: 8, decay: {half_life: 10d}, limit: 2 per 1d}
            silence: {inactivity: {of: [pricing_viewed, demo_requested], for: 30d}, points: -5}
        conversions:
          criteria:
            demo: {signal: demo_requested, points: 35, decay: {linear: 60d}, cap: 35}
            webinar: {signal: webinar_attended, per: measure, points: 0.25, decay: {half_life: 14d}}
    fit:
      groups:
        company:
          criteria:
            address: {where: {email_domain: {domain_kind: [competitor]}}, points: -40}
            size: {where: {company_size: {at_least: 50, at_most: 5000}}, points: 10}
    grades: {fit: {A: 18, B: 8}, engagement: {1: 40, 2: 15}}
    stages:
      - {name: subscriber}
      - {name: lead, enter_at: 15, leave_below: 8}
      - {name: mql, enter_at: 60, leave_below: 28, dwell: 1d}
domains: {competitor: [rival.example]}
"""

Edits = dict[str, str]


def changed(edits: Edits) -> ScorecardChanges:
    """Return what changed from the file to the file after some edits, each of which finds something."""
    text = FIRST
    for old, new in edits.items():
        assert old in text
        text = text.replace(old, new)
    return scorecard_changes(read(FIRST.encode(), Path("a")).scorecard, read(text.encode(), Path("b")).scorecard)


def texts(edits: Edits) -> list[str]:
    """Return what changed, in words."""
    return [change.text for change in changed(edits).changes]


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        ({"points: 8": "points: 10"}, "criterion pricing: points 8 -> 10"),
        ({"half_life: 14d": "half_life: 13d"}, "criterion webinar: half_life 14d -> 13d"),
        ({"linear: 60d": "linear: 1441h"}, "criterion demo: linear 60d -> 1441h"),
        ({"limit: 2 per 1d": "limit: 3 per 1d"}, "criterion pricing: limit 2 per 1d -> 3 per 1d"),
        ({", limit: 2 per 1d": ""}, "criterion pricing: limit 2 per 1d -> none"),
        ({"cap: 35": "cap: 30"}, "criterion demo: cap 35 -> 30"),
        ({"for: 30d": "for: 30d, repeat: true"}, "criterion silence: repeat none -> true"),
        ({"at_least: 50, ": ""}, "criterion size: where company_size at_least 50, at_most 5000 -> at_most 5000"),
        ({"cap: 80": "cap: 70"}, "side engagement: cap 80 -> 70"),
        ({"cap: 40": "cap: 50\n          floor: -5"}, "group website: cap 40 -> 50; floor none -> -5"),
        ({"enter_at: 60": "enter_at: 55"}, "stage mql: enter_at 60 -> 55"),
        ({", dwell: 1d": ""}, "stage mql: dwell 1d -> none"),
        ({"A: 18": "A: 20"}, "score interest: grades of fit A 18, B 8 -> A 20, B 8"),
        ({"domains:": "verdict_weights: {probable_bot: 0.5}\ndomains:"}, "verdict_weights: probable_bot 0.25 -> 0.5"),
        ({"[rival.example]": "[new.example]"}, "domains: competitor with new.example, without rival.example"),
    ],
)  # fmt: skip
def test_a_changed_value_is_told_with_what_it_was(edits: Edits, told: str) -> None:
    """One edit is one change, of the part that it stands in, and the counts of before are valued anew."""
    assert texts(edits) == [told]
    assert [change.effect for change in changed(edits).changes] == [Effect.AT_ONCE]


@pytest.mark.parametrize(
    ("edits", "told", "effect"),
    [
        ({"pricing: {signal": "prices: {signal"}, "criterion prices: was called pricing", Effect.WORDS),
        ({"website:": "site:"}, "group site: was called website", Effect.WORDS),
        ({"name: mql": "name: qualified"}, "stage qualified: was called mql", Effect.PLACED_ANEW),
        ({"interest:": "warmth:"}, "score warmth: was called interest", Effect.PLACED_ANEW),
        ({"demo_requested": "demo_wanted"}, "signal demo_wanted: was called demo_requested", Effect.FROM_ZERO),
    ],
)
def test_another_name_is_told_as_one(edits: Edits, told: str, effect: Effect) -> None:
    """All else equal, it is the same thing under another name; what follows from the name is no change of its own."""
    (change,) = changed(edits).changes

    assert (change.text, change.effect) == (told, effect)


def test_names_that_stand_for_each_other_are_known() -> None:
    """Whoever compares leads by the two scorecards knows which stage, criterion and score is which."""
    found = changed({"name: mql": "name: qualified", "interest:": "warmth:", "pricing: {signal": "prices: {signal"})

    (names,) = found.scores
    assert (names.old, names.new) == ("interest", "warmth")
    assert names.stages == {"subscriber": "subscriber", "lead": "lead", "mql": "qualified"}
    assert names.criteria["pricing"] == "prices"


def test_a_new_signal_needs_a_backfill() -> None:
    """It was never counted; the criteria that look at it are named."""
    found = changed(
        {
            "signals:\n": "signals:\n  docs_read: {activity: page_view}\n",
            "          criteria:\n            demo:": "          criteria:\n"
            "            docs: {signal: docs_read, points: 3, decay: {half_life: 7d}}\n            demo:",
        }
    )

    signal, criterion = found.changes
    assert signal.text == "signal docs_read: new (activity page_view)"
    assert (signal.effect, signal.notes) == (Effect.FROM_ZERO, ("docs begins at nothing",))
    assert criterion.text == "criterion docs: new in group conversions (signal docs_read, half_life 7d, points 3)"


def test_a_decay_that_asks_for_other_buckets_starts_its_signal_at_zero() -> None:
    """A harmless looking edit of a half-life can do it, so it is told first."""
    found = changed({"half_life: 10d": "half_life: 1d"})

    assert list(found.by_effect) == [Effect.FROM_ZERO, Effect.AT_ONCE]
    (signal,) = found.by_effect[Effect.FROM_ZERO]
    assert signal.text == "signal pricing_viewed: buckets 3h -> 30m"
    assert signal.notes == ("pricing, silence begin at nothing",)


def test_other_conditions_leave_old_counts_as_they_were() -> None:
    """Under the same name old and new counts stand together."""
    (change,) = changed({'glob: "/pricing*"': 'glob: "/preise*"'}).changes

    assert change.text == 'signal pricing_viewed: where path glob "/pricing*" -> glob "/preise*"'
    assert change.effect is Effect.FROM_NOW_ON


def test_another_measure_starts_at_zero() -> None:
    """Sums of another scale do not add up with those of before."""
    (change,) = changed({"decimals: 0": "decimals: 1"}).changes

    assert change.text == "signal webinar_attended: measure minutes, 0 decimals -> minutes, 1 decimals"
    assert change.effect is Effect.FROM_ZERO


def test_counts_that_are_kept_for_another_time_are_told() -> None:
    """What is older than the former time is gone already; what is older than the new one goes for good."""
    text = FIRST.replace("linear: 60d", "linear: 62d")
    old, new = (read(one.encode(), Path("a")).scorecard for one in (FIRST, text))

    (longer, _), (shorter, _) = scorecard_changes(old, new).changes, scorecard_changes(new, old).changes

    assert (longer.text, shorter.text) == (
        "signal demo_requested: kept 60d -> 62d",
        "signal demo_requested: kept 62d -> 60d",
    )
    assert longer.notes == ("counts older than 60d are gone already",)
    assert shorter.notes == ("counts older than 60d go, and a roll-back does not bring them back",)


def test_who_ends_a_silence_is_told_signal_by_signal() -> None:
    """What stayed is left out. Who looks at a signal decides its buckets, so its counts can begin at zero."""
    found = changed({"of: [pricing_viewed, demo": "of: [webinar_attended, demo"})

    assert [change.text for change in found.by_effect[Effect.AT_ONCE]] == [
        "criterion silence: inactivity of with webinar_attended, without pricing_viewed"
    ]
    assert [change.text for change in found.by_effect[Effect.FROM_ZERO]] == [
        "signal pricing_viewed: buckets 3h -> 8h",
        "signal webinar_attended: buckets 12h -> 3h",
    ]


def test_what_moves_to_another_group_is_told_as_moved() -> None:
    """It is neither new nor gone."""
    webinar = "            webinar: {signal: webinar_attended, per: measure, points: 0.25, decay: {half_life: 14d}}\n"
    silence = "            silence: {inactivity"

    (change,) = changed({webinar: "", silence: webinar + silence}).changes

    assert change.text == "criterion webinar: moved from group conversions to group website"
    assert change.is_moved


def test_another_order_of_terms_is_told() -> None:
    """Terms are summed in the order of the file, so a score's last bits can differ."""
    old = FIRST[FIRST.index("            address") : FIRST.index("    grades")]
    address, size = old.splitlines(keepends=True)

    assert texts({old: size + address}) == ["group company: order of criteria address, size -> size, address"]


def test_a_whole_score_is_told_in_short() -> None:
    """Not every criterion of it."""
    fit = "    fit: {groups: {all: {criteria: {there: {where: {country: FR}, points: 1}}}}}\n"
    told = texts({"scores:\n": f"scores:\n  more:\n    default: true\n{fit}    stages: [{{name: low}}]\n"})

    assert told == ["scorecard: default score interest -> more", "score more: new (criteria 1, stages low)"]


def test_what_holds_anyway_is_no_change() -> None:
    """Defaults that are written out, other words for the same span, another version and a description."""
    edits = {
        "version: 2026-11": "version: 2026-12\ndescription: The same.",
        "linear: 60d": "linear: 1440h",
        "cap: 80": "weight: 1\n      cap: 80.0",
        "[demo, demo_short]": "[demo_short, demo]",
    }

    assert texts(edits) == []
