"""How soon a large report is there: written, opened in a browser, sorted and searched. Chromium without a window.

python -m benchmarks.report --leads 100000 --times 5
"""

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from benchmarks.results import Machine, note
from streams.report.page import written
from tests.builders.reports import report_of_leads
from tests.servers.browser import chromium

# Until the next frame was shown after what was asked for: a reader sees the rows then, not when the script is done.
OPENED = (
    """() => new Promise((tell) => requestAnimationFrame(() => requestAnimationFrame(() => tell(performance.now()))))"""
)
DONE = """(act) => new Promise((tell) => {
  const begun = performance.now();
  const wait = new MutationObserver(() => requestAnimationFrame(() => tell(performance.now() - begun)));
  wait.observe(document.querySelector("table.listing"), { childList: true });
  if (act === "sort") return document.querySelectorAll("th button")[3].click();
  const search = document.querySelector("input[type=search]");
  search.value = "0012";
  search.dispatchEvent(new Event("input"));
})"""


@dataclass(frozen=True, slots=True)
class Result:
    """What one run measured; milliseconds are medians, ``opened_worst`` the longest of ``times``.

    ``opened``: from the navigation's start to the first frame with the rows. ``sorted`` reads the data too, which a
    page does when it is first asked for. ``found``: with the pause that lets a reader go on typing.
    """

    leads: int
    megabytes: float
    written_seconds: float
    opened: float
    opened_worst: float
    sorted: float
    found: float
    times: int
    browser: str
    machine: Machine


def measured(leads: int, times: int, folder: Path) -> Result:
    """Write a report and open it several times, each in a context of its own."""
    machine, report = Machine.here(), report_of_leads(leads)
    begun = time.perf_counter()
    text = written(report)
    seconds = round(time.perf_counter() - begun, 2)
    path = folder / "report.html"
    path.write_text(text, encoding="utf-8")
    with chromium() as browser:
        runs = [_opened(browser, path) for _ in range(times)]
        version = f"Chromium {browser.version}"
    opened, in_order, found = (list(column) for column in zip(*runs, strict=True))
    milliseconds = [round(value) for value in (median(opened), max(opened), median(in_order), median(found))]
    return Result(leads, round(len(text) / 1e6, 1), seconds, *milliseconds, times, version, machine)


def _opened(browser: Browser, path: Path) -> tuple[float, float, float]:
    """Return the milliseconds until the rows were there, were sorted, and were searched."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(path.as_uri())
    took = (page.evaluate(OPENED), page.evaluate(DONE, "sort"), page.evaluate(DONE, "find"))
    context.close()
    return took


def main() -> None:
    """Measure once and note it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__)
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="leadstream-report-") as folder:
        result = measured(given.leads, given.times, Path(folder))
    note("report", result)
    print(
        f"{result.leads:,} leads, {result.megabytes} MB: written in {result.written_seconds} s, opened in "
        f"{result.opened} ms (worst of {result.times}: {result.opened_worst}), sorted in {result.sorted}, found in "
        f"{result.found}"
    )


if __name__ == "__main__":
    main()
