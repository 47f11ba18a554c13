"""Who plays in the money trial: operators, sites, stations, drivers, terms, and the account at the provider."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from busbar.adapters.memory.feed import MemoryFeed
from busbar.adapters.system.clock import SystemClock, TimeOrderedIds
from busbar.app.config import Settings
from busbar.app.core import Core
from busbar.app.database import open_databases
from busbar.app.desk import Desk
from busbar.app.migrations import migrate
from busbar.app.paying import make_client, make_errands
from busbar.app.rooms import build_charging, build_core, build_people, furnish
from busbar.app.secret_key import find_key
from busbar.canon.access import ConcurrencyRule, PutToken
from busbar.canon.drivers import CreateDriver
from busbar.canon.ledger import MoneyMode, MoneyPolicy, SetMoneyPolicy
from busbar.canon.payments import INSTALLATION, Provider, SavePaymentAccount
from busbar.canon.roaming import SavePartner
from busbar.canon.secret import Secret
from busbar.canon.settlement import MakeAgreement, PayeeKind, SavePayee, Shares
from busbar.canon.stations import ConnectorSpec, CreateStation, SaveSite, SiteSpec, StationSpec
from busbar.canon.tariffs import AssignTariff, CreateTariff, PublishTariff, Scope
from busbar.canon.tenants import CreateOperator, Principal, Role
from busbar.db.engine import Databases
from busbar.kernel.clock import Clock
from busbar.kernel.ids import AgreementId, DriverId, OperatorId, SiteId, StationId
from chaos.money_plan import EVSES, PARTNER_CARD, Cast, Plan

HANDS = 200
"""Steps that are under way at once."""
ACTOR = "staff:trial"
CURRENCY = "EUR"
HOLD = 700
TERMS = (
    '{"currency":"EUR","elements":[{"components":['
    '{"dimension":"energy","price":"0.3127","share":"electricity","vat_percent":"22"},'
    '{"dimension":"energy","price":"0.1889","share":"service","vat_percent":"22"},'
    '{"dimension":"flat","price":"0.35","share":"service","vat_percent":"22"}]}]}'
)


class Stage(NamedTuple):
    """Every room at work."""

    core: Core
    desk: Desk
    databases: Databases
    ids: TimeOrderedIds


class Owner(NamedTuple):
    """An operator and its sites."""

    operator_id: OperatorId
    sites: list[SiteId]

    @property
    def own(self) -> dict[str, Any]:
        """What every command of its staff says."""
        return {"operator_id": self.operator_id, "actor": ACTOR}


def choose_settings(plan: Plan) -> Settings:
    """Return what a Busbar of the trial is told."""
    given: dict[str, Any] = {
        "data_dir": Path(plan.data_dir),
        "database_url": plan.database_url,
        "http_port": plan.http_port,
        "ocpp_port": 0,
        "log_level": "error",
        "request_max_per_min": 1_000_000,
    }
    return Settings(**given)


@asynccontextmanager
async def open_core(plan: Plan, clock: Clock | None = None) -> AsyncGenerator[Stage]:
    """Let every room work on the plan's database."""
    settings = choose_settings(plan)
    databases, ids = open_databases(settings), TimeOrderedIds()
    key = find_key(settings)
    clock = clock or SystemClock()
    core = build_core(settings, databases=databases, clock=clock, ids=ids, feed=MemoryFeed())
    people = build_people(settings, key=key, ids=ids)
    furnish(core, people, build_charging(settings, key=key, ids=ids, clock=clock))
    desk, http = Desk(core), make_client(settings)
    desk.register(make_errands(settings, key=key, dispatcher=core, clock=clock, ids=ids, http=http).errands())
    await migrate(databases)
    await core.start()
    try:
        yield Stage(core, desk, databases, ids)
    finally:
        await core.stop()
        await http.aclose()
        await databases.close()


async def settle_down(core: Core) -> None:
    """Wait until every fact has reached its listeners."""
    while core.deliveries.list_pending() or core.waiting_messages:  # noqa: ASYNC110 - the core tells nobody
        await asyncio.sleep(0.02)


async def prepare(plan: Plan, credentials: dict[str, dict[str, str]]) -> Cast:
    """Make two operators with their sites, stations, drivers, tariffs and agreements, and the account to be paid by."""
    async with open_core(plan) as stage:
        secrets = {name: Secret(text=text) for name, text in credentials["secrets"].items()}
        account = await stage.desk.dispatch(
            SavePaymentAccount(
                operator_id=INSTALLATION,
                actor=ACTOR,
                provider=Provider.STRIPE,
                settings=credentials["settings"],
                secrets=secrets,
            )
        )
        wallets = await add_operator(stage, plan, "wallets", MoneyMode.PREPAID)
        cards = await add_operator(stage, plan, "cards", MoneyMode.POSTPAID)
        drivers = await work_off(
            [
                partial(add_driver, stage.core, wallets if number < plan.wallet_drivers else cards, number)
                for number in range(plan.drivers)
            ]
        )
        await add_partner(stage.core, cards)
        await settle_down(stage.core)
        sites = {each.operator_id: each.sites for each in (wallets, cards)}
        return Cast(
            wallets=wallets.operator_id,
            cards=cards.operator_id,
            sites=sites,
            drivers=drivers,
            account_id=account.account_id,
        )


async def add_operator(stage: Stage, plan: Plan, name: str, mode: MoneyMode) -> Owner:
    """Make an operator with all that it has but drivers."""
    core = stage.core
    by = Principal(operator_id=OperatorId("0" * 32), role=Role.ADMIN, is_platform=True)
    operator = await core.dispatch(CreateOperator(by=by, name=name.title(), slug=name, currency=CURRENCY))
    owner = Owner(operator.operator_id, [])
    policy = MoneyPolicy(mode=mode, hold=HOLD, start_minimum=1, reserve=10, commission_permille=75)
    await core.dispatch(SetMoneyPolicy(**owner.own, policy=policy))
    tariff = await core.dispatch(CreateTariff(**owner.own, name="Trial", content_json=TERMS))
    await core.dispatch(PublishTariff(**owner.own, tariff_id=tariff.tariff_id))
    await core.dispatch(AssignTariff(**owner.own, tariff_id=tariff.tariff_id, scope=Scope.OPERATOR))
    spec = SiteSpec(name="Site", latitude_e6=45_000_000, longitude_e6=9_000_000)
    owner.sites.extend([await core.dispatch(SaveSite(**owner.own, spec=spec)) for _ in range(3)])
    await share(core, stage.ids, owner.own, owner.sites)
    is_by_card = mode is MoneyMode.POSTPAID
    numbers = range(plan.wallet_sessions, plan.sessions) if is_by_card else range(plan.wallet_sessions)
    stations = sorted({plan.find_place(number)[0] for number in numbers})
    await work_off([partial(add_station, core, owner, station_id, at) for at, station_id in enumerate(stations)])
    return owner


async def share(core: Core, ids: TimeOrderedIds, own: dict[str, Any], sites: list[SiteId]) -> None:
    """Agree with the owner of a site, the platform, and the operator who takes the rest."""
    agreed = (
        (
            "Owner",
            PayeeKind.SITE_OWNER,
            sites[0],
            Shares(electricity_permille=333, service_permille=111, per_session=7),
        ),
        ("Platform", PayeeKind.PLATFORM, None, Shares(commission_permille=1000)),
        ("Operator", PayeeKind.OPERATOR, None, Shares(takes_rest=True)),
    )
    for name, kind, site_id, shares in agreed:
        payee = await core.dispatch(SavePayee(**own, kind=kind, name=name, iban="DE89370400440532013000"))
        valid_from = (datetime.now(UTC) - timedelta(days=60)).date()
        await core.dispatch(
            MakeAgreement(
                **own, agreement_id=AgreementId(ids.new()), payee_id=payee.payee_id, site_id=site_id, shares=shares,
                valid_from=valid_from,
            )
        )  # fmt: skip


async def add_station(core: Core, owner: Owner, station_id: StationId, place: int) -> None:
    """Add a station with many EVSEs, for as many sessions at once."""
    connectors = tuple(ConnectorSpec(evse_id=evse, connector_id=1, max_power_w=22_000) for evse in range(1, EVSES + 1))
    spec = StationSpec(site_id=owner.sites[place % len(owner.sites)])
    await core.dispatch(CreateStation(**owner.own, station_id=station_id, spec=spec, connectors=connectors))


async def add_driver(core: Core, owner: Owner, number: int) -> DriverId:
    """Add a driver with a token that may charge at many places at once."""
    driver = await core.dispatch(CreateDriver(**owner.own, display_name=f"Driver {number}"))
    await core.dispatch(
        PutToken(**owner.own, value=f"TOKEN{number}", driver_id=driver.driver_id, concurrency=ConcurrencyRule.ALLOWED)
    )
    return driver.driver_id


async def add_partner(core: Core, owner: Owner) -> None:
    """Add a roaming partner with a token that may charge at many places at once."""
    partner = await core.dispatch(SavePartner(**owner.own, name="Partner", country_code="IT", party_id="PAR"))
    await core.dispatch(
        PutToken(**owner.own, value=PARTNER_CARD, partner_id=partner.partner_id, concurrency=ConcurrencyRule.ALLOWED)
    )


async def work_off(steps: Iterable[Callable[[], Awaitable[Any]]]) -> list[Any]:
    """Take steps, many at once; return what they gave in their order."""
    hands = asyncio.Semaphore(HANDS)

    async def take(step: Callable[[], Awaitable[Any]]) -> Any:
        async with hands:
            return await step()

    return list(await asyncio.gather(*[take(step) for step in steps]))
