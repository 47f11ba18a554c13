"""Posted transfers: how they are made of what is asked for, and how it is told that money moved."""

from datetime import datetime

from busbar.canon.ledger import PostTransfer, Transfer, TransferPosted, TransferState
from busbar.domain.ledger import model
from busbar.ports.work import UnitOfWork


def tell_posted(work: UnitOfWork, transfer: Transfer) -> None:
    """Tell that money moved."""
    work.tell(
        TransferPosted(
            operator_id=transfer.operator_id,
            at=work.now,
            currency=transfer.currency,
            amount=transfer.amount,
            transfer_id=transfer.transfer_id,
            session_id=transfer.session_id,
            driver_id=transfer.driver_id,
            payment_id=transfer.payment_id,
            kind=transfer.kind,
            reverses=transfer.reverses,
        )
    )


def shape_posted(wish: PostTransfer, *, now: datetime) -> Transfer:
    """Return the posted transfer that a wish asks for."""
    return Transfer(
        transfer_id=wish.transfer_id,
        operator_id=wish.operator_id,
        currency=wish.currency,
        kind=wish.kind,
        state=TransferState.POSTED,
        amount=model.sum_legs(wish.legs),
        at=now,
        actor=wish.actor,
        reason=wish.reason,
        session_id=wish.session_id,
        driver_id=wish.driver_id,
        payment_id=wish.payment_id,
    )
