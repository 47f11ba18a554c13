"""Providers' statements against our books: what differs, why, and who looks after it."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from busbar.canon.reconciliation import (
    DifferenceReason,
    DifferenceState,
    ReconciliationDiffered,
    SettleDifference,
    StatementLine,
    StatementLineKind,
)
from busbar.canon.tenants import RecordAudit
from busbar.domain.payments import comparing, model
from busbar.domain.payments.book import SYSTEM, PaymentBook
from busbar.domain.payments.comparing import Finding
from busbar.domain.payments.model import Record, Wish
from busbar.domain.payments.steps import (
    ListStatementsWanted,
    SealedAccount,
    StatementWanted,
    StoreStatement,
)
from busbar.domain.payments.store import DifferenceRecord
from busbar.kernel.ids import IdSource, OperatorId
from busbar.ports.payments import LOOKED_AFTER_BY
from busbar.ports.work import UnitOfWork

GRACE = timedelta(days=1)
"""A provider may book a payment on the day after ours."""
OPEN = frozenset({DifferenceState.OPEN, DifferenceState.IN_HAND})


class ReconciliationService:
    """Compares, and keeps what differs until somebody has settled it."""

    def __init__(self, *, book: PaymentBook, ids: IdSource) -> None:
        self._book = book
        self._store = book.store
        self._ids = ids

    async def list_wanted(self, message: ListStatementsWanted, work: UnitOfWork) -> tuple[StatementWanted, ...]:
        """Return the statements that are missing."""
        wanted: list[StatementWanted] = []
        for account in await self._store.list_accounts(work, None):
            if not account.is_active or not await self._store.has_payments(work, account.account_id):
                continue
            fetched = set(await self._store.list_fetched(work, account.account_id, since=message.since))
            count = (message.until - message.since).days
            days = [message.since + timedelta(days=number) for number in range(count)]
            wanted += [StatementWanted(account=account, day=day) for day in days if day not in fetched]
        return tuple(wanted)

    async def store(self, message: StoreStatement, work: UnitOfWork) -> int:
        """Take a statement in and compare."""
        accounts = await self._store.list_accounts(work, None)
        account = next((each for each in accounts if each.account_id == message.account_id), None)
        if account is None:
            raise model.AccountNotFoundError("there is no such account at a provider")
        lines = [await self._name(work, account, line) for line in message.lines]
        fresh = await self._store.insert_statement(work, account, message.day, lines, actor=message.actor)
        found = 0
        for difference in await self._compare_all(work, account, message.day, lines, fresh):
            found += await self._store.insert_difference(work, difference)
        found += await self._find_missing(work, account, message.day)
        await self._settle_by_itself(work, account)
        await self._post_costs(work, account, message.day, fresh)
        if found:
            told = ReconciliationDiffered(
                operator_id=account.operator_id,
                at=work.now,
                provider=account.provider,
                day=message.day,
                differences=found,
            )
            work.tell(told)
        return found

    async def _name(self, work: UnitOfWork, account: SealedAccount, line: StatementLine) -> StatementLine:
        """Put our id into a line that names the payment by the provider's alone."""
        if line.payment_id is not None or not line.provider_ref:
            return line
        record = await self._store.find_by_provider(work, account.account_id, line.provider_ref)
        return line if record is None else msgspec.structs.replace(line, payment_id=record.payment_id)

    async def _compare_all(
        self,
        work: UnitOfWork,
        account: SealedAccount,
        day: date,
        lines: Sequence[StatementLine],
        fresh: Sequence[StatementLine],
    ) -> list[DifferenceRecord]:
        """Compare lines that are new, one after the other; what stands twice in one statement is told as well."""
        waiting = {line.line_ref for line in fresh}
        counts = Counter(line.line_ref for line in lines)
        made: list[DifferenceRecord] = []
        for line in fresh:
            found = await self._compare(work, account, line, waiting)
            made += [self._make(work, account, day, line, finding) for finding in found]
            if counts[line.line_ref] > 1:
                twice = Finding(
                    reason=DifferenceReason.DUPLICATE, here=line.amount, there=line.amount * counts[line.line_ref]
                )
                made.append(self._make(work, account, day, line, twice))
            waiting.discard(line.line_ref)
        return made

    async def _compare(
        self, work: UnitOfWork, account: SealedAccount, line: StatementLine, waiting: set[str]
    ) -> list[Finding]:
        """Return how a line differs; `waiting`: lines whose turn comes later."""
        record = None if line.payment_id is None else await self._store.load_payment(work, line.payment_id)
        if record is not None and record.account_id != account.account_id:
            record = None
        if line.kind is StatementLineKind.DISPUTE:
            return comparing.compare_dispute(record, line)
        if line.kind is StatementLineKind.PAYMENT:
            known = [] if record is None else await self._list_others(work, account, line, waiting)
            if record is not None and record.state not in model.PAID_STATES:
                await self._store.update_payment(work, model.wish(record, Wish.QUERY, now=work.now))
            agreed = comparing.count_agreed(account.settings, line.amount)
            return comparing.compare_payment(record, line, known, agreed=agreed)
        if line.kind is StatementLineKind.REFUND:
            owner = None if record is None else record.operator_id
            if line.refund_id is None:
                return comparing.compare_refund(None, line, (), (), operator_id=owner)
            refund = await self._store.load_refund(work, line.refund_id)
            lines = await self._store.list_lines(work, account.account_id, refund_id=line.refund_id)
            earlier = [each for each in lines if each.line_ref not in waiting]
            return comparing.compare_refund(refund, line, lines, earlier, operator_id=owner)
        return []

    async def _list_others(
        self, work: UnitOfWork, account: SealedAccount, line: StatementLine, waiting: set[str]
    ) -> list[StatementLine]:
        """Return lines that told of the same payment before this one."""
        known = await self._store.list_lines(work, account.account_id, payment_id=line.payment_id)
        return [each for each in known if each.kind is StatementLineKind.PAYMENT and each.line_ref not in waiting]

    async def _find_missing(self, work: UnitOfWork, account: SealedAccount, day: date) -> int:
        """Look for what we count on and no statement tells of, though its day and the next are here."""
        fetched = set(await self._store.list_fetched(work, account.account_id, since=day - GRACE))
        if not {day, day - GRACE} <= fetched:
            return 0
        before = datetime.combine(day, time(), UTC)
        found = 0
        for record in await self._store.list_unseen(work, account.account_id, before=before):
            line = StatementLine(
                line_ref=f"payment:{record.payment_id}",
                kind=StatementLineKind.PAYMENT,
                amount=record.captured,
                currency=record.currency,
                payment_id=record.payment_id,
                provider_ref=record.provider_ref,
                at=record.captured_at or record.changed_at,
            )
            found += await self._miss(work, account, day, line, record.operator_id)
        for refund in await self._store.list_unseen_refunds(work, account.account_id, before=before):
            line = StatementLine(
                line_ref=f"refund:{refund.refund_id}",
                kind=StatementLineKind.REFUND,
                amount=-refund.amount,
                currency=refund.currency,
                payment_id=refund.payment_id,
                refund_id=refund.refund_id,
                provider_ref=refund.provider_ref,
                at=refund.changed_at,
            )
            found += await self._miss(work, account, day, line, refund.operator_id)
        return found

    async def _miss(
        self, work: UnitOfWork, account: SealedAccount, day: date, line: StatementLine, operator_id: OperatorId
    ) -> bool:
        """Note that no statement has a line like this one."""
        missing = Finding(reason=DifferenceReason.MISSING_THERE, here=line.amount, there=0, operator_id=operator_id)
        difference = self._make(work, account, day, line, missing)
        return await self._store.insert_difference(work, msgspec.structs.replace(difference, there=None))

    async def _settle_by_itself(self, work: UnitOfWork, account: SealedAccount) -> None:
        """Close what has come right in the meantime: late success, a line that came a day later."""
        before = datetime.max.replace(tzinfo=UTC)
        unseen = {each.payment_id for each in await self._store.list_unseen(work, account.account_id, before=before)}
        refunds = await self._store.list_unseen_refunds(work, account.account_id, before=before)
        unseen_refunds = {each.refund_id for each in refunds}
        for difference in await self._store.list_open_about(work, account.account_id):
            if difference.payment_id is None:
                continue
            record = await self._store.load_payment(work, difference.payment_id)
            is_seen = difference.payment_id not in unseen
            if difference.refund_id is not None:
                is_seen = difference.refund_id not in unseen_refunds
            is_right = difference.reason is DifferenceReason.MISSING_THERE and is_seen
            if difference.reason is DifferenceReason.STATE:
                is_right = await self._has_come_right(work, difference, record)
            if is_right:
                settled = msgspec.structs.replace(
                    difference,
                    state=DifferenceState.RESOLVED,
                    owner=difference.owner or SYSTEM,
                    note="came right by itself",
                    changed_at=work.now,
                )
                await self._store.update_difference(work, settled)

    async def _has_come_right(self, work: UnitOfWork, difference: DifferenceRecord, record: Record | None) -> bool:
        """Tell whether a payment or a refund stands here by now as the provider said."""
        if difference.refund_id is None:
            is_paid = record is not None and record.state in model.PAID_STATES
            return is_paid and record is not None and record.captured == difference.there
        refund = await self._store.load_refund(work, difference.refund_id)
        lines = await self._store.list_lines(work, difference.account_id, refund_id=difference.refund_id)
        return refund is not None and comparing.count_refunded(refund) == sum(line.amount for line in lines)

    async def _post_costs(
        self, work: UnitOfWork, account: SealedAccount, day: date, lines: Sequence[StatementLine]
    ) -> None:
        costs: dict[tuple[OperatorId, str], int] = {}
        for line in lines:
            record = None if line.payment_id is None else await self._store.load_payment(work, line.payment_id)
            if record is not None and line.cost > 0:
                key = (record.operator_id, line.currency)
                costs[key] = costs.get(key, 0) + line.cost
        first = min((line.line_ref for line in lines), default="")
        for (operator_id, currency), amount in costs.items():
            digits = "".join(char for char in f"{account.account_id[-12:]}{first[-20:]}" if char.isalnum())
            await self._book.books.post_costs(
                work,
                operator_id=operator_id,
                provider=account.provider,
                name=f"cost-{day:%Y%m%d}-{digits}",
                amount=amount,
                currency=currency,
            )

    def _make(
        self,
        work: UnitOfWork,
        account: SealedAccount,
        day: date,
        line: StatementLine,
        finding: Finding,
    ) -> DifferenceRecord:
        return DifferenceRecord(
            difference_id=self._ids.new(),
            operator_id=finding.operator_id or account.operator_id,
            account_id=account.account_id,
            provider=account.provider,
            day=day,
            reason=finding.reason,
            subject=line.line_ref,
            payment_id=line.payment_id,
            refund_id=line.refund_id,
            provider_ref=line.provider_ref,
            here=finding.here,
            there=finding.there,
            currency=line.currency,
            owner=account.settings.get(LOOKED_AFTER_BY, ""),
            note=finding.note,
            found_at=work.now,
            changed_at=work.now,
        )

    async def settle(self, message: SettleDifference, work: UnitOfWork) -> None:
        """Say how a difference stands."""
        difference = await self._store.load_difference(work, message.difference_id)
        if difference is None or difference.operator_id != message.operator_id:
            raise model.DifferenceNotFoundError("there is no such difference")
        if message.state not in OPEN and not message.note.strip():
            raise model.NoteError("say why, in a few words")
        if difference.state not in OPEN and message.state in OPEN:
            raise model.DifferenceStateError("the difference is settled")
        after = msgspec.structs.replace(
            difference,
            state=message.state,
            owner=message.owner or difference.owner or message.actor,
            note=message.note or difference.note,
            changed_at=work.now,
        )
        await self._store.update_difference(work, after)
        await work.ask(
            RecordAudit(
                operator_id=message.operator_id,
                actor=message.actor,
                action=f"difference.{message.state}",
                subject=f"difference:{message.difference_id}",
            )
        )
