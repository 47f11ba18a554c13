"""What a running session shows: the figures of now, kept in memory and moved on by each message.

Exact for samples that come in order; a late one inside the known span changes nothing here, since a register's ends
alone decide. The record at the end is made from all stored samples and does not depend on this.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from busbar.canon.metering import Measurand, MeterState, Sample, SampleContext, SampleLocation
from busbar.canon.sample_block import SampleBlock, list_samples
from busbar.domain.metering.model import JITTER_WH, LEAP_FLOOR_WH, OwnRegisters, allow_step_wh, judge_step_back
from busbar.domain.metering.series import PHASES, Reading, build_series, find_place
from busbar.kernel.ids import SessionId
from busbar.kernel.quantity import LARGEST

ENERGY = frozenset({
    Measurand.ENERGY_IMPORT_REGISTER, Measurand.ENERGY_EXPORT_REGISTER,
    Measurand.ENERGY_IMPORT_INTERVAL, Measurand.ENERGY_EXPORT_INTERVAL,
})  # fmt: skip
"""The quantities that energy is counted from; power stands in where none of them was told."""
COUNTING_MAX = 500
"""Samples of energy that are held of one session: eight hours at one a minute. Of a longer one the tables are read."""
NEWEST_MAX = 256
"""Samples of one instant that are remembered to know repeats; beyond, the tables are asked."""
_WUS_PER_WH = 3_600_000_000
POWER_ACROSS_MAX = timedelta(minutes=15)
"""The running figure of a session without any register does not assume power across longer silence."""


class Register(msgspec.Struct, frozen=True, gc=False):
    """A register being counted: its first and last reading and the Wh between them."""

    first_at: datetime
    first_wh: int
    last_at: datetime
    last_wh: int
    counted_wh: int = 0


class Live(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A session's running figures and what is needed to move them on."""

    session_id: SessionId
    registers: OwnRegisters = OwnRegisters()
    sample_count: int = 0
    imported: Register | None = None
    exported: Register | None = None
    place: SampleLocation | None = None
    interval_wh: int = 0
    area_wus: int = 0
    power_at: datetime | None = None
    newest_at: datetime | None = None
    newest: tuple[Sample, ...] = ()
    """The samples of the newest instant …"""
    newest_block: SampleBlock | None = None
    """… in columns, when they came so; `newest` is empty then."""
    counting: list[Sample] | None = None
    """What energy is counted from: every stored sample of energy and every signed one, the first `counted` of the list.

    None: too many to be held in memory, or never read. All values of one session share the list: a value that was
    undone leaves its samples behind, and the next one cuts them off.
    """
    counted: int = 0
    state: MeterState = MeterState()


def list_newest(live: Live) -> tuple[Sample, ...]:
    """Return the samples of the newest instant."""
    return live.newest if live.newest_block is None else list_samples(live.newest_block)


def split_samples(live: Live, samples: Iterable[Sample]) -> tuple[list[Sample], list[Sample]]:
    """Separate what is certainly new from what may be stored already; repeats at the newest instant are dropped."""
    distinct = dict.fromkeys(samples)
    newest_at = live.newest_at
    if newest_at is None or all(sample.at > newest_at for sample in distinct):
        return list(distinct), []
    newest = list_newest(live)
    fresh: list[Sample] = []
    late: list[Sample] = []
    for sample in distinct:
        if sample.at > newest_at:
            fresh.append(sample)
        elif sample.at < newest_at or len(newest) >= NEWEST_MAX:
            late.append(sample)
        elif sample not in newest:
            fresh.append(sample)
    return fresh, late


def advance(live: Live, samples: Sequence[Sample]) -> Live:
    """Take new samples into the running figures. `samples` holds no repeats."""
    if not samples:
        return live
    told_at = max(sample.at for sample in samples)
    newest_at = told_at if live.newest_at is None else max(told_at, live.newest_at)
    held = list_newest(live) if newest_at == live.newest_at else ()
    newest = (*held, *(sample for sample in samples if sample.at == newest_at))
    by_measurand: dict[Measurand, list[Sample]] = {}
    for sample in samples:
        by_measurand.setdefault(sample.measurand, []).append(sample)
    imported, place = _advance_import(live, by_measurand.get(Measurand.ENERGY_IMPORT_REGISTER, []))
    powers = _series(by_measurand, Measurand.POWER_IMPORT)
    area_wus, power_at = live.area_wus, live.power_at
    if imported is None:  # else a register counts, and will
        area_wus, power_at = advance_area(live, powers)
    counting, counted = remember(live, samples)
    moved = msgspec.structs.replace(
        live,
        sample_count=live.sample_count + len(samples),
        imported=imported,
        exported=_advance_register(live.exported, _series(by_measurand, Measurand.ENERGY_EXPORT_REGISTER)),
        place=place,
        interval_wh=live.interval_wh + _sum_intervals(by_measurand),
        area_wus=area_wus,
        power_at=power_at,
        newest_at=newest_at,
        newest=newest,
        newest_block=None,
        counting=counting,
        counted=counted,
    )
    return refresh(moved, by_measurand, at=told_at, power_w=powers[-1].value if powers else None)


def remember(live: Live, samples: Iterable[Sample]) -> tuple[list[Sample] | None, int]:
    """Hold what energy is counted from, as long as it is not too much; return `counting` and `counted`."""
    held = live.counting
    if held is None:
        return None, 0
    del held[live.counted :]
    held += [sample for sample in samples if sample.measurand in ENERGY or sample.signed is not None]
    return (held, len(held)) if len(held) <= COUNTING_MAX else (None, 0)


def take_registers(live: Live, registers: OwnRegisters) -> Live:
    """Take in what the transaction itself says of its begin and end; what was said first stands."""
    own = live.registers
    merged = OwnRegisters(
        start_wh=own.start_wh if own.start_wh is not None else registers.start_wh,
        start_at=own.start_at if own.start_wh is not None else registers.start_at,
        end_wh=registers.end_wh if registers.end_wh is not None else own.end_wh,
        end_at=registers.end_at if registers.end_wh is not None else own.end_at,
    )
    if merged == own:
        return live
    imported = live.imported
    if merged.start_wh is not None and own.start_wh is None and merged.start_at is not None:
        imported = _put_first(imported, Reading(merged.start_at, merged.start_wh))
    if merged.end_wh is not None and merged.end_at is not None and imported is not None:
        imported = step_register(imported, Reading(merged.end_at, merged.end_wh))
    return refresh(msgspec.structs.replace(live, registers=merged, imported=imported), {}, at=None, power_w=None)


def refresh(live: Live, samples: dict[Measurand, list[Sample]], *, at: datetime | None, power_w: int | None) -> Live:
    """Show what the counters and the newest samples say."""
    before = live.state
    last_sample_at = before.last_sample_at
    is_newest = at is not None and (last_sample_at is None or at >= last_sample_at)
    newest = samples if is_newest else {}
    state = MeterState(
        energy_wh=count_energy(live.imported, live.interval_wh, live.area_wus),
        exported_wh=bound_energy(live.exported.counted_wh) if live.exported else 0,
        power_w=_or(power_w if is_newest else None, before.power_w),
        current_ma=_or(_latest_of_phases(newest.get(Measurand.CURRENT_IMPORT)), before.current_ma),
        voltage_mv=_or(_latest_of_phases(newest.get(Measurand.VOLTAGE)), before.voltage_mv),
        soc_permille=_or(_latest_of_phases(newest.get(Measurand.SOC)), before.soc_permille),
        soc_before_permille=before.soc_permille,
        last_sample_at=at if is_newest else last_sample_at,
    )
    return msgspec.structs.replace(live, state=state)


def count_energy(imported: Register | None, interval_wh: int, area_wus: int) -> int:
    """Return the energy that was taken: by register, else by intervals, else by power over time."""
    return bound_energy(imported.counted_wh if imported is not None else interval_wh or area_wus // (2 * _WUS_PER_WH))


def bound_energy(energy_wh: int) -> int:
    """Keep an energy within what can be stored and read everywhere."""
    return min(max(0, energy_wh), LARGEST)


def _or(value: int | None, otherwise: int | None) -> int | None:
    return otherwise if value is None else value


def _series(samples: dict[Measurand, list[Sample]], measurand: Measurand) -> list[Reading]:
    own = samples.get(measurand)
    return build_series(own, measurand) if own else []


def _latest_of_phases(samples: Sequence[Sample] | None) -> int | None:
    """Return the newest value: the whole's, else the greatest of the phases (a sum of currents would mislead)."""
    if not samples:
        return None
    if len(samples) == 1:
        return samples[0].value
    place = find_place(samples)
    at = max(sample.at for sample in samples if sample.location is place)
    newest = [sample for sample in samples if sample.at == at and sample.location is place]
    whole = [sample.value for sample in newest if sample.phase is None]
    phases = [sample.value for sample in newest if sample.phase in PHASES]
    values = whole or phases or [sample.value for sample in newest]
    return max(values)


def _advance_import(live: Live, samples: Sequence[Sample]) -> tuple[Register | None, SampleLocation | None]:
    if not samples:
        return live.imported, live.place
    place = live.place or find_place(samples)
    series = build_series(samples, Measurand.ENERGY_IMPORT_REGISTER, place=place)
    if live.registers.end_wh is not None:
        return live.imported, place
    begin = next((reading for reading in series if reading.context is SampleContext.BEGIN), None)
    imported = live.imported
    if begin is not None and live.registers.start_wh is None and (imported is None or begin.at < imported.first_at):
        imported = _put_first(imported, begin)
    is_begin_own = live.registers.start_wh is not None
    return _advance_register(imported, series, is_first_fixed=is_begin_own), place


def _put_first(register: Register | None, reading: Reading) -> Register:
    """Let the count begin at this reading, whatever came before it in arrival."""
    if register is None:
        return Register(reading.at, reading.value, reading.at, reading.value)
    step = register.first_wh - reading.value
    counted_wh = register.counted_wh + max(0, step)
    return Register(reading.at, reading.value, register.last_at, register.last_wh, counted_wh)


def _advance_register(
    register: Register | None, series: Sequence[Reading], *, is_first_fixed: bool = False
) -> Register | None:
    for reading in series:
        if register is None:
            register = Register(reading.at, reading.value, reading.at, reading.value)
        elif reading.at >= register.last_at:
            register = step_register(register, reading)
        elif reading.at < register.first_at and not is_first_fixed:
            register = _put_first(register, reading)
    return register


def step_register(register: Register, reading: Reading) -> Register:
    """Let a register's count go on to a later reading."""
    step = reading.value - register.last_wh
    if -JITTER_WH <= step <= LEAP_FLOOR_WH or 0 < step <= allow_step_wh(reading.at - register.last_at):
        counted_wh = step
    elif step > 0:
        counted_wh = 0
    else:
        counted_wh = judge_step_back(register.last_wh, reading.value)[1]
    return Register(register.first_at, register.first_wh, reading.at, reading.value, register.counted_wh + counted_wh)


def _sum_intervals(samples: dict[Measurand, list[Sample]]) -> int:
    own = samples.get(Measurand.ENERGY_IMPORT_INTERVAL)
    if not own:
        return 0
    sampled = [sample for sample in own if sample.context is not SampleContext.CLOCK]
    return sum(reading.value for reading in build_series(sampled, Measurand.ENERGY_IMPORT_INTERVAL))


def advance_area(live: Live, powers: Sequence[Reading]) -> tuple[int, datetime | None]:
    """Add the area under power readings; return it and the instant of the newest one."""
    area_wus, power_at, power_w = live.area_wus, live.power_at, live.state.power_w or 0
    for reading in powers:
        if power_at is not None and timedelta(0) < reading.at - power_at <= POWER_ACROSS_MAX:
            area_wus += (power_w + reading.value) * ((reading.at - power_at) // timedelta(microseconds=1))
        if power_at is None or reading.at > power_at:
            power_at, power_w = reading.at, reading.value
    return area_wus, power_at
