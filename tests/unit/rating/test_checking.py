import pytest

from busbar.rating.checking import check
from tests.unit.rating.making import make_tariff, price, under

ENERGY = price("energy", "1")
CHEAP = price("energy", "0.5")
TABLE = {"slots": "V" * 16 + "P" * 32}


def find(tariff):
    return [(each.code, each.path) for each in check(tariff)]


@pytest.mark.parametrize(
    ("tariff", "expected"),
    [
        (make_tariff([ENERGY]), []),
        (make_tariff(under({"start_time": "07:00", "end_time": "21:00"}, ENERGY), [CHEAP]), []),
        (make_tariff(under({"start_time": "07:00", "end_time": "21:00"}, ENERGY)), [("gap", "elements")]),
        (make_tariff(under({"weekdays": ["monday"]}, ENERGY)), [("gap", "elements")]),
        (make_tariff(under({"day_types": ["workday", "weekend"]}, ENERGY)), [("gap", "elements")]),
        (make_tariff(under({"day_types": ["workday", "weekend", "holiday"]}, ENERGY)), []),
        (make_tariff(under({"max_energy_wh": 5000}, ENERGY)), [("gap", "elements")]),
        (make_tariff([ENERGY], under({"start_time": "07:00"}, CHEAP)), [("never", "elements[1]")]),
        (
            make_tariff(under({"weekdays": ["monday"], "day_types": ["weekend"]}, CHEAP), [ENERGY]),
            [("never", "elements[0]")],
        ),
        (
            make_tariff(under({"weekdays": ["monday"]}, ENERGY), under({"start_time": "07:00"}, CHEAP), [CHEAP]),
            [("overlap", "elements[1]")],
        ),
        (
            make_tariff(
                under({"weekdays": ["monday"], "start_time": "07:00"}, ENERGY),
                under({"weekdays": ["monday"]}, CHEAP),
                [CHEAP],
            ),
            [],
        ),
        (make_tariff(under({"max_power_w": 11000}, CHEAP), under({"max_power_w": 50000}, CHEAP), [ENERGY]), []),
        (make_tariff([price("energy", "0")]), [("free", "elements")]),
        (make_tariff([ENERGY, price("energy", "1", share="service")]), [("mixed_shares", "elements")]),
        (make_tariff([ENERGY], tables=[TABLE]), [("unused_table", "tables")]),
        (
            make_tariff(under({"period": "valley"}, price("energy", "1", share="service")), tables=[TABLE]),
            [("gap", "elements.service")],
        ),
        (make_tariff(under({"reservation": "reservation"}, price("time", "1")), [ENERGY]), []),
    ],
)
def test_what_is_odd(tariff, expected):
    assert find(tariff) == expected


def test_an_example_of_when_is_given():
    gap = check(make_tariff(under({"start_time": "07:00", "end_time": "21:00"}, ENERGY)))[0]
    assert (gap.weekday, gap.time) == ("monday", "00:00")
    season = make_tariff(under({"season_start": "06-01", "season_end": "09-01"}, ENERGY))
    assert find(season) == [("gap", "elements")]
