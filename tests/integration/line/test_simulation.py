"""A simulation over the topics finds the stage changes that the workers published on them."""

import asyncio
import json
import os
import subprocess
import sys
from typing import Any

from scorer import JournalBounds
from streams.history.player import Player
from streams.history.topics import topic_history
from tests.builders.histories import Diary
from tests.integration.line.conftest import Install
from tests.line.activities import crowd
from tests.line.comparison import first_of_each, told_changes
from tests.line.installation import Installation, now_ms
from tests.oracles.line import owner_of


async def live(line: Installation) -> None:
    """Let a worker go through what some leads do while it runs, until nothing is left to be done."""
    await line.create_topics()
    began_at = now_ms()
    await line.produce(crowd(3, leads=40, activities=400, from_at=began_at - 20_000, to_at=began_at))
    worker = line.started()
    await line.joined(worker)
    for seed in range(30, 35):
        await line.produce_views(seed, 25)
        await line.handled(line.ends.total())
    await line.settled()
    await worker.terminate()


def played(line: Installation) -> Diary:
    """Play the topics."""
    diary = Diary()
    bounds = JournalBounds(line.settings.journal_entries_max, line.settings.journal_age_seconds * 1000)
    with topic_history(line.settings) as history:
        Player(history, [line.scorecard], bounds, [diary]).play()
    assert history.reading.done == history.reading.total
    return diary


def simulated(line: Installation) -> dict[str, Any]:
    """Run the command; return its document."""
    command = (sys.executable, "-m", "streams.cli", "scorecard", "simulate", str(line.settings.scorecard))
    done = subprocess.run(
        (*command, "--topics", "--json"),
        capture_output=True,
        text=True,
        env={**os.environ, **line.environment},
        timeout=90,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


async def test_a_simulation_finds_what_was_published(install_on_kafka: Install) -> None:
    """Same ids, leads, stages and instants as on `stage-changes`; the command counts them."""
    line = install_on_kafka()
    await live(line)
    values = (record.value for record in await line.read("stage-changes"))
    changes = first_of_each(told_changes(values, topic_prefix=line.settings.topic_prefix))
    published = {(told.id, told.move.lead_id, told.move.to_stage, told.move.at) for told in changes}

    diary = await asyncio.to_thread(played, line)
    found = {(one.id, one.lead_id, one.change.to_stage, one.change.changed_at) for one in diary.changes}

    # Time passes everywhere up to the latest instant that any partition knows; in a worker each has its own.
    clocks = {number: facts.clock for number, facts in (await line.facts()).items()}
    later = {one for one in found if one[3] > clocks[owner_of(one[1], line.settings.partitions)]}
    assert found - later == published
    assert len(published) > 20
    assert (await asyncio.to_thread(simulated, line))["stage_changes"] == len(found)
