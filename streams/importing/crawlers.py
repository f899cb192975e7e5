"""Who is behind a request, as far as its user agent tells.

crawlerdetect keeps the list. Of 558 user agents in a real site's log it knew 98 as crawlers; crawler-user-agents knew
74, all of them among the 98. Among the 24 more were the busiest feed fetcher and a site auditor.
"""

from functools import lru_cache
from typing import Literal

from crawlerdetect import CrawlerDetect

Verdict = Literal["human", "probable_bot", "certain_bot"]

# The library's list is one large pattern; what lies past this length names no crawler, but costs time.
USER_AGENT_CHARACTERS_MAX = 1024
USER_AGENTS_REMEMBERED = 8192


@lru_cache(maxsize=1)
def _detector() -> CrawlerDetect:
    return CrawlerDetect()


@lru_cache(maxsize=USER_AGENTS_REMEMBERED)
def verdict_of(user_agent: str | None) -> Verdict:
    """Return who is behind a user agent.

    A crawler is a certain bot. A request without a user agent is a probable one: every browser sends one, but a proxy
    may have taken it away.

    Example:
        >>> verdict_of("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
        'certain_bot'
        >>> verdict_of("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
        'human'
        >>> verdict_of(None)
        'probable_bot'
    """
    if user_agent is None or not user_agent.strip():
        return "probable_bot"
    return "certain_bot" if _detector().is_crawler(user_agent[:USER_AGENT_CHARACTERS_MAX]) else "human"
