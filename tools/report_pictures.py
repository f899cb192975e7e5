"""Takes the pictures of reports that the documents show: their tops, by day and by night, small enough to keep.

    python -m tools.report_pictures

plays an invented history, the same each time, through the example scorecard and a draft of the next one, and writes the
pictures of the simulation's report and of the comparison's into docs/pictures. Needs a browser, which is fetched if it
can be had (`tests/servers/browser.py`).
"""

import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

from streams.cli.exit_codes import ExitCode
from streams.example import example_scorecard
from streams.sandbox.process import SandboxError
from tests.builders.histories import demo_lines, written
from tests.servers.browser import chromium

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
WIDTH, HEIGHT = 1080, 1150
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LEADS, DAYS = 600, 60
DRAFTED = {"version: 2026-11": "version: 2026-12", "enter_at: 40": "enter_at: 34", "half_life: 7d": "half_life: 5d"}
"""What the draft says otherwise."""


def simulated(folder: Path) -> Path:
    """Return a simulation's report, made by the command that people use."""
    return _made(folder, "simulation.html", "simulate", str(example_scorecard().resolve()))


def compared(folder: Path) -> Path:
    """Return the report of a comparison with a draft, made likewise."""
    text = example_scorecard().read_text(encoding="utf-8")
    for old, new in DRAFTED.items():
        if old not in text:
            sys.exit(f"the example scorecard no longer says {old!r}; mend DRAFTED in {__file__}")
        text = text.replace(old, new, 1)
    (folder / "draft.yaml").write_text(text, encoding="utf-8")
    return _made(folder, "comparison.html", "diff", str(example_scorecard().resolve()), "draft.yaml")


def _made(folder: Path, page: str, *command: str) -> Path:
    """Run a command over the history in a folder; return the page that it writes."""
    words = (sys.executable, "-m", "streams.cli", "scorecard", *command, "--history", "history.ndjson", "--html", page)
    done = subprocess.run((*words, "--json"), cwd=folder, check=False, stdout=subprocess.DEVNULL, env=environment())
    if done.returncode not in {ExitCode.OK, ExitCode.FINDING}:
        sys.exit(f"{command[0]} ended with code {done.returncode}")
    return folder / page


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
        written(Path(folder), demo_lines(seed=11, leads=LEADS, days=DAYS))
        reports = (simulated(Path(folder)), compared(Path(folder)))
        try:
            with chromium() as browser:
                for report, scheme in product(reports, SCHEMES):
                    path = PICTURES / f"{report.stem}-{scheme}.png"
                    path.write_bytes(taken(browser.new_page(color_scheme=scheme), report))
                    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KiB")
        except SandboxError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
