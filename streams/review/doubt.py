"""What a review finds. A doubt never refuses a file.

Those that claim (never, always, at most) hold of every lead whatever it does, and property tests try to refute them by
the core; the others name what is out of the ordinary. Knows no file and no line: a doubt tells the path of the value
that it is about.
"""

from dataclasses import dataclass

from streams.scorecards.parts import Path


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubt: its kind (of `streams.scorecards.codes.DOUBTS`), the value it is about, what is wrong, the way out."""

    code: str
    path: Path
    rule: str
    fix: str
