from datetime import timedelta

import pytest

from busbar.canon.debts import (
    PutCompanyDriver,
    ReceivableOpened,
    ReceivableSettled,
    ReceivableWrittenOff,
    RemindOverdue,
    RemindReceivable,
    SaveCompany,
    SettleReceivable,
    WriteOffReceivable,
)
from busbar.canon.ledger import (
    AccountKind,
    AccountRef,
    CheckFunds,
    CloseDays,
    FindSpendable,
    FreezeWallet,
    FundsExhausted,
    FundsHeld,
    HoldCaptured,
    NoteRunningCost,
    TransferKind,
    WalletLow,
)
from busbar.domain.ledger.tables import ledger_balances, ledger_days
from tests.contracts.ledger.conftest import CLEARING, wallet

PREPAID = {"mode": "prepaid", "hold": 1000, "start_minimum": 300, "reserve": 100}
PRICE = {"electricity": 500, "service": 300, "taxes": 100}


def check(driver_id="ann", station_id="S1"):
    return CheckFunds(operator_id="one", driver_id=driver_id, station_id=station_id)


def cost(amount: int, *, driver_id: str | None = "ann"):
    return NoteRunningCost(
        operator_id="one", session_id="s1", station_id="S1", driver_id=driver_id, currency="EUR", cost=amount
    )


async def test_without_a_policy_nobody_is_refused_and_prices_are_owed(ledger):
    assert await ledger.ask(check()) == "enough"
    await ledger.hear(ledger.started())
    await ledger.hear(ledger.priced())
    assert await ledger.balances() == {**PRICE, "receivable driver:ann": -900}
    assert await ledger.told(ReceivableOpened, FundsHeld) == []


@pytest.mark.parametrize(("hold", "held"), [(1700, 1700), (0, 101), (50, 101), (9000, 3000), (None, 1000)])
async def test_a_tariff_says_how_much_is_held_and_always_more_than_the_reserve(ledger, hold, held):
    await ledger.set_policy(**PREPAID)
    await ledger.top_up(3000)
    await ledger.hear(ledger.started(hold=hold))
    assert (await ledger.balances())["held driver:ann"] == held
    assert ledger.stops == []
    await ledger.hear(ledger.priced())
    assert "held driver:ann" not in await ledger.balances()


async def test_a_prepaid_session_holds_captures_and_gives_back(ledger):
    await ledger.set_policy(**PREPAID)
    await ledger.top_up(3000)
    assert await ledger.ask(check()) == "enough"
    await ledger.hear(ledger.started())
    assert await ledger.balances() == {
        "clearing provider:psp": -3000, "held driver:ann": 1000, "wallet driver:ann": 2000,
    }  # fmt: skip
    await ledger.hear(ledger.priced())
    assert await ledger.balances() == {**PRICE, "clearing provider:psp": -3000, "wallet driver:ann": 2100}
    await ledger.hear(ledger.priced())  # told again: nothing more
    await ledger.hear(ledger.started())
    assert await ledger.balances() == {**PRICE, "clearing provider:psp": -3000, "wallet driver:ann": 2100}
    assert len(await ledger.told(HoldCaptured)) == 1


async def test_a_discount_and_a_commission_have_accounts_of_their_own(ledger):
    await ledger.set_policy(**PREPAID, commission_permille=100, commission_per_session=7)
    await ledger.top_up(3000)
    await ledger.hear(ledger.started())
    await ledger.hear(ledger.priced(discount=200))
    assert await ledger.balances() == {
        "clearing provider:psp": -3000, "commission": 67, "discounts": -200, "electricity": 500, "service": 233,
        "taxes": 100, "wallet driver:ann": 2300,
    }  # fmt: skip


async def test_a_wallet_with_too_little_starts_nothing_but_ends_what_runs(ledger):
    await ledger.set_policy(**PREPAID)
    assert await ledger.ask(check()) == "too_little"
    await ledger.top_up(299)
    assert await ledger.ask(check()) == "too_little"
    await ledger.top_up(1)
    assert await ledger.ask(check()) == "enough"
    await ledger.hear(ledger.started())
    assert await ledger.ask(check()) == "enough"
    assert await ledger.ask(check(station_id="S2")) == "too_little"


async def test_a_frozen_wallet_starts_nothing(ledger):
    await ledger.set_policy(mode="postpaid")
    given = {"operator_id": "one", "driver_id": "ann", "currency": "EUR", "actor": "staff:s", "reason": "abuse"}
    assert await ledger.ask(check()) == "enough"
    await ledger.ask(FreezeWallet(**given))
    assert await ledger.ask(check()) == "frozen"


async def test_more_is_held_as_the_cost_grows_and_then_the_session_stops(ledger):
    await ledger.set_policy(**PREPAID)
    await ledger.top_up(1500)
    await ledger.hear(ledger.started())
    await ledger.ask(cost(899))
    assert (await ledger.balances())["held driver:ann"] == 1000
    await ledger.ask(cost(900))
    assert (await ledger.balances())["held driver:ann"] == 1500
    assert ledger.stops == []
    await ledger.ask(cost(1400))
    await ledger.ask(cost(1410))
    assert [stop.session_id for stop in ledger.stops] == ["s1"]
    assert len(await ledger.told(FundsExhausted)) == 1
    await ledger.hear(ledger.priced(electricity=900, service=500, tax=50))
    assert await ledger.balances() == {
        "clearing provider:psp": -1500, "electricity": 900, "service": 500, "taxes": 50, "wallet driver:ann": 50,
    }  # fmt: skip
    assert [fact.amount for fact in await ledger.told(WalletLow)] == [50]


async def test_a_driver_who_comes_after_the_start_has_money_held_then(ledger):
    await ledger.set_policy(**PREPAID)
    await ledger.top_up(1500)
    await ledger.hear(ledger.started(driver_id=None))
    await ledger.ask(cost(5, driver_id=None))
    assert "held driver:ann" not in await ledger.balances()
    await ledger.ask(cost(10))
    assert (await ledger.balances())["held driver:ann"] == 1000


async def test_a_stop_that_could_not_be_asked_for_is_asked_again(ledger):
    await ledger.set_policy(**PREPAID)
    await ledger.top_up(500)
    await ledger.hear(ledger.started())
    ledger.can_stop = False
    await ledger.ask(cost(450))
    ledger.can_stop = True
    await ledger.ask(cost(460))
    assert len(ledger.stops) == 1


async def test_a_start_that_finds_the_wallet_empty_is_stopped(ledger):
    await ledger.set_policy(**PREPAID)
    await ledger.hear(ledger.started())
    assert [stop.session_id for stop in ledger.stops] == ["s1"]


async def test_what_is_missing_is_a_debt_that_the_next_top_up_pays(ledger):
    await ledger.set_policy(**PREPAID)
    await ledger.top_up(600)
    await ledger.hear(ledger.started())
    await ledger.hear(ledger.priced())
    opened = (await ledger.told(ReceivableOpened))[0]
    assert (opened.amount, opened.debtor, opened.session_id) == (300, "driver:ann", "s1")
    await ledger.top_up(100)
    await ledger.top_up(1000)
    assert [(fact.paid, fact.amount) for fact in await ledger.told(ReceivableSettled)] == [(100, 200), (200, 0)]
    assert await ledger.balances() == {**PRICE, "clearing provider:psp": -1700, "wallet driver:ann": 800}


async def test_nobody_is_reminded_without_end(ledger, house):
    await ledger.set_policy(mode="postpaid", due_days=14)
    await ledger.hear(ledger.priced())
    debt = (await ledger.told(ReceivableOpened))[0].receivable_id
    house.clock.advance(timedelta(days=15))
    reminded = []
    for _week in range(8):
        reminded.append(await ledger.ask(RemindOverdue()))
        house.clock.advance(timedelta(days=8))
    assert reminded == [1, 1, 1, 1, 0, 0, 0, 0]
    by_hand = await ledger.ask(RemindReceivable(operator_id="one", receivable_id=debt, actor="staff:1"))
    assert by_hand.reminders == 5


async def test_a_debt_is_reminded_paid_by_card_or_given_up(ledger, house):
    await ledger.set_policy(mode="postpaid", due_days=14)
    await ledger.hear(ledger.priced())
    debt = (await ledger.told(ReceivableOpened))[0].receivable_id
    assert await ledger.ask(RemindOverdue()) == 0
    house.clock.advance(timedelta(days=15))
    assert await ledger.ask(RemindOverdue()) == 1
    assert await ledger.ask(RemindOverdue()) == 0
    given = {"operator_id": "one", "receivable_id": debt, "actor": "payments"}
    pay = {"transfer_id": "p1", "source": CLEARING, "amount": 400, **given}
    assert not (await ledger.ask(SettleReceivable(**pay))).exists
    assert (await ledger.ask(SettleReceivable(**pay))).exists
    too_much = SettleReceivable(**{**pay, "transfer_id": "p2", "amount": 501})
    assert await ledger.refuse(too_much) == "conflict.receivable_exceeded"
    await ledger.ask(WriteOffReceivable(transfer_id="w1", reason="bankrupt", **given))
    assert [fact.written_off for fact in await ledger.told(ReceivableWrittenOff)] == [500]
    late = SettleReceivable(**{**pay, "transfer_id": "p3"})
    assert await ledger.refuse(late) == "conflict.receivable_closed"
    assert await ledger.balances() == {**PRICE, "clearing provider:psp": -400, "write_offs": -500}


async def test_a_guest_owes_until_the_card_pays(ledger):
    await ledger.set_policy(**PREPAID)
    await ledger.hear(ledger.started(driver_id=None))
    await ledger.hear(ledger.priced(driver_id=None))
    opened = (await ledger.told(ReceivableOpened))[0]
    assert (opened.debtor, opened.session_id, opened.amount) == ("guests", "s1", 900)


@pytest.mark.parametrize(("tax", "back", "session"), [(150, -50, 950), (60, 40, 860), (100, 0, 900)])
async def test_a_corrected_price_moves_the_difference(ledger, tax, back, session):
    await ledger.set_policy(**PREPAID)
    await ledger.top_up(2000)
    await ledger.hear(ledger.started())
    await ledger.hear(ledger.priced())
    await ledger.hear(ledger.priced(tax=tax, revision=2))
    balances = await ledger.balances()
    assert balances["wallet driver:ann"] == 2000 - 900 + back
    assert sum(balances[name] for name in PRICE) == session


async def test_a_correction_lowers_the_debt_first(ledger):
    await ledger.set_policy(**PREPAID)
    await ledger.top_up(600)
    await ledger.hear(ledger.started())
    await ledger.hear(ledger.priced())
    await ledger.hear(ledger.priced(electricity=100, revision=2))
    assert await ledger.balances() == {
        "clearing provider:psp": -600, "electricity": 100, "service": 300, "taxes": 100, "wallet driver:ann": 100,
    }  # fmt: skip


async def test_a_session_without_price_gives_everything_back(ledger):
    await ledger.set_policy(**PREPAID)
    await ledger.top_up(600)
    await ledger.hear(ledger.started())
    await ledger.hear(ledger.priced(electricity=0, service=0, tax=0))
    assert await ledger.balances() == {"clearing provider:psp": -600, "wallet driver:ann": 600}


async def test_a_start_heard_after_the_price_holds_nothing(ledger):
    await ledger.set_policy(**PREPAID)
    await ledger.top_up(2000)
    await ledger.hear(ledger.priced())
    await ledger.hear(ledger.started())
    assert "held driver:ann" not in await ledger.balances()


async def test_two_sessions_that_are_one_hold_once(ledger):
    await ledger.set_policy(**PREPAID)
    await ledger.top_up(3000)
    await ledger.hear(ledger.started("s1"))
    await ledger.hear(ledger.started("s2"))
    await ledger.hear(ledger.joined("s1", gone="s2"))
    assert (await ledger.balances())["held driver:ann"] == 1000
    await ledger.hear(ledger.priced("s1"))
    assert "held driver:ann" not in await ledger.balances()


async def test_a_price_in_another_currency_than_the_hold_is_owed(ledger):
    await ledger.set_policy(**PREPAID)
    await ledger.top_up(3000)
    await ledger.hear(ledger.started())
    await ledger.hear(ledger.priced(currency="CHF"))
    balances = await ledger.balances()
    assert balances["wallet driver:ann"] == 3000
    assert balances["receivable driver:ann"] == -900


async def test_a_companys_driver_charges_at_its_expense_within_the_budget(ledger, house):
    await ledger.set_policy(**PREPAID)
    company = await ledger.ask(SaveCompany(operator_id="one", actor="staff:s", name="Fleet GmbH"))
    put = {"operator_id": "one", "actor": "staff:s", "company_id": company.company_id, "driver_id": "ann"}
    await ledger.ask(PutCompanyDriver(**put, budget=1000))
    assert await ledger.ask(check()) == "enough"
    await ledger.hear(ledger.started())
    await ledger.hear(ledger.priced())
    assert await ledger.balances() == {**PRICE, f"receivable company:{company.company_id}": -900}
    assert await ledger.ask(check()) == "enough"
    await ledger.hear(ledger.priced("s2"))
    assert await ledger.ask(check()) == "budget_used"
    house.clock.advance(timedelta(days=31))
    assert await ledger.ask(check()) == "enough"


@pytest.mark.parametrize("mode", ["prepaid", "postpaid"])
async def test_a_running_session_ends_at_the_companys_budget(ledger, mode):
    await ledger.set_policy(**PREPAID | {"mode": mode})
    company = await ledger.ask(SaveCompany(operator_id="one", actor="staff:s", name="Fleet GmbH"))
    put = {"operator_id": "one", "actor": "staff:s", "company_id": company.company_id, "driver_id": "ann"}
    await ledger.ask(PutCompanyDriver(**put, budget=1500))
    await ledger.hear(ledger.started("s0"))
    await ledger.hear(ledger.priced("s0"))  # 9.00 of it
    await ledger.hear(ledger.started())
    wish = FindSpendable(operator_id="one", session_id="s1", driver_id="ann")
    assert (await ledger.ask(wish)).amount == 600
    assert await ledger.ask(cost(599)) == 600
    assert ledger.stops == []
    ledger.can_stop = False
    assert await ledger.ask(cost(600)) == 600, "asked again while the station cannot be reached"
    ledger.can_stop = True
    assert await ledger.ask(cost(610)) is None
    assert await ledger.ask(cost(620)) is None
    assert [each.session_id for each in ledger.stops] == ["s1"]
    assert [(each.session_id, each.amount) for each in await ledger.told(FundsExhausted)] == [("s1", 610)]
    await ledger.ask(PutCompanyDriver(**put, budget=None))
    assert await ledger.ask(wish) is None


async def test_days_are_closed_once_and_stay_closed(ledger, house):
    await ledger.top_up(500)
    assert await ledger.ask(CloseDays()) == 0
    house.clock.advance(timedelta(days=2))
    assert await ledger.ask(CloseDays()) == 2
    assert await ledger.ask(CloseDays()) == 0
    assert await ledger.count(ledger_days) == 2
    assert await ledger.count(ledger_balances) == 2
    house.clock.advance(timedelta(days=-2))
    refused = ledger.post("late", debit=AccountRef(kind=AccountKind.ADJUSTMENTS), kind=TransferKind.ADJUSTMENT)
    assert await ledger.refuse(refused) == "unavailable.storage_refused"
    assert await ledger.balances() == {"clearing provider:psp": -500, wallet().kind + " driver:ann": 500}


async def test_what_a_company_paid_too_much_pays_for_its_next_sessions(ledger):
    await ledger.set_policy(mode="postpaid")
    company = await ledger.ask(SaveCompany(operator_id="one", actor="staff:s", name="Rossi"))
    member = {"operator_id": "one", "actor": "staff:s", "company_id": company.company_id, "driver_id": "ann"}
    await ledger.ask(PutCompanyDriver(**member))
    debtor, purse = f"receivable company:{company.company_id}", f"wallet company:{company.company_id}"
    await ledger.hear(ledger.priced())
    opened = (await ledger.told(ReceivableOpened))[-1]
    await ledger.ask(
        SettleReceivable(
            transfer_id="paid", operator_id="one", receivable_id=opened.receivable_id, source=CLEARING, amount=900,
            actor="staff:s",
        )
    )  # fmt: skip
    await ledger.hear(ledger.priced(electricity=200, revision=2))
    balances = await ledger.balances()
    assert (balances[purse], balances.get(debtor, 0), balances.get("refunds", 0)) == (300, 0, 0)
    await ledger.hear(ledger.priced("s2"))
    balances = await ledger.balances()
    assert (balances.get(purse, 0), balances[debtor]) == (0, -600)
    assert [each.paid for each in await ledger.told(ReceivableSettled)] == [900, 300]


async def test_where_drivers_pay_afterwards_a_correction_goes_to_the_card_and_what_it_did_not_pay_to_the_wallet(ledger):
    await ledger.set_policy(mode="postpaid")
    await ledger.hear(ledger.priced())
    opened = (await ledger.told(ReceivableOpened))[-1]
    pay = {"operator_id": "one", "receivable_id": opened.receivable_id, "source": CLEARING, "actor": "staff:s"}
    await ledger.ask(SettleReceivable(transfer_id="paid", amount=900, **pay))
    ledger.on_card = 200
    await ledger.hear(ledger.priced(electricity=200, revision=2))
    balances = await ledger.balances()
    assert (balances["refunds"], balances["wallet driver:ann"]) == (200, 100)
