from typing import Annotated

import msgspec
from fastapi import APIRouter, Query

from busbar.api.bodies.offers import (
    CouponBatchBody,
    CouponBody,
    OfferBody,
    OfferPreviewBody,
    PlanBody,
    PlanMemberBody,
    RedeemBody,
)
from busbar.api.callers import PriceKeeper, Reader, SignedInDriver, StaffCaller
from busbar.api.once import perform
from busbar.api.paging import bound_rows
from busbar.api.parameters import IdempotencyKey, KeyPath
from busbar.api.services import Given
from busbar.canon import offers as commands
from busbar.canon.offers import (
    CreateCoupon,
    CreateCoupons,
    EndCoupon,
    JoinPlan,
    LeavePlan,
    PutOffer,
    PutPlan,
    RedeemCoupon,
)
from busbar.canon.tenants import FindOperator
from busbar.kernel.ids import CouponId, DriverId, OfferId, PlanId
from busbar.rating.taxes import fill_taxes
from busbar.views import drivers, offer_examples, offers
from busbar.views.quotes import Charge, find_rates
from busbar.views.shapes.offers import (
    Coupon,
    CouponBatch,
    CouponPage,
    CouponUsePage,
    MemberPage,
    Offer,
    OfferPage,
    OfferPreview,
    OfferTerms,
    OwnCouponList,
    OwnPlanList,
    Plan,
    PlanPage,
)

router = APIRouter(tags=["offers"])
driver_router = APIRouter(prefix="/driver", tags=["driver"])


@router.get("/offers")
async def list_offers(caller: Reader, services: Given, query: Annotated[offers.OfferQuery, Query()]) -> OfferPage:
    """List what takes something off prices."""
    async with services.databases.read() as connection:
        return await offers.list_offers(connection, caller.scope, query, limit=bound_rows(services, query))


@router.post("/offers", status_code=201)
async def create_offer(caller: PriceKeeper, services: Given, body: OfferBody, key: IdempotencyKey = None) -> Offer:
    """Make an offer."""
    made = await perform(services, caller, _wish_offer(caller, body, None), key=key, reply=commands.Offer)
    return await _read_offer(services, caller, made.offer_id)


@router.post("/offers/preview")
async def preview_offer(caller: Reader, services: Given, body: OfferPreviewBody) -> OfferPreview:
    """Show a receipt without and with an offer, beside others, before it is written. Keeps nothing."""
    draft = offer_examples.read_candidate(body.name, _write_terms(body.terms), body.currency)
    async with services.databases.read() as connection:
        tariff_name, terms = await offer_examples.read_draft(connection, caller.scope, body.tariff_id)
        others = await offer_examples.list_candidates(connection, caller.scope, body.with_offers)
        taxes = await find_rates(connection, caller.operator_id)
    operator = await services.dispatcher.dispatch(FindOperator(operator_id=caller.operator_id))
    charge = Charge(energy_wh=body.energy_wh, duration_s=body.duration_s, starts_at=services.clock.now())
    return offer_examples.preview_offers(
        [draft, *others], fill_taxes(terms, taxes), tariff_name=tariff_name, charge=charge, zone=operator.zone
    )


@router.get("/offers/{offer_id}")
async def get_offer(caller: Reader, services: Given, offer_id: KeyPath) -> Offer:
    """Show an offer, and what it took off so far."""
    return await _read_offer(services, caller, offer_id)


@router.put("/offers/{offer_id}")
async def put_offer(caller: PriceKeeper, services: Given, offer_id: KeyPath, body: OfferBody) -> Offer:
    """Make an offer exactly this; sessions that have their price keep it."""
    await services.dispatcher.dispatch(_wish_offer(caller, body, OfferId(offer_id)))
    return await _read_offer(services, caller, offer_id)


@router.get("/coupons")
async def list_coupons(caller: Reader, services: Given, query: Annotated[offers.CouponQuery, Query()]) -> CouponPage:
    """List coupons, the newest first."""
    async with services.databases.read() as connection:
        return await offers.list_coupons(connection, caller.scope, query, limit=bound_rows(services, query))


@router.post("/coupons", status_code=201)
async def create_coupon(caller: PriceKeeper, services: Given, body: CouponBody, key: IdempotencyKey = None) -> Coupon:
    """Give an offer a code: single (`uses_max` 1), shared, or with a budget."""
    wish = CreateCoupon(
        operator_id=caller.operator_id,
        actor=caller.actor,
        offer_id=OfferId(body.offer_id),
        code=body.code,
        uses_max=body.uses_max,
        budget=body.budget,
        valid_until=body.valid_until,
    )
    made = await perform(services, caller, wish, key=key, reply=commands.Coupon)
    return await _read_coupon(services, caller, made.coupon_id)


@router.post("/coupons/batch", status_code=201)
async def create_coupons(
    caller: PriceKeeper, services: Given, body: CouponBatchBody, key: IdempotencyKey = None
) -> CouponBatch:
    """Give an offer many codes with the same bounds: all of them, or none."""
    wish = CreateCoupons(
        operator_id=caller.operator_id,
        actor=caller.actor,
        offer_id=OfferId(body.offer_id),
        codes=tuple(body.codes),
        uses_max=body.uses_max,
        budget=body.budget,
        valid_until=body.valid_until,
    )
    made = await perform(services, caller, wish, key=key, reply=commands.CouponBatch)
    return CouponBatch(offer_id=made.offer_id, codes=list(made.codes))


@router.get("/coupons/{coupon_id}")
async def get_coupon(caller: Reader, services: Given, coupon_id: KeyPath) -> Coupon:
    """Show a coupon, and what it took off so far."""
    return await _read_coupon(services, caller, coupon_id)


@router.get("/coupons/{coupon_id}/uses")
async def list_coupon_uses(
    caller: Reader, services: Given, coupon_id: KeyPath, query: Annotated[offers.CouponUseQuery, Query()]
) -> CouponUsePage:
    """List who redeemed a coupon, the newest first, and what it took off."""
    async with services.databases.read() as connection:
        await offers.read_coupon(connection, caller.scope, coupon_id)
        return await offers.list_coupon_uses(
            connection, caller.scope, coupon_id, query, limit=bound_rows(services, query)
        )


@router.post("/coupons/{coupon_id}/end")
async def end_coupon(caller: PriceKeeper, services: Given, coupon_id: KeyPath) -> Coupon:
    """Let a coupon be redeemed no more; who has redeemed it keeps it."""
    await services.dispatcher.dispatch(
        EndCoupon(operator_id=caller.operator_id, actor=caller.actor, coupon_id=CouponId(coupon_id))
    )
    return await _read_coupon(services, caller, coupon_id)


@router.get("/plans")
async def list_plans(caller: Reader, services: Given, query: Annotated[offers.PlanQuery, Query()]) -> PlanPage:
    """List membership plans."""
    async with services.databases.read() as connection:
        return await offers.list_plans(
            connection, caller.scope, query, limit=bound_rows(services, query), now=services.clock.now()
        )


@router.post("/plans", status_code=201)
async def create_plan(caller: PriceKeeper, services: Given, body: PlanBody, key: IdempotencyKey = None) -> Plan:
    """Make a membership plan. Tariffs and offers are given to its members by its id."""
    made = await perform(services, caller, _wish_plan(caller, body, None), key=key, reply=commands.Plan)
    return await _read_plan(services, caller, made.plan_id)


@router.get("/plans/{plan_id}")
async def get_plan(caller: Reader, services: Given, plan_id: KeyPath) -> Plan:
    """Show a membership plan."""
    return await _read_plan(services, caller, plan_id)


@router.put("/plans/{plan_id}")
async def put_plan(caller: PriceKeeper, services: Given, plan_id: KeyPath, body: PlanBody) -> Plan:
    """Make a plan exactly this."""
    await services.dispatcher.dispatch(_wish_plan(caller, body, PlanId(plan_id)))
    return await _read_plan(services, caller, plan_id)


@router.get("/plans/{plan_id}/members")
async def list_plan_members(
    caller: Reader, services: Given, plan_id: KeyPath, query: Annotated[offers.MemberQuery, Query()]
) -> MemberPage:
    """List who is and was a member of a plan, the newest first."""
    async with services.databases.read() as connection:
        await offers.read_plan(connection, caller.scope, plan_id, now=services.clock.now())
        return await offers.list_members(connection, caller.scope, plan_id, query, limit=bound_rows(services, query))


@router.post("/plans/{plan_id}/members", status_code=204)
async def add_plan_member(caller: PriceKeeper, services: Given, plan_id: KeyPath, body: PlanMemberBody) -> None:
    """Make a driver a member from now on."""
    async with services.databases.read() as connection:
        await drivers.check_driver(connection, caller.scope, body.driver_id)
    await services.dispatcher.dispatch(
        JoinPlan(
            operator_id=caller.operator_id,
            actor=caller.actor,
            plan_id=PlanId(plan_id),
            driver_id=DriverId(body.driver_id),
        )
    )


@router.delete("/plans/{plan_id}/members/{driver_id}", status_code=204)
async def remove_plan_member(caller: PriceKeeper, services: Given, plan_id: KeyPath, driver_id: KeyPath) -> None:
    """End a driver's membership now."""
    await services.dispatcher.dispatch(
        LeavePlan(
            operator_id=caller.operator_id, actor=caller.actor, plan_id=PlanId(plan_id), driver_id=DriverId(driver_id)
        )
    )


@driver_router.get("/coupons")
async def list_my_coupons(caller: SignedInDriver, services: Given) -> OwnCouponList:
    """List one's own coupons: those that wait for a charge, and those that had one."""
    async with services.databases.read() as connection:
        return await offers.list_own_coupons(connection, caller.driver_id)


@driver_router.post("/coupons")
async def redeem_coupon(caller: SignedInDriver, services: Given, body: RedeemBody) -> OwnCouponList:
    """Redeem a code: the next charge has its offer. A repeat changes nothing."""
    await services.dispatcher.dispatch(
        RedeemCoupon(operator_id=caller.operator_id, driver_id=caller.driver_id, code=body.code)
    )
    async with services.databases.read() as connection:
        return await offers.list_own_coupons(connection, caller.driver_id)


@driver_router.get("/plans")
async def list_my_plans(caller: SignedInDriver, services: Given) -> OwnPlanList:
    """List the plans that one may join or is a member of."""
    return await _read_own_plans(services, caller)


@driver_router.post("/plans/{plan_id}/join")
async def join_plan(caller: SignedInDriver, services: Given, plan_id: KeyPath) -> OwnPlanList:
    """Become a member from now on. A repeat changes nothing."""
    await services.dispatcher.dispatch(
        JoinPlan(
            operator_id=caller.operator_id, actor=caller.actor, plan_id=PlanId(plan_id), driver_id=caller.driver_id
        )
    )
    return await _read_own_plans(services, caller)


@driver_router.post("/plans/{plan_id}/leave")
async def leave_plan(caller: SignedInDriver, services: Given, plan_id: KeyPath) -> OwnPlanList:
    """End one's membership now."""
    await services.dispatcher.dispatch(
        LeavePlan(
            operator_id=caller.operator_id, actor=caller.actor, plan_id=PlanId(plan_id), driver_id=caller.driver_id
        )
    )
    return await _read_own_plans(services, caller)


async def _read_own_plans(services: Given, caller: SignedInDriver) -> OwnPlanList:
    async with services.databases.read() as connection:
        return await offers.list_own_plans(
            connection, operator_id=caller.operator_id, driver_id=caller.driver_id, now=services.clock.now()
        )


def _write_terms(terms: OfferTerms) -> str:
    return msgspec.json.encode(terms.model_dump(mode="json", exclude_defaults=True)).decode()


def _wish_offer(caller: StaffCaller, body: OfferBody, offer_id: OfferId | None) -> PutOffer:
    return PutOffer(
        operator_id=caller.operator_id,
        actor=caller.actor,
        offer_id=offer_id,
        name=body.name,
        terms_json=_write_terms(body.terms),
        audience=body.audience,
        subject=body.subject,
        site_ids=tuple(body.site_ids),
        currency=body.currency,
        valid_from=body.valid_from,
        valid_until=body.valid_until,
    )


def _wish_plan(caller: StaffCaller, body: PlanBody, plan_id: PlanId | None) -> PutPlan:
    return PutPlan(
        operator_id=caller.operator_id,
        actor=caller.actor,
        plan_id=plan_id,
        name=body.name,
        currency=body.currency,
        monthly_price=body.monthly_price,
        included_wh=body.included_wh,
        is_open=body.is_open,
        tax_permille=body.tax_permille,
        monthly_minimum=body.monthly_minimum,
    )


async def _read_offer(services: Given, caller: StaffCaller, offer_id: str) -> Offer:
    async with services.databases.read() as connection:
        return await offers.read_offer(connection, caller.scope, offer_id)


async def _read_coupon(services: Given, caller: StaffCaller, coupon_id: str) -> Coupon:
    async with services.databases.read() as connection:
        return await offers.read_coupon(connection, caller.scope, coupon_id)


async def _read_plan(services: Given, caller: StaffCaller, plan_id: str) -> Plan:
    async with services.databases.read() as connection:
        return await offers.read_plan(connection, caller.scope, plan_id, now=services.clock.now())
