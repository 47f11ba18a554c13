"""Work that a station does in steps, reporting each: updates of firmware, uploads of logs."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from busbar.simulator.station import Station

Step = tuple[float, Callable[[], None]]
"""So many simulated seconds after the step before, do this."""


def run_steps(station: "Station", name: str, steps: Sequence[Step]) -> None:
    """Do steps one after the other; others of the same name give way, and a reboot stops them."""
    if not steps:
        station.stop_timer(name)
        return
    (delay_s, action), rest = steps[0], steps[1:]

    def do_step() -> None:
        # the next step is planned first: an action that reboots the station must stop it
        run_steps(station, name, rest)
        action()

    station.set_timer(name, delay_s, do_step)


def is_loadable(location: str) -> bool:
    """Whether a station knows how to reach a file there; anything else ends in DownloadFailed or UploadFailure."""
    return location.split(":", 1)[0].lower() in {"ftp", "ftps", "sftp", "http", "https"}


def name_firmware(location: str, old: str) -> str:
    """Return the version that a firmware file stands for: its name without ending."""
    name = location.rstrip("/").rsplit("/", 1)[-1].split("?", 1)[0]
    stem = name.rsplit(".", 1)[0] if "." in name else name
    return stem[:50] or old
