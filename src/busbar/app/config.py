"""Every setting of Busbar: its name, unit, bounds and default, read once at start.

Order of precedence: command line, environment (`BUSBAR_*`), TOML file, default. Anything unknown or out of bounds is
refused with its name, value and remedy, all at once, before anything is opened.
"""

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic import (
    AnyHttpUrl,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from busbar.app.mail_settings import MailSettings
from busbar.app.map_settings import MapSettings
from busbar.kernel.errors import InvalidError
from busbar.kernel.partition import PARTITIONS_MAX

ENV_PREFIX = "BUSBAR_"
CONFIG_FILE_VARIABLE = "BUSBAR_CONFIG"
TEST_PREFIX = "BUSBAR_TEST_"  # addresses of services and programs for the test suites: no setting of Busbar
CONFIG_FILE_NAME = "busbar.toml"
SQLITE_FILE_NAME = "busbar.sqlite3"
MASK = "********"
SERVICE_SCHEMES = {"broker_url": ("amqp", "amqps"), "redis_url": ("redis", "rediss")}

REMEDIES: dict[str, str] = {
    "int_parsing": "give a whole number",
    "int_type": "give a whole number",
    "float_parsing": "give a number",
    "bool_parsing": "give true or false",
    "ip_v6_address": "give an IP address such as 127.0.0.1, 0.0.0.0 or ::",
    "url_parsing": "give a full address such as https://charging.example.org",
    "url_scheme": "give an address that starts with http:// or https://",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One refused setting: its name, the value as given (secrets masked) and what to do."""

    name: str
    value: str
    remedy: str


class ConfigError(InvalidError):
    """The settings cannot be used; `problems` lists every refused one."""

    code = "invalid.settings"

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [f"  {problem.name} = {problem.value}: {problem.remedy}" for problem in problems]
        super().__init__("\n".join(["these settings cannot be used:", *lines]))


@dataclass(frozen=True, slots=True)
class SettingSource:
    """One setting in force: `value` as text (secrets masked) and the `origin` it came from."""

    name: str
    variable: str
    value: str
    origin: str
    description: str


def default_data_dir() -> Path:
    """Give the user's data directory: a start from another directory must not begin an empty installation."""
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "busbar"


class Settings(MailSettings, MapSettings):
    """All settings in force. Built from keywords alone it reads neither environment nor files (tests do that)."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True)
    _origins: dict[str, str] = PrivateAttr(default_factory=dict[str, str])

    # --- where things are -------------------------------------------------------------------------------------------
    data_dir: Path = Field(
        default_factory=default_data_dir, description="directory of the SQLite file, the wire log and keys"
    )
    database_url: SecretStr | None = Field(
        None, description="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME; default: a SQLite file in data_dir"
    )
    database_busy_timeout_s: int = Field(30, ge=1, le=600, description="wait for a lock before giving up")
    database_statement_timeout_s: int = Field(
        60, ge=1, le=3600, description="time of one statement on PostgreSQL; a server silent for longer counts as gone"
    )
    database_max_readers: int = Field(4, ge=1, le=100, description="connections of one process that read")
    database_max_writers: int = Field(4, ge=2, le=50, description="connections of one process that write, PostgreSQL")

    secret_key_file: Path | None = Field(
        None, description="the installation's key, the same for all its processes; default: one made in data_dir"
    )

    # --- doors ------------------------------------------------------------------------------------------------------
    bind: IPv4Address | IPv6Address = Field(
        ip_address("127.0.0.1"), description="address the doors listen on; 0.0.0.0 for all networks"
    )
    http_port: int = Field(8080, ge=0, le=65535, description="console, driver app and API; 0 lets the system choose")
    http_max_connections: int = Field(4000, ge=10, le=100_000, description="connections to the HTTP door at once")
    http_timeout_s: int = Field(
        30, ge=1, le=600, description="time for an HTTP request to arrive, and for a stalled answer to be read on"
    )
    ocpp_port: int = Field(8180, ge=0, le=65535, description="stations' WebSocket; 0 lets the system choose")
    public_url: AnyHttpUrl | None = Field(None, description="address people reach the HTTP door by (QR codes, links)")
    ocpp_tls_certificate_file: Path | None = Field(None, description="PEM chain for wss:// on the OCPP port")
    ocpp_tls_key_file: Path | None = Field(None, description="PEM private key of that chain")
    ocpp_tls_client_ca_file: Path | None = Field(None, description="PEM roots that sign stations' own certificates")
    shutdown_timeout_s: int = Field(10, ge=0, le=300, description="time for doors to drain when stopping")

    # --- first administrator ----------------------------------------------------------------------------------------
    admin_email: str | None = Field(
        None, min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$", description="first administrator's sign-in"
    )
    admin_password: SecretStr | None = Field(
        None, min_length=8, max_length=256, description="first administrator's password; else one is printed once"
    )

    # --- stations ---------------------------------------------------------------------------------------------------
    station_registration: Literal["accepted", "pending", "refused"] = Field(
        "pending", description="what a station nobody entered beforehand gets"
    )
    pending_max_stations: int = Field(1000, ge=0, le=1_000_000, description="unknown stations that wait at most")
    websocket_engine: Literal["picows", "websockets"] = Field("picows", description="WebSocket implementation")
    heartbeat_interval_s: int = Field(300, ge=10, le=86_400, description="interval told to a booting station")
    boot_retry_interval_s: int = Field(60, ge=5, le=86_400, description="interval told to a pending or refused station")
    call_timeout_s: int = Field(30, ge=1, le=600, description="wait for a station's answer to one request")
    ping_interval_s: int = Field(60, ge=5, le=3600, description="WebSocket ping after this much silence")
    pong_timeout_s: int = Field(20, ge=1, le=600, description="wait for the pong before the connection counts as dead")
    handshake_timeout_s: int = Field(10, ge=1, le=120, description="time for TLS and the WebSocket upgrade")
    handshake_max_connections: int = Field(256, ge=1, le=10_000, description="upgrades in progress at once")
    connected_max_stations: int = Field(20_000, ge=1, le=1_000_000, description="stations connected to one gateway")
    frame_max_bytes: int = Field(1_048_576, ge=4096, le=16_777_216, description="one OCPP message, after inflation")
    station_rate_max_messages_per_s: int = Field(50, ge=1, le=10_000, description="sustained rate of one station")
    station_burst_max_messages: int = Field(500, ge=1, le=100_000, description="messages above the rate, for catch-up")
    station_inbox_max_calls: int = Field(16, ge=1, le=1000, description="calls of one station waiting to be handled")
    refusals_max_entries: int = Field(1000, ge=10, le=100_000, description="visitors that were turned away, kept")
    station_queue_max_commands: int = Field(64, ge=1, le=10_000, description="commands waiting for one station")
    command_wait_max_h: int = Field(
        720, ge=1, le=8784, description="how far ahead the expiry of a command may lie that waits for its station"
    )

    # --- core -------------------------------------------------------------------------------------------------------
    report_queue_max_reports: int = Field(20_000, ge=100, le=1_000_000, description="reports waiting to be applied")
    batch_max_reports: int = Field(512, ge=1, le=10_000, description="reports applied in one transaction")
    state_max_stations: int = Field(50_000, ge=100, le=1_000_000, description="stations whose state stays in memory")
    fact_delivery_max_attempts: int = Field(10, ge=1, le=100, description="deliveries before a fact is parked")
    fact_retry_interval_s: int = Field(30, ge=1, le=3600, description="pause before a failed fact is delivered again")

    # --- sessions ---------------------------------------------------------------------------------------------------
    remote_start_timeout_s: int = Field(180, ge=10, le=3600, description="time to plug in after a remote start")
    running_price_max_per_s: int = Field(10, ge=1, le=1000, description="running sessions priced a second in turn")
    running_price_time_ms: int = Field(250, ge=10, le=900, description="time a second for that and for urgent ones")
    session_abandonment_h: int = Field(48, ge=1, le=8760, description="silence after which an open session is closed")

    # --- records ----------------------------------------------------------------------------------------------------
    sample_retention_days: int = Field(90, ge=2, le=3650, description="days samples are kept as they were sent")
    minute_retention_days: int = Field(
        400, ge=2, le=3650, description="days roll-ups by the minute are kept; no fewer than samples"
    )
    rollup_retention_days: int = Field(
        3650, ge=2, le=36_500, description="days roll-ups by quarter, hour and day are kept; no fewer than minutes"
    )
    event_retention_days: int = Field(365, ge=1, le=3650, description="days events of stations are kept")
    wire_log_retention_days: int = Field(14, ge=0, le=3650, description="days raw frames are kept; 0 keeps none")
    wire_log_queue_max_frames: int = Field(50_000, ge=100, le=1_000_000, description="frames waiting to be written")

    # --- people and programs ----------------------------------------------------------------------------------------
    staff_sign_in_lifetime_h: int = Field(12, ge=1, le=720, description="life of a staff sign-in")
    driver_sign_in_lifetime_days: int = Field(90, ge=1, le=730, description="life of a driver's sign-in")
    sign_in_max_attempts_per_min: int = Field(10, ge=1, le=1000, description="per account and per address")
    request_max_per_min: int = Field(1200, ge=10, le=1_000_000, description="API requests of one caller")
    request_body_max_bytes: int = Field(1_048_576, ge=1024, le=104_857_600, description="one API request's body")
    page_default_rows: int = Field(50, ge=1, le=1000, description="rows of a page when the caller names none")
    page_max_rows: int = Field(500, ge=1, le=10_000, description="rows of a page at most")
    idempotency_retention_h: int = Field(24, ge=1, le=720, description="how long a repeated key gets the same answer")
    stream_max_clients: int = Field(1000, ge=1, le=100_000, description="live update streams open at once")
    stream_resume_max_events: int = Field(10_000, ge=100, le=1_000_000, description="events kept for a resuming client")
    stream_keepalive_s: int = Field(15, ge=1, le=30, description="comment sent on a silent stream")

    push_contact: str | None = Field(
        None,
        pattern=r"^(mailto:[^@\s]+@[^@\s]+|https://\S+)$",
        max_length=254,
        description="how push services reach whoever runs this, mailto:… or https://…; default: the public address",
    )
    push_timeout_s: int = Field(10, ge=1, le=120, description="answer of a push service")
    push_is_private_allowed: bool = Field(
        False, description="also take push services at private addresses and without TLS"
    )

    saving_distance_mm_per_wh: int = Field(
        5500, ge=1000, le=20_000, description="how far a vehicle drives on one Wh, for savings on the wall display"
    )
    saving_co2_g_per_km: int = Field(170, ge=0, le=1000, description="what a car with an engine gives off on one km")
    saving_grid_co2_mg_per_wh: int = Field(250, ge=0, le=2000, description="what one Wh of the grid gives off")
    saving_fuel_ml_per_100km: int = Field(
        6500, ge=0, le=50_000, description="what a car with an engine burns on 100 km"
    )

    # --- a network of processes -------------------------------------------------------------------------------------
    broker_url: SecretStr | None = Field(None, description="amqp://USER:PASSWORD@HOST/VHOST of RabbitMQ; amqps for TLS")
    redis_url: SecretStr | None = Field(None, description="redis://USER:PASSWORD@HOST/NUMBER; rediss for TLS")
    cluster_name: str = Field(
        "busbar",
        pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$",
        description="beginning of all names in RabbitMQ and Redis; one for each installation that shares them",
    )
    partition_count: int = Field(
        32, ge=1, le=PARTITIONS_MAX, description="slices of the network, each held by one core; the same everywhere"
    )
    presence_lease_s: int = Field(
        30, ge=3, le=3600, description="silence of a gateway after which its stations are nobody's"
    )
    health_port: int = Field(9480, ge=0, le=65_535, description="health and figures of a gateway, core or worker")
    broker_heartbeat_s: int = Field(
        6, ge=1, le=300, description="RabbitMQ gives up a process that was silent for twice as long"
    )
    broker_timeout_s: int = Field(30, ge=1, le=600, description="wait for a core before a message is given up")
    parcel_window_ms: int = Field(2, ge=0, le=1000, description="wait of a message for others to travel with")
    parcel_max_messages: int = Field(512, ge=1, le=10_000, description="messages that travel together")
    parcel_max_bytes: int = Field(262_144, ge=1024, le=16_777_216, description="size of what travels together")
    parcel_max_in_hand: int = Field(8, ge=1, le=1000, description="parcels of one partition in a core's hands")
    parcel_max_attempts: int = Field(3, ge=1, le=100, description="attempts at a parcel before it is parked")

    # --- payments ---------------------------------------------------------------------------------------------------
    station_cost_interval_s: int = Field(60, ge=10, le=3600, description="a station is told a running cost no oftener")
    station_tariff_change: bool = Field(
        default=True, description="a 2.1 station that reckons with another tariff than the session's is given that one"
    )
    station_price_max_per_s: int = Field(
        20, ge=1, le=1000, description="stations that are asked what they can show, or told a price, in a second"
    )
    payment_timeout_s: int = Field(15, ge=1, le=120, description="wait for a payment provider's answer")
    payment_statement_days: int = Field(
        7, ge=1, le=60, description="how far back missing statements of payment providers are fetched"
    )

    # --- webhooks and identity providers ----------------------------------------------------------------------------
    webhook_timeout_s: int = Field(10, ge=1, le=60, description="one message to a webhook, answer included")
    webhook_is_private_allowed: bool = Field(False, description="also take webhooks in private networks, without TLS")
    webhook_disable_after_h: int = Field(120, ge=1, le=8760, description="failures until a webhook is switched off")
    identity_timeout_s: int = Field(10, ge=1, le=60, description="one answer of an identity provider")
    identity_is_private_allowed: bool = Field(False, description="also private identity providers, without TLS")

    # --- jobs -------------------------------------------------------------------------------------------------------
    job_max_running: int = Field(4, ge=1, le=1000, description="jobs that one process works on at once")
    job_lease_s: int = Field(60, ge=5, le=3600, description="silence after which a job is taken from its worker")
    job_timeout_s: int = Field(900, ge=1, le=86_400, description="time for one attempt at a job")
    job_poll_interval_s: int = Field(1, ge=1, le=60, description="pause between looks for jobs that are due")

    # --- watching ---------------------------------------------------------------------------------------------------
    metrics_token: SecretStr | None = Field(
        None,
        min_length=16,
        max_length=256,
        description="bearer token for /metrics; without one, only this machine may read them, and not through a proxy",
    )

    traces_endpoint: AnyHttpUrl | None = Field(
        None, description="OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces; without one nothing is traced"
    )
    traces_sample_permille: int = Field(10, ge=0, le=1000, description="messages and requests of 1000 that are traced")

    # --- logs -------------------------------------------------------------------------------------------------------
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="least severe event logged")
    http_access_log: bool = Field(False, description="a line in the log for each HTTP request, by its route")
    log_format: Literal["text", "json"] = Field("text", description="for people or for log collectors")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic-settings'
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - likewise
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - likewise
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - likewise
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take keywords only: `load_settings` reads the layers itself, so that each value's origin is known."""
        return (init_settings,)

    @field_validator("database_url")
    @classmethod
    def _check_database_url(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            name_driver(url.get_secret_value())
        return url

    @field_validator("broker_url", "redis_url")
    @classmethod
    def _check_service_url(cls, url: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        schemes = SERVICE_SCHEMES[str(info.field_name)]
        if url is not None and urlsplit(url.get_secret_value()).scheme not in schemes:
            raise ValueError(f"give {schemes[0]}://USER:PASSWORD@HOST/NAME, or {schemes[1]}:// for TLS")
        return url

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if self.http_port == self.ocpp_port != 0:
            raise ValueError("http_port|the console and the stations need two different ports")
        if (self.ocpp_tls_certificate_file is None) != (self.ocpp_tls_key_file is None):
            raise ValueError("ocpp_tls_key_file|give the certificate and its key together, or neither")
        if self.ocpp_tls_client_ca_file is not None and self.ocpp_tls_certificate_file is None:
            raise ValueError("ocpp_tls_client_ca_file|client certificates need ocpp_tls_certificate_file as well")
        if self.minute_retention_days < self.sample_retention_days:
            raise ValueError("minute_retention_days|roll-ups are kept no shorter than what they are made of")
        if self.rollup_retention_days < self.minute_retention_days:
            raise ValueError("rollup_retention_days|roll-ups are kept no shorter than what they are made of")
        if self.page_default_rows > self.page_max_rows:
            raise ValueError("page_default_rows|must not exceed page_max_rows")
        return self

    @property
    def database(self) -> str:
        """SQLAlchemy's asynchronous URL of the database in force, password included: never log it."""
        if self.database_url is None:
            return f"sqlite+aiosqlite:///{self.data_dir / SQLITE_FILE_NAME}"
        return name_driver(self.database_url.get_secret_value())

    @property
    def public_address(self) -> str:
        """Address of the HTTP door for links and QR codes, without a slash at the end."""
        if self.public_url is not None:
            return str(self.public_url).rstrip("/")
        return f"http://{format_host(self.bind)}:{self.http_port}"

    def sources(self) -> list[SettingSource]:
        """List every setting with its value as text (secrets masked) and its origin."""
        return [
            SettingSource(
                name=name,
                variable=ENV_PREFIX + name.upper(),
                value=show_value(name, getattr(self, name)),
                origin=self._origins.get(name, "default"),
                description=field.description or "",
            )
            for name, field in type(self).model_fields.items()
        ]

    def remember_origins(self, origins: dict[str, str]) -> None:
        """Keep where each value came from; called once, by `load_settings`."""
        self._origins.update(origins)


def name_driver(url: str) -> str:
    """Turn a database URL into SQLAlchemy's asynchronous form; raise ValueError for another database."""
    scheme, separator, rest = url.partition("://")
    dialect = scheme.partition("+")[0]
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
    if not separator or dialect not in drivers or scheme not in {dialect, drivers[dialect]}:
        raise ValueError("give sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")
    return f"{drivers[dialect]}://{rest}"


def format_host(address: IPv4Address | IPv6Address) -> str:
    """Write an IP address as a host in a URL; the wildcard addresses become the loopback address."""
    if isinstance(address, IPv6Address):
        return "[::1]" if address.is_unspecified else f"[{address}]"
    return "127.0.0.1" if address.is_unspecified else str(address)


def show_value(name: str, value: object) -> str:
    """Write a value for people: secrets masked, an address without its password, nothing for None."""
    if value is None:
        return ""
    if not isinstance(value, SecretStr):
        return str(value)
    if not name.endswith("_url"):
        return MASK
    parts = urlsplit(value.get_secret_value())
    if parts.password is None:
        return value.get_secret_value()
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(parts.username or '')}:{MASK}@{host}"))


def find_config_file(environ: Mapping[str, str], *, working_dir: Path) -> Path | None:
    """Find the TOML file: `BUSBAR_CONFIG`, else `busbar.toml` in the data directory, else in `working_dir`.

    Raises ConfigError when `BUSBAR_CONFIG` names a file that is not there.
    """
    named = environ.get(CONFIG_FILE_VARIABLE)
    if named:
        path = working_dir / Path(named).expanduser()
        if not path.is_file():
            raise ConfigError([Problem(CONFIG_FILE_VARIABLE, named, "there is no such file: correct or unset it")])
        return path
    data_dir = environ.get(ENV_PREFIX + "DATA_DIR")
    places = [working_dir / Path(data_dir).expanduser() if data_dir else default_data_dir(), working_dir]
    return next((place / CONFIG_FILE_NAME for place in places if (place / CONFIG_FILE_NAME).is_file()), None)


def read_environment(environ: Mapping[str, str]) -> dict[str, object]:
    """Take the `BUSBAR_*` variables by setting name; an empty one counts as unset (compose files write those)."""
    return {
        variable.removeprefix(ENV_PREFIX).lower(): value
        for variable, value in environ.items()
        if variable.startswith(ENV_PREFIX)
        and not variable.startswith(TEST_PREFIX)
        and variable != CONFIG_FILE_VARIABLE
        and value != ""
    }


def read_file(path: Path) -> dict[str, object]:
    """Read the TOML file; raise ConfigError when it cannot be read or is not TOML."""
    try:
        return dict(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ConfigError([Problem(str(path), "the file", f"it must be readable TOML: {error}")]) from error


def load_settings(
    environ: Mapping[str, str] | None = None,
    *,
    working_dir: Path | None = None,
    overrides: Mapping[str, object] | None = None,
) -> Settings:
    """Read all layers and return the settings in force.

    `overrides` come from the command line; None values in it count as not given. Relative paths are taken from
    `working_dir`, or from the file's directory when the file gives them. Raises ConfigError.
    """
    environ = os.environ if environ is None else environ
    working_dir = Path.cwd() if working_dir is None else working_dir
    file = find_config_file(environ, working_dir=working_dir)
    layers: list[tuple[str, Path, dict[str, object]]] = []
    if file is not None:
        layers.append((str(file), file.parent, read_file(file)))
    layers.append(("environment", working_dir, read_environment(environ)))
    given = {name: value for name, value in (overrides or {}).items() if value is not None}
    layers.append(("command line", working_dir, given))

    values: dict[str, object] = {}
    origins: dict[str, str] = {}
    for origin, directory, layer in layers:
        for name, value in layer.items():
            values[name] = _resolve_path(name, value, directory=directory)
            origins[name] = f"environment: {ENV_PREFIX}{name.upper()}" if origin == "environment" else origin
    try:
        settings = Settings(**values)  # pyright: ignore[reportArgumentType] - pydantic checks the values
    except ValidationError as error:
        problems = [_describe_problem(dict(item), values, origins) for item in error.errors()]
        raise ConfigError(list({problem.name: problem for problem in problems}.values())) from None
    settings.remember_origins(origins)
    return settings


def _resolve_path(name: str, value: object, *, directory: Path) -> object:
    is_path = name == "data_dir" or name.endswith("_file")
    return directory / Path(value).expanduser() if is_path and isinstance(value, str) else value


def _describe_problem(item: dict[str, Any], values: dict[str, object], origins: dict[str, str]) -> Problem:
    location, kind, message = item["loc"], str(item["type"]), str(item["msg"])
    name = str(location[0]) if location else ""
    if kind == "value_error":
        message = str(item["ctx"]["error"])
        if not location:
            name, _, message = message.partition("|")
    field = Settings.model_fields.get(name)
    shown = str(values.get(name, field.get_default(call_default_factory=True, validated_data={}) if field else ""))
    is_secret = field is None or "SecretStr" in str(field.annotation)
    label = origins.get(name, name).removeprefix("environment: ")
    label = label if label.startswith(ENV_PREFIX) else name
    return Problem(label, MASK if is_secret else shown, _find_remedy(name, kind, message, field))


def _find_remedy(name: str, kind: str, message: str, field: FieldInfo | None) -> str:
    if field is None:
        close = difflib.get_close_matches(name, Settings.model_fields, n=1)
        return f"there is no such setting; did you mean {close[0]}?" if close else "there is no such setting: remove it"
    if kind == "value_error":
        return message
    if kind == "literal_error":
        return f"{message}, as text in quotes".replace("Input should be", "give")
    bounds = {key: getattr(rule, key) for rule in field.metadata for key in ("ge", "le") if hasattr(rule, key)}
    if len(bounds) == 2:  # noqa: PLR2004 - both ends are set
        return f"give a whole number from {bounds['ge']} to {bounds['le']} ({field.description})"
    return f"{REMEDIES.get(kind, message)} ({field.description})"
