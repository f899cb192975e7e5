"""What may be published, the record for it, and what a roll-back goes back to."""

from dataclasses import replace
from datetime import timedelta

import pytest

from schemas.scorecard_activation import ACTIVE_IN_MS_MIN, SCORECARD_CHARACTERS_MAX, ScorecardActivation
from streams.configuration.settings import load_settings
from streams.scorecards.activation import Activation
from streams.scorecards.loading import load
from streams.scorecards.registry import Registry
from streams.scorecards.releasing import (
    KnownScorecards,
    Release,
    ReleaseRefused,
    release_message,
    require_publishable,
    version_before,
)
from streams.translation.translate import instant
from tests.builders.activations import DATA, FILE, TEXTS, stored
from tests.builders.records import MINUTE, NOW

SETTINGS = load_settings(scorecard=DATA / "quick.yaml", topic_prefix="blue.")
SLOW = load(DATA / "slow_1.yaml")
RELEASE = Release(SLOW, TEXTS["slow_1"], None, ACTIVE_IN_MS_MIN, "ada@marketing-1", "")


def registry(*versions: str) -> Registry:
    """Return a registry of versions that were published minute by minute."""
    known = Registry(FILE)
    for place, version in enumerate(versions):
        known.take(stored(place, NOW + place * MINUTE, version=version))
    return known


@pytest.mark.parametrize(
    ("release", "told"),
    [
        (replace(RELEASE, loaded=replace(SLOW, fingerprint="other")), "slow-1 was published with another content"),
        (replace(RELEASE, text=" " * (SCORECARD_CHARACTERS_MAX + 1)), "take comments out"),
        (replace(RELEASE, active_at=instant(NOW - 1)), "give an instant in the next 366 days"),
        (replace(RELEASE, active_at=instant(NOW) + timedelta(days=366)), "give an instant in the next 366 days"),
        (replace(RELEASE, loaded=replace(FILE, fingerprint="other")), "quick.yaml with another content"),
    ],
)
def test_what_the_workers_would_refuse_is_not_published(release: Release, told: str) -> None:
    """A record stays on the topic for ever: what is wrong is said before."""
    with pytest.raises(ReleaseRefused) as refused:
        require_publishable(release, registry("slow-1"), SETTINGS, instant(NOW))

    assert told in str(refused.value)


def test_what_is_in_order_may_be_published_again() -> None:
    """As by a roll-back."""
    require_publishable(RELEASE, registry("slow-1", "slow-2"), SETTINGS, instant(NOW))


def test_each_record_has_a_key_of_its_own() -> None:
    """So that compaction keeps every activation, also those of one version."""
    first, second = (release_message(RELEASE, "blue.", instant(NOW)) for _ in range(2))

    assert first.key != second.key
    assert (first.topic, first.partition) == ("blue.scorecards", 0)
    said = ScorecardActivation.model_validate_json(first.value or b"")
    assert (said.version, said.text, said.published_by) == ("slow-1", TEXTS["slow_1"], "ada@marketing-1")


def test_a_roll_back_goes_to_the_version_before() -> None:
    """The last one of another version than the one in force; none before the first."""
    known = registry("slow-1", "slow-2", "slow-2")

    before = version_before(known, NOW + 10 * MINUTE)

    assert before is not None
    assert before.version == "slow-1"
    assert version_before(known, NOW + ACTIVE_IN_MS_MIN) is None
    assert version_before(known, NOW) is None


def test_what_became_of_a_record_is_told_by_its_key() -> None:
    """In force, refused, or not there."""
    known = registry("slow-1")
    known.take(replace(stored(1), value=b"{"))
    scorecards = KnownScorecards(known, {b"first": 0, b"second": 1})

    became = scorecards.became(b"first")

    assert isinstance(became, Activation)
    assert became.version == "slow-1"
    assert scorecards.became(b"second") == known.refused[0]
    assert scorecards.became(b"third") is None
