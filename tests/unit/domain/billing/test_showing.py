from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from busbar.canon.control import ShowPart, VariableRef, VariableValue
from busbar.canon.stations import Protocol
from busbar.domain.billing.showing import (
    TEXT_MAX_CHARS,
    Display,
    choose_language,
    fit_text,
    is_cost_due,
    is_named,
    list_settings,
    read_parts,
    write_text,
)
from busbar.rating.coding import decode
from busbar.rating.offers import Offer, OfferKind

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
MINUTE = timedelta(seconds=60)


def told(variable, value="", instance=None, status="Accepted"):
    return VariableValue(ref=VariableRef(variable=variable, variable_instance=instance), value=value, status=status)


PRICE, TOTAL, CURRENCY = told("TariffFallbackMessage"), told("TotalCostFallbackMessage"), told("Currency", "EUR")


@pytest.mark.parametrize(
    ("protocol", "values", "parts"),
    [
        (Protocol.OCPP16, [], ""),
        (Protocol.OCPP16, [told("DefaultPrice")], "price"),
        (Protocol.OCPP16, [told("CustomDisplayCostAndPrice", "True")], "personal cost"),
        (Protocol.OCPP16, [told("CustomDisplayCostAndPrice", "false"), told("DefaultPrice")], "price"),
        (Protocol.OCPP16, [told("CustomMultiLanguageMessages", "true"), told("DefaultPrice")], "price languages"),
        (Protocol.OCPP16, [told("CustomMultiLanguageMessages", "true")], ""),
        (Protocol.OCPP201, [told("TariffFallbackMessage", status="UnknownVariable")], ""),
        (Protocol.OCPP201, [PRICE, TOTAL, CURRENCY], "price total currency personal cost"),
        (Protocol.OCPP201, [PRICE, told("Enabled", "false", "Cost"), told("Enabled", "false", "Tariff")], "price"),
        (Protocol.OCPP201, [PRICE, told("Enabled", "true", "Tariff")], "price personal cost"),
        (Protocol.OCPP21, [PRICE, told("Enabled", "true", "Tariff")], "price personal tariff cost"),
        (
            Protocol.OCPP21,
            [PRICE, told("Enabled", "true", "Tariff"), told("Enabled", "true", "Cost")],
            "price personal tariff local_cost",
        ),
        (Protocol.OCPP21, [PRICE, told("Enabled", "false", "Cost")], "price personal cost"),
        (Protocol.OCPP21, [CURRENCY, told("SupportedLimits", "maxEnergy, maxCost")], "currency cost cost_limit"),
    ],
)
def test_what_a_station_can_show_is_read_from_its_settings(protocol, values, parts):
    assert read_parts(protocol, values) == tuple(ShowPart(part) for part in parts.split())


def test_only_2_1_is_asked_for_limits():
    assert "SupportedLimits" in {ref.variable for ref in list_settings(Protocol.OCPP21).refs}
    assert "SupportedLimits" not in {ref.variable for ref in list_settings(Protocol.OCPP201).refs}
    assert {ref.component for ref in list_settings(Protocol.OCPP16).refs} == {None}


def test_a_text_ends_with_a_whole_word():
    assert fit_text("short", 10) == "short"
    assert fit_text("a price of many words", 14) == "a price of…"
    assert len(fit_text("x" * 600, 512)) == 512


@pytest.mark.parametrize(
    ("wish", "home", "spoken"), [("it-IT", "en", "it"), ("fr", "zh", "zh"), (None, "fr", "en"), (None, "it", "it")]
)
def test_people_are_spoken_to_in_a_language_that_we_speak(wish, home, spoken):
    assert choose_language(wish, home=home) == spoken


@pytest.mark.parametrize(
    ("after_s", "cost", "session", "is_final", "is_due"),
    [(61, 200, "a", False, True), (61, 100, "a", False, False), (59, 200, "a", False, False),
     (1, 100, "b", False, True), (1, 100, "a", True, True)],
)  # fmt: skip
def test_a_cost_is_told_when_it_changed_and_seldom(after_s, cost, session, is_final, is_due):
    display = Display(station_id="S", operator_id="o", cost_session_id="a", cost=100, cost_sent_at=NOW)
    now = NOW + timedelta(seconds=after_s)
    told = is_cost_due(display, session_id=session, cost=cost, now=now, interval=MINUTE, is_final=is_final)
    assert told is is_due


@pytest.mark.parametrize(
    ("told_ref", "is_ours"),
    [("t-1", True), ("t-1-e12", True), ("t-1-a0123abcd", True), ("t-12", False), ("t-1-0123abcd", False),
     ("t-1-e0", False), ("x-t-1", False), ("", False)],
)  # fmt: skip
def test_a_tariff_is_known_by_its_name_at_all_evses_and_at_one(told_ref, is_ours):
    assert is_named(told_ref, "t-1") is is_ours


def test_a_price_in_words_names_what_offers_take_off():
    terms = decode('{"currency":"EUR","texts":[{"language":"en","text":"Half a euro."}],'
                   '"elements":[{"components":[{"dimension":"energy","price":"0.5"}]}]}')  # fmt: skip
    given = [
        Offer(offer_id="a", name="Spring", kind=OfferKind.PERCENTAGE, value=Decimal("10.0")),
        Offer(offer_id="b", name="Crew", kind=OfferKind.STAFF_PRICE, value=Decimal("0.2")),
        Offer(offer_id="c", name="Plus", kind=OfferKind.INCLUDED_ENERGY, value=Decimal(15)),
        Offer(offer_id="d", name="Hello", kind=OfferKind.FIXED, value=Decimal(20)),
    ]
    said = write_text(terms, "en", given)
    assert said == "Half a euro. Spring: -10 %; Crew: 0.2 EUR/kWh; Plus: 15 kWh = 0 EUR; Hello: -20 EUR"
    many = [Offer(offer_id=number, name="N" * 90, kind=OfferKind.PERCENTAGE, value=Decimal(1)) for number in range(9)]
    assert len(write_text(terms, "en", many)) <= TEXT_MAX_CHARS
    assert write_text(terms, "en") == "Half a euro."
