"""Whom the revenue is shared with, and on what terms."""

from datetime import date

import msgspec

from busbar.canon.settlement import (
    Agreement,
    EndAgreement,
    MakeAgreement,
    Payee,
    SavePayee,
    SetSettlementTerms,
    SettlementTerms,
)
from busbar.canon.stations import FindSite
from busbar.canon.tenants import FindOperator, Operator, RecordAudit
from busbar.domain.settlement import model, periods
from busbar.domain.settlement.store import SettlementStore
from busbar.kernel.ids import IdSource, OperatorId, PayeeId, is_key
from busbar.ports.work import UnitOfWork


class Parties:
    """Payees, agreements, and how an operator settles."""

    def __init__(self, store: SettlementStore, *, ids: IdSource) -> None:
        self._store = store
        self._ids = ids

    async def set_terms(self, message: SetSettlementTerms, work: UnitOfWork) -> SettlementTerms:
        """Decide how an operator settles."""
        terms = model.check_terms(message.terms)
        await self._store.save_terms(work, message.operator_id, terms)
        await note(work, message.operator_id, message.actor, "settlement_terms.change", "terms")
        return terms

    async def find_terms(self, work: UnitOfWork, operator_id: OperatorId) -> SettlementTerms:
        """Return how an operator settles."""
        return await self._store.load_terms(work, operator_id) or SettlementTerms()

    async def list_payees(self, work: UnitOfWork, operator_id: OperatorId) -> dict[PayeeId, Payee]:
        """Return an operator's payees by id."""
        return {payee.payee_id: payee for payee in await self._store.list_payees(work, operator_id)}

    async def save_payee(self, message: SavePayee, work: UnitOfWork) -> Payee:
        """Add a payee, or change one."""
        known = await self.list_payees(work, message.operator_id)
        before = None
        if message.payee_id is not None:
            before = self._pick(known, message.payee_id)
        elif len(known) >= model.PAYEES_MAX:
            raise model.PayeeLimitError(f"an operator has {model.PAYEES_MAX} payees at most")
        payee = model.shape_payee(
            message,
            payee_id=PayeeId(self._ids.new()) if before is None else before.payee_id,
            created_at=work.now if before is None else before.created_at,
        )
        await self._store.save_payee(work, payee)
        action = "payee.create" if before is None else "payee.change"
        await note(work, message.operator_id, message.actor, action, f"payee:{payee.payee_id}")
        return payee

    async def make_agreement(self, message: MakeAgreement, work: UnitOfWork) -> Agreement:
        """Agree on shares."""
        operator = await work.ask(FindOperator(operator_id=message.operator_id))
        known = await self._store.load_agreement(work, message.agreement_id)
        if known is not None and known.operator_id == message.operator_id:
            return known
        self._pick(await self.list_payees(work, message.operator_id), message.payee_id)
        if message.site_id is not None:
            await work.ask(FindSite(operator_id=message.operator_id, site_id=message.site_id))
        model.check_shares(message.shares)
        model.check_days(message.valid_from, message.valid_until)
        if len(message.note) > model.NOTE_MAX_CHARS:
            raise model.AgreementError(f"a note has at most {model.NOTE_MAX_CHARS} characters")
        agreements = await self._store.list_agreements(work, message.operator_id)
        if len(agreements) >= model.AGREEMENTS_MAX:
            raise model.AgreementLimitError(f"an operator has {model.AGREEMENTS_MAX} agreements at most")
        agreement = Agreement(
            agreement_id=message.agreement_id,
            operator_id=message.operator_id,
            payee_id=message.payee_id,
            site_id=message.site_id,
            currency=operator.currency,
            shares=message.shares,
            valid_from=message.valid_from,
            valid_until=message.valid_until,
            note=message.note.strip(),
            created_at=work.now,
            created_by=message.actor,
        )
        after = [*agreements, agreement]
        model.check_sums(after, since=message.valid_from)
        await self._check_settled(work, operator, after, agreement, since=message.valid_from)
        await self._store.save_agreement(work, agreement)
        await note(
            work, message.operator_id, message.actor, "agreement.make", f"agreement:{agreement.agreement_id}",
            shares=msgspec.structs.asdict(agreement.shares),
        )  # fmt: skip
        return agreement

    async def end_agreement(self, message: EndAgreement, work: UnitOfWork) -> Agreement:
        """Let an agreement end."""
        found = None
        if is_key(message.agreement_id):
            found = await self._store.load_agreement(work, message.agreement_id)
        if found is None or found.operator_id != message.operator_id:
            raise model.AgreementNotFoundError("no such agreement", agreement_id=message.agreement_id[:64])
        model.check_days(found.valid_from, message.valid_until)
        operator = await work.ask(FindOperator(operator_id=message.operator_id))
        ended = msgspec.structs.replace(found, valid_until=message.valid_until)
        others = await self._store.list_agreements(work, message.operator_id)
        after = [ended if each.agreement_id == ended.agreement_id else each for each in others]
        since = min(message.valid_until, found.valid_until or message.valid_until)
        model.check_sums(after, since=since)
        await self._check_settled(work, operator, after, ended, since=since)
        await self._store.save_agreement(work, ended)
        await note(work, message.operator_id, message.actor, "agreement.end", f"agreement:{ended.agreement_id}")
        return ended

    async def _check_settled(
        self, work: UnitOfWork, operator: Operator, agreements: list[Agreement], changed: Agreement, *, since: date
    ) -> None:
        """Refuse to change what is settled: with the payee, or with one who got the rest of it."""
        concerned = {changed.payee_id} | {each.payee_id for each in agreements if each.shares.takes_rest}
        last = await self._store.find_last_settled(work, operator.operator_id, sorted(concerned))
        first = None if last is None else periods.span_settled(last, operator.zone).end
        if first is not None and since < first:
            raise model.AgreementSettledError(
                f"it is settled until {first.isoformat()}: begin then or later", settled_until=first.isoformat()
            )

    @staticmethod
    def _pick(payees: dict[PayeeId, Payee], payee_id: PayeeId) -> Payee:
        found = payees.get(payee_id)
        if found is None:
            raise model.PayeeNotFoundError("no such payee", payee_id=payee_id[:64])
        return found


async def note(
    work: UnitOfWork, operator_id: OperatorId, actor: str, action: str, subject: str, **detail: object
) -> None:
    """Write down who did it."""
    await work.ask(
        RecordAudit(
            operator_id=operator_id,
            actor=actor,
            action=action,
            subject=subject,
            detail=detail,
        )
    )
