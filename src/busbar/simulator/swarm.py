"""Many virtual stations in one process, playing a scenario on one agenda."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice

from busbar.kernel.clock import Clock
from busbar.simulator.agenda import Agenda
from busbar.simulator.battery import MWS_PER_WH
from busbar.simulator.books import FinishedTransaction
from busbar.simulator.chance import seed_chance
from busbar.simulator.drivers import Visitors
from busbar.simulator.scenario import Scenario, StationPlan
from busbar.simulator.virtual import VirtualStation

SAMPLE_SETTINGS = {"1.6": "MeterValueSampleInterval"}
SAMPLE_SETTING_2 = "SampledDataCtrlr.TxUpdatedInterval"
POLL_S = 0.05
ANSWERS_LOOKED_AT = 50
"""Latest answers of each station that the percentiles are taken from."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A swarm at one moment. `answer_p50_ms` and `answer_p99_ms` are real time from Call to answer, of late."""

    stations: int
    online: int
    registered: int
    charging: int
    power_w: int
    sessions_finished: int
    energy_wh: int
    calls: int
    errors: int
    queued: int
    visits: int
    turned_away: int
    crashed: int
    answer_p50_ms: float
    answer_p99_ms: float


class Swarm:
    """A scenario being played. `stations` are found by identity.

    With a `clock` alone it runs on the event loop; `start` returns at once while the stations connect one by one.
    """

    def __init__(self, scenario: Scenario, *, clock: Clock, tls: ssl.SSLContext | None = None) -> None:
        self.scenario = scenario.check()
        self.agenda = Agenda(clock, speed=scenario.speed)
        self.tls = tls
        self.stations: dict[str, VirtualStation] = {}
        self.visitors: list[Visitors] = []
        for site in scenario.sites:
            mine = [self._make(plan) for plan in site.stations]
            self.stations.update((station.identity, station) for station in mine)
            chance = seed_chance(scenario.seed, "visitors", site.name)
            self.visitors.append(Visitors(site, mine, agenda=self.agenda, chance=chance))

    async def start(self) -> None:
        """Switch the stations on, a few every moment, and let the drivers come."""
        self.agenda.attach(asyncio.get_running_loop())
        for number, station in enumerate(self.stations.values()):
            self.agenda.after_wall(number / self.scenario.connects_per_s, station.power_on)
        for visitors in self.visitors:
            visitors.begin()

    async def stop(self, *, farewell_s: float = 2.0) -> None:
        """Send everybody home and switch the stations off.

        Vehicles leave first, and so many real seconds are given to report that; 0 switches off as a power cut does.
        """
        for visitors in self.visitors:
            visitors.end()
        if farewell_s > 0:
            await self._say_farewell(farewell_s)
        stations = iter(self.stations.values())
        while batch := list(islice(stations, 200)):
            await asyncio.gather(*(station.close() for station in batch))
        self.agenda.detach()

    async def _say_farewell(self, limit_s: float) -> None:
        online = [station for station in self.stations.values() if station.station.is_registered_online]
        for station in online:
            for evse_id in station.station.charging.evses:
                station.station.guard(partial(_send_home, station, evse_id))
        with suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                while not all(station.is_settled or not station.station.is_online for station in online):  # noqa: ASYNC110 - as in wait_until_registered
                    await asyncio.sleep(POLL_S)

    async def wait_until_registered(self, *, timeout_s: float = 60.0) -> None:
        """Wait until every station has booted; raises TimeoutError."""
        async with asyncio.timeout(timeout_s):
            while not all(station.station.is_registered_online for station in self.stations.values()):  # noqa: ASYNC110 - thousands of stations change; one look at all is cheaper than an event each
                await asyncio.sleep(POLL_S)

    @property
    def finished(self) -> list[FinishedTransaction]:
        """All finished transactions of all stations, by their end."""
        every = [record for station in self.stations.values() for record in station.books.finished]
        return sorted(every, key=lambda record: record.stopped_at)

    def count(self) -> Figures:
        """Return how things stand."""
        stations = [station.station for station in self.stations.values()]
        flows = [evse.flow.power_w for station in stations for evse in station.charging.evses.values()]
        late = sorted(taken for station in stations for taken in list(station.books.answer_s)[-ANSWERS_LOOKED_AT:])
        return Figures(
            stations=len(stations),
            online=sum(station.is_online for station in stations),
            registered=sum(station.is_registered_online for station in stations),
            charging=sum(1 for power_w in flows if power_w > 0),
            power_w=sum(flows),
            sessions_finished=sum(len(station.books.finished) for station in stations),
            energy_wh=sum(station.books.energy_mws for station in stations) // MWS_PER_WH,
            calls=sum(station.books.calls.total() for station in stations),
            errors=sum(count for station in stations for name, count in station.books.answers.items() if "!" in name),
            queued=sum(len(station.delivery.transactional) for station in stations),
            visits=sum(visitors.visits for visitors in self.visitors),
            turned_away=sum(visitors.turned_away for visitors in self.visitors),
            crashed=sum(1 for station in self.stations.values() if station.failure is not None),
            answer_p50_ms=_percentile_ms(late, 50),
            answer_p99_ms=_percentile_ms(late, 99),
        )

    def _make(self, plan: StationPlan) -> VirtualStation:
        scenario = self.scenario
        settings = dict(plan.settings)
        if plan.sample_s > 0:
            settings.setdefault(SAMPLE_SETTINGS.get(plan.protocol, SAMPLE_SETTING_2), str(plan.sample_s))
        return VirtualStation(
            plan.identity,
            url=scenario.url,
            protocol=plan.protocol,
            agenda=self.agenda,
            vendor=plan.vendor,
            behaviour=plan.make_behaviour(),
            evses=plan.evses,
            seed=scenario.seed,
            password=plan.password,
            is_deflating=scenario.is_deflating,
            tls=self.tls,
            settings=settings,
            supply_power_w=plan.supply_power_w,
            call_timeout_s=scenario.call_timeout_s,
        )


def _send_home(station: VirtualStation, evse_id: int) -> None:
    station.unplug(evse_id)


def _percentile_ms(ordered: list[float], percent: int) -> float:
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] * 1000
