"""The straight way of samples: what a session that plainly runs tells again and again, and nothing else of interest.

What an EVSE tells on which nobody charges goes it too. It gives exactly what the long way (`parts.Reception`) gives,
from memory alone and without waiting; whatever is out of the ordinary is left to that: the answer is then `LATER`, and
nothing has been done.
"""

from datetime import timedelta

import msgspec

from busbar.canon.metering import MeterState
from busbar.canon.sample_block import RecordBlock, SampleBlock
from busbar.canon.sessions import (
    BatteryHigh,
    SamplesReported,
    SessionState,
    TransactionPhase,
    TransactionReply,
    TransactionReported,
)
from busbar.domain.sessions.binding import find_running
from busbar.domain.sessions.book import SessionBook
from busbar.domain.sessions.closing import describe
from busbar.domain.sessions.model import Order, Session, add_number, describe_progress, is_plainly_running, take_figures
from busbar.domain.sessions.trail import QUIET_TRIGGERS
from busbar.ports.work import LATER, Later, UnitOfWork

SIGNAL_EVERY = timedelta(seconds=1)
"""Live figures of a session go out no more often."""
HIGH_SOC_PERMILLE = 800


class Flow:
    """Samples of running sessions."""

    def __init__(self, book: SessionBook) -> None:
        self._book = book

    def take_samples(self, report: SamplesReported, work: UnitOfWork) -> Later | None:
        """Take MeterValues of a running transaction in, or of an EVSE where none runs."""
        block, reference = report.block, report.transaction_ref
        if block is None:
            return LATER
        if reference is None:
            return self._take_outside(report, block, work)
        session = self._book.find_at_hand(report.station_id, reference)
        if session is None or session.target_by is not None or not is_plainly_running(session, reference):
            return LATER
        state = self._meter(session, block, work)
        if state is LATER:
            return LATER
        after = take_figures(session, state, heard_at=report.received_at)
        tell_battery(after, state, work)
        self._book.put_figures(work, signal_progress(after, work))
        return None

    def _take_outside(self, report: SamplesReported, block: SampleBlock, work: UnitOfWork) -> Later | None:
        desk = self._book.find_desk(report.station_id)
        if desk is None or desk.operator_id is None:
            return LATER
        if report.evse_id is not None and find_running(desk.sessions.values(), report.evse_id) is not None:
            return LATER
        state = work.ask_at_once(
            RecordBlock(
                operator_id=desk.operator_id,
                station_id=report.station_id,
                session_id=None,
                evse_id=report.evse_id,
                block=block,
            )
        )
        return LATER if state is LATER else None

    def take_part(self, part: TransactionReported, work: UnitOfWork) -> TransactionReply | Later:
        """Take the next part of a running 2.x transaction in, if it tells of samples alone."""
        block, reference, number = part.block, part.transaction_ref, part.seq_no
        if block is None or reference is None or number is None or not is_quiet(part):
            return LATER
        session = self._book.find_at_hand(part.station_id, reference)
        if session is None or session.session_id in self._book.limited or not is_next(session, part, number):
            return LATER
        state = self._meter(session, block, work)
        if state is LATER:
            return LATER
        order = session.charging_order
        if part.charging_state is not None:
            own = Order(number, part.at)
            if order is None or own >= order:
                order = own
        last_at = session.last_at
        after = msgspec.structs.replace(
            session,
            heard_at=max(session.heard_at, part.received_at),
            last_at=part.at if last_at is None or part.at > last_at else last_at,
            runs=add_number(session.runs, number),
            charging_order=order,
            energy_wh=state.energy_wh,
            exported_wh=state.exported_wh,
            power_w=state.power_w,
            current_ma=state.current_ma,
            voltage_mv=state.voltage_mv,
            soc_permille=state.soc_permille,
            metered_at=state.last_sample_at,
        )
        tell_battery(after, state, work)
        self._book.put_figures(work, signal_progress(after, work))
        return TransactionReply(transaction_ref=reference)

    def _meter(self, session: Session, block: SampleBlock, work: UnitOfWork) -> MeterState | Later:
        return work.ask_at_once(
            RecordBlock(
                operator_id=session.operator_id,
                station_id=session.station_id,
                session_id=session.session_id,
                evse_id=session.evse_id,
                block=block,
            )
        )


def is_quiet(part: TransactionReported) -> bool:
    """Tell whether a part says nothing but that its transaction goes on, and what was measured."""
    return (
        part.phase is TransactionPhase.UPDATED
        and part.id_token is None
        and not part.is_offline
        and (part.trigger is None or part.trigger in QUIET_TRIGGERS)
        and part.remote_start_id is None
        and part.reservation_id is None
    )


def is_next(session: Session, part: TransactionReported, number: int) -> bool:
    """Tell whether a quiet part follows the one before it, of a session in which it changes nothing but figures."""
    runs = session.runs
    return (
        session.state is SessionState.ACTIVE
        and session.has_start
        and session.is_ref_used
        and not session.is_interrupted
        and not session.is_refused
        and session.target_by is None
        and bool(runs)
        and number == runs[-1][1] + 1
        and (part.charging_state is None or part.charging_state is session.charging_state)
        and (part.evse_id is None or (session.evse_number is not None and session.evse_number <= number))
    )


def tell_battery(session: Session, state: MeterState, work: UnitOfWork) -> None:
    """Tell when a vehicle's battery has become as full as drivers want to be told of.

    What metering knew before counts, not what was written of the session: that is written now and then.
    """
    soc, before = state.soc_permille, state.soc_before_permille
    if soc is not None and before is not None and before < HIGH_SOC_PERMILLE <= soc:
        work.tell(BatteryHigh(**describe(session, at=work.now), soc_permille=soc))


def signal_progress(session: Session, work: UnitOfWork) -> Session:
    """Send the live figures of a session, if it is time again; return it with when they last went out."""
    now, last = work.now, session.signalled_at
    if last is not None and now - last < SIGNAL_EVERY:
        return session
    work.signal(describe_progress(session, at=now))
    return msgspec.structs.replace(session, signalled_at=now)
