"""Writes Grafana's dashboards from their tables, with Grafana's own builders.

`python tools/dashboards.py` writes deploy/grafana/dashboards, with `--check` it only compares.
"""

import argparse
import json
import pathlib
import sys

from dashboard_overview import OVERVIEW
from dashboard_panels import Board, Panel
from dashboard_servers import SERVERS
from dashboard_workers import WORKERS
from grafana_foundation_sdk.builders import common, prometheus, stat, timeseries
from grafana_foundation_sdk.builders.dashboard import Dashboard, DashboardLink, DatasourceVariable, QueryVariable, Row
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import BigValueGraphMode, LegendDisplayMode, LegendPlacement
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DashboardLinkType,
    DataSourceRef,
    VariableOption,
    VariableRefresh,
)

FOLDER = pathlib.Path(__file__).parents[1] / "deploy" / "grafana" / "dashboards"
BOARDS = (OVERVIEW, WORKERS, SERVERS)
SOURCE = DataSourceRef(type_val="prometheus", uid="${source}")
"""Which Prometheus: chosen at the top of each dashboard."""
TAG = "leadstream"
COLUMNS, FIGURE_COLUMNS, HEIGHT = 8, 4, 8
"""Of the 24 columns of a row: a panel of lines, and one of figures."""


def dashboard_of(board: Board) -> Dashboard:
    """Return the builder of a dashboard."""
    built = (
        Dashboard(board.title)
        .uid(f"leadstream-{board.name}")
        .tags([TAG])
        .readonly()
        .refresh("10s")
        .time("now-1h", "now")
        .timezone("browser")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .link(DashboardLink(TAG).type(DashboardLinkType.DASHBOARDS).tags([TAG]).keep_time(keep_time=True))
        .with_variable(DatasourceVariable("source").label("Prometheus").type("prometheus"))
        .with_variable(
            QueryVariable("instance")
            .label("Workers")
            .datasource(SOURCE)
            .query('label_values(up{job="leadstream"}, instance)')
            .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
            .multi(multi=True)
            .include_all(include_all=True)
            .all_value(".*")
            .current(VariableOption(text="All", value="$__all", selected=True))
        )
    )
    for title, panels in board.rows:
        built.with_row(Row(title))
        for panel in panels:
            built.with_panel(panel_of(panel))
    return built


def panel_of(panel: Panel) -> stat.Panel | timeseries.Panel:
    """Return the builder of a panel."""
    built: stat.Panel | timeseries.Panel
    if panel.is_figure:
        built = stat.Panel().graph_mode(BigValueGraphMode.NONE).span(FIGURE_COLUMNS)
    else:
        legend = common.VizLegendOptions().display_mode(LegendDisplayMode.LIST)
        legend = legend.placement(LegendPlacement.BOTTOM).show_legend(show_legend=True)
        built = timeseries.Panel().legend(legend).fill_opacity(5).span(COLUMNS)
    built.title(panel.title).description(panel.description).unit(panel.unit).height(HEIGHT).datasource(SOURCE)
    for number, query in enumerate(panel.queries):
        target = (
            prometheus.Dataquery().expr(query.expression).legend_format(query.legend).ref_id(chr(ord("A") + number))
        )
        built.with_target(target.instant() if panel.is_figure else target.range())
    return built


def written() -> dict[pathlib.Path, str]:
    """Return the text of each file."""
    return {
        FOLDER / f"{board.name}.json": json.dumps(
            dashboard_of(board).build(), cls=JSONEncoder, indent=2, sort_keys=True, ensure_ascii=False
        )
        + "\n"
        for board in BOARDS
    }


def main() -> int:
    """Write, or compare; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is not what it would be")
    is_check = parser.parse_args().check
    stale = []
    for path, text in written().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.name)
            if not is_check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    if is_check and stale:
        print(f"{', '.join(stale)}: not what the tables in tools say; run `make dashboards`", file=sys.stderr)
        return 1
    print(f"{len(BOARDS)} dashboards, {len(stale)} written" if not is_check else f"{len(BOARDS)} dashboards agree")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
