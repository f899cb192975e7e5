"""Another process that plays cases: it has the compiled modules, where there are some, and this one the plain ones."""

import io
import pickle
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from types import MappingProxyType
from typing import Any

from streams.compiled import use

COMPILED = "compiled"
CHILD_SECONDS_MAX = 240


class _Parcel(pickle.Pickler):
    """Takes values apart by what they are made of, so that a class of the same name makes them on the other side."""

    def reducer_override(self, value: object) -> Any:
        """Return how to make a value again."""
        if is_dataclass(value) and not isinstance(value, type):
            return made, (type(value), {part.name: getattr(value, part.name) for part in fields(value) if part.init})
        if isinstance(value, MappingProxyType):
            return MappingProxyType, (dict(value),)
        return NotImplemented


def made(kind: type, parts: dict[str, object]) -> object:
    """Return a value made of its parts."""
    return kind(**parts)


def parcel(value: object) -> bytes:
    """Return a value as bytes."""
    out = io.BytesIO()
    _Parcel(out).dump(value)
    return out.getvalue()


def said_elsewhere(cases: Sequence[Any], *, is_compiled: bool = True) -> list[list[str]] | None:
    """Return what another process says of cases, by its compiled modules or the plain ones; None if it has none."""
    command = [sys.executable, "-m", "tests.builders.other_modules", *([COMPILED] if is_compiled else [])]
    done = subprocess.run(command, input=parcel(cases), capture_output=True, timeout=CHILD_SECONDS_MAX, check=False)
    if done.returncode:
        raise AssertionError(done.stderr.decode())
    said: list[list[str]] | None = pickle.loads(done.stdout)  # noqa: S301 - written by a process of our own
    return said


def main() -> None:
    """Play the cases that come in, and write what is said of them."""
    if COMPILED in sys.argv and not use():
        sys.stdout.buffer.write(pickle.dumps(None))
        return
    from tests.promises.compiled import answers

    cases = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - as above
    sys.stdout.buffer.write(pickle.dumps(answers(cases)))


if __name__ == "__main__":
    main()
