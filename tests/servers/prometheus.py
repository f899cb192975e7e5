"""Prometheus for tests: its programs, on the PATH or out of Debian's packages; and what one that runs knows."""

import json
import urllib.request
from math import isnan
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from streams.sandbox.process import SandboxError
from streams.sandbox.programs import Program, found

CACHE = Path(__file__).parents[2] / ".cache" / "leadstream"
ANSWER_SECONDS_MAX = 10.0


def tool(program: Program) -> Path:
    """Return where a program is; skips the test where it cannot be had: not all are on a Debian."""
    try:
        return found(program, CACHE)
    except SandboxError as error:
        pytest.skip(str(error))


class Monitoring:
    """What a running Prometheus, and the Alertmanager beside it, know."""

    def __init__(self, prometheus: str, alertmanager: str) -> None:
        """Ask at these addresses."""
        self._prometheus = prometheus
        self._alertmanager = alertmanager

    def values(self, query: str) -> list[float]:
        """Return the figures that a query finds now. A share of nothing, which is no figure, is left out."""
        found = self._asked(f"{self._prometheus}/api/v1/query?{urlencode({'query': query})}")["data"]
        return [value for one in found["result"] if not isnan(value := float(one["value"][1]))]

    def names(self, job: str) -> set[str]:
        """Return the names of all series of a job."""
        matched = urlencode({"match[]": f'{{job="{job}"}}'})
        return set(self._asked(f"{self._prometheus}/api/v1/label/__name__/values?{matched}")["data"])

    def rules(self) -> list[dict[str, Any]]:
        """Return all rules with how they are."""
        groups = self._asked(f"{self._prometheus}/api/v1/rules")["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]

    def told(self) -> set[str]:
        """Return the alerts that the Alertmanager knows to be going on."""
        return {
            alert["labels"]["alertname"] for alert in self._asked(f"{self._alertmanager}/api/v2/alerts?active=true")
        }

    def _asked(self, url: str) -> Any:
        with urllib.request.urlopen(url, timeout=ANSWER_SECONDS_MAX) as answer:  # noqa: S310 - on this machine
            return json.load(answer)
