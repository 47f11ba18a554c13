"""Leadership: of all processes of an installation one does what must be done by one."""

import asyncio
from collections.abc import Callable, Coroutine

import structlog
from sqlalchemy.exc import SQLAlchemyError

from busbar.kernel.clock import Clock
from busbar.ports.leases import Grant, Leases

log = structlog.get_logger(__name__)

OUTAGE = (SQLAlchemyError, OSError)
"""What a database that is gone raises: a refused connection comes bare from PostgreSQL's driver. A time-out is one."""

Duty = Callable[[Grant], Coroutine[None, None, None]]
"""Runs for as long as this process leads; cancelled when it does not any more."""

TURNS_PER_LEASE = 3


class Leadership:
    """Stands for one name until stopped: leads when it can, stops its duty before another one may lead."""

    def __init__(self, *, leases: Leases, clock: Clock, name: str, holder: str, lease_s: float) -> None:
        """`holder`: the name of this process, which no other one has or had."""
        self._leases = leases
        self._clock = clock
        self._name = name
        self._holder = holder
        self._turn_s = lease_s / TURNS_PER_LEASE
        self._grant: Grant | None = None
        self._duty: asyncio.Task[None] | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def grant(self) -> Grant | None:
        """What this process leads by at this moment, or None. Writes are guarded with `Leases.check`."""
        grant = self._grant
        return grant if grant is not None and self._clock.monotonic_s() < grant.valid_until_s else None

    def start(self, duty: Duty) -> None:
        """Begin to stand; `duty` runs while this process leads."""
        self._task = asyncio.create_task(self._stand(duty), name=f"leadership-{self._name}")

    async def stop(self) -> None:
        """End the duty and let another one lead."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._end_duty()
        await self._release()

    async def _release(self) -> None:
        grant, self._grant = self._grant, None
        if grant is None:
            return
        try:
            await self._leases.release(grant)
        except OUTAGE as error:  # the others find out when the lease is over
            log.warning("leadership.not_released", name=self._name, error=str(error))

    async def _resign(self, duty: asyncio.Task[None]) -> None:
        """Let another one try: the duty ended by itself, which a duty does only when it breaks."""
        log.error("leadership.duty_ended", name=self._name, exc_info=duty.exception())
        self._duty = None
        await self._release()

    async def _stand(self, duty: Duty) -> None:
        while True:
            try:
                await self._take_turn(duty)
            except OUTAGE as error:
                log.warning("leadership.database_failed", name=self._name, error=str(error))
            if self._grant is not None and self.grant is None:
                await self._step_down("its lease is over")
            elif self._duty is not None and self._duty.done():
                await self._resign(self._duty)
            await asyncio.sleep(self._choose_pause_s())

    def _choose_pause_s(self) -> float:
        if self._grant is None:
            return self._turn_s
        return max(0.0, min(self._turn_s, self._grant.valid_until_s - self._clock.monotonic_s()))

    async def _take_turn(self, duty: Duty) -> None:
        if self._grant is None:
            self._grant = await self._leases.acquire(self._name, holder=self._holder)
            if self._grant is not None:
                log.info("leadership.won", name=self._name, epoch=self._grant.epoch)
                self._duty = asyncio.create_task(duty(self._grant), name=f"duty-{self._name}")
            return
        async with asyncio.timeout(self._grant.valid_until_s - self._clock.monotonic_s()):
            renewed = await self._leases.renew(self._grant)
        if renewed is None:
            await self._step_down("another process took over")
        else:
            self._grant = renewed

    async def _step_down(self, reason: str) -> None:
        log.warning("leadership.lost", name=self._name, reason=reason)
        self._grant = None
        await self._end_duty()

    async def _end_duty(self) -> None:
        if self._duty is not None:
            duty, self._duty = self._duty, None
            duty.cancel()
            await asyncio.gather(duty, return_exceptions=True)
