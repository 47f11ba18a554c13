from datetime import UTC, datetime

import msgspec
import pytest

from busbar.app.config import ConfigError, Settings
from busbar.app.parked_list import open_parked, write_parked
from busbar.ports.parcels import ParkedParcel

PARCEL = ParkedParcel(
    parked_id="p",
    reason="failed",
    partition=3,
    attempts=3,
    error="ZeroDivisionError",
    parked_at=datetime(2026, 3, 1, 12, 0, tzinfo=UTC),
    messages=("StationBooted/1",) * 5,
    station_ids=("A", "B"),
    size_bytes=900,
    is_readable=True,
)


def test_a_parcel_is_a_line():
    line = "p  2026-03-01 12:00:00  failed  StationBooted/1, StationBooted/1, StationBooted/1 and 2 more  A B"
    assert write_parked([PARCEL], as_json=False) == f"{line}  ZeroDivisionError"
    assert write_parked([], as_json=False) == "nothing is parked"


def test_garbage_is_a_line_too():
    garbage = msgspec.structs.replace(PARCEL, messages=(), station_ids=(), parked_at=None, error="")
    assert write_parked([garbage], as_json=False) == "p    failed  900 bytes that are no parcel"


def test_programs_get_json():
    (line,) = write_parked([PARCEL], as_json=True).splitlines()
    assert msgspec.json.decode(line, type=ParkedParcel) == PARCEL


def test_without_a_broker_nothing_can_be_parked(tmp_path):
    with pytest.raises(ConfigError, match="broker_url"):
        open_parked(Settings(data_dir=tmp_path))
