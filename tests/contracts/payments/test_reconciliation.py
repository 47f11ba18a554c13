"""Every kind of difference: made by a real statement of `busbar psp`, found with its reason, and looked after."""

from datetime import timedelta
from typing import Any

import pytest

from busbar.adapters.system.clock import SystemClock
from busbar.canon.payments import DrivePayments, Payment, PaymentState, Provider, RefundState, SavePaymentAccount
from busbar.canon.reconciliation import DifferenceState, FetchStatements, SettleDifference
from busbar.canon.secret import Secret
from busbar.domain.payments.steps import StoreStatement
from busbar.domain.payments.tables import (
    payment_differences,
    payment_refunds,
    payment_statement_lines,
    payment_statements,
)
from busbar.kernel.errors import InvalidError

from .test_going_back import PAID, ask_back, has_refund, make_paid, take_statement
from .test_room import Room, find_account, until
from .test_room import room as room  # noqa: PLC0414 - a fixture

OWNER = "Ada at the desk"
AGREED = {Provider.STRIPE: ("1.5", "25"), Provider.ALIPAY: ("0.6", ""), Provider.WECHATPAY: ("0.6", "0")}


@pytest.fixture(autouse=True)
async def agreed(room: Room, provider: Provider) -> None:
    """Enter what the provider keeps, and who looks after what differs."""
    share, fixed = AGREED[provider]
    settings = {**room.psp.credentials[provider]["settings"], "cost_share": share, "cost_fixed": fixed}
    await save(room, provider, {**settings, "looked_after_by": OWNER})
    await take_statement(room, provider)  # what others' tests left at the provider


async def save(room: Room, provider: Provider, settings: dict[str, str]) -> None:
    """Write the account's settings."""
    wish = SavePaymentAccount(
        operator_id=room.operator_id, actor="staff:s", provider=provider, settings=settings, secrets={}
    )
    await room.dispatch(wish)


async def list_about(room: Room, payment: Payment) -> list[tuple[str, int | None, int | None, str]]:
    """Return how statements differ about one payment: reason, our books, the provider, who looks after it."""
    rows = [row for row in await room.rows(payment_differences) if row["payment_id"] == payment.payment_id]
    assert all(row["operator_id"] == room.operator_id for row in rows)
    return sorted((row["reason"], row["here"], row["there"], row["owner"]) for row in rows)


async def test_what_agrees_to_the_cent_is_no_difference(room: Room, provider):
    payment = await make_paid(room, provider)
    await ask_back(room, payment, 1000)
    await until(lambda: has_refund(room, payment, RefundState.DONE))
    await take_statement(room, provider)
    assert await list_about(room, payment) == []
    assert await take_statement(room, provider) == 0


async def test_what_is_missing_here(room: Room, provider):
    await make_paid(room, provider)
    currency = "EUR" if provider is Provider.STRIPE else "CNY"
    sold = await room.psp.tell("pay", provider=provider, amount=4200, currency=currency)
    await take_statement(room, provider)
    named = [
        row for row in await room.rows(payment_differences) if sold["ref"] in {row["provider_ref"], row["subject"]}
    ]
    told = [(row["reason"], row["here"], row["there"], row["owner"]) for row in named]
    assert told == [("missing_here", None, 4200, OWNER)]


async def test_what_is_missing_there_is_told_once_its_day_and_the_next_are_here(room: Room, provider):
    payment = await make_paid(room, provider)
    await room.psp.mischief(is_unlisted=True)
    await take_statement(room, provider)
    assert await list_about(room, payment) == []
    account = await find_account(room, provider)
    day = (SystemClock().now() + timedelta(days=1)).date()
    for later in (day - timedelta(days=1), day, day + timedelta(days=1)):
        wish = StoreStatement(account_id=account.account_id, provider=provider, day=later, lines=(), actor="staff:s")
        await room.dispatch(wish)
    assert await list_about(room, payment) == [("missing_there", PAID, None, OWNER)]
    await room.psp.mischief()
    await take_statement(room, provider)
    (row,) = [row for row in await room.rows(payment_differences) if row["payment_id"] == payment.payment_id]
    assert (row["state"], row["note"]) == (DifferenceState.RESOLVED, "came right by itself")


async def test_another_amount(room: Room, provider):
    payment = await make_paid(room, provider)
    await save(room, provider, {**room.psp.credentials[provider]["settings"], "looked_after_by": OWNER})
    await room.psp.mischief(listed_amount=PAID - 1)
    await take_statement(room, provider)
    assert await list_about(room, payment) == [("amount", PAID, PAID - 1, OWNER)]


async def test_another_currency(room: Room, provider):
    payment = await make_paid(room, provider)
    await room.psp.mischief(listed_currency="USD")
    await take_statement(room, provider)
    if provider is Provider.ALIPAY:  # its bills name no currency: it is always CNY
        assert await list_about(room, payment) == []
        return
    assert await list_about(room, payment) == [("currency", None, PAID, OWNER)]
    (row,) = [row for row in await room.rows(payment_differences) if row["payment_id"] == payment.payment_id]
    assert (row["currency"], row["note"]) == ("USD", f"{payment.currency} ≠ USD")


async def test_the_provider_kept_more_than_was_agreed(room: Room, provider):
    payment = await make_paid(room, provider, amount=10_000)
    agreed = 175 if provider is Provider.STRIPE else 60
    await room.psp.mischief(listed_cost=agreed + 90)
    await take_statement(room, provider)
    assert await list_about(room, payment) == [("cost", agreed, agreed + 90, OWNER)]


async def test_paid_there_and_not_here(room: Room, provider):
    """Nobody told us: the difference asks the provider by itself, and is settled with the next statement."""
    await room.psp.mischief(is_holding=True)
    payment = await room.top_up(provider, amount=PAID)
    await room.pay(payment)
    await take_statement(room, provider)
    assert await list_about(room, payment) == [("state", 0, PAID, OWNER)]
    room.house.clock.advance(timedelta(minutes=1))
    await room.dispatch(DrivePayments())
    await room.look(payment.payment_id, PaymentState.CAPTURED)
    await take_statement(room, provider)
    (row,) = [row for row in await room.rows(payment_differences) if row["payment_id"] == payment.payment_id]
    assert row["state"] == DifferenceState.RESOLVED


async def test_the_same_payment_twice(room: Room, provider):
    payment = await make_paid(room, provider)
    await room.psp.mischief(is_listed_twice=True)
    await take_statement(room, provider)
    assert await list_about(room, payment) == [("duplicate", PAID, PAID * 2, OWNER)]


# ---- refunds ---------------------------------------------------------------------------------------------------------


async def test_a_refund_made_by_hand_is_missing_here(room: Room, provider):
    payment = await make_paid(room, provider)
    await room.psp.tell("refund", provider=provider, order_no=payment.payment_id, amount=700)
    await take_statement(room, provider)
    assert await list_about(room, payment) == [("missing_here", None, -700, OWNER)]


async def test_a_refund_that_is_missing_there(room: Room, provider):
    payment = await make_paid(room, provider)
    await take_statement(room, provider)
    await ask_back(room, payment, 700)
    await until(lambda: has_refund(room, payment, RefundState.DONE))
    account = await find_account(room, provider)
    for days in (1, 2):
        day = SystemClock().now().date() + timedelta(days=days)
        wish = StoreStatement(account_id=account.account_id, provider=provider, day=day, lines=(), actor="staff:s")
        await room.dispatch(wish)
    assert await list_about(room, payment) == [("missing_there", -700, None, OWNER)]


async def test_a_refund_twice(room: Room, provider):
    payment = await make_paid(room, provider)
    await take_statement(room, provider)
    await ask_back(room, payment, 700)
    await until(lambda: has_refund(room, payment, RefundState.DONE))
    await room.psp.mischief(is_listed_twice=True)
    await take_statement(room, provider)
    found = await list_about(room, payment)
    assert ("duplicate", -700, -1400, OWNER) in found
    assert {reason for reason, *_ in found} == {"duplicate"}


async def test_a_refund_that_failed_here_and_was_paid_there(room: Room, provider):
    payment = await make_paid(room, provider)
    await take_statement(room, provider)
    await ask_back(room, payment, 700)
    await until(lambda: has_refund(room, payment, RefundState.DONE))
    if provider is not Provider.STRIPE:
        return  # what these two gave back never fails afterwards
    await room.psp.mischief(is_holding=True)  # the news that it came back does not reach us
    (refund,) = await refunds_of(room, payment)
    await room.psp.tell("refund", provider=provider, refund_no=refund["refund_id"], has_failed=True)
    await take_statement(room, provider)
    assert {reason for reason, *_ in await list_about(room, payment)} == {"state"}
    await room.psp.tell("release")
    await until(lambda: has_refund(room, payment, RefundState.FAILED))
    await take_statement(room, provider)
    rows = [row for row in await room.rows(payment_differences) if row["payment_id"] == payment.payment_id]
    assert {row["state"] for row in rows} == {DifferenceState.RESOLVED}


async def refunds_of(room: Room, payment: Payment) -> list[Any]:
    """Return the refunds of a payment."""
    return [row for row in await room.rows(payment_refunds) if row["payment_id"] == payment.payment_id]


# ---- people ----------------------------------------------------------------------------------------------------------


async def test_who_looks_after_it_may_be_another(room: Room, provider):
    payment = await make_paid(room, provider)
    await room.psp.mischief(is_listed_twice=True)
    await take_statement(room, provider)
    (row,) = [row for row in await room.rows(payment_differences) if row["payment_id"] == payment.payment_id]
    wish: dict[str, Any] = {
        "operator_id": room.operator_id, "actor": "staff:s", "difference_id": row["difference_id"]
    }  # fmt: skip
    await room.dispatch(SettleDifference(state=DifferenceState.IN_HAND, owner="Grace", **wish))
    assert [owner for *_, owner in await list_about(room, payment)] == ["Grace"]


@pytest.mark.parametrize(("name", "text"), [("cost_share", "much"), ("cost_share", "-1"), ("cost_fixed", "0.5")])
async def test_what_was_agreed_is_a_number(room: Room, provider, name, text):
    settings = {**room.psp.credentials[provider]["settings"], name: text}
    with pytest.raises(InvalidError):
        await save(room, provider, settings)


async def test_an_account_that_cannot_be_asked_keeps_no_other_waiting(room: Room, provider):
    """One merchant's keys were revoked: the statements of the others are fetched all the same."""
    payment = await make_paid(room, provider)
    other = next(each for each in Provider if each is not provider)
    await make_paid(room, other, amount=1000)
    name = {"stripe": "secret_key", "alipay": "app_private_key", "wechatpay": "merchant_private_key"}[other]
    await break_key(room, other, name)
    async with room.house.databases.writer.begin() as connection:
        await connection.execute(payment_statements.delete())
    room.house.clock.advance(timedelta(days=2))
    room.errands._clock = room.house.clock
    await room.dispatch(FetchStatements(days=4))
    lines = {row["payment_id"] for row in await room.rows(payment_statement_lines)}
    assert payment.payment_id in lines


async def break_key(room: Room, provider: Provider, name: str) -> None:
    """Let a key be another's."""
    stranger = next(each for each in Provider if each not in {provider, Provider.STRIPE})
    key_name = {"alipay": "app_private_key", "wechatpay": "merchant_private_key"}[stranger]
    text = room.psp.credentials[stranger]["secrets"][key_name] if provider is not Provider.STRIPE else "sk_revoked"
    await room.dispatch(
        SavePaymentAccount(
            operator_id=room.operator_id, actor="staff:s", provider=provider,
            settings=room.psp.credentials[provider]["settings"], secrets={name: Secret(text=text)},
        )
    )  # fmt: skip
