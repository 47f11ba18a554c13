import json

import pytest

from busbar.gateways.ocpp.translation import UntranslatableError
from busbar.gateways.ocpp.v21_tariff import write_tariff
from busbar.wire.schema.decoding import encode_checked


def write(*elements, **more):
    content = json.dumps({"currency": "EUR", "elements": list(elements), **more})
    written = write_tariff(content, tariff_ref="t-1", texts=(("en", "words"),))
    return json.loads(encode_checked(written))


def element(dimension="energy", price="0.5", restrictions=None, **more):
    return {"components": [{"dimension": dimension, "price": price, **more}], "restrictions": restrictions or {}}


def test_prices_stand_without_tax_and_say_their_tax():
    told = write(element(price="0.595", vat_percent="19"), tax_included="yes")
    assert told["energy"] == {"prices": [{"priceKwh": 0.5}], "taxRates": [{"type": "VAT", "tax": 19}]}
    assert told["description"] == [{"format": "UTF8", "language": "en", "content": "words"}]


def test_time_is_priced_by_the_minute():
    told = write(element("time", "6"), element("parking", "0.1", per="minute", grace_s=900))
    assert told["chargingTime"]["prices"] == [{"priceMinute": 0.1}]
    assert told["idleTime"]["prices"] == [{"priceMinute": 0.1, "conditions": {"minIdleTime": 900}}]


def test_conditions_are_said_in_the_order_in_which_they_hold():
    told = write(
        element(price="0.4", restrictions={"start_time": "08:00", "end_time": "18:00", "weekdays": ["monday"]}),
        element(price="0.3", restrictions={"min_energy_wh": 20_000, "max_power_w": 50_000, "max_duration_s": 600}),
        element(price="0.25"),
    )
    assert told["energy"]["prices"] == [
        {
            "priceKwh": 0.4,
            "conditions": {"startTimeOfDay": "08:00", "endTimeOfDay": "18:00", "dayOfWeek": ["Monday"]},
        },
        {"priceKwh": 0.3, "conditions": {"minEnergy": 20_000, "maxPower": 50_000, "maxTime": 600}},
        {"priceKwh": 0.25},
    ]


def test_what_is_paid_once_and_the_limits_of_the_price():
    told = write(
        element("flat", "1"),
        min_price={"before_taxes": "2"},
        max_price={"after_taxes": "80"},
    )
    assert told["fixedFee"]["prices"] == [{"priceFixed": 1}]
    assert (told["minCost"], told["maxCost"]) == ({"exclTax": 2}, {"inclTax": 80})


def test_a_reservation_is_no_part_of_a_charge():
    assert "chargingTime" not in write(element(), element("time", "2", {"reservation": "reservation"}))


@pytest.mark.parametrize(
    "unsayable",
    [
        element(share="electricity"),
        element(step=1000),
        element(cap="5"),
        element("idle", "0.1", per="minute"),
        element(restrictions={"day_types": ["holiday"]}),
        element(restrictions={"season_start": "06-01", "season_end": "09-01"}),
        element("flat", "1", {"min_energy_wh": 5}),
    ],
)
def test_what_2_1_has_no_words_for_is_refused(unsayable):
    with pytest.raises(UntranslatableError, match="has no words for"):
        write(unsayable)


def test_one_kind_of_price_has_one_tax():
    with pytest.raises(UntranslatableError, match="more than one tax rate"):
        write(element(vat_percent="19", restrictions={"max_energy_wh": 5}), element(vat_percent="7"))
