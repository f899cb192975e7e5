"""`leadstream dev`: broker, Redis, topics and a worker on this machine, until Ctrl-C."""

import asyncio
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.terminal import out, print_json, print_pairs, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.sandbox.stack import Stack
    from streams.sandbox.supervision import Ended, Supervisor

CRASH_LOOP_ENDS = 3
"""So many ends in a row, each soon after its start, are called a crash loop."""
LOOK_SECONDS = 0.2


def dev(
    *,
    scorecard: Annotated[
        Path | None, typer.Option("--scorecard", "-s", help="The scorecard; else the example for a software company.")
    ] = None,
    partitions: Annotated[int, typer.Option(min=1, max=64, help="Partitions of every topic.")] = 4,
    kafka_port: Annotated[int, typer.Option(min=0, max=65_535, help="Kafka's port; 0 takes a free one.")] = 9092,
    redis_port: Annotated[int, typer.Option(min=0, max=65_535, help="Redis' port; 0 takes a free one.")] = 6379,
    metrics_port: Annotated[
        int, typer.Option(min=0, max=65_535, help="The worker's metrics and health; 0 takes a free one.")
    ] = 9464,
    has_worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Run a worker, or leave that to you.")
    ] = True,
    workers: Annotated[int, typer.Option(min=1, max=16, help="How many workers share the partitions.")] = 1,
    is_json: Annotated[
        bool, typer.Option("--json", help="Print the settings as one JSON object once all serve.")
    ] = False,
) -> None:
    """Run everything on this machine for developing: broker, Redis, topics and a worker, until Ctrl-C.

    A worker that ends is started again, later and later while it keeps ending. Nothing is kept: the next start begins
    with empty topics and tables.
    """
    from streams.example import example_scorecard
    from streams.sandbox.stack import Stack
    from streams.scorecards.loading import load

    path = scorecard or example_scorecard()
    load(path)
    stack = Stack(
        scorecard=path,
        partitions=partitions,
        kafka_port=kafka_port or None,
        redis_port=redis_port or None,
        metrics_port=metrics_port or None,
    )
    with stack:
        _run(stack, workers=workers if has_worker else 0, is_json=is_json)
    say("all stopped")


def _run(stack: "Stack", *, workers: int, is_json: bool) -> None:
    """Start everything, tell where it is, and keep it running until told to end."""
    from streams.kafka.topic_admin import create_topics

    has_ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: has_ended.set())
    stack.start_servers()
    made = asyncio.run(create_topics(stack.settings()))
    say(f"{len(made.created)} topics")
    supervisors = []
    for number in range(1, workers + 1):
        supervisor, log_path = stack.worker(number)
        supervisor.start(time.monotonic())
        supervisors.append(supervisor)
        say(f"log of {supervisor.name}: {log_path}")
    _tell(stack, is_json=is_json)
    _watch(stack, supervisors, has_ended)


def _tell(stack: "Stack", *, is_json: bool) -> None:
    """Tell where everything is, and what to set in another terminal."""
    environment = stack.environment()
    if is_json:
        print_json(environment)
        return
    settings = stack.settings()
    print_pairs(
        {
            "Kafka": stack.broker.bootstrap,
            "Redis": stack.redis.url,
            "metrics": f"http://127.0.0.1:{settings.metrics_port}/metrics",
            "health": f"http://127.0.0.1:{settings.metrics_port}/ready",
        }
    )
    out().print("\nIn another terminal:")
    for name, value in environment.items():
        out().print(f"  export {name}={value}")
    say("\nCtrl-C stops all")


def _watch(stack: "Stack", supervisors: "Sequence[Supervisor]", has_ended: threading.Event) -> None:
    """Keep the workers running until told to end.

    Raises:
        SandboxError: If the broker or Redis ended: what they held is gone, so the line begins anew with the next start.
    """
    from streams.sandbox.supervision import Ended

    try:
        while not has_ended.wait(LOOK_SECONDS):
            stack.require_servers()
            for supervisor in supervisors:
                event = supervisor.look(time.monotonic())
                if isinstance(event, Ended):
                    _say_ended(event)
                elif event is not None:
                    say(f"{event.name} was started again ({event.restarts})")
    except KeyboardInterrupt:
        say("stopping")


def _say_ended(event: "Ended") -> None:
    """Say that a worker ended, how, and when it comes back."""
    from streams.cli.exit_codes import ExitCode

    code = event.exit_code
    meaning = f", {ExitCode(code).meaning}" if code in set(ExitCode) else ""
    say(f"{event.name} ended (exit code {code}{meaning}); it is started again in {event.again_in_seconds:g} s")
    if event.quick_ends >= CRASH_LOOP_ENDS:
        say(f"{event.name} keeps ending, {event.quick_ends} times in a row soon after its start: see why in its log")
    say("its log ends with:")
    say(event.log_tail)
