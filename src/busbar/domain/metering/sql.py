"""The metering room on SQL: samples in bulk, one row a session."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, delete, func, or_, select, update
from sqlalchemy.engine import RowMapping

from busbar.canon.metering import Curve, Measurand, MeterRecord, Sample, SampleContext, SampleLocation
from busbar.db.schema import Id, Instant, Json, metadata
from busbar.db.work import sql
from busbar.domain.metering.model import MeterFile, OwnRegisters
from busbar.domain.metering.store import SampleOrigin
from busbar.kernel.ids import SessionId
from busbar.ports.work import UnitOfWork

SAMPLES_MAX = 500_000
"""Rows read for one session: two days at one a second of three quantities."""
_INSTANTS_PER_QUERY = 500
_FLAGS = msgspec.json.Decoder(tuple[Curve, ...])

samples = Table(
    "samples",
    metadata,
    Column("sample_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("operator_id", Id(), nullable=False),
    Column("station_id", Id(), nullable=False),
    Column("evse_id", BigInteger),
    Column("session_id", Id()),
    Column("transaction_ref", String(64)),
    Column("at", Instant(), nullable=False),
    Column("received_at", Instant(), nullable=False),
    Column("measurand", String(40), nullable=False),
    Column("phase", String(8)),
    Column("location", String(16), nullable=False),
    Column("context", String(24), nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("raw_measurand", String(64)),
    Column("signed", Text),
    Index(None, "session_id", "at"),
)
"""Every sample as it was sent, in whole canonical units. `session_id` empty: taken outside any session."""
Index(
    "ix_samples_outside_sessions",
    samples.c.station_id,
    samples.c.at,
    sqlite_where=samples.c.session_id.is_(None),
    postgresql_where=samples.c.session_id.is_(None),
)

meter_records = Table(
    "meter_records",
    metadata,
    Column("session_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False, index=True),
    Column("station_id", Id(), nullable=False),
    Column("own_start_wh", BigInteger),
    Column("own_start_at", Instant()),
    Column("own_end_wh", BigInteger),
    Column("own_end_at", Instant()),
    Column("closed_at", Instant()),
    Column("started_at", Instant()),
    Column("ended_at", Instant()),
    Column("register_start_wh", BigInteger),
    Column("register_end_wh", BigInteger),
    Column("energy_wh", BigInteger),
    Column("exported_wh", BigInteger),
    Column("sample_count", Integer),
    Column("flags", Json(), nullable=False),
    Column("signed_start", Text),
    Column("signed_end", Text),
)
"""One row a session. `own_*`: what the transaction itself says of its begin and end; the rest is set when it closes."""

_SAMPLE_COLUMNS = (
    samples.c.at, samples.c.measurand, samples.c.value, samples.c.phase,
    samples.c.location, samples.c.context, samples.c.raw_measurand, samples.c.signed,
)  # fmt: skip


class SqlMeterStore:
    """See `busbar.domain.metering.store.MeterStore`."""

    def add_samples(self, work: UnitOfWork, origin: SampleOrigin, taken: Sequence[Sample]) -> None:
        """Write samples; bulk, at the end of the batch."""
        shared = {
            "operator_id": origin.operator_id,
            "station_id": origin.station_id,
            "evse_id": origin.evse_id,
            "session_id": origin.session_id,
            "transaction_ref": origin.transaction_ref,
            "received_at": work.now,
        }
        rows = [
            {
                **shared,
                "at": sample.at,
                "measurand": sample.measurand,
                "phase": sample.phase,
                "location": sample.location,
                "context": sample.context,
                "value": sample.value,
                "raw_measurand": sample.raw_measurand,
                "signed": sample.signed,
            }
            for sample in taken
        ]
        sql(work).stage_inserts(samples, rows)

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
        found = await sql(work).execute(select(meter_records).where(meter_records.c.session_id == session_id))
        row = found.mappings().first()
        return _read_file(row) if row is not None else None

    async def remove_file(self, work: UnitOfWork, session_id: SessionId) -> None:
        """Remove a session's row."""
        await sql(work).execute(delete(meter_records).where(meter_records.c.session_id == session_id))

    async def list_samples(
        self, work: UnitOfWork, session_id: SessionId, *, measurands: Collection[Measurand], has_signed: bool = False
    ) -> list[Sample]:
        """Return a session's samples of these measurands (and the signed ones), by time."""
        wanted = samples.c.measurand.in_(sorted(measurands))
        if has_signed:
            wanted = or_(wanted, samples.c.signed.is_not(None))
        query = select(*_SAMPLE_COLUMNS).where(samples.c.session_id == session_id, wanted)
        ordered = query.order_by(samples.c.at, samples.c.sample_id).limit(SAMPLES_MAX)
        return [_read_sample(row) for row in (await sql(work).execute(ordered)).mappings()]

    async def list_newest(self, work: UnitOfWork, session_id: SessionId, *, limit: int) -> list[Sample]:
        """Return a session's newest samples, newest first."""
        query = select(*_SAMPLE_COLUMNS).where(samples.c.session_id == session_id)
        ordered = query.order_by(samples.c.at.desc(), samples.c.sample_id.desc()).limit(limit)
        return [_read_sample(row) for row in (await sql(work).execute(ordered)).mappings()]

    async def count_samples(self, work: UnitOfWork, session_id: SessionId) -> int:
        """Return how many samples a session has."""
        query = select(func.count()).select_from(samples).where(samples.c.session_id == session_id)
        return int((await sql(work).execute(query)).scalar_one())

    async def find_stored(self, work: UnitOfWork, origin: SampleOrigin, instants: Collection[datetime]) -> set[Sample]:
        """Return what is stored at these instants of this session (or of this EVSE outside sessions)."""
        if origin.session_id is not None:
            query = select(*_SAMPLE_COLUMNS).where(samples.c.session_id == origin.session_id)
        else:
            query = select(*_SAMPLE_COLUMNS).where(
                samples.c.session_id.is_(None),
                samples.c.station_id == origin.station_id,
                samples.c.evse_id.is_not_distinct_from(origin.evse_id),
            )
        found: set[Sample] = set()
        ordered = sorted(instants)
        for start in range(0, len(ordered), _INSTANTS_PER_QUERY):
            some = query.where(samples.c.at.in_(ordered[start : start + _INSTANTS_PER_QUERY]))
            found.update(_read_sample(row) for row in (await sql(work).execute(some)).mappings())
        return found

    async def join_samples(self, work: UnitOfWork, *, session_id: SessionId, joined_session_id: SessionId) -> None:
        """Give the samples of one session to another."""
        change = update(samples).where(samples.c.session_id == joined_session_id).values(session_id=session_id)
        await sql(work).execute(change)


def _read_sample(row: RowMapping) -> Sample:
    fields: dict[str, Any] = {
        **row,
        "measurand": Measurand(row["measurand"]),
        "location": SampleLocation(row["location"]),
        "context": SampleContext(row["context"]),
    }
    return Sample(**fields)


def _read_file(row: RowMapping) -> MeterFile:
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
