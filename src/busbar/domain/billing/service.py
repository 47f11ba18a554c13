"""The billing room: what it hears, and which of its parts answers."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from busbar.canon.message import Fact, Message
from busbar.canon.offers import CreateCoupon, EndCoupon, JoinPlan, LeavePlan, PutOffer, PutPlan, RedeemCoupon
from busbar.canon.pricing import PriceRunningSessions, PriceSessionNow
from busbar.canon.sessions import SessionEnded, SessionsJoined, SessionStarted
from busbar.canon.tariffs import (
    AssignTariff,
    CreateTariff,
    EditTariff,
    FindTariff,
    PublishTariff,
    ResolveTariff,
    RetireTariff,
    UnassignTariff,
)
from busbar.canon.what_if import AskWhatIf
from busbar.domain.billing.offers import OfferService
from busbar.domain.billing.pricing import PricingPolicy, PricingService
from busbar.domain.billing.store import BillingStore
from busbar.domain.billing.tariffs import TariffService
from busbar.domain.billing.what_ifs import JobQueue, WhatIfService
from busbar.kernel.ids import IdSource
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]


class BillingService:
    """Tariffs, and what sessions cost."""

    def __init__(
        self, *, store: BillingStore, ids: IdSource, jobs: JobQueue, policy: PricingPolicy | None = None
    ) -> None:
        self.what_ifs = WhatIfService(store=store, ids=ids, jobs=jobs)
        self.offers = OfferService(store=store, ids=ids)
        self.tariffs = TariffService(store=store, ids=ids, offers=self.offers)
        self.pricing = PricingService(store=store, tariffs=self.tariffs, offers=self.offers, policy=policy)

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
            AskWhatIf: self.what_ifs.ask,
            PutOffer: self.offers.put_offer,
            CreateCoupon: self.offers.create_coupon,
            EndCoupon: self.offers.end_coupon,
            RedeemCoupon: self.offers.redeem,
            PutPlan: self.offers.put_plan,
            JoinPlan: self.offers.join,
            LeavePlan: self.offers.leave,
            PriceSessionNow: self.pricing.price_now,
            PriceRunningSessions: self.pricing.price_running,
        }

    def listeners(self) -> list[tuple[type[Fact], str, Handler]]:
        """Say which facts are listened to, and under which name."""
        return [
            (SessionStarted, "billing.session_started", self.pricing.hear_start),
            (SessionEnded, "billing.session_ended", self.pricing.hear_end),
            (SessionsJoined, "billing.sessions_joined", self.pricing.hear_joined),
        ]

    def share_with_others(self, is_elsewhere: Callable[[Any], bool]) -> None:
        """Learn that other processes price sessions too."""
        self.pricing.share_with_others(is_elsewhere)

    def forget_stations(self, is_gone: Callable[[Any], bool]) -> None:
        """Drop what another process prices from now on."""
        self.pricing.forget_stations(is_gone)

    def forget_all(self) -> None:
        """Look every tariff up again: another process changed some."""
        self.tariffs.forget_all()
        self.offers.forget_all()
