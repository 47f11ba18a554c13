"""Samples in a Parquet file are those in the database."""

import sys
from datetime import UTC, timedelta

import duckdb
import pytest

from busbar.app.config import Settings
from busbar.app.export import BLOCKS_PER_READ, ExportQuery, ExportToolError, export_samples
from tests.contracts.telemetry.conftest import NOW


@pytest.fixture
def settings(store, tmp_path):
    url = store.databases.url.render_as_string(hide_password=False)
    return Settings(data_dir=tmp_path, database_url=url)


def period(**more):
    return ExportQuery(since=NOW - timedelta(days=1), until=NOW + timedelta(days=1), **more)


async def test_what_is_exported_is_what_is_stored(store, settings, tmp_path):
    blocks = [
        store.block(NOW + timedelta(seconds=number), station_id=f"S{1 + number % 2}", power_w=number)
        for number in range(BLOCKS_PER_READ + 10)
    ]
    await store.put(*blocks, store.block(NOW - timedelta(days=2)), store.block(NOW, session_id=None, evse_id=None))
    target = tmp_path / "it's.parquet"
    assert await export_samples(settings, period(), target) == len(blocks) + 1
    with duckdb.connect() as engine:
        rows = engine.read_parquet(str(target)).fetchall()
        names = [name for name, *_ in engine.read_parquet(str(target)).description]
    found = [dict(zip(names, row, strict=True)) for row in rows]
    assert [(row["station_id"], row["value"]) for row in found[:-1]] == [
        (block["station_id"], block["power_w"]) for block in blocks
    ]
    assert found[1]["at"].astimezone(UTC) == NOW + timedelta(seconds=1)
    assert (found[0]["measurand"], found[0]["session_id"], found[0]["phase"]) == ("power.import", "s1", None)
    assert (found[-1]["session_id"], found[-1]["evse_id"]) == (None, None)
    assert sorted(path.name for path in tmp_path.glob("*export*")) == []


async def test_one_place_alone(store, settings, tmp_path):
    await store.put(
        store.block(NOW, station_id="S1"), store.block(NOW, station_id="S2"), store.block(NOW, station_id="X")
    )
    assert await export_samples(settings, period(station_id="S2"), tmp_path / "a.parquet") == 1
    assert await export_samples(settings, period(site_id="site"), tmp_path / "a.parquet") == 2


async def test_nothing_is_a_file_too(store, settings, tmp_path):
    assert await export_samples(settings, period(), tmp_path / "a.parquet") == 0
    with duckdb.connect() as engine:
        assert engine.read_parquet(str(tmp_path / "a.parquet")).fetchall() == []


async def test_what_is_missing_is_named(store, settings, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(ExportToolError, match=r"install busbar\[analytics\]"):
        await export_samples(settings, period(), tmp_path / "a.parquet")
