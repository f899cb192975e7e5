"""The live lead of the demo climbs the ladder of the example scorecard."""

from datetime import UTC, datetime, timedelta

from schemas.stage_change import StageChange
from scorer import JournalBounds
from streams.demo.story import LEAD_ID, SCENES
from streams.example import example_scorecard
from streams.kafka.partitioner import partition_of
from streams.offline import NEVER_MS, OfflineScorer
from streams.partition.fold import FoldRules
from streams.scorecards.loading import load


def test_the_story_ends_with_sales() -> None:
    """From nobody to a lead to marketing's to sales', and it is her last act that takes her there."""
    rules = FoldRules(load(example_scorecard()).scorecard, JournalBounds(), NEVER_MS)
    scorer = OfflineScorer(rules, partitions=1, partition_of=partition_of, reasons_max=5)
    begun = datetime(2026, 11, 22, 18, tzinfo=UTC)
    stages: list[str] = []
    last_scene = -1
    for number, scene in enumerate(SCENES):
        item = scene.make(begun + timedelta(seconds=number))
        assert item.lead_id == LEAD_ID
        found = [
            StageChange.model_validate_json(message.value).to_stage
            for message in scorer.take(item.model_dump_json(exclude_none=True).encode())
            if message.topic == "stage-changes" and message.value is not None
        ]
        stages += found
        last_scene = number if found else last_scene

    assert stages == ["lead", "mql", "sql"]
    assert last_scene == len(SCENES) - 1
