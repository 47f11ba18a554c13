"""Offers are taken off prices, each with a line of its own; coupons and included energy are used once, not twice."""

import asyncio
import json
from datetime import timedelta

import pytest

from busbar.canon.access import Decision, IdToken, Verdict
from busbar.canon.offers import (
    Audience,
    CollectDues,
    CreateCoupon,
    EndCoupon,
    JoinPlan,
    LeavePlan,
    PlanMonthDue,
    PutOffer,
    PutPlan,
    RedeemCoupon,
    ResolveOffers,
)
from busbar.canon.pricing import LineKind
from busbar.canon.tariffs import Scope
from busbar.db.job_desk import SqlJobQueue
from busbar.domain.billing.service import BillingService
from busbar.domain.billing.sql import SqlBillingStore
from busbar.domain.billing.tables import coupon_redemptions, coupons, offer_uses, price_revisions
from busbar.kernel.errors import BusbarError

from .conftest import ACTOR, OPERATOR, per_kwh

HALF = {"kind": "percentage", "value": "50"}
FIVE = {"kind": "fixed", "value": "5"}


class Shop:
    """What staff and drivers do with offers."""

    def __init__(self, billing):
        self.billing = billing
        self.dispatch = billing.core.dispatch
        billing.decisions["TAG-1"] = Decision(verdict=Verdict.ACCEPTED, driver_id="ada", is_concurrent_allowed=True)

    async def offer(self, terms, audience=Audience.EVERYBODY, *, name="Offer", **more):
        more = {"operator_id": OPERATOR, "actor": ACTOR, **more}
        return await self.dispatch(PutOffer(name=name, terms_json=json.dumps(terms), audience=audience, **more))

    async def coupon(self, code="SPRING", terms=FIVE, *, currency="EUR", site_ids=(), **more):
        offer = await self.offer(terms, Audience.COUPON, name=code, currency=currency, site_ids=site_ids)
        wish = CreateCoupon(operator_id=OPERATOR, actor=ACTOR, offer_id=offer.offer_id, code=code, **more)
        return await self.dispatch(wish)

    async def redeem(self, code="SPRING", driver="ada", *, operator=OPERATOR):
        return await self.dispatch(RedeemCoupon(operator_id=operator, driver_id=driver, code=code))

    async def plan(self, **more):
        known = {"name": "Plus", "currency": "EUR", "monthly_price": 999, "included_wh": 15_000}
        return await self.dispatch(PutPlan(operator_id=OPERATOR, actor=ACTOR, **known | more))

    async def join(self, plan, driver="ada"):
        return await self.dispatch(JoinPlan(operator_id=OPERATOR, actor=ACTOR, plan_id=plan.plan_id, driver_id=driver))


@pytest.fixture
async def shop(billing):
    await billing.offer("Public", per_kwh("0.50"))
    return Shop(billing)


async def test_a_campaign_holds_for_its_time_and_has_a_line_that_names_it(shop):
    billing = shop.billing
    until = billing.at(5000)
    await shop.offer(HALF, name="Spring week", valid_until=until)
    await billing.charge(wh=10_000)
    (priced,) = billing.priced()
    assert [(line.kind, line.gross, line.reason) for line in priced.lines] == [
        (LineKind.ENERGY, 500, ""), (LineKind.DISCOUNT, -250, "Spring week"),
    ]  # fmt: skip
    assert priced.totals.gross == 250
    await billing.charge(begin=6000, end=7000, wh=10_000)
    assert billing.priced()[-1].totals.gross == 500


async def test_offers_are_for_whom_and_where_they_are(shop):
    billing = shop.billing
    billing.add_site("site-1", "S2")
    await shop.offer(HALF, Audience.DRIVER, subject="somebody")
    await shop.offer(HALF, Audience.GROUP, subject="staff")
    await shop.offer(HALF, site_ids=("site-1",))
    await shop.offer({"kind": "fixed", "value": "1"}, currency="CHF")
    await billing.charge(wh=10_000)
    await billing.charge(begin=4000, end=5000, wh=10_000, station="S2")
    assert [fact.totals.gross for fact in billing.priced()] == [500, 250]
    fleet = await shop.offer({"kind": "percentage", "value": "40"}, Audience.COMPANY, subject="company-1")
    await billing.charge(begin=5100, end=5200, wh=10_000)
    billing.companies["ada"] = "company-1"
    await billing.charge(begin=5300, end=5400, wh=10_000)
    assert [fact.totals.gross for fact in billing.priced()][2:] == [500, 300]
    await shop.offer({"kind": "percentage", "value": "40"}, Audience.COUPON, offer_id=fleet.offer_id)
    await shop.offer({"kind": "percentage", "value": "10"}, Audience.DRIVER, subject="ada")
    await billing.charge(begin=6000, end=7000, wh=10_000)
    assert billing.priced()[-1].totals.gross == 450


async def test_a_coupon_is_redeemed_once_and_used_for_one_session(shop):
    billing = shop.billing
    await shop.coupon()
    first = await shop.redeem(" spring ")
    assert await shop.redeem() == first
    await billing.charge(wh=20_000)
    await billing.charge(begin=4000, end=5000, wh=20_000)
    assert [fact.totals.gross for fact in billing.priced()] == [500, 1000]
    (row,) = await billing.read(coupon_redemptions)
    assert row["session_id"] == billing.priced()[0].session_id
    (coupon,) = await billing.read(coupons)
    assert (coupon["uses"], coupon["spent"]) == (1, 500)


async def test_a_corrected_session_uses_its_coupon_again_and_no_other(shop):
    billing = shop.billing
    await shop.coupon(budget=10_000)
    await shop.redeem()
    reply = await billing.say(billing.start16(0))
    await billing.rest()
    billing.pass_time(minutes=30)
    await billing.say_samples(billing.sample(1700, 4000), ref=reply.transaction_ref)
    await billing.close((await billing.sessions())[0]["session_id"])
    await billing.say(billing.stop16(reply.transaction_ref, 1750, wh=20_000))
    await billing.rest()
    assert [fact.totals.gross for fact in billing.priced()] == [0, 500]
    (coupon,) = await billing.read(coupons)
    assert (coupon["uses"], coupon["spent"]) == (1, 500)
    assert [row["amount"] for row in await billing.read(offer_uses)] == [500]


async def test_a_budget_is_never_overspent(shop):
    billing = shop.billing
    await shop.coupon(budget=700)
    billing.decisions["TAG-2"] = Decision(verdict=Verdict.ACCEPTED, driver_id="eve")
    billing.add_station("S2")
    await shop.redeem()
    await shop.redeem(driver="eve")
    await billing.charge(wh=20_000)
    await billing.charge(begin=4000, end=5000, wh=20_000, station="S2", token=IdToken(value="TAG-2"))
    assert [fact.totals.gross for fact in billing.priced()] == [500, 800]
    (coupon,) = await billing.read(coupons)
    assert coupon["spent"] == 700


async def test_what_cannot_be_redeemed(shop, refuse):
    coupon = await shop.coupon(uses_max=1)
    assert await refuse(shop.redeem("NOTHING")) == "not_found.coupon"
    assert await refuse(shop.redeem("; drop")) == "not_found.coupon"
    assert await refuse(shop.redeem(operator="other")) == "not_found.coupon"
    await shop.redeem()
    assert await refuse(shop.redeem(driver="eve")) == "conflict.coupon_used_up"
    await shop.dispatch(EndCoupon(operator_id=OPERATOR, actor=ACTOR, coupon_id=coupon.coupon_id))
    assert await refuse(shop.redeem(driver="eve")) == "not_found.coupon"
    assert (await shop.redeem()).driver_id == "ada"  # who has it keeps it


async def test_a_single_coupon_is_had_once_under_concurrency(shop):
    billing = shop.billing
    await shop.coupon("ONLYONE", uses_max=1)
    other = billing.house.restart()
    room = BillingService(store=SqlBillingStore(), ids=billing.house.ids, jobs=SqlJobQueue(billing.house.ids))
    other.register(room.handlers())
    await other.start(has_everything=False)

    async def ask(core, number):
        try:
            wish = RedeemCoupon(operator_id=OPERATOR, driver_id=f"driver{number}", code="ONLYONE")
            return (await core.dispatch(wish)).driver_id
        except BusbarError as error:
            return error.code

    cores = (billing.core, other)
    answers = await asyncio.gather(*(ask(cores[number % 2], number) for number in range(12)))
    assert sum(answer.startswith("driver") for answer in answers) == 1
    assert answers.count("conflict.coupon_used_up") == 11
    assert len(await billing.read(coupon_redemptions)) == 1


async def test_a_plan_has_energy_each_month_a_tariff_and_an_end(shop):
    billing = shop.billing
    plan = await shop.plan()
    member = await billing.offer("Members", per_kwh("0.40"), Scope.PLAN, plan.plan_id)
    await shop.join(plan)
    await billing.charge(wh=10_000)
    await billing.charge(begin=4000, end=5000, wh=10_000)
    assert [(fact.tariff_id, fact.totals.gross) for fact in billing.priced()] == [
        (member.tariff_id, 0), (member.tariff_id, 200),
    ]  # fmt: skip
    assert [row["energy_wh"] for row in await billing.read(offer_uses, offer_uses.c.at)] == [10_000, 5_000]
    billing.house.clock.advance(timedelta(days=31))
    month = 31 * 86_400
    await billing.charge(begin=month, end=month + 3600, wh=10_000)
    assert billing.priced()[-1].totals.gross == 0
    await shop.dispatch(LeavePlan(operator_id=OPERATOR, actor=ACTOR, plan_id=plan.plan_id, driver_id="ada"))
    await billing.charge(begin=month + 4000, end=month + 5000, wh=10_000)
    assert (billing.priced()[-1].tariff_name, billing.priced()[-1].totals.gross) == ("Public", 500)


async def test_what_a_member_did_not_spend_of_the_minimum_is_asked_for_once(shop):
    billing, clock = shop.billing, shop.billing.house.clock
    plan = await shop.plan(monthly_price=0, included_wh=0, monthly_minimum=1000, tax_permille=220)
    await shop.join(plan, "ada")
    await shop.join(plan, "bob")
    await billing.charge(wh=10_000)
    spent = billing.priced()[-1].totals.gross
    assert 0 < spent < 1000
    assert await shop.dispatch(CollectDues()) == 0, "the month is not over"
    clock.advance(timedelta(days=35))
    assert await shop.dispatch(CollectDues()) == 2
    assert await shop.dispatch(CollectDues()) == 0
    assert sorted((due.driver_id, due.amount) for due in billing.dues) == [("ada", 1000 - spent), ("bob", 1000)]
    assert all(len(due.transfer_id) <= 64 for due in billing.dues)
    told = billing.facts(PlanMonthDue)
    assert {(fact.month, fact.is_minimum) for fact in told} == {("2026-03", True)}


async def test_each_month_of_a_plan_is_asked_for_once(shop):
    billing, clock = shop.billing, shop.billing.house.clock
    plan, free = await shop.plan(monthly_price=1220, tax_permille=220), await shop.plan(name="Free", monthly_price=0)
    for driver in ("ada", "bob", "cy"):
        await shop.join(plan, driver)
    await shop.join(free)
    assert await shop.dispatch(CollectDues(limit=2)) == 2
    assert await shop.dispatch(CollectDues(limit=2)) == 1
    assert await shop.dispatch(CollectDues()) == 0
    leave = LeavePlan(operator_id=OPERATOR, actor=ACTOR, plan_id=plan.plan_id, driver_id="ada")
    await shop.dispatch(leave)
    clock.advance(timedelta(minutes=1))
    await shop.join(plan)
    assert await shop.dispatch(CollectDues()) == 0
    await shop.dispatch(leave)
    clock.advance(timedelta(days=31))
    await shop.dispatch(LeavePlan(operator_id=OPERATOR, actor=ACTOR, plan_id=plan.plan_id, driver_id="bob"))
    assert await shop.dispatch(CollectDues()) == 2
    assert [(due.driver_id, due.reason) for due in billing.dues[3:]] == [
        ("bob", "Plus 2026-04"),
        ("cy", "Plus 2026-04"),
    ]
    assert {(due.amount, due.tax, due.currency) for due in billing.dues} == {(1220, 220, "EUR")}
    assert len({due.transfer_id for due in billing.dues}) == 5
    assert all(len(due.transfer_id) <= 64 for due in billing.dues)
    clock.advance(timedelta(days=31))
    assert await shop.dispatch(CollectDues()) == 1


async def test_what_is_no_offer_coupon_or_plan(shop, refuse):
    assert await refuse(shop.offer({"kind": "magic", "value": "1"})) == "invalid.offer"
    assert await refuse(shop.offer({"kind": "percentage", "value": "101"})) == "invalid.offer"
    assert await refuse(shop.offer({"kind": "fixed", "value": "-1"}, currency="EUR")) == "invalid.offer"
    assert await refuse(shop.offer(FIVE)) == "invalid.offer"  # an amount of which currency?
    assert await refuse(shop.offer(HALF, Audience.DRIVER)) == "invalid.assignment"
    assert await refuse(shop.offer(HALF, offer_id="none")) == "not_found.offer"
    assert await refuse(shop.coupon("x")) == "invalid.coupon"
    await shop.coupon("TWICE")
    assert await refuse(shop.coupon("twice")) == "conflict.coupon_code"
    assert await refuse(shop.plan(currency="euro")) == "invalid.plan"
    assert await refuse(shop.plan(monthly_price=-1)) == "invalid.plan"
    assert await refuse(shop.plan(tax_permille=1001)) == "invalid.plan"
    closed = await shop.plan(is_open=False)
    assert await refuse(shop.join(closed)) == "conflict.plan_closed"


async def test_repeats_change_nothing_and_every_write_is_audited(shop):
    billing = shop.billing
    made = await shop.offer(HALF, name="Spring")
    billing.pass_time(hours=1)
    again = await shop.offer(HALF, name="Spring", offer_id=made.offer_id)
    assert again == made
    plan = await shop.plan()
    assert await shop.plan(plan_id=plan.plan_id) == plan
    joined = await shop.join(plan)
    assert await shop.join(plan) == joined
    actions = [audit.action for audit in billing.audits if not audit.action.startswith("tariff.")]
    assert actions == ["offer.create", "plan.create", "plan.join"]


async def test_what_a_session_would_have_is_what_it_then_has(shop):
    await shop.offer({"kind": "percentage", "value": "10"}, name="Everybody")
    await shop.offer({"kind": "percentage", "value": "20"}, Audience.GROUP, name="Fleet", subject="fleet")
    await shop.coupon()
    await shop.redeem()
    plan = await shop.plan()
    await shop.join(plan)

    async def names(**who):
        wish = ResolveOffers(
            operator_id=OPERATOR, at=shop.billing.house.clock.now(), station_id="S1", currency="EUR", **who
        )
        return {each["name"] for each in json.loads((await shop.dispatch(wish)).offers_json)}

    assert await names() == {"Everybody"}
    assert await names(group="FLEET") == {"Everybody", "Fleet"}
    expected = {"Everybody", "SPRING", "Plus"}
    assert await names(driver_id="ada") == expected
    assert await names(driver_id="ada") == expected, "nothing was taken from any of them"
    await shop.billing.charge(wh=60_000)
    (priced,) = shop.billing.priced()
    held = {line.offer_id for line in priced.lines if line.offer_id}
    assert len(held) == len(expected)


async def test_every_kind_of_offer_through_a_session(shop):
    wishes = [
        ({"kind": "staff_price", "value": "0.2"}, 200),
        ({"kind": "free_energy", "value": "4"}, 300),
        ({"kind": "percentage", "value": "10", "min_amount": "5.01"}, 500),
        ({"kind": "percentage", "value": "10", "min_amount": "5"}, 450),
        ({"kind": "fixed", "value": "2", "shares": ["service"]}, 500),
        ({"kind": "percentage", "value": "90", "max_amount": "1"}, 400),
    ]
    kept = await shop.offer(wishes[0][0], currency="EUR")
    for number, (terms, gross) in enumerate(wishes):
        await shop.offer(terms, currency="EUR", offer_id=kept.offer_id)
        await shop.billing.charge(begin=number * 7200, end=number * 7200 + 3600)
        priced = shop.billing.priced()[-1]
        assert (priced.totals.gross, sum(line.gross for line in priced.lines)) == (gross, gross), terms
        assert {line.offer_id for line in priced.lines} == ({None} if gross == 500 else {None, kept.offer_id})
    await shop.offer({"kind": "percentage", "value": "30", "is_exclusive": True}, name="Alone")
    await shop.billing.charge(begin=86_400, end=90_000)
    assert shop.billing.priced()[-1].totals.gross == 350, "of one alone and one for a euro, what costs less"


async def list_refusals(shop):
    rows = await shop.billing.read(price_revisions, price_revisions.c.priced_at)
    told = json.loads(rows[-1]["refusals"])
    return {(each["name"], each.get("source", "offer"), each["reason"]) for each in told}


async def test_a_price_keeps_why_an_offer_took_nothing_off(shop):
    billing = shop.billing
    billing.add_site("site-1", "S2")
    await shop.offer({"kind": "fixed", "value": "1", "min_amount": "9"}, name="Big charges", currency="EUR")
    await shop.coupon("ELSEWHERE", site_ids=("site-1",))
    await shop.coupon("FRANCS", currency="CHF")
    await shop.coupon("SPENT", budget=500)
    await shop.coupon("SPRING", {"kind": "fixed", "value": "2"})
    await shop.coupon("AUTUMN")
    plan = await shop.plan(included_wh=1000)
    await shop.join(plan)
    billing.decisions["TAG-2"] = Decision(verdict=Verdict.ACCEPTED, driver_id="eve")
    billing.add_station("S3")
    await shop.redeem("SPENT", "eve")
    for code in ("ELSEWHERE", "FRANCS", "SPENT", "SPRING", "AUTUMN"):
        await shop.redeem(code)
    await billing.charge(wh=20_000, station="S3", token=IdToken(value="TAG-2"))
    assert await list_refusals(shop) == set()
    await billing.charge(begin=4000, end=5000, wh=10_000)
    assert await list_refusals(shop) == {
        ("Big charges", "offer", "below_minimum"),
        ("ELSEWHERE", "coupon", "elsewhere"),
        ("FRANCS", "coupon", "other_currency"),
        ("SPENT", "coupon", "budget_spent"),
        ("AUTUMN", "coupon", "one_coupon"),
    }
    assert billing.priced()[-1].totals.gross == 250, "a spent coupon stands in the way of none: 5.00 - 0.50 - 2.00"
    await billing.charge(begin=6000, end=7000, wh=4_000)
    assert ("Plus", "plan", "energy_used_up") in await list_refusals(shop)
