from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from busbar.canon.metering import Measurand, Sample
from busbar.canon.sample_block import Column, SampleBlock, list_samples, pack_columns
from busbar.domain.metering.block import pack_block, pack_samples
from busbar.domain.metering.layout import find_layout
from busbar.views.curves import UNITS, gather, thin

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
POWER, CURRENT = Measurand.POWER_IMPORT, Measurand.CURRENT_IMPORT
SHAPES = (
    (Column(POWER), Column(CURRENT, "L1"), Column(CURRENT, "L2")),
    (Column(POWER), Column(POWER)),
    (Column(CURRENT, "L1"),),
)


def test_every_measurand_has_its_unit():
    assert set(UNITS) == set(Measurand)


@given(st.lists(st.tuples(st.sampled_from(SHAPES), st.booleans()), max_size=12), st.sampled_from([(), (POWER,)]))
def test_columns_and_samples_give_the_same_series(told, wanted):
    """Whatever shapes follow each other, and however they are kept."""
    bodies, expected = [], {}
    for number, (shape, is_in_columns) in enumerate(told):
        values = tuple(number * 10 + place for place in range(len(shape)))
        block = SampleBlock(at=BEGIN + timedelta(seconds=number), shape=pack_columns(shape), values=values)
        samples = list_samples(block)
        bodies.append(pack_block(block, find_layout(block.shape).columns) if is_in_columns else pack_samples(samples))
        for sample in samples:
            if not wanted or sample.measurand in wanted:
                expected.setdefault((sample.measurand, sample.phase), []).append((sample.at, sample.value))
    gathered = gather(bodies, frozenset(wanted))
    found = {
        (one.column.measurand, one.column.phase): list(zip(one.instants, one.values, strict=True))
        for one in gathered.values()
    }
    assert found == expected


def test_a_signed_sample_is_a_value_like_others():
    [course] = gather([pack_samples([Sample(at=BEGIN, measurand=POWER, value=7, signed="x")])], frozenset()).values()
    assert course.values == [7]


@given(st.lists(st.integers(0, 50), max_size=200), st.integers(10, 40))
def test_what_is_thinned_keeps_its_ends_and_extremes(values, points):
    kept = thin(values, points=points)
    assert len(kept) <= max(points, 2)
    assert kept == sorted(set(kept))
    if values:
        assert kept[0] == 0
        assert kept[-1] == len(values) - 1
        left = [values[place] for place in kept]
        assert (min(left), max(left)) == (min(values), max(values))
