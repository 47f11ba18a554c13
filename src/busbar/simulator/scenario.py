"""What a swarm plays: sites, their stations, who comes when. Read from TOML, or built in code."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from busbar.simulator.behaviour import Behaviour, BehaviourError, adapt, find_vendor
from busbar.simulator.vehicle import MODELS
from busbar.simulator.virtual import make_specs, read_version

HOURS = 24
STATIONS_MAX = 50_000
FILE_MAX_BYTES = 4 * 1024 * 1024
MIXED: Mapping[str, int] = {"compact": 5, "family": 4, "city": 3, "hybrid": 1, "estate-800v": 2, "van": 1}


class ScenarioError(ValueError):
    """A scenario cannot be played; the text says where and why."""


@dataclass(frozen=True, slots=True)
class StationPlan:
    """One station. `evses` are kinds such as `ac22` and `dc60`; `settings` as `VirtualStation` takes them.

    A free one gets no visitors: a vehicle is plugged in a few seconds after a remote start, as a person would do.
    """

    identity: str
    protocol: str = "1.6"
    vendor: str = "plain"
    evses: tuple[str, ...] = ("ac22",)
    is_free: bool = False
    password: str | None = None
    sample_s: int = 10
    """Seconds between meter samples; 0 leaves the station's own setting."""
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    behaviour: Mapping[str, object] = field(default_factory=dict[str, object])
    supply_power_w: int | None = None

    def make_behaviour(self) -> Behaviour:
        """Return the vendor's behaviour with this plan's changes; raises BehaviourError."""
        return adapt(find_vendor(self.vendor).behaviour, dict(self.behaviour))


@dataclass(frozen=True, slots=True)
class SitePlan:
    """Stations that share their visitors. `arrivals_per_h` has one entry for each hour of the day, or one for all.

    Visitors present `tokens`, each used by one visitor at a time, and stay between the two `stay_min`, in minutes.
    `is_steady` makes every EVSE charge at once and for as long as possible: for measuring, not for show.
    """

    name: str
    stations: tuple[StationPlan, ...]
    tokens: tuple[str, ...] = ()
    arrivals_per_h: tuple[float, ...] = (0.0,)
    stay_min: tuple[float, float] = (6.0, 35.0)
    vehicles: Mapping[str, int] = field(default_factory=lambda: dict(MIXED))
    occupied_permille: int = 0
    """Share of the EVSEs at which a vehicle arrives within the first minute."""
    ambient_c: int = 20
    utc_offset_h: int = 0
    is_steady: bool = False

    def rate_per_h(self, hour: int) -> float:
        """Return how many vehicles arrive in an hour, at this hour of the day."""
        return self.arrivals_per_h[hour % len(self.arrivals_per_h)]


@dataclass(frozen=True, slots=True)
class Scenario:
    """All sites, where their CSMS is, and how fast time runs. `connects_per_s` spreads the first connections."""

    url: str
    sites: tuple[SitePlan, ...]
    seed: int = 1
    speed: float = 1.0
    connects_per_s: float = 100.0
    is_deflating: bool = False
    call_timeout_s: float = 30.0

    def check(self) -> "Scenario":
        """Return itself if it can be played; raises ScenarioError."""
        names: set[str] = set()
        for site in self.sites:
            _check_site(site)
            for station in site.stations:
                if station.identity in names:
                    raise ScenarioError(f"station {station.identity!r} is there twice")
                names.add(station.identity)
        if len(names) > STATIONS_MAX:
            raise ScenarioError(f"{len(names)} stations are more than {STATIONS_MAX}")
        return self


def _check_site(site: SitePlan) -> None:
    if len(site.arrivals_per_h) not in {1, HOURS} or min(site.arrivals_per_h) < 0:
        raise ScenarioError(f"site {site.name!r}: arrivals_per_h is one number, or {HOURS}, none below 0")
    if not 0 <= site.stay_min[0] <= site.stay_min[1]:
        raise ScenarioError(f"site {site.name!r}: stay_min is the shortest and the longest stay, in minutes")
    unknown = sorted(set(site.vehicles) - set(MODELS))
    if unknown or not site.vehicles:
        raise ScenarioError(f"site {site.name!r}: vehicles are some of {', '.join(MODELS)}, not {', '.join(unknown)}")
    if not site.tokens and (max(site.arrivals_per_h) > 0 or site.occupied_permille or site.is_steady):
        raise ScenarioError(f"site {site.name!r}: visitors need tokens")
    for station in site.stations:
        try:
            read_version(station.protocol)
            make_specs(station.evses)
            station.make_behaviour()
        except (ValueError, BehaviourError) as error:
            raise ScenarioError(f"station {station.identity!r}: {error}") from None


def name_stations(pattern: str, count: int) -> tuple[str, ...]:
    """Return numbered names: `SIM-{n:04}` gives SIM-0001, SIM-0002; without `{n` the number is appended."""
    if count == 1 and "{n" not in pattern:
        return (pattern,)
    full = pattern if "{n" in pattern else pattern + "-{n}"
    try:
        return tuple(full.format(n=number) for number in range(1, count + 1))
    except (KeyError, IndexError, ValueError) as error:
        raise ScenarioError(f"station id {pattern!r}: {error}") from None


def read_scenario(
    path: Path, *, url: str | None = None, seed: int | None = None, speed: float | None = None
) -> Scenario:
    """Read a scenario file; what is given here goes before what the file says. Raises ScenarioError, OSError."""
    if path.stat().st_size > FILE_MAX_BYTES:
        raise ScenarioError(f"{path} is larger than {FILE_MAX_BYTES} bytes")
    try:
        source = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path}: {error}") from None
    given = {name: value for name, value in (("url", url), ("seed", seed), ("speed", speed)) if value is not None}
    return parse_scenario(source | given)


def parse_scenario(source: Mapping[str, Any]) -> Scenario:
    """Build a scenario from what a TOML file holds; raises ScenarioError."""
    reader = _Reader("scenario", source)
    sites = tuple(_parse_site(_Reader("site", each)) for each in reader.take_tables("site"))
    scenario = Scenario(
        url=reader.take_text("url", "ws://127.0.0.1:8180/ocpp"),
        sites=sites,
        seed=int(reader.take_number("seed", 1)),
        speed=reader.take_number("speed", 1.0),
        connects_per_s=max(0.1, reader.take_number("connects_per_s", 100.0)),
        is_deflating=reader.take_switch("deflate", default=False),
        call_timeout_s=reader.take_number("call_timeout_s", 30.0),
    )
    reader.expect_empty()
    return scenario.check()


def _parse_site(reader: "_Reader") -> SitePlan:
    arrivals = reader.take("arrivals_per_h", 0.0)
    stay = reader.take_list("stay_min", (6.0, 35.0))
    if len(stay) != 2:  # noqa: PLR2004 - the shortest and the longest
        raise ScenarioError("site: stay_min is a list of two numbers")
    tables = reader.take_tables("station")
    site = SitePlan(
        name=reader.take_text("name", "site"),
        stations=tuple(plan for table in tables for plan in _parse_stations(_Reader("station", table))),
        tokens=_parse_tokens(reader),
        arrivals_per_h=tuple(float(each) for each in arrivals) if isinstance(arrivals, list) else (float(arrivals),),  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  a list of unknown things
        stay_min=(float(stay[0]), float(stay[1])),
        vehicles=reader.take("vehicles", dict(MIXED)),
        occupied_permille=int(reader.take_number("occupied_percent", 0) * 10),
        ambient_c=int(reader.take_number("ambient_c", 20)),
        utc_offset_h=int(reader.take_number("utc_offset_h", 0)),
        is_steady=reader.take_switch("steady", default=False),
    )
    reader.expect_empty()
    return site


def _parse_tokens(reader: "_Reader") -> tuple[str, ...]:
    tokens = tuple(str(each) for each in reader.take_list("tokens", ()))
    return tokens + name_stations(reader.take_text("token_id", "SIM-{n:04}"), int(reader.take_number("token_count", 0)))


def _parse_stations(reader: "_Reader") -> Iterable[StationPlan]:
    names = name_stations(reader.take_text("id", "SIM-{n:04}"), int(reader.take_number("count", 1)))
    settings: Mapping[str, object] = reader.take("settings", {})
    plan: dict[str, Any] = {
        "protocol": reader.take_text("protocol", "1.6"),
        "vendor": reader.take_text("vendor", "plain"),
        "evses": tuple(str(each) for each in reader.take_list("evses", ("ac22",))),
        "is_free": reader.take_switch("free", default=False),
        "password": reader.take("password", None),
        "sample_s": int(reader.take_number("sample_s", 10)),
        "settings": {name: str(value) for name, value in settings.items()},
        "behaviour": reader.take("behaviour", {}),
        "supply_power_w": reader.take("supply_power_w", None),
    }
    reader.expect_empty()
    return [StationPlan(identity=name, **plan) for name in names]


class _Reader:
    """Takes members out of a table, so that what is left over can be refused."""

    def __init__(self, where: str, source: object) -> None:
        if not isinstance(source, Mapping):
            raise ScenarioError(f"{where} is a table")
        self.where = where
        self.source: dict[str, Any] = {str(key): value for key, value in source.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  see above

    def take(self, name: str, default: Any) -> Any:
        return self.source.pop(name, default)

    def take_text(self, name: str, default: str) -> str:
        value = self.take(name, default)
        if not isinstance(value, str):
            raise ScenarioError(f"{self.where}: {name} is a text")
        return value

    def take_number(self, name: str, default: float) -> float:
        value = self.take(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise ScenarioError(f"{self.where}: {name} is a number, not below 0")
        return value

    def take_switch(self, name: str, *, default: bool) -> bool:
        value = self.take(name, default)
        if not isinstance(value, bool):
            raise ScenarioError(f"{self.where}: {name} is true or false")
        return value

    def take_list(self, name: str, default: tuple[Any, ...]) -> list[Any]:
        value = self.take(name, list(default))
        if not isinstance(value, list):
            raise ScenarioError(f"{self.where}: {name} is a list")
        return cast("list[Any]", value)

    def take_tables(self, name: str) -> list[Any]:
        tables = self.take_list(name, ())
        if not tables:
            raise ScenarioError(f"{self.where} has no [[{name}]]")
        return tables

    def expect_empty(self) -> None:
        if self.source:
            raise ScenarioError(f"{self.where}: nobody knows {', '.join(sorted(self.source))}")
