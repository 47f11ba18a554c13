"""The reference page of metrics, written from the catalogue that the product itself counts by."""

from collections.abc import Mapping

from busbar.app.watch.catalog import FAMILIES, Family
from busbar.app.watch.metrics import watch_process
from page_text import flatten, write_table
from steps import ROOT

METRICS_PAGE = ROOT / "docs" / "reference" / "metrics.md"

INTRODUCTION = """# Metrics

<!-- Written by tools/reference.py from src/busbar/app/watch/catalog.py: do not edit, run `make reference`. -->

What `/metrics` tells Prometheus. How to read them, what to draw and what to be woken by: [watch](../howto/watch.md).
Counters run since the start of the process. A histogram has `_bucket`, `_sum` and `_count`. A counter with labels shows
up when something was counted for the first time. No label names a station, a person or an address.
"""

TOPICS: Mapping[str, tuple[str, ...]] = {
    "The process": ("busbar_info", "busbar_part_", "busbar_loop", "busbar_outside"),
    "The stations' door": ("busbar_gateway",),
    "The core": ("busbar_core", "busbar_partition"),
    "Facts": ("busbar_fact", "busbar_parked"),
    "Station commands": ("busbar_station_command",),
    "Records and room": ("busbar_wirelog", "busbar_database", "busbar_disk", "busbar_stations"),
    "People and programs": ("busbar_http", "busbar_sign_in", "busbar_live"),
}
"""The sections of the page, and how the names of their metrics begin."""

OF_THE_LIBRARY = """
## The process, as the library sees it

"""


class UnsortedMetricError(Exception):
    """A metric of the catalogue belongs to no section of the page, or to two."""


def find_topic(family: Family) -> str:
    """Return the section that a metric belongs to. Errors: UnsortedMetricError."""
    found = [topic for topic, beginnings in TOPICS.items() if family.name.startswith(beginnings)]
    if len(found) != 1:
        raise UnsortedMetricError(f"{family.name}: {found or 'no section'}")
    return found[0]


def write_metrics() -> str:
    """Write the page."""
    parts = [INTRODUCTION]
    for topic in TOPICS:
        rows = [
            (f"`{one.name}`", one.kind.value, ", ".join(f"`{label}`" for label in one.labels), flatten(one.meaning))
            for one in FAMILIES.values()
            if find_topic(one) == topic
        ]
        parts.append(f"\n## {topic}\n\n" + write_table(("name", "kind", "labels", "meaning"), rows))
    process = sorted((metric.name, metric.type, metric.documentation) for metric in watch_process().collect())
    rows = [(f"`{name}`", kind, flatten(meaning)) for name, kind, meaning in process]
    parts.append(OF_THE_LIBRARY + write_table(("name", "kind", "meaning"), rows))
    return "".join(parts)
