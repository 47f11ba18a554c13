"""Makes priced sessions and documents for tests of what they say."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec

from busbar.canon.invoicing import BusinessParty, DocumentKind, InvoiceProfile
from busbar.canon.pricing import LineKind, PriceLine, SessionPriced, Share, Totals
from busbar.domain.invoicing.model import Numbered, write_credit_note, write_invoice, write_receipt
from busbar.kernel.ids import DocumentId, DriverId, OperatorId, SessionId, SiteId, StationId, TariffId

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SELLER = BusinessParty(
    name="Busbar Ricarica Srl", vat_id="IT12345670017", tax_code="12345670017", street="Corso Duca 24",
    postcode="10129", city="Torino", province="TO", country="IT", iban="IT60X0542811101000000123456",
)  # fmt: skip
BUYER = BusinessParty(
    name="Rossi & Figli Srl", vat_id="IT01234567890", street="Via Roma 1", postcode="10121", city="Torino",
    province="TO", country="IT", recipient_code="ABCDEF1",
)  # fmt: skip
PROFILE = InvoiceProfile(operator_id=OperatorId("op"), seller=SELLER, zone="Europe/Rome", language="it")


def line(kind, net, *, vat=22, quantity="1", unit="session", price="1", **more):
    tax = net * vat // 100
    return PriceLine(
        kind=LineKind(kind), quantity=Decimal(quantity), unit=unit, unit_price=Decimal(price), net=net, tax=tax,
        gross=net + tax, vat_percent=Decimal(vat), **more,
    )  # fmt: skip


LINES = (
    line("energy", 756, quantity="12.345", unit="kWh", price="0.61207", share=Share.ELECTRICITY, reason="peak"),
    line("idle", 460, quantity="23", unit="min", price="0.2"),
    line("discount", -122, quantity="10", unit="%", price="-0.122", reason="Inverno -10 %"),
)


def make_fact(session="s-1", lines=LINES, **more):
    totals = Totals(
        net=sum(each.net for each in lines),
        tax=sum(each.tax for each in lines),
        gross=sum(each.gross for each in lines),
    )
    fact = SessionPriced(
        operator_id=OperatorId("op"), at=NOW, session_id=SessionId(session), station_id=StationId("CP-1"),
        site_id=SiteId("site"), driver_id=DriverId("driver"), tariff_id=TariffId("t"), version=1, revision=1,
        tariff_name="Day", currency="EUR", lines=tuple(lines), totals=totals, energy_wh=12_345,
        started_at=NOW - timedelta(hours=2), ended_at=NOW - timedelta(hours=1), is_final=True,
    )  # fmt: skip
    return msgspec.structs.replace(fact, **more)


def number(series="F2026", count=17):
    return Numbered(document_id=DocumentId(f"{series}-{count}"), series=series, number=count, at=NOW)


def make_receipt(session="s-1", lines=LINES, profile=PROFILE, **more):
    return write_receipt(make_fact(session, lines, **more), profile, number("R2026"))


def make_invoice(*sessions, lines=LINES, buyer=BUYER, profile=PROFILE):
    receipts = [make_receipt(session, lines, profile) for session in sessions or ("s-1",)]
    return write_invoice(receipts, profile, number(), kind=DocumentKind.INVOICE, buyer=buyer)


def make_credit_note():
    return write_credit_note(make_invoice(), number("N2026", 3), reason="Errore nel contatore")
