"""What sets the kinds of files apart that people write in YAML: the model, the bound, and how their parts are called.

The reader (`streams.scorecards.tree`) and the sentences about shapes (`streams.scorecards.shape`) serve all of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from schemas.scorecard import ScorecardFile
from streams.scorecards.parts import Part, Path, part_of


@dataclass(frozen=True, slots=True)
class Language:
    """One kind of file.

    ``name`` is what a file holds, ``keys`` how one begins, ``values_max`` how many values it may have. ``part_of``
    names the smallest part that a path leads into. ``pattern_fixes`` is the way out, by key, where text has another
    form than it must have.
    """

    name: str
    keys: str
    model: type[BaseModel]
    values_max: int
    part_of: Callable[[Path, object], Part]
    pattern_fixes: Mapping[str, str] = field(default_factory=dict)


SCORECARD = Language(
    name="scorecard",
    keys="version, signals, scores",
    model=ScorecardFile,
    values_max=20_000,
    part_of=part_of,
    pattern_fixes={
        "activity": 'write a type in snake_case, such as page_view or trial_started, or "*" for any',
        "competitor": "write a domain name alone, such as rival.example",
        "customer": "write a domain name alone, such as customer.example",
        "engagement": "label bands with letters, digits, + or -",
        "fit": "label bands with letters, digits, + or -",
    },
)
