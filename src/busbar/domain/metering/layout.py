"""The way of samples in columns: `plain.move_on` with all that only the columns decide worked out once a shape.

`move_block` gives exactly what `plain.move_on` gives for the same samples (a property test holds the two together).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import cast

import msgspec

from busbar.canon.metering import Measurand, MeterState, Sample, SampleContext, SampleLocation
from busbar.canon.sample_block import SHAPES_MAX, Column, SampleBlock, read_columns
from busbar.domain.metering.live import COUNTING_MAX, Live, Register, advance_area, count_energy, step_register
from busbar.domain.metering.plain import LONG_WAY, POWER_PHASES, Moved
from busbar.domain.metering.series import PHASES, Reading
from busbar.kernel.bounded import BoundedDict

Pick = Callable[[tuple[int, ...]], int]
"""Gives a figure of the whole from a block's values."""


class Layout(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Where the values of a shape stand that the running figures are made of."""

    columns: msgspec.Raw
    """The shape, to be put into a body."""
    count: int
    is_plain: bool
    """Whether messages of this shape may take the short way at all."""
    power: Pick | None = None
    """Gives the power: one value, or the phases to be added up."""
    register: int | None = None
    """Place of the register of imported energy …"""
    register_place: SampleLocation | None = None
    """… where it is measured …"""
    register_context: SampleContext = SampleContext.PERIODIC
    current: Pick | None = None
    """Gives the current that is shown; likewise the others."""
    voltage: Pick | None = None
    soc: Pick | None = None


_LAYOUTS: BoundedDict[bytes, Layout] = BoundedDict(bound=SHAPES_MAX)


def find_layout(shape: bytes) -> Layout:
    """Return the layout of a shape. Errors: `msgspec.DecodeError` for what is none."""
    layout = _LAYOUTS.get(shape)
    if layout is None:
        _LAYOUTS[shape] = layout = _make_layout(shape)
    return layout


def _make_layout(shape: bytes) -> Layout:
    columns = read_columns(shape)
    raw, count = msgspec.Raw(shape), len(columns)
    told = _group(columns)
    powers = told.get(Measurand.POWER_IMPORT, {}) if told is not None else {}
    registers = told.get(Measurand.ENERGY_IMPORT_REGISTER, {}) if told is not None else {}
    is_power_plain = not powers or None in powers or powers.keys() <= POWER_PHASES
    register = registers.get(None) if len(registers) == 1 else None
    is_register_plain = not registers or (register is not None and columns[register].context is not SampleContext.BEGIN)
    if told is None or not columns or not is_power_plain or not is_register_plain:
        return Layout(columns=raw, count=count, is_plain=False)
    return Layout(
        columns=raw,
        count=count,
        is_plain=True,
        power=_pick((powers[None],) if None in powers else tuple(powers.values()), sum),
        register=register,
        register_place=None if register is None else columns[register].location,
        register_context=SampleContext.PERIODIC if register is None else columns[register].context,
        current=_pick(_choose_shown(told.get(Measurand.CURRENT_IMPORT)), max),
        voltage=_pick(_choose_shown(told.get(Measurand.VOLTAGE)), max),
        soc=_pick(_choose_shown(told.get(Measurand.SOC)), max),
    )


def _pick(places: tuple[int, ...], join: Callable[[Iterable[int]], int]) -> Pick | None:
    """Make what picks the values of these places, and joins them where there are several."""
    if not places:
        return None
    if len(places) == 1:
        return cast("Pick", itemgetter(*places))
    choose = cast("Callable[[tuple[int, ...]], tuple[int, ...]]", itemgetter(*places))
    return lambda values: join(choose(values))


Places = dict[str | None, int]


def _group(columns: Sequence[Column]) -> dict[Measurand, Places] | None:
    """Put the places of each quantity together by phase; None when a phase is told twice, or from two places."""
    told: dict[Measurand, Places] = {}
    for number, column in enumerate(columns):
        if column.measurand in LONG_WAY:
            return None
        places = told.setdefault(column.measurand, {})
        if column.phase in places or any(columns[other].location is not column.location for other in places.values()):
            return None
        places[column.phase] = number
    return told


def _choose_shown(places: Places | None) -> tuple[int, ...]:
    """Choose the values of which the greatest is shown: the whole's, else those of the phases, else all."""
    if not places:
        return ()
    if None in places:
        return (places[None],)
    phases = tuple([number for phase, number in places.items() if phase in PHASES])
    return phases or tuple(places.values())


def move_block(live: Live, block: SampleBlock, layout: Layout) -> Moved | None:
    """Take a block into the running figures; None when the long way must be taken."""
    at, values, register = block.at, block.values, layout.register
    if live.newest_at is not None and at <= live.newest_at:
        return None
    imported, place, register_wh = live.imported, live.place, None
    if register is not None:
        is_elsewhere = place is not None and place is not layout.register_place
        if is_elsewhere or (imported is not None and at < imported.last_at):
            return None
        place, register_wh = layout.register_place, values[register]
        if live.registers.end_wh is None:
            imported = _step(imported, at, register_wh)
    before = live.state
    power_w = None if layout.power is None else layout.power(values)
    area_wus, power_at = live.area_wus, live.power_at
    if imported is None and power_w is not None:
        area_wus, power_at = advance_area(live, (Reading(at, power_w),))
    counting, counted = _remember(live, block, layout, register_wh)
    state = MeterState(
        energy_wh=count_energy(imported, live.interval_wh, area_wus),
        exported_wh=before.exported_wh,
        power_w=before.power_w if power_w is None else power_w,
        current_ma=_show(layout.current, values, before.current_ma),
        voltage_mv=_show(layout.voltage, values, before.voltage_mv),
        soc_permille=_show(layout.soc, values, before.soc_permille),
        soc_before_permille=before.soc_permille,
        last_sample_at=at,
    )
    moved = msgspec.structs.replace(
        live,
        sample_count=live.sample_count + layout.count,
        imported=imported,
        place=place,
        area_wus=area_wus,
        power_at=power_at,
        newest_at=at,
        newest=(),
        newest_block=block,
        counting=counting,
        counted=counted,
        state=state,
    )
    return Moved(moved, power_w, register_wh)


def _step(imported: Register | None, at: datetime, register_wh: int) -> Register:
    if imported is None:
        return Register(at, register_wh, at, register_wh)
    return step_register(imported, Reading(at, register_wh))


def _remember(
    live: Live, block: SampleBlock, layout: Layout, register_wh: int | None
) -> tuple[list[Sample] | None, int]:
    """Hold what energy is counted from: see `live.remember`."""
    held = live.counting
    if held is None:
        return None, 0
    del held[live.counted :]
    if register_wh is not None:
        held.append(_make_register(block, layout, register_wh))
    return (held, len(held)) if len(held) <= COUNTING_MAX else (None, 0)


def _show(pick: Pick | None, values: tuple[int, ...], before: int | None) -> int | None:
    return before if pick is None else pick(values)


def _make_register(block: SampleBlock, layout: Layout, register_wh: int) -> Sample:
    return Sample(
        at=block.at,
        measurand=Measurand.ENERGY_IMPORT_REGISTER,
        value=register_wh,
        location=layout.register_place or SampleLocation.OUTLET,
        context=layout.register_context,
    )
