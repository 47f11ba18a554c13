"""What is due for something else than a session: from the wallet, or a debt; once."""

import pytest

from busbar.canon.debts import TakeDue
from busbar.canon.ledger import FreezeWallet, MoneyMode
from busbar.domain.ledger.tables import receivables, transfers


def due(transfer_id="plan-1", *, amount=1000, driver_id="ann"):
    return TakeDue(
        transfer_id=transfer_id, operator_id="one", driver_id=driver_id, currency="EUR", amount=amount, tax=180,
        actor="system:billing", reason="Plan 2026-03",
    )  # fmt: skip


async def test_a_due_is_taken_from_a_wallet_that_holds_it_once(ledger):
    await ledger.set_policy(mode=MoneyMode.PREPAID)
    await ledger.top_up(1500)
    assert not (await ledger.ask(due())).exists
    assert (await ledger.ask(due())).exists
    assert await ledger.balances() == {
        "clearing provider:psp": -1500, "service": 820, "taxes": 180, "wallet driver:ann": 500
    }  # fmt: skip
    assert await ledger.count(transfers) == 2


@pytest.mark.parametrize("mode", [MoneyMode.PREPAID, MoneyMode.POSTPAID])
async def test_what_a_wallet_does_not_hold_is_a_debt_that_the_next_top_up_pays(ledger, mode):
    await ledger.set_policy(mode=mode)
    await ledger.top_up(999)
    await ledger.ask(due())
    await ledger.ask(due())
    assert (await ledger.balances())["receivable driver:ann"] == -1000
    assert await ledger.count(receivables) == 1
    await ledger.top_up(2000)
    assert "receivable driver:ann" not in await ledger.balances()
    assert (await ledger.balances())["wallet driver:ann"] == 1999


async def test_a_frozen_wallet_owes(ledger):
    await ledger.set_policy(mode=MoneyMode.PREPAID)
    await ledger.top_up(5000)
    await ledger.ask(FreezeWallet(operator_id="one", driver_id="ann", currency="EUR", actor="staff:s", reason="lost"))
    await ledger.ask(due())
    assert (await ledger.balances())["receivable driver:ann"] == -1000


async def test_what_is_no_amount_is_refused(ledger):
    assert await ledger.refuse(due(amount=0)) == "invalid.transfer"
