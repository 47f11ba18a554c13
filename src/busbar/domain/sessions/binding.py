"""Which session a part of a transaction belongs to, decided from what is known of its station."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from busbar.canon.sessions import CloseReason, SessionState, TransactionPhase, TransactionReported
from busbar.domain.sessions.model import ASKED, REVIVABLE, UNASSIGNED_REF, Session, is_same_token, is_stop_part

CLOCK_SLACK = timedelta(minutes=5)
"""A station's clock may be this far from ours where the two are compared."""
REVIVAL_WINDOW = timedelta(hours=1)
"""A start that failed for want of an answer is still taken for a transaction that begins this long after it."""


def is_awaited(session: Session) -> bool:
    """Tell whether a start that was asked for may still be answered by a transaction."""
    if session.transaction_ref is not None or session.requested_at is None:
        return False
    return session.state in ASKED or (session.state is SessionState.FAILED and session.fail_reason in REVIVABLE)


def find_asked(sessions: Iterable[Session], part: TransactionReported) -> Session | None:
    """Find the start that somebody asked for and that this new transaction answers.

    2.x names it (`remote_start_id`); failing that, and always in 1.6: the same token on the same EVSE, begun after the
    start was asked for. Of several the newest that still waits.
    """
    awaited = [session for session in sessions if is_awaited(session)]
    if part.remote_start_id is not None:
        return next((session for session in awaited if session.remote_start_id == part.remote_start_id), None)
    if part.id_token is None or is_stop_part(part):
        return None
    fitting = [
        session
        for session in awaited
        if is_same_token(session.id_token, part.id_token)
        and (session.evse_id is None or part.evse_id is None or session.evse_id == part.evse_id)
        and _is_in_time(session, part.at, part.received_at)
    ]
    return max(fitting, key=lambda session: (session.state in ASKED, session.requested_at), default=None)


def _is_in_time(session: Session, at: datetime, received_at: datetime) -> bool:
    requested_at = session.requested_at
    if requested_at is None:
        return False
    if session.state in ASKED and received_at - requested_at <= REVIVAL_WINDOW:
        return True  # a start that waits is not missed for a wrong clock
    return requested_at - CLOCK_SLACK <= at <= requested_at + REVIVAL_WINDOW


def is_same_start(session: Session, part: TransactionReported) -> bool:
    """Tell whether a 1.6 StartTransaction is a repeat of the one that began this session (it names no transaction)."""
    return (
        part.phase is TransactionPhase.STARTED
        and part.transaction_ref is None
        and session.has_start
        and session.evse_id == part.evse_id
        and session.started_at == part.at
        and session.start_register_wh == part.register_wh
        and is_same_token(session.id_token, part.id_token)
    )


def find_unassigned(sessions: Iterable[Session], part: TransactionReported) -> Session | None:
    """Find the session of a 1.6 part that says "the id of my transaction never reached me" (errata 3.18).

    Only a session whose reference the station has never used can be meant, and only if there is just one that fits:
    begun before, under this token if one is named, with a register that was not beyond this one.
    """
    if part.transaction_ref != UNASSIGNED_REF:
        return None
    fitting = [
        session
        for session in sessions
        if session.state is SessionState.ACTIVE
        and not session.is_ref_used
        and session.started_at is not None
        and session.started_at <= part.at
        and (part.evse_id is None or part.evse_id == session.evse_id)
        and (part.id_token is None or is_same_token(part.id_token, session.id_token))
        and (
            part.register_wh is None
            or session.start_register_wh is None
            or session.start_register_wh <= part.register_wh
        )
    ]
    return fitting[0] if len(fitting) == 1 else None


def find_orphan(sessions: Iterable[Session], asked: Session) -> Session | None:
    """Find the transaction that an accepted start must have begun, although the part that names the start was lost.

    Certain only if there is just one: its begin never came, nobody's token is known for it, and it appeared on the same
    station (and EVSE, if one was asked for) after the start was accepted.
    """
    if asked.state is not SessionState.WAITING or asked.requested_at is None:
        return None
    fitting = [
        session
        for session in sessions
        if session.transaction_ref is not None
        and not session.has_start
        and session.id_token is None
        and session.requested_at is None
        and session.created_at >= asked.requested_at
        and (asked.evse_id is None or session.evse_id is None or session.evse_id == asked.evse_id)
    ]
    return fitting[0] if len(fitting) == 1 else None


def find_running(sessions: Iterable[Session], evse_id: int | None) -> Session | None:
    """Find the session that runs on an EVSE now."""
    running = [
        session
        for session in sessions
        if session.state is SessionState.ACTIVE and session.evse_id == evse_id and not session.is_late
    ]
    return max(running, key=lambda session: session.started_at or session.created_at, default=None)


def find_superseded(sessions: Iterable[Session], begun: Session) -> list[Session]:
    """List the sessions that a transaction which just began shows to be over: an EVSE serves one at a time."""
    if begun.evse_id is None or begun.started_at is None or begun.state is not SessionState.ACTIVE:
        return []
    return [
        session
        for session in sessions
        if session.session_id != begun.session_id
        and session.state is SessionState.ACTIVE
        and session.evse_id == begun.evse_id
        and session.started_at is not None
        and (session.started_at, session.session_id) < (begun.started_at, begun.session_id)
    ]


def is_late_start(sessions: Iterable[Session], begun: Session) -> bool:
    """Tell whether a newer transaction of the same EVSE came to us first."""
    return begun.started_at is not None and any(
        session.session_id != begun.session_id
        and session.state is SessionState.ACTIVE
        and session.evse_id == begun.evse_id
        and session.started_at is not None
        and session.started_at > begun.started_at
        for session in sessions
    )


def name_supersession(session: Session) -> CloseReason:
    """Say why a session is over that another one took the place of."""
    return CloseReason.STATION_REBOOTED if session.is_interrupted else CloseReason.SUPERSEDED
