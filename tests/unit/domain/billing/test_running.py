"""A thousand sessions that may cost only so much, and a beat that has time for twenty of them."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from busbar.canon.ledger import NoteRunningCost
from busbar.canon.pricing import Totals
from busbar.canon.tariffs import Scope
from busbar.domain.billing.prices import SessionPrice
from busbar.domain.billing.running import PricingPolicy, RunningPrices
from busbar.rating.record import Reading, Record

BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)
SESSIONS = 1_000
RATING_S = 0.0125
"""What pricing one session takes: twenty in a quarter of a second."""


def price_of(number: int) -> SessionPrice:
    return SessionPrice(
        session_id=f"s{number:05}", operator_id="one", station_id=f"S{number}", site_id=None, evse_id=1,
        connector_id=1, driver_id="ada", token_id=None, token_group=None, zone="UTC", country="", tariff_id="t",
        version=1, tariff_name="T", scope=Scope.OPERATOR, currency="EUR", fixed_at=BEGIN, started_at=BEGIN,
    )  # fmt: skip


class Grid:
    """Cars that charge at 7 to 300 kW for 0.60 a kWh, each with money for 8 minutes to 8 hours, and their ledger."""

    def __init__(self, policy: PricingPolicy) -> None:
        self.now, self.watch_s = BEGIN, 0.0
        self.overspent: dict[str, int] = {}
        self.stopped: set[str] = set()
        self.priced = 0
        self.running = RunningPrices(
            store=SimpleNamespace(list_running=self._list, save_price=lambda _work, _price: None),
            displays=SimpleNamespace(show_cost=self._show),
            idling=SimpleNamespace(resume=self._show),
            rate=self._rate, policy=policy, read_watch_ms=lambda: int(self.watch_s * 1000),
        )  # fmt: skip

    def power_w(self, number: int) -> int:
        return 7_000 + (number * 7919) % 293_000

    def cost(self, number: int, at: datetime) -> int:
        seconds = int((at - BEGIN).total_seconds()) // 10 * 10  # a sample every ten seconds
        return self.power_w(number) * seconds * 60 // 3_600_000

    def bound(self, number: int) -> int:
        return self.cost(number, BEGIN + timedelta(seconds=480 + (number * 104_729) % 28_320))

    async def _list(self, _work, *, limit):
        return [price_of(number) for number in range(SESSIONS)]

    async def _show(self, *_given, **_more):
        return None

    async def _rate(self, price, _work):
        self.watch_s += RATING_S
        self.priced += 1
        number = int(price.session_id[1:])
        gross = self.cost(number, self.now)
        record = Record(started_at=BEGIN, ended_at=self.now, readings=(
            Reading(at=BEGIN, energy_wh=0, power_w=self.power_w(number)),
        ))  # fmt: skip
        totals = Totals(net=gross, tax=0, gross=gross)
        return SimpleNamespace(totals=totals, energy_wh=gross * 1000 // 60), record

    async def ask(self, command: Any) -> int | None:
        if not isinstance(command, NoteRunningCost):
            return None
        number = int(command.session_id[1:])
        bound = self.bound(number)
        if command.cost >= bound and command.session_id not in self.stopped:
            self.stopped.add(command.session_id)
            self.overspent[command.session_id] = command.cost - bound
        return None if command.session_id in self.stopped else bound

    # ---- the unit of work --------------------------------------------------------------------------------------------

    def keep(self, cache, key, value):
        cache[key] = value

    def forget(self, cache, key):
        cache.pop(key, None)

    def signal(self, _signal):
        return None

    async def beat(self) -> int:
        self.now += timedelta(seconds=1)
        return await self.running.price(self)


@pytest.mark.parametrize("courtesy", [1, 10])
async def test_none_of_many_sessions_spends_more_than_one_interval_brings(courtesy):
    grid = Grid(PricingPolicy(per_pulse_max_sessions=courtesy, per_pulse_max_ms=250))
    for _ in range(900):
        before_s = grid.watch_s
        await grid.beat()
        assert grid.watch_s - before_s <= 0.25 + 2 * RATING_S
    then = grid.now - timedelta(seconds=20)
    over = {number for number in range(SESSIONS) if grid.cost(number, then) >= grid.bound(number)}
    assert len(over) > 10
    assert {f"s{number:05}" for number in over} <= grid.stopped
    for session_id, amount in grid.overspent.items():
        a_sample = grid.power_w(int(session_id[1:])) * 10 * 60 // 3_600_000
        assert amount <= a_sample + 1, "no more than one sample brings"


async def test_a_session_that_may_cost_what_it_costs_only_waits_for_its_turn():
    grid = Grid(PricingPolicy(per_pulse_max_sessions=10))

    async def answer_nothing(_command):
        return None

    grid.ask = answer_nothing
    while grid.priced < SESSIONS:
        await grid.beat()
    assert await grid.beat() == 10
