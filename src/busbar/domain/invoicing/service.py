"""The invoicing room: receipts for what is priced, invoices to named buyers, credit notes, and drivers' requests."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from busbar.canon.invoicing import (
    CreditDocument,
    Document,
    DocumentIssued,
    DocumentKind,
    FindTaxRates,
    InvoiceProfile,
    InvoiceRequest,
    InvoiceRequestMoved,
    IssueInvoice,
    MoveInvoiceRequest,
    RequestInvoice,
    RequestKind,
    RequestState,
    SaveInvoiceProfile,
    TaxRule,
    TaxRulesChanged,
)
from busbar.canon.message import Fact, Message
from busbar.canon.offers import PlanMonthDue
from busbar.canon.pricing import SessionPriced, TaxRate
from busbar.canon.tenants import FindOperator, RecordAudit
from busbar.domain.invoicing import model, plans
from busbar.domain.invoicing.model import Numbered, Receipt
from busbar.domain.invoicing.store import InvoicingStore
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.ids import DocumentId, IdSource, OperatorId, SessionId
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]
OPERATORS_MAX = 1_000
"""Whose taxes are held in memory."""
CORRECTED = "The meter record was corrected."


class InvoicingService:
    """Writes documents and numbers them."""

    def __init__(self, *, store: InvoicingStore, ids: IdSource) -> None:
        self._store = store
        self._ids = ids
        self._rules: BoundedDict[OperatorId, tuple[TaxRule, ...]] = BoundedDict(bound=OPERATORS_MAX)

    def forget_all(self) -> None:
        """Look all taxes up again: another process changed some."""
        self._rules.clear()

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Return what the core gives to this room."""
        return {
            CreditDocument: self.credit_document,
            FindTaxRates: self.find_rates,
            IssueInvoice: self.issue_invoice,
            MoveInvoiceRequest: self.move_request,
            RequestInvoice: self.request_invoice,
            SaveInvoiceProfile: self.save_profile,
        }

    def listeners(self) -> list[tuple[type[Fact], str, Handler]]:
        """Return what this room wants to hear."""
        return [
            (SessionPriced, "invoicing", self.hear_priced),
            (PlanMonthDue, "invoicing.plan_month", self.hear_plan_month),
        ]

    # ---- profile -----------------------------------------------------------------------------------------------------

    async def save_profile(self, message: SaveInvoiceProfile, work: UnitOfWork) -> InvoiceProfile:
        """Say how an operator writes documents."""
        profile = model.read_profile(message.profile)
        before = await self._find_rules(work, profile.operator_id)
        await self._store.save_profile(work, profile)
        work.forget(self._rules, profile.operator_id)
        if profile.tax_rules != before:
            work.tell(TaxRulesChanged(operator_id=profile.operator_id, at=work.now))
        await self._note(work, message.operator_id, message.actor, "invoice_profile.save", "invoice_profile")
        return profile

    async def _get_profile(self, work: UnitOfWork, operator_id: OperatorId) -> InvoiceProfile:
        profile = await self._store.load_profile(work, operator_id)
        if profile is not None:
            return profile
        operator = await work.ask(FindOperator(operator_id=operator_id))
        return model.make_default_profile(operator_id, operator.name, zone=operator.zone, language=operator.language)

    async def find_rates(self, message: FindTaxRates, work: UnitOfWork) -> tuple[TaxRate, ...]:
        """Tell the taxes at a site of what tariffs name none for."""
        return model.list_rates(await self._find_rules(work, message.operator_id), message.site_id)

    async def _find_rules(self, work: UnitOfWork, operator_id: OperatorId) -> tuple[TaxRule, ...]:
        rules = self._rules.get(operator_id)
        if rules is None:
            profile = await self._store.load_profile(work, operator_id)
            rules = () if profile is None else profile.tax_rules
            work.keep(self._rules, operator_id, rules)
        return rules

    # ---- documents ---------------------------------------------------------------------------------------------------

    async def hear_priced(self, fact: SessionPriced, work: UnitOfWork) -> None:
        """Write the receipt of a session; a corrected price takes the receipt before back, and its invoice with it."""
        if not fact.lines and fact.revision <= 1:
            return
        before = await self._store.list_receipts(work, fact.operator_id, (fact.session_id,))
        if any(receipt.document.revision >= fact.revision for receipt in before):
            return
        profile = await self._get_profile(work, fact.operator_id)
        for receipt in before:
            await self._take_back_corrected(work, receipt, profile)
        if not fact.lines:
            return  # it became part of another session, which has a receipt of its own
        numbered = await self._take_number(work, profile, DocumentKind.RECEIPT)
        await self._issue(work, model.write_receipt(fact, profile, numbered))

    async def hear_plan_month(self, fact: PlanMonthDue, work: UnitOfWork) -> None:
        """Write the receipt of a month of a plan."""
        document_id = plans.name_plan_receipt(fact)
        if await self._store.load_document(work, fact.operator_id, document_id) is not None:
            return
        profile = await self._get_profile(work, fact.operator_id)
        numbered = await self._take_number(work, profile, DocumentKind.RECEIPT, document_id=document_id)
        await self._issue(work, plans.write_plan_receipt(fact, profile, numbered))

    async def _take_back_corrected(self, work: UnitOfWork, receipt: Receipt, profile: InvoiceProfile) -> None:
        if receipt.invoice_id is not None:
            invoice = await self._store.load_document(work, profile.operator_id, receipt.invoice_id)
            if invoice is not None and invoice.credit_id is None:
                await self._credit(work, invoice.document, profile, reason=CORRECTED)
        await self._credit(work, receipt.document, profile, reason=CORRECTED)

    async def issue_invoice(self, message: IssueInvoice, work: UnitOfWork) -> Document:
        """Write an invoice over sessions."""
        known = await self._store.load_document(work, message.operator_id, message.document_id)
        if known is not None:
            return known.document
        buyer = model.read_buyer(message.buyer)
        receipts = await self._find_open(work, message.operator_id, message.session_ids)
        profile = await self._get_profile(work, message.operator_id)
        kind = DocumentKind.STATEMENT if message.is_statement else DocumentKind.INVOICE
        model.check_receipts(receipts)
        numbered = await self._take_number(work, profile, kind, document_id=message.document_id)
        document = model.write_invoice(receipts, profile, numbered, kind=kind, buyer=buyer, language=message.language)
        await self._issue(work, document)
        await self._store.link_invoice(work, [each.document_id for each in receipts], document.document_id)
        await self._note(work, message.operator_id, message.actor, "invoice.issue", f"document:{document.reference}")
        return document

    async def _find_open(
        self, work: UnitOfWork, operator_id: OperatorId, session_ids: Sequence[SessionId]
    ) -> list[Document]:
        """Return the receipts of sessions that stand on no invoice."""
        wanted = tuple(dict.fromkeys(session_ids))
        if not 1 <= len(wanted) <= model.SESSIONS_MAX:
            raise model.SessionsError(f"one to {model.SESSIONS_MAX} sessions", count=len(wanted))
        receipts = await self._store.list_receipts(work, operator_id, wanted)
        if {session_id for each in receipts for session_id in each.document.session_ids} != set(wanted):
            raise model.DocumentMissingError("not all of these sessions have a receipt")
        taken = next((each for each in receipts if each.invoice_id is not None), None)
        if taken is not None:
            raise model.AlreadyInvoicedError("a session stands on an invoice", document_id=taken.invoice_id)
        return [each.document for each in receipts]

    async def credit_document(self, message: CreditDocument, work: UnitOfWork) -> Document:
        """Take a document back."""
        known = await self._store.load_document(work, message.operator_id, message.credit_id)
        if known is not None and known.document.credited_id == message.document_id:
            return known.document
        found = await self._store.load_document(work, message.operator_id, message.document_id)
        if found is None:
            raise model.DocumentMissingError("there is no such document")
        if found.credit_id is not None:
            raise model.AlreadyCreditedError("the document was taken back", document_id=found.credit_id)
        if found.invoice_id is not None:
            raise model.AlreadyInvoicedError("its invoice stands: credit that", document_id=found.invoice_id)
        profile = await self._get_profile(work, message.operator_id)
        reason = model.read_reason(message.reason)
        credit = await self._credit(work, found.document, profile, reason=reason, credit_id=message.credit_id)
        await self._note(work, message.operator_id, message.actor, "document.credit", f"document:{credit.reference}")
        return credit

    async def _credit(
        self,
        work: UnitOfWork,
        document: Document,
        profile: InvoiceProfile,
        *,
        reason: str,
        credit_id: DocumentId | None = None,
    ) -> Document:
        if document.kind is DocumentKind.CREDIT_NOTE:
            raise model.DocumentKindError("a credit note is not taken back")
        numbered = await self._take_number(work, profile, DocumentKind.CREDIT_NOTE, document_id=credit_id)
        credit = model.write_credit_note(document, numbered, reason=reason)
        await self._issue(work, credit)
        await self._store.link_credit(work, document.document_id, credit.document_id)
        await self._store.unlink_invoice(work, document.document_id)
        return credit

    async def _take_number(
        self, work: UnitOfWork, profile: InvoiceProfile, kind: DocumentKind, *, document_id: DocumentId | None = None
    ) -> Numbered:
        series = model.name_series(profile, kind, work.now)
        number = await self._store.take_number(work, profile.operator_id, series)
        return Numbered(
            document_id=document_id or DocumentId(self._ids.new()), series=series, number=number, at=work.now
        )

    async def _issue(self, work: UnitOfWork, document: Document) -> None:
        await self._store.insert_document(work, document)
        work.tell(
            DocumentIssued(
                operator_id=document.operator_id,
                at=work.now,
                document_id=document.document_id,
                kind=document.kind,
                reference=document.reference,
                driver_id=document.driver_id,
                session_ids=document.session_ids[:100],
                currency=document.currency,
                totals=document.totals,
            )
        )

    # ---- requests ----------------------------------------------------------------------------------------------------

    async def request_invoice(self, message: RequestInvoice, work: UnitOfWork) -> InvoiceRequest:
        """Take a driver's request; an invoice is written at once, a 发票 by the operator's tax software."""
        known = await self._store.load_request(work, message.operator_id, message.request_id)
        if known is not None and known.driver_id == message.driver_id:
            return known
        buyer = model.read_buyer(message.buyer, message.kind)
        receipts = await self._find_open(work, message.operator_id, message.session_ids)
        if any(receipt.driver_id != message.driver_id for receipt in receipts):
            raise model.DocumentMissingError("not all of these sessions have a receipt")
        model.check_receipts(receipts)
        session_ids = tuple(session_id for receipt in receipts for session_id in receipt.session_ids)
        asked = await self._store.find_requested(work, message.operator_id, session_ids)
        if asked is not None:
            raise model.AlreadyInvoicedError("a session was asked for already", request_id=asked)
        document_id: DocumentId | None = None
        if message.kind is RequestKind.INVOICE:
            document_id = DocumentId(self._ids.new())
            await self.issue_invoice(
                IssueInvoice(
                    document_id=document_id,
                    operator_id=message.operator_id,
                    actor=f"driver:{message.driver_id}",
                    session_ids=session_ids,
                    buyer=buyer,
                ),
                work,
            )
        request = InvoiceRequest(
            request_id=message.request_id,
            operator_id=message.operator_id,
            driver_id=message.driver_id,
            kind=message.kind,
            state=RequestState.REQUESTED if document_id is None else RequestState.ISSUED,
            buyer=buyer,
            session_ids=session_ids,
            currency=receipts[0].currency,
            totals=model.join_totals(receipts),
            requested_at=work.now,
            changed_at=work.now,
            document_id=document_id,
        )
        await self._save_request(work, request)
        await self._store.set_requested(work, session_ids, request.request_id)
        return request

    async def move_request(self, message: MoveInvoiceRequest, work: UnitOfWork) -> InvoiceRequest:
        """Note what became of a 发票; refused or red-lettered, its sessions may be asked for again."""
        request = await self._store.load_request(work, message.operator_id, message.request_id)
        if request is None:
            raise model.RequestMissingError("there is no such request")
        moved = model.move_request(
            request,
            message.state,
            now=work.now,
            code=message.fapiao_code,
            number=message.fapiao_number,
            note=message.note,
        )
        await self._save_request(work, moved)
        if moved.state in {RequestState.REFUSED, RequestState.RED_LETTERED}:
            await self._store.set_requested(work, moved.session_ids, None)
        subject = f"invoice_request:{moved.request_id}"
        await self._note(work, message.operator_id, message.actor, f"invoice_request.{moved.state}", subject)
        return moved

    async def _save_request(self, work: UnitOfWork, request: InvoiceRequest) -> None:
        await self._store.save_request(work, request)
        work.tell(
            InvoiceRequestMoved(
                operator_id=request.operator_id,
                at=work.now,
                request_id=request.request_id,
                driver_id=request.driver_id,
                state=request.state,
            )
        )

    async def _note(self, work: UnitOfWork, operator_id: OperatorId, actor: str, action: str, subject: str) -> None:
        await work.ask(RecordAudit(operator_id=operator_id, actor=actor, action=action, subject=subject))
