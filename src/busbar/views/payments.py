"""Payments, refunds, notices, statements and differences."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.invoicing import DocumentKind
from busbar.canon.payments import Payment as CanonPayment
from busbar.canon.payments import PaymentPurpose, PaymentState, Provider
from busbar.canon.reconciliation import DifferenceReason, DifferenceState
from busbar.domain.access.sql import drivers
from busbar.domain.invoicing.sql import documents
from busbar.domain.payments.tables import (
    payment_cards,
    payment_differences,
    payment_disputes,
    payment_notices,
    payment_refunds,
    payment_statements,
    payments,
)
from busbar.domain.sessions.tables import sessions
from busbar.domain.stations.tables import sites, stations
from busbar.domain.tenants.sql import operators
from busbar.kernel.errors import NotFoundError
from busbar.kernel.ids import DriverId
from busbar.views.documents import DocumentMissingError
from busbar.views.paging import Order, PageRequest, read_page
from busbar.views.rows import AnySelect
from busbar.views.scope import Scope
from busbar.views.search import contains
from busbar.views.shapes.payments import (
    Difference,
    DifferencePage,
    DriverPayment,
    GuestSession,
    GuestStay,
    Payment,
    PaymentDetail,
    PaymentDispute,
    PaymentNotice,
    PaymentPage,
    PaymentRefund,
    SavedCard,
    Statement,
)
from busbar.views.shapes.pricing import SessionPrice

Key = Annotated[str, Field(min_length=1, max_length=64)]
NEWEST_MAX = 50
STATEMENTS_MAX = 100


class PaymentMissingError(NotFoundError):
    """No such payment."""

    code = "not_found.payment"


class PaymentSort(StrEnum):
    """Orders of the list of payments."""

    CREATED_AT = "created_at"
    CREATED_AT_DOWN = "-created_at"


class PaymentQuery(PageRequest):
    """Which payments are wanted."""

    q: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """A part of our number of the payment or of the provider's, of its driver's name or address, or of how it was paid;
    or a session.
    """
    provider: Provider | None = None
    state: PaymentState | None = None
    purpose: PaymentPurpose | None = None
    driver_id: Key | None = None
    session_id: Key | None = None
    since: datetime | None = None
    until: datetime | None = None
    sort: PaymentSort = PaymentSort.CREATED_AT_DOWN


class DifferenceQuery(PageRequest):
    """Which differences are wanted."""

    provider: Provider | None = None
    state: DifferenceState | None = None
    reason: DifferenceReason | None = None


_ORDERS = {"created_at": payments.c.created_at}
_DIFFERENCE_ORDER = Order(
    name="-found_at",
    column=payment_differences.c.found_at,
    key=payment_differences.c.difference_id,
    is_descending=True,
)


async def list_payments(connection: AsyncConnection, scope: Scope, query: PaymentQuery, *, limit: int) -> PaymentPage:
    """Return a page of payments."""
    table = payments.c
    statement = _select_named().where(table.operator_id == scope.operator_id)
    if query.q is not None:
        statement = statement.where(_names(query.q))
    for column, wanted in (
        (table.provider, query.provider),
        (table.state, query.state),
        (table.purpose, query.purpose),
        (table.driver_id, query.driver_id),
        (table.session_id, query.session_id),
    ):
        if wanted is not None:
            statement = statement.where(column == str(wanted))
    if query.since is not None:
        statement = statement.where(table.created_at >= query.since)
    if query.until is not None:
        statement = statement.where(table.created_at < query.until)
    order = Order.choose(query.sort, _ORDERS, key=table.payment_id)
    items, cursor, total = await read_page(
        connection, statement, order=order, request=query, limit=limit, shape=Payment.model_validate
    )
    return PaymentPage(items=items, next_cursor=cursor, total=total)


def _names(text: str) -> ColumnElement[bool]:
    """Return the predicate that a payment of `_select_named` is meant by what somebody typed."""
    table = payments.c
    spoken = (drivers.c.display_name, drivers.c.email, table.method_label)
    written = (table.payment_id, table.provider_ref, table.checkout_ref)
    return or_(table.session_id == text, *(contains(column, text) for column in (*spoken, *written)))


def _select_named() -> AnySelect:
    """Payments with the name of the driver who pays."""
    is_payer = drivers.c.driver_id == payments.c.driver_id
    return select(payments, drivers.c.display_name.label("driver_name")).outerjoin(drivers, is_payer)


async def check_payment(connection: AsyncConnection, scope: Scope, payment_id: str) -> None:
    """Refuse a payment that is not the operator's. Errors: `not_found.payment`."""
    table = payments.c
    query = select(table.payment_id).where(table.payment_id == payment_id, table.operator_id == scope.operator_id)
    if (await connection.execute(query)).first() is None:
        raise PaymentMissingError("there is no such payment")


async def read_payment(connection: AsyncConnection, scope: Scope, payment_id: str) -> PaymentDetail:
    """Return a payment with all that happened to it. Errors: `not_found.payment`."""
    table = payments.c
    query = _select_named().where(table.payment_id == payment_id, table.operator_id == scope.operator_id)
    row = (await connection.execute(query)).first()
    if row is None:
        raise PaymentMissingError("there is no such payment")
    refunds = payment_refunds.select().where(payment_refunds.c.payment_id == payment_id)
    disputes = payment_disputes.select().where(payment_disputes.c.payment_id == payment_id)
    notices = payment_notices.select().where(payment_notices.c.payment_id == payment_id)
    refund_rows = await connection.execute(refunds.order_by(payment_refunds.c.created_at))
    dispute_rows = await connection.execute(disputes.order_by(payment_disputes.c.opened_at))
    notice_rows = await connection.execute(notices.order_by(payment_notices.c.received_at).limit(NEWEST_MAX))
    return PaymentDetail(
        payment=Payment.model_validate(row),
        refunds=[PaymentRefund.model_validate(each) for each in refund_rows],
        disputes=[PaymentDispute.model_validate(each) for each in dispute_rows],
        notices=[PaymentNotice.model_validate(each) for each in notice_rows],
    )


# ---- payers ----------------------------------------------------------------------------------------------------------


def show_own(payment: CanonPayment) -> DriverPayment:
    """Return a payment as its payer sees it, its code drawn."""
    shown = DriverPayment.model_validate(payment)
    if not shown.code_text:
        return shown
    from segno import make_qr  # noqa: PLC0415 - loaded only where a code is shown

    image = make_qr(shown.code_text).svg_data_uri(scale=6, border=3)
    return shown.model_copy(update={"code_image": image})


async def list_own(connection: AsyncConnection, driver_id: DriverId) -> list[DriverPayment]:
    """Return a driver's newest payments."""
    query = select(payments).where(payments.c.driver_id == driver_id)
    rows = await connection.execute(query.order_by(payments.c.created_at.desc()).limit(NEWEST_MAX))
    return [DriverPayment.model_validate(row) for row in rows]


async def read_own(connection: AsyncConnection, driver_id: DriverId, payment_id: str) -> DriverPayment:
    """Return one of a driver's payments. Errors: `not_found.payment`."""
    query = select(payments).where(payments.c.payment_id == payment_id, payments.c.driver_id == driver_id)
    row = (await connection.execute(query)).first()
    if row is None:
        raise PaymentMissingError("there is no such payment")
    return DriverPayment.model_validate(row)


async def list_cards(connection: AsyncConnection, driver_id: DriverId) -> list[SavedCard]:
    """Return a driver's cards, the newest first."""
    query = select(payment_cards).where(payment_cards.c.driver_id == driver_id)
    rows = await connection.execute(query.order_by(payment_cards.c.created_at.desc()))
    return [
        SavedCard(
            method_id=row.method_id,
            provider=row.provider,
            label=row.label,
            expires=row.expires,
            created_at=row.created_at,
        )
        for row in rows
    ]


async def read_stay(connection: AsyncConnection, payment: CanonPayment, *, price: SessionPrice | None) -> GuestStay:
    """Return all that a guest's link shows; `price` is that of the session by now, or in the end."""
    place = (
        select(
            stations.c.name.label("station_name"),
            sites.c.name.label("site_name"),
            operators.c.name.label("operator"),
            func.coalesce(sites.c.zone, operators.c.zone).label("zone"),
        )
        .select_from(stations)
        .join(operators, operators.c.operator_id == stations.c.operator_id)
        .outerjoin(sites, sites.c.site_id == stations.c.site_id)
        .where(stations.c.station_id == payment.station_id)
    )
    row = (await connection.execute(place)).first()
    session = None if payment.session_id is None else await _read_session(connection, payment.session_id, price)
    return GuestStay(
        payment=show_own(payment),
        operator_name="" if row is None else row.operator,
        station_id=payment.station_id or "",
        station_name="" if row is None else row.station_name,
        site_name=None if row is None else row.site_name,
        time_zone="UTC" if row is None else row.zone,
        session=session,
    )


async def find_guest_receipt(connection: AsyncConnection, payment: CanonPayment) -> str:
    """Return the id of the receipt of a guest's session. Errors: `not_found.document`."""
    row = None
    if payment.session_id is not None:
        row = (await connection.execute(_select_receipt(payment.session_id))).first()
    if row is None:
        raise DocumentMissingError("there is no receipt yet")
    return row.document_id


def _select_receipt(session_id: str) -> AnySelect:
    """Select the receipt that holds: one that was taken back by a credit note does not."""
    table = documents.c
    is_receipt = (table.session_id == session_id) & (table.kind == DocumentKind.RECEIPT.value)
    wanted = select(table.document_id, table.reference).where(is_receipt, table.credit_id.is_(None))
    return wanted.order_by(table.issued_at.desc()).limit(1)


async def _read_session(
    connection: AsyncConnection, session_id: str, price: SessionPrice | None
) -> GuestSession | None:
    row = (await connection.execute(select(sessions).where(sessions.c.session_id == session_id))).first()
    if row is None:
        return None
    receipt = (await connection.execute(_select_receipt(session_id))).first()
    is_over = row.ended_at is not None
    return GuestSession(
        session_id=row.session_id,
        state=row.state,
        started_at=row.started_at,
        ended_at=row.ended_at,
        stop_requested_at=row.stop_requested_at,
        energy_wh=price.energy_wh if is_over and price is not None else row.energy_wh,
        power_w=None if is_over else row.power_w,
        soc_permille=row.soc_permille,
        evse_id=row.evse_id,
        gross=None if price is None else price.gross,
        net=None if price is None else price.net,
        tax=None if price is None else price.tax,
        price=price,
        receipt_reference=None if receipt is None else receipt.reference,
    )


# ---- reconciliation --------------------------------------------------------------------------------------------------


async def list_differences(
    connection: AsyncConnection, scope: Scope, query: DifferenceQuery, *, limit: int
) -> DifferencePage:
    """Return a page of differences, the newest first."""
    table = payment_differences.c
    statement = select(payment_differences).where(table.operator_id == scope.operator_id)
    for column, wanted in ((table.provider, query.provider), (table.state, query.state), (table.reason, query.reason)):
        if wanted is not None:
            statement = statement.where(column == str(wanted))
    items, cursor, total = await read_page(
        connection, statement, order=_DIFFERENCE_ORDER, request=query, limit=limit, shape=Difference.model_validate
    )
    return DifferencePage(items=items, next_cursor=cursor, total=total)


async def read_difference(connection: AsyncConnection, scope: Scope, difference_id: str) -> Difference:
    """Return one difference. Errors: `not_found.difference`."""
    table = payment_differences.c
    query = select(payment_differences).where(
        table.difference_id == difference_id, table.operator_id == scope.operator_id
    )
    row = (await connection.execute(query)).first()
    if row is None:
        raise DifferenceMissingError("there is no such difference")
    return Difference.model_validate(row)


class DifferenceMissingError(NotFoundError):
    """No such difference."""

    code = "not_found.difference"


async def list_statements(connection: AsyncConnection, scope: Scope) -> list[Statement]:
    """Return the newest statements."""
    table = payment_statements.c
    query = select(payment_statements).where(table.operator_id == scope.operator_id)
    rows = await connection.execute(query.order_by(table.day.desc(), table.provider).limit(STATEMENTS_MAX))
    return [Statement.model_validate(row) for row in rows]
