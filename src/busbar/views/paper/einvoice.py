"""An invoice in the terms of EN 16931, whatever syntax it is then written in, and the rules that it must keep.

Amounts are decimals in major units. A credit note's are positive: its type says which way they go.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from busbar.canon.invoicing import BusinessParty, Document, DocumentKind, DocumentLine, TaxCategory
from busbar.kernel.errors import InvalidError
from busbar.rating.totals import to_major
from busbar.views.paper.words import name_line

CENT = Decimal("0.01")
PRICE_DIGITS = Decimal("0.000001")
INVOICE, CREDIT_NOTE = "380", "381"
UNIT_CODES = {"kWh": "KWH", "h": "HUR", "min": "MIN", "session": "C62", "month": "MON", "%": "C62"}
"""UN/ECE recommendation 20."""
REASON_CODES = {TaxCategory.REVERSE_CHARGE: "VATEX-EU-AE", TaxCategory.OUT_OF_SCOPE: "VATEX-EU-O"}
_ZERO = Decimal(0)


class EinvoiceError(InvalidError):
    """The document breaks rules of the standard; `rules` names them."""

    code: ClassVar[str] = "invalid.einvoice"


class Line(NamedTuple):
    """BG-25."""

    number: int
    text: str
    quantity: Decimal
    unit: str
    price: Decimal
    net: Decimal
    category: TaxCategory
    percent: Decimal


class Tax(NamedTuple):
    """BG-23."""

    category: TaxCategory
    percent: Decimal
    net: Decimal
    tax: Decimal
    reason: str


class Einvoice(msgspec.Struct, frozen=True, kw_only=True):
    """What both syntaxes say."""

    number: str
    issued: str
    due: str | None
    type_code: str
    currency: str
    seller: BusinessParty
    buyer: BusinessParty
    preceding: str
    preceding_issued: str | None
    starts: str | None
    ends: str | None
    note: str
    lines: tuple[Line, ...]
    taxes: tuple[Tax, ...]
    net: Decimal
    tax: Decimal
    gross: Decimal


class Fault(NamedTuple):
    """A rule that is broken: its name in the standard, and what it asks."""

    rule: str
    text: str


def make_einvoice(document: Document, *, zone: str = "UTC", language: str | None = None) -> Einvoice:
    """Say a document in the terms of the standard. Nothing is checked."""
    is_credit = document.kind is DocumentKind.CREDIT_NOTE
    sign = -1 if is_credit else 1
    spoken = language or document.language

    def amount(minor: int) -> Decimal:
        return to_major(sign * minor, document.currency)

    def day(at: datetime | None) -> str | None:
        return None if at is None else at.astimezone(ZoneInfo(zone)).date().isoformat()

    return Einvoice(
        number=document.reference,
        issued=day(document.issued_at) or "",
        due=day(document.due_at),
        type_code=CREDIT_NOTE if is_credit else INVOICE,
        currency=document.currency,
        seller=document.seller,
        buyer=document.buyer or BusinessParty(name=""),
        preceding=document.credited_reference,
        preceding_issued=day(document.credited_at),
        starts=day(document.starts_at),
        ends=day(document.ends_at),
        note=document.reason,
        lines=tuple(
            _make_line(index, line, sign, amount(line.net), spoken) for index, line in enumerate(document.lines, 1)
        ),
        taxes=tuple(
            Tax(each.category, each.vat_percent, amount(each.net), amount(each.tax), each.reason)
            for each in document.taxes
        ),
        net=amount(document.totals.net),
        tax=amount(document.totals.tax),
        gross=amount(document.totals.gross),
    )


def _make_line(number: int, line: DocumentLine, sign: int, net: Decimal, language: str) -> Line:
    """Say a line. A price is never below zero (BR-27): a reduction has a quantity below zero."""
    quantity = abs(line.quantity)
    if line.unit == "%" or not quantity:
        quantity = Decimal(1)
    price = (abs(net) / quantity).quantize(PRICE_DIGITS, ROUND_HALF_UP)
    is_below = net < 0 or (net == 0 and sign * line.quantity < 0)
    return Line(
        number=number,
        text=name_line(line, language),
        quantity=-quantity if is_below else quantity,
        unit=UNIT_CODES.get(line.unit, "C62"),
        price=price,
        net=net,
        category=line.category,
        percent=line.vat_percent,
    )


def check(invoice: Einvoice) -> tuple[Fault, ...]:
    """Return the core business rules that an invoice breaks."""
    return tuple(
        fault
        for rules in (_check_parties, _check_head, _check_lines, _check_sums, _check_categories)
        for fault in rules(invoice)
    )


def demand(invoice: Einvoice) -> Einvoice:
    """Return the invoice if it keeps the rules. Errors: `invalid.einvoice`."""
    faults = check(invoice)
    if faults:
        names = ", ".join(sorted({fault.rule for fault in faults}))
        raise EinvoiceError(f"{names}: {faults[0].text}", rules=names)
    return invoice


def _demand(*, rule: str, text: str, holds: object) -> Iterator[Fault]:
    if not holds:
        yield Fault(rule, text)


def _check_head(invoice: Einvoice) -> Iterator[Fault]:
    yield from _demand(rule="BR-02", text="an invoice has a number", holds=invoice.number)
    yield from _demand(rule="BR-03", text="an invoice has an issue date", holds=invoice.issued)
    yield from _demand(rule="BR-05", text="an invoice has a currency", holds=invoice.currency)
    yield from _demand(rule="BR-16", text="an invoice has a line", holds=invoice.lines)
    if invoice.type_code == INVOICE and invoice.gross > 0:
        yield from _demand(rule="BR-CO-25", text="what is to be paid has a due date", holds=invoice.due)
    if invoice.starts and invoice.ends:
        yield from _demand(
            rule="BR-29", text="a period does not end before it starts", holds=invoice.starts <= invoice.ends
        )
    if invoice.type_code == CREDIT_NOTE:
        yield from _demand(rule="BR-55", text="a preceding invoice has its number", holds=invoice.preceding)


def _check_parties(invoice: Einvoice) -> Iterator[Fault]:
    seller, buyer = invoice.seller, invoice.buyer
    yield from _demand(rule="BR-06", text="the seller has a name", holds=seller.name)
    yield from _demand(rule="BR-07", text="the buyer has a name", holds=buyer.name)
    yield from _demand(rule="BR-09", text="the seller's address has a country", holds=seller.country)
    yield from _demand(rule="BR-11", text="the buyer's address has a country", holds=buyer.country)
    yield from _demand(rule="BR-CO-26", text="the seller has an identifier", holds=seller.vat_id or seller.tax_code)
    for party, name in ((seller, "seller"), (buyer, "buyer")):
        if party.vat_id:
            is_prefixed = party.vat_id[:2].isalpha() or party.country == "CN"
            yield from _demand(
                rule="BR-CO-09", text=f"the {name}'s VAT identifier begins with its country", holds=is_prefixed
            )


def _check_lines(invoice: Einvoice) -> Iterator[Fault]:
    for line in invoice.lines:
        yield from _demand(rule="BR-25", text="a line names its item", holds=line.text)
        yield from _demand(rule="BR-27", text="a price is not below zero", holds=line.price >= 0)
        yield from _demand(rule="BR-DEC-23", text="a line's amount has two decimals", holds=_is_fine(line.net))


def _check_sums(invoice: Einvoice) -> Iterator[Fault]:
    lines = sum((line.net for line in invoice.lines), _ZERO)
    taxes = sum((tax.tax for tax in invoice.taxes), _ZERO)
    yield from _demand(rule="BR-CO-10", text="lines sum to the net total", holds=lines == invoice.net)
    yield from _demand(rule="BR-CO-14", text="taxes sum to the tax total", holds=taxes == invoice.tax)
    yield from _demand(
        rule="BR-CO-15", text="net and tax make the total", holds=invoice.net + invoice.tax == invoice.gross
    )
    yield from _demand(rule="BR-CO-18", text="an invoice has a tax breakdown", holds=invoice.taxes)
    for amount in (invoice.net, invoice.tax, invoice.gross):
        yield from _demand(rule="BR-DEC-14", text="amounts have two decimals", holds=_is_fine(amount))
    for tax in invoice.taxes:
        expected = (tax.net * tax.percent / 100).quantize(CENT, ROUND_HALF_UP)
        yield from _demand(
            rule="BR-CO-17", text="a tax is its base times its rate, to the cent", holds=abs(tax.tax - expected) < 1
        )


def _check_categories(invoice: Einvoice) -> Iterator[Fault]:
    bases: dict[tuple[TaxCategory, Decimal], Decimal] = defaultdict(lambda: _ZERO)
    for line in invoice.lines:
        bases[line.category, line.percent] += line.net
    told = {(tax.category, tax.percent): tax.net for tax in invoice.taxes}
    for key, base in bases.items():
        yield from _demand(
            rule=f"BR-{key[0]}-08", text="a tax base is the sum of its lines", holds=told.get(key) == base
        )
    for tax in invoice.taxes:
        name = tax.category.value
        if tax.category is TaxCategory.STANDARD:
            yield from _demand(rule="BR-S-02", text="a taxed seller has a VAT identifier", holds=invoice.seller.vat_id)
            yield from _demand(rule="BR-S-05", text="a standard rate is above zero", holds=tax.percent > 0)
            continue
        yield from _demand(rule=f"BR-{name}-05", text="this category has no rate", holds=tax.percent == 0)
        yield from _demand(rule=f"BR-{name}-09", text="this category has no tax", holds=tax.tax == 0)
        if tax.category is not TaxCategory.ZERO:
            yield from _demand(rule=f"BR-{name}-10", text="an exemption has its reason", holds=tax.reason)
        if tax.category is TaxCategory.REVERSE_CHARGE:
            both = invoice.seller.vat_id and invoice.buyer.vat_id
            yield from _demand(rule="BR-AE-02", text="reverse charge names both VAT identifiers", holds=both)


def _is_fine(amount: Decimal) -> bool:
    return amount == amount.quantize(CENT)
