"""The wire log for people at a terminal."""

from datetime import date
from typing import TextIO

from busbar.adapters.wirelog.sqlite import SqliteWireLog
from busbar.app.config import Settings
from busbar.kernel.ids import StationId
from busbar.ports.wirelog import Direction, WireEntry

WIRE_LOG_DIRECTORY = "wirelog"
_MARKS = {Direction.IN: "<-", Direction.OUT: "->", Direction.NOTE: "--"}


def open_wire_log(settings: Settings) -> SqliteWireLog:
    """Return the installation's wire log, not yet writing."""
    return SqliteWireLog(
        settings.data_dir / WIRE_LOG_DIRECTORY,
        queue_max_entries=settings.wire_log_queue_max_frames,
        is_kept=settings.wire_log_retention_days > 0,
    )


async def print_frames(
    settings: Settings,
    *,
    station_id: str,
    day: date,
    text: str | None,
    direction: Direction | None,
    limit: int,
    out: TextIO,
) -> None:
    """Print a station's frames of a UTC day, oldest first: time, direction (`<-` from the station), text."""
    entries = await open_wire_log(settings).read(
        station_id=StationId(station_id), day=day, text=text, direction=direction, limit=limit
    )
    out.writelines(_write_line(entry) for entry in reversed(entries))


def _write_line(entry: WireEntry) -> str:
    return f"{entry.at.isoformat(timespec='milliseconds')} {_MARKS[entry.direction]} {entry.text}\n"
