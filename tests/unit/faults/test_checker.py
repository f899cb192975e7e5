"""The checker of a fault run passes what is right, and notices each way of being wrong."""

import json
from dataclasses import replace
from datetime import datetime

import pytest

from scorer.rules.scorecard import Scorecard
from streams.lead.codec import decoded_lead
from streams.translation.translate import milliseconds
from tests.faults.checker import checked
from tests.faults.conservation import check_conservation
from tests.faults.evidence import Evidence
from tests.faults.scorecards import Activated, reigns_of, text_of
from tests.faults.verdict import Verdict, summed
from tests.line.comparison import POSITIONS_HEADER
from tests.line.topics import TopicRecord
from tests.oracles.line import EXPECTED_REASON
from tests.oracles.valuation import points_of
from tests.unit.faults.scenes import DEMO, NOON, PAGE, STORY, Did, evidence_of, scorecard, spoilt, with_changes


def verdict_on(evidence: Evidence) -> Verdict:
    """Check one partition by the scorecard of fault runs."""
    return checked(evidence, scorecard())


def changes_of(evidence: Evidence) -> tuple[TopicRecord, ...]:
    """Return the stage changes."""
    return evidence.outputs["stage-changes"]


def test_a_right_partition_passes() -> None:
    """Rises by activities and falls by time alone, all told, nothing to blame."""
    verdict = verdict_on(evidence_of())

    assert verdict.is_right, verdict.examples
    assert verdict.leads == 3
    assert verdict.changes >= 6
    assert verdict.scores > 3
    assert verdict.outcomes["applied"] == len(STORY)


def test_a_lost_change_is_noticed() -> None:
    """One stage change that nobody was told."""
    evidence = evidence_of()
    assert verdict_on(with_changes(evidence, *changes_of(evidence)[1:])).faults == {"missing_changes": 1}


def test_a_change_doubled_under_another_id_is_noticed() -> None:
    """A consumer that drops repeated ids would take it twice."""
    evidence = evidence_of()
    again = spoilt(changes_of(evidence)[0], id="0" * 32)
    verdict = verdict_on(with_changes(evidence, *changes_of(evidence), again))
    assert verdict.faults == {"spurious_changes": 1, "told_otherwise": 1}


def test_a_lead_that_was_told_last_what_it_is_not_is_noticed() -> None:
    """Whatever the order was in which things were decided: the last word must be true."""
    evidence = evidence_of()
    others = changes_of(evidence)[:-1]
    assert verdict_on(with_changes(evidence, *others)).faults["told_otherwise"] == 1


def test_erased_history_leaves_what_was_told_and_is_held_to_the_last_word() -> None:
    """Kafka has only what followed; tables must be those of the rest, and a lead's last change where it stands."""
    whole = evidence_of()
    rest = tuple(replace(one, offset=one.offset + 3) for one in whole.inputs)
    right = verdict_on(replace(whole, inputs=rest))
    *others, last = changes_of(whole)

    assert right.is_right, right.examples
    assert right.erased == 6
    wrong = verdict_on(with_changes(replace(whole, inputs=rest), *others, spoilt(last, to_stage="sql")))
    assert wrong.faults == {"told_otherwise": 1}


def test_a_change_told_again_under_its_id_is_counted_only() -> None:
    """Consumers drop it."""
    evidence = evidence_of()
    verdict = verdict_on(with_changes(evidence, *changes_of(evidence), changes_of(evidence)[0]))

    assert verdict.is_right
    assert verdict.repeats == 1


def test_a_correction_that_nothing_calls_for_is_noticed() -> None:
    """Where the records had one right order, no replay decides otherwise."""
    evidence = evidence_of()
    last = changes_of(evidence)[-1]
    correction = spoilt(last, id="0" * 32, cause={"kind": "correction", "corrects": "f" * 32})
    assert verdict_on(with_changes(evidence, *changes_of(evidence), correction)).faults == {"spurious_changes": 1}


def test_one_id_with_two_stories_is_noticed() -> None:
    """Who drops the repeat would not know that it says something else."""
    evidence = evidence_of()
    other = spoilt(changes_of(evidence)[0], score=1.5)
    assert verdict_on(with_changes(evidence, *changes_of(evidence), other)).faults == {"changed_stories": 1}


def test_a_misdated_change_is_noticed() -> None:
    """A fall told a second late is one missing and one too many."""
    evidence = evidence_of()
    first, *others = changes_of(evidence)
    moved = spoilt(first, changed_at="2026-11-18T11:06:59Z")
    assert verdict_on(with_changes(evidence, moved, *others)).faults == {"missing_changes": 1, "spurious_changes": 1}


def test_a_lead_with_one_count_too_many_is_noticed() -> None:
    """The table has what another story would have made: an activity counted twice."""
    evidence = evidence_of()
    twice = evidence_of((*STORY[:1], *STORY))
    spoilt_rows = replace(evidence, rows={**evidence.rows, "lead-ada": twice.rows["lead-ada"]})
    assert verdict_on(spoilt_rows).faults == {"wrong_leads": 1}


def test_a_lost_lead_and_one_from_nowhere_are_noticed() -> None:
    """The tables hold the leads that did something, and no others."""
    evidence = evidence_of()
    rows = {"lead-nobody" if lead_id == "lead-eve" else lead_id: row for lead_id, row in evidence.rows.items()}
    assert verdict_on(replace(evidence, rows=rows)).faults["wrong_leads"] == 2


def test_what_was_not_handled_is_noticed() -> None:
    """Records on the topics that the tables do not hold, and a clock that is elsewhere."""
    evidence = evidence_of()
    assert verdict_on(replace(evidence, unhandled=2)).faults == {"lost_activities": 2}
    assert verdict_on(replace(evidence, clock=evidence.clock + 1)).faults["wrong_clocks"] == 1


def test_a_missing_dead_letter_is_noticed() -> None:
    """A record that says it must be refused, and was told to nobody."""
    evidence = evidence_of()
    bad = TopicRecord("email-opens", 0, 0, NOON, b"lead-ada", b"{", ((EXPECTED_REASON, b"undecodable"),))
    verdict = verdict_on(replace(evidence, inputs=(*evidence.inputs, bad)))
    assert verdict.faults == {"missing_letters": 1}

    check_conservation([replace(evidence, inputs=(*evidence.inputs, bad))], verdict)
    assert verdict.faults == {"missing_letters": 1, "unaccounted": 2}


def test_conservation_holds_where_all_went_right() -> None:
    """Each record that the tables hold was taken, refused or forwarded, and the recomputation counts the same."""
    verdict = verdict_on(evidence_of())
    check_conservation([evidence_of()], verdict)
    assert verdict.is_right, verdict.examples
    assert verdict.fates["page-views applied"] == len([did for did in STORY if did.what is PAGE])


def test_an_untrue_score_is_noticed() -> None:
    """The last record of a lead must say its stage of now."""
    evidence = evidence_of()
    without = {**evidence.outputs, "lead-scores": evidence.outputs["lead-scores"][:-1]}
    assert verdict_on(replace(evidence, outputs=without)).faults["untrue_scores"] >= 1


def test_a_score_that_a_former_owner_brings_late_is_ignored_as_readers_ignore_it() -> None:
    """Its epoch is lower than what stands before it; without that word of it, it would be the last one."""
    evidence = evidence_of()
    scores = [
        replace(score, headers=(*score.headers, (POSITIONS_HEADER, b'{"epoch": 2, "sequence": %d}' % number)))
        for number, score in enumerate(evidence.outputs["lead-scores"])
    ]
    risen = next(score for score in scores if b'"stage":"mql"' in (score.value or b""))
    former = replace(risen, headers=((POSITIONS_HEADER, b'{"epoch": 1, "sequence": 900}'),))
    owned = replace(former, headers=((POSITIONS_HEADER, b'{"epoch": 2, "sequence": 900}'),))

    assert verdict_on(replace(evidence, outputs={**evidence.outputs, "lead-scores": (*scores, former)})).is_right
    late = verdict_on(replace(evidence, outputs={**evidence.outputs, "lead-scores": (*scores, owned)}))
    assert late.faults == {"untrue_scores": 1}


def test_either_order_within_the_tolerance_is_right_and_counted() -> None:
    """Two records on two topics, three milliseconds apart, handled the other way round: judged at the later stamp."""
    first, demo, page = Did("lead-ada", 0, PAGE), Did("lead-ada", 1_000, DEMO), Did("lead-ada", 1_003, PAGE)
    stamped, swapped = verdict_on(evidence_of((first, demo, page))), verdict_on(evidence_of((first, page, demo)))

    assert stamped.is_right
    assert stamped.swapped_leads == 0
    assert swapped.is_right, swapped.examples
    assert swapped.swapped_leads == 1
    assert stamped.either_order == swapped.either_order == 1


@pytest.mark.parametrize("stamps", [(1_000, 1_000, 1_000), (1_000, 1_001, 1_003)], ids=["at once", "soon after"])
@pytest.mark.parametrize("is_form_first", [True, False], ids=["form", "pages"])
def test_a_record_may_go_before_or_behind_several_of_another_topic(
    is_form_first: bool, stamps: tuple[int, int, int]
) -> None:
    """A form and two page views within the tolerance: the form went behind both, or before both."""
    what = (DEMO, PAGE, PAGE) if is_form_first else (PAGE, PAGE, DEMO)
    first, *then = (Did("lead-ada", 0, PAGE), *(Did("lead-ada", *did) for did in zip(stamps, what, strict=True)))
    handled = (*then[1:], then[0]) if is_form_first else (then[2], *then[:2])

    verdict = verdict_on(evidence_of((first, *handled)))

    assert verdict.is_right, verdict.examples
    assert verdict.swapped_leads <= 1


def test_a_forwarded_record_stands_on_another_topic_than_its_first() -> None:
    """Two page views three milliseconds apart, of which one came by way of another partition: either may be first."""
    first, late, early = Did("lead-ada", 0, PAGE), Did("lead-ada", 1_003, PAGE), Did("lead-ada", 1_000, PAGE)
    evidence = evidence_of((first, late, early))
    *others, last = evidence.inputs
    place = {"topic": last.topic, "partition": 0, "offset": last.offset, "timestamp_ms": last.timestamp}
    said = tuple((f"forwarded_source_{name}", str(part).encode()) for name, part in place.items())
    headers = (("forwarded_reason", b"wrong_partition"), *said, ("forwarded_source_key", b"lead-ada"))
    forwarded = replace(last, topic="repartition", offset=0, headers=headers)

    verdict = verdict_on(replace(evidence, inputs=(*others, forwarded)))

    assert verdict.is_right, verdict.examples
    assert verdict.either_order == verdict.swapped_leads == 1


def test_the_other_order_beyond_the_tolerance_is_wrong() -> None:
    """Two records half a second apart have one right order."""
    first, demo, page = Did("lead-ada", 0, PAGE), Did("lead-ada", 1_000, DEMO), Did("lead-ada", 1_500, PAGE)
    verdict = verdict_on(evidence_of((first, page, demo)))

    assert verdict.faults["missing_changes"] >= 1
    assert verdict.either_order == 0


def test_sums_over_partitions_are_sums() -> None:
    """Counts add up, and examples are kept."""
    evidence = evidence_of()
    right = verdict_on(evidence)
    total = summed([right, verdict_on(with_changes(evidence, *changes_of(evidence)[1:]))])

    assert total.leads == 2 * right.leads
    assert total.outcomes["applied"] == 2 * len(STORY)
    assert total.faults == {"missing_changes": 1}
    assert len(total.examples) == 1


def test_another_scorecard_from_an_instant_on_is_noticed_where_it_was_not_heeded() -> None:
    """The evidence is of one that judged all the time."""
    evidence = evidence_of()
    text = text_of(1)
    assert checked(evidence, reigns_of([Activated(evidence.clock + 1, text)])).is_right
    assert checked(evidence, reigns_of([Activated(NOON + 5_500, text)])).faults["missing_changes"] > 0


def left_below(points: float) -> Scorecard:
    """Return the scorecard of fault runs, whose upper stages are left below other points."""
    score = scorecard().scores["product"]
    stages = tuple(replace(rung, leave_below=points) if rung.name == "lead" else rung for rung in score.stages)
    return replace(scorecard(), scores={"product": replace(score, stages=stages)})


def test_a_score_a_hair_from_a_threshold_may_be_on_either_side() -> None:
    """Doubles tell some ten-millionths of a point; what is farther off is wrong."""
    story = (Did("lead-bob", 0, DEMO), Did("lead-bob", 1_000, PAGE), Did("lead-eve", 90_000, PAGE))
    falls = (json.loads(record.value or b"") for record in changes_of(evidence_of(story)))
    fallen = next(fall["changed_at"] for fall in falls if fall["to_stage"] == "subscriber")
    fallen_at = milliseconds(datetime.fromisoformat(fallen))
    row = evidence_of(story).rows["lead-bob"]
    points, _, _ = points_of(decoded_lead(row).state, scorecard(), scorecard().scores["product"], fallen_at)
    found = evidence_of(story, left_below(points + 1e-7))

    assert checked(found, left_below(points - 1e-7)).is_right
    assert not checked(found, left_below(points - 1e-2)).is_right
