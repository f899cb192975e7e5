"""How far long work has come, on standard error, and only where a person sees it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from streams.cli.terminal import Plain, err

REFRESH_SECONDS = 0.2


@contextmanager
def byte_progress(doing: str, total: int | None, bytes_done: Callable[[], int]) -> Iterator[None]:
    """Show a bar of bytes while the work goes on.

    Args:
        doing: What is being done.
        total: How many bytes there are; None if nobody knows.
        bytes_done: Tells how many are done; asked a few times a second, from another thread.
    """
    with _progress(doing, total, bytes_done, is_bytes=True):
        yield


@contextmanager
def count_progress(doing: str, total: int, count_done: Callable[[], int]) -> Iterator[None]:
    """Show a bar of things done while the work goes on; otherwise as `byte_progress`."""
    with _progress(doing, total, count_done, is_bytes=False):
        yield


@contextmanager
def _progress(doing: str, total: int | None, done: Callable[[], int], *, is_bytes: bool) -> Iterator[None]:
    console = err()
    if isinstance(console, Plain):
        yield
        return
    from rich import progress as bars

    amount = bars.DownloadColumn() if is_bytes else bars.MofNCompleteColumn()
    named = (bars.SpinnerColumn(), bars.TextColumn("{task.description}"), bars.BarColumn())
    with bars.Progress(*named, amount, bars.TimeRemainingColumn(), console=console, transient=True) as progress:
        task = progress.add_task(doing, total=total)
        has_ended = threading.Event()

        def follow() -> None:
            while not has_ended.wait(REFRESH_SECONDS):
                progress.update(task, completed=done())

        follower = threading.Thread(target=follow, daemon=True)
        follower.start()
        try:
            yield
        finally:
            has_ended.set()
            follower.join()
