"""The demo: three sites whose stations charge by themselves, and some left free for whoever tries the app.

Everything is entered through the same commands that the console uses, once, into an empty installation. The stations
are virtual ones of the simulator; they connect to this installation's own door like any other.
"""

import asyncio
from typing import Any, TextIO

import msgspec
import structlog
from sqlalchemy import select

from busbar.app.demo_idp import DemoIdp
from busbar.app.demo_logins import ADMIN_EMAIL, DRIVER_EMAIL, PASSWORD
from busbar.app.demo_psp import DemoPsp
from busbar.app.demo_world import COMPANY, NAMES, SITES, DemoSite, DemoStation, DemoTariff, make_scenario
from busbar.app.wiring import House
from busbar.canon.access import PutToken
from busbar.canon.debts import PutCompanyDriver, SaveCompany
from busbar.canon.drivers import CreateDriver, SignUpDriver
from busbar.canon.ledger import (
    AccountKind,
    AccountRef,
    Leg,
    MoneyMode,
    MoneyPolicy,
    PostTransfer,
    SetMoneyPolicy,
    TransferKind,
    name_driver,
)
from busbar.canon.reservations import ReservationPolicy, SetReservationPolicy
from busbar.canon.secret import Secret
from busbar.canon.stations import CreateStation, SaveSite, StationSpec
from busbar.canon.tariffs import AssignTariff, CreateTariff, PublishTariff, Scope
from busbar.canon.tenants import FindOperator
from busbar.domain.stations.tables import sites
from busbar.kernel.errors import ConflictError
from busbar.kernel.ids import DriverId, OperatorId, SiteId, StationId, TransferId
from busbar.simulator.swarm import Swarm

log = structlog.get_logger(__name__)

LEAVE_LIMIT_S = 3.0
ACTOR = "system:demo"
DEMO_CLEARING = AccountRef(kind=AccountKind.CLEARING, owner="provider:demo")
WALLET_OF_DEMO_DRIVER = 5_000
WALLET_OF_OTHERS = 200_000
ABROAD = "CN"
"""Priced in a currency that the wallets do not hold: the company pays for all who charge there."""
COMPANY_BUDGET = 500_000
"""In cents."""


class Demo:
    """Fills the installation if it is empty, and lets the virtual stations live."""

    def __init__(self, house: House, *, operator_id: OperatorId, out: TextIO) -> None:
        self._house = house
        self._operator_id = operator_id
        self._out = out
        self._swarm: Swarm | None = None
        self._psp = DemoPsp(house, operator_id=operator_id)
        self._idp = DemoIdp(house, operator_id=operator_id)

    async def start(self) -> None:
        """Enter what is missing and switch the stations on."""
        if not await self._has_sites():
            await self._fill()
        await self._psp.start()
        await self._idp.start()
        url = f"ws://127.0.0.1:{self._house.gateway.port}/ocpp"
        seed = int(self._house.clock.now().timestamp())
        self._swarm = Swarm(make_scenario(url, seed=seed), clock=self._house.clock)
        await self._swarm.start()
        self._out.write(
            f"  Demo logins: console {ADMIN_EMAIL}, driver app {DRIVER_EMAIL}, both with {PASSWORD}\n"
            f"{self._idp.tell_people()}"
            "  Stations named FREE-… wait for you: start one in the app, and a car is plugged in.\n\n"
        )
        self._out.flush()

    async def stop(self) -> None:
        """Let the virtual drivers leave, so that no session stays open for ever, and switch the stations off."""
        await self._psp.stop()
        await self._idp.stop()
        if self._swarm is None:
            return
        for visitors in self._swarm.visitors:
            visitors.end()
        stations = [station for station in self._swarm.stations.values() if station.station.is_registered_online]
        for station in stations:
            for evse_id, evse in station.station.charging.evses.items():
                if evse.vehicle is not None:
                    station.unplug(evse_id)
        deadline_s = self._house.clock.monotonic_s() + LEAVE_LIMIT_S
        while self._house.clock.monotonic_s() < deadline_s and not all(station.is_settled for station in stations):  # noqa: ASYNC110 - one look at all stations instead of an event each
            await asyncio.sleep(0.05)
        await self._swarm.stop()

    async def _has_sites(self) -> bool:
        async with self._house.databases.read() as connection:
            return (await connection.execute(select(sites.c.site_id).limit(1))).first() is not None

    async def _fill(self) -> None:
        await asyncio.gather(*(self._add_site(site) for site in SITES))
        try:
            signed_in = await self._house.desk.dispatch(
                SignUpDriver(
                    operator_id=self._operator_id,
                    email=DRIVER_EMAIL,
                    password=Secret(text=PASSWORD),
                    display_name="Demo Driver",
                    address="127.0.0.1",
                )
            )
        except ConflictError:
            log.info("demo.driver_exists")
        else:
            await self._top_up(signed_in.driver.driver_id, WALLET_OF_DEMO_DRIVER)
        await self._set_money()

    async def _set_money(self) -> None:
        """Let drivers pay from their wallets, and some at a company's expense."""
        policy = MoneyPolicy(mode=MoneyMode.PREPAID, hold=3000, start_minimum=500, commission_permille=25)
        desk, operator_id = self._house.desk, self._operator_id
        await desk.dispatch(SetMoneyPolicy(operator_id=operator_id, actor=ACTOR, policy=policy))
        places = ReservationPolicy(is_allowed=True, minutes_max=60, per_driver_max=1)
        await desk.dispatch(SetReservationPolicy(operator_id=operator_id, actor=ACTOR, policy=places))
        company = await desk.dispatch(SaveCompany(operator_id=operator_id, actor=ACTOR, name=COMPANY))
        for place, site in enumerate(SITES):
            for number, token in enumerate(site.tokens):
                name = NAMES[(place * len(NAMES) // len(SITES) + number) % len(NAMES)]
                driver = await desk.dispatch(CreateDriver(operator_id=operator_id, actor=ACTOR, display_name=name))
                await desk.dispatch(
                    PutToken(
                        operator_id=operator_id, actor=ACTOR, value=token, label="Demo", driver_id=driver.driver_id
                    )
                )
                if number % 4 == 0 or site.spec.country == ABROAD:
                    member = PutCompanyDriver(
                        operator_id=operator_id,
                        actor=ACTOR,
                        company_id=company.company_id,
                        driver_id=driver.driver_id,
                        budget=COMPANY_BUDGET,
                    )
                    await desk.dispatch(member)
                else:
                    await self._top_up(driver.driver_id, WALLET_OF_OTHERS)

    async def _top_up(self, driver_id: DriverId, amount: int) -> None:
        """Put money into a wallet, as a payment provider would."""
        operator = await self._house.desk.dispatch(FindOperator(operator_id=self._operator_id))
        wallet = AccountRef(kind=AccountKind.WALLET, owner=name_driver(driver_id))
        await self._house.desk.dispatch(
            PostTransfer(
                transfer_id=TransferId(self._house.ids.new()),
                operator_id=self._operator_id,
                currency=operator.currency,
                kind=TransferKind.TOP_UP,
                legs=(Leg(debit=DEMO_CLEARING, credit=wallet, amount=amount),),
                actor=ACTOR,
                driver_id=driver_id,
            )
        )

    async def _add_site(self, site: DemoSite) -> None:
        site_id = await self._house.desk.dispatch(SaveSite(operator_id=self._operator_id, actor=ACTOR, spec=site.spec))
        await asyncio.gather(*(self._add_station(station, site_id) for station in site.stations))
        await self._add_tariff(site.tariff, site_id)

    async def _add_tariff(self, tariff: DemoTariff, site_id: SiteId) -> None:
        own: dict[str, Any] = {"operator_id": self._operator_id, "actor": ACTOR}
        content_json = msgspec.json.encode(tariff.terms).decode()
        made = await self._house.desk.dispatch(CreateTariff(**own, name=tariff.name, content_json=content_json))
        await self._house.desk.dispatch(PublishTariff(**own, tariff_id=made.tariff_id))
        await self._house.desk.dispatch(
            AssignTariff(**own, tariff_id=made.tariff_id, scope=Scope.SITE, subject=site_id)
        )

    async def _add_station(self, station: DemoStation, site_id: SiteId) -> None:
        await self._house.desk.dispatch(
            CreateStation(
                operator_id=self._operator_id,
                actor=ACTOR,
                station_id=StationId(station.station_id),
                spec=StationSpec(site_id=site_id, name=station.name),
                connectors=station.connectors,
            )
        )
