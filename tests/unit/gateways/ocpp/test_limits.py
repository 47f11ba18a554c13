import pytest

from busbar.gateways.ocpp.limits import write_limit


@pytest.mark.parametrize(
    ("limit_milli", "written"),
    [(16_000, 16), (16_100, 16.1), (16_199, 16.1), (0, 0), (99, 0), (32_050, 32.0), (11_000_000, 11_000)],
)
def test_a_limit_has_one_decimal_at_most_and_is_never_raised(limit_milli, written):
    assert write_limit(limit_milli) == written
    assert write_limit(limit_milli) * 1000 <= limit_milli + 1e-6


def test_whole_limits_are_written_without_a_point():
    assert isinstance(write_limit(16_000), int)
