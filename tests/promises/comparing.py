"""What must hold of a comparison of two scorecards, as checks that a planted bug has to turn red."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import isclose

from scorer import Activity, JournalBounds, ProfileUpdate, Scorecard
from streams.comparison.change import Change
from streams.comparison.leads import LeadsCompared, compared_leads
from streams.comparison.paths import Sort
from streams.comparison.scorecard_changes import scorecard_changes
from streams.comparison.signals import signal_changes
from streams.history.history import Reading, Run
from streams.history.listening import Listener, PlayedChange
from streams.history.player import Player
from streams.lead.lead import Lead
from streams.offline import StoredRecord
from streams.partition.records import Taken

DAY_MS = 86_400_000
LEADS = ("lead-ada", "lead-bob", "lead-cid")
PARTITIONS = 2


def decides_the_same(old: Scorecard, new: Scorecard) -> bool:
    """Tell whether two scorecards are the same but for their versions, the order of terms among what they are."""
    orders = [
        [(group.name, [one.name for one in group.criteria]) for side in (s.engagement, s.fit) for group in side.groups]
        for card in (old, new)
        for s in card.scores.values()
    ]
    count = len(old.scores)
    return replace(old, version="") == replace(new, version="") and orders[:count] == orders[count:]


def check_changes(old: Scorecard, new: Scorecard) -> None:
    """Changes are told exactly where the scorecards differ, read the same from either side, and none is to oneself.

    Within a criterion a signal is called as it is today, which is another name from the other side if it was renamed.
    """
    assert scorecard_changes(new, replace(new, version="2026-04")).changes == ()
    forth = scorecard_changes(old, new).changes
    back = scorecard_changes(new, old).changes

    assert (not forth) == decides_the_same(old, new), [change.text for change in forth]
    today = signal_changes(old, new).names
    mirrored = [one.mirrored for one in back]
    told, told_back = ([_comparable(one, today) for one in changes] for changes in (forth, mirrored))
    assert sorted(told, key=repr) == sorted(told_back, key=repr)


def _comparable(change: Change, today: Mapping[str, str]) -> tuple[object, ...]:
    def called(said: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
        if isinstance(said, str):
            return re.sub(r"\w+", lambda word: today.get(word[0], word[0]), said)
        return said

    keys = frozenset((key.key, called(key.old), called(key.new)) for key in change.keys)
    return (change.part, change.old, change.new, change.is_moved, keys)


class Happened:
    """A history of what happened to some leads, in the order of time, on two partitions, and some days of silence."""

    name = "what happened"
    unit = "records"

    def __init__(self, happened: Sequence[Activity | ProfileUpdate], silent_days: int = 1) -> None:
        self._happened = sorted(happened, key=lambda one: (one.occurred_at, one.fingerprint))
        self.ends_at = max((one.occurred_at for one in happened), default=0) + silent_days * DAY_MS
        self.reading = Reading(len(happened))

    def runs(self) -> Iterator[Run]:
        """Yield them in runs of three."""
        for start in range(0, len(self._happened), 3):
            by_partition: dict[int, list[Taken]] = {}
            for number, one in enumerate(self._happened[start : start + 3], start):
                lead_id = LEADS[one.fingerprint % len(LEADS)]
                partition = LEADS.index(lead_id) % PARTITIONS
                record = StoredRecord("page-views", partition, number, one.occurred_at, lead_id.encode(), b"")
                by_partition.setdefault(partition, []).append(Taken(record, one.occurred_at, lead_id, one))
            for partition, items in sorted(by_partition.items()):
                yield Run(partition, items)


class _Cold(Listener):
    """Where each lead stood when, under one scorecard alone."""

    def __init__(self, scorecard: Scorecard) -> None:
        self.steps: dict[tuple[str, str], list[tuple[int, str]]] = {}
        self.stages: dict[tuple[str, str], str] = {}
        self._scorecard = scorecard

    def changed(self, change: PlayedChange) -> None:
        """Note a stage change; of one instant the last one counts."""
        steps = self.steps.setdefault((change.lead_id, change.change.score_name), [])
        if steps and steps[-1][0] == change.change.changed_at:
            steps.pop()
        steps.append((change.change.changed_at, change.change.to_stage))

    def ended(self, lead_id: str, leads: Sequence[Lead], at: int) -> None:
        """Note where it ends."""
        for name, standing in leads[0].state.standings.items():
            self.stages[lead_id, name] = standing.stage

    def stage_at(self, lead_id: str, score: str, at: int) -> str:
        """Return the stage after an instant."""
        steps = self.steps.get((lead_id, score), [])
        place = bisect_right(steps, at, key=lambda step: step[0])
        return steps[place - 1][1] if place else self._scorecard.scores[score].stages[0].name


def compared(happened: Sequence[Activity | ProfileUpdate], old: Scorecard, new: Scorecard) -> LeadsCompared:
    """Return what two scorecards make of a history; every lead that differs is listed."""
    return compared_leads(Happened(happened), (old, new), scorecard_changes(old, new), JournalBounds())


def check_leads(happened: Sequence[Activity | ProfileUpdate], old: Scorecard, new: Scorecard) -> LeadsCompared:
    """Who is listed differs, from the instant that is told, and nobody else, by a recomputation under each alone.

    Where they end is where they end, and what moved them adds up.
    """
    found = compared(happened, old, new)
    cold = []
    for scorecard in (old, new):
        cold.append(_Cold(scorecard))
        Player(Happened(happened), [scorecard], JournalBounds(), [cold[-1]]).play()
    before, after = cold
    parted = {}
    for names in scorecard_changes(old, new).scores:
        for lead_id in {lead_id for lead_id, _ in before.stages}:
            steps = (*before.steps.get((lead_id, names.old), ()), *after.steps.get((lead_id, names.new), ()))
            for at in sorted({at for at, _ in steps}):
                stage = before.stage_at(lead_id, names.old, at)
                if names.stages.get(stage) != after.stage_at(lead_id, names.new, at):
                    parted.setdefault((lead_id, names.new), at)
    told = {(one.lead_id, one.score): one for one in found.listed}

    assert {key: one.parted_at for key, one in told.items()} == parted
    olds = {names.new: names.old for names in scorecard_changes(old, new).scores}
    for (lead_id, score), one in told.items():
        assert (one.old, one.new) == (before.stages[lead_id, olds[score]], after.stages[lead_id, score])
        points = one.cause.rest + sum(mover.points for mover in one.cause.movers)
        assert isclose(points, one.cause.new_score - one.cause.old_score, abs_tol=1e-6)
        assert list(one.cause.movers) == sorted(one.cause.movers, key=lambda mover: (-abs(mover.points), mover.name))
    for tally in found.scores:
        assert sum(tally.matrix.values()) == tally.leads == len({lead_id for lead_id, _ in before.stages})
    return found


MIRRORED = {Sort.UP: Sort.DOWN, Sort.DOWN: Sort.UP, Sort.EARLIER: Sort.LATER, Sort.LATER: Sort.EARLIER}


def check_mirror(happened: Sequence[Activity | ProfileUpdate], old: Scorecard, new: Scorecard) -> None:
    """Compared the other way round the same leads differ, the other way round."""
    forth, back = compared(happened, old, new), compared(happened, new, old)
    turned = {
        (one.lead_id, one.parted_at, MIRRORED.get(one.sort, one.sort), one.new, one.old, one.differed_ms)
        for one in back.listed
    }

    assert turned == {(one.lead_id, one.parted_at, one.sort, one.old, one.new, one.differed_ms) for one in forth.listed}
    for one, other in zip(
        sorted(forth.scores, key=lambda tally: tally.rungs.names.new),
        sorted(back.scores, key=lambda tally: tally.rungs.names.old),
        strict=True,
    ):
        assert one.matrix == {(after, before): count for (before, after), count in other.matrix.items()}
        assert one.moves == other.moves[::-1]
