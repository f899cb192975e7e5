"""The options that choose dead letters."""

import inspect
from datetime import UTC, datetime

import pytest

from schemas.refusals import Reason
from streams.cli.exit_codes import ExitCode
from streams.cli.letter_filters import FILTERS, place_option, selection_of, with_filters
from streams.cli.terminal import CommandFailed
from streams.letters.selection import Selection
from tests.command_line import Command

NOTHING = dict.fromkeys(FILTERS)


def test_a_command_gets_the_options_as_one_selection() -> None:
    """And shows them as its own."""
    got: list[Selection] = []

    @with_filters
    def command(*, limit: int = 50, selection: Selection) -> None:
        assert limit == 7
        got.append(selection)

    command(limit=7, **{**NOTHING, "reason": [Reason.SCHEMA], "letter": ["3/17"]})

    assert got == [Selection(reasons=frozenset({Reason.SCHEMA}), ids=frozenset({"3/17"}))]
    assert list(inspect.signature(command).parameters) == ["limit", *FILTERS]


def test_words_become_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranges, instants, and topics with or without the installation's prefix."""
    monkeypatch.setenv("LEADSTREAM_TOPIC_PREFIX", "crm.")
    asked = {
        "topic": ["page-views", "crm.form-fills"],
        "partition": "3-7",
        "offset": "42",
        "since": "2026-11-22T10:00:00Z",
    }

    assert selection_of(**{**NOTHING, **asked}) == Selection(
        topics=frozenset({"crm.page-views", "crm.form-fills"}),
        partitions=(3, 7),
        offsets=(42, 42),
        since=datetime(2026, 11, 22, 10, tzinfo=UTC),
    )
    assert place_option("3/17") == (3, 17)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"partition": "x"}, "--partition x: give a number"),
        ({"partition": "7-3"}, "--partition 7-3: give a number"),
        ({"offset": "-3"}, "--offset -3: give a number"),
        ({"since": "yesterday"}, "--since yesterday: give an instant"),
        ({"until": "2026-11-22"}, "--until 2026-11-22: give an instant"),
        ({"letter": ["17"]}, "17: name a dead letter as PARTITION/OFFSET"),
    ],
)
def test_what_cannot_be_understood_is_named(asked: dict[str, object], told: str) -> None:
    """By option and value, with the way out."""
    with pytest.raises(CommandFailed, match=told):
        selection_of(**{**NOTHING, **asked})  # type: ignore[arg-type]


def test_every_command_that_chooses_shows_the_options(leadstream: Command) -> None:
    """The same words everywhere."""
    for command in ("list", "stats", "replay", "drop", "export"):
        told = leadstream("dead-letters", command, "--help").out
        assert [name for name in FILTERS if f"--{name}" not in told] == []


def test_a_topic_that_is_no_input_is_refused(leadstream: Command) -> None:
    """To find none of its letters would look like all is well."""
    ended = leadstream("dead-letters", "list", "--topic", "pageviews")

    assert ended.code == ExitCode.USAGE
    assert "--topic pageviews: no records are read from it; name one of custom-activities, " in " ".join(
        ended.err.split()
    )
