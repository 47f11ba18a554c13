"""A broker that is stopped and started again."""

import asyncio

import pytest

from tests.contracts.bus.test_every_bus import make_report
from tests.contracts.bus.test_rabbit_bus import is_down
from tests.contracts.presence.conftest import until
from tests.fakes.cluster import open_cluster
from tests.fakes.own_broker import OwnBroker


@pytest.mark.slow
async def test_reports_outlast_a_restart_of_the_broker(own_prefix):
    """Those that lie in it, whose gateway has gone, and those of a gateway that waits for it."""
    broker = await asyncio.to_thread(OwnBroker().__enter__)
    try:
        async with open_cluster(broker.url, own_prefix) as cluster:
            leaver = await cluster.start_gateway("gateway-1")
            left = asyncio.create_task(leaver.bus.report(make_report("station-left", 0)))
            await until(lambda: is_sent(leaver))
            await leaver.link.stop()
            left.cancel()
            gateway = await cluster.start_gateway("gateway-2", timeout_s=60)
            await asyncio.to_thread(broker.stop)
            await until(lambda: is_down(gateway.link))
            reports = asyncio.gather(
                *(gateway.bus.report(make_report(f"station-{number % 5}", number)) for number in range(50))
            )
            await asyncio.to_thread(broker.start)
            await cluster.start_core()
            await reports
            await cluster.ledger.wait_until(lambda: len(cluster.ledger.messages) == 51)
            for station in range(5):
                own = [one for one in cluster.ledger.messages if one.station_id == f"station-{station}"]
                assert [int(one.payload_json) for one in own] == list(range(station, 50, 5))
    finally:
        await asyncio.to_thread(broker.__exit__)


async def is_sent(gateway):
    return any(lane.parcel is not None and lane.parcel.is_sent for lane in gateway.sender._lanes)
