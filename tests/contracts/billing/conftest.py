"""Billing in a real core beside sessions and metering; the other rooms are stood in for by their answers."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from busbar.app.core import Core
from busbar.canon.access import IdToken
from busbar.canon.ledger import NoteRunningCost
from busbar.canon.message import Message
from busbar.canon.pricing import CostProgressed, PriceRunningSessions, SessionPriced
from busbar.canon.sessions import CloseSession
from busbar.canon.stations import FindSite, FindStation, SiteStanding, StationStanding
from busbar.canon.tariffs import AssignTariff, CreateTariff, EditTariff, PublishTariff, Scope, Tariff, TariffVersion
from busbar.canon.tenants import FindOperator, RecordAudit
from busbar.db.job_desk import SqlJobQueue
from busbar.domain.billing.service import BillingService
from busbar.domain.billing.sql import SqlBillingStore
from busbar.kernel.errors import BusbarError, NotFoundError
from busbar.kernel.ids import SessionId
from tests.contracts.sessions.conftest import OPERATOR, TAG, Rooms

ACTOR = "staff:s"


def per_kwh(price: str = "0.50", *, currency: str = "EUR", vat: str | None = "19", **more: Any) -> str:
    """Return a tariff that counts energy alone, prices with tax."""
    component: dict[str, Any] = {"dimension": "energy", "price": price}
    if vat is not None:
        component["vat_percent"] = vat
    content = {"currency": currency, "tax_included": "yes", "elements": [{"components": [component]}], **more}
    return json.dumps(content)


@dataclass
class Billing(Rooms):
    """What the suites say in one word."""

    audits: list[RecordAudit] = field(default_factory=list)
    noted_costs: list[int] = field(default_factory=list)
    billing: BillingService | None = None
    sites: dict[str, tuple[str, str]] = field(default_factory=dict)

    def register(self, core: Core) -> None:
        super().register(core)
        self.billing = BillingService(store=SqlBillingStore(), ids=self.house.ids, jobs=SqlJobQueue(self.house.ids))
        core.register(self.billing.handlers())
        core.listen(self.billing.listeners())
        stand_ins: dict[type[Message], Callable[..., Awaitable[Any]]] = {
            RecordAudit: self.record_audit,
            FindSite: self.find_site,
            FindOperator: self.find_operator,
            NoteRunningCost: self.note_cost,
        }
        core.register(stand_ins)

    async def note_cost(self, command: NoteRunningCost, work: Any) -> None:
        self.noted_costs.append(command.cost)

    async def record_audit(self, command: RecordAudit, work: Any) -> None:
        self.audits.append(command)

    async def find_site(self, command: FindSite, work: Any) -> SiteStanding:
        if command.site_id not in self.sites:
            raise NotFoundError("there is no such site")
        zone, country = self.sites[command.site_id]
        return SiteStanding(site_id=command.site_id, operator_id=command.operator_id, zone=zone, country=country)

    async def find_operator(self, command: FindOperator, work: Any) -> Any:
        raise NotFoundError("there is no such operator")

    def add_site(self, site: str, *stations: str, zone: str = "Europe/Berlin", country: str = "DE") -> None:
        self.sites[site] = (zone, country)
        for name in stations:
            self.add_station(name)
            values = {each: getattr(self.standings[name], each) for each in StationStanding.__struct_fields__}
            self.standings[name] = StationStanding(**values | {"site_id": site})

    # ---- what staff does ---------------------------------------------------------------------------------------------

    async def create(self, name: str = "Public", content: str | None = None, *, operator_id: str = OPERATOR) -> Tariff:
        return await self.core.dispatch(
            CreateTariff(operator_id=operator_id, actor=ACTOR, name=name, content_json=content or per_kwh())
        )

    async def edit(self, tariff: Tariff, content: str, *, name: str | None = None) -> Tariff:
        return await self.core.dispatch(
            EditTariff(
                operator_id=tariff.operator_id,
                actor=ACTOR,
                tariff_id=tariff.tariff_id,
                name=name or tariff.name,
                content_json=content,
            )
        )

    async def publish(self, tariff: Tariff, **more: Any) -> TariffVersion:
        return await self.core.dispatch(
            PublishTariff(operator_id=tariff.operator_id, actor=ACTOR, tariff_id=tariff.tariff_id, **more)
        )

    async def assign(self, tariff: Tariff, scope: Scope = Scope.OPERATOR, subject: str = "", **more: Any):
        return await self.core.dispatch(
            AssignTariff(
                operator_id=tariff.operator_id,
                actor=ACTOR,
                tariff_id=tariff.tariff_id,
                scope=scope,
                subject=subject,
                **more,
            )
        )

    async def offer(
        self, name: str, content: str, scope: Scope = Scope.OPERATOR, subject: str = "", **more: Any
    ) -> Tariff:
        """Create, publish and assign."""
        tariff = await self.create(name, content, **more)
        await self.publish(tariff)
        await self.assign(tariff, scope, subject)
        return tariff

    # ---- what drivers do ---------------------------------------------------------------------------------------------

    async def charge(
        self, *, begin: int = 0, end: int = 3600, wh: int = 10_000, station: str = "S1", token: IdToken = TAG
    ) -> SessionId:
        """Charge once, start and stop as a 1.6 station tells them; wait until it is priced."""
        self.house.clock.instant = max(self.house.clock.now(), self.at(begin))
        reply = await self.say(self.start16(begin, token=token, station=station))
        await self.rest()
        self.house.clock.instant = self.at(end)
        await self.say(self.stop16(reply.transaction_ref, end, wh=wh, station=station))
        await self.rest()
        return (await self.sessions())[-1]["session_id"]

    async def rest(self) -> None:
        """Wait until facts that were told have been heard."""
        for _ in range(3):
            await self.core.dispatch(FindStation(station_id=next(iter(self.standings.values())).station_id))

    def priced(self) -> list[SessionPriced]:
        return self.facts(SessionPriced)

    async def price_running(self) -> int:
        return await self.core.dispatch(PriceRunningSessions())

    def costs(self) -> list[CostProgressed]:
        return [event for event in self.events if isinstance(event, CostProgressed)]

    async def close(self, session_id: SessionId) -> None:
        await self.core.dispatch(CloseSession(operator_id=OPERATOR, session_id=session_id, requested_by=ACTOR))
        await self.rest()

    def pass_time(self, **step: float) -> None:
        self.house.clock.advance(timedelta(**step))


@pytest.fixture
async def billing(house, monkeypatch) -> Billing:
    rooms = Billing(house=house, core=house.core)
    publish = house.feed.publish
    monkeypatch.setattr(house.feed, "publish", lambda event: (rooms.events.append(event), publish(event))[1])
    rooms.register(house.core)
    rooms.add_station("S1")
    await house.start()
    return rooms


@pytest.fixture
def refuse():
    async def refuse(awaitable: Any) -> str:
        with pytest.raises(BusbarError) as caught:
            await awaitable
        return caught.value.code

    return refuse
