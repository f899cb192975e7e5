"""The peer in Java stands on the broker's own version, and stays out where it cannot be had."""

import re
from pathlib import Path

import pytest

from benchmarks.peers.__main__ import peers
from benchmarks.peers.java import FOLDER
from streams.sandbox.apache_kafka import POM

KAFKA = r"<groupId>org.apache.kafka</groupId>\s*<artifactId>[\w.-]+</artifactId>\s*<version>([\d.]+)<"


def test_both_are_of_one_kafka() -> None:
    """The poms of broker and peer name the same version."""
    versions = [version for pom in (POM, FOLDER / "pom.xml") for version in re.findall(KAFKA, pom.read_text("utf-8"))]

    assert len(versions) >= 2
    assert len(set(versions)) == 1


def test_without_java_it_stays_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The others take part, and why one does not is said."""
    monkeypatch.setenv("PATH", str(tmp_path))

    assert [peer.name for peer in peers()] == ["bare loop", "stock Faust"]
    assert "Kafka Streams stays out: Kafka Streams needs java and mvn on the PATH" in capsys.readouterr().out
