"""The record that lets a quiet partition's clock advance."""

from schemas.tick import Tick


def test_a_tick_needs_its_partition_only() -> None:
    """What counts is the append time; the rest is for readers."""
    assert Tick.model_validate_json(Tick(partition=3).model_dump_json()) == Tick(partition=3)
