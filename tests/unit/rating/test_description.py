import re

import pytest

from busbar.rating.description import describe
from busbar.rating.phrases import LANGUAGES, PHRASES
from tests.unit.rating.making import make_tariff, price, under
from tests.unit.rating.test_rate_ocpi import COMPLEX, FREE, MIN_PRICE, POWER, RESERVATION_17

CHINESE = make_tariff(
    under({"period": "peak"}, price("energy", "1.2", share="electricity"), price("energy", "0.4", share="service")),
    under(
        {"season_start": "06-01", "season_end": "09-01", "day_types": ["holiday"]},
        price("idle", "0.5", per="minute", grace_s=900, cap="60"),
    ),
    currency="CNY",
    tax_included="yes",
    tables=[{"slots": "V" * 16 + "P" * 32, "weekdays": ["monday", "tuesday", "wednesday"]}],
    hold_amount="50",
)


def test_every_language_says_everything():
    names = {language: set(words) for language, words in PHRASES.items()}
    assert set(names) == set(LANGUAGES)
    assert names["zh"] == names["en"] == names["it"]
    for name, english in PHRASES["en"].items():
        blanks = set(re.findall(r"{(\w+)}", english))
        assert all(set(re.findall(r"{(\w+)}", PHRASES[language][name])) == blanks for language in LANGUAGES), name


def test_english():
    assert describe(COMPLEX, "en")[2] == (
        "Charging time: €2.00 per hour, plus 20 % tax, in steps of 10 min, on Monday to Friday, at 32 A or more."
    )
    assert describe(POWER, "en-GB")[2] == "Energy: €0.50 per kWh, plus 20 % tax, otherwise."
    assert describe(RESERVATION_17, "en")[0] == "Reservation that nobody uses: €4.00 once, plus 20 % tax."


def test_italian():
    assert describe(MIN_PRICE, "it") == (
        "Energia: 0,25 € al kWh, più IVA 10 %.",
        "Una sessione costa almeno 0,50 € (IVA esclusa) e 0,55 € (IVA inclusa).",
        "Ai prezzi si aggiunge l'IVA.",
    )


def test_chinese():
    assert describe(CHINESE, "zh") == (
        "电量 (电费)：1.20元/千瓦时，峰时段。",
        "电量 (服务费)：0.40元/千瓦时，峰时段。",
        "充满后占位时长：0.50元/分钟，前15分钟免费，最高60.00元，节假日，每年6月1日起至9月1日前。",
        "周一至周三：谷：00:00-08:00；峰：08:00-24:00。",
        "开始前预授权50.00元。",
        "价格已含税。",
    )


@pytest.mark.parametrize(
    ("language", "text"), [("zh", "充电免费。"), ("it", "La ricarica è gratuita."), ("fr", "Charging is free.")]
)
def test_free_of_charge(language, text):
    assert describe(FREE, language) == (text,)


def test_conditions_of_every_kind():
    tariff = make_tariff(
        under(
            {"start_date": "2026-01-01", "end_date": "2026-02-01", "start_time": "22:00", "min_energy_wh": 1500,
             "max_energy_wh": 30000, "min_power_w": 7400, "min_duration_s": 3600, "max_duration_s": 5400},
            price("energy", "0.123", step=500),
        ),
        under({"end_time": "06:00", "end_date": "2026-02-01"}, price("time", "0")),
        currency="CHF",
        max_price={"after_taxes": "100"},
    )  # fmt: skip
    assert describe(tariff, "en") == (
        (
            "Energy: CHF 0.123 per kWh, in steps of 0.5 kWh, from 22:00, "
            "from 1 January 2026 until before 1 February 2026, after 1.5 kWh, up to 30 kWh, at 7.4 kW or more, "
            "after 1 h, in the first 1 h 30 min."
        ),
        "Charging time: free of charge, until 06:00, before 1 February 2026.",
        "A session costs at most CHF 100.00.",
    )
    assert "2026年1月1日起至2026年2月1日前" in describe(tariff, "zh")[0]
