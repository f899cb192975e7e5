"""A visitor's id tells neither address nor user agent, and is the same every time."""

from streams.importing.visitors import SALT_BYTES_MAX, visitor_id

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_an_id_is_the_same_every_time() -> None:
    """Imports of today and of next year give one visitor one id: it is pinned here."""
    assert visitor_id("192.0.2.7", FIREFOX) == "visitor-d9263a4f8c58116e53e45f3d"


def test_an_id_holds_nothing_personal() -> None:
    """Neither address nor user agent stands in it."""
    told = visitor_id("192.0.2.7", FIREFOX)

    assert "192.0.2.7" not in told
    assert "Mozilla" not in told
    assert len(told) == len("visitor-") + 24


def test_address_and_user_agent_both_count() -> None:
    """Two people behind one address are two, one person at two addresses is two, and the parts do not run together."""
    ids = {
        visitor_id("192.0.2.7", FIREFOX),
        visitor_id("192.0.2.8", FIREFOX),
        visitor_id("192.0.2.7", "curl/8"),
        visitor_id("192.0.2.7c", "url/8"),
        visitor_id("192.0.2.7", None),
    }

    assert len(ids) == 5


def test_a_salt_makes_ids_of_its_own() -> None:
    """Different salts give different ids, long ones too, where the end counts as well."""
    long = b"s" * (SALT_BYTES_MAX + 10)
    salts = [b"", b"a", b"b", long, long + b"!"]

    assert len({visitor_id("192.0.2.7", FIREFOX, salt) for salt in salts}) == len(salts)
