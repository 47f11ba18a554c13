"""Notices as they must not be: whoever tells whatever, the ledger moves once or not at all.

The same cases for every provider, over HTTP against `busbar psp`, which signs with its own keys and lies as it is asked
to; and what becomes of money that is set aside, or paid when nobody waits for it any more.
"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from busbar.canon.payments import (
    INSTALLATION,
    CancelPayment,
    CapturePayment,
    CheckPayment,
    DrivePayments,
    NoticeOutcome,
    Payment,
    PaymentState,
    Provider,
    RecordProviderNotice,
    SavePaymentAccount,
)
from busbar.canon.secret import Secret
from busbar.domain.ledger.tables import accounts, legs, transfers
from busbar.domain.payments import model
from busbar.domain.payments.tables import payment_notices, payments
from busbar.kernel.errors import DeniedError, InvalidError

from .conftest import TIMEOUT_S, Call, impatient
from .test_room import Room, until
from .test_room import room as room  # noqa: PLC0414 - a fixture

OTHER_AMOUNT = 9900


async def read_books(room: Room) -> tuple[Any, ...]:
    """Return everything that the ledger holds: two that are equal say that nothing moved."""
    async with room.house.databases.read() as connection:
        moved = [tuple(row) for row in await connection.execute(select(transfers.c.transfer_id, transfers.c.state))]
        parts = [tuple(row) for row in await connection.execute(select(legs.c.transfer_id, legs.c.amount))]
        stands = [tuple(row) for row in await connection.execute(select(accounts.c.owner, accounts.c.balance))]
    return sorted(moved), sorted(parts), sorted(stands, key=str)


async def find_outcomes(room: Room) -> list[str]:
    """Return what became of the notices that came in, in the order in which they did."""
    rows = await room.rows(payment_notices)
    return [row["outcome"] for row in sorted(rows, key=lambda row: row["received_at"])]


async def begin_held(room: Room, provider: Provider, **mischief: Any) -> Payment:
    """Begin a top-up that is paid, and of which the provider has told nothing yet."""
    await room.psp.mischief(is_holding=True, **mischief)
    payment = await room.top_up(provider)
    await room.pay(payment)
    return payment


async def look(room: Room, payment: Payment) -> Payment:
    """Return the payment as it stands here."""
    return await room.dispatch(CheckPayment(operator_id=room.operator_id, payment_id=payment.payment_id, is_look=True))


async def make_up(room: Room, payment: Payment) -> None:
    """Ask as the job does: what no notice told is found all the same."""
    await room.psp.mischief(is_holding=True)
    room.house.clock.advance(timedelta(minutes=1))
    await room.dispatch(DrivePayments())
    assert (await look(room, payment)).captured == payment.amount
    assert await room.wallet(payment.currency) == payment.amount


LIES: list[dict[str, Any]] = [
    {"told_amount": OTHER_AMOUNT},
    {"told_amount": 0},
    {"told_currency": "USD"},
    {"is_of_another": True},
    {"is_forged": True},
    {"is_cut": True},
]


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: "-".join(lie) + ("-0" if 0 in lie.values() else ""))
async def test_what_is_not_so_is_refused_and_logged_and_moves_nothing(room: Room, provider, lie):
    payment = await begin_held(room, provider, **lie)
    if provider is Provider.ALIPAY and "told_currency" in lie:  # its notices name none: it is always CNY
        await room.psp.tell("release")
        await make_up(room, payment)
        return
    await room.psp.mischief(is_holding=True, is_down=True, **lie)  # nor can it be asked what is so
    before = await read_books(room)
    with capture_logs() as logs:
        assert (await room.psp.tell("release"))["sent"] > 0
    assert await read_books(room) == before
    assert (await look(room, payment)).captured == 0
    assert {entry["event"] for entry in logs if entry["event"].startswith("payments.")} <= {
        "payments.notice_refused", "payments.notice_mismatch", "payments.notice_unknown"
    }  # fmt: skip
    assert any(entry["event"].startswith("payments.notice_") for entry in logs)
    assert not set(await find_outcomes(room)) & {NoticeOutcome.APPLIED} or provider is Provider.STRIPE
    await make_up(room, payment)


async def test_late_and_again_and_in_the_wrong_order_it_is_taken_in_once(room: Room, provider):
    payment = await begin_held(room, provider)
    await make_up(room, payment)
    before = await read_books(room)
    await room.psp.mischief(is_holding=True, is_reversed=True, copies=3)
    await room.psp.tell("release")
    assert await read_books(room) == before
    assert (await look(room, payment)).state is PaymentState.CAPTURED
    assert NoticeOutcome.REFUSED not in await find_outcomes(room)


async def test_a_replay_is_refused_or_known(room: Room, provider):
    """The very bytes again: at once, they are known by their id; later, their signature is out of date too."""
    payment = await begin_held(room, provider)
    await room.psp.tell("release")
    before = await read_books(room)
    for call in list(room.door.calls):
        assert await record(room, provider, call) is NoticeOutcome.REPEATED
    assert await read_books(room) == before
    assert await room.wallet(payment.currency) == payment.amount


async def test_no_byte_of_a_notice_can_be_changed(room: Room, provider):
    payment = await begin_held(room, provider, is_forged=True)
    await room.psp.tell("release")
    await make_up(room, payment)
    await room.psp.mischief(is_holding=True)
    other = await room.top_up(provider)
    await room.pay(other)
    before = await read_books(room)
    room.door.answers = None  # they come, and nobody takes them in
    await room.psp.tell("release")
    call = next(each for each in reversed(room.door.calls) if each.body)
    step = max(len(call.body) // 40, 1)
    for place in range(0, len(call.body), step):
        body = bytearray(call.body)
        body[place] ^= 1
        with pytest.raises((DeniedError, InvalidError)):
            await record(room, provider, Call(call.path, call.headers, bytes(body)))
    assert await read_books(room) == before
    assert (await look(room, other)).captured == 0


async def test_a_notice_at_another_merchants_address_moves_nobodys_money(room: Room, provider):
    """Both merchants are at this provider under the same keys: only the address tells them apart."""
    given = room.psp.credentials[provider]
    account = await room.dispatch(
        SavePaymentAccount(
            operator_id=INSTALLATION, acting_for=room.operator_id, actor="staff:s", provider=provider,
            settings=given["settings"], secrets={name: Secret(text=text) for name, text in given["secrets"].items()},
        )
    )  # fmt: skip
    payment = await begin_held(room, provider)
    before = await read_books(room)
    room.door.answers = None
    await room.psp.tell("release")
    for call in list(room.door.calls):
        wish = RecordProviderNotice(
            account_id=account.account_id, provider=provider, headers=call.headers, body=call.body
        )
        assert await room.dispatch(wish) is NoticeOutcome.UNKNOWN
    assert await read_books(room) == before
    assert (await look(room, payment)).captured == 0
    assert await record(room, provider, room.door.calls[0]) is NoticeOutcome.APPLIED


async def record(room: Room, provider: Provider, call: Call) -> NoticeOutcome:
    """Bring a notice in again, as whoever had caught it would."""
    return await room.dispatch(
        RecordProviderNotice(
            account_id=room.accounts[provider], provider=provider, headers=call.headers, body=call.body
        )
    )


async def test_a_success_that_comes_after_we_gave_up_is_not_lost(room: Room, provider):
    """The payer paid in the last minute, and the provider could not be asked: a top-up is taken in all the same."""
    payment = await room.top_up(provider)
    await room.psp.mischief(is_down=True, is_holding=True)
    room.house.clock.advance(model.PAGE_LIFETIME + timedelta(minutes=1))
    for _ in range(2):
        await room.dispatch(DrivePayments())
        room.house.clock.advance(model.LONGEST_PAUSE)
    await room.pay(payment)
    assert await room.wallet(payment.currency) == 0
    await room.psp.tell("release")
    assert (await room.look(payment.payment_id, PaymentState.CAPTURED)).captured == payment.amount
    assert await room.wallet(payment.currency) == payment.amount


async def test_a_success_whose_opening_was_never_answered_is_taken_in(room: Room, provider, http):
    passed = 1 if provider is Provider.STRIPE else 0  # the customer is made first
    await room.psp.mischief(slow_s=TIMEOUT_S + 0.3, slow_after=passed, slow_count=2, is_holding=True)
    with impatient(http):
        payment = await room.top_up(provider)
    assert payment.state is PaymentState.CREATED
    await room.pay(payment)
    await room.psp.tell("release")
    assert (await room.look(payment.payment_id, PaymentState.CAPTURED)).captured == payment.amount
    assert await room.wallet(payment.currency) == payment.amount
    await room.psp.mischief()
    room.house.clock.advance(timedelta(minutes=5))
    await room.dispatch(DrivePayments())
    assert await room.wallet(payment.currency) == payment.amount


async def test_a_guest_who_paid_after_we_gave_up_gets_it_back(room: Room, provider):
    guest = (await room.guest(provider)).payment
    await room.psp.mischief(is_holding=True)
    await room.pay(guest)
    async with room.house.databases.writer.begin() as connection:
        over = payments.update().where(payments.c.payment_id == guest.payment_id)
        await connection.execute(over.values(state=PaymentState.CANCELLED.value, wish="none", due_at=None))
    await room.psp.mischief()
    await room.psp.tell("release")
    end = PaymentState.CANCELLED if room.adapters[provider].can_hold else PaymentState.REFUNDED
    await until(lambda: has_ended(room, guest, end))
    assert room.started == []
    assert sum(row["balance"] or 0 for row in await room.rows(accounts) if row["kind"] == "wallet") == 0


async def has_ended(room: Room, payment: Payment, state: PaymentState) -> bool:
    """Tell whether it stands so, and the provider has nothing of it left."""
    room.house.clock.advance(timedelta(seconds=1))
    await room.dispatch(DrivePayments())
    listed = (await room.psp.http.get(f"{room.psp.address}/control/payments")).json()
    (there,) = [each for each in listed if each["order_no"] == payment.payment_id]
    is_free = there["status"] == "cancelled" or there["captured"] == there["refunded"] != 0
    return (await look(room, payment)).state is state and is_free


async def reckon(room: Room, kind: str, owner: str = "") -> int:
    """Return what an account got less what it gave, leg by leg: some accounts keep no balance."""
    async with room.house.databases.read() as connection:
        named = select(accounts.c.account_id).where(accounts.c.kind == kind, accounts.c.owner == owner)
        got = await connection.execute(select(func.sum(legs.c.amount)).where(legs.c.credit_id.in_(named)))
        gave = await connection.execute(select(func.sum(legs.c.amount)).where(legs.c.debit_id.in_(named)))
        return int(got.scalar() or 0) - int(gave.scalar() or 0)


# ---- what is set aside -----------------------------------------------------------------------------------------------


async def begin_hold(room: Room, provider: Provider) -> Payment:
    """Return a guest's payment: set aside where the provider can, paid where it cannot."""
    guest = (await room.guest(provider, amount=5000)).payment
    await room.pay(guest)

    async def is_started() -> bool:
        return bool(room.started)

    await until(is_started)
    state = PaymentState.AUTHORISED if room.adapters[provider].can_hold else PaymentState.CAPTURED
    return await room.look(guest.payment_id, state)


async def count(room: Room, provider: Provider, payment: Payment) -> tuple[int, int]:
    """Return what the ledger says that the provider has of it, and what stands for its payer."""
    clearing = -await reckon(room, "clearing", f"provider:{provider}")
    return clearing, await room.balance("wallet", f"payment:{payment.payment_id}", payment.currency)


async def test_of_what_is_set_aside_a_part_is_taken(room: Room, provider):
    payment = await begin_hold(room, provider)
    wish = {"operator_id": room.operator_id, "payment_id": payment.payment_id, "requested_by": "staff:s"}
    if not room.adapters[provider].can_hold:  # all of it was taken as it was paid: there is nothing to capture
        assert (await room.dispatch(CapturePayment(amount=1800, **wish))).captured == 5000
        assert await count(room, provider, payment) == (5000, 5000)
        return
    assert await count(room, provider, payment) == (0, 0)
    with pytest.raises(model.AmountExceededError):
        await room.dispatch(CapturePayment(amount=5001, **wish))
    await room.psp.mischief(copies=2)
    for _ in range(2):
        await room.dispatch(CapturePayment(amount=1800, **wish))
        await room.dispatch(DrivePayments())
    assert (await room.look(payment.payment_id, PaymentState.CAPTURED)).captured == 1800
    assert await count(room, provider, payment) == (1800, 1800)
    listed = (await room.psp.http.get(f"{room.psp.address}/control/payments")).json()
    assert [each["captured"] for each in listed if each["order_no"] == payment.payment_id] == [1800]


async def test_what_is_set_aside_is_let_go(room: Room, provider):
    payment = await begin_hold(room, provider)
    wish = {"operator_id": room.operator_id, "payment_id": payment.payment_id, "requested_by": "staff:s"}
    if not room.adapters[provider].can_hold:  # what was paid goes back as a refund
        with pytest.raises(model.StateError):
            await room.dispatch(CancelPayment(**wish))
        return
    await room.dispatch(CancelPayment(**wish))
    await room.dispatch(DrivePayments())
    await room.look(payment.payment_id, PaymentState.CANCELLED)
    assert await count(room, provider, payment) == (0, 0)
    with pytest.raises(model.StateError):
        await room.dispatch(CapturePayment(amount=1, **wish))


async def test_what_a_bank_lets_go_by_itself_is_gone_here_too(room: Room, provider):
    if room.adapters[provider].can_hold:
        payment = await begin_hold(room, provider)
    else:  # only the payer's time can be over
        payment = (await room.guest(provider)).payment
    await room.psp.tell("expire", provider=provider, order_no=payment.payment_id)
    room.house.clock.advance(model.PAGE_LIFETIME + timedelta(minutes=1))
    await room.dispatch(DrivePayments())
    await room.look(payment.payment_id, PaymentState.CANCELLED)
    assert await count(room, provider, payment) == (0, 0)
