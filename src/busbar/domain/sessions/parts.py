"""Takes in what stations report: parts of transactions, samples, tokens presented."""

import hashlib
from typing import Any

import msgspec

from busbar.canon.access import AuthorizationRequested, Authorize, Decision, IdToken, Verdict
from busbar.canon.metering import RecordSamples, RecordStationSamples, Sample
from busbar.canon.pricing import DescribeProgress, DescribeStart, PriceNote
from busbar.canon.sample_block import list_samples
from busbar.canon.sessions import (
    ChargingState,
    SamplesReported,
    SessionReopened,
    SessionStarted,
    SessionState,
    SessionStateChanged,
    StopSession,
    TransactionPhase,
    TransactionReply,
    TransactionReported,
)
from busbar.canon.stations import ConnectorStatus, FindStation, ObserveCharging, Registration
from busbar.domain.sessions import binding, model
from busbar.domain.sessions.book import SessionBook
from busbar.domain.sessions.closing import Closing, describe, is_end_touched, measure_extent
from busbar.domain.sessions.flow import signal_progress, tell_battery
from busbar.domain.sessions.joining import Joining
from busbar.domain.sessions.model import UNASSIGNED_REF, Session
from busbar.domain.sessions.store import UnmatchedPart
from busbar.domain.sessions.targets import Targets
from busbar.domain.sessions.trail import Source, Step, list_steps, note_step
from busbar.kernel.ids import CommandId, IdSource, SessionId, StationId, TransactionRef
from busbar.ports.work import UnitOfWork

NOT_WHILE_PENDING = Decision(verdict=Verdict.NOT_HERE)
"""No token is accepted at a station that is not (yet) accepted itself."""
UNMATCHED_MAX = 100
"""Waiting parts of one station that are looked through when a new transaction begins."""
OBSERVED = {
    ChargingState.EV_CONNECTED: ConnectorStatus.PREPARING,
    ChargingState.CHARGING: ConnectorStatus.CHARGING,
    ChargingState.SUSPENDED_EV: ConnectorStatus.SUSPENDED_EV,
    ChargingState.SUSPENDED_EVSE: ConnectorStatus.SUSPENDED_EVSE,
}


class Reception:
    """Reports of stations."""

    def __init__(
        self, *, book: SessionBook, closing: Closing, joining: Joining, targets: Targets, ids: IdSource
    ) -> None:
        self._book = book
        self._closing = closing
        self._joining = joining
        self._targets = targets
        self._ids = ids

    # ---- parts of transactions ---------------------------------------------------------------------------------------

    async def take_part(self, part: TransactionReported, work: UnitOfWork) -> TransactionReply:
        """Take a part of a transaction in."""
        if part.block is not None:
            part = msgspec.structs.replace(part, samples=list_samples(part.block), block=None)
        found, before = await self._find(part, work)
        if found is None:
            return await self._keep_unmatched(part, work)
        after, decision = await self._merge(found, before, part, work)
        if part.phase is TransactionPhase.STARTED and part.transaction_ref is None:
            await self._join_unmatched(after, work)
        reference = after.transaction_ref or UNASSIGNED_REF
        note = None if part.seq_no is None else await self._describe(after, part, work)
        return TransactionReply(
            transaction_ref=reference, decision=decision, is_stop_wanted=after.is_refused, note=note
        )

    async def _describe(self, session: Session, part: TransactionReported, work: UnitOfWork) -> PriceNote | None:
        """Return what a 2.x station is to be told of the cost with its answer."""
        is_end = part.phase is TransactionPhase.ENDED and session.state is SessionState.ENDED
        note = await work.ask(
            DescribeProgress(
                operator_id=session.operator_id,
                station_id=session.station_id,
                session_id=session.session_id,
                driver_id=session.driver_id,
                group=session.group,
                token_id=session.token_id,
                end=measure_extent(session) if is_end else None,
                station_cost=part.cost,
                station_tariff=part.tariff_ref,
            )
        )
        if note is not None and note.limit is not None:
            work.keep(self._book.limited, session.session_id, None)
        return note

    async def _find(self, part: TransactionReported, work: UnitOfWork) -> tuple[Session | None, Session | None]:
        """Find or make the session of a part; the second is its value as stored, None for one just made."""
        if part.seq_no is not None and part.transaction_ref is not None:
            return await self._find_named(part, part.transaction_ref, work)
        if part.transaction_ref is None:
            return await self._find_begun(part, work)
        session = await self._find_unassigned_or_known(part, part.transaction_ref, work)
        return session, session

    async def _find_named(
        self, part: TransactionReported, reference: TransactionRef, work: UnitOfWork
    ) -> tuple[Session | None, Session | None]:
        """2.x: the station named its transaction."""
        desk = await self._book.open_desk(work, part.station_id)
        known = desk.find_by_ref(reference)
        if known is None:
            known = await self._book.find_by_ref(work, part.station_id, reference)
            desk = await self._book.open_desk(work, part.station_id)
        if known is not None and not self._joining.may_join(known, part):
            return known, known
        asked = binding.find_asked(desk.sessions.values(), part)
        if asked is not None and known is not None:
            return await self._joining.join(asked, known, work), asked
        if asked is not None:
            return msgspec.structs.replace(asked, transaction_ref=reference), asked
        if known is not None:
            return known, known
        return await self._begin(part, reference, work), None

    async def _find_begun(self, part: TransactionReported, work: UnitOfWork) -> tuple[Session | None, Session | None]:
        """1.6 StartTransaction: a repeat, the answer to a start that was asked for, or something new."""
        desk = await self._book.open_desk(work, part.station_id)
        known = next((each for each in desk.sessions.values() if binding.is_same_start(each, part)), None)
        is_news = desk.last_start_at is None or part.at > desk.last_start_at  # no repeat of what began here
        if known is None and not is_news and part.id_token is not None:
            stored = await self._book.store.find_start(
                work,
                part.station_id,
                operator_id=desk.operator_id,
                evse_id=part.evse_id,
                started_at=part.at,
                id_token=part.id_token,
            )
            known = stored if stored is not None and binding.is_same_start(stored, part) else None
        if known is not None:
            return known, known
        reference = TransactionRef(str(await self._book.next_number(work)))
        asked = binding.find_asked(desk.sessions.values(), part)
        if asked is not None:
            return msgspec.structs.replace(asked, transaction_ref=reference), asked
        return await self._begin(part, reference, work), None

    async def _find_unassigned_or_known(
        self, part: TransactionReported, reference: TransactionRef, work: UnitOfWork
    ) -> Session | None:
        """1.6 StopTransaction: by our number, or "the number never reached me"."""
        if reference != UNASSIGNED_REF:
            return await self._book.find_by_ref(work, part.station_id, reference)
        desk = await self._book.open_desk(work, part.station_id)
        return binding.find_unassigned(desk.sessions.values(), part)

    async def _begin(self, part: TransactionReported, reference: TransactionRef, work: UnitOfWork) -> Session:
        standing = await work.ask(FindStation(station_id=part.station_id))
        return Session(
            session_id=SessionId(self._ids.new()),
            operator_id=standing.operator_id,
            site_id=standing.site_id,
            station_id=part.station_id,
            state=SessionState.ACTIVE,
            created_at=work.now,
            heard_at=part.received_at,
            transaction_ref=reference,
        )

    async def _merge(
        self, found: Session, before: Session | None, part: TransactionReported, work: UnitOfWork
    ) -> tuple[Session, Decision | None]:
        after = model.merge_part(found, part)
        decision = None
        if part.id_token is not None:
            decision = await self._authorize(after, part, part.id_token, work)
            is_own = model.is_same_token(after.id_token, part.id_token)
            if is_own and (after.verdict is None or not model.is_stop_part(part)):
                after = model.take_decision(after, decision)
        # metering hears of every new session, so that it need not look for what it has of one it never heard of
        after = await self._meter(after, part, work, is_new=found.started_at is None)
        if after.state is SessionState.ACTIVE and (
            before is None or before.evse_id != after.evse_id or not before.has_start
        ):
            after = await self._take_place(after, work)
        self._book.note(work, list_steps(before, after, part, decision))
        self._tell(before, after, work)
        has_data = bool(part.samples) or part.register_wh is not None
        if after.state is SessionState.ENDED and (before is None or has_data or is_end_touched(before, after)):
            after = await self._closing.settle(after, work)
        after = self._signal(after, before, work)
        self._book.put(work, after, before=before)
        await self._observe(before, after, part, work)
        is_unwanted = before is not None and before.fail_reason is model.FailReason.CANCELLED
        if is_unwanted and after.state is SessionState.ACTIVE:
            await self._stop_cancelled(after, work)
            after = self._book.newest(after)
        elif after.target_by is not None:
            await self._targets.look_at(after, work)
            after = self._book.newest(after)
        return after, decision

    async def _may_charge(self, station_id: StationId, work: UnitOfWork) -> bool:
        """Whether the station is accepted. A pending 1.6 one may report transactions all the same: they are kept."""
        standing = await work.ask(FindStation(station_id=station_id))
        return standing.registration is Registration.ACCEPTED

    async def _stop_cancelled(self, session: Session, work: UnitOfWork) -> None:
        """Stop what begins although its start was taken back."""
        await work.ask(
            StopSession(
                command_id=CommandId(f"cancelled-{session.session_id}"),
                operator_id=session.operator_id,
                session_id=session.session_id,
                requested_by="system",
            )
        )

    async def _authorize(
        self, session: Session, part: TransactionReported, id_token: IdToken, work: UnitOfWork
    ) -> Decision:
        """Decide about the token of a part.

        Whoever stops is not asked how many sessions run; nor is a token that this session was accepted with before
        (a part that comes again must not be refused for what began since).
        """
        is_stop = model.is_stop_part(part)
        if not is_stop and not await self._may_charge(part.station_id, work):
            return NOT_WHILE_PENDING
        running = 0
        is_accepted = session.verdict is Verdict.ACCEPTED and model.is_same_token(session.id_token, id_token)
        if not is_stop and not is_accepted:
            running = await self._book.count_uses(work, session.operator_id, id_token, besides=session.session_id)
        return await work.ask(
            Authorize(
                operator_id=session.operator_id,
                station_id=part.station_id,
                id_token=id_token,
                running_sessions=running,
                is_start=not is_stop and not is_accepted,
            )
        )

    async def _meter(self, session: Session, part: TransactionReported, work: UnitOfWork, *, is_new: bool) -> Session:
        if not part.samples and part.register_wh is None and not is_new:
            return session
        registers: dict[str, Any] = {}
        if part.register_wh is not None and part.phase is TransactionPhase.STARTED:
            registers = {"register_start_wh": session.start_register_wh, "register_start_at": session.started_at}
        elif part.register_wh is not None:
            registers = {"register_end_wh": session.end_register_wh, "register_end_at": session.ended_at}
        state = await work.ask(
            RecordSamples(
                operator_id=session.operator_id,
                station_id=session.station_id,
                session_id=session.session_id,
                evse_id=session.evse_id,
                is_new=is_new,
                samples=part.samples,
                **registers,
            )
        )
        if session.state is SessionState.ACTIVE:
            tell_battery(session, state, work)
        return model.take_meter(session, state)

    async def _take_place(self, session: Session, work: UnitOfWork) -> Session:
        """Give the EVSE to the session: what ran there before is over; what began before that one is late itself."""
        desk = await self._book.open_desk(work, session.station_id)
        for other in binding.find_superseded(desk.sessions.values(), session):
            reason = binding.name_supersession(other)
            await self._closing.close(other, reason, work, not_after=session.started_at)
        if binding.is_late_start(desk.sessions.values(), session):
            return msgspec.structs.replace(session, is_late=True)
        return session

    def _tell(self, before: Session | None, after: Session, work: UnitOfWork) -> None:
        is_begun = (
            before is None or before.transaction_ref is None or before.state in (*model.ASKED, SessionState.FAILED)
        )
        if is_begun and after.transaction_ref is not None and after.started_at is not None:
            work.tell(
                SessionStarted(
                    **describe(after, at=work.now),
                    transaction_ref=after.transaction_ref,
                    started_at=after.started_at,
                    register_wh=after.start_register_wh,
                    reservation_number=after.reservation_id,
                )
            )
        if before is not None and before.state is SessionState.ENDED and after.state is SessionState.ACTIVE:
            work.tell(SessionReopened(**describe(after, at=work.now)))
            self._book.note(work, [note_step(after, Step.REOPENED, Source.RULE, at=work.now, key=work.now.isoformat())])
        if after.charging_state is not None and (before is None or before.charging_state is not after.charging_state):
            work.tell(SessionStateChanged(**describe(after, at=work.now), charging_state=after.charging_state))

    async def _observe(
        self, before: Session | None, after: Session, part: TransactionReported, work: UnitOfWork
    ) -> None:
        """Let the connector show what its transaction says (2.x; a 1.6 connector says it itself)."""
        if part.seq_no is None or after.evse_id is None or part.is_offline or after.is_late:
            return
        if after.state is SessionState.ENDED:
            status = ConnectorStatus.FINISHING if before is None or before.state is not SessionState.ENDED else None
        elif before is not None and (before.charging_state, before.evse_id) == (after.charging_state, after.evse_id):
            status = None
        else:
            status = OBSERVED.get(after.charging_state) if after.charging_state is not None else None
        if status is not None:
            await work.ask(
                ObserveCharging(
                    station_id=after.station_id,
                    evse_id=after.evse_id,
                    connector_id=after.connector_id,
                    status=status,
                )
            )

    def _signal(self, after: Session, before: Session | None, work: UnitOfWork) -> Session:
        """Send the live figures, at most once a second."""
        if after.state is not SessionState.ACTIVE or (before is not None and before.metered_at == after.metered_at):
            return after
        return signal_progress(after, work)

    # ---- parts that match nothing ------------------------------------------------------------------------------------

    async def _keep_unmatched(self, part: TransactionReported, work: UnitOfWork) -> TransactionReply:
        """Acknowledge and keep a part whose transaction nobody knows (1.6 StopTransaction)."""
        standing = await work.ask(FindStation(station_id=part.station_id))
        reference = part.transaction_ref or UNASSIGNED_REF
        if reference == UNASSIGNED_REF:
            reason = "unassigned"
        elif await self._book.store.find_station_of_ref(work, reference) is not None:
            reason = "other_station"
        else:
            reason = "unknown_transaction"
        content = (part.station_id, reference, part.phase, part.at, part.register_wh, part.stop_reason, part.id_token)
        await self._book.keep_unmatched(
            work,
            UnmatchedPart(
                part_id=hashlib.blake2b(msgspec.json.encode(content), digest_size=16).hexdigest(),
                operator_id=standing.operator_id,
                station_id=part.station_id,
                transaction_ref=reference,
                phase=part.phase,
                at=part.at,
                received_at=part.received_at,
                reason=reason,
                report_json=msgspec.json.encode(part).decode(),
            ),
        )
        if part.samples:
            await work.ask(
                RecordStationSamples(
                    operator_id=standing.operator_id,
                    station_id=part.station_id,
                    evse_id=part.evse_id,
                    transaction_ref=reference,
                    samples=part.samples,
                )
            )
        decision = None
        if part.id_token is not None:
            decision = await work.ask(
                Authorize(operator_id=standing.operator_id, station_id=part.station_id, id_token=part.id_token)
            )
        return TransactionReply(transaction_ref=reference, decision=decision)

    async def _join_unmatched(self, session: Session, work: UnitOfWork) -> None:
        """Look among the parts that matched nothing for the end of a transaction whose begin came only now."""
        if session.state is not SessionState.ACTIVE or not await self._book.has_unmatched(work, session.station_id):
            return
        waiting = await self._book.store.list_unmatched(
            work, session.station_id, operator_id=session.operator_id, limit=UNMATCHED_MAX
        )
        for held in waiting:
            part = msgspec.json.decode(held.report_json, type=TransactionReported)
            if binding.find_unassigned([session], part) is None:
                continue
            await self._book.store.mark_joined(work, held.part_id, session.session_id)
            await self._merge(session, session, part, work)
            return

    # ---- samples and tokens ------------------------------------------------------------------------------------------

    async def take_samples(self, report: SamplesReported, work: UnitOfWork) -> None:
        """Take MeterValues in: of the transaction they name, of the one that runs on their EVSE, or of none."""
        if report.block is not None:
            report = msgspec.structs.replace(report, samples=list_samples(report.block), block=None)
        if not report.samples:
            return
        session = await self._find_metered(report, work)
        own, others = _split_samples(session, report)
        if session is not None and own:
            await self._take_session_samples(session, report, own, work)
        if not others:
            return
        standing = await work.ask(FindStation(station_id=report.station_id))
        await work.ask(
            RecordStationSamples(
                operator_id=standing.operator_id,
                station_id=report.station_id,
                evse_id=report.evse_id,
                transaction_ref=report.transaction_ref,
                samples=others,
            )
        )

    async def _find_metered(self, report: SamplesReported, work: UnitOfWork) -> Session | None:
        reference = report.transaction_ref
        if reference is not None and reference != UNASSIGNED_REF:
            return await self._book.find_by_ref(work, report.station_id, reference)
        if report.evse_id is None:
            return None
        desk = await self._book.open_desk(work, report.station_id)
        return binding.find_running(desk.sessions.values(), report.evse_id)

    async def _take_session_samples(
        self, before: Session, report: SamplesReported, samples: tuple[Sample, ...], work: UnitOfWork
    ) -> None:
        state = await work.ask(
            RecordSamples(
                operator_id=before.operator_id,
                station_id=before.station_id,
                session_id=before.session_id,
                evse_id=before.evse_id,
                samples=samples,
            )
        )
        if model.is_plainly_running(before, report.transaction_ref):
            after = model.take_figures(before, state, heard_at=report.received_at)
            tell_battery(after, state, work)
            self._book.put_figures(work, self._signal(after, before, work))
            await self._targets.look_at(after, work)
            return
        newest_at = max(sample.at for sample in samples)
        after = model.hear_samples(
            before, transaction_ref=report.transaction_ref, newest_at=newest_at, now=report.received_at
        )
        after = model.take_meter(after, state)
        self._tell(before, after, work)
        if after.state is SessionState.ACTIVE:
            tell_battery(after, state, work)
        if after.state is SessionState.ENDED:
            after = await self._closing.settle(after, work)
        after = self._signal(after, before, work)
        self._book.put(work, after, before=before)
        await self._targets.look_at(after, work)

    async def authorize(self, report: AuthorizationRequested, work: UnitOfWork) -> Decision:
        """Decide about a token presented at a station.

        Sessions at that very station do not stand in its way: the driver may be about to stop one.
        """
        standing = await work.ask(FindStation(station_id=report.station_id))
        if standing.registration is not Registration.ACCEPTED:
            return NOT_WHILE_PENDING
        running = await self._book.count_uses(
            work, standing.operator_id, report.id_token, besides_station=report.station_id
        )
        decision = await work.ask(
            Authorize(
                operator_id=standing.operator_id,
                station_id=report.station_id,
                id_token=report.id_token,
                running_sessions=running,
            )
        )
        if decision.verdict is not Verdict.ACCEPTED:
            return decision
        note = await work.ask(
            DescribeStart(
                operator_id=standing.operator_id,
                station_id=report.station_id,
                token_value=report.id_token.value,
                token_kind=report.id_token.kind,
                driver_id=decision.driver_id,
                group=None if decision.group is None else decision.group.value,
                token_id=decision.token_id,
                language=decision.language,
            )
        )
        return decision if note is None else msgspec.structs.replace(decision, note=note)


def _split_samples(session: Session | None, report: SamplesReported) -> tuple[tuple[Sample, ...], tuple[Sample, ...]]:
    """Separate a session's samples from those of nobody: without a reference, what was taken before it began."""
    if session is None:
        return (), report.samples
    if session.started_at is None or model.names_ref(session, report.transaction_ref):
        return report.samples, ()
    began_at = session.started_at
    return (
        tuple(sample for sample in report.samples if sample.at >= began_at),
        tuple(sample for sample in report.samples if sample.at < began_at),
    )
