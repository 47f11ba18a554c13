import base64
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from busbar.canon.invoicing import (
    BusinessParty,
    DocumentKind,
    InvoiceRequest,
    RequestKind,
    RequestState,
    TaxCategory,
    TaxRule,
)
from busbar.canon.offers import PlanMonthDue
from busbar.canon.pricing import LineKind, Totals
from busbar.domain.invoicing import model, plans
from busbar.kernel.ids import DriverId, InvoiceRequestId, OperatorId, SiteId
from tests.unit.domain.invoicing.making import (
    BUYER,
    NOW,
    PROFILE,
    SELLER,
    line,
    make_credit_note,
    make_invoice,
    make_receipt,
    number,
)  # fmt: skip


def test_a_receipt_says_what_was_priced():
    receipt = make_receipt()
    assert (receipt.reference, receipt.kind, receipt.buyer) == ("R2026-000017", "receipt", None)
    assert [(each.kind, each.net, each.category) for each in receipt.lines] == [
        ("energy", 756, "S"), ("idle", 460, "S"), ("discount", -122, "S"),
    ]  # fmt: skip
    assert [(tax.vat_percent, tax.net, tax.tax) for tax in receipt.taxes] == [(22, 1094, 240)]


def test_untaxed_lines_take_the_category_of_the_first_rule_that_fits():
    rules = (
        TaxRule(site_id=SiteId("elsewhere"), category=TaxCategory.OUT_OF_SCOPE, reason="Art. 7"),
        TaxRule(kind=LineKind.CANCELLATION, category=TaxCategory.OUT_OF_SCOPE, reason="Art. 15"),
        TaxRule(category=TaxCategory.EXEMPT, reason="Art. 10"),
    )
    profile = msgspec.structs.replace(PROFILE, tax_rules=rules)
    lines = (line("energy", 100), line("flat", 50, vat=0), line("cancellation", 20, vat=0))
    receipt = make_receipt(lines=lines, profile=profile)
    assert [(tax.category, tax.net, tax.reason) for tax in receipt.taxes] == [
        ("E", 50, "Art. 10"), ("O", 20, "Art. 15"), ("S", 100, ""),
    ]  # fmt: skip
    assert make_receipt(lines=lines).taxes[-1].category == "Z"


def test_an_invoice_sums_its_receipts():
    invoice = make_invoice("s-1", "s-2")
    assert (invoice.totals.net, invoice.totals.gross, len(invoice.lines)) == (2188, 2668, 6)
    assert (invoice.taxes[0].net, invoice.session_ids, invoice.buyer) == (2188, ("s-1", "s-2"), BUYER)
    assert invoice.due_at == NOW + timedelta(days=14)


def test_a_credit_note_is_the_document_the_other_way_round():
    note, invoice = make_credit_note(), make_invoice()
    assert note.totals == Totals(net=-1094, tax=-240, gross=-1334)
    assert sum(each.gross for each in note.lines) == -invoice.totals.gross
    assert (note.credited_reference, note.reason) == ("F2026-000017", "Errore nel contatore")
    with pytest.raises(model.DocumentKindError):
        model.write_credit_note(note, number(), reason="again")
    with pytest.raises(model.ReasonError):
        model.write_credit_note(invoice, number(), reason=" ")


def test_receipts_of_two_currencies_make_no_invoice():
    with pytest.raises(model.SessionsError):
        model.check_receipts([make_receipt(), make_receipt(currency="CHF")])
    with pytest.raises(model.SessionsError):
        model.check_receipts([])


def test_a_series_begins_with_the_year_of_the_seller():
    eve = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    names = [model.name_series(PROFILE, kind, eve) for kind in DocumentKind]
    assert names == ["R2027", "F2027", "F2027", "N2027"]
    assert model.write_reference("F2027", 5) == "F2027-000005"


PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(20)).decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("language", "fr"), ("color", "blue"), ("receipt_prefix", "r"), ("invoice_prefix", "R"), ("tax_regime", "RF99"),
        ("zone", "Mars/Base"), ("logo_png", "????"), ("logo_png", base64.b64encode(b"GIF89a").decode()),
        ("logo_png", PNG + "A" * 300_000), ("due_days", 400), ("footer", "x" * 501),
        ("seller", BusinessParty(name="")), ("seller", msgspec.structs.replace(SELLER, country="Italy")),
        ("tax_rules", (TaxRule(),)), ("tax_rules", (TaxRule(category=TaxCategory.EXEMPT),)),
        ("tax_rules", (TaxRule(category=TaxCategory.ZERO, percent=Decimal(5)),)),
    ],
)  # fmt: skip
def test_a_profile_that_breaks_a_rule(field, value):
    with pytest.raises(model.ProfileError):
        model.read_profile(msgspec.structs.replace(PROFILE, **{field: value}))


def test_a_profile_that_keeps_them():
    rules = (TaxRule(percent=Decimal(22)), TaxRule(category=TaxCategory.EXEMPT, reason="Art. 10"))
    profile = msgspec.structs.replace(PROFILE, logo_png=PNG, tax_rules=rules)
    assert model.read_profile(profile) is profile
    assert model.make_default_profile(OperatorId("op"), "X", zone="UTC", language="de").language == "en"


@pytest.mark.parametrize(
    ("kind", "buyer", "field"),
    [
        ("invoice", BusinessParty(name=""), "name"),
        ("invoice", BusinessParty(name="X", vat_id="it 1"), "vat_id"),
        ("invoice", BusinessParty(name="X", email="nobody"), "email"),
        ("invoice", BusinessParty(name="X\n"), "name"),
        ("fapiao_normal", BusinessParty(name="X", vat_id="IT123"), "vat_id"),
        ("fapiao_special", BusinessParty(name="X", vat_id="91310000MA1FL0000X"), "street"),
    ],
)
def test_a_buyer_that_lacks_something(kind, buyer, field):
    with pytest.raises(model.BuyerError) as caught:
        model.read_buyer(buyer, RequestKind(kind))
    assert caught.value.facts == {"field": field}


def test_buyers_of_fapiao():
    whole = BusinessParty(
        name="上海某某有限公司",
        vat_id="91310000MA1FL0000X",
        street="世纪大道100号",
        phone="021-1",
        bank="工商银行",
        iban="6222",
    )
    assert model.read_buyer(whole, RequestKind.FAPIAO_SPECIAL) is whole
    assert model.read_buyer(BusinessParty(name="王小明"), RequestKind.FAPIAO_NORMAL).name == "王小明"


def make_request(state="requested", kind="fapiao_normal"):
    return InvoiceRequest(
        request_id=InvoiceRequestId("q"), operator_id=OperatorId("op"), driver_id=DriverId("d"), kind=RequestKind(kind),
        state=RequestState(state), buyer=BUYER, session_ids=(), currency="CNY", totals=Totals(), requested_at=NOW,
        changed_at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("before", list(RequestState))
@pytest.mark.parametrize("after", list(RequestState))
def test_where_a_request_may_go(before, after):
    allowed = {
        ("requested", "issued"), ("requested", "refused"), ("issued", "sent"), ("issued", "red_lettered"),
        ("sent", "red_lettered"),
    }  # fmt: skip
    later = NOW + timedelta(hours=1)
    if (before, after) in allowed:
        moved = model.move_request(make_request(before), after, now=later, code="", number="12345678", note="why")
        assert (moved.state, moved.changed_at) == (after, later)
    else:
        with pytest.raises(model.RequestStateError):
            model.move_request(make_request(before), after, now=later, code="", number="12345678", note="why")


def test_a_month_of_a_plan_has_a_receipt():
    fact = PlanMonthDue(
        operator_id="op", at=NOW, plan_id="p", driver_id="ada", transfer_id="plan-2026-03-x", name="Plus",
        month="2026-03", currency="EUR", amount=1220, tax=220, tax_permille=220,
    )  # fmt: skip
    receipt = plans.write_plan_receipt(fact, PROFILE, number("R2026"))
    (line,) = receipt.lines
    assert (line.kind, line.text, line.unit, line.unit_price) == (
        "subscription",
        "Plus 2026-03",
        "month",
        Decimal("12.20"),
    )
    assert (receipt.totals.net, receipt.totals.tax, receipt.totals.gross) == (1000, 220, 1220)
    assert [(tax.vat_percent, tax.net, tax.tax) for tax in receipt.taxes] == [(Decimal(22), 1000, 220)]
    minimum = msgspec.structs.replace(fact, is_minimum=True, tax=0, tax_permille=0, amount=500)
    (line,) = plans.write_plan_receipt(minimum, PROFILE, number("R2026")).lines
    assert (line.kind, line.category, line.gross) == ("minimum", "Z", 500)
    assert plans.name_plan_receipt(fact) == plans.name_plan_receipt(minimum)
