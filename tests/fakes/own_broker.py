"""A RabbitMQ that belongs to one test, and may be stopped and started."""

import contextlib
import os
import pwd
import shutil
import tempfile
from pathlib import Path
from typing import Self

from services import PLANS, SERVICES, Place, find_free_ports, run_plan

SERVICE = SERVICES["rabbitmq"]


class OwnBroker:
    """Keeps its data over a restart. All of this blocks."""

    def __init__(self) -> None:
        program = SERVICE.find_program()
        assert program is not None, "the services of the tests are installed before they run"
        self._directory = Path(tempfile.mkdtemp(prefix="busbar-own-broker-"))
        self._account = SERVICE.account if os.geteuid() == 0 else None
        if self._account is not None:
            entry = pwd.getpwnam(self._account)
            os.chown(self._directory, entry.pw_uid, entry.pw_gid)
        self._place = Place(self._directory, *find_free_ports(2))
        self._plan = PLANS[SERVICE.name](program, self._place)
        self._running = contextlib.ExitStack()
        self.url = self._plan.url

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._directory, ignore_errors=True)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        run = run_plan(f"own-{SERVICE.name}", self._plan, self._place, account=self._account)
        self._running.enter_context(run)

    def stop(self) -> None:
        """Stop it; what is durable stays."""
        self._running.close()
