"""The clock of a network's process: the database's time, whatever the machine's own clock says."""

from datetime import UTC, datetime, timedelta

from busbar.adapters.system.clock import SharedClock
from busbar.app.cluster.timekeeping import Timekeeper
from busbar.db.engine import Databases

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


class Machine:
    def __init__(self):
        self.wall, self.monotonic = NOON, 1000.0

    def now(self):
        return self.wall

    def monotonic_s(self):
        return self.monotonic


def test_a_clock_that_was_told_nothing_is_the_machines():
    assert SharedClock(Machine()).now() == NOON


def test_a_clock_that_was_told_the_time_goes_on_from_there():
    machine = Machine()
    clock = SharedClock(machine)
    clock.set(NOON + timedelta(hours=2), read_s=999.5)
    assert clock.now() == NOON + timedelta(hours=2, seconds=0.5)
    machine.monotonic += 10
    assert clock.now() == NOON + timedelta(hours=2, seconds=10.5)


def test_setting_the_machines_clock_does_not_matter_any_more():
    machine = Machine()
    clock = SharedClock(machine)
    clock.set(NOON, read_s=1000.0)
    machine.wall -= timedelta(hours=2)
    assert clock.now() == NOON
    assert clock.monotonic_s() == 1000.0


async def test_two_processes_whose_machines_differ_agree_on_the_databases_time(postgresql_database):
    databases = Databases(postgresql_database)
    slow, fast = Machine(), Machine()
    fast.wall += timedelta(hours=2)
    clocks = [SharedClock(slow), SharedClock(fast)]
    for clock in clocks:
        await Timekeeper(clock, databases).look()
    await databases.close()
    assert abs(clocks[0].now() - clocks[1].now()) < timedelta(seconds=5)
    assert all(clock.is_set for clock in clocks)


async def test_a_database_that_is_away_changes_nothing():
    databases = Databases("postgresql+asyncpg://nobody@127.0.0.1:1/none")
    clock = SharedClock(Machine())
    await Timekeeper(clock, databases).look()
    await databases.close()
    assert clock.now() == NOON
    assert not clock.is_set
