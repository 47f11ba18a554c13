"""What the database refuses to whoever writes into it past the room: raw statements, on connections of their own."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from busbar.canon.ledger import ReleaseHold, TransferKind
from busbar.db.engine import Databases
from tests.contracts.ledger.conftest import CLEARING, wallet

ACCOUNT = "SELECT account_id FROM accounts WHERE operator_id = 'one' AND kind = '{kind}'"
TRANSFER = (
    "INSERT INTO transfers (operator_id, transfer_id, currency, kind, state, amount, leg_count, fingerprint, at, actor,"
    " reason) VALUES ('{operator}', '{transfer}', '{currency}', 'adjustment', 'posted', {amount}, {legs}, 'f', {at},"
    " 'x', '')"
)
LEG = (
    "INSERT INTO legs (operator_id, transfer_id, phase, line, debit_id, credit_id, amount, at) VALUES ('{operator}',"
    " '{transfer}', {phase}, {line}, ({debit}), ({credit}), {amount}, {at})"
)
OPEN = "INSERT INTO accounts (account_id, operator_id, currency, kind, owner, status, balance, opened_at) VALUES"
DEFAULTS = {"operator": "one", "transfer": "raw", "currency": "EUR", "amount": 10, "legs": 1, "phase": 1, "line": 0}


class Intruder:
    """Somebody with a connection of their own and no good intentions."""

    def __init__(self, url: str) -> None:
        self.databases = Databases(url, writers_max=16)
        at = "1900000000000000" if self.databases.is_sqlite else "'2030-01-01T00:00:00Z'"
        accounts = {kind: ACCOUNT.format(kind=kind) for kind in ("wallet", "held", "clearing", "receivable")}
        self.values = {**DEFAULTS, **accounts, "at": at}

    async def run(self, *statements: str, **given) -> None:
        """Run statements in one transaction, their places filled in."""
        values = {**self.values, **given}
        async with self.databases.writer.begin() as connection:
            for statement in statements:
                await connection.execute(text(statement.format(**values)))

    async def fail(self, *statements: str, **given) -> str:
        with pytest.raises(DBAPIError) as caught:
            await self.run(*statements, **given)
        return str(caught.value)


@pytest.fixture
async def intruder(ledger, database_url):
    await ledger.top_up(1000)
    await ledger.ask(ledger.hold(amount=400))
    intruder = Intruder(database_url)
    yield intruder
    await intruder.databases.close()
    assert await ledger.balances() == {
        "clearing provider:psp": -1000, "held driver:ann": 400, "wallet driver:ann": 600,
    }  # fmt: skip


def leg(debit: str, credit: str) -> str:
    return LEG.replace("{debit}", f"{{{debit}}}").replace("{credit}", f"{{{credit}}}")


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -10}, "amount"),
        ({"line": 1}, "no such leg"),
        ({"line": -1}, "no such leg"),
        ({"phase": 3}, ""),
        ({"phase": 2}, "not pending"),
        ({"transfer": "none"}, ""),
        ({"operator": "two"}, ""),
        ({"amount": 601}, "floor"),
    ],
)
async def test_a_leg_that_should_not_be_is_refused(intruder, given, word):
    transfer = TRANSFER.format(**{**intruder.values, "amount": 10})
    assert word in await intruder.fail(transfer, leg("wallet", "clearing"), **given)


async def test_a_leg_joins_two_accounts_of_one_currency_and_operator(intruder):
    assert "do not fit" in await intruder.fail(TRANSFER, leg("wallet", "wallet"))
    assert "do not fit" in await intruder.fail(TRANSFER, leg("wallet", "clearing"), currency="USD")
    assert "do not fit" in await intruder.fail(TRANSFER, leg("wallet", "clearing"), operator="two")
    assert "do not fit" in await intruder.fail(TRANSFER, leg("wallet", "clearing"), clearing="'nowhere'")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts SET balance = balance + 1 WHERE kind = 'wallet'",
        "UPDATE accounts SET balance = balance + 400, moved_by = 1 WHERE kind = 'wallet'",
        "UPDATE accounts SET balance = balance - 400, moved_by = 99 WHERE kind = 'wallet'",
        "UPDATE accounts SET balance = NULL WHERE kind = 'wallet'",
        "UPDATE accounts SET kind = 'service', balance = NULL WHERE kind = 'wallet'",
        "UPDATE accounts SET owner = 'driver:bob' WHERE kind = 'wallet'",
        "UPDATE accounts SET status = 'closed' WHERE kind = 'wallet'",
        "DELETE FROM accounts",
        "UPDATE legs SET amount = amount + 1",
        "UPDATE legs SET line = line + 1",
        "DELETE FROM legs",
        "UPDATE transfers SET amount = 1",
        "UPDATE transfers SET state = 'pending' WHERE state = 'posted'",
        "UPDATE transfers SET state = 'voided', ended_at = at WHERE state = 'posted'",
        "UPDATE transfers SET state = 'voided', ended_at = at WHERE state = 'pending'",
        "UPDATE transfers SET state = 'posted', ended_at = at WHERE state = 'pending'",
        "UPDATE transfers SET reason = 'something else'",
        "DELETE FROM transfers",
        OPEN + " ('x', 'one', 'EUR', 'wallet', 'driver:eve', 'open', 500, {at})",
        OPEN + " ('x', 'one', 'EUR', 'wallet', 'driver:eve', 'open', NULL, {at})",
        OPEN + " ('x', 'one', 'EUR', 'wallet', 'driver:ann', 'open', 0, {at})",
    ],
)
async def test_what_is_written_stays(intruder, statement):
    await intruder.fail(statement)


async def test_replacing_a_row_is_no_way_round(intruder):
    if not intruder.databases.is_sqlite:
        assert "stays" in await intruder.fail("TRUNCATE legs")
        assert "stays" in await intruder.fail("TRUNCATE accounts, legs")
        return
    replace = LEG.replace("INSERT INTO", "INSERT OR REPLACE INTO")
    again = replace.replace("{debit}", "{clearing}").replace("{credit}", "{wallet}")
    assert "there already" in await intruder.fail(again, transfer="top-1", amount=5)
    reset = "INSERT OR REPLACE INTO accounts SELECT account_id, operator_id, currency, kind, owner, status, 0, NULL,"
    await intruder.fail(f"{reset} opened_at FROM accounts WHERE kind = 'wallet'")


async def test_a_pending_transfer_has_one_outcome(intruder):
    half = leg("held", "wallet")
    given = {"transfer": "h1", "phase": 2, "amount": 150}
    end = "UPDATE transfers SET state = 'voided', ended_at = {at} WHERE transfer_id = 'h1'"
    assert "stay held" in await intruder.fail(half, end, **given)
    assert "only what the transfer holds" in await intruder.fail(leg("clearing", "wallet"), end, **given)


async def test_of_many_who_end_a_transfer_at_once_one_does(ledger, intruder):
    async def end(number: int) -> bool:
        second = LEG.format(
            **{**intruder.values, "transfer": "h2", "phase": 2, "line": number, "amount": 100,
               "debit": intruder.values["held"], "credit": intruder.values["wallet"]},
        )  # fmt: skip
        try:
            await intruder.run(
                second, "UPDATE transfers SET state = 'voided', ended_at = {at} WHERE transfer_id = 'h2'"
            )
        except DBAPIError:
            return False
        return True

    await ledger.ask(ledger.hold("h2", 100))
    outcomes = await asyncio.gather(*(end(number) for number in range(12)))
    assert outcomes.count(True) == 1
    release = ReleaseHold(operator_id="one", transfer_id="h2", actor="test")
    assert (await ledger.ask(release)).exists


async def test_of_many_who_spend_the_same_money_as_many_do_as_it_reaches_for(ledger, intruder):
    async def spend(number: int) -> bool:
        try:
            await intruder.run(TRANSFER, leg("wallet", "clearing"), transfer=f"raw-{number}", amount=150)
        except DBAPIError:
            return False
        return True

    outcomes = await asyncio.gather(*(spend(number) for number in range(16)))
    assert outcomes.count(True) == 4
    assert await ledger.balances() == {"clearing provider:psp": -400, "held driver:ann": 400}
    back = ledger.post("back", debit=CLEARING, credit=wallet(), amount=600, kind=TransferKind.ADJUSTMENT)
    await ledger.ask(back)
