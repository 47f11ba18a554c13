"""EN 16931 in UBL 2.1."""

from busbar.canon.invoicing import BusinessParty, TaxCategory
from busbar.views.paper.einvoice import CREDIT_NOTE, REASON_CODES, Einvoice, Line, Tax
from busbar.views.paper.markup import Branch, begin, finish

_COMMON = "urn:oasis:names:specification:ubl:schema:xsd:"
CUSTOMIZATION = "urn:cen.eu:en16931:2017"
CREDIT_TRANSFER = "30"


def write_ubl(invoice: Einvoice) -> bytes:
    """Write an invoice or credit note."""
    is_credit = invoice.type_code == CREDIT_NOTE
    name = "CreditNote" if is_credit else "Invoice"
    prefixes = {
        "cac": f"{_COMMON}CommonAggregateComponents-2",
        "cbc": f"{_COMMON}CommonBasicComponents-2",
        "doc": f"{_COMMON}{name}-2",
    }
    root = begin(f"doc:{name}", prefixes)
    root.say("cbc:CustomizationID", CUSTOMIZATION)
    root.say("cbc:ID", invoice.number)
    root.say("cbc:IssueDate", invoice.issued)
    if not is_credit:
        root.say("cbc:DueDate", invoice.due)
    root.say("cbc:CreditNoteTypeCode" if is_credit else "cbc:InvoiceTypeCode", invoice.type_code)
    root.say("cbc:Note", invoice.note)
    root.say("cbc:DocumentCurrencyCode", invoice.currency)
    if invoice.starts and invoice.ends:
        period = root.under("cac:InvoicePeriod")
        period.say("cbc:StartDate", invoice.starts)
        period.say("cbc:EndDate", invoice.ends)
    if invoice.preceding:
        reference = root.under("cac:BillingReference").under("cac:InvoiceDocumentReference")
        reference.say("cbc:ID", invoice.preceding)
        reference.say("cbc:IssueDate", invoice.preceding_issued)
    _write_party(root.under("cac:AccountingSupplierParty"), invoice.seller)
    _write_party(root.under("cac:AccountingCustomerParty"), invoice.buyer)
    if invoice.seller.iban:
        means = root.under("cac:PaymentMeans")
        means.say("cbc:PaymentMeansCode", CREDIT_TRANSFER)
        means.under("cac:PayeeFinancialAccount").say("cbc:ID", invoice.seller.iban)
    _write_taxes(root, invoice)
    _write_total(root, invoice)
    for line in invoice.lines:
        _write_line(root, line, invoice, is_credit=is_credit)
    return finish(root)


def _write_party(parent: Branch, party: BusinessParty) -> None:
    inner = parent.under("cac:Party")
    inner.under("cac:PartyName").say("cbc:Name", party.name)
    address = inner.under("cac:PostalAddress")
    address.say("cbc:StreetName", party.street)
    address.say("cbc:CityName", party.city)
    address.say("cbc:PostalZone", party.postcode)
    address.say("cbc:CountrySubentity", party.province)
    if party.country:
        address.under("cac:Country").say("cbc:IdentificationCode", party.country)
    if party.vat_id:
        scheme = inner.under("cac:PartyTaxScheme")
        scheme.say("cbc:CompanyID", party.vat_id)
        scheme.under("cac:TaxScheme").say("cbc:ID", "VAT")
    legal = inner.under("cac:PartyLegalEntity")
    legal.say("cbc:RegistrationName", party.name)
    legal.say("cbc:CompanyID", party.tax_code)
    if party.email or party.phone:
        contact = inner.under("cac:Contact")
        contact.say("cbc:Telephone", party.phone)
        contact.say("cbc:ElectronicMail", party.email)


def _write_taxes(root: Branch, invoice: Einvoice) -> None:
    currency = invoice.currency
    total = root.under("cac:TaxTotal")
    total.say("cbc:TaxAmount", invoice.tax, currencyID=currency)
    for tax in invoice.taxes:
        part = total.under("cac:TaxSubtotal")
        part.say("cbc:TaxableAmount", tax.net, currencyID=currency)
        part.say("cbc:TaxAmount", tax.tax, currencyID=currency)
        _write_category(part.under("cac:TaxCategory"), tax)


def _write_category(category: Branch, tax: Tax | Line) -> None:
    category.say("cbc:ID", tax.category)
    if tax.category is not TaxCategory.OUT_OF_SCOPE:
        category.say("cbc:Percent", f"{tax.percent:f}")
    if isinstance(tax, Tax):
        category.say("cbc:TaxExemptionReasonCode", REASON_CODES.get(tax.category))
        category.say("cbc:TaxExemptionReason", tax.reason)
    category.under("cac:TaxScheme").say("cbc:ID", "VAT")


def _write_total(root: Branch, invoice: Einvoice) -> None:
    total = root.under("cac:LegalMonetaryTotal")
    for name, amount in (
        ("LineExtensionAmount", invoice.net),
        ("TaxExclusiveAmount", invoice.net),
        ("TaxInclusiveAmount", invoice.gross),
        ("PayableAmount", invoice.gross),
    ):
        total.say(f"cbc:{name}", amount, currencyID=invoice.currency)


def _write_line(root: Branch, line: Line, invoice: Einvoice, *, is_credit: bool) -> None:
    each = root.under("cac:CreditNoteLine" if is_credit else "cac:InvoiceLine")
    each.say("cbc:ID", line.number)
    each.say("cbc:CreditedQuantity" if is_credit else "cbc:InvoicedQuantity", f"{line.quantity:f}", unitCode=line.unit)
    each.say("cbc:LineExtensionAmount", line.net, currencyID=invoice.currency)
    item = each.under("cac:Item")
    item.say("cbc:Name", line.text)
    _write_category(item.under("cac:ClassifiedTaxCategory"), line)
    each.under("cac:Price").say("cbc:PriceAmount", f"{line.price:f}", currencyID=invoice.currency)
