"""Two sessions that turn out to be one: somebody asked for a start, and the transaction came without naming it."""

import msgspec

from busbar.canon.metering import JoinMeterRecords
from busbar.canon.sessions import SessionsJoined, SessionStarted, SessionState, TransactionReported
from busbar.domain.sessions import model
from busbar.domain.sessions.book import SessionBook
from busbar.domain.sessions.closing import Closing, describe
from busbar.domain.sessions.model import TOKEN_BY_REQUEST, Session
from busbar.domain.sessions.trail import Source, Step, note_step
from busbar.kernel.ids import TransactionRef
from busbar.ports.work import UnitOfWork


class Joining:
    """Makes one session of two."""

    def __init__(self, *, book: SessionBook, closing: Closing) -> None:
        self._book = book
        self._closing = closing

    def may_join(self, known: Session, part: TransactionReported) -> bool:
        """Tell whether a part of a known transaction may show that somebody had asked for it."""
        if known.requested_at is not None:
            return False
        names_start = part.remote_start_id is not None
        brings_token = part.id_token is not None and not model.is_stop_part(part)
        return names_start or brings_token

    async def join(self, asked: Session, known: Session, work: UnitOfWork) -> Session:
        """Give all that is known of a transaction to the session that was asked for. The caller puts the result."""
        joined = msgspec.structs.replace(
            known,
            session_id=asked.session_id,
            created_at=asked.created_at,
            id_token=asked.id_token,
            token_number=TOKEN_BY_REQUEST,
            token_id=asked.token_id,
            driver_id=asked.driver_id,
            group=asked.group,
            verdict=asked.verdict,
            start_command_id=asked.start_command_id,
            requested_at=asked.requested_at,
            requested_by=asked.requested_by,
            remote_start_id=asked.remote_start_id,
            target_energy_wh=asked.target_energy_wh,
            target_soc_permille=asked.target_soc_permille,
            target_at=asked.target_at,
            target_cost=asked.target_cost,
            target_by=asked.target_by,
            ended_digest=None,
            corrections=0,
            fail_reason=None,
        )
        state = await work.ask(
            JoinMeterRecords(
                operator_id=joined.operator_id,
                station_id=joined.station_id,
                session_id=joined.session_id,
                joined_session_id=known.session_id,
            )
        )
        await self._book.store.join_events(work, session_id=joined.session_id, joined_session_id=known.session_id)
        await self._book.remove(work, known)
        work.tell(SessionsJoined(**describe(joined, at=work.now), joined_session_id=known.session_id))
        step = note_step(joined, Step.JOINED, Source.RULE, at=work.now, key=known.session_id, detail=known.session_id)
        self._book.note(work, [step])
        return model.take_meter(joined, state) if joined.state is not SessionState.ENDED else joined

    async def name(self, asked: Session, reference: TransactionRef, work: UnitOfWork) -> Session:
        """Bind a start that was asked for to the transaction that the station names in its answer (2.x F02.FR.01).

        The caller puts the result.
        """
        known = await self._book.find_by_ref(work, asked.station_id, reference)
        if known is None:
            return msgspec.structs.replace(asked, transaction_ref=reference)
        if known.requested_at is not None or known.id_token is not None:
            return asked
        return await self.adopt(asked, known, work)

    async def adopt(self, asked: Session, known: Session, work: UnitOfWork) -> Session:
        """Join, and tell that the session that was asked for has begun. The caller puts the result."""
        joined = await self.join(asked, known, work)
        if joined.transaction_ref is not None and joined.started_at is not None:
            work.tell(
                SessionStarted(
                    **describe(joined, at=work.now),
                    transaction_ref=joined.transaction_ref,
                    started_at=joined.started_at,
                    register_wh=joined.start_register_wh,
                    reservation_number=joined.reservation_id,
                )
            )
        return await self._closing.settle(joined, work) if joined.state is SessionState.ENDED else joined
