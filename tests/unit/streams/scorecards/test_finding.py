"""Findings read as one line, and name what was probably meant."""

from streams.scorecards.finding import Finding, ScorecardRefused, nearest, quoted, shown

MISTAKE = Finding(
    20, 22, 'criterion "demo_requested"', "0s", "half_life is 0s", "give a duration above 0 or remove the key"
)
DOUBT = Finding(3, 3, 'signal "x"', "", "no criterion values it", "name it in one", "warning")


def test_a_finding_is_one_line() -> None:
    """File, line, part, what is wrong, way out."""
    assert MISTAKE.text("card.yaml") == (
        'card.yaml:20: criterion "demo_requested": half_life is 0s; give a duration above 0 or remove the key'
    )
    assert DOUBT.text("card.yaml").startswith("card.yaml:3: warning: ")


def test_a_refusal_tells_mistakes_and_keeps_doubts() -> None:
    """Doubts refuse nothing, so its text leaves them out."""
    refused = ScorecardRefused("card.yaml", [DOUBT, MISTAKE])

    assert str(refused) == MISTAKE.text("card.yaml")
    assert refused.findings == (DOUBT, MISTAKE)


def test_the_nearest_name_is_told() -> None:
    """A near name, else what there is, else that there is none."""
    assert nearest("half_lief", ["linear", "half_life"]) == 'did you mean "half_life"?'
    assert nearest("zzz", ["linear", "step"]) == "known are linear, step"
    assert nearest("zzz", [f"name_{number:02}" for number in range(20)]).endswith("name_11, ...")
    assert nearest("zzz", []) == "there is none"


def test_values_are_shown_on_one_line_and_cut() -> None:
    """However long or broken a value is."""
    assert shown(15.0) == "15"
    assert shown(True) == "true"
    assert shown("a\n b") == "a b"
    assert len(shown("x" * 500)) == 60
    assert quoted("a\nb") == '"a b"'
    assert shown({"a": 1}) == "a mapping"
    assert shown((1,)) == "a list"


def test_what_cannot_be_printed_is_written_out() -> None:
    """A file's escapes reach no terminal: they would colour it, move its cursor or turn the text round."""
    spoof = Finding(1, 1, 'signal "a\x1b[31m"', "", 'points is "\u202e9\x07"', "give a number")

    assert spoof.text("card.yaml") == r'card.yaml:1: signal "a\x1b[31m": points is "\u202e9\x07"; give a number'


def test_a_finding_is_of_bearable_length() -> None:
    """However long a name, a tag or a value of the file is, the way out can still be seen."""
    text = Finding(1, 1, "x" * 5_000, "", f"{'!' * 1_000_000} is a tag", "remove it").text("card.yaml")

    assert len(text) < 700
    assert text.endswith("...; remove it")
