"""What a challenger adds to a partition's steps: where each lead stands by it, when to look again, what it tells.

Only while there is one: without, everything is as it was, row and message for message. A challenger decides nothing of
the champion's and refuses no record: what breaks by it is counted, and its lead tried again later. It is judged on the
facts that the champion's step left, at the same instants; so a replay decides the same.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from scorer import (
    UNJUDGED,
    Activity,
    JournalBounds,
    Outcome,
    Scorecard,
    StageChange,
    Standing,
    Streak,
    challenged,
    shadow_of,
)
from streams.lead.lead import Challenge, Lead
from streams.monitoring.logs import described, pseudonym
from streams.partition.changes import ChallengeTally, Stands
from streams.partition.outputs import Cause, Outputs
from streams.partition.running import Running
from streams.partition.settling import IsPublished, Settled, Settling
from streams.partition.wake_ups import RETRY_MS
from streams.publisher.door import Message

log = logging.getLogger(__name__)

Begun = Callable[[Lead, Scorecard, JournalBounds, int, int], Running | None]
"""Begins with a lead that runs on; see `Running.of`."""


def settling_of(
    outputs: Outputs,
    is_published: IsPublished,
    score_interval_ms: int,
    scorecard: Scorecard,
    challenger: Scorecard | None,
) -> Settling:
    """Return what turns outcomes into rows, wake-ups and messages; see `Settling`."""
    if challenger is None:
        return Settling(outputs, is_published, score_interval_ms)
    return ChallengedSettling(outputs, is_published, score_interval_ms, scorecard, challenger)


def running_by(challenger: Scorecard | None) -> Begun:
    """Return what begins with a lead that runs on."""
    return Running.of if challenger is None else partial(ChallengedRunning.beside, challenger)


def challenge_by(lead: Lead, version: str) -> Challenge | None:
    """Return where a version challenges a lead from; None if it never judged it."""
    return lead.challenge if lead.challenge is not None and lead.challenge.version == version else None


def standings_of(lead: Lead, version: str) -> Mapping[str, Standing]:
    """Return where a lead stands by a challenger: where it stands for the champion, if the challenger never judged it.

    Args:
        lead: The lead.
        version: The challenger's version.
    """
    mine = challenge_by(lead, version)
    return lead.state.standings if mine is None else mine.standings


@dataclass(slots=True)
class ChallengedRunning(Running):
    """One lead that runs on while a challenger judges it too: an activity is taken if neither judgement changes.

    ``shadow`` is the challenger's streak. ``is_astray``: it took what the champion's did not.
    """

    shadow: Streak
    version: str
    is_astray: bool = False

    @classmethod
    def beside(
        cls,
        challenger: Scorecard,
        lead: Lead,
        scorecard: Scorecard,
        bounds: JournalBounds,
        score_interval_ms: int,
        clock: int,
    ) -> Running | None:
        """Begin with a lead's row; None if one of the two has to value it first. See `Running.of`."""
        mine, version = challenge_by(lead, challenger.version), challenger.version
        standings, outlook = (None, None) if mine is None else (mine.standings, mine.outlook)
        shadow = shadow_of(lead.state, standings, outlook, challenger, clock, bounds)
        running = None if shadow is None else Running.of(lead, scorecard, bounds, score_interval_ms, clock)
        if shadow is None or running is None:
            return None
        return cls(running.streak, lead.memo, lead.shown_at, lead.is_shown, score_interval_ms, shadow, version)

    def takes(self, activity: Activity, clock: int) -> tuple[str, ...] | None:
        """Take an activity, if both do."""
        if self.is_astray:
            return None
        # Set before: an error, too, must not leave a shadow that is ahead of its lead.
        self.is_astray = True
        if self.shadow.takes(activity, clock) is None:
            self.is_astray = False
            return None
        signals = Running.takes(self, activity, clock)
        self.is_astray = signals is None
        return signals

    @property
    def wake_at(self) -> int | None:
        """When to look at the lead again, or to show it."""
        wake_at = _earlier(self.streak.wake_at, self.shadow.wake_at)
        return wake_at if self.is_shown else _earlier(wake_at, self.shown_at + self.score_interval_ms)

    def row(self) -> Lead:
        """Return the lead's row. After that the streak is over."""
        outlook = None if self.is_astray else self.shadow.outlook
        return replace(Running.row(self), challenge=Challenge(self.version, self.shadow.standings, outlook))


class ChallengedSettling(Settling):
    """Turns outcomes into rows, wake-ups and messages, and adds what a challenger makes of the same step."""

    def __init__(
        self,
        outputs: Outputs,
        is_published: IsPublished,
        score_interval_ms: int,
        scorecard: Scorecard,
        challenger: Scorecard,
    ) -> None:
        """Say what goes into it; see `Settling`.

        Args:
            outputs: Builds the champion's messages.
            is_published: What downstream has is not told.
            score_interval_ms: The least time between two records of one lead on `lead-scores`.
            scorecard: The champion.
            challenger: Judges beside it.
        """
        super().__init__(outputs, is_published, score_interval_ms)
        self._champion, self._challenger = scorecard, challenger
        self._beside = outputs.of_challenger(challenger)

    def settled(
        self, lead_id: str, before: Lead, outcome: Outcome, cause: Cause, *, at: int, has_news: bool
    ) -> Settled:
        """Return what an outcome comes to; see `Settling.settled`."""
        settled = Settling.settled(self, lead_id, before, outcome, cause, at=at, has_news=has_news)
        return self._joined(lead_id, before, settled, outcome, cause, at)

    def beside(self, lead_id: str, before: Lead, settled: Settled, at: int) -> Settled:
        """Return what comes of a lead that nothing happened to; see `Settling.beside`."""
        if settled.lead.state.judged_by == UNJUDGED:
            kept = None if before.challenge is None else before.challenge.without_outlook()
            return settled._replace(lead=replace(settled.lead, challenge=kept))
        return self._joined(lead_id, before, settled, Outcome(settled.lead.state), Cause.of_wake_up(at), at)

    def _joined(self, lead_id: str, before: Lead, settled: Settled, step: Outcome, cause: Cause, at: int) -> Settled:
        """Add the challenger's part to what a step came to."""
        state, version = settled.lead.state, self._challenger.version
        mine, standings = challenge_by(before, version), standings_of(before, version)
        outlook = None if mine is None else mine.outlook
        # At a lead's first judgement in a sweep it is the challenger that makes its changes, not the time.
        by = cause if mine is not None or cause.record is not None else Cause.of_scorecard(version, at)
        news = {"has_news": bool(step.signals), "is_hurried": cause.record is not None}
        try:
            outcome = challenged(state, standings, self._challenger, at, outlook, **news)
            messages, spared = self._told(lead_id, outcome.stage_changes, by)
        except Exception as error:  # noqa: BLE001 - a challenger must not refuse what the champion takes
            log.error("challenge_failed lead=%s at=%d error=%s", pseudonym(lead_id), at, described(error))
            lead = replace(settled.lead, challenge=Challenge(version, standings))
            wake_at = _earlier(settled.wake_at, at + RETRY_MS)
            return settled._replace(lead=lead, wake_at=wake_at, challenge=ChallengeTally(is_failed=True))
        beside = Challenge(version, outcome.state.standings, outcome.outlook)
        return Settled(
            lead=replace(settled.lead, challenge=beside),
            wake_at=_earlier(settled.wake_at, outcome.wake_at),
            messages=settled.messages + messages,
            spared=settled.spared + spared,
            challenge=self._tallied(state.standings, step.stage_changes, outcome),
        )

    def _told(
        self, lead_id: str, changes: tuple[StageChange, ...], cause: Cause
    ) -> tuple[tuple[Message, ...], tuple[str, ...]]:
        """Return the messages of the challenger's stage changes, or the topics of those that downstream has."""
        topic = self._beside.topics.stage_changes
        if changes and self._is_published(topic, cause.occasion):
            return (), (topic,) * len(changes)
        return tuple(self._beside.stage_change(lead_id, change, cause) for change in changes), ()

    def _tallied(
        self, champion: Mapping[str, Standing], moves: tuple[StageChange, ...], outcome: Outcome
    ) -> ChallengeTally | None:
        """Return what the metrics are told of a step; None if nobody moved."""
        if not moves and not outcome.stage_changes:
            return None
        names = dict.fromkeys(change.score_name for change in (*moves, *outcome.stage_changes))
        return ChallengeTally(
            tuple((change.score_name, change.to_stage) for change in outcome.stage_changes),
            tuple(self._stands(names, champion, outcome.state.standings)),
        )

    def _stands(
        self, names: Mapping[str, None], champion: Mapping[str, Standing], challenger: Mapping[str, Standing]
    ) -> Iterator[tuple[str, Stands]]:
        for name in names:
            if name in champion and name in challenger:
                ladder = [stage.name for stage in self._champion.scores[name].stages]
                yield name, stands(ladder, champion[name].stage, challenger[name].stage)


def stands(ladder: list[str], champion: str, challenger: str) -> Stands:
    """Return where a challenger has a lead, beside the champion.

    Args:
        ladder: The stages of the champion's ladder, the bottom first.
        champion: The lead's stage by the champion.
        challenger: Its stage by the challenger.

    Example:
        >>> stands(["subscriber", "lead", "mql"], "lead", "mql")
        <Stands.HIGHER: 'higher'>
    """
    if champion == challenger:
        return Stands.SAME
    if champion not in ladder or challenger not in ladder:
        return Stands.ELSEWHERE
    return Stands.HIGHER if ladder.index(challenger) > ladder.index(champion) else Stands.LOWER


def _earlier(one: int | None, other: int | None) -> int | None:
    """Return the earlier of two instants; None is never."""
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)
