"""Settlements over real books: what is shared is what the legs say, to the cent."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from busbar.canon.settlement import (
    ApproveSettlement,
    CancelPayout,
    CancelSettlement,
    EndAgreement,
    MakePayout,
    MarkSettlementPaid,
    MarkSettlementReturned,
    PeriodKind,
    RunDueSettlements,
    SetSettlementTerms,
    SettlementApproved,
    SettlementState,
    SettlementTerms,
)
from tests.contracts.settlement.conftest import MAKER, OTHER

EARLY, LATE = datetime(2026, 2, 3, 9, tzinfo=UTC), datetime(2026, 2, 20, 9, tzinfo=UTC)


def approve(settlement_id, actor=OTHER):
    return ApproveSettlement(operator_id="one", actor=actor, settlement_id=settlement_id)


def cancel(settlement_id, actor=MAKER, reason="a mistake"):
    return CancelSettlement(operator_id="one", actor=actor, settlement_id=settlement_id, reason=reason)


def pay_out(*settlement_ids, payout_id="payout-1", day=date(2026, 3, 5)):
    return MakePayout(
        payout_id=payout_id, operator_id="one", actor=MAKER, settlement_ids=settlement_ids, execution_on=day
    )


def paid(settlement_id):
    return MarkSettlementPaid(operator_id="one", actor=MAKER, settlement_id=settlement_id, paid_on=date(2026, 3, 5))


def returned(settlement_id):
    return MarkSettlementReturned(operator_id="one", actor=MAKER, settlement_id=settlement_id, reason="account closed")


async def test_a_period_is_shared_approved_paid_and_comes_back(books):
    owner = await books.payee(tax_permille=220)
    await books.agree(owner, electricity_permille=1000, service_permille=333, per_session=10, per_mwh=2500)
    await books.sell("s1", at=EARLY, electricity=501, service=300, discount=99, tax=154, energy_wh=12_345)
    await books.sell("s2", at=LATE, electricity=200, service=100, tax=66, energy_wh=8_000)
    await books.sell("s3", at=datetime(2026, 3, 1, 0, tzinfo=UTC), electricity=9999, service=1)
    assert await books.refuse(books.wish()) == "invalid.settlement_period"
    await books.close()
    [settlement_id] = await books.run()
    [draft] = await books.list()
    [line] = draft.lines
    assert (line.sessions, line.energy_wh, line.electricity, line.service, line.discounts) == (2, 20_345, 701, 400, -99)
    assert (line.from_electricity, line.from_service, line.for_sessions, line.for_energy) == (701, 100, 20, 51)
    assert (draft.amount, draft.tax, draft.payable) == (872, 191, 1063)
    assert await books.refuse(approve(settlement_id, MAKER)) == "denied.four_eyes"
    assert await books.refuse(approve(settlement_id, "key:robot")) == "denied.four_eyes"
    before = await books.balances()
    approved = await books.ask(approve(settlement_id))
    after = await books.balances()
    changed = {name: after.get(name, 0) - before.get(name, 0) for name in before | after}
    assert {name: value for name, value in changed.items() if value} == {
        "electricity": -701, "service": -171, "taxes": -191, f"payable payee:{owner}": 1063,
    }  # fmt: skip
    assert approved.state is SettlementState.APPROVED
    assert await books.refuse(approve(settlement_id)) == "conflict.settlement_state"
    [fact] = await books.told(SettlementApproved)
    assert fact.payable == 1063
    payout = await books.ask(pay_out(settlement_id))
    assert (payout.amount, payout.count, payout.entries[0].reference) == (1063, 1, draft.reference)
    assert await books.ask(pay_out(settlement_id)) == payout
    assert await books.refuse(pay_out(payout_id="payout-1")) == "conflict.payout"
    assert await books.refuse(cancel(settlement_id)) == "conflict.settlement_state"
    await books.ask(paid(settlement_id))
    assert (await books.balances())["cash_out"] == 1063
    assert f"payable payee:{owner}" not in await books.balances()
    assert await books.refuse(CancelPayout(operator_id="one", actor=MAKER, payout_id="payout-1")) == (
        "conflict.payout_state"
    )
    await books.ask(returned(settlement_id))
    assert (await books.balances())[f"payable payee:{owner}"] == 1063
    assert "cash_out" not in await books.balances()
    await books.ask(pay_out(settlement_id, payout_id="payout-2"))
    await books.ask(paid(settlement_id))
    assert (await books.balances())["cash_out"] == 1063
    assert await books.run() == ()
    assert len(await books.list()) == 1


async def test_all_that_is_shared_is_all_that_there_was(books):
    await books.set_policy(commission_permille=75)
    owner, platform, operator = [await books.payee(name) for name in ("Owner", "Platform", "Operator")]
    await books.agree(owner, site_id="north", electricity_permille=333, service_permille=111)
    await books.agree(platform, commission_permille=1000)
    await books.agree(operator, takes_rest=True)
    for number in range(7):
        site_id = "north" if number % 2 else "south"
        price = {"electricity": 101 + number, "service": 53 + number, "discount": number, "tax": 31}
        await books.sell(f"s{number}", at=EARLY, site_id=site_id, **price)
    await books.sell("s1", at=LATE, site_id="north", electricity=40, service=2, discount=1, tax=7, revision=2)
    await books.close()
    before = await books.balances()
    total = -before["receivable guests"] - before["refunds"]
    for settlement_id in await books.run():
        await books.ask(approve(settlement_id))
    made = await books.list()
    assert {settlement.payee_id for settlement in made} == {owner, platform, operator}
    assert sum(settlement.payable for settlement in made) == total
    balances = await books.balances()
    assert sum(balances.get(kind, 0) for kind in ("electricity", "service", "discounts", "commission", "taxes")) == 0
    assert sum(value for name, value in balances.items() if name.startswith("payable")) == total


async def test_an_agreement_that_changes_within_a_period_cuts_it(books):
    owner = await books.payee()
    await books.agree(owner, electricity_permille=500)
    await books.agree(owner, electricity_permille=100, valid_from=date(2026, 2, 10))
    await books.sell("s1", at=EARLY, electricity=1000)
    await books.sell("s2", at=LATE, electricity=1000)
    await books.close()
    await books.run()
    [draft] = await books.list()
    assert [line.from_electricity for line in draft.lines] == [500, 100]
    assert [line.since.day for line in draft.lines] == [1, 10]


async def test_what_is_below_zero_is_taken_over_by_the_next_settlement(books):
    owner = await books.payee()
    await books.agree(owner, electricity_permille=1000)
    await books.sell("s1", at=datetime(2026, 1, 5, tzinfo=UTC), electricity=900, service=0, tax=0)
    await books.sell("s1", at=EARLY, electricity=100, service=0, tax=0, revision=2)
    await books.close()
    [january] = await books.run(day=date(2026, 1, 9))
    [february] = await books.run()
    assert [each.payable for each in await books.list()] == [900, -800]
    assert (await books.ask(approve(february))).state is SettlementState.OWED
    assert await books.refuse(approve(january)) == "conflict.settlement_stale"
    assert await books.run(day=date(2026, 1, 9)) == (january,)
    assert (await books.ask(approve(january))).payable == 100
    assert [each.state for each in await books.list()] == [SettlementState.APPROVED, SettlementState.CLEARED]
    assert await books.refuse(cancel(february)) == "conflict.settlement_state"
    assert await books.refuse(cancel(january, OTHER)) == "denied.four_eyes"
    await books.ask(cancel(january))
    assert [each.state for each in await books.list()] == [SettlementState.CANCELLED, SettlementState.OWED]
    assert (await books.balances())[f"payable payee:{owner}"] == -800


async def test_what_is_agreed_and_settled_stays(books):
    owner, operator = await books.payee(), await books.payee("Operator")
    first = await books.agree(owner, electricity_permille=600)
    await books.agree(operator, takes_rest=True)
    another = await books.payee("Another")
    assert await books.refuse(books.agreement(another, electricity_permille=401)) == "conflict.agreement_shares"
    assert await books.refuse(books.agreement(another, takes_rest=True)) == "conflict.agreement_shares"
    assert await books.refuse(books.agreement(another, electricity_permille=1001)) == "invalid.agreement"
    assert await books.refuse(books.agreement("nobody", per_session=1)) == "not_found.payee"
    assert await books.refuse(books.agreement(another, per_session=1, site_id="nowhere")) == "not_found"
    await books.sell("s1", at=EARLY)
    await books.close()
    made = await books.run()
    assert len(made) == 2
    assert await books.run(day=date(2026, 2, 9), period=PeriodKind.WEEK) == ()
    assert await books.refuse(books.wish(day=date(2026, 2, 3), period=PeriodKind.WEEK)) == (
        "conflict.settlement_period"
    )
    for settlement_id in made:
        await books.ask(approve(settlement_id))
    assert await books.refuse(books.agreement(another, per_session=1)) == "conflict.agreement_settled"
    await books.agree(another, per_session=1, valid_from=date(2026, 3, 1))
    end = EndAgreement(operator_id="one", actor=MAKER, agreement_id=first.agreement_id, valid_until=date(2026, 2, 1))
    assert await books.refuse(end) == "conflict.agreement_settled"
    ended = await books.ask(msgspec.structs.replace(end, valid_until=date(2026, 3, 1)))
    assert ended.valid_until == date(2026, 3, 1)


async def test_drafts_are_made_by_themselves_once(books):
    owner = await books.payee()
    await books.agree(owner, service_permille=500)
    await books.sell("s1", at=LATE, service=301)
    terms = SettlementTerms(is_automatic=True, payer_name="One", payer_iban="DE89 3704 0044 0532 0130 00")
    assert (await books.ask(SetSettlementTerms(operator_id="one", actor=MAKER, terms=terms))).payer_iban == (
        "DE89370400440532013000"
    )
    wrong = msgspec.structs.replace(terms, payer_iban="DE88370400440532013000")
    assert await books.refuse(SetSettlementTerms(operator_id="one", actor=MAKER, terms=wrong)) == "invalid.iban"
    books.house.clock.instant = datetime(2026, 3, 1, 0, 5, tzinfo=UTC)
    assert await books.ask(RunDueSettlements()) == 0
    await books.close()
    assert await books.ask(RunDueSettlements()) == 1
    assert await books.ask(RunDueSettlements()) == 0
    [draft] = await books.list()
    assert (draft.payable, draft.made_by) == (150, "system:settlement")


async def test_who_has_no_account_is_not_paid_out(books):
    owner = await books.payee(iban="")
    await books.agree(owner, electricity_permille=10)
    await books.sell("s1", at=EARLY)
    await books.close()
    [settlement_id] = await books.run()
    assert await books.refuse(pay_out(settlement_id)) == "conflict.settlement_state"
    await books.ask(approve(settlement_id))
    assert await books.refuse(pay_out(settlement_id)) == "conflict.payee_account"
    assert await books.refuse(pay_out(settlement_id, day=date(2026, 3, 1))) == "invalid.payout"
    assert await books.refuse(pay_out("0" * 32)) == "not_found.settlement"
    books_of_another = msgspec.structs.replace(approve(settlement_id), operator_id="two")
    assert await books.refuse(books_of_another) == "not_found.settlement"


@pytest.mark.parametrize(
    ("zone", "amount"), [("Europe/Rome", 11_000), ("America/New_York", 11_000), ("Pacific/Auckland", 1_000)]
)
async def test_no_hour_is_settled_twice_or_never_when_the_clocks_have_changed(books, zone, amount):
    owner = await books.payee()
    agreed = await books.agree(owner, electricity_permille=1000)
    terms = SettlementTerms(is_automatic=True)
    await books.ask(SetSettlementTerms(operator_id="one", actor=MAKER, terms=terms))
    ends = [
        datetime(2026, 2, 28, 23, 30, tzinfo=UTC),
        datetime(2026, 3, 1, 2, tzinfo=UTC),
        datetime(2026, 3, 31, 21, tzinfo=UTC),
    ]
    for number, at in enumerate(ends):
        await books.sell(f"s{number}", at=at, electricity=100 * 10**number)
    await books.close()
    [february] = await books.run()
    books.zone = zone
    await books.ask(approve(february))
    await books.close(datetime(2026, 4, 2, 6, tzinfo=UTC))
    assert await books.ask(RunDueSettlements()) == 1
    first, second = await books.list()
    assert (first.amount, second.amount) == (100, amount)  # in Auckland the last sale is one of April
    assert second.since == first.until
    assert await books.ask(RunDueSettlements()) == 0
    assert await books.run() == ()
    anew = books.agreement(owner, valid_from=date(2026, 2, 28), site_id="north", per_session=1)
    assert await books.refuse(anew) == "conflict.agreement_settled"
    await books.ask(approve(second.settlement_id, OTHER))
    await books.ask(
        EndAgreement(operator_id="one", actor=MAKER, agreement_id=agreed.agreement_id, valid_until=date(2026, 4, 1))
    )
