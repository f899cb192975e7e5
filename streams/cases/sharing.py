"""Work on many names shared with helper processes, in order: a case needs nothing of another.

A helper is a fork of this process, so it knows all that was read; it says of each of its names in a line of JSON what
came of it. What a helper does not say, because it died or cannot be had, is done here: sharing saves time and changes
nothing.
"""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from io import BufferedReader
from typing import Any

HELPERS_MAX = 3
SHARED_FROM = 100
"""Names from which on a helper is worth its start, some tens of milliseconds."""

Answer = dict[str, Any]
AnswerOf = Callable[[str], Answer]


def answers(names: Sequence[str], answer_of: AnswerOf, helpers: int | None = None) -> Iterator[Answer | None]:
    """Yield what helpers say of names, in their order; None for a name that is left to the caller.

    Args:
        names: What is to be answered.
        answer_of: Answers one, in a helper; whatever it answers must be JSON.
        helpers: How many to have; None takes as many as this machine has processors to spare.
    """
    spare = min(len(os.sched_getaffinity(0)) - 1, HELPERS_MAX) if hasattr(os, "sched_getaffinity") else 0
    count = spare if helpers is None else helpers
    if len(names) < SHARED_FROM and helpers is None:
        count = 0
    pipes = [_helper(names[number :: count + 1], answer_of) for number in range(1, count + 1)]
    try:
        for number in range(len(names)):
            share = number % (count + 1)
            yield _said(pipes[share - 1][1]) if share else None
    finally:
        for child, pipe in pipes:
            pipe.close()
            with suppress(ChildProcessError):
                os.waitpid(child, 0)


def _helper(names: Sequence[str], answer_of: AnswerOf) -> tuple[int, BufferedReader]:
    """Start a helper; return its process id and what it says."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, os.fdopen(reading, "rb")
    # Nothing of the parent's may end with this process: not its buffers, not what it would do at its end.
    with suppress(BaseException):
        os.close(reading)
        with os.fdopen(writing, "wb") as pipe:
            for name in names:
                pipe.write(json.dumps(answer_of(name)).encode() + b"\n")
                pipe.flush()
    os._exit(0)


def _said(pipe: BufferedReader) -> Answer | None:
    """Return the next line of a helper; None if there is none."""
    line = pipe.readline()
    if not line.endswith(b"\n"):
        return None
    answer: Answer = json.loads(line)
    return answer
