"""Where dead letters are read from."""

from pathlib import Path

import pytest

from schemas.topics import TOPICS
from streams.configuration.settings import load_settings
from streams.letters.shelf import FileRefused, installation_of, letters_of_file
from tests.builders.letters import letter


def test_a_file_gives_back_its_letters(tmp_path: Path) -> None:
    """Line by line; empty ones are nothing."""
    file = tmp_path / "letters.ndjson"
    letters = [letter(offset=offset) for offset in (17, 18)]
    file.write_text("\n\n".join(one.to_line() for one in letters) + "\n", encoding="utf-8")

    assert list(letters_of_file(file)) == letters


def test_a_line_that_is_none_is_named(tmp_path: Path) -> None:
    """By its number, never by its content."""
    file = tmp_path / "letters.ndjson"
    file.write_text(letter().to_line() + "\nada@example.com\n", encoding="utf-8")

    with pytest.raises(FileRefused, match="line 2: line: Invalid JSON") as refused:
        list(letters_of_file(file))

    assert "example" not in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """With the way out."""
    with pytest.raises(FileRefused, match=r"none.ndjson: No such file or directory; name a file"):
        list(letters_of_file(tmp_path / "none.ndjson"))


def test_replays_go_to_the_inputs_of_this_installation() -> None:
    """Under its prefix; never to ticks or to what we publish ourselves."""
    found = installation_of(load_settings(topic_prefix="crm.", partitions=6))

    assert found.partitions == 6
    assert "crm.page-views" in found.topics
    assert len(found.topics) == sum(topic.direction == "in" for topic in TOPICS.values())
