from datetime import UTC, datetime, timedelta

import pytest

from busbar.canon.metering import Curve, Measurand, Sample, SampleContext, SampleLocation
from busbar.domain.metering.model import (
    Bounds,
    OwnRegisters,
    close_record,
    count_register,
    integrate_power,
    judge_step_back,
    trace_import,
)
from busbar.domain.metering.series import Reading, build_series
from busbar.kernel.ids import SessionId

BEGIN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
REGISTER = Measurand.ENERGY_IMPORT_REGISTER


def at(minute: float) -> datetime:
    return BEGIN + timedelta(minutes=minute)


def sample(minute: float, value: int, measurand: Measurand = REGISTER, **more) -> Sample:
    return Sample(at=at(minute), measurand=measurand, value=value, **more)


def close(samples, *, own=None, minutes=60, has_start=True, has_end=True):
    return close_record(
        session_id=SessionId("s"),
        samples=samples,
        sample_count=len(samples),
        registers=own or OwnRegisters(),
        bounds=Bounds(at(0), at(minutes), has_start, has_end),
    )


def own(start=None, end=None, minutes=60):
    return OwnRegisters(
        start_wh=start,
        start_at=at(0) if start is not None else None,
        end_wh=end,
        end_at=at(minutes) if end is not None else None,
    )


def points(*values: int):
    return [(at(index), value) for index, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "energy_wh", "flags"),
    [
        ((0, 100, 250), 250, set()),
        ((1000, 1000, 1000), 0, set()),
        ((100, 205, 200, 300), 200, set()),  # rounding
        ((5000, 0, 5100), 100, {Curve.OUTLIER}),  # one reading of zero
        ((5000, 900_000_000, 5100), 100, {Curve.OUTLIER}),  # one reading beyond all reason
        ((5000, 6000, 100, 700), 1700, {Curve.REGISTER_RESET}),  # 1000 before, 100 since the reset, 600 after
        ((5000, 6000, 3000, 3500), 1500, {Curve.REGISTER_RESET}),  # another meter: what it shows is not ours
        ((999_500, 999_900, 200, 700), 1200, {Curve.REGISTER_ROLLOVER}),
        ((2**32 - 100, 50, 150), 250, {Curve.REGISTER_ROLLOVER}),
        ((0, 50_000_000, 50_000_500), 500, {Curve.OUTLIER}),  # a begin of zero beside an absolute register
        ((100,), 0, set()),
        ((), 0, set()),
    ],
)
def test_a_register_is_counted(values, energy_wh, flags):
    counted = count_register(points(*values))
    assert (counted.energy_wh, counted.flags) == (energy_wh, flags)


def test_a_step_up_is_possible_within_what_the_largest_connector_delivers():
    assert count_register([(at(0), 0), (at(60), 3_900_000)]).energy_wh == 3_900_000
    assert count_register([(at(0), 0), (at(60), 4_100_000)]).energy_wh == 0


@pytest.mark.parametrize(
    ("last", "value", "flag"),
    [
        (999_990, 5, Curve.REGISTER_ROLLOVER),
        (999_990, 50_000, Curve.REGISTER_RESET),
        (500_000, 5, Curve.REGISTER_RESET),
        (99_999_999_900, 100, Curve.REGISTER_ROLLOVER),
        (96_000, 0, Curve.REGISTER_RESET),  # five digits are a session's own register, not a meter's range
    ],
)
def test_a_step_back_is_judged(last, value, flag):
    assert judge_step_back(last, value)[0] is flag


def test_the_transactions_own_registers_rule():
    taken = [sample(30, 3000), sample(60, 6380, context=SampleContext.END)]
    record = close(taken, own=own(0, 6379))
    assert (record.energy_wh, record.register_start_wh, record.register_end_wh, record.flags) == (6379, 0, 6379, ())


def test_a_meter_stop_of_zero_does_not_undo_what_was_sampled():
    taken = [sample(20, 6000), sample(40, 9000)]
    record = close(taken, own=own(5000, 0))
    assert (record.energy_wh, record.flags) == (4000, (Curve.REGISTER_RESET,))


def test_marked_samples_are_the_ends_of_a_2_x_transaction():
    taken = [
        sample(0, 1000, context=SampleContext.BEGIN),
        sample(30, 1500),
        sample(60, 2000, context=SampleContext.END),
    ]
    assert (close(taken).energy_wh, close(taken).flags) == (1000, ())


def test_the_first_and_last_reading_stand_in_and_are_flagged():
    record = close([sample(10, 100), sample(20, 300), sample(30, 500)])
    assert (record.energy_wh, record.flags) == (400, (Curve.NO_END, Curve.NO_START))
    near = close([sample(0.5, 100), sample(30, 300), sample(59.5, 500)])
    assert near.flags == ()
    lost = close([sample(0.5, 100), sample(30, 300), sample(59.5, 500)], has_start=False, has_end=False)
    assert lost.flags == (Curve.NO_END, Curve.NO_START)


def test_a_session_of_which_nothing_was_measured():
    assert (close([]).energy_wh, close([]).flags) == (0, (Curve.NO_END, Curve.NO_START))
    begun = close([], own=own(500), has_end=False)
    assert (begun.energy_wh, begun.flags, begun.register_start_wh) == (0, (Curve.NO_END,), 500)
    assert close([], own=own(500, 900)).energy_wh == 400


def test_the_outlet_is_read_before_other_places():
    taken = [
        sample(0, 100), sample(60, 600),
        sample(0, 9000, location=SampleLocation.INLET), sample(60, 9900, location=SampleLocation.INLET),
    ]  # fmt: skip
    assert close(taken).energy_wh == 500
    assert close(taken[2:]).energy_wh == 900
    assert close(taken[2:], own=own(100, 600)).energy_wh == 500, "own registers are the outlet's"


def test_phases_are_added_up_when_nothing_else_is_sent():
    taken = [
        sample(minute, value, phase=phase) for minute, value in ((0, 10), (60, 110)) for phase in ("L1", "L2", "L3-N")
    ]
    assert close(taken).energy_wh == 300
    lacking = [*taken, sample(30, 60, phase="L1")]
    assert [reading.value for reading in build_series(lacking, REGISTER)] == [30, 330]
    whole = [*taken, sample(0, 1000), sample(60, 1299)]
    assert close(whole).energy_wh == 299


def test_a_gap_is_longer_than_the_sessions_rhythm():
    steady = [sample(minute, minute * 10) for minute in range(0, 61, 2)]
    assert close(steady).flags == ()
    assert close(steady[:10] + steady[20:]).flags == (Curve.GAP,)
    slow = [sample(minute, minute * 10) for minute in range(0, 61, 15)]
    assert close(slow).flags == ()


def test_without_a_register_intervals_count():
    taken = [sample(minute, 250, Measurand.ENERGY_IMPORT_INTERVAL) for minute in (15, 30, 45, 60)]
    clock = [sample(60, 1000, Measurand.ENERGY_IMPORT_INTERVAL, context=SampleContext.CLOCK)]
    assert (close(taken).energy_wh, close(taken).flags) == (1000, (Curve.FALLBACK_POWER,))
    assert close([*taken, *clock]).energy_wh == 1000
    assert close(clock).energy_wh == 1000


def test_without_intervals_power_counts():
    taken = [sample(minute, 6000, Measurand.POWER_IMPORT) for minute in range(61)]
    assert (close(taken).energy_wh, close(taken).flags) == (6000, (Curve.FALLBACK_POWER,))
    phases = [
        sample(minute, 2000, Measurand.POWER_IMPORT, phase=phase)
        for minute in range(61)
        for phase in ("L1", "L2", "L3")
    ]
    assert close(phases).energy_wh == 6000


def test_no_power_is_assumed_across_a_gap():
    powers = [Reading(at(minute), 6000) for minute in (0, 1, 2, 3, 50, 51)]
    assert integrate_power(powers) == 400


def test_no_nonsense_outgrows_the_books():
    largest = 2**53
    taken = [sample(minute, largest, Measurand.ENERGY_IMPORT_INTERVAL) for minute in range(2000)]
    exported = [sample(minute, largest, Measurand.ENERGY_EXPORT_INTERVAL) for minute in range(2000)]
    record = close([*taken, *exported])
    assert (record.energy_wh, record.exported_wh) == (largest, largest)


def test_exported_energy_is_counted_beside():
    taken = [sample(0, 0), sample(60, 100)]
    exported = [sample(minute, value, Measurand.ENERGY_EXPORT_REGISTER) for minute, value in ((0, 50), (60, 90))]
    record = close([*taken, *exported])
    assert (record.energy_wh, record.exported_wh) == (100, 40)
    intervals = [sample(minute, 20, Measurand.ENERGY_EXPORT_INTERVAL) for minute in (30, 60)]
    assert close([*taken, *intervals]).exported_wh == 40


def test_signed_readings_are_kept_verbatim():
    taken = [
        sample(0, 0, context=SampleContext.BEGIN, signed="OCMF|begin"),
        sample(30, 50, signed="OCMF|between"),
        sample(60, 100, context=SampleContext.END, signed="OCMF|end"),
    ]
    record = close(taken)
    assert (record.signed_start, record.signed_end) == ("OCMF|begin", "OCMF|end")
    assert close(taken[:1]).signed_end is None
    assert close([sample(0, 0)]).signed_start is None


def trace(samples, *, own=None, minutes=60, has_end=True):
    return trace_import(samples, registers=own or OwnRegisters(), bounds=Bounds(at(0), at(minutes), True, has_end))


@pytest.mark.parametrize(
    "samples",
    [
        [sample(0, 100), sample(20, 300), sample(40, 295), sample(60, 900)],
        [sample(0, 5000), sample(20, 6000), sample(40, 100), sample(60, 700)],
        [sample(minute, 500, Measurand.ENERGY_IMPORT_INTERVAL) for minute in (15, 30, 45)],
        [sample(minute, 7000, Measurand.POWER_IMPORT) for minute in (0, 20, 40, 60)],
        [],
    ],
)
def test_a_traced_curve_ends_with_the_energy_of_the_record(samples):
    curve = trace(samples)
    levels = [point.energy_wh for point in curve]
    assert levels == sorted(levels)
    assert (levels[-1] if levels else 0) == close(samples).energy_wh


def test_a_traced_curve_marks_its_gaps():
    curve = trace([sample(minute, minute * 100) for minute in (0, 1, 2, 3, 40, 41)], has_end=False)
    assert [(point.at - BEGIN) // timedelta(minutes=1) for point in curve if point.is_gap] == [3]
