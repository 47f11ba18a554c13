"""Tables and store of the invoicing room."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, UniqueConstraint, select, text

from busbar.canon.invoicing import Document, DocumentKind, InvoiceProfile, InvoiceRequest
from busbar.db.schema import Id, Instant, Json, metadata
from busbar.db.work import sql
from busbar.domain.invoicing.model import Receipt
from busbar.kernel.ids import DocumentId, InvoiceRequestId, OperatorId, SessionId
from busbar.ports.work import UnitOfWork

invoice_profiles = Table(
    "invoice_profiles",
    metadata,
    Column("operator_id", Id(), primary_key=True),
    Column("content", Json(), nullable=False),
)

invoice_series = Table(
    "invoice_series",
    metadata,
    Column("operator_id", Id(), primary_key=True),
    Column("series", String(16), primary_key=True),
    Column("last_number", BigInteger, nullable=False),
)
"""The last number taken; its row is locked until the document that took it is committed with it."""

documents = Table(
    "documents",
    metadata,
    Column("document_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("series", String(16), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("reference", String(40), nullable=False),
    Column("issued_at", Instant(), nullable=False),
    Column("driver_id", Id()),
    Column("session_id", Id()),
    Column("revision", Integer, nullable=False),
    Column("site_id", Id()),
    Column("station_id", Id()),
    Column("buyer_name", String(250), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("net", BigInteger, nullable=False),
    Column("tax", BigInteger, nullable=False),
    Column("gross", BigInteger, nullable=False),
    Column("energy_wh", BigInteger, nullable=False),
    Column("content", Json(), nullable=False),
    Column("invoice_id", Id(), index=True),
    Column("credit_id", Id()),
    Column("request_id", Id(), index=True),
    UniqueConstraint("operator_id", "series", "number"),
    Index("ix_documents_operator_issued", "operator_id", "issued_at", "document_id"),
    Index("ix_documents_driver", "driver_id", "issued_at"),
    Index("ix_documents_session", "session_id"),
)
"""Written, and then only linked: the text of a document never changes."""

invoice_requests = Table(
    "invoice_requests",
    metadata,
    Column("request_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("driver_id", Id(), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("buyer_name", String(250), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("gross", BigInteger, nullable=False),
    Column("requested_at", Instant(), nullable=False),
    Column("changed_at", Instant(), nullable=False),
    Column("content", Json(), nullable=False),
    Index("ix_invoice_requests_operator_requested", "operator_id", "requested_at", "request_id"),
)

_TAKE = text(
    "INSERT INTO invoice_series (operator_id, series, last_number) VALUES (:operator_id, :series, 1) "
    "ON CONFLICT (operator_id, series) DO UPDATE SET last_number = invoice_series.last_number + 1 "
    "RETURNING last_number"
)
_CHUNK = 500


def read_document(content: str) -> Document:
    """Read a document as it was written."""
    return msgspec.json.decode(content, type=Document)


class SqlInvoicingStore:
    """`busbar.domain.invoicing.store.InvoicingStore` on SQL."""

    async def load_profile(self, work: UnitOfWork, operator_id: OperatorId) -> InvoiceProfile | None:
        """Return how an operator writes documents."""
        statement = select(invoice_profiles.c.content).where(invoice_profiles.c.operator_id == operator_id)
        content = (await sql(work).execute(statement)).scalar_one_or_none()
        return None if content is None else msgspec.json.decode(content, type=InvoiceProfile)

    async def save_profile(self, work: UnitOfWork, profile: InvoiceProfile) -> None:
        """Write how an operator writes documents."""
        row = {"operator_id": profile.operator_id, "content": msgspec.json.encode(profile).decode()}
        sql(work).stage_upsert(invoice_profiles, row)

    async def take_number(self, work: UnitOfWork, operator_id: OperatorId, series: str) -> int:
        """Take the next number of a series."""
        return (await sql(work).execute(_TAKE.bindparams(operator_id=operator_id, series=series))).scalar_one()

    async def load_document(self, work: UnitOfWork, operator_id: OperatorId, document_id: DocumentId) -> Receipt | None:
        """Return a document with what became of it."""
        statement = select(documents).where(
            documents.c.operator_id == operator_id, documents.c.document_id == document_id
        )
        row = (await sql(work).execute(statement)).first()
        return None if row is None else _read_receipt(row)

    async def list_receipts(
        self, work: UnitOfWork, operator_id: OperatorId, session_ids: Sequence[SessionId]
    ) -> Sequence[Receipt]:
        """Return the receipts of sessions that were not credited."""
        found: list[Receipt] = []
        for start in range(0, len(session_ids), _CHUNK):
            statement = (
                select(documents)
                .where(
                    documents.c.operator_id == operator_id,
                    documents.c.kind == DocumentKind.RECEIPT.value,
                    documents.c.session_id.in_(session_ids[start : start + _CHUNK]),
                    documents.c.credit_id.is_(None),
                )
                .order_by(documents.c.issued_at, documents.c.number)
            )
            found += [_read_receipt(row) for row in await sql(work).execute(statement)]
        return found

    async def insert_document(self, work: UnitOfWork, document: Document) -> None:
        """Add a document."""
        is_receipt = document.kind is DocumentKind.RECEIPT
        row = {
            "document_id": document.document_id,
            "operator_id": document.operator_id,
            "kind": document.kind.value,
            "series": document.series,
            "number": document.number,
            "reference": document.reference,
            "issued_at": document.issued_at,
            "driver_id": document.driver_id,
            "session_id": document.session_ids[0] if is_receipt and document.session_ids else None,
            "revision": document.revision,
            "site_id": document.site_id,
            "station_id": document.station_id,
            "buyer_name": document.buyer.name if document.buyer else "",
            "currency": document.currency,
            "net": document.totals.net,
            "tax": document.totals.tax,
            "gross": document.totals.gross,
            "energy_wh": document.energy_wh,
            "content": msgspec.json.encode(document).decode(),
        }
        await sql(work).execute(documents.insert().values(row))

    async def link_invoice(
        self, work: UnitOfWork, document_ids: Sequence[DocumentId], invoice_id: DocumentId | None
    ) -> None:
        """Note on which invoice receipts stand."""
        for start in range(0, len(document_ids), _CHUNK):
            chunk = document_ids[start : start + _CHUNK]
            await self._set(work, documents.c.document_id.in_(chunk), invoice_id=invoice_id)

    async def unlink_invoice(self, work: UnitOfWork, invoice_id: DocumentId) -> None:
        """Free the receipts of an invoice that was taken back."""
        await self._set(work, documents.c.invoice_id == invoice_id, invoice_id=None)

    async def link_credit(self, work: UnitOfWork, document_id: DocumentId, credit_id: DocumentId) -> None:
        """Note which credit note takes a document back."""
        await self._set(work, documents.c.document_id == document_id, credit_id=credit_id)

    async def load_request(
        self, work: UnitOfWork, operator_id: OperatorId, request_id: InvoiceRequestId
    ) -> InvoiceRequest | None:
        """Return a request."""
        statement = select(invoice_requests.c.content).where(
            invoice_requests.c.operator_id == operator_id, invoice_requests.c.request_id == request_id
        )
        content = (await sql(work).execute(statement)).scalar_one_or_none()
        return None if content is None else msgspec.json.decode(content, type=InvoiceRequest)

    async def find_requested(
        self, work: UnitOfWork, operator_id: OperatorId, session_ids: Sequence[SessionId]
    ) -> InvoiceRequestId | None:
        """Return an open or issued request that one of the sessions stands on."""
        for start in range(0, len(session_ids), _CHUNK):
            statement = (
                select(documents.c.request_id)
                .where(
                    documents.c.operator_id == operator_id,
                    documents.c.session_id.in_(session_ids[start : start + _CHUNK]),
                    documents.c.request_id.is_not(None),
                )
                .limit(1)
            )
            found = (await sql(work).execute(statement)).scalar_one_or_none()
            if found is not None:
                return found
        return None

    async def save_request(self, work: UnitOfWork, request: InvoiceRequest) -> None:
        """Write a request."""
        row = {
            "request_id": request.request_id,
            "operator_id": request.operator_id,
            "driver_id": request.driver_id,
            "kind": request.kind.value,
            "state": request.state.value,
            "buyer_name": request.buyer.name,
            "currency": request.currency,
            "gross": request.totals.gross,
            "requested_at": request.requested_at,
            "changed_at": request.changed_at,
            "content": msgspec.json.encode(request).decode(),
        }
        sql(work).stage_upsert(invoice_requests, row)

    async def set_requested(
        self, work: UnitOfWork, session_ids: Sequence[SessionId], request_id: InvoiceRequestId | None
    ) -> None:
        """Note on which request the receipts of sessions stand."""
        for start in range(0, len(session_ids), _CHUNK):
            chunk = session_ids[start : start + _CHUNK]
            await self._set(work, documents.c.session_id.in_(chunk), request_id=request_id)

    async def _set(self, work: UnitOfWork, condition: Any, **values: Any) -> None:
        await sql(work).execute(documents.update().where(condition).values(values))


def _read_receipt(row: Any) -> Receipt:
    return Receipt(document=read_document(row.content), invoice_id=row.invoice_id, credit_id=row.credit_id)
