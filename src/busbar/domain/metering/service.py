"""Takes samples in, shows what a session has taken so far, and closes its meter record."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec

from busbar.canon.message import Fact, Message
from busbar.canon.metering import (
    CloseMeterRecord,
    FindMeterCurve,
    JoinMeterRecords,
    Measurand,
    MeterCurve,
    MeterRecord,
    MeterState,
    RecordSamples,
    RecordStationSamples,
    Sample,
)
from busbar.canon.sample_block import RecordBlock
from busbar.domain.metering.layout import find_layout, move_block
from busbar.domain.metering.live import COUNTING_MAX, ENERGY, Live, advance, split_samples, take_registers
from busbar.domain.metering.model import Bounds, MeterFile, OwnRegisters, close_record, trace_currents, trace_import
from busbar.domain.metering.plain import move_on
from busbar.domain.metering.store import MeterStore, SampleOrigin
from busbar.kernel.bounded import BoundedDict, LatestDict
from busbar.kernel.ids import SessionId, StationId
from busbar.ports.work import LATER, Later, UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]
HandlerAtOnce = Callable[[Any, UnitOfWork], Any]

IMPORT = (Measurand.ENERGY_IMPORT_REGISTER, Measurand.ENERGY_IMPORT_INTERVAL)
POWER = (Measurand.POWER_IMPORT,)
CURRENT = (Measurand.CURRENT_IMPORT,)
NEWEST_MAX = 64
"""Instants whose samples are read to show a session's figures again after a restart."""
CLOSED_MAX = 2_000
"""Closed sessions that are held: they are priced, and what came late is taken in, without asking the tables."""


class MeteringService:
    """Samples and meter records."""

    def __init__(self, *, store: MeterStore, sessions_max: int = 50_000, evses_max: int = 50_000) -> None:
        self._store = store
        self._live: LatestDict[SessionId, Live] = LatestDict(bound=sessions_max)
        self._outside: LatestDict[tuple[StationId, int | None], Live] = LatestDict(bound=evses_max)
        self._homes: BoundedDict[SessionId, StationId] = BoundedDict(bound=sessions_max)
        """Of those in `_live`."""
        self._closed: LatestDict[SessionId, Live] = LatestDict(bound=min(CLOSED_MAX, sessions_max))
        """Those that were closed, and none of `_live`: there they would fill memory up to its bound."""

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Say which messages are handled here."""
        return {
            RecordSamples: self.record_samples,
            RecordStationSamples: self.record_station_samples,
            CloseMeterRecord: self.close,
            FindMeterCurve: self.find_curve,
            JoinMeterRecords: self.join,
        }

    def handlers_at_once(self) -> Mapping[type[Message], HandlerAtOnce]:
        """Say which messages are answered at once, or not at all."""
        return {RecordBlock: self.record_block}

    def listeners(self) -> list[tuple[type[Fact], str, Handler]]:
        """Say which facts are listened to: none."""
        return []

    def forget_stations(self, is_gone: Callable[[StationId], bool]) -> None:
        """Drop what another process writes from now on."""
        homes = self._homes
        for session_id in [held for held in self._live if held not in homes or is_gone(homes[held])]:
            del self._live[session_id]
            homes.pop(session_id, None)
        self._closed.clear()
        for key in [held for held in self._outside if is_gone(held[0])]:
            del self._outside[key]

    async def record_samples(self, command: RecordSamples, work: UnitOfWork) -> MeterState:
        """Take a session's samples in and say what it has taken so far.

        A session in memory costs no SQL, as long as its samples come in order.
        """
        live = self._live.get(command.session_id)
        if live is None:
            self._homes[command.session_id] = command.station_id
            live = (
                Live(session_id=command.session_id, counting=[])
                if command.is_new
                else await self._recall(command.session_id, work)
            )
        origin = SampleOrigin(
            operator_id=command.operator_id,
            station_id=command.station_id,
            evse_id=command.evse_id,
            session_id=command.session_id,
        )
        plain = move_on(live, command.samples) if command.samples else None
        if plain is not None:
            moved = plain.live
            self._store.add_instant(work, origin, command.samples, power_w=plain.power_w, register_wh=plain.register_wh)
        else:
            moved = advance(live, await self._keep_new(live, origin, command.samples, work))
        if command.register_start_wh is not None or command.register_end_wh is not None:
            moved = self._take_registers(moved, command, work)
        before = live.state.soc_permille
        if moved.state.soc_before_permille != before:
            moved = msgspec.structs.replace(
                moved, state=msgspec.structs.replace(moved.state, soc_before_permille=before)
            )
        if moved is not live or command.is_new:
            work.forget(self._closed, command.session_id)
            work.keep(self._live, command.session_id, moved)
        return moved.state

    def record_block(self, command: RecordBlock, work: UnitOfWork) -> MeterState | Later:
        """Take samples in that came in columns, when nothing about them is out of the ordinary."""
        session_id, outside = command.session_id, (command.station_id, command.evse_id)
        live = self._outside.get(outside) if session_id is None else self._live.get(session_id)
        if live is None:
            return LATER
        layout = find_layout(command.block.shape)
        moved = move_block(live, command.block, layout) if layout.is_plain else None
        if moved is None:
            return LATER
        self._store.add_block(work, command, layout, power_w=moved.power_w, register_wh=moved.register_wh)
        if session_id is None:
            work.keep(self._outside, outside, moved.live)
        else:
            work.keep(self._live, session_id, moved.live)
        return moved.live.state

    async def record_station_samples(self, command: RecordStationSamples, work: UnitOfWork) -> None:
        """Keep samples that belong to no session, each once."""
        key = (command.station_id, command.evse_id)
        live = self._outside.get(key)
        origin = SampleOrigin(
            operator_id=command.operator_id,
            station_id=command.station_id,
            evse_id=command.evse_id,
            transaction_ref=command.transaction_ref,
        )
        is_known = live is not None
        if live is None:
            # what was stored last stands in, so that a repeat is known: older ones are looked up
            newest = await self._store.list_newest_outside(work, origin)
            newest_at = newest[0].at if newest else None
            live = Live(session_id=SessionId(""), newest_at=newest_at, newest=tuple(newest))
        new = await self._keep_new(live, origin, command.samples, work)
        if new or not is_known:
            work.keep(self._outside, key, advance(live, new))

    async def close(self, command: CloseMeterRecord, work: UnitOfWork) -> MeterRecord:
        """Make the record from all that is stored. Asked again it answers the record as it is by then."""
        live = self._live.get(command.session_id) or await self._recall(command.session_id, work)
        work.forget(self._live, command.session_id)
        self._homes.pop(command.session_id, None)
        work.keep(self._closed, command.session_id, live)
        energy = await self._recall_counting(live, work)
        record = close_record(
            session_id=command.session_id,
            samples=energy,
            sample_count=live.sample_count,
            registers=live.registers,
            bounds=Bounds(command.started_at, command.ended_at, command.has_start, command.has_end),
        )
        file = MeterFile(
            session_id=command.session_id,
            operator_id=command.operator_id,
            station_id=command.station_id,
            registers=live.registers,
            record=record,
            closed_at=work.now,
        )
        self._store.save_file(work, file)
        return record

    async def find_curve(self, command: FindMeterCurve, work: UnitOfWork) -> MeterCurve:
        """Trace how a session's energy grew. Nothing is written, and nothing is kept in memory for it."""
        live = self._live.get(command.session_id) or await self._recall(command.session_id, work)
        traced = trace_import(
            await self._recall_counting(live, work),
            registers=live.registers,
            bounds=Bounds(command.started_at, command.ended_at, command.has_start, command.has_end),
        )
        currents: Sequence[Sample] = ()
        if command.is_current_asked and live.sample_count:
            currents = await self._store.list_samples(work, command.session_id, measurands=CURRENT)
        return MeterCurve(
            session_id=command.session_id,
            points=traced,
            currents=trace_currents(currents),
            last_sample_at=live.state.last_sample_at,
        )

    async def join(self, command: JoinMeterRecords, work: UnitOfWork) -> MeterState:
        """Make the samples of one session those of another."""
        kept = await self._store.load_file(work, command.session_id) or MeterFile(
            session_id=command.session_id, operator_id=command.operator_id, station_id=command.station_id
        )
        gone = await self._store.load_file(work, command.joined_session_id)
        if gone is not None:
            merged = take_registers(Live(session_id=command.session_id, registers=kept.registers), gone.registers)
            kept = msgspec.structs.replace(kept, registers=merged.registers)
            await self._store.remove_file(work, command.joined_session_id)
        await self._store.join_samples(work, session_id=command.session_id, joined_session_id=command.joined_session_id)
        self._store.save_file(work, kept)
        for cache in (self._live, self._closed):
            work.forget(cache, command.joined_session_id)
        work.forget(self._closed, command.session_id)
        live = await self._rebuild(command.session_id, work)
        self._homes[command.session_id] = command.station_id
        work.keep(self._live, command.session_id, live)
        return live.state

    # ---- within ------------------------------------------------------------------------------------------------------

    async def _keep_new(
        self, live: Live, origin: SampleOrigin, samples: Sequence[Sample], work: UnitOfWork
    ) -> list[Sample]:
        """Stage the samples that are not stored yet and return them."""
        if not samples:
            return []
        new, late = split_samples(live, samples)
        if late:
            known = await self._store.find_stored(work, origin, {sample.at for sample in late})
            new += [sample for sample in late if sample not in known]
        if new:
            self._store.add_samples(work, origin, new)
        return new

    def _take_registers(self, live: Live, command: RecordSamples, work: UnitOfWork) -> Live:
        moved = take_registers(
            live,
            OwnRegisters(
                start_wh=command.register_start_wh,
                start_at=command.register_start_at,
                end_wh=command.register_end_wh,
                end_at=command.register_end_at,
            ),
        )
        if moved.registers != live.registers:
            # a closed session's record is made anew right after this, so it may be written as open here
            file = MeterFile(
                session_id=command.session_id,
                operator_id=command.operator_id,
                station_id=command.station_id,
                registers=moved.registers,
            )
            self._store.save_file(work, file)
        return moved

    async def _recall(self, session_id: SessionId, work: UnitOfWork) -> Live:
        """Return the figures of a session that is not among the running ones."""
        return self._closed.get(session_id) or await self._rebuild(session_id, work)

    async def _rebuild(self, session_id: SessionId, work: UnitOfWork) -> Live:
        """Make a session's running figures again from what is stored."""
        file = await self._store.load_file(work, session_id)
        registers = file.registers if file is not None else OwnRegisters()
        begun = OwnRegisters(start_wh=registers.start_wh, start_at=registers.start_at)
        counting = await self._list_counting(session_id, registers, work)
        newest = await self._store.list_newest(work, session_id, limit=NEWEST_MAX)
        live = advance(take_registers(Live(session_id=session_id), begun), counting)
        held = [sample for sample in counting if sample.measurand in ENERGY or sample.signed is not None]
        counted = {sample.measurand for sample in counting}
        others = [sample for sample in reversed(newest) if sample.measurand not in counted]
        live = take_registers(advance(live, others), registers)
        is_held = len(held) <= COUNTING_MAX
        return msgspec.structs.replace(
            live,
            sample_count=await self._store.count_samples(work, session_id),
            counting=held if is_held else None,
            counted=len(held) if is_held else 0,
        )

    async def _recall_counting(self, live: Live, work: UnitOfWork) -> list[Sample]:
        """Return the samples that energy is counted from: those in memory, when they are all there and enough."""
        if not live.sample_count:
            return []
        if live.counting is not None:
            held = live.counting[: live.counted]
            if live.registers != OwnRegisters() or any(sample.measurand in IMPORT for sample in held):
                return held
        return await self._list_counting(live.session_id, live.registers, work)

    async def _list_counting(self, session_id: SessionId, registers: OwnRegisters, work: UnitOfWork) -> list[Sample]:
        """Return the stored samples that energy is counted from; those of power only when there is nothing better."""
        energy = await self._store.list_samples(work, session_id, measurands=ENERGY, has_signed=True)
        is_counted = registers != OwnRegisters() or any(sample.measurand in IMPORT for sample in energy)
        return energy if is_counted else [*energy, *await self._store.list_samples(work, session_id, measurands=POWER)]
