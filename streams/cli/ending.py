"""How a command that goes on and on is told to end: by SIGTERM, or by its terminal being closed (SIGHUP)."""

import signal
from collections.abc import Callable


def on_end(end: Callable[[], None]) -> None:
    """Have something called when this process is told to end. Under `nohup` a closed terminal is no reason to."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: end())


def interrupt() -> None:
    """End as Ctrl-C does: what was started is stopped on the way out.

    Raises:
        KeyboardInterrupt: Always.
    """
    raise KeyboardInterrupt
