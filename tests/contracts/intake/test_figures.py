"""What a core tells of the partitions that it holds: how much waits for each, and for how long."""

import asyncio

from busbar.app.watch import catalog
from busbar.app.watch.readings import read_lag, read_parcels, read_partition_queues
from busbar.kernel.partition import find_partition
from tests.contracts.bus.test_every_bus import make_report
from tests.contracts.presence.conftest import until
from tests.fakes.cluster import PARTITION_COUNT

PARTITION = find_partition("station-1", count=PARTITION_COUNT)


async def hold_up(core):
    """Let a core begin with a parcel and not end."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def wait(parcel):
        begun.set()
        await go_on.wait()

    core.worker.before = wait
    return begun, go_on


async def test_what_waits_is_counted_and_how_long(cluster):
    core = await cluster.start_core(prefetch_max_parcels=1)
    gateways = [await cluster.start_gateway(f"gateway-{number}") for number in range(3)]
    begun, go_on = await hold_up(core)
    reports = [asyncio.create_task(gateway.bus.report(make_report(number=n))) for n, gateway in enumerate(gateways)]
    await begun.wait()

    async def do_two_wait():
        return (await core.intake.count_waiting()).get(PARTITION) == 2

    await until(do_two_wait)
    lag_s = core.intake.list_lags()[PARTITION]
    await asyncio.sleep(0.05)
    assert core.intake.list_lags()[PARTITION] > lag_s
    readings = list(read_partition_queues(await core.intake.count_waiting()))
    assert (catalog.PARTITION_QUEUE, 2, (str(PARTITION),)) in readings
    go_on.set()
    await asyncio.gather(*reports)
    assert core.intake.list_lags()[PARTITION] == 0
    (told,) = [one.value for one in read_parcels(core.intake) if one.family is catalog.PARCELS]
    assert told >= 3
    lags = {one.labels: one.value for one in read_lag(core.intake.list_lags()) if one.family is catalog.LAG}
    assert set(lags) == {(str(number),) for number in core.intake.held_partitions}


async def test_without_a_broker_nothing_is_counted(cluster):
    core = await cluster.start_core()
    await core.link.stop()
    assert await core.intake.count_waiting() == {}
