"""The head of a PMTiles archive, version 3: enough to tell what is in it before it is handed to browsers.

Source: the PMTiles specification, version 3, section 3 (header); all numbers are little-endian.
"""

from enum import StrEnum

HEADER_BYTES = 127
_MAGIC = b"PMTiles"
_VERSION = 3
_TYPE_AT = 99
_VECTOR = 1
_PICTURES = frozenset({2, 3, 4, 5})
"""PNG, JPEG, WebP, AVIF."""


class TileKind(StrEnum):
    """What a tile is."""

    VECTOR = "vector"
    RASTER = "raster"


def read_tile_kind(head: bytes) -> TileKind | None:
    """Return what an archive holds, from its first 127 bytes; None when it is none that we can show."""
    if len(head) < HEADER_BYTES or not head.startswith(_MAGIC) or head[len(_MAGIC)] != _VERSION:
        return None
    kind = head[_TYPE_AT]
    if kind == _VECTOR:
        return TileKind.VECTOR
    return TileKind.RASTER if kind in _PICTURES else None
