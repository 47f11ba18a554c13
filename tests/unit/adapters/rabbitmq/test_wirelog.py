"""Following a station whose frames lie at several gateways, each of which writes at its own pace."""

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from busbar.adapters.rabbitmq import wirelog
from busbar.adapters.rabbitmq.roundup import Answers
from busbar.adapters.rabbitmq.wirelog import NetworkWireLog, Page, Question
from busbar.ports.wirelog import Direction
from tests.patience import HANG_LIMIT_S

NOW = datetime(2026, 12, 1, 22, 0, tzinfo=UTC)


class Clock:
    def now(self):
        return NOW


class Gateways:
    """Two gateways: `disks` holds what each has written; asked, they answer as gateways do."""

    def __init__(self):
        self.disks = {"g1": [], "g2": []}
        self.asked = 0
        self.between = lambda asked: None

    def write(self, gateway_id, text, *, after_s):
        at = NOW + timedelta(seconds=after_s)
        self.disks[gateway_id].append((at, Direction.IN, text, len(self.disks[gateway_id]) + 1))

    async def ask(self, body, *, kind, route, decode):
        self.between(self.asked)
        self.asked += 1
        question = msgspec.msgpack.decode(body, type=Question)
        pages = []
        for gateway_id, disk in self.disks.items():
            wanted = [entry for entry in disk if question.since is None or entry[0] >= question.since]
            pages.append(Page(1, gateway_id, tuple(sorted(wanted)[: question.limit])))
        return Answers(given=tuple(pages), silent_gateways=())


@pytest.fixture
def gateways(monkeypatch):
    monkeypatch.setattr(wirelog, "FOLLOW_INTERVAL_S", 0)
    return Gateways()


async def follow(gateways, count):
    entries = NetworkWireLog(gateways, clock=Clock()).follow(station_id="S")
    async with asyncio.timeout(HANG_LIMIT_S):
        return [(await anext(entries)).text for _ in range(count)]


async def test_what_a_gateway_writes_late_is_told_all_the_same(gateways):
    steps = {
        1: lambda: gateways.write("g1", "newer", after_s=3),
        2: lambda: gateways.write("g2", "late", after_s=1),
        3: lambda: gateways.write("g1", "last", after_s=4),
    }
    gateways.between = lambda asked: steps.get(asked, lambda: None)()
    assert await follow(gateways, 3) == ["newer", "late", "last"]


async def test_more_than_a_page_is_told_each_once(gateways):
    names = [str(number) for number in range(2 * wirelog.PAGE_ENTRIES + 7)]
    for number, name in enumerate(names):
        gateways.write("g1", name, after_s=number / 1000)
    gateways.between = lambda asked: gateways.write("g2", "end", after_s=9) if asked == 6 else None
    assert await follow(gateways, len(names) + 1) == [*names, "end"]


async def test_what_was_written_before_is_not_told(gateways):
    gateways.write("g1", "before", after_s=-1)
    gateways.write("g1", "after", after_s=1)
    assert await follow(gateways, 1) == ["after"]
