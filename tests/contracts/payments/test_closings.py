"""Wallets that are closed: refunds to where the money came from, the rest by hand, never with a hold or a debt."""

import secrets
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from busbar.canon.closings import (
    BeginWalletClosing,
    CancelWalletClosing,
    ClosingState,
    ConfirmWalletPayout,
    WalletClosing,
)
from busbar.canon.debts import TakeDue
from busbar.canon.drivers import EraseDriver
from busbar.canon.ledger import AdjustWallet, FreezeWallet, HoldFunds, UnfreezeWallet
from busbar.canon.payments import DrivePayments, PaymentState, Provider, RemovePaymentAccount
from busbar.domain.ledger.tables import accounts
from busbar.domain.payments.tables import wallet_closings
from busbar.kernel.errors import BusbarError

from .test_room import Room, room, until  # noqa: F401 - the fixture of the room beside

IBAN = "IT60 X054 2811 1010 0000 0123 456"


class Leaver:
    """A driver of the room who leaves."""

    def __init__(self, made: Room) -> None:
        self.room = made
        self.whose: dict[str, Any] = {"operator_id": made.operator_id, "driver_id": made.driver_id, "currency": "EUR"}
        self.me = f"driver:{made.driver_id}"
        self.closing_id = secrets.token_hex(16)

    async def pay_in(self, amount: int) -> str:
        payment = await self.room.top_up(Provider.STRIPE, amount)
        await self.room.pay(payment)
        await self.room.look(payment.payment_id, PaymentState.CAPTURED)
        return payment.payment_id

    async def adjust(self, amount: int) -> None:
        wish = AdjustWallet(
            transfer_id=secrets.token_hex(16), amount=amount, actor="staff:s", reason="gift", **self.whose
        )
        await self.room.dispatch(wish)

    async def begin(self, *, actor: str | None = None, **given: Any) -> WalletClosing:
        wish = BeginWalletClosing(
            closing_id=self.closing_id, actor=actor or self.me, reason="moves away", **self.whose, **given
        )
        return await self.room.dispatch(wish)

    async def refuse(self, wish: Any) -> str:
        with pytest.raises(BusbarError) as caught:
            await self.room.dispatch(wish)
        return caught.value.code

    def wish(self, **given: Any) -> BeginWalletClosing:
        return BeginWalletClosing(closing_id="d" * 32, reason="x", **self.whose, **({"actor": self.me} | given))

    def confirm(self, reference: str = "SEPA 17") -> ConfirmWalletPayout:
        return ConfirmWalletPayout(
            operator_id=self.room.operator_id, closing_id=self.closing_id, actor="staff:s", reference=reference
        )

    def cancel(self, driver_id: str | None = None) -> CancelWalletClosing:
        return CancelWalletClosing(
            operator_id=self.room.operator_id, closing_id=self.closing_id, actor="staff:s", driver_id=driver_id
        )

    async def stands(self, *states: ClosingState) -> WalletClosing:
        async def is_so() -> bool:
            (row,) = await self.room.rows(wallet_closings)
            return row["state"] in states

        await self.room.dispatch(DrivePayments())
        await until(is_so)
        return await self.begin()

    async def status(self) -> str:
        query = select(accounts.c.status).where(accounts.c.kind == "wallet", accounts.c.owner == self.me)
        async with self.room.house.databases.read() as connection:
            return (await connection.execute(query)).scalar_one()


@pytest.fixture
def leaver(room: Room) -> Leaver:  # noqa: F811 - the fixture
    return Leaver(room)


async def test_what_was_paid_in_goes_back_to_where_it_came_from_and_the_wallet_is_closed(leaver: Leaver):
    await leaver.pay_in(2500)
    await leaver.pay_in(1000)
    await leaver.adjust(-700)
    begun = await leaver.begin()
    assert (begun.amount, begun.by_hand) == (2800, 0)
    assert await leaver.room.wallet("EUR") == 0, "taken at once, so that nobody spends it"
    done = await leaver.stands(ClosingState.CLOSED)
    assert (done.refunded, done.by_hand) == (2800, 0)
    assert await leaver.status() == "closed"
    assert await leaver.refuse(leaver.wish()) == "conflict.account_closed"


async def test_what_cannot_go_back_is_paid_out_by_staff_who_confirm_it(leaver: Leaver):
    await leaver.pay_in(2000)
    await leaver.adjust(500)
    begun = await leaver.begin(iban=IBAN, holder=" Mara  Rossi ")
    assert (begun.iban, begun.holder) == ("IT60X0542811101000000123456", "Mara Rossi")
    waiting = await leaver.stands(ClosingState.TO_PAY)
    assert (waiting.refunded, waiting.by_hand) == (2000, 500)
    assert await leaver.status() == "frozen"
    assert await leaver.refuse(leaver.confirm(" ")) == "invalid.reference"
    paid = await leaver.room.dispatch(leaver.confirm())
    assert (paid.state, paid.paid_by, paid.reference) == (ClosingState.CLOSED, "staff:s", "SEPA 17")
    assert await leaver.room.dispatch(leaver.confirm()) == paid
    assert await leaver.refuse(leaver.confirm("another")) == "conflict.closing_state"
    assert await leaver.refuse(leaver.cancel()) == "conflict.closing_state"
    assert await leaver.status() == "closed"
    erase = EraseDriver(operator_id=leaver.room.operator_id, actor="staff:s", driver_id=leaver.room.driver_id)
    await leaver.room.dispatch(erase)

    async def is_blank() -> bool:
        (row,) = await leaver.room.rows(wallet_closings)
        return (row["iban"], row["holder"]) == ("", "")

    await until(is_blank)


async def test_a_refund_that_fails_is_paid_out_by_hand(leaver: Leaver):
    await leaver.pay_in(2000)
    await leaver.room.psp.mischief(refunds="fail")
    await leaver.begin()
    waiting = await leaver.stands(ClosingState.TO_PAY)
    assert (waiting.refunded, waiting.by_hand) == (0, 2000)


async def test_without_the_account_at_the_provider_all_is_paid_out_by_hand(leaver: Leaver):
    await leaver.pay_in(2000)
    removal = RemovePaymentAccount(operator_id=leaver.room.operator_id, actor="staff:s", provider=Provider.STRIPE)
    await leaver.room.dispatch(removal)
    begun = await leaver.begin()
    assert (begun.state, begun.by_hand) == (ClosingState.TO_PAY, 2000)


async def test_an_empty_wallet_is_closed_at_once(leaver: Leaver):
    assert (await leaver.begin(actor="staff:s")).state is ClosingState.CLOSED


async def test_a_cancelled_closing_gives_the_rest_back_to_the_wallet(leaver: Leaver):
    await leaver.adjust(900)
    assert (await leaver.begin()).by_hand == 900
    assert await leaver.refuse(leaver.wish()) == "conflict.wallet_closing"
    assert await leaver.refuse(leaver.cancel("somebody")) == "not_found.closing"
    unfreeze = UnfreezeWallet(actor=leaver.me, reason="x", **leaver.whose)
    assert await leaver.refuse(unfreeze) == "denied.wallet_status"
    kept = await leaver.room.dispatch(leaver.cancel(leaver.room.driver_id))
    assert kept.state is ClosingState.CANCELLED
    assert await leaver.room.dispatch(leaver.cancel()) == kept
    assert (await leaver.room.wallet("EUR"), await leaver.status()) == (900, "open")


async def test_a_driver_cannot_keep_a_wallet_that_staff_close(leaver: Leaver):
    await leaver.adjust(900)
    await leaver.begin(actor="staff:s")
    assert await leaver.refuse(leaver.cancel(leaver.room.driver_id)) == "denied.wallet_status"


async def test_a_wallet_in_use_or_frozen_by_staff_is_not_closed(leaver: Leaver):
    await leaver.adjust(900)
    now = leaver.room.house.clock.now()
    hold = HoldFunds(
        transfer_id="h" * 32, amount=100, expires_at=now + timedelta(hours=1), actor="staff:s", **leaver.whose
    )
    await leaver.room.dispatch(hold)
    assert await leaver.refuse(leaver.wish()) == "conflict.wallet_in_use"


async def test_a_debt_keeps_a_wallet_open(leaver: Leaver):
    due = TakeDue(transfer_id="t" * 32, amount=100, actor="system", reason="a month", tax=0, **leaver.whose)
    await leaver.room.dispatch(due)
    assert await leaver.refuse(leaver.wish()) == "conflict.wallet_in_use"


async def test_who_froze_a_wallet_decides_who_lets_it_go(leaver: Leaver):
    await leaver.adjust(900)
    by_staff = {"actor": "staff:s", "reason": "x", **leaver.whose}
    by_driver = by_staff | {"actor": leaver.me}
    await leaver.room.dispatch(FreezeWallet(**by_driver))
    await leaver.room.dispatch(UnfreezeWallet(**by_driver))
    await leaver.room.dispatch(FreezeWallet(**by_staff))
    assert await leaver.refuse(UnfreezeWallet(**by_driver)) == "denied.wallet_status"
    assert await leaver.refuse(leaver.wish()) == "conflict.account_frozen"
    assert (await leaver.begin(actor="staff:s")).by_hand == 900
    for given, code in (({"iban": "IT00"}, "invalid.iban"), ({"iban": IBAN}, "invalid.name")):
        await leaver.room.dispatch(leaver.cancel())
        assert await leaver.refuse(leaver.wish(**given)) == code
