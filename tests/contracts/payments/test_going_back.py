"""Money that goes back: refunds that fail, come twice or ask for too much, and payers who ask their bank for it.

The same cases for every provider, over HTTP against `busbar psp`, and after each what the ledger says.
"""

import secrets
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from busbar.adapters.system.clock import SystemClock
from busbar.canon.ledger import AdjustWallet, FreezeWallet
from busbar.canon.payments import (
    CheckPayment,
    DrivePayments,
    NoticeOutcome,
    Payment,
    PaymentState,
    Provider,
    RefundPayment,
    RefundState,
)
from busbar.domain.ledger.tables import accounts
from busbar.domain.payments import model
from busbar.domain.payments.steps import StoreStatement
from busbar.domain.payments.tables import (
    payment_differences,
    payment_disputes,
    payment_notices,
    payment_refunds,
)
from busbar.kernel.errors import ConflictError

from .conftest import Shop
from .test_notices import read_books, reckon
from .test_room import Room, find_account, until
from .test_room import room as room  # noqa: PLC0414 - a fixture

PAID = 3000


async def make_paid(room: Room, provider: Provider, amount: int = PAID) -> Payment:
    """Return a top-up that was paid."""
    payment = await room.top_up(provider, amount=amount)
    await room.pay(payment)
    return await room.look(payment.payment_id, PaymentState.CAPTURED)


async def ask_back(room: Room, payment: Payment, amount: int, refund_id: str = "") -> Payment:
    """Give money back as staff do, and let the provider be asked."""
    made = await room.dispatch(
        RefundPayment(
            operator_id=room.operator_id, payment_id=payment.payment_id, requested_by="staff:s", amount=amount,
            refund_id=refund_id or secrets.token_hex(16),
        )
    )  # fmt: skip
    await room.dispatch(DrivePayments())
    return made


async def find_refund(room: Room, payment: Payment) -> dict[str, Any]:
    """Return the newest refund of a payment."""
    rows = [row for row in await room.rows(payment_refunds) if row["payment_id"] == payment.payment_id]
    return max(rows, key=lambda row: row["created_at"])


async def expect_books(room: Room, payment: Payment, *, has: int, wallet: int, lost: int = 0) -> None:
    """Say what the provider has of ours, what the driver's wallet holds, and what is written off."""
    assert -await reckon(room, "clearing", f"provider:{payment.provider}") == has
    assert await room.wallet(payment.currency) == wallet
    assert -await reckon(room, "write_offs") == lost


# ---- refunds ---------------------------------------------------------------------------------------------------------


async def test_a_refund_that_fails_leaves_the_money_where_it_was_and_may_be_tried_again(room: Room, provider):
    payment = await make_paid(room, provider)
    await room.psp.mischief(refunds="fail")
    assert (await ask_back(room, payment, 1000)).refunded == 1000
    await until(lambda: has_refund(room, payment, RefundState.FAILED))
    failed = await room.look(payment.payment_id, PaymentState.CAPTURED)
    assert failed.refunded == 0
    await expect_books(room, payment, has=PAID, wallet=PAID)
    await room.psp.mischief()
    room.house.clock.advance(timedelta(seconds=1))
    await ask_back(room, payment, 1000)
    await until(lambda: has_refund(room, payment, RefundState.DONE))
    assert (await room.look(payment.payment_id, PaymentState.PARTLY_REFUNDED)).refunded == 1000
    await expect_books(room, payment, has=PAID - 1000, wallet=PAID - 1000)


async def has_refund(room: Room, payment: Payment, state: RefundState) -> bool:
    """Tell whether the newest refund stands so, as soon as whatever is due was asked."""
    room.house.clock.advance(timedelta(seconds=30))
    await room.dispatch(DrivePayments())
    return (await find_refund(room, payment))["state"] == state


async def test_a_refund_that_fails_later_gives_the_money_back_to_the_wallet(room: Room, provider):
    payment = await make_paid(room, provider)
    await room.psp.mischief(refunds="later")
    await ask_back(room, payment, 1200)
    assert (await find_refund(room, payment))["state"] == RefundState.PENDING
    await expect_books(room, payment, has=PAID - 1200, wallet=PAID - 1200)
    await room.psp.mischief(refunds="fail")
    refund_no = (await find_refund(room, payment))["refund_id"]
    await room.psp.tell("refund", provider=provider, refund_no=refund_no, has_failed=True)
    await until(lambda: has_refund(room, payment, RefundState.FAILED))
    await expect_books(room, payment, has=PAID, wallet=PAID)


async def test_a_refund_that_came_back_after_it_was_done_is_undone(room: Room, provider):
    payment = await make_paid(room, provider)
    await ask_back(room, payment, 700)
    await until(lambda: has_refund(room, payment, RefundState.DONE))
    if provider is not Provider.STRIPE:  # what these two have given back never comes back
        return
    refund_no = (await find_refund(room, payment))["refund_id"]
    await room.psp.tell("refund", provider=provider, refund_no=refund_no, has_failed=True)
    await until(lambda: has_refund(room, payment, RefundState.FAILED))
    await expect_books(room, payment, has=PAID, wallet=PAID)


async def test_the_same_refund_twice_is_one_and_another_under_its_id_is_refused(room: Room, provider):
    payment, refund_id = await make_paid(room, provider), secrets.token_hex(16)
    await room.psp.mischief(copies=2)
    for _ in range(2):
        await ask_back(room, payment, 900, refund_id)
    with pytest.raises(model.RefundUsedError):
        await ask_back(room, payment, 901, refund_id)
    await until(lambda: has_refund(room, payment, RefundState.DONE))
    await expect_books(room, payment, has=PAID - 900, wallet=PAID - 900)
    listed = (await room.psp.http.get(f"{room.psp.address}/control/payments")).json()
    assert [each["refunded"] for each in listed if each["order_no"] == payment.payment_id] == [900]


async def test_a_provider_refuses_another_refund_under_the_same_id(shop: Shop):
    _order, key = await shop.make_paid()
    refund = shop.refund_order(600)
    for _ in range(2):
        assert (await shop.adapter.refund(shop.merchant, key, refund)).state is RefundState.DONE
    with pytest.raises(ConflictError):
        await shop.adapter.refund(shop.merchant, key, msgspec.structs.replace(refund, amount=601))


async def test_refunds_in_parts_up_to_the_last_cent_and_not_one_beyond(room: Room, provider):
    payment = await make_paid(room, provider)
    for amount, state in ((1, "partly_refunded"), (1999, "partly_refunded"), (1000, "refunded")):
        room.house.clock.advance(timedelta(seconds=1))
        await ask_back(room, payment, amount)
        await until(lambda: has_refund(room, payment, RefundState.DONE))
        assert (await room.dispatch(look_at(room, payment))).state == state
    before = await read_books(room)
    with pytest.raises(model.AmountExceededError):
        await ask_back(room, payment, 1)
    with pytest.raises(model.AmountError):
        await ask_back(room, payment, 0)
    assert await read_books(room) == before
    await expect_books(room, payment, has=0, wallet=0)


def look_at(room: Room, payment: Payment) -> CheckPayment:
    """Ask how a payment stands here."""
    return CheckPayment(operator_id=room.operator_id, payment_id=payment.payment_id, is_look=True)


async def test_what_the_driver_has_spent_does_not_go_back(room: Room, provider):
    payment = await make_paid(room, provider)
    await room.dispatch(
        AdjustWallet(
            transfer_id=secrets.token_hex(16), operator_id=room.operator_id, driver_id=room.driver_id, actor="staff:s",
            currency=payment.currency, amount=-2500, reason="spent",
        )
    )  # fmt: skip
    before = await read_books(room)
    with pytest.raises(ConflictError):
        await ask_back(room, payment, 501)
    assert await read_books(room) == before
    await ask_back(room, payment, 500)
    assert await room.wallet(payment.currency) == 0


# ---- payers who ask their bank ---------------------------------------------------------------------------------------


async def complain(room: Room, payment: Payment, **wish: Any) -> str:
    """Let a payer's bank open a dispute, and wait until it is known here."""
    opened = await room.psp.tell("dispute", order_no=payment.payment_id, amount=payment.amount, **wish)
    await room.look(payment.payment_id, PaymentState.DISPUTED)
    return opened["dispute"]


async def end(room: Room, payment: Payment, dispute: str, *, is_won: bool) -> None:
    """Let the bank decide, and wait until that is known here."""
    await room.psp.tell("dispute", dispute=dispute, is_won=is_won)

    async def is_over() -> bool:
        rows = await room.rows(payment_disputes)
        return not any(row["is_open"] for row in rows if row["payment_id"] == payment.payment_id)

    await until(is_over)


async def find_status(room: Room) -> str:
    """Return how the driver's wallet stands."""
    rows = await room.rows(accounts)
    (row,) = [row for row in rows if row["kind"] == "wallet" and row["owner"] == f"driver:{room.driver_id}"]
    return row["status"]


async def test_a_payer_who_wants_the_money_back_from_the_bank(room: Room, provider):
    """At Stripe a dispute; the others know none: they give it back by hand, and the statement brings that up."""
    payment = await make_paid(room, provider)
    if provider is Provider.STRIPE:
        dispute = await complain(room, payment)
        await expect_books(room, payment, has=0, wallet=PAID, lost=PAID)
        assert await find_status(room) == "frozen"
        with pytest.raises(ConflictError):
            await ask_back(room, payment, 1)
        await end(room, payment, dispute, is_won=True)
        await expect_books(room, payment, has=PAID, wallet=PAID)
        assert await find_status(room) == "open"
        assert (await room.look(payment.payment_id, PaymentState.CAPTURED)).disputed == 0
        return
    before = await read_books(room)
    await room.psp.tell("refund", provider=provider, order_no=payment.payment_id, amount=800)

    async def is_unknown() -> bool:
        return any(row["outcome"] == NoticeOutcome.UNKNOWN for row in await room.rows(payment_notices))

    await until(is_unknown)
    assert await read_books(room) == before
    await take_statement(room, provider)
    rows = [row for row in await room.rows(payment_differences) if row["payment_id"] == payment.payment_id]
    assert [(row["reason"], row["there"], row["here"]) for row in rows] == [("missing_here", -800, None)]


async def take_statement(room: Room, provider: Provider) -> int:
    """Fetch the statement of this very day, and compare; answer how many differences are new."""
    merchant = room.errands.open_account(await find_account(room, provider))
    now = SystemClock().now()
    day = now.date() if provider is Provider.STRIPE else (now + timedelta(hours=8)).date()
    lines = await room.adapters[provider].download_statement(merchant, day)
    wish = StoreStatement(
        account_id=merchant.account_id, provider=provider, day=day, lines=tuple(lines), actor="staff:s"
    )
    return await room.dispatch(wish)


async def test_a_dispute_that_is_lost_is_taken_from_the_wallet_it_was_paid_into(room: Room):
    payment = await make_paid(room, Provider.STRIPE)
    dispute = await complain(room, payment)
    await end(room, payment, dispute, is_won=False)
    await expect_books(room, payment, has=0, wallet=0, lost=0)
    assert await find_status(room) == "open"
    assert (await room.look(payment.payment_id, PaymentState.DISPUTED)).disputed == PAID
    with pytest.raises(model.AmountExceededError):
        await ask_back(room, payment, 1)


async def test_of_a_lost_dispute_what_the_driver_has_spent_stays_written_off(room: Room):
    payment = await make_paid(room, Provider.STRIPE)
    await room.dispatch(
        AdjustWallet(
            transfer_id=secrets.token_hex(16), operator_id=room.operator_id, driver_id=room.driver_id, actor="staff:s",
            currency="EUR", amount=-2000, reason="spent",
        )
    )  # fmt: skip
    spent = -await reckon(room, "write_offs")
    dispute = await complain(room, payment)
    await end(room, payment, dispute, is_won=False)
    assert await room.wallet("EUR") == 0
    assert -await reckon(room, "write_offs") - spent == 2000


async def test_disputes_out_of_order_and_twice_move_the_money_once(room: Room):
    payment = await make_paid(room, Provider.STRIPE)
    await room.psp.mischief(is_holding=True, is_reversed=True, copies=2)
    opened = await room.psp.tell("dispute", order_no=payment.payment_id, amount=PAID)
    await room.psp.tell("dispute", dispute=opened["dispute"], is_won=False)
    await room.psp.tell("release")
    await expect_books(room, payment, has=0, wallet=0, lost=0)
    other = await room.top_up(Provider.STRIPE, amount=PAID)
    await room.psp.mischief()
    await room.pay(other)
    await room.look(other.payment_id, PaymentState.CAPTURED)
    await room.psp.mischief(is_holding=True, is_reversed=True)
    opened = await room.psp.tell("dispute", order_no=other.payment_id, amount=PAID)
    await room.psp.tell("dispute", dispute=opened["dispute"], is_won=True)
    await room.psp.tell("release")
    await expect_books(room, other, has=PAID, wallet=PAID, lost=0)


async def test_a_bank_that_only_asks_moves_nothing(room: Room):
    payment = await make_paid(room, Provider.STRIPE)
    before = await read_books(room)
    await room.psp.mischief(is_holding=True)
    asked = await room.psp.tell("dispute", order_no=payment.payment_id, amount=PAID, is_inquiry=True)
    await room.psp.tell("dispute", dispute=asked["dispute"], is_won=False)
    await room.psp.tell("release")
    assert await read_books(room) == before
    assert (await room.dispatch(look_at(room, payment))).state is PaymentState.CAPTURED


async def test_a_wallet_that_staff_froze_stays_frozen_when_a_dispute_is_won(room: Room):
    payment = await make_paid(room, Provider.STRIPE)
    await room.dispatch(
        FreezeWallet(
            operator_id=room.operator_id, driver_id=room.driver_id, currency="EUR", actor="staff:s", reason="fraud"
        )
    )
    dispute = await complain(room, payment)
    await end(room, payment, dispute, is_won=True)
    assert await find_status(room) == "frozen"


async def test_while_one_dispute_is_open_the_end_of_another_frees_no_wallet(room: Room):
    payment = await make_paid(room, Provider.STRIPE)
    await room.psp.mischief(is_holding=True)
    disputes = [
        (await room.psp.tell("dispute", order_no=payment.payment_id, amount=amount))["dispute"]
        for amount in (1000, 500)
    ]
    await room.psp.tell("release")
    assert (await room.dispatch(look_at(room, payment))).disputed == 1500
    await room.psp.tell("dispute", dispute=disputes[0], is_won=True)
    await room.psp.tell("release")
    assert await find_status(room) == "frozen"
    await expect_books(room, payment, has=PAID - 500, wallet=PAID, lost=500)
