"""Billing in a real core beside sessions and metering; the other rooms are stood in for by their answers."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from busbar.app.core import Core
from busbar.canon.access import FindDriverGroup, FindTokenPartner, IdToken, TokenPartner
from busbar.canon.debts import FindDriverCompany, TakeDue
from busbar.canon.invoicing import FindTaxRates
from busbar.canon.ledger import FindSpendable, NoteRunningCost, Spendable
from busbar.canon.message import Message
from busbar.canon.payments import FindPaidAhead
from busbar.canon.pricing import CostProgressed, PriceRunningSessions, SessionPriced, TaxRate
from busbar.canon.sessions import CloseSession
from busbar.canon.stations import NO_OWN_DAYS, FindSite, FindStation, OwnDays, SiteStanding, StationStanding
from busbar.canon.tariffs import AssignTariff, CreateTariff, EditTariff, PublishTariff, Scope, Tariff, TariffVersion
from busbar.canon.tenants import FindOperator, Operator, RecordAudit
from busbar.db.job_desk import SqlJobQueue
from busbar.domain.billing.displays import DisplayPolicy
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
    taxes: dict[str | None, tuple[TaxRate, ...]] = field(default_factory=dict)
    home_country: str = ""
    """Of the operator; empty: nobody knows it."""
    seen_costs: dict[str, list[int]] = field(default_factory=dict)
    may_cost: dict[str, int] = field(default_factory=dict)
    """What a driver's session may cost, by the ledger."""
    dues: list[TakeDue] = field(default_factory=list)
    spendable: dict[str, int] = field(default_factory=dict)
    paid_ahead: dict[str, int] = field(default_factory=dict)
    companies: dict[str, str] = field(default_factory=dict)
    """At whose expense a driver charges."""
    groups: dict[str, str] = field(default_factory=dict)
    """Of drivers."""
    partners: dict[str, TokenPartner] = field(default_factory=dict)
    """Whose driver presents a token, by the token's id."""
    partner_questions: int = 0
    billing: BillingService | None = None
    display_policy: DisplayPolicy | None = None
    sites: dict[str, tuple[str, str, OwnDays]] = field(default_factory=dict)

    def register(self, core: Core) -> None:
        super().register(core)
        self.billing = BillingService(
            store=SqlBillingStore(),
            ids=self.house.ids,
            jobs=SqlJobQueue(self.house.ids),
            display_policy=self.display_policy,
        )
        core.register(self.billing.handlers())
        core.listen(self.billing.listeners())
        stand_ins: dict[type[Message], Callable[..., Awaitable[Any]]] = {
            RecordAudit: self.record_audit,
            FindSite: self.find_site,
            FindOperator: self.find_operator,
            NoteRunningCost: self.note_cost,
            TakeDue: self.take_due,
            FindTaxRates: self.find_taxes,
            FindDriverCompany: self.find_company,
            FindDriverGroup: self.find_group,
            FindTokenPartner: self.find_partner,
        }
        core.register(stand_ins)

    def stand_in_for_billing(self) -> dict[type[Message], Callable[..., Awaitable[Any]]]:
        return {FindSpendable: self.find_spendable, FindPaidAhead: self.find_paid_ahead}

    async def find_spendable(self, command: FindSpendable, work: Any) -> Spendable | None:
        amount = self.spendable.get(command.driver_id)
        return None if amount is None else Spendable(currency="EUR", amount=amount)

    async def find_paid_ahead(self, command: FindPaidAhead, work: Any) -> Spendable | None:
        amount = self.paid_ahead.get(command.session_id)
        return None if amount is None else Spendable(currency="EUR", amount=amount)

    async def find_company(self, command: FindDriverCompany, work: Any) -> str | None:
        return self.companies.get(command.driver_id)

    async def find_group(self, command: FindDriverGroup, work: Any) -> str | None:
        return self.groups.get(command.driver_id)

    async def find_partner(self, command: FindTokenPartner, work: Any) -> TokenPartner | None:
        self.partner_questions += 1
        return self.partners.get(command.token_id)

    async def find_taxes(self, command: FindTaxRates, work: Any) -> tuple[TaxRate, ...]:
        return self.taxes.get(command.site_id, ())

    async def take_due(self, command: TakeDue, work: Any) -> None:
        self.dues.append(command)

    async def note_cost(self, command: NoteRunningCost, work: Any) -> int | None:
        self.noted_costs.append(command.cost)
        self.seen_costs.setdefault(command.session_id, []).append(command.cost)
        return self.may_cost.get(command.driver_id or "")

    async def record_audit(self, command: RecordAudit, work: Any) -> None:
        self.audits.append(command)

    async def find_site(self, command: FindSite, work: Any) -> SiteStanding:
        if command.site_id not in self.sites:
            raise NotFoundError("there is no such site")
        zone, country, days = self.sites[command.site_id]
        return SiteStanding(
            site_id=command.site_id, operator_id=command.operator_id, zone=zone, country=country, days=days
        )

    async def find_operator(self, command: FindOperator, work: Any) -> Any:
        if not self.home_country:
            raise NotFoundError("there is no such operator")
        return Operator(
            operator_id=command.operator_id or OPERATOR, name="One", slug="one", currency="EUR", zone="Europe/Rome",
            country=self.home_country, language="en", is_default=True, created_at=work.now,
        )  # fmt: skip

    def add_site(
        self,
        site: str,
        *stations: str,
        zone: str = "Europe/Berlin",
        country: str = "DE",
        days: OwnDays = NO_OWN_DAYS,
    ) -> None:
        self.sites[site] = (zone, country, days)
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
