"""Receipts for months of membership plans: pure decisions."""

import hashlib
from decimal import Decimal

import msgspec

from busbar.canon.invoicing import Document, DocumentKind, DocumentLine, InvoiceProfile, TaxCategory
from busbar.canon.offers import PlanMonthDue
from busbar.canon.pricing import LineKind, Share, Totals
from busbar.domain.invoicing.model import Numbered, find_rule, sum_taxes, write_reference
from busbar.kernel.ids import DocumentId
from busbar.rating.totals import to_major


def write_plan_receipt(fact: PlanMonthDue, profile: InvoiceProfile, numbered: Numbered) -> Document:
    """Write the receipt of a month of a plan, or of what was missing to its monthly minimum."""
    percent = Decimal(fact.tax_permille).scaleb(-1)
    net = fact.amount - fact.tax
    line = DocumentLine(
        kind=LineKind.MINIMUM if fact.is_minimum else LineKind.SUBSCRIPTION,
        share=Share.SERVICE,
        text=f"{fact.name} {fact.month}",
        quantity=Decimal(1),
        unit="month",
        unit_price=to_major(fact.amount, fact.currency),
        net=net,
        tax=fact.tax,
        gross=fact.amount,
        vat_percent=percent,
    )
    if not fact.tax_permille:
        rule = find_rule(profile.tax_rules, None, line)
        line = msgspec.structs.replace(line, category=rule.category if rule else TaxCategory.ZERO)
    return Document(
        document_id=numbered.document_id,
        operator_id=fact.operator_id,
        kind=DocumentKind.RECEIPT,
        series=numbered.series,
        number=numbered.number,
        reference=write_reference(numbered.series, numbered.number),
        issued_at=numbered.at,
        currency=fact.currency,
        language=profile.language,
        seller=profile.seller,
        driver_id=fact.driver_id,
        tariff_name=fact.name,
        lines=(line,),
        taxes=sum_taxes((line,), profile.tax_rules, None),
        totals=Totals(net=net, tax=fact.tax, gross=fact.amount),
    )


def name_plan_receipt(fact: PlanMonthDue) -> DocumentId:
    """Name the receipt of a month: a fact that comes twice writes one."""
    return DocumentId(hashlib.sha256(f"plan receipt\n{fact.transfer_id}".encode()).hexdigest()[:32])
