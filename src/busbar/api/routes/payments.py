"""Payments for staff: list, detail, refunds, statements and differences."""

import base64
import binascii
from typing import Annotated

from fastapi import APIRouter, Query

from busbar.api.bodies.payments import CaptureBody, DifferenceBody, RefundBody, StatementBody
from busbar.api.callers import MoneyKeeper, MoneyReader, StaffCaller
from busbar.api.paging import bound_rows
from busbar.api.parameters import IdempotencyKey, KeyPath, make_command_id
from busbar.api.services import Given
from busbar.canon.payments import (
    CancelPayment,
    CapturePayment,
    CheckPayment,
    RefundPayment,
)
from busbar.canon.reconciliation import ImportStatement, SettleDifference
from busbar.kernel.errors import InvalidError
from busbar.kernel.ids import PaymentId, RefundId
from busbar.views import payments
from busbar.views.shapes.payments import (
    Compared,
    Difference,
    DifferencePage,
    PaymentDetail,
    PaymentPage,
    StatementList,
)

router = APIRouter(tags=["payments"])


class ContentError(InvalidError):
    """The file is not in Base64."""

    code = "invalid.content"


@router.get("/payments")
async def list_payments(
    caller: MoneyReader, services: Given, query: Annotated[payments.PaymentQuery, Query()]
) -> PaymentPage:
    """List the operator's payments, the newest first."""
    async with services.databases.read() as connection:
        return await payments.list_payments(connection, caller.scope, query, limit=bound_rows(services, query))


@router.get("/payments/{payment_id}")
async def get_payment(caller: MoneyReader, services: Given, payment_id: KeyPath) -> PaymentDetail:
    """Show a payment with its refunds, disputes and notices."""
    return await _read(services, caller, payment_id)


@router.post("/payments/{payment_id}/refunds", status_code=202)
async def refund_payment(
    caller: MoneyKeeper, services: Given, payment_id: KeyPath, body: RefundBody, key: IdempotencyKey = None
) -> PaymentDetail:
    """Give a payer money back, as often as there is some left."""
    await services.dispatcher.dispatch(
        RefundPayment(
            refund_id=RefundId(make_command_id(actor=caller.actor, key=key, ids=services.ids)),
            operator_id=caller.operator_id,
            payment_id=PaymentId(payment_id),
            amount=body.amount,
            reason=body.reason,
            requested_by=caller.actor,
        )
    )
    return await _read(services, caller, payment_id)


@router.post("/payments/{payment_id}/capture", status_code=202)
async def capture_payment(
    caller: MoneyKeeper, services: Given, payment_id: KeyPath, body: CaptureBody
) -> PaymentDetail:
    """Take what is set aside, or a part of it; the rest goes free."""
    await services.dispatcher.dispatch(
        CapturePayment(
            operator_id=caller.operator_id,
            payment_id=PaymentId(payment_id),
            amount=body.amount,
            requested_by=caller.actor,
        )
    )
    return await _read(services, caller, payment_id)


@router.post("/payments/{payment_id}/cancel", status_code=202)
async def cancel_payment(caller: MoneyKeeper, services: Given, payment_id: KeyPath) -> PaymentDetail:
    """Give up a payment that was not captured."""
    wish = CancelPayment(operator_id=caller.operator_id, payment_id=PaymentId(payment_id), requested_by=caller.actor)
    await services.dispatcher.dispatch(wish)
    return await _read(services, caller, payment_id)


@router.post("/payments/{payment_id}/check")
async def check_payment(caller: MoneyKeeper, services: Given, payment_id: KeyPath) -> PaymentDetail:
    """Ask the provider how a payment stands."""
    await services.dispatcher.dispatch(CheckPayment(operator_id=caller.operator_id, payment_id=PaymentId(payment_id)))
    return await _read(services, caller, payment_id)


async def _read(services: Given, caller: StaffCaller, payment_id: str) -> PaymentDetail:
    async with services.databases.read() as connection:
        return await payments.read_payment(connection, caller.scope, payment_id)


# ---- statements and differences --------------------------------------------------------------------------------------


@router.get("/payment-statements")
async def list_payment_statements(caller: MoneyReader, services: Given) -> StatementList:
    """List the newest statements of providers."""
    async with services.databases.read() as connection:
        return StatementList(items=await payments.list_statements(connection, caller.scope))


@router.post("/payment-statements", status_code=201)
async def import_payment_statement(caller: MoneyKeeper, services: Given, body: StatementBody) -> Compared:
    """Take in a provider's statement of a day from a file, and compare."""
    try:
        content = base64.b64decode(body.content, validate=True)
    except (binascii.Error, ValueError):
        raise ContentError("give the file in Base64") from None
    found = await services.dispatcher.dispatch(
        ImportStatement(
            operator_id=caller.operator_id,
            actor=caller.actor,
            provider=body.provider,
            day=body.day,
            body=content,
        )
    )
    return Compared(differences=found)


@router.get("/payment-differences")
async def list_payment_differences(
    caller: MoneyReader, services: Given, query: Annotated[payments.DifferenceQuery, Query()]
) -> DifferencePage:
    """List how providers' statements and our books differ, the newest first."""
    async with services.databases.read() as connection:
        return await payments.list_differences(connection, caller.scope, query, limit=bound_rows(services, query))


@router.put("/payment-differences/{difference_id}")
async def settle_payment_difference(
    caller: MoneyKeeper, services: Given, difference_id: KeyPath, body: DifferenceBody
) -> Difference:
    """Say who looks after a difference, how it stands, and why."""
    await services.dispatcher.dispatch(
        SettleDifference(
            operator_id=caller.operator_id,
            actor=caller.actor,
            difference_id=difference_id,
            state=body.state,
            owner=body.owner,
            note=body.note,
        )
    )
    async with services.databases.read() as connection:
        return await payments.read_difference(connection, caller.scope, difference_id)
