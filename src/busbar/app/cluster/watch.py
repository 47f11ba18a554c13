"""The watch over one role: what it looks at for probes, and the figures that it gives."""

import asyncio
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from busbar.adapters.redis.board import RedisBoard
from busbar.app.watch.readings import (
    Reading,
    read_core,
    read_deliveries,
    read_gateway,
    read_lag,
    read_parcels,
    read_partition_queues,
    read_relay,
    read_wire_log,
)
from busbar.app.watch.watcher import Watcher
from busbar.ports.watching import Board, BoardError, Condition, PartCheck, PartState

if TYPE_CHECKING:
    from busbar.adapters.rabbitmq.intake import RabbitIntake
    from busbar.adapters.wirelog.sqlite import SqliteWireLog
    from busbar.app.cluster.transport import Transport
    from busbar.app.core import Core
    from busbar.app.relay import CommandRelay
    from busbar.db.engine import Databases
    from busbar.gateways.ocpp.gateway import OcppGateway

ANSWER_TIMEOUT_S = 3.0
NOTICE_LEASE_S = 20.0
"""A process of which nothing was heard for so long is shown no more; it pins a notice every five seconds."""

FindFault = Callable[[], str | None]


def look_at(name: str, find_fault: FindFault, *, condition: Condition = Condition.DOWN) -> PartCheck:
    """Return a check of a part whose fault is known without waiting."""

    async def check() -> PartState:
        fault = find_fault()
        return PartState(name=name) if fault is None else PartState(name=name, condition=condition, text=fault)

    return check


def look_at_database(databases: "Databases") -> PartCheck:
    """Return a check of the database."""

    async def check() -> PartState:
        from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - a gateway has no database and loads no such thing

        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S), databases.read() as connection:
                await connection.exec_driver_sql("SELECT 1")
        except (SQLAlchemyError, OSError, TimeoutError):
            return PartState(name="database", condition=Condition.DOWN, text="the database does not answer")
        return PartState(name="database")

    return check


async def list_on_board(board: Board, role: str) -> frozenset[str] | None:
    """Return the processes of a role that have told of themselves lately; None when nobody knows."""
    try:
        glances = await board.read()
    except BoardError:
        return None
    return frozenset(glance.process_id for glance in glances if glance.role == role) or None


def watch_transport(transport: "Transport", role: str) -> Watcher:
    """Return a watch over what every role has."""
    watcher = Watcher(role=role, clock=transport.clock, process_id=transport.process_id)
    watcher.add_board(RedisBoard(transport.redis, lease_s=NOTICE_LEASE_S))

    def find_redis_fault() -> str | None:
        return None if transport.redis.is_up else f"Redis cannot be reached: {transport.redis.last_error}"

    watcher.add_checks(
        look_at("broker", transport.find_fault), look_at("redis", find_redis_fault, condition=Condition.IMPAIRED)
    )
    return watcher


def watch_gateway(transport: "Transport", role: str, *, gateway: "OcppGateway", wire_log: "SqliteWireLog") -> Watcher:
    """Return a watch over a gateway."""
    watcher = watch_transport(transport, role)
    watcher.add(lambda: read_gateway(gateway.stats), lambda: read_wire_log(wire_log))
    watcher.add_checks(
        look_at("gateway", lambda: None if gateway.is_listening else "the stations' port is not listened on"),
        look_at("wire_log", lambda: wire_log.trouble, condition=Condition.IMPAIRED),
    )
    return watcher


def watch_core(
    transport: "Transport",
    role: str,
    *,
    core: "Core",
    intake: "RabbitIntake",
    relay: "CommandRelay",
    databases: "Databases",
) -> Watcher:
    """Return a watch over a core."""
    from busbar.app.storing import StorageTrial  # noqa: PLC0415 - a gateway has no database and loads no such thing

    watcher = watch_transport(transport, role)
    deliveries = core.deliveries.tally
    trial = StorageTrial(core)

    def read() -> Iterator[Reading]:
        yield from read_core(
            core.tally,
            waiting=core.waiting_messages,
            waiting_max=core.queue_max_messages,
            is_storing=core.is_storing,
        )
        yield from read_lag(intake.list_lags())
        yield from read_parcels(intake)
        oldest_at = deliveries.oldest_at
        lag_s = 0.0 if oldest_at is None else max(0.0, (transport.clock.now() - oldest_at).total_seconds())
        yield from read_deliveries(deliveries, lag_s=lag_s)
        yield from read_relay(relay)

    async def check_core() -> PartState:
        fault = await trial.find_fault() if core.is_running else "the core is not running"
        return PartState(name="core") if fault is None else PartState(name="core", condition=Condition.DOWN, text=fault)

    async def read_queues() -> list[Reading]:
        return list(read_partition_queues(await intake.count_waiting()))

    watcher.add(read)
    watcher.add_slow(read_queues)
    watcher.add_checks(check_core, look_at_database(databases))
    return watcher
