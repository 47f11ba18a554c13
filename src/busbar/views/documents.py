"""Receipts, invoices, statements and credit notes, and requests for them."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, Protocol

import msgspec
from pydantic import AwareDatetime, Field
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon import invoicing
from busbar.canon.invoicing import DocumentKind, RequestKind, RequestState
from busbar.domain.invoicing.model import make_default_profile
from busbar.domain.invoicing.model import read_profile as read_profile_terms
from busbar.domain.invoicing.sql import documents, invoice_profiles, invoice_requests, read_document
from busbar.domain.ledger.tables import receivables
from busbar.domain.stations.tables import sites, stations
from busbar.domain.tenants.sql import operators
from busbar.kernel.errors import NotFoundError
from busbar.kernel.ids import DriverId, OperatorId
from busbar.views.paging import Order, PageRequest, read_page
from busbar.views.paper.pdf import Place
from busbar.views.paper.printing import Paper
from busbar.views.paper.words import name_line
from busbar.views.rows import AnyRow, AnySelect
from busbar.views.scope import Scope
from busbar.views.search import contains, within
from busbar.views.shapes.documents import (
    Document,
    DocumentLine,
    DocumentPage,
    DocumentSummary,
    DocumentTax,
    InvoiceProfile,
    InvoiceRequest,
    InvoiceRequestPage,
    MoneyTotals,
    Party,
    TaxRule,
)
from busbar.views.shapes.pricing import OfferRefusal

EXPORT_MAX = 5_000
EXPORT_CHUNK = 500
"""Requests whose receipts are read at once."""
Key = Annotated[str, Field(min_length=1, max_length=64)]
Text = Annotated[str, Field(min_length=1, max_length=100)]


class DocumentMissingError(NotFoundError):
    """No such document."""

    code = "not_found.document"


class RequestMissingError(NotFoundError):
    """No such request."""

    code = "not_found.invoice_request"


class DocumentSort(StrEnum):
    """Orders of the list of documents."""

    ISSUED_AT = "issued_at"
    ISSUED_AT_DOWN = "-issued_at"


class DocumentQuery(PageRequest):
    """Which documents are wanted."""

    q: Text | None = None
    """Text in number or buyer."""
    kind: DocumentKind | None = None
    driver_id: Key | None = None
    session_id: Key | None = None
    site_id: Key | None = None
    company_id: Key | None = None
    """Receipts of sessions that this company owes or owed."""
    is_open: bool | None = None
    """Receipts that stand on no invoice and were not taken back."""
    since: AwareDatetime | None = None
    """Issued at or after this instant."""
    until: AwareDatetime | None = None
    sort: DocumentSort = DocumentSort.ISSUED_AT_DOWN


class OwnDocumentQuery(PageRequest):
    """Which of one's own documents are wanted."""

    kind: DocumentKind | None = None
    session_id: Key | None = None


class InvoiceRequestQuery(PageRequest):
    """Which requests are wanted."""

    state: RequestState | None = None
    kind: RequestKind | None = None


class Reader(Protocol):
    """Whose documents may be read."""

    def choose(self, table: Any) -> ColumnElement[bool]:
        """Return the predicate for rows that may be seen."""
        ...


class StaffReader(msgspec.Struct, frozen=True):
    """Staff see their operator's, or their sites'."""

    scope: Scope

    def choose(self, table: Any) -> ColumnElement[bool]:
        """Return the predicate for rows that may be seen."""
        return self.scope.covers(operator_id=table.operator_id, site_id=getattr(table, "site_id", None))


class DriverReader(msgspec.Struct, frozen=True):
    """Drivers see their own."""

    operator_id: OperatorId
    driver_id: DriverId

    def choose(self, table: Any) -> ColumnElement[bool]:
        """Return the predicate for rows that may be seen."""
        return (table.operator_id == self.operator_id) & (table.driver_id == self.driver_id)


_REQUEST_ORDER = Order(
    name="-requested_at",
    column=invoice_requests.c.requested_at,
    key=invoice_requests.c.request_id,
    is_descending=True,
)


def _select(reader: Reader) -> AnySelect:
    joined = documents.outerjoin(stations, documents.c.station_id == stations.c.station_id).outerjoin(
        sites, documents.c.site_id == sites.c.site_id
    )
    names = (stations.c.name.label("station_name"), sites.c.name.label("site_name"), sites.c.zone.label("site_zone"))
    return select(documents, *names).select_from(joined).where(reader.choose(documents.c))


async def list_documents(
    connection: AsyncConnection, reader: Reader, query: DocumentQuery, *, limit: int
) -> DocumentPage:
    """Return a page of documents."""
    table, statement = documents.c, _select(reader)
    if query.q is not None:
        statement = statement.where(contains(table.reference, query.q) | contains(table.buyer_name, query.q))
    for column, value in (
        (table.kind, query.kind and query.kind.value),
        (table.driver_id, query.driver_id),
        (table.session_id, query.session_id),
        (table.site_id, query.site_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if query.company_id is not None:
        statement = statement.where(table.session_id.in_(_list_owed(query.company_id)))
    if query.is_open is not None:
        is_open = (table.kind == DocumentKind.RECEIPT.value) & table.invoice_id.is_(None) & table.credit_id.is_(None)
        statement = statement.where(is_open if query.is_open else ~is_open)
    statement = statement.where(*within(table.issued_at, query.since, query.until))
    order = Order.choose(query.sort, {"issued_at": table.issued_at}, key=table.document_id)
    items, cursor, total = await read_page(
        connection, statement, order=order, request=query, limit=limit, shape=_shape_summary
    )
    return DocumentPage(items=items, next_cursor=cursor, total=total)


def _list_owed(company_id: str) -> AnySelect:
    table = receivables.c
    return select(table.session_id).where(table.debtor == f"company:{company_id}", table.session_id.is_not(None))


async def read_one(connection: AsyncConnection, reader: Reader, document_id: str) -> Document:
    """Return a document. Errors: `not_found.document`."""
    row = await _find(connection, reader, document_id)
    document = read_document(row.content)
    return Document(
        **_shape_summary(row).model_dump(),
        due_at=document.due_at,
        language=document.language,
        seller=Party.model_validate(document.seller),
        buyer=None if document.buyer is None else Party.model_validate(document.buyer),
        session_ids=list(document.session_ids),
        tariff_name=document.tariff_name,
        tariff_version=document.tariff_version,
        starts_at=document.starts_at,
        ends_at=document.ends_at,
        lines=[_shape_line(line, document.language) for line in document.lines],
        refusals=[OfferRefusal.model_validate(each) for each in document.refusals],
        taxes=[_shape_tax(tax) for tax in document.taxes],
        credited_id=document.credited_id,
        credited_reference=document.credited_reference,
        reason=document.reason,
    )


async def read_for_paper(
    connection: AsyncConnection, reader: Reader, document_id: str
) -> tuple[invoicing.Document, Place, invoicing.InvoiceProfile]:
    """Return a document as it was written, where it was, and how it looks. Errors: `not_found.document`."""
    row = await _find(connection, reader, document_id)
    profile, _ = await find_profile(connection, row.operator_id)
    zone = row.site_zone or profile.zone
    place = Place(station=row.station_name or "", site=row.site_name or "", zone=zone)
    return read_document(row.content), place, profile


def check_profile(profile: invoicing.InvoiceProfile) -> invoicing.InvoiceProfile:
    """Return a profile that may be kept. Errors: `invalid.invoice_profile` (fact `field`)."""
    return read_profile_terms(profile)


def choose_paper(profile: invoicing.InvoiceProfile) -> Paper:
    """Return how an operator's documents look."""
    return Paper(color=profile.color, logo_png=profile.logo_png, footer=profile.footer)


async def read_paper(connection: AsyncConnection, scope: Scope) -> Paper:
    """Return how the operator's documents look."""
    profile, _is_saved = await find_profile(connection, scope.operator_id)
    return choose_paper(profile)


async def _find(connection: AsyncConnection, reader: Reader, document_id: str) -> AnyRow:
    row = (await connection.execute(_select(reader).where(documents.c.document_id == document_id))).first()
    if row is None:
        raise DocumentMissingError("there is no such document")
    return row


def _shape_summary(row: AnyRow) -> DocumentSummary:
    return DocumentSummary.model_validate(row)


def _shape_line(line: invoicing.DocumentLine, language: str) -> DocumentLine:
    return DocumentLine(
        session_id=line.session_id,
        kind=line.kind,
        share=line.share,
        text=line.text,
        name=name_line(line, language),
        quantity=f"{line.quantity:f}",
        unit=line.unit,
        unit_price=f"{line.unit_price:f}",
        net=line.net,
        tax=line.tax,
        gross=line.gross,
        vat_percent=f"{line.vat_percent:f}",
        category=line.category,
    )


def _shape_tax(tax: invoicing.TaxSum) -> DocumentTax:
    return DocumentTax(
        category=tax.category, vat_percent=f"{tax.vat_percent:f}", net=tax.net, tax=tax.tax, reason=tax.reason
    )


# ---- profile ---------------------------------------------------------------------------------------------------------


async def find_profile(connection: AsyncConnection, operator_id: str) -> tuple[invoicing.InvoiceProfile, bool]:
    """Return how an operator writes documents, and whether it has said so itself."""
    statement = (
        select(operators.c.name, operators.c.zone, operators.c.language, invoice_profiles.c.content)
        .select_from(operators.outerjoin(invoice_profiles, operators.c.operator_id == invoice_profiles.c.operator_id))
        .where(operators.c.operator_id == operator_id)
    )
    row = (await connection.execute(statement)).one()
    if row.content is not None:
        return msgspec.json.decode(row.content, type=invoicing.InvoiceProfile), True
    return make_default_profile(OperatorId(operator_id), row.name, zone=row.zone, language=row.language), False


async def read_profile(connection: AsyncConnection, scope: Scope) -> InvoiceProfile:
    """Return how an operator writes documents."""
    profile, is_saved = await find_profile(connection, scope.operator_id)
    rules = [
        TaxRule(
            site_id=rule.site_id,
            kind=rule.kind,
            percent=f"{rule.percent:f}",
            category=rule.category,
            reason=rule.reason,
        )
        for rule in profile.tax_rules
    ]
    fields = {
        name: getattr(profile, name)
        for name in InvoiceProfile.model_fields
        if name not in {"seller", "tax_rules", "is_saved"}
    }
    return InvoiceProfile(**fields, seller=Party.model_validate(profile.seller), tax_rules=rules, is_saved=is_saved)


# ---- requests --------------------------------------------------------------------------------------------------------


async def list_requests(
    connection: AsyncConnection, reader: Reader, query: InvoiceRequestQuery, *, limit: int
) -> InvoiceRequestPage:
    """Return a page of requests."""
    statement = select(invoice_requests).where(reader.choose(invoice_requests.c))
    if query.state is not None:
        statement = statement.where(invoice_requests.c.state == query.state.value)
    if query.kind is not None:
        statement = statement.where(invoice_requests.c.kind == query.kind.value)
    items, cursor, total = await read_page(
        connection, statement, order=_REQUEST_ORDER, request=query, limit=limit, shape=_shape_row
    )
    return InvoiceRequestPage(items=items, next_cursor=cursor, total=total)


async def read_request(connection: AsyncConnection, reader: Reader, request_id: str) -> InvoiceRequest:
    """Return a request. Errors: `not_found.invoice_request`."""
    statement = select(invoice_requests).where(
        reader.choose(invoice_requests.c), invoice_requests.c.request_id == request_id
    )
    row = (await connection.execute(statement)).first()
    if row is None:
        raise RequestMissingError("there is no such request")
    return _shape_row(row)


async def gather_requests(
    connection: AsyncConnection, scope: Scope
) -> list[tuple[invoicing.InvoiceRequest, Sequence[invoicing.Document]]]:
    """Return the open requests for 发票 with their receipts, the oldest first, for the tax software."""
    statement = (
        select(invoice_requests.c.content)
        .where(
            StaffReader(scope).choose(invoice_requests.c),
            invoice_requests.c.state == RequestState.REQUESTED.value,
        )
        .order_by(invoice_requests.c.requested_at)
        .limit(EXPORT_MAX)
    )
    requests = [
        msgspec.json.decode(content, type=invoicing.InvoiceRequest)
        for content in (await connection.execute(statement)).scalars()
    ]
    wanted = [request.request_id for request in requests]
    receipts: dict[str, list[invoicing.Document]] = {request_id: [] for request_id in wanted}
    for start in range(0, len(wanted), EXPORT_CHUNK):
        chosen = select(documents.c.request_id, documents.c.content).where(
            documents.c.request_id.in_(wanted[start : start + EXPORT_CHUNK]), documents.c.credit_id.is_(None)
        )
        for row in await connection.execute(chosen.order_by(documents.c.issued_at)):
            receipts[row.request_id].append(read_document(row.content))
    return [(request, receipts[request.request_id]) for request in requests]


def _shape_row(row: AnyRow) -> InvoiceRequest:
    request = msgspec.json.decode(row.content, type=invoicing.InvoiceRequest)
    names = set(InvoiceRequest.model_fields) - {"buyer", "totals", "session_ids"}
    return InvoiceRequest(
        **{name: getattr(request, name) for name in names},
        buyer=Party.model_validate(request.buyer),
        totals=MoneyTotals.model_validate(request.totals),
        session_ids=list(request.session_ids),
    )
