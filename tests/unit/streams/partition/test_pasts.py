"""What was read of many leads takes little memory, and is what it was."""

from scorer import NO_PAST, Activity, LeadState, with_past
from streams.partition.pasts import Pasts
from tests.builders.records import NOW
from tests.builders.scorecards import tiny_scorecard
from tests.promises.backfills import NEW_SIGNAL


def past_of(lead_id: str, forms: int) -> LeadState:
    """Return the past of a lead that sent some forms."""
    card, past = tiny_scorecard(), NO_PAST
    for number in range(forms):
        form = Activity(number, lead_id, "form_fill", NOW + number, {"form_id": "demo"})
        past = with_past(past, form, {NEW_SIGNAL}, card, NOW + number)
    return past


def test_what_is_laid_out_comes_back_as_it_was() -> None:
    """Whether a lead is among those that came last or not, and however often it goes on."""
    pasts = Pasts(open_leads_max=2)
    for forms in (1, 2, 3):
        for number in range(5):
            known = pasts.of(f"lead-{number}") or NO_PAST
            assert known == past_of(f"lead-{number}", forms - 1)
            pasts.keep(f"lead-{number}", past_of(f"lead-{number}", forms))

    assert [pasts.of(f"lead-{number}") for number in range(5)] == [past_of(f"lead-{number}", 3) for number in range(5)]
    assert len(pasts) == 5


def test_of_whom_nothing_was_read_nothing_is_known() -> None:
    """Nor does asking make it up."""
    pasts = Pasts()

    assert pasts.of("lead-ada") is None
    assert len(pasts) == 0
