"""Reports in a real browser: they open, sort, find, page and print, and nothing leaves the page."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from streams.report.page import written
from streams.report.sections import Column, Report, Table
from streams.sandbox.process import SandboxError
from tests.builders.reports import lead_row, report_of_leads, report_saying
from tests.servers.browser import chromium

pytestmark = pytest.mark.integration

LEADS = 100_000
WAIT_MS_MAX = 30_000
expect.set_options(timeout=WAIT_MS_MAX)
HOSTILE = "</script><img src=x onerror='pwned=1'><script>pwned=1</script>\u2028=2+3"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser; skips the module where none can be had."""
    try:
        with chromium() as running:
            yield running
    except SandboxError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a large report and one that says something hostile everywhere."""
    made = tmp_path_factory.mktemp("reports")
    (made / "leads.html").write_text(written(report_of_leads(LEADS)), encoding="utf-8")
    (made / "hostile.html").write_text(written(report_saying(HOSTILE)), encoding="utf-8")
    return made


@dataclass
class Opened:
    """A page that was opened, with all that it asked for and complained of."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def cells(self, column: int) -> list[str]:
        """Return what stands in a column of the table now; columns count from 1."""
        return self.page.locator(f"table.listing tbody td:nth-child({column})").all_inner_texts()

    def press(self, name: str) -> None:
        """Press a button by the keyboard alone."""
        self.page.get_by_role("button", name=name).first.focus()
        self.page.keyboard.press("Enter")

    def shows(self, status: str) -> None:
        """Wait until the table says so."""
        expect(self.page.get_by_role("status")).to_have_text(status)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Return a context of a test's own."""
    made = browser.new_context(accept_downloads=True)
    made.set_default_timeout(WAIT_MS_MAX)
    yield made
    made.close()


def opened(context: BrowserContext, path: Path) -> Opened:
    """Open a report as somebody would who got it by mail."""
    found = Opened(context.new_page())
    found.page.on("request", lambda request: found.asked.append(request.url))
    found.page.on("console", lambda message: found.complaints.append(message.text))
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.goto(path.as_uri())
    return found


@pytest.fixture
def leads(context: BrowserContext, folder: Path) -> Iterator[Opened]:
    """Return the large report, opened; in the end it must have asked for nothing and complained of nothing."""
    found = opened(context, folder / "leads.html")
    yield found
    assert [url for url in found.asked if not url.startswith("blob:")] == [(folder / "leads.html").as_uri()]
    assert found.complaints == []


def test_a_report_of_a_hundred_thousand_leads_opens(leads: Opened) -> None:
    """Its first rows are there, its charts are drawn, and the pager leads to the rest."""
    leads.shows("1–50 of 100,000 leads")

    assert leads.cells(1) == [lead_row(number)[0] for number in range(50)]
    assert leads.page.locator("svg").count() == 3
    leads.press("Last")
    leads.shows("99,951–100,000 of 100,000 leads")
    assert leads.cells(1) == [lead_row(number)[0] for number in range(LEADS - 50, LEADS)]
    assert leads.page.get_by_role("button", name="Next").is_disabled()
    leads.press("Previous")
    leads.shows("99,901–99,950 of 100,000 leads")


def test_rows_sort_both_ways_and_back(leads: Opened) -> None:
    """Numbers begin with the largest, texts with the first; what is nothing comes last; the third press undoes."""
    scores = [score for number in range(LEADS) if (score := lead_row(number)[3]) is not None]
    before = leads.page.locator("table.listing tbody").inner_html()

    leads.press("Score")
    highest = leads.cells(4)
    leads.press("Score")
    lowest = leads.cells(4)
    leads.press("Score")
    after = leads.page.locator("table.listing tbody").inner_html()
    leads.press("Lead")

    assert highest == [f"{score:.1f}" for score in sorted(scores, reverse=True)[:50]]
    assert lowest == [f"{score:.1f}" for score in sorted(scores)[:50]]
    assert after == before
    assert leads.cells(1) == sorted(lead_row(number)[0] for number in range(LEADS))[:50]
    assert leads.page.locator("th[aria-sort]").all_inner_texts() == ["Lead"]


def test_rows_are_found_and_chosen(leads: Opened) -> None:
    """By a part of any text, whatever its case, by a stage, by both; and it is said when nothing fits."""
    page = leads.page
    stayed = [row for number in range(LEADS) if (row := lead_row(number))[2] == "SQL" and row[4] == "webinar"]

    page.get_by_label("To", exact=True).select_option("SQL")
    page.get_by_label("Channel").select_option("webinar")
    leads.shows(f"1–50 of {len(stayed):,} found, of 100,000 leads")
    assert set(leads.cells(3)) == {"SQL"}
    page.get_by_label("Find in leads").fill(stayed[77][0].upper())
    leads.shows("1 found, of 100,000 leads")
    assert leads.cells(1) == [stayed[77][0]]
    page.get_by_label("Find in leads").fill("nobody")
    leads.shows("None of 100,000 leads fits.")
    page.get_by_label("Find in leads").fill("")
    page.get_by_label("To", exact=True).select_option("all")
    page.get_by_label("Channel").select_option("all")
    leads.shows("1–50 of 100,000 leads")


def test_what_is_shown_can_be_saved(leads: Opened) -> None:
    """All rows that fit, in the order shown, for a spreadsheet."""
    leads.page.get_by_label("Find in leads").fill("lead-00012")
    leads.shows("10 found, of 100,000 leads")
    leads.press("Lead")
    with leads.page.expect_download() as started:
        leads.press("Save as CSV")

    rows = list(csv.DictReader(io.StringIO(started.value.path().read_text(encoding="utf-8-sig"))))

    assert started.value.suggested_filename == "leads.csv"
    assert [row["Lead"] for row in rows] == [f"lead-00012{digit}" for digit in range(10)]
    assert rows[0]["Changed at (UTC)"].endswith("Z")


def test_a_hostile_text_does_nothing(context: BrowserContext, folder: Path) -> None:
    """It stands where it should, also after the page's script wrote it, and is no formula in a spreadsheet."""
    report = Report(
        "R",
        "",
        "",
        (Table("T", (Column("A"), Column("N", "number")), [("=2+3", 1), (HOSTILE, 2), *(("", None),) * 20]),),
    )
    (folder / "formula.html").write_text(written(report), encoding="utf-8")
    found = opened(context, folder / "hostile.html")
    found.press("pwned")
    formula = opened(context, folder / "formula.html")
    formula.press("N")
    with formula.page.expect_download() as started:
        formula.press("Save as CSV")

    assert found.cells(1)[0].startswith("</script><img src=x onerror='pwned=1'>")
    assert [one.page.evaluate("typeof pwned") for one in (found, formula)] == ["undefined"] * 2
    assert found.complaints + formula.complaints == []
    assert formula.cells(1)[:2] == [HOSTILE.replace("\u2028", " "), "=2+3"]
    assert "'=2+3" in started.value.path().read_text(encoding="utf-8")


def test_nothing_can_leave_the_page(context: BrowserContext, folder: Path) -> None:
    """Even a script that somebody got into it could neither run nor send anything."""
    page = opened(context, folder / "leads.html").page

    done = page.evaluate(
        """async () => {
          const refused = [];
          document.addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
          const failed = await fetch("http://127.0.0.1:9/").then(() => "sent", () => "failed");
          const picture = new Image();
          const loaded = new Promise((tell) => {
            picture.onload = () => tell("loaded");
            picture.onerror = () => tell("failed");
          });
          picture.src = "http://127.0.0.1:9/x.png";
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          document.body.append(script);
          return [failed, await loaded, typeof window.ran, refused.sort()];
        }"""
    )

    assert done == ["failed", "failed", "undefined", ["connect-src", "img-src", "script-src-elem"]]


CONTRASTS = """() => {
  const channel = (part) => { const c = part / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number);
    return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  };
  const ground = light(getComputedStyle(document.body).backgroundColor);
  const found = {};
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || ["SCRIPT", "TITLE", "title"].includes(parent.tagName)) continue;
    if (parent.closest(":disabled, [hidden]")) continue;
    const style = getComputedStyle(parent);
    const own = light(parent.namespaceURI.endsWith("svg") ? style.fill : style.color);
    const ratio = (Math.max(own, ground) + 0.05) / (Math.min(own, ground) + 0.05);
    const name = parent.tagName + "." + (parent.getAttribute("class") || "");
    found[name] = Math.min(found[name] || 99, ratio);
  }
  return found;
}"""


@pytest.mark.parametrize(("scheme", "is_dark"), [("light", False), ("dark", True)])
def test_texts_are_legible_by_day_and_by_night(
    context: BrowserContext, folder: Path, scheme: Any, is_dark: Any
) -> None:
    """Every text has a contrast of 4.5 or more to its ground, which is dark for readers who asked for dark."""
    page = opened(context, folder / "hostile.html").page
    page.emulate_media(color_scheme=scheme)

    ratios = page.evaluate(CONTRASTS)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")

    assert {name: round(ratio, 2) for name, ratio in ratios.items() if ratio < 4.5} == {}
    assert len(ratios) > 20
    assert (ground != "rgb(255, 255, 255)") == is_dark


def test_it_prints_dark_on_white_without_its_buttons(context: BrowserContext, folder: Path) -> None:
    """On paper there is nothing to press, whatever the reader's screen looks like."""
    page = opened(context, folder / "leads.html").page
    page.emulate_media(media="print", color_scheme="dark")

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.get_by_role("button", name="Next").is_hidden()
    assert page.get_by_label("Find in leads").is_hidden()
    assert page.locator("svg").first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF-")


def test_it_can_be_read_on_a_telephone(context: BrowserContext, folder: Path) -> None:
    """The page is as wide as the screen; only charts and tables scroll beside."""
    page = opened(context, folder / "leads.html").page
    page.set_viewport_size({"width": 360, "height": 640})

    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_it_can_be_read_where_no_script_runs(browser: Browser, folder: Path) -> None:
    """As in the preview of a mail: charts and first rows are there, and nothing that would not work."""
    context = browser.new_context(java_script_enabled=False)
    page = opened(context, folder / "leads.html").page

    expect(page.get_by_role("status")).to_have_text("1–50 of 100,000 leads")
    assert page.locator("table.listing tbody tr").count() == 50
    assert page.get_by_role("button").count() == 0
    context.close()
