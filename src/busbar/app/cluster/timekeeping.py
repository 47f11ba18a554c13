"""One time for all processes of a network: the database's. What a machine's own clock says may be another hour."""

import asyncio
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from busbar.adapters.system.clock import SharedClock
from busbar.db.engine import Databases
from busbar.db.timekeeping import read_database_clock

INTERVAL_S = 10.0
"""Between looks at the database's clock; quartz loses a millisecond in that time at most."""
ANSWER_MAX_S = 1.0
"""An answer that took longer may be as much out of date, and is not used once there is a better one."""


class Timekeeper:
    """Keeps a process's clock at the database's time."""

    def __init__(self, clock: SharedClock, databases: Databases) -> None:
        self._clock = clock
        self._databases = databases
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Look once, then go on looking."""
        await self.look()
        self._task = asyncio.create_task(self._look_on(), name="timekeeper")

    async def stop(self) -> None:
        """Look no more; the clock goes on."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def look(self) -> None:
        """Read the database's clock. One that does not answer is asked again later."""
        with suppress(SQLAlchemyError, OSError):
            async with self._databases.read() as connection:
                asked_s = self._clock.monotonic_s()
                now = await read_database_clock(connection)
                took_s = self._clock.monotonic_s() - asked_s
            if took_s <= ANSWER_MAX_S or not self._clock.is_set:
                self._clock.set(now, read_s=asked_s + took_s / 2)

    async def _look_on(self) -> None:
        while True:
            await asyncio.sleep(INTERVAL_S)
            await self.look()
