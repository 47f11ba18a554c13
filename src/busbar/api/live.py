"""Which live events a caller gets to see, and in which form."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from busbar.canon import (
    access,
    branding,
    closings,
    companion,
    complaints,
    control,
    drivers,
    invoicing,
    ledger,
    mail,
    offers,
    payments,
    pricing,
    purchases,
    reconciliation,
    reservations,
    roaming,
    sessions,
    settlement,
    stations,
    tariffs,
    tenants,
    webhooks,
)
from busbar.canon.facts import list_leaves
from busbar.canon.message import Fact, Message, Signal
from busbar.canon.tenants import Principal
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.ids import FactId
from busbar.ports.feed import Event, FactLog, Feed, PublishedFact

_FACT_ID = re.compile(r"[0-9a-f]{32}")
SEEN_INTERVAL_S = 5
"""`StationSeen` of one station is told no more often."""
PUBLIC_INTERVAL_S = 60
"""How soon a stream for everybody learns that a station became public or no longer is."""
_PAGE = 500
_STATIONS_MAX = 50_000


class Topic(StrEnum):
    """What live events are about."""

    STATIONS = "stations"
    SESSIONS = "sessions"
    COMMANDS = "commands"
    TOKENS = "tokens"
    DRIVERS = "drivers"
    OPERATORS = "operators"
    TARIFFS = "tariffs"
    COMPLAINTS = "complaints"
    RESERVATIONS = "reservations"
    DOCUMENTS = "documents"
    MONEY = "money"


TOPICS: dict[type[Message], Topic] = {
    stations.StationRegistered: Topic.STATIONS,
    stations.StationRegistrationChanged: Topic.STATIONS,
    stations.StationOnline: Topic.STATIONS,
    stations.StationOffline: Topic.STATIONS,
    stations.StationBootAccepted: Topic.STATIONS,
    stations.ConnectorStatusChanged: Topic.STATIONS,
    stations.StationSeen: Topic.STATIONS,
    stations.FaultsAcknowledged: Topic.STATIONS,
    sessions.SessionRequested: Topic.SESSIONS,
    sessions.SessionStartAccepted: Topic.SESSIONS,
    sessions.SessionFailed: Topic.SESSIONS,
    sessions.SessionStarted: Topic.SESSIONS,
    sessions.SessionStateChanged: Topic.SESSIONS,
    sessions.SessionStopRequested: Topic.SESSIONS,
    sessions.SessionStopRefused: Topic.SESSIONS,
    sessions.StopTargetChanged: Topic.SESSIONS,
    sessions.StopTargetReached: Topic.SESSIONS,
    sessions.SessionEnded: Topic.SESSIONS,
    sessions.SessionReopened: Topic.SESSIONS,
    sessions.SessionsJoined: Topic.SESSIONS,
    sessions.SessionProgressed: Topic.SESSIONS,
    pricing.TariffFixed: Topic.SESSIONS,
    pricing.SessionPriced: Topic.SESSIONS,
    pricing.CostProgressed: Topic.SESSIONS,
    pricing.IdleCostNear: Topic.SESSIONS,
    invoicing.DocumentIssued: Topic.DOCUMENTS,
    invoicing.InvoiceRequestMoved: Topic.DOCUMENTS,
    invoicing.TaxRulesChanged: Topic.TARIFFS,
    control.StationCommandRequested: Topic.COMMANDS,
    control.StationCommandQueued: Topic.COMMANDS,
    control.StationCommandAnswered: Topic.COMMANDS,
    sessions.BatteryHigh: Topic.SESSIONS,
    sessions.SessionFaulted: Topic.SESSIONS,
    companion.StationFreed: Topic.DRIVERS,
    complaints.ComplaintFiled: Topic.COMPLAINTS,
    complaints.ComplaintAnswered: Topic.COMPLAINTS,
    **dict.fromkeys(list_leaves(reservations.ReservationFact), Topic.RESERVATIONS),
    access.TokenChanged: Topic.TOKENS,
    access.TokenRemoved: Topic.TOKENS,
    roaming.PartnerChanged: Topic.TOKENS,
    roaming.CdrMade: Topic.MONEY,
    drivers.DriverRegistered: Topic.DRIVERS,
    drivers.DriverStatusChanged: Topic.DRIVERS,
    drivers.DriverErased: Topic.DRIVERS,
    branding.AppBrandChanged: Topic.OPERATORS,
    tenants.OperatorChanged: Topic.OPERATORS,
    mail.LetterSettled: Topic.OPERATORS,
    webhooks.WebhookDisabled: Topic.OPERATORS,
    tariffs.TariffChanged: Topic.TARIFFS,
    purchases.PurchasesChanged: Topic.TARIFFS,
    offers.OfferChanged: Topic.TARIFFS,
    offers.CouponRedeemed: Topic.TARIFFS,
    offers.PlanChanged: Topic.TARIFFS,
    offers.MembershipChanged: Topic.TARIFFS,
    offers.PlanMonthDue: Topic.MONEY,
    **dict.fromkeys(list_leaves(ledger.LedgerFact), Topic.MONEY),
    ledger.MoneyPolicyChanged: Topic.MONEY,
    **dict.fromkeys(list_leaves(settlement.SettlementFact), Topic.MONEY),
    **dict.fromkeys(list_leaves(payments.PaymentFact), Topic.MONEY),
    payments.CardSaved: Topic.MONEY,
    closings.WalletClosingChanged: Topic.MONEY,
    reconciliation.ReconciliationDiffered: Topic.MONEY,
}
"""A message that is not here is not told to screens."""
EVENTS: dict[str, Topic] = {
    kind.__name__: topic
    for kind, topic in sorted(TOPICS.items(), key=lambda item: item[0].__name__)
    if issubclass(kind, Fact)
}
"""What webhooks can be told: the facts among them, by name."""

_REQUESTS = (control.StationCommandRequested, control.StationCommandQueued, control.StationCommandAnswered)
_HIDDEN_FROM_DRIVERS = frozenset({"operator_id", "command_id", "token_id", "site_id", "group"})


class Reset(msgspec.Struct, frozen=True):
    """Too much happened since the client's last event: it reads everything again."""


Item = Event | Reset
Sees = Callable[[Message], Awaitable[bool]]


def name_event(message: Message) -> str:
    """Return the event's name: that of the message."""
    return type(message).__name__


def show(message: Message) -> dict[str, Any]:
    """Return the event's data. Of a request to a station only the kind: it may carry the station's secrets."""
    shown: dict[str, Any] = msgspec.to_builtins(message)
    del shown["message"]
    if isinstance(message, _REQUESTS):
        shown["request"] = type(message.request).__name__
    if isinstance(message, control.StationCommandAnswered):
        shown["outcome"] = message.outcome.outcome.value
    return shown


def show_to_driver(message: Message) -> dict[str, Any]:
    """Return the event's data without what is the operator's."""
    return {name: value for name, value in show(message).items() if name not in _HIDDEN_FROM_DRIVERS}


class StaffView:
    """What a member of staff sees: the operator's events, and with a scope of sites those of its stations."""

    def __init__(
        self, principal: Principal, *, topics: frozenset[Topic], list_stations: Callable[[], Awaitable[frozenset[str]]]
    ) -> None:
        """`list_stations` reads which stations are within the scope."""
        self._principal = principal
        self._topics = topics
        self._list_stations = list_stations
        self._stations: frozenset[str] | None = None

    async def sees(self, message: Message) -> bool:
        """Tell whether this event is shown."""
        topic = TOPICS.get(type(message))
        if topic is None or (self._topics and topic not in self._topics):
            return False
        if getattr(message, "operator_id", None) != self._principal.operator_id:
            return False
        if not self._principal.site_ids:
            return True
        return topic is not Topic.MONEY and await self._is_in_scope(message)

    async def _is_in_scope(self, message: Message) -> bool:
        site_id = getattr(message, "site_id", None)
        if site_id is not None:
            return site_id in self._principal.site_ids
        station_id = getattr(message, "station_id", None)
        if station_id is None:
            return False
        is_change = isinstance(message, stations.StationRegistered | stations.StationRegistrationChanged)
        if self._stations is None or is_change:
            self._stations = await self._list_stations()
        return station_id in self._stations


class DriverView:
    """What a driver sees: the driver's own sessions and reservations."""

    KINDS = (
        sessions.SessionFact,
        sessions.SessionProgressed,
        pricing.PricingFact,
        pricing.CostProgressed,
        reservations.ReservationFact,
    )

    def __init__(self, driver_id: str) -> None:
        self._driver_id = driver_id

    async def sees(self, message: Message) -> bool:
        """Tell whether this event is shown."""
        if not isinstance(message, self.KINDS):
            return False
        return message.driver_id == self._driver_id


class PublicView:
    """What everybody may see: whether an operator's public stations are free."""

    KINDS = (stations.StationOnline, stations.StationOffline, stations.ConnectorStatusChanged)
    FIELDS = frozenset({"at", "station_id", "evse_id", "connector_id", "status"})

    def __init__(self, operator_id: str, *, list_stations: Callable[[], Awaitable[frozenset[str]]]) -> None:
        """`list_stations` reads which stations are public."""
        self._operator_id = operator_id
        self._list_stations = list_stations
        self._stations: frozenset[str] = frozenset()
        self._read_at: datetime | None = None

    async def sees(self, message: Message) -> bool:
        """Tell whether this event is shown."""
        if not isinstance(message, self.KINDS) or message.operator_id != self._operator_id:
            return False
        if self._read_at is None or (message.at - self._read_at).total_seconds() > PUBLIC_INTERVAL_S:
            self._stations, self._read_at = await self._list_stations(), message.at
        return message.station_id in self._stations

    @classmethod
    def show(cls, message: Message) -> dict[str, Any]:
        """Return the event's data: nothing but where and which status."""
        return {name: value for name, value in show(message).items() if name in cls.FIELDS}


class _Calmed:
    """Lets `StationSeen` of one station through once in a while."""

    def __init__(self) -> None:
        self._told: BoundedDict[str, datetime] = BoundedDict(bound=_STATIONS_MAX)

    def lets(self, signal: Signal) -> bool:
        if not isinstance(signal, stations.StationSeen):
            return True
        before = self._told.get(signal.station_id)
        if before is not None and (signal.at - before).total_seconds() < SEEN_INTERVAL_S:
            return False
        self._told[signal.station_id] = signal.at
        return True


async def follow(
    *, feed: Feed, fact_log: FactLog, sees: Sees, after: FactId | None, resume_max: int
) -> AsyncIterator[Item]:
    """Yield what a caller sees: the stored facts after `after`, then what happens. Ends when the reader is too slow."""
    calmed = _Calmed()
    async with feed.subscribe() as subscription:
        last = after
        async for missed in _read_missed(fact_log, after, resume_max):
            if isinstance(missed, Reset):
                yield missed
                break
            last = missed.fact_id
            if await sees(missed.fact):
                yield missed
        async for event in subscription:
            if isinstance(event, PublishedFact):
                if (last is None or event.fact_id > last) and await sees(event.fact):
                    yield event
            elif calmed.lets(event) and await sees(event):
                yield event


async def _read_missed(
    fact_log: FactLog, after: FactId | None, resume_max: int
) -> AsyncIterator[PublishedFact | Reset]:
    """Yield the stored facts after this one; `Reset` in place of those beyond the bound."""
    last, read = after, 0
    while last is not None:
        page = await fact_log.read_after(last, limit=_PAGE)
        for fact in page:
            if read == resume_max:
                yield Reset()
                return
            read += 1
            last = fact.fact_id
            yield fact
        if len(page) < _PAGE:
            return


def is_fact_id(text: str) -> bool:
    """Tell whether this could be the id of a fact."""
    return _FACT_ID.fullmatch(text) is not None
