"""What the metering room asks of its books."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from busbar.canon.metering import Measurand, Sample
from busbar.canon.sample_block import RecordBlock
from busbar.domain.metering.layout import Layout
from busbar.domain.metering.model import MeterFile
from busbar.kernel.ids import OperatorId, SessionId, StationId, TransactionRef
from busbar.ports.work import UnitOfWork


class SampleOrigin(msgspec.Struct, frozen=True, kw_only=True):
    """Where samples come from and what they belong to."""

    operator_id: OperatorId
    station_id: StationId
    evse_id: int | None = None
    session_id: SessionId | None = None
    transaction_ref: TransactionRef | None = None


class MeterStore(Protocol):
    """Samples and meter records."""

    def add_samples(self, work: UnitOfWork, origin: SampleOrigin, taken: Sequence[Sample]) -> None:
        """Write samples; bulk, at the end of the batch."""
        ...

    def add_instant(
        self,
        work: UnitOfWork,
        origin: SampleOrigin,
        taken: Sequence[Sample],
        *,
        power_w: int | None,
        register_wh: int | None,
    ) -> None:
        """Write samples of one instant, whose figures are known already; bulk, at the end of the batch."""
        ...

    def add_block(
        self, work: UnitOfWork, command: RecordBlock, layout: Layout, *, power_w: int | None, register_wh: int | None
    ) -> None:
        """Write a session's samples in columns; bulk, at the end of the batch."""
        ...

    def save_file(self, work: UnitOfWork, file: MeterFile) -> None:
        """Write a session's row; bulk, at the end of the batch."""
        ...

    async def load_file(self, work: UnitOfWork, session_id: SessionId) -> MeterFile | None:
        """Return a session's row."""
        ...

    async def remove_file(self, work: UnitOfWork, session_id: SessionId) -> None:
        """Remove a session's row."""
        ...

    async def list_samples(
        self, work: UnitOfWork, session_id: SessionId, *, measurands: Collection[Measurand], has_signed: bool = False
    ) -> list[Sample]:
        """Return a session's samples of these measurands (and the signed ones), by time: `BLOCKS_MAX` instants."""
        ...

    async def list_newest(self, work: UnitOfWork, session_id: SessionId, *, limit: int) -> list[Sample]:
        """Return the samples of a session's newest instants, newest first."""
        ...

    async def count_samples(self, work: UnitOfWork, session_id: SessionId) -> int:
        """Return how many samples a session has."""
        ...

    async def find_stored(self, work: UnitOfWork, origin: SampleOrigin, instants: Collection[datetime]) -> set[Sample]:
        """Return what is stored at these instants of this session (or of this EVSE outside sessions)."""
        ...

    async def list_newest_outside(self, work: UnitOfWork, origin: SampleOrigin) -> list[Sample]:
        """Return the samples of the newest instant of this EVSE outside sessions."""
        ...

    async def join_samples(self, work: UnitOfWork, *, session_id: SessionId, joined_session_id: SessionId) -> None:
        """Give the samples of one session to another."""
        ...
