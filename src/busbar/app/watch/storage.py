"""What has to be asked of database and disk: asked now and then, told as often as anybody wants to know."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import structlog
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from busbar.app.watch import catalog
from busbar.app.watch.readings import Reading
from busbar.app.watch.watcher import Watcher
from busbar.canon.stations import Registration
from busbar.db.engine import Databases
from busbar.db.messaging import parked
from busbar.domain.stations.tables import stations
from busbar.kernel.clock import Clock
from busbar.ports.watching import Storage

FRESH_S = 15.0
"""So long a look is good: counting a million stations for every scrape would be a load of its own."""
LOOK_TIMEOUT_S = 5.0

log = structlog.get_logger(__name__)


class StorageLook:
    """Looks at database and disk, at most every few seconds."""

    def __init__(self, *, databases: Databases, data_dir: Path, wire_log_dir: Path, clock: Clock) -> None:
        self._databases = databases
        self._data_dir = data_dir
        self._wire_log_dir = wire_log_dir
        self._clock = clock
        self._state = Storage()
        self._looked_at_s: float | None = None
        self._turn = asyncio.Lock()

    async def look(self) -> Storage:
        """Return how things are, not older than a few seconds. Never raises."""
        async with self._turn:
            now_s = self._clock.monotonic_s()
            if self._looked_at_s is None or now_s - self._looked_at_s >= FRESH_S:
                self._looked_at_s = now_s
                self._state = await self._ask()
        return self._state

    async def _ask(self) -> Storage:
        state = await asyncio.to_thread(self._measure_disk)
        try:
            async with asyncio.timeout(LOOK_TIMEOUT_S), self._databases.read() as connection:
                counts = select(stations.c.is_online, func.count()).group_by(stations.c.is_online)
                accepted = counts.where(stations.c.registration == Registration.ACCEPTED.value)
                by_state = {bool(row[0]): int(row[1]) for row in await connection.execute(accepted)}
                parked_facts = (await connection.execute(select(func.count()).select_from(parked))).scalar_one()
                database_bytes = state.database_bytes
                if connection.dialect.name == "postgresql":
                    size = text("SELECT pg_database_size(current_database())")
                    database_bytes = (await connection.execute(size)).scalar_one()
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            log.warning("watch.database_not_asked", error=type(error).__name__)
            return state
        return msgspec.structs.replace(
            state,
            is_database_up=True,
            database_bytes=database_bytes,
            parked_facts=parked_facts,
            online_stations=by_state.get(True, 0),
            offline_stations=by_state.get(False, 0),
        )

    def _measure_disk(self) -> Storage:
        url, usage, database_bytes = self._databases.url, None, None
        try:
            usage = shutil.disk_usage(_find_existing(self._data_dir))
        except OSError as error:
            log.warning("watch.disk_not_measured", error=str(error))
        if url.get_backend_name() == "sqlite" and url.database:
            file = Path(url.database)
            database_bytes = sum(_measure(path) for path in file.parent.glob(f"{file.name}*"))
        return Storage(
            database_bytes=database_bytes,
            wire_log_bytes=sum(_measure(path) for path in self._wire_log_dir.glob("*")),
            disk_free_bytes=None if usage is None else usage.free,
            disk_size_bytes=None if usage is None else usage.total,
        )


def _find_existing(path: Path) -> Path:
    """Return the directory, or the nearest one above it that is there: a process may have nothing to keep."""
    return next((one for one in (path, *path.absolute().parents) if one.exists()), path)


def _measure(path: Path) -> int:
    """Return a file's size; one that has just gone has none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def read_storage(state: Storage) -> Iterator[Reading]:
    """Read database and disk."""
    yield Reading(catalog.DATABASE_UP, state.is_database_up)
    for family, value, labels in (
        (catalog.DATABASE_SIZE, state.database_bytes, ()),
        (catalog.WIRE_SIZE, state.wire_log_bytes, ()),
        (catalog.DISK_FREE, state.disk_free_bytes, ()),
        (catalog.DISK_SIZE, state.disk_size_bytes, ()),
        (catalog.PARKED, state.parked_facts, ()),
        (catalog.STATIONS, state.online_stations, ("online",)),
        (catalog.STATIONS, state.offline_stations, ("offline",)),
    ):
        if value is not None:
            yield Reading(family, value, labels)


def watch_storage(watcher: Watcher, storage: StorageLook) -> None:
    """Watch database and disk as well."""

    async def read_stores() -> list[Reading]:
        return list(read_storage(await storage.look()))

    watcher.add_slow(read_stores)
    watcher.add_storage(storage.look)
