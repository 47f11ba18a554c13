"""What people ask for: start, stop, close; and what stations answer to it."""

from datetime import timedelta
from typing import Any

import msgspec

from busbar.canon.access import Authorize, Decision, Verdict
from busbar.canon.control import (
    Outcome,
    RemoteStart,
    RemoteStop,
    SendStationCommand,
    StationCommandAnswered,
)
from busbar.canon.sessions import (
    CloseReason,
    CloseSession,
    SessionRequested,
    SessionStartAccepted,
    SessionState,
    SessionStopRefused,
    SessionStopRequested,
    StartSession,
    StopSession,
)
from busbar.canon.stations import FindStation, Registration, StationStanding
from busbar.domain.sessions.book import SessionBook
from busbar.domain.sessions.closing import Closing, describe
from busbar.domain.sessions.joining import Joining
from busbar.domain.sessions.model import ASKED, TOKEN_BY_REQUEST, FailReason, Session, is_same_token, take_decision
from busbar.domain.sessions.trail import Source, Step, note_step
from busbar.kernel.errors import ConflictError, NotFoundError
from busbar.kernel.ids import CommandId, IdSource, SessionId
from busbar.ports.work import UnitOfWork

_FAILURES = {
    Outcome.REJECTED: FailReason.REJECTED,
    Outcome.TIMED_OUT: FailReason.TIMED_OUT,
    Outcome.UNDELIVERED: FailReason.UNDELIVERED,
    Outcome.UNSUPPORTED: FailReason.UNSUPPORTED,
}
_BY_SESSION = "session:"


class StationNotFoundError(NotFoundError):
    """The operator has no such station."""

    code = "not_found.station"


class SessionNotFoundError(NotFoundError):
    """The operator has no such session."""

    code = "not_found.session"


class SessionActiveError(ConflictError):
    """The start that should be given up has succeeded."""

    code = "conflict.session_active"


class StationOfflineError(ConflictError):
    """The station is not connected, so nobody can be started there."""

    code = "conflict.station_offline"


class StationNotAcceptedError(ConflictError):
    """The station is not accepted (yet)."""

    code = "conflict.station_not_accepted"


class EvseBusyError(ConflictError):
    """A session runs, or is about to begin, on this EVSE."""

    code = "conflict.evse_busy"


class TokenRefusedError(ConflictError):
    """The token may not charge here now."""

    code = "conflict.token_refused"


class CommandReusedError(ConflictError):
    """This command id was used to ask for something else."""

    code = "conflict.command"


class SessionNotActiveError(ConflictError):
    """There is no running transaction to stop."""

    code = "conflict.session_not_active"


class SessionClosedError(ConflictError):
    """The session is over already."""

    code = "conflict.session_closed"


class Requests:
    """Commands of people."""

    def __init__(
        self, *, book: SessionBook, closing: Closing, joining: Joining, ids: IdSource, start_timeout: timedelta
    ) -> None:
        self._book = book
        self._closing = closing
        self._joining = joining
        self._ids = ids
        self._start_timeout = start_timeout

    # ---- start -------------------------------------------------------------------------------------------------------

    async def start(self, command: StartSession, work: UnitOfWork) -> SessionId:
        """Ask a station to start; see `StartSession` for the errors."""
        known = await self._book.store.find_by_command(work, command.command_id)
        if known is not None:
            if not _is_same_request(known, command):
                raise CommandReusedError("this command id was used for something else", command_id=command.command_id)
            return known.session_id
        standing = await self._check_station(command, work)
        waiting = await self._check_evse(command, work)
        decision = await self._authorize(command, waiting, work)
        number = await self._book.next_number(work)
        session_id = waiting.session_id if waiting is not None else SessionId(self._ids.new())
        await work.ask(
            SendStationCommand(
                command_id=command.command_id,
                operator_id=command.operator_id,
                station_id=command.station_id,
                request=RemoteStart(
                    id_token=command.id_token,
                    remote_start_id=number,
                    evse_id=command.evse_id if waiting is None else waiting.evse_id,
                    connector_id=command.connector_id,
                    profile=command.profile,
                    group=decision.group,
                ),
                requested_by=f"{_BY_SESSION}{session_id}",
            )
        )
        session = _write_request(waiting, command, standing, session_id=session_id, number=number, work=work)
        session = take_decision(session, decision)
        self._book.put(work, session, before=waiting)
        work.tell(SessionRequested(**describe(session, at=work.now), command_id=command.command_id))
        key, actor = command.command_id, command.requested_by
        step = note_step(session, Step.REQUESTED, Source.PEOPLE, at=work.now, key=key, actor=actor)
        self._book.note(work, [step])
        return session_id

    async def _check_station(self, command: StartSession, work: UnitOfWork) -> StationStanding:
        standing = await work.ask(FindStation(station_id=command.station_id))
        if standing.operator_id != command.operator_id:
            raise StationNotFoundError("there is no such station", station_id=command.station_id)
        if standing.registration is not Registration.ACCEPTED:
            raise StationNotAcceptedError("the station is not accepted", station_id=command.station_id)
        if not standing.is_online:
            raise StationOfflineError("the station is not connected", station_id=command.station_id)
        return standing

    async def _check_evse(self, command: StartSession, work: UnitOfWork) -> Session | None:
        """Return the transaction that already waits there for a token (2.x, plugged in first), if there is one."""
        desk = await self._book.open_desk(work, command.station_id)
        bare: list[Session] = []
        for session in desk.sessions.values():
            is_there = command.evse_id is None or session.evse_id == command.evse_id
            if session.state in ASKED and is_there and session.evse_id is not None:
                if session.requested_at is not None and work.now - session.requested_at < self._start_timeout:
                    if command.evse_id is not None or is_same_token(session.id_token, command.id_token):
                        raise EvseBusyError("a start is under way there", session_id=session.session_id)
                else:
                    self._closing.fail(session, _name_silence(session), work)
            elif session.state is SessionState.ACTIVE and is_there and not session.is_late:
                if session.id_token is None and session.requested_at is None:
                    bare.append(session)
                elif command.evse_id is not None and not session.is_interrupted:
                    raise EvseBusyError("a session runs there", session_id=session.session_id)
        return bare[0] if len(bare) == 1 else None

    async def _authorize(self, command: StartSession, waiting: Session | None, work: UnitOfWork) -> Decision:
        besides = waiting.session_id if waiting is not None else None
        running = await self._book.count_uses(work, command.operator_id, command.id_token, besides=besides)
        decision = await work.ask(
            Authorize(
                operator_id=command.operator_id,
                station_id=command.station_id,
                id_token=command.id_token,
                running_sessions=running,
            )
        )
        if decision.verdict is not Verdict.ACCEPTED:
            because = {} if decision.because is None else {"because": decision.because.value}
            raise TokenRefusedError("the token may not charge here now", verdict=decision.verdict, **because)
        return decision

    # ---- stop and close ----------------------------------------------------------------------------------------------

    async def stop(self, command: StopSession, work: UnitOfWork) -> CommandId:
        """Ask the station to end a session; see `StopSession` for the errors."""
        session = await self._book.find(work, command.session_id)
        if session is None or session.operator_id != command.operator_id:
            raise SessionNotFoundError("there is no such session", session_id=command.session_id)
        if session.stop_command_id == command.command_id:
            return command.command_id
        if session.state is not SessionState.ACTIVE or session.transaction_ref is None:
            raise SessionNotActiveError(
                "the session is not running", session_id=command.session_id, state=session.state
            )
        await work.ask(
            SendStationCommand(
                command_id=command.command_id,
                operator_id=command.operator_id,
                station_id=session.station_id,
                request=RemoteStop(transaction_ref=session.transaction_ref),
                requested_by=f"{_BY_SESSION}{session.session_id}",
            )
        )
        after = msgspec.structs.replace(
            session,
            stop_command_id=command.command_id,
            stop_requested_at=work.now,
            stop_requested_by=command.requested_by,
        )
        self._book.put(work, after, before=session)
        work.tell(SessionStopRequested(**describe(after, at=work.now), command_id=command.command_id))
        key, actor = command.command_id, command.requested_by
        step = note_step(after, Step.STOP_REQUESTED, Source.PEOPLE, at=work.now, key=key, actor=actor)
        self._book.note(work, [step])
        return command.command_id

    async def close(self, command: CloseSession, work: UnitOfWork) -> None:
        """Close a session by hand; see `CloseSession` for the errors."""
        session = await self._book.find(work, command.session_id)
        if session is None or session.operator_id != command.operator_id:
            raise SessionNotFoundError("there is no such session", session_id=command.session_id)
        if not session.is_open:
            raise SessionClosedError("the session is over already", session_id=command.session_id)
        if session.state in ASKED:
            self._closing.fail(session, FailReason.CANCELLED, work, actor=command.requested_by)
        elif command.is_cancellation:
            raise SessionActiveError("the session has begun: stop it", session_id=command.session_id)
        else:
            await self._closing.close(session, CloseReason.OPERATOR, work, actor=command.requested_by)

    # ---- what stations answer ----------------------------------------------------------------------------------------

    async def hear_answer(self, fact: StationCommandAnswered, work: UnitOfWork) -> None:
        """Take note of what became of a start or stop that a session asked for."""
        if not fact.requested_by.startswith(_BY_SESSION):
            return
        session = await self._book.find(work, SessionId(fact.requested_by.removeprefix(_BY_SESSION)))
        if session is None:
            return
        if isinstance(fact.request, RemoteStart) and session.start_command_id == fact.command_id:
            await self._hear_start_answer(session, fact, work)
        elif isinstance(fact.request, RemoteStop):
            self._hear_stop_answer(session, fact, work)

    async def _hear_start_answer(self, session: Session, fact: StationCommandAnswered, work: UnitOfWork) -> None:
        outcome = fact.outcome
        if outcome.outcome is Outcome.ACCEPTED:
            self._note_answer(session, Step.START_ACCEPTED, fact, work)
            if session.state is SessionState.REQUESTED:
                work.tell(SessionStartAccepted(**describe(session, at=work.now)))
                accepted = msgspec.structs.replace(session, state=SessionState.WAITING)
                if outcome.transaction_ref is not None:
                    accepted = await self._joining.name(accepted, outcome.transaction_ref, work)
                self._book.put(work, accepted, before=session)
            return
        reason = _FAILURES[outcome.outcome]
        if session.state in ASKED:
            self._closing.fail(session, reason, work, outcome=outcome)
        elif _is_adopted(session):
            self._closing.withdraw(session, reason, outcome, work)

    def _hear_stop_answer(self, session: Session, fact: StationCommandAnswered, work: UnitOfWork) -> None:
        if fact.outcome.outcome is Outcome.ACCEPTED:
            self._note_answer(session, Step.STOP_ACCEPTED, fact, work)
            return
        self._note_answer(session, Step.STOP_REFUSED, fact, work)
        if session.state is SessionState.ACTIVE:
            work.tell(SessionStopRefused(**describe(session, at=work.now), outcome=fact.outcome))
        if session.stop_command_id == fact.command_id:
            after = msgspec.structs.replace(
                session, stop_command_id=None, stop_requested_at=None, stop_requested_by=None
            )
            self._book.put(work, after, before=session)

    def _note_answer(self, session: Session, step: Step, fact: StationCommandAnswered, work: UnitOfWork) -> None:
        detail = fact.outcome.status or fact.outcome.outcome
        event = note_step(session, step, Source.STATION, at=fact.at, key=fact.command_id, detail=detail)
        self._book.note(work, [event])


def _is_same_request(session: Session, command: StartSession) -> bool:
    return (
        session.operator_id == command.operator_id
        and session.station_id == command.station_id
        and is_same_token(session.id_token, command.id_token)
        and (command.evse_id is None or session.evse_id is None or session.evse_id == command.evse_id)
    )


def _is_adopted(session: Session) -> bool:
    """Tell whether a start was asked for on a transaction that ran already, and its token has not come yet."""
    return (
        session.state is SessionState.ACTIVE
        and not session.is_token_told
        and session.requested_at is not None
        and session.start_heard_at is not None
        and session.start_heard_at < session.requested_at
    )


def _name_silence(session: Session) -> FailReason:
    return FailReason.NOT_PLUGGED_IN if session.state is SessionState.WAITING else FailReason.NOT_ANSWERED


def _write_request(
    waiting: Session | None,
    command: StartSession,
    standing: StationStanding,
    *,
    session_id: SessionId,
    number: int,
    work: UnitOfWork,
) -> Session:
    asked: dict[str, Any] = {
        "id_token": command.id_token,
        "token_number": TOKEN_BY_REQUEST,
        "start_command_id": command.command_id,
        "requested_at": work.now,
        "requested_by": command.requested_by,
        "remote_start_id": number,
    }
    if command.target is not None:
        asked |= {
            "target_energy_wh": command.target.energy_wh,
            "target_soc_permille": command.target.soc_permille,
            "target_at": command.target.stop_at,
            "target_cost": command.target.cost,
            "target_by": command.requested_by,
            "target_tries": 0,
        }
    if waiting is not None:
        return msgspec.structs.replace(waiting, **asked)
    return Session(
        session_id=session_id,
        operator_id=standing.operator_id,
        site_id=standing.site_id,
        station_id=command.station_id,
        evse_id=command.evse_id,
        connector_id=command.connector_id,
        state=SessionState.REQUESTED,
        created_at=work.now,
        heard_at=work.now,
        **asked,
    )
