"""Years of history beside live traffic: killed on the way, each activity once, one change a lead, again the same."""

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from schemas.contract import rfc3339
from schemas.imported import is_import_header
from schemas.topics import INPUT_TOPICS
from streams.lead.lead import Lead
from streams.scorecards.releasing import known_scorecards
from streams.translation.translate import instant
from tests.integration.line.conftest import DATA, Install
from tests.line.activities import record
from tests.line.comparison import Told, first_of_each, told_changes
from tests.line.installation import AHEAD_MS, Installation, now_ms
from tests.line.topics import Produced
from tests.servers.fixtures import ONCE_ON_KAFKA

SCORECARD = DATA / "slow_2.yaml"
DAY_MS = 86_400_000
LEADS, LIVE_LEADS = 60, 5
VIEWS = 4_000
COMMAND_SECONDS_MAX = 120
MAPPING = """\
name: crm
format: csv
lead_id: {column: Contact, prefix: lead-}
type: {column: What, values: {Demo: form_fill, Visit: page_view}}
occurred_at: {column: When}
id: {column: Id}
fields:
  form_id: {constant: demo}
  url: {constant: /pricing}
"""


@ONCE_ON_KAFKA
async def test_history_comes_once_and_is_told_at_its_end(install: Install, tmp_path: Path) -> None:
    """An import is killed with SIGKILL and goes on: no row is missing or doubled, past the lateness bound or not.

    While it goes on a live lead is told of by what it does itself; at its end each lead is told once. A replay into
    empty tables tells nothing more and makes the same leads.
    """
    line = install(scorecard=SCORECARD)
    await line.create_topics()
    leadstream(line, "scorecard", "publish", str(SCORECARD), "--yes")
    worker = line.started()
    await line.produce([live(line, number) for number in range(LIVE_LEADS)])
    await line.settled()
    export(tmp_path)

    await asyncio.to_thread(kill_in_the_middle, line, tmp_path)
    begun = imported_count(await count_inputs(line))
    assert 0 < begun < VIEWS + LEADS
    await line.settled()
    assert moves_of_history(await told_so_far(line), await inputs_of_import(line)) == []
    told = json.loads(leadstream(line, *command(tmp_path), "--json"))
    assert (told["activities"], told["refused"]) == (VIEWS + LEADS, 0)

    assert imported_count(await count_inputs(line)) == VIEWS + LEADS
    await line.until(lambda: is_judged_anew(line), 90.0, "every partition judged anew")
    await line.settled()
    await worker.terminate()
    changes = first_of_each(await told_so_far(line))
    assert moves_of_history(changes, await inputs_of_import(line)) == []
    by_scorecard = Counter(one.move.lead_id for one in changes if isinstance(one.move.cause, str))
    assert by_scorecard == Counter({f"lead-{number}": 1 for number in range(LEADS)})
    leads = await line.leads()
    counted = sum(
        cell.count for lead in leads.values() for key, cell in lead.state.cells.items() if "demo" in key.signal
    )
    assert counted == LEADS, "a demo of the history is missing or doubled"
    assert await line.read("dead-letters") == []
    assert "is whole in kafka" in leadstream(line, *command(tmp_path), code=1)

    await require_same_again(line, changes, leads)


async def require_same_again(line: Installation, changes: Sequence[Told], leads: dict[str, Lead]) -> None:
    """Read everything again into empty tables, and require the same decisions and the same leads."""
    again = line.changed(redis_prefix=f"{line.settings.redis_prefix}-again", group=f"{line.settings.group}-again")
    worker = again.started()
    await again.until(lambda: is_judged_anew(again), 90.0, "every partition judged anew")
    await again.settled()
    await worker.terminate()

    assert first_of_each(await told_so_far(line)) == list(changes), "the replay told what the live run did not"
    replayed = await again.leads()
    assert {name: facts_of(lead) for name, lead in replayed.items()} == {
        name: facts_of(lead) for name, lead in leads.items()
    }


def facts_of(lead: Lead) -> tuple[object, ...]:
    """Return what must not depend on when a lead was looked at."""
    state = lead.state
    return (state.judged_by, dict(state.standings), dict(state.cells), state.profile)


def export(folder: Path) -> None:
    """Write a CRM's export: a demo ten days ago by each lead, and views of more than a year ago."""
    demo, views = (rfc3339(instant(now_ms() - days * DAY_MS)) for days in (10, 500))
    rows = [f"{number},Demo,{demo},demo-{number}" for number in range(LEADS)]
    rows += [f"{number % LEADS},Visit,{views},view-{number}" for number in range(VIEWS)]
    (folder / "crm.csv").write_text("\n".join(["Contact,What,When,Id", *rows]) + "\n", encoding="utf-8")
    (folder / "crm.yaml").write_text(MAPPING, encoding="utf-8")


def live(line: Installation, number: int) -> Produced:
    """Return a demo that a lead asks for now."""
    stamp = now_ms() if line.is_apache else now_ms() + AHEAD_MS
    return record("page-views", f"lead-{number}", stamp, stamp, id=f"live-{number}", url="https://example.com/")


def command(folder: Path) -> tuple[str, ...]:
    """Return the words of the import."""
    places = ("--progress-folder", str(folder / "progress"), "--mapping", str(folder / "crm.yaml"))
    return ("import", "activities", str(folder / "crm.csv"), *places, "--to", "kafka", "--rate", "2000")


def started(line: Installation, *words: str) -> subprocess.Popen[str]:
    """Start a command of an installation."""
    environment = {**line.environment, "COLUMNS": "200", "HOME": str(line.folder)}
    words = (sys.executable, "-m", "streams.cli", *words)
    return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def leadstream(line: Installation, *words: str, code: int = 0) -> str:
    """Run a command of an installation and return what it told."""
    process = started(line, *words)
    out, err = process.communicate(timeout=COMMAND_SECONDS_MAX)
    assert process.returncode == code, f"{words}: {process.returncode}\n{out}{err}"
    return out + (err if code else "")


def kill_in_the_middle(line: Installation, folder: Path) -> None:
    """Start the import, and end it with SIGKILL once Kafka has some of it."""
    process = started(line, *command(folder))
    give_up_at = time.monotonic() + COMMAND_SECONDS_MAX
    while time.monotonic() < give_up_at:
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
        notes = [json.loads(path.read_text("utf-8")) for path in (folder / "progress").glob("*.json")]
        if process.returncode is not None or any(note["sent"] for note in notes):
            break
    process.kill()
    process.communicate()


async def count_inputs(line: Installation) -> Counter[str]:
    """Let the installation know of all that is on its topics; return how much of it is history, by topic."""
    line.ends.clear()
    imported: Counter[str] = Counter()
    for one in await line.read(*(topic for topic in INPUT_TOPICS if topic != "ticks")):
        line.ends[one.topic, one.partition] += 1
        imported[one.topic] += any(is_import_header(name) for name, _ in one.headers)
    return imported


def imported_count(imported: Counter[str]) -> int:
    """Return how many records are history."""
    return imported.total()


async def inputs_of_import(line: Installation) -> set[tuple[str, int, int]]:
    """Return the places of the records that are history."""
    return {
        (one.topic, one.partition, one.offset)
        for one in await line.read("page-views", "form-fills")
        if any(is_import_header(name) for name, _ in one.headers)
    }


def moves_of_history(changes: Sequence[Told], places: set[tuple[str, int, int]]) -> list[Told]:
    """Return the changes that a record of the import caused, or time alone meanwhile."""
    return [one for one in changes if one.move.cause is None or one.move.cause in places]


async def told_so_far(line: Installation) -> list[Told]:
    """Return all stage changes, repeats too."""
    records = await line.read("stage-changes")
    return told_changes((record.value for record in records), topic_prefix=line.settings.topic_prefix)


async def is_judged_anew(line: Installation) -> bool:
    """Tell whether every partition was judged by the activation that ended the import: the second."""
    activations = (await known_scorecards(line.settings)).registry.activations
    names = {fact.scorecard for fact in (await line.facts()).values()}
    return len(activations) == 2 and names == {activations[-1].in_force.name}
