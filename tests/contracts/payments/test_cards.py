"""Sessions that a card on file pays afterwards: what is set aside, what is taken, and what corrections change."""

import secrets
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from busbar.canon.ledger import MoneyMode, MoneyPolicy, SetMoneyPolicy
from busbar.canon.message import Command, Fact
from busbar.canon.payments import DrivePayments, PaymentPurpose, PaymentState, Provider, SaveCard
from busbar.canon.pricing import LineKind, PriceLine, SessionPriced, TariffFixed, Totals
from busbar.domain.ledger.tables import accounts, receivables
from busbar.domain.payments.tables import payment_cards, payment_refunds, payments

from .conftest import CARD
from .test_room import Room, until
from .test_room import room as room  # noqa: PLC0414 - a fixture


class Tell(Command[None], frozen=True, kw_only=True):
    """Tell a fact as its own room would."""

    fact: Any


class Driver:
    """A driver with a card on file, whose operator is paid afterwards."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.session_id = secrets.token_hex(16)

    async def begin(self) -> None:
        room = self.room

        async def tell(message: Tell, work: Any) -> None:
            work.tell(message.fact)

        room.house.core.register({Tell: tell})
        policy = MoneyPolicy(mode=MoneyMode.POSTPAID, hold=500)
        await room.dispatch(SetMoneyPolicy(operator_id=room.operator_id, actor="staff:s", policy=policy))
        wish = SaveCard(
            payment_id=secrets.token_hex(16), operator_id=room.operator_id, driver_id=room.driver_id, currency="EUR",
            return_url="http://127.0.0.1/app/wallet", requested_by="driver:d",
        )  # fmt: skip
        card = await room.dispatch(wish)
        await room.psp.tell("pay", provider=Provider.STRIPE, order_no=card.payment_id, number=CARD)

        async def is_saved() -> bool:
            return bool(await room.rows(payment_cards))

        await until(is_saved)

    async def hear(self, fact: Fact) -> None:
        await self.room.dispatch(Tell(fact=fact))

    def describe(self) -> dict[str, Any]:
        return {
            "operator_id": self.room.operator_id, "at": self.room.house.clock.now(), "session_id": self.session_id,
            "station_id": "S1", "driver_id": self.room.driver_id, "tariff_id": "t", "version": 1,
        }  # fmt: skip

    async def start(self, hold: int | None) -> None:
        await self.hear(TariffFixed(**self.describe(), reason="operator", hold=hold))

    async def price(self, gross: int, revision: int = 1) -> None:
        line = PriceLine(
            kind=LineKind.ENERGY, quantity=Decimal(10), unit="kWh", unit_price=Decimal("0.5"), net=gross, tax=0,
            gross=gross, vat_percent=Decimal(0),
        )  # fmt: skip
        now = self.room.house.clock.now()
        await self.hear(
            SessionPriced(
                **self.describe(), revision=revision, tariff_name="Day", currency="EUR", lines=(line,),
                totals=Totals(net=gross, gross=gross), energy_wh=10_000, started_at=now, ended_at=now, is_final=True,
            )
        )  # fmt: skip

    async def list_payments(self) -> list[tuple[str, int, int, int]]:
        rows = await self.room.rows(payments)
        own = [row for row in rows if row["purpose"] == PaymentPurpose.SESSION]
        return sorted((row["state"], row["amount"], row["captured"], row["refunded"]) for row in own)

    async def becomes(self, *expected: tuple[str, int, int, int]) -> None:
        """Do at the provider what is due, until payments stand so."""

        async def is_so() -> bool:
            await self.room.dispatch(DrivePayments())
            return await self.list_payments() == sorted(expected)

        await until(is_so)

    async def is_even(self, taken: int) -> None:
        """Nothing is owed, the wallet holds nothing, and the revenue is what the cards paid."""
        assert await self.room.wallet("EUR") == 0
        debts = await self.room.rows(receivables)
        assert {(debt["open_amount"], debt["state"]) for debt in debts} == {(0, "settled")}
        async with self.room.house.databases.read() as connection:
            query = select(func.coalesce(func.sum(accounts.c.balance), 0)).where(accounts.c.kind == "receivable")
            assert (await connection.execute(query)).scalar_one() == 0
        paid = await self.list_payments()
        assert sum(captured - refunded for _state, _amount, captured, refunded in paid) == taken


@pytest.fixture
async def driver(room: Room) -> Driver:
    made = Driver(room)
    await made.begin()
    return made


async def test_a_card_holds_what_the_tariff_says_and_pays_the_rest_too(driver: Driver):
    await driver.start(hold=1500)
    await driver.becomes((PaymentState.AUTHORISED, 1500, 0, 0))
    await driver.price(2000)
    await driver.becomes((PaymentState.CAPTURED, 1500, 1500, 0), (PaymentState.CAPTURED, 500, 500, 0))
    await driver.is_even(2000)


async def test_without_a_word_of_the_tariff_the_policy_says_what_a_card_holds(driver: Driver):
    await driver.start(hold=None)
    await driver.becomes((PaymentState.AUTHORISED, 500, 0, 0))
    await driver.price(400)
    await driver.becomes((PaymentState.CAPTURED, 500, 400, 0))
    await driver.is_even(400)


async def test_corrections_go_back_to_the_card_and_are_charged_to_it(driver: Driver):
    await driver.start(hold=0)
    assert await driver.list_payments() == []
    await driver.price(2000)
    await driver.becomes((PaymentState.CAPTURED, 2000, 2000, 0))
    await driver.price(1700, revision=2)
    await driver.becomes((PaymentState.PARTLY_REFUNDED, 2000, 2000, 300))
    assert [row["amount"] for row in await driver.room.rows(payment_refunds)] == [300]
    await driver.is_even(1700)
    await driver.price(1900, revision=3)
    await driver.becomes((PaymentState.PARTLY_REFUNDED, 2000, 2000, 300), (PaymentState.CAPTURED, 200, 200, 0))
    await driver.is_even(1900)


async def test_a_correction_before_the_card_has_paid_takes_less(driver: Driver):
    await driver.start(hold=1500)
    await driver.becomes((PaymentState.AUTHORISED, 1500, 0, 0))
    await driver.price(1200)
    await driver.price(900, revision=2)
    await driver.becomes((PaymentState.CAPTURED, 1500, 900, 0))
    await driver.is_even(900)
