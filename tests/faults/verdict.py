"""What a checker found in a run: counts that must be zero, counts that tell how much was looked at, and examples."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields

EXAMPLES_MAX = 40
MUST_BE_ZERO = (
    "lost_activities",
    "wrong_clocks",
    "wrong_leads",
    "missing_changes",
    "spurious_changes",
    "changed_stories",
    "missing_letters",
    "spurious_letters",
    "wrong_letters",
    "untrue_scores",
    "effective_stale_commits",
    "told_otherwise",
    "unaccounted",
)


@dataclass
class Verdict:
    """Sums over partitions.

    ``changed_stories``: ids that were told twice with different contents. ``repeats``: outputs told again under their
    id, which consumers drop. ``either_order``: pairs of records of one lead on two topics, appended so close together
    that either order is right; ``swapped_leads``: leads that are right only in the other order of such a pair.
    ``letters_repeated``: dead letters of one record told again. ``told_otherwise``: leads that stand elsewhere than
    they were told last; ``corrected_leads``: those that were put right by a correction, as either order allows.
    ``unaccounted``: records whose fate is not what conservation asks for. ``erased``: records that Kafka no longer has.
    ``outcomes`` counts by what became of records, ``fates`` by topic and that.
    """

    records: int = 0
    leads: int = 0
    changes: int = 0
    letters: int = 0
    scores: int = 0
    repeats: int = 0
    letters_repeated: int = 0
    either_order: int = 0
    swapped_leads: int = 0
    corrected_leads: int = 0
    erased: int = 0
    lost_activities: int = 0
    wrong_clocks: int = 0
    wrong_leads: int = 0
    missing_changes: int = 0
    spurious_changes: int = 0
    changed_stories: int = 0
    missing_letters: int = 0
    spurious_letters: int = 0
    wrong_letters: int = 0
    untrue_scores: int = 0
    effective_stale_commits: int = 0
    told_otherwise: int = 0
    unaccounted: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    fates: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        """Whether nothing was lost, doubled or wrong."""
        return not self.faults

    @property
    def faults(self) -> dict[str, int]:
        """What must be zero and is not."""
        return {name: getattr(self, name) for name in MUST_BE_ZERO if getattr(self, name)}

    def note(self, count_name: str, count: int, *examples: object) -> None:
        """Add to a count, with examples."""
        setattr(self, count_name, getattr(self, count_name) + count)
        self.examples += [f"{count_name}: {example}" for example in examples[: EXAMPLES_MAX - len(self.examples)]]


def summed(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict on all partitions."""
    total = Verdict()
    for verdict in verdicts:
        for one in fields(Verdict):
            if isinstance(getattr(total, one.name), int):
                setattr(total, one.name, getattr(total, one.name) + getattr(verdict, one.name))
        total.outcomes += verdict.outcomes
        total.fates += verdict.fates
        total.examples += verdict.examples[: EXAMPLES_MAX - len(total.examples)]
    return total
