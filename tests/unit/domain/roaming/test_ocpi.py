"""Records as OCPI writes them: for generated sessions every sum is the price's own, to the last digit."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busbar.canon.access import TokenKind, TokenPartner
from busbar.canon.pricing import PriceSpan, PriceTrace, SessionPriced
from busbar.canon.roaming import OwnParty, Partner
from busbar.canon.stations import ConnectorKind, PlaceDescription, PowerKind
from busbar.domain.roaming import ocpi, records
from busbar.domain.roaming.ocpi import OcpiVersion
from busbar.kernel.errors import BusbarError
from busbar.rating import coding
from busbar.rating.calendar import Calendar
from busbar.rating.rate import rate
from busbar.rating.record import Outcome, Reading, Record, Reservation, State

START = datetime(2026, 3, 1, 16, 40, 0, 250_000, tzinfo=UTC)
OWN = OwnParty(operator_id="op", country_code="IT", party_id="BUS")
PARTNER = Partner(
    partner_id="p",
    operator_id="op",
    name="Strada",
    country_code="IT",
    party_id="STR",
    created_at=START,
    changed_at=START,
)
PLACE = PlaceDescription(
    station_id="S-1", site_id="site", name="Piazza", city="Torino", country="IT", latitude_e6=45_070_000,
    longitude_e6=-7_690_001, evse_id=2, connector_id=1, kind=ConnectorKind.CCS2, power_kind=PowerKind.DC,
)  # fmt: skip
COMPONENTS = [
    {"dimension": "flat", "price": "0.35", "vat_percent": "10"},
    {"dimension": "energy", "price": "0.4567", "vat_percent": "22"},
    {"dimension": "time", "price": "1.10", "vat_percent": "22"},
    {"dimension": "parking", "price": "0.07", "per": "minute", "vat_percent": "22"},
]


def price(seconds, powers, *, tariff=None, reserved_s=0, currency="EUR", **made):
    """Rate a session of stretches; return the record for the partner."""
    readings, at, taken = [], START, 0
    for length, power in zip(seconds, powers, strict=True):
        readings.append(Reading(at=at, energy_wh=taken, state=State.CHARGING if power else State.PARKED))
        at, taken = at + timedelta(seconds=length), taken + power
    readings.append(Reading(at=at, energy_wh=taken, state=State.PARKED))
    kept = None
    if reserved_s:
        kept = Reservation(starts_at=START - timedelta(seconds=reserved_s), ends_at=START, outcome=Outcome.USED)
    elements = [
        {"components": [{"dimension": "time", "price": "3"}], "restrictions": {"reservation": "reservation"}},
        {"components": COMPONENTS, "restrictions": {"start_time": "08:00", "end_time": "17:00"}},
        {"components": COMPONENTS[1:]},
    ]
    terms = coding.decode(
        {"currency": currency, "elements": elements, "min_price": {"before_taxes": "1"}, **(tariff or {})}
    )
    rated = rate(terms, Record(started_at=START, ended_at=at, readings=tuple(readings), reservation=kept), Calendar())
    fact = SessionPriced(
        operator_id="op", at=at, session_id="s" * 32, station_id="S-1", site_id="site", evse_id=2, token_id="t",
        tariff_id="0" * 32, version=3, revision=1, tariff_name="Strada", currency=currency,
        lines=tuple(line.to_price_line() for line in rated.lines), totals=rated.totals, energy_wh=int(rated.energy_wh),
        started_at=START, ended_at=at, is_final=True,
    )  # fmt: skip
    trace = PriceTrace(
        spans=tuple(
            PriceSpan(
                starts_at=each.starts_at, ends_at=each.ends_at, energy_wh=each.energy_wh,
                is_parked=each.state is State.PARKED,
            )
            for each in rated.spans
        ),
        connector_id=1, reserved_at=None if kept is None else kept.starts_at,
        reserved_until=None if kept is None else kept.ends_at, tariff_json=coding.encode(terms).decode(),
        published_at=START,
    )  # fmt: skip
    token = TokenPartner(partner_id="p", contract_id="", value="AABB", kind=TokenKind.APP)
    return records.write_cdr(
        fact, trace, cdr_id="c" * 32, parties=records.Parties(PARTNER, made.get("own", OWN), token), place=PLACE, now=at
    )


def read(cdr, version):
    return json.loads(ocpi.write_cdr(cdr, version, own_party=None), parse_float=Decimal, parse_int=Decimal)


def net_of(amount):
    return amount["excl_vat"] if "excl_vat" in amount else amount["before_taxes"]


def gross_of(amount):
    return (
        amount["incl_vat"] if "incl_vat" in amount else net_of(amount) + sum(each["amount"] for each in amount["taxes"])
    )


def volumes(shaped, kind):
    return sum(
        each["volume"] for one in shaped["charging_periods"] for each in one["dimensions"] if each["type"] == kind
    )


COSTS = ("total_fixed_cost", "total_energy_cost", "total_time_cost", "total_parking_cost", "total_reservation_cost")


@settings(max_examples=60, deadline=None)
@given(
    stretches=st.lists(st.tuples(st.integers(1, 7200), st.integers(0, 9000)), max_size=6),
    reserved_s=st.sampled_from((0, 1, 900)),
    currency=st.sampled_from(("EUR", "JPY", "KWD")),
    version=st.sampled_from(OcpiVersion),
)
def test_the_sums_of_a_record_are_its_price(stretches, reserved_s, currency, version):
    cdr = price(*zip(*stretches, strict=True), reserved_s=reserved_s, currency=currency) if stretches else price(
        (), (), reserved_s=reserved_s, currency=currency
    )  # fmt: skip
    shaped = read(cdr, version)
    digits = {"EUR": 2, "JPY": 0, "KWD": 3}[currency]
    assert net_of(shaped["total_cost"]) == Decimal(cdr.totals.net).scaleb(-digits)
    assert gross_of(shaped["total_cost"]) == Decimal(cdr.totals.gross).scaleb(-digits)
    limits = [line for line in cdr.lines if line.kind in {"minimum", "maximum"}]
    assert sum(net_of(shaped[name]) for name in COSTS if name in shaped) == Decimal(
        cdr.totals.net - sum(line.net for line in limits)
    ).scaleb(-digits)
    assert bool(limits) == ("remark" in shaped)
    assert volumes(shaped, "ENERGY") == shaped["total_energy"] == Decimal(cdr.energy_wh).scaleb(-3)
    assert volumes(shaped, "PARKING_TIME") == shaped["total_parking_time"]
    assert volumes(shaped, "TIME") + shaped["total_parking_time"] == shaped["total_time"]
    assert all(one["dimensions"] for one in shaped["charging_periods"])
    begins = [one["start_date_time"] for one in shaped["charging_periods"]]
    assert begins == sorted(begins)
    assert begins[0] == shaped["start_date_time"]


def test_a_record_says_who_where_and_under_what_terms():
    shaped = read(price((3600, 600), (20_000, 0)), OcpiVersion.V230)
    assert shaped["start_date_time"] == "2026-03-01T16:40:00.250Z"
    assert shaped["end_date_time"] == "2026-03-01T17:50:00.250Z"
    assert (shaped["cdr_token"]["type"], shaped["cdr_token"]["contract_id"]) == ("APP_USER", "#NA")
    place = shaped["cdr_location"]
    assert place["coordinates"] == {"latitude": "45.070000", "longitude": "-7.690001"}
    assert (place["evse_uid"], place["evse_id"], place["country"]) == ("S-1*2", "IT*BUS*ES1*2", "ITA")
    told = place["connector_standard"], place["connector_format"], place["connector_power_type"]
    assert told == ("IEC_62196_T2_COMBO", "CABLE", "DC")
    (tariff,) = shaped["tariffs"]
    assert (tariff["tax_included"], tariff["min_price"]) == ("NO", {"before_taxes": 1})
    assert tariff["elements"][0]["restrictions"] == {"reservation": "RESERVATION"}
    assert tariff["elements"][1]["price_components"][3] == {
        "type": "PARKING_TIME", "price": Decimal("4.20"), "vat": 22, "step_size": 1
    }  # fmt: skip
    assert [one["start_date_time"] for one in shaped["charging_periods"]] == [
        "2026-03-01T16:40:00.250Z", "2026-03-01T17:00:00Z", "2026-03-01T17:40:00.250Z",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tariff", "is_in_old", "is_in_new"),
    [
        ({}, True, True),
        ({"tax_included": "yes"}, False, True),
        ({"elements": [{"components": [COMPONENTS[1] | {"share": "service"}]}]}, False, False),
        ({"elements": [{"components": [{"dimension": "idle", "price": "1", "grace_s": 600}]}]}, False, False),
        ({"min_price": {"after_taxes": "1"}}, False, False),
    ],
)
def test_a_tariff_is_told_only_where_ocpi_can_say_all_of_it(tariff, is_in_old, is_in_new):
    cdr = price((3600,), (20_000,), tariff=tariff)
    assert ("tariffs" in read(cdr, OcpiVersion.V221), "tariffs" in read(cdr, OcpiVersion.V230)) == (
        is_in_old,
        is_in_new,
    )


def test_a_credit_takes_back_the_total_alone():
    cdr = price((3600,), (20_000,))
    credit = records.write_credit(cdr, revision=2, now=START)
    before, after = read(cdr, OcpiVersion.V221), read(credit, OcpiVersion.V221)
    assert (after["id"], after["credit"], after["credit_reference_id"]) == (f"{cdr.cdr_id}-C", True, cdr.cdr_id)
    assert len(after["id"]) <= 39
    assert after["total_cost"] == {name: -amount for name, amount in before["total_cost"].items()}
    assert after["total_energy_cost"] == before["total_energy_cost"]
    assert records.find_standing([cdr]) is cdr
    assert records.find_standing([cdr, credit]) is None


def test_without_a_name_of_our_own_nothing_is_written():
    cdr = price((3600,), (20_000,), own=None)
    with pytest.raises(BusbarError) as caught:
        ocpi.write_cdr(cdr, OcpiVersion.V221, own_party=None)
    assert caught.value.code == "conflict.own_party"
    assert json.loads(ocpi.write_cdr(cdr, OcpiVersion.V221, own_party=OWN))["party_id"] == "BUS"


def test_a_long_id_becomes_its_digest():
    assert ocpi.shorten_id("S-1*2") == "S-1*2"
    one, two = ocpi.shorten_id("S" * 48 + "*1"), ocpi.shorten_id("S" * 48 + "*2")
    assert one != two
    assert len(one) == len(two) == 32
