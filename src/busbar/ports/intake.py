"""Where a core takes its work from: parcels of reports and commands, partition by partition."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from busbar.canon.message import Command, Report
from busbar.kernel.errors import BusbarError, UnavailableError
from busbar.kernel.ids import ConnectionId


class PartitionLostError(UnavailableError):
    """Another core holds the partition now: nothing of the parcel happened here."""

    code = "unavailable.partition"


class ConnectionReplacedError(UnavailableError):
    """The station has a newer connection; what it says on this one counts no more, and it says it again on that."""

    code = "unavailable.connection_replaced"


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """Messages of one partition that travel together: applied in order in one unit of work, answered together."""

    parcel_id: str
    """A repeat with this id is the same parcel: its answers are given again, its effects are not."""
    partition: int
    messages: tuple[Report[object] | Command[object], ...]
    connections: tuple[ConnectionId | None, ...] = ()
    """On which connection of its station each was said; empty, or None: that does not matter."""
    traces: tuple[str | None, ...] = ()
    """The trace that each belongs to (`busbar.ports.tracing`); empty, or None: it is not followed."""
    may_be_repeat: bool = False
    """Whether it was sent or offered before: what was answered then is looked up first."""


class Answer(msgspec.Struct, frozen=True):
    """What became of one message: its handler's reply, or the error it raised."""

    reply: object = None
    error: BusbarError | None = None


class PartitionWorker(Protocol):
    """The core, as an intake sees it. Calls for one partition come one after the other.

    An intake can see to it that one process at a time is offered a partition, but not that a process which froze, and
    wakes up when another has taken its place, writes nothing more. So the worker keeps a number per partition in the
    database: `take_over` raises it by one, and every unit of work that touches the partition checks in its own
    transaction that it is still the number it raised. When it is not, `work` raises `PartitionLostError`.
    """

    async def take_over(self, partition: int) -> None:
        """Hold a partition from now on: what an earlier holder left undone is done first.

        Errors: `unavailable` while the database takes nothing; the intake tries again.
        """
        ...

    async def hand_over(self, partition: int) -> None:
        """Hold a partition no more: what is in hand is finished, what was in memory of it is forgotten."""
        ...

    async def work(self, parcel: Parcel) -> Sequence[Answer]:
        """Apply a parcel; return one answer a message once all of them are durable.

        Errors: `unavailable` while the database takes nothing; the intake offers the parcel again.
        `unavailable.partition` when the partition is another's by now; the intake gives it back.
        """
        ...


class Intake(Protocol):
    """Brings parcels of the partitions that this process holds, each partition's in order, one holder at a time."""

    async def start(self, worker: PartitionWorker) -> None:
        """Begin to take partitions and parcels."""
        ...

    async def stop(self) -> None:
        """Take nothing in any more, finish what is in hand, and let others take the partitions."""
        ...
