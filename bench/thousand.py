"""A thousand virtual stations charging at once against `busbar up` on one core: errors, and the time to the answer."""

import asyncio
import json
import os
import sqlite3
import time
import urllib.request
from typing import Any

from bench.figure import Figure
from bench.product import Product, cores, started
from busbar.adapters.system.clock import SystemClock
from busbar.simulator.commands import plan_simulation
from busbar.simulator.swarm import Figures, Swarm

STATIONS = 1000
SAMPLE_S = 10
MEASURE_S = 60.0
SETTLE_LIMIT_S = 120.0
LIMIT_P99_MS = 250.0
CONNECTS_PER_S = 100.0


def ask(product: Product, method: str, path: str, body: object, token: str | None = None) -> Any:
    """Make one API request."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(
        f"http://127.0.0.1:{product.http_port}/api/v1/{path}",
        data=json.dumps(body).encode(),
        method=method,
        headers=headers,
    )
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - as above
        return json.loads(response.read() or b"null")


def register_tokens(product: Product, tokens: tuple[str, ...]) -> None:
    """Make the virtual drivers' tokens known."""
    signed_in = ask(product, "POST", "auth/sign-in", {"email": "bench@example.org", "password": "bench-bench-bench"})
    for token in tokens:
        ask(product, "PUT", f"tokens/{token}", {}, signed_in["token"])


async def play(product: Product) -> Figures:
    """Let all stations charge, then look at their answers over the measured time."""
    scenario = plan_simulation(
        url=product.ocpp_url,
        count=STATIONS,
        sample_s=SAMPLE_S,
        is_steady=True,
        connects_per_s=CONNECTS_PER_S,
    )
    register_tokens(product, scenario.sites[0].tokens)
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


def count_rows(product: Product) -> dict[str, int]:
    """Look in the database: what was acknowledged must be there."""
    with sqlite3.connect(product.data_dir / "busbar.sqlite3") as database:
        return {
            table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - constants
            for table in ("sessions", "sample_blocks")
        }


def measure() -> Figure:
    """Run the product on one core and the stations on another."""
    product_cores, load_cores = cores()
    with started(on_cores=product_cores, BUSBAR_REQUEST_MAX_PER_MIN="1000000") as product:
        product.wait_until_ready()
        os.sched_setaffinity(0, load_cores)
        figures = asyncio.run(play(product))
        rows = count_rows(product)
    lost = max(0, STATIONS - rows["sessions"])
    return Figure(
        name="thousand_charging_p99",
        value=round(figures.answer_p99_ms, 1),
        unit="ms",
        limit=LIMIT_P99_MS,
        errors=figures.errors + figures.crashed + lost,
        conditions={
            "stations": figures.stations,
            "charging": figures.charging,
            "sample_interval_s": SAMPLE_S,
            "measured_s": MEASURE_S,
            "answers_p50_ms": round(figures.answer_p50_ms, 1),
            "calls": figures.calls,
            "rows": rows,
            "cores": {"product": product_cores, "stations": load_cores},
        },
    )
