"""Web addresses are taken apart, whatever they look like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.translation.web_address import QUERY_PAIRS_MAX, WebAddress, utm_parameters, web_address


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://www.example.com/pricing", WebAddress("www.example.com", "/pricing", "")),
        ("HTTPS://WWW.Example.COM/Pricing", WebAddress("www.example.com", "/Pricing", "")),
        ("https://example.com", WebAddress("example.com", "/", "")),
        ("https://example.com?plan=pro", WebAddress("example.com", "/", "plan=pro")),
        ("https://ada:secret@example.com:8443/a?b=c#d", WebAddress("example.com", "/a", "b=c")),
        ("http://[2001:db8::1]:80/a", WebAddress("2001:db8::1", "/a", "")),
        ("http://[::1", WebAddress("::1", "/", "")),
        ("//cdn.example.com/a", WebAddress("cdn.example.com", "/a", "")),
        ("/pricing?x=1#top", WebAddress("", "/pricing", "x=1")),
        ("/preise/gr%C3%B6%C3%9Fe", WebAddress("", "/preise/größe", "")),
        ("/%ff%", WebAddress("", "/\ufffd%", "")),
        ("pricing", WebAddress("", "pricing", "")),
        ("/redirect?to=https://other.example/x", WebAddress("", "/redirect", "to=https://other.example/x")),
        ("/go/https://other.example", WebAddress("", "/go/https://other.example", "")),
        ("android-app://com.example.app/", WebAddress("", "android-app://com.example.app/", "")),
        ("", WebAddress("", "", "")),
    ],
)
def test_an_address_is_taken_apart(text: str, expected: WebAddress) -> None:
    """Host in small letters without user and port, path as people read it, query as it stands."""
    assert web_address(text) == expected


@given(st.text(max_size=100))
def test_any_text_is_taken_apart(text: str) -> None:
    """Browsers and logs contain anything; nothing of it raises."""
    address = web_address(text)

    assert address.host == address.host.lower()
    utm_parameters(address.query)


def test_campaign_parameters_are_found() -> None:
    """The five names of UTM, decoded; the first of a name counts, an empty one does not."""
    query = (
        "utm_source=google&utm_medium=cpc&utm_campaign=spring+sale%21&utm_term=&utm_source=bing&utm_other=x&plan=pro"
    )

    assert utm_parameters(query) == {"utm_source": "google", "utm_medium": "cpc", "utm_campaign": "spring sale!"}
    assert utm_parameters("plan=pro") == {}


def test_a_query_of_many_pairs_costs_a_bounded_look() -> None:
    """Only the first pairs are looked at."""
    assert utm_parameters("a=b&" * QUERY_PAIRS_MAX + "utm_source=late") == {}
