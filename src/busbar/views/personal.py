"""All that is kept of a driver's money and phones, for the person itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.domain.companion.sql import push_devices
from busbar.domain.payments.tables import payments as payment_rows
from busbar.kernel.ids import DriverId, OperatorId
from busbar.views import documents, offers, payments, wallets
from busbar.views.documents import DocumentQuery, DriverReader, InvoiceRequestQuery
from busbar.views.ledger import StatementQuery
from busbar.views.scope import Scope
from busbar.views.shapes.driver_door import OwnPushDevice
from busbar.views.shapes.ledger import Wallet
from busbar.views.shapes.payments import DriverPayment
from busbar.views.wallets import ReceivableQuery

EXPORT_MAX = 10_000
"""Of each kind, the newest: nobody charges as often in a lifetime."""


async def read_personal(
    connection: AsyncConnection, wallet: Wallet, *, operator_id: OperatorId, driver_id: DriverId, now: datetime
) -> dict[str, Any]:
    """Return the money part of an export, by the names of its fields."""
    reader = DriverReader(operator_id=operator_id, driver_id=driver_id)
    scope = Scope(operator_id=operator_id)
    papers = await documents.list_documents(connection, reader, DocumentQuery(), limit=EXPORT_MAX)
    requests = await documents.list_requests(connection, reader, InvoiceRequestQuery(), limit=EXPORT_MAX)
    debts = await wallets.list_receivables(
        connection, scope, ReceivableQuery(driver_id=driver_id), limit=EXPORT_MAX, now=now
    )
    plans = await offers.list_own_plans(connection, operator_id=operator_id, driver_id=driver_id, now=now)
    return {
        "wallet": wallet,
        "wallet_entries": (await wallets.list_entries(connection, wallet, StatementQuery(), limit=EXPORT_MAX)).items,
        "debts": debts.items,
        "payments": await _list_payments(connection, driver_id),
        "payment_cards": await payments.list_cards(connection, driver_id),
        "documents": papers.items,
        "invoice_requests": requests.items,
        "coupons": (await offers.list_own_coupons(connection, driver_id)).items,
        "plans": [plan for plan in plans.items if plan.is_member],
        "push_devices": await _list_devices(connection, driver_id),
    }


async def _list_payments(connection: AsyncConnection, driver_id: DriverId) -> list[DriverPayment]:
    wanted = select(payment_rows).where(payment_rows.c.driver_id == driver_id)
    rows = await connection.execute(wanted.order_by(payment_rows.c.created_at.desc()).limit(EXPORT_MAX))
    return [DriverPayment.model_validate(row) for row in rows]


async def _list_devices(connection: AsyncConnection, driver_id: DriverId) -> list[OwnPushDevice]:
    """Return the phones that are told; their keys are secrets of the phone, and stay out."""
    table = push_devices.c
    wanted = select(table.device_id, table.endpoint, table.language).where(table.driver_id == driver_id)
    rows = (await connection.execute(wanted.order_by(table.device_id).limit(EXPORT_MAX))).all()
    return [OwnPushDevice.model_validate(row) for row in rows]
