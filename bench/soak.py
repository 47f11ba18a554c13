"""A long, even load: whether the memory stays flat. By hand: `python -m bench soak --minutes 30`."""

import asyncio
import statistics
import time
from collections.abc import Sequence

from bench import generator
from bench.audit import audit
from bench.contest import OPENING, SETUP_LIMIT_S
from bench.figure import Figure
from bench.processes import cores, resident_kib
from bench.product import SETTINGS, TOKENS_MAX, data_directory, register_tokens, started
from bench.servers import Server

STATIONS = 1000
RATE_PER_S = 1000
SAMPLE_S = 5.0
JUDGED_FROM = 1 / 3
"""The first third fills caches and pools: it is shown and not judged."""
GROWTH_MAX_PERCENT = 3.0


def fit_slope(points: Sequence[tuple[float, float]]) -> float:
    """Return the slope of the line that fits best."""
    return statistics.linear_regression([x for x, _ in points], [y for _, y in points]).slope


def judge_growth(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the slope (KiB/min) behind the first third, and what it adds up to there, in percent of the middle."""
    judged = [(at_s / 60, kib) for at_s, kib in points[int(len(points) * JUDGED_FROM) :]]
    slope = fit_slope(judged)
    grown = slope * (judged[-1][0] - judged[0][0])
    return slope, 100 * grown / statistics.median(kib for _, kib in judged)


def measure(minutes: float) -> list[Figure]:
    """Load the product evenly and weigh it every few seconds."""
    with data_directory() as directory, started(on_cores=cores()[0]) as product:
        product.wait_until_ready()
        register_tokens(product.http_port)
        book = directory / "books.tsv"
        options: dict[str, object] = {
            **Server("busbar", product.ocpp_port, (product.process.pid,)).options(),
            "connections": STATIONS,
            "tokens": TOKENS_MAX,
            "opening": OPENING,
            "setup": SETUP_LIMIT_S,
            "rate": RATE_PER_S,
            "measure": minutes * 60,
            "books": book,
        }
        points: list[tuple[float, float]] = []
        with generator.started(options) as load:
            begun_s = time.monotonic()
            while load.poll() is None:
                points.append((time.monotonic() - begun_s, resident_kib([product.process.pid])))
                time.sleep(SAMPLE_S)
            result = generator.finish(load)
        found = asyncio.run(audit(product.database_url, [book]))
    slope, growth_percent = judge_growth(points)
    return [
        Figure(
            name="soak, growth of memory",
            ours=round(growth_percent, 2),
            unit="%",
            limit=GROWTH_MAX_PERCENT,
            faults=result.faults_sum + len(found.differences),
            conditions={
                "minutes": minutes,
                "stations": STATIONS,
                "messages_per_s": round(result.messages_per_s),
                "slope_kib_per_min": round(slope, 1),
                "resident_mib": [round(kib / 1024) for _, kib in points[:: max(1, len(points) // 12)]],
                "p50_ms": result.p50_ms,
                "p99_ms": result.p99_ms,
                "us_per_message": result.server_us_per_message,
                "audit": found.describe(),
                "first_fault": result.first_fault,
                "settings": SETTINGS,
            },
        )
    ]
