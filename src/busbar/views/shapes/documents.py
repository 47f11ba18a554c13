from datetime import datetime

from busbar.canon.invoicing import DocumentKind, RequestKind, RequestState, TaxCategory
from busbar.canon.pricing import LineKind, Share
from busbar.views.shapes.model import Page, Shape
from busbar.views.shapes.pricing import OfferRefusal


class MoneyTotals(Shape):
    """Sums in whole minor units of the currency: `net + tax = gross`."""

    net: int
    tax: int
    gross: int


class Party(Shape):
    """Who sells or buys."""

    name: str
    vat_id: str
    tax_code: str
    street: str
    postcode: str
    city: str
    province: str
    country: str
    email: str
    phone: str
    bank: str
    iban: str
    recipient_code: str
    certified_email: str


class DocumentLine(Shape):
    """A line of a document."""

    session_id: str | None
    kind: LineKind
    share: Share
    text: str
    name: str
    """What the line is for, in the document's language."""
    quantity: str
    unit: str
    unit_price: str
    net: int
    tax: int
    gross: int
    vat_percent: str
    category: TaxCategory


class DocumentTax(Shape):
    """The sums of one tax rate."""

    category: TaxCategory
    vat_percent: str
    net: int
    tax: int
    reason: str


class DocumentSummary(Shape):
    """A receipt, invoice, statement or credit note in a list."""

    document_id: str
    kind: DocumentKind
    reference: str
    issued_at: datetime
    driver_id: str | None
    session_id: str | None
    """Of a receipt."""
    station_id: str | None
    station_name: str | None
    site_id: str | None
    site_name: str | None
    buyer_name: str
    currency: str
    net: int
    tax: int
    gross: int
    energy_wh: int
    invoice_id: str | None
    """The invoice that a receipt stands on."""
    credit_id: str | None
    """The credit note that takes it back."""
    request_id: str | None


class DocumentPage(Page[DocumentSummary]):
    """Documents."""


class Document(DocumentSummary):
    """All that a document says."""

    due_at: datetime | None
    language: str
    seller: Party
    buyer: Party | None
    session_ids: list[str]
    tariff_name: str
    tariff_version: int
    """The version that the session was priced by; 0: of several sessions, or of a thing without versions."""
    starts_at: datetime | None
    ends_at: datetime | None
    lines: list[DocumentLine]
    refusals: list[OfferRefusal]
    """Of a receipt: offers that took nothing off."""
    taxes: list[DocumentTax]
    credited_id: str | None
    credited_reference: str
    reason: str


class TaxRule(Shape):
    """The tax of a product at a site, where the tariff names none."""

    site_id: str | None
    kind: LineKind | None
    percent: str
    category: TaxCategory
    reason: str


class InvoiceProfile(Shape):
    """How an operator writes documents."""

    seller: Party
    zone: str
    language: str
    color: str
    logo_png: str
    footer: str
    receipt_prefix: str
    invoice_prefix: str
    credit_prefix: str
    tax_regime: str
    tax_rules: list[TaxRule]
    due_days: int
    is_saved: bool
    """False: nobody has said anything yet, and this is what holds meanwhile."""


class InvoiceRequest(Shape):
    """A driver's wish for an invoice or a 发票."""

    request_id: str
    driver_id: str
    kind: RequestKind
    state: RequestState
    buyer: Party
    session_ids: list[str]
    currency: str
    totals: MoneyTotals
    requested_at: datetime
    changed_at: datetime
    document_id: str | None
    fapiao_code: str
    fapiao_number: str
    red_number: str
    note: str


class InvoiceRequestPage(Page[InvoiceRequest]):
    """Requests, the newest first."""
