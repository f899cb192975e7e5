"""Which scorecards came into force, and when: worked out of the topic's records alone.

The same records in the same order give the same answers, in every worker and in every replay: nothing here looks at a
clock. Versions are immutable; what is refused leaves everything as it was. A scorecard file is in force from the
beginning until the first activation. A challenger judges beside the version in force, until it is withdrawn, another
one challenges, or another version comes into force.
"""

from bisect import bisect_right, insort
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from scorer import Scorecard
from streams.partition.judging import InForce, name_beside
from streams.scorecards.activation import Activation, Refusal, RefusedActivation, Role, StoredRecord, parsed
from streams.scorecards.contest import Contest, ContestRefused, contest_of
from streams.scorecards.loading import LoadedScorecard


@dataclass(frozen=True, slots=True)
class Reign:
    """What is in force since an instant: by which activation (None: the file), and who challenges it.

    ``champion`` is the scorecard in force as it was published: without what it counts for a challenger. ``hindrance``:
    why the last challenger cannot stand beside it.
    """

    in_force: InForce
    champion: Scorecard
    activation: Activation | None = None
    challenger: Activation | None = None
    hindrance: str | None = None


class Registry:
    """All activations, in the order in which they come into force."""

    def __init__(self, file: LoadedScorecard) -> None:
        """Start with a file, in force from the beginning until the first activation."""
        self._file_fingerprint = file.fingerprint
        self._file = InForce(file.scorecard, file.fingerprint)
        self._reigns: list[Reign] = []
        self._contests: dict[tuple[str, str], Contest | ContestRefused] = {}
        self._order: list[tuple[int, int]] = []
        self._activations: dict[int, Activation] = {}
        self._refused: dict[int, RefusedActivation] = {}
        self._appended_at: dict[int, int] = {}
        self._versions: dict[str, Activation] = {}

    @property
    def next_offset(self) -> int:
        """The offset behind the last record that was taken."""
        return max(self._appended_at, default=-1) + 1

    @property
    def activations(self) -> tuple[Activation, ...]:
        """All that bring a version into force, in the order in which they do."""
        return tuple(one for one in self._in_order() if one.role is Role.CHAMPION)

    @property
    def challenges(self) -> tuple[Activation, ...]:
        """All challenges and withdrawals, in the order of their instants."""
        return tuple(one for one in self._in_order() if one.role is not Role.CHAMPION)

    @property
    def refused(self) -> tuple[RefusedActivation, ...]:
        """All records that brought nothing into force, by offset."""
        return tuple(self._refused.values())

    @property
    def versions(self) -> Mapping[str, Activation]:
        """Each version's first activation, which has its text."""
        return MappingProxyType(self._versions)

    def take(self, record: StoredRecord) -> Activation | RefusedActivation | None:
        """Take the topic's next record in; as `enter` of what it says."""
        return self.enter(parsed(record))

    def enter(self, said: Activation | RefusedActivation) -> Activation | RefusedActivation | None:
        """Take in what a record says, in the order of their offsets.

        Returns:
            What became of it; None if it was taken in before.
        """
        if said.offset < self.next_offset:
            known_at = self._appended_at.get(said.offset)
            if known_at == said.appended_at:
                return None
            message = "another record stood in its place before: the topic was made anew; restart the workers"
            return RefusedActivation(said.offset, said.appended_at, Refusal.TOPIC_CHANGED, message)
        self._appended_at[said.offset] = said.appended_at
        if isinstance(said, Activation):
            said = self._admitted(said)
        if isinstance(said, Activation):
            self._activations[said.offset] = said
            insort(self._order, (said.active_at, said.offset))
            self._reigns = self._unrolled()
        else:
            self._refused[said.offset] = said
        return said

    def in_force(self, at: int) -> InForce:
        """Return what is in force at an instant in milliseconds. Of two activations at one, the later record's is."""
        return self.reign_at(at).in_force

    def activation_at(self, at: int) -> Activation | None:
        """Return the activation in force at an instant; None if it is the file."""
        return self.reign_at(at).activation

    def reign_at(self, at: int) -> Reign:
        """Return what is in force at an instant in milliseconds, and who challenges it."""
        place = bisect_right(self._order, at, key=lambda entry: entry[0])
        return self._reigns[place - 1] if place else Reign(self._file, self._file.scorecard)

    def next_after(self, at: int) -> int | None:
        """Return the instant of the next activation after an instant; None if none is known."""
        place = bisect_right(self._order, at, key=lambda entry: entry[0])
        return self._order[place][0] if place < len(self._order) else None

    def _in_order(self) -> Iterator[Activation]:
        return (self._activations[offset] for _, offset in self._order)

    def _unrolled(self) -> list[Reign]:
        """Work out what is in force since the instant of each record."""
        reigns: list[Reign] = []
        champion, challenger = None, None
        for one in self._in_order():
            if one.role is not Role.CHAMPION:
                challenger = one if one.role is Role.CHALLENGER else None
                reigns.append(self._reign(champion, challenger, one))
                continue
            before = self._file_fingerprint if champion is None else champion.loaded.fingerprint
            # The same version once more, as at the end of an import, is no reason to end a challenge.
            challenger = challenger if before == one.loaded.fingerprint else None
            champion = one
            reigns.append(
                Reign(one.in_force, one.loaded.scorecard, one)
                if challenger is None
                else self._reign(one, challenger, one)
            )
        return reigns

    def _reign(self, champion: Activation | None, challenger: Activation | None, since: Activation) -> Reign:
        """Return what is in force since a record, with a challenger or after one."""
        base = self._file if champion is None else champion.in_force
        found = None if challenger is None else self._contest(base, champion, challenger)
        contest = found if isinstance(found, Contest) else None
        hindrance = str(found) if isinstance(found, ContestRefused) else None
        # The past is asked for by who brings a version into force, not by who challenges it or leaves.
        is_backfilled = since.role is Role.CHAMPION and base.is_backfilled
        quiet = replace(base, since=since.active_at, is_backfilled=is_backfilled)
        if contest is None or challenger is None:
            name = name_beside(base.name, "", since.active_at)
            return Reign(replace(quiet, name=name), base.scorecard, champion, None, hindrance)
        name = name_beside(base.name, challenger.loaded.fingerprint, since.active_at)
        beside = replace(
            quiet, name=name, scorecard=contest.champion, challenger=contest.challenger, alone=base.scorecard
        )
        return Reign(beside, base.scorecard, champion, challenger)

    def _contest(self, base: InForce, champion: Activation | None, challenger: Activation) -> Contest | ContestRefused:
        """Put a challenger beside a scorecard, once for each pair: caches go by the object that comes of it."""
        ours = self._file_fingerprint if champion is None else champion.loaded.fingerprint
        pair = (ours, challenger.loaded.fingerprint)
        if pair not in self._contests:
            try:
                self._contests[pair] = contest_of(base.scorecard, challenger.loaded.scorecard)
            except ContestRefused as refused:
                self._contests[pair] = refused
        return self._contests[pair]

    def _admitted(self, said: Activation) -> Activation | RefusedActivation:
        """Return an activation, with the text that its version first had; refused if that has another content."""
        first = self._versions.setdefault(said.version, said)
        if first.loaded.fingerprint == said.loaded.fingerprint:
            return said
        message = f"version {said.version} is known with another content; give what you changed a version of its own"
        return RefusedActivation(said.offset, said.appended_at, Refusal.VERSION_TAKEN, message, said.version)
