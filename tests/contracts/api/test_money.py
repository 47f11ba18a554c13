"""Money over the API, on real books: trial balance, statements, days, debts, companies, differences, settlements."""

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from busbar.canon.ledger import AccountKind, AccountRef, CloseDays, Leg, PostTransfer, TransferKind, name_driver
from busbar.canon.message import Command
from busbar.canon.payments import PaymentPurpose, PaymentState, PayWay, Provider
from busbar.canon.reconciliation import DifferenceReason
from busbar.canon.settlement import MakePayout, PeriodKind, Settlement, SettlementLine, SettlementState
from busbar.domain.ledger.debts import Debts
from busbar.domain.ledger.sql import SqlLedgerStore
from busbar.domain.ledger.store import Book
from busbar.domain.ledger.tables import ledger_days
from busbar.domain.ledger.teller import Teller
from busbar.domain.payments.model import Record
from busbar.domain.payments.sql import SqlStore
from busbar.domain.payments.store import DifferenceRecord
from busbar.domain.settlement.sql import SqlSettlementStore
from busbar.kernel.ids import PaymentId, SessionId
from tests.contracts.api.conftest import World

pytestmark = pytest.mark.every_database

CLEARING = AccountRef(kind=AccountKind.CLEARING, owner="provider:stripe")
ELECTRICITY = AccountRef(kind=AccountKind.ELECTRICITY)
IBAN = "IT60X0542811101000000123456"


class Act(Command[None], frozen=True, kw_only=True):
    """Do something within the unit of work of a real core."""

    deed: Any


@dataclass
class Books:
    """An operator with a driver, and short words for what moves money."""

    world: World
    driver_id: str = ""
    number: int = 0

    @property
    def wallet(self) -> AccountRef:
        return AccountRef(kind=AccountKind.WALLET, owner=name_driver(self.driver_id))

    async def act(self, deed: Any) -> None:
        await self.world.house.core.dispatch(Act(deed=deed))

    async def move(self, debit: AccountRef, credit: AccountRef, amount: int, kind: TransferKind, **more: Any) -> None:
        self.number += 1
        await self.world.house.desk.dispatch(
            PostTransfer(
                transfer_id=f"t-{self.number}",
                operator_id=self.world.operator_id,
                currency="EUR",
                kind=kind,
                legs=(Leg(debit=debit, credit=credit, amount=amount),),
                actor="staff:s",
                **more,
            )
        )

    async def top_up(self, amount: int) -> None:
        await self.move(CLEARING, self.wallet, amount, TransferKind.TOP_UP, driver_id=self.driver_id)

    async def spend(self, amount: int, session_id: str) -> None:
        kind = TransferKind.SESSION
        await self.move(self.wallet, ELECTRICITY, amount, kind, driver_id=self.driver_id, session_id=session_id)

    async def owe(self, debtor: str, amount: int, session_id: str, *, due: timedelta = timedelta(days=14)) -> None:
        """Let somebody owe for a session, in the books and as a debt."""
        account = AccountRef(kind=AccountKind.RECEIVABLE, owner=debtor)
        await self.move(account, ELECTRICITY, amount, TransferKind.SESSION, session_id=session_id)
        driver_id = self.driver_id if debtor.startswith("driver:") else None
        ids = self.world.house.ids
        debts = Debts(Teller(SqlLedgerStore(), ids=ids, accounts_max=10), ids=ids)

        async def note(work: Any) -> None:
            await debts.note_owed(
                work, Book(self.world.operator_id, "EUR"), debtor=debtor, amount=amount, due_at=work.now + due,
                session_id=session_id, driver_id=driver_id,
            )  # fmt: skip

        await self.act(note)


@pytest.fixture
async def books(world: World) -> Books:
    async def act(message: Act, work: Any) -> None:
        await message.deed(work)

    world.house.core.register({Act: act})
    driver = await world.driver()
    return Books(world=world, driver_id=(await driver.get("/driver/me"))["driver_id"])


async def test_the_trial_balance_now_and_at_an_instant(books: Books):
    boss, clock = books.world.boss, books.world.house.clock
    await books.top_up(3000)
    between = clock.now()
    await books.spend(1200, "s-1")
    now = await boss.get("/ledger/trial-balance")
    assert {line["kind"]: line["balance"] for line in now["lines"]} == {
        "wallet": 1800, "electricity": 1200, "clearing": -3000,
    }  # fmt: skip
    assert (now["debits"], now["credits"], now["is_balanced"], now["drifted_accounts"]) == (4200, 4200, True, 0)
    then = await boss.get("/ledger/trial-balance", params={"at": between.isoformat()})
    assert {line["kind"]: line["balance"] for line in then["lines"] if line["balance"]} == {
        "wallet": 3000, "clearing": -3000,
    }  # fmt: skip
    assert (then["debits"], then["is_balanced"]) == (3000, True)
    other = await boss.get("/ledger/trial-balance", params={"currency": "CNY"})
    assert (other["lines"], other["debits"], other["is_balanced"]) == ([], 0, True)


async def test_a_statement_carries_its_balance_from_page_to_page(books: Books):
    boss = books.world.boss
    for amount in (1000, 700, 300):
        await books.top_up(amount)
    await books.spend(450, "s-1")
    (account,) = (await boss.get("/ledger/accounts", params={"kind": "wallet"}))["items"]
    assert (account["debits"], account["credits"], account["balance"]) == (450, 2000, 1550)
    assert account["owner_name"] == "Ada"
    path, found, cursor = f"/ledger/accounts/{account['account_id']}/statement", [], None
    while True:
        page = await boss.get(path, params={"limit": 1} | ({} if cursor is None else {"cursor": cursor}))
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert [(each["amount"], each["balance"]) for each in found] == [
        (-450, 1550), (300, 2000), (700, 1700), (1000, 1000),
    ]  # fmt: skip
    assert (found[0]["session_id"], found[0]["counter"]["kind"]) == ("s-1", "electricity")
    assert found[1]["counter"]["owner_name"] == "Stripe"
    assert (found[1]["driver_id"], found[1]["driver_name"]) == (books.driver_id, "Ada")
    since = {"since": found[0]["at"]}
    assert [each["amount"] for each in (await boss.get(path, params=since))["items"]] == [-450]
    entries = await boss.get(f"/drivers/{books.driver_id}/wallet/entries")
    assert [each["balance"] for each in entries["items"]] == [1550, 2000, 1700, 1000]
    shown = await boss.get(f"/drivers/{books.driver_id}/wallet")
    assert (shown["balance"], shown["held"], shown["owed"], shown["status"]) == (1550, 0, 0, "open")
    assert (await boss.get("/ledger/accounts/nothing/statement", 404))["code"] == "not_found.account"


async def test_transfers_are_found_and_lead_both_ways(books: Books):
    boss = books.world.boss
    await books.top_up(900)
    await books.spend(400, "s-1")
    by_session = await boss.get("/ledger/transfers", params={"session_id": "s-1"})
    assert [(each["kind"], each["amount"], each["driver_name"]) for each in by_session["items"]] == [
        ("session", 400, "Ada"),
    ]  # fmt: skip
    transfer_id = by_session["items"][0]["transfer_id"]
    await boss.post(f"/ledger/transfers/{transfer_id}/reverse", {"reason": "The station failed"})
    detail = await boss.get(f"/ledger/transfers/{transfer_id}")
    assert [(leg["debit"]["owner_name"], leg["credit"]["kind"]) for leg in detail["legs"]] == [("Ada", "electricity")]
    back = await boss.get(f"/ledger/transfers/{detail['reversed_by']}")
    assert (back["kind"], back["reverses"], back["reason"]) == ("reversal", transfer_id, "The station failed")
    of_kind = await boss.get("/ledger/transfers", params={"kind": "top_up", "driver_id": books.driver_id})
    assert [each["amount"] for each in of_kind["items"]] == [900]


async def test_days_that_are_over_are_closed_and_listed(books: Books):
    boss, now = books.world.boss, books.world.house.clock.now()
    await books.top_up(100)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    row = {"operator_id": books.world.operator_id, "closed_until": midnight - timedelta(days=3), "closed_at": now}
    async with books.world.house.databases.writer.begin() as connection:
        await connection.execute(ledger_days.insert().values(**row, legs=0, debits=0))
    await books.world.house.desk.dispatch(CloseDays())
    days = (await boss.get("/ledger/days"))["items"]
    ends = [datetime.fromisoformat(each["closed_until"]) for each in days]
    assert ends == sorted(ends, reverse=True)
    assert ends[-1] == midnight - timedelta(days=3)
    assert {ends[0]} <= {midnight, midnight - timedelta(days=1)}
    first = await boss.get("/ledger/days", params={"limit": 1})
    assert [each["closed_until"] for each in first["items"]] == [days[0]["closed_until"]]
    assert first["next_cursor"] is not None


async def test_debts_are_listed_reminded_and_written_off(books: Books):
    boss, me = books.world.boss, f"driver:{books.driver_id}"
    await books.owe(me, 900, "s-1", due=timedelta(days=-1))
    await books.owe(me, 500, "s-2")
    listed = await boss.get("/receivables", params={"driver_id": books.driver_id})
    assert [(each["session_id"], each["open_amount"], each["is_overdue"]) for each in listed["items"]] == [
        ("s-2", 500, False), ("s-1", 900, True),
    ]  # fmt: skip
    (late,) = (await boss.get("/receivables", params={"is_overdue": True}))["items"]
    assert (late["session_id"], late["debtor_name"]) == ("s-1", "Ada")
    path = f"/receivables/{late['receivable_id']}"
    assert [(await boss.post(f"{path}/remind"))["reminders"] for _ in range(2)] == [1, 2]
    assert (await boss.get(path))["state"] == "reminded"
    given_up = await boss.post(f"{path}/write-off", {"reason": "Nobody answers"})
    assert (given_up["state"], given_up["open_amount"]) == ("written_off", 0)
    left = await boss.get("/receivables", params={"is_payable": True})
    assert [each["session_id"] for each in left["items"]] == ["s-2"]
    assert (await boss.get(f"/drivers/{books.driver_id}/wallet"))["owed"] == 500
    assert (await boss.post(f"{path}/remind", status=409))["code"] == "conflict.receivable_closed"
    balance = await boss.get("/ledger/trial-balance")
    assert {line["kind"]: line["balance"] for line in balance["lines"]} == {
        "receivable": -500, "electricity": 1400, "write_offs": -900,
    }  # fmt: skip


async def test_what_comes_in_at_the_bank_pays_the_oldest_debts_first(books: Books):
    boss, me = books.world.boss, f"driver:{books.driver_id}"
    for amount, session_id in ((900, "s-1"), (500, "s-2"), (300, "s-3")):
        await books.owe(me, amount, session_id)
    owed = {each["session_id"]: each["receivable_id"] for each in (await boss.get("/receivables"))["items"]}
    paid = {"debtor": me, "amount": 1_100, "reference": "RF18 of December"}
    once = {"headers": {"Idempotency-Key": "statement-17"}}
    taken = await boss.post("/bank-payments", paid, 201, **once)
    assert taken == await boss.post("/bank-payments", paid, 201, **once), "a repeat is no second payment"
    assert taken == {
        "debtor": me, "amount": 1_100, "receivable_ids": [owed["s-1"], owed["s-2"]], "open_amount": 600,
    }  # fmt: skip
    listed = (await boss.get("/receivables"))["items"]
    assert {each["session_id"]: (each["state"], each["open_amount"]) for each in listed} == {
        "s-1": ("settled", 0), "s-2": ("open", 300), "s-3": ("open", 300),
    }  # fmt: skip
    too_much = await boss.post("/bank-payments", {**paid, "amount": 601}, status=409)
    assert (too_much["code"], too_much["facts"]["open"]) == ("conflict.receivable_exceeded", 600)
    for wrong in ({"amount": 0}, {"debtor": "guests"}, {"reference": " "}):
        assert (await boss.post("/bank-payments", {**paid, **wrong}, status=422))["code"] == "invalid.request"
    balance = await boss.get("/ledger/trial-balance")
    assert {line["kind"]: line["balance"] for line in balance["lines"]} == {
        "receivable": -600, "electricity": 1700, "clearing": -1100,
    }  # fmt: skip
    (entry,) = (await boss.get("/audit", params={"action": "receivable."}))["items"]
    assert (entry["action"], entry["subject"]) == ("receivable.take_bank_payment", me)


async def test_companies_their_drivers_and_what_they_owe(books: Books):
    boss = books.world.boss
    company = await boss.post("/companies", {"name": "Rossi Srl"}, 201)
    other = await boss.post("/companies", {"name": "Bianchi"}, 201)
    path = f"/companies/{company['company_id']}"
    await boss.expect("PUT", f"{path}/drivers/{books.driver_id}", 204, json={"budget": 5000})
    await books.owe(f"company:{company['company_id']}", 700, "s-1")
    assert [(each["name"], each["driver_count"], each["owed"]) for each in (await boss.get("/companies"))["items"]] == [
        ("Bianchi", 0, 0), ("Rossi Srl", 1, 700),
    ]  # fmt: skip
    (member,) = (await boss.get(f"{path}/drivers"))["items"]
    assert (member["driver_name"], member["budget"], member["spent"]) == ("Ada", 5000, 0)
    assert (await boss.get(f"/drivers/{books.driver_id}/wallet"))["company_name"] == "Rossi Srl"
    found = await boss.get("/receivables", params={"debtor": f"company:{company['company_id']}"})
    assert [(each["debtor_name"], each["open_amount"]) for each in found["items"]] == [("Rossi Srl", 700)]
    gone = {"name": "Bianchi", "is_active": False}
    await boss.expect("PUT", f"/companies/{other['company_id']}", 200, json=gone)
    active = await boss.get("/companies", params={"is_active": True, "q": "ros"})
    assert [each["name"] for each in active["items"]] == ["Rossi Srl"]
    await boss.expect("DELETE", f"{path}/drivers/{books.driver_id}", 204)
    assert (await boss.get(path))["driver_count"] == 0
    assert (await boss.get("/companies/nothing", 404))["code"] == "not_found.company"


async def test_payments_are_found_by_what_people_say_of_them(books: Books):
    boss, now = books.world.boss, books.world.house.clock.now()
    name = (await boss.get(f"/drivers/{books.driver_id}"))["display_name"]

    def describe(number: int, **more: Any) -> Record:
        return Record(
            payment_id=PaymentId(f"0a1b{number:04}"), operator_id=books.world.operator_id, account_id="a", amount=100,
            provider=Provider.STRIPE, way=PayWay.PAGE, purpose=PaymentPurpose.TOP_UP, state=PaymentState.CAPTURED,
            currency="EUR", requested_by="trial", created_at=now + timedelta(seconds=number), changed_at=now, **more,
        )  # fmt: skip

    records = [
        describe(1, driver_id=books.driver_id),
        describe(2, method_label="Visa 4242", provider_ref="pi_Aurora_7"),
        describe(3, session_id=SessionId("s-30"), checkout_ref="cs_100%"),
    ]

    async def insert(work: Any) -> None:
        for record in records:
            await SqlStore().insert_payment(work, record)

    await books.act(insert)

    async def find(text: str) -> list[str]:
        return [each["payment_id"][-1] for each in (await boss.get("/payments", params={"q": text}))["items"]]

    assert await find(name.upper()) == ["1"]
    assert await find("4242") == ["2"]
    assert await find("aurora") == ["2"]
    assert await find("0a1b") == ["3", "2", "1"]
    assert await find("b0003") == ["3"], "the end of a number, as the list shows it"
    assert await find("s-30") == ["3"]
    assert await find("s-3") == [], "a session is named whole"
    assert await find("100%") == ["3"]
    assert await find("1%0") == [], "a letter that SQL knows is a letter"


async def test_differences_are_filtered_and_have_an_owner(books: Books):
    boss, now = books.world.boss, books.world.house.clock.now()

    def describe(number: int, reason: DifferenceReason) -> DifferenceRecord:
        return DifferenceRecord(
            difference_id=f"d-{number}", operator_id=books.world.operator_id, account_id="a", provider=Provider.STRIPE,
            day=date(2026, 3, number), reason=reason, subject=f"payment:{number}", here=100, there=90, currency="EUR",
            found_at=now + timedelta(seconds=number), changed_at=now,
        )  # fmt: skip

    reasons = list(DifferenceReason)[:2]

    async def insert(work: Any) -> None:
        for number, reason in enumerate(reasons, start=1):
            await SqlStore().insert_difference(work, describe(number, reason))

    await books.act(insert)
    listed = await boss.get("/payment-differences", params={"provider": "stripe"})
    assert [(each["difference_id"], each["here"], each["there"]) for each in listed["items"]] == [
        ("d-2", 100, 90), ("d-1", 100, 90),
    ]  # fmt: skip
    of_reason = await boss.get("/payment-differences", params={"reason": reasons[0].value})
    assert [each["difference_id"] for each in of_reason["items"]] == ["d-1"]
    settled = {"state": "resolved", "owner": "Mara", "note": "The provider corrected it"}
    after = await boss.expect("PUT", "/payment-differences/d-1", 200, json=settled)
    assert (after["state"], after["owner"], after["note"]) == ("resolved", "Mara", "The provider corrected it")
    left = await boss.get("/payment-differences", params={"state": "open"})
    assert [each["difference_id"] for each in left["items"]] == ["d-2"]


async def test_a_settlement_with_its_lines_and_the_files_of_its_payout(books: Books):
    boss, now = books.world.boss, books.world.house.clock.now()
    payee = await boss.post("/payees", {"kind": "site_owner", "name": "Parcheggi Navigli", "iban": IBAN}, 201)
    payer = {"payer_name": "Busbar Srl", "payer_iban": "IT60X0542811101000000123456"}
    await boss.expect("PUT", "/settlement-terms", 200, json=payer)
    agreement = {"payee_id": payee["payee_id"], "shares": {"electricity_permille": 500}, "valid_from": "2026-01-01"}
    agreed = await boss.post("/agreements", agreement, 201)
    since, until = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    line = SettlementLine(
        agreement_id=agreed["agreement_id"], site_id=None, since=since, until=until, sessions=3, energy_wh=30_000,
        electricity=2000, service=0, discounts=0, commission=0, taxes=440, from_electricity=1000, from_service=0,
        from_commission=0, for_sessions=0, for_energy=0, amount=1000, tax=0,
    )  # fmt: skip
    settlement = Settlement(
        settlement_id="settlement-1", operator_id=books.world.operator_id, payee_id=payee["payee_id"],
        reference="S2026-02-1", currency="EUR", since=since, until=until, period=PeriodKind.MONTH,
        state=SettlementState.APPROVED, lines=(line,), amount=1000, tax=0, payable=1000, made_at=now, made_by="staff:a",
        approved_at=now, approved_by="staff:b",
    )  # fmt: skip
    await books.act(lambda work: SqlSettlementStore().save_settlement(work, settlement))
    (listed,) = (await boss.get("/settlements", params={"payee_id": payee["payee_id"]}))["items"]
    assert (listed["payee_name"], listed["payable"], listed["state"]) == ("Parcheggi Navigli", 1000, "approved")
    detail = await boss.get("/settlements/settlement-1")
    assert [(each["sessions"], each["from_electricity"], each["amount"]) for each in detail["lines"]] == [
        (3, 1000, 1000),
    ]  # fmt: skip
    assert (await boss.get(f"/payees/{payee['payee_id']}"))["owed"] == 1000
    sheet = await boss("GET", "/settlements/settlement-1/csv")
    assert (sheet.status_code, len(list(csv.reader(io.StringIO(sheet.text.lstrip("\ufeff")))))) == (200, 2)
    paper = await boss("GET", "/settlements/settlement-1/pdf")
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    day = (now + timedelta(days=2)).date()
    wish = {"settlement_ids": ["settlement-1"], "execution_on": day.isoformat()}
    assert (await boss.post("/payouts", wish, 403))["code"] == "denied.four_eyes"  # by an API key
    await books.world.house.desk.dispatch(
        MakePayout(
            payout_id="payout-1", operator_id=books.world.operator_id, actor="staff:c",
            settlement_ids=("settlement-1",), execution_on=day,
        )
    )  # fmt: skip
    payout = await boss.get("/payouts/payout-1")
    assert (payout["amount"], payout["currency"], payout["count"]) == (1000, "EUR", 1)
    sepa = await boss("GET", f"/payouts/{payout['payout_id']}/sepa")
    assert sepa.status_code == 200
    for part in ("pain.001.001.09", IBAN, "10.00", "Parcheggi Navigli", "S2026-02-1"):
        assert part in sepa.text
    listing = await boss("GET", f"/payouts/{payout['payout_id']}/csv")
    rows = list(csv.reader(io.StringIO(listing.text.lstrip("\ufeff"))))
    assert (len(rows), IBAN in rows[1]) == (2, True)
    assert [each["payout_id"] for each in (await boss.get("/payouts"))["items"]] == [payout["payout_id"]]
    assert (await boss.get("/payouts/nothing", 404))["code"] == "not_found.payout"
