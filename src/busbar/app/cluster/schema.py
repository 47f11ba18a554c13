"""The database of a network: PostgreSQL, with the schema of this version before anybody works on it."""

import structlog
from sqlalchemy.exc import SQLAlchemyError

from busbar.app.config import Settings
from busbar.app.database import open_databases
from busbar.app.migrations import NewerSchemaError, migrate
from busbar.app.start import StartError
from busbar.db.engine import Databases
from busbar.db.postgresql import DatabaseDriverError

log = structlog.get_logger(__name__)


def open_database(settings: Settings, role: str) -> Databases:
    """Name the database; connects to nothing yet. Errors: `StartError`."""
    if not settings.database.startswith("postgresql"):
        raise StartError(f"busbar {role} needs BUSBAR_DATABASE_URL=postgresql://…; see docs/howto/scale-out.md")
    try:
        return open_databases(settings, application=f"busbar {role}")
    except DatabaseDriverError as error:
        raise StartError(f"{error}") from None


async def migrate_when_needed(databases: Databases) -> None:
    """Bring the schema to this version's; of several processes one does it. Errors: `StartError`."""
    try:
        before, after = await migrate(databases)
    except NewerSchemaError as error:
        raise StartError(str(error)) from None
    except (SQLAlchemyError, OSError) as error:
        raise StartError(f"cannot open the database: {error}. `busbar doctor` tells more") from None
    if before != after:
        log.info("schema.migrated", before=before, after=after)
