"""Crawlers are told from people by their user agent."""

import pytest

from streams.importing.crawlers import verdict_of


@pytest.mark.parametrize(
    ("user_agent", "verdict"),
    [
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "certain_bot"),
        ("UniversalFeedParser/4.2-pre-314-svn +http://feedparser.org/", "certain_bot"),
        ("Mozilla/5.0 (compatible; Ezooms/1.0; help@moz.com)", "certain_bot"),
        ("curl/8.5.0", "certain_bot"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/605.1.15 Version/17.0 Safari/605.1.15", "human"),
        ("Opera/9.80 (J2ME/MIDP; Opera Mini/7.1.32052/34.1244; U; en) Presto/2.8.119 Version/11.10", "human"),
        (None, "probable_bot"),
        ("", "probable_bot"),
        ("   ", "probable_bot"),
    ],
)
def test_verdicts(user_agent: str | None, verdict: str) -> None:
    """A crawler is a certain bot, no user agent a probable one, a browser a person."""
    assert verdict_of(user_agent) == verdict


def test_only_the_beginning_of_a_user_agent_is_looked_at() -> None:
    """A user agent of any length costs no more than a long one."""
    assert verdict_of("Mozilla/5.0 " + "x" * 60_000 + " Googlebot/2.1") == "human"
