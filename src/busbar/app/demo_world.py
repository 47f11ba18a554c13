"""What the demo consists of: invented sites at real places, stations of invented makers, tokens of nobody."""

import msgspec

from busbar.canon.hours import OpeningTimes, WeeklyPeriod
from busbar.canon.stations import ConnectorKind, ConnectorSpec, PowerKind, SiteSpec
from busbar.simulator.scenario import Scenario, SitePlan, StationPlan


class DemoStation(msgspec.Struct, frozen=True, kw_only=True):
    """A station, how it is built, and which virtual one plays it."""

    station_id: str
    name: str
    protocol: str
    vendor: str
    evses: tuple[str, ...]
    """The simulator's words: `ac22`, `dc150`."""
    kind: ConnectorKind
    is_free: bool = False
    """No virtual driver comes here: it waits for whoever tries the app."""

    @property
    def connectors(self) -> tuple[ConnectorSpec, ...]:
        """As a person would enter them in the console."""
        return tuple(_describe(number, evse, self.kind) for number, evse in enumerate(self.evses, start=1))


class DemoTariff(msgspec.Struct, frozen=True):
    """What charging costs at a site."""

    name: str
    terms: dict[str, object]


class DemoSite(msgspec.Struct, frozen=True, kw_only=True):
    """A site, its stations, and the tokens of its virtual drivers."""

    spec: SiteSpec
    stations: tuple[DemoStation, ...]
    tokens: tuple[str, ...]
    arrivals_per_h: int
    """Vehicles that come in an hour, over the whole site."""
    tariff: DemoTariff
    utc_offset_h: int


def _describe(number: int, evse: str, kind: ConnectorKind) -> ConnectorSpec:
    is_dc = evse.startswith("dc")
    power_w = int(evse[2:]) * 1000
    return ConnectorSpec(
        evse_id=number,
        kind=kind,
        power_kind=PowerKind.DC if is_dc else PowerKind.AC3,
        max_power_w=power_w,
        max_current_ma=None if is_dc else 32_000,
        label=str(number),
    )


def _station(
    station_id: str, name: str, protocol: str, vendor: str, evses: tuple[str, ...], kind: ConnectorKind
) -> DemoStation:
    return DemoStation(
        station_id=station_id,
        name=name,
        protocol=protocol,
        vendor=vendor,
        evses=evses,
        kind=kind,
        is_free=station_id.startswith("FREE-"),
    )


def _reserve(case: str, dimension: str, price: str) -> dict[str, object]:
    component = {"dimension": dimension, "price": price, "vat_percent": "22"}
    return {"components": [component], "restrictions": {"reservation": case}}


MILANO_TARIFF = DemoTariff(
    "Milano a consumo",
    {
        "currency": "EUR",
        "tax_included": "yes",
        "hold_amount": "40",
        "elements": [
            _reserve("reservation", "time", "1.20"),
            _reserve("reservation_expires", "flat", "2.00"),
            _reserve("reservation_cancelled", "flat", "0.50"),
            {
                "components": [
                    {"dimension": "energy", "price": "0.59", "vat_percent": "22"},
                    {
                        "dimension": "idle", "price": "0.09", "per": "minute", "grace_s": 900, "cap": "18",
                        "vat_percent": "22",
                    },
                ]
            }
        ],
    },
)  # fmt: skip
"""Per kWh, and what occupies the place after charging pays by the minute."""


def _price(name: str, price: str, **restrictions: str) -> dict[str, object]:
    component = {"dimension": "energy", "price": price, "vat_percent": "22"}
    return {"name": name, "components": [component], "restrictions": restrictions}


BOLZANO_TARIFF = DemoTariff(
    "Bozen Tag und Nacht",
    {
        "currency": "EUR",
        "tax_included": "yes",
        "min_price": {"after_taxes": "0.50"},
        "elements": [
            {"components": [{"dimension": "flat", "price": "0.35", "vat_percent": "22"}]},
            _price("Nacht", "0.39", start_time="22:00", end_time="06:00"),
            _price("Mittag (Sonne)", "0.44", start_time="11:00", end_time="15:00"),
            _price("Tag", "0.64"),
        ],
    },
)
"""By the time of day, with a fee for the start."""


def _period(period: str, electricity: str, service: str) -> dict[str, object]:
    components = [
        {"dimension": "energy", "share": "electricity", "price": electricity, "vat_percent": "13"},
        {"dimension": "energy", "share": "service", "price": service, "vat_percent": "6"},
    ]
    return {"components": components, "restrictions": {"period": period}}


HANGZHOU_TARIFF = DemoTariff(
    "滨江分时电价",
    {
        "currency": "CNY",
        "tax_included": "yes",
        "tables": [{"slots": "V" * 16 + "F" * 2 + "P" * 2 + "S" * 2 + "V" * 4 + "P" * 4 + "S" * 4 + "P" * 8 + "F" * 6}],
        "elements": [
            _period("sharp", "1.2680", "0.4500"),
            _period("peak", "1.0642", "0.4500"),
            _period("flat", "0.7358", "0.4500"),
            _period("valley", "0.3410", "0.3500"),
            {"components": [{"dimension": "idle", "price": "0.5", "per": "minute", "grace_s": 900, "cap": "30"}]},
        ],
    },
)
"""Electricity and service apart, in four periods of the day."""

MILANO = DemoSite(
    spec=SiteSpec(
        name="Milano Scalo",
        address="Via dei Binari 12",
        city="Milano",
        country="IT",
        latitude_e6=45_485_200,
        longitude_e6=9_204_100,
        zone="Europe/Rome",
        grid_limit_w=170_000,
    ),
    stations=(
        _station("MI-AC-01", "Colonnina A", "1.6", "kilo", ("ac22", "ac22"), ConnectorKind.TYPE2),
        _station("MI-AC-02", "Colonnina B", "1.6", "chatty", ("ac22", "ac22"), ConnectorKind.TYPE2),
        _station("MI-AC-03", "Colonnina C", "2.0.1", "plain", ("ac22", "ac22"), ConnectorKind.TYPE2),
        _station("MI-DC-01", "Rapida 1", "2.0.1", "precise", ("dc150",), ConnectorKind.CCS2),
        _station("MI-DC-02", "Rapida 2", "2.1", "plain", ("dc150", "dc150"), ConnectorKind.CCS2),
        _station("FREE-MI-1", "Colonnina libera", "1.6", "plain", ("ac22",), ConnectorKind.TYPE2),
        _station("FREE-MI-2", "Rapida libera", "2.0.1", "plain", ("dc60",), ConnectorKind.CCS2),
    ),
    tokens=tuple(f"DEMO-MI-{number:02}" for number in range(1, 13)),
    arrivals_per_h=16,
    tariff=MILANO_TARIFF,
    utc_offset_h=1,
)

HANGZHOU = DemoSite(
    spec=SiteSpec(
        name="杭州滨江场站",
        address="江边路 88 号",
        city="杭州",
        country="CN",
        latitude_e6=30_208_400,
        longitude_e6=120_212_000,
        zone="Asia/Shanghai",
        grid_limit_w=630_000,
    ),
    stations=(
        _station("HZ-DC-01", "1 号桩", "1.6", "precise", ("dc120", "dc120"), ConnectorKind.GBT_DC),
        _station("HZ-DC-02", "2 号桩", "1.6", "terse", ("dc120", "dc120"), ConnectorKind.GBT_DC),
        _station("HZ-DC-03", "3 号桩", "2.0.1", "plain", ("dc180", "dc180"), ConnectorKind.GBT_DC),
        _station("HZ-DC-04", "4 号桩", "1.6", "fragile", ("dc60",), ConnectorKind.GBT_DC),
        _station("HZ-AC-01", "5 号桩", "1.6", "stutter", ("ac7", "ac7"), ConnectorKind.GBT_AC),
        _station("FREE-HZ-1", "体验桩", "2.1", "plain", ("dc120",), ConnectorKind.GBT_DC),
    ),
    tokens=tuple(f"DEMO-HZ-{number:02}" for number in range(1, 15)),
    arrivals_per_h=22,
    tariff=HANGZHOU_TARIFF,
    utc_offset_h=8,
)

BOLZANO = DemoSite(
    spec=SiteSpec(
        name="Bozen Süd",
        address="Industriezeile 3",
        city="Bozen",
        country="IT",
        latitude_e6=46_475_900,
        longitude_e6=11_335_700,
        zone="Europe/Rome",
        grid_limit_w=250_000,
        hours=OpeningTimes(
            is_always=False,
            regular=tuple(WeeklyPeriod(weekday=day, begins_min=5 * 60, ends_min=24 * 60) for day in range(1, 8)),
        ),
    ),
    stations=(
        _station("BZ-AC-01", "Säule 1", "2.1", "plain", ("ac22", "ac22"), ConnectorKind.TYPE2),
        _station("BZ-DC-01", "Schnelllader", "2.0.1", "kilo", ("dc300",), ConnectorKind.CCS2),
        _station("FREE-BZ-1", "Freie Säule", "2.0.1", "plain", ("ac11",), ConnectorKind.TYPE2),
    ),
    tokens=tuple(f"DEMO-BZ-{number:02}" for number in range(1, 7)),
    arrivals_per_h=6,
    tariff=BOLZANO_TARIFF,
    utc_offset_h=1,
)

COMPANY = "Navigli Taxi"
NAMES = (
    "Ada Ferri", "Bruno Conti", "Chiara Riva", "Dario Moro", "Elena Sala", "Fabio Neri",
    "陈晓", "李薇", "王磊", "赵宁", "孙悦", "周航",
    "Lena Huber", "Max Kofler", "Nora Pichler", "Toni Egger", "Gaia Villa", "Ivo Costa",
)  # fmt: skip
"""Of nobody in particular; a third of them for each site, in its own tongues."""

SITES = (MILANO, HANGZHOU, BOLZANO)

SAMPLE_INTERVAL_S = 5
MEASURANDS = (
    "Energy.Active.Import.Register",
    "Power.Active.Import",
    "Current.Import",
    "Current.Offered",
    "Voltage",
    "SoC",
)
"""What every station of the demo is asked to measure."""
MEASURANDS_16 = (*MEASURANDS, "Temperature")
"""OCPP 2.x knows no such measurand: there a temperature is a variable of the device."""
_OCCUPIED_PERMILLE = 450


def make_scenario(url: str, *, seed: int) -> Scenario:
    """Return what the simulator plays: the stations above, and drivers who come to them by themselves.

    Another `seed` for each run: 2.x stations draw their transaction ids from it, which must never come twice.
    """
    return Scenario(url=url, sites=tuple(_plan_site(site) for site in SITES), seed=seed)


def _ask_to_measure(protocol: str) -> dict[str, str]:
    if protocol == "1.6":
        return {"MeterValuesSampledData": ",".join(MEASURANDS_16)}
    return {"SampledDataCtrlr.TxUpdatedMeasurands": ",".join(MEASURANDS)}


def _plan_site(site: DemoSite) -> SitePlan:
    return SitePlan(
        name=site.spec.name,
        stations=tuple(
            StationPlan(
                identity=station.station_id,
                protocol=station.protocol,
                vendor=station.vendor,
                evses=station.evses,
                is_free=station.is_free,
                sample_s=SAMPLE_INTERVAL_S,
                settings=_ask_to_measure(station.protocol),
            )
            for station in site.stations
        ),
        tokens=site.tokens,
        arrivals_per_h=(float(site.arrivals_per_h),),
        occupied_permille=_OCCUPIED_PERMILLE,
        utc_offset_h=site.utc_offset_h,
    )
