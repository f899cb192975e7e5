"""Prints how many microseconds this Python takes for some of what leadstream does most: calls, tuples, dictionaries.

Nothing, with an error, if it cannot make an environment. The standard library only: any Python runs it.
"""

import ensurepip  # noqa: F401 - asked for before a Python is chosen that lacks it
import time
import venv  # noqa: F401 - as above

ROUNDS, COUNTS = 7, 10_000


def counted(cells: dict[tuple[str, int], int], bucket: int) -> int:
    """Count one in a cell."""
    key = ("viewed", bucket)
    cells[key] = cells.get(key, 0) + 1
    return cells[key]


def work() -> int:
    """Count some."""
    cells: dict[tuple[str, int], int] = {}
    return sum(counted(cells, number % 97) for number in range(COUNTS))


def microseconds() -> int:
    """Return what the quickest of some rounds took: the others were slowed by something else."""
    taken = []
    for _ in range(ROUNDS):
        begun_ns = time.perf_counter_ns()
        work()
        taken.append(time.perf_counter_ns() - begun_ns)
    return min(taken) // 1_000


if __name__ == "__main__":
    print(microseconds())
