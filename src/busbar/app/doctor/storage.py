"""Whether the database answers and its schema is the one that this program knows."""

import asyncio
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from busbar.app.config import Settings, show_value
from busbar.app.doctor.finding import Finding
from busbar.app.migrations import find_current, find_head
from busbar.db.engine import Databases
from busbar.db.postgresql import DatabaseDriverError

CONNECT_TIMEOUT_S = 10
_MIGRATE = "run busbar migrate (busbar up does it by itself)"


def check_database(settings: Settings) -> list[Finding]:
    """Connect, read the schema's revision, and compare it with this program's; changes nothing."""
    url = make_url(settings.database)
    shown = show_value("database_url", settings.database_url) or f"SQLite file {url.database}"
    if url.get_backend_name() == "sqlite" and not (url.database and Path(url.database).exists()):
        return [Finding("ok", "database", f"{shown} is created at the first start")]
    try:
        current = asyncio.run(read_revision(settings.database))
    except TimeoutError:
        what = f"{shown} does not answer within {CONNECT_TIMEOUT_S} s"
        return [Finding("bad", "database", what, "check that it runs and that a firewall lets the connection through")]
    except DatabaseDriverError as error:
        return [Finding("bad", "database", f"{shown} needs the Python package {error.name}", "install busbar[scale]")]
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        remedy = "check BUSBAR_DATABASE_URL, that the database runs, and that its user may sign in"
        return [Finding("bad", "database", f"{shown} cannot be used: {reason}", remedy)]
    return [Finding("ok", "database", f"{shown} answers"), judge_revision(current, head=find_head())]


async def read_revision(url: str) -> str | None:
    """Read the revision of a database's schema; None when it has none yet."""
    databases = Databases(url)
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_S), databases.read() as connection:
            return await find_current(connection)
    finally:
        await databases.close()


def judge_revision(current: str | None, *, head: str) -> Finding:
    """Compare the database's revision with the newest that this program knows."""
    if current is None:
        return Finding("warn", "schema", "the database is empty", _MIGRATE)
    if current < head:
        return Finding("bad", "schema", f"the database is at revision {current}, this program needs {head}", _MIGRATE)
    if current > head:
        what = f"the database is at revision {current}, this program knows up to {head}: a newer Busbar has used it"
        return Finding("bad", "schema", what, "run that newer version; there is no way back but a backup")
    return Finding("ok", "schema", f"revision {head}")
