"""What is played over the topics tells the same as what is played over a file of the same records."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from streams.configuration.settings import load_settings
from streams.demo.history import history
from streams.example import example_scorecard
from streams.feed import feed
from streams.publisher.kafka import KafkaPublisher
from tests.builders.histories import UNTIL, written
from tests.command_line import Command

LEADS, DAYS = 30, 20


@pytest.fixture
def file(leadstream: Command, tmp_path: Path) -> Path:
    """A file of what some leads did, which stands on the topics too; each record stored when it happened."""
    items = list(history(seed=31, leads=LEADS, days=DAYS, until=UNTIL))
    assert leadstream("topics", "create").code == 0

    async def sent() -> None:
        publisher = KafkaPublisher.from_settings(load_settings())
        await feed(items, publisher, load_settings(), lambda _count: None)
        await publisher.close()

    asyncio.run(sent())
    return written(tmp_path, (item.model_dump_json(exclude_none=True).encode() for item in items))


def draft(folder: Path) -> Path:
    """Write another scorecard than the one in force."""
    text = example_scorecard().read_text(encoding="utf-8")
    assert "enter_at: 40" in text
    path = folder / "draft.yaml"
    path.write_text(text.replace("2026-11", "2026-12", 1).replace("enter_at: 40", "enter_at: 30"), encoding="utf-8")
    return path


def both(leadstream: Command, file: Path, *command: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run a command over the topics and over the file; return what it tells of each."""
    told = [
        leadstream(*command, *where, "--until", UNTIL.isoformat(), "--json").out
        for where in (("--topics",), ("--history", str(file)))
    ]
    of_topics, of_file = map(json.loads, told)
    return of_topics, of_file


# The stamps of the records are the producer's: only the embedded broker leaves them, so that both are stored alike.
@pytest.mark.parametrize("broker", ["embedded"], indirect=True)
def test_topics_are_played_as_a_file_of_the_same_records_is(leadstream: Command, file: Path, tmp_path: Path) -> None:
    """Simulated and compared: the same leads, stages, instants, points and movers."""
    card, other = str(example_scorecard()), str(draft(tmp_path))

    of_topics, of_file = both(leadstream, file, "scorecard", "simulate", card)
    sources = [told["history"].pop("source") for told in (of_topics, of_file)]
    assert (sources[0].startswith("the topics at "), sources[1]) == (True, str(file))
    assert of_topics == of_file
    assert of_topics["leads"] == LEADS
    assert of_topics["stage_changes"] > LEADS

    of_topics, of_file = both(leadstream, file, "scorecard", "diff", card, other)
    assert of_topics == of_file
    assert 0 < len(of_topics["leads"]["listed"]) < LEADS
