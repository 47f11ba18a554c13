from datetime import timedelta

import pytest

from busbar.canon.ledger import (
    AccountKind,
    AccountRef,
    AdjustWallet,
    CaptureHold,
    CloseWallet,
    ExpireHolds,
    FreezeWallet,
    FundsHeld,
    HoldCaptured,
    HoldExpired,
    HoldReleased,
    Leg,
    Portion,
    ReleaseHold,
    ReverseTransfer,
    TransferKind,
    TransferPosted,
    TransferState,
    UnfreezeWallet,
    WalletFrozen,
)
from busbar.domain.ledger.tables import transfers
from tests.contracts.ledger.conftest import CLEARING, held, wallet

SERVICE = AccountRef(kind=AccountKind.SERVICE)


def capture(transfer_id="h1", *amounts):
    portions = tuple(Portion(credit=SERVICE, amount=amount) for amount in amounts)
    return CaptureHold(operator_id="one", transfer_id=transfer_id, portions=portions, actor="test")


async def test_money_moves_once_and_is_told(ledger):
    reply = await ledger.ask(ledger.post())
    assert (reply.exists, reply.transfer.state, reply.transfer.amount) == (False, TransferState.POSTED, 1000)
    assert await ledger.balances() == {"clearing provider:psp": -1000, "wallet driver:ann": 1000}
    repeated = await ledger.ask(ledger.post())
    assert repeated.exists
    assert repeated.transfer == reply.transfer
    assert await ledger.count(transfers) == 1
    assert [fact.amount for fact in await ledger.told(TransferPosted)] == [1000]


@pytest.mark.parametrize("other", [{"amount": 999}, {"currency": "USD"}, {"kind": TransferKind.REFUND}])
async def test_the_same_id_for_something_else_is_a_conflict(ledger, other):
    await ledger.ask(ledger.post())
    assert await ledger.refuse(ledger.post(**other)) == "conflict.transfer"


async def test_two_operators_have_ids_of_their_own(ledger):
    await ledger.ask(ledger.post())
    reply = await ledger.ask(ledger.post(operator_id="two", amount=5))
    assert not reply.exists


async def test_a_wallet_is_never_below_zero(ledger):
    await ledger.top_up(100)
    wish = ledger.post("r", debit=wallet(), credit=CLEARING, amount=101, kind=TransferKind.REFUND)
    assert await ledger.refuse(wish) == "conflict.funds"
    assert await ledger.balances() == {"clearing provider:psp": -100, "wallet driver:ann": 100}


async def test_what_no_transfer_can_be_is_refused(ledger):
    both = Leg(debit=wallet(), credit=wallet(), amount=1)
    assert await ledger.refuse(ledger.post(amount=0)) == "invalid.transfer"
    assert await ledger.refuse(ledger.post(amount=-5)) == "invalid.transfer"
    assert await ledger.refuse(ledger.post(legs=())) == "invalid.transfer"
    assert await ledger.refuse(ledger.post(legs=(both,))) == "invalid.transfer"
    assert await ledger.refuse(ledger.post("a b")) == "invalid.transfer"
    assert await ledger.refuse(ledger.post(currency="eur")) == "invalid.transfer"
    assert await ledger.refuse(ledger.post(kind=TransferKind.HOLD)) == "invalid.transfer"
    assert await ledger.refuse(ledger.post(credit=AccountRef(kind=AccountKind.WALLET))) == "invalid.account"
    assert await ledger.balances() == {}


async def test_a_transfer_of_many_legs_is_one(ledger):
    await ledger.top_up(100)
    moves = (
        Leg(debit=wallet(), credit=SERVICE, amount=60),
        Leg(debit=wallet(), credit=AccountRef(kind=AccountKind.TAXES), amount=41),
    )
    assert await ledger.refuse(ledger.post("m", legs=moves, kind=TransferKind.SUBSCRIPTION)) == "conflict.funds"
    assert await ledger.balances() == {"clearing provider:psp": -100, "wallet driver:ann": 100}


async def test_a_hold_is_captured_in_part_and_the_rest_goes_back(ledger):
    await ledger.top_up(1000)
    await ledger.ask(ledger.hold(amount=400))
    assert (await ledger.balances())["held driver:ann"] == 400
    reply = await ledger.ask(capture("h1", 100, 50))
    assert reply.transfer.state is TransferState.POSTED
    assert await ledger.balances() == {"clearing provider:psp": -1000, "service": 150, "wallet driver:ann": 850}
    assert (await ledger.ask(capture("h1", 100, 50))).exists
    assert await ledger.refuse(capture("h1", 150)) == "conflict.transfer"
    assert await ledger.refuse(ReleaseHold(operator_id="one", transfer_id="h1", actor="t")) == "conflict.transfer_state"
    told = await ledger.told(FundsHeld, HoldCaptured)
    assert [(type(fact), fact.amount) for fact in told] == [(FundsHeld, 400), (HoldCaptured, 150)]
    assert told[1].released == 250


async def test_a_hold_is_repeated_released_and_exceeded_as_it_should(ledger):
    await ledger.top_up(500)
    assert not (await ledger.ask(ledger.hold())).exists
    assert (await ledger.ask(ledger.hold())).exists
    assert await ledger.refuse(ledger.hold(amount=401)) == "conflict.transfer"
    assert await ledger.refuse(ledger.hold("h2", 101)) == "conflict.funds"
    assert await ledger.refuse(capture("h1", 401)) == "conflict.hold_exceeded"
    assert await ledger.refuse(capture("h9", 1)) == "not_found.transfer"
    release = ReleaseHold(operator_id="one", transfer_id="h1", actor="test")
    assert (await ledger.ask(release)).transfer.state is TransferState.VOIDED
    assert (await ledger.ask(release)).exists
    assert await ledger.refuse(capture("h1", 1)) == "conflict.transfer_state"
    assert await ledger.balances() == {"clearing provider:psp": -500, "wallet driver:ann": 500}
    assert len(await ledger.told(HoldReleased)) == 1


async def test_a_hold_that_nobody_asks_for_expires(ledger, house):
    await ledger.top_up(500)
    await ledger.ask(ledger.hold())
    assert await ledger.ask(ExpireHolds()) == 0
    house.clock.advance(timedelta(hours=2))
    assert await ledger.ask(ExpireHolds()) == 1
    assert await ledger.ask(ExpireHolds()) == 0
    assert await ledger.balances() == {"clearing provider:psp": -500, "wallet driver:ann": 500}
    assert len(await ledger.told(HoldExpired)) == 1
    assert await ledger.refuse(capture("h1", 1)) == "conflict.transfer_state"


async def test_a_transfer_is_moved_back_once(ledger):
    await ledger.ask(ledger.post())
    wish = ReverseTransfer(transfer_id="back", operator_id="one", reverses="t1", actor="staff:s", reason="mistaken")
    assert not (await ledger.ask(wish)).exists
    assert (await ledger.ask(wish)).exists
    again = ReverseTransfer(transfer_id="b2", operator_id="one", reverses="t1", actor="staff:s", reason="again")
    assert await ledger.refuse(again) == "conflict.transfer_reversed"
    assert await ledger.balances() == {}
    assert ledger.audits == ["transfer.reverse"]


async def test_a_frozen_wallet_takes_in_and_gives_nothing_out(ledger):
    await ledger.top_up(500)
    await ledger.ask(ledger.hold())
    given = {"operator_id": "one", "driver_id": "ann", "currency": "EUR", "actor": "staff:s", "reason": "card stolen"}
    assert (await ledger.ask(FreezeWallet(**given))).status == "frozen"
    assert await ledger.refuse(ledger.hold("h2", 1)) == "conflict.account_frozen"
    spend = ledger.post("x", debit=wallet(), credit=CLEARING, amount=1, kind=TransferKind.REFUND)
    assert await ledger.refuse(spend) == "conflict.account_frozen"
    await ledger.top_up(5)
    await ledger.ask(capture("h1", 400))
    assert (await ledger.ask(UnfreezeWallet(**given))).status == "open"
    await ledger.ask(ledger.hold("h2", 1))
    assert len(await ledger.told(WalletFrozen)) == 1
    assert ledger.audits == ["wallet.freeze", "wallet.unfreeze"]


async def test_a_wallet_is_closed_when_it_is_empty_and_stays_so(ledger):
    await ledger.top_up(100)
    given = {"operator_id": "one", "driver_id": "ann", "currency": "EUR", "actor": "staff:s", "reason": "left"}
    assert await ledger.refuse(CloseWallet(**given)) == "conflict.wallet_in_use"
    await ledger.ask(ledger.post("out", debit=wallet(), credit=CLEARING, amount=100, kind=TransferKind.CASH_OUT))
    assert (await ledger.ask(CloseWallet(**given))).status == "closed"
    assert await ledger.refuse(ledger.post("in", amount=1)) == "conflict.account_closed"
    assert await ledger.refuse(UnfreezeWallet(**given)) == "conflict.account_closed"


async def test_a_wallet_is_put_right_by_hand_with_a_reason(ledger):
    given = {"operator_id": "one", "driver_id": "ann", "currency": "EUR", "actor": "staff:s"}
    await ledger.ask(AdjustWallet(transfer_id="a1", amount=70, reason="goodwill", **given))
    await ledger.ask(AdjustWallet(transfer_id="a2", amount=-20, reason="too much", **given))
    assert await ledger.balances() == {"adjustments": -50, "wallet driver:ann": 50}
    assert await ledger.refuse(AdjustWallet(transfer_id="a3", amount=5, reason=" ", **given)) == "invalid.transfer"
    missing = {**given, "driver_id": "nobody"}
    assert await ledger.refuse(AdjustWallet(transfer_id="a4", amount=5, reason="x", **missing)) == "not_found"
    assert held() not in (await ledger.balances())
