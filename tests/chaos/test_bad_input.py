"""Fifty connections send nonsense while five hundred others charge: nobody notices, and memory stays flat."""

import asyncio
import random
import statistics
import time

import pytest

from bench import generator
from bench.audit import audit
from bench.processes import resident_kib
from tests.chaos.liars import Liar, make_payloads
from tests.journeys.conftest import Installation, sign_in
from tests.journeys.stations import Station16, connected

LIARS = 50
CHARGING = {"1.6": 250, "2.0.1": 250}
RATE_PER_S = 150
"""Messages of each half, so that the machine has time for the nonsense."""
MEASURE_S = 10
TOKENS = 20
WEIGH_S = 0.25
GROWTH_MAX_KIB = 24_000
"""From the middle of the run to its end: what the charging stations' new sessions may take. A giant message that
were kept would add two MiB each time.
"""
SETTINGS = {
    "BUSBAR_STATION_RATE_MAX_MESSAGES_PER_S": "1000",
    "BUSBAR_HANDSHAKE_MAX_CONNECTIONS": "1000",
    "BUSBAR_REQUEST_MAX_PER_MIN": "100000",
    "BUSBAR_LOG_LEVEL": "warning",
}


@pytest.fixture
def installation(tmp_path):
    made = Installation(tmp_path / "data", **SETTINGS)
    made.start()
    yield made
    if made.process is not None:
        made.kill()


def load(installation, version, books):
    return generator.started(
        {
            "port": installation.ocpp_port,
            "path": "/ocpp/",
            "version": version,
            "identity": f"GOOD-{version}-%04d",
            "connections": CHARGING[version],
            "tokens": TOKENS,
            "rate": RATE_PER_S,
            "opening": 20,
            "setup": 120,
            "measure": MEASURE_S,
            "processes": installation.process.pid,
            "books": books,
        }
    )


async def weigh(installation, weights):
    while True:
        weights.append((time.monotonic(), resident_kib([installation.process.pid])))
        await asyncio.sleep(WEIGH_S)


async def test_nonsense_on_fifty_lines_costs_the_others_nothing(installation, tmp_path):
    payloads = make_payloads()
    liars = [
        Liar(installation.ocpp_port, f"LIAR-{number}", chance=random.Random(number), payloads=payloads)  # noqa: S311 - the same lies each time
        for number in range(LIARS)
    ]
    async with sign_in(installation) as console:
        for number in range(TOKENS):
            await console.send("PUT", f"tokens/TAG{number:06d}", {"kind": "rfid", "concurrency": "allowed"})
    books, weights = {version: tmp_path / f"{version}.tsv" for version in CHARGING}, []
    with load(installation, "1.6", books["1.6"]) as one, load(installation, "2.0.1", books["2.0.1"]) as two:
        tasks = [asyncio.create_task(liar.lie()) for liar in liars]
        tasks.append(asyncio.create_task(weigh(installation, weights)))
        results = await asyncio.gather(*(asyncio.to_thread(generator.finish, each) for each in (one, two)))
        broken = [task for task in tasks if task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert broken == [], "whoever lies, lies to the end"
    for result in results:
        assert (result.faults_sum, result.first_fault) == (0, "")
        assert result.ready == result.connections
    assert all(liar.connections for liar in liars)
    assert sum(liar.frames for liar in liars) > 20 * LIARS
    assert find_growth_kib(weights) < GROWTH_MAX_KIB
    async with connected(Station16, installation, "AFTER-1") as station:
        assert (await station.boot()).status == "Accepted"
    assert installation.stop() == 0
    assert "Traceback" not in installation.output, installation.output
    found = await audit(f"sqlite+aiosqlite:///{installation.data_dir / 'busbar.sqlite3'}", books.values())
    assert found.differences == []
    assert found.transactions > 0
    assert found.samples > 0


def find_growth_kib(weights):
    """Compare the last quarter of a run with the quarter in its middle."""
    quarter = max(1, len(weights) // 4)
    sizes = [kib for _, kib in weights]
    return statistics.median(sizes[-quarter:]) - statistics.median(sizes[-3 * quarter : -2 * quarter])
