"""The page: it asks for nothing, holds what it should, and nobody's text is ever more than a text."""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.report.markup import legible
from streams.report.page import written
from streams.report.sections import Figures, Prose, Report, Tile
from tests.builders.reports import report_saying

HOSTILE = [
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onload='alert(1)",
    "<!-- <script>",
    "]]></svg><style>*{}",
    "{{7*7}}${1}",
    "line\u2028end\u2029",
    "nul\x00turn\u202eed\ud800",
    "javascript:alert(1)",
]


@dataclass
class Structure(HTMLParser):
    """Elements with the names of their attributes, as a parser that is not ours reads them; and all texts."""

    elements: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    texts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin to read."""
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element."""
        self.elements.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        """Take a text."""
        self.texts.add(data)


def structure(page: str) -> Structure:
    """Return a page's structure."""
    parser = Structure()
    parser.feed(page)
    parser.close()
    return parser


HARMLESS = structure(written(report_saying("harmless"))).elements


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_a_text(text: str) -> None:
    """Lead ids, titles, labels, units and notes that hold markup change nothing of the page's structure."""
    page = written(report_saying(text))

    read = structure(page)
    assert read.elements == HARMLESS
    assert legible(text) in read.texts
    assert not [name for _, names in read.elements for name in names if name.startswith("on") or name == "style"]
    page.encode("utf-8")


@given(st.text(alphabet=st.sampled_from("<>&\"'/!-[]{}=\\ \n\x00\u2028\u202escriptyle"), min_size=1, max_size=20))
def test_no_text_changes_the_structure(text: str) -> None:
    """Whatever stands in a text, the page has the elements of one that is harmless."""
    assert structure(written(report_saying(f"a{text}"))).elements == HARMLESS


@given(st.text(min_size=1, max_size=20))
def test_any_text_can_be_reported(text: str) -> None:
    """Signs of all planes, controls and halves of characters too."""
    page = written(report_saying(f"a{text}"))

    assert structure(page).elements == HARMLESS
    page.encode("utf-8")


def test_a_text_that_were_not_escaped_would_be_noticed() -> None:
    """What the promise is held by can fail."""
    page = written(report_saying("harmless"))

    assert structure(page.replace("harmless", "<b>harmless", 1)).elements != HARMLESS


def test_the_policy_allows_the_pages_own_style_and_script_and_nothing_else() -> None:
    """Their hashes stand in the head; there is no way for any other, and for no request."""
    page = written(report_saying("lead-ada"))

    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert rules == {
        "default-src": "'none'",
        "style-src": f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'",
        "script-src": f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_the_page_names_no_place_outside_itself() -> None:
    """Links lead into the page; no address of another host stands in it."""
    page = written(report_saying("lead-ada"))

    places = re.findall(r"""(?:href|src|action|data|xlink:href|srcset)="([^"]*)""", page)
    assert all(place.startswith("#section-") or place == "data:," for place in places)
    assert "://" not in page
    assert "@import" not in page
    assert "url(" not in page


def test_the_same_report_makes_the_same_page() -> None:
    """It can be kept under version control, and compared."""
    assert written(report_saying("lead-ada")) == written(report_saying("lead-ada"))


def test_each_picture_is_named_and_has_its_figures_behind_it() -> None:
    """Who cannot see a chart is told what it shows, and reads the numbers in the table that follows."""
    page = written(report_saying("lead-ada"))

    pictures = re.findall(r"<svg [^>]*>", page)
    assert len(pictures) == 6
    assert all('role="img"' in one and 'aria-label="' in one for one in pictures)
    behind = r'</svg></div><details><summary>[^<]*</summary><div class="wide"><table class="figures">'
    assert len(re.findall(behind, page)) == len(pictures)


def test_a_long_contents_stays_closed() -> None:
    """A reader comes to the figures first."""
    sections = tuple(Prose(f"Part {number}", ()) for number in range(11))

    pages = [written(Report("R", "", "", sections[:many])) for many in (3, 10, 11)]

    assert ["<nav" in page for page in pages] == [False, True, True]
    assert ["<summary>Contents" in page for page in pages] == [False, False, True]


def test_a_short_report_has_no_contents_and_no_script() -> None:
    """What is not needed is not there."""
    report = Report("In short", "", "leadstream", (Figures("Figures", (Tile("Leads", 3),)), Prose("Words", ("Few.",))))

    tags = {tag for tag, _ in structure(written(report)).elements}

    assert not tags & {"nav", "script"}
