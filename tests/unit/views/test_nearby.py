import pytest

from busbar.views.missing import StationMissingError
from busbar.views.nearby import NearbyQuery, Position, measure_distance_m, read_code


@pytest.mark.parametrize(
    ("here", "there", "distance_m"),
    [
        ((45.0703, 7.6869), (45.0703, 7.6869), 0),
        ((45.0703, 7.6869), (45.4642, 9.19), 125_900),
        ((0, 179.999), (0, -179.999), 222),
        ((90, 0), (90, 120), 0),
        ((0, 0), (0, 180), 20_015_115),
    ],
)
def test_distances_follow_the_surface(here, there, distance_m):
    assert measure_distance_m(Position(*here), Position(*there)) == pytest.approx(distance_m, rel=0.005, abs=1)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("https://charging.example/app/s/ST-1", ("ST-1", None)),
        ("https://charging.example/app/s/ST-1/2?x=1", ("ST-1", 2)),
        ("https://charging.example/sub/app/s/ST%201%2Bx/12", ("ST 1+x", 12)),
        ("ST-1", ("ST-1", None)),
        (" ST-1/2 ", ("ST-1", 2)),
        ("/app/s/ST-1/1", ("ST-1", 1)),
    ],
)
def test_a_code_is_an_address_or_a_typed_id(code, found):
    assert read_code(code) == found


@pytest.mark.parametrize("code", ["", "https://charging.example/", "https://[", "a/b/c", "ST-1/0", "ST-1/x"])
def test_another_code_names_no_station(code):
    with pytest.raises(StationMissingError):
        read_code(code)


def test_a_position_is_whole_or_not_there():
    assert NearbyQuery().position is None
    assert NearbyQuery(latitude=1, longitude=2).position == (1, 2)
    with pytest.raises(ValueError, match="latitude and longitude"):
        NearbyQuery(latitude=1)
