"""What a case says that the lead did, made into activities and profile updates at their instants."""

import json
from collections.abc import Callable, Mapping, Sequence

from pydantic import ValidationError

from schemas.activities import RESERVED_TYPES
from schemas.cases import DeedRules
from schemas.contract import Scalar
from schemas.inputs import line_adapter, refusal_text
from schemas.moments import Moment
from scorer import Activity, ProfileUpdate
from streams.cases.case import LEAD_ID, Deed
from streams.cases.case_file import LoadedCases
from streams.cases.deeds import field_names, has_field, wire_of
from streams.scorecards.finding import nearest, quoted
from streams.scorecards.notebook import Notebook
from streams.scorecards.parts import Path
from streams.translation.activity_fields import FIELD_NAMES
from streams.translation.translate import core_input, fingerprint, instant_text

ACTIVITIES_MAX = 5_000
"""Of one case, repeats counted."""
WORDS_OF_TIME = ("at", "times", "every", "over", "verdict", "profile")

InstantOf = Callable[[Moment | None, Path], int | None]


class DeedReader:
    """Reads what was done, entry by entry; what is wrong goes to the notebook."""

    def __init__(self, loaded: LoadedCases, notebook: Notebook, instant_of: InstantOf) -> None:
        """Say where entries stand.

        Args:
            loaded: The case file.
            notebook: Where mistakes are written down.
            instant_of: Works out a written instant; None where it cannot.
        """
        self._loaded = loaded
        self._notebook = notebook
        self._instant_of = instant_of
        self.deeds: list[Deed] = []

    def read(self, entries: Sequence[DeedRules], path: Path) -> None:
        """Read a list of entries.

        Args:
            entries: What was done.
            path: Where the list stands in the file.
        """
        for number, entry in enumerate(entries):
            self._read(entry, (*path, number))

    def know(self, profile: Mapping[str, Scalar], path: Path, at: int) -> None:
        """Let a profile be known from an instant on, before all that happens at it."""
        wire = {"id": "profile", "attributes": dict(profile)}
        content = self._content("lead_profile", wire, at, path) if at >= 0 else None
        if content is not None:
            line = self._loaded.line(path)
            self.deeds.append(Deed(at, -1, line, "profile", profile, content))

    def _read(self, entry: DeedRules, path: Path) -> None:
        """Read one entry."""
        first_at = self._instant_of(entry.at, path)
        step_ms = self._step_ms(entry, path)
        if (entry.activity is None) == (entry.profile is None):
            self._refuse_nothing(path)
            return
        kind = entry.activity or "lead_profile"
        if entry.activity is not None and not self._is_known(entry, entry.activity, path):
            return
        if first_at is None:
            return
        if first_at < 0:
            self._notebook.note(path, "an instant lies before 1970", "give a later `now`, or shorter spans")
            return
        wire: dict[str, object] = {"attributes": dict(entry.profile)} if entry.profile else wire_of(kind, entry.fields)
        if entry.activity is not None:
            wire["verdict"] = entry.verdict
        first, times = len(self.deeds), entry.times or 1
        content = self._content(kind, {**wire, "id": f"{first}"}, first_at, path)
        if first + times > ACTIVITIES_MAX:
            self._notebook.note(path, f"the case has more than {ACTIVITIES_MAX} activities", "let less happen")
        elif content is not None:
            said = (self._loaded.line(path), entry.activity or "profile", entry.profile or entry.fields)
            self.deeds.append(Deed(first_at, first, *said, content))
            for time in range(1, times):
                number, at = first + time, first_at + time * step_ms
                again = content._replace(fingerprint=fingerprint(f"{number}"), occurred_at=at)
                self.deeds.append(Deed(at, number, *said, again))

    def _refuse_nothing(self, path: Path) -> None:
        """Say what an entry must hold."""
        fix = "write what the lead did, such as page_view: /pricing, or profile: with what became known of it"
        self._notebook.note(path, "it is no activity, or more than one thing", fix)

    def _step_ms(self, entry: DeedRules, path: Path) -> int:
        """Return how far apart the times of an entry are; 0 for one time."""
        if entry.times is None:
            if entry.every is not None or entry.over is not None:
                self._notebook.note(path, "it says not how often", "add times: 15")
            return 0
        if (entry.every is None) == (entry.over is None):
            self._notebook.note(
                path, "it says not how far apart the times are", "add every: 22h or over: 14d, one of both"
            )
            return 0
        return entry.every or (entry.over or 0) // entry.times

    def _is_known(self, entry: DeedRules, activity: str, path: Path) -> bool:
        """Return whether such an activity can come, with such fields."""
        if activity in RESERVED_TYPES and activity not in FIELD_NAMES:
            fix = "write profile: {job_title: ...}" if activity == "lead_profile" else "choose a name of your own"
            self._notebook.note(path, f"activity {activity} is reserved", fix)
            return False
        unknown = [name for name in entry.fields if not has_field(activity, name)]
        for name in unknown:
            # Fields stand beside the activity, below it, or under `with`.
            places = [(*path, name), (*path, activity, name), (*path, "with", name)]
            place = next((place for place in places if self._notebook.is_given(place)), path)
            fix = nearest(name, (*field_names(activity), *WORDS_OF_TIME))
            self._notebook.note(place, f"a {activity} has no field {quoted(name)}", fix, is_key=place is not path)
        return not unknown

    def _content(self, kind: str, wire: Mapping[str, object], at: int, path: Path) -> Activity | ProfileUpdate | None:
        """Return what the core takes, read as a worker reads a record; None if its contract refuses it."""
        record = {**wire, "type": kind, "lead_id": LEAD_ID, "occurred_at": instant_text(at)}
        try:
            content: Activity | ProfileUpdate = core_input(line_adapter().validate_json(json.dumps(record)))
        except ValidationError as error:
            fix = "give what a topic would take (docs/contracts.md)"
            self._notebook.note(path, refusal_text(error), fix)
            return None
        return content
