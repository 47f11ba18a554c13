"""Documents about money: receipts, invoices and credit notes with their numbers, and what drivers ask for (发票).

Amounts are whole minor units of the document's currency. A document is never changed: what was wrong is credited.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from busbar.canon.message import Command, Fact, Noun
from busbar.canon.pricing import LineKind, OfferRefusal, Share, TaxRate, Totals
from busbar.kernel.ids import (
    DocumentId,
    DriverId,
    InvoiceRequestId,
    OperatorId,
    SessionId,
    SiteId,
    StationId,
)


class DocumentKind(StrEnum):
    """What a document is."""

    RECEIPT = "receipt"
    """Of one session, as soon as it is priced."""
    INVOICE = "invoice"
    """To a named buyer, of one or more sessions."""
    STATEMENT = "statement"
    """The invoice of a month to a company."""
    CREDIT_NOTE = "credit_note"
    """Takes another document back, whole."""


class TaxCategory(StrEnum):
    """Why a tax rate is what it is (EN 16931, UNCL 5305)."""

    STANDARD = "S"
    ZERO = "Z"
    EXEMPT = "E"
    REVERSE_CHARGE = "AE"
    OUT_OF_SCOPE = "O"


class BusinessParty(Noun, frozen=True, kw_only=True):
    """Who sells or buys, as it stands on the document."""

    name: str
    vat_id: str = ""
    """With its country: `IT01234567890`; in China the 统一社会信用代码."""
    tax_code: str = ""
    """Italy: codice fiscale."""
    street: str = ""
    postcode: str = ""
    city: str = ""
    province: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2."""
    email: str = ""
    phone: str = ""
    bank: str = ""
    iban: str = ""
    """Or the account's number."""
    recipient_code: str = ""
    """Italy: codice destinatario of the SDI."""
    certified_email: str = ""
    """Italy: PEC."""


class TaxRule(Noun, frozen=True, kw_only=True):
    """The tax of a product at a site, for lines whose tariff names none; the first rule that matches holds."""

    site_id: SiteId | None = None
    kind: LineKind | None = None
    percent: Decimal = Decimal(0)
    category: TaxCategory = TaxCategory.STANDARD
    reason: str = ""
    """Of an exemption: what the law says."""


class InvoiceProfile(Noun, frozen=True, kw_only=True):
    """How an operator writes documents."""

    operator_id: OperatorId
    seller: BusinessParty
    zone: str = "UTC"
    language: str = "en"
    """`zh`, `en` or `it`."""
    color: str = "#1f5f8b"
    logo_png: str = ""
    """Base64."""
    footer: str = ""
    receipt_prefix: str = "R"
    invoice_prefix: str = "F"
    credit_prefix: str = "N"
    tax_regime: str = "RF01"
    """Italy: regime fiscale."""
    tax_rules: tuple[TaxRule, ...] = ()
    due_days: int = 14


class FindTaxRates(Command[tuple[TaxRate, ...]], frozen=True, kw_only=True):
    """Look up the taxes at a site of what tariffs name none for, by the operator's rules. Costs no SQL mostly."""

    operator_id: OperatorId
    site_id: SiteId | None = None
    """None: where no site is."""


class TaxRulesChanged(Fact, frozen=True, kw_only=True):
    """An operator's taxes are others now: of prices that are fixed from here on."""


class DocumentLine(Noun, frozen=True, kw_only=True):
    """A line: what it is for, how much of it, and what it comes to."""

    session_id: SessionId | None = None
    kind: LineKind
    share: Share = Share.NONE
    text: str = ""
    """The reason that pricing gave."""
    quantity: Decimal
    unit: str
    unit_price: Decimal
    """As priced: with tax if the tariff's prices are."""
    net: int
    tax: int
    gross: int
    vat_percent: Decimal
    category: TaxCategory = TaxCategory.STANDARD


class TaxSum(Noun, frozen=True, kw_only=True):
    """The sums of one tax rate."""

    category: TaxCategory
    vat_percent: Decimal
    net: int
    tax: int
    reason: str = ""


class Document(Noun, frozen=True, kw_only=True):
    """A receipt, invoice, statement or credit note."""

    document_id: DocumentId
    operator_id: OperatorId
    kind: DocumentKind
    series: str
    number: int
    """Without gaps within operator and series."""
    reference: str
    """As people write it: `F2026-000017`."""
    issued_at: datetime
    due_at: datetime | None = None
    currency: str
    language: str
    seller: BusinessParty
    buyer: BusinessParty | None = None
    driver_id: DriverId | None = None
    session_ids: tuple[SessionId, ...] = ()
    station_id: StationId | None = None
    site_id: SiteId | None = None
    tariff_name: str = ""
    tariff_version: int = 0
    """0: of several sessions, or of a thing without versions."""
    energy_wh: int = 0
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    revision: int = 0
    """Of the session's price."""
    lines: tuple[DocumentLine, ...] = ()
    refusals: tuple[OfferRefusal, ...] = ()
    """Of a receipt: offers that took nothing off."""
    taxes: tuple[TaxSum, ...] = ()
    totals: Totals
    credited_id: DocumentId | None = None
    credited_reference: str = ""
    credited_at: datetime | None = None
    """Of a credit note: when the document was issued that it takes back."""
    reason: str = ""


class SaveInvoiceProfile(Command[InvoiceProfile], frozen=True, kw_only=True):
    """Say how an operator writes documents. Errors: `invalid.invoice_profile` (fact `field`)."""

    operator_id: OperatorId
    actor: str
    profile: InvoiceProfile


class IssueInvoice(Command[Document], frozen=True, kw_only=True):
    """Write an invoice to a buyer for sessions that have receipts of one currency.

    A repeat with the same id answers the same document. Errors: `not_found.document`, `invalid.buyer` (fact `field`),
    `invalid.sessions`, `conflict.already_invoiced` (fact `document_id`).
    """

    document_id: DocumentId
    operator_id: OperatorId
    actor: str
    session_ids: tuple[SessionId, ...]
    buyer: BusinessParty
    language: str = ""
    is_statement: bool = False


class CreditDocument(Command[Document], frozen=True, kw_only=True):
    """Take a document back whole, by a credit note. A repeat answers the same credit note.

    Errors: `not_found.document`, `conflict.already_credited`, `invalid.document_kind`, `invalid.reason`,
    `conflict.already_invoiced` (a receipt whose invoice stands: credit that).
    """

    operator_id: OperatorId
    actor: str
    document_id: DocumentId
    credit_id: DocumentId
    reason: str


# ---- 发票 and other requests of drivers ------------------------------------------------------------------------------


class RequestKind(StrEnum):
    """What is asked for."""

    INVOICE = "invoice"
    """An invoice by us, issued at once."""
    FAPIAO_NORMAL = "fapiao_normal"
    """普通发票, made by the operator's tax software."""
    FAPIAO_SPECIAL = "fapiao_special"
    """增值税专用发票."""


class RequestState(StrEnum):
    """Where a request stands."""

    REQUESTED = "requested"
    ISSUED = "issued"
    SENT = "sent"
    RED_LETTERED = "red_lettered"
    """红冲: taken back by a red-letter 发票."""
    REFUSED = "refused"


class InvoiceRequest(Noun, frozen=True, kw_only=True):
    """A driver's wish for a 发票 or an invoice over sessions."""

    request_id: InvoiceRequestId
    operator_id: OperatorId
    driver_id: DriverId
    kind: RequestKind
    state: RequestState
    buyer: BusinessParty
    session_ids: tuple[SessionId, ...]
    currency: str
    totals: Totals
    requested_at: datetime
    changed_at: datetime
    document_id: DocumentId | None = None
    fapiao_code: str = ""
    fapiao_number: str = ""
    red_number: str = ""
    note: str = ""


class RequestInvoice(Command[InvoiceRequest], frozen=True, kw_only=True):
    """Ask for an invoice or 发票 over one's own sessions. A repeat with the same id answers the same request.

    Errors: `not_found.document`, `invalid.buyer` (fact `field`), `invalid.sessions`, `conflict.already_invoiced`.
    """

    request_id: InvoiceRequestId
    operator_id: OperatorId
    driver_id: DriverId
    kind: RequestKind
    session_ids: tuple[SessionId, ...]
    buyer: BusinessParty


class MoveInvoiceRequest(Command[InvoiceRequest], frozen=True, kw_only=True):
    """Note what became of a 发票: issued (with its number), sent, red-lettered (with that number), refused.

    Errors: `not_found.invoice_request`, `conflict.request_state` (facts `state`), `invalid.fapiao_number`,
    `invalid.reason`.
    """

    operator_id: OperatorId
    actor: str
    request_id: InvoiceRequestId
    state: RequestState
    fapiao_code: str = ""
    fapiao_number: str = ""
    note: str = ""


class DocumentIssued(Fact, frozen=True, kw_only=True):
    """A receipt, invoice, statement or credit note was written and has its number."""

    document_id: DocumentId
    kind: DocumentKind
    reference: str
    driver_id: DriverId | None = None
    session_ids: tuple[SessionId, ...] = ()
    currency: str
    totals: Totals


class InvoiceRequestMoved(Fact, frozen=True, kw_only=True):
    """A driver asked for an invoice or 发票, or it went on."""

    request_id: InvoiceRequestId
    driver_id: DriverId
    state: RequestState
