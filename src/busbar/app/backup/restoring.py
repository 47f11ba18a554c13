"""Putting a backup back, into a place where nothing is or where what is there is set aside."""

import asyncio
import shutil
from datetime import datetime
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.engine import URL, make_url

from busbar.app.backup.archive import (
    DUMP_NAME,
    KEY_NAME,
    SQLITE_NAME,
    Archive,
    Manifest,
    open_archive,
    sync_directory,
)
from busbar.app.backup.dump import restore_database
from busbar.app.backup.sqlite_copy import check_database
from busbar.app.config import Settings
from busbar.app.data_dir import claim, keep_private
from busbar.app.frames import WIRE_LOG_DIRECTORY
from busbar.app.migrations import find_head, migrate
from busbar.app.secret_key import choose_key_file
from busbar.db.engine import Databases
from busbar.kernel.clock import Clock
from busbar.kernel.errors import ConflictError, InvalidError

_LOG_SUFFIXES = ("", "-wal", "-shm", "-journal")
"""A database's file, and those that belong to it: an old log beside a new file would be played into it."""


class NotEmptyError(ConflictError):
    """There is an installation already where the backup is to go."""

    code = "conflict.not_empty"


class InstallationInUseError(ConflictError):
    """A process works on the installation; it would go on with what it has in memory."""

    code = "conflict.installation_in_use"


class OtherDatabaseError(InvalidError):
    """The backup is of another kind of database than the settings name."""

    code = "invalid.backup_database"


class NewerBackupError(InvalidError):
    """The backup was made by a newer Busbar, whose schema this version does not know."""

    code = "invalid.backup_schema"


async def restore_backup(settings: Settings, source: Path, *, is_forced: bool, clock: Clock) -> Manifest:
    """Put a backup where the settings say, and bring its schema to this version's.

    With `is_forced` what is there is set aside: files go to a directory `before-restore-…` of the data directory, the
    tables of a PostgreSQL database are replaced. Nothing is touched before every sum is checked. Errors:
    `conflict.not_empty`, `conflict.installation_in_use`, `invalid.backup` and those that begin so,
    `unavailable.backup_tool`, `DataDirInUseError`, SQLAlchemy's, OSError.
    """
    keep_private()
    url = make_url(settings.database)
    with claim(settings.data_dir):
        place = _Place(settings, url)
        with open_archive(source) as archive:
            _check_kind(archive.manifest, url)
            await place.check_free(is_forced=is_forced)
            scratch = settings.data_dir / ".restore"
            shutil.rmtree(scratch, ignore_errors=True)  # of a restore that was cut short
            try:
                await asyncio.to_thread(_unpack, archive, scratch)
                aside = settings.data_dir / f"before-restore-{_name(clock.now())}"
                await asyncio.to_thread(place.put, archive.manifest, scratch, aside)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
        databases = Databases(settings.database, busy_timeout_s=settings.database_busy_timeout_s)
        try:
            await migrate(databases)
        finally:
            await databases.close()
    return archive.manifest


def _name(at: datetime) -> str:
    return at.strftime("%Y%m%dT%H%M%S.%f")


def _check_kind(manifest: Manifest, url: URL) -> None:
    kind = url.get_backend_name()
    if manifest.database != kind:
        raise OtherDatabaseError(
            f"the backup is of a {manifest.database} database, and BUSBAR_DATABASE_URL names {kind}"
        )
    if manifest.schema > find_head():
        raise NewerBackupError(
            f"the backup has schema {manifest.schema}, newer than this program's {find_head()}: restore it with Busbar "
            f"{manifest.version} or newer"
        )


def _unpack(archive: Archive, scratch: Path) -> None:
    for member in archive.manifest.files:
        path = scratch / member.name
        archive.extract(member, path)
        if path.suffix == ".sqlite3":
            check_database(path)


class _Place:
    """Where a backup goes: the data directory, and the database beside or within it."""

    def __init__(self, settings: Settings, url: URL) -> None:
        self._data_dir = settings.data_dir
        self._key_file = choose_key_file(settings)
        self._has_own_key = settings.secret_key_file is None
        """A key file that the settings name is the operator's, who puts it there for all processes."""
        self._database_url = settings.database
        self._url = url
        self._is_sqlite = url.get_backend_name() == "sqlite"
        self._database = Path(url.database or "")

    def _list_files(self) -> list[Path]:
        """List what an installation consists of, as far as it is here."""
        files = [self._database.with_name(self._database.name + suffix) for suffix in _LOG_SUFFIXES]
        own = [*([self._key_file] if self._has_own_key else ()), self._data_dir / WIRE_LOG_DIRECTORY]
        return [path for path in (*(files if self._is_sqlite else ()), *own) if path.exists()]

    async def check_free(self, *, is_forced: bool) -> None:
        """Refuse a place where something is, unless forced, and one that is in use in any case."""
        if not self._is_sqlite:
            await self._check_tables(is_forced=is_forced)
        found = self._list_files()
        if found and not is_forced:
            raise NotEmptyError(
                f"{found[0]} is there already: choose an empty data directory, or set aside what is there with --force"
            )

    async def _check_tables(self, *, is_forced: bool) -> None:
        databases = Databases(self._database_url)
        others = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND application_name LIKE 'busbar%'"
        )
        try:
            async with databases.read() as connection:
                in_use = (await connection.execute(others)).scalar_one()
                tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        finally:
            await databases.close()
        if in_use:
            raise InstallationInUseError(
                f"{in_use} connections of Busbar are open in the database: stop all its processes"
            )
        if tables and not is_forced:
            raise NotEmptyError("the database has tables already: choose an empty one, or replace them with --force")

    def put(self, manifest: Manifest, scratch: Path, aside: Path) -> None:
        """Set aside what is here, then put in place what was unpacked and checked."""
        if not self._is_sqlite and manifest.find(DUMP_NAME) is not None:
            restore_database(self._url, scratch / DUMP_NAME, is_replacing=True)
        for path in self._list_files():
            aside.mkdir(exist_ok=True)
            shutil.move(path, aside / path.name)
        targets = {SQLITE_NAME: self._database, KEY_NAME: self._key_file}
        for member in manifest.files:
            if member.name == DUMP_NAME or (
                member.name == KEY_NAME and not self._has_own_key and self._key_file.exists()
            ):
                continue
            target = targets.get(member.name, self._data_dir / member.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(scratch / member.name, target)  # may be on another disk, for a database elsewhere
            sync_directory(target.parent)
        sync_directory(self._data_dir)
