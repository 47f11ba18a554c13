"""Steps of preparation: each runs once, is stamped with the content of its inputs, and shows how long it takes.

Standard library only: it runs on the system's Python before anything is installed.
"""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
VENV_BIN = ROOT / ".venv" / "bin"
SKIPPED_DIRECTORIES = {"node_modules", "dist", "__pycache__", ".vite", "shots"}
PROGRESS_INTERVAL_S = 10.0
POLL_INTERVAL_S = 0.05
TAIL_LINES = 40
OVER = object()
_GOING: dict[str, str] = {}
"""Steps that go on, and how long they have."""


class StepFailedError(Exception):
    """A step did not succeed; the message says which one and what to do."""


@dataclass(frozen=True)
class Step:
    """One thing to prepare: done again when an input changed or a product is missing.

    `inputs` are files and directories whose content is hashed, `facts` are other texts the result depends on.
    """

    name: str
    commands: Sequence[Sequence[str | Path]]
    remedy: str
    inputs: Sequence[Path] = ()
    facts: Sequence[str] = ()
    produces: Sequence[Path] = ()
    directory: Path = ROOT
    environ: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def slug(self) -> str:
        """Name of the step as a file name."""
        return self.name.replace(" ", "-")

    def digest(self) -> str:
        """Hash of everything the result depends on."""
        state = hashlib.sha256(str(ROOT).encode())
        for text in (*self.facts, *(str(part) for command in self.commands for part in command)):
            state.update(text.encode() + b"\0")
        for path in list_files(self.inputs):
            state.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
        return state.hexdigest()

    def is_done(self, digest: str) -> bool:
        """Tell whether the stamp matches and every product is there."""
        stamp = CACHE / f"{self.slug}.stamp"
        is_stamped = stamp.is_file() and stamp.read_text(encoding="ascii") == digest
        return is_stamped and all(path.exists() for path in self.produces)


def list_files(places: Sequence[Path]) -> Iterator[Path]:
    """List the files in `places` in a fixed order, without what builds leave behind."""
    for place in places:
        if place.is_file():
            yield place
        for directory, names, files in os.walk(place):
            names[:] = sorted(set(names) - SKIPPED_DIRECTORIES)
            yield from (Path(directory) / name for name in sorted(files))


def describe_elapsed(seconds: float) -> str:
    """Write a duration for people: `7 s`, `2 min 05 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def build_environ(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Environment of every command: the project's own Python and Node come first on the path, and bytecode is kept.

    Tests start hundreds of processes: without kept bytecode each of them would compile all sources anew.
    """
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return environ | {"PATH": f"{VENV_BIN}{os.pathsep}{os.environ.get('PATH', '')}", **(extra or {})}


def prepare(*tracks: Sequence[Step]) -> None:
    """Do the steps that are not done yet: those of a track in order, the tracks side by side.

    The first that fails ends the others; raises StepFailedError.
    """
    CACHE.mkdir(exist_ok=True)
    wait_for([follow(steps) for steps in tracks])


def run_step(step: Step) -> None:
    """Run one step's commands, output to a log file; raise StepFailedError with the log's end."""
    CACHE.mkdir(exist_ok=True)
    wait_for([run(step)])


def wait_for(works: Sequence[Generator[None]]) -> None:
    """Let all go on until each has come to its end; what one raises ends the others."""
    going = list(works)
    try:
        while going := [work for work in going if next(work, OVER) is not OVER]:
            time.sleep(POLL_INTERVAL_S)
    finally:
        for work in works:
            work.close()


def follow(steps: Sequence[Step]) -> Generator[None]:
    """Do a track's steps, each after the one before it."""
    for step in steps:
        digest = step.digest()
        if step.is_done(digest):
            continue
        yield from run(step)
        (CACHE / f"{step.slug}.stamp").write_text(digest, encoding="ascii")


def run(step: Step) -> Generator[None]:
    """Run one step's commands, output to a log file; raise StepFailedError with the log's end."""
    log = CACHE / f"{step.slug}.log"
    started_at = time.monotonic()
    with log.open("wb") as output:
        for command in step.commands:
            try:
                code = yield from run_command(step, command, output.fileno(), started_at)
            except OSError as error:
                raise StepFailedError(f"{step.name}: {error}\n{step.remedy}") from error
            if code != 0:
                lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
                tail = "\n".join(f"    {line}" for line in lines)
                raise StepFailedError(f"{step.name} failed (exit code {code}):\n{tail}\n{step.remedy}")
    tell_end(step.name, time.monotonic() - started_at)


def run_command(
    step: Step, command: Sequence[str | Path], output: int, started_at: float
) -> Generator[None, None, int]:
    """Run one command and show the time that passes; return its exit code. Ends it when nobody waits any more."""
    interval_s = 1.0 if sys.stdout.isatty() else PROGRESS_INTERVAL_S
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=step.directory,
        env=build_environ(step.environ),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
    )
    tell_going(step.name, time.monotonic() - started_at)
    next_s = time.monotonic() + interval_s
    try:
        while (code := process.poll()) is None:
            yield
            if time.monotonic() >= next_s:
                tell_going(step.name, time.monotonic() - started_at)
                next_s += interval_s
        return code
    finally:
        _GOING.pop(step.name, None)
        if process.returncode is None:
            process.terminate()
            process.wait()


def tell_going(name: str, elapsed_s: float) -> None:
    """Tell that a step goes on: on a terminal in one line with the others, which is rewritten."""
    _GOING[name] = describe_elapsed(elapsed_s)
    if sys.stdout.isatty():
        print(f"\r\033[K  {describe_going()}", end="", flush=True)
    elif elapsed_s >= 1:
        print(f"  {name}: … {describe_elapsed(elapsed_s)}", flush=True)


def tell_end(name: str, elapsed_s: float) -> None:
    """Tell that a step is done."""
    begin, end = ("\r\033[K", f"  {describe_going()}" if _GOING else "") if sys.stdout.isatty() else ("", "")
    print(f"{begin}  {name}: done in {describe_elapsed(elapsed_s)}\n{end}", end="", flush=True)


def describe_going() -> str:
    """Name what goes on and since when."""
    return " · ".join(f"{name}: … {elapsed}" for name, elapsed in _GOING.items())
