"""Whether the machine is fit: Python, packages, data directory, open files, web apps."""

import os
import re
import resource
import shutil
import sys
import tempfile
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import busbar
from busbar.app.config import Settings
from busbar.app.doctor.finding import Finding

PYTHON_MIN = (3, 11)
FREE_BAD_BYTES = 200 * 1024**2
FREE_WARN_BYTES = 2 * 1024**3
DESCRIPTORS_BESIDE_STATIONS = 256  # database, logs, people's browsers
WEB_APPS = ("console", "driver")
_REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*(?P<bounds>[^;]*)(?P<marker>;.*)?$")
_BOUND = re.compile(r"(?P<relation>>=|<)\s*(?P<version>[0-9.]+)")


def check_python() -> Finding:
    """Check the interpreter's version."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < PYTHON_MIN:
        return Finding(
            "bad", "python", f"Python {version}", "install Python 3.11 or newer and set up the environment anew"
        )
    return Finding("ok", "python", f"Python {version}, Busbar {metadata.version('busbar')}")


def check_packages(requirements: Sequence[str] | None = None) -> Finding:
    """Check that every package that Busbar names is installed in a version that it accepts."""
    required = metadata.requires("busbar") or [] if requirements is None else requirements
    matches = [match for text in required if (match := _REQUIREMENT.match(text)) and match["marker"] is None]
    faults = [fault for match in matches if (fault := find_package_fault(match["name"], match["bounds"]))]
    if faults:
        remedy = "set up the environment anew (in a working copy: make up)"
        return Finding("bad", "packages", "; ".join(faults), remedy)
    return Finding("ok", "packages", f"all {len(matches)} are installed in accepted versions")


def find_package_fault(name: str, bounds: str) -> str | None:
    """Say what is wrong with an installed package; None when it is there and within its bounds."""
    try:
        installed = metadata.version(name)
    except metadata.PackageNotFoundError:
        return f"{name} is missing"
    for bound in _BOUND.finditer(bounds):
        is_older = read_version(installed) < read_version(bound["version"])
        if is_older == (bound["relation"] == ">="):
            return f"{name} {installed} is outside {bounds.strip()}"
    return None


def read_version(text: str) -> tuple[int, ...]:
    """Read the numbers a version begins with, four of them: enough to compare with a bound."""
    numbers = [int(number) for number in re.findall(r"\d+", text)[:4]]
    return tuple(numbers + [0] * (4 - len(numbers)))


def check_data_dir(settings: Settings) -> list[Finding]:
    """Check that the data directory can be written and has room."""
    check, directory = "data directory", settings.data_dir.absolute()
    existing = next(path for path in (directory, *directory.parents) if path.exists())
    if existing != directory and not (existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)):
        remedy = (
            f"create it for the user that runs Busbar, or choose another with BUSBAR_DATA_DIR (sudo mkdir {directory})"
        )
        return [Finding("bad", check, f"{directory} is not there and cannot be created in {existing}", remedy)]
    if existing != directory:
        return [Finding("ok", check, f"{directory} is created at the first start"), check_free_space(existing)]
    try:
        with tempfile.NamedTemporaryFile(dir=directory, prefix=".doctor-"):
            pass
    except OSError as error:
        remedy = (
            f"give it to the user that runs Busbar (chown), or choose another with BUSBAR_DATA_DIR: {error.strerror}"
        )
        return [Finding("bad", check, f"{directory} cannot be written", remedy)]
    return [Finding("ok", check, f"{directory} can be written"), check_free_space(directory)]


def check_free_space(directory: Path) -> Finding:
    """Check the free space of the file system that holds a directory."""
    free_bytes = shutil.disk_usage(directory).free
    what = f"{free_bytes // 1024**2} MiB free"
    remedy = "free some, or shorten BUSBAR_WIRE_LOG_RETENTION_DAYS"
    if free_bytes < FREE_BAD_BYTES:
        return Finding("bad", "disk", f"{what}: the database may stop", remedy)
    if free_bytes < FREE_WARN_BYTES:
        return Finding("warn", "disk", what, remedy)
    return Finding("ok", "disk", what)


def check_open_files(settings: Settings, *, limit: int | None = None) -> Finding:
    """Check that the process may hold as many sockets as stations are allowed to connect."""
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0] if limit is None else limit
    needed = settings.connected_max_stations + DESCRIPTORS_BESIDE_STATIONS
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return Finding("ok", "open files", f"up to {needed} of them are allowed")
    what = f"{soft} are allowed, {needed} are needed for {settings.connected_max_stations} stations"
    remedy = f"ulimit -n {needed} (LimitNOFILE={needed} in a service), or lower BUSBAR_CONNECTED_MAX_STATIONS"
    return Finding("warn", "open files", what, remedy)


def check_web_apps(directory: Path | None = None) -> Finding:
    """Check that the web apps are built into the package."""
    root = Path(busbar.__file__).parent / "_web" if directory is None else directory
    missing = [name for name in WEB_APPS if not (root / name / "index.html").is_file()]
    if missing:
        return Finding("bad", "web apps", f"not built: {', '.join(missing)}", "run make up, or npm run build in web/")
    return Finding("ok", "web apps", f"built: {', '.join(WEB_APPS)}")
