"""All readings of a process, written as Prometheus reads them."""

from collections.abc import Iterable, Iterator, Sequence

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from busbar.app.watch.catalog import FAMILIES, Family, Kind
from busbar.app.watch.readings import Reading
from busbar.kernel.buckets import Spread
from busbar.ports.watching import Scrape


class Page(Collector):
    """One scrape: what was read on the event loop, and what the library knows of the process."""

    def __init__(self, metrics: Sequence[Metric], process: CollectorRegistry) -> None:
        self._metrics = metrics
        self._process = process

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        yield from self._metrics
        yield from self._process.collect()


def watch_process() -> CollectorRegistry:
    """Return a registry with what the library knows of this process: memory, CPU, descriptors, collections."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


def gather(readings: Iterable[Reading]) -> list[Metric]:
    """Return the metrics of all readings, each family once, in the order of the catalogue."""
    found: dict[str, Metric] = {}
    for reading in readings:
        family = reading.family
        metric = found.get(family.name)
        if metric is None:
            found[family.name] = metric = _begin(family)
        _add(metric, reading)
    return [found[name] for name in FAMILIES if name in found]


def _begin(family: Family) -> Metric:
    kinds = {
        Kind.COUNTER: CounterMetricFamily,
        Kind.GAUGE: GaugeMetricFamily,
        Kind.HISTOGRAM: HistogramMetricFamily,
    }
    return kinds[family.kind](family.name, family.meaning, labels=family.labels)


def _add(metric: Metric, reading: Reading) -> None:
    if isinstance(metric, HistogramMetricFamily):
        assert isinstance(reading.value, Spread)  # noqa: S101 - a histogram is read as a spread
        metric.add_metric(reading.labels, _accumulate(reading.value), reading.value.total)
    elif isinstance(metric, CounterMetricFamily | GaugeMetricFamily):
        assert not isinstance(reading.value, Spread)  # noqa: S101 - and nothing else is
        metric.add_metric(reading.labels, float(reading.value))


def _accumulate(spread: Spread) -> list[tuple[str, float]]:
    """Return how many values were at most each bound."""
    below = 0
    buckets: list[tuple[str, float]] = []
    for bound, count in zip((*map(float, spread.bounds), "+Inf"), spread.counts, strict=True):
        below += count
        buckets.append((str(bound), below))
    return buckets


def write(page: Page, accept: str) -> Scrape:
    """Write a scrape in the format that the request accepts (any thread)."""
    encode, media_type = choose_encoder(accept)
    return Scrape(body=encode(page), media_type=media_type)
