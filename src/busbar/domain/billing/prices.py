"""What a session costs: what is kept of it, and what is rated. Pure."""

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from operator import attrgetter
from typing import Any

import msgspec

from busbar.canon.metering import CurrentPoint, MeterCurve
from busbar.canon.pricing import DescribeProgress, OfferRefusal, PriceLine, TaxRate, Totals
from busbar.canon.sessions import ChargingState, ChargingStep, SessionEnded, SessionStateChanged
from busbar.canon.stations import NO_OWN_DAYS, OwnDays
from busbar.canon.tariffs import Scope
from busbar.domain.billing.model import Choice
from busbar.kernel.ids import DriverId, OperatorId, SessionId, SiteId, StationId, TariffId, TokenId, TransactionRef
from busbar.rating.lines import Rated
from busbar.rating.record import Outcome, Reading, Record, Reservation, State
from busbar.rating.tariff import Tariff

_HOUR_S = 3600
_PARKED = frozenset({ChargingState.SUSPENDED_EV, ChargingState.EV_CONNECTED, ChargingState.IDLE})
"""The vehicle does not want to charge; an EVSE that holds it back does not make it parked."""


class SessionPrice(msgspec.Struct, frozen=True, kw_only=True):
    """The tariff that a session began with, and what it costs: so far while `revision` is 0, then in the end."""

    session_id: SessionId
    operator_id: OperatorId
    station_id: StationId
    site_id: SiteId | None
    evse_id: int | None
    connector_id: int | None
    driver_id: DriverId | None
    token_id: TokenId | None
    token_group: str | None
    zone: str
    country: str
    """Of the site: what the calendar of the tariff is read with."""
    days: OwnDays = NO_OWN_DAYS
    taxes: tuple[TaxRate, ...] = ()
    """Of what the tariff names none for, as they were when it was fixed."""
    tariff_id: TariffId
    version: int
    tariff_name: str
    scope: Scope
    """What the tariff was assigned by."""
    currency: str
    fixed_at: datetime
    started_at: datetime
    transaction_ref: TransactionRef | None = None
    """The station's, to tell it the cost."""
    register_wh: int | None = None
    """Of the meter at the begin, where it is known."""
    reserved_at: datetime | None = None
    """From when on the place was kept for it, if it was reserved."""
    reserved_until: datetime | None = None
    ended_at: datetime | None = None
    priced_at: datetime | None = None
    energy_wh: int = 0
    net: int = 0
    tax: int = 0
    gross: int = 0
    revision: int = 0
    is_final: bool = False

    @property
    def totals(self) -> Totals:
        """The sums of the lines."""
        return Totals(net=self.net, tax=self.tax, gross=self.gross)

    @property
    def reservation(self) -> Reservation | None:
        """The place that was kept for it, as it is rated."""
        if self.reserved_at is None or self.reserved_until is None:
            return None
        return Reservation(starts_at=self.reserved_at, ends_at=self.reserved_until, outcome=Outcome.USED)


class PriceRevision(msgspec.Struct, frozen=True, kw_only=True):
    """A price that a session had or has, line by line."""

    session_id: SessionId
    revision: int
    operator_id: OperatorId
    tariff_id: TariffId
    version: int
    currency: str
    lines: tuple[PriceLine, ...]
    net: int
    tax: int
    gross: int
    energy_wh: int
    ended_at: datetime
    priced_at: datetime
    is_final: bool
    digest: str
    refusals: tuple[OfferRefusal, ...] = ()
    """Offers of its driver that took nothing off."""

    @property
    def totals(self) -> Totals:
        """The sums of the lines."""
        return Totals(net=self.net, tax=self.tax, gross=self.gross)


def describe_price(price: SessionPrice, *, at: datetime) -> dict[str, Any]:
    """Return what all facts of a priced session carry."""
    return {
        "operator_id": price.operator_id,
        "at": at,
        "session_id": price.session_id,
        "station_id": price.station_id,
        "site_id": price.site_id,
        "evse_id": price.evse_id,
        "driver_id": price.driver_id,
        "token_id": price.token_id,
        "tariff_id": price.tariff_id,
        "version": price.version,
    }


def is_known_as(price: SessionPrice, who: SessionEnded | DescribeProgress | SessionStateChanged) -> bool:
    """Tell whether a price was fixed for whom the session is now said to be.

    Of somebody without driver and group the token alone tells more: whose driver it is, if a partner's.
    """
    is_token_new = price.token_id is None and who.token_id is not None
    return not is_token_new and (price.driver_id, price.token_group) == (who.driver_id, who.group)


def follow(fixed: SessionPrice, before: SessionPrice) -> SessionPrice:
    """Return a price that was fixed anew as what comes after the one before."""
    return msgspec.structs.replace(
        fixed, revision=before.revision, reserved_at=before.reserved_at, reserved_until=before.reserved_until
    )


def assign_driver(
    price: SessionPrice, choice: Choice, who: DescribeProgress | SessionStateChanged, *, at: datetime
) -> SessionPrice:
    """Return the price of a running session that turned out to be somebody's, with the tariff of that person."""
    version = choice.version
    return msgspec.structs.replace(
        price,
        driver_id=who.driver_id,
        token_id=who.token_id,
        token_group=who.group,
        tariff_id=version.tariff_id,
        version=version.version,
        tariff_name=version.name,
        scope=choice.assignment.scope,
        currency=version.currency,
        fixed_at=at,
        net=0,
        tax=0,
        gross=0,
    )


def make_record(
    curve: MeterCurve,
    steps: Sequence[ChargingStep],
    *,
    started_at: datetime,
    ended_at: datetime,
    energy_wh: int,
) -> Record:
    """Return what is rated of a session: its energy over time, and when its vehicle charged or was merely parked.

    A station that tells no charging states: the vehicle is parked from the last energy that it took. The record's own
    energy rules: the curve's last point is that, by the end of the session. A current holds until the next one is told,
    and not across a gap.
    """
    points = [(point.at, point.energy_wh, point.is_gap) for point in curve.points]
    if not points or points[0][0] > started_at:
        points.insert(0, (started_at, points[0][1] if points else 0, False))
    if points[-1][0] < ended_at or points[-1][1] != energy_wh:
        points.append((max(points[-1][0], ended_at), energy_wh, False))
    instants = {at for at, _energy, _gap in points}
    turns = {step.at for step in steps} | {point.at for point in curve.currents}
    points += [(at, _interpolate(points, at), False) for at in sorted(turns - instants) if started_at < at < ended_at]
    points.sort(key=lambda point: (point[0], point[1]))
    readings = [
        Reading(
            at=at,
            energy_wh=taken_wh,
            state=_find_state(points, steps, at=at, taken_wh=taken_wh),
            power_w=power_w,
            current_ma=None if is_gap else _find_current(curve.currents, at),
            is_gap=is_gap,
        )
        for (at, taken_wh, is_gap), power_w in zip(points, _list_powers(points), strict=True)
    ]
    return Record(started_at=started_at, ended_at=ended_at, readings=tuple(readings))


def _interpolate(points: Sequence[tuple[datetime, int, bool]], at: datetime) -> int:
    """Return the energy that was taken by an instant between two readings, in proportion to the time."""
    for before, after in pairwise(points):
        if before[0] <= at <= after[0]:
            whole = after[0] - before[0]
            return before[1] + ((after[1] - before[1]) * (at - before[0]) // whole if whole else 0)
    return points[-1][1] if at > points[-1][0] else points[0][1]


def _list_powers(points: Sequence[tuple[datetime, int, bool]]) -> list[int | None]:
    """Return the mean power from each point to the next; unknown across a gap."""
    powers: list[int | None] = []
    for before, after in pairwise(points):
        elapsed_s = int((after[0] - before[0]).total_seconds())
        powers.append(None if before[2] or elapsed_s <= 0 else (after[1] - before[1]) * _HOUR_S // elapsed_s)
    return [*powers, 0] if points else []


def _find_current(currents: Sequence[CurrentPoint], at: datetime) -> int | None:
    place = bisect_right(currents, at, key=attrgetter("at"))
    return currents[place - 1].current_ma if place else None


def is_current_asked(terms: Tariff) -> bool:
    """Tell whether a price depends on the current."""
    asked = (element.restrictions for element in terms.elements)
    return any(each.min_current_ma is not None or each.max_current_ma is not None for each in asked)


def _find_state(
    points: Sequence[tuple[datetime, int, bool]], steps: Sequence[ChargingStep], *, at: datetime, taken_wh: int
) -> State:
    if not steps:
        return State.PARKED if taken_wh >= points[-1][1] > 0 else State.CHARGING
    known = [step.state for step in steps if step.at <= at]
    return State.PARKED if known and known[-1] in _PARKED else State.CHARGING


def list_lines(rated: Rated) -> tuple[PriceLine, ...]:
    """Return a price line by line, as the house tells it."""
    return tuple(line.to_price_line() for line in rated.lines)


def digest_lines(lines: Sequence[PriceLine], *, tariff_id: TariffId, version: int, is_final: bool) -> str:
    """Return a digest of a price: equal prices have equal ones."""
    told = (lines, tariff_id, version, is_final)
    return hashlib.blake2b(msgspec.json.encode(told), digest_size=16).hexdigest()


def write_revision(price: SessionPrice, rated: Rated, digest: str, fact: SessionEnded) -> PriceRevision:
    """Return the price that a session has now, line by line."""
    return PriceRevision(
        session_id=price.session_id,
        revision=price.revision,
        operator_id=price.operator_id,
        tariff_id=price.tariff_id,
        version=price.version,
        currency=price.currency,
        lines=list_lines(rated),
        refusals=rated.refusals,
        net=price.net,
        tax=price.tax,
        gross=price.gross,
        energy_wh=price.energy_wh,
        ended_at=fact.ended_at,
        priced_at=price.priced_at or fact.at,
        is_final=price.is_final,
        digest=digest,
    )


def revoke(price: SessionPrice, *, at: datetime) -> PriceRevision:
    """Return the last price of a session that became part of another: nothing."""
    return PriceRevision(
        session_id=price.session_id,
        revision=price.revision + 1,
        operator_id=price.operator_id,
        tariff_id=price.tariff_id,
        version=price.version,
        currency=price.currency,
        lines=(),
        net=0,
        tax=0,
        gross=0,
        energy_wh=0,
        ended_at=price.ended_at or price.started_at,
        priced_at=at,
        is_final=True,
        digest=digest_lines((), tariff_id=price.tariff_id, version=price.version, is_final=True),
    )
