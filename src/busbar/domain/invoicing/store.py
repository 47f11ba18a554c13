"""What the invoicing room needs of a database. All reads and writes are part of `work`."""

from collections.abc import Sequence
from typing import Protocol

from busbar.canon.invoicing import Document, InvoiceProfile, InvoiceRequest
from busbar.canon.statements import StatementPlan
from busbar.domain.invoicing.model import Receipt
from busbar.kernel.ids import DocumentId, InvoiceRequestId, OperatorId, SessionId
from busbar.ports.work import UnitOfWork


class InvoicingStore(Protocol):
    """Profiles, series, documents and requests."""

    async def load_profile(self, work: UnitOfWork, operator_id: OperatorId) -> InvoiceProfile | None:
        """Return how an operator writes documents."""
        ...

    async def save_profile(self, work: UnitOfWork, profile: InvoiceProfile) -> None:
        """Write how an operator writes documents."""
        ...

    async def take_number(self, work: UnitOfWork, operator_id: OperatorId, series: str) -> int:
        """Take the next number of a series.

        Whoever takes another waits for this transaction to end, and if it does not commit, the number was never taken.
        """
        ...

    async def load_document(self, work: UnitOfWork, operator_id: OperatorId, document_id: DocumentId) -> Receipt | None:
        """Return a document with what became of it."""
        ...

    async def list_receipts(
        self, work: UnitOfWork, operator_id: OperatorId, session_ids: Sequence[SessionId]
    ) -> Sequence[Receipt]:
        """Return the receipts of sessions that were not credited."""
        ...

    async def insert_document(self, work: UnitOfWork, document: Document) -> None:
        """Add a document."""
        ...

    async def link_invoice(
        self, work: UnitOfWork, document_ids: Sequence[DocumentId], invoice_id: DocumentId | None
    ) -> None:
        """Note on which invoice receipts stand."""
        ...

    async def unlink_invoice(self, work: UnitOfWork, invoice_id: DocumentId) -> None:
        """Free the receipts of an invoice that was taken back."""
        ...

    async def link_credit(self, work: UnitOfWork, document_id: DocumentId, credit_id: DocumentId) -> None:
        """Note which credit note takes a document back."""
        ...

    async def load_request(
        self, work: UnitOfWork, operator_id: OperatorId, request_id: InvoiceRequestId
    ) -> InvoiceRequest | None:
        """Return a request."""
        ...

    async def find_requested(
        self, work: UnitOfWork, operator_id: OperatorId, session_ids: Sequence[SessionId]
    ) -> InvoiceRequestId | None:
        """Return an open or issued request that one of the sessions stands on."""
        ...

    async def save_request(self, work: UnitOfWork, request: InvoiceRequest) -> None:
        """Write a request."""
        ...

    async def set_requested(
        self, work: UnitOfWork, session_ids: Sequence[SessionId], request_id: InvoiceRequestId | None
    ) -> None:
        """Note on which request the receipts of sessions stand."""
        ...


class StatementStore(Protocol):
    """Who gets monthly statements."""

    async def load_plan(self, work: UnitOfWork, operator_id: OperatorId, party: str) -> StatementPlan | None:
        """Return somebody's plan."""
        ...

    async def save_plan(self, work: UnitOfWork, plan: StatementPlan) -> None:
        """Add a plan, or write its new state."""
        ...

    async def remove_plan(self, work: UnitOfWork, operator_id: OperatorId, party: str) -> None:
        """Forget somebody's plan."""
        ...
