"""PostgreSQL, RabbitMQ and Redis of our own, which may be killed, frozen, filled up and started where they were."""

import asyncio
import contextlib
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import asyncpg

sys.path.append(str(Path(__file__).resolve().parents[1] / "tools"))

from services import PLANS, SERVICES, Place, Plan, answers, may_make_databases, stop_group
from steps import build_environ
from tests.journeys.conftest import find_free_port
from tests.patience import Patience

START_LIMIT_S = 60
"""As `Patience` counts: longer on a machine that is busy with other things."""
POLL_S = 0.1
DISK_LIMITS = {True: "1000000GB", False: "50MB"}
"""What RabbitMQ must find free: more than there is, or what it asks for when nobody says anything."""


class Server:
    """One of them, with a directory and ports that it keeps over its starts."""

    def __init__(self, name: str, directory: Path) -> None:
        service = SERVICES[name]
        program = service.find_program()
        if program is None:
            raise FileNotFoundError(f"{name} is not installed: {' '.join(service.packages)}")
        self.name = name
        self._account = service.account if os.geteuid() == 0 else None
        self._place = Place(directory, find_free_port(), find_free_port())
        self._plan: Plan = PLANS[name](program, self._place)
        self._log = directory.parent / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        directory.mkdir()
        if self._account is not None:
            entry = pwd.getpwnam(self._account)
            os.chown(directory, entry.pw_uid, entry.pw_gid)

    @property
    def url(self) -> str:
        """Where it is."""
        return self._plan.url

    async def make(self) -> None:
        """Prepare its directory, and start."""
        for command in self._plan.preparations:
            await asyncio.to_thread(self._run, command)
        await self.start()

    async def start(self) -> None:
        """Start, and wait until it answers."""
        await asyncio.to_thread(self._start)

    def _start(self) -> None:
        patience = Patience(START_LIMIT_S)
        while self._process is None or not self._is_ready():
            if self._process is None or self._process.poll() is not None:
                self._process = self._launch()  # PostgreSQL refuses while a process of its former life still ends
            if patience.is_over:
                raise TimeoutError(f"{self.name} did not start in {patience.waited_s:.0f} s: see {self._log}")
            time.sleep(POLL_S)

    def _launch(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as output:
            return subprocess.Popen(  # noqa: S603 - the planned program
                self._plan.command,
                cwd=self._place.directory,
                env=build_environ(self._plan.environ),
                user=self._account,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End it and all that it started as a power cut does."""
        if self._process is not None:
            self._signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """End it in good order."""
        if self._process is not None:
            stop_group(self._process)
            self._process = None

    def freeze(self) -> None:
        """Stop it and all that it started where they stand."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let all of it go on as if nothing had been."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None  # noqa: S101 - it runs between two faults
        for process_id in [self._process.pid, *list_descendants(self._process.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process_id, number)

    async def fill_disk(self, *, is_full: bool) -> None:
        """Let it find its disk full, or free again, in the way that it has for that."""
        if self.name == "rabbitmq":
            cookie = (self._place.directory / ".erlang.cookie").read_text(encoding="ascii")
            node = ["--node", self._plan.environ["RABBITMQ_NODENAME"], "--erlang-cookie", cookie]
            await asyncio.to_thread(self._run, ["rabbitmqctl", *node, "set_disk_free_limit", DISK_LIMITS[is_full]])
            return
        # what hosts of databases do when a disk is full: PostgreSQL takes no writes any more, whatever is asked
        connection = await asyncpg.connect(self.url, server_settings={"default_transaction_read_only": "off"})
        try:
            await connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {'on' if is_full else 'off'}")
            await connection.execute("SELECT pg_reload_conf()")
        finally:
            await connection.close()

    def _run(self, command: Sequence[str]) -> None:
        with self._log.open("ab") as output:
            subprocess.run(  # noqa: S603 - the planned program
                command,
                cwd=self._place.directory,
                env=build_environ(self._plan.environ),
                user=self._account,
                stdout=output,
                stderr=output,
                check=True,
            )

    def _is_ready(self) -> bool:
        if not answers(self._place.port, self._plan.greeting):
            return False
        return self.name != "postgresql" or may_make_databases(self._plan.url)


def list_descendants(process_id: int) -> Iterator[int]:
    """Name the processes that a process started, and those that they started."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError, IndexError):
                parent = (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1]
                children.setdefault(int(parent), []).append(int(entry.name))
    found = list(children.get(process_id, ()))
    while found:
        child = found.pop()
        found += children.get(child, ())
        yield child
