"""A browser for tests and benchmarks: Chromium without a window, of this machine or out of Debian's packages.

Playwright drives it. The browsers that Playwright would bring itself come from a place that not every machine reaches,
so what it brought is taken if it is there, and nothing is fetched by it.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

from streams.sandbox.process import SandboxError
from streams.sandbox.programs import Program, found

CACHE = Path(__file__).parents[2] / ".cache" / "leadstream"
CHROMIUM = Program(
    "Chromium",
    ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "chromium-headless-shell",
    # In usr/bin is a script that starts what is installed.
    folder="usr/lib/chromium",
    needs=True,
)
START_MS_MAX = 120_000
WAY_OUT = "or run .venv/bin/playwright install chromium-headless-shell"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a browser, fetching it first if need be; ended in the end.

    Raises:
        SandboxError: If there is none; says what is missing and the way out.
    """
    with sync_playwright() as playwright:
        program = _program(playwright)
        browser = playwright.chromium.launch(
            executable_path=program, env={**os.environ, **_surroundings(program)}, timeout=START_MS_MAX
        )
        try:
            yield browser
        finally:
            browser.close()


def _program(playwright: Playwright) -> Path:
    own = Path(playwright.chromium.executable_path)
    if own.is_file():
        return own
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "chromium.lock").open("w") as lock:
        # Several test processes may want it at once, and it is large.
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            return found(CHROMIUM, CACHE)
        except SandboxError as error:
            raise SandboxError(f"{error}, {WAY_OUT}") from error


def _surroundings(program: Path) -> dict[str, str | float | bool]:
    """Return where an unpacked browser finds its libraries and fonts; nothing for an installed one."""
    if CACHE not in program.parents:
        return {}
    root = program.parents[3]
    folders = {file.parent for file in (root / "usr" / "lib").glob("*-linux-*/**/*.so*")}
    libraries = [*sorted(map(str, folders)), os.environ.get("LD_LIBRARY_PATH", "")]
    own: dict[str, str | float | bool] = {"LD_LIBRARY_PATH": ":".join(filter(None, libraries))}
    if (root / "etc" / "fonts").is_dir():
        own |= {"FONTCONFIG_PATH": str(root / "etc" / "fonts"), "XDG_DATA_HOME": str(root / "usr" / "share")}
    return own
