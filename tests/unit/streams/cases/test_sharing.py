"""Work that is shared with helper processes comes to the same as work that is not.

Helpers are forks, and a test runner may have threads: so each test has a process of its own.
"""

import json
import os
import subprocess
import sys
from textwrap import dedent

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks are Unix's")


def told_by(script: str) -> object:
    """Return what a script prints as JSON."""
    done = subprocess.run(
        (sys.executable, "-c", dedent(script)), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_answers_come_in_order_and_what_is_missing_is_left_to_the_caller() -> None:
    """Helpers answer for their share; one that dies or breaks leaves the rest of its share."""
    told = told_by(
        """
        import json, os
        from streams.cases.sharing import answers

        names = [f"case {number}" for number in range(9)]

        def answer_of(name):
            if name == "case 7":
                raise ValueError(name)
            if name == "case 5":
                os._exit(3)
            return {"name": name}

        print(json.dumps([list(answers(names, answer_of, helpers)) for helpers in (0, 2)]))
        """
    )

    alone = [None] * 9
    shared = [{"name": f"case {number}"} if number in {1, 2, 4} else None for number in range(9)]
    assert told == [alone, shared]


def test_cases_come_to_the_same_with_and_without_helpers() -> None:
    """Outcomes, lines, differences and what is covered."""
    told = told_by(
        """
        import json
        from pathlib import Path
        from scorer import JournalBounds
        from streams.cases import running, sharing
        from streams.cases.case_file import read_cases

        text = Path("deploy/scorecards/software_company.cases.yaml").read_text().replace("score: 10", "score: 11")
        answers, found = sharing.answers, []
        for helpers in (0, 2):
            running.answers = lambda names, answer_of: answers(names, answer_of, helpers)
            scorecard = Path("deploy/scorecards/software_company.yaml")
            runner = running.Runner(JournalBounds(), scorecard)
            loaded = read_cases(text.encode(), Path("s.cases.yaml"))
            run = running.FileRun(loaded.path, *runner._judge(scorecard), loaded)
            results = [[one.name, one.line, one.outcome, list(map(str, one.misses))] for one in runner.play(run)]
            found.append([results, sorted(map(list, run.coverage.touched))])
        print(json.dumps(found))
        """
    )

    assert isinstance(told, list)
    assert told[0] == told[1]
    assert {outcome for _, _, outcome, _ in told[0][0]} == {"passed", "failed"}
