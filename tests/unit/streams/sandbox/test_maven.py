"""Folders that Maven fills: once, whole or not at all, anew when what they are made of changes."""

from pathlib import Path

import pytest

from streams.sandbox.maven import filled
from streams.sandbox.process import SandboxError

GOALS = ("dependency:copy-dependencies", "-DoutputDirectory={output}")


@pytest.fixture
def pom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pom, and a Maven that makes a jar, unless the pom says that it cannot."""
    pom, maven = tmp_path / "pom.xml", tmp_path / "bin" / "mvn"
    maven.parent.mkdir()
    maven.write_text(
        f"""#!/bin/sh
echo "$@" >> {tmp_path}/calls
grep -q broken {pom} && echo "no such jar" && exit 1
for argument; do folder=${{argument#-DoutputDirectory=}}; done
mkdir "$folder" && : > "$folder/a.jar"
"""
    )
    maven.chmod(0o700)
    monkeypatch.setenv("PATH", f"{maven.parent}:/usr/bin:/bin")
    pom.write_text("<project/>")
    return pom


def calls(pom: Path) -> list[str]:
    """Return how Maven was called."""
    return (pom.parent / "calls").read_text().splitlines()


def test_a_folder_is_filled_once(pom: Path) -> None:
    """Whoever asks again gets what is there."""
    first = filled("jars", pom.parent / "cache", pom, GOALS)
    second = filled("jars", pom.parent / "cache", pom, GOALS)

    assert first == second
    assert (first / "a.jar").is_file()
    assert [
        call.startswith(f"-q -B -f {pom} dependency:copy-dependencies -DoutputDirectory=") for call in calls(pom)
    ] == [True]


def test_other_sources_are_another_folder(pom: Path) -> None:
    """What was compiled before a change is not what is started after it."""
    source = pom.parent / "A.java"
    source.write_text("class A {}")
    before = filled("classes", pom.parent / "cache", pom, GOALS, [source])
    source.write_text("class A { int b; }")

    assert filled("classes", pom.parent / "cache", pom, GOALS, [source]) != before


def test_a_failure_leaves_nothing_and_says_what_maven_said(pom: Path) -> None:
    """Nobody finds half a folder later."""
    pom.write_text("broken")
    with pytest.raises(SandboxError, match=r"Maven cannot make the jars; check the network.*\n.*no such jar"):
        filled("the jars", pom.parent / "cache", pom, GOALS)

    assert list((pom.parent / "cache").iterdir()) == []
