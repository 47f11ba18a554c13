from enum import StrEnum
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from busbar.api.bodies.documents import CreditBody, FapiaoBody, InvoiceBody, InvoiceProfileBody, RedLetterBody
from busbar.api.callers import PriceKeeper, Reader, StaffCaller
from busbar.api.paging import bound_rows
from busbar.api.parameters import IdempotencyKey, KeyPath, make_command_id
from busbar.api.services import Given
from busbar.canon.invoicing import (
    CreditDocument,
    InvoiceProfile,
    IssueInvoice,
    MoveInvoiceRequest,
    RequestState,
    SaveInvoiceProfile,
    TaxRule,
)
from busbar.canon.tenants import FindOperator
from busbar.kernel.ids import DocumentId, InvoiceRequestId, OperatorId, SessionId, SiteId
from busbar.views import documents
from busbar.views.documents import StaffReader
from busbar.views.paper.cii import write_cii
from busbar.views.paper.einvoice import demand, make_einvoice
from busbar.views.paper.fatturapa import write_fatturapa
from busbar.views.paper.pdf import Place, write_pdf
from busbar.views.paper.sample import make_sample
from busbar.views.paper.sheets import FAPIAO_HEAD, list_fapiao, write_csv, write_xlsx
from busbar.views.paper.ubl import write_ubl
from busbar.views.shapes import documents as shapes

router = APIRouter(tags=["documents"])

Language = Annotated[Literal["zh", "en", "it"] | None, Query(description="Without it, the document's own.")]
PDF_MEDIA = "application/pdf"
XLSX_MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_MEDIA = "text/csv"
XML_MEDIA = "application/xml"


def describe_file(*media: str) -> dict[int | str, dict[str, Any]]:
    """Describe an answer that is a file of one of these kinds."""
    return {200: {"content": {one: {"schema": {"type": "string", "format": "binary"}} for one in media}}}


class Syntax(StrEnum):
    """How an electronic invoice is written."""

    UBL = "ubl"
    CII = "cii"
    FATTURAPA = "fatturapa"


class SheetFormat(StrEnum):
    """How a table is written."""

    CSV = "csv"
    XLSX = "xlsx"


def give_file(content: bytes, *, name: str, media: str) -> Response:
    """Answer with a file of our naming."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(content, media_type=media, headers=headers)


@router.get("/documents")
async def list_documents(
    caller: Reader, services: Given, query: Annotated[documents.DocumentQuery, Query()]
) -> shapes.DocumentPage:
    """List receipts, invoices, statements and credit notes."""
    async with services.databases.read() as connection:
        return await documents.list_documents(
            connection, StaffReader(caller.scope), query, limit=bound_rows(services, query)
        )


@router.get("/documents/{document_id}")
async def get_document(caller: Reader, services: Given, document_id: KeyPath) -> shapes.Document:
    """Show all that a document says."""
    return await _read(services, caller, document_id)


@router.get("/documents/{document_id}/pdf", response_class=Response, responses=describe_file(PDF_MEDIA))
async def get_document_pdf(
    caller: Reader, services: Given, document_id: KeyPath, language: Language = None
) -> Response:
    """Give a document as PDF."""
    async with services.databases.read() as connection:
        document, place, profile = await documents.read_for_paper(connection, StaffReader(caller.scope), document_id)
    content = write_pdf(document, place=place, paper=documents.choose_paper(profile), language=language)
    return give_file(content, name=f"{document.reference}.pdf", media=PDF_MEDIA)


@router.get("/documents/{document_id}/xml", response_class=Response, responses=describe_file(XML_MEDIA))
async def get_document_xml(
    caller: Reader, services: Given, document_id: KeyPath, syntax: Syntax = Syntax.UBL
) -> Response:
    """Give an invoice or credit note as an electronic invoice. `invalid.einvoice` names the rules that it breaks."""
    async with services.databases.read() as connection:
        document, place, profile = await documents.read_for_paper(connection, StaffReader(caller.scope), document_id)
    invoice = demand(make_einvoice(document, zone=place.zone))
    if syntax is Syntax.FATTURAPA:
        progressive = f"{document.number:05}"[-10:]
        content = write_fatturapa(invoice, tax_regime=profile.tax_regime, progressive=progressive)
    else:
        content = write_ubl(invoice) if syntax is Syntax.UBL else write_cii(invoice)
    return give_file(content, name=f"{document.reference}.{syntax}.xml", media=XML_MEDIA)


@router.post("/documents/{document_id}/credit", status_code=201)
async def credit_document(
    caller: PriceKeeper, services: Given, document_id: KeyPath, body: CreditBody, key: IdempotencyKey = None
) -> shapes.Document:
    """Take a document back whole, by a credit note."""
    await _read(services, caller, document_id)
    credit = await services.dispatcher.dispatch(
        CreditDocument(
            operator_id=caller.operator_id,
            actor=caller.actor,
            document_id=DocumentId(document_id),
            credit_id=DocumentId(make_command_id(actor=caller.actor, key=key, ids=services.ids)),
            reason=body.reason,
        )
    )
    return await _read(services, caller, credit.document_id)


@router.post("/invoices", status_code=201)
async def issue_invoice(
    caller: PriceKeeper, services: Given, body: InvoiceBody, key: IdempotencyKey = None
) -> shapes.Document:
    """Write an invoice, or a company's monthly statement, over sessions that have receipts."""
    document = await services.dispatcher.dispatch(
        IssueInvoice(
            document_id=DocumentId(make_command_id(actor=caller.actor, key=key, ids=services.ids)),
            operator_id=caller.operator_id,
            actor=caller.actor,
            session_ids=tuple(SessionId(each) for each in body.session_ids),
            buyer=body.buyer.to_party(),
            language=body.language or "",
            is_statement=body.is_statement,
        )
    )
    return await _read(services, caller, document.document_id)


@router.get("/invoice-profile")
async def get_invoice_profile(caller: Reader, services: Given) -> shapes.InvoiceProfile:
    """Show how the operator writes documents."""
    async with services.databases.read() as connection:
        return await documents.read_profile(connection, caller.scope)


@router.put("/invoice-profile")
async def put_invoice_profile(caller: PriceKeeper, services: Given, body: InvoiceProfileBody) -> shapes.InvoiceProfile:
    """Say how the operator writes documents. Those that are written stay as they are."""
    await services.dispatcher.dispatch(
        SaveInvoiceProfile(
            operator_id=caller.operator_id, actor=caller.actor, profile=_read_profile(caller.operator_id, body)
        )
    )
    return await get_invoice_profile(caller, services)


@router.post("/invoice-profile/preview", response_class=Response, responses=describe_file(PDF_MEDIA))
async def preview_invoice_profile(caller: Reader, services: Given, body: InvoiceProfileBody) -> Response:
    """Give a sample invoice as PDF, by a profile that is not saved yet. Keeps nothing, and takes no number."""
    profile = documents.check_profile(_read_profile(caller.operator_id, body))
    operator = await services.dispatcher.dispatch(FindOperator(operator_id=caller.operator_id))
    sample = make_sample(profile, currency=operator.currency, now=services.clock.now())
    place = Place(station="AB-01", site=profile.seller.city, zone=profile.zone)
    content = write_pdf(sample, place=place, paper=documents.choose_paper(profile))
    return give_file(content, name="sample.pdf", media=PDF_MEDIA)


def _read_profile(operator_id: OperatorId, body: InvoiceProfileBody) -> InvoiceProfile:
    fields = body.model_dump(exclude={"seller", "tax_rules"})
    rules = tuple(
        TaxRule(
            site_id=None if rule.site_id is None else SiteId(rule.site_id),
            kind=rule.kind,
            percent=rule.percent,
            category=rule.category,
            reason=rule.reason,
        )
        for rule in body.tax_rules
    )
    return InvoiceProfile(operator_id=operator_id, seller=body.seller.to_party(), tax_rules=rules, **fields)


@router.get("/invoice-requests")
async def list_invoice_requests(
    caller: Reader, services: Given, query: Annotated[documents.InvoiceRequestQuery, Query()]
) -> shapes.InvoiceRequestPage:
    """List what drivers asked for."""
    async with services.databases.read() as connection:
        return await documents.list_requests(
            connection, StaffReader(caller.scope), query, limit=bound_rows(services, query)
        )


@router.get("/invoice-requests/export", response_class=Response, responses=describe_file(CSV_MEDIA, XLSX_MEDIA))
async def export_invoice_requests(
    caller: PriceKeeper, services: Given, sheet: SheetFormat = SheetFormat.XLSX
) -> Response:
    """Give the open requests for 发票 as a table that tax software takes."""
    async with services.databases.read() as connection:
        rows = list_fapiao(await documents.gather_requests(connection, caller.scope))
    name = f"fapiao-{services.clock.now():%Y%m%d}.{sheet}"
    if sheet is SheetFormat.CSV:
        return give_file(write_csv(FAPIAO_HEAD, rows), name=name, media=CSV_MEDIA)
    return give_file(write_xlsx(FAPIAO_HEAD, rows, title="发票"), name=name, media=XLSX_MEDIA)


@router.get("/invoice-requests/{request_id}")
async def get_invoice_request(caller: Reader, services: Given, request_id: KeyPath) -> shapes.InvoiceRequest:
    """Show one request."""
    async with services.databases.read() as connection:
        return await documents.read_request(connection, StaffReader(caller.scope), request_id)


@router.post("/invoice-requests/{request_id}/issue")
async def issue_fapiao(
    caller: PriceKeeper, services: Given, request_id: KeyPath, body: FapiaoBody
) -> shapes.InvoiceRequest:
    """Note that the 发票 was made, and its number."""
    return await _move(
        services,
        caller,
        request_id,
        RequestState.ISSUED,
        fapiao_number=body.fapiao_number,
        fapiao_code=body.fapiao_code,
    )


@router.post("/invoice-requests/{request_id}/send")
async def send_fapiao(caller: PriceKeeper, services: Given, request_id: KeyPath) -> shapes.InvoiceRequest:
    """Note that the 发票 was sent to the buyer."""
    return await _move(services, caller, request_id, RequestState.SENT)


@router.post("/invoice-requests/{request_id}/red-letter")
async def red_letter_fapiao(
    caller: PriceKeeper, services: Given, request_id: KeyPath, body: RedLetterBody
) -> shapes.InvoiceRequest:
    """Note that a red-letter 发票 took it back; its sessions may be asked for again."""
    return await _move(
        services, caller, request_id, RequestState.RED_LETTERED, fapiao_number=body.red_number, note=body.reason
    )


@router.post("/invoice-requests/{request_id}/refuse")
async def refuse_fapiao(
    caller: PriceKeeper, services: Given, request_id: KeyPath, body: CreditBody
) -> shapes.InvoiceRequest:
    """Refuse a request, with the reason."""
    return await _move(services, caller, request_id, RequestState.REFUSED, note=body.reason)


async def _read(services: Given, caller: StaffCaller, document_id: str) -> shapes.Document:
    async with services.databases.read() as connection:
        return await documents.read_one(connection, StaffReader(caller.scope), document_id)


async def _move(
    services: Given, caller: StaffCaller, request_id: str, state: RequestState, **more: str
) -> shapes.InvoiceRequest:
    await services.dispatcher.dispatch(
        MoveInvoiceRequest(
            operator_id=caller.operator_id,
            actor=caller.actor,
            request_id=InvoiceRequestId(request_id),
            state=state,
            **more,
        )
    )
    async with services.databases.read() as connection:
        return await documents.read_request(connection, StaffReader(caller.scope), request_id)
