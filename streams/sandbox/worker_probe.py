"""What a worker on this machine says of itself, over its own health and metrics."""

import re
import urllib.error
import urllib.request

TIMEOUT_SECONDS = 2.0
_HANDLED = re.compile(
    r'^leadstream_activities_total\{.*outcome="(?P<outcome>[a-z_]+)".*\} (?P<count>[0-9.e+]+)$', re.MULTILINE
)


def is_ready(port: int) -> bool:
    """Return whether the worker has its partitions and works."""
    return _answer(port, "ready") is not None


def handled_records(port: int) -> int | None:
    """Return how many activities and profile updates the worker has handled; None while it does not answer."""
    text = _answer(port, "metrics")
    return None if text is None else handled_in(text)


def handled_in(exposition: str) -> int:
    """Return how many records were handled, by the metrics in Prometheus' text format. Ticks are not counted.

    Example:
        >>> handled_in('leadstream_activities_total{outcome="applied",topic="page-views"} 41.0')
        41
    """
    counts = (found["count"] for found in _HANDLED.finditer(exposition) if found["outcome"] != "ticked")
    return sum(int(float(count)) for count in counts)


def _answer(port: int, path: str) -> str | None:
    try:
        # A constant address on this machine: nothing of it is anybody's input.
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=TIMEOUT_SECONDS) as response:
            return str(response.read(), "utf-8")
    except (urllib.error.URLError, OSError):
        return None
