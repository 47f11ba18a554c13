"""The installation's key for keyed hashes: outside the database, so that a stolen database alone opens nothing."""

import os
import stat
from pathlib import Path

from busbar.app.config import Settings

KEY_FILE = "secret.key"
_KEY_BYTES = 32
_OWNER_ONLY = stat.S_IRUSR | stat.S_IWUSR


def read_key(data_dir: Path) -> bytes:
    """Return the key of a data directory; make it on first use, readable by its owner alone. Errors: OSError."""
    path = data_dir / KEY_FILE
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except FileExistsError:
        return path.read_bytes()
    key = os.urandom(_KEY_BYTES)
    with os.fdopen(handle, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key


def choose_key_file(settings: Settings) -> Path:
    """Return where the key lies, or will lie."""
    return settings.secret_key_file or settings.data_dir / KEY_FILE


def find_key(settings: Settings) -> bytes:
    """Return the key in the file that the settings name, else that of the data directory. Errors: OSError."""
    named = settings.secret_key_file
    return read_key(settings.data_dir) if named is None else named.read_bytes()
