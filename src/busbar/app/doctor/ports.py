"""Whether the doors' ports are free, and if not, who holds them."""

import errno
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from busbar.app.config import Settings
from busbar.app.doctor.finding import Finding

PROC = Path("/proc")
_LISTENING = "0A"  # TCP_LISTEN in /proc/net/tcp
_PRIVILEGED_PORTS_END = 1024


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that listens on a port."""

    pid: int
    command: str

    def is_busbar(self) -> bool:
        """Tell whether the process is a Busbar."""
        return any(part.rpartition("/")[2] == "busbar" for part in self.command.split())


def check_ports(settings: Settings) -> list[Finding]:
    """Check both doors' ports."""
    doors = (("http_port", settings.http_port), ("ocpp_port", settings.ocpp_port))
    return [check_port(name, settings.bind, port) for name, port in doors]


def check_port(name: str, address: IPv4Address | IPv6Address, port: int, *, proc: Path = PROC) -> Finding:
    """Try to listen as the door would, and let go at once."""
    check, place = f"port {name}", f"{address} port {port}"
    variable = f"BUSBAR_{name.upper()}"
    if port == 0:
        return Finding("ok", check, "the system chooses a free port at each start")
    error = try_listen(address, port)
    if error is None:
        return Finding("ok", check, f"{place} is free")
    if error == errno.EADDRINUSE:
        return judge_holder(check, place, variable, find_holder(port, proc=proc))
    remedy = f"choose another with {variable} or BUSBAR_BIND"
    what = f"{place} cannot be opened ({errno.errorcode.get(error, error)})"
    if error == errno.EACCES and port < _PRIVILEGED_PORTS_END:
        what = f"{place} may only be opened by the system's administrator"
        remedy = f"choose a port from {_PRIVILEGED_PORTS_END} up with {variable} and put a reverse proxy before it"
    elif error == errno.EADDRNOTAVAIL:
        what = f"{address} is no address of this machine"
        remedy = "set BUSBAR_BIND to one that is, or to 0.0.0.0 for all of them"
    return Finding("bad", check, what, remedy)


def judge_holder(check: str, place: str, variable: str, holder: Holder | None) -> Finding:
    """Judge a port that somebody listens on: a Busbar that runs is no fault."""
    if holder is not None and holder.is_busbar():
        return Finding("ok", check, f"{place} is held by a running Busbar (process {holder.pid})")
    by = f"process {holder.pid}: {holder.command}" if holder else "a process that may not be looked at from here"
    return Finding("bad", check, f"{place} is taken by {by}", f"stop it, or choose another port with {variable}")


def try_listen(address: IPv4Address | IPv6Address, port: int) -> int | None:
    """Listen for a moment; return the system's error number, or None when it worked."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6  # noqa: PLR2004 - IP versions are 4 and 6
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((str(address), port))
            probe.listen(1)
    except OSError as error:
        return error.errno or errno.EIO
    return None


def find_holder(port: int, *, proc: Path = PROC) -> Holder | None:
    """Find the process that listens on a port, by Linux's /proc; None where it cannot be seen."""
    inodes = {inode for table in ("tcp", "tcp6") for inode in list_listening_inodes(proc / "net" / table, port)}
    targets = {f"socket:[{inode}]" for inode in inodes}
    if not targets or not proc.is_dir():
        return None
    for process in proc.iterdir():
        if process.name.isdigit() and holds_any(process, targets):
            return Holder(int(process.name), read_command(process))
    return None


def list_listening_inodes(table: Path, port: int) -> list[str]:
    """Read the sockets that listen on `port` from one of the kernel's tables."""
    try:
        rows = [row.split() for row in table.read_text(encoding="ascii").splitlines()[1:]]
    except OSError:
        return []
    return [row[9] for row in rows if row[3] == _LISTENING and int(row[1].rpartition(":")[2], 16) == port]


def holds_any(process: Path, targets: set[str]) -> bool:
    """Tell whether a process has one of the sockets open; no for one that may not be looked at."""
    try:
        return any(descriptor.readlink().name in targets for descriptor in (process / "fd").iterdir())
    except OSError:
        return False


def read_command(process: Path) -> str:
    """Read the command line of a process, cut to 200 characters."""
    try:
        text = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
    except OSError:
        return "unknown command"
    return text[:200] or "unknown command"
