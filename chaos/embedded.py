"""`busbar up` on SQLite: the faults that one process and its files can meet."""

import asyncio
import os
import resource
import signal
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

from chaos.clock import SetClock
from chaos.link import Link
from tests.chaos.fleet import SOUND, Fleet, examine_database
from tests.journeys.conftest import Installation

SETTINGS = {
    "BUSBAR_REQUEST_MAX_PER_MIN": "1000000",
    "BUSBAR_DATABASE_BUSY_TIMEOUT_S": "1",
    "BUSBAR_PING_INTERVAL_S": "5",
    "BUSBAR_PONG_TIMEOUT_S": "2",
    "BUSBAR_FACT_RETRY_INTERVAL_S": "1",
}
"""Shorter waits, so that a fault outlasts them within seconds."""
HOLD_S = (2.0, 8.0)
"""How long a fault lasts that ends by itself; stations give up waiting after five seconds."""
CLOCK_MAX_S = 7200
FINISH_LIMIT_S = 300
"""As `Patience` counts. Stations wait longer and longer between two attempts."""


class Linked(Installation):
    """An installation whose stations come over a link."""

    link: Link

    @property
    def ocpp_url(self) -> str:
        """Return the address that stations are given: the near end of the link."""
        return f"ws://127.0.0.1:{self.link.port}/ocpp"


class Embedded:
    """An installation, its stations, and what can be done to them."""

    name = "embedded"

    def __init__(self, directory: Path, *, seed: int, stations: int) -> None:
        self._clock = SetClock.find(directory)
        more = self._clock.environ if self._clock is not None else {}
        self.installation = Linked(directory / "data", **SETTINGS, **more)
        self._seed, self._stations = seed, stations
        self.fleet: Fleet | None = None
        self.faults: dict[str, Callable[[Random], Awaitable[None]]] = {
            "kill": self._kill,
            "stop": self._stop,
            "freeze": self._freeze,
            "full disk": self._fill_disk,
            "locked database": self._lock_database,
            "cut link": self._cut_link,
            "silent link": self._hold_link,
        }
        if self._clock is not None:
            self.faults["set clock"] = self._set_clock

    async def open(self) -> None:
        """Start the installation and let the stations charge."""
        self.installation.link = Link(self.installation.ocpp_port)
        await self.installation.link.start()
        await asyncio.to_thread(self.installation.start)
        self.fleet = Fleet(self.installation, seed=self._seed, stations=self._stations)
        await self.fleet.begin()

    async def judge(self) -> tuple[list[object], int]:
        """Let everything come to an end; return what is wrong, and how many transactions were compared."""
        assert self.fleet is not None  # noqa: S101 - opened before it is judged
        await self.fleet.finish(limit_s=FINISH_LIMIT_S)
        faults, count = await self.fleet.find_faults()
        if self.installation.stop() != 0:
            faults.append(("the last stop was not clean",))
        found = examine_database(self.installation.data_dir)
        if found != SOUND:
            faults.append(("the database is not sound", found))
        if "Traceback" in self.installation.output:
            faults.append(("a defect is in the log", self.installation.output[-4000:]))
        return faults, count

    async def close(self) -> None:
        """End whatever still runs."""
        if self.fleet is not None:
            await self.fleet.close()
        await self.installation.link.stop()
        if self.installation.process is not None:
            self.installation.kill()

    # ---- faults ------------------------------------------------------------------------------------------------------

    def _process_id(self) -> int:
        assert self.installation.process is not None  # noqa: S101 - it runs between two faults
        return self.installation.process.pid

    async def _start(self) -> None:
        await asyncio.to_thread(self.installation.start)

    async def _kill(self, _chance: Random) -> None:
        self.installation.kill()
        await self._start()

    async def _stop(self, _chance: Random) -> None:
        process = self.installation.process
        assert process is not None  # noqa: S101 - it runs between two faults
        process.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(process.wait, 30)
        self.installation.process = None
        if code != 0:
            raise RuntimeError(f"a polite stop ended with {code}: {self.installation.output[-4000:]}")
        await self._start()

    async def _freeze(self, chance: Random) -> None:
        os.kill(self._process_id(), signal.SIGSTOP)
        try:
            await asyncio.sleep(chance.uniform(*HOLD_S))
        finally:
            os.kill(self._process_id(), signal.SIGCONT)
        await self._wait()

    async def _fill_disk(self, chance: Random) -> None:
        """Let no file grow: what a full disk does to a process, without filling anybody's disk."""
        unlimited = resource.RLIM_INFINITY
        resource.prlimit(self._process_id(), resource.RLIMIT_FSIZE, (0, unlimited))
        await asyncio.sleep(chance.uniform(1, 3))
        resource.prlimit(self._process_id(), resource.RLIMIT_FSIZE, (unlimited, unlimited))
        await self._wait()

    async def _lock_database(self, chance: Random) -> None:
        path = self.installation.data_dir / "busbar.sqlite3"
        db = sqlite3.connect(path, isolation_level=None, timeout=20, check_same_thread=False)
        try:
            await asyncio.to_thread(db.execute, "BEGIN IMMEDIATE")
            await asyncio.sleep(chance.uniform(1, 4))
            db.execute("ROLLBACK")
        finally:
            db.close()
        await self._wait()

    async def _cut_link(self, _chance: Random) -> None:
        self.installation.link.cut()

    async def _hold_link(self, chance: Random) -> None:
        self.installation.link.hold()
        await asyncio.sleep(chance.uniform(*HOLD_S))
        self.installation.link.heal()

    async def _set_clock(self, chance: Random) -> None:
        assert self._clock is not None  # noqa: S101 - else this fault is none of ours
        self._clock.set(chance.randint(-CLOCK_MAX_S, CLOCK_MAX_S))

    async def _wait(self) -> None:
        await asyncio.to_thread(self.installation.wait_until_ready)
