"""A dead letter, read and written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.letters.letter import Letter, LineRefused
from tests.builders.letters import SAID, letter, said
from tests.builders.records import NOW, Record


def test_a_record_of_the_topic_is_read_whole() -> None:
    """The producer's headers stand apart from ours."""
    headers = (("trace", b"\x00"), *SAID.to_headers(), ("leadstream_positions", b"{}"))

    read = Letter.of_record(Record("dead-letters", 3, 17, NOW, b"k", b"v", headers))

    assert read == Letter(3, 17, NOW, SAID, b"k", b"v", (("trace", b"\x00"),))
    assert (read.id, read.size_bytes) == ("3/17", 2)


def test_what_others_wrote_is_read_as_such() -> None:
    """It has no reason; it does not end the command."""
    assert Letter.of_record(Record("dead-letters", 3, 17, NOW, None, None, (("x", b"1"),))).said is None


@given(
    key=st.none() | st.binary(max_size=20),
    value=st.none() | st.binary(max_size=50),
    headers=st.lists(st.tuples(st.text(max_size=8).filter(str.isprintable), st.binary(max_size=8)), max_size=3),
)
def test_a_line_gives_back_what_was_written(
    key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]]
) -> None:
    """Byte by byte, whatever the record held."""
    one = letter(key=key, value=value, headers=tuple(headers), value_bytes=7)

    assert Letter.of_line(one.to_line()) == one


def test_a_letter_of_others_has_no_line() -> None:
    """There is nothing to say of it, and it could not be replayed."""
    foreign = Letter(3, 17, NOW, None, None, b"secret")

    with pytest.raises(ValueError, match="3/17 was not written by leadstream"):
        foreign.to_line()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("no JSON", "Invalid JSON"),
        ("{}", "letter_partition: Field required"),
        (json.dumps({**json.loads(letter().to_line()), "value": "e30*"}), "value: .*base64"),
    ],
)
def test_a_line_that_is_none_is_refused_without_its_content(line: str, told: str) -> None:
    """Place and rule are told, never what stood there."""
    with pytest.raises(LineRefused, match=told) as refused:
        Letter.of_line(line)
    assert "e30" not in str(refused.value)


def test_what_a_newer_leadstream_says_is_read() -> None:
    """Unknown fields are left aside."""
    line = json.dumps({**json.loads(letter().to_line()), "new": 1})

    assert Letter.of_line(line).said == said()
