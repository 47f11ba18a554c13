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
_EMPTY = """
DO $$ DECLARE place name; BEGIN
  FOR place IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
    EXECUTE format('DROP TABLE IF EXISTS %I CASCADE', place);
  END LOOP;
  FOR place IN SELECT proname FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'busbar%' LOOP
    EXECUTE format('DROP FUNCTION %I CASCADE', place);
  END LOOP;
END $$;
"""
"""What `pg_restore --clean` cannot do: it trips over the constraints of tables that are kept in parts."""


def dump_database(url: URL, target: Path) -> None:
    """Write a dump in the custom format: one consistent state; writers go on meanwhile. Errors: BackupToolError."""
    _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def restore_database(url: URL, source: Path, *, is_replacing: bool) -> None:
    """Read a dump into a database, all of it or nothing. Errors: BackupToolError."""
    usual = ("--no-owner", "--no-privileges", "--exit-on-error")
    if not is_replacing:
        _run("pg_restore", url, "--single-transaction", *usual, f"{source}")
        return
    script = source.with_suffix(".sql")
    try:
        _run("pg_restore", None, *usual, f"--file={script}", f"{source}")
        steps = (f"--command={_EMPTY}", f"--file={script}")
        _run("psql", url, "--single-transaction", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", *steps)
    finally:
        script.unlink(missing_ok=True)


def find_program(name: str) -> str | None:
    """Find a program of PostgreSQL."""
    hidden = sorted(Path(_HIDDEN).glob("*/bin"), key=lambda path: _read_version(path.parent.name), reverse=True)
    return shutil.which(name, path=os.pathsep.join([*map(str, hidden), os.environ.get("PATH", "")]))


def _read_version(name: str) -> int:
    return int(name) if name.isdigit() else 0


def _run(name: str, url: URL | None, *options: str) -> None:
    """Run a program on a database, or on files alone."""
    program = find_program(name)
    if program is None:
        raise BackupToolError(
            f"{name} is not installed here: install PostgreSQL's client programs (Debian: postgresql-client), of the "
            "server's version or newer, or run this on a machine that has them",
            program=name,
        )
    environ = dict(os.environ)
    place: list[str] = []
    if url is not None:
        address = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
        place = [f"--dbname={address}", "--no-password"]
        if url.password is not None:
            environ["PGPASSWORD"] = str(url.password)  # not on the command line, where others could read it
    done = subprocess.run(  # noqa: S603 - the options are ours, the address is the setting's
        [program, *place, *options],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BackupToolError(f"{name} failed: {done.stderr.strip()[:_ERROR_MAX_CHARACTERS]}", program=name)
