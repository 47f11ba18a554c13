"""Samples and records on a real database, through a real core."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import select

from busbar.canon.metering import (
    CloseMeterRecord,
    Curve,
    JoinMeterRecords,
    Measurand,
    RecordSamples,
    RecordStationSamples,
    Sample,
    SampleContext,
)
from busbar.domain.metering.service import MeteringService
from busbar.domain.metering.sql import SqlMeterStore
from busbar.domain.metering.tables import meter_records, sample_blocks
from busbar.kernel.ids import OperatorId, SessionId, StationId, TransactionRef
from tests.fakes.sample_rows import list_sample_rows

BEGIN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WHOSE = {"operator_id": OperatorId("op"), "station_id": StationId("S1")}
REGISTER = Measurand.ENERGY_IMPORT_REGISTER


def at(second: int) -> datetime:
    return BEGIN + timedelta(seconds=second)


def sample(second: int, value: int, measurand: Measurand = REGISTER, **more) -> Sample:
    return Sample(at=at(second), measurand=measurand, value=value, **more)


class Books:
    def __init__(self, house) -> None:
        self.house = house
        self.core = house.core

    async def record(self, *taken: Sample, session: str = "s", **more):
        command = RecordSamples(**WHOSE, session_id=SessionId(session), evse_id=1, samples=taken, **more)
        return await self.core.dispatch(command)

    async def keep(self, *taken: Sample, evse: int | None = 1, ref: str | None = None):
        reference = TransactionRef(ref) if ref else None
        await self.core.dispatch(RecordStationSamples(**WHOSE, evse_id=evse, transaction_ref=reference, samples=taken))

    async def close(self, session: str = "s", last: int = 3600, **more):
        return await self.core.dispatch(
            CloseMeterRecord(**WHOSE, session_id=SessionId(session), started_at=at(0), ended_at=at(last), **more)
        )

    async def restart(self) -> None:
        core = self.house.restart()
        await self.core.stop()
        core.register(MeteringService(store=SqlMeterStore()).handlers())
        await core.start()
        self.core = core

    async def stored(self, *names):
        async with self.house.databases.writer.connect() as connection:
            blocks = await connection.execute(select(sample_blocks).order_by(sample_blocks.c.at))
            rows = list_sample_rows(dict(row) for row in blocks.mappings())
            return [tuple(row[name] for name in names or ("value",)) for row in rows]

    async def records(self):
        async with self.house.databases.writer.connect() as connection:
            return [dict(row) for row in (await connection.execute(select(meter_records))).mappings()]


@pytest.fixture
async def books(house) -> Books:
    house.core.register(MeteringService(store=SqlMeterStore()).handlers())
    await house.start()
    return Books(house)


async def test_a_session_is_metered_and_closed(books):
    state = await books.record(is_new=True, register_start_wh=100, register_start_at=at(0))
    assert state.energy_wh == 0
    state = await books.record(sample(60, 700), sample(60, 7000, Measurand.POWER_IMPORT))
    assert (state.energy_wh, state.power_w, state.last_sample_at) == (600, 7000, at(60))
    state = await books.record(register_end_wh=900, register_end_at=at(3600))
    assert state.energy_wh == 800
    record = await books.close()
    assert (record.energy_wh, record.register_start_wh, record.register_end_wh, record.sample_count) == (
        800,
        100,
        900,
        2,
    )
    (row,) = await books.records()
    assert (row["energy_wh"], row["own_start_wh"], row["own_end_wh"], row["flags"]) == (800, 100, 900, "[]")
    assert await books.close() == record


async def test_a_sample_is_kept_once_however_often_it_comes(books):
    first = (sample(30, 100), sample(30, 230_000, Measurand.VOLTAGE, phase="L1"))
    second = (sample(60, 200),)
    await books.record(*first, *first, is_new=True)
    await books.record(*second)
    await books.record(*first, *second)
    assert await books.stored() == [(100,), (230_000,), (200,)]
    other = sample(30, 100, context=SampleContext.CLOCK)
    await books.record(other)
    assert len(await books.stored()) == 4, "another context is another sample"
    assert (await books.close()).sample_count == 4


async def test_a_late_sample_changes_the_record(books):
    await books.record(sample(600, 500), is_new=True)
    await books.record(sample(3600, 900, context=SampleContext.END))
    assert (await books.close()).flags == (Curve.NO_START,)
    state = await books.record(sample(0, 100, context=SampleContext.BEGIN))
    assert state.energy_wh == 800
    record = await books.close()
    assert (record.energy_wh, record.flags, record.sample_count) == (800, (), 3)


async def test_after_a_restart_the_figures_are_made_again(books):
    await books.record(is_new=True, register_start_wh=100, register_start_at=at(0))
    before = await books.record(
        sample(60, 700),
        sample(60, 7000, Measurand.POWER_IMPORT),
        sample(60, 231_000, Measurand.VOLTAGE, phase="L1"),
        sample(60, 16_000, Measurand.CURRENT_IMPORT, phase="L1"),
        sample(60, 550, Measurand.SOC),
    )
    await books.restart()
    again = await books.record(sample(60, 700))
    assert again == msgspec.structs.replace(before, soc_before_permille=550)
    assert (await books.record(sample(90, 800))).energy_wh == 700
    assert len(await books.stored()) == 6
    await books.restart()
    assert (await books.close()).sample_count == 6


async def test_power_counts_only_when_nothing_better_is_stored(books):
    for minute in range(61):
        power = sample(minute * 60, 6000, Measurand.POWER_IMPORT, signed="OCMF|x" if minute == 0 else None)
        await books.record(power, is_new=minute == 0)
    record = await books.close()
    assert (record.energy_wh, record.flags) == (6000, (Curve.FALLBACK_POWER,))
    await books.restart()
    state = await books.record(sample(3600, 6000, Measurand.POWER_IMPORT))
    assert state.energy_wh == 6000
    await books.record(sample(0, 10), sample(3600, 5010))
    record = await books.close()
    assert (record.energy_wh, record.flags) == (5000, ())


async def test_what_belongs_to_no_session_is_kept_once_too(books):
    values = (sample(900, 10, context=SampleContext.CLOCK), sample(900, 20, Measurand.VOLTAGE))
    await books.keep(*values)
    await books.keep(*values)
    await books.keep(*values, evse=2)
    await books.keep(*values, evse=None, ref="99")
    await books.restart()
    await books.keep(*values)
    found = await books.stored("evse_id", "session_id", "transaction_ref")
    assert sorted(found, key=str) == sorted(
        [(1, None, None)] * 2 + [(2, None, None)] * 2 + [(None, None, "99")] * 2, key=str
    )


async def test_two_sessions_become_one(books):
    await books.record(sample(0, 100), sample(60, 300), session="gone", is_new=True)
    await books.record(sample(120, 350), session="kept", is_new=True)
    state = await books.core.dispatch(
        JoinMeterRecords(**WHOSE, session_id=SessionId("kept"), joined_session_id=SessionId("gone"))
    )
    assert state.energy_wh == 250
    assert {row[0] for row in await books.stored("session_id")} == {"kept"}
    assert [row["session_id"] for row in await books.records()] == ["kept"]
    assert (await books.close("kept", last=120)).energy_wh == 250


async def test_signed_readings_reach_the_record(books):
    await books.record(
        sample(0, 0, Measurand.OTHER, context=SampleContext.BEGIN, raw_measurand="signed", signed="OCMF|1"), is_new=True
    )
    await books.record(sample(3600, 500, context=SampleContext.END, signed="OCMF|2"))
    record = await books.close()
    assert (record.signed_start, record.signed_end) == ("OCMF|1", "OCMF|2")
