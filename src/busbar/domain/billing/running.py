"""What running sessions cost so far: in which order they are priced, and whom that is told."""

from collections.abc import Awaitable, Callable
from itertools import islice

import msgspec
import structlog

from busbar.canon.ledger import NoteRunningCost
from busbar.canon.pricing import CostProgressed
from busbar.canon.sessions import NoteSessionCost
from busbar.domain.billing import turns
from busbar.domain.billing.displays import DisplayService
from busbar.domain.billing.idling import Idling
from busbar.domain.billing.prices import SessionPrice
from busbar.domain.billing.store import PriceStore
from busbar.domain.billing.turns import Watch
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.errors import BusbarError, UnavailableError
from busbar.kernel.ids import SessionId, StationId
from busbar.ports.work import UnitOfWork
from busbar.rating.lines import Rated
from busbar.rating.record import Record

log = structlog.get_logger(__name__)


class PricingPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of running costs."""

    running_max_sessions: int = 50_000
    """Held in memory; of more, the cost so far is told when somebody asks."""
    per_pulse_max_sessions: int = 10
    """Priced a second, in turn: the price of a session that may cost what it costs is a courtesy, reports come first.

    Those that may cost only so much are not counted: they are priced when they are due.
    """
    per_pulse_max_ms: int = 250
    """After so long the rest waits for the next beat; something is priced in every beat."""


class RunningPrices:
    """Prices running sessions: those first whose money ends soonest."""

    def __init__(
        self,
        *,
        store: PriceStore,
        displays: DisplayService,
        idling: Idling,
        rate: Callable[[SessionPrice, UnitOfWork], Awaitable[tuple[Rated, Record]]],
        policy: PricingPolicy,
        read_watch_ms: Callable[[], int],
    ) -> None:
        self._store = store
        self._displays = displays
        self._idling = idling
        self._rate = rate
        self._policy = policy
        self._read_watch_ms = read_watch_ms
        self._prices: BoundedDict[SessionId, SessionPrice] = BoundedDict(bound=policy.running_max_sessions)
        """Sessions without a price yet; that which was priced last stands last."""
        self._watches: BoundedDict[SessionId, Watch] = BoundedDict(bound=policy.running_max_sessions)
        """Sessions that may cost only so much, and those of which nobody knows yet."""
        self._recalled: BoundedDict[SessionId, bool] = BoundedDict(bound=policy.running_max_sessions)
        """Sessions that began before this process had them: what others keep in memory of them is told once."""
        self._is_loaded = False
        self._is_elsewhere: Callable[[StationId], bool] = lambda _station_id: False

    def share_with_others(self, is_elsewhere: Callable[[StationId], bool]) -> None:
        """Learn which stations are another process's."""
        self._is_elsewhere = is_elsewhere

    def forget_stations(self, is_gone: Callable[[StationId], bool]) -> None:
        """Drop what another process prices from now on; what we took over is loaded at the next beat."""
        for session_id in [key for key, price in self._prices.items() if is_gone(price.station_id)]:
            del self._prices[session_id]
            self._watches.pop(session_id, None)
        self._is_loaded = False

    def get(self, session_id: SessionId) -> SessionPrice | None:
        """Return a running session's tariff and cost so far, if it is in memory."""
        return self._prices.get(session_id)

    def begin(self, price: SessionPrice, work: UnitOfWork) -> None:
        """Take a session in: it is looked at in the next beat."""
        work.keep(self._prices, price.session_id, price)
        work.keep(self._watches, price.session_id, turns.begin_watch(price, now=work.now))

    def end(self, session_id: SessionId, work: UnitOfWork) -> None:
        """Let a session go: it has its price."""
        work.forget(self._prices, session_id)
        work.forget(self._watches, session_id)

    def look_at(self, session_id: SessionId, work: UnitOfWork) -> None:
        """Look at a session in the next beat: it may cost something else from now on."""
        price = self._prices.get(session_id)
        if price is not None:
            work.keep(self._watches, session_id, turns.begin_watch(price, now=work.now))

    async def price(self, work: UnitOfWork) -> int:
        """Price those that are due, then some of the others; answers how many."""
        if not self._is_loaded:
            await self._load(work)
        until_ms = self._read_watch_ms() + self._policy.per_pulse_max_ms
        due = [(watch.ends_at, key) for key, watch in self._watches.items() if watch.due_at <= work.now]
        priced: set[SessionId] = set()
        for _ends_at, session_id in sorted(due):
            if priced and self._read_watch_ms() >= until_ms:
                break
            await self._progress(self._prices.get(session_id), session_id, work)
            priced.add(session_id)
        others = 0
        turn = islice(self._prices.items(), self._policy.per_pulse_max_sessions + len(priced))
        for session_id, price in list(turn):
            if others >= self._policy.per_pulse_max_sessions or (others and self._read_watch_ms() >= until_ms):
                break
            if session_id not in priced:
                await self._progress(price, session_id, work)
                others += 1
        return len(priced) + others

    async def _load(self, work: UnitOfWork) -> None:
        self._is_loaded = True
        for price in reversed(await self._store.list_running(work, limit=self._policy.running_max_sessions)):
            if price.session_id not in self._prices and not self._is_elsewhere(price.station_id):
                self.begin(price, work)
                work.keep(self._recalled, price.session_id, True)

    async def _progress(self, price: SessionPrice | None, session_id: SessionId, work: UnitOfWork) -> None:
        if price is None:
            work.forget(self._watches, session_id)
            return
        found = await self._try_to_rate(price, work)
        if found is None:
            return
        rated, record = found
        totals = rated.totals
        after = msgspec.structs.replace(
            price,
            priced_at=work.now,
            energy_wh=int(rated.energy_wh),
            net=totals.net,
            tax=totals.tax,
            gross=totals.gross,
        )
        work.forget(self._prices, session_id)
        work.keep(self._prices, session_id, after)
        is_recalled = session_id in self._recalled
        if is_recalled:
            work.forget(self._recalled, session_id)
            await self._idling.resume(after, work)
        is_changed = is_recalled or (after.energy_wh, after.totals) != (price.energy_wh, price.totals)
        watch = self._watches.get(session_id)
        if is_changed:
            self._tell(after, work)
        if is_changed or watch is not None:
            bound = await self._note(after, work)
            if bound is None:
                work.forget(self._watches, session_id)
            else:
                power_w = turns.find_power(record)
                watch = turns.look_ahead(watch, after, bound=bound, power_w=power_w, now=work.now)
                work.keep(self._watches, session_id, watch)
        if is_changed:
            await self._displays.show_cost(after, totals, work, energy_wh=after.energy_wh)

    async def _try_to_rate(self, price: SessionPrice, work: UnitOfWork) -> tuple[Rated, Record] | None:
        """Price one session; one that has no price now is looked at again later, and keeps nobody else waiting."""
        try:
            return await self._rate(price, work)
        except UnavailableError:
            raise
        except (BusbarError, ArithmeticError, LookupError, ValueError):
            log.exception("billing.not_priced", session_id=price.session_id, station_id=price.station_id)
        work.forget(self._prices, price.session_id)
        work.keep(self._prices, price.session_id, price)
        watch = self._watches.get(price.session_id)
        if watch is not None:
            later = msgspec.structs.replace(watch, due_at=work.now + turns.LATEST)
            work.keep(self._watches, price.session_id, later)
        return None

    def _tell(self, price: SessionPrice, work: UnitOfWork) -> None:
        self._store.save_price(work, price)
        work.signal(
            CostProgressed(
                operator_id=price.operator_id,
                at=work.now,
                session_id=price.session_id,
                station_id=price.station_id,
                driver_id=price.driver_id,
                currency=price.currency,
                totals=price.totals,
                energy_wh=price.energy_wh,
            )
        )

    async def _note(self, price: SessionPrice, work: UnitOfWork) -> int | None:
        """Tell the ledger and the session; answers at which cost they want to know again, None: at none."""
        by_money = await work.ask(
            NoteRunningCost(
                operator_id=price.operator_id,
                session_id=price.session_id,
                station_id=price.station_id,
                driver_id=price.driver_id,
                currency=price.currency,
                cost=price.gross,
            )
        )
        by_target = await work.ask(
            NoteSessionCost(
                operator_id=price.operator_id,
                session_id=price.session_id,
                station_id=price.station_id,
                cost=price.gross,
            )
        )
        return turns.find_bound((by_money, by_target))
