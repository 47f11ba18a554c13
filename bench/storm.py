"""5,000 stations connect and boot at once, then stay silent: what a station costs then, and what it holds."""

import contextlib
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench import generator
from bench.contest import OPENING, SETUP_LIMIT_S
from bench.figure import Figure
from bench.generator import Result
from bench.processes import cores, resident_kib
from bench.product import SETTINGS, started
from bench.servers import Server, peer_started

STATIONS = 5000
RATE_FLOOR = 3.0
MEMORY_FLOOR = 1.0
SETTLE_S = 2.0
HOLD_S = 3.0
RIVAL = "ocpp 1.6"


@dataclass(frozen=True)
class Storm:
    """One storm: CPU of the server for each station, stations a second, and memory for each when all are silent."""

    us: float
    per_s: float
    memory_kib: float
    result: Result


def raise_storm(server: Server) -> Storm:
    """Let all stations come at once; weigh the server before and after."""
    before_kib = resident_kib(server.all_process_ids)
    options: dict[str, object] = {
        **server.options(),
        "connections": STATIONS,
        "opening": OPENING,
        "setup": SETUP_LIMIT_S,
        "idle": HOLD_S,
    }
    with generator.started(options) as load:
        generator.wait_until_ready(load)
        time.sleep(SETTLE_S)
        after_kib = resident_kib(server.all_process_ids)
        result = generator.finish(load)
    return Storm(
        us=result.setup_server_cpu_s * 1e6 / STATIONS,
        per_s=STATIONS / result.setup_s,
        memory_kib=(after_kib - before_kib) / STATIONS,
        result=result,
    )


@contextlib.contextmanager
def product_started(server_cores: list[int]) -> Iterator[Server]:
    """Run the product on an empty directory: every station is new to it."""
    with started(on_cores=server_cores) as product:
        product.wait_until_ready()
        yield Server("busbar", product.ocpp_port, (product.process.pid,))


def describe(storms: list[Storm]) -> dict[str, object]:
    """Say it for the conditions of a figure."""
    return {
        "us_per_station": [round(each.us) for each in storms],
        "stations_per_s": [round(each.per_s) for each in storms],
        "boot_p99_ms": [round(each.result.boot_p99_ms) for each in storms],
        "kib_per_connection": [round(each.memory_kib, 1) for each in storms],
    }


def measure(rounds: int) -> list[Figure]:
    """Raise storms on freshly started servers in turns."""
    new: list[Storm] = []
    known: list[Storm] = []
    theirs: list[Storm] = []
    for _ in range(rounds):
        with product_started(cores()[0]) as server:
            new.append(raise_storm(server))
            known.append(raise_storm(server))
        with peer_started(RIVAL, on_cores=cores()[0]) as server:
            theirs.append(raise_storm(server))
    conditions: dict[str, Any] = {
        "stations": STATIONS,
        "settings": SETTINGS,
        "new": describe(new),
        "known": describe(known),
        "theirs": describe(theirs),
    }

    def compare(
        name: str, unit: str, floor: float, ours: list[float], others: list[float], faulty: list[Storm]
    ) -> Figure:
        return Figure(
            name=f"{name} / {RIVAL}",
            ours=round(statistics.median(ours), 1),
            theirs=round(statistics.median(others), 1),
            unit=unit,
            floor=floor,
            faults=sum(each.result.faults_sum for each in [*faulty, *theirs]),
            conditions=conditions,
        )

    their_us = [each.us for each in theirs]
    return [
        compare("storm, new stations", "µs CPU/station", RATE_FLOOR, [each.us for each in new], their_us, new),
        compare("storm, known stations", "µs CPU/station", RATE_FLOOR, [each.us for each in known], their_us, known),
        compare(
            "idle memory",
            "KiB/connection",
            MEMORY_FLOOR,
            [each.memory_kib for each in new],
            [each.memory_kib for each in theirs],
            new,
        ),
    ]
