from enum import StrEnum

from busbar.views.shapes.model import Shape


class MapKind(StrEnum):
    """How a map's ground is drawn."""

    OFFLINE = "offline"
    """By the page itself: coastlines and a grid."""
    RASTER = "raster"
    """From pictures."""
    ARCHIVE_RASTER = "archive_raster"
    """From pictures of a PMTiles archive."""
    ARCHIVE_VECTOR = "archive_vector"
    """From vector tiles of a PMTiles archive, in the layers of Protomaps."""


class MapSource(Shape):
    """What maps are drawn on."""

    kind: MapKind
    layers: list[list[str]]
    """Each with the addresses of its tiles, `{z}`, `{x}` and `{y}` in them, or of the archive; the last lies on top."""
    attribution: str
    """Whose map it is; to be shown in its corner."""
    is_shifted: bool
    """Its positions are those of GCJ-02 within mainland China."""
    zoom_max: int
    """Nearer than that there are no tiles."""
