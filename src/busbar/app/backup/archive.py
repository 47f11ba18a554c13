"""The file of a backup: a tar archive that begins with a manifest, which names, measures and sums up the rest."""

import hashlib
import os
import re
import tarfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Literal

import msgspec

from busbar.kernel.errors import ConflictError, InvalidError, UnavailableError

MANIFEST = "manifest.json"
MANIFEST_MAX_BYTES = 4 * 1024 * 1024
FORMAT = 1
SQLITE_NAME = "busbar.sqlite3"
DUMP_NAME = "busbar.dump"
KEY_NAME = "secret.key"
WIRE_LOG_PREFIX = "wirelog/"
_ALLOWED = re.compile(
    rf"{SQLITE_NAME}|{DUMP_NAME}|{KEY_NAME}|{WIRE_LOG_PREFIX}\d{{4}}-\d{{2}}-\d{{2}}\.[a-z0-9.-]{{1,40}}"
)
_CHUNK_BYTES = 1024 * 1024
_OWNER_ONLY = 0o600

DatabaseKind = Literal["sqlite", "postgresql"]


class BackupBrokenError(InvalidError):
    """The file is no backup, is damaged, or is of a format that this version does not know."""

    code = "invalid.backup"


class BackupExistsError(ConflictError):
    """There is a file of that name already; a backup never replaces another one."""

    code = "conflict.backup_exists"


class BackupToolError(UnavailableError):
    """A program of the database failed, or is not installed."""

    code = "unavailable.backup_tool"


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One file in a backup."""

    name: str
    size_bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds, and what it takes to read it."""

    format: int = FORMAT
    made_at: datetime
    version: str
    """Of the Busbar that made it."""
    schema: str
    """Revision of the database."""
    database: DatabaseKind
    files: tuple[Member, ...]

    def find(self, name: str) -> Member | None:
        """Return the file of a name, if the backup holds it."""
        return next((member for member in self.files if member.name == name), None)


def measure(name: str, path: Path) -> Member:
    """Sum up a file that is to go into a backup."""
    summed = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            summed.update(chunk)
    return Member(name=name, size_bytes=path.stat().st_size, sha256=summed.hexdigest())


def write_archive(target: Path, manifest: Manifest, sources: Mapping[str, Path]) -> None:
    """Write the file, which has its name only when it is whole and on disk; compressed when that ends with `z`.

    Errors: `conflict.backup_exists`, OSError.
    """
    part = target.with_name(f".{target.name}.part")
    mode: Literal["w:gz", "w"] = "w:gz" if target.suffix in {".gz", ".tgz"} else "w"
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode=mode) as tar:
                text = msgspec.json.format(msgspec.json.encode(manifest))
                tar.addfile(_describe(MANIFEST, len(text), manifest.made_at), BytesIO(text))
                for member in manifest.files:
                    with sources[member.name].open("rb") as source:
                        tar.addfile(_describe(member.name, member.size_bytes, manifest.made_at), source)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, target)  # a rename would replace what is there
        except FileExistsError:
            raise BackupExistsError(f"{target} is there already: choose another name") from None
        sync_directory(target.parent)
    finally:
        part.unlink(missing_ok=True)


def sync_directory(directory: Path) -> None:
    """Bring the names in a directory to disk."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _describe(name: str, size_bytes: int, at: datetime) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size_bytes, _OWNER_ONLY, int(at.timestamp())
    return info


class Archive:
    """A backup that is being read."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self.manifest = manifest
        self._tar = tar

    def extract(self, member: Member, target: Path) -> None:
        """Write one file out and check its sum. Errors: `invalid.backup`, OSError."""
        try:
            source = self._tar.extractfile(member.name)
        except KeyError:
            source = None
        if source is None:
            raise BackupBrokenError(f"the backup lacks {member.name}")
        target.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        with os.fdopen(handle, "wb") as file:
            found = _copy(source, file)
            file.flush()
            os.fsync(file.fileno())
        if found != (member.size_bytes, member.sha256):
            raise BackupBrokenError(f"{member.name} is damaged: it is not what the manifest says")


def _copy(source: IO[bytes], target: IO[bytes]) -> tuple[int, str]:
    summed, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK_BYTES):
        summed.update(chunk)
        size += len(chunk)
        target.write(chunk)
    return size, summed.hexdigest()


@contextmanager
def open_archive(path: Path) -> Generator[Archive]:
    """Open a backup and read its manifest; damage that shows while it is read is said so too.

    Errors: `invalid.backup`, OSError.
    """
    try:
        with tarfile.open(path, mode="r:*") as tar:
            yield Archive(tar, _read_manifest(tar))
    except (tarfile.TarError, EOFError) as error:
        raise BackupBrokenError(f"{path} cannot be read: {error}") from None


def _read_manifest(tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    if first is None or first.name != MANIFEST or first.size > MANIFEST_MAX_BYTES:
        raise BackupBrokenError("the file does not begin with a manifest: it is no backup of Busbar")
    file = tar.extractfile(first)
    try:
        manifest = msgspec.json.decode(file.read() if file is not None else b"", type=Manifest)
    except msgspec.MsgspecError as error:
        raise BackupBrokenError(f"the manifest cannot be read: {error}") from None
    if manifest.format != FORMAT:
        raise BackupBrokenError(f"the backup has format {manifest.format}, and this version knows {FORMAT}")
    strange = [member.name for member in manifest.files if not _ALLOWED.fullmatch(member.name)]
    if strange:
        raise BackupBrokenError(f"the backup names a file that belongs to none: {strange[0]!r}")
    return manifest
