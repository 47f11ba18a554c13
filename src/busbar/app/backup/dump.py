"""PostgreSQL's own programs: `pg_dump` and `pg_restore`, of the server's version or newer."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy.engine import URL

from busbar.app.backup.archive import BackupToolError

_HIDDEN = "/usr/lib/postgresql"
"""Where Debian keeps the programs of every version; the newest comes first."""
_ERROR_MAX_CHARACTERS = 2000


def dump_database(url: URL, target: Path) -> None:
    """Write a dump in the custom format: one consistent state; writers go on meanwhile. Errors: BackupToolError."""
    _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def restore_database(url: URL, source: Path, *, is_replacing: bool) -> None:
    """Read a dump into a database, all of it or nothing. Errors: BackupToolError."""
    clean = ("--clean", "--if-exists") if is_replacing else ()
    _run(
        "pg_restore",
        url,
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        *clean,
        f"{source}",
    )


def find_program(name: str) -> str | None:
    """Find a program of PostgreSQL."""
    hidden = sorted(Path(_HIDDEN).glob("*/bin"), key=lambda path: _read_version(path.parent.name), reverse=True)
    return shutil.which(name, path=os.pathsep.join([*map(str, hidden), os.environ.get("PATH", "")]))


def _read_version(name: str) -> int:
    return int(name) if name.isdigit() else 0


def _run(name: str, url: URL, *options: str) -> None:
    program = find_program(name)
    if program is None:
        raise BackupToolError(
            f"{name} is not installed here: install PostgreSQL's client programs (Debian: postgresql-client), of the "
            "server's version or newer, or run this on a machine that has them",
            program=name,
        )
    environ = dict(os.environ)
    if url.password is not None:
        environ["PGPASSWORD"] = str(url.password)  # not on the command line, where others could read it
    address = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    done = subprocess.run(  # noqa: S603 - the options are ours, the address is the setting's
        [program, f"--dbname={address}", "--no-password", *options],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BackupToolError(f"{name} failed: {done.stderr.strip()[:_ERROR_MAX_CHARACTERS]}", program=name)
