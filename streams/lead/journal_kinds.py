"""What entries of a journal share with others, which is most of what they are."""

from collections.abc import Mapping, Sequence
from typing import Final

from scorer import Verdict

IS_RETRACTED: Final = 4
IS_MEASURED: Final = 8
IS_CORRELATED: Final = 16
SIGNALS: Final = 32
FLAGS: Final = IS_RETRACTED | IS_MEASURED | IS_CORRELATED
VERDICTS: Final[Mapping[int, Verdict]] = {int(verdict): verdict for verdict in Verdict}

Counted = tuple[tuple[str, int], ...]
Alike = tuple[str, str, int, bool, bool, Counted]
Kind = tuple[str, str, int, tuple[str, ...]]
"""What entries share: source, type, mark, and the signals that they were counted under.

The mark is the verdict, a bit each for those that were retracted, have measures other than 0, have a correlation, and
`SIGNALS` x how many signals.
"""


class Kinds(dict[Alike, Kind]):
    """The kinds of entries; many are alike."""

    def __missing__(self, alike: Alike) -> Kind:
        kind = self[alike] = kind_of(alike)
        return kind


def kind_of(alike: Alike) -> Kind:
    """Return the kind of all entries that have these in common."""
    source, name, verdict, is_retracted, is_correlated, counted = alike
    mark = SIGNALS * len(counted) + IS_RETRACTED * is_retracted + IS_CORRELATED * is_correlated + verdict
    is_measured, signals = False, []
    for signal, measure in counted:
        signals.append(signal)
        is_measured = is_measured or measure != 0
    return source, name, mark + IS_MEASURED if is_measured else mark, tuple(signals)


def measures_of(counted: Counted) -> list[int]:
    """Return the measures of an entry; none if they are all 0, as nearly always."""
    measures = [measure for _, measure in counted]
    return measures if any(measures) else []


def with_correlations(marks: Sequence[int], given: Sequence[str]) -> Sequence[str | None]:
    """Return the correlation of each entry, by their marks.

    Raises:
        ValueError: If there are more or fewer than the marks ask for.
    """
    require(len(given), sum([mark & IS_CORRELATED for mark in marks]) // IS_CORRELATED)
    if not given:
        return [None] * len(marks)
    left = iter(given)
    return [next(left) if mark & IS_CORRELATED else None for mark in marks]


def with_measures(marks: Sequence[int], counted: Sequence[Counted], measures: Sequence[int]) -> Sequence[Counted]:
    """Return what each entry was counted under, with its measures.

    Raises:
        ValueError: If there are more or fewer than the marks ask for.
    """
    require(len(measures), sum([mark // SIGNALS for mark in marks if mark & IS_MEASURED]))
    if not measures:
        return counted
    left = iter(measures)
    return [
        tuple([(name, next(left)) for name, _ in pairs]) if mark & IS_MEASURED else pairs
        for mark, pairs in zip(marks, counted, strict=True)
    ]


def require(count: int, wanted: int) -> None:
    """Refuse a column of another length than the marks ask for.

    Raises:
        ValueError: If it is.
    """
    if count != wanted:
        raise ValueError(f"{count} values in a column, and {wanted} are asked for")
