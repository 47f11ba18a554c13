"""The wire log lies in a process's own directory, so that process itself drops what is too old."""

import asyncio
from datetime import timedelta

import structlog

from busbar.kernel.clock import Clock
from busbar.ports.wirelog import WireLog

OWN_INTERVAL_S = 6 * 3600

log = structlog.get_logger(__name__)


class WireLogKeeper:
    """Drops the days of this process's own wire log that are past their retention."""

    def __init__(self, wire_log: WireLog, *, clock: Clock, retention_days: int) -> None:
        self._wire_log = wire_log
        self._clock = clock
        self._retention_days = retention_days
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._repeat(), name="expire_wire_log")

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def expire(self) -> None:
        """Drop what is too old now."""
        await self._wire_log.expire(keep_from=self._clock.now().date() - timedelta(days=self._retention_days))

    async def _repeat(self) -> None:
        while True:
            try:
                await self.expire()
            except Exception:  # supervisor: one failed turn must not end the next one
                log.exception("housekeeping.failed")
            await asyncio.sleep(OWN_INTERVAL_S)
