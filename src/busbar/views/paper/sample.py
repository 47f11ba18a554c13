"""An invoice that nobody pays: how the operator's documents would look."""

from datetime import datetime, timedelta
from decimal import Decimal

from busbar.canon.invoicing import (
    BusinessParty,
    Document,
    DocumentKind,
    DocumentLine,
    InvoiceProfile,
    TaxCategory,
    TaxSum,
)
from busbar.canon.pricing import LineKind, Totals
from busbar.kernel.ids import DocumentId

ENERGY_WH = 24_500
BUYERS = {"zh": "示例客户有限公司", "it": "Cliente di esempio S.r.l.", "en": "Example Customer Ltd"}
TARIFFS = {"zh": "示例", "it": "Esempio", "en": "Example"}
SHARES = (
    (LineKind.ENERGY, Decimal("24.5"), "kWh", Decimal("0.59"), 1446),
    (LineKind.FLAT, Decimal(1), "session", Decimal("0.35"), 35),
)
STANDARD_PERCENT = Decimal(22)


def make_sample(profile: InvoiceProfile, *, currency: str, now: datetime) -> Document:
    """Write an invoice over one charge, by an operator's profile, with the tax that it names for energy."""
    percent = find_percent(profile)
    category = TaxCategory.STANDARD if percent else TaxCategory.ZERO
    lines: list[DocumentLine] = []
    for kind, quantity, unit, price, gross in SHARES:
        net = round(gross / (1 + percent / 100))
        lines.append(
            DocumentLine(
                kind=kind, quantity=quantity, unit=unit, unit_price=price, net=net, tax=gross - net, gross=gross,
                vat_percent=percent, category=category,
            )
        )  # fmt: skip
    net, gross = sum(line.net for line in lines), sum(line.gross for line in lines)
    return Document(
        document_id=DocumentId("sample"),
        operator_id=profile.operator_id,
        kind=DocumentKind.INVOICE,
        series=f"{profile.invoice_prefix}{now.year}",
        number=1,
        reference=f"{profile.invoice_prefix}{now.year}-000001",
        issued_at=now,
        due_at=now + timedelta(days=profile.due_days),
        currency=currency,
        language=profile.language,
        seller=profile.seller,
        buyer=BusinessParty(name=BUYERS.get(profile.language, BUYERS["en"]), country=profile.seller.country),
        tariff_name=TARIFFS.get(profile.language, TARIFFS["en"]),
        tariff_version=3,
        energy_wh=ENERGY_WH,
        starts_at=now - timedelta(minutes=50),
        ends_at=now,
        lines=tuple(lines),
        taxes=(TaxSum(category=category, vat_percent=percent, net=net, tax=gross - net),),
        totals=Totals(net=net, tax=gross - net, gross=gross),
    )


def find_percent(profile: InvoiceProfile) -> Decimal:
    """Return the tax of energy by the profile's rules; without one, a usual rate."""
    fitting = [rule for rule in profile.tax_rules if rule.site_id is None and rule.kind in {None, LineKind.ENERGY}]
    return min(fitting, key=lambda rule: rule.kind is None).percent if fitting else STANDARD_PERCENT
