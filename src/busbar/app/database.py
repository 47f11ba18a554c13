"""The database as the settings say: its address, and how many connections wait for how long."""

from busbar.app.config import Settings
from busbar.db.engine import Databases


def open_databases(settings: Settings, *, application: str = "busbar") -> Databases:
    """Prepare to connect; nothing is opened yet. `application` names the process in PostgreSQL's list of connections.

    Errors: `DatabaseDriverError`, with a text for people.
    """
    return Databases(
        settings.database,
        busy_timeout_s=settings.database_busy_timeout_s,
        statement_timeout_s=settings.database_statement_timeout_s,
        readers_max=settings.database_max_readers,
        writers_max=settings.database_max_writers,
        application=application,
    )
