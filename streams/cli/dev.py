"""`leadstream dev`: broker, Redis, topics and a worker on this machine, until Ctrl-C."""

import asyncio
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.ending import on_end
from streams.cli.terminal import out, print_json, print_pairs, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.sandbox.monitors import Monitors
    from streams.sandbox.stack import Stack
    from streams.sandbox.supervision import Ended, Supervisor

CRASH_LOOP_ENDS = 3
"""So many ends in a row, each soon after its start, are called a crash loop."""
LOOK_SECONDS = 0.2
FULL = (
    "All that docker-compose.yml has, as processes: Apache Kafka in place of the embedded broker, Prometheus, "
    "Alertmanager, Redis' exporter, Grafana (with --metrics-port 0 on free ports). What cannot be had is named."
)


def dev(  # noqa: PLR0913 - the options of a command
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
    workers: Annotated[
        int | None, typer.Option(min=1, max=16, help="How many workers share the partitions: 1, with --full 2.")
    ] = None,
    is_full: Annotated[bool, typer.Option("--full", help=FULL)] = False,
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
        is_apache=is_full,
    )
    wanted = (workers or (2 if is_full else 1)) if has_worker else 0
    with stack:
        _run(stack, workers=wanted, is_full=is_full, are_ports_free=not metrics_port, is_json=is_json)
    say("all stopped")


def _run(stack: "Stack", *, workers: int, is_full: bool, are_ports_free: bool, is_json: bool) -> None:
    """Start everything, tell where it is, and keep it running until told to end."""
    has_ended = threading.Event()
    on_end(has_ended.set)
    supervisors = _started(stack, workers=workers)
    with ExitStack() as closing:
        monitors = closing.enter_context(_watching(stack, are_ports_free=are_ports_free)) if is_full else None
        _tell(stack, monitors, is_json=is_json)
        _watch(stack, [*supervisors, *(monitors.supervisors if monitors else ())], has_ended)


def _started(stack: "Stack", *, workers: int) -> "list[Supervisor]":
    """Start the servers, make the topics, and start the workers."""
    from streams.kafka.topic_admin import create_topics

    stack.start_servers()
    made = asyncio.run(create_topics(stack.settings()))
    say(f"{len(made.created)} topics")
    supervisors = []
    for number in range(1, workers + 1):
        supervisor, log_path = stack.worker(number)
        supervisor.start(time.monotonic())
        supervisors.append(supervisor)
        say(f"log of {supervisor.name}: {log_path}")
    return supervisors


def _watching(stack: "Stack", *, are_ports_free: bool) -> "Monitors":
    """Start what watches a stack."""
    from streams.sandbox.monitors import Monitors, Watched

    say("Prometheus and all that goes with it (a program that is not here comes from Debian's packages, once)")
    monitors = Monitors(Watched(stack.worker_ports, stack.redis.url), are_ports_free=are_ports_free)
    monitors.start()
    return monitors


def _tell(stack: "Stack", monitors: "Monitors | None", *, is_json: bool) -> None:
    """Tell where everything is, what is missing, and what to set in another terminal."""
    environment = stack.environment()
    if is_json:
        watching = {"addresses": monitors.addresses, "missing": monitors.missing} if monitors else {}
        print_json({"environment": environment, **watching} if monitors else environment)
        return
    ports = stack.worker_ports or [stack.settings().metrics_port]  # where a worker that is started by hand will be
    print_pairs(
        {
            "Kafka": stack.broker.bootstrap,
            "Redis": stack.redis.url,
            "metrics": " ".join(f"http://127.0.0.1:{port}/metrics" for port in ports),
            "health": " ".join(f"http://127.0.0.1:{port}/ready" for port in ports),
            **(monitors.addresses if monitors else {}),
        }
    )
    for name, reason in (monitors.missing if monitors else {}).items():
        say(f"missing: {name}: {reason}")
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
