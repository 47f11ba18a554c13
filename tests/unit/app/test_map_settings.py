import pytest
from pydantic import SecretStr

from busbar.app.config import ConfigError, Settings, load_settings


def refuse(tmp_path, **given):
    environ = {f"BUSBAR_{name.upper()}": value for name, value in given.items()}
    with pytest.raises(ConfigError) as caught:
        load_settings({"BUSBAR_DATA_DIR": str(tmp_path), **environ}, working_dir=tmp_path)
    return {problem.name.removeprefix("BUSBAR_").lower(): problem.remedy for problem in caught.value.problems}


def test_maps_need_no_other_host_by_default(tmp_path):
    assert Settings(data_dir=tmp_path).map_source == "offline"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"map_source": "pmtiles"}, "map_pmtiles_file"),
        ({"map_source": "pmtiles", "map_pmtiles_file": "/nowhere/at.pmtiles"}, "map_pmtiles_file"),
        ({"map_source": "tiles"}, "map_tiles_url"),
        ({"map_source": "tiles", "map_tiles_url": "http://tiles.example.org/{z}/{x}/{y}.png"}, "map_tiles_url"),
        ({"map_source": "tiles", "map_tiles_url": "https://a:b@tiles.example.org/{z}/{x}/{y}.png"}, "map_tiles_url"),
        ({"map_source": "tiles", "map_tiles_url": "https://tiles.example.org/{z}/{x}.png"}, "map_tiles_url"),
        ({"map_source": "tiles", "map_tiles_url": "https://{z}.example.org/{x}/{y}.png"}, "map_tiles_url"),
        ({"map_source": "tiles", "map_tiles_url": "https://e.org/{z}/{x}/{y}; script-src *"}, "map_tiles_url"),
        ({"map_source": "tianditu"}, "map_key"),
        ({"map_source": "elsewhere"}, "map_source"),
    ],
)
def test_refuses_what_could_not_be_drawn_on(tmp_path, given, name):
    assert name in refuse(tmp_path, **given)


def test_refuses_a_file_that_is_no_archive(tmp_path):
    path = tmp_path / "map.pmtiles"
    path.write_bytes(b"PMTiles" + bytes(200))
    assert (
        "no PMTiles archive" in refuse(tmp_path, map_source="pmtiles", map_pmtiles_file=str(path))["map_pmtiles_file"]
    )


def test_takes_what_can_be_drawn_on(tmp_path):
    address = "https://tiles.example.org/{z}/{x}/{y}.png?key=abc"
    assert Settings(data_dir=tmp_path, map_source="tiles", map_tiles_url=address).map_tiles_url == address
    local = "http://127.0.0.1:8090/{z}/{x}/{y}.png"
    assert Settings(data_dir=tmp_path, map_source="tiles", map_tiles_url=local).map_tiles_url == local
    assert Settings(data_dir=tmp_path, map_source="tianditu", map_key=SecretStr("key")).map_source == "tianditu"
