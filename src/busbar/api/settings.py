"""Which settings the HTTP doors go by. The settings in force have these names; tests hand in whatever has them."""

from pathlib import Path
from typing import Literal, Protocol

from pydantic import SecretStr


class ApiSettings(Protocol):
    """Bounds and lifetimes of the HTTP doors; see `busbar.app.config.Settings` for what each means."""

    @property
    def public_address(self) -> str:
        """Where people reach the HTTP door, without a slash at the end."""
        ...

    @property
    def mail_host(self) -> str | None:
        """The mail server; None: mail is off."""
        ...

    @property
    def mail_sender(self) -> str | None:
        """The address that mail comes from."""
        ...

    @property
    def metrics_token(self) -> SecretStr | None:
        """What a scrape of the metrics has to show; None: callers of this machine need nothing, others get nothing."""
        ...

    @property
    def http_access_log(self) -> bool:
        """Whether each request gets a line in the log."""
        ...

    @property
    def call_timeout_s(self) -> int:
        """Wait for a station's answer to one request."""
        ...

    @property
    def request_max_per_min(self) -> int:
        """Requests of one caller."""
        ...

    @property
    def request_body_max_bytes(self) -> int:
        """One request's body."""
        ...

    @property
    def page_default_rows(self) -> int:
        """Rows of a page when the caller names none."""
        ...

    @property
    def page_max_rows(self) -> int:
        """Rows of a page at most."""
        ...

    @property
    def stream_max_clients(self) -> int:
        """Live streams open at once."""
        ...

    @property
    def stream_resume_max_events(self) -> int:
        """Stored facts that a client which comes back is told."""
        ...

    @property
    def stream_keepalive_s(self) -> int:
        """Silence after which a comment is sent."""
        ...

    @property
    def saving_distance_mm_per_wh(self) -> int:
        """How far a vehicle drives on one Wh."""
        ...

    @property
    def saving_co2_g_per_km(self) -> int:
        """What a car with an engine gives off on one km."""
        ...

    @property
    def saving_grid_co2_mg_per_wh(self) -> int:
        """What one Wh of the grid gives off."""
        ...

    @property
    def saving_fuel_ml_per_100km(self) -> int:
        """What a car with an engine burns on 100 km."""
        ...

    @property
    def map_source(self) -> Literal["offline", "pmtiles", "tiles", "amap", "tianditu"]:
        """What maps are drawn on."""
        ...

    @property
    def map_pmtiles_file(self) -> Path | None:
        """The PMTiles archive."""
        ...

    @property
    def map_tiles_url(self) -> str | None:
        """The address of tiles."""
        ...

    @property
    def map_tiles_are_shifted(self) -> bool:
        """Whether those tiles are of GCJ-02."""
        ...

    @property
    def map_key(self) -> SecretStr | None:
        """The browser key of a map provider."""
        ...

    @property
    def map_attribution(self) -> str:
        """Whose map it is."""
        ...
