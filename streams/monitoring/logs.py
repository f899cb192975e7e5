"""How log events are written: one line each, for people (logfmt) or for machines (JSON).

Never a secret, never personal data: what is logged are events with ids, positions and counts.
"""

import json
import logging
import sys
import time
import traceback
from typing import Literal

QUIET_LIBRARIES = ("aiokafka", "faust", "mode", "asyncio", "aiohttp", "streams.transport")
"""Their informational lines tell of every rebalance step; ours tell what came of it."""


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
        for name in QUIET_LIBRARIES:
            logging.getLogger(name).setLevel(logging.WARNING)


def described(error: BaseException) -> str:
    """Name an error's kind and the innermost places it came through, without its text, which may hold personal data."""
    places = (f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-3:])
    return f"{type(error).__name__} in {' > '.join(places)}"
