"""Takes the pictures of a report that the documents show: its top, by day and by night, small enough to keep.

    python tools/report_pictures.py REPORT.html docs/pictures/simulation

writes ``simulation-light.png`` and ``simulation-dark.png`` there. Needs a browser, which is fetched if it can be had
(`tests/servers/browser.py`).
"""

import argparse
import pathlib
import sys
from typing import Literal

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from playwright.sync_api import Page

from streams.sandbox.process import SandboxError
from tests.servers.browser import chromium

WIDTH = 1100
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def taken(page: Page, report: pathlib.Path, height: int) -> bytes:
    """Return the top of a report as a PNG."""
    page.goto(report.resolve().as_uri())
    page.set_viewport_size({"width": WIDTH, "height": height})
    return page.screenshot(animations="disabled")


def main(report: pathlib.Path, picture: pathlib.Path, height: int) -> None:
    """Take both pictures."""
    picture.parent.mkdir(parents=True, exist_ok=True)
    try:
        with chromium() as browser:
            for scheme in SCHEMES:
                path = picture.with_name(f"{picture.name}-{scheme}.png")
                path.write_bytes(taken(browser.new_page(color_scheme=scheme), report, height))
                print(f"{path}: {path.stat().st_size // 1024} KiB")
    except SandboxError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", type=pathlib.Path)
    parser.add_argument("picture", type=pathlib.Path)
    parser.add_argument("--height", type=int, default=1000)
    given = parser.parse_args()
    main(given.report, given.picture, given.height)
