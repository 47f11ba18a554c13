"""The tariffs of the examples of OCPI 2.2.1 and 2.3.0, field by field, and how OCPI's fields are said in ours."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from busbar.rating.coding import decode
from busbar.rating.tariff import Tariff

DIMENSIONS = {"ENERGY": "energy", "TIME": "time", "PARKING_TIME": "parking", "FLAT": "flat"}
LIMITS = {
    "kwh": ("energy_wh", 1000),
    "current": ("current_ma", 1000),
    "power": ("power_w", 1000),
    "duration": ("duration_s", 1),
}
"""The ends of OCPI's restrictions, ours, and how many of our unit are one of theirs."""
WORDS_AS_THEY_ARE = ("start_time", "end_time", "start_date", "end_date")


def read_ocpi(content: Mapping[str, Any]) -> Tariff:
    """Read a tariff object of OCPI 2.2.1 or 2.3.0 (mod_tariffs, Tariff object); decimals are `Decimal`."""
    fields: dict[str, Any] = {
        "currency": content["currency"],
        "elements": [_read_element(each) for each in content["elements"]],
    }
    tax = {"YES": "yes", "NO": "no", "N/A": "none"}.get(content.get("tax_included", ""))
    if tax is not None:
        fields["tax_included"] = tax
    for name in ("min_price", "max_price"):
        if name in content:
            limit = content[name]
            fields[name] = {
                "before_taxes": str(limit.get("before_taxes", limit.get("excl_vat"))),
                "after_taxes": str(limit.get("after_taxes", limit.get("incl_vat"))),
            }
    if "type" in content:
        fields["kind"] = content["type"].lower()
    if "tariff_alt_text" in content:
        fields["texts"] = content["tariff_alt_text"]
    for theirs, ours in (
        ("tariff_alt_url", "url"), ("start_date_time", "valid_from"), ("end_date_time", "valid_until")
    ):  # fmt: skip
        if theirs in content:
            fields[ours] = content[theirs]
    return decode(fields)


def _read_element(element: Mapping[str, Any]) -> dict[str, Any]:
    components = [_read_component(each) for each in element["price_components"]]
    return {"components": components, "restrictions": _read_restrictions(element.get("restrictions", {}))}


def _read_component(component: Mapping[str, Any]) -> dict[str, Any]:
    fields = {
        "dimension": DIMENSIONS[component["type"]],
        "price": str(component["price"]),
        "step": component["step_size"],
    }
    return fields | ({"vat_percent": str(component["vat"])} if "vat" in component else {})


def _read_restrictions(asked: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: asked[name] for name in WORDS_AS_THEY_ARE if name in asked}
    for end in ("min", "max"):
        for theirs, (ours, units) in LIMITS.items():
            if f"{end}_{theirs}" in asked:
                fields[f"{end}_{ours}"] = int(Decimal(str(asked[f"{end}_{theirs}"])) * units)
    if "day_of_week" in asked:
        fields["weekdays"] = [day.lower() for day in asked["day_of_week"]]
    if "reservation" in asked:
        fields["reservation"] = asked["reservation"].lower()
    return fields


# ---- the examples ----------------------------------------------------------------------------------------------------


def part(kind: str, price: str, vat: str | None, step: int) -> dict[str, Any]:
    fields: dict[str, Any] = {"type": kind, "price": Decimal(price), "step_size": step}
    return fields | ({} if vat is None else {"vat": Decimal(vat)})


def element(*components: dict[str, Any], **restrictions: Any) -> dict[str, Any]:
    return {"price_components": list(components)} | ({"restrictions": restrictions} if restrictions else {})


def tariff(*elements: dict[str, Any], currency: str = "EUR", **more: Any) -> dict[str, Any]:
    return {"currency": currency, "elements": list(elements), **more}


WORKDAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"]
FEE = part("FLAT", "0.5", "20", 1)
KWH = part("ENERGY", "0.25", "10", 1)
SESSION = element(FEE, KWH)
HOUR = "2.00 euro p/hour including VAT."
UUR = "2.00 euro p/uur inclusief BTW."
CARD = "2.00 euro p/hour, start tariff debit card: 0.25 euro, credit card: 0.50 euro including VAT."
KAART = "2.00 euro p/uur, starttarief bankpas: 0,25 euro, creditkaart: 0,50 euro inclusief BTW."
NEWER_ONLY = frozenset({"tariff_19_simple_north_american_exclusive", "tariff_20_simple_north_american_inclusive"})
"""Examples that 2.2.1 does not have."""
FILES: dict[str, dict[str, Any]] = {
    "tariff_1_simple_2hour": tariff(element(part("TIME", "2", "10", 60))),
    "tariff_2_alt_text": tariff(
        element(part("TIME", "1.9", "5.2", 300)),
        type="AD_HOC_PAYMENT",
        tariff_alt_text=[{"language": "en", "text": HOUR}, {"language": "nl", "text": UUR}],
    ),
    "tariff_3_alt_url": tariff(
        element(FEE, part("ENERGY", "0.25", "10", 100)),
        type="PROFILE_CHEAP",
        tariff_alt_url="https://company.com/tariffs/13",
    ),
    "tariff_4_complex": tariff(
        element(part("FLAT", "2.5", "15", 1)),
        element(part("TIME", "1", "20", 900), max_current=32),
        element(part("TIME", "2", "20", 600), min_current=32, day_of_week=WORKDAYS),
        element(part("TIME", "1.25", "20", 600), min_current=32, day_of_week=["SATURDAY", "SUNDAY"]),
        element(part("PARKING_TIME", "5", "10", 300), start_time="09:00", end_time="18:00", day_of_week=WORKDAYS),
        element(part("PARKING_TIME", "6", "10", 300), start_time="10:00", end_time="17:00", day_of_week=["SATURDAY"]),
        type="REGULAR",
        tariff_alt_url="https://company.com/tariffs/14",
    ),
    "tariff_5_free_of_charge": tariff(element(part("FLAT", "0", None, 0))),
    "tariff_6_025kwh_start_max_price": tariff(
        SESSION,
        max_price={"before_taxes": Decimal(10), "after_taxes": Decimal(11)},
        end_date_time="2019-06-30T23:59:59Z",
    ),
    "tariff_8_simple_025kwh": tariff(element(KWH)),
    "tariff_9_025kwh_start": tariff(SESSION),
    "tariff_10_025kwh_parking_start": tariff(element(FEE, KWH, part("PARKING_TIME", "2", "20", 900))),
    "tariff_11_not_possible_alt_text": tariff(
        element(part("FLAT", "0.4", "25", 1), part("TIME", "1.9", "5.2", 300)),
        type="AD_HOC_PAYMENT",
        tariff_alt_text=[{"language": "en", "text": CARD}, {"language": "nl", "text": KAART}],
    ),
    "tariff_12_025kwh_min_price": tariff(
        element(KWH), min_price={"before_taxes": Decimal("0.5"), "after_taxes": Decimal("0.55")}
    ),
    "tariff_13_simple_3hour_5parking": tariff(
        element(part("TIME", "3", "10", 60), part("PARKING_TIME", "5", "20", 300))
    ),
    "tariff_14_step_size": tariff(
        element(
            part("TIME", "1.2", None, 1800), part("PARKING_TIME", "1", None, 900), start_time="00:00", end_time="17:00"
        ),
        element(
            part("TIME", "2.4", None, 900), part("PARKING_TIME", "1", None, 900), start_time="17:00", end_time="20:00"
        ),
        element(part("TIME", "2.4", None, 900), start_time="20:00", end_time="00:00"),
    ),
    "tariff_15_reservation_5_euro_per_hour": tariff(
        element(part("TIME", "5", "20", 60), reservation="RESERVATION"), SESSION
    ),
    "tariff_16_reservation_2_euro_fee_5_euro_per_hour": tariff(
        element(part("FLAT", "2", "20", 1), part("TIME", "5", "20", 300), reservation="RESERVATION"), SESSION
    ),
    "tariff_17_reservation_with_expire_fee": tariff(
        element(part("FLAT", "4", "20", 1), reservation="RESERVATION_EXPIRES"),
        element(part("TIME", "2", "20", 600), reservation="RESERVATION"),
        SESSION,
    ),
    "tariff_18_reservation_with_expire_time": tariff(
        element(part("TIME", "6", "20", 600), reservation="RESERVATION_EXPIRES"),
        element(part("TIME", "3", "20", 600), reservation="RESERVATION"),
        SESSION,
    ),
    "tariff_19_simple_north_american_exclusive": tariff(
        element(part("TIME", "2", None, 1)), currency="CAD", tax_included="NO"
    ),
    "tariff_20_simple_north_american_inclusive": tariff(
        element(part("TIME", "2.1", None, 1)), currency="CAD", tax_included="YES"
    ),
    "tariff_put_example": tariff(element(part("TIME", "2", "10", 300))),
    "tariffrestriction_example_max_duration": tariff(
        element(part("ENERGY", "0", "20", 1), max_duration=1800),
        element(part("ENERGY", "0.25", "20", 1), max_duration=3600),
        element(part("ENERGY", "0.4", "20", 1)),
        type="REGULAR",
    ),
    "tariffrestriction_example_max_power": tariff(
        element(part("ENERGY", "0.2", "20", 1), max_power=16),
        element(part("ENERGY", "0.35", "20", 1), max_power=32),
        element(part("ENERGY", "0.5", "20", 1)),
        type="REGULAR",
    ),
}
"""By the name of the file in the specifications' `examples`."""
