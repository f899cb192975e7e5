"""What a case shows is what a worker does: the same lead, played as a case and through the fold that a worker runs."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st

from schemas.contract import rfc3339
from schemas.stage_change import StageChange
from scorer import JournalBounds, Scorecard
from streams.cases.case import Case
from streams.cases.case_file import read_cases
from streams.cases.compiling import compiled
from streams.cases.playing import Played, Player
from streams.offline import NEVER_MS, OfflineScorer
from streams.partition.fold import FoldRules
from streams.scorecards.loading import load
from streams.translation.translate import milliseconds

EXAMPLE = Path(__file__).parents[2] / "deploy/scorecards/software_company.yaml"
SCORECARD = load(EXAMPLE).scorecard
BOUNDS = JournalBounds()
NOW = datetime(2026, 10, 3, 14, 7, tzinfo=UTC)

# What a case says of a deed, and the record that a producer would send.
DEEDS: tuple[tuple[str, dict[str, object]], ...] = (
    ("page_view: /pricing", {"type": "page_view", "url": "/pricing"}),
    (
        "page_view: {path: /docs/start, duration_seconds: 45}",
        {"type": "page_view", "url": "/docs/start", "duration_seconds": 45},
    ),
    ("page_view: /careers/engineer", {"type": "page_view", "url": "/careers/engineer"}),
    ("email_open: autumn", {"type": "email_open", "mail_id": "autumn"}),
    ("form_fill: demo", {"type": "form_fill", "form_id": "demo"}),
    ("webinar_attended: {minutes: 40}", {"type": "webinar_attended", "properties": {"minutes": 40}}),
    ("trial_started: {}", {"type": "trial_started"}),
    ("unsubscribe: news", {"type": "unsubscribe", "list_id": "news"}),
    ("profile: {job_title: Director}", {"type": "lead_profile", "attributes": {"job_title": "Director"}}),
    ("profile: {job_title: Student}", {"type": "lead_profile", "attributes": {"job_title": "Student"}}),
)

Story = list[tuple[int, int]]
"""What somebody did, by its number in `DEEDS`, and how many minutes before `NOW`, the earliest first."""

STORIES: st.SearchStrategy[Story] = st.lists(
    st.tuples(st.integers(0, len(DEEDS) - 1), st.integers(0, 120 * 24 * 60)), min_size=1, max_size=12
).map(lambda deeds: sorted(deeds, key=lambda deed: -deed[1]))


def check_story(story: Story) -> None:
    """Require that a story has the same end and the same stage changes as a case and on topics.

    Args:
        story: What somebody did.
    """
    played = as_case(story)
    scorer = OfflineScorer(
        FoldRules(SCORECARD, BOUNDS, NEVER_MS), partitions=1, partition_of=lambda _key, _count: 0, reasons_max=20
    )
    told = [message for line in lines_of(story) for message in scorer.take(line)]
    told += scorer.wake_through(milliseconds(NOW))
    changes = [StageChange.model_validate_json(one.value or b"") for one in told if one.topic == "stage-changes"]
    own = [change for change in changes if change.score_name == SCORECARD.default_score]
    ((_, state),) = scorer.leads()
    standing = scorer.lead_score("lead", state).scores[SCORECARD.default_score]
    (seen,) = played.seen

    assert [(change.from_stage, change.to_stage, change.changed_at) for change in played.changes] == [
        (change.from_stage, change.to_stage, milliseconds(change.changed_at)) for change in own
    ]
    assert (seen.standing.stage, seen.standing.grade) == (standing.stage, standing.grade)
    assert round(seen.explanation.score, 4) == standing.score
    assert seen.standing.since_at == milliseconds(standing.stage_since_at)


def as_case(story: Story, scorecard: Scorecard = SCORECARD) -> Played:
    """Return a story as a case, played."""
    return Player(scorecard, BOUNDS).play(case_of(story, scorecard))


def case_of(story: Story, scorecard: Scorecard = SCORECARD) -> Case:
    """Return a story as a case."""
    deeds = "".join(f"      - {{{DEEDS[kind][0]}, at: {minutes}m before}}\n" for kind, minutes in story)
    text = f"now: {NOW:%Y-%m-%d %H:%M}\ncases:\n  a story:\n    did:\n{deeds}    expect: {{score: 0 to 100}}\n"
    text = text.replace("at: 0m before", "at: now")
    case = compiled(read_cases(text.encode(), Path("story.cases.yaml")), scorecard, "a story")
    assert case.findings == ()
    return case


def lines_of(story: Story) -> list[bytes]:
    """Return a story as records."""
    return [
        json.dumps(
            {
                **DEEDS[kind][1],
                "id": f"{number}",
                "lead_id": "lead",
                "occurred_at": rfc3339(NOW - timedelta(minutes=minutes)),
            }
        ).encode()
        for number, (kind, minutes) in enumerate(story)
    ]
