"""Activities of one lead, one after the other, none of which changes its judgement: counted, remembered, not valued.

A streak does what `scorer.steps.lifecycle.record` does, for as long as the lead's outlook proves that every judgement
would be the same. What it does not take leaves no trace in it, and goes the long way. It is the one thing in the core
that changes in place, because most activities of a stream end here: counters and journal are copied once for a streak,
not once for an activity.
"""

from collections.abc import Mapping
from typing import Final

from scorer.facts.activity import Activity, Verdict
from scorer.facts.cells import ZERO, add, add_to, cells_of
from scorer.facts.journal import JournalBounds, OpenJournal, entry_of
from scorer.facts.state import Cell, CellKey, LeadState, Standing
from scorer.judging.judgement import newborn
from scorer.judging.outlook import Outlook, wake_at_of
from scorer.judging.spending import Spending
from scorer.rules.effects import effects_of
from scorer.rules.plan import plan_of
from scorer.rules.scorecard import Scorecard
from scorer.rules.signals import matched

Counts = dict[CellKey, Cell]
_VERDICTS: Final = tuple(int(verdict) for verdict in Verdict)


def streak_of(
    state: LeadState, outlook: Outlook | None, scorecard: Scorecard, at: int, bounds: JournalBounds
) -> "Streak | None":
    """Return a streak that begins where a lead was judged last, or with its birth; None if it has to be valued first.

    Args:
        state: The lead.
        outlook: That of the outcome that the state is from, if it is at hand.
        scorecard: The rules in force.
        at: The instant of the judgement, in milliseconds.
        bounds: How much the journal remembers.
    """
    if outlook is not None and outlook.is_of(state, scorecard):
        return Streak(state, outlook, bounds) if at < outlook.until_at else None
    born = newborn(state, scorecard, at)
    return None if born is None else Streak(*born, bounds)


class Streak:
    """One lead, as activities come that change no judgement."""

    __slots__ = (
        "_cells",
        "_effects",
        "_journal",
        "_judged_at",
        "_outlook",
        "_prunes_at",
        "_signals",
        "_source",
        "_spending",
        "_stale",
        "_state",
    )

    def __init__(self, state: LeadState, outlook: Outlook, bounds: JournalBounds) -> None:
        """Begin where a lead was judged last.

        Args:
            state: The lead.
            outlook: That of the outcome that the state is from.
            bounds: How much the journal remembers.
        """
        self._state = state
        self._outlook = outlook
        self._signals = plan_of(outlook.scorecard).signals
        self._effects = effects_of(outlook.scorecard).by_signal
        self._cells = dict(state.cells)
        self._journal = OpenJournal(state.journal, bounds)
        self._judged_at = state.judged_at
        self._prunes_at = outlook.prunes_at
        self._source = outlook.source
        self._stale = outlook.stale
        self._spending = Spending(outlook.rooms, outlook.gates)

    @property
    def wake_at(self) -> int | None:
        """When to look again, in milliseconds; None for never."""
        return wake_at_of(self._outlook.until_at)  # asked after every activity, and a method takes longer

    @property
    def evicted_count(self) -> int:
        """How many journal entries went for want of room, before their age."""
        return self._journal.evicted_count

    @property
    def standings(self) -> Mapping[str, Standing]:
        """Where the lead stands: no streak changes it."""
        return self._state.standings

    @property
    def state(self) -> LeadState:
        """The lead with all that was taken."""
        before = self._state
        return LeadState(
            self._cells, self._journal.entries, before.profile, before.standings, self._judged_at, before.judged_by
        )

    @property
    def outlook(self) -> Outlook:
        """The lead's outlook after all that was taken."""
        known = self._outlook
        return Outlook(
            known.scorecard,
            known.profile,
            known.prepared,
            known.until_at,
            self._prunes_at,
            self._source,
            self._spending.rooms,
            self._spending.gates,
            known.spans,
            self._stale,
        )

    def takes(self, activity: Activity, now: int) -> tuple[str, ...] | None:
        """Take an activity, if the judgement stands.

        Args:
            activity: What the lead did.
            now: The instant of the judgement, in milliseconds: the later of append time and clock.

        Returns:
            The names of the signals that it counted for; None if it is not taken: it is known already, or the lead has
            to be valued.
        """
        at = max(now, self._judged_at)
        if at >= self._outlook.until_at or self._journal.knows(activity.fingerprint):
            return None
        counted = matched(activity, self._outlook.scorecard)
        if (counted or at >= self._prunes_at) and not self._counts(activity, counted, at):
            return None
        self._journal.add(entry_of(activity, counted), at)
        self._judged_at = at
        return tuple([name for name, _ in counted])

    def _counts(self, activity: Activity, counted: tuple[tuple[str, int], ...], at: int) -> bool:
        """Count an activity under its signals; tell whether the judgement stands, else nothing is counted."""
        scorecard, occurred_at = self._outlook.scorecard, activity.occurred_at
        counts = cells_of(
            source=activity.source,
            verdict=activity.verdict,
            occurred_at=occurred_at,
            counted=counted,
            scorecard=scorecard,
        )
        prunes_at = self._prunes_at
        for key in counts:
            expires_at = self._signals[key.signal].expires_at(key.bucket)
            if expires_at is not None and expires_at < prunes_at:
                prunes_at = float(expires_at)
        if at >= prunes_at:
            return False
        weight = scorecard.verdict_weights[activity.verdict]
        if weight > 0 and not self._stands(counts, occurred_at, at, weight, prunes_at):
            return False
        add_to(self._cells, counts)
        self._prunes_at = prunes_at
        return True

    def _stands(self, counts: Counts, occurred_at: int, at: int, weight: float, prunes_at: float) -> bool:
        """Whether the judgement stands with some more counts; what they use up is spent if so."""
        spending, stale = self._spending, self._stale
        spending.begin(at, weight, is_late=self._journal.is_late(occurred_at))
        is_bounded = True
        for key, cell in counts.items():
            effects = self._effects[key.signal]
            if spending.breaks_silence(effects, occurred_at, self._outlook.until_at):
                return False
            stale |= effects.bit
            before = self._cells.get(key, ZERO)
            is_alone = not effects.is_shared or self._is_alone(key)  # nobody asks where nothing is shared
            is_bounded = is_bounded and spending.takes(effects, key.bucket, before, cell.measure, is_alone=is_alone)
        if is_bounded and spending.is_paid():
            self._source = key.source if self._is_of_one_source(key.source) else None
            self._stale = stale
            return True
        cells = add(self._cells, counts)
        anew = self._outlook.measured_anew(self._state.standings, cells, at, prunes_at=prunes_at, stale=stale)
        if anew is None:
            return False
        self._outlook, self._source, self._stale = anew, anew.source, 0
        self._spending = Spending(anew.rooms, anew.gates)
        return True

    def _is_alone(self, key: CellKey) -> bool:
        """Whether no other cell has counts of the same signal and bucket, whose mean may be later."""
        source, signal, verdict, bucket = key
        cells = self._cells
        return self._is_of_one_source(source) and not any(
            other != verdict and (source, signal, other, bucket) in cells for other in _VERDICTS
        )

    def _is_of_one_source(self, source: str) -> bool:
        """Whether all cells came under an id."""
        return self._source == source or not self._cells
