"""The settings of maps: part of `busbar.app.config.Settings`."""

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

from busbar.kernel.pmtiles import HEADER_BYTES, read_tile_kind

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_MARKS = ("{z}", "{x}", "{y}")


class MapSettings(BaseSettings):
    """What maps are drawn on. The default needs no other host."""

    map_source: Literal["offline", "pmtiles", "tiles", "amap", "tianditu"] = Field(
        "offline",
        description="what maps are drawn on: our own outlines, a PMTiles file, a tile server, AMap or Tianditu",
    )
    map_pmtiles_file: Path | None = Field(
        None, description="PMTiles archive, version 3, for map_source=pmtiles; browsers read it from here in ranges"
    )
    map_tiles_url: str | None = Field(
        None,
        max_length=500,
        description="address of pictures for map_source=tiles: https://HOST/{z}/{x}/{y}.png, its key included",
    )
    map_tiles_are_shifted: bool = Field(False, description="those tiles are of GCJ-02, as maps of mainland China are")
    map_key: SecretStr | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="browser key of Tianditu; every visitor's browser gets to know it",
    )
    map_attribution: str = Field("", max_length=200, description="whose map it is, shown in its corner")

    @model_validator(mode="after")
    def _check_map(self) -> Self:
        if self.map_source == "pmtiles":
            _check_archive(self.map_pmtiles_file)
        if self.map_source == "tiles":
            _check_address(self.map_tiles_url)
        if self.map_source == "tianditu" and self.map_key is None:
            raise ValueError("map_key|Tianditu wants a browser key: register one there and give it")
        return self


def _check_archive(path: Path | None) -> None:
    """Refuse a file that browsers could not read. Errors: ValueError."""
    if path is None:
        raise ValueError("map_pmtiles_file|give the PMTiles file together with map_source=pmtiles")
    try:
        with path.open("rb") as file:
            head = file.read(HEADER_BYTES)
    except OSError as error:
        raise ValueError(f"map_pmtiles_file|this file cannot be read: {error.strerror}") from error
    if read_tile_kind(head) is None:
        raise ValueError("map_pmtiles_file|this is no PMTiles archive of version 3 with vector tiles or pictures")


def _check_address(address: str | None) -> None:
    """Refuse an address that is no template of tiles. Errors: ValueError."""
    if address is None:
        raise ValueError("map_tiles_url|give the address of the tiles together with map_source=tiles")
    parts = urlsplit(address)
    is_plain = parts.scheme == "http" and parts.netloc.rsplit(":", 1)[0] in LOOPBACK
    is_safe = parts.scheme == "https" and bool(parts.hostname)
    if not (is_safe or is_plain) or parts.username is not None or any(letter in address for letter in " ;,'\""):
        raise ValueError("map_tiles_url|write it as https://HOST/… without a name, a password or blanks")
    if any(address.count(mark) != 1 for mark in _MARKS) or "{" in parts.netloc:
        raise ValueError("map_tiles_url|write {z}, {x} and {y} once each, after the host")
