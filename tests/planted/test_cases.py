"""The checks on worked cases go red for bugs that playing and comparing could have."""

from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.figures import FigureRules
from streams.cases import playing
from streams.cases.case import Case, Deed
from streams.cases.running import Runner
from tests.promises import cases
from tests.promises.noticing import is_noticed

Plant = Callable[[pytest.MonkeyPatch], None]
CASES = Path("deploy/scorecards/software_company.cases.yaml")
DAY_MS = 86_400_000


def never_waking(planted: pytest.MonkeyPatch) -> None:
    """Time alone changes nothing."""
    planted.setattr(playing._Life, "wake_through", lambda _life, _instant: None)


def forgetting_the_last_deed(planted: pytest.MonkeyPatch) -> None:
    """What happens last is not taken."""
    taken = playing._Life.take

    def take(life: playing._Life, deed: Deed, until: int) -> None:
        if deed.at < cases.milliseconds(cases.NOW) - 3_600_000:
            taken(life, deed, until)

    planted.setattr(playing._Life, "take", take)


def looking_no_further_than_a_day(planted: pytest.MonkeyPatch) -> None:
    """What changes a day after a deed, while nothing else happens, is not looked for."""
    taken = playing._Life.take
    planted.setattr(playing._Life, "take", lambda life, deed, until: taken(life, deed, min(until, deed.at + DAY_MS)))


def in_the_order_of_the_file(planted: pytest.MonkeyPatch) -> None:
    """Profiles come after everything else, whenever they became known."""
    played = playing.Player._played

    def reordered(player: playing.Player, case: Case) -> playing.Played:
        deeds = sorted(case.deeds, key=lambda deed: deed.text.startswith("profile"))
        return played(player, playing.Case(**{**_fields(case), "deeds": tuple(deeds)}))

    planted.setattr(playing.Player, "_played", reordered)


def _fields(case: Case) -> dict[str, object]:
    return {name: getattr(case, name) for name in Case.__slots__}


@pytest.mark.parametrize(
    "plant", [never_waking, forgetting_the_last_deed, looking_no_further_than_a_day, in_the_order_of_the_file]
)
def test_a_bug_in_playing_is_noticed(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The property that holds cases equal to a worker fails with the bug planted."""
    plant(monkeypatch)

    def check(story: cases.Story) -> None:
        try:
            cases.check_story(story)
        except (KeyError, playing.PlayFailed) as error:  # a lead that was never judged
            raise AssertionError from error

    assert is_noticed(check, cases.STORIES)


def test_a_comparison_that_takes_everything_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each worked case of the example fails once each of its figures, stages and reasons is made another one."""
    monkeypatch.setattr(FigureRules, "holds", lambda _figure, _got: False)
    runner = Runner(cases.BOUNDS)
    results = list(runner.play(runner.open(CASES)))

    with_figures = [
        result
        for result in results
        if result.case is not None
        and any(look.expect.score or isinstance(look.expect.because, dict) for look in result.case.looks)
    ]
    assert len(with_figures) > 20
    assert {result.outcome for result in with_figures} == {"failed"}
