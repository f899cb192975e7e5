"""What a dashboard is: rows of panels, each with its queries, its unit, and what to see in it.

The boards are in the modules beside this one; `tools/dashboards.py` makes Grafana's JSON of them. Units are Grafana's:
`s` is seconds, `cps` a second, `percentunit` 0 to 1.
"""

from dataclasses import dataclass

RATE = "[$__rate_interval]"
HERE = 'instance=~"$instance"'
"""The workers that are chosen at the top of a dashboard."""


@dataclass(frozen=True, slots=True)
class Query:
    """One query, and how its series are called; ``{{label}}`` stands for a label."""

    expression: str
    legend: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel: a figure where ``is_figure``, else lines over time."""

    title: str
    description: str
    unit: str
    queries: tuple[Query, ...]
    is_figure: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """One dashboard: its name in links and files, its title, and its rows by title."""

    name: str
    title: str
    rows: tuple[tuple[str, tuple[Panel, ...]], ...]


def line(title: str, unit: str, description: str, *queries: tuple[str, str]) -> Panel:
    """Return a panel of lines; queries are (expression, legend)."""
    return Panel(title, description, unit, tuple(Query(*query) for query in queries))


def figure(title: str, unit: str, description: str, expression: str, legend: str = "") -> Panel:
    """Return a panel with one figure, or one for each series."""
    return Panel(title, description, unit, (Query(expression, legend),), is_figure=True)


def quantiles(metric: str, *shares: float) -> tuple[tuple[str, str], ...]:
    """Return queries for quantiles of a histogram over the chosen workers."""
    rate = f"sum by (le) (rate({metric}_bucket{{{HERE}}}{RATE}))"
    return tuple((f"histogram_quantile({share}, {rate})", f"p{share * 100:g}") for share in shares)


def rate(metric: str, by: str) -> tuple[str, str]:
    """Return a query for how often a second something is counted, by one label or several."""
    return f"sum by ({by}) (rate({metric}{{{HERE}}}{RATE}))", legend_of(by)


def legend_of(by: str) -> str:
    """Return the legend of series that are told apart by labels."""
    return " ".join(f"{{{{{label}}}}}" for label in by.split(", "))


def total(metric: str, legend: str) -> tuple[str, str]:
    """Return a query for how often a second something is counted, over all labels."""
    return f"sum(rate({metric}{{{HERE}}}{RATE}))", legend


def gauge(metric: str, by: str = "instance") -> tuple[str, str]:
    """Return a query for a figure that goes up and down, by a label."""
    return f"sum by ({by}) ({metric}{{{HERE}}})", legend_of(by)


def progress(metric: str) -> tuple[str, str]:
    """Return a query for how far each partition is with something, from 0 to 1; ``metric`` is how much there is."""
    done, there_is = (f"sum by (partition) ({name}{{{HERE}}})" for name in (f"{metric}_done", metric))
    return f"{done} / ({there_is} > 0)", "partition {{partition}}"
