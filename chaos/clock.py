"""A wall clock that can be set for one process, by Debian's libfaketime; the monotonic clock is left as it is."""

from pathlib import Path

LIBRARIES = tuple(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


class SetClock:
    """The offset of a process's wall clock, in a file that libfaketime reads."""

    def __init__(self, library: Path, file: Path) -> None:
        self._file = file
        self.environ = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        self.set(0)

    @classmethod
    def find(cls, directory: Path) -> "SetClock | None":
        """Return a clock that stands right, or None where libfaketime is not installed."""
        return cls(LIBRARIES[0], directory / "clock") if LIBRARIES else None

    def set(self, offset_s: int) -> None:
        """Put the clock so many seconds before or after the right time."""
        self._file.write_text(f"{offset_s:+d}\n", encoding="ascii")
