"""Pay-outs: settlements that are paid together, and what the bank made of them."""

import msgspec

from busbar.canon.ledger import AccountKind, AccountRef, Leg, PostTransfer, ReverseTransfer, TransferKind
from busbar.canon.settlement import (
    CancelPayout,
    MakePayout,
    MarkSettlementPaid,
    MarkSettlementReturned,
    Payee,
    Payout,
    PayoutEntry,
    Settlement,
    SettlementPaid,
    SettlementReturned,
    SettlementState,
)
from busbar.domain.settlement import model
from busbar.domain.settlement.parties import Parties, note
from busbar.domain.settlement.runs import Runs, note_step, tell
from busbar.domain.settlement.store import SettlementStore
from busbar.kernel.ids import is_key
from busbar.ports.work import UnitOfWork

CASH_OUT = AccountRef(kind=AccountKind.CASH_OUT)
PAYABLE = (SettlementState.APPROVED, SettlementState.RETURNED)


class Payouts:
    """Files for the bank, and their fate."""

    def __init__(self, store: SettlementStore, parties: Parties, runs: Runs) -> None:
        self._store = store
        self._parties = parties
        self._runs = runs

    async def make(self, message: MakePayout, work: UnitOfWork) -> Payout:
        """Put settlements into a pay-out."""
        model.check_person(message.actor)
        wanted = tuple(dict.fromkeys(message.settlement_ids))
        known = await self._store.load_payout(work, message.payout_id)
        if known is not None and known.operator_id == message.operator_id:
            if tuple(entry.settlement_id for entry in known.entries) != wanted:
                raise model.PayoutReusedError("this id was used for another pay-out")
            return known
        if not 1 <= len(wanted) <= model.ENTRIES_MAX:
            raise model.PayoutError(f"a pay-out has 1 to {model.ENTRIES_MAX} payments")
        if not work.now.date() <= message.execution_on <= (work.now + model.LATER_MAX).date():
            raise model.PayoutError("it is paid today or within a year", execution_on=message.execution_on.isoformat())
        terms = await self._parties.find_terms(work, message.operator_id)
        payees = await self._parties.list_payees(work, message.operator_id)
        entries: list[PayoutEntry] = []
        settlements: list[Settlement] = []
        for settlement_id in wanted:
            settlement = await self._runs.get(work, message.operator_id, settlement_id)
            model.check_state(settlement.state, *PAYABLE)
            entries.append(_make_entry(settlement, payees[settlement.payee_id]))
            settlements.append(settlement)
        currencies = {settlement.currency for settlement in settlements}
        if len(currencies) > 1:
            raise model.PayoutError("one pay-out has one currency")
        payout = Payout(
            payout_id=message.payout_id,
            operator_id=message.operator_id,
            reference=f"P{message.execution_on:%Y%m%d}-{message.payout_id[-10:].upper()}",
            currency=currencies.pop(),
            execution_on=message.execution_on,
            payer_name=terms.payer_name,
            payer_iban=terms.payer_iban,
            payer_bic=terms.payer_bic,
            amount=sum(entry.amount for entry in entries),
            count=len(entries),
            entries=tuple(entries),
            created_at=work.now,
            created_by=message.actor,
        )
        await self._store.save_payout(work, payout)
        for settlement in settlements:
            await self._move(work, settlement, SettlementState.PAYING, payout_id=payout.payout_id, note="")
        await note(work, message.operator_id, message.actor, "payout.make", f"payout:{payout.payout_id}")
        return payout

    async def cancel(self, message: CancelPayout, work: UnitOfWork) -> Payout:
        """Give a pay-out up of which nothing is paid."""
        found = await self._store.load_payout(work, message.payout_id) if is_key(message.payout_id) else None
        if found is None or found.operator_id != message.operator_id:
            raise model.PayoutNotFoundError("no such pay-out", payout_id=message.payout_id[:64])
        if found.is_cancelled:
            raise model.PayoutStateError("the pay-out was given up")
        settlements = [await self._runs.get(work, found.operator_id, each.settlement_id) for each in found.entries]
        is_waiting = [
            each.state is SettlementState.PAYING and each.payout_id == found.payout_id for each in settlements
        ]
        if not all(is_waiting):
            raise model.PayoutStateError("the bank has told of some of its payments")
        for settlement in settlements:
            state = SettlementState.RETURNED if settlement.payments else SettlementState.APPROVED
            await self._move(work, settlement, state, payout_id=None)
        cancelled = msgspec.structs.replace(found, is_cancelled=True)
        await self._store.save_payout(work, cancelled)
        await note(work, message.operator_id, message.actor, "payout.cancel", f"payout:{found.payout_id}")
        return cancelled

    async def mark_paid(self, message: MarkSettlementPaid, work: UnitOfWork) -> Settlement:
        """Note that the bank paid; the money leaves the books."""
        found = await self._runs.get(work, message.operator_id, message.settlement_id)
        model.check_state(found.state, SettlementState.PAYING)
        number = found.payments + 1
        leg = Leg(debit=model.name_account(found.payee_id), credit=CASH_OUT, amount=found.payable)
        await work.ask(
            PostTransfer(
                transfer_id=model.name_transfer(found.settlement_id, f"paid-{number}"),
                operator_id=found.operator_id,
                currency=found.currency,
                kind=TransferKind.CASH_OUT,
                legs=(leg,),
                actor=message.actor,
                reason=found.reference,
            )
        )
        paid = await self._move(work, found, SettlementState.PAID, payments=number, paid_on=message.paid_on)
        tell(work, SettlementPaid, paid)
        await note_step(work, message.actor, "settlement.pay", paid)
        return paid

    async def mark_returned(self, message: MarkSettlementReturned, work: UnitOfWork) -> Settlement:
        """Note that the bank refused it or sent it back; it can be paid out again."""
        found = await self._runs.get(work, message.operator_id, message.settlement_id)
        model.check_state(found.state, SettlementState.PAYING, SettlementState.PAID)
        if not message.reason.strip() or len(message.reason) > model.NOTE_MAX_CHARS:
            raise model.PayoutError(f"give a reason of 1 to {model.NOTE_MAX_CHARS} characters")
        if found.state is SettlementState.PAID:
            await work.ask(
                ReverseTransfer(
                    transfer_id=model.name_transfer(found.settlement_id, f"returned-{found.payments}"),
                    operator_id=found.operator_id,
                    reverses=model.name_transfer(found.settlement_id, f"paid-{found.payments}"),
                    actor=message.actor,
                    reason=message.reason,
                )
            )
        returned = await self._move(
            work, found, SettlementState.RETURNED, payout_id=None, paid_on=None, note=message.reason.strip()
        )
        tell(work, SettlementReturned, returned)
        await note_step(work, message.actor, "settlement.return", returned)
        return returned

    async def _move(
        self, work: UnitOfWork, settlement: Settlement, state: SettlementState, **changes: object
    ) -> Settlement:
        moved = msgspec.structs.replace(settlement, state=state, **changes)
        await self._store.save_settlement(work, moved)
        return moved


def _make_entry(settlement: Settlement, payee: Payee) -> PayoutEntry:
    if not payee.iban and not payee.account:
        raise model.PayeeAccountError(f"{payee.name} has no account to pay to", name=payee.name)
    return PayoutEntry(
        settlement_id=settlement.settlement_id,
        reference=settlement.reference,
        payee_name=payee.name,
        iban=payee.iban,
        bic=payee.bic,
        account=payee.account,
        country=payee.country,
        amount=settlement.payable,
    )
