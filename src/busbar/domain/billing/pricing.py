"""Prices sessions: fixes their tariff as they begin, tells what they cost so far, and in the end what they cost."""

from collections.abc import Callable

import msgspec

from busbar.canon.control import ShowPart
from busbar.canon.invoicing import FindTaxRates
from busbar.canon.ledger import FindSpendable
from busbar.canon.metering import Curve, FindMeterCurve
from busbar.canon.payments import FindPaidAhead
from busbar.canon.pricing import (
    DescribeProgress,
    Extent,
    PriceNote,
    PriceRunningSessions,
    PriceSessionNow,
    PriceSoFar,
    PriceSpan,
    PriceTrace,
    SessionPriced,
    TariffFixed,
    Totals,
    TracePrice,
)
from busbar.canon.reservations import ReservationEnded
from busbar.canon.sessions import (
    CloseReason,
    FindChargingSteps,
    SessionEnded,
    SessionsJoined,
    SessionStarted,
    SessionStateChanged,
    StopTargetChanged,
)
from busbar.canon.stations import Protocol
from busbar.domain.billing.displays import DisplayService
from busbar.domain.billing.idling import Idling
from busbar.domain.billing.model import Choice, Circumstances, PriceNotFoundError, describe_circumstances
from busbar.domain.billing.offers import OfferService
from busbar.domain.billing.prices import (
    SessionPrice,
    assign_driver,
    describe_price,
    digest_lines,
    follow,
    is_current_asked,
    is_known_as,
    list_lines,
    make_record,
    revoke,
    write_revision,
)
from busbar.domain.billing.purchases import PurchaseService
from busbar.domain.billing.rates import rate_session
from busbar.domain.billing.running import PricingPolicy, RunningPrices
from busbar.domain.billing.showing import count_currency_digits
from busbar.domain.billing.store import PricingStore, ReckonedCost
from busbar.domain.billing.tariffs import TariffService, find_calendar
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.ids import SessionId, StationId, is_key
from busbar.ports.work import UnitOfWork
from busbar.rating import coding
from busbar.rating.lines import Rated
from busbar.rating.record import Record, State
from busbar.rating.tariff import Tariff
from busbar.rating.taxes import fill_taxes
from busbar.rating.totals import to_minor


class PricingService:
    """Prices sessions."""

    def __init__(
        self,
        *,
        store: PricingStore,
        tariffs: TariffService,
        offers: OfferService,
        displays: DisplayService,
        purchases: PurchaseService,
        policy: PricingPolicy | None = None,
        read_watch_ms: Callable[[], int] = lambda: 0,
    ) -> None:
        self._store = store
        self._tariffs = tariffs
        self._offers = offers
        self._displays = displays
        self._changes = displays.tariff_changes
        self._purchases = purchases
        self._idling = Idling(tariffs)
        policy = policy or PricingPolicy()
        self._running = RunningPrices(
            store=store,
            displays=displays,
            idling=self._idling,
            rate=self._rate_so_far,
            policy=policy,
            read_watch_ms=read_watch_ms,
        )
        self._without: BoundedDict[SessionId, None] = BoundedDict(bound=policy.running_max_sessions)
        """Sessions that began here and that no tariff was fixed for: nothing is stored of them."""
        self._limits: BoundedDict[SessionId, int] = BoundedDict(bound=policy.running_max_sessions)
        """What stations were told that sessions may cost at most."""

    def share_with_others(self, is_elsewhere: Callable[[StationId], bool]) -> None:
        """Learn that other processes price sessions too: those of stations of which `is_elsewhere` holds."""
        self._running.share_with_others(is_elsewhere)

    @property
    def unpriced_count(self) -> int:
        """How many running sessions are known to have no tariff."""
        return len(self._without)

    def forget_stations(self, is_gone: Callable[[StationId], bool]) -> None:
        """Drop what another process prices from now on; what we took over is loaded at the next pulse."""
        self._running.forget_stations(is_gone)
        self._without.clear()

    # ---- the begin ---------------------------------------------------------------------------------------------------

    async def hear_start(self, fact: SessionStarted, work: UnitOfWork) -> None:
        """Fix the tariff that a session is priced with."""
        choice = await self._choose(fact, work)
        if choice is None:
            work.keep(self._without, fact.session_id, None)
        elif await self._store.load_price(work, fact.session_id) is None:
            self._changes.begin(fact.session_id, work)
            await self._changes.match(await self._fix(fact, choice, work), work)

    async def note_reserved(self, fact: ReservationEnded, work: UnitOfWork) -> None:
        """Price the place that was kept for a session with it."""
        price = None if fact.session_id is None else await self._recall(fact.session_id, work)
        if price is not None:
            after = msgspec.structs.replace(price, reserved_at=fact.starts_at, reserved_until=fact.ends_at)
            self._store.save_price(work, after)
            if not after.revision:
                self._running.begin(after, work)

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
        zone, country, days = await find_calendar(fact.operator_id, fact.site_id, work)
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
            days=days,
            taxes=await work.ask(FindTaxRates(operator_id=fact.operator_id, site_id=fact.site_id)),
            tariff_id=version.tariff_id,
            version=version.version,
            tariff_name=version.name,
            scope=choice.assignment.scope,
            currency=version.currency,
            fixed_at=work.now,
            started_at=fact.started_at,
        )
        if isinstance(fact, SessionStarted):
            price = msgspec.structs.replace(price, transaction_ref=fact.transaction_ref, register_wh=fact.register_wh)
        work.forget(self._without, fact.session_id)
        await self._announce(price, work)
        return price

    async def _announce(self, price: SessionPrice, work: UnitOfWork) -> None:
        """Keep and tell which tariff a running session has from its begin on."""
        self._store.save_price(work, price)
        self._running.begin(price, work)
        terms = await self._tariffs.get_terms(work, price.tariff_id, price.version)
        hold = None if terms.hold_amount is None else to_minor(terms.hold_amount, terms.currency, terms.rounding)
        work.tell(TariffFixed(**describe_price(price, at=work.now), reason=price.scope.value, hold=hold))

    async def _follow_driver(
        self, who: DescribeProgress | SessionStateChanged, work: UnitOfWork
    ) -> SessionPrice | None:
        """Return the price of a session that runs; if who charges was told meanwhile, fixed anew for that person.

        A vehicle that was plugged in before anybody presented a token began without one (2.x): the tariff is the one
        that held at the begin for who it turned out to be, and money is held from now on.
        """
        price = self._running.get(who.session_id)
        if price is None or is_known_as(price, who):
            return price
        if who.driver_id is None and who.group is None and who.token_id is None:
            return price  # nobody is known: that takes nothing back
        where = Circumstances(
            operator_id=price.operator_id,
            at=price.started_at,
            site_id=price.site_id,
            station_id=price.station_id,
            evse_id=price.evse_id,
            connector_id=price.connector_id,
            driver_id=who.driver_id,
            group=who.group,
            token_id=who.token_id,
        )
        choice = await self._tariffs.choose(where, work)
        if choice is None:
            choice = await self._tariffs.choose(msgspec.structs.replace(where, at=price.fixed_at), work)
        if choice is None:
            return price  # the end decides
        after = assign_driver(price, choice, who, at=work.now)
        await self._announce(after, work)
        await self._changes.match(after, work)
        return after

    # ---- the end -----------------------------------------------------------------------------------------------------

    async def hear_end(self, fact: SessionEnded, work: UnitOfWork) -> None:
        """Price an ended session; with a corrected record, price it again as a new revision."""
        price = await self._recall(fact.session_id, work)
        if price is None or not is_known_as(price, fact):
            # who charges was told later than the begin: the tariff is the one that held then for whom it is
            choice = await self._choose(fact, work)
            if choice is None:
                work.forget(self._without, fact.session_id)  # else those of all that ever ended are held
                return
            fixed = await self._fix(fact, choice, work)
            price = fixed if price is None else follow(fixed, price)
        extent = Extent(
            started_at=fact.started_at,
            ended_at=fact.ended_at,
            has_start=Curve.NO_START not in fact.record.flags,
            has_end=Curve.NO_END not in fact.record.flags,
            energy_wh=fact.record.energy_wh,
        )
        rated = await self._rate(price, extent, work, is_over=True)
        await self._settle(price, fact, rated, work)

    async def _rate(self, price: SessionPrice, extent: Extent, work: UnitOfWork, *, is_over: bool) -> Rated:
        """Rate a session that has ended; `is_over` keeps what its offers gave."""
        curve = await work.ask(
            FindMeterCurve(
                operator_id=price.operator_id,
                station_id=price.station_id,
                session_id=price.session_id,
                started_at=extent.started_at,
                ended_at=extent.ended_at,
                has_start=extent.has_start,
                has_end=extent.has_end,
                is_current_asked=is_current_asked(await self._get_terms(price, work)),
            )
        )
        steps = await work.ask(FindChargingSteps(operator_id=price.operator_id, session_id=price.session_id))
        record = make_record(
            curve, steps, started_at=extent.started_at, ended_at=extent.ended_at, energy_wh=extent.energy_wh
        )
        return await self._rate_record(price, record, work, is_over=is_over)

    async def _rate_record(self, price: SessionPrice, record: Record, work: UnitOfWork, *, is_over: bool) -> Rated:
        terms = await self._get_terms(price, work)
        kept = msgspec.structs.replace(record, reservation=price.reservation)
        rated = rate_session(terms, kept, zone=price.zone, country=price.country, days=price.days)
        return await self._offers.reduce(price, rated, terms, work, is_over=is_over)

    async def trace(self, message: TracePrice, work: UnitOfWork) -> PriceTrace:
        """Tell how the price of a session that is over came about."""
        price = await self._store.load_price(work, message.session_id) if is_key(message.session_id) else None
        if price is None or price.operator_id != message.operator_id:
            raise PriceNotFoundError("the session has no price", session_id=message.session_id[:64])
        version = await self._tariffs.read_version(work, price.tariff_id, price.version)
        rated = await self._rate(price, message.extent, work, is_over=False)
        return PriceTrace(
            spans=tuple(
                PriceSpan(
                    starts_at=span.starts_at,
                    ends_at=span.ends_at,
                    energy_wh=span.energy_wh,
                    is_parked=span.state is State.PARKED,
                )
                for span in rated.spans
            ),
            connector_id=price.connector_id,
            reserved_at=price.reserved_at,
            reserved_until=price.reserved_until,
            tariff_json=coding.encode(await self._get_terms(price, work)).decode(),
            published_at=version.published_at,
        )

    async def _get_terms(self, price: SessionPrice, work: UnitOfWork) -> Tariff:
        return fill_taxes(await self._tariffs.get_terms(work, price.tariff_id, price.version), price.taxes)

    async def _settle(self, price: SessionPrice, fact: SessionEnded, rated: Rated, work: UnitOfWork) -> None:
        """Keep a price as the next revision and tell it, unless it is the one that the session has already."""
        lines = list_lines(rated)
        is_final = fact.close_reason is CloseReason.REPORTED
        digest = digest_lines(lines, tariff_id=price.tariff_id, version=price.version, is_final=is_final)
        before = await self._store.load_revision(work, price.session_id, price.revision) if price.revision else None
        self._running.end(price.session_id, work)
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
        self._store.add_revision(work, write_revision(after, rated, digest, fact))
        await self._purchases.note_priced(after, work)
        work.tell(
            SessionPriced(
                **describe_price(after, at=work.now),
                revision=after.revision,
                tariff_name=after.tariff_name,
                currency=after.currency,
                lines=lines,
                refusals=rated.refusals,
                totals=totals,
                previous=None if before is None else before.totals,
                energy_wh=after.energy_wh,
                started_at=fact.started_at,
                ended_at=fact.ended_at,
                is_final=is_final,
                has_start=Curve.NO_START not in fact.record.flags,
                has_end=Curve.NO_END not in fact.record.flags,
            )
        )
        await self._displays.show_cost(after, totals, work, energy_wh=after.energy_wh, is_final=True)
        work.forget(self._limits, price.session_id)
        self._changes.end(price.session_id, work)
        self._idling.forget(price.session_id, work)

    async def hear_state(self, fact: SessionStateChanged, work: UnitOfWork) -> None:
        """Reckon when occupying the place will cost something, now that the vehicle stopped charging."""
        price = await self._follow_driver(fact, work) or await self._recall(fact.session_id, work)
        if price is not None and not price.revision:
            await self._idling.watch(price, fact.charging_state, work)

    async def hear_joined(self, fact: SessionsJoined, work: UnitOfWork) -> None:
        """Take back the price of a session that became part of another: what was told of it is told to be nothing."""
        price = await self._store.load_price(work, fact.joined_session_id)
        if price is not None and price.revision:
            await self._offers.give_back(price, work)
            self._take_back(price, work)
        await self._store.remove_price(work, fact.joined_session_id)
        self._running.end(fact.joined_session_id, work)
        work.forget(self._without, fact.joined_session_id)

    def _take_back(self, price: SessionPrice, work: UnitOfWork) -> None:
        """Keep and tell a last revision that costs nothing."""
        revision = revoke(price, at=work.now)
        self._store.add_revision(work, revision)
        work.tell(
            SessionPriced(
                **describe_price(price, at=work.now),
                revision=revision.revision,
                tariff_name=price.tariff_name,
                currency=price.currency,
                lines=(),
                totals=Totals(),
                previous=price.totals,
                energy_wh=0,
                started_at=price.started_at,
                ended_at=revision.ended_at,
                is_final=True,
            )
        )

    # ---- meanwhile ---------------------------------------------------------------------------------------------------

    async def price_running(self, _command: PriceRunningSessions, work: UnitOfWork) -> int:
        """Say what some running sessions cost so far: those first whose money ends soonest, others in their turn."""
        self._idling.tend(work)
        return await self._running.price(work)

    async def hear_target(self, fact: StopTargetChanged, work: UnitOfWork) -> None:
        """Look at a session at once that shall end at another cost."""
        self._running.look_at(fact.session_id, work)

    # ---- what a station is told with its answer ----------------------------------------------------------------------

    async def describe_progress(self, message: DescribeProgress, work: UnitOfWork) -> PriceNote | None:
        """Say what a station is to be told now: the total in the end (I03), before that what it may cost (E16)."""
        if message.station_cost is not None:
            self._keep_reckoned(message, work)
        await self._changes.hear_word(message, work)
        running = None if message.end is not None else await self._follow_driver(message, work)
        display = await self._displays.find(work, message.station_id, message.operator_id)
        if running is not None and display.protocol is Protocol.OCPP21:
            await self._changes.match(running, work)
        if message.end is None:
            return await self._limit(message, work) if display.can(ShowPart.COST_LIMIT) else None
        if not display.can(ShowPart.COST) and not display.can(ShowPart.LOCAL_COST):
            return None
        price = await self._recall(message.session_id, work)
        if price is None or not is_known_as(price, message):
            return None  # not known yet: what is left out is not free (I03.FR.04)
        rated = await self._rate(price, message.end, work, is_over=False)
        return PriceNote(currency=price.currency, digits=count_currency_digits(price.currency), cost=rated.totals.gross)

    async def _limit(self, message: DescribeProgress, work: UnitOfWork) -> PriceNote | None:
        """Return what a session may cost at most, if its station was told something else.

        That is what its driver has, or what a guest paid for it beforehand.
        """
        if message.driver_id is not None:
            spendable = await work.ask(
                FindSpendable(
                    operator_id=message.operator_id, session_id=message.session_id, driver_id=message.driver_id
                )
            )
        elif message.session_id in self._limits:
            return None  # what a guest paid does not change
        else:
            spendable = await work.ask(FindPaidAhead(operator_id=message.operator_id, session_id=message.session_id))
        if spendable is None:
            return None
        if self._limits.get(message.session_id) == spendable.amount:
            return None
        work.keep(self._limits, message.session_id, spendable.amount)
        digits = count_currency_digits(spendable.currency)
        return PriceNote(currency=spendable.currency, digits=digits, limit=spendable.amount)

    def _keep_reckoned(self, message: DescribeProgress, work: UnitOfWork) -> None:
        cost = message.station_cost
        if cost is None:
            return
        self._store.save_reckoned(
            work,
            ReckonedCost(
                session_id=message.session_id,
                operator_id=message.operator_id,
                currency=cost.currency,
                net=None if cost.net is None else str(cost.net)[:40],
                gross=None if cost.gross is None else str(cost.gross)[:40],
                failure=cost.failure,
                at=work.now,
                is_final=message.end is not None,
            ),
        )

    async def price_now(self, message: PriceSessionNow, work: UnitOfWork) -> PriceSoFar:
        """Price what there is of a running session."""
        price = await self._store.load_price(work, message.session_id) if is_key(message.session_id) else None
        if price is None or price.operator_id != message.operator_id:
            raise PriceNotFoundError("the session has no price", session_id=message.session_id[:64])
        rated, _record = await self._rate_so_far(price, work)
        return PriceSoFar(
            tariff_id=price.tariff_id,
            version=price.version,
            currency=price.currency,
            lines=list_lines(rated),
            refusals=rated.refusals,
            totals=rated.totals,
            energy_wh=int(rated.energy_wh),
            at=work.now,
        )

    async def _rate_so_far(self, price: SessionPrice, work: UnitOfWork) -> tuple[Rated, Record]:
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
                is_current_asked=is_current_asked(await self._get_terms(price, work)),
            )
        )
        steps = await work.ask(FindChargingSteps(operator_id=price.operator_id, session_id=price.session_id))
        energy_wh = curve.points[-1].energy_wh if curve.points else 0
        record = make_record(curve, steps, started_at=started_at, ended_at=work.now, energy_wh=energy_wh)
        return await self._rate_record(price, record, work, is_over=False), record
