"""Results as JUnit's XML, which every CI server reads: the form of Jenkins' junit-10.xsd, nothing beyond it."""

import re
from collections.abc import Iterable, Iterator
from html import escape

from streams.cases.running import FileRun, Result
from streams.cases.telling import failure

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def junit(runs: Iterable[FileRun]) -> str:
    """Return an XML document of some runs: a suite a file, a test case a case.

    A file that cannot be used is a suite with one failed test case, named after it. A case that cannot be played is a
    failure too: Jenkins keeps one a test case, so all that is wrong stands in it.

    Args:
        runs: The case files.
    """
    runs = list(runs)
    suites = "".join(_suite(run) for run in runs)
    tests, failures = sum(map(_test_count, runs)), sum(map(_failure_count, runs))
    seconds = sum(run.seconds for run in runs)
    counts = f'tests="{tests}" failures="{failures}" errors="0" time="{seconds:.3f}"'
    return f'{HEAD}<testsuites name="leadstream scorecard test" {counts}>\n{suites}</testsuites>\n'


def _test_count(run: FileRun) -> int:
    return len(run.results) + (run.refused is not None)


def _failure_count(run: FileRun) -> int:
    return sum(result.outcome != "passed" for result in run.results) + (run.refused is not None)


def _suite(run: FileRun) -> str:
    """Return one file's suite."""
    path = _attribute(run.path.as_posix())
    head = f'<testsuite name={path} file={path} tests="{_test_count(run)}" failures="{_failure_count(run)}"'
    return f'{head} errors="0" skipped="0" time="{run.seconds:.3f}">\n{"".join(_cases(run))}</testsuite>\n'


def _cases(run: FileRun) -> Iterator[str]:
    """Yield a file's test cases."""
    path = _attribute(run.path.as_posix())
    if run.refused is not None:
        name = _attribute(run.path.name)
        failed = _failure("refused", str(run.refused))
        yield f'<testcase classname={path} name={name} time="0.000">{failed}</testcase>\n'
    for result in run.results:
        head = f'<testcase classname={path} name={_attribute(result.name)} time="{result.seconds:.3f}"'
        if result.outcome == "passed":
            yield f"{head}/>\n"
        else:
            text = "\n".join(told.text for told in failure(run, result))
            yield f"{head}>{_failure(result.outcome, text, _message(result))}</testcase>\n"


def _message(result: Result) -> str:
    """Return what is wrong in a line."""
    said = [miss.text() for miss in result.misses] or [f"{one.rule}; {one.fix}" for one in result.findings]
    return "; ".join(said)


def _failure(kind: str, text: str, message: str = "") -> str:
    said = _attribute(message or text.partition("\n")[0])
    return f"<failure type={_attribute(kind)} message={said}>{_text(text)}</failure>"


def _text(text: str) -> str:
    """Return a text as XML takes it; what XML cannot hold at all becomes a replacement character."""
    return escape(_NOT_XML.sub("\ufffd", text), quote=False)


def _attribute(text: str) -> str:
    return f'"{escape(_NOT_XML.sub(chr(0xFFFD), " ".join(text.split())))}"'
