"""Where sessions shall end: by energy, battery, time or cost; kept here, so that the phone may sleep."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from busbar.canon.pricing import PriceSessionNow
from busbar.canon.sessions import (
    NoteSessionCost,
    SessionState,
    SetStopTarget,
    StopSession,
    StopTarget,
    StopTargetChanged,
    StopTargetReached,
)
from busbar.domain.sessions.book import SessionBook
from busbar.domain.sessions.closing import describe
from busbar.domain.sessions.model import COST_SPAN_MIN, Session, find_cost_due, find_due, is_target_reached
from busbar.domain.sessions.requests import SessionClosedError, SessionNotFoundError
from busbar.domain.sessions.trail import Source, Step, note_step
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.errors import BusbarError, InvalidError, NotFoundError
from busbar.kernel.ids import CommandId, SessionId, StationId
from busbar.ports.work import UnitOfWork

TRIES_MAX = 5
"""Stops that one target asks for; a station that refuses them all goes on until somebody comes."""
RETRY = timedelta(seconds=30)
WATCHED_MAX = 50_000
LISTED_MAX = 5_000
LIST_EVERY = timedelta(seconds=60)
"""How often the store is asked for sessions with a target: after a restart, and for stations that came to us."""
DUE_MAX = 200
"""Sessions that one beat ends; the next one takes the rest."""


class StopTargetError(InvalidError):
    """The charge is past this already."""

    code = "invalid.stop_target"


class Cost(NamedTuple):
    """What a session costs, since when, and when it will cost what it may."""

    at: datetime
    cost: int
    due_at: datetime | None


class Targets:
    """Keeps where sessions shall end, and asks their stations to stop when they are there."""

    def __init__(self, book: SessionBook) -> None:
        self._book = book
        self._due: BoundedDict[SessionId, tuple[datetime, StationId]] = BoundedDict(bound=WATCHED_MAX)
        """When to look again, at the latest: by the clock, or when the power of now will have brought the rest."""
        self._costs: BoundedDict[SessionId, Cost] = BoundedDict(bound=WATCHED_MAX)
        """What sessions cost that shall end at a cost."""
        self._listed_at: datetime | None = None
        self._is_elsewhere: Callable[[StationId], bool] | None = None

    def share_with_others(self, is_elsewhere: Callable[[StationId], bool]) -> None:
        """Learn which stations are another process's."""
        self._is_elsewhere = is_elsewhere

    def forget_stations(self, is_gone: Callable[[StationId], bool]) -> None:
        """Leave to others what is theirs from now on."""
        for session_id in [held for held, (_, station_id) in self._due.items() if is_gone(station_id)]:
            del self._due[session_id]

    async def set(self, command: SetStopTarget, work: UnitOfWork) -> None:
        """Keep where a session shall end; see `SetStopTarget` for the errors."""
        session = await self._book.find(work, command.session_id)
        if session is None or session.operator_id != command.operator_id:
            raise SessionNotFoundError("there is no such session", session_id=command.session_id)
        if not session.is_open:
            raise SessionClosedError("the session is over already", session_id=command.session_id)
        target = command.target
        if target.cost is not None and session.state is SessionState.ACTIVE:
            await self._check_cost(session, target.cost, work)
        after = msgspec.structs.replace(
            session,
            target_energy_wh=target.energy_wh,
            target_soc_permille=target.soc_permille,
            target_at=target.stop_at,
            target_cost=target.cost,
            target_by=None if target == StopTarget() else command.requested_by,
            target_tries=0,
        )
        if is_target_reached(after, now=work.now):
            raise StopTargetError("the charge is past this already", session_id=command.session_id)
        self._book.put(work, after, before=session)
        key, actor = work.now.isoformat(), command.requested_by
        step = note_step(after, Step.TARGET_SET, Source.PEOPLE, at=work.now, key=key, actor=actor)
        self._book.note(work, [step])
        work.forget(self._costs, after.session_id)
        work.tell(StopTargetChanged(**describe(after, at=work.now), target=target))
        self._schedule(after, work)

    async def _check_cost(self, session: Session, cost: int, work: UnitOfWork) -> None:
        question = PriceSessionNow(operator_id=session.operator_id, session_id=session.session_id)
        try:
            so_far = await work.ask(question)
        except NotFoundError:
            raise StopTargetError("the charge has no price", session_id=session.session_id) from None
        if so_far.totals.gross >= cost:
            raise StopTargetError("the charge costs as much already", session_id=session.session_id)

    async def note_cost(self, command: NoteSessionCost, work: UnitOfWork) -> int | None:
        """Learn what a session costs, and reckon when it will cost what its driver wants to spend.

        Answers at which cost it shall end; None: at none.
        """
        session = await self._book.find(work, command.session_id)
        if session is None or session.target_cost is None or session.state is not SessionState.ACTIVE:
            return None
        held = self._costs.get(session.session_id)
        before = None if held is None else (held.at, held.cost)
        due_at = find_cost_due(session.target_cost, command.cost, now=work.now, before=before)
        if held is None or due_at is not None or work.now - held.at >= COST_SPAN_MIN:
            work.keep(self._costs, session.session_id, Cost(work.now, command.cost, due_at))
        if due_at is not None and due_at <= work.now:
            work.keep(self._due, session.session_id, (work.now, session.station_id))
        await self.look_at(session, work)
        return session.target_cost

    async def look_at(self, session: Session, work: UnitOfWork) -> None:
        """Ask the station to stop if the session is where it shall end; else reckon when it will be."""
        if session.target_by is None:
            return
        if session.state is not SessionState.ACTIVE or session.target_tries >= TRIES_MAX:
            work.forget(self._due, session.session_id)
            return
        held = self._due.get(session.session_id)
        is_due = held is not None and held[0] <= work.now
        if is_target_reached(session, now=work.now) or is_due:
            await self._reach(session, work)
        else:
            self._schedule(session, work)

    async def beat(self, work: UnitOfWork) -> None:
        """End the sessions whose time has come; now and then ask the store which ones have a target at all."""
        if self._listed_at is None or work.now - self._listed_at >= LIST_EVERY:
            self._listed_at = work.now
            for session in await self._book.store.list_targeted(work, limit=LISTED_MAX):
                is_ours = self._is_elsewhere is None or not self._is_elsewhere(session.station_id)
                if is_ours and session.session_id not in self._due:
                    self._schedule(self._book.newest(session), work)
        due = [session_id for session_id, (at, _) in self._due.items() if at <= work.now]
        for session_id in due[:DUE_MAX]:
            session = await self._book.find(work, session_id)
            if session is None or session.state is not SessionState.ACTIVE:
                work.forget(self._due, session_id)
            else:
                await self.look_at(session, work)

    async def _reach(self, session: Session, work: UnitOfWork) -> None:
        if session.stop_command_id is not None:  # asked already: by the driver, by us, by staff
            work.keep(self._due, session.session_id, (work.now + RETRY, session.station_id))
            return
        tries = session.target_tries + 1
        after = msgspec.structs.replace(session, target_tries=tries)
        self._book.put(work, after, before=session)
        if tries == 1:
            work.tell(
                StopTargetReached(
                    **describe(after, at=work.now), energy_wh=after.energy_wh, soc_permille=after.soc_permille
                )
            )
            step = note_step(after, Step.TARGET_REACHED, Source.RULE, at=work.now, key=work.now.isoformat())
            self._book.note(work, [step])
        try:
            await work.ask(
                StopSession(
                    command_id=CommandId(f"target-{tries}-{session.session_id}"[:64]),
                    operator_id=session.operator_id,
                    session_id=session.session_id,
                    requested_by=session.target_by or "system",
                )
            )
        except BusbarError:  # it ended in this very moment, or has no transaction yet: the next word of it decides
            return
        finally:
            work.keep(self._due, session.session_id, (work.now + RETRY, session.station_id))

    def _schedule(self, session: Session, work: UnitOfWork) -> None:
        cost = self._costs.get(session.session_id)
        found = [find_due(session, now=work.now), None if cost is None else cost.due_at]
        due = min((each for each in found if each is not None), default=None)
        if due is None:
            work.forget(self._due, session.session_id)
        else:
            work.keep(self._due, session.session_id, (due, session.station_id))
