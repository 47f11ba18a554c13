"""Whether the database takes rows: known from the last batch that had some, and tried where that is in doubt."""

import asyncio
import contextlib

from sqlalchemy import text

from busbar.app.core import Core
from busbar.app.migrations import VERSION_TABLE
from busbar.canon.message import Command
from busbar.db.work import sql
from busbar.kernel.errors import BusbarError
from busbar.ports.work import UnitOfWork

TRIAL_TIMEOUT_S = 3.0
TROUBLE = "the database takes nothing at the moment"
_WRITE_THE_SAME = text(f"UPDATE {VERSION_TABLE} SET version_num = version_num")  # noqa: S608 - a name of our own


class TryStorage(Command[None], frozen=True, kw_only=True):
    """Write a row that is there already, as it is. Never leaves the process."""


class StorageTrial:
    """Tells whether a core takes rows. After its database took none, whoever asks has one written that changes nothing.

    A network that is told to be unready may get no more messages, and none of those that only ask would show that the
    disk has room again. Its core handles `TryStorage`.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._trial: asyncio.Future[None] | None = None

    async def find_fault(self) -> str | None:
        """Say what is wrong with storing, if anything is. Waits `TRIAL_TIMEOUT_S` at most."""
        if not self._core.is_storing:
            if self._trial is None or self._trial.done():
                self._trial = asyncio.ensure_future(self._try())
            await asyncio.wait([self._trial], timeout=TRIAL_TIMEOUT_S)
        return None if self._core.is_storing else TROUBLE

    async def _try(self) -> None:
        with contextlib.suppress(BusbarError):  # the core has noted it
            await self._core.dispatch(TryStorage())


async def write_the_same(_message: TryStorage, work: UnitOfWork) -> None:
    """Handle `TryStorage`."""
    await sql(work).execute(_WRITE_THE_SAME)
