"""Leases: one process at a time holds a name, and is known to hold it no more when it falls silent."""

from typing import Protocol

import msgspec

from busbar.kernel.errors import ConflictError
from busbar.ports.work import UnitOfWork


class LeaseLostError(ConflictError):
    """Another process has taken this lease: what was to be written under it must not be written."""

    code = "conflict.lease_lost"


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """A name in the hands of one process."""

    name: str
    holder: str
    epoch: int
    """Grows with every change of hands: of two grants of a name the greater is the newer (fencing)."""
    valid_until_s: float
    """On the holder's monotonic clock: no one else has the name before that."""


class Leases(Protocol):
    """No clock of day decides here: a name is free when its holder gave it up, or was silent for a lease's length.

    A holder counts that length from before it asked, a challenger from after it saw the last sign of life, each by its
    own monotonic clock. So clocks may differ and jump. A machine that was suspended may still believe to hold what it
    lost; `check` inside a unit of work finds that out.
    """

    async def acquire(self, name: str, *, holder: str) -> Grant | None:
        """Take the name if it is free; None: it is not, or it is not known yet to be. Ask again now and then."""
        ...

    async def renew(self, grant: Grant) -> Grant | None:
        """Give a sign of life; None: the name is another's."""
        ...

    async def release(self, grant: Grant) -> None:
        """Give the name up, if it is still held."""
        ...

    async def check(self, grant: Grant, work: UnitOfWork) -> None:
        """Make this unit of work one of the holder's or nothing. Errors: `conflict.lease_lost`."""
        ...
