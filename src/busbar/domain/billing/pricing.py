"""Prices sessions: fixes their tariff as they begin, tells what they cost so far, and in the end what they cost."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from busbar.canon.ledger import NoteRunningCost
from busbar.canon.metering import Curve, FindMeterCurve
from busbar.canon.pricing import (
    CostProgressed,
    PriceLine,
    PriceRunningSessions,
    PriceSessionNow,
    PriceSoFar,
    SessionPriced,
    TariffFixed,
)
from busbar.canon.sessions import (
    CloseReason,
    FindChargingSteps,
    SessionEnded,
    SessionFact,
    SessionsJoined,
    SessionStarted,
)
from busbar.canon.stations import FindSite
from busbar.canon.tenants import FindOperator
from busbar.domain.billing.model import Choice, PriceNotFoundError, describe_circumstances
from busbar.domain.billing.offers import OfferService
from busbar.domain.billing.prices import PriceRevision, SessionPrice, digest_lines, make_record
from busbar.domain.billing.rates import rate_session
from busbar.domain.billing.store import PriceStore
from busbar.domain.billing.tariffs import TariffService
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.errors import NotFoundError
from busbar.kernel.ids import SessionId, StationId, is_key
from busbar.ports.work import UnitOfWork
from busbar.rating.lines import Rated


class PricingPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of running costs."""

    running_max_sessions: int = 50_000
    """Held in memory; of more, the cost so far is told when somebody asks."""
    per_pulse_max_sessions: int = 10
    """Priced a second, in turn: the price of a running session is a courtesy, reports come first."""


class PricingService:
    """Prices sessions."""

    def __init__(
        self,
        *,
        store: PriceStore,
        tariffs: TariffService,
        offers: OfferService,
        policy: PricingPolicy | None = None,
    ) -> None:
        self._store = store
        self._tariffs = tariffs
        self._offers = offers
        self._policy = policy or PricingPolicy()
        self._running: BoundedDict[SessionId, SessionPrice] = BoundedDict(bound=self._policy.running_max_sessions)
        """Sessions without a price yet; that which was priced last stands last."""
        self._without: BoundedDict[SessionId, None] = BoundedDict(bound=self._policy.running_max_sessions)
        """Sessions that began here and that no tariff was fixed for: nothing is stored of them."""
        self._is_loaded = False
        self._is_elsewhere: Callable[[StationId], bool] = lambda _station_id: False

    def share_with_others(self, is_elsewhere: Callable[[StationId], bool]) -> None:
        """Learn that other processes price sessions too: those of stations of which `is_elsewhere` holds."""
        self._is_elsewhere = is_elsewhere

    def forget_stations(self, is_gone: Callable[[StationId], bool]) -> None:
        """Drop what another process prices from now on; what we took over is loaded at the next pulse."""
        for session_id in [key for key, price in self._running.items() if is_gone(price.station_id)]:
            del self._running[session_id]
        self._without.clear()
        self._is_loaded = False

    # ---- the begin ---------------------------------------------------------------------------------------------------

    async def hear_start(self, fact: SessionStarted, work: UnitOfWork) -> None:
        """Fix the tariff that a session is priced with."""
        choice = await self._choose(fact, work)
        if choice is None:
            work.keep(self._without, fact.session_id, None)
        elif await self._store.load_price(work, fact.session_id) is None:
            await self._fix(fact, choice, work)

    async def _recall(self, session_id: SessionId, work: UnitOfWork) -> SessionPrice | None:
        """Return a session's tariff and price: from memory, where its begin was heard here."""
        if session_id in self._without:
            return None
        return self._running.get(session_id) or await self._store.load_price(work, session_id)

    async def _choose(self, fact: SessionStarted | SessionEnded, work: UnitOfWork) -> Choice | None:
        """Return the tariff of the instant at which the session began, by the station's time.

        A station's clock that is before any tariff of ours is not believed: then our own time counts.
        """
        choice = await self._tariffs.choose(describe_circumstances(fact, at=fact.started_at), work)
        if choice is None:
            choice = await self._tariffs.choose(describe_circumstances(fact, at=fact.at), work)
        return choice

    async def _fix(self, fact: SessionStarted | SessionEnded, choice: Choice, work: UnitOfWork) -> SessionPrice:
        version = choice.version
        zone, country = await self._find_calendar(fact, work)
        price = SessionPrice(
            session_id=fact.session_id,
            operator_id=fact.operator_id,
            station_id=fact.station_id,
            site_id=fact.site_id,
            evse_id=fact.evse_id,
            connector_id=fact.connector_id,
            driver_id=fact.driver_id,
            token_id=fact.token_id,
            token_group=fact.group,
            zone=zone,
            country=country,
            tariff_id=version.tariff_id,
            version=version.version,
            tariff_name=version.name,
            scope=choice.assignment.scope,
            currency=version.currency,
            fixed_at=work.now,
            started_at=fact.started_at,
        )
        self._store.save_price(work, price)
        work.forget(self._without, fact.session_id)
        work.keep(self._running, fact.session_id, price)
        work.tell(TariffFixed(**_describe(price, work), reason=price.scope.value))
        return price

    async def _find_calendar(self, fact: SessionFact, work: UnitOfWork) -> tuple[str, str]:
        """Return the time zone and country of the site; a station without one is where its operator is."""
        if fact.site_id is not None:
            try:
                site = await work.ask(FindSite(operator_id=fact.operator_id, site_id=fact.site_id))
            except NotFoundError:
                pass
            else:
                return site.zone, site.country
        try:
            return (await work.ask(FindOperator(operator_id=fact.operator_id))).zone, ""
        except NotFoundError:
            return "UTC", ""

    # ---- the end -----------------------------------------------------------------------------------------------------

    async def hear_end(self, fact: SessionEnded, work: UnitOfWork) -> None:
        """Price an ended session; with a corrected record, price it again as a new revision."""
        price = await self._recall(fact.session_id, work)
        if price is None or (price.driver_id, price.token_group) != (fact.driver_id, fact.group):
            # who charges was told later than the begin: the tariff is the one that held then for whom it is
            choice = await self._choose(fact, work)
            if choice is None:
                return
            fixed = await self._fix(fact, choice, work)
            revision = 0 if price is None else price.revision
            price = msgspec.structs.replace(fixed, revision=revision)
        rated = await self._rate(price, fact, work)
        await self._settle(price, fact, rated, work)

    async def _rate(self, price: SessionPrice, fact: SessionEnded, work: UnitOfWork) -> Rated:
        flags = fact.record.flags
        curve = await work.ask(
            FindMeterCurve(
                operator_id=price.operator_id,
                station_id=price.station_id,
                session_id=price.session_id,
                started_at=fact.started_at,
                ended_at=fact.ended_at,
                has_start=Curve.NO_START not in flags,
                has_end=Curve.NO_END not in flags,
            )
        )
        steps = await work.ask(FindChargingSteps(operator_id=price.operator_id, session_id=price.session_id))
        record = make_record(
            curve, steps, started_at=fact.started_at, ended_at=fact.ended_at, energy_wh=fact.record.energy_wh
        )
        terms = await self._tariffs.get_terms(work, price.tariff_id, price.version)
        rated = rate_session(terms, record, zone=price.zone, country=price.country)
        return await self._offers.reduce(price, rated, terms, work, is_over=True)

    async def _settle(self, price: SessionPrice, fact: SessionEnded, rated: Rated, work: UnitOfWork) -> None:
        """Keep a price as the next revision and tell it, unless it is the one that the session has already."""
        lines = list_lines(rated)
        is_final = fact.close_reason is CloseReason.REPORTED
        digest = digest_lines(lines, tariff_id=price.tariff_id, version=price.version, is_final=is_final)
        before = await self._store.load_revision(work, price.session_id, price.revision) if price.revision else None
        work.forget(self._running, price.session_id)
        if before is not None and before.digest == digest:
            return
        totals = rated.totals
        after = msgspec.structs.replace(
            price,
            ended_at=fact.ended_at,
            priced_at=work.now,
            energy_wh=fact.record.energy_wh,
            net=totals.net,
            tax=totals.tax,
            gross=totals.gross,
            revision=price.revision + 1,
            is_final=is_final,
        )
        self._store.save_price(work, after)
        self._store.add_revision(work, _write_revision(after, lines, digest, fact))
        work.tell(
            SessionPriced(
                **_describe(after, work),
                revision=after.revision,
                tariff_name=after.tariff_name,
                currency=after.currency,
                lines=lines,
                totals=totals,
                previous=None if before is None else before.totals,
                energy_wh=after.energy_wh,
                started_at=fact.started_at,
                ended_at=fact.ended_at,
                is_final=is_final,
            )
        )

    async def hear_joined(self, fact: SessionsJoined, work: UnitOfWork) -> None:
        """Forget the price of a session that became part of another."""
        await self._store.remove_price(work, fact.joined_session_id)
        work.forget(self._running, fact.joined_session_id)

    # ---- meanwhile ---------------------------------------------------------------------------------------------------

    async def price_running(self, _command: PriceRunningSessions, work: UnitOfWork) -> int:
        """Say what some running sessions cost so far: a few each time, those first that waited longest."""
        if not self._is_loaded:
            await self._load_running(work)
        turn = list(self._running.values())[: self._policy.per_pulse_max_sessions]
        for price in turn:
            await self._progress(price, work)
        return len(turn)

    async def _load_running(self, work: UnitOfWork) -> None:
        self._is_loaded = True
        for price in reversed(await self._store.list_running(work, limit=self._policy.running_max_sessions)):
            if price.session_id not in self._running and not self._is_elsewhere(price.station_id):
                work.keep(self._running, price.session_id, price)

    async def _progress(self, price: SessionPrice, work: UnitOfWork) -> None:
        rated = await self.rate_so_far(price, work)
        totals = rated.totals
        after = msgspec.structs.replace(
            price,
            priced_at=work.now,
            energy_wh=int(rated.energy_wh),
            net=totals.net,
            tax=totals.tax,
            gross=totals.gross,
        )
        work.forget(self._running, price.session_id)
        work.keep(self._running, price.session_id, after)
        if (after.energy_wh, after.totals) == (price.energy_wh, price.totals):
            return
        self._store.save_price(work, after)
        work.signal(
            CostProgressed(
                operator_id=after.operator_id,
                at=work.now,
                session_id=after.session_id,
                station_id=after.station_id,
                driver_id=after.driver_id,
                currency=after.currency,
                totals=totals,
                energy_wh=after.energy_wh,
            )
        )
        await work.ask(
            NoteRunningCost(
                operator_id=after.operator_id,
                session_id=after.session_id,
                station_id=after.station_id,
                driver_id=after.driver_id,
                currency=after.currency,
                cost=totals.gross,
            )
        )

    async def price_now(self, message: PriceSessionNow, work: UnitOfWork) -> PriceSoFar:
        """Price what there is of a running session."""
        price = await self._store.load_price(work, message.session_id) if is_key(message.session_id) else None
        if price is None or price.operator_id != message.operator_id:
            raise PriceNotFoundError("the session has no price", session_id=message.session_id[:64])
        rated = await self.rate_so_far(price, work)
        return PriceSoFar(
            tariff_id=price.tariff_id,
            version=price.version,
            currency=price.currency,
            lines=list_lines(rated),
            totals=rated.totals,
            energy_wh=int(rated.energy_wh),
            at=work.now,
        )

    async def rate_so_far(self, price: SessionPrice, work: UnitOfWork) -> Rated:
        """Rate what there is of a running session, until now."""
        started_at = min(price.started_at, work.now)
        curve = await work.ask(
            FindMeterCurve(
                operator_id=price.operator_id,
                station_id=price.station_id,
                session_id=price.session_id,
                started_at=started_at,
                ended_at=work.now,
                has_end=False,
            )
        )
        steps = await work.ask(FindChargingSteps(operator_id=price.operator_id, session_id=price.session_id))
        energy_wh = curve.points[-1].energy_wh if curve.points else 0
        record = make_record(curve, steps, started_at=started_at, ended_at=work.now, energy_wh=energy_wh)
        terms = await self._tariffs.get_terms(work, price.tariff_id, price.version)
        rated = rate_session(terms, record, zone=price.zone, country=price.country)
        return await self._offers.reduce(price, rated, terms, work, is_over=False)


def list_lines(rated: Rated) -> tuple[PriceLine, ...]:
    """Return a price line by line, as the house tells it."""
    return tuple(line.to_price_line() for line in rated.lines)


def _describe(price: SessionPrice, work: UnitOfWork) -> dict[str, Any]:
    """Return what all facts of a priced session carry."""
    return {
        "operator_id": price.operator_id,
        "at": work.now,
        "session_id": price.session_id,
        "station_id": price.station_id,
        "site_id": price.site_id,
        "evse_id": price.evse_id,
        "driver_id": price.driver_id,
        "token_id": price.token_id,
        "tariff_id": price.tariff_id,
        "version": price.version,
    }


def _write_revision(price: SessionPrice, lines: Sequence[PriceLine], digest: str, fact: SessionEnded) -> PriceRevision:
    return PriceRevision(
        session_id=price.session_id,
        revision=price.revision,
        operator_id=price.operator_id,
        tariff_id=price.tariff_id,
        version=price.version,
        currency=price.currency,
        lines=tuple(lines),
        net=price.net,
        tax=price.tax,
        gross=price.gross,
        energy_wh=price.energy_wh,
        ended_at=fact.ended_at,
        priced_at=price.priced_at or fact.at,
        is_final=price.is_final,
        digest=digest,
    )
