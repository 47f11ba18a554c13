"""The billing room: what it hears, and which of its parts answers."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from busbar.canon.control import StationCommandAnswered
from busbar.canon.invoicing import TaxRulesChanged
from busbar.canon.message import Fact, Message
from busbar.canon.offers import (
    CollectDues,
    CreateCoupon,
    CreateCoupons,
    EndCoupon,
    JoinPlan,
    LeavePlan,
    OfferChanged,
    PutOffer,
    PutPlan,
    RedeemCoupon,
    ResolveOffers,
)
from busbar.canon.pricing import (
    DescribeProgress,
    DescribeStart,
    PriceRunningSessions,
    PriceSessionNow,
    TendDisplays,
    TracePrice,
)
from busbar.canon.purchases import PutPurchaseTariff, RemovePurchaseTariff
from busbar.canon.reservations import ReservationEnded
from busbar.canon.sessions import SessionEnded, SessionsJoined, SessionStarted, SessionStateChanged, StopTargetChanged
from busbar.canon.stations import StationBootAccepted, StationOnline
from busbar.canon.tariffs import (
    AssignTariff,
    CreateTariff,
    EditTariff,
    FindTariff,
    PublishTariff,
    ResolveTariff,
    ResolveTariffs,
    RetireTariff,
    TariffChanged,
    UnassignTariff,
)
from busbar.canon.what_if import AskWhatIf
from busbar.domain.billing.changes import TariffChanges
from busbar.domain.billing.displays import DisplayPolicy, DisplayService
from busbar.domain.billing.dues import Dues
from busbar.domain.billing.offers import OfferService
from busbar.domain.billing.pricing import PricingService
from busbar.domain.billing.purchases import PurchaseService
from busbar.domain.billing.reserving import Reserving
from busbar.domain.billing.running import PricingPolicy
from busbar.domain.billing.store import BillingStore
from busbar.domain.billing.tariffs import TariffService
from busbar.domain.billing.what_ifs import JobQueue, WhatIfService
from busbar.kernel.ids import IdSource
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]


class BillingService:
    """Tariffs, and what sessions cost."""

    def __init__(
        self,
        *,
        store: BillingStore,
        ids: IdSource,
        jobs: JobQueue,
        policy: PricingPolicy | None = None,
        display_policy: DisplayPolicy | None = None,
        read_watch_ms: Callable[[], int] = lambda: 0,
    ) -> None:
        self.what_ifs = WhatIfService(store=store, ids=ids, jobs=jobs)
        self.offers = OfferService(store=store, ids=ids)
        self.dues = Dues(store=store)
        self.purchases = PurchaseService(store=store, ids=ids)
        self.tariffs = TariffService(store=store, ids=ids, offers=self.offers)
        display_policy = display_policy or DisplayPolicy()
        self.changes = TariffChanges(
            store=store,
            tariffs=self.tariffs,
            sessions_max=display_policy.stations_max,
            is_allowed=display_policy.may_change_tariffs,
        )
        self.displays = DisplayService(
            store=store,
            tariffs=self.tariffs,
            offers=self.offers,
            changes=self.changes,
            ids=ids,
            policy=display_policy,
        )
        self.pricing = PricingService(
            store=store,
            tariffs=self.tariffs,
            offers=self.offers,
            displays=self.displays,
            purchases=self.purchases,
            policy=policy,
            read_watch_ms=read_watch_ms,
        )
        self.reserving = Reserving(store=store, tariffs=self.tariffs, pricing=self.pricing)

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Say which messages are handled here."""
        return {
            CreateTariff: self.tariffs.create,
            EditTariff: self.tariffs.edit,
            PublishTariff: self.tariffs.publish,
            RetireTariff: self.tariffs.retire,
            AssignTariff: self.tariffs.assign,
            UnassignTariff: self.tariffs.unassign,
            FindTariff: self.tariffs.find,
            ResolveTariff: self.tariffs.resolve,
            ResolveTariffs: self.tariffs.resolve_many,
            AskWhatIf: self.what_ifs.ask,
            PutPurchaseTariff: self.purchases.put,
            RemovePurchaseTariff: self.purchases.remove,
            ResolveOffers: self.offers.resolve,
            PutOffer: self.offers.put_offer,
            CreateCoupon: self.offers.create_coupon,
            CreateCoupons: self.offers.create_coupons,
            EndCoupon: self.offers.end_coupon,
            RedeemCoupon: self.offers.redeem,
            PutPlan: self.offers.put_plan,
            JoinPlan: self.offers.join,
            LeavePlan: self.offers.leave,
            CollectDues: self.dues.collect,
            PriceSessionNow: self.pricing.price_now,
            TracePrice: self.pricing.trace,
            PriceRunningSessions: self.pricing.price_running,
            DescribeStart: self.displays.describe_start,
            DescribeProgress: self.pricing.describe_progress,
            TendDisplays: self.displays.tend,
        }

    def listeners(self) -> list[tuple[type[Fact], str, Handler]]:
        """Say which facts are listened to, and under which name."""
        return [
            (SessionStarted, "billing.session_started", self.pricing.hear_start),
            (SessionEnded, "billing.session_ended", self.pricing.hear_end),
            (SessionStateChanged, "billing.session_state", self.pricing.hear_state),
            (StopTargetChanged, "billing.stop_target", self.pricing.hear_target),
            (SessionsJoined, "billing.sessions_joined", self.pricing.hear_joined),
            (ReservationEnded, "billing.reservation_ended", self.reserving.hear_ended),
            (StationBootAccepted, "billing.station_booted", self.displays.hear_boot),
            (StationOnline, "billing.station_online", self.displays.hear_online),
            (TariffChanged, "billing.tariff_changed", self.displays.hear_tariff),
            (OfferChanged, "billing.offer_changed", self.displays.hear_tariff),
            (TaxRulesChanged, "billing.taxes_changed", self.displays.hear_tariff),
            (StationCommandAnswered, "billing.command_answered", self.displays.hear_answer),
            (StationCommandAnswered, "billing.tariff_change_answered", self.changes.hear_answer),
        ]

    def share_with_others(self, is_elsewhere: Callable[[Any], bool]) -> None:
        """Learn that other processes price sessions too."""
        self.pricing.share_with_others(is_elsewhere)
        self.displays.share_with_others(is_elsewhere)

    def forget_stations(self, is_gone: Callable[[Any], bool]) -> None:
        """Drop what another process prices from now on."""
        self.pricing.forget_stations(is_gone)
        self.displays.forget_stations(is_gone)

    def forget_all(self) -> None:
        """Look every tariff up again: another process changed some."""
        self.tariffs.forget_all()
        self.offers.forget_all()
        self.purchases.forget_all()
        self.displays.look_again()
