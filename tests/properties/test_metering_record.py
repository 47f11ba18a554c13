"""A meter record depends on what was measured, not on how the samples came."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from busbar.canon.metering import Curve, Measurand, Sample, SampleContext
from busbar.domain.metering.live import Live, advance, split_samples, take_registers
from busbar.domain.metering.model import Bounds, OwnRegisters, close_record, count_register
from busbar.kernel.ids import SessionId

BEGIN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
REGISTER = Measurand.ENERGY_IMPORT_REGISTER


@st.composite
def registers(draw) -> list[tuple[int, int]]:
    """A register that only counts up: (second, Wh), at most 1 MWh a step."""
    points = [(0, draw(st.integers(min_value=0, max_value=10**9)))]
    for _ in range(draw(st.integers(min_value=1, max_value=20))):
        second, value = points[-1]
        points.append(
            (
                second + draw(st.integers(min_value=1, max_value=1800)),
                value + draw(st.integers(min_value=0, max_value=50_000)),
            )
        )
    return points


def sample(second: int, value: int, context: SampleContext = SampleContext.PERIODIC, **more) -> Sample:
    return Sample(at=BEGIN + timedelta(seconds=second), measurand=REGISTER, value=value, context=context, **more)


def write_2_x(points: list[tuple[int, int]]) -> list[Sample]:
    """Write a register as the samples of a 2.x transaction."""
    (first, *between, last) = points
    return [
        sample(*first, SampleContext.BEGIN),
        *(sample(*point) for point in between),
        sample(*last, SampleContext.END),
    ]


def close(samples: list[Sample], *, own: OwnRegisters | None = None, last: int = 0):
    return close_record(
        session_id=SessionId("s"),
        samples=samples,
        sample_count=len(samples),
        registers=own or OwnRegisters(),
        bounds=Bounds(BEGIN, BEGIN + timedelta(seconds=last), has_start=True, has_end=True),
    )


@given(registers(), st.data())
@settings(max_examples=200)
def test_energy_is_the_end_less_the_begin_in_any_order(points, data):
    taken = data.draw(st.permutations(write_2_x(points)))
    record = close(taken, last=points[-1][0])
    assert record.energy_wh == points[-1][1] - points[0][1]
    assert set(record.flags) <= {Curve.GAP}
    assert record == close(write_2_x(points), last=points[-1][0])


@given(registers(), st.data())
def test_own_registers_rule_over_any_subset_of_samples(points, data):
    own = OwnRegisters(
        start_wh=points[0][1], start_at=BEGIN,
        end_wh=points[-1][1], end_at=BEGIN + timedelta(seconds=points[-1][0]),
    )  # fmt: skip
    kept = data.draw(st.lists(st.sampled_from(points), unique=True))
    record = close([sample(*point) for point in kept], own=own, last=points[-1][0])
    assert record.energy_wh == points[-1][1] - points[0][1]


@given(st.lists(st.integers(min_value=0, max_value=10**11), max_size=30))
@settings(max_examples=300)
def test_no_register_however_odd_counts_less_than_nothing(values):
    points = [(BEGIN + timedelta(minutes=index), value) for index, value in enumerate(values)]
    counted = count_register(points)
    assert counted.energy_wh >= 0
    if len(values) > 1 and values != sorted(values):
        steps = [after - before for before, after in pairwise(values)]
        assert counted.flags or min(steps) >= -10


@given(registers(), st.data())
@settings(max_examples=200)
def test_the_running_figure_agrees_with_the_record_in_any_order(points, data):
    taken = write_2_x(points)
    live = Live(session_id=SessionId("s"))
    seen: set[Sample] = set()
    for index in data.draw(st.permutations(range(len(taken)))):
        new, late = split_samples(live, [taken[index], taken[index]])
        fresh = [each for each in (*new, *late) if each.at not in {old.at for old in seen}]
        seen.update(fresh)
        live = advance(live, fresh)
    assert live.state.energy_wh == points[-1][1] - points[0][1]


@given(registers())
def test_the_running_figure_begins_with_the_transactions_own_register(points):
    live = take_registers(Live(session_id=SessionId("s")), OwnRegisters(start_wh=points[0][1], start_at=BEGIN))
    for point in points[1:-1]:
        live = advance(live, [sample(*point)])
    end_at = BEGIN + timedelta(seconds=points[-1][0])
    live = take_registers(live, OwnRegisters(end_wh=points[-1][1], end_at=end_at))
    assert live.state.energy_wh == points[-1][1] - points[0][1]
