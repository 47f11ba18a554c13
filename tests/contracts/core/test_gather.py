"""After a large batch the core waits a moment for the reports that its answers bring, so that one commit is for all."""

import asyncio

import pytest

from busbar.app import core as core_module
from busbar.app.core import GATHER_MIN_REPORTS, GATHER_SHARE
from busbar.canon.stations import HeartbeatReceived, HeartbeatReply
from busbar.kernel.ids import ReportId, StationId

LARGE = GATHER_MIN_REPORTS + 4
ENOUGH = int(LARGE * GATHER_SHARE)
LIMIT_S = 20
LONG_S = 600
"""A moment that no test waits for: what is answered before was not held back."""


class Crowd:
    """Stations that report, and the batches in which they were answered."""

    def __init__(self, house):
        self.house = house
        self.batches = []
        house.core.register({HeartbeatReceived: self.beat})

    async def beat(self, report, work):
        if not self.batches or self.batches[-1][0] is not work:
            self.batches.append((work, []))
        self.batches[-1][1].append(report.station_id)
        return HeartbeatReply(now=work.now)

    def report(self, count):
        """Let so many stations report at once, by the gateways' way in."""
        sent = [
            HeartbeatReceived(
                report_id=ReportId(self.house.ids.new()),
                station_id=StationId(f"CS-{number}"),
                received_at=self.house.clock.now(),
            )
            for number in range(count)
        ]
        return [self.post(each) for each in sent]

    def post(self, report):
        told = asyncio.get_running_loop().create_future()
        assert self.house.core.post(report, lambda answer, error: told.set_result(answer or error))
        return told

    @property
    def sizes(self):
        return [len(batch) for _, batch in self.batches]


@pytest.fixture
async def crowd(house):
    crowd = Crowd(house)
    await house.start()
    return crowd


@pytest.fixture
def _waits_long(monkeypatch):
    monkeypatch.setattr(core_module, "GATHER_S", LONG_S)


async def answered(tasks):
    async with asyncio.timeout(LIMIT_S):
        await asyncio.gather(*tasks)


@pytest.mark.usefixtures("_waits_long")
async def test_after_a_large_batch_those_who_come_one_by_one_share_a_commit(crowd):
    await answered(crowd.report(LARGE))
    waiting = []
    for _ in range(ENOUGH - 1):
        waiting += crowd.report(1)
        await asyncio.sleep(0)
    await asyncio.sleep(0.05)
    assert not any(task.done() for task in waiting)
    await answered(waiting + crowd.report(1))
    assert crowd.sizes == [LARGE, ENOUGH]


@pytest.mark.usefixtures("_waits_long")
async def test_a_small_batch_says_nothing_about_the_next(crowd):
    await answered(crowd.report(GATHER_MIN_REPORTS - 1))
    await answered(crowd.report(1))
    assert crowd.sizes == [GATHER_MIN_REPORTS - 1, 1]


async def test_whoever_comes_alone_after_a_large_batch_waits_a_moment_and_no_longer(crowd):
    await answered(crowd.report(LARGE))
    await answered(crowd.report(1))
    assert crowd.sizes == [LARGE, 1]


@pytest.mark.usefixtures("_waits_long")
async def test_a_stop_waits_for_nobody(crowd):
    await answered(crowd.report(LARGE))
    left = crowd.report(1)
    await asyncio.sleep(0.05)
    async with asyncio.timeout(LIMIT_S):
        await crowd.house.core.stop()
    await answered(left)
    assert crowd.sizes == [LARGE, 1]
