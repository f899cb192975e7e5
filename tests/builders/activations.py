"""Records of the topic of scorecards, as Kafka has stored them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.scorecard_activation import ScorecardActivation
from streams.scorecards.loading import load
from streams.translation.translate import instant
from tests.builders.records import NOW

DATA = Path(__file__).parents[1] / "data"
FILE = load(DATA / "quick.yaml")
TEXTS = {name: (DATA / f"{name}.yaml").read_text(encoding="utf-8") for name in ("slow_1", "slow_2")}


@dataclass(frozen=True, slots=True)
class Stored:
    """A record of the topic."""

    offset: int
    timestamp: int
    value: bytes | None


def stored(
    offset: int = 0, at: int = NOW, *, text: str | None = None, version: str = "slow-1", **fields: Any
) -> Stored:
    """Return a record that publishes a version at an append time."""
    said = ScorecardActivation(
        version=version,
        text=TEXTS[version.replace("-", "_")] if text is None else text,
        published_at=instant(NOW),
        published_by="ada@marketing-1",
        **fields,
    )
    return Stored(offset, at, said.model_dump_json().encode())
