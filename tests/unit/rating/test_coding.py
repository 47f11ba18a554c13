from decimal import Decimal

import msgspec
import pytest

from busbar.rating.coding import TariffError, count_decimals, decode, encode, to_plain, trim

ENERGY = {"dimension": "energy", "price": "0.25"}


def make(components=(ENERGY,), restrictions=None, **rest):
    return {
        "currency": "EUR",
        "elements": [{"components": list(components), "restrictions": restrictions or {}}],
        **rest,
    }


def list_problems(plain):
    with pytest.raises(TariffError) as caught:
        decode(msgspec.json.encode(plain))
    assert caught.value.code == "invalid.tariff"
    return [(problem.path, problem.code) for problem in caught.value.problems]


def test_a_number_and_its_text_are_the_same_price():
    tariffs = {decode(text) for text in (
        b'{"currency":"EUR","elements":[{"components":[{"dimension":"energy","price":0.250}]}]}',
        b'{"currency":"EUR","elements":[{"components":[{"price":"0.25","dimension":"energy"}],"name":""}]}',
    )}  # fmt: skip
    assert len(tariffs) == 1
    assert (
        encode(tariffs.pop())
        == b'{"currency":"EUR","elements":[{"components":[{"dimension":"energy","price":"0.25"}]}]}'
    )


def test_what_is_written_is_read_again():
    plain = make(
        [{"dimension": "parking", "price": "0.5", "per": "minute", "grace_s": 900, "cap": "100", "share": "service"}],
        {"start_time": "22:00", "end_time": "06:00", "day_types": ["holiday"], "season_start": "11-01",
         "season_end": "03-01", "period": "deep_valley", "min_energy_wh": 1000, "max_power_w": 22000,
         "start_date": "2026-01-01"},
        tables=[{"slots": "D" * 48}], min_price={"after_taxes": "1"}, max_price={"before_taxes": "1000"},
        tax_included="yes", hold_amount="50", rounding="down", kind="regular", url="https://prices.example",
        texts=[{"language": "it", "text": "Prezzi"}], valid_from="2026-01-01T00:00:00Z",
        energy_mix={"is_green": True, "sources": [{"source": "solar", "percent": "100"}]},
    )  # fmt: skip
    tariff = decode(plain)
    assert decode(encode(tariff)) == tariff
    assert to_plain(tariff)["elements"][0]["components"][0]["cap"] == "100"
    assert to_plain(tariff)["valid_from"] == "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("plain", "path", "code"),
    [
        ({"currency": "EUR"}, "", "missing"),
        ({"currency": "eur", "elements": []}, "currency", "pattern"),
        ({"currency": "EUR", "elements": []}, "elements", "length"),
        (make(surcharge=1), "", "unknown_field"),
        (make([{"dimension": "heat", "price": "1"}]), "elements[0].components[0].dimension", "value"),
        (make([{"dimension": "energy", "price": "cheap"}]), "elements[0].components[0].price", "value"),
        (make([{"dimension": "energy", "price": []}]), "elements[0].components[0].price", "type"),
        (make([{"dimension": "energy", "price": "-0.1"}]), "elements[0].components[0].price", "negative"),
        (make([{"dimension": "energy", "price": "NaN"}]), "elements[0].components[0].price", "not_finite"),
        (make([{"dimension": "energy", "price": "1000001"}]), "elements[0].components[0].price", "too_large"),
        (make([{"dimension": "energy", "price": "0.000000001"}]), "elements[0].components[0].price", "too_fine"),
        (make([ENERGY | {"vat_percent": "101"}]), "elements[0].components[0].vat_percent", "too_large"),
        (make([ENERGY | {"grace_s": 60}]), "elements[0].components[0].grace_s", "grace"),
        (make([{"dimension": "flat", "price": "1", "cap": "2"}]), "elements[0].components[0].cap", "flat"),
        (make([ENERGY, ENERGY]), "elements[0].components[1]", "repeated"),
        (make(restrictions={"start_time": "24:00"}), "elements[0].restrictions.start_time", "pattern"),
        (
            make(restrictions={"min_energy_wh": 5, "max_energy_wh": 5}),
            "elements[0].restrictions.max_energy_wh",
            "empty_range",
        ),
        (
            make(restrictions={"start_date": "2026-02-01", "end_date": "2026-02-01"}),
            "elements[0].restrictions.end_date",
            "empty_range",
        ),
        (make(restrictions={"season_start": "06-01"}), "elements[0].restrictions.season_end", "missing"),
        (
            make(restrictions={"season_start": "06-01", "season_end": "06-01"}),
            "elements[0].restrictions.season_end",
            "empty_range",
        ),
        (
            make(restrictions={"season_start": "02-30", "season_end": "06-01"}),
            "elements[0].restrictions.season_start",
            "no_such_day",
        ),
        (make(restrictions={"period": "peak"}), "tables", "no_table"),
        (make(tables=[{"slots": "S" * 47}]), "tables[0].slots", "pattern"),
        (make(restrictions={"reservation": "reservation"}), "elements[0].components[0].dimension", "reservation"),
        (make(min_price={}), "min_price", "missing"),
        (make(min_price={"after_taxes": "-1"}), "min_price.after_taxes", "negative"),
        (
            make(min_price={"before_taxes": "5"}, max_price={"before_taxes": "4"}),
            "max_price.before_taxes",
            "empty_range",
        ),
        (make(hold_amount="-1"), "hold_amount", "negative"),
        (make(valid_from="2026-01-01T00:00:00"), "valid_from", "no_zone"),
        (
            make(valid_from="2026-01-01T00:00:00Z", valid_until="2026-01-01T00:00:00Z"),
            "valid_until",
            "empty_range",
        ),
        (
            make(energy_mix={"is_green": True, "sources": [{"source": "sun", "percent": "200"}]}),
            "energy_mix.sources[0].percent",
            "too_large",
        ),
        (make(energy_mix={"is_green": True, "carbon_dioxide_g": "-1"}), "energy_mix.carbon_dioxide_g", "negative"),
    ],
)
def test_what_is_wrong_is_named(plain, path, code):
    assert list_problems(plain) == [(path, code)]


def test_every_broken_rule_is_named():
    plain = make([{"dimension": "energy", "price": "-1"}, {"dimension": "flat", "price": "-2"}])
    assert [path for path, _ in list_problems(plain)] == [
        "elements[0].components[0].price",
        "elements[0].components[1].price",
    ]


@pytest.mark.parametrize(("data", "code"), [(b"{", "not_json"), (b"\xff", "not_json"), (b" " * 262_145, "too_long")])
def test_what_is_no_json_is_refused(data, code):
    with pytest.raises(TariffError) as caught:
        decode(data)
    assert caught.value.facts == {"path": "", "problem": code, "problems": 1}


def test_numbers_are_written_plainly():
    assert (trim(Decimal("1E+3")), trim(Decimal("0.10")), trim(None)) == (Decimal(1000), Decimal("0.1"), None)
    assert str(trim(Decimal("1E+3"))) == "1000"
    assert (count_decimals(Decimal("1.500")), count_decimals(Decimal("1E+3"))) == (1, 0)


def test_an_element_without_restrictions_is_written_in_one_way():
    plain = {"currency": "EUR", "elements": [{"components": [{"dimension": "energy", "price": "1"}]}]}
    said = {"currency": "EUR", "elements": [plain["elements"][0] | {"restrictions": {}, "name": ""}]}
    assert encode(decode(said)) == encode(decode(plain))
