"""A thousand virtual stations charging at once against `busbar up` on one core: errors, and the time to the answer."""

import asyncio
import os
import time

from bench.audit import read_rows
from bench.figure import Figure
from bench.processes import cores
from bench.product import Product, register_tokens, started
from busbar.adapters.system.clock import SystemClock
from busbar.simulator.commands import plan_simulation
from busbar.simulator.scenario import Scenario
from busbar.simulator.swarm import Figures, Swarm

STATIONS = 1000
SAMPLE_S = 10
MEASURE_S = 60.0
SETTLE_LIMIT_S = 120.0
LIMIT_P99_MS = 250.0
CONNECTS_PER_S = 100.0


def plan(product: Product) -> Scenario:
    """Plan the stations."""
    return plan_simulation(
        url=product.ocpp_url,
        count=STATIONS,
        sample_s=SAMPLE_S,
        is_steady=True,
        connects_per_s=CONNECTS_PER_S,
    )


async def play(scenario: Scenario) -> Figures:
    """Let all stations charge, then look at their answers over the measured time."""
    swarm = Swarm(scenario, clock=SystemClock())
    await swarm.start()
    deadline = time.monotonic() + SETTLE_LIMIT_S
    while swarm.count().charging < STATIONS:
        if time.monotonic() > deadline:
            raise RuntimeError(f"only {swarm.count().charging} of {STATIONS} stations charge")
        await asyncio.sleep(0.5)
    for station in swarm.stations.values():
        station.books.answer_s.clear()
    await asyncio.sleep(MEASURE_S)
    figures = swarm.count()
    await swarm.stop()
    return figures


def measure() -> list[Figure]:
    """Run the product on one core and the stations on another."""
    product_cores, load_cores = cores()
    with started(on_cores=product_cores) as product:
        product.wait_until_ready()
        os.sched_setaffinity(0, load_cores)
        scenario = plan(product)
        register_tokens(product.http_port, scenario.sites[0].tokens)
        figures = asyncio.run(play(scenario))
        rows = [row for each in asyncio.run(read_rows(product.database_url)).values() for row in each]
    lost = max(0, STATIONS - len(rows))
    return [
        Figure(
            name="a thousand charge, time to the answer (p99)",
            ours=round(figures.answer_p99_ms, 1),
            unit="ms",
            limit=LIMIT_P99_MS,
            faults=figures.errors + figures.crashed + lost,
            conditions={
                "stations": figures.stations,
                "charging": figures.charging,
                "sample_interval_s": SAMPLE_S,
                "measured_s": MEASURE_S,
                "answers_p50_ms": round(figures.answer_p50_ms, 1),
                "calls": figures.calls,
                "sessions": len(rows),
                "samples": sum(row.samples for row in rows),
                "cores": {"product": product_cores, "stations": load_cores},
            },
        )
    ]
