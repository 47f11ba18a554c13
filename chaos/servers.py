"""PostgreSQL, RabbitMQ and Redis of our own, which may be killed and started again where they were."""

import asyncio
import os
import pwd
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "tools"))

from services import PLANS, SERVICES, Place, Plan, answers, find_free_ports, may_make_databases, stop_group
from steps import build_environ

START_LIMIT_S = 300
POLL_S = 0.1


class Server:
    """One of them, with a directory and ports that it keeps over its starts."""

    def __init__(self, name: str, directory: Path) -> None:
        service = SERVICES[name]
        program = service.find_program()
        if program is None:
            raise FileNotFoundError(f"{name} is not installed: {' '.join(service.packages)}")
        self.name = name
        self._account = service.account if os.geteuid() == 0 else None
        self._place = Place(directory, *find_free_ports(2))
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

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._place.port

    async def make(self) -> None:
        """Prepare its directory, and start."""
        for command in self._plan.preparations:
            await asyncio.to_thread(self._run, command)
        await self.start()

    async def start(self) -> None:
        """Start, and wait until it answers."""
        await asyncio.to_thread(self._start)

    def _start(self) -> None:
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - the planned program
                self._plan.command,
                cwd=self._place.directory,
                env=build_environ(self._plan.environ),
                user=self._account,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        until_s = time.monotonic() + START_LIMIT_S
        while not self._is_ready():
            if time.monotonic() > until_s:
                raise TimeoutError(f"{self.name} did not start in {START_LIMIT_S} s: see {self._log}")
            time.sleep(POLL_S)

    def kill(self) -> None:
        """End it and all that it started as a power cut does."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """End it in good order."""
        if self._process is not None:
            stop_group(self._process)
            self._process = None

    def _run(self, command: list[str]) -> None:
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
