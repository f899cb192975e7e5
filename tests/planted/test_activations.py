"""The check of P8 and P9 at an activation goes red for each bug that pinning a scorecard to the clock could have."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

import streams.partition.pages
import streams.partition.sweep
from streams.partition.fold import Fold
from streams.partition.judging import Judging
from tests.builders.virtual_time import run
from tests.promises.activations import check_activation, check_longer_keep

Plant = Callable[[pytest.MonkeyPatch], None]


def late_records_by_the_old_version(plant: pytest.MonkeyPatch) -> None:
    """A run is judged to its end by the version that it began with."""
    plant.setattr(Judging, "next_at", lambda _self, _clock: None)


def a_lead_left_out(plant: pytest.MonkeyPatch) -> None:
    """The sweep takes a lead for done that is not."""
    is_done = Judging.is_done
    plant.setattr(
        Judging, "is_done", lambda self, lead, clock: bool(lead.state.journal[1:]) or is_done(self, lead, clock)
    )


def a_page_left_out(plant: pytest.MonkeyPatch) -> None:
    """The table is said to be judged after the first page."""
    sweep = streams.partition.sweep.sweep

    async def hasty(judging: Judging, tenure: Any, steps: Any, *others: Any) -> None:
        commit = steps.commit
        object.__setattr__(steps, "commit", lambda fold, _name: commit(fold, judging.in_force.name))
        await sweep(judging, tenure, steps, *others)

    plant.setattr(streams.partition.pages, "sweep", hasty)


def the_old_version_goes_on(plant: pytest.MonkeyPatch) -> None:
    """The sweep is done, and what comes after it is judged by the version before."""
    reach = Judging.reach

    def forgetful(self: Judging, clock: int) -> None:
        rules, outputs = self.rules, self.outputs
        reach(self, clock)
        self.rules, self.outputs = rules, outputs

    plant.setattr(Judging, "reach", forgetful)


def dated_by_the_next_record(plant: pytest.MonkeyPatch) -> None:
    """The clock goes to what comes after the activation before the leads are judged anew."""
    reach = Fold.reach
    plant.setattr(Fold, "reach", lambda self, instant: reach(self, instant + 1))


def test_the_check_of_a_longer_keep_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Red where the new version values what the former let go of and nobody had dropped yet."""
    monkeypatch.setattr(Judging, "handed_over", lambda _self, lead, _clock: lead)

    with pytest.raises(AssertionError, match="when the lead was handled"):
        run(check_longer_keep())


@pytest.mark.parametrize(
    "bug",
    [
        late_records_by_the_old_version,
        a_lead_left_out,
        a_page_left_out,
        the_old_version_goes_on,
        dated_by_the_next_record,
    ],
    ids=lambda bug: bug.__name__,
)
def test_the_check_notices(bug: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the bug the promise's check fails."""
    bug(monkeypatch)

    with pytest.raises(AssertionError):
        run(check_activation(partial(monkeypatch.setattr, streams.partition.pages, "PAGE_LEADS"), crash_after=4))
