"""From YAML text to data and lines: what is let in, and that nothing else comes out than a tree or a refusal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.scorecards.language import SCORECARD
from streams.scorecards.tree import DEPTH_MAX, FILE_BYTES_MAX, Place, read_tree

VALUES_MAX = SCORECARD.values_max


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1", 1),
        ("a: -1.5", -1.5),
        ("a: 1e3", 1000.0),
        ("a: true", True),
        ("a: no", "no"),
        ("a: 2026-11", "2026-11"),
        ("a: 2026-11-22", "2026-11-22"),
        ("a: 12:30", "12:30"),
        ("a: 0123", "0123"),
        ("a: 0x1F", "0x1F"),
        ("a: 1_000", "1_000"),
        ('a: "1"', "1"),
        ("a: 'true'", "true"),
        ('a: ""', ""),
        ("a: [1, x]", (1, "x")),
        ("a: {b: {c: 2}}", {"b": {"c": 2}}),
        ("a: |\n  one\n  two\n", "one\ntwo\n"),
        ("a: 50%", "50%"),
        ("a: .5", 0.5),
    ],
)
def test_a_scalar_is_what_it_looks_like(text: str, expected: object) -> None:
    """Numbers and true or false are such; dates, times, yes and no stay text; quotes always make text."""
    tree = read_tree(text.encode())

    assert tree.findings == []
    assert tree.data == {"a": expected}
    assert type(tree.data["a"]) is type(expected)


def test_keys_are_always_text() -> None:
    """A band called 1 is called "1"."""
    assert read_tree(b"{1: a, true: b, 1.5: c}").data == {"1": "a", "true": "b", "1.5": "c"}


def test_every_value_has_its_line() -> None:
    """Values, keys and items of lists are found by their path; what is not there, by its parent."""
    tree = read_tree(b"a:\n  b: 1\n  c:\n    - x\n    - {d: 2}\n")

    assert tree.values_at[("a", "b")] == Place(2, 6)
    assert tree.values_at[("a", "c", 1, "d")] == Place(5, 11)
    assert tree.place(("a", "c")) == Place(3, 3)
    assert tree.place(("a", "c", "missing", "deeper")) == Place(3, 3)
    assert tree.place(("nowhere",)) == Place(1, 1)


def test_what_was_written_is_told_as_it_was_written() -> None:
    """1.10 is the number 1.1, and people look for what they wrote."""
    tree = read_tree(b'a: 1.10\nb: "8"')

    assert (tree.written(("a",)), tree.written(("b",))) == ("1.10", '"8"')


@pytest.mark.parametrize(
    ("content", "line", "part"),
    [
        (b"a: 1\nb: \xff", 2, "byte 0xff is not UTF-8"),
        (b"a: 1\nb: \x01", 2, "character U+0001 is not allowed"),
        (b"#" * (FILE_BYTES_MAX + 1), 1, f"the file has {FILE_BYTES_MAX + 1} bytes"),
        (b"a: " + b"[" * (DEPTH_MAX + 2), 1, "nested more than"),
        (b"\n" + b"[" * 100_000, 2, "nested more than"),
        (b"[" + b"1," * (VALUES_MAX + 1) + b"]", 1, f"more than {VALUES_MAX} values"),
        (b"%TAG ! tag:x,2000:\n---\na: !x 1", 3, "is a tag"),
        (b"a: &x 1\nb: *x", 1, "is an anchor"),
        (b"a: 1\n<<: {b: 2}\nc: *y", 3, "is an alias"),
        (b"a: 1\na: 2", 2, "is there twice"),
        (b"a: " + b"x" * 5000, 1, "has 5000 characters"),
        (b"a: 1e999", 1, "too large a number"),
        (b"a: .nan", 1, "a is .nan"),
        (b"a: ~", 1, "a is empty"),
        (b"a:\nb: 1", 1, "a is empty"),
        (b"a: {b: }", 1, "b is empty"),
    ],
)
def test_what_the_language_does_without_is_refused(content: bytes, line: int, part: str) -> None:
    """Tags, anchors, aliases, repeated keys, empty values and anything beyond the bounds, each by its line."""
    (finding,) = read_tree(content).findings

    assert finding.line == line
    assert part in finding.rule


def test_a_mistake_does_not_hide_the_next() -> None:
    """Repeated keys and empty values are told all at once."""
    assert [finding.line for finding in read_tree(b"a: 1\na: 2\nb:\nc: .inf\n").findings] == [2, 3, 4]


@given(st.binary(max_size=300))
def test_any_bytes_make_a_tree_or_a_refusal(content: bytes) -> None:
    """Nothing that a file holds makes the reader fail in another way."""
    tree = read_tree(content)

    assert tree.findings or tree.data is not None


YAML_PIECES = st.sampled_from(
    [
        *"abc01.-+:,[]{}&*!|>'\"%@`#?\\\t\n ~=<",
        "\n  ",
        "\n    - ",
        ": ",
        "---\n",
        "...\n",
        "%YAML 1.2\n",
        "%TAG ! x\n",
        "!!set",
        "&a ",
        "*a",
        "? ",
        "<<: ",
        "|2-\n",
        '"\\x4',
        "\u2028",
        "\ufeff",
        "\r",
        "1e5",
        "0o7",
        ".inf",
        "null",
    ]
)


@given(st.lists(YAML_PIECES, max_size=40).map("".join))
def test_any_pieces_of_yaml_make_a_tree_or_a_refusal(text: str) -> None:
    """So do texts that look like YAML."""
    tree = read_tree(text.encode())

    assert tree.findings or tree.data is not None
    assert all("\n" not in finding.text("s.yaml") for finding in tree.findings)
