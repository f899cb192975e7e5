"""Whether tests on Apache Kafka run: a missing tool skips them on a desk, and fails them in CI."""

import pytest

from tests.servers import fixtures
from tests.servers.fixtures import require_apache_kafka


def test_all_tools_there_runs_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing stands in the way."""
    monkeypatch.setattr(fixtures, "missing_tools", lambda: ())
    monkeypatch.setenv("CI", "true")
    require_apache_kafka()


def test_a_missing_tool_skips_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads the summary knows what to install."""
    monkeypatch.setattr(fixtures, "missing_tools", lambda: ("mvn",))
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="needs mvn on the PATH"):
        require_apache_kafka()


def test_a_missing_tool_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """No green run without Kafka."""
    monkeypatch.setattr(fixtures, "missing_tools", lambda: ("java", "mvn"))
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="needs java and mvn on the PATH; in CI these tests must run"):
        require_apache_kafka()
