"""How log events are written: one line each, for people (logfmt) or for machines (JSON).

Never a secret, never personal data: what is logged are events with ids, positions and counts.
"""

import json
import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable
from hashlib import blake2b
from typing import Literal

QUIET_LIBRARIES = ("aiokafka", "faust", "mode", "asyncio", "aiohttp", "streams.transport")
"""Their informational lines tell of every rebalance step; ours tell what came of it."""


REPEATS_SECONDS = 30.0
"""While a broker is away its client says so several times a second; once in this time is enough."""
TEMPLATES_MAX = 256


class RepeatFilter(logging.Filter):
    """Lets a library say the same thing once in a while, and counts the rest.

    The same thing is the same template of the same logger with the same kind of error, whatever its values are. What
    comes next after a pause carries how often it was held back. Our own loggers are never held back.

    Args:
        monotonic: Seconds that never run backwards.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._said: dict[tuple[object, ...], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to write a record; one that is written says how many were not."""
        if record.name.partition(".")[0] not in QUIET_LIBRARIES:
            return True
        kind = record.exc_info[0] if record.exc_info else None
        template = (record.name, record.levelno, str(record.msg), kind)
        now = self._monotonic()
        with self._lock:
            said_at, held_back = self._said.pop(template, (None, 0))
            if said_at is not None and now - said_at < REPEATS_SECONDS:
                self._said[template] = (said_at, held_back + 1)
                return False
            if len(self._said) >= TEMPLATES_MAX:
                del self._said[next(iter(self._said))]
            self._said[template] = (now, 0)
        if held_back:
            record.msg = f"{record.msg} (and {held_back} times since this was last written)"
        return True


class LogfmtFormatter(logging.Formatter):
    """``time level event key=value``, times in UTC."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)s.%(msecs)03dZ %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S")


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, event, and the traceback if there is one."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of one log record."""
        line = {
            "time": f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S')}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up_logs(level: str, form: Literal["logfmt", "json"]) -> None:
    """Write log events to standard error.

    Args:
        level: The least important level to write: debug, info, warning or error.
        form: logfmt or json.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else LogfmtFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    if level != "debug":
        handler.addFilter(RepeatFilter())
        for name in QUIET_LIBRARIES:
            logging.getLogger(name).setLevel(logging.WARNING)


def pseudonym(lead_id: str) -> str:
    """Return what a log calls a lead, whose id may be personal data: `printf %s ID | b2sum -l 48` says the same.

    Example:
        >>> pseudonym("lead-ada")
        '16f0a283b07a'
    """
    return blake2b(lead_id.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def described(error: BaseException) -> str:
    """Name an error's kind and the innermost places it came through, without its text, which may hold personal data."""
    places = (f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-3:])
    return f"{type(error).__name__} in {' > '.join(places)}"
