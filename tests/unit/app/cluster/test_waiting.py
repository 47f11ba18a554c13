"""A process without a core waits for what became of a request to a station."""

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace

import msgspec
import pytest
from sqlalchemy.exc import TimeoutError as NoConnectionError

from busbar.adapters.memory.feed import MemoryFeed
from busbar.app.cluster import waiting
from busbar.app.cluster.waiting import CommandWaiter
from busbar.canon.control import (
    QUEUED,
    CommandOutcome,
    Outcome,
    RawCall,
    Reset,
    ResetKind,
    SendStationCommand,
    StationCommandAnswered,
    StationCommandQueued,
)
from busbar.canon.stations import Protocol
from busbar.kernel.errors import InvalidError
from busbar.ports.feed import PublishedFact
from tests.unit.app.cluster.test_present_bus import NOW

ACCEPTED = CommandOutcome(outcome=Outcome.ACCEPTED, status="Accepted")


class House:
    """The core behind, and the row of the command."""

    def __init__(self):
        self.asked = []
        self.answer = None
        self.is_away = False
        self.feed = MemoryFeed()
        self.waiter = CommandWaiter(dispatcher=self, feed=self.feed, databases=self, check_request=self.check)
        self.recorded = asyncio.Event()

    async def dispatch(self, command):
        self.asked.append(command)
        if isinstance(command, SendStationCommand):
            self.recorded.set()
        return SimpleNamespace(protocol=Protocol.OCPP16, operator_id="op")

    @asynccontextmanager
    async def read(self):
        if self.is_away:
            raise NoConnectionError("away")
        yield self

    async def execute(self, _statement):
        answer = None if self.answer is None else msgspec.json.encode(self.answer).decode()
        return SimpleNamespace(scalar=lambda: answer)

    def check(self, protocol, action, payload_json):
        if action == "Dance":
            raise InvalidError("no such action")

    def tell(self, kind, command_id="c1", **fields):
        fact = kind(
            operator_id="op",
            at=NOW,
            command_id=command_id,
            station_id="S",
            request=Reset(kind=ResetKind.ON_IDLE),
            requested_by="staff:1",
            **fields,
        )
        self.feed.publish(PublishedFact(fact_id="f", fact=fact))

    def run(self, request=None, timeout_s=60):
        return self.waiter.run(
            SendStationCommand(
                command_id="c1",
                operator_id="op",
                station_id="S",
                request=request or Reset(kind=ResetKind.ON_IDLE),
                requested_by="staff:1",
                timeout_s=timeout_s,
            )
        )


@pytest.fixture
def house():
    return House()


async def test_an_outcome_that_is_stored_is_returned_at_once(house):
    house.answer = ACCEPTED
    assert await house.run() == ACCEPTED


async def test_the_outcome_of_this_command_is_heard(house):
    running = asyncio.create_task(house.run())
    await house.recorded.wait()
    house.tell(StationCommandAnswered, command_id="another", outcome=QUEUED)
    house.tell(StationCommandAnswered, outcome=ACCEPTED)
    assert await running == ACCEPTED


async def test_one_that_waits_for_its_station_keeps_nobody(house):
    running = asyncio.create_task(house.run())
    await house.recorded.wait()
    house.tell(StationCommandQueued, expires_at=NOW)
    assert await running == QUEUED


async def test_an_outcome_that_no_fact_tells_is_found(house, monkeypatch):
    monkeypatch.setattr(waiting, "LOOK_INTERVAL_S", 0.01)
    running = asyncio.create_task(house.run())
    await house.recorded.wait()
    house.answer = ACCEPTED
    assert await running == ACCEPTED


async def test_a_database_that_is_away_is_asked_again(house, monkeypatch):
    monkeypatch.setattr(waiting, "LOOK_INTERVAL_S", 0.01)
    house.is_away, house.answer = True, ACCEPTED
    running = asyncio.create_task(house.run())
    await house.recorded.wait()
    await asyncio.sleep(0.05)
    assert not running.done()
    house.is_away = False
    assert await running == ACCEPTED


async def test_nobody_waits_for_ever(house, monkeypatch):
    monkeypatch.setattr(waiting, "GRACE_S", 0)
    assert (await house.run(timeout_s=0)).outcome is Outcome.TIMED_OUT


async def test_a_raw_call_is_judged_before_it_is_sent(house):
    with pytest.raises(InvalidError):
        await house.run(RawCall(action="Dance", payload_json="{}"))
    assert not house.recorded.is_set()
