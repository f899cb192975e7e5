"""``python -m tests.simulation``: play many seeds, or one of them again with all that happens."""

import argparse
import os
import sys

from tests.simulation.play import play
from tests.simulation.sweep import sweep


def main() -> int:
    """Run what the command line asks for; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2_000, help="how many seeds to play (2000)")
    parser.add_argument("--first", type=int, default=0, help="the first of them (0)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many processes (all cores)")
    parser.add_argument("--seed", type=int, help="play this seed alone")
    parser.add_argument("--verbose", "-v", action="store_true", help="with --seed: print all that happens")
    said = parser.parse_args()
    if said.seed is None:
        return 1 if sweep(said.first, said.seeds, said.jobs) else 0
    played = play(said.seed, is_told=said.verbose)
    print(played if played.findings.violations else f"seed {said.seed}: all promises kept, trace {played.digest}")  # noqa: T201 - a command line
    return 1 if played.findings.violations else 0


if __name__ == "__main__":
    sys.exit(main())
