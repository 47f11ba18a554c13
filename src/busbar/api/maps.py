"""What maps are drawn on, told to browsers, and the other hosts that this lets them ask."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from busbar.api.settings import ApiSettings
from busbar.kernel.pmtiles import HEADER_BYTES, TileKind, read_tile_kind
from busbar.views.shapes.maps import MapKind, MapSource

ARCHIVE_PATH = "/map/basemap.pmtiles"
OFFLINE = MapSource(kind=MapKind.OFFLINE, layers=[], attribution="", is_shifted=False, zoom_max=0)
_AMAP = "https://webrd0{n}.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8&x={{x}}&y={{y}}&z={{z}}"
_TIANDITU = (
    "https://t{n}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}"
    "&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
)
_ZOOM_MAX = 18
_TIANDITU_LAYERS = ("vec", "cva")
"""The ground, and its names above it."""


def describe_map(settings: ApiSettings) -> MapSource:
    """Return what maps are drawn on, as the settings say."""
    attribution = settings.map_attribution
    match settings.map_source:
        case "pmtiles" if settings.map_pmtiles_file is not None:
            return _describe_archive(settings.map_pmtiles_file, attribution)
        case "tiles" if settings.map_tiles_url is not None:
            return _pictures([[settings.map_tiles_url]], attribution, is_shifted=settings.map_tiles_are_shifted)
        case "amap":
            addresses = [_AMAP.format(n=number) for number in range(1, 5)]
            return _pictures([addresses], attribution or "© 高德地图", is_shifted=True)
        case "tianditu" if settings.map_key is not None:
            key = settings.map_key.get_secret_value()
            layers = [
                [_TIANDITU.format(n=number, layer=layer, key=key) for number in range(8)] for layer in _TIANDITU_LAYERS
            ]
            return _pictures(layers, attribution or "© 天地图", is_shifted=False)
        case _:
            return OFFLINE


def list_map_origins(source: MapSource) -> list[str]:
    """Return the other hosts that browsers ask for tiles, as a content policy names them."""
    addresses = [urlsplit(re.sub(r"[{}]", "", address)) for layer in source.layers for address in layer]
    return sorted({f"{parts.scheme}://{parts.netloc}" for parts in addresses if parts.netloc})


def _pictures(layers: list[list[str]], attribution: str, *, is_shifted: bool) -> MapSource:
    return MapSource(
        kind=MapKind.RASTER, layers=layers, attribution=attribution, is_shifted=is_shifted, zoom_max=_ZOOM_MAX
    )


def _describe_archive(path: Path, attribution: str) -> MapSource:
    with path.open("rb") as file:
        head = file.read(HEADER_BYTES)
    is_vector = read_tile_kind(head) is TileKind.VECTOR
    kind = MapKind.ARCHIVE_VECTOR if is_vector else MapKind.ARCHIVE_RASTER
    return MapSource(kind=kind, layers=[[ARCHIVE_PATH]], attribution=attribution, is_shifted=False, zoom_max=head[101])
