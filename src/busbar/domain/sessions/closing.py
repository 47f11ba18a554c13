"""The end of a session: its meter record, what is told of it, and told again when late parts change it."""

import hashlib
from datetime import datetime
from typing import Any

import msgspec

from busbar.canon.control import CommandOutcome
from busbar.canon.metering import CloseMeterRecord, MeterRecord, RecordSamples
from busbar.canon.pricing import Extent
from busbar.canon.sessions import CloseReason, SessionEnded, SessionFailed, SessionState
from busbar.domain.sessions.book import SessionBook
from busbar.domain.sessions.model import FailReason, Session, close_by_rule, fail, take_meter
from busbar.domain.sessions.trail import Source, Step, note_step
from busbar.ports.work import UnitOfWork


def describe(session: Session, *, at: datetime) -> dict[str, Any]:
    """Return what all facts of a session carry."""
    return {
        "operator_id": session.operator_id,
        "at": at,
        "session_id": session.session_id,
        "station_id": session.station_id,
        "site_id": session.site_id,
        "evse_id": session.evse_id,
        "driver_id": session.driver_id,
        "token_id": session.token_id,
        "connector_id": session.connector_id,
        "group": session.group,
    }


def measure_extent(session: Session) -> Extent:
    """Return from when to when an ended session went, and what it took."""
    started_at = session.started_at or session.created_at
    return Extent(
        started_at=started_at,
        ended_at=max(session.ended_at or started_at, started_at),
        has_start=session.has_start,
        has_end=session.has_end,
        energy_wh=session.energy_wh,
    )


class Closing:
    """Ends sessions."""

    def __init__(self, book: SessionBook) -> None:
        self._book = book

    async def settle(self, session: Session, work: UnitOfWork) -> Session:
        """Close the meter record of an ended session and tell it; told before, tell it again only if it is another."""
        started_at = session.started_at or session.created_at
        ended_at = max(session.ended_at or started_at, started_at)
        record = await work.ask(
            CloseMeterRecord(
                operator_id=session.operator_id,
                station_id=session.station_id,
                session_id=session.session_id,
                started_at=started_at,
                ended_at=ended_at,
                has_start=session.has_start,
                has_end=session.has_end,
            )
        )
        session = msgspec.structs.replace(session, energy_wh=record.energy_wh, exported_wh=record.exported_wh)
        digest = digest_end(session, record)
        if digest == session.ended_digest:
            return session
        is_correction = session.ended_digest is not None
        session = msgspec.structs.replace(
            session, ended_digest=digest, corrections=session.corrections + (1 if is_correction else 0)
        )
        work.tell(
            SessionEnded(
                **describe(session, at=work.now),
                started_at=started_at,
                ended_at=ended_at,
                stop_reason=session.stop_reason,
                close_reason=session.close_reason or CloseReason.REPORTED,
                record=record,
                is_correction=is_correction,
            )
        )
        if is_correction:
            key = str(session.corrections)
            self._book.note(work, [note_step(session, Step.CORRECTED, Source.RULE, at=work.now, key=key)])
        return session

    async def close(
        self,
        session: Session,
        reason: CloseReason,
        work: UnitOfWork,
        *,
        not_after: datetime | None = None,
        actor: str | None = None,
    ) -> Session:
        """Close a session whose station has not reported its end: with the newest that metering has of it.

        Figures at hand may be those of a second before our last restart; the samples are all there.
        """
        state = await work.ask(
            RecordSamples(
                operator_id=session.operator_id,
                station_id=session.station_id,
                session_id=session.session_id,
                evse_id=session.evse_id,
            )
        )
        closed = close_by_rule(take_meter(session, state), reason, now=work.now, not_after=not_after)
        source = Source.PEOPLE if actor is not None else Source.RULE
        key = work.now.isoformat()
        step = note_step(closed, Step.CLOSED, source, at=work.now, key=key, actor=actor, detail=reason)
        self._book.note(work, [step])
        closed = await self.settle(closed, work)
        self._book.put(work, closed, before=session)
        return closed

    def fail(
        self,
        session: Session,
        reason: FailReason,
        work: UnitOfWork,
        *,
        outcome: CommandOutcome | None = None,
        actor: str | None = None,
    ) -> None:
        """Give up a session that was asked for and has not begun."""
        failed = fail(session, reason)
        self._tell_failure(failed, reason, work, outcome=outcome, actor=actor)
        self._book.put(work, failed, before=session)

    def withdraw(self, session: Session, reason: FailReason, outcome: CommandOutcome, work: UnitOfWork) -> None:
        """Take back a start that was asked for on a transaction that ran without a token: it goes on so."""
        self._tell_failure(session, reason, work, outcome=outcome, actor=None)
        bare = msgspec.structs.replace(
            session,
            id_token=None,
            token_number=None,
            token_id=None,
            driver_id=None,
            group=None,
            verdict=None,
            start_command_id=None,
            requested_at=None,
            requested_by=None,
            remote_start_id=None,
        )
        self._book.put(work, bare, before=session)

    def _tell_failure(
        self,
        session: Session,
        reason: FailReason,
        work: UnitOfWork,
        *,
        outcome: CommandOutcome | None,
        actor: str | None,
    ) -> None:
        work.tell(SessionFailed(**describe(session, at=work.now), reason=reason, outcome=outcome))
        source = Source.PEOPLE if actor is not None else Source.RULE
        key = work.now.isoformat()
        step = note_step(session, Step.START_FAILED, source, at=work.now, key=key, actor=actor, detail=reason)
        self._book.note(work, [step])


def digest_end(session: Session, record: MeterRecord) -> str:
    """Return a digest of all that an end tells, save how many samples its curve has."""
    told = (
        msgspec.structs.replace(record, sample_count=0),
        session.stop_reason,
        session.close_reason,
        session.driver_id,
        session.token_id,
        session.evse_id,
    )
    return hashlib.blake2b(msgspec.json.encode(told), digest_size=16).hexdigest()


def is_end_touched(before: Session, after: Session) -> bool:
    """Tell whether an ended session changed in what its record or its end is made of."""
    return before.state is not SessionState.ENDED or any(
        getattr(before, name) != getattr(after, name)
        for name in ("started_at", "ended_at", "has_start", "has_end", "stop_reason", "close_reason", "driver_id",
                     "token_id", "evse_id")
    )  # fmt: skip
