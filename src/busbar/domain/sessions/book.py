"""The sessions in memory: one desk a station, loaded on first use, written through the unit of work."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import chain, islice
from operator import attrgetter

import msgspec

from busbar.canon.access import IdToken
from busbar.canon.sessions import SessionState
from busbar.canon.stations import FindStation
from busbar.domain.sessions.binding import is_awaited
from busbar.domain.sessions.model import Session, describe_progress
from busbar.domain.sessions.store import SessionStore, UnmatchedPart, Use
from busbar.domain.sessions.trail import TrailEvent
from busbar.kernel.bounded import BATCH_MAX, BoundedDict, LatestDict
from busbar.kernel.errors import LimitExceededError, NotFoundError
from busbar.kernel.ids import OperatorId, SessionId, StationId, TransactionRef
from busbar.ports.work import UnitOfWork

CLOSED_MAX = 4
"""Ended sessions a desk keeps at hand for late parts: of each some 1.5 kB. Older ones are read again."""
AWAITED_MAX = 32
"""Starts that failed for want of an answer and that a desk keeps at hand: a transaction may still answer them."""
OPEN_MAX = 200
"""Open sessions a desk keeps at hand; more than any station has EVSEs."""
STRANGE_MAX = 16
"""References that a desk remembers as nobody's, so that they are not looked up again and again."""
FAILED_KEPT = timedelta(days=1)
NUMBERS_PER_BLOCK = 200
SETTLED_MAX = 2000
"""Sessions whose figures one beat writes, so that no batch grows long by it."""
LARGEST_NUMBER = 2**31 - 1
_NUMBERS = "numbers"
UNMATCHED_STATIONS_MAX = 10_000
"""Stations that are remembered to have parts without a session; beyond, every new 1.6 transaction looks for some."""
_UNMATCHED = "stations"
OCCUPIED_MAX = 50_000
"""Stations with open sessions that are remembered; beyond, every station's desk is loaded when it boots."""


class NumbersExhaustedError(LimitExceededError):
    """All positive 32-bit numbers for transactions have been given."""

    code = "limit_exceeded.transaction_numbers"


class BookBounds(msgspec.Struct, frozen=True, kw_only=True):
    """How much is kept in memory."""

    desks_max: int = 50_000
    tokens_max: int = 50_000
    homes_max: int = 100_000
    figures_every: timedelta = timedelta(0)
    """A session's figures are written no more often than this: all they say is in the stored samples already."""


class Desk(msgspec.Struct, frozen=True):
    """What is at hand of one station: its open sessions, and some that ended or failed lately."""

    sessions: dict[SessionId, Session] = {}
    """Changed only through a unit of work, which can take it back."""
    operator_id: OperatorId | None = None
    """Whose station it is. What one of the same name did for another operator lies on no desk. None: it is deleted."""
    last_start_at: datetime | None = None
    """The station's time of the newest start there ever was."""
    strange: tuple[TransactionRef, ...] = ()

    def find_by_ref(self, ref: TransactionRef) -> Session | None:
        """Return the session with this reference, if it is at hand: mostly the one that was begun last."""
        for session in reversed(self.sessions.values()):
            if session.transaction_ref == ref:
                return session
        return None


class SessionBook:
    """Finds sessions and takes their new values."""

    def __init__(self, store: SessionStore, *, bounds: BookBounds | None = None) -> None:
        bounds = bounds or BookBounds()
        self.limited: BoundedDict[SessionId, None] = BoundedDict(bound=bounds.desks_max)
        """Sessions whose stations were told what they may cost: they are told when it becomes more (2.1)."""
        self.store = store
        self._figures_every = bounds.figures_every
        self._lagging: dict[SessionId, Session] = {}
        self._desks: LatestDict[StationId, Desk] = LatestDict(bound=max(bounds.desks_max, BATCH_MAX + 1))
        self._homes: BoundedDict[SessionId, StationId] = BoundedDict(bound=bounds.homes_max)
        """On whose desk a session lies; of those that lie on none, only what was read again lately."""
        self._uses: LatestDict[tuple[OperatorId, str], frozenset[Use]] = LatestDict(
            bound=max(bounds.tokens_max, BATCH_MAX + 1)
        )
        self._unmatched: dict[str, frozenset[StationId]] = {}
        self._occupied: set[StationId] | None = None
        """Stations that may have an open session, and some that had one; None: to be asked of the store."""
        self._numbers: dict[str, tuple[int, int]] = {}
        self._is_elsewhere: Callable[[StationId], bool] | None = None

    def share_with_others(self, is_elsewhere: Callable[[StationId], bool]) -> None:
        """Learn that other processes write sessions too: those of stations of which `is_elsewhere` holds."""
        self._is_elsewhere = is_elsewhere

    @property
    def held_count(self) -> int:
        """Of how many sessions it is known on whose desk they lie."""
        return len(self._homes)

    # ---- finding -----------------------------------------------------------------------------------------------------

    async def open_desk(self, work: UnitOfWork, station_id: StationId) -> Desk:
        """Return a station's desk."""
        desk = self._desks.get(station_id)
        if desk is None:
            operator_id = await _find_operator(work, station_id)
            since = work.now - FAILED_KEPT
            found = await self.store.load_desk(work, station_id, operator_id=operator_id, failed_since=since)
            starts = [session.started_at for session in found if session.started_at is not None]
            desk = Desk(
                sessions={session.session_id: session for session in found},
                operator_id=operator_id,
                last_start_at=max(starts, default=None),
            )
            work.keep(self._desks, station_id, desk)
        return desk

    def find_desk(self, station_id: StationId) -> Desk | None:
        """Return a station's desk, if it is in memory."""
        return self._desks.get(station_id)

    def find_at_hand(self, station_id: StationId, ref: TransactionRef) -> Session | None:
        """Return the session of a station's transaction, if it is in memory."""
        desk = self._desks.get(station_id)
        return None if desk is None else desk.find_by_ref(ref)

    async def find_by_ref(self, work: UnitOfWork, station_id: StationId, ref: TransactionRef) -> Session | None:
        """Return the session of a station's transaction."""
        desk = await self.open_desk(work, station_id)
        session = desk.find_by_ref(ref)
        if session is not None or ref in desk.strange:
            return session
        session = await self.store.find_by_ref(work, station_id, ref, operator_id=desk.operator_id)
        if session is not None:
            self._put_at_hand(work, session)
        else:
            strange = (*desk.strange, ref)[-STRANGE_MAX:]
            work.keep(self._desks, station_id, msgspec.structs.replace(desk, strange=strange))
        return session

    async def find(self, work: UnitOfWork, session_id: SessionId) -> Session | None:
        """Return a session."""
        station_id = self._homes.get(session_id)
        if station_id is not None:
            session = (await self.open_desk(work, station_id)).sessions.get(session_id)
            if session is not None:
                return session
        session = await self.store.load(work, session_id)
        if session is not None:
            self.refresh(work, session)
        return session

    async def may_be_occupied(self, work: UnitOfWork, station_id: StationId) -> bool:
        """Tell whether a station may have an open session: asked of the store once for all, then known.

        When thousands of stations come back at once, hardly any desk need be loaded for it.
        """
        if station_id in self._desks:
            return True
        if self._occupied is None:
            self._occupied = set(await self.store.list_occupied_stations(work, limit=OCCUPIED_MAX))
        return station_id in self._occupied or len(self._occupied) >= OCCUPIED_MAX

    def clear_desk(self, work: UnitOfWork, station_id: StationId) -> None:
        """Load a station's desk again at its next use: it may be another station by now."""
        work.forget(self._desks, station_id)

    def refresh(self, work: UnitOfWork, session: Session) -> None:
        """Put a session at hand that was read from the store."""
        work.keep(self._homes, session.session_id, session.station_id)
        if session.station_id in self._desks:
            self._put_at_hand(work, session)

    def newest(self, session: Session) -> Session:
        """Return the value at hand of a session that was read from the store."""
        desk = self._desks.get(session.station_id)
        return desk.sessions.get(session.session_id, session) if desk is not None else session

    def forget_stations(self, is_gone: Callable[[StationId], bool]) -> None:
        """Drop what another process writes from now on; others begin sessions too, so these are counted anew."""
        for station_id in [held for held in self._desks if is_gone(held)]:
            del self._desks[station_id]
        for session_id in [held for held, home in self._homes.items() if is_gone(home)]:
            del self._homes[session_id]
        for session_id in [held for held, session in self._lagging.items() if is_gone(session.station_id)]:
            del self._lagging[session_id]
        self._uses.clear()
        self._unmatched.clear()
        self._occupied = None

    async def count_uses(
        self,
        work: UnitOfWork,
        operator_id: OperatorId,
        id_token: IdToken,
        *,
        besides: SessionId | None = None,
        besides_station: StationId | None = None,
    ) -> int:
        """Count the open sessions under a token, besides one session or one station."""
        key = (operator_id, id_token.value.casefold())
        uses = self._uses.get(key)
        if uses is None or self._is_elsewhere is not None:
            stored = frozenset(await self.store.list_uses(work, operator_id, id_token))
            uses = stored if uses is None else self._merge_uses(uses, stored)
            work.keep(self._uses, key, uses)
        return sum(1 for use in uses if use.session_id != besides and use.station_id != besides_station)

    def _merge_uses(self, known: frozenset[Use], stored: frozenset[Use]) -> frozenset[Use]:
        """Believe memory about our stations (the newest may not be written yet), and the store about others."""
        is_elsewhere = self._is_elsewhere
        if is_elsewhere is None:
            return known
        own = {use for use in known if not is_elsewhere(use.station_id)}
        return frozenset(own | {use for use in stored if is_elsewhere(use.station_id)})

    # ---- writing -----------------------------------------------------------------------------------------------------

    def put(self, work: UnitOfWork, session: Session, *, before: Session | None) -> None:
        """Take a session's new value and write it."""
        if before is not None and _structure(before) == _structure(session):
            if before != session:
                self._write_live(work, session)
            return
        session = msgspec.structs.replace(session, figures_at=work.now)
        if self._occupied is not None and session.is_open:
            self._occupied.add(session.station_id)
        self.store.save(work, session, before=before if self._is_at_hand(before, session) else None)
        work.forget(self._lagging, session.session_id)
        self._count_use(work, session, before)
        if before is None:
            work.keep(self._homes, session.session_id, session.station_id)
        self._put_at_hand(work, session)

    def _is_at_hand(self, before: Session | None, session: Session) -> bool:
        """Tell whether this is what was last written of a session: nobody has put another value since."""
        desk = self._desks.get(session.station_id)
        return desk is not None and before is not None and desk.sessions.get(session.session_id) is before

    def put_figures(self, work: UnitOfWork, session: Session) -> None:
        """Take a session of which nothing but its figures changed, and when it was heard.

        They are written now and then: after a restart the samples say the same.
        """
        written_at = session.figures_at
        if written_at is None or work.now - written_at >= self._figures_every:
            self._write_live(work, session)
        else:
            work.keep(self._lagging, session.session_id, session)
            self._show(work, session)

    def _write_live(self, work: UnitOfWork, session: Session) -> None:
        session = msgspec.structs.replace(session, figures_at=work.now)
        self.store.save_live(work, session)
        work.forget(self._lagging, session.session_id)
        self._show(work, session)

    def _show(self, work: UnitOfWork, session: Session) -> None:
        desk = self._desks.get(session.station_id)
        if desk is not None and session.session_id in desk.sessions:
            work.keep(desk.sessions, session.session_id, session)
        else:
            self._put_at_hand(work, session)

    def settle_figures(self, work: UnitOfWork) -> int:
        """Write figures that were held back long enough; return of how many sessions. The next beat takes the rest.

        They are signalled too: a screen that has just read the stored ones would show those until the next sample.
        """
        due = (
            session
            for session in self._lagging.values()
            if session.figures_at is None or work.now - session.figures_at >= self._figures_every
        )
        late = list(islice(due, SETTLED_MAX))
        for session in late:
            self._write_live(work, session)
            if session.state is SessionState.ACTIVE:
                work.signal(describe_progress(session, at=work.now))
        return len(late)

    def note(self, work: UnitOfWork, events: Iterable[TrailEvent]) -> None:
        """Write steps down."""
        for event in events:
            self.store.add_event(work, event)

    async def has_unmatched(self, work: UnitOfWork, station_id: StationId) -> bool:
        """Tell whether parts of this station may wait for a session. Asked of the store once, then known."""
        held = self._unmatched.get(_UNMATCHED)
        if held is None:
            held = frozenset(await self.store.list_unmatched_stations(work, limit=UNMATCHED_STATIONS_MAX))
            work.keep(self._unmatched, _UNMATCHED, held)
        return station_id in held or len(held) >= UNMATCHED_STATIONS_MAX

    async def keep_unmatched(self, work: UnitOfWork, part: UnmatchedPart) -> None:
        """Keep a part that matches nothing."""
        if not await self.has_unmatched(work, part.station_id):
            work.keep(self._unmatched, _UNMATCHED, self._unmatched[_UNMATCHED] | {part.station_id})
        await self.store.keep_unmatched(work, part)

    async def remove(self, work: UnitOfWork, session: Session) -> None:
        """Remove a session that became part of another."""
        await self.store.remove(work, session.session_id)
        work.forget(self._homes, session.session_id)
        self._drop_use(work, session)
        desk = self._desks.get(session.station_id)
        if desk is not None:
            others = {key: value for key, value in desk.sessions.items() if key != session.session_id}
            work.keep(self._desks, session.station_id, msgspec.structs.replace(desk, sessions=others))

    async def next_number(self, work: UnitOfWork) -> int:
        """Return a positive 32-bit number that was never given before. Errors: `limit_exceeded.transaction_numbers`."""
        number, end = self._numbers.get(_NUMBERS, (0, 0))
        if number >= end:
            number = await self.store.reserve_numbers(work, NUMBERS_PER_BLOCK)
            end = number + NUMBERS_PER_BLOCK
        if number > LARGEST_NUMBER:
            raise NumbersExhaustedError("all transaction numbers have been given")
        work.keep(self._numbers, _NUMBERS, (number + 1, end))
        return number

    def _put_at_hand(self, work: UnitOfWork, session: Session) -> None:
        desk = self._desks.get(session.station_id)
        if desk is None or desk.operator_id not in (None, session.operator_id):
            return
        started = [at for at in (desk.last_start_at, session.started_at) if at is not None]
        held = {**desk.sessions, session.session_id: session}
        kept = _trim(held, now=work.now) if _is_growing(desk, session) else held
        for gone in held.keys() - kept.keys():
            work.forget(self._homes, gone)  # else those of all that ever ended are held
        work.keep(
            self._desks,
            session.station_id,
            Desk(
                kept,
                desk.operator_id,
                max(started, default=None),
                tuple(ref for ref in desk.strange if ref != session.transaction_ref),
            ),
        )

    def _count_use(self, work: UnitOfWork, session: Session, before: Session | None) -> None:
        if before is not None and before.id_token != session.id_token:
            self._drop_use(work, before)
        if session.id_token is None:
            return
        key = (session.operator_id, session.id_token.value.casefold())
        uses = self._uses.get(key)
        if uses is None:
            return
        own = Use(session.session_id, session.station_id)
        counted = uses | {own} if session.is_open else uses - {own}
        if counted != uses:
            work.keep(self._uses, key, counted)

    def _drop_use(self, work: UnitOfWork, session: Session) -> None:
        if session.id_token is None:
            return
        key = (session.operator_id, session.id_token.value.casefold())
        uses = self._uses.get(key)
        if uses is not None:
            work.keep(self._uses, key, uses - {Use(session.session_id, session.station_id)})


async def _find_operator(work: UnitOfWork, station_id: StationId) -> OperatorId | None:
    try:
        return (await work.ask(FindStation(station_id=station_id))).operator_id
    except NotFoundError:
        return None


def _is_growing(desk: Desk, session: Session) -> bool:
    """Tell whether the desk must be looked through for what is no longer needed at hand."""
    held = desk.sessions.get(session.session_id)
    return held is None or held.is_open != session.is_open


def _trim(sessions: dict[SessionId, Session], *, now: datetime) -> dict[SessionId, Session]:
    """Keep what may be needed soon, and whatever this batch wrote: the store does not hold it yet."""
    staged = {key: session for key, session in sessions.items() if session.figures_at == now}
    opened = [session for session in sessions.values() if session.is_open]
    awaited = [session for session in sessions.values() if not session.is_open and is_awaited(session)]
    closed = [session for session in sessions.values() if not session.is_open and not is_awaited(session)]
    if len(opened) <= OPEN_MAX and len(awaited) <= AWAITED_MAX and len(closed) <= CLOSED_MAX:
        return sessions
    kept = (_newest(opened, OPEN_MAX), _newest(awaited, AWAITED_MAX), _newest(closed, CLOSED_MAX))
    return {session.session_id: session for session in chain.from_iterable(kept)} | staged


def _newest(sessions: list[Session], count: int) -> list[Session]:
    return sorted(sessions, key=lambda session: session.heard_at)[-count:]


_LIVE = frozenset({
    "heard_at", "last_at", "energy_wh", "exported_wh", "power_w", "current_ma", "voltage_mv", "soc_permille",
    "metered_at", "runs", "charging_order", "signalled_at", "figures_at",
})  # fmt: skip
_structure = attrgetter(*(name for name in Session.__struct_fields__ if name not in _LIVE))
"""All that makes a full write necessary: everything but the figures that change with every message."""
