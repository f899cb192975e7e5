"""Counters in time buckets: how they are made, added, taken back, aged and dropped.

Cells are integers, so adding and subtracting are exact, associative and commutative; a cell that is back at zero
vanishes, so that taking back leaves no trace. Dropping what has expired never changes a value, because what has
expired is not valued (`scorer.worth.valuation` ignores it whether or not it is still there). Knows nothing of points.
"""

from collections.abc import Iterable, Mapping
from math import inf
from typing import Final

from scorer.facts.state import Cell, CellKey, new_cell, new_key
from scorer.rules.plan import plan_of
from scorer.rules.scorecard import Scorecard

ZERO: Final = Cell(count=0, offset_ms=0, measure=0)


def cells_of(
    *, source: str, verdict: int, occurred_at: int, counted: Iterable[tuple[str, int]], scorecard: Scorecard
) -> dict[CellKey, Cell]:
    """Return the cells that one activity fills: a count of one under each signal that it matched.

    Args:
        source: The id of the person that it came under.
        verdict: Who did it (`scorer.facts.activity.Verdict`).
        occurred_at: When, in milliseconds since the epoch.
        counted: The signals with their scaled measures, as `scorer.rules.signals.matched` or a journal entry has them.
        scorecard: Gives the width of the buckets. A signal that it does not know has none, and is left out.

    Returns:
        The cells by key.
    """
    cells: dict[CellKey, Cell] = {}
    plain_verdict = int(verdict)
    for name, measure in counted:
        signal = scorecard.signals.get(name)
        if signal is not None:
            bucket, offset_ms = divmod(occurred_at, signal.width_ms)
            cells[new_key(source, name, plain_verdict, bucket)] = new_cell(1, offset_ms, measure)
    return cells


def add(cells: Mapping[CellKey, Cell], other: Mapping[CellKey, Cell]) -> dict[CellKey, Cell]:
    """Return the sum of two sets of cells, counter by counter; what is zero in all parts vanishes."""
    return _combined(cells, other, 1)


def subtract(cells: Mapping[CellKey, Cell], other: Mapping[CellKey, Cell]) -> dict[CellKey, Cell]:
    """Return ``cells`` without ``other``, counter by counter; what is zero in all parts vanishes."""
    return _combined(cells, other, -1)


def add_to(cells: dict[CellKey, Cell], other: Mapping[CellKey, Cell], sign: int = 1) -> None:
    """Add cells to others in place, counter by counter; what is zero in all parts vanishes.

    Args:
        cells: What is changed.
        other: What to add.
        sign: -1 to take it off.
    """
    for key, (count, offset_ms, measure) in other.items():
        count_before, offset_before_ms, measure_before = cells.get(key, ZERO)
        after = new_cell(
            count_before + sign * count, offset_before_ms + sign * offset_ms, measure_before + sign * measure
        )
        if after == ZERO:
            cells.pop(key, None)
        else:
            cells[key] = after


def _combined(cells: Mapping[CellKey, Cell], other: Mapping[CellKey, Cell], sign: int) -> dict[CellKey, Cell]:
    combined = dict(cells)
    add_to(combined, other, sign)
    return combined


def mean_at(key: CellKey, cell: Cell, width_ms: int) -> float:
    """Return the mean instant of a cell's activities, in milliseconds since the epoch.

    Args:
        key: Says which bucket.
        cell: The counter; its count is above 0.
        width_ms: The width of its signal's buckets.

    Returns:
        The mean; a late activity moves it.
    """
    # A float first: two integers beyond 2**53 are divided in another way by CPython than by machine code.
    return key.bucket * width_ms + float(cell.offset_ms) / cell.count


def expires_at(key: CellKey, scorecard: Scorecard) -> int | None:
    """Return the instant from which a cell counts for nothing but "first time only" and inactivity.

    It is the end of the cell's bucket, moved up to the end of its limit window if its signal has limits, plus the
    signal's ``keep_ms``: never a function of the cell's mean, so all cells of one limit window go at once.

    Args:
        key: Says which cell.
        scorecard: Gives widths, limits and keeps.

    Returns:
        Milliseconds since the epoch; None if it never expires or the scorecard does not know its signal.
    """
    signal = plan_of(scorecard).signals.get(key.signal)
    return None if signal is None else signal.expires_at(key.bucket)


def pruned(cells: Mapping[CellKey, Cell], scorecard: Scorecard, now: int) -> Mapping[CellKey, Cell]:
    """Return the cells without those that have expired and can matter no more.

    Of the expired buckets of a source, signal and verdict the first and the last stay: "first time only" asks for the
    former, inactivity for the latter. The last *expired* one stays even while later ones are live, since taking a live
    one back must leave what would be there had it never come. Cells of unknown signals are left alone.

    Args:
        cells: The cells of one lead.
        scorecard: Says what has expired.
        now: The instant, in milliseconds since the epoch.

    Returns:
        The same object if nothing goes, else a new mapping.
    """
    expired, _ = _expired(cells, scorecard, now)
    dropped = {
        CellKey(*series, bucket)
        for series, buckets in expired.items()
        if len(buckets) > 2
        for bucket in sorted(buckets)[1:-1]
    }
    return {key: cell for key, cell in cells.items() if key not in dropped} if dropped else cells


def quiet_until(cells: Mapping[CellKey, Cell], scorecard: Scorecard, now: int) -> float:
    """Return the first instant at which `pruned` may drop something of cells; infinite if it never does.

    Args:
        cells: The cells of one lead.
        scorecard: Says when they expire.
        now: The instant, in milliseconds since the epoch.

    Returns:
        ``now`` itself if something could be dropped already.
    """
    expired, next_at = _expired(cells, scorecard, now)
    return float(now) if any(len(buckets) > 2 for buckets in expired.values()) else next_at


def _expired(
    cells: Iterable[CellKey], scorecard: Scorecard, now: int
) -> tuple[dict[tuple[str, str, int], list[int]], float]:
    """Return the buckets that have expired, by source, signal and verdict, and when the next one will."""
    signals = plan_of(scorecard).signals
    expired: dict[tuple[str, str, int], list[int]] = {}
    ends = [inf]
    for source, name, verdict, bucket in cells:
        signal = signals.get(name)
        end_at = None if signal is None else signal.expires_at(bucket)
        if end_at is None:
            continue
        if end_at <= now:
            expired.setdefault((source, name, verdict), []).append(bucket)
        else:
            ends.append(end_at)
    return expired, float(min(ends))
