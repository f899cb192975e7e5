"""Prometheus' rules as tests read them, and what is named in an expression."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from streams.monitoring.metrics import Metrics

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "deploy" / "prometheus"
RULE_FILES = tuple(sorted((PROMETHEUS / "rules").glob("*.yaml")))
CASE_FILES = tuple(sorted((PROMETHEUS / "tests").glob("*.yaml")))

OF_OTHERS = frozenset(
    {
        "up",
        "redis_memory_used_bytes",
        "redis_memory_max_bytes",
        "redis_aof_last_write_status",
        "redis_rdb_last_bgsave_status",
        "redis_evicted_keys_total",
    }
)
"""What Prometheus itself and the exporter of Redis have."""

_ASIDE = re.compile(
    r'"[^"]*"|\boffset\s+\w+|\{[^}]*\}|\[[^\]]*\]|\b(?:by|on|without|ignoring|group_left|group_right)\s*\([^)]*\)'
)
_NAME = re.compile(r"[a-zA-Z_:][\w:]*\b(?!\s*\()")
_WORDS = {"and", "or", "unless", "bool"}


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert: the file that it stands in, and its parts."""

    file: str
    name: str
    severity: str
    annotations: dict[str, str]


@cache
def read(path: Path) -> Any:
    """Return what a YAML file holds."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _rules() -> list[tuple[str, dict[str, Any]]]:
    return [(path.stem, rule) for path in RULE_FILES for group in read(path)["groups"] for rule in group["rules"]]


def alerts() -> list[Alert]:
    """Return all alerts."""
    return [
        Alert(file, rule["alert"], rule["labels"]["severity"], dict(rule["annotations"]))
        for file, rule in _rules()
        if "alert" in rule
    ]


def expressions() -> list[tuple[str, str]]:
    """Return all expressions, each with the name of the alert, or of what is recorded."""
    return [(rule.get("alert", rule.get("record")), rule["expr"]) for _, rule in _rules()]


def recorded() -> set[str]:
    """Return the names that rules record."""
    return {rule["record"] for _, rule in _rules() if "record" in rule}


def metrics_in(expression: str) -> set[str]:
    """Return the metrics that an expression names.

    Example:
        >>> sorted(metrics_in('sum by (le) (rate(a_total{job="b"}[5m])) > on (c) 2 * d:e and f offset 5m'))
        ['a_total', 'd:e', 'f']
    """
    bare = _ASIDE.sub(lambda found: "" if found[0][0] in '"{[' else " ", expression)
    return set(_NAME.findall(bare)) - _WORDS


ENDINGS = {"counter": ("_total",), "info": ("_info",), "histogram": ("_bucket", "_count", "_sum")}
OF_THE_PROCESS = frozenset(
    f"process_{rest}"
    for rest in (
        "cpu_seconds_total",
        "max_fds",
        "open_fds",
        "resident_memory_bytes",
        "start_time_seconds",
        "virtual_memory_bytes",
    )
)
"""What a worker exports of its process, on Linux only."""


@cache
def exported() -> frozenset[str]:
    """Return every series that a worker exports, under the name that Prometheus has for it."""
    families = Metrics(lambda: 0.0).registry.collect()
    series = {
        family.name.removesuffix("_total" if family.type == "counter" else "") + ending
        for family in families
        for ending in ENDINGS.get(family.type, ("",))
    }
    return frozenset(series) | OF_THE_PROCESS


@cache
def told_of() -> frozenset[str]:
    """Return every metric as people name it: a histogram without its parts."""
    histograms = {family.name for family in Metrics(lambda: 0.0).registry.collect() if family.type == "histogram"}
    return exported() | histograms
