"""Names every adapter and puts the rooms together: the one place that knows all of them."""

import os
import stat
from datetime import timedelta
from pathlib import Path

import msgspec

from busbar.adapters.memory.bus import MemoryBus
from busbar.adapters.memory.feed import MemoryFeed
from busbar.adapters.system.clock import SystemClock, TimeOrderedIds
from busbar.adapters.system.secrets import Argon2Passwords, SystemSecrets
from busbar.adapters.wirelog.sqlite import SqliteWireLog
from busbar.app.config import Settings
from busbar.app.core import Core, CoreLimits
from busbar.app.database import open_databases
from busbar.app.desk import Desk
from busbar.app.frames import open_wire_log
from busbar.app.parked import ParkedFacts
from busbar.app.relay import CommandRelay
from busbar.canon.sessions import SettleFigures
from busbar.canon.stations import Registration
from busbar.db.engine import Databases
from busbar.db.facts import SqlFactLog
from busbar.db.job_desk import JobDesk
from busbar.db.jobs import SqlJobs
from busbar.db.once import OnceService
from busbar.db.timekeeping import choose_clock
from busbar.domain.access.errands import AccessErrands
from busbar.domain.access.model import AccessPolicy, DriverTerms
from busbar.domain.access.service import AccessService
from busbar.domain.access.sql import SqlAccessStore
from busbar.domain.metering.service import MeteringService
from busbar.domain.metering.sql import SqlMeterStore
from busbar.domain.sessions.book import BookBounds
from busbar.domain.sessions.service import SessionPolicy, SessionService
from busbar.domain.sessions.sql import SqlSessionStore
from busbar.domain.stations.administration import StationAdministration
from busbar.domain.stations.service import Fleet, StationPolicy, StationService
from busbar.domain.stations.sql import SqlStationStore
from busbar.domain.tenants.errands import TenantErrands
from busbar.domain.tenants.model import SignInTerms
from busbar.domain.tenants.service import TenantService
from busbar.domain.tenants.sql import SqlTenantStore
from busbar.gateways.ocpp.gateway import OcppGateway
from busbar.gateways.ocpp.raw import check_request
from busbar.gateways.ocpp.settings import GatewaySettings
from busbar.kernel.secret import hash_secret

KEY_FILE = "secret.key"
FIGURES_EVERY = timedelta(seconds=1)
"""A running session's figures are written so often at most, and sent to screens as often."""
_KEY_BYTES = 32
_STATION_PASSWORD_CHARS = 24
_OWNER_ONLY = stat.S_IRUSR | stat.S_IWUSR


class House(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of an embedded installation, put together and not yet started."""

    settings: Settings
    clock: SystemClock
    ids: TimeOrderedIds
    databases: Databases
    feed: MemoryFeed
    fact_log: SqlFactLog
    wire_log: SqliteWireLog
    core: Core
    desk: Desk
    bus: MemoryBus
    relay: CommandRelay
    gateway: OcppGateway
    jobs: SqlJobs


def read_key(data_dir: Path) -> bytes:
    """Return the installation's key for keyed hashes; make it on first use, readable by its owner alone.

    It lives outside the database, so that a stolen database alone opens nothing. Errors: OSError.
    """
    path = data_dir / KEY_FILE
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except FileExistsError:
        return path.read_bytes()
    key = os.urandom(_KEY_BYTES)
    with os.fdopen(handle, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key


def build_house(settings: Settings) -> House:
    """Put an embedded installation together. Nothing is opened but the key file. Errors: OSError."""
    key = read_key(settings.data_dir)
    clock, ids, feed = SystemClock(), TimeOrderedIds(), MemoryFeed()
    databases = open_databases(settings)
    core = Core(
        databases=databases,
        clock=clock,
        ids=ids,
        feed=feed,
        limits=CoreLimits(
            queue_max_messages=settings.report_queue_max_reports,
            batch_max_messages=settings.batch_max_reports,
            delivery_max_attempts=settings.fact_delivery_max_attempts,
            delivery_retry_interval_s=settings.fact_retry_interval_s,
        ),
    )
    desk = Desk(core)
    _add_people(core, desk, settings, key=key, clock=clock, ids=ids)
    _add_charging(core, settings, key=key, ids=ids)
    core.register(OnceService().handlers())
    core.register(JobDesk().handlers())
    core.register(ParkedFacts(core.deliveries).handlers())
    bus = MemoryBus(core.submit, core.post)
    wire_log = open_wire_log(settings)
    relay = CommandRelay(
        bus=bus,
        dispatcher=desk,
        feed=feed,
        databases=databases,
        clock=clock,
        ids=ids,
        check_request=check_request,
        queue_max_commands=settings.station_queue_max_commands,
    )
    gateway = OcppGateway(
        bus=bus, wire_log=wire_log, clock=clock, ids=ids, settings=_choose_gateway_settings(settings, key)
    )
    return House(
        settings=settings,
        clock=clock,
        ids=ids,
        databases=databases,
        feed=feed,
        fact_log=SqlFactLog(databases),
        wire_log=wire_log,
        core=core,
        desk=desk,
        bus=bus,
        relay=relay,
        gateway=gateway,
        jobs=SqlJobs(
            databases,
            ids=ids,
            read_now=choose_clock(databases, clock),
            lease=timedelta(seconds=settings.job_lease_s),
        ),
    )


def _add_people(
    core: Core, desk: Desk, settings: Settings, *, key: bytes, clock: SystemClock, ids: TimeOrderedIds
) -> None:
    """Add the rooms of staff and drivers, with their errands."""
    secrets, passwords = SystemSecrets(), Argon2Passwords()
    attempts = settings.sign_in_max_attempts_per_min
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
    for room in (tenants, access):
        core.register(room.handlers())
        core.listen(room.listeners())
    desk.register(
        TenantErrands(
            core=core,
            bearers=tenants.bearers,
            passwords=passwords,
            secrets=secrets,
            clock=clock,
            attempts_max_per_min=attempts,
        ).errands()
    )
    desk.register(
        AccessErrands(
            core=core,
            bearers=access.bearers,
            passwords=passwords,
            secrets=secrets,
            clock=clock,
            attempts_max_per_min=attempts,
        ).errands()
    )


def _add_charging(core: Core, settings: Settings, *, key: bytes, ids: TimeOrderedIds) -> None:
    """Add the rooms of stations, sessions and metering."""
    registration = settings.station_registration
    store = SqlStationStore()
    fleet = Fleet(store, bound=settings.state_max_stations)
    policy = StationPolicy(
        unknown_gets=None if registration == "refused" else Registration(registration),
        pending_max_stations=settings.pending_max_stations,
        heartbeat_interval_s=settings.heartbeat_interval_s,
        boot_retry_interval_s=settings.boot_retry_interval_s,
        cache_max_stations=settings.state_max_stations,
    )
    secrets = SystemSecrets()
    core.register(StationService(store=store, fleet=fleet, ids=ids, policy=policy).handlers())
    core.register(
        StationAdministration(
            store=store,
            fleet=fleet,
            ids=ids,
            hash_secret=lambda secret: hash_secret(secret, key),
            make_secret=lambda: secrets.new_code(_STATION_PASSWORD_CHARS),
        ).handlers()
    )
    sessions = SessionService(
        store=SqlSessionStore(),
        ids=ids,
        policy=SessionPolicy(
            start_timeout=timedelta(seconds=settings.remote_start_timeout_s),
            bounds=BookBounds(desks_max=settings.state_max_stations, figures_every=FIGURES_EVERY),
        ),
    )
    metering = MeteringService(
        store=SqlMeterStore(), sessions_max=settings.state_max_stations, evses_max=settings.state_max_stations
    )
    for room in (sessions, metering):
        core.register(room.handlers())
        core.listen(room.listeners())
    core.pulse(SettleFigures())


def _choose_gateway_settings(settings: Settings, key: bytes) -> GatewaySettings:
    """Hand the gateway the settings of the same names."""
    names = [name for name in GatewaySettings.__struct_fields__ if name in Settings.model_fields and name != "bind"]
    return GatewaySettings(secret_key=key, bind=str(settings.bind), **{name: getattr(settings, name) for name in names})
