"""Records as OCPI writes them, versions 2.2.1 and 2.3.0 (mod_cdrs): pure, and exact to the last digit.

Amounts are decimals in major units and become JSON numbers as they stand, never by way of a float. Hours have OCPI's
four digits; those of the periods sum to the totals, since each is the difference of two rounded sums.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

import msgspec

from busbar.canon.access import TokenKind
from busbar.canon.pricing import LineKind, PriceLine, Totals
from busbar.canon.roaming import Cdr, OwnParty
from busbar.canon.stations import ConnectorKind, PlaceDescription, PowerKind
from busbar.domain.roaming.countries import LETTERS
from busbar.domain.roaming.ocpi_tariffs import write_tariff
from busbar.kernel.errors import ConflictError
from busbar.rating.totals import to_major

NOT_AVAILABLE = "#NA"
"""OCPI's word for a text that must be there and is not known."""
ID_MAX_CHARS = 36
EVSE_NAME_MAX_CHARS = 24
_NUMBERS = msgspec.json.Encoder(decimal_format="number")
_DIGITS = Decimal("0.0001")
_HOUR_S = Decimal(3600)
_STANDARDS = {
    ConnectorKind.TYPE1: "IEC_62196_T1",
    ConnectorKind.TYPE2: "IEC_62196_T2",
    ConnectorKind.CCS1: "IEC_62196_T1_COMBO",
    ConnectorKind.CCS2: "IEC_62196_T2_COMBO",
    ConnectorKind.CHADEMO: "CHADEMO",
    ConnectorKind.GBT_AC: "GBT_AC",
    ConnectorKind.GBT_DC: "GBT_DC",
    ConnectorKind.NACS: "SAE_J3400",
    ConnectorKind.DOMESTIC: "DOMESTIC_F",
}
_TESLA = "TESLA_S"
"""What 2.2.1 has for the plug that 2.3.0 calls SAE J3400."""
_CABLES = frozenset({ConnectorKind.TYPE1, ConnectorKind.NACS})
"""Plugs that hang at a cable of the station also where they deliver alternating current, by the usual way to build."""
_POWERS = {PowerKind.AC1: "AC_1_PHASE", PowerKind.AC3: "AC_3_PHASE", PowerKind.DC: "DC"}
_TOKENS = {TokenKind.RFID: "RFID", TokenKind.APP: "APP_USER"}
_ADJUSTMENTS = (LineKind.MINIMUM, LineKind.MAXIMUM, LineKind.DISCOUNT, LineKind.INCLUDED)
_COSTS = {
    "total_fixed_cost": (LineKind.FLAT,),
    "total_energy_cost": (LineKind.ENERGY,),
    "total_time_cost": (LineKind.TIME,),
    "total_parking_cost": (LineKind.PARKING, LineKind.IDLE),
    "total_reservation_cost": (LineKind.RESERVATION, LineKind.CANCELLATION),
}


class OcpiVersion(StrEnum):
    """A version of OCPI that records are written in."""

    V221 = "2.2.1"
    V230 = "2.3.0"


class OwnPartyMissingError(ConflictError):
    """The operator has not said what it is called by its partners."""

    code = "conflict.own_party"


def write_cdr(cdr: Cdr, version: OcpiVersion, *, own_party: OwnParty | None) -> bytes:
    """Return a record as JSON. `own_party`: what the operator is called now, for records made before it said so.

    Errors: `conflict.own_party`.
    """
    own = cdr.own_party or own_party
    if own is None:
        raise OwnPartyMissingError("say first what you are called by your partners", cdr_id=cdr.cdr_id)
    return _NUMBERS.encode(shape_cdr(cdr, version, own))


def shape_cdr(cdr: Cdr, version: OcpiVersion, own: OwnParty) -> dict[str, Any]:
    """Return a record as plain objects, numbers as decimals."""
    tariff_id = f"{cdr.tariff_id}"[:ID_MAX_CHARS]
    tariff = write_tariff(cdr, own, is_newer=version is OcpiVersion.V230)
    periods, charging_h, parked_h = _list_periods(cdr, tariff_id)
    shaped: dict[str, Any] = {
        "country_code": own.country_code,
        "party_id": own.party_id,
        "id": cdr.cdr_id,
        "start_date_time": write_instant(cdr.started_at),
        "end_date_time": write_instant(cdr.ended_at),
        "session_id": cdr.session_id[:ID_MAX_CHARS],
        "cdr_token": {
            "country_code": cdr.partner.country_code,
            "party_id": cdr.partner.party_id,
            "uid": cdr.token.value[:ID_MAX_CHARS],
            "type": _TOKENS.get(cdr.token.kind, "OTHER"),
            "contract_id": cdr.token.contract_id or NOT_AVAILABLE,
        },
        "auth_method": "WHITELIST",
        "cdr_location": _shape_place(cdr.place, own, version),
        "currency": cdr.currency,
        **({} if tariff is None else {"tariffs": [tariff]}),
        "charging_periods": periods,
        "total_cost": _shape_total(cdr, version),
        "total_energy": Decimal(cdr.energy_wh).scaleb(-3),
        "total_time": charging_h + parked_h,
        "total_parking_time": parked_h,
    }
    for name, kinds in _COSTS.items():
        lines = [line for line in cdr.lines if line.kind in kinds]
        if lines:
            shaped[name] = _shape_cost(lines, cdr.currency, version)
    remark = describe_adjustments(cdr)
    if remark:
        shaped["remark"] = remark
    if cdr.credited_id is not None:
        shaped |= {"credit": True, "credit_reference_id": cdr.credited_id}
    return shaped | {"last_updated": write_instant(cdr.made_at)}


def write_instant(at: datetime) -> str:
    """Return an instant as OCPI writes it: UTC, at most 25 characters, so milliseconds at most."""
    text = at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")
    return f"{text.removesuffix('.000')}Z"


# ---- amounts ---------------------------------------------------------------------------------------------------------


def _shape_cost(lines: Iterable[PriceLine], currency: str, version: OcpiVersion) -> dict[str, Any]:
    net = gross = 0
    taxes: dict[Decimal, int] = defaultdict(int)
    for line in lines:
        net, gross = net + line.net, gross + line.gross
        taxes[line.vat_percent] += line.tax
    return _shape_price(net, gross, taxes, currency, version)


def _shape_total(cdr: Cdr, version: OcpiVersion) -> dict[str, Any]:
    """Shape the total; of a credit record it alone is negative (OCPI, Credit CDRs)."""
    sign = -1 if cdr.credited_id is not None else 1
    taxes: dict[Decimal, int] = defaultdict(int)
    for line in cdr.lines:
        taxes[line.vat_percent] += sign * line.tax
    return _shape_price(cdr.totals.net, cdr.totals.gross, taxes, cdr.currency, version)


def _shape_price(
    net: int, gross: int, taxes: dict[Decimal, int], currency: str, version: OcpiVersion
) -> dict[str, Any]:
    if version is OcpiVersion.V221:
        return {"excl_vat": to_major(net, currency), "incl_vat": to_major(gross, currency)}
    told = [
        {"name": "VAT", "percentage": percent, "amount": to_major(tax, currency)}
        for percent, tax in sorted(taxes.items())
        if percent or tax
    ]
    return {"before_taxes": to_major(net, currency), "taxes": told}


def describe_adjustments(cdr: Cdr) -> str:
    """Say in words what changed the total beside the costs by dimension; OCPI has no field for it."""
    sums: dict[LineKind, Totals] = {}
    for line in cdr.lines:
        if line.kind in _ADJUSTMENTS:
            before = sums.get(line.kind, Totals())
            sums[line.kind] = Totals(
                net=before.net + line.net, tax=before.tax + line.tax, gross=before.gross + line.gross
            )
    told = [
        f"{kind.value} {to_major(each.net, cdr.currency)} excl., {to_major(each.gross, cdr.currency)} incl. taxes"
        for kind, each in sums.items()
    ]
    return "; ".join(told)[:255]


# ---- periods ---------------------------------------------------------------------------------------------------------


def _round_h(seconds: Decimal) -> Decimal:
    return (seconds / _HOUR_S).quantize(_DIGITS, ROUND_HALF_UP)


def _run_h() -> Callable[[Decimal], Decimal]:
    """Return a counter that answers rounded hours whose sum is the rounded sum."""
    seconds = [Decimal(0)]

    def count(more_s: Decimal) -> Decimal:
        before = _round_h(seconds[0])
        seconds[0] += more_s
        return _round_h(seconds[0]) - before

    return count


def _list_periods(cdr: Cdr, tariff_id: str) -> tuple[list[dict[str, Any]], Decimal, Decimal]:
    """Return the charging periods, and the hours charging and parked."""
    charging, parked, reserved = _run_h(), _run_h(), _run_h()
    charging_h = parked_h = Decimal(0).quantize(_DIGITS)
    shaped: list[dict[str, Any]] = []
    for period in cdr.periods:
        hours = charging(period.charging_s), parked(period.parked_s), reserved(period.reserved_s)
        charging_h, parked_h = charging_h + hours[0], parked_h + hours[1]
        dimensions: list[dict[str, Any]] = []
        if period.energy_wh or not any(hours):
            dimensions.append({"type": "ENERGY", "volume": period.energy_wh.scaleb(-3)})
        names = ("TIME", "PARKING_TIME", "RESERVATION_TIME")
        dimensions += [{"type": name, "volume": each} for name, each in zip(names, hours, strict=True) if each]
        at = write_instant(period.starts_at)
        shaped.append({"start_date_time": at, "dimensions": dimensions, "tariff_id": tariff_id})
    return shaped, charging_h, parked_h


# ---- place -----------------------------------------------------------------------------------------------------------


def _shape_place(place: PlaceDescription, own: OwnParty, version: OcpiVersion) -> dict[str, Any]:
    shaped: dict[str, Any] = {
        "id": shorten_id(place.site_id or place.station_id),
        "address": place.address[:45] or NOT_AVAILABLE,
        "city": place.city[:45] or NOT_AVAILABLE,
        "country": LETTERS.get(place.country or own.country_code, NOT_AVAILABLE),
    }
    if place.name:
        shaped["name"] = place.name[:255]
    if place.latitude_e6 is not None and place.longitude_e6 is not None:
        position = {"latitude": place.latitude_e6, "longitude": place.longitude_e6}
        shaped["coordinates"] = {name: f"{Decimal(value).scaleb(-6):.6f}" for name, value in position.items()}
    evse_id = place.evse_id or 1
    name = re.sub(r"[^A-Z0-9]", "", place.station_id.upper())[:EVSE_NAME_MAX_CHARS]
    standard = _STANDARDS.get(place.kind, NOT_AVAILABLE)
    if place.kind is ConnectorKind.NACS and version is OcpiVersion.V221:
        standard = _TESLA
    is_cable = place.power_kind is PowerKind.DC or place.kind in _CABLES
    return shaped | {
        "evse_uid": shorten_id(f"{place.station_id}*{evse_id}"),
        "evse_id": f"{own.country_code}*{own.party_id}*E{name}*{evse_id}",
        "connector_id": str(place.connector_id or 1),
        "connector_standard": standard,
        "connector_format": "CABLE" if is_cable else "SOCKET",
        "connector_power_type": _POWERS[place.power_kind],
    }


def shorten_id(text: str) -> str:
    """Return an id of at most 36 characters: a longer one becomes its digest, so that two stay two."""
    return text if len(text) <= ID_MAX_CHARS else hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
