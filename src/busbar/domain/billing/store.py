"""What the billing room asks of its books. All reads and writes are part of `work`."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from busbar.canon.offers import Coupon, Membership, Offer, Plan, Redemption
from busbar.canon.pricing import PriceLine, Totals
from busbar.canon.purchases import PurchaseTariff
from busbar.canon.reservations import ReservationEnded
from busbar.canon.tariffs import Assignment, Scope, Tariff, TariffVersion
from busbar.canon.what_if import WhatIf
from busbar.domain.billing.model import TariffBook
from busbar.domain.billing.offering import Due, Spending
from busbar.domain.billing.prices import PriceRevision, SessionPrice
from busbar.domain.billing.showing import Display
from busbar.kernel.ids import (
    AssignmentId,
    CommandId,
    CouponId,
    DriverId,
    OperatorId,
    PlanId,
    ReservationId,
    SessionId,
    SiteId,
    StationId,
    TariffId,
    TransferId,
)
from busbar.ports.work import UnitOfWork
from busbar.rating.record import Outcome


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

    async def list_taken(self, work: UnitOfWork, operator_id: OperatorId, codes: Sequence[str]) -> Sequence[str]:
        """Return those of the codes that other coupons have."""
        ...

    async def insert_coupons(self, work: UnitOfWork, made: Sequence[Coupon]) -> None:
        """Add new coupons."""
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


class DueStore(Protocol):
    """What members owe for the months of their plans."""

    async def list_dues(self, work: UnitOfWork, *, month: str, since: datetime, limit: int) -> Sequence[Due]:
        """Return the months that members, at some time since then, were not asked for yet."""
        ...

    async def insert_due(self, work: UnitOfWork, due: Due, *, month: str, transfer_id: TransferId) -> None:
        """Write down that a member was asked for a month."""
        ...

    async def list_spendings(
        self, work: UnitOfWork, *, month: str, since: datetime, until: datetime, limit: int
    ) -> Sequence[Spending]:
        """Return what members of plans with a minimum spent in a month that was not looked at yet."""
        ...

    async def insert_minimum(self, work: UnitOfWork, spending: Spending, *, month: str) -> None:
        """Write down that a month was looked at."""
        ...


class PurchaseStore(Protocol):
    """What electricity costs the operator, and which sessions are to be reckoned by it."""

    async def list_purchases(self, work: UnitOfWork, operator_id: OperatorId) -> Sequence[PurchaseTariff]:
        """Return an operator's purchase tariffs, by the day that they begin."""
        ...

    async def save_purchase(self, work: UnitOfWork, tariff: PurchaseTariff) -> None:
        """Add a purchase tariff, or write it anew."""
        ...

    async def remove_purchase(self, work: UnitOfWork, purchase_id: str) -> None:
        """Remove a purchase tariff."""
        ...

    async def mark_costs(
        self, work: UnitOfWork, operator_id: OperatorId, *, site_id: SiteId | None, since: datetime
    ) -> None:
        """Let the sessions that ended since then be reckoned anew: those of a site, or of all."""
        ...

    def mark_cost(self, work: UnitOfWork, price: SessionPrice) -> None:
        """Let a session be reckoned; bulk, at the end of the batch."""
        ...


class ReservationPriceStore(Protocol):
    """What reservations cost that nobody used."""

    async def has_reservation_price(self, work: UnitOfWork, reservation_id: ReservationId) -> bool:
        """Tell whether a reservation was priced."""
        ...

    async def insert_reservation_price(
        self,
        work: UnitOfWork,
        fact: ReservationEnded,
        version: TariffVersion,
        *,
        outcome: Outcome,
        lines: tuple[PriceLine, ...],
        totals: Totals,
        transfer_id: TransferId,
    ) -> None:
        """Write down what a reservation cost."""
        ...


class WhatIfStore(Protocol):
    """Questions about past sessions."""

    async def count_waiting(self, work: UnitOfWork, operator_id: OperatorId) -> int:
        """Return how many questions of an operator are not answered."""
        ...

    async def insert_what_if(self, work: UnitOfWork, question: WhatIf) -> None:
        """Add a question."""
        ...


class ReckonedCost(msgspec.Struct, frozen=True, kw_only=True):
    """What a station itself reckoned that a session costs; the newest that it told."""

    session_id: SessionId
    operator_id: OperatorId
    currency: str
    net: str | None
    gross: str | None
    """In major units, as it told them."""
    failure: str | None
    at: datetime
    is_final: bool


class DisplayStore(Protocol):
    """What stations show."""

    async def load_display(self, work: UnitOfWork, station_id: StationId) -> Display | None:
        """Return what a station can show and was told; what is staged of one is not seen, so it must be in memory."""
        ...

    async def list_displays(
        self, work: UnitOfWork, operators: Collection[OperatorId] | None, *, limit: int
    ) -> Sequence[Display]:
        """Return the stations of some operators, or of all."""
        ...

    def save_display(self, work: UnitOfWork, display: Display) -> None:
        """Write what a station can show and was told; bulk, at the end of the batch."""
        ...

    def save_reckoned(self, work: UnitOfWork, cost: ReckonedCost) -> None:
        """Write what a station reckoned; bulk, at the end of the batch."""
        ...


class StationTariff(msgspec.Struct, frozen=True, kw_only=True):
    """Which tariff a station that reckons by itself uses for a session (2.1), and what became of giving it ours."""

    session_id: SessionId
    operator_id: OperatorId
    station_id: StationId
    tariff_ref: str
    """As the station names it."""
    told_at: datetime
    is_ours: bool = False
    """It is the one that the session is priced with."""
    wanted_ref: str = ""
    """The name of that one; empty while the session has no price."""
    sent_at: datetime | None = None
    command_id: CommandId | None = None
    outcome: str | None = None
    status: str | None = None
    """The station's own word."""
    sends: int = 0


class StationTariffStore(Protocol):
    """Which tariffs stations reckon sessions with."""

    async def load_station_tariff(self, work: UnitOfWork, session_id: SessionId) -> StationTariff | None:
        """Return which tariff a station reckons a session with."""
        ...

    def save_station_tariff(self, work: UnitOfWork, tariff: StationTariff) -> None:
        """Write which tariff a station reckons a session with; bulk, at the end of the batch."""
        ...


class PricingStore(PriceStore, DisplayStore, Protocol):
    """What pricing asks for."""


class BillingStore(
    TariffStore,
    PriceStore,
    OfferStore,
    DueStore,
    ReservationPriceStore,
    WhatIfStore,
    DisplayStore,
    StationTariffStore,
    PurchaseStore,
    Protocol,
):
    """Everything of the room."""
