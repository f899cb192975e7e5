"""Whether signals can match, and whether anything values them."""

from difflib import get_close_matches

from schemas.activities import RESERVED_TYPES
from schemas.scorecard import ScorecardFile
from streams.scorecards.finding import quoted
from streams.scorecards.notebook import Notebook
from streams.scorecards.parts import Path
from streams.scorecards.rules_conditions import check_field, check_fields, check_where
from streams.translation.activity_fields import FIELD_NAMES

_MINUTE_MS = 60_000
_OF_ONES_OWN = ("custom_activity", "custom_activities")
"""The contract and the topic of activities of one's own: what a scorecard names is their type."""


def check_signals(file: ScorecardFile, notebook: Notebook) -> None:
    """Check every signal of a file."""
    for name, signal in file.signals.items():
        path: Path = ("signals", name)
        _check_activity(signal.activity, (*path, "activity"), notebook)
        if signal.where is not None:
            check_fields(signal.where, (*path, "where"), signal.activity, notebook)
            check_where(signal.where, (*path, "where"), file, notebook)
        if signal.measure is not None:
            check_field(signal.measure.field, (*path, "measure", "field"), signal.activity, notebook)
        if signal.width is not None and signal.width < _MINUTE_MS:
            notebook.note((*path, "width"), "width is below 1m", "give at least 1m or remove the key")


def check_valued(file: ScorecardFile, notebook: Notebook) -> None:
    """Doubt signals that no criterion values; asked once every name is known to be right."""
    valued = _valued_signals(file)
    for name in file.signals:
        if name not in valued:
            fix = "name it in one or remove it; until then it is counted for nothing"
            notebook.doubt(("signals", name), "no criterion values it", fix, code="signal_not_valued")


def _check_activity(activity: str, path: Path, notebook: Notebook) -> None:
    """Check that activities of a type can come."""
    if activity in FIELD_NAMES or activity == "*":
        return
    if activity == "lead_profile":
        notebook.note(path, "activity lead_profile is no activity", "value attributes under fit")
    elif activity in RESERVED_TYPES:
        notebook.note(path, f"activity {activity} is reserved for a topic to come", "choose another name for your own")
    elif activity in _OF_ONES_OWN:
        fix = "name the type that producers give, such as webinar_attended; it is what the record's field type says"
        notebook.doubt(path, f"activity {activity} is what all of your own share", fix, code="activity_misspelt")
    elif close := get_close_matches(activity, FIELD_NAMES, n=1, cutoff=0.8):
        fix = f"did you mean {quoted(close[0])}? Activities of your own can have any name"
        notebook.doubt(path, f"activity {activity} is one of your own", fix, code="activity_misspelt")


def _valued_signals(file: ScorecardFile) -> set[str]:
    """Return the signals that some criterion looks at."""
    valued: set[str] = set()
    for score in file.scores.values():
        for group in score.engagement.groups.values() if score.engagement else ():
            for criterion in group.criteria.values():
                valued |= {criterion.signal} if criterion.signal else set()
                valued |= set(criterion.inactivity.of) if criterion.inactivity else set()
    return valued
