"""The page of a report: one file of HTML that asks for nothing else, now or ever.

Its style and its script stand in it. A policy in its head names both by their hashes and forbids all else: any
request, any other script, any style that was smuggled in. So a report can be sent on, kept and opened without a
network, and what leads typed into forms can do nothing in it.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element

from streams.report import bars, curve, flow, listing, panels
from streams.report.markup import as_html, element, verbatim
from streams.report.sections import Bars, Curve, Figures, Flow, Prose, Report, Section, Table, Tile
from streams.report.wording import figure

CONTENTS_MIN, CONTENTS_MAX = 4, 10
"""Of so many sections a line at the top leads to each; of more it opens when it is asked for."""


def written(report: Report) -> str:
    """Return a report as a page of HTML, in UTF-8 when it is stored.

    Raises:
        ValueError: If a text stands in a table's column of numbers.
    """
    style, script = _own("page.css"), _own("page.js")
    has_tables = any(isinstance(section, Table) for section in report.sections)
    head = element(
        "head",
        None,
        element("meta", {"charset": "utf-8"}),
        element("meta", {"http-equiv": "Content-Security-Policy", "content": _policy(style, script)}),
        element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        element("meta", {"name": "color-scheme", "content": "light dark"}),
        element("meta", {"name": "referrer", "content": "no-referrer"}),
        element("title", None, report.title),
        element("link", {"rel": "icon", "href": "data:,"}),
        verbatim("style", {}, style),
    )
    body = element(
        "body",
        None,
        element("header", None, element("h1", None, report.title), element("p", None, report.subtitle)),
        *_contents(report),
        element("main", None, *(_section(section, place) for place, section in enumerate(report.sections, 1))),
        element("footer", None, report.generated_by),
        *([verbatim("script", {}, script)] if has_tables else []),
    )
    return as_html(element("html", {"lang": "en"}, head, body))


def _policy(style: str, script: str) -> str:
    """Return what the page may do: use its own style and script, and nothing else."""
    rules = (
        "default-src 'none'",
        f"style-src '{_hash(style)}'",
        f"script-src '{_hash(script)}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}"


@cache
def _own(name: str) -> str:
    """Return a file that stands beside this module."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _contents(report: Report) -> list[Element]:
    if len(report.sections) < CONTENTS_MIN:
        return []
    links = (
        element("li", None, element("a", {"href": f"#section-{place}"}, section.title))
        for place, section in enumerate(report.sections, 1)
    )
    contents = element("ul", None, *links)
    if len(report.sections) > CONTENTS_MAX:
        contents = element("details", None, element("summary", None, "Contents"), contents)
    return [element("nav", {"aria-label": "Contents"}, contents)]


def _section(section: Section, place: int) -> Element:
    named = f"section-{place}"
    note = section.note if not isinstance(section, Prose) else ""
    return element(
        "section",
        {"id": named, "aria-labelledby": f"{named}-title", "class": type(section).__name__.lower()},
        element("h2", {"id": f"{named}-title"}, section.title),
        *([element("p", {"class": "note"}, note)] if note else []),
        *_parts(section, place),
    )


def _parts(section: Section, place: int) -> list[Element]:
    match section:
        case Figures():
            return [
                element("dl", {"class": f"tiles of-{len(section.tiles)}"}, *(_tile(tile) for tile in section.tiles))
            ]
        case Table():
            return listing.listed(section, place)
        case Bars():
            return bars.drawn(section)
        case Curve():
            return panels.drawn(section) if section.panels else curve.drawn(section)
        case Flow():
            return flow.drawn(section)
        case Prose():
            return [element("p", None, paragraph) for paragraph in section.paragraphs]


def _tile(tile: Tile) -> Element:
    unit = [element("span", {"class": "unit"}, f"\u202f{tile.unit}")] if tile.unit else []
    return element(
        "div",
        None,
        element("dt", None, tile.label),
        element("dd", {"class": "value"}, figure(tile.value), *unit),
        *([element("dd", {"class": "note"}, tile.note)] if tile.note else []),
    )
