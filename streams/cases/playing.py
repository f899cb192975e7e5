"""A case played by a scorecard, through the steps that a worker takes: what comes of it is what a worker would do.

What the lead did is taken in order of time, each at the instant at which it happened, as on topics without delay; every
wake-up due at or before comes first, at its own instant. What happens at the instant of a look has happened when it is
looked at. A test holds this equal to the worker's fold.
"""

from dataclasses import dataclass

from scorer import (
    Activity,
    Explanation,
    JournalBounds,
    LeadState,
    Outcome,
    Outlook,
    Scorecard,
    StageChange,
    Standing,
    advance,
    explain,
    record,
    update_profile,
)
from scorer.rules.plan import narrowed
from scorer.worth.view import PreparedProfile
from streams.cases.case import Case, Deed, Look

WAKE_UPS_MAX = 1_000
"""Of a silent lead that are walked: some years of one that fades take a few dozen."""
SILENT_MS_MAX = 10 * 366 * 86_400_000
"""For how long a silent lead is watched."""


class PlayFailed(Exception):
    """The scorer broke on a case: a fault of leadstream."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is so at the instant of a look. ``silent`` is the next stage change if nothing more happens.

    It is worked out where it is expected only; None also means that there is none.
    """

    look: Look
    explanation: Explanation
    standing: Standing
    silent: StageChange | None


@dataclass(frozen=True, slots=True)
class Played:
    """A case that was played: what was seen, and all stage changes of its score up to its last instant."""

    case: Case
    seen: tuple[Seen, ...]
    changes: tuple[StageChange, ...] = ()


class Player:
    """Plays cases by one scorecard."""

    def __init__(self, scorecard: Scorecard, bounds: JournalBounds) -> None:
        """Say what judges.

        Args:
            scorecard: The rules.
            bounds: How much a lead's journal remembers.
        """
        self.scorecard = scorecard
        self._bounds = bounds
        self._narrowed: dict[frozenset[str], Scorecard] = {}

    def play(self, case: Case) -> Played:
        """Play a case that has no findings.

        Raises:
            PlayFailed: If the scorer breaks on it.
        """
        try:
            return self._played(case)
        except Exception as error:
            said = f"scoring it failed with {type(error).__name__}; the fault is leadstream's: report it with this case"
            raise PlayFailed(said) from error

    def _played(self, case: Case) -> Played:
        """Play a case."""
        life = _Life(self._rules_for(case), self._bounds)
        seen: list[Seen] = []
        looks = list(case.looks)
        ends = [*(deed.at for deed in case.deeds[1:]), case.until]
        for deed, until in zip(case.deeds, ends, strict=True):
            while looks and looks[0].at < deed.at:
                seen.append(self._seen(looks.pop(0), life))
            life.take(deed, until)
        seen += [self._seen(look, life) for look in looks]
        life.wake_through(case.until)
        name = None if case.score is None else case.score.name
        return Played(case, tuple(seen), tuple(change for change in life.changes if change.score_name == name))

    def _rules_for(self, case: Case) -> Scorecard:
        """Return the scorecard with the named scores that a case asks for, and no other: each costs its time."""
        scores = [case.score, *(look.score for look in case.looks)]
        names = frozenset(score.name for score in scores if score is not None)
        if names not in self._narrowed:
            self._narrowed[names] = narrowed(self.scorecard, names)
        return self._narrowed[names]

    def _seen(self, look: Look, life: "_Life") -> Seen:
        """Look at the lead."""
        life.wake_through(look.at)
        state = life.state
        explanation = explain(state, life.scorecard, look.at, look.score.name, life.profile)
        silent = None if look.silent is None else _next_change(state, look, life.scorecard)
        return Seen(look, explanation, state.standings[look.score.name], silent)


def _next_change(state: LeadState, look: Look, scorecard: Scorecard) -> StageChange | None:
    """Return the next stage change of a lead that does nothing more; None if there is none for long."""
    outcome = advance(state, scorecard, look.at)
    for _ in range(WAKE_UPS_MAX):
        if outcome.wake_at is None or outcome.wake_at > look.at + SILENT_MS_MAX:
            return None
        outcome = advance(outcome.state, scorecard, outcome.wake_at)
        for change in outcome.stage_changes:
            if change.score_name == look.score.name:
                return change
    return None


class _Life:
    """One lead as it lives: its state, its next wake-up, its stage changes."""

    def __init__(self, scorecard: Scorecard, bounds: JournalBounds) -> None:
        self.scorecard = scorecard
        self._bounds = bounds
        self._wake_at: int | None = None
        self._outlook: Outlook | None = None
        self._until = 0
        self.state = LeadState()
        self.changes: list[StageChange] = []

    def take(self, deed: Deed, until: int) -> None:
        """Take what the lead did, after every wake-up due at or before it; up to ``until`` it does nothing more."""
        self.wake_through(deed.at)
        self._until = until
        given = (self.scorecard, deed.at, self._bounds, self._outlook, until)
        content = deed.content
        if isinstance(content, Activity):
            self._keep(record(self.state, content, *given))
        else:
            self._keep(update_profile(self.state, content, *given))

    @property
    def profile(self) -> PreparedProfile | None:
        """Its profile under the scorecard, if it is at hand."""
        return None if self._outlook is None else self._outlook.prepared

    def wake_through(self, instant: int) -> None:
        """Let time pass up to an instant."""
        while self._wake_at is not None and self._wake_at <= instant:
            self._advance(self._wake_at)

    def _advance(self, at: int) -> None:
        self._keep(advance(self.state, self.scorecard, at, self._bounds, self._outlook, self._until))

    def _keep(self, outcome: Outcome) -> None:
        self.state, self._wake_at, self._outlook = outcome.state, outcome.wake_at, outcome.outlook
        self.changes += outcome.stage_changes
