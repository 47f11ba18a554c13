"""The data directory: private, and used by one process at a time."""

import fcntl
import os
from pathlib import Path
from typing import IO

from busbar.app.start import StartError

LOCK_FILE = "lock"
_PRIVATE = 0o077
_OWNER_ONLY = 0o700


class DataDirInUseError(Exception):
    """Another process works on this data directory; the text says which."""


def keep_private() -> None:
    """Let nobody but the owner read what this process writes from now on: people's data and frames lie there."""
    os.umask(_PRIVATE)


def claim(data_dir: Path) -> IO[str]:
    """Claim the directory until the file that is returned is closed, or the process ends however it ends.

    Two cores on one directory would each believe to know all. Errors: `DataDirInUseError`, OSError.
    """
    data_dir.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
    file = (data_dir / LOCK_FILE).open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read(20).strip() or "unknown"
        file.close()
        raise DataDirInUseError(f"another busbar (process {holder}) works on {data_dir}") from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def claim_or_refuse(data_dir: Path) -> IO[str]:
    """Claim the directory; say what to do when it cannot be had. Errors: `StartError`."""
    try:
        return claim(data_dir)
    except DataDirInUseError as error:
        raise StartError(f"{error}: stop it, or choose another directory with BUSBAR_DATA_DIR") from None
    except OSError as error:
        raise StartError(f"cannot use {data_dir}: {error}. Choose another with BUSBAR_DATA_DIR") from None
