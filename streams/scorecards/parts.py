"""How people call the parts of a scorecard file: ``("scores", "main", "stages", 2)`` is ``stage "mql"``."""

from typing import NamedTuple

from streams.scorecards.finding import quoted

Path = tuple[str | int, ...]

SIDES = ("engagement", "fit")


class Part(NamedTuple):
    """A part's name, and how much of a path leads to it; the rest is the key within."""

    name: str
    length: int


def part_of(path: Path, data: object = None) -> Part:
    """Return the smallest named part that a path leads into.

    Args:
        path: Keys and list places from the top of the file.
        data: The file's data, which knows the names of stages.

    Example:
        >>> part_of(("signals", "pricing_viewed", "where", "path")).name
        'signal "pricing_viewed"'
    """
    if len(path) < 2 or path[0] not in ("signals", "scores"):
        return Part("scorecard", 0)
    if path[0] == "signals":
        return Part(f"signal {quoted(path[1])}", 2)
    if len(path) >= 4 and path[2] == "stages":
        return Part(f"stage {_stage_name(path[:4], data)}", 4)
    if len(path) >= 4 and path[2] in SIDES:
        if len(path) >= 5 and path[3] == "groups":
            is_criterion = len(path) >= 7 and path[5] == "criteria"
            return Part(f"criterion {quoted(path[6])}", 7) if is_criterion else Part(f"group {quoted(path[4])}", 5)
        return Part(f"{path[2]} of score {quoted(path[1])}", 3)
    return Part(f"score {quoted(path[1])}", 2)


def key_of(path: Path, part: Part) -> str:
    """Return the key that a path ends in, within its part; empty if it ends at the part itself."""
    names = [step for step in path[part.length :] if isinstance(step, str)]
    return names[-1] if names else ""


def value_at(data: object, path: Path) -> object:
    """Return what stands at a path; None where nothing does."""
    for step in path:
        is_there = step in data if isinstance(data, dict) else isinstance(step, int) and _has_item(data, step)
        if not is_there:
            return None
        data = data[step]  # type: ignore[index]  # a dict or a tuple: what else has no such step
    return data


def _has_item(data: object, index: int) -> bool:
    """Return whether data is a list that reaches to an index."""
    return isinstance(data, tuple) and 0 <= index < len(data)


def _stage_name(path: Path, data: object) -> str:
    """Return a stage by its name, or by its number where it has none; by its key where stages are no list."""
    name, place = value_at(data, (*path, "name")), path[-1]
    if isinstance(name, str):
        return quoted(name)
    return f"number {place + 1}" if isinstance(place, int) else quoted(place)
