"""Leases and leadership: never two at once, whatever clocks and processes do."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from busbar.adapters.system.clock import SystemClock
from busbar.app.leadership import Leadership
from busbar.ports.leases import LeaseLostError
from tests.contracts.conftest import StepClock
from tests.contracts.jobs.conftest import NOON, until

NAME = "chief"
LEASE_S = 60


async def test_one_process_has_the_name(desk):
    one, two = desk.leases(), desk.leases()
    grant = await one.acquire(NAME, holder="one")
    assert (grant.holder, grant.epoch, grant.valid_until_s) == ("one", 1, LEASE_S)
    assert await two.acquire(NAME, holder="two") is None
    assert await two.acquire("another", holder="two") is not None


async def test_many_who_ask_at_once(desk):
    asked = [desk.leases() for _ in range(8)]
    grants = await asyncio.gather(*(leases.acquire(NAME, holder=f"{n}") for n, leases in enumerate(asked)))
    assert len([grant for grant in grants if grant is not None]) == 1


async def test_a_silent_holder_is_followed_by_one(desk):
    one, others = desk.leases(), [desk.leases() for _ in range(6)]
    await one.acquire(NAME, holder="one")
    for n, leases in enumerate(others):
        assert await leases.acquire(NAME, holder=f"{n}") is None
    desk.clock.advance(timedelta(seconds=LEASE_S))
    grants = await asyncio.gather(*(leases.acquire(NAME, holder=f"{n}") for n, leases in enumerate(others)))
    assert [grant.epoch for grant in grants if grant is not None] == [2]


async def test_a_holder_that_shows_life_keeps_the_name(desk):
    one, two = desk.leases(), desk.leases()
    grant = await one.acquire(NAME, holder="one")
    for turn in range(1, 8):
        desk.clock.advance(timedelta(seconds=40))
        grant = await one.renew(grant)
        assert grant.valid_until_s == turn * 40 + LEASE_S
        assert await two.acquire(NAME, holder="two") is None


async def test_a_frozen_holder_loses_and_cannot_write(desk):
    one, two = desk.leases(), desk.leases()
    frozen = await one.acquire(NAME, holder="one")
    assert await two.acquire(NAME, holder="two") is None
    desk.clock.advance(timedelta(seconds=LEASE_S))
    taken = await two.acquire(NAME, holder="two")
    assert taken.epoch > frozen.epoch
    assert await one.renew(frozen) is None
    await one.release(frozen)
    async with desk.work() as work:
        await two.check(taken, work)
        with pytest.raises(LeaseLostError):
            await one.check(frozen, work)
    assert await one.acquire(NAME, holder="one") is None


async def test_a_name_given_up_is_free_at_once(desk):
    one, two = desk.leases(), desk.leases()
    await one.release(await one.acquire(NAME, holder="one"))
    assert (await two.acquire(NAME, holder="two")).epoch == 2


async def test_a_database_of_one_process_is_free_when_it_is_opened(desk):
    await desk.leases().acquire(NAME, holder="one")
    await desk.leases().vacate()
    assert (await desk.leases().acquire(NAME, holder="two")).epoch == 2


@pytest.mark.parametrize("jump", [timedelta(days=365), timedelta(days=-365)], ids=["ahead", "back"])
async def test_clocks_that_jump_take_no_lease_away_and_keep_none(desk, jump):
    own, others = StepClock(NOON), StepClock(NOON)
    one, two = desk.leases(own), desk.leases(others)
    grant = await one.acquire(NAME, holder="one")
    own.instant += jump
    grant = await one.renew(grant)
    others.instant -= jump
    assert await two.acquire(NAME, holder="two") is None
    others.advance(timedelta(seconds=LEASE_S - 1))
    assert await two.acquire(NAME, holder="two") is None
    assert await one.renew(grant) is not None
    assert await two.acquire(NAME, holder="two") is None
    others.advance(timedelta(seconds=LEASE_S))
    assert await two.acquire(NAME, holder="two") is not None


async def test_who_waits_obeys_the_length_that_the_holder_counts_by(desk):
    patient, hasty = desk.leases(lease=timedelta(minutes=10)), desk.leases(lease=timedelta(seconds=1))
    grant = await patient.acquire(NAME, holder="one")
    assert await hasty.acquire(NAME, holder="two") is None
    desk.clock.advance(timedelta(minutes=5))
    assert await hasty.acquire(NAME, holder="two") is None
    assert grant.valid_until_s == 600


# ---- leadership, on the machine's own clock --------------------------------------------------------------------------


class Office:
    """Processes that stand for one name, and a book of who did the duty from when to when."""

    def __init__(self, desk, lease_s=3):
        self.desk = desk
        self.lease_s = lease_s
        self.clock = SystemClock()
        self.book = []
        self.serving = set()

    def open(self, holder, leases=None):
        leases = leases or self.desk.leases(self.clock, timedelta(seconds=self.lease_s))
        leadership = Leadership(leases=leases, clock=self.clock, name=NAME, holder=holder, lease_s=self.lease_s)
        leadership.start(lambda grant: self.serve(holder, grant))
        return leadership

    async def serve(self, holder, grant):
        assert not self.serving, f"{self.serving} and {holder} lead at once"
        self.serving.add(holder)
        self.book.append((holder, grant.epoch))
        try:
            await asyncio.Event().wait()
        finally:
            self.serving.discard(holder)

    async def wait_for(self, holder):
        await until(lambda: self.serving == {holder})


async def test_one_leads_and_another_follows_when_it_stops(desk):
    office = Office(desk)
    one = office.open("one")
    await office.wait_for("one")
    two = office.open("two")
    assert one.grant is not None
    assert two.grant is None
    await one.stop()
    assert one.grant is None
    await office.wait_for("two")
    await two.stop()
    assert office.book == [("one", 1), ("two", 2)]
    assert not office.serving


class Severable:
    """Leases whose way to the database can be cut."""

    def __init__(self, leases):
        self._leases = leases
        self.is_cut = False

    def __getattr__(self, name):
        if self.is_cut:
            raise OperationalError("renew", {}, ConnectionResetError("cut"))
        return getattr(self._leases, name)


async def test_who_cannot_reach_the_database_stops_before_another_leads(desk):
    office = Office(desk)
    way = Severable(desk.leases(office.clock, timedelta(seconds=office.lease_s)))
    one = office.open("one", way)
    await office.wait_for("one")
    two = office.open("two")
    way.is_cut = True
    await office.wait_for("two")
    assert one.grant is None
    way.is_cut = False
    await two.stop()
    await office.wait_for("one")
    await one.stop()
    assert [holder for holder, _ in office.book] == ["one", "two", "one"]


async def test_a_duty_that_breaks_lets_another_try(desk):
    office = Office(desk)
    leases = desk.leases(office.clock, timedelta(seconds=office.lease_s))
    one = Leadership(leases=leases, clock=office.clock, name=NAME, holder="one", lease_s=office.lease_s)

    async def break_down(grant):
        raise RuntimeError(f"a defect under {grant.epoch}")

    one.start(break_down)
    await until(lambda: one.grant is not None)
    two = office.open("two")
    await office.wait_for("two")
    await one.stop()
    await two.stop()
