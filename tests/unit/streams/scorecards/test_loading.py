"""Scorecard files are loaded whole or refused whole."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import scorer
from schemas.export import json_schema
from schemas.scorecard import ScorecardFile
from scorer.rules.conditions import Glob
from scorer.rules.domains import DomainBook
from scorer.rules.scorecard import FitCriterion, HalfLife, InactivityCriterion, Linear, SignalCriterion, Step
from streams.scorecards.loading import LoadedScorecard, ScorecardRefused, _fingerprint, check, load, read, signal_name
from streams.scorecards.tree import read_tree

ROOT = Path(__file__).parents[4]
EXAMPLE = ROOT / "deploy" / "scorecards" / "software_company.yaml"
IN_ORDER = (ROOT / "tests" / "golden" / "scorecard" / "in_order.yaml").read_text(encoding="utf-8")

BOOKS = (DomainBook(free=frozenset({"gmail.com"})), DomainBook(free=frozenset({"gmail.com", "gmx.example"})))


def loaded(text: str) -> LoadedScorecard:
    """Return a scorecard from text."""
    return read(text.encode(), Path("s.yaml"))


def test_the_example_is_in_order() -> None:
    """Nothing is wrong with the example, and nothing doubtful."""
    assert check(EXAMPLE) == []


def test_the_example_completes_in_editors() -> None:
    """Its first line names the JSON Schema, which is there and takes it."""
    first = EXAMPLE.read_text(encoding="utf-8").splitlines()[0]
    named = first.removeprefix("# yaml-language-server: $schema=")

    assert (EXAMPLE.parent / named).resolve() == ROOT / "schemas" / "json" / "scorecard.schema.json"
    data = json.loads(json.dumps(read_tree(EXAMPLE.read_bytes()).data))
    jsonschema.Draft202012Validator(json_schema("scorecard")).validate(data)


def test_the_example_shows_the_language() -> None:
    """About two dozen criteria of every kind, two scores, up to four stages."""
    scorecard = load(EXAMPLE).scorecard
    criteria = [
        criterion
        for score in scorecard.scores.values()
        for side in (score.engagement, score.fit)
        for group in side.groups
        for criterion in group.criteria
    ]
    signal_criteria = [criterion for criterion in criteria if isinstance(criterion, SignalCriterion)]

    assert {type(criterion) for criterion in criteria} == {SignalCriterion, InactivityCriterion, FitCriterion}
    assert {type(criterion.decay) for criterion in signal_criteria} >= {HalfLife, Linear, Step}
    assert any(criterion.window_ms for criterion in signal_criteria)
    assert any(criterion.frequency for criterion in signal_criteria)
    assert any(criterion.is_per_measure for criterion in signal_criteria)
    assert {criterion.limit.per_ms is None for criterion in signal_criteria if criterion.limit} == {True, False}
    assert (scorecard.default_score, list(scorecard.scores)) == ("product", ["product", "learning"])
    assert [stage.name for stage in scorecard.scores["product"].stages] == ["subscriber", "lead", "mql", "sql"]


def test_a_file_becomes_the_cores_scorecard() -> None:
    """Signals, criteria, sides and ladder stand in the core as the file says."""
    scorecard = loaded(IN_ORDER).scorecard
    score = scorecard.scores["product"]
    pricing, calls = score.engagement.groups[0].criteria

    assert isinstance(pricing, SignalCriterion)
    assert isinstance(calls, SignalCriterion)
    assert (pricing.points, pricing.decay, pricing.window_ms) == (8, HalfLife(7 * 86_400_000), None)
    assert (calls.points, calls.is_per_measure, calls.window_ms) == (0.5, True, 30 * 86_400_000)
    assert (score.engagement.cap, score.lowest, score.highest) == (80, 0, 100)
    assert [(stage.enter_at, stage.leave_below) for stage in score.stages[1:]] == [(15, 8), (40, 28)]
    assert score.stages[0].enter_at == score.stages[0].leave_below == float("-inf")
    signal = scorecard.signals[pricing.signal]
    assert signal.conditions[0].test == Glob("/pricing*")
    assert scorecard.verdict_weights == (1.0, 0.25, 0.0)


def test_a_signal_counted_in_another_way_is_another_signal() -> None:
    """Counters of other widths or measures are no longer comparable, so they go by another name in the core."""
    names = {signal_name(signal.name): signal.name for signal in loaded(IN_ORDER).scorecard.signals.values()}
    faster = loaded(IN_ORDER.replace("half_life: 7d", "half_life: 1d")).scorecard
    finer = loaded(IN_ORDER.replace("{field: minutes}", "{field: minutes, decimals: 3}")).scorecard
    dearer = loaded(IN_ORDER.replace("points: 8", "points: 9")).scorecard

    assert names == {"pricing_viewed": "pricing_viewed@6h", "call_held": "call_held@3h:minutes.2"}
    assert "pricing_viewed@30m" in faster.signals
    assert "call_held@3h:minutes.3" in finer.signals
    assert set(dearer.signals) == set(names.values())


def test_a_fingerprint_stands_for_what_decides_scores() -> None:
    """Comments and layout leave it, points, order and the lists of domains in use change it."""
    plain = loaded(IN_ORDER).fingerprint
    laid_out = "# about\n" + IN_ORDER.replace(
        "decay: {half_life: 7d}", "decay:\n                half_life: 7d # a week"
    )
    described = IN_ORDER + "description: of last autumn\n"
    dearer = IN_ORDER.replace("points: 8", "points: 8.5")
    renamed = IN_ORDER.replace("version: 2026-11", "version: 2026-12")

    assert len(plain) == 16
    assert loaded(laid_out).fingerprint == plain
    assert loaded(described).fingerprint == plain
    assert len({plain, loaded(dearer).fingerprint, loaded(renamed).fingerprint}) == 3


def test_a_fingerprint_covers_the_public_lists_where_they_decide() -> None:
    """Another release of a list of domains judges leads in another way, if a criterion asks for kinds of domains."""
    asking = IN_ORDER.replace("company_size: {at_least: 50}", "email_domain: {domain_kind: [free]}")
    fingerprints = [
        {_fingerprint(ScorecardFile.model_validate(read_tree(text.encode()).data), book) for book in BOOKS}
        for text in (IN_ORDER, asking)
    ]

    assert [len(found) for found in fingerprints] == [1, 2]


def test_one_score_is_the_default_without_saying_so() -> None:
    """Only several scores need to say which one is meant."""
    assert loaded(IN_ORDER).scorecard.default_score == "product"


def test_a_refusal_is_one_line_a_mistake() -> None:
    """The exception's text can be printed as it is."""
    broken = IN_ORDER.replace("half_life: 7d", "half_life: 0s").replace("enter_at: 40", "enter_at: high")

    with pytest.raises(ScorecardRefused) as refused:
        loaded(broken)

    assert str(refused.value).splitlines() == [
        's.yaml:20: criterion "pricing": half_life is 0s; give a duration above 0 or remove the key',
        's.yaml:39: stage "mql": enter_at is high; write a number, without quotes',
    ]


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """A wrong path has its way out too."""
    missing = tmp_path / "none.yaml"

    with pytest.raises(ScorecardRefused, match="it cannot be read"):
        load(missing)
    assert [finding.rule for finding in check(tmp_path)] == ["it cannot be read: Is a directory"]


def test_domains_are_known_by_the_lists_and_by_the_file() -> None:
    """The example takes points from throwaway addresses and competitors, and gives some to companies."""
    scorecard = load(EXAMPLE).scorecard
    fits = {}
    for domain in ("gmail.com", "mailinator.com", "rival.example", "initech.example"):
        update = scorer.ProfileUpdate(1, "lead-ada", 1, {"email_domain": domain})
        state = scorer.update_profile(scorer.LeadState(), update, scorecard, 1).state
        fits[domain] = scorer.value(state, scorecard, 2).fit

    assert fits["gmail.com"] == 0
    assert fits["initech.example"] == 5
    assert fits["mailinator.com"] < 0
    assert fits["rival.example"] == -30


def answered(text: str) -> bool:
    """Return whether a text is loaded, or refused with a finding."""
    try:
        return bool(loaded(text).fingerprint)
    except ScorecardRefused as refused:
        return bool(refused.findings)


LINES = st.sampled_from(IN_ORDER.splitlines())


@given(
    st.lists(LINES, max_size=40).map("\n".join) | st.binary(max_size=200).map(lambda content: content.decode("latin-1"))
)
def test_any_text_is_loaded_or_refused(text: str) -> None:
    """Whatever a file holds, the answer is a scorecard or a refusal with a finding."""
    assert answered(text)


VALUES = st.recursive(
    st.sampled_from(
        ["7d", "0s", "3 per 1d", "first time only", "none", "50%", "x", "*", "", 0, -1, 5, 1e9, True, "(", "1.5"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["half_life", "of", "for", "x"]), inner)
    ),
    max_leaves=5,
)
KEYS = st.sampled_from(
    [
        *("signal", "points", "per", "decay", "window", "frequency", "limit", "cap", "floor", "inactivity", "where"),
        *("weight", "groups", "criteria", "keep", "width", "grades", "scale", "stages", "measure", "activity"),
    ]
)


@given(st.integers(1, 39), KEYS, VALUES)
def test_any_value_under_any_key_is_taken_or_refused(number: int, key: str, value: object) -> None:
    """A key that is known with a value of any shape, at any line, never breaks the reader."""
    lines = IN_ORDER.splitlines()
    indent = len(lines[number]) - len(lines[number].lstrip())
    lines.insert(number, " " * indent + f"{key}: {json.dumps(value)}")

    assert answered("\n".join(lines))
