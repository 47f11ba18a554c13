"""Names every adapter and puts the rooms together: the one place that knows all of them."""

from datetime import timedelta

import msgspec

from busbar.adapters.memory.bus import MemoryBus
from busbar.adapters.memory.feed import MemoryFeed
from busbar.adapters.system.clock import SystemClock, TimeOrderedIds
from busbar.adapters.webpush.sender import WebPush
from busbar.adapters.wirelog.sqlite import SqliteWireLog
from busbar.app.config import Settings
from busbar.app.core import Core
from busbar.app.database import open_databases
from busbar.app.desk import Desk
from busbar.app.frames import open_wire_log
from busbar.app.gateway_settings import choose_gateway_settings
from busbar.app.mail import open_mailer
from busbar.app.paying import make_errands
from busbar.app.push import open_push
from busbar.app.relay import CommandRelay
from busbar.app.rooms import build_charging, build_core, build_people, furnish, list_errands
from busbar.app.secret_key import find_key
from busbar.db.engine import Databases
from busbar.db.facts import SqlFactLog
from busbar.db.jobs import SqlJobs
from busbar.db.timekeeping import choose_clock
from busbar.gateways.ocpp.gateway import OcppGateway
from busbar.gateways.ocpp.raw import check_request
from busbar.kernel.calls import CallBook
from busbar.ports.mailer import Mailer


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
    push: WebPush
    mailer: Mailer
    calls: CallBook
    """How asking services outside goes."""


def build_house(settings: Settings) -> House:
    """Put an embedded installation together. Nothing is opened but the key file. Errors: OSError."""
    key = find_key(settings)
    clock, ids, feed, calls = SystemClock(), TimeOrderedIds(), MemoryFeed(), CallBook()
    databases = open_databases(settings)
    core = build_core(settings, databases=databases, clock=clock, ids=ids, feed=feed)
    people = build_people(settings, key=key, ids=ids)
    furnish(core, people, build_charging(settings, key=key, ids=ids, clock=clock))
    desk = Desk(core)
    for errands in list_errands(people, settings, key=key, dispatcher=core, clock=clock):
        desk.register(errands)
    desk.register(make_errands(settings, key=key, dispatcher=core, clock=clock, ids=ids, calls=calls).errands())
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
        bus=bus, wire_log=wire_log, clock=clock, ids=ids, settings=choose_gateway_settings(settings, key)
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
        push=open_push(settings, key=key, clock=clock, calls=calls),
        mailer=open_mailer(settings, clock=clock, calls=calls),
        calls=calls,
    )
