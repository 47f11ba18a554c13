"""Backups: whole, checked, and never put where something is."""

import asyncio
import gzip
import sqlite3
import tarfile
from contextlib import closing
from datetime import date
from io import BytesIO

import msgspec
import pytest
from sqlalchemy import func, select

from busbar.adapters.system.clock import SystemClock
from busbar.adapters.wirelog.day_file import name_file, name_frames
from busbar.app.backup import dump
from busbar.app.backup.archive import (
    KEY_NAME,
    MANIFEST,
    SQLITE_NAME,
    BackupBrokenError,
    BackupExistsError,
    BackupToolError,
    Manifest,
    measure,
    open_archive,
)
from busbar.app.backup.making import BackupContents, NothingToBackUpError, make_backup
from busbar.app.backup.restoring import (
    InstallationInUseError,
    NewerBackupError,
    NotEmptyError,
    OtherDatabaseError,
    restore_backup,
)
from busbar.app.config import Settings
from busbar.app.data_dir import DataDirInUseError, claim
from busbar.app.migrations import find_current, find_head, migrate
from busbar.app.secret_key import KEY_FILE, read_key
from busbar.db.engine import Databases
from busbar.db.jobs import jobs
from busbar.db.work import SqlUnitOfWork
from busbar.ports.jobs import NewJob
from tests.contracts.jobs.conftest import Desk
from tests.services import run_apart

CLOCK = SystemClock()
USUAL, ALL = BackupContents(), BackupContents(has_wire_log=True)


class Place:
    """A data directory and its settings."""

    def __init__(self, data_dir, **settings):
        self.data_dir = data_dir
        self.settings = Settings(data_dir=data_dir, **settings)

    async def furnish(self, count=3):
        self.data_dir.mkdir(exist_ok=True)
        read_key(self.data_dir)
        databases = Databases(self.settings.database)
        await migrate(databases)
        async with Desk(databases).work() as work:
            await self.write(databases, work, count)
        await databases.close()

    @staticmethod
    async def write(databases, work: SqlUnitOfWork, count):
        for number in range(count):
            await Desk(databases).jobs().enqueue(NewJob(kind=f"job {number}"), work)

    async def count(self):
        databases = Databases(self.settings.database)
        async with databases.read() as connection:
            assert await find_current(connection) == find_head()
            count = (await connection.execute(select(func.count()).select_from(jobs))).scalar_one()
        await databases.close()
        return count

    async def back_up(self, target, contents=USUAL):
        return await make_backup(self.settings, target, contents=contents, clock=CLOCK)

    async def restore(self, source, *, is_forced=False):
        return await restore_backup(self.settings, source, is_forced=is_forced, clock=CLOCK)


@pytest.fixture
async def here(tmp_path):
    place = Place(tmp_path / "here")
    await place.furnish()
    return place


@pytest.fixture
def there(tmp_path):
    return Place(tmp_path / "there")


def read_members(path):
    with tarfile.open(path) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar.getmembers()}


def write_members(path, members):
    with tarfile.open(path, "w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, BytesIO(content))


@pytest.mark.parametrize("name", ["b.tar", "b.tar.gz"])
async def test_what_was_here_is_there(here, there, tmp_path, name):
    made = await here.back_up(tmp_path / name)
    assert [member.name for member in made.files] == [SQLITE_NAME, KEY_NAME]
    assert (made.schema, made.database) == (find_head(), "sqlite")
    assert await there.restore(tmp_path / name) == made
    assert await there.count() == 3
    assert (there.data_dir / KEY_FILE).read_bytes() == (here.data_dir / KEY_FILE).read_bytes()
    left = {path.name for path in tmp_path.iterdir()} | {path.name for path in there.data_dir.iterdir()}
    assert left == {"here", "there", name, SQLITE_NAME, KEY_FILE, "lock"}
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


async def test_a_backup_is_of_one_moment_while_others_write(here, there, tmp_path, monkeypatch):
    monkeypatch.setattr("busbar.app.backup.sqlite_copy.PAGES_PER_STEP", 1)
    databases = Databases(here.settings.database)
    done = []

    async def write_on():
        while not done:
            async with Desk(databases).work() as work:
                await here.write(databases, work, 7)

    writing = asyncio.create_task(write_on())
    await here.back_up(tmp_path / "b.tar")
    done.append(True)
    await writing
    await databases.close()
    await there.restore(tmp_path / "b.tar")
    count = await there.count()
    assert (count - 3) % 7 == 0, "whole transactions alone"
    assert count < await here.count(), "it went on during the backup"


async def test_days_of_frames_go_along_when_asked_for(here, there, tmp_path):
    day = name_file(here.data_dir / "wirelog", date(2026, 3, 1))
    day.parent.mkdir()
    with closing(sqlite3.connect(day)) as connection:
        connection.execute("CREATE TABLE frames (text)")
        connection.commit()
    name_frames(day).write_bytes(b"frames")
    (day.parent / "notes.txt").write_text("not ours")
    assert len((await here.back_up(tmp_path / "b.tar")).files) == 2
    await here.back_up(tmp_path / "all.tar", ALL)
    await there.restore(tmp_path / "all.tar")
    assert {path.name for path in (there.data_dir / "wirelog").iterdir()} == {day.name, name_frames(day).name}
    assert name_frames(there.data_dir / "wirelog" / day.name).read_bytes() == b"frames"


async def test_the_key_can_be_left_out(here, there, tmp_path):
    made = await here.back_up(tmp_path / "b.tar", BackupContents(has_key=False))
    assert [member.name for member in made.files] == [SQLITE_NAME]
    await there.restore(tmp_path / "b.tar")
    assert not (there.data_dir / KEY_FILE).exists()


async def test_a_key_that_all_processes_share_goes_along_and_is_never_replaced(here, tmp_path):
    (tmp_path / "shared.key").write_bytes(b"k" * 32)
    shared = Place(here.data_dir, secret_key_file=tmp_path / "shared.key")
    await shared.back_up(tmp_path / "b.tar")
    assert read_members(tmp_path / "b.tar")[KEY_NAME] == b"k" * 32
    for name, found in (("there.key", b"k" * 32), ("own.key", b"o" * 32)):
        if name == "own.key":
            (tmp_path / name).write_bytes(found)
        there = Place(tmp_path / name.partition(".")[0], secret_key_file=tmp_path / name)
        await there.restore(tmp_path / "b.tar")
        assert (tmp_path / name).read_bytes() == found


async def test_a_backup_replaces_nothing(here, tmp_path):
    (tmp_path / "b.tar").write_text("last week's")
    with pytest.raises(BackupExistsError):
        await here.back_up(tmp_path / "b.tar")
    assert (tmp_path / "b.tar").read_text() == "last week's"


async def test_there_must_be_something_to_back_up(there, tmp_path):
    with pytest.raises(NothingToBackUpError, match="no database"):
        await there.back_up(tmp_path / "b.tar")
    assert list(tmp_path.iterdir()) == []


async def test_what_is_there_is_kept_unless_forced_and_then_set_aside(here, there, tmp_path):
    await here.back_up(tmp_path / "b.tar", ALL)
    await there.furnish(count=1)
    with pytest.raises(NotEmptyError):
        await there.restore(tmp_path / "b.tar")
    assert await there.count() == 1
    await there.restore(tmp_path / "b.tar", is_forced=True)
    assert await there.count() == 3
    [aside] = there.data_dir.glob("before-restore-*")
    assert {path.name for path in aside.iterdir()} >= {SQLITE_NAME, KEY_FILE}
    assert await Place(aside).count() == 1


async def test_a_data_directory_in_use_is_left_alone(here, there, tmp_path):
    await here.back_up(tmp_path / "b.tar")
    with claim(there.data_dir), pytest.raises(DataDirInUseError):
        await there.restore(tmp_path / "b.tar", is_forced=True)


async def test_damage_is_found_before_anything_is_touched(here, there, tmp_path):
    await here.back_up(tmp_path / "b.tar")
    await there.furnish(count=1)
    members = read_members(tmp_path / "b.tar")
    database = members[SQLITE_NAME]
    manifest = msgspec.json.decode(members[MANIFEST])
    broken = {
        "flipped": members | {SQLITE_NAME: database[:5000] + bytes([database[5000] ^ 1]) + database[5001:]},
        "short": members | {SQLITE_NAME: database[:-1]},
        "lacking": {name: content for name, content in members.items() if name != KEY_NAME},
        "no manifest": {SQLITE_NAME: database},
        "strange": {MANIFEST: members[MANIFEST].replace(b"secret.key", b"../lock.xy")},
        "later format": {MANIFEST: msgspec.json.encode(manifest | {"format": 2})},
        "no json": {MANIFEST: b"{"},
    }
    for name, content in broken.items():
        write_members(tmp_path / name, content)
        with pytest.raises(BackupBrokenError):
            await there.restore(tmp_path / name, is_forced=True)
    whole = (tmp_path / "b.tar").read_bytes()
    for name, content in {"cut": whole[:6000], "no tar": b"x" * 5000, "cut.gz": gzip.compress(whole)[:-2000]}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BackupBrokenError):
            await there.restore(tmp_path / name, is_forced=True)
    assert await there.count() == 1
    assert not [path for path in there.data_dir.iterdir() if path.name.startswith((".restore", "before"))]


async def test_a_database_that_is_damaged_itself_is_found_out(here, there, tmp_path):
    """The sums are right, the pages are not."""
    await here.back_up(tmp_path / "b.tar")
    members = read_members(tmp_path / "b.tar")
    database = bytearray(members[SQLITE_NAME])
    database[4096 * 3 : 4096 * 6] = b"\xff" * 4096 * 3
    write_members(tmp_path / "bad.tar", sum_up(members | {SQLITE_NAME: bytes(database)}, tmp_path))
    with pytest.raises(BackupBrokenError, match="damaged"):
        await there.restore(tmp_path / "bad.tar")


def sum_up(members, directory):
    """Write the manifest anew, as who tampers with a backup would."""
    manifest = msgspec.json.decode(members[MANIFEST], type=Manifest)
    files = []
    for name, content in members.items():
        if name != MANIFEST:
            (directory / "part").write_bytes(content)
            files.append(measure(name, directory / "part"))
    return members | {MANIFEST: msgspec.json.encode(msgspec.structs.replace(manifest, files=tuple(files)))}


async def test_a_backup_of_a_newer_version_or_another_database_is_refused(here, there, tmp_path):
    await here.back_up(tmp_path / "b.tar")
    members = read_members(tmp_path / "b.tar")
    manifest = msgspec.json.decode(members[MANIFEST])
    for changed, error in (({"schema": "9999"}, NewerBackupError), ({"database": "postgresql"}, OtherDatabaseError)):
        write_members(tmp_path / "other", members | {MANIFEST: msgspec.json.encode(manifest | changed)})
        with pytest.raises(error):
            await there.restore(tmp_path / "other")


async def test_an_older_schema_is_brought_up_to_date(there, tmp_path):
    older = Place(tmp_path / "older")
    older.data_dir.mkdir()
    read_key(older.data_dir)
    databases = Databases(older.settings.database)
    await migrate(databases, to="0001")
    await databases.close()
    assert (await older.back_up(tmp_path / "b.tar")).schema == "0001"
    await there.restore(tmp_path / "b.tar")
    assert await there.count() == 0


# ---- PostgreSQL ------------------------------------------------------------------------------------------------------


@pytest.fixture
def postgresql_places(postgresql_databases, tmp_path):
    names = [run_apart(postgresql_databases.make(is_migrated=False)) for _ in range(2)]
    yield [Place(tmp_path / name, database_url=postgresql_databases.name_url(name)) for name in names]
    for name in names:
        run_apart(postgresql_databases.remove(name))


async def test_a_database_on_postgresql_goes_along_by_its_own_programs(postgresql_places, here, tmp_path):
    one, two = postgresql_places
    await one.furnish()
    made = await one.back_up(tmp_path / "b.tar")
    assert made.database == "postgresql"
    assert await two.restore(tmp_path / "b.tar") == made
    assert await two.count() == 3
    with pytest.raises(NotEmptyError):
        await two.restore(tmp_path / "b.tar")
    databases = Databases(two.settings.database)
    async with databases.read() as connection:
        await find_current(connection)
        with pytest.raises(InstallationInUseError):
            await two.restore(tmp_path / "b.tar", is_forced=True)
    await databases.close()
    await two.restore(tmp_path / "b.tar", is_forced=True)
    assert await two.count() == 3
    with pytest.raises(OtherDatabaseError):
        await here.restore(tmp_path / "b.tar", is_forced=True)


async def test_programs_that_are_missing_are_named(postgresql_places, tmp_path, monkeypatch):
    one, _ = postgresql_places
    await one.furnish()
    monkeypatch.setattr(dump, "find_program", lambda name: None)
    with pytest.raises(BackupToolError, match="pg_dump is not installed"):
        await one.back_up(tmp_path / "b.tar")


async def test_a_program_that_fails_says_why(postgresql_places, tmp_path):
    one, two = postgresql_places
    await one.furnish()
    await one.back_up(tmp_path / "b.tar")
    with open_archive(tmp_path / "b.tar") as archive:
        assert archive.manifest.database == "postgresql"
    members = read_members(tmp_path / "b.tar")
    write_members(tmp_path / "bad.tar", sum_up(members | {"busbar.dump": b"PGDMP?"}, tmp_path))
    with pytest.raises(BackupToolError, match="pg_restore failed"):
        await two.restore(tmp_path / "bad.tar")
