"""The peer in Java scores as the plain code does: else a figure beside it would say nothing."""

import json
import subprocess
from itertools import chain
from typing import Any

import pytest

from benchmarks.kernel import BEGUN_AT
from benchmarks.load import LoadPlan
from benchmarks.peers.java import plain_command
from benchmarks.peers.plain import State, scored
from tests.servers.fixtures import require_apache_kafka

pytestmark = [pytest.mark.integration, pytest.mark.kafka]
ACTIVITIES, STEP_MS = 10_000, 300_000


def test_it_tells_the_stage_changes_of_the_plain_code() -> None:
    """Over five weeks in which points fade and stages are left: each change, its score and its instant, in order."""
    require_apache_kafka()
    leads: dict[str, State] = {}
    lines, wanted = list[str](), list[dict[str, Any]]()
    for number, drawn in enumerate(chain.from_iterable(LoadPlan(3, ACTIVITIES, 300, partitions=1).blocks())):
        now, body = BEGUN_AT + number * STEP_MS, drawn.value("2026-11-22T10:00:00Z").decode()
        lines.append(f"{drawn.topic}\t{now}\t{body}\n")
        said = json.loads(body)
        leads[said["lead_id"]], moves = scored(leads.get(said["lead_id"]), drawn.topic, said, now)
        wanted += [{"lead_id": said["lead_id"], **move} for move in moves]

    done = subprocess.run(plain_command(), input="".join(lines), capture_output=True, text=True, check=True)

    assert len(wanted) > 100
    assert any(change["to"] == "subscriber" for change in wanted)
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {**change, "score": pytest.approx(change["score"], abs=1e-4)} for change in wanted
    ]
