"""EN 16931 in UN/CEFACT Cross Industry Invoice D16B, as ZUGFeRD and Factur-X carry it."""

from busbar.canon.invoicing import BusinessParty, TaxCategory
from busbar.views.paper.einvoice import REASON_CODES, Einvoice, Line, Tax
from busbar.views.paper.markup import Branch, begin, finish

_UN = "urn:un:unece:uncefact:data:"
PREFIXES = {
    "rsm": f"{_UN}standard:CrossIndustryInvoice:100",
    "ram": f"{_UN}standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{_UN}standard:UnqualifiedDataType:100",
}
GUIDELINE = "urn:cen.eu:en16931:2017"
CREDIT_TRANSFER = "30"


def write_cii(invoice: Einvoice) -> bytes:
    """Write an invoice or credit note."""
    root = begin("rsm:CrossIndustryInvoice", PREFIXES)
    context = root.under("rsm:ExchangedDocumentContext")
    context.under("ram:GuidelineSpecifiedDocumentContextParameter").say("ram:ID", GUIDELINE)
    head = root.under("rsm:ExchangedDocument")
    head.say("ram:ID", invoice.number)
    head.say("ram:TypeCode", invoice.type_code)
    _write_day(head.under("ram:IssueDateTime"), invoice.issued)
    if invoice.note:
        head.under("ram:IncludedNote").say("ram:Content", invoice.note)
    deal = root.under("rsm:SupplyChainTradeTransaction")
    for line in invoice.lines:
        _write_line(deal, line)
    agreement = deal.under("ram:ApplicableHeaderTradeAgreement")
    _write_party(agreement.under("ram:SellerTradeParty"), invoice.seller)
    _write_party(agreement.under("ram:BuyerTradeParty"), invoice.buyer)
    delivery = deal.under("ram:ApplicableHeaderTradeDelivery")
    if invoice.ends:
        event = delivery.under("ram:ActualDeliverySupplyChainEvent")
        _write_day(event.under("ram:OccurrenceDateTime"), invoice.ends)
    _write_settlement(deal.under("ram:ApplicableHeaderTradeSettlement"), invoice)
    return finish(root)


def _write_day(parent: Branch, day: str) -> None:
    parent.say("udt:DateTimeString", day.replace("-", ""), format="102")


def _write_party(inner: Branch, party: BusinessParty) -> None:
    inner.say("ram:Name", party.name)
    if party.tax_code:
        inner.under("ram:SpecifiedLegalOrganization").say("ram:ID", party.tax_code)
    address = inner.under("ram:PostalTradeAddress")
    address.say("ram:PostcodeCode", party.postcode)
    address.say("ram:LineOne", party.street)
    address.say("ram:CityName", party.city)
    address.say("ram:CountryID", party.country)
    address.say("ram:CountrySubDivisionName", party.province)
    if party.email:
        inner.under("ram:URIUniversalCommunication").say("ram:URIID", party.email, schemeID="EM")
    if party.vat_id:
        inner.under("ram:SpecifiedTaxRegistration").say("ram:ID", party.vat_id, schemeID="VA")


def _write_line(deal: Branch, line: Line) -> None:
    each = deal.under("ram:IncludedSupplyChainTradeLineItem")
    each.under("ram:AssociatedDocumentLineDocument").say("ram:LineID", line.number)
    each.under("ram:SpecifiedTradeProduct").say("ram:Name", line.text)
    price = each.under("ram:SpecifiedLineTradeAgreement").under("ram:NetPriceProductTradePrice")
    price.say("ram:ChargeAmount", f"{line.price:f}")
    each.under("ram:SpecifiedLineTradeDelivery").say("ram:BilledQuantity", f"{line.quantity:f}", unitCode=line.unit)
    settlement = each.under("ram:SpecifiedLineTradeSettlement")
    tax = settlement.under("ram:ApplicableTradeTax")
    tax.say("ram:TypeCode", "VAT")
    tax.say("ram:CategoryCode", line.category)
    if line.category is not TaxCategory.OUT_OF_SCOPE:
        tax.say("ram:RateApplicablePercent", f"{line.percent:f}")
    settlement.under("ram:SpecifiedTradeSettlementLineMonetarySummation").say("ram:LineTotalAmount", line.net)


def _write_settlement(settlement: Branch, invoice: Einvoice) -> None:
    settlement.say("ram:InvoiceCurrencyCode", invoice.currency)
    if invoice.seller.iban:
        means = settlement.under("ram:SpecifiedTradeSettlementPaymentMeans")
        means.say("ram:TypeCode", CREDIT_TRANSFER)
        means.under("ram:PayeePartyCreditorFinancialAccount").say("ram:IBANID", invoice.seller.iban)
    for tax in invoice.taxes:
        _write_tax(settlement.under("ram:ApplicableTradeTax"), tax)
    if invoice.starts and invoice.ends:
        period = settlement.under("ram:BillingSpecifiedPeriod")
        _write_day(period.under("ram:StartDateTime"), invoice.starts)
        _write_day(period.under("ram:EndDateTime"), invoice.ends)
    if invoice.due:
        _write_day(settlement.under("ram:SpecifiedTradePaymentTerms").under("ram:DueDateDateTime"), invoice.due)
    total = settlement.under("ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    total.say("ram:LineTotalAmount", invoice.net)
    total.say("ram:TaxBasisTotalAmount", invoice.net)
    total.say("ram:TaxTotalAmount", invoice.tax, currencyID=invoice.currency)
    total.say("ram:GrandTotalAmount", invoice.gross)
    total.say("ram:DuePayableAmount", invoice.gross)
    if invoice.preceding:
        settlement.under("ram:InvoiceReferencedDocument").say("ram:IssuerAssignedID", invoice.preceding)


def _write_tax(part: Branch, tax: Tax) -> None:
    part.say("ram:CalculatedAmount", tax.tax)
    part.say("ram:TypeCode", "VAT")
    part.say("ram:ExemptionReason", tax.reason)
    part.say("ram:BasisAmount", tax.net)
    part.say("ram:CategoryCode", tax.category)
    part.say("ram:ExemptionReasonCode", REASON_CODES.get(tax.category))
    if tax.category is not TaxCategory.OUT_OF_SCOPE:
        part.say("ram:RateApplicablePercent", f"{tax.percent:f}")
