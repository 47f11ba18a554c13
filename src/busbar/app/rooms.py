"""Puts the domain rooms together: the same in one process and in a network of them."""

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from busbar.adapters.oidc.provider import OidcDoor
from busbar.adapters.passkeys.late import LatePasskeys
from busbar.adapters.system.sealing import AesSealer
from busbar.adapters.system.secrets import Argon2Passwords, SystemSecrets
from busbar.api.live import EVENTS
from busbar.app.config import Settings
from busbar.app.core import Core, CoreLimits, Handler
from busbar.app.parked import ParkedFacts
from busbar.app.storing import TryStorage, write_the_same
from busbar.canon.message import Command, Fact
from busbar.canon.pricing import PriceRunningSessions, TendDisplays
from busbar.canon.sessions import SettleFigures
from busbar.canon.stations import Registration
from busbar.db.engine import Databases
from busbar.db.job_desk import JobDesk, SqlJobQueue
from busbar.db.once import OnceService
from busbar.domain.access.entry_errands import DriverEntryErrands
from busbar.domain.access.errands import AccessErrands
from busbar.domain.access.model import AccessPolicy, DriverTerms
from busbar.domain.access.service import AccessService
from busbar.domain.access.sql import SqlAccessStore
from busbar.domain.billing.displays import DisplayPolicy
from busbar.domain.billing.pricing import PricingPolicy
from busbar.domain.billing.service import BillingService
from busbar.domain.billing.sql import SqlBillingStore
from busbar.domain.branding.service import BrandingService
from busbar.domain.branding.sql import SqlBrandStore
from busbar.domain.companion.service import CompanionService
from busbar.domain.companion.sql import SqlCompanionStore
from busbar.domain.complaints.service import ComplaintService
from busbar.domain.complaints.sql import SqlComplaintStore
from busbar.domain.invoicing.service import InvoicingService
from busbar.domain.invoicing.sql import SqlInvoicingStore
from busbar.domain.invoicing.sql_statements import SqlStatementStore
from busbar.domain.invoicing.statements import StatementService
from busbar.domain.ledger.service import LedgerService
from busbar.domain.ledger.sql import SqlLedgerStore
from busbar.domain.links.service import LinkService
from busbar.domain.links.sql import SqlLinkStore
from busbar.domain.mail.model import MailTerms
from busbar.domain.mail.service import MailService
from busbar.domain.mail.sql import SqlLetterStore
from busbar.domain.metering.service import MeteringService
from busbar.domain.metering.sql import SqlMeterStore
from busbar.domain.payments.service import PaymentService
from busbar.domain.payments.sql import SqlStore as SqlPaymentStore
from busbar.domain.reporting.service import ReportingService
from busbar.domain.reporting.sql import SqlScheduleStore
from busbar.domain.reservations.service import ReservationService
from busbar.domain.reservations.sql import SqlReservationStore
from busbar.domain.roaming.service import RoamingService
from busbar.domain.roaming.sql import SqlRoamingStore
from busbar.domain.sessions.book import BookBounds
from busbar.domain.sessions.service import SessionPolicy, SessionService
from busbar.domain.sessions.sql import SqlSessionStore
from busbar.domain.settlement.service import SettlementService
from busbar.domain.settlement.sql import SqlSettlementStore
from busbar.domain.stations.administration import StationAdministration
from busbar.domain.stations.configuration import ConfigurationDesk
from busbar.domain.stations.faults import FaultDesk
from busbar.domain.stations.fleet import Fleet
from busbar.domain.stations.service import StationPolicy, StationService
from busbar.domain.stations.sql import SqlStationStore
from busbar.domain.tenants.entry_errands import StaffEntryErrands
from busbar.domain.tenants.errands import TenantErrands
from busbar.domain.tenants.identity_errands import IdentityErrands
from busbar.domain.tenants.model import SignInTerms
from busbar.domain.tenants.passkeys import PasskeyErrands
from busbar.domain.tenants.service import TenantService
from busbar.domain.tenants.sql import SqlTenantStore
from busbar.domain.webhooks.model import Terms as WebhookTerms
from busbar.domain.webhooks.service import WebhookService
from busbar.domain.webhooks.sql import SqlWebhookStore
from busbar.domain.workbench.service import WorkbenchService
from busbar.domain.workbench.sql import SqlWorkbenchStore
from busbar.kernel.clock import Clock
from busbar.kernel.ids import IdSource
from busbar.kernel.secret import hash_secret
from busbar.kernel.throttle import Share
from busbar.ports.dispatcher import Dispatcher
from busbar.ports.feed import Feed

Listener = tuple[type[Fact], str, Handler]
Errands = Mapping[type[Command[Any]], Callable[[Any], Awaitable[Any]]]

FIGURES_EVERY = timedelta(seconds=3)
"""A running session's figures are written so often at most: screens are sent newer ones, the samples say the same."""
PULSED: tuple[type[Command[Any]], ...] = (SettleFigures, PriceRunningSessions, TendDisplays)
"""What rooms do every second with what they have in memory."""
_STATION_PASSWORD_CHARS = 24
_WEBHOOK_SECRET_BYTES = 32


class People(msgspec.Struct, frozen=True):
    """The rooms of staff and drivers."""

    tenants: TenantService
    access: AccessService
    companion: CompanionService
    workbench: WorkbenchService
    complaints: ComplaintService
    webhooks: WebhookService
    reservations: ReservationService
    branding: BrandingService
    mail: MailService
    reporting: ReportingService
    links: LinkService


class Charging(msgspec.Struct, frozen=True, kw_only=True):
    """The rooms of stations, sessions, metering, billing, the ledger, payments and documents."""

    fleet: Fleet
    stations: StationService
    administration: StationAdministration
    configuration: ConfigurationDesk
    sessions: SessionService
    metering: MeteringService
    billing: BillingService
    ledger: LedgerService
    payments: PaymentService
    invoicing: InvoicingService
    statements: StatementService
    settlement: SettlementService
    roaming: RoamingService


def build_core(settings: Settings, *, databases: Databases, clock: Clock, ids: IdSource, feed: Feed) -> Core:
    """Make a core without rooms."""
    limits = CoreLimits(
        queue_max_messages=settings.report_queue_max_reports,
        batch_max_messages=settings.batch_max_reports,
        delivery_max_attempts=settings.fact_delivery_max_attempts,
        delivery_retry_interval_s=settings.fact_retry_interval_s,
    )
    core = Core(databases=databases, clock=clock, ids=ids, feed=feed, limits=limits)
    core.register({TryStorage: write_the_same})
    return core


def build_people(settings: Settings, *, key: bytes, ids: IdSource) -> People:
    """Make the rooms of staff and drivers."""
    secrets = SystemSecrets()
    tenants = TenantService(
        store=SqlTenantStore(),
        ids=ids,
        secrets=secrets,
        key=key,
        terms=SignInTerms(lifetime=timedelta(hours=settings.staff_sign_in_lifetime_h)),
        sealer=AesSealer(key),
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
        WorkbenchService(store=SqlWorkbenchStore(), ids=ids),
        ComplaintService(store=SqlComplaintStore(), ids=ids),
        WebhookService(
            store=SqlWebhookStore(),
            ids=ids,
            jobs=SqlJobQueue(ids),
            sealer=AesSealer(key),
            make_secret=lambda: os.urandom(_WEBHOOK_SECRET_BYTES),
            terms=WebhookTerms(
                events=frozenset(EVENTS),
                is_private_allowed=settings.webhook_is_private_allowed,
                disable_after=timedelta(hours=settings.webhook_disable_after_h),
            ),
        ),
        ReservationService(store=SqlReservationStore(), ids=ids),
        BrandingService(store=SqlBrandStore()),
        MailService(
            store=SqlLetterStore(),
            ids=ids,
            jobs=SqlJobQueue(ids),
            terms=MailTerms(is_on=settings.mail_host is not None, waiting_max=settings.mail_queue_max_mails),
        ),
        ReportingService(store=SqlScheduleStore(), ids=ids),
        LinkService(store=SqlLinkStore(), secrets=secrets, key=key),
    )


def list_errands(
    people: People, settings: Settings, *, key: bytes, dispatcher: Dispatcher, clock: Clock, share: Share | None = None
) -> list[Errands]:
    """Make the errands of people's rooms; `dispatcher` takes their steps, `share` lets processes count together."""
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
            share=share,
        ).errands(),
        PasskeyErrands(core=dispatcher, passkeys=LatePasskeys(), clock=clock, attempts_max_per_min=attempts).errands(),
        IdentityErrands(
            core=dispatcher,
            door=OidcDoor(
                clock=clock,
                timeout_s=settings.identity_timeout_s,
                is_private_allowed=settings.identity_is_private_allowed,
            ),
            sealer=AesSealer(key),
            key=key,
            clock=clock,
            attempts_max_per_min=attempts,
            share=share,
        ).errands(),
        AccessErrands(
            core=dispatcher,
            bearers=people.access.bearers,
            passwords=passwords,
            secrets=secrets,
            clock=clock,
            attempts_max_per_min=attempts,
            share=share,
        ).errands(),
        *(
            made(
                core=dispatcher, passwords=passwords, clock=clock, attempts_max_per_min=attempts, share=share
            ).errands()
            for made in (StaffEntryErrands, DriverEntryErrands)
        ),
    ]


def build_charging(settings: Settings, *, key: bytes, ids: IdSource, clock: Clock) -> Charging:
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
    invoicing = InvoicingService(store=SqlInvoicingStore(), ids=ids)
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
        configuration=ConfigurationDesk(ids=ids),
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
                per_pulse_max_ms=settings.running_price_time_ms,
            ),
            read_watch_ms=lambda: int(clock.monotonic_s() * 1000),
            display_policy=DisplayPolicy(
                cost_interval=timedelta(seconds=settings.station_cost_interval_s),
                may_change_tariffs=settings.station_tariff_change,
                max_per_pulse=settings.station_price_max_per_s,
                stations_max=settings.state_max_stations,
            ),
        ),
        ledger=LedgerService(store=SqlLedgerStore(), ids=ids, cache_max=settings.state_max_stations),
        payments=PaymentService(store=SqlPaymentStore(), ids=ids),
        invoicing=invoicing,
        statements=StatementService(store=SqlStatementStore(), invoicing=invoicing),
        settlement=SettlementService(store=SqlSettlementStore(), ids=ids),
        roaming=RoamingService(store=SqlRoamingStore(), ids=ids),
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
        people.workbench,
        people.complaints,
        people.webhooks,
        people.reservations,
        people.branding,
        people.mail,
        people.reporting,
        people.links,
        charging.sessions,
        charging.metering,
        charging.billing,
        charging.ledger,
        charging.payments,
        charging.invoicing,
        charging.statements,
        charging.settlement,
        charging.roaming,
    ):
        handlers = dict(room.handlers())
        for pulsed in PULSED:
            if fence is not None and pulsed in handlers:
                handlers[pulsed] = fence(handlers[pulsed])
        core.register(handlers)
        core.register_at_once(getattr(room, "handlers_at_once", dict)())
        core.listen(watch(room.listeners()), concerns=getattr(room, "concerns", dict)())
    core.register(charging.stations.handlers())
    core.register(charging.administration.handlers())
    core.register(FaultDesk().handlers())
    core.register(charging.configuration.handlers())
    core.register(OnceService().handlers())
    core.register(JobDesk().handlers())
    core.register(ParkedFacts(core.deliveries).handlers())
    for pulsed in PULSED:
        core.pulse(pulsed())
