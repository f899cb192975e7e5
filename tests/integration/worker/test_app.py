"""How the app of a worker begins and ends."""

import subprocess
import sys

import pytest

from streams.sandbox.process import free_port

HANG_SECONDS_MAX = 60.0
# In a process of its own: what a failed start leaves open goes with it, as it does with a worker.
START = """
import asyncio, os, sys
from streams.configuration.settings import load_settings
from streams.transport.options import TransportOptions
from streams.worker.app import input_app, run_until
from tests.builders.owning import Worker

async def start():
    app = input_app(load_settings(), ["page-views"], Worker().partitions, TransportOptions())
    return await run_until(app, asyncio.Event(), 8.0)

print("failed with", type(asyncio.run(start())).__name__, flush=True)
os._exit(0)
"""


@pytest.mark.integration
def test_a_start_without_kafka_fails_instead_of_waiting_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that goes away between the checks and the start ends the worker, for its supervisor to start it anew."""
    monkeypatch.setenv("LEADSTREAM_KAFKA_BOOTSTRAP", f"127.0.0.1:{free_port()}")

    done = subprocess.run(
        [sys.executable, "-c", START], capture_output=True, text=True, timeout=HANG_SECONDS_MAX, check=False
    )

    assert "failed with KafkaConnectionError" in done.stdout, done.stderr
