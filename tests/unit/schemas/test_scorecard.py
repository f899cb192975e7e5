"""The shape of the scorecard file."""

import pytest
from pydantic import ValidationError

from schemas.scorecard import ScorecardFile

LEAST = {
    "version": "2026-11",
    "scores": {
        "product": {
            "fit": {"groups": {"company": {"criteria": {"size": {"where": {"company_size": 50}, "points": 10}}}}},
            "stages": ({"name": "subscriber"},),
        }
    },
}


def test_most_of_a_scorecard_has_a_default() -> None:
    """Scale, weights, domains and verdicts need only be said where they differ."""
    file = ScorecardFile.model_validate(LEAST)
    score = file.scores["product"]

    assert (score.scale.lowest, score.scale.highest) == (0, 100)
    assert (file.verdict_weights.probable_bot, file.verdict_weights.certain_bot) == (0.25, 0)
    assert score.fit is not None
    assert score.fit.weight == 1
    assert file.signals == {}


@pytest.mark.parametrize("key", ["sticky", "Version", "signal", "overrides", "quarantine"])
def test_an_unknown_key_is_refused(key: str) -> None:
    """A misspelt key that was ignored would change scores in silence."""
    with pytest.raises(ValidationError, match="extra_forbidden"):
        ScorecardFile.model_validate({**LEAST, key: 1})


def test_what_is_written_is_read_again() -> None:
    """The model's own form is stable: the fingerprint of a file is taken of it."""
    file = ScorecardFile.model_validate(LEAST)

    assert ScorecardFile.model_validate(LEAST).model_dump_json() == file.model_dump_json()
