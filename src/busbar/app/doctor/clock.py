"""Whether the clock is right: a machine cannot know that alone, only whether somebody keeps it right."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import busbar
from busbar.adapters.system.synchrony import Synchrony, read_synchrony
from busbar.app.config import Settings
from busbar.app.doctor.finding import Finding
from busbar.kernel.clock import Clock

TOLERANCE = timedelta(seconds=5)
MAX_ERROR_WARN_MS = 1000


def check_clock(settings: Settings, *, clock: Clock) -> list[Finding]:
    """Check the kernel's discipline of the clock, and that no record of ours lies in the future."""
    witnesses = [Path(busbar.__file__), *sorted(settings.data_dir.glob("*.sqlite3*"))]
    return [judge_synchrony(read_synchrony()), check_witnesses(witnesses, now=clock.now())]


def judge_synchrony(synchrony: Synchrony | None) -> Finding:
    """Turn the kernel's account of its clock into a finding."""
    remedy = "run a time service (chrony, systemd-timesyncd) on this machine, or on its host if it is virtual"
    if synchrony is None:
        what = "cannot tell whether the clock is kept right: the system may not be asked"
        return Finding("warn", "clock synchronised", what, remedy)
    if not synchrony.is_synchronised:
        what = "nobody keeps the clock right, so it may drift; how far it is off cannot be told from here"
        return Finding("warn", "clock synchronised", what, remedy)
    what = f"a time service keeps the clock right, within {synchrony.max_error_ms} ms by its own account"
    return Finding("warn" if synchrony.max_error_ms > MAX_ERROR_WARN_MS else "ok", "clock synchronised", what)


def check_witnesses(witnesses: list[Path], *, now: datetime) -> Finding:
    """Compare the clock with files written earlier: one from the future shows that the clock was set back."""
    written = [(datetime.fromtimestamp(path.stat().st_mtime, UTC), path) for path in witnesses if path.exists()]
    latest_at, latest = max(written, default=(now, Path()))
    if latest_at > now + TOLERANCE:
        what = f"the clock shows {now:%Y-%m-%d %H:%M:%S} UTC, but {latest.name} was written {latest_at - now} later"
        return Finding("bad", "clock plausible", what, "set the clock; sessions would get wrong times")
    return Finding("ok", "clock plausible", f"{now:%Y-%m-%d %H:%M:%S} UTC, later than everything written here")
