"""Takes the pictures of reports that the documents show: their tops, by day and by night, small enough to keep.

    python -m tools.report_pictures

plays an invented history, the same each time, through the example scorecard, and writes the pictures of the
simulation's report into docs/pictures. Needs a browser, which is fetched if it can be had (`tests/servers/browser.py`).
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

from streams.example import example_scorecard
from streams.sandbox.process import SandboxError
from tests.builders.histories import demo_lines, written
from tests.servers.browser import chromium

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
WIDTH, HEIGHT = 1080, 1150
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LEADS, DAYS = 600, 60


def simulated(folder: Path) -> Path:
    """Return a simulation's report, made by the command that people use."""
    written(folder, demo_lines(seed=11, leads=LEADS, days=DAYS))
    command = (sys.executable, "-m", "streams.cli", "scorecard", "simulate", str(example_scorecard().resolve()))
    options = ("--history", "history.ndjson", "--html", "simulation.html", "--json")
    subprocess.run((*command, *options), cwd=folder, check=True, stdout=subprocess.DEVNULL, env=environment())
    return folder / "simulation.html"


def environment() -> dict[str, str]:
    """Return what the command runs in: this project's modules, and nothing of who calls."""
    return {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}


def taken(page: Page, report: Path) -> bytes:
    """Return the top of a report as a PNG."""
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    page.goto(report.as_uri())
    return page.screenshot(animations="disabled")


def main() -> None:
    """Take the pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="leadstream-pictures-") as folder:
        report = simulated(Path(folder))
        try:
            with chromium() as browser:
                for scheme in SCHEMES:
                    path = PICTURES / f"{report.stem}-{scheme}.png"
                    path.write_bytes(taken(browser.new_page(color_scheme=scheme), report))
                    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KiB")
        except SandboxError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
