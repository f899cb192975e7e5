"""Logs to score: a real one, and one made up.

The real one is in a folder with data that nobody here wrote, if that is beside the repository. The other has what makes
real ones awkward: crawlers, missing user agents, lines out of order, a line that is none.
"""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

REAL_LOG = Path(__file__).parents[3] / "shared" / "data" / "web_server_log" / "apache_logs"
BEGIN = datetime(2026, 3, 1, 9, tzinfo=UTC)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
PATHS = (
    *(
        "/",
        "/about.html",
        "/articles/decay/",
        "/blog/geekery/ladders.html",
        "/projects/tool/",
        "/projects/tool/use.xhtml",
    ),
    *("/presentations/talk-1/", "/presentations/talk-1/images/a%20b.png", "/files/tool-1.2.tar.gz", "/?flav=rss20"),
    *("/images/banner.png", "/favicon.ico", "/blog/tags/new?flav=atom"),
)


def made_up_log(path: Path, *, lines: int = 600, visitors: int = 60, hours: int = 72) -> Path:
    """Write a log of some days to a file and return it; every call writes the same."""
    dice = random.Random(20_260_301)
    agents = {number: dice.choices((BROWSER, CRAWLER, "-"), (8, 2, 1))[0] for number in range(visitors)}
    instants = sorted(BEGIN + timedelta(seconds=dice.randrange(hours * 3600)) for _ in range(lines))
    written = []
    for instant in instants:
        visitor = min(int(dice.expovariate(5 / visitors)), visitors - 1)
        moment = instant - timedelta(seconds=dice.choice((0, 0, dice.randrange(60))))
        referrer = dice.choice(("-", "http://www.google.com/search?q=ladders", "http://example.com/"))
        request = f"GET {dice.choice(PATHS)} HTTP/1.1"
        written.append(
            f"192.0.2.{visitor} - - [{moment:%d/%b/%Y:%H:%M:%S} +0000] "
            f'"{request}" 200 {dice.randrange(9_999)} "{referrer}" "{agents[visitor]}"'
        )
    written.insert(lines // 2, "this is no line of a log")
    path.write_text("\n".join(written) + "\n", encoding="utf-8")
    return path
