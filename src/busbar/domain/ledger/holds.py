"""Holds: a driver's money set aside in a pending transfer, until it is captured, released, or its time is over."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from busbar.canon.ledger import (
    AccountKind,
    AccountRef,
    CaptureHold,
    ExpireHolds,
    FundsHeld,
    HoldCaptured,
    HoldExpired,
    HoldFunds,
    HoldReleased,
    Leg,
    Portion,
    ReleaseHold,
    Transfer,
    TransferKind,
    TransferReply,
    TransferState,
    name_driver,
)
from busbar.domain.ledger import model
from busbar.domain.ledger.model import StoredTransfer
from busbar.domain.ledger.store import Book
from busbar.domain.ledger.teller import Teller
from busbar.kernel.ids import DriverId, OperatorId, TransferId
from busbar.ports.work import UnitOfWork


def wallet_of(driver_id: DriverId) -> AccountRef:
    """Name a driver's wallet."""
    return AccountRef(kind=AccountKind.WALLET, owner=name_driver(driver_id))


def held_of(driver_id: DriverId) -> AccountRef:
    """Name what is held of a driver's money."""
    return AccountRef(kind=AccountKind.HELD, owner=name_driver(driver_id))


class Holds:
    """Sets money aside and lets it go."""

    def __init__(self, teller: Teller) -> None:
        self._teller = teller

    async def hold(self, message: HoldFunds, work: UnitOfWork) -> TransferReply:
        """Set a driver's money aside."""
        model.check_words(transfer_id=message.transfer_id, currency=message.currency, actor=message.actor, reason="")
        model.check_amount(message.amount)
        wallet, held = wallet_of(message.driver_id), held_of(message.driver_id)
        legs = (Leg(debit=wallet, credit=held, amount=message.amount),)
        fingerprint = model.take_fingerprint(
            currency=message.currency, kind=TransferKind.HOLD, legs=legs, session_id=message.session_id, reverses=None
        )
        known = await self._teller.recall(work, message.operator_id, message.transfer_id, fingerprint=fingerprint)
        if known is not None:
            return TransferReply(transfer=known, exists=True)
        book = Book(message.operator_id, message.currency)
        model.check_unfrozen((await self._teller.lock(work, book, (wallet, held)))[wallet])
        transfer = Transfer(
            transfer_id=message.transfer_id,
            operator_id=message.operator_id,
            currency=message.currency,
            kind=TransferKind.HOLD,
            state=TransferState.PENDING,
            amount=message.amount,
            at=work.now,
            actor=message.actor,
            session_id=message.session_id,
            driver_id=message.driver_id,
            expires_at=message.expires_at,
        )
        await self._teller.write(work, transfer, legs, fingerprint=fingerprint)
        work.tell(FundsHeld(**_describe(transfer, work.now), expires_at=message.expires_at))
        return TransferReply(transfer=transfer)

    async def capture(self, message: CaptureHold, work: UnitOfWork) -> TransferReply:
        """Give what is held to its accounts, and the rest back."""
        stored = await self._get(work, message.operator_id, message.transfer_id)
        if model.is_over(stored.transfer.state):
            return await self._recall_capture(message, stored, work)
        if len(message.portions) > model.LEGS_MAX:
            raise model.TransferError(f"at most {model.LEGS_MAX} portions", portions=len(message.portions))
        for portion in message.portions:
            model.check_amount(portion.amount)
            model.check_reference(portion.credit)
            if portion.credit.kind in {AccountKind.WALLET, AccountKind.HELD}:
                raise model.TransferError("what is not captured goes back by itself", kind=portion.credit.kind)
        taken = sum(portion.amount for portion in message.portions)
        if taken > stored.transfer.amount:
            raise model.HoldExceededError("less than that is held", held=stored.transfer.amount, wanted=taken)
        if not message.portions:
            return TransferReply(transfer=await self._give_back(work, stored, TransferState.VOIDED))
        transfer = await self._end(work, stored, TransferState.POSTED, message.portions)
        told: dict[str, Any] = _describe(transfer, work.now) | {"amount": taken}
        work.tell(HoldCaptured(**told, released=transfer.amount - taken))
        return TransferReply(transfer=transfer)

    async def _recall_capture(self, message: CaptureHold, stored: StoredTransfer, work: UnitOfWork) -> TransferReply:
        transfer = stored.transfer
        legs = await self._teller.store.list_legs(work, message.operator_id, message.transfer_id, phase=2)
        if transfer.state is TransferState.POSTED:
            if not model.is_same_capture(legs, message.portions):
                raise model.TransferReusedError("the hold was captured otherwise", transfer_id=message.transfer_id)
        elif message.portions or transfer.state is not TransferState.VOIDED:
            raise model.TransferStateError("the hold is over", state=transfer.state)
        return TransferReply(transfer=transfer, exists=True)

    async def release(self, message: ReleaseHold, work: UnitOfWork) -> TransferReply:
        """Give what is held back."""
        stored = await self._get(work, message.operator_id, message.transfer_id)
        if stored.transfer.state is TransferState.VOIDED:
            return TransferReply(transfer=stored.transfer, exists=True)
        if model.is_over(stored.transfer.state):
            raise model.TransferStateError("the hold is over", state=stored.transfer.state)
        return TransferReply(transfer=await self._give_back(work, stored, TransferState.VOIDED))

    async def expire(self, message: ExpireHolds, work: UnitOfWork) -> int:
        """Give back what was held for too long."""
        due = await self._teller.store.list_due_holds(work, limit=message.limit)
        for stored in due:
            await self._give_back(work, stored, TransferState.EXPIRED)
        return len(due)

    async def _give_back(self, work: UnitOfWork, stored: StoredTransfer, state: TransferState) -> Transfer:
        transfer = await self._end(work, stored, state, ())
        fact = HoldExpired if state is TransferState.EXPIRED else HoldReleased
        work.tell(fact(**_describe(transfer, work.now)))
        return transfer

    async def _end(
        self, work: UnitOfWork, stored: StoredTransfer, state: TransferState, portions: Sequence[Portion]
    ) -> Transfer:
        driver_id = stored.transfer.driver_id
        if driver_id is None:
            raise model.TransferStateError("the transfer is no hold", state=stored.transfer.state)
        held = held_of(driver_id)
        legs = [Leg(debit=held, credit=portion.credit, amount=portion.amount) for portion in portions]
        rest = stored.transfer.amount - model.sum_legs(legs)
        if rest:
            legs.append(Leg(debit=held, credit=wallet_of(driver_id), amount=rest))
        await self._teller.end(work, stored, state, legs)
        return msgspec.structs.replace(stored.transfer, state=state, ended_at=work.now)

    async def _get(self, work: UnitOfWork, operator_id: OperatorId, transfer_id: TransferId) -> StoredTransfer:
        stored = await self._teller.store.find_transfer(work, operator_id, transfer_id)
        if stored is None or stored.transfer.kind is not TransferKind.HOLD:
            raise model.TransferNotFoundError("no such hold", transfer_id=transfer_id[:64])
        return stored


def _describe(transfer: Transfer, now: datetime) -> dict[str, Any]:
    return {
        "operator_id": transfer.operator_id,
        "at": now,
        "currency": transfer.currency,
        "amount": transfer.amount,
        "transfer_id": transfer.transfer_id,
        "session_id": transfer.session_id,
        "driver_id": transfer.driver_id,
    }
