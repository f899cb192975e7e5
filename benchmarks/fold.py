"""How fast the kernel is, without servers: decode, fold and encode an activity, in microseconds of the processor.

Whatever else a machine does disturbs it a little, so the load is gone through several times and the fastest counts.
The second runs it on the modules that `make compiled` made; what workers run on.

    python -m benchmarks.fold --activities 100000 --leads 5000
    python -m streams.compiled benchmarks.fold --activities 100000 --leads 5000
"""

import argparse
import gc
from dataclasses import dataclass

from benchmarks.kernel import Kernel, stored_records
from benchmarks.load import LoadPlan
from benchmarks.results import Machine, note
from streams.cli.worker import GARBAGE_THRESHOLDS
from streams.compiled import kind

SEED = 1
RECORDS_PER_SECOND = 50_000
"""How densely the records are stored; a lead's scores are told at intervals of this time."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one run measured: microseconds of the processor an activity, and what the activities came to."""

    activities: int
    leads: int
    batch: int
    runs: int
    is_compiled: bool
    decode: float
    fold: float
    encode: float
    total: float
    changes_share: float
    rows_per_activity: float
    row_bytes: int
    machine: Machine


def measured(plan: LoadPlan, batch: int, runs: int) -> Result:
    """Go through a plan's activities several times, each time with leads of whom nothing is known at first."""
    records = list(stored_records(plan, RECORDS_PER_SECOND))
    passes = []
    # As in a worker, whose leads are many and hold no cycles.
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    for _ in range(runs):
        kernel = Kernel()
        for start in range(0, len(records), batch):
            kernel.handle(records[start : start + batch])
        kernel.leads.clear()
        passes.append(kernel)
        print({name: round(seconds / len(records) * 1e6, 1) for name, seconds in kernel.seconds.items()})
    best = min(passes, key=lambda kernel: sum(kernel.seconds.values()))
    steps = {name: round(seconds / len(records) * 1e6, 1) for name, seconds in best.seconds.items()}
    return Result(
        plan.activities,
        plan.leads,
        batch,
        runs,
        kind() == "compiled",
        **steps,
        total=round(sum(best.seconds.values()) / len(records) * 1e6, 1),
        changes_share=round(best.stage_changes / len(records), 4),
        rows_per_activity=round(best.rows / len(records), 3),
        row_bytes=round(best.row_bytes / best.rows),
        machine=Machine.here(),
    )


def main() -> None:
    """Measure once and note it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fold", description=__doc__)
    parser.add_argument("--activities", type=int, default=100_000)
    parser.add_argument("--leads", type=int, default=5_000)
    parser.add_argument("--batch", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    result = measured(LoadPlan(SEED, given.activities, given.leads, partitions=1), given.batch, given.runs)
    note("fold", result)
    print(result)


if __name__ == "__main__":
    main()
