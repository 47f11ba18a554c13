"""Write the next migration from what the rooms' tables say: `revision.py "add parking"`. Read it before use."""

import asyncio
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from busbar.app.migrations import find_directory, migrate
from busbar.db.engine import Databases


def make_config(connection: Connection) -> Config:
    """Point Alembic at our migrations and at this connection."""
    config = Config()
    config.set_main_option("script_location", str(find_directory()))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def list_numbers() -> list[int]:
    """List the numbers of the revisions there are."""
    return [int(path.name[:4]) for path in (find_directory() / "versions").glob("[0-9]*.py")]


async def write(message: str) -> None:
    """Compare the newest schema with the tables and write the difference as a revision."""
    number = max(list_numbers(), default=0) + 1
    with tempfile.TemporaryDirectory() as directory:
        databases = Databases(f"sqlite+aiosqlite:///{Path(directory) / 'compare.sqlite3'}")
        if number > 1:
            await migrate(databases)
        async with databases.writer.connect() as connection:
            await connection.run_sync(
                lambda sync: command.revision(
                    make_config(sync), message=message, autogenerate=True, rev_id=f"{number:04}"
                )
            )
        await databases.close()


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1]))
