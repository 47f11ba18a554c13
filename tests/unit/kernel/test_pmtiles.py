import pytest

from busbar.kernel.pmtiles import HEADER_BYTES, TileKind, read_tile_kind


def header(*, tile_type=1, version=3):
    head = bytearray(HEADER_BYTES)
    head[:8] = b"PMTiles" + bytes([version])
    head[99] = tile_type
    return bytes(head)


@pytest.mark.parametrize(
    ("tile_type", "kind"),
    [(1, TileKind.VECTOR), (2, TileKind.RASTER), (3, TileKind.RASTER), (5, TileKind.RASTER), (0, None), (9, None)],
)
def test_tells_what_the_tiles_are(tile_type, kind):
    assert read_tile_kind(header(tile_type=tile_type)) is kind


@pytest.mark.parametrize("head", [b"", b"PMTiles", header(version=2), b"x" + header()[1:]])
def test_knows_what_is_no_archive(head):
    assert read_tile_kind(head) is None
