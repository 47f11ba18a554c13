"""Our model says all that the tariffs of OCPI's examples say, and it is these that `test_rate_ocpi` prices."""

import json
import os
import sys
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from busbar.rating.checking import check
from busbar.rating.coding import decode, encode
from busbar.rating.description import describe
from busbar.rating.phrases import LANGUAGES
from busbar.rating.tariff import TariffKind
from tests.unit.rating import test_rate_ocpi as priced
from tests.unit.rating.ocpi_examples import FILES, NEWER_ONLY, read_ocpi

SPECIFICATIONS = Path(os.environ.get("BUSBAR_TEST_SPECIFICATIONS") or Path(__file__).parents[4] / "shared/specs")
"""Beside the working copy, if they are there."""
PRICED = {
    "tariff_1_simple_2hour": priced.TWO_HOUR,
    "tariff_2_alt_text": priced.AD_HOC,
    "tariff_3_alt_url": priced.TENTHS,
    "tariff_4_complex": priced.COMPLEX,
    "tariff_5_free_of_charge": priced.FREE,
    "tariff_6_025kwh_start_max_price": priced.MAX_PRICE,
    "tariff_8_simple_025kwh": priced.SIMPLE,
    "tariff_9_025kwh_start": priced.START,
    "tariff_10_025kwh_parking_start": priced.PARKING_START,
    "tariff_11_not_possible_alt_text": priced.AD_HOC_START,
    "tariff_12_025kwh_min_price": priced.MIN_PRICE,
    "tariff_13_simple_3hour_5parking": priced.THREE_AND_FIVE,
    "tariff_14_step_size": priced.STEPS,
    "tariff_15_reservation_5_euro_per_hour": priced.RESERVATION_15,
    "tariff_16_reservation_2_euro_fee_5_euro_per_hour": priced.RESERVATION_16,
    "tariff_17_reservation_with_expire_fee": priced.RESERVATION_17,
    "tariff_18_reservation_with_expire_time": priced.RESERVATION_18,
    "tariff_19_simple_north_american_exclusive": priced.CANADA,
    "tariff_20_simple_north_american_inclusive": priced.CANADA_WITH_TAX,
    "tariff_put_example": priced.PUT_EXAMPLE,
    "tariffrestriction_example_max_duration": priced.DURATION,
    "tariffrestriction_example_max_power": priced.POWER,
}
"""The tariffs that `test_rate_ocpi` prices by what the chapters say, by the example that they are of."""
PRICES = ("currency", "elements", "tax_included", "min_price", "max_price")


def test_every_example_is_priced():
    assert PRICED.keys() == FILES.keys()
    told = [tariff for tariff, *_ in priced.EXAMPLES.values()]
    assert [name for name, tariff in PRICED.items() if tariff not in told] == []


@pytest.mark.parametrize("name", FILES)
def test_what_an_example_says_is_what_is_priced(name):
    tariff, known = read_ocpi(FILES[name]), PRICED[name]
    assert {each: getattr(tariff, each) for each in PRICES} == {each: getattr(known, each) for each in PRICES}


@pytest.mark.parametrize("name", FILES)
def test_our_model_loses_nothing_of_an_example(name):
    content, tariff = FILES[name], read_ocpi(FILES[name])
    assert decode(encode(tariff)) == tariff
    assert tariff.kind == (TariffKind(content["type"].lower()) if "type" in content else None)
    assert [msgspec.structs.asdict(each) for each in tariff.texts] == content.get("tariff_alt_text", [])
    assert tariff.url == content.get("tariff_alt_url")
    ends = None if tariff.valid_until is None else tariff.valid_until.isoformat().replace("+00:00", "Z")
    assert ends == content.get("end_date_time")
    assert all(describe(tariff, language) for language in LANGUAGES)
    check(tariff)


@pytest.mark.parametrize("version", ["2.2.1", "2.3.0"])
def test_the_examples_are_those_of_the_specification(version, capsys):
    directory = SPECIFICATIONS / "ocpi" / version / "examples"
    if not directory.is_dir():
        with capsys.disabled():
            sys.stderr.write(f"\nOCPI {version} not compared: BUSBAR_TEST_SPECIFICATIONS says where it is\n")
        return
    files = {path.stem: path for path in directory.glob("tariff*.json")}
    assert files.keys() == FILES.keys() - (NEWER_ONLY if version == "2.2.1" else frozenset())
    for name, path in files.items():
        content = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        assert read_ocpi(content) == read_ocpi(FILES[name]), name
