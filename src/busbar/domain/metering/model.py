"""How much energy a session took: register arithmetic on all that is known of it.

Everything here looks at a set of samples, so the order in which they came, and how often, cannot matter.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from typing import NamedTuple

import msgspec

from busbar.canon.metering import (
    CurrentPoint,
    Curve,
    Measurand,
    MeterPoint,
    MeterRecord,
    Sample,
    SampleContext,
    SampleLocation,
)
from busbar.domain.metering.series import Reading, build_series
from busbar.kernel.ids import OperatorId, SessionId, StationId
from busbar.kernel.quantity import LARGEST

JITTER_WH = 10
"""A register that steps back by this little was rounded, not reset."""
LEAP_FLOOR_WH = 1_000_000
LEAP_RATE_W = 4_000_000
"""A step up is possible within what 4 MW (the largest connector there is) delivers, and always up to 1 MWh."""
RESET_SHARE = 10
"""After a reset a register counts from zero: its new value is at most a tenth of the old one."""
ROLLOVER_SHARE = 100
"""A rollover happens within the last and first hundredth of the register's range."""
ROLLOVER_MODULI_WH = (10**6, 10**7, 2**24, 10**8, 10**9, 2**31, 2**32, 10**10, 10**11)
"""Where registers roll over: 6 to 11 decimal digits of a Wh, or 24, 31, 32 bits."""
ROLLOVER_MAX_WH = 250_000
GAP_RHYTHMS = 3
GAP_FLOOR = timedelta(minutes=5)
"""A gap is longer than three times the session's usual interval, and than five minutes."""
FIRST_READING_WITHIN = timedelta(minutes=1)
"""A first reading this soon after the start is the begin reading, even if its context does not say so."""
RHYTHM_MIN_INTERVALS = 2
_WUS_PER_WH = 3_600_000_000
"""Watt-microseconds in a Wh."""


class OwnRegisters(msgspec.Struct, frozen=True, kw_only=True):
    """What the transaction itself says of the register at its begin and end (1.6 meterStart and meterStop)."""

    start_wh: int | None = None
    start_at: datetime | None = None
    end_wh: int | None = None
    end_at: datetime | None = None


class MeterFile(msgspec.Struct, frozen=True, kw_only=True):
    """A session's row in the room's books: its own registers, and the record once it is closed."""

    session_id: SessionId
    operator_id: OperatorId
    station_id: StationId
    registers: OwnRegisters = OwnRegisters()
    record: MeterRecord | None = None
    closed_at: datetime | None = None


class Count(NamedTuple):
    """Energy, what is to be said about it, and the register values it was counted between."""

    energy_wh: int
    flags: frozenset[Curve]
    start_wh: int | None = None
    end_wh: int | None = None


class Bounds(NamedTuple):
    """What a record is closed with, beside the samples."""

    started_at: datetime
    ended_at: datetime
    has_start: bool
    has_end: bool


def close_record(
    *, session_id: SessionId, samples: Sequence[Sample], sample_count: int, registers: OwnRegisters, bounds: Bounds
) -> MeterRecord:
    """Make a session's meter record from all samples of energy and power that are stored of it."""
    imported = count_import(samples, registers=registers, bounds=bounds)
    exported = count_export(samples)
    flags = imported.flags | (exported.flags & {Curve.REGISTER_RESET, Curve.REGISTER_ROLLOVER, Curve.OUTLIER})
    return MeterRecord(
        session_id=session_id,
        started_at=bounds.started_at,
        ended_at=bounds.ended_at,
        register_start_wh=imported.start_wh,
        register_end_wh=imported.end_wh,
        energy_wh=min(imported.energy_wh, LARGEST),
        exported_wh=min(exported.energy_wh, LARGEST),
        sample_count=sample_count,
        flags=tuple(sorted(flags)),
        signed_start=_find_signed(samples, SampleContext.BEGIN),
        signed_end=_find_signed(samples, SampleContext.END),
    )


def count_import(samples: Sequence[Sample], *, registers: OwnRegisters, bounds: Bounds) -> Count:
    """Count imported energy: by register, else by intervals, else by power over time."""
    series = _choose_register_series(samples, registers)
    has_own = registers.start_wh is not None or registers.end_wh is not None
    if series or has_own:
        return _count_session_register(series, registers, bounds)
    intervals = _choose_intervals(samples, Measurand.ENERGY_IMPORT_INTERVAL)
    if intervals:
        energy_wh = sum(reading.value for reading in intervals)
        return Count(energy_wh, frozenset({Curve.FALLBACK_POWER}) | _find_gap([each.at for each in intervals]))
    powers = build_series(samples, Measurand.POWER_IMPORT)
    if powers:
        return Count(
            integrate_power(powers), frozenset({Curve.FALLBACK_POWER}) | _find_gap([each.at for each in powers])
        )
    return Count(0, frozenset({Curve.NO_START, Curve.NO_END}))


def trace_import(samples: Sequence[Sample], *, registers: OwnRegisters, bounds: Bounds) -> tuple[MeterPoint, ...]:
    """Return the imported Wh since the begin by each instant at which they are known; the last is `count_import`'s."""
    series = _choose_register_series(samples, registers)
    if series or registers.start_wh is not None or registers.end_wh is not None:
        walked, _flags = walk_register(_place_register(series, registers, bounds)[0])
        return _level(walked)
    intervals = _choose_intervals(samples, Measurand.ENERGY_IMPORT_INTERVAL)
    if intervals:
        sums = accumulate(reading.value for reading in intervals)
        return _level([(bounds.started_at, 0), *zip((reading.at for reading in intervals), sums, strict=True)])
    return _level(walk_power(build_series(samples, Measurand.POWER_IMPORT)))


def trace_currents(samples: Sequence[Sample]) -> tuple[CurrentPoint, ...]:
    """Return the current by each instant at which it is known, summed over the phases (OCPI `min_current`)."""
    series = build_series(samples, Measurand.CURRENT_IMPORT)
    return tuple(CurrentPoint(at=reading.at, current_ma=max(0, reading.value)) for reading in series)


def _level(walked: Sequence[tuple[datetime, int]]) -> tuple[MeterPoint, ...]:
    """Let a curve that rounding made fall stand instead: it ends where it ends, and never goes above that."""
    if not walked:
        return ()
    end_wh = min(max(0, walked[-1][1]), LARGEST)
    highest = list(accumulate((min(max(0, energy_wh), end_wh) for _at, energy_wh in walked), max))
    instants = [at for at, _ in walked]
    longest = _longest_interval(instants)
    following = [*instants[1:], instants[-1]]
    return tuple(
        MeterPoint(at=at, energy_wh=energy_wh, is_gap=after - at > longest)
        for at, after, energy_wh in zip(instants, following, highest, strict=True)
    )


_EXPORT = frozenset({Measurand.ENERGY_EXPORT_REGISTER, Measurand.ENERGY_EXPORT_INTERVAL})


def count_export(samples: Sequence[Sample]) -> Count:
    """Count exported energy: by register, else by intervals."""
    if not any(sample.measurand in _EXPORT for sample in samples):
        return Count(0, frozenset())
    series = build_series(samples, Measurand.ENERGY_EXPORT_REGISTER)
    if series:
        return count_register([(reading.at, reading.value) for reading in series])
    intervals = _choose_intervals(samples, Measurand.ENERGY_EXPORT_INTERVAL)
    return Count(sum(reading.value for reading in intervals), frozenset())


def _choose_register_series(samples: Sequence[Sample], registers: OwnRegisters) -> list[Reading]:
    """Choose the readings to count with; the transaction's own registers are the outlet's, so theirs must be too."""
    outlet = build_series(samples, Measurand.ENERGY_IMPORT_REGISTER, place=SampleLocation.OUTLET)
    if outlet or (registers.start_wh is not None and registers.end_wh is not None):
        return outlet
    return build_series(samples, Measurand.ENERGY_IMPORT_REGISTER)


def _count_session_register(series: list[Reading], registers: OwnRegisters, bounds: Bounds) -> Count:
    points, flags = _place_register(series, registers, bounds)
    if not points:
        return Count(0, flags)
    counted = count_register(points)
    return Count(counted.energy_wh, flags | counted.flags, points[0][1], points[-1][1])


def _place_register(
    series: list[Reading], registers: OwnRegisters, bounds: Bounds
) -> tuple[list[tuple[datetime, int]], frozenset[Curve]]:
    """Return the register's points from the session's begin to its end, and what is to be said of them."""
    flags: set[Curve] = set()
    begin = _find_begin(series, registers, bounds, flags)
    end = _find_end(series, registers, bounds, flags)
    if begin is None or end is None:
        return [], frozenset(flags)
    first_at, last_at = begin[0], end[0]
    between = [(each.at, each.value) for each in series if first_at < each.at < last_at]
    points = [begin, *between, end]
    if series:
        flags |= _find_gap([at for at, _ in points])
    return points, frozenset(flags)


def _find_begin(
    series: list[Reading], registers: OwnRegisters, bounds: Bounds, flags: set[Curve]
) -> tuple[datetime, int] | None:
    if registers.start_wh is not None:
        return (registers.start_at or bounds.started_at, registers.start_wh)
    marked = [each for each in series if each.context is SampleContext.BEGIN]
    if marked:
        return (marked[0].at, marked[0].value)
    if not series:
        flags.add(Curve.NO_START)
        return (registers.end_at or bounds.ended_at, registers.end_wh) if registers.end_wh is not None else None
    if not bounds.has_start or series[0].at - bounds.started_at > FIRST_READING_WITHIN:
        flags.add(Curve.NO_START)
    return (series[0].at, series[0].value)


def _find_end(
    series: list[Reading], registers: OwnRegisters, bounds: Bounds, flags: set[Curve]
) -> tuple[datetime, int] | None:
    if registers.end_wh is not None:
        return (registers.end_at or bounds.ended_at, registers.end_wh)
    marked = [each for each in series if each.context is SampleContext.END]
    if marked and bounds.has_end:
        return (marked[-1].at, marked[-1].value)
    if not series:
        flags.add(Curve.NO_END)
        return (registers.start_at or bounds.started_at, registers.start_wh) if registers.start_wh is not None else None
    if not bounds.has_end or bounds.ended_at - series[-1].at > FIRST_READING_WITHIN:
        flags.add(Curve.NO_END)
    return (series[-1].at, series[-1].value)


def count_register(points: Sequence[tuple[datetime, int]]) -> Count:
    """Count what a register counted from the first point to the last.

    Steps up add up. A small step back is rounding and counts as it stands, so that the ends alone decide. A single
    point that its neighbours contradict is left out. A step back is a rollover near the end of the register's range,
    else a reset: then what the register shows counts from zero, if it is near zero, and the step counts nothing
    otherwise (what went uncounted meanwhile is unknown and is not invented). A step up that no station can deliver
    counts nothing.
    """
    walked, flags = walk_register(points)
    if not walked:
        return Count(0, flags)
    return Count(max(0, walked[-1][1]), flags, points[0][1], points[-1][1])


def walk_register(points: Sequence[tuple[datetime, int]]) -> tuple[list[tuple[datetime, int]], frozenset[Curve]]:
    """Return what was counted by each point that counts, and what is to be said of the way: see `count_register`."""
    energy_wh = 0
    flags: set[Curve] = set()
    if not points:
        return [], frozenset()
    last_at, last = points[0]
    walked = [(last_at, 0)]
    index = 1
    while index < len(points):
        at, value = points[index]
        step = value - last
        if step >= -JITTER_WH and (step <= LEAP_FLOOR_WH or step <= allow_step_wh(at - last_at)):
            energy_wh += step
        elif index + 1 < len(points) and _is_contradicted(last_at, last, points[index], points[index + 1]):
            flags.add(Curve.OUTLIER)
            index += 1
            continue
        elif step > 0:
            flags.add(Curve.OUTLIER)
        else:
            flag, counted_wh = judge_step_back(last, value)
            flags.add(flag)
            energy_wh += counted_wh
        last_at, last = at, value
        walked.append((at, energy_wh))
        index += 1
    return walked, frozenset(flags)


def allow_step_wh(elapsed: timedelta) -> int:
    """Return the largest step that a register can make in this time."""
    return max(LEAP_FLOOR_WH, int(elapsed.total_seconds()) * LEAP_RATE_W // 3600)


def judge_step_back(last: int, value: int) -> tuple[Curve, int]:
    """Say what a register that stepped back did, and the Wh that the step counts."""
    for modulus in ROLLOVER_MODULI_WH:
        if last < modulus:
            passed_wh = modulus - last + value
            if passed_wh <= min(modulus // ROLLOVER_SHARE, ROLLOVER_MAX_WH):
                return (Curve.REGISTER_ROLLOVER, passed_wh)
    return (Curve.REGISTER_RESET, value if 0 <= value * RESET_SHARE <= last else 0)


def _is_contradicted(
    last_at: datetime, last: int, point: tuple[datetime, int], following: tuple[datetime, int]
) -> bool:
    """Tell whether the next point goes on from the last one as if this one had not been."""
    step = following[1] - last
    if not -JITTER_WH <= step <= allow_step_wh(following[0] - last_at):
        return False
    return point[1] > following[1] or judge_step_back(last, point[1])[0] is not Curve.REGISTER_ROLLOVER


def integrate_power(powers: Sequence[Reading]) -> int:
    """Return the Wh under a power curve; nothing is assumed across a gap."""
    return walk_power(powers)[-1][1] if powers else 0


def walk_power(powers: Sequence[Reading]) -> list[tuple[datetime, int]]:
    """Return the Wh under a power curve by each of its instants."""
    longest = _longest_interval([reading.at for reading in powers])
    area_wus = 0
    walked = [(reading.at, 0) for reading in powers[:1]]
    for before, after in pairwise(powers):
        elapsed = after.at - before.at
        if elapsed <= longest:
            area_wus += (before.value + after.value) * (elapsed // timedelta(microseconds=1))
        walked.append((after.at, area_wus // (2 * _WUS_PER_WH)))
    return walked


def _choose_intervals(samples: Sequence[Sample], measurand: Measurand) -> list[Reading]:
    """Choose intervals that do not overlap: the sampled ones, or the clock-aligned ones when there are no others."""
    own = [sample for sample in samples if sample.measurand is measurand]
    sampled = [sample for sample in own if sample.context is not SampleContext.CLOCK]
    return build_series(sampled or own, measurand)


def _longest_interval(instants: Sequence[datetime]) -> timedelta:
    intervals = sorted(after - before for before, after in pairwise(instants))
    if len(intervals) < RHYTHM_MIN_INTERVALS:
        return timedelta.max
    return max(GAP_FLOOR, intervals[len(intervals) // 2] * GAP_RHYTHMS)


def _find_gap(instants: Sequence[datetime]) -> frozenset[Curve]:
    longest = _longest_interval(instants)
    pairs = pairwise(instants)
    return frozenset({Curve.GAP}) if any(after - before > longest for before, after in pairs) else frozenset()


def _find_signed(samples: Iterable[Sample], context: SampleContext) -> str | None:
    """Return the signed text of the begin or end: the one so marked, else the first or last that was signed."""
    signed = sorted(
        (sample for sample in samples if sample.signed), key=lambda sample: (sample.at, sample.signed or "")
    )
    marked = [sample for sample in signed if sample.context is context]
    chosen = marked or signed
    if not chosen:
        return None
    if context is SampleContext.BEGIN:
        return chosen[0].signed
    # one signed text alone, taken at the begin, says nothing about the end
    return chosen[-1].signed if marked or len(chosen) > 1 or chosen[0].context is not SampleContext.BEGIN else None
