"""`leadstream demo`: everything on this machine, fed with believable activities, or with a real site's log."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer


def demo(
    *,
    leads: Annotated[int, typer.Option(min=1, max=20_000, help="How many leads to invent.")] = 400,
    days: Annotated[int, typer.Option(min=1, max=365, help="Over how many days.")] = 28,
    seed: Annotated[int, typer.Option(help="Decides what they do; another number, another story.")] = 7,
    access_log: Annotated[
        Path | None, typer.Option("--access-log", help="Replay a web server's combined log instead, moved to now.")
    ] = None,
    is_pages_only: Annotated[
        bool,
        typer.Option(
            "--pages-only/--all-requests", help="Of the log leave out images, scripts, styles and failed requests."
        ),
    ] = True,
    scorecard: Annotated[
        Path | None, typer.Option("--scorecard", "-s", help="The scorecard; else the example for a software company.")
    ] = None,
    is_fast: Annotated[bool, typer.Option("--fast", help="Show stage changes as fast as they come.")] = False,
    is_kept: Annotated[
        bool, typer.Option("--keep-running", help="Leave everything running at the end, to look around, until Ctrl-C.")
    ] = False,
) -> None:
    """Start a broker, Redis and a worker on this machine, and watch leads change stage.

    Some weeks of some hundred invented leads are put on the topics; a worker scores them, and every stage change is
    shown as it is published, with its score and reasons. Needs no Java, no Docker and no network; nothing is left.
    """
    from streams.cli.demo_run import Demo, Plan
    from streams.cli.ending import interrupt, on_end
    from streams.example import example_scorecard

    plan = Plan(
        leads=leads,
        days=days,
        seed=seed,
        access_log=access_log,
        is_pages_only=is_pages_only,
        scorecard=scorecard or example_scorecard(),
        is_fast=is_fast,
        is_kept=is_kept,
    )
    on_end(interrupt)
    asyncio.run(Demo(plan).run())
