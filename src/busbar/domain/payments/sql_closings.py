"""Wallets on their way to being closed, on SQL."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec
from sqlalchemy import RowMapping

from busbar.canon.closings import WalletClosing
from busbar.db.work import sql
from busbar.domain.payments.closing_rules import OPEN
from busbar.domain.payments.model import PAID_STATES, RefundRecord
from busbar.domain.payments.tables import payment_accounts, payment_refunds, payments, wallet_closings
from busbar.kernel.ids import DriverId, OperatorId, PaymentId
from busbar.ports.work import UnitOfWork

T = TypeVar("T")
_OPEN = [state.value for state in OPEN]


class SqlClosingStore:
    """`busbar.domain.payments.store.ClosingStore` on SQL."""

    async def load_closing(self, work: UnitOfWork, closing_id: str) -> WalletClosing | None:
        """Return a closing, locked."""
        query = wallet_closings.select().where(wallet_closings.c.closing_id == closing_id).with_for_update()
        row = (await sql(work).execute(query)).mappings().first()
        return (
            None if row is None else msgspec.convert({str(name): value for name, value in row.items()}, WalletClosing)
        )

    async def find_open_closing(
        self, work: UnitOfWork, operator_id: OperatorId, driver_id: DriverId
    ) -> WalletClosing | None:
        """Return the closing of a driver's wallet that is under way, locked."""
        table = wallet_closings.c
        query = wallet_closings.select().where(
            table.operator_id == operator_id, table.driver_id == driver_id, table.state.in_(_OPEN)
        )
        row = (await sql(work).execute(query.with_for_update())).mappings().first()
        return (
            None if row is None else msgspec.convert({str(name): value for name, value in row.items()}, WalletClosing)
        )

    async def insert_closing(self, work: UnitOfWork, closing: WalletClosing) -> None:
        """Add a closing."""
        await sql(work).execute(wallet_closings.insert().values(msgspec.structs.asdict(closing)))

    async def update_closing(self, work: UnitOfWork, closing: WalletClosing) -> None:
        """Write a closing's new state."""
        query = wallet_closings.update().where(wallet_closings.c.closing_id == closing.closing_id)
        await sql(work).execute(query.values(msgspec.structs.asdict(closing)))

    async def list_closing_refunds(self, work: UnitOfWork, closing_id: str) -> Sequence[RefundRecord]:
        """Return the refunds that a closing began."""
        table = payment_refunds.c
        query = payment_refunds.select().where(table.refund_id.startswith(f"{closing_id}-", autoescape=True))
        rows = (await sql(work).execute(query.order_by(table.refund_id))).mappings()
        return [_read(row, RefundRecord) for row in rows]

    async def list_refundable(
        self, work: UnitOfWork, operator_id: OperatorId, driver_id: DriverId, *, currency: str, limit: int
    ) -> Sequence[PaymentId]:
        """Return a driver's top-ups that can be given back over an account that is still there, the newest first."""
        table = payments.c
        query = (
            payments.select()
            .with_only_columns(table.payment_id)
            .join(payment_accounts, payment_accounts.c.account_id == table.account_id)
            .where(
                payment_accounts.c.is_active,
                table.operator_id == operator_id,
                table.driver_id == driver_id,
                table.purpose == "top_up",
                table.currency == currency,
                table.state.in_([state.value for state in PAID_STATES]),
                table.captured > table.refunded + table.disputed,
            )
            .order_by(table.created_at.desc(), table.payment_id)
            .limit(limit)
        )
        return [PaymentId(payment_id) for payment_id in (await sql(work).execute(query)).scalars()]

    async def blank_closings(self, work: UnitOfWork, driver_id: DriverId) -> None:
        """Forget the bank accounts of a driver's closings that are over."""
        table = wallet_closings.c
        query = wallet_closings.update().where(table.driver_id == driver_id, table.state.not_in(_OPEN))
        await sql(work).execute(query.values(iban="", holder=""))


def _read(row: RowMapping, kind: type[T]) -> T:
    """Read a row by plain names: those of SQLAlchemy are a kind of text of their own."""
    return msgspec.convert({str(name): value for name, value in row.items()}, kind)
