"""The sessions room: what it hears, and which of its parts answers."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import msgspec

from busbar.canon.access import AuthorizationRequested
from busbar.canon.control import StationCommandAnswered
from busbar.canon.message import Fact, Message
from busbar.canon.sessions import (
    ChargingState,
    ChargingStep,
    CloseAbandonedSessions,
    CloseReason,
    CloseSession,
    FindChargingSteps,
    NoteSessionCost,
    SamplesReported,
    SessionFaulted,
    SessionState,
    SessionStateChanged,
    SetStopTarget,
    SettleFigures,
    StartSession,
    StopSession,
    TransactionReported,
)
from busbar.canon.stations import (
    ConnectorStatus,
    ConnectorStatusChanged,
    StationBootAccepted,
    StationOffline,
    StationRegistered,
)
from busbar.domain.sessions import binding
from busbar.domain.sessions.book import BookBounds, SessionBook
from busbar.domain.sessions.closing import Closing, describe
from busbar.domain.sessions.flow import Flow
from busbar.domain.sessions.joining import Joining
from busbar.domain.sessions.model import FailReason, Order, Session
from busbar.domain.sessions.parts import Reception
from busbar.domain.sessions.requests import Requests
from busbar.domain.sessions.store import SessionStore
from busbar.domain.sessions.targets import Targets
from busbar.domain.sessions.trail import Source, Step, note_step
from busbar.kernel.ids import IdSource, StationId
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]
HandlerAtOnce = Callable[[Any, UnitOfWork], Any]

CHARGING_STEPS_MAX = 10_000
"""Charging states that are looked up of one session."""
SWEEP_MAX = 200
"""Sessions that one sweep closes; the next one takes the rest."""
OUR_RESTART = "restart"
"""The reason that stations go offline with when it was we who stopped: no step of any session."""
_UPDATED_NUMBER = 1
_SHOWN = {
    ConnectorStatus.CHARGING: ChargingState.CHARGING,
    ConnectorStatus.SUSPENDED_EV: ChargingState.SUSPENDED_EV,
    ConnectorStatus.SUSPENDED_EVSE: ChargingState.SUSPENDED_EVSE,
}
"""What a 1.6 connector's status says of its transaction, which says nothing itself."""


class SessionPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of the room."""

    start_timeout: timedelta = timedelta(seconds=180)
    """A start that was asked for blocks its EVSE this long."""
    bounds: BookBounds = BookBounds()


class SessionService:
    """Sessions: from the first wish or the first word of a station to the last correction."""

    def __init__(self, *, store: SessionStore, ids: IdSource, policy: SessionPolicy | None = None) -> None:
        policy = policy or SessionPolicy()
        self._book = SessionBook(store, bounds=policy.bounds)
        self._closing = Closing(self._book)
        self._joining = Joining(book=self._book, closing=self._closing)
        self._targets = Targets(self._book)
        self._reception = Reception(
            book=self._book, closing=self._closing, joining=self._joining, targets=self._targets, ids=ids
        )
        self._flow = Flow(self._book)
        self._requests = Requests(
            book=self._book, closing=self._closing, joining=self._joining, ids=ids, start_timeout=policy.start_timeout
        )

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Say which messages are handled here."""
        return {
            AuthorizationRequested: self._reception.authorize,
            TransactionReported: self._reception.take_part,
            SamplesReported: self._reception.take_samples,
            StartSession: self._requests.start,
            StopSession: self._requests.stop,
            CloseSession: self._requests.close,
            SetStopTarget: self._targets.set,
            NoteSessionCost: self._targets.note_cost,
            CloseAbandonedSessions: self.close_abandoned,
            SettleFigures: self.settle_figures,
            FindChargingSteps: self.find_charging_steps,
        }

    def handlers_at_once(self) -> Mapping[type[Message], HandlerAtOnce]:
        """Say which messages are answered at once where they can be."""
        return {SamplesReported: self._flow.take_samples, TransactionReported: self._flow.take_part}

    def concerns(self) -> Mapping[str, Callable[[Any], bool]]:
        """Say which of the facts that come often are anything to sessions."""
        return {"sessions.connector_status": concerns_sessions}

    def listeners(self) -> list[tuple[type[Fact], str, Handler]]:
        """Say which facts are listened to, and under which name."""
        return [
            (StationCommandAnswered, "sessions.command_answered", self._requests.hear_answer),
            (StationRegistered, "sessions.station_registered", self.hear_registration),
            (StationBootAccepted, "sessions.station_booted", self.hear_boot),
            (StationOffline, "sessions.station_offline", self.hear_offline),
            (ConnectorStatusChanged, "sessions.connector_status", self.hear_status),
        ]

    def share_with_others(self, is_elsewhere: Callable[[StationId], bool]) -> None:
        """Learn that other processes write sessions too: those of stations of which `is_elsewhere` holds."""
        self._book.share_with_others(is_elsewhere)
        self._targets.share_with_others(is_elsewhere)

    def forget_stations(self, is_gone: Callable[[StationId], bool]) -> None:
        """Drop what another process writes from now on."""
        self._book.forget_stations(is_gone)
        self._targets.forget_stations(is_gone)

    async def close_abandoned(self, command: CloseAbandonedSessions, work: UnitOfWork) -> int:
        """Close what was silent too long, and give up starts that nobody answered."""
        silent = await self._book.store.list_silent(
            work, before=command.silent_since, limit=SWEEP_MAX, station_id=command.station_id
        )
        for session in silent:
            await self._closing.close(self._book.newest(session), CloseReason.ABANDONED, work)
        unanswered = await self._book.store.list_unanswered(
            work, before=command.requested_before, limit=SWEEP_MAX, station_id=command.station_id
        )
        for session in unanswered:
            await self._give_up(self._book.newest(session), work)
        return len(silent) + len(unanswered)

    async def settle_figures(self, _command: SettleFigures, work: UnitOfWork) -> int:
        """Write the figures of running sessions that were held back, and end those whose time has come."""
        await self._targets.beat(work)
        return self._book.settle_figures(work)

    async def find_charging_steps(self, command: FindChargingSteps, work: UnitOfWork) -> tuple[ChargingStep, ...]:
        """Say what the station told of a session's charging states."""
        found = await self._book.store.list_charging(
            work, command.session_id, operator_id=command.operator_id, limit=CHARGING_STEPS_MAX
        )
        return tuple(found)

    async def _give_up(self, session: Session, work: UnitOfWork) -> None:
        desk = await self._book.open_desk(work, session.station_id)
        orphan = binding.find_orphan(desk.sessions.values(), session)
        if orphan is not None:
            adopted = await self._joining.adopt(session, orphan, work)
            self._book.put(work, adopted, before=session)
            return
        is_accepted = session.state is SessionState.WAITING
        self._closing.fail(session, FailReason.NOT_PLUGGED_IN if is_accepted else FailReason.NOT_ANSWERED, work)

    async def hear_registration(self, fact: StationRegistered, work: UnitOfWork) -> None:
        """Forget what is in memory of a station of this name: that one was deleted, and may have been another's."""
        self._book.clear_desk(work, fact.station_id)

    async def hear_boot(self, fact: StationBootAccepted, work: UnitOfWork) -> None:
        """Mark the sessions of a station that restarted: whether it still knows them will show.

        A 1.6 station mostly reports the end (`PowerLoss`, `Reboot`) after it is back, a 2.x station may go on. So a
        session stays open, marked as interrupted, until the station speaks of it, a new transaction takes its EVSE, or
        silence closes it.
        """
        if not await self._book.may_be_occupied(work, fact.station_id):
            return
        desk = await self._book.open_desk(work, fact.station_id)
        for session in list(desk.sessions.values()):
            if session.state is not SessionState.ACTIVE or session.start_heard_at is None:
                continue
            step = note_step(
                session,
                Step.STATION_RESTARTED,
                Source.STATION,
                at=fact.at,
                key=fact.at.isoformat(),
                detail=fact.reason,
            )
            self._book.note(work, [step])
            if session.heard_at <= fact.at:
                self._book.put(work, msgspec.structs.replace(session, is_interrupted=True), before=session)

    async def hear_offline(self, fact: StationOffline, work: UnitOfWork) -> None:
        """Note in the sessions of a station that its connection ended: a step, nothing more."""
        if fact.reason == OUR_RESTART:
            return
        if not await self._book.may_be_occupied(work, fact.station_id):
            return
        desk = await self._book.open_desk(work, fact.station_id)
        for session in desk.sessions.values():
            if session.state is SessionState.ACTIVE:
                key = fact.at.isoformat()
                step = note_step(session, Step.STATION_OFFLINE, Source.STATION, at=fact.at, key=key, detail=fact.reason)
                self._book.note(work, [step])

    async def hear_status(self, fact: ConnectorStatusChanged, work: UnitOfWork) -> None:
        """Let a 1.6 connector's status say what its transaction does; a fault concerns whoever charges there."""
        state = _SHOWN.get(fact.status)
        is_fault = fact.status is ConnectorStatus.FAULTED
        if not concerns_sessions(fact) or fact.evse_id is None:
            return
        desk = await self._book.open_desk(work, fact.station_id)
        session = binding.find_running(desk.sessions.values(), fact.evse_id)
        if session is not None and is_fault:
            work.tell(SessionFaulted(**describe(session, at=work.now), error_code=fact.error_code))
        if state is None or session is None or session.runs or session.charging_state is state:
            return
        after = msgspec.structs.replace(session, charging_state=state, charging_order=Order(_UPDATED_NUMBER, fact.at))
        work.tell(SessionStateChanged(**describe(after, at=work.now), charging_state=state))
        key = fact.at.isoformat()
        step = note_step(after, Step.CHARGING_STATE, Source.STATION, at=fact.at, key=key, detail=state)
        self._book.note(work, [step])
        self._book.put(work, after, before=session)


def concerns_sessions(fact: ConnectorStatusChanged) -> bool:
    """Tell whether the status of a place may say something of the session that runs there."""
    return fact.evse_id is not None and (fact.status in _SHOWN or fact.status is ConnectorStatus.FAULTED)
