"""Looks at the parts of a process, one by one."""

import asyncio

from sqlalchemy.exc import SQLAlchemyError

from busbar.adapters.wirelog.sqlite import SqliteWireLog
from busbar.app.core import Core
from busbar.app.storing import StorageTrial
from busbar.app.watch.storage import StorageLook
from busbar.db.engine import Databases
from busbar.gateways.ocpp.gateway import OcppGateway
from busbar.ports.watching import Condition, PartState

ANSWER_TIMEOUT_S = 3.0
DISK_LOW_BYTES = 500 * 1024**2


def _tell(name: str, trouble: str | None, condition: Condition = Condition.DOWN) -> PartState:
    return PartState(name=name) if trouble is None else PartState(name=name, condition=condition, text=trouble)


class Parts:
    """What can be asked of an installation in one process; each method is a `PartCheck`."""

    def __init__(
        self,
        *,
        core: Core,
        databases: Databases,
        wire_log: SqliteWireLog,
        gateway: OcppGateway,
        storage: StorageLook,
    ) -> None:
        self._core = core
        self._trial = StorageTrial(core)
        self._databases = databases
        self._wire_log = wire_log
        self._gateway = gateway
        self._storage = storage

    async def check_core(self) -> PartState:
        """Look whether messages are applied."""
        return _tell("core", None if self._core.is_running else "the core is not running")

    async def check_database(self) -> PartState:
        """Look whether the database answers, and takes rows."""
        if fault := await self._trial.find_fault():
            return _tell("database", fault)
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S), self._databases.read() as connection:
                await connection.exec_driver_sql("SELECT 1")
        except (SQLAlchemyError, OSError, TimeoutError):
            return _tell("database", "the database does not answer")
        return _tell("database", None)

    async def check_wire_log(self) -> PartState:
        """Look whether frames can be kept; stations are served without it."""
        return _tell("wire_log", self._wire_log.trouble, Condition.IMPAIRED)

    async def check_gateway(self) -> PartState:
        """Look whether stations can connect."""
        return _tell("gateway", None if self._gateway.is_listening else "the stations' port is not listened on")

    async def check_disk(self) -> PartState:
        """Look whether there is room for what stations will tell."""
        free_bytes = (await self._storage.look()).disk_free_bytes
        is_low = free_bytes is not None and free_bytes < DISK_LOW_BYTES
        trouble = f"only {(free_bytes or 0) // 1024**2} MiB are left on the disk" if is_low else None
        return _tell("disk", trouble, Condition.IMPAIRED)
