"""Apache Kafka on this machine: what it needs, and how it is configured."""

from pathlib import Path

import pytest

from streams.sandbox.apache_kafka import ApacheKafka, libraries, missing_tools
from streams.sandbox.process import SandboxError


def test_what_it_needs_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Maven only where no Kafka is given."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("KAFKA_HOME", raising=False)
    assert missing_tools() == ("java", "mvn")
    with pytest.raises(SandboxError, match="needs java and mvn on the PATH"):
        ApacheKafka().start()

    monkeypatch.setenv("KAFKA_HOME", str(tmp_path))
    assert missing_tools() == ("java",)


def test_a_kafka_that_is_given_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its jars as they are; a folder that is none is refused with the way out."""
    monkeypatch.setenv("KAFKA_HOME", str(tmp_path))
    with pytest.raises(SandboxError, match="has no folder libs; set it to an unpacked Apache Kafka"):
        libraries(tmp_path / "cache")

    (tmp_path / "libs").mkdir()

    assert libraries(tmp_path / "cache") == tmp_path / "libs"


def test_it_stamps_append_times(tmp_path: Path) -> None:
    """The broker's clock decides when a stage changes; a topic that is misspelt is not made."""
    properties = ApacheKafka(19092).properties(tmp_path)

    assert properties["log.message.timestamp.type"] == "LogAppendTime"
    assert properties["auto.create.topics.enable"] == "false"
    assert "127.0.0.1:19092" in properties["listeners"]
