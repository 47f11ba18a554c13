"""What the billing room asks of its books. All reads and writes are part of `work`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from busbar.canon.offers import Coupon, Membership, Offer, Plan, Redemption
from busbar.canon.tariffs import Assignment, Scope, Tariff, TariffVersion
from busbar.canon.what_if import WhatIf
from busbar.domain.billing.model import TariffBook
from busbar.domain.billing.prices import PriceRevision, SessionPrice
from busbar.kernel.ids import AssignmentId, CouponId, DriverId, OperatorId, PlanId, SessionId, TariffId
from busbar.ports.work import UnitOfWork


class TariffStore(Protocol):
    """Tariffs, their versions and assignments."""

    async def load_book(self, work: UnitOfWork, operator_id: OperatorId) -> TariffBook:
        """Return all tariffs of an operator that sessions may have or had."""
        ...

    async def load_tariff(self, work: UnitOfWork, operator_id: OperatorId, tariff_id: TariffId) -> Tariff | None:
        """Return a tariff."""
        ...

    async def find_tariff(self, work: UnitOfWork, operator_id: OperatorId, name_key: str) -> Tariff | None:
        """Return the tariff with this (folded) name."""
        ...

    async def count_tariffs(self, work: UnitOfWork, operator_id: OperatorId) -> int:
        """Return how many tariffs an operator has."""
        ...

    async def insert_tariff(self, work: UnitOfWork, tariff: Tariff) -> None:
        """Add a tariff."""
        ...

    async def update_tariff(self, work: UnitOfWork, tariff: Tariff) -> None:
        """Write a tariff's new state."""
        ...

    async def load_version(self, work: UnitOfWork, tariff_id: TariffId, version: int) -> TariffVersion | None:
        """Return a version."""
        ...

    async def insert_version(self, work: UnitOfWork, version: TariffVersion) -> None:
        """Add a version."""
        ...

    async def list_assignments(
        self,
        work: UnitOfWork,
        operator_id: OperatorId,
        *,
        tariff_id: TariffId | None = None,
        place: tuple[Scope, str] | None = None,
        now: datetime,
    ) -> Sequence[Assignment]:
        """Return the assignments that are not over."""
        ...

    async def count_assignments(self, work: UnitOfWork, operator_id: OperatorId, *, now: datetime) -> int:
        """Return how many assignments of an operator are not over."""
        ...

    async def load_assignment(
        self, work: UnitOfWork, operator_id: OperatorId, assignment_id: AssignmentId
    ) -> Assignment | None:
        """Return an assignment."""
        ...

    async def insert_assignment(self, work: UnitOfWork, assignment: Assignment) -> None:
        """Add an assignment."""
        ...

    async def end_assignment(self, work: UnitOfWork, assignment: Assignment) -> None:
        """Write when an assignment ends."""
        ...


class PriceStore(Protocol):
    """What sessions cost."""

    async def load_price(self, work: UnitOfWork, session_id: SessionId) -> SessionPrice | None:
        """Return a session's tariff and price."""
        ...

    async def list_running(self, work: UnitOfWork, *, limit: int) -> Sequence[SessionPrice]:
        """Return sessions that have no final price yet."""
        ...

    def save_price(self, work: UnitOfWork, price: SessionPrice) -> None:
        """Write a session's tariff and price; bulk, at the end of the batch."""
        ...

    async def remove_price(self, work: UnitOfWork, session_id: SessionId) -> None:
        """Remove the price of a session that became part of another."""
        ...

    async def load_revision(self, work: UnitOfWork, session_id: SessionId, revision: int) -> PriceRevision | None:
        """Return one of a session's prices, line by line."""
        ...

    def add_revision(self, work: UnitOfWork, revision: PriceRevision) -> None:
        """Write a price, line by line; bulk, at the end of the batch."""
        ...


class OfferUse(msgspec.Struct, frozen=True, kw_only=True):
    """What an offer took off a session."""

    session_id: SessionId
    offer_id: str
    operator_id: OperatorId
    coupon_id: str | None = None
    plan_id: str | None = None
    driver_id: DriverId | None = None
    month: str
    amount: int
    energy_wh: int
    at: datetime


class OfferStore(Protocol):
    """Offers, coupons, plans, and what they took off sessions."""

    async def list_offers(self, work: UnitOfWork, operator_id: OperatorId) -> Sequence[Offer]:
        """Return all offers of an operator."""
        ...

    async def save_offer(self, work: UnitOfWork, offer: Offer, *, is_new: bool) -> None:
        """Write an offer."""
        ...

    async def find_coupon(self, work: UnitOfWork, operator_id: OperatorId, code: str) -> Coupon | None:
        """Return the coupon with this code, and keep others from changing it until this unit of work ends."""
        ...

    async def load_coupon(self, work: UnitOfWork, operator_id: OperatorId, coupon_id: CouponId) -> Coupon | None:
        """Return a coupon, and keep others from changing it until this unit of work ends."""
        ...

    async def count_coupons(self, work: UnitOfWork, operator_id: OperatorId) -> int:
        """Return how many coupons an operator has."""
        ...

    async def save_coupon(self, work: UnitOfWork, coupon: Coupon, *, is_new: bool) -> None:
        """Write a coupon."""
        ...

    async def list_redemptions(
        self, work: UnitOfWork, driver_id: DriverId
    ) -> Sequence[tuple[CouponId, SessionId | None]]:
        """Return a driver's coupons, the first redeemed first, and the session that has each."""
        ...

    async def find_redemption(
        self, work: UnitOfWork, coupon_id: CouponId, driver_id: DriverId
    ) -> tuple[datetime, SessionId | None] | None:
        """Return when a driver redeemed a coupon, and the session that has it."""
        ...

    async def insert_redemption(self, work: UnitOfWork, redemption: Redemption) -> None:
        """Add a redemption."""
        ...

    async def assign_redemption(
        self, work: UnitOfWork, coupon_id: CouponId, driver_id: DriverId, session_id: SessionId | None
    ) -> None:
        """Write which session has a redemption."""
        ...

    async def list_plans(self, work: UnitOfWork, operator_id: OperatorId) -> Sequence[Plan]:
        """Return all plans of an operator."""
        ...

    async def save_plan(self, work: UnitOfWork, plan: Plan, *, is_new: bool) -> None:
        """Write a plan."""
        ...

    async def list_memberships(self, work: UnitOfWork, driver_id: DriverId) -> Sequence[Membership]:
        """Return a driver's memberships, and keep others from changing them until this unit of work ends."""
        ...

    async def save_membership(self, work: UnitOfWork, membership: Membership, *, is_new: bool) -> None:
        """Write a membership."""
        ...

    async def list_uses(self, work: UnitOfWork, session_id: SessionId) -> Sequence[OfferUse]:
        """Return what offers took off a session."""
        ...

    async def replace_uses(self, work: UnitOfWork, session_id: SessionId, uses: Sequence[OfferUse]) -> None:
        """Write anew what offers took off a session."""
        ...

    async def sum_energy(
        self, work: UnitOfWork, driver_id: DriverId, plan_id: PlanId, month: str, *, without: SessionId
    ) -> int:
        """Return the included energy that a driver's other sessions used in a month."""
        ...


class WhatIfStore(Protocol):
    """Questions about past sessions."""

    async def count_waiting(self, work: UnitOfWork, operator_id: OperatorId) -> int:
        """Return how many questions of an operator are not answered."""
        ...

    async def insert_what_if(self, work: UnitOfWork, question: WhatIf) -> None:
        """Add a question."""
        ...


class BillingStore(TariffStore, PriceStore, OfferStore, WhatIfStore, Protocol):
    """Everything of the room."""
