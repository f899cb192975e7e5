"""Grafana's dashboards as tests read them: their panels, and what these ask Prometheus."""

import json
from collections.abc import Iterator
from typing import Any

from tests.deploy.rules import ROOT

GRAFANA = ROOT / "deploy" / "grafana"
BOARDS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (GRAFANA / "dashboards").glob("*.json")}


def _panels() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield all panels, with a name for each."""
    for name, board in sorted(BOARDS.items()):
        for panel in board["panels"]:
            yield from ((f"{name}: {one['title']}", one) for one in panel.get("panels", ()))
            if panel["type"] != "row":
                yield f"{name}: {panel['title']}", panel


PANELS = dict(_panels())
"""All panels by the names of their dashboards and their own."""


def queries(rate_interval: str = "5m") -> dict[str, str]:
    """Return all queries as Prometheus gets them, each with the panel that asks it.

    Args:
        rate_interval: What Grafana puts in place of its own word for it.
    """
    asked = {target["expr"]: name for name, panel in PANELS.items() for target in panel["targets"]}
    return {
        text.replace("$__rate_interval", rate_interval).replace("$instance", ".*"): name for text, name in asked.items()
    }
