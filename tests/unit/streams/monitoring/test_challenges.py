"""What is exported of challengers."""

from streams.monitoring.metrics import Metrics
from streams.partition.changes import ChallengeTally, Stands


def figure(exported: Metrics, name: str, **labels: str) -> float | None:
    """Return one figure, None if it is not there."""
    return exported.registry.get_sample_value(name, labels)


def test_what_a_challenger_decides_is_counted() -> None:
    """Its stage changes, where it has the leads that moved, and what broke."""
    exported = Metrics(lambda: 0.0)
    moved = ChallengeTally((("default", "mql"),), (("default", Stands.HIGHER),))

    exported.challenges.observe([moved, moved, ChallengeTally((), (("default", Stands.SAME),))])
    exported.challenges.observe([ChallengeTally(is_failed=True)])

    assert figure(exported, "leadstream_challenger_stage_changes_total", score="default", stage="mql") == 2
    assert figure(exported, "leadstream_challenger_moves_total", score="default", stands="higher") == 2
    assert figure(exported, "leadstream_challenger_moves_total", score="default", stands="same") == 1
    assert figure(exported, "leadstream_challenges_failed_total") == 1
