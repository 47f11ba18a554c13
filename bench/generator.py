"""The load generator in `load/`: compiled once for this machine, run, and its result read."""

import contextlib
import hashlib
import os
import subprocess
import sys
from collections.abc import Generator, Sequence
from pathlib import Path

import msgspec

from bench import CACHE
from bench.processes import cores

SOURCES = Path(__file__).with_name("load")
FLAGS = ("-std=gnu11", "-O3", "-march=native", "-Wall", "-Wextra", "-Werror")
LIBRARIES = ("-lssl", "-lcrypto", "-lz")
RUN_LIMIT_S = 7200
READY = "ready"
REMEDY = (
    "it needs a C compiler and the headers of OpenSSL and zlib "
    "(Debian, Ubuntu: apt-get install gcc libc6-dev libssl-dev zlib1g-dev)"
)


class LoadError(Exception):
    """The load generator cannot be built or did not run."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What one run of the generator printed: see README.md."""

    version: str
    connections: int
    ready: int
    setup_s: float
    setup_server_cpu_s: float
    boot_p99_ms: float
    measured_s: float
    messages: int
    messages_per_s: float
    meter_share: float
    p50_ms: float
    p99_ms: float
    bytes_sent_per_message: float
    server_us_per_message: float
    load_us_per_message: float
    process_cpu_s: list[float]
    """Of each process named, in their order."""
    transactions: int
    faults: dict[str, int]
    faults_sum: int
    first_fault: str


def build() -> Path:
    """Compile the generator, if it was not compiled from these sources before."""
    sources = sorted(SOURCES.glob("*.c"))
    state = hashlib.sha256(repr((FLAGS, LIBRARIES)).encode())
    for path in [*sources, *sorted(SOURCES.glob("*.h"))]:
        state.update(path.name.encode() + b"\0" + path.read_bytes())
    program = CACHE / f"load-{state.hexdigest()[:16]}"
    if program.is_file():
        return program
    CACHE.mkdir(parents=True, exist_ok=True)
    fresh = program.with_suffix(f".{os.getpid()}")
    try:
        done = subprocess.run(
            ["cc", *FLAGS, "-o", fresh, *sources, *LIBRARIES], capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise LoadError(f"the load generator cannot be compiled ({error}): {REMEDY}") from error
    if done.returncode != 0:
        raise LoadError(f"the load generator cannot be compiled: {REMEDY}\n{done.stderr}")
    fresh.replace(program)
    return program


def write_options(options: dict[str, object]) -> list[str]:
    """Write options as the generator's words: `True` stands for itself, nothing for nothing."""
    words: list[str] = []
    for name, value in options.items():
        if value is not None and value is not False:
            words += [f"--{name}"] if value is True else [f"--{name}", str(value)]
    return words


@contextlib.contextmanager
def started(options: dict[str, object], *, on_cores: Sequence[int] | None = None) -> Generator[subprocess.Popen[str]]:
    """Start the generator on the load's core; kill it in the end, should it still run."""
    process = subprocess.Popen(
        [build(), *write_options(options)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    os.sched_setaffinity(process.pid, on_cores or cores()[1])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until_ready(process: subprocess.Popen[str]) -> None:
    """Wait until all of an idle run's stations have booted."""
    if process.stderr is None or process.stderr.readline().strip() != READY:
        raise LoadError("the stations did not all boot")


def finish(process: subprocess.Popen[str]) -> Result:
    """Wait for the generator's end and read its result."""
    output, complaint = process.communicate(timeout=RUN_LIMIT_S)
    if not output:
        raise LoadError(f"the load generator printed nothing: {complaint}")
    return msgspec.json.decode(output, type=Result)


def run(options: dict[str, object]) -> Result:
    """Run the generator to its end."""
    with started(options) as process:
        return finish(process)


def tell(name: str, result: Result) -> None:
    """Say how it goes, on the side: the figures come when all runs are over."""
    faults = f", {result.faults_sum} faults: {result.first_fault}" if result.faults_sum else ""
    print(
        f"  {name}, {result.version}, {result.connections} connections: ready in {result.setup_s:.1f} s, "
        f"{result.messages_per_s:.0f} messages/s, {result.server_us_per_message:.1f} µs each{faults}",
        file=sys.stderr,
    )
