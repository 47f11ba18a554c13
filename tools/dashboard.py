"""The Grafana dashboard of Busbar, written as code: `dashboard.py` writes deploy/grafana/busbar.json.

`make reference` calls it through `reference.py`. A house test compares; another looks whether every metric exists.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from steps import ROOT

DASHBOARD = ROOT / "deploy" / "grafana" / "busbar.json"

WIDTH = 24
HEIGHT = 8
SOURCE = {"type": "prometheus", "uid": "${source}"}
WHICH = '{job=~"$job",instance=~"$instance"}'
PAIRED = '{job=~"$job",instance=~"$instance",'
RATE = "[$__rate_interval]"


class Query(NamedTuple):
    """One line of a panel: what is asked, and how the answer is named."""

    expression: str
    legend: str = ""


class Panel(NamedTuple):
    """One picture."""

    title: str
    queries: Sequence[Query]
    unit: str = "short"
    kind: str = "timeseries"
    width: int = 8
    description: str = ""
    steps: Sequence[tuple[str, float | None]] = (("green", None),)
    """Colours and the value from which on each holds."""
    is_stacked: bool = False


def _rate(metric: str, by: str = "") -> str:
    return f"sum(rate({metric}{WHICH}{RATE}))" if not by else f"sum by ({by}) (rate({metric}{WHICH}{RATE}))"


def _quantile(share: float, metric: str) -> str:
    return f"histogram_quantile({share}, sum by (le) (rate({metric}_bucket{WHICH}{RATE})))"


def _spread(metric: str) -> list[Query]:
    return [Query(_quantile(share, metric), name) for share, name in ((0.5, "half"), (0.95, "95 %"), (0.99, "99 %"))]


ROWS: Sequence[tuple[str, Sequence[Panel]]] = (
    (
        "At a glance",
        (
            Panel(
                "Health",
                [Query(f"min by (part) (busbar_part_condition{WHICH})", "{{part}}")],
                kind="stat",
                width=8,
                description="1 well, 0.5 impaired, 0 down.",
                steps=(("red", None), ("orange", 0.5), ("green", 1)),
            ),
            Panel(
                "Stations connected",
                [Query(f"sum(busbar_gateway_connections{WHICH})")],
                kind="stat",
                width=4,
            ),
            Panel(
                "Offline",
                [
                    Query(
                        f'max(busbar_stations{PAIRED}state="offline"}}) / (max(busbar_stations{PAIRED}state="online"}})'
                        f' + max(busbar_stations{PAIRED}state="offline"}}))'
                    )
                ],
                unit="percentunit",
                kind="stat",
                width=4,
                steps=(("green", None), ("orange", 0.1), ("red", 0.3)),
            ),
            Panel(
                "Slowest answers",
                [Query(_quantile(0.99, "busbar_gateway_answer_seconds"))],
                unit="s",
                kind="stat",
                width=4,
                steps=(("green", None), ("orange", 1), ("red", 5)),
            ),
            Panel(
                "Parked facts",
                [Query(f"max(busbar_parked_facts{WHICH})")],
                kind="stat",
                width=4,
                steps=(("green", None), ("orange", 1)),
            ),
        ),
    ),
    (
        "The stations' door",
        (
            Panel(
                "Messages by action",
                [Query(_rate("busbar_gateway_messages_total", "action"), "{{action}}")],
                "ops",
                is_stacked=True,
            ),
            Panel(
                "Messages that failed",
                [
                    Query(
                        "sum by (action, outcome) "
                        f'(rate(busbar_gateway_messages_total{PAIRED}outcome!="done"}}{RATE}))',
                        "{{action}}: {{outcome}}",
                    )
                ],
                "ops",
            ),
            Panel("Time to answer", _spread("busbar_gateway_answer_seconds"), "s"),
            Panel(
                "Connections",
                [Query(f"sum by (protocol) (busbar_gateway_connections{WHICH})", "{{protocol}}")],
                is_stacked=True,
            ),
            Panel(
                "Comings and goings",
                [
                    Query(_rate("busbar_gateway_connects_total"), "connected"),
                    Query(_rate("busbar_gateway_disconnects_total", "reason"), "ended: {{reason}}"),
                    Query(_rate("busbar_gateway_refusals_total", "reason"), "refused: {{reason}}"),
                    Query(_rate("busbar_gateway_replaced_connections_total"), "replaced"),
                ],
                "ops",
            ),
            Panel(
                "Slowed down (back-pressure)",
                [Query(f"sum(busbar_gateway_paused_sockets{WHICH})", "sockets that are not read")],
            ),
            Panel("Frames", [Query(_rate("busbar_gateway_frames_total", "direction"), "{{direction}}")], "ops"),
        ),
    ),
    (
        "The core",
        (
            Panel(
                "Queue",
                [
                    Query(f"sum by (instance) (busbar_core_queue_messages{WHICH})", "{{instance}}"),
                    Query(f"max(busbar_core_queue_max_messages{WHICH})", "bound"),
                ],
            ),
            Panel("Lag", [Query(f"max by (instance) (busbar_partition_lag_seconds{WHICH})", "{{instance}}")], "s"),
            Panel("Time to commit", _spread("busbar_core_commit_seconds"), "s"),
            Panel("Time to apply a batch", _spread("busbar_core_apply_seconds"), "s"),
            Panel(
                "Messages a batch",
                [
                    Query(
                        f"{_rate('busbar_core_batch_messages_sum')} / {_rate('busbar_core_batch_messages_count')}",
                        "mean",
                    ),
                    Query(_quantile(0.99, "busbar_core_batch_messages"), "99 %"),
                ],
            ),
            Panel(
                "What the database did not take",
                [
                    Query(_rate("busbar_core_failed_batches_total"), "batches"),
                    Query(_rate("busbar_core_outages_total"), "outages"),
                    Query(f"min(busbar_core_storing{WHICH})", "takes what is written"),
                ],
            ),
            Panel("Refused messages", [Query(_rate("busbar_core_refused_messages_total", "code"), "{{code}}")], "ops"),
            Panel("Partitions held", [Query(f"sum by (instance) (busbar_partitions_held{WHICH})", "{{instance}}")]),
            Panel(
                "Waiting for a core, by partition",
                [
                    Query(f"max by (partition) (busbar_partition_queue_parcels{WHICH}) > 0", "partition {{partition}}"),
                    Query(f"sum(busbar_partition_parcels_in_hand{WHICH})", "in hand"),
                ],
            ),
            Panel(
                "Parcels",
                [
                    Query(_rate("busbar_partition_parcels_total"), "handled"),
                    Query(_rate("busbar_partition_parked_parcels_total"), "parked"),
                ],
                "ops",
            ),
            Panel(
                "Event loop late by",
                [Query(f"max by (instance) (busbar_loop_lag_seconds{WHICH})", "{{instance}}")],
                "s",
            ),
        ),
    ),
    (
        "Facts and commands",
        (
            Panel(
                "Deliveries",
                [
                    Query(_rate("busbar_fact_deliveries_total", "result"), "{{result}}"),
                    Query(_rate("busbar_fact_retries_total"), "tried again"),
                ],
                "ops",
            ),
            Panel("Oldest fact to be delivered", [Query(f"max(busbar_fact_lag_seconds{WHICH})", "lag")], "s"),
            Panel(
                "To be delivered, parked",
                [
                    Query(f"sum(busbar_fact_deliveries_waiting{WHICH})", "waiting"),
                    Query(f"max(busbar_parked_facts{WHICH})", "parked"),
                ],
            ),
            Panel(
                "Requests to stations", [Query(_rate("busbar_station_commands_total", "outcome"), "{{outcome}}")], "ops"
            ),
            Panel("Time to the outcome", _spread("busbar_station_command_seconds"), "s"),
            Panel("Requests on their way", [Query(f"sum(busbar_station_commands_waiting{WHICH})", "requests")]),
        ),
    ),
    (
        "Records and room",
        (
            Panel(
                "Wire log",
                [
                    Query(_rate("busbar_wirelog_written_frames_total"), "written"),
                    Query(_rate("busbar_wirelog_lost_frames_total", "reason"), "lost: {{reason}}"),
                ],
                "ops",
            ),
            Panel("Frames to be written", [Query(f"sum(busbar_wirelog_queue_frames{WHICH})", "frames")]),
            Panel(
                "Sizes",
                [
                    Query(f"max(busbar_database_bytes{WHICH})", "database"),
                    Query(f"sum(busbar_wirelog_bytes{WHICH})", "wire log"),
                    Query(f"min(busbar_disk_free_bytes{WHICH})", "free on the disk"),
                ],
                "bytes",
            ),
        ),
    ),
    (
        "People and programs",
        (
            Panel(
                "Requests", [Query(_rate("busbar_http_requests_total", "status"), "{{status}}")], "ops", is_stacked=True
            ),
            Panel(
                "Slowest routes",
                [
                    Query(
                        "topk(10, histogram_quantile(0.99, sum by (le, route) "
                        f"(rate(busbar_http_request_seconds_bucket{WHICH}{RATE}))))",
                        "{{route}}",
                    )
                ],
                "s",
            ),
            Panel("Problems", [Query(_rate("busbar_http_problems_total", "code"), "{{code}}")], "ops"),
            Panel("Failed sign-ins", [Query(_rate("busbar_sign_in_failures_total", "door"), "{{door}}")], "ops"),
            Panel(
                "Connections and live streams",
                [
                    Query(f"sum(busbar_http_connections{WHICH})", "connections"),
                    Query(f"sum(busbar_live_streams{WHICH})", "live streams"),
                ],
            ),
            Panel(
                "Calls to services outside",
                [Query(_rate("busbar_outside_calls_total", "service, result"), "{{service}} {{result}}")],
                "ops",
            ),
        ),
    ),
    (
        "The processes",
        (
            Panel(
                "Processor",
                [Query(f"sum by (instance) (rate(process_cpu_seconds_total{WHICH}{RATE}))", "{{instance}}")],
                "percentunit",
            ),
            Panel(
                "Memory", [Query(f"sum by (instance) (process_resident_memory_bytes{WHICH})", "{{instance}}")], "bytes"
            ),
            Panel("Open descriptors", [Query(f"sum by (instance) (process_open_fds{WHICH})", "{{instance}}")]),
        ),
    ),
)


def write_dashboard() -> str:
    """Write the dashboard."""
    dashboard: dict[str, Any] = {
        "title": "Busbar",
        "uid": "busbar",
        "description": "How Busbar is: what stations wait for, what the database takes, what is left for a person.",
        "tags": ["busbar"],
        "schemaVersion": 39,
        "version": 1,
        "editable": True,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "timezone": "browser",
        "annotations": {"list": list[Any]()},
        "links": list[Any](),
        "templating": {"list": list(_list_variables())},
        "panels": list(_lay_panels()),
    }
    return json.dumps(dashboard, indent=2, ensure_ascii=False) + "\n"


def _list_variables() -> Iterator[dict[str, Any]]:
    yield {"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus", "hide": 0}
    for name, label, query in (
        ("job", "Job", "label_values(busbar_info, job)"),
        ("instance", "Process", 'label_values(busbar_info{job=~"$job"}, instance)'),
    ):
        yield {
            "name": name,
            "label": label,
            "type": "query",
            "datasource": SOURCE,
            "query": {"query": query, "refId": name},
            "refresh": 2,
            "includeAll": True,
            "multi": True,
            "allValue": ".*",
            "current": {"text": "All", "value": "$__all"},
            "hide": 0,
        }


def _lay_panels() -> Iterator[dict[str, Any]]:
    number, top = 1, 0
    for title, panels in ROWS:
        yield {
            "id": number,
            "type": "row",
            "title": title,
            "collapsed": False,
            "gridPos": {"x": 0, "y": top, "w": WIDTH, "h": 1},
            "panels": [],
        }
        number, top, left = number + 1, top + 1, 0
        height = HEIGHT if panels[0].kind == "timeseries" else HEIGHT // 2
        for panel in panels:
            if left + panel.width > WIDTH:
                left, top = 0, top + height
            yield _draw(panel, number, {"x": left, "y": top, "w": panel.width, "h": height})
            number, left = number + 1, left + panel.width
        top += height


def _draw(panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    steps = [{"color": colour, "value": value} for colour, value in panel.steps]
    custom = {"fillOpacity": 10, "showPoints": "never", "stacking": {"mode": "normal" if panel.is_stacked else "none"}}
    is_stat = panel.kind == "stat"
    options = (
        {
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
            "colorMode": "value",
            "textMode": "auto",
        }
        if is_stat
        else {
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
            "tooltip": {"mode": "multi", "sort": "desc"},
        }
    )
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.description,
        "datasource": SOURCE,
        "gridPos": place,
        "fieldConfig": {
            "defaults": {
                "unit": panel.unit,
                "min": 0,
                "thresholds": {"mode": "absolute", "steps": steps},
                **({} if is_stat else {"custom": custom}),
            },
            "overrides": [],
        },
        "options": options,
        "targets": [
            {
                "refId": chr(ord("A") + index),
                "datasource": SOURCE,
                "expr": query.expression,
                "legendFormat": query.legend or "__auto",
            }
            for index, query in enumerate(panel.queries)
        ],
    }
