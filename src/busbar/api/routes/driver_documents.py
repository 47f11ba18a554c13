from typing import Annotated

from fastapi import APIRouter, Query, Response

from busbar.api.bodies.documents import InvoiceRequestBody
from busbar.api.callers import DriverCaller, SignedInDriver
from busbar.api.paging import bound_rows
from busbar.api.parameters import IdempotencyKey, KeyPath, make_command_id
from busbar.api.routes.documents import PDF_MEDIA, Language, describe_file, give_file
from busbar.api.services import Given
from busbar.canon.invoicing import RequestInvoice
from busbar.kernel.ids import InvoiceRequestId, SessionId
from busbar.views import documents
from busbar.views.documents import DocumentQuery, DriverReader
from busbar.views.paper.pdf import write_pdf
from busbar.views.shapes import documents as shapes

router = APIRouter(prefix="/driver", tags=["driver"])


def _reader(caller: DriverCaller) -> DriverReader:
    return DriverReader(operator_id=caller.operator_id, driver_id=caller.driver_id)


@router.get("/documents")
async def list_own_documents(
    caller: SignedInDriver, services: Given, query: Annotated[documents.OwnDocumentQuery, Query()]
) -> shapes.DocumentPage:
    """List one's own receipts and invoices, the newest first."""
    async with services.databases.read() as connection:
        return await documents.list_documents(
            connection,
            _reader(caller),
            DocumentQuery(**query.model_dump(exclude_unset=True)),
            limit=bound_rows(services, query),
        )


@router.get("/documents/{document_id}")
async def get_own_document(caller: SignedInDriver, services: Given, document_id: KeyPath) -> shapes.Document:
    """Show one of one's own documents."""
    async with services.databases.read() as connection:
        return await documents.read_one(connection, _reader(caller), document_id)


@router.get("/documents/{document_id}/pdf", response_class=Response, responses=describe_file(PDF_MEDIA))
async def get_own_document_pdf(
    caller: SignedInDriver, services: Given, document_id: KeyPath, language: Language = None
) -> Response:
    """Give one of one's own documents as PDF."""
    async with services.databases.read() as connection:
        document, place, profile = await documents.read_for_paper(connection, _reader(caller), document_id)
    content = write_pdf(document, place=place, paper=documents.choose_paper(profile), language=language)
    return give_file(content, name=f"{document.reference}.pdf", media=PDF_MEDIA)


@router.get("/invoice-requests")
async def list_own_invoice_requests(
    caller: SignedInDriver, services: Given, query: Annotated[documents.InvoiceRequestQuery, Query()]
) -> shapes.InvoiceRequestPage:
    """List one's own requests, the newest first."""
    async with services.databases.read() as connection:
        return await documents.list_requests(connection, _reader(caller), query, limit=bound_rows(services, query))


@router.post("/invoice-requests", status_code=201)
async def request_invoice(
    caller: SignedInDriver, services: Given, body: InvoiceRequestBody, key: IdempotencyKey = None
) -> shapes.InvoiceRequest:
    """Ask for an invoice or a 发票 over one's own sessions. An invoice is there at once."""
    request = await services.dispatcher.dispatch(
        RequestInvoice(
            request_id=InvoiceRequestId(make_command_id(actor=caller.actor, key=key, ids=services.ids)),
            operator_id=caller.operator_id,
            driver_id=caller.driver_id,
            kind=body.kind,
            session_ids=tuple(SessionId(each) for each in body.session_ids),
            buyer=body.buyer.to_party(),
        )
    )
    async with services.databases.read() as connection:
        return await documents.read_request(connection, _reader(caller), request.request_id)
