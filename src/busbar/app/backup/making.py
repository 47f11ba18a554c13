"""Making a backup of an installation that may be running."""

import asyncio
import sqlite3
import tempfile
from datetime import datetime
from pathlib import Path
from shutil import copyfile

import msgspec
from sqlalchemy.engine import make_url

from busbar import __version__
from busbar.adapters.wirelog.day_file import list_files, name_frames
from busbar.app.backup.archive import (
    DUMP_NAME,
    KEY_NAME,
    SQLITE_NAME,
    WIRE_LOG_PREFIX,
    BackupExistsError,
    Manifest,
    measure,
    write_archive,
)
from busbar.app.backup.dump import dump_database
from busbar.app.backup.sqlite_copy import copy_database
from busbar.app.config import Settings
from busbar.app.data_dir import keep_private
from busbar.app.frames import WIRE_LOG_DIRECTORY
from busbar.app.migrations import find_current
from busbar.app.secret_key import choose_key_file
from busbar.db.engine import Databases
from busbar.kernel.clock import Clock
from busbar.kernel.errors import NotFoundError


class NothingToBackUpError(NotFoundError):
    """There is no installation where the settings say."""

    code = "not_found.installation"


class BackupContents(msgspec.Struct, frozen=True, kw_only=True):
    """What goes into a backup beside the database."""

    has_key: bool = True
    has_wire_log: bool = False


async def make_backup(settings: Settings, target: Path, *, contents: BackupContents, clock: Clock) -> Manifest:
    """Write a backup of the settings' installation into `target`.

    Errors: `not_found.installation`, `conflict.backup_exists`, `unavailable.backup_tool`, `invalid.backup` (the
    database is damaged), SQLAlchemy's, sqlite3.Error, OSError.
    """
    keep_private()
    _check_ends(settings, target, contents)
    schema = await find_schema(settings)
    return await asyncio.to_thread(_write, settings, target, contents, made_at=clock.now(), schema=schema)


def _check_ends(settings: Settings, target: Path, contents: BackupContents) -> None:
    if target.exists():
        raise BackupExistsError(f"{target} is there already: choose another name")
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise NothingToBackUpError(f"there is no database {url.database}: is BUSBAR_DATA_DIR right?")
    key = choose_key_file(settings)
    if contents.has_key and not key.is_file():
        raise NothingToBackUpError(f"there is no {key}: is BUSBAR_DATA_DIR right? --no-key leaves the key out")


def _write(settings: Settings, target: Path, contents: BackupContents, *, made_at: datetime, schema: str) -> Manifest:
    url = make_url(settings.database)
    is_sqlite = url.get_backend_name() == "sqlite"
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as name:
        scratch = Path(name)
        sources: dict[str, Path] = {}
        if is_sqlite:
            sources[SQLITE_NAME] = scratch / SQLITE_NAME
            copy_database(Path(url.database or ""), sources[SQLITE_NAME])
        else:
            sources[DUMP_NAME] = scratch / DUMP_NAME
            dump_database(url, sources[DUMP_NAME])
        if contents.has_key:
            sources[KEY_NAME] = choose_key_file(settings)
        if contents.has_wire_log:
            sources |= _copy_wire_log(settings.data_dir / WIRE_LOG_DIRECTORY, scratch)
        manifest = Manifest(
            made_at=made_at,
            version=__version__,
            schema=schema,
            database="sqlite" if is_sqlite else "postgresql",
            files=tuple(measure(name, path) for name, path in sources.items()),
        )
        write_archive(target, manifest, sources)
    return manifest


def _copy_wire_log(directory: Path, scratch: Path) -> dict[str, Path]:
    """Copy every day; today's goes on being written meanwhile."""
    copies: dict[str, Path] = {}
    for path in list_files(directory).values():
        copy = scratch / path.name
        try:
            copy_database(path, copy)
        except sqlite3.OperationalError:
            if path.exists():
                raise
            continue  # its day was over: it was dropped meanwhile
        copies[f"{WIRE_LOG_PREFIX}{path.name}"] = copy
        frames = name_frames(path)
        if frames.exists():  # after the index, so that all that it knows of is there
            copies[f"{WIRE_LOG_PREFIX}{frames.name}"] = Path(copyfile(frames, scratch / frames.name))
    return copies


async def find_schema(settings: Settings) -> str:
    """Return the revision of the installation's database. Errors: `not_found.installation`."""
    databases = Databases(settings.database, busy_timeout_s=settings.database_busy_timeout_s)
    try:
        async with databases.read() as connection:
            schema = await find_current(connection)
    finally:
        await databases.close()
    if schema is None:
        raise NothingToBackUpError("the database is empty")
    return schema
