"""Offers, coupons and plans: kept by people, taken off prices, each use accounted for once."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from busbar.canon.access import FindDriverGroup
from busbar.canon.debts import FindDriverCompany
from busbar.canon.offers import (
    Audience,
    Coupon,
    CouponBatch,
    CouponRedeemed,
    CreateCoupon,
    CreateCoupons,
    EndCoupon,
    JoinPlan,
    LeavePlan,
    Membership,
    MembershipChanged,
    Offer,
    OfferChanged,
    Plan,
    PlanChanged,
    PutOffer,
    PutPlan,
    RedeemCoupon,
    Redemption,
    ResolvedOffers,
    ResolveOffers,
)
from busbar.canon.tariffs import Scope
from busbar.canon.tenants import RecordAudit
from busbar.domain.billing import offering
from busbar.domain.billing.model import read_subject
from busbar.domain.billing.offering import Held, Standing
from busbar.domain.billing.prices import SessionPrice
from busbar.domain.billing.store import OfferStore, OfferUse
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.ids import CouponId, DriverId, IdSource, OfferId, OperatorId, PlanId, SessionId
from busbar.kernel.person import read_name
from busbar.ports.work import UnitOfWork
from busbar.rating.lines import Rated
from busbar.rating.offers import Offer as OfferTerms
from busbar.rating.offers import apply_offers
from busbar.rating.tariff import Tariff as Terms

NO_SESSION = SessionId("")
"""Of a session that has not begun: nothing is written of it."""
OPERATORS_MAX = 1_000
"""Whose offers are held in memory."""
_SCOPES = {
    Audience.GROUP: Scope.GROUP,
    Audience.COMPANY: Scope.COMPANY,
    Audience.DRIVER: Scope.DRIVER,
    Audience.PLAN: Scope.PLAN,
}


class Shelf(NamedTuple):
    """What an operator offers."""

    offers: tuple[Offer, ...]
    plans: tuple[Plan, ...]

    def has(self, audience: Audience) -> bool:
        """Tell whether any offer is for such."""
        return any(offer.audience is audience for offer in self.offers)


class OfferService:
    """Keeps offers, coupons, plans and memberships, and says what a session has of them."""

    def __init__(self, *, store: OfferStore, ids: IdSource) -> None:
        self._store = store
        self._ids = ids
        self._shelves: BoundedDict[OperatorId, Shelf] = BoundedDict(bound=OPERATORS_MAX)

    def forget_all(self) -> None:
        """Look every offer up again: another process changed some."""
        self._shelves.clear()

    # ---- at a session ------------------------------------------------------------------------------------------------

    async def list_plan_ids(
        self, operator_id: OperatorId, driver_id: DriverId, work: UnitOfWork, *, at: datetime
    ) -> tuple[str, ...]:
        """Return the plans that a driver was a member of at an instant: tariffs are assigned to them."""
        shelf = await self._open_shelf(work, operator_id)
        if not shelf.plans:
            return ()
        held = await self._store.list_memberships(work, driver_id)
        return tuple(each.plan_id for each in held if offering.is_member(each, at))

    async def reduce(
        self, price: SessionPrice, rated: Rated, terms: Terms, work: UnitOfWork, *, is_over: bool
    ) -> Rated:
        """Take off a price what the session's offers take off; in the end, write down what each of them gave."""
        shelf = await self._open_shelf(work, price.operator_id)
        if not shelf.offers and not shelf.plans:
            return rated
        before = await self._store.list_uses(work, price.session_id)
        standing = await self._find_standing(price, shelf, before, work)
        held, refused = offering.choose_offers(shelf.offers, price, standing)
        reduced = apply_offers(rated, [each.terms for each in held], terms) if held else rated
        if is_over and (before or reduced.uses):
            await self._account(price, held, reduced, before, work)
        refusals = (*offering.name_sources(reduced.refusals, held), *refused)
        return msgspec.structs.replace(reduced, refusals=refusals)

    async def resolve(self, message: ResolveOffers, work: UnitOfWork) -> ResolvedOffers:
        """Find the offers that a session would have which begins then and there."""
        held = await self.list_offers(message, work)
        return ResolvedOffers(offers_json=msgspec.json.encode(held).decode())

    async def list_offers(self, message: ResolveOffers, work: UnitOfWork) -> list[OfferTerms]:
        """Return the offers that a session would have, as rating takes them."""
        shelf = await self._open_shelf(work, message.operator_id)
        if not shelf.offers and not shelf.plans:
            return []
        at = offering.Beginning(
            session_id=NO_SESSION,
            operator_id=message.operator_id,
            site_id=message.site_id,
            driver_id=message.driver_id,
            token_group=await self._find_group(message, shelf, work),
            zone=message.zone,
            currency=message.currency,
            started_at=message.at,
        )
        standing = await self._find_standing(at, shelf, (), work)
        return [each.terms for each in offering.list_held(shelf.offers, at, standing)]

    async def _find_group(self, message: ResolveOffers, shelf: Shelf, work: UnitOfWork) -> str | None:
        """Return the group with which a driver would charge, also of one who presents no token yet."""
        is_known = message.group is not None or message.driver_id is None
        if is_known or message.driver_id is None or not shelf.has(Audience.GROUP):
            return message.group
        return await work.ask(FindDriverGroup(operator_id=message.operator_id, driver_id=message.driver_id))

    async def find_next_change(self, operator_id: OperatorId, work: UnitOfWork) -> datetime | None:
        """Return when an offer begins or ends by itself."""
        shelf = await self._open_shelf(work, operator_id)
        edges = [edge for each in shelf.offers for edge in (each.valid_from, each.valid_until) if edge is not None]
        return min((edge for edge in edges if edge > work.now), default=None)

    async def _find_standing(
        self, price: offering.Beginning | SessionPrice, shelf: Shelf, before: Sequence[OfferUse], work: UnitOfWork
    ) -> Standing:
        driver_id = price.driver_id
        if driver_id is None:
            return Standing()
        members = {
            each.plan_id
            for each in await self._store.list_memberships(work, driver_id)
            if offering.is_member(each, price.started_at)
        }
        plans = tuple(plan for plan in shelf.plans if plan.plan_id in members)
        month = offering.name_month(price.started_at, price.zone)
        used_wh = {
            plan.plan_id: await self._store.sum_energy(work, driver_id, plan.plan_id, month, without=price.session_id)
            for plan in plans
            if plan.included_wh
        }
        redemptions, coupons = await self._find_coupons(price, driver_id, shelf, before, work)
        company_id = None
        if shelf.has(Audience.COMPANY):
            company_id = await work.ask(FindDriverCompany(operator_id=price.operator_id, driver_id=driver_id))
        return Standing(company_id=company_id, plans=plans, redemptions=redemptions, coupons=coupons, used_wh=used_wh)

    async def _find_coupons(
        self,
        price: offering.Beginning | SessionPrice,
        driver_id: DriverId,
        shelf: Shelf,
        before: Sequence[OfferUse],
        work: UnitOfWork,
    ) -> tuple[tuple[Redemption, ...], tuple[Coupon, ...]]:
        """Return the coupons that the session may have, its own first; their rows stay locked."""
        names = {offer.offer_id: offer.name for offer in shelf.offers}
        listed = await self._store.list_redemptions(work, driver_id)
        wanted = [each for each in listed if each[1] in {None, price.session_id}]
        redemptions: list[Redemption] = []
        coupons: list[Coupon] = []
        for coupon_id, _ in sorted(wanted, key=lambda each: each[1] is None)[: offering.REDEMPTIONS_MAX]:
            coupon = await self._store.load_coupon(work, price.operator_id, coupon_id)
            found = await self._store.find_redemption(work, coupon_id, driver_id)
            if coupon is None or found is None or found[1] not in {None, price.session_id}:
                continue  # another session took it before we had the row
            own = sum(use.amount for use in before if use.coupon_id == coupon_id)
            coupons.append(msgspec.structs.replace(coupon, spent=coupon.spent - own))
            redemptions.append(_write_redemption(coupon, names.get(coupon.offer_id, ""), driver_id, found))
        return tuple(redemptions), tuple(coupons)

    async def _account(
        self,
        price: SessionPrice,
        held: Sequence[Held],
        given: Rated | None,
        before: Sequence[OfferUse],
        work: UnitOfWork,
    ) -> None:
        """Write what each offer gave, and move coupons by what changed."""
        month = offering.name_month(price.started_at, price.zone)
        uses: list[OfferUse] = []
        for each in held:
            use = None if given is None else offering.find_use(given.uses, each.offer_id)
            if use is not None:
                uses.append(
                    OfferUse(
                        session_id=price.session_id, offer_id=each.offer_id, operator_id=price.operator_id,
                        coupon_id=each.coupon_id, plan_id=each.plan_id, driver_id=price.driver_id, month=month,
                        amount=use.amount, energy_wh=int(use.energy_wh), at=work.now,
                    )
                )  # fmt: skip
        await self._store.replace_uses(work, price.session_id, uses)
        touched = {use.coupon_id for use in (*before, *uses) if use.coupon_id is not None}
        for coupon_id in sorted(touched):
            coupon = await self._store.load_coupon(work, price.operator_id, CouponId(coupon_id))
            if coupon is None or price.driver_id is None:
                continue
            gone = sum(use.amount for use in before if use.coupon_id == coupon_id)
            taken = sum(use.amount for use in uses if use.coupon_id == coupon_id)
            await self._store.save_coupon(
                work, msgspec.structs.replace(coupon, spent=coupon.spent - gone + taken), is_new=False
            )
            taker = price.session_id if taken else None
            await self._store.assign_redemption(work, coupon.coupon_id, price.driver_id, taker)

    async def give_back(self, price: SessionPrice, work: UnitOfWork) -> None:
        """Take back what offers gave a session that is no more."""
        before = await self._store.list_uses(work, price.session_id)
        if before:
            await self._account(price, (), None, before, work)

    async def _open_shelf(self, work: UnitOfWork, operator_id: OperatorId) -> Shelf:
        shelf = self._shelves.get(operator_id)
        if shelf is None:
            offers = await self._store.list_offers(work, operator_id)
            shelf = Shelf(tuple(offers), tuple(await self._store.list_plans(work, operator_id)))
            work.keep(self._shelves, operator_id, shelf)
        return shelf

    # ---- offers and coupons ------------------------------------------------------------------------------------------

    async def put_offer(self, message: PutOffer, work: UnitOfWork) -> Offer:
        """Make an offer exactly this."""
        shelf = await self._open_shelf(work, message.operator_id)
        before = next((each for each in shelf.offers if each.offer_id == message.offer_id), None)
        if message.offer_id is not None and before is None:
            raise offering.OfferNotFoundError("no such offer", offer_id=message.offer_id[:64])
        if before is None and len(shelf.offers) >= offering.OFFERS_MAX:
            raise offering.TooManyOffersError(f"an operator has at most {offering.OFFERS_MAX} offers")
        after = self._shape_offer(message, before, work)
        if before is not None and after == before:
            return before
        after = msgspec.structs.replace(after, changed_at=work.now)
        await self._store.save_offer(work, after, is_new=before is None)
        action = "offer.create" if before is None else "offer.change"
        await self._note_offer(work, message.actor, action, after.offer_id, message.operator_id)
        return after

    def _shape_offer(self, message: PutOffer, before: Offer | None, work: UnitOfWork) -> Offer:
        terms = offering.read_terms(message.terms_json)
        if offering.has_amounts(terms) and message.currency is None:
            raise offering.OfferError("an offer of amounts names their currency")
        if message.currency is not None and not offering.CURRENCY.fullmatch(message.currency):
            raise offering.OfferError("give a currency such as EUR")
        valid_from = message.valid_from or (work.now if before is None else before.valid_from)
        if message.valid_until is not None and message.valid_until <= valid_from:
            raise offering.OfferError("an offer ends after it begins")
        scope = _SCOPES.get(message.audience)
        if scope is None and message.subject:
            raise offering.OfferError("this audience has no subject")
        return Offer(
            offer_id=OfferId(self._ids.new()) if before is None else before.offer_id,
            operator_id=message.operator_id,
            name=read_name(message.name),
            terms_json=msgspec.json.encode(terms).decode(),
            audience=message.audience,
            subject="" if scope is None else read_subject(scope, message.subject),
            site_ids=tuple(sorted(set(message.site_ids))),
            currency=message.currency,
            valid_from=valid_from,
            valid_until=message.valid_until,
            created_at=work.now if before is None else before.created_at,
            changed_at=work.now if before is None else before.changed_at,
        )

    async def create_coupon(self, message: CreateCoupon, work: UnitOfWork) -> Coupon:
        """Give an offer a code."""
        wish = CreateCoupons(
            operator_id=message.operator_id, actor=message.actor, offer_id=message.offer_id, codes=(message.code,),
            uses_max=message.uses_max, budget=message.budget, valid_until=message.valid_until,
        )  # fmt: skip
        (coupon,) = await self._make_coupons(wish, work)
        return coupon

    async def create_coupons(self, message: CreateCoupons, work: UnitOfWork) -> CouponBatch:
        """Give an offer many codes: all of them, or none."""
        made = await self._make_coupons(message, work)
        return CouponBatch(offer_id=message.offer_id, codes=tuple(coupon.code for coupon in made))

    async def _make_coupons(self, message: CreateCoupons, work: UnitOfWork) -> Sequence[Coupon]:
        shelf = await self._open_shelf(work, message.operator_id)
        offer = next((each for each in shelf.offers if each.offer_id == message.offer_id), None)
        if offer is None:
            raise offering.OfferNotFoundError("no such offer", offer_id=message.offer_id[:64])
        offering.check_coupon(offer, uses_max=message.uses_max, budget=message.budget)
        codes = offering.read_codes(message.codes)
        for code in await self._store.list_taken(work, message.operator_id, codes):
            raise offering.CouponCodeTakenError("another coupon has this code", code=code)
        if await self._store.count_coupons(work, message.operator_id) + len(codes) > offering.COUPONS_MAX:
            raise offering.TooManyCouponsError(f"an operator has at most {offering.COUPONS_MAX} coupons")
        made = [
            Coupon(
                coupon_id=CouponId(self._ids.new()),
                operator_id=message.operator_id,
                code=code,
                offer_id=offer.offer_id,
                uses_max=message.uses_max,
                budget=message.budget,
                valid_until=message.valid_until,
                created_at=work.now,
            )
            for code in codes
        ]
        await self._store.insert_coupons(work, made)
        await self._note_offer(work, message.actor, "coupon.create", offer.offer_id, message.operator_id)
        return made

    async def end_coupon(self, message: EndCoupon, work: UnitOfWork) -> Coupon:
        """Let a coupon be redeemed no more."""
        coupon = await self._store.load_coupon(work, message.operator_id, message.coupon_id)
        if coupon is None:
            raise offering.CouponNotFoundError("no such coupon")
        if coupon.ended_at is not None:
            return coupon
        after = msgspec.structs.replace(coupon, ended_at=work.now)
        await self._store.save_coupon(work, after, is_new=False)
        await self._note_offer(work, message.actor, "coupon.end", coupon.offer_id, message.operator_id)
        return after

    async def redeem(self, message: RedeemCoupon, work: UnitOfWork) -> Redemption:
        """Give a driver what a code promises, once. The coupon's row is locked from here to the commit."""
        is_code = offering.CODE.fullmatch(message.code.strip()) is not None
        coupon = (
            await self._store.find_coupon(work, message.operator_id, message.code.strip().upper()) if is_code else None
        )
        shelf = await self._open_shelf(work, message.operator_id)
        offer = next((each for each in shelf.offers if coupon is not None and each.offer_id == coupon.offer_id), None)
        if coupon is None or offer is None:
            raise offering.CouponNotFoundError("there is no such coupon")
        known = await self._store.find_redemption(work, coupon.coupon_id, message.driver_id)
        if known is not None:
            return _write_redemption(coupon, offer.name, message.driver_id, known)
        if not offering.is_open(coupon, offer, now=work.now):
            raise offering.CouponNotFoundError("the coupon is over, or has not begun")
        is_spent = coupon.budget is not None and coupon.spent >= coupon.budget
        if is_spent or (coupon.uses_max is not None and coupon.uses >= coupon.uses_max):
            raise offering.CouponUsedUpError("the coupon is used up")
        waiting = [each for each in await self._store.list_redemptions(work, message.driver_id) if each[1] is None]
        if len(waiting) >= offering.REDEMPTIONS_MAX:
            raise offering.TooManyRedemptionsError(f"at most {offering.REDEMPTIONS_MAX} coupons wait for a session")
        redemption = _write_redemption(coupon, offer.name, message.driver_id, (work.now, None))
        await self._store.insert_redemption(work, redemption)
        await self._store.save_coupon(work, msgspec.structs.replace(coupon, uses=coupon.uses + 1), is_new=False)
        work.tell(
            CouponRedeemed(
                operator_id=coupon.operator_id, at=work.now, coupon_id=coupon.coupon_id, offer_id=coupon.offer_id,
                driver_id=message.driver_id,
            )
        )  # fmt: skip
        return redemption

    async def _note_offer(
        self, work: UnitOfWork, actor: str, action: str, offer_id: OfferId, operator_id: OperatorId
    ) -> None:
        work.forget(self._shelves, operator_id)
        work.tell(OfferChanged(operator_id=operator_id, at=work.now, offer_id=offer_id))
        await work.ask(RecordAudit(operator_id=operator_id, actor=actor, action=action, subject=f"offer:{offer_id}"))

    # ---- plans -------------------------------------------------------------------------------------------------------

    async def put_plan(self, message: PutPlan, work: UnitOfWork) -> Plan:
        """Make a plan exactly this."""
        shelf = await self._open_shelf(work, message.operator_id)
        before = next((each for each in shelf.plans if each.plan_id == message.plan_id), None)
        if message.plan_id is not None and before is None:
            raise offering.PlanNotFoundError("no such plan", plan_id=message.plan_id[:64])
        if before is None and len(shelf.plans) >= offering.PLANS_MAX:
            raise offering.TooManyPlansError(f"an operator has at most {offering.PLANS_MAX} plans")
        after = Plan(
            plan_id=PlanId(self._ids.new()) if before is None else before.plan_id,
            operator_id=message.operator_id,
            name=read_name(message.name),
            currency=message.currency,
            monthly_price=message.monthly_price,
            included_wh=message.included_wh,
            is_open=message.is_open,
            tax_permille=message.tax_permille,
            monthly_minimum=message.monthly_minimum,
            created_at=work.now if before is None else before.created_at,
            changed_at=work.now if before is None else before.changed_at,
        )
        offering.check_plan(after)
        if before is not None and after == before:
            return before
        after = msgspec.structs.replace(after, changed_at=work.now)
        await self._store.save_plan(work, after, is_new=before is None)
        work.forget(self._shelves, message.operator_id)
        work.tell(PlanChanged(operator_id=after.operator_id, at=work.now, plan_id=after.plan_id))
        action = "plan.create" if before is None else "plan.change"
        subject = f"plan:{after.plan_id}"
        await work.ask(RecordAudit(operator_id=after.operator_id, actor=message.actor, action=action, subject=subject))
        return after

    async def join(self, message: JoinPlan, work: UnitOfWork) -> Membership:
        """Make a driver a member."""
        plan = await self._get_plan(work, message.operator_id, message.plan_id)
        held = await self._store.list_memberships(work, message.driver_id)
        running = [each for each in held if offering.is_member(each, work.now)]
        known = next((each for each in running if each.plan_id == message.plan_id), None)
        if known is not None:
            return known
        if not plan.is_open:
            raise offering.PlanClosedError("nobody may join this plan any more")
        if len(running) >= offering.MEMBERSHIPS_MAX:
            raise offering.TooManyMembershipsError(f"at most {offering.MEMBERSHIPS_MAX} plans at a time")
        membership = Membership(
            plan_id=plan.plan_id, operator_id=plan.operator_id, driver_id=message.driver_id, joined_at=work.now
        )
        await self._store.save_membership(work, membership, is_new=True)
        await self._note_membership(work, message.actor, "plan.join", plan, message.driver_id)
        return membership

    async def leave(self, message: LeavePlan, work: UnitOfWork) -> Membership:
        """End a membership."""
        plan = await self._get_plan(work, message.operator_id, message.plan_id)
        held = [
            each
            for each in await self._store.list_memberships(work, message.driver_id)
            if each.plan_id == message.plan_id
        ]
        if not held:
            raise offering.MembershipNotFoundError("the driver is no member of this plan")
        newest = held[-1]
        if newest.ends_at is not None and newest.ends_at <= work.now:
            return newest
        after = msgspec.structs.replace(newest, ends_at=work.now)
        await self._store.save_membership(work, after, is_new=False)
        await self._note_membership(work, message.actor, "plan.leave", plan, message.driver_id)
        return after

    async def _get_plan(self, work: UnitOfWork, operator_id: OperatorId, plan_id: PlanId) -> Plan:
        shelf = await self._open_shelf(work, operator_id)
        plan = next((each for each in shelf.plans if each.plan_id == plan_id), None)
        if plan is None:
            raise offering.PlanNotFoundError("no such plan", plan_id=plan_id[:64])
        return plan

    async def _note_membership(
        self, work: UnitOfWork, actor: str, action: str, plan: Plan, driver_id: DriverId
    ) -> None:
        work.tell(
            MembershipChanged(
                operator_id=plan.operator_id, at=work.now, plan_id=plan.plan_id, driver_id=driver_id,
                is_member=action == "plan.join", currency=plan.currency, monthly_price=plan.monthly_price,
            )
        )  # fmt: skip
        subject = f"driver:{driver_id}"
        await work.ask(RecordAudit(operator_id=plan.operator_id, actor=actor, action=action, subject=subject))


def _write_redemption(
    coupon: Coupon, offer_name: str, driver_id: DriverId, found: tuple[datetime, SessionId | None]
) -> Redemption:
    redeemed_at, session_id = found
    return Redemption(
        coupon_id=coupon.coupon_id, operator_id=coupon.operator_id, driver_id=driver_id, offer_id=coupon.offer_id,
        offer_name=offer_name, redeemed_at=redeemed_at, session_id=session_id,
    )  # fmt: skip
