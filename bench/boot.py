"""How long from `busbar up` to the first station whose boot is accepted."""

import asyncio
import contextlib
import json
import statistics
import time

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from bench.figure import Figure
from bench.product import Product, started

RUNS = 5
LIMIT_S = 3.0
GIVE_UP_S = 60.0
CALLRESULT = 3
BOOT = '[2,"1","BootNotification",{"chargePointVendor":"Bench","chargePointModel":"Boot"}]'


async def boot(product: Product) -> float:
    """Try to connect from the first moment on; return the seconds until the boot is accepted."""
    while time.monotonic() - product.started_s < GIVE_UP_S:
        with contextlib.suppress(OSError, WebSocketException, TimeoutError):
            async with connect(f"{product.ocpp_url}/BENCH", subprotocols=["ocpp1.6"]) as station:
                await station.send(BOOT)
                kind, _, payload = json.loads(await station.recv())
                if kind == CALLRESULT and payload["status"] == "Accepted":
                    return time.monotonic() - product.started_s
        await asyncio.sleep(0.01)
    raise RuntimeError(f"no boot was accepted in {GIVE_UP_S} s")


def measure() -> list[Figure]:
    """Start the product several times, each on an empty data directory, and take the median."""
    times = []
    for _ in range(RUNS):
        with started() as product:
            times.append(asyncio.run(boot(product)))
    return [
        Figure(
            name="from start to first accepted boot",
            ours=round(statistics.median(times), 3),
            unit="s",
            limit=LIMIT_S,
            conditions={"runs": RUNS, "all_s": [round(each, 3) for each in times], "data": "empty, schema made anew"},
        )
    ]
