"""Settlements: made from the books, approved by somebody else, posted, and given up."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from busbar.canon.ledger import PostTransfer, ReverseTransfer, TransferKind
from busbar.canon.settlement import (
    Agreement,
    ApproveSettlement,
    CancelSettlement,
    Payee,
    PeriodKind,
    RunDueSettlements,
    RunSettlements,
    Settlement,
    SettlementApproved,
    SettlementCancelled,
    SettlementFact,
    SettlementLine,
    SettlementMade,
    SettlementState,
    SumRevenue,
)
from busbar.canon.tenants import FindOperator, Operator
from busbar.domain.settlement import model, periods
from busbar.domain.settlement.parties import Parties, note
from busbar.domain.settlement.store import SettlementStore
from busbar.kernel.errors import ConflictError, InvalidError
from busbar.kernel.ids import IdSource, OperatorId, PayeeId, SettlementId, is_key
from busbar.ports.work import UnitOfWork

SYSTEM = "system:settlement"
Key = tuple[PayeeId, str]
"""A payee and a currency."""


class Runs:
    """What each payee gets of a period."""

    def __init__(self, store: SettlementStore, parties: Parties, *, ids: IdSource) -> None:
        self._store = store
        self._parties = parties
        self._ids = ids

    # ---- making ------------------------------------------------------------------------------------------------------

    async def run(self, message: RunSettlements, work: UnitOfWork) -> tuple[SettlementId, ...]:
        """Make the drafts of a period, or make them anew."""
        operator = await work.ask(FindOperator(operator_id=message.operator_id))
        span, near = await self._find_span(work, operator, message.period, message.day)
        since, until = span.since, span.until
        if until > work.now:
            raise model.PeriodError("the period is not over", until=until.isoformat())
        shares = await self._compute(work, operator, span)
        known: dict[Key, Settlement] = {}
        for settlement in span.list_overlapping(near):
            key = settlement.payee_id, settlement.currency
            if (settlement.since, settlement.until) == (since, until):
                known[key] = settlement
            elif key in shares:
                raise model.PeriodTakenError(
                    f"{settlement.reference} covers a part of it", reference=settlement.reference
                )
        made: list[SettlementId] = []
        for key, lines in shares.items():
            before = known.get(key)
            if before is None or before.state is SettlementState.DRAFT:
                draft = await self._draft(work, message, key, lines, before=before, span=span)
                made.append(draft.settlement_id)
        for key, settlement in known.items():
            if settlement.state is SettlementState.DRAFT and key not in shares:
                await self._end(work, settlement, SettlementState.CANCELLED, reason="nothing is agreed any more")
        subject = f"period:{span.first.isoformat()}"
        await note(work, operator.operator_id, message.actor, "settlement.run", subject, made=len(made))
        return tuple(made)

    async def run_due(self, _message: RunDueSettlements, work: UnitOfWork) -> int:
        """Make the drafts of the newest period that is over, for operators that settle by themselves."""
        count = 0
        for operator_id in await self._store.list_automatic(work):
            operator = await work.ask(FindOperator(operator_id=operator_id))
            terms = await self._parties.find_terms(work, operator_id)
            today = work.now.astimezone(ZoneInfo(operator.zone)).date()
            this_one, _ = periods.find_period(terms.period, today)
            last = this_one - timedelta(days=1)
            span, near = await self._find_span(work, operator, terms.period, last)
            if span.list_overlapping(near):
                continue
            try:
                wish = RunSettlements(operator_id=operator_id, actor=SYSTEM, period=terms.period, day=last)
                count += len(await self.run(wish, work))
            except (ConflictError, InvalidError):
                continue  # its days are not closed yet, or a person has begun: asked again in an hour
        return count

    async def _find_span(
        self, work: UnitOfWork, operator: Operator, period: PeriodKind, day: date
    ) -> tuple[periods.Span, Sequence[Settlement]]:
        """Return the period that a day is in, joined without a seam to what was settled near it, and that."""
        span = periods.span_days(*periods.find_period(period, day), operator.zone)
        since, until = span.since - periods.CLOCKS_APART_MOST, span.until + periods.CLOCKS_APART_MOST
        near = await self._store.list_overlapping(work, operator.operator_id, since=since, until=until)
        return periods.meet(span, near, kind=period), near

    async def _compute(
        self, work: UnitOfWork, operator: Operator, span: periods.Span
    ) -> dict[Key, list[SettlementLine]]:
        """Share out what the books got in a period. Errors: `invalid.settlement_period`."""
        agreements = await self._store.list_agreements(work, operator.operator_id)
        payees = await self._parties.list_payees(work, operator.operator_id)
        lines: dict[Key, list[SettlementLine]] = {}
        for start, stop in periods.list_stretches(span.first, span.end, agreements):
            since, until = span.begin(start, operator.zone), span.begin(stop, operator.zone)
            for key, line in await self._share(work, operator, agreements, payees, (start, since, until)):
                lines.setdefault(key, []).append(line)
        return dict(sorted(lines.items()))

    async def _share(
        self,
        work: UnitOfWork,
        operator: Operator,
        agreements: Sequence[Agreement],
        payees: dict[PayeeId, Payee],
        stretch: tuple[date, datetime, datetime],
    ) -> list[tuple[Key, SettlementLine]]:
        day, since, until = stretch
        revenue = await work.ask(SumRevenue(operator_id=operator.operator_id, since=since, until=until))
        if revenue.closed_until is None or revenue.closed_until < until:
            closed = "never" if revenue.closed_until is None else revenue.closed_until.isoformat()
            raise model.PeriodError("the days of the period are not closed yet", closed_until=closed)
        found: list[tuple[Key, SettlementLine]] = []
        for site in revenue.sites:
            chosen = model.choose_agreements(agreements, site_id=site.site_id, currency=site.currency, day=day)
            shared = model.share_out(site, chosen, payees, model.Stretch(since, until))
            found += [((payee_id, site.currency), line) for payee_id, line in shared.items()]
        return found

    async def _draft(
        self,
        work: UnitOfWork,
        message: RunSettlements,
        key: Key,
        lines: Sequence[SettlementLine],
        *,
        before: Settlement | None,
        span: periods.Span,
    ) -> Settlement:
        payee_id, currency = key
        settlement_id = SettlementId(self._ids.new()) if before is None else before.settlement_id
        owed = await self._store.list_owed(work, message.operator_id, payee_id, currency)
        amount, tax = sum(line.amount for line in lines), sum(line.tax for line in lines)
        carried = sum(each.payable for each in owed)
        draft = Settlement(
            settlement_id=settlement_id,
            operator_id=message.operator_id,
            payee_id=payee_id,
            reference=model.write_reference(settlement_id, span.first),
            currency=currency,
            since=span.since,
            until=span.until,
            first_day=span.first,
            end_day=span.end,
            period=message.period,
            state=SettlementState.DRAFT,
            lines=tuple(lines),
            amount=amount,
            tax=tax,
            carried=carried,
            payable=amount + tax + carried,
            made_at=work.now,
            made_by=message.actor,
        )
        await self._store.save_settlement(work, draft)
        tell(work, SettlementMade, draft)
        return draft

    # ---- approving ---------------------------------------------------------------------------------------------------

    async def approve(self, message: ApproveSettlement, work: UnitOfWork) -> Settlement:
        """Post a draft, if it still says what the books say."""
        draft = await self.get(work, message.operator_id, message.settlement_id)
        model.check_state(draft.state, SettlementState.DRAFT)
        model.check_other(message.actor, draft.made_by)
        operator = await work.ask(FindOperator(operator_id=message.operator_id))
        now = await self._compute(work, operator, periods.span_settled(draft, operator.zone))
        owed = await self._store.list_owed(work, draft.operator_id, draft.payee_id, draft.currency)
        is_same = tuple(now.get((draft.payee_id, draft.currency), ())) == draft.lines
        if not is_same or sum(each.payable for each in owed) != draft.carried:
            raise model.SettlementStaleError("agreements have changed since: make the drafts anew")
        legs = model.list_legs(draft.payee_id, draft.lines)
        transfer_id = model.name_transfer(draft.settlement_id, "post") if legs else None
        if transfer_id is not None:
            await work.ask(
                PostTransfer(
                    transfer_id=transfer_id,
                    operator_id=draft.operator_id,
                    currency=draft.currency,
                    kind=TransferKind.SETTLEMENT,
                    legs=legs,
                    actor=message.actor,
                    reason=draft.reference,
                )
            )
        approved = msgspec.structs.replace(
            draft,
            state=model.choose_posted_state(draft.payable),
            approved_at=work.now,
            approved_by=message.actor,
            transfer_id=transfer_id,
        )
        await self._store.save_settlement(work, approved)
        for each in owed:
            taken = msgspec.structs.replace(each, state=SettlementState.CLEARED, taken_by=draft.settlement_id)
            await self._store.save_settlement(work, taken)
        tell(work, SettlementApproved, approved)
        await note_step(work, message.actor, "settlement.approve", approved)
        return approved

    async def cancel(self, message: CancelSettlement, work: UnitOfWork) -> Settlement:
        """Give a settlement up; what was posted is moved back."""
        found = await self.get(work, message.operator_id, message.settlement_id)
        if not message.reason.strip() or len(message.reason) > model.NOTE_MAX_CHARS:
            raise model.PayoutError(f"give a reason of 1 to {model.NOTE_MAX_CHARS} characters")
        posted = (SettlementState.APPROVED, SettlementState.RETURNED, SettlementState.OWED, SettlementState.CLEARED)
        model.check_state(found.state, SettlementState.DRAFT, *posted)
        if found.taken_by is not None:
            raise model.SettlementStateError("a later settlement took it over", state=found.state.value)
        if found.state is not SettlementState.DRAFT:
            model.check_other(message.actor, found.approved_by)
        if found.transfer_id is not None:
            await work.ask(
                ReverseTransfer(
                    transfer_id=model.name_transfer(found.settlement_id, "back"),
                    operator_id=found.operator_id,
                    reverses=found.transfer_id,
                    actor=message.actor,
                    reason=message.reason,
                )
            )
        for each in await self._store.list_taken(work, found.operator_id, found.settlement_id):
            owed = msgspec.structs.replace(each, state=SettlementState.OWED, taken_by=None)
            await self._store.save_settlement(work, owed)
        cancelled = await self._end(work, found, SettlementState.CANCELLED, reason=message.reason.strip())
        await note_step(work, message.actor, "settlement.cancel", cancelled)
        return cancelled

    async def _end(
        self, work: UnitOfWork, settlement: Settlement, state: SettlementState, *, reason: str
    ) -> Settlement:
        ended = msgspec.structs.replace(settlement, state=state, note=reason)
        await self._store.save_settlement(work, ended)
        tell(work, SettlementCancelled, ended)
        return ended

    async def get(self, work: UnitOfWork, operator_id: OperatorId, settlement_id: SettlementId) -> Settlement:
        """Return a settlement of an operator. Errors: `not_found.settlement`."""
        found = await self._store.load_settlement(work, settlement_id) if is_key(settlement_id) else None
        if found is None or found.operator_id != operator_id:
            raise model.SettlementNotFoundError("no such settlement", settlement_id=settlement_id[:64])
        return found


def tell(work: UnitOfWork, fact: type[SettlementFact], settlement: Settlement) -> None:
    """Tell what became of a settlement."""
    work.tell(
        fact(
            operator_id=settlement.operator_id,
            at=work.now,
            settlement_id=settlement.settlement_id,
            payee_id=settlement.payee_id,
            reference=settlement.reference,
            currency=settlement.currency,
            payable=settlement.payable,
        )
    )


async def note_step(work: UnitOfWork, actor: str, action: str, settlement: Settlement) -> None:
    """Write down who took a step with a settlement."""
    subject = f"settlement:{settlement.settlement_id}"
    await note(work, settlement.operator_id, actor, action, subject, state=settlement.state)
