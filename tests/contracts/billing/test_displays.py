"""Prices on stations: who is asked, who is told what, and what becomes of it."""

from datetime import timedelta

from busbar.canon.access import AuthorizationRequested, Decision, IdToken, Verdict
from busbar.canon.control import (
    GetVariables,
    Outcome,
    ShowCost,
    ShowPart,
    ShowPrice,
    VariableRef,
    VariableValue,
)
from busbar.canon.offers import Audience, PutOffer
from busbar.canon.pricing import StationCost, TendDisplays
from busbar.canon.sessions import TransactionPhase
from busbar.canon.stations import Protocol, StationOnline
from busbar.canon.tariffs import Scope, UnassignTariff
from busbar.domain.billing.tables import station_costs, station_displays, tariff_assignments
from tests.contracts.billing.conftest import ACTOR, per_kwh
from tests.contracts.sessions.conftest import OPERATOR, TAG


def known(**values):
    """Settings as a station tells them; `__` stands before an instance."""
    found = []
    for name, value in values.items():
        variable, _, instance = name.partition("__")
        ref = VariableRef(variable=variable, variable_instance=instance or None)
        found.append(VariableValue(ref=ref, value=value, status="Accepted"))
    return tuple(found)


V16 = known(CustomDisplayCostAndPrice="true", DefaultPrice="{}")
V201 = known(TariffFallbackMessage="", TotalCostFallbackMessage="", Currency="EUR", Enabled__Cost="true")
V21 = known(TariffFallbackMessage="", Currency="EUR", Enabled__Tariff="true", SupportedLimits="maxEnergy,maxCost")


async def tend(billing):
    told = await billing.core.dispatch(TendDisplays())
    await billing.rest()
    return told


async def arrive(billing, protocol, values=None):
    """Let a station boot, and answer what it can show."""
    at = billing.house.clock.now()
    await billing.announce_fact(StationOnline(operator_id=OPERATOR, at=at, station_id="S1", protocol=protocol))
    standing = billing.standings["S1"]
    names = {each: getattr(standing, each) for each in standing.__struct_fields__}
    billing.standings["S1"] = type(standing)(**names | {"protocol": protocol})
    await billing.boot()
    await tend(billing)
    if values is not None:
        await billing.answer(Outcome.REJECTED, values=values)  # some it does not know: its word about each counts
        await tend(billing)


def sent(billing, kind):
    return [each.request for each in billing.sent if isinstance(each.request, kind)]


async def test_a_station_is_asked_nothing_where_nothing_has_a_price(billing):
    await arrive(billing, Protocol.OCPP201)
    assert billing.sent == []
    await billing.offer("Public", per_kwh())
    await billing.rest()
    await tend(billing)
    assert len(sent(billing, GetVariables)) == 1
    await tend(billing)
    assert len(billing.sent) == 1  # asked once


async def test_a_station_is_told_the_price_once_and_again_when_it_is_another(billing):
    tariff = await billing.offer("Public", per_kwh("0.50"))
    await arrive(billing, Protocol.OCPP201, V201)
    (price,) = sent(billing, ShowPrice)
    assert "0.50" in price.texts[0].text
    assert {each.language for each in price.texts} == {"en", "it", "zh"}
    await billing.answer(Outcome.ACCEPTED, status="Accepted")
    await tend(billing)
    assert len(sent(billing, ShowPrice)) == 1
    await billing.edit(tariff, per_kwh("0.60"))
    await billing.publish(tariff)
    await billing.rest()
    await tend(billing)
    assert "0.60" in sent(billing, ShowPrice)[-1].texts[0].text
    (row,) = await billing.read(station_displays, next(iter(station_displays.primary_key)))
    assert ("0.60" in row["price_text"], row["price_outcome"]) == (True, None)
    await billing.answer(Outcome.ACCEPTED, status="Accepted")
    (row,) = await billing.read(station_displays, next(iter(station_displays.primary_key)))
    assert (row["price_outcome"], row["price_status"]) == ("accepted", "Accepted")


async def test_a_price_of_tomorrow_is_told_tomorrow(billing):
    tariff = await billing.offer("Public", per_kwh("0.50"))
    await arrive(billing, Protocol.OCPP201, V201)
    await billing.edit(tariff, per_kwh("0.70"))
    await billing.publish(tariff, valid_from=billing.house.clock.now() + timedelta(hours=6))
    await billing.rest()
    await tend(billing)
    assert len(sent(billing, ShowPrice)) == 1
    billing.pass_time(hours=7)
    await tend(billing)
    assert "0.70" in sent(billing, ShowPrice)[-1].texts[0].text


async def test_a_station_that_shows_nothing_is_told_nothing(billing):
    await billing.offer("Public", per_kwh())
    await arrive(billing, Protocol.OCPP201, ())
    await billing.say(billing.part2(0, 0, phase=TransactionPhase.STARTED, evse_id=1, id_token=TAG, wh=0))
    await billing.say(billing.part2(1, 600, wh=5000))
    await billing.rest()
    billing.house.clock.instant = billing.at(600)
    await billing.price_running()
    assert sent(billing, ShowPrice) == sent(billing, ShowCost) == []


async def test_what_could_not_be_told_is_told_when_the_station_is_back(billing):
    await billing.offer("Public", per_kwh())
    await arrive(billing, Protocol.OCPP201, V201)
    await billing.answer(Outcome.UNDELIVERED)
    at = billing.house.clock.now()
    await billing.announce_fact(StationOnline(operator_id=OPERATOR, at=at, station_id="S1", protocol=Protocol.OCPP201))
    billing.pass_time(seconds=15)
    await tend(billing)
    assert len(sent(billing, ShowPrice)) == 2


async def test_the_cost_is_told_seldom_enough_and_in_the_last_answer(billing):
    await billing.offer("Public", per_kwh("0.50"))
    await arrive(billing, Protocol.OCPP201, V201)
    billing.house.clock.instant = billing.at(0)
    await billing.say(billing.part2(0, 0, phase=TransactionPhase.STARTED, evse_id=1, id_token=TAG, wh=0))
    await billing.rest()
    for number, second in enumerate((300, 330, 400), start=1):
        billing.house.clock.instant = billing.at(second)
        await billing.say(billing.part2(number, second, wh=second * 10))
        await billing.price_running()
        await billing.rest()
        if number == 1:
            await billing.answer(Outcome.ACCEPTED)
    costs = sent(billing, ShowCost)
    assert [(each.cost, each.transaction_ref, each.digits) for each in costs] == [(150, "T1", 2), (200, "T1", 2)]
    reply = await billing.say(billing.part2(4, 500, phase=TransactionPhase.ENDED, wh=5000))
    await billing.rest()
    (priced,) = billing.priced()
    assert reply.note.cost == priced.totals.gross == 250
    assert len(sent(billing, ShowCost)) == 2  # a 2.x station has its total


async def test_a_1_6_station_is_told_by_messages_of_its_own(billing):
    await billing.offer("Public", per_kwh("0.50"))
    await arrive(billing, Protocol.OCPP16, V16)
    await billing.core.submit(
        AuthorizationRequested(report_id="r-auth", station_id="S1", received_at=billing.house.clock.now(), id_token=TAG)
    )
    everybody, driver = sent(billing, ShowPrice)
    assert (everybody.id_token, driver.id_token) == (None, TAG)
    session_id = await billing.charge(wh=10_000)
    *_, final = sent(billing, ShowCost)
    assert (final.is_final, final.cost, final.register_wh) == (True, 500, 10_000)
    (row,) = await billing.read(station_displays, next(iter(station_displays.primary_key)))
    assert row["cost_session_id"] == session_id
    await billing.answer(Outcome.UNSUPPORTED, status="UnknownMessageId")
    (row,) = await billing.read(station_displays, next(iter(station_displays.primary_key)))
    assert '"cost"' not in row["parts"]


async def test_a_driver_is_shown_his_own_price_and_a_station_that_reckons_his_tariff(billing):
    await billing.offer("Public", per_kwh("0.50"))
    await billing.offer("Ada", per_kwh("0.30"), Scope.DRIVER, "ada")
    billing.decisions["TAG-1"] = Decision(verdict=Verdict.ACCEPTED, driver_id="ada", language="it")
    await arrive(billing, Protocol.OCPP21, V21)
    report = {"station_id": "S1", "received_at": billing.house.clock.now()}
    own = await billing.core.submit(AuthorizationRequested(report_id="r-1", id_token=TAG, **report))
    assert ("0,30" in own.note.text, own.note.language) == (True, "it")
    assert own.note.tariff_json is not None
    other = await billing.core.submit(
        AuthorizationRequested(report_id="r-2", id_token=IdToken(value="TAG-2"), **report)
    )
    assert (other.note.tariff_json, "0.50" in other.note.text) == (None, True)  # it has that tariff (I07)
    assert ShowPart.TARIFF in sent(billing, ShowPrice)[0].parts


async def test_a_station_that_refuses_a_tariff_is_told_the_cost_instead(billing):
    await billing.offer("Public", per_kwh())
    await arrive(billing, Protocol.OCPP21, (*V21, *known(Enabled__Cost="true")))
    await billing.answer(Outcome.REJECTED, status="TooManyElements")
    (row,) = await billing.read(station_displays, next(iter(station_displays.primary_key)))
    assert ('"tariff"' in row["parts"], '"cost"' in row["parts"]) == (False, True)
    assert row["price_status"] == "TooManyElements"


async def test_a_prepaid_session_is_limited_to_what_its_driver_has(billing):
    await billing.offer("Public", per_kwh())
    billing.decisions["TAG-1"] = Decision(verdict=Verdict.ACCEPTED, driver_id="ada")
    billing.spendable["ada"] = 2000
    await arrive(billing, Protocol.OCPP21, V21)
    first = await billing.say(billing.part2(0, 0, phase=TransactionPhase.STARTED, evse_id=1, id_token=TAG, wh=0))
    assert (first.note.limit, first.note.currency) == (2000, "EUR")  # C17.FR.03
    assert (await billing.say(billing.part2(1, 60, wh=100))).note is None
    billing.spendable["ada"] = 5000  # topped up meanwhile
    assert (await billing.say(billing.part2(2, 120, wh=200))).note.limit == 5000


async def test_a_guests_session_is_limited_to_what_was_paid_for_it(billing):
    await billing.offer("Public", per_kwh())
    await arrive(billing, Protocol.OCPP21, V21)
    first = await billing.say(billing.part2(0, 0, phase=TransactionPhase.STARTED, evse_id=1, id_token=TAG, wh=0))
    assert first.note is None
    (row,) = await billing.sessions()
    billing.paid_ahead[row["session_id"]] = 3000  # the payment learns of its session a moment after the start
    second = await billing.say(billing.part2(1, 60, wh=100))
    assert (second.note.limit, second.note.currency) == (3000, "EUR")  # C17.FR.03
    assert (await billing.say(billing.part2(2, 120, wh=200))).note is None


async def test_what_a_station_reckoned_is_kept_beside_our_price(billing):
    await billing.offer("Public", per_kwh())
    await billing.say(billing.part2(0, 0, phase=TransactionPhase.STARTED, evse_id=1, id_token=TAG, wh=0))
    cost = StationCost(currency="EUR", net=None, gross="4.99")
    await billing.say(billing.part2(1, 600, phase=TransactionPhase.ENDED, wh=10_000, cost=cost))
    (row,) = await billing.read(station_costs, next(iter(station_costs.primary_key)))
    assert (row["gross"], row["is_final"], row["failure"]) == ("4.99", True, None)


async def test_the_price_to_everybody_names_the_campaign_that_holds(billing):
    await billing.offer("Public", per_kwh("0.50"))
    await arrive(billing, Protocol.OCPP201, V201)
    (first,) = sent(billing, ShowPrice)
    await billing.answer(Outcome.ACCEPTED)
    now = billing.house.clock.now()
    campaign = PutOffer(
        operator_id=OPERATOR, actor=ACTOR, name="Spring", terms_json='{"kind":"percentage","value":"10"}',
        audience=Audience.EVERYBODY, valid_from=now + timedelta(hours=1), valid_until=now + timedelta(hours=2),
    )  # fmt: skip
    await billing.core.dispatch(campaign)
    await billing.rest()
    await tend(billing)
    assert len(sent(billing, ShowPrice)) == 1, "it has not begun"
    for hours, text in ((1, f"{first.texts[0].text} Spring: -10 %"), (2, first.texts[0].text)):
        billing.house.clock.instant = now + timedelta(hours=hours, seconds=1)
        await tend(billing)
        await tend(billing)
        assert sent(billing, ShowPrice)[-1].texts[0].text == text
        await billing.answer(Outcome.ACCEPTED)


async def test_evses_with_other_prices_are_told_theirs(billing):
    await billing.offer("Public", per_kwh("0.50"))
    await billing.offer("Fast", per_kwh("0.80"), Scope.CONNECTOR, "S1/2")
    await billing.offer("Same", per_kwh("0.50"), Scope.CONNECTOR, "S10/2")
    await arrive(billing, Protocol.OCPP21, V21)
    (price,) = sent(billing, ShowPrice)
    (fast,) = price.evses
    assert (fast.evse_id, "0.80" in fast.texts[0].text, fast.tariff_ref != price.tariff_ref) == (2, True, True)
    said = {each.language: each.text for each in price.texts}
    assert "Connector 2: Energy: €0.80" in said["en"]
    assert said["en"].startswith("Energy: €0.50")
    assert ("Connettore 2: " in said["it"], "2号枪: " in said["zh"]) == (True, True)
    await billing.answer(Outcome.ACCEPTED, status="Accepted")
    await tend(billing)
    assert len(sent(billing, ShowPrice)) == 1, "told once"
    assignments = [each for each in await billing.read(tariff_assignments) if each["subject"] == "S1/2"]
    await billing.core.dispatch(
        UnassignTariff(operator_id=OPERATOR, actor=ACTOR, assignment_id=assignments[0]["assignment_id"])
    )
    await billing.rest()
    await tend(billing)
    assert sent(billing, ShowPrice)[-1].evses == ()


async def test_a_price_at_one_evse_alone_is_told(billing):
    await billing.offer("Fast", per_kwh("0.80"), Scope.CONNECTOR, "S1/2/1")
    await arrive(billing, Protocol.OCPP201, V201)
    (price,) = sent(billing, ShowPrice)
    assert (price.texts[0].text[:13], price.evses) == ("Connector 2: ", ())


async def test_connectors_of_one_evse_with_other_prices_are_named(billing):
    await billing.offer("Public", per_kwh("0.50"))
    await billing.offer("CCS", per_kwh("0.80"), Scope.CONNECTOR, "S1/2/1")
    await billing.offer("CHAdeMO", per_kwh("0.60"), Scope.CONNECTOR, "S1/2/2")
    await billing.offer("Third", per_kwh("0.70"), Scope.CONNECTOR, "S1/3/2")
    await arrive(billing, Protocol.OCPP21, V21)
    (price,) = sent(billing, ShowPrice)
    assert [(each.evse_id, each.texts[0].text[:14]) for each in price.evses] == [(2, "Energy: €0.80 ")]
    said = price.texts[0].text
    places = [f"Connector {name}: Energy: €{kwh}" for name, kwh in (("2", "0.80"), ("2.2", "0.60"), ("3.2", "0.70"))]
    assert [each in said for each in places] == [True, True, True], said


async def test_beside_a_first_connector_with_its_own_price_the_second_has_that_of_all(billing):
    await billing.offer("Public", per_kwh("0.50"))
    await billing.offer("CCS", per_kwh("0.80"), Scope.CONNECTOR, "S1/2/1")
    await arrive(billing, Protocol.OCPP201, V201)
    (price,) = sent(billing, ShowPrice)
    assert "Connector 2: Energy: €0.80" in price.texts[0].text
    assert "Connector 2.2: Energy: €0.50" in price.texts[0].text
