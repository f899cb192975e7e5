"""The profile: the latest word of each source, and of all of them."""

from scorer.facts.activity import ProfileUpdate, Scalar
from scorer.facts.profile import ATTRIBUTES_MAX, attributes, folded, united
from scorer.facts.state import Attribute


def said(occurred_at: int, fingerprint: int = 1, source: str = "lead-ada", **values: Scalar | None) -> ProfileUpdate:
    """Return what a source says at an instant."""
    return ProfileUpdate(fingerprint, source, occurred_at, values)


def test_the_latest_word_of_a_source_wins_whatever_came_first() -> None:
    """By the instant, then by the activity's id."""
    early, late, tied = said(1, industry="farming"), said(2, industry="software"), said(2, 9, industry="music")

    assert attributes(folded(folded({}, early), late)) == {"industry": "software"}
    assert attributes(folded(folded({}, late), early)) == {"industry": "software"}
    assert (
        attributes(folded(folded({}, tied), late))
        == attributes(folded(folded({}, late), tied))
        == {"industry": "music"}
    )


def test_null_takes_an_attribute_back_and_stays_as_a_tombstone() -> None:
    """An older value that comes late does not bring it back; a later one does."""
    profile = folded({}, said(5, industry=None))

    assert attributes(profile) == {}
    assert attributes(folded(profile, said(4, industry="software"))) == {}
    assert attributes(folded(profile, said(6, industry="software"))) == {"industry": "software"}
    assert profile[("lead-ada", "industry")] == Attribute(5, 1, None)


def test_over_all_sources_the_latest_word_wins() -> None:
    """As if it had been known from the start that they are one person; a tombstone counts as a word."""
    profile = folded(
        folded({}, said(5, country="fr", title="Chief")), said(7, 1, "anonymous-7", country="de", title=None)
    )

    assert attributes(profile) == {"country": "de"}


def test_of_two_sources_with_one_stamp_the_later_name_wins() -> None:
    """Some rule has to; this one does not depend on the order."""
    one, two = said(5, 1, "a", country="fr"), said(5, 1, "b", country="de")

    assert attributes(folded(folded({}, one), two)) == attributes(folded(folded({}, two), one)) == {"country": "de"}


def test_one_id_with_two_contents_ends_the_same_in_any_order() -> None:
    """A producer that does so breaks the contract, not the table."""
    one, two = said(5, country="fr"), said(5, country="de")

    assert folded(folded({}, one), two) == folded(folded({}, two), one)


def test_a_profile_is_bounded_to_its_latest_attributes() -> None:
    """A producer that invents names does not fill the memory; the order of arrival makes no difference."""
    updates = [
        ProfileUpdate(1, "lead-ada", number, {f"name_{number}": number}) for number in range(ATTRIBUTES_MAX + 10)
    ]
    forwards: dict[tuple[str, str], Attribute] = {}
    backwards: dict[tuple[str, str], Attribute] = {}
    for update in updates:
        forwards = folded(forwards, update)
    for update in reversed(updates):
        backwards = folded(backwards, update)

    assert forwards == backwards
    assert len(forwards) == ATTRIBUTES_MAX
    assert ("lead-ada", "name_9") not in forwards


def test_profiles_unite_to_what_all_updates_make() -> None:
    """Merging two people is folding both their updates."""
    one, two = folded({}, said(5, country="fr")), folded({}, said(6, country="de", title="Chief"))

    assert united(one, two) == united(two, one) == folded(one, said(6, country="de", title="Chief"))
