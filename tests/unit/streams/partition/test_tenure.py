"""What an owner holds of its partition between commits."""

from typing import Any

import pytest

from streams.lead.codec import decoded_message, encoded_lead, encoded_message
from streams.lead.lead import Lead
from streams.partition.changes import Changes
from streams.partition.seal import InputReset
from streams.partition.tenure import Fenced, Moved, Tenure
from streams.publisher.door import Message
from streams.table.door import Claim, Commit, CommitAnswer, CommitReply
from tests.builders.folding import outputs
from tests.builders.records import NOW, record
from tests.builders.scorecards import tiny_scorecard

ADA = Message("stage-changes", 3, b"lead-ada", b'{"to_stage":"mql"}')
BOB = Message("stage-changes", 3, b"lead-bob", b'{"to_stage":"lead"}')


def claim(**fields: Any) -> Claim:
    """Return partition 3 as its seventh owner finds it."""
    found: dict[str, Any] = {
        "partition": 3,
        "epoch": 7,
        "owner_token": "owner-7",
        "commit_token": "commit-41",
        "clock": NOW,
        "watermarks": {"page-views": 41},
        "next_sequence": 1_000,
        "outbox": (),
        "next_due_at": NOW + 5,
        "scorecard": "tiny",
    }
    return Claim(**found | fields)


def commit_of(tenure: Tenure, *messages: Message) -> tuple[Commit, list[tuple[int, Message]]]:
    """Build the commit of some messages and a changed lead."""
    changes = Changes(leads={"lead-ada": Lead()}, due={"lead-ada": NOW + 9}, messages=list(messages))
    return tenure.commit_of(
        changes,
        {lead_id: encoded_lead(lead) for lead_id, lead in changes.leads.items()},
        outputs(tiny_scorecard(), 3),
        clock=NOW + 1,
        handled=[
            record("page-views", offset=41),
            record("form-fills", offset=0),
            record("page-views", offset=42),
        ],
        scorecard="tiny",
    )


def test_a_commit_proves_who_commits_and_from_where() -> None:
    """The table takes it from this owner only, and only behind the commit before."""
    commit, _ = commit_of(Tenure.of_claim(claim()), ADA)

    assert (commit.partition, commit.epoch, commit.owner_token, commit.expected_token) == (3, 7, "owner-7", "commit-41")
    assert commit.new_token not in {"", "commit-41"}
    assert commit.due.keys() == commit.leads.keys() == {"lead-ada"}


def test_each_commit_has_a_token_of_its_own() -> None:
    """Drawn anew, so that a commit after a rollback is never taken for the one that was lost."""
    tenure = Tenure.of_claim(claim())

    assert len({commit_of(tenure)[0].new_token for _ in range(50)}) == 50


def test_messages_are_numbered_from_where_the_last_owner_ended() -> None:
    """A sequence is used once, and the outbox holds what will be published."""
    commit, numbered = commit_of(Tenure.of_claim(claim()), ADA, BOB)

    assert [sequence for sequence, _ in commit.outbox] == [1_000, 1_001]
    assert commit.next_sequence == 1_002
    assert [decoded_message(entry) for _, entry in commit.outbox] == [message for _, message in numbered]


def test_an_applied_commit_is_where_the_next_one_begins() -> None:
    """Token, clock, watermarks, sequence and the next wake-up are taken over; the outputs wait to be published."""
    tenure = Tenure.of_claim(claim())
    commit, numbered = commit_of(tenure, ADA, BOB)

    tenure.settle(commit, numbered, CommitReply(CommitAnswer.DONE, NOW + 7))

    assert tenure.commit_token == commit.new_token
    assert (tenure.clock, tenure.next_due_at) == (NOW + 1, NOW + 7)
    assert tenure.watermarks == {"page-views": 42, "form-fills": 0}
    assert tenure.unpublished == numbered
    assert commit_of(tenure, ADA)[0].outbox[0][0] == 1_002


@pytest.mark.parametrize(("next_due_at", "is_due"), [(NOW - 1, True), (NOW, True), (NOW + 1, False), (None, False)])
def test_what_is_due_is_known_without_asking(next_due_at: int | None, is_due: bool) -> None:
    """The claim says when the first wake-up is, and each commit anew: one at an instant is due at it."""
    tenure = Tenure.of_claim(claim(next_due_at=next_due_at))

    assert tenure.is_due(NOW) is is_due


@pytest.mark.parametrize(("answer", "error"), [(CommitAnswer.FENCED, Fenced), (CommitAnswer.MOVED, Moved)])
def test_a_refused_commit_changes_nothing_here(answer: CommitAnswer, error: type[Exception]) -> None:
    """The owner learns what it means, and knows of no effect."""
    tenure = Tenure.of_claim(claim())
    commit, numbered = commit_of(tenure, ADA)

    with pytest.raises(error, match="partition 3"):
        tenure.settle(commit, numbered, CommitReply(answer, None))

    assert tenure == Tenure.of_claim(claim())


@pytest.mark.parametrize("answer", [CommitAnswer.DONE, CommitAnswer.ALREADY])
def test_a_commit_that_was_applied_before_is_as_good(answer: CommitAnswer) -> None:
    """Its first answer was lost."""
    Tenure.of_claim(claim()).check(answer)


def test_the_outbox_of_the_last_owner_is_unpublished() -> None:
    """Whether it got through is unknown, so it is published again."""
    tenure = Tenure.of_claim(claim(outbox=((998, encoded_message(ADA)), (999, encoded_message(BOB)))))

    assert tenure.unpublished == [(998, ADA), (999, BOB)]
    assert commit_of(tenure)[0].trimmed_through < 998


def test_what_was_published_is_trimmed_by_the_next_commit() -> None:
    """Not before Kafka acknowledged it."""
    tenure = Tenure.of_claim(claim())
    commit, numbered = commit_of(tenure, ADA, BOB)
    tenure.settle(commit, numbered, CommitReply(CommitAnswer.DONE, None))
    assert commit_of(tenure)[0].trimmed_through < 1_000

    tenure.note_published()

    assert tenure.unpublished == []
    assert commit_of(tenure)[0].trimmed_through == 1_001


def test_the_very_first_output_of_a_partition_is_trimmed_too() -> None:
    """Sequence 0 is a sequence as any other."""
    tenure = Tenure.of_claim(claim(next_sequence=0))
    commit, numbered = commit_of(tenure, ADA)
    assert (commit.trimmed_through, commit.outbox[0][0]) == (-1, 0)
    tenure.settle(commit, numbered, CommitReply(CommitAnswer.DONE, None))

    tenure.note_published()

    assert (tenure.published_through, tenure.trimmed_through) == (0, -1)


def test_nothing_unpublished_is_nothing_published() -> None:
    """An acknowledgement of nothing trims nothing."""
    tenure = Tenure.of_claim(claim())
    tenure.note_published()

    assert tenure.published_through == tenure.trimmed_through


def test_what_the_table_read_last_is_known_again_and_not_fresh() -> None:
    """What came before is not either; what comes after is, and another record in its place is refused."""
    tenure = Tenure.of_claim(claim())
    commit, numbered = commit_of(tenure, ADA)
    tenure.settle(commit, numbered, CommitReply(CommitAnswer.DONE, None))

    assert [tenure.is_fresh(record("page-views", offset=offset)) for offset in (41, 42, 43)] == [False, False, True]
    with pytest.raises(InputReset, match="another record"):
        tenure.is_fresh(record("page-views", offset=42, value=b"[]"))
