"""The metering room on SQL: samples in bulk, one row an instant; one row a session."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, delete, func, select, update

from busbar.canon.metering import Curve, Measurand, MeterRecord, Sample
from busbar.canon.sample_block import RecordBlock
from busbar.db.bulk import RowForm
from busbar.db.reading import QuickRead
from busbar.db.work import sql
from busbar.domain.metering.block import pack_block, pack_samples, read_figure, split_instants, unpack_samples
from busbar.domain.metering.layout import Layout
from busbar.domain.metering.model import MeterFile, OwnRegisters
from busbar.domain.metering.store import SampleOrigin
from busbar.domain.metering.tables import meter_records, sample_blocks
from busbar.kernel.ids import SessionId
from busbar.ports.work import UnitOfWork

BLOCKS_MAX = 200_000
"""Blocks read for one session: two days at one a second."""
_INSTANTS_PER_QUERY = 500
_BLOCK = RowForm(
    sample_blocks,
    "operator_id", "station_id", "evse_id", "session_id", "at", "received_at", "sample_count", "power_w", "register_wh",
    "body",
)  # fmt: skip
_OWN = sample_blocks.c.session_id == bindparam("own_session")
_FILE = QuickRead(select(meter_records).where(meter_records.c.session_id == bindparam("own_session")))
_SAMPLES = QuickRead(
    select(sample_blocks.c.body).where(_OWN).order_by(sample_blocks.c.at, sample_blocks.c.block_id).limit(BLOCKS_MAX)
)
_NEWEST = QuickRead(
    select(sample_blocks.c.body)
    .where(_OWN)
    .order_by(sample_blocks.c.at.desc(), sample_blocks.c.block_id.desc())
    .limit(bindparam("most", type_=Integer))
)
_COUNT = QuickRead(select(func.coalesce(func.sum(sample_blocks.c.sample_count), 0).label("samples")).where(_OWN))
"""Asked of every session that runs when a process comes back, or takes a partition over."""
_FLAGS = msgspec.json.Decoder(tuple[Curve, ...])


class SqlMeterStore:
    """See `busbar.domain.metering.store.MeterStore`."""

    def add_samples(self, work: UnitOfWork, origin: SampleOrigin, taken: Sequence[Sample]) -> None:
        """Write samples; bulk, at the end of the batch."""
        for part in split_instants(taken):
            self.add_instant(
                work,
                origin,
                part,
                power_w=read_figure(part, Measurand.POWER_IMPORT),
                register_wh=read_figure(part, Measurand.ENERGY_IMPORT_REGISTER),
            )

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
        sql(work).stage_insert(
            sample_blocks,
            {
                "operator_id": origin.operator_id,
                "station_id": origin.station_id,
                "evse_id": origin.evse_id,
                "session_id": origin.session_id,
                "transaction_ref": origin.transaction_ref,
                "at": taken[0].at,
                "received_at": work.now,
                "sample_count": len(taken),
                "power_w": power_w,
                "register_wh": register_wh,
                "body": pack_samples(taken),
            },
        )

    def add_block(
        self, work: UnitOfWork, command: RecordBlock, layout: Layout, *, power_w: int | None, register_wh: int | None
    ) -> None:
        """Write samples in columns; bulk, at the end of the batch."""
        unit, block = sql(work), command.block
        unit.stage_bound(
            _BLOCK,
            (
                command.operator_id,
                command.station_id,
                command.evse_id,
                command.session_id,
                unit.bind_instant(block.at),
                unit.bind_now(),
                layout.count,
                power_w,
                register_wh,
                pack_block(block, layout.columns),
            ),
        )

    def save_file(self, work: UnitOfWork, file: MeterFile) -> None:
        """Write a session's row; bulk, at the end of the batch."""
        record, own = file.record, file.registers
        sql(work).stage_upsert(
            meter_records,
            {
                "session_id": file.session_id,
                "operator_id": file.operator_id,
                "station_id": file.station_id,
                "own_start_wh": own.start_wh,
                "own_start_at": own.start_at,
                "own_end_wh": own.end_wh,
                "own_end_at": own.end_at,
                "closed_at": file.closed_at,
                "started_at": record.started_at if record else None,
                "ended_at": record.ended_at if record else None,
                "register_start_wh": record.register_start_wh if record else None,
                "register_end_wh": record.register_end_wh if record else None,
                "energy_wh": record.energy_wh if record else None,
                "exported_wh": record.exported_wh if record else None,
                "sample_count": record.sample_count if record else None,
                "flags": msgspec.json.encode(record.flags if record else ()).decode(),
                "signed_start": record.signed_start if record else None,
                "signed_end": record.signed_end if record else None,
            },
        )

    async def load_file(self, work: UnitOfWork, session_id: SessionId) -> MeterFile | None:
        """Return a session's row."""
        found = await sql(work).find(_FILE, {"own_session": session_id}, sees_staged=True)
        return _read_file(found[0]) if found else None

    async def remove_file(self, work: UnitOfWork, session_id: SessionId) -> None:
        """Remove a session's row."""
        await sql(work).execute(delete(meter_records).where(meter_records.c.session_id == session_id))

    async def list_samples(
        self, work: UnitOfWork, session_id: SessionId, *, measurands: Collection[Measurand], has_signed: bool = False
    ) -> list[Sample]:
        """Return a session's samples of these measurands (and the signed ones), by time."""
        wanted = frozenset(measurands)
        found = await sql(work).find(_SAMPLES, {"own_session": session_id}, sees_staged=True)
        return [
            sample
            for row in found
            for sample in unpack_samples(row["body"])
            if sample.measurand in wanted or (has_signed and sample.signed is not None)
        ]

    async def list_newest(self, work: UnitOfWork, session_id: SessionId, *, limit: int) -> list[Sample]:
        """Return the samples of a session's newest instants, newest first."""
        found = await sql(work).find(_NEWEST, {"own_session": session_id, "most": limit}, sees_staged=True)
        return [sample for row in found for sample in reversed(unpack_samples(row["body"]))]

    async def count_samples(self, work: UnitOfWork, session_id: SessionId) -> int:
        """Return how many samples a session has."""
        found = await sql(work).find(_COUNT, {"own_session": session_id}, sees_staged=True)
        return int(found[0]["samples"])

    async def find_stored(self, work: UnitOfWork, origin: SampleOrigin, instants: Collection[datetime]) -> set[Sample]:
        """Return what is stored at these instants of this session (or of this EVSE outside sessions)."""
        blocks = sample_blocks.c
        own = _is_outside(origin) if origin.session_id is None else blocks.session_id == origin.session_id
        query = select(blocks.body).where(own)
        found: set[Sample] = set()
        ordered = sorted(instants)
        for start in range(0, len(ordered), _INSTANTS_PER_QUERY):
            found.update(
                await self._read(work, query.where(blocks.at.in_(ordered[start : start + _INSTANTS_PER_QUERY])))
            )
        return found

    async def list_newest_outside(self, work: UnitOfWork, origin: SampleOrigin) -> list[Sample]:
        """Return the samples of the newest instant of this EVSE outside sessions."""
        blocks, own = sample_blocks.c, _is_outside(origin)
        newest_at = select(func.max(blocks.at)).where(own).scalar_subquery()
        return list(await self._read(work, select(blocks.body).where(own, blocks.at == newest_at)))

    async def join_samples(self, work: UnitOfWork, *, session_id: SessionId, joined_session_id: SessionId) -> None:
        """Give the samples of one session to another."""
        joined = update(sample_blocks).where(sample_blocks.c.session_id == joined_session_id)
        await sql(work).execute(joined.values(session_id=session_id))

    async def _read(self, work: UnitOfWork, query: Select[tuple[bytes]]) -> Iterable[Sample]:
        bodies = (await sql(work).execute(query)).scalars()
        return (sample for body in bodies for sample in unpack_samples(body))


def _is_outside(origin: SampleOrigin) -> ColumnElement[bool]:
    """Tell which blocks are of this EVSE and outside any session."""
    blocks = sample_blocks.c
    return and_(
        blocks.session_id.is_(None),
        blocks.station_id == origin.station_id,
        blocks.evse_id.is_not_distinct_from(origin.evse_id),
    )


def _read_file(row: Mapping[str, Any]) -> MeterFile:
    record = None
    if row["closed_at"] is not None:
        record = MeterRecord(
            session_id=row["session_id"],
            started_at=row["started_at"],
            ended_at=row["ended_at"],
            register_start_wh=row["register_start_wh"],
            register_end_wh=row["register_end_wh"],
            energy_wh=row["energy_wh"],
            exported_wh=row["exported_wh"],
            sample_count=row["sample_count"],
            flags=_FLAGS.decode(row["flags"]),
            signed_start=row["signed_start"],
            signed_end=row["signed_end"],
        )
    return MeterFile(
        session_id=row["session_id"],
        operator_id=row["operator_id"],
        station_id=row["station_id"],
        registers=OwnRegisters(
            start_wh=row["own_start_wh"],
            start_at=row["own_start_at"],
            end_wh=row["own_end_wh"],
            end_at=row["own_end_at"],
        ),
        record=record,
        closed_at=row["closed_at"],
    )
