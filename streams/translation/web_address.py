"""The parts of a web address that conditions look at.

Producers send what browsers and logs contain, so nothing here raises: what cannot be told apart is left empty.
"""

from typing import Final, NamedTuple
from urllib.parse import unquote, unquote_plus

UTM_NAMES: Final = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
QUERY_PAIRS_MAX: Final = 100


class WebAddress(NamedTuple):
    """An address taken apart. ``host`` is in small letters without user and port; ``path`` is percent-decoded."""

    host: str
    path: str
    query: str


def web_address(text: str) -> WebAddress:
    """Return the parts of an address, whole (``https://host/path?query#part``) or from the path on.

    Args:
        text: Any text.

    Returns:
        Host, path (``/`` for a host alone) and query, each possibly empty.

    Example:
        >>> web_address("https://ada@Example.com:8443/pricing%20list?plan=pro#top")
        WebAddress(host='example.com', path='/pricing list', query='plan=pro')
    """
    rest, _, _ = text.partition("#")
    rest, _, query = rest.partition("?")
    scheme, separator, after = rest.partition("://")
    if separator and scheme.isascii() and scheme.replace("+", "").isalnum():
        authority, slash, path = after.partition("/")
        rest = slash + path
        host = _host(authority)
    elif rest.startswith("//"):
        authority, slash, path = rest[2:].partition("/")
        rest = slash + path
        host = _host(authority)
    else:
        host = ""
    if "%" in rest:
        rest = unquote(rest, errors="replace")
    return WebAddress(host, rest or ("/" if host else ""), query)


def utm_parameters(query: str) -> dict[str, str]:
    """Return the campaign parameters of a query that have a value; the first of a name counts.

    Example:
        >>> utm_parameters("plan=pro&utm_source=news+letter&utm_medium=")
        {'utm_source': 'news letter'}
    """
    if "utm_" not in query:
        return {}
    found: dict[str, str] = {}
    for pair in query.split("&", QUERY_PAIRS_MAX)[:QUERY_PAIRS_MAX]:
        name, _, value = pair.partition("=")
        if value and name in UTM_NAMES and name not in found:
            found[name] = unquote_plus(value, errors="replace")
    return found


def _host(authority: str) -> str:
    """Return the host of ``user@host:port``, in small letters."""
    host = authority.rpartition("@")[2]
    if host.startswith("["):
        return host.partition("]")[0].removeprefix("[").lower()
    return host.partition(":")[0].rstrip(".").lower()
