"""A SQLite file, copied while others write into it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from busbar.app.backup.archive import BackupBrokenError

PAGES_PER_STEP = 1024
PAUSE_S = 0.005
"""Between two steps of 4 MB: the disk is others' then."""


def copy_database(source: Path, target: Path) -> None:
    """Copy one consistent state. Errors: sqlite3.Error, `invalid.backup`.

    The source is read in one transaction: in the write-ahead log's mode writers go on meanwhile, and the copy need not
    begin again when they do.
    """
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)) as reader,
        closing(sqlite3.connect(target)) as writer,
    ):
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        reader.backup(writer, pages=PAGES_PER_STEP, sleep=PAUSE_S)
        writer.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    check_database(target)


def check_database(path: Path) -> None:
    """Look through a whole file for damage. Errors: `invalid.backup`."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(10)")]
    except sqlite3.DatabaseError as error:
        found = [str(error)]
    if found != ["ok"]:
        raise BackupBrokenError(f"{path.name} is damaged: {'; '.join(found)}")
