"""A station that reckons by itself and the tariff of a session: what it says, what it is given, what it answers."""

import pytest

from busbar.app.core import Core
from busbar.canon.access import Decision, Verdict
from busbar.canon.control import Outcome, ShowCost, ShowPrice
from busbar.canon.pricing import TariffFixed
from busbar.canon.sessions import ChargingState, TransactionPhase
from busbar.canon.stations import Protocol
from busbar.canon.tariffs import Scope
from busbar.domain.billing.changes import CHANGED
from busbar.domain.billing.displays import DisplayPolicy
from busbar.domain.billing.tables import session_prices, station_tariffs
from tests.contracts.billing.conftest import Billing, per_kwh
from tests.contracts.billing.test_displays import V21, arrive, known, sent
from tests.contracts.sessions.conftest import TAG

RECKONS = (*V21, *known(Enabled__Cost="true"))
ADA = Decision(verdict=Verdict.ACCEPTED, driver_id="ada", token_id="token-ada")


def changes(billing):
    return [each for each in sent(billing, ShowPrice) if each.transaction_ref is not None]


async def read(billing):
    (row,) = await billing.read(station_tariffs, next(iter(station_tariffs.primary_key)))
    return row


async def answer_change(billing, outcome, status=None):
    """Answer the newest ChangeTransactionTariff."""
    places = [place for place, each in enumerate(billing.sent) if each.command_id.startswith(CHANGED)]
    await billing.answer(outcome, index=places[-1], status=status)
    await billing.rest()


async def begin(billing, *, names=None, token=TAG):
    """Let a session begin that is priced with Ada's own tariff; the station says which it reckons with."""
    public = await billing.offer("Public", per_kwh("0.50"))
    own = await billing.offer("Ada", per_kwh("0.30"), Scope.DRIVER, "ada")
    billing.decisions["TAG-1"] = ADA
    await arrive(billing, Protocol.OCPP21, RECKONS)
    await billing.answer(Outcome.ACCEPTED, status="Accepted")
    billing.house.clock.instant = billing.at(0)
    told = None if names is None else names(public.tariff_id, own.tariff_id)
    await billing.say(
        billing.part2(0, 0, phase=TransactionPhase.STARTED, evse_id=1, id_token=token, wh=0, tariff_ref=told)
    )
    await billing.rest()
    return public, own


async def test_a_station_that_takes_the_tariff_of_everybody_is_given_the_drivers_own(billing):
    _public, own = await begin(billing, names=lambda public, _own: f"{public}-1")
    (change,) = changes(billing)
    assert (change.transaction_ref, change.tariff_ref, change.currency) == ("T1", f"{own.tariff_id}-1", "EUR")
    assert "0.30" in change.texts[0].text
    await answer_change(billing, Outcome.ACCEPTED, "Accepted")
    row = await read(billing)
    assert (row["outcome"], row["status"], row["is_ours"]) == ("accepted", "Accepted", False)
    reply = await billing.say(billing.part2(1, 10, trigger="TariffChanged", tariff_ref=f"{own.tariff_id}-1"))
    assert reply.transaction_ref == "T1"
    row = await read(billing)
    assert (row["is_ours"], row["tariff_ref"]) == (True, f"{own.tariff_id}-1")
    await billing.say(billing.part2(2, 3600, phase=TransactionPhase.ENDED, wh=10_000))
    await billing.rest()
    (priced,) = billing.priced()
    assert (priced.tariff_id, priced.totals.gross) == (own.tariff_id, 300), "what is charged is what was fixed"
    assert len(changes(billing)) == 1


@pytest.mark.parametrize("suffix", ["", "-e1", "-a0123abcd"])
async def test_a_station_that_has_the_right_one_is_left_alone(billing, suffix):
    await begin(billing, names=lambda _public, own: f"{own}-1{suffix}")
    assert changes(billing) == []
    assert (await read(billing))["is_ours"]


async def test_a_station_that_says_nothing_of_tariffs_is_given_none(billing):
    await begin(billing)
    await billing.say(billing.part2(1, 10))
    assert changes(billing) == []
    assert await billing.read(station_tariffs, next(iter(station_tariffs.primary_key))) == []


@pytest.mark.parametrize(
    ("status", "is_told"),
    [
        ("Rejected", True),
        ("TooManyElements", True),
        ("ConditionNotSupported", True),
        ("NoCurrencyChange", False),
    ],
)
async def test_a_station_that_refuses_is_told_the_cost(billing, status, is_told):
    await begin(billing, names=lambda public, _own: f"{public}-1")
    await answer_change(billing, Outcome.REJECTED, status)
    assert (await read(billing))["status"] == status
    await billing.say(billing.part2(1, 600, wh=5000, charging_state=ChargingState.CHARGING))
    billing.house.clock.instant = billing.at(600)
    await billing.price_running()
    assert [each.cost for each in sent(billing, ShowCost)] == ([150] if is_told else [])
    assert len(changes(billing)) == 1, "asked once"


async def test_a_tariff_without_words_in_2_1_leaves_the_cost(billing):
    await begin(billing, names=lambda public, _own: f"{public}-1")
    await answer_change(billing, Outcome.UNSUPPORTED)
    await billing.say(billing.part2(1, 600, wh=5000, charging_state=ChargingState.CHARGING))
    billing.house.clock.instant = billing.at(600)
    await billing.price_running()
    assert [each.cost for each in sent(billing, ShowCost)] == [150]


async def test_what_could_not_be_told_is_tried_again_but_not_for_ever(billing):
    await begin(billing, names=lambda public, _own: f"{public}-1")
    for number in range(1, 8):
        await answer_change(billing, Outcome.UNDELIVERED)
        state = ChargingState.CHARGING if number % 2 else ChargingState.SUSPENDED_EV
        await billing.say(billing.part2(number, number * 60, charging_state=state))
        await billing.rest()
    assert len(changes(billing)) == 5
    ids = [each.command_id for each in billing.sent if each.command_id.startswith(CHANGED)]
    assert len(set(ids)) == 5


async def test_a_charge_that_has_ended_there_is_noted(billing):
    await begin(billing, names=lambda public, _own: f"{public}-1")
    await answer_change(billing, Outcome.REJECTED, "TxNotFound")
    assert (await read(billing))["status"] == "TxNotFound"
    await billing.say(billing.part2(1, 3600, phase=TransactionPhase.ENDED, wh=10_000))
    await billing.rest()
    assert billing.priced()[0].totals.gross == 300
    await answer_change(billing, Outcome.ACCEPTED, "Accepted")  # a late second answer is about nothing
    assert (await read(billing))["status"] == "TxNotFound"


async def test_who_is_told_late_is_priced_as_that_person_from_then_on(billing):
    public, own = await begin(billing, names=lambda public, _own: f"{public}-1", token=None)
    (row,) = await billing.read(session_prices)
    assert (row["tariff_id"], row["driver_id"]) == (public.tariff_id, None)
    assert changes(billing) == []
    await billing.say(billing.part2(1, 60, id_token=TAG, trigger="Authorized", charging_state=ChargingState.CHARGING))
    await billing.rest()
    (row,) = await billing.read(session_prices)
    assert (row["tariff_id"], row["driver_id"], row["token_id"]) == (own.tariff_id, "ada", "token-ada")
    assert [each.driver_id for each in billing.facts(TariffFixed)] == [None, "ada"]
    (change,) = changes(billing)
    assert change.tariff_ref == f"{own.tariff_id}-1"
    billing.house.clock.instant = billing.at(600)
    await billing.say(billing.part2(2, 600, wh=5000))
    await billing.price_running()
    assert billing.costs()[-1].totals.gross == 150
    await billing.say(billing.part2(3, 3600, phase=TransactionPhase.ENDED, wh=10_000))
    await billing.rest()
    (priced,) = billing.priced()
    assert (priced.tariff_id, priced.revision, priced.totals.gross) == (own.tariff_id, 1, 300)


async def test_the_connector_of_an_evse_that_has_a_tariff_of_its_own(billing):
    await billing.offer("Public", per_kwh("0.50"))
    slow = await billing.offer("CHAdeMO", per_kwh("0.60"), Scope.CONNECTOR, "S1/2/2")
    await arrive(billing, Protocol.OCPP21, RECKONS)
    await billing.answer(Outcome.ACCEPTED, status="Accepted")
    (default,) = sent(billing, ShowPrice)
    await billing.say(
        billing.part2(
            0, 0, phase=TransactionPhase.STARTED, evse_id=2, connector_id=2, id_token=TAG, wh=0,
            tariff_ref=default.tariff_ref,
        )
    )  # fmt: skip
    await billing.rest()
    (change,) = changes(billing)
    assert change.tariff_ref == f"{slow.tariff_id}-1"


class Strict(Billing):
    """Where stations' own reckoning is left alone."""

    def register(self, core: Core) -> None:
        self.display_policy = DisplayPolicy(may_change_tariffs=False)
        super().register(core)


@pytest.fixture
async def strict(house, monkeypatch) -> Billing:
    rooms = Strict(house=house, core=house.core)
    publish = house.feed.publish
    monkeypatch.setattr(house.feed, "publish", lambda event: (rooms.events.append(event), publish(event))[1])
    rooms.register(house.core)
    rooms.add_station("S1")
    await house.start()
    return rooms


async def test_where_no_tariff_is_changed_the_cost_is_told(strict):
    await begin(strict, names=lambda public, _own: f"{public}-1")
    assert changes(strict) == []
    assert ((await read(strict))["is_ours"], (await read(strict))["sent_at"]) == (False, None)
    await strict.say(strict.part2(1, 600, wh=5000, charging_state=ChargingState.CHARGING))
    strict.house.clock.instant = strict.at(600)
    await strict.price_running()
    assert [each.cost for each in sent(strict, ShowCost)] == [150]
