"""JUnit's XML has the form that Jenkins' schema allows, and holds whatever a case is called."""

from pathlib import Path
from xml.etree import ElementTree as ET

from streams.cases.case_file import CasesRefused, read_cases
from streams.cases.junit import junit
from streams.cases.running import FileRun, Runner
from tests.promises.cases import BOUNDS, EXAMPLE

ALLOWED = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "id", "package", "file"},
        {"testcase", "properties", "system-out", "system-err"},
    ),
    "testcase": ({"name", "time", "classname", "group"}, {"failure", "skipped", "system-out", "system-err"}),
    "failure": ({"type", "message"}, set()),
}
"""Attributes and children by element, as junit-10.xsd of Jenkins' xUnit plugin has them."""
REQUIRED = {"testsuite": {"name", "tests", "failures", "errors"}, "testcase": {"name"}}
CASES = """now: 2026-10-03 14:07
cases:
  "<b> & 'quotes' ]]> \\U0001F600":
    did: [{form_fill: demo, at: now}]
    expect: {score: 35}
  fails:
    description: "\\e[31m \\x01 <failure>"
    did: [{form_fill: demo, at: now}]
    expect: {score: 36, stage: mql}
  mistaken:
    did: [{form_fill: demo, at: now}]
    expect: {stage: nowhere}
"""


def runs() -> list[FileRun]:
    """Return a file with a case that passes, one that fails, one that cannot be played; and one that is refused."""
    runner = Runner(BOUNDS, EXAMPLE)
    loaded = read_cases(CASES.encode(), Path("s.cases.yaml"))
    run = FileRun(loaded.path, *runner._judge(EXAMPLE), loaded)
    list(runner.play(run))
    refused = FileRun(Path("t.cases.yaml"))
    try:
        read_cases(b"- a", refused.path)
    except CasesRefused as error:
        refused.refused = error
    return [run, refused]


def test_the_form_is_the_usual_one() -> None:
    """No element and no attribute that the schema does not have, none missing, counts that add up."""
    root = ET.fromstring(junit(runs()))  # noqa: S314 - what this project wrote itself

    assert root.tag == "testsuites"
    for element in root.iter():
        attributes, children = ALLOWED[element.tag]
        assert set(element.attrib) <= attributes
        assert REQUIRED.get(element.tag, set()) <= set(element.attrib)
        assert {child.tag for child in element} <= children
    assert (root.get("tests"), root.get("failures")) == ("4", "3")
    assert [suite.get("tests") for suite in root] == ["3", "1"]


def test_everything_that_is_wrong_stands_in_one_failure() -> None:
    """CI servers keep one failure a test case; names come back as they were written."""
    root = ET.fromstring(junit(runs()))  # noqa: S314 - as above
    named = {case.get("name"): case for case in root.iter("testcase")}

    assert list(named) == ["<b> & 'quotes' ]]> \U0001f600", "fails", "mistaken", "t.cases.yaml"]
    (failure,) = named["fails"]
    assert "score: expected 36, got 35.0; stage: expected mql, got lead" in str(failure.get("message"))
    assert "s.cases.yaml:6: fails" in str(failure.text)
    assert len(named["mistaken"]) == len(named["t.cases.yaml"]) == 1
