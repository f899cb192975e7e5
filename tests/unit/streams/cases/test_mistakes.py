"""Every kind of mistake in a case file: its line, what is wrong, and the way out."""

from pathlib import Path

import pytest

from scorer import JournalBounds
from streams.cases.case_file import CasesRefused, read_cases
from streams.cases.compiling import compiled
from streams.example import example_scorecard
from streams.scorecards.loading import load

SCORECARD = load(example_scorecard()).scorecard
BOUNDS = JournalBounds()
HEAD = "now: 2026-10-03 14:07\ncases:\n  a case:\n"
DEMO = "    did: [{form_fill: demo, at: now}]\n"
SCORE = "    expect: {score: 35}\n"


def said(text: str) -> list[str]:
    """Return all that is said of a file, one line each."""
    try:
        loaded = read_cases(text.encode(), Path("s.cases.yaml"))
    except CasesRefused as refused:
        return [finding.text("") for finding in refused.findings]
    return [finding.text("") for name in loaded.file.cases for finding in compiled(loaded, SCORECARD, name).findings]


def test_a_case_in_order_has_nothing_said_of_it() -> None:
    """Else the mistakes below would prove nothing."""
    assert said(HEAD + DEMO + SCORE) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "    did: [{form_fill: demo}]\n    expekt: {}\n",
            ':5: case "a case": key "expekt" is unknown; did you mean "expect"?',
        ),
        (DEMO + "    expect: {scoer: 3}\n", ':5: case "a case": key "scoer" is unknown; did you mean "score"?'),
        (DEMO + "    expect:\n      - scoer: 3\n", ':6: case "a case": key "scoer" is unknown; did you mean "score"?'),
        (
            DEMO + "    expect: {score: {atleast: 3}}\n",
            ':5: case "a case": key "atleast" is unknown; did you mean "at_least"?',
        ),
        (
            DEMO + "    expect: {score: many}\n",
            (
                ':5: case "a case": score is many; write a number, 60 to 65, 62 +- 2, or '
                "{at_least: 60}, {above: 60}, "
                "{at_most: 65}, {below: 65}"
            ),
        ),
        (
            DEMO + "    expect: {score: 35, at: tomorrow}\n",
            (
                ':5: case "a case": at is tomorrow; write a date (and a time), such as '
                "2026-10-03 14:07, or 3 days before, "
                "2h after, now"
            ),
        ),
        (
            DEMO + "    expect: {stage: mqll}\n",
            ':5: case "a case": score "product" has no stage "mqll"; did you mean "mql"?',
        ),
        (
            DEMO + "    expect: {because: [demoo]}\n",
            ':5: case "a case": score "product" has no criterion "demoo"; did you mean "demo"?',
        ),
        (
            DEMO + "    expect: {because: {demoo: 3}}\n",
            ':5: case "a case": score "product" has no criterion "demoo"; did you mean "demo"?',
        ),
        (
            DEMO + "    expect: {grade: A4}\n",
            ':5: case "a case": score "product" has no grade "A4"; known are A1, A2, A3, B1, B2, B3, C1, C2, C3',
        ),
        (
            DEMO + "    expect: {grade: A1, score_name: learning}\n",
            ':5: case "a case": score "learning" has no grades; remove it, or add grades to the score',
        ),
        (
            DEMO + "    expect: {clipped: [websit]}\n",
            ':5: case "a case": score "product" has no cap and no floor of "websit"; did you mean "website"?',
        ),
        (
            DEMO + "    expect: {score: 3, score_name: produkt}\n",
            ':5: case "a case": the scorecard has no score "produkt"; did you mean "product"?',
        ),
        (
            "    like: ada\n" + SCORE,
            ':4: case "a case": the file has no lead "ada"; there is none',
        ),
        (
            "    did: [{page_view: /a, duration: 3}]\n" + SCORE,
            ':4: case "a case": a page_view has no field "duration"; did you mean "duration_seconds"?',
        ),
        (
            "    did: [{page_view: /a, tims: 3}]\n" + SCORE,
            ':4: case "a case": a page_view has no field "tims"; did you mean "times"?',
        ),
        (
            "    did: [{page_veiw: /a}]\n" + SCORE,
            (
                ':4: case "a case": did is a mapping of 1; write the fields of an activity of your own by name, '
                "{minutes: 45}, or {} for none"
            ),
        ),
        (
            "    did: [{at: now}]\n" + SCORE,
            (
                ':4: case "a case": it is no activity, or more than one thing; write what the '
                "lead did, such as page_view: "
                "/pricing, or profile: with what became known of it"
            ),
        ),
        (
            "    did: [{purchase: {}}]\n" + SCORE,
            ':4: case "a case": activity purchase is reserved; choose a name of your own',
        ),
        (
            "    did: [{page_view: /a, times: 3}]\n" + SCORE,
            ':4: case "a case": it says not how far apart the times are; add every: 22h or over: 14d, one of both',
        ),
        (
            "    did: [{page_view: /a, every: 3h}]\n" + SCORE,
            ':4: case "a case": it says not how often; add times: 15',
        ),
        (
            "    did:\n" + "      - {page_view: /a, times: 1000, every: 1s}\n" * 6 + SCORE,
            ':10: case "a case": the case has more than 5000 activities; let less happen',
        ),
        (
            "    did: [{page_view: /a, duration_seconds: -3}]\n" + SCORE,
            (
                ':4: case "a case": page_view.duration_seconds: Input should be greater than or '
                "equal to 0; give what a topic "
                "would take (docs/contracts.md)"
            ),
        ),
        (
            SCORE,
            ':3: case "a case": nothing is known of the lead; give it a profile, or say what it did',
        ),
        (
            DEMO,
            ':3: case "a case": nothing is expected; say what you expect: expect: {score: 62, stage: mql}',
        ),
        (
            DEMO + "    expect: {at: now}\n",
            ':5: case "a case": nothing is expected; say what you expect: score: 62, stage: mql, because: [pricing]',
        ),
        (
            DEMO + "    expect: {at: 1h before, score: 0}\n",
            (
                ':5: case "a case": nothing is known of the lead by then; expect it of a later '
                "instant, or let the lead do "
                "something before"
            ),
        ),
        (
            DEMO + "    changes: [{at: now}]\n",
            ':5: case "a case": it says not where to; write rises_to: or falls_to: and a stage, one of both',
        ),
        (
            DEMO + "    changes: [{rises_to: mql, falls_to: lead}]\n",
            ':5: case "a case": it says both rises_to and falls_to; keep one of them',
        ),
        (
            "    did: [{page_view: /a, at: 1980-01-01}]\n" + SCORE,
            (
                ':3: case "a case": its first and its last instant are more than 20 years apart; '
                "bring them nearer to each "
                "other"
            ),
        ),
        (
            "    now: 1970-01-02\n    did: [{page_view: /a, at: 3 days before}]\n" + SCORE,
            ':5: case "a case": an instant lies before 1970; give a later `now`, or shorter spans',
        ),
        (
            "    did: [{page_view: *x}]\n",
            ":4: file: *x is an alias; write the value out where it is used",
        ),
    ],
)
def test_a_mistake_is_named_by_line_with_the_way_out(body: str, expected: str) -> None:
    """One line a mistake, and nothing else is said."""
    assert said(HEAD + body) == [expected]


def test_what_counts_from_now_needs_it() -> None:
    """Absolute instants do not."""
    text = "cases:\n  a case:\n    did: [{form_fill: demo, at: 2026-10-03 14:07}]\n    expect: {score: 35, at: %s}\n"

    assert said(text % "2026-10-04") == []
    assert said(text % "1h after") == [
        (
            ':4: case "a case": the case has no `now` to count from; write now: 2026-10-03 '
            "14:07 (your date) in the case, "
            "or at the top of the file for all cases"
        )
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ":1: file: the file is empty; write a list of cases: now, cases"),
        ("cases: {}", ":1: case file: cases is an empty mapping; list at least 1"),
        (
            "now: 2026-10-03",
            (
                ':1: case file: key "cases" is missing; add cases: the cases, by what they say: '
                "`a demo request makes an "
                "mql`"
            ),
        ),
        ("- a", ":1: case file: it is a list of 1; write keys and values, indented below it"),
    ],
)
def test_a_file_of_another_shape_is_refused(text: str, expected: str) -> None:
    """Empty, without cases, a list."""
    assert said(text) == [expected]
