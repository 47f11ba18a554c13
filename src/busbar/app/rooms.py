"""Puts the domain rooms together: the same in one process and in a network of them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from busbar.adapters.system.secrets import Argon2Passwords, SystemSecrets
from busbar.app.config import Settings
from busbar.app.core import Core, CoreLimits, Handler
from busbar.app.parked import ParkedFacts
from busbar.canon.message import Command, Fact
from busbar.canon.pricing import PriceRunningSessions
from busbar.canon.sessions import SettleFigures
from busbar.canon.stations import Registration
from busbar.db.engine import Databases
from busbar.db.job_desk import JobDesk, SqlJobQueue
from busbar.db.once import OnceService
from busbar.domain.access.errands import AccessErrands
from busbar.domain.access.model import AccessPolicy, DriverTerms
from busbar.domain.access.service import AccessService
from busbar.domain.access.sql import SqlAccessStore
from busbar.domain.billing.pricing import PricingPolicy
from busbar.domain.billing.service import BillingService
from busbar.domain.billing.sql import SqlBillingStore
from busbar.domain.companion.service import CompanionService
from busbar.domain.companion.sql import SqlCompanionStore
from busbar.domain.complaints.service import ComplaintService
from busbar.domain.complaints.sql import SqlComplaintStore
from busbar.domain.invoicing.service import InvoicingService
from busbar.domain.invoicing.sql import SqlInvoicingStore
from busbar.domain.ledger.service import LedgerService
from busbar.domain.ledger.sql import SqlLedgerStore
from busbar.domain.metering.service import MeteringService
from busbar.domain.metering.sql import SqlMeterStore
from busbar.domain.payments.service import PaymentService
from busbar.domain.payments.sql import SqlStore as SqlPaymentStore
from busbar.domain.sessions.book import BookBounds
from busbar.domain.sessions.service import SessionPolicy, SessionService
from busbar.domain.sessions.sql import SqlSessionStore
from busbar.domain.stations.administration import StationAdministration
from busbar.domain.stations.faults import FaultDesk
from busbar.domain.stations.fleet import Fleet
from busbar.domain.stations.service import StationPolicy, StationService
from busbar.domain.stations.sql import SqlStationStore
from busbar.domain.tenants.errands import TenantErrands
from busbar.domain.tenants.model import SignInTerms
from busbar.domain.tenants.service import TenantService
from busbar.domain.tenants.sql import SqlTenantStore
from busbar.kernel.clock import Clock
from busbar.kernel.ids import IdSource
from busbar.kernel.secret import hash_secret
from busbar.ports.dispatcher import Dispatcher
from busbar.ports.feed import Feed

Listener = tuple[type[Fact], str, Handler]
Errands = Mapping[type[Command[Any]], Callable[[Any], Awaitable[Any]]]

FIGURES_EVERY = timedelta(seconds=3)
"""A running session's figures are written so often at most: screens are sent newer ones, the samples say the same."""
PULSED: tuple[type[Command[Any]], ...] = (SettleFigures, PriceRunningSessions)
"""What rooms do every second with what they have in memory."""
_STATION_PASSWORD_CHARS = 24


class People(msgspec.Struct, frozen=True):
    """The rooms of staff and drivers."""

    tenants: TenantService
    access: AccessService
    companion: CompanionService
    complaints: ComplaintService


class Charging(msgspec.Struct, frozen=True, kw_only=True):
    """The rooms of stations, sessions, metering, billing, the ledger, payments and documents."""

    fleet: Fleet
    stations: StationService
    administration: StationAdministration
    sessions: SessionService
    metering: MeteringService
    billing: BillingService
    ledger: LedgerService
    payments: PaymentService
    invoicing: InvoicingService


def build_core(settings: Settings, *, databases: Databases, clock: Clock, ids: IdSource, feed: Feed) -> Core:
    """Make a core without rooms."""
    limits = CoreLimits(
        queue_max_messages=settings.report_queue_max_reports,
        batch_max_messages=settings.batch_max_reports,
        delivery_max_attempts=settings.fact_delivery_max_attempts,
        delivery_retry_interval_s=settings.fact_retry_interval_s,
    )
    return Core(databases=databases, clock=clock, ids=ids, feed=feed, limits=limits)


def build_people(settings: Settings, *, key: bytes, ids: IdSource) -> People:
    """Make the rooms of staff and drivers."""
    secrets = SystemSecrets()
    tenants = TenantService(
        store=SqlTenantStore(),
        ids=ids,
        secrets=secrets,
        key=key,
        terms=SignInTerms(lifetime=timedelta(hours=settings.staff_sign_in_lifetime_h)),
    )
    access = AccessService(
        store=SqlAccessStore(),
        ids=ids,
        secrets=secrets,
        key=key,
        policy=AccessPolicy(cache_max_tokens=settings.state_max_stations),
        terms=DriverTerms(lifetime=timedelta(days=settings.driver_sign_in_lifetime_days)),
    )
    return People(
        tenants,
        access,
        CompanionService(store=SqlCompanionStore(), ids=ids, jobs=SqlJobQueue(ids)),
        ComplaintService(store=SqlComplaintStore(), ids=ids),
    )


def list_errands(people: People, settings: Settings, *, dispatcher: Dispatcher, clock: Clock) -> list[Errands]:
    """Make the errands of people's rooms; `dispatcher` takes their steps."""
    secrets, passwords = SystemSecrets(), Argon2Passwords()
    attempts = settings.sign_in_max_attempts_per_min
    return [
        TenantErrands(
            core=dispatcher,
            bearers=people.tenants.bearers,
            passwords=passwords,
            secrets=secrets,
            clock=clock,
            attempts_max_per_min=attempts,
        ).errands(),
        AccessErrands(
            core=dispatcher,
            bearers=people.access.bearers,
            passwords=passwords,
            secrets=secrets,
            clock=clock,
            attempts_max_per_min=attempts,
        ).errands(),
    ]


def build_charging(settings: Settings, *, key: bytes, ids: IdSource) -> Charging:
    """Make the rooms of stations, sessions, metering, billing, the ledger and payments."""
    registration = settings.station_registration
    store = SqlStationStore()
    fleet = Fleet(store, bound=settings.state_max_stations)
    policy = StationPolicy(
        unknown_gets=None if registration == "refused" else Registration(registration),
        pending_max_stations=settings.pending_max_stations,
        heartbeat_interval_s=settings.heartbeat_interval_s,
        boot_retry_interval_s=settings.boot_retry_interval_s,
        cache_max_stations=settings.state_max_stations,
        command_queue_max_commands=settings.station_queue_max_commands,
        command_wait_max=timedelta(hours=settings.command_wait_max_h),
    )
    secrets = SystemSecrets()
    return Charging(
        fleet=fleet,
        stations=StationService(store=store, fleet=fleet, ids=ids, policy=policy),
        administration=StationAdministration(
            store=store,
            fleet=fleet,
            ids=ids,
            hash_secret=lambda secret: hash_secret(secret, key),
            make_secret=lambda: secrets.new_code(_STATION_PASSWORD_CHARS),
        ),
        sessions=SessionService(
            store=SqlSessionStore(),
            ids=ids,
            policy=SessionPolicy(
                start_timeout=timedelta(seconds=settings.remote_start_timeout_s),
                bounds=BookBounds(desks_max=settings.state_max_stations, figures_every=FIGURES_EVERY),
            ),
        ),
        metering=MeteringService(
            store=SqlMeterStore(), sessions_max=settings.state_max_stations, evses_max=settings.state_max_stations
        ),
        billing=BillingService(
            store=SqlBillingStore(),
            ids=ids,
            jobs=SqlJobQueue(ids),
            policy=PricingPolicy(
                running_max_sessions=settings.state_max_stations,
                per_pulse_max_sessions=settings.running_price_max_per_s,
            ),
        ),
        ledger=LedgerService(store=SqlLedgerStore(), ids=ids, cache_max=settings.state_max_stations),
        payments=PaymentService(store=SqlPaymentStore(), ids=ids),
        invoicing=InvoicingService(store=SqlInvoicingStore(), ids=ids),
    )


def furnish(
    core: Core,
    people: People,
    charging: Charging,
    *,
    watch: Callable[[Sequence[Listener]], list[Listener]] = list,
    fence: Callable[[Handler], Handler] | None = None,
) -> None:
    """Put the rooms into a core.

    `watch` may stand between facts and their listeners, `fence` before what comes neither as a parcel nor as a fact.
    """
    for room in (
        people.tenants,
        people.access,
        people.companion,
        people.complaints,
        charging.sessions,
        charging.metering,
        charging.billing,
        charging.ledger,
        charging.payments,
        charging.invoicing,
    ):
        handlers = dict(room.handlers())
        for pulsed in PULSED:
            if fence is not None and pulsed in handlers:
                handlers[pulsed] = fence(handlers[pulsed])
        core.register(handlers)
        core.register_at_once(getattr(room, "handlers_at_once", dict)())
        core.listen(watch(room.listeners()))
    core.register(charging.stations.handlers())
    core.register(charging.administration.handlers())
    core.register(FaultDesk().handlers())
    core.register(OnceService().handlers())
    core.register(JobDesk().handlers())
    core.register(ParkedFacts(core.deliveries).handlers())
    for pulsed in PULSED:
        core.pulse(pulsed())
