"""What maps are drawn on: told to browsers, and the hosts that they may ask for it."""

import gzip

from pydantic import SecretStr

from tests.contracts.api.test_frame import ask, remake

TILE = b"\x89PNG a picture of the world"


def make_archive(path, *, tile_type=2):
    """A PMTiles archive with one tile: the whole world in a picture."""
    root = gzip.compress(bytes([1, 0, 1, len(TILE), 1]))  # one entry: tile 0, once, so long, at the beginning
    head = bytearray(127)
    head[:8] = b"PMTiles\x03"
    for at, value in ((8, 127), (16, len(root)), (40, 127 + len(root)), (56, 127 + len(root)), (64, len(TILE))):
        head[at : at + 8] = value.to_bytes(8, "little")
    head[97], head[98], head[99], head[100], head[101] = 2, 1, tile_type, 0, 6
    path.write_bytes(bytes(head) + root + TILE)
    return path


async def test_a_map_needs_no_other_host_by_default(world):
    app = remake(world)
    answer = await ask(world, app, "GET", "/api/v1/map-source")
    assert answer.json() == {"kind": "offline", "layers": [], "attribution": "", "is_shifted": False, "zoom_max": 0}
    policy = answer.headers["Content-Security-Policy"]
    assert "connect-src 'self';" in policy
    assert "http" not in policy
    assert (await ask(world, app, "GET", "/map/basemap.pmtiles")).status_code == 404


async def test_an_archive_is_handed_out_in_ranges(world, tmp_path):
    path = make_archive(tmp_path / "world.pmtiles")
    app = remake(world, map_source="pmtiles", map_pmtiles_file=path, map_attribution="© Somebody")
    source = (await ask(world, app, "GET", "/api/v1/map-source")).json()
    assert (source["kind"], source["layers"], source["zoom_max"]) == ("archive_raster", [["/map/basemap.pmtiles"]], 6)
    part = await ask(world, app, "GET", "/map/basemap.pmtiles", headers={"Range": "bytes=0-6"})
    assert (part.status_code, part.content) == (206, b"PMTiles")
    size = path.stat().st_size
    assert part.headers["Content-Range"] == f"bytes 0-6/{size}"
    tail = await ask(
        world, app, "GET", "/map/basemap.pmtiles", headers={"Range": f"bytes={size - len(TILE)}-{size - 1}"}
    )
    assert tail.content == TILE
    beyond = await ask(world, app, "GET", "/map/basemap.pmtiles", headers={"Range": f"bytes={size}-"})
    assert beyond.status_code == 416
    whole = await ask(world, app, "GET", "/map/basemap.pmtiles", headers={"Accept-Encoding": "gzip"})
    assert whole.content == path.read_bytes()
    assert "connect-src 'self';" in whole.headers["Content-Security-Policy"]


async def test_vector_tiles_are_told_apart(world, tmp_path):
    path = make_archive(tmp_path / "world.pmtiles", tile_type=1)
    app = remake(world, map_source="pmtiles", map_pmtiles_file=path)
    assert (await ask(world, app, "GET", "/api/v1/map-source")).json()["kind"] == "archive_vector"


async def test_the_content_policy_is_opened_for_the_host_that_was_set_and_no_other(world):
    app = remake(world, map_source="tiles", map_tiles_url="https://tiles.example.org:8443/{z}/{x}/{y}.png?key=1")
    answer = await ask(world, app, "GET", "/api/v1/map-source")
    assert answer.json()["layers"] == [["https://tiles.example.org:8443/{z}/{x}/{y}.png?key=1"]]
    policy = answer.headers["Content-Security-Policy"]
    assert "connect-src 'self' https://tiles.example.org:8443;" in policy
    assert "img-src 'self' https://tiles.example.org:8443 data: blob:;" in policy
    assert policy.count("http") == 2
    assert "default-src 'self';" in policy


async def test_maps_of_china(world):
    shifted = await ask(world, remake(world, map_source="amap"), "GET", "/api/v1/map-source")
    assert (shifted.json()["is_shifted"], len(shifted.json()["layers"][0])) == (True, 4)
    assert "https://webrd01.is.autonavi.com" in shifted.headers["Content-Security-Policy"]
    app = remake(world, map_source="tianditu", map_key=SecretStr("browser-key"))
    plain = (await ask(world, app, "GET", "/api/v1/map-source")).json()
    assert (plain["is_shifted"], len(plain["layers"])) == (False, 2)
    assert all(address.endswith("&tk=browser-key") for layer in plain["layers"] for address in layer)
    assert "{z}" in plain["layers"][0][0]
