"""Electronic invoices: what both syntaxes say is right, and the official validators agree where they install."""

from decimal import Decimal
from xml.etree import ElementTree as ET

import facturx
import msgspec
import pytest

from busbar.canon.invoicing import BusinessParty, TaxCategory, TaxRule
from busbar.views.paper.cii import write_cii
from busbar.views.paper.einvoice import EinvoiceError, check, demand, make_einvoice
from busbar.views.paper.fatturapa import PREFIXES, write_fatturapa
from busbar.views.paper.ubl import write_ubl
from tests.unit.domain.invoicing.making import BUYER, PROFILE, SELLER, line, make_credit_note, make_invoice


def read(content):
    return ET.fromstring(content)  # noqa: S314 - what we have just written


CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
EXEMPT = msgspec.structs.replace(PROFILE, tax_rules=(TaxRule(category=TaxCategory.EXEMPT, reason="Art. 10"),))
DOCUMENTS = {
    "invoice": make_invoice("s-1", "s-2"),
    "credit note": make_credit_note(),
    "two rates": make_invoice(lines=(line("energy", 1000, vat=10), line("flat", 100))),
    "exempt": make_invoice(lines=(line("energy", 1000), line("flat", 100, vat=0)), profile=EXEMPT),
    "zero": make_invoice(lines=(line("energy", 1000, vat=0),)),
}
INVOICES = {name: make_einvoice(document, zone="Europe/Rome") for name, document in DOCUMENTS.items()}


@pytest.mark.parametrize("invoice", INVOICES.values(), ids=INVOICES)
def test_our_documents_keep_the_rules(invoice):
    assert check(invoice) == ()


@pytest.mark.parametrize("invoice", INVOICES.values(), ids=INVOICES)
def test_cii_is_valid_by_the_official_schema_and_rules(invoice):
    content = write_cii(invoice)
    assert facturx.xml_check_xsd(content, flavor="factur-x", level="en16931")
    assert facturx.xml_check_schematron(content, flavor="factur-x", level="en16931")


@pytest.mark.parametrize("invoice", INVOICES.values(), ids=INVOICES)
def test_ubl_is_valid_by_the_official_schema_and_rules(invoice):
    content = write_ubl(invoice)
    kind = "creditnote" if read(content).tag.endswith("CreditNote") else "invoice"
    assert facturx.xml_check_xsd(content, flavor=f"ubl-2.1-{kind}")
    assert facturx.xml_check_schematron(content, flavor=f"ubl-2.1-{kind}", level="en16931")


@pytest.mark.parametrize("invoice", INVOICES.values(), ids=INVOICES)
def test_the_sums_of_ubl(invoice):
    root = read(write_ubl(invoice))
    lines = [each for each in root if each.tag.endswith("Line")]
    nets = [Decimal(each.findtext(f"{CBC}LineExtensionAmount")) for each in lines]
    assert sum(nets) == Decimal(root.findtext(f".//{CBC}TaxExclusiveAmount"))
    assert Decimal(root.findtext(f".//{CBC}PayableAmount")) == invoice.gross > 0
    taxes = [Decimal(each.text) for each in root.iter(f"{CBC}TaxableAmount")]
    assert sum(taxes) == invoice.net
    for each, net in zip(lines, nets, strict=True):
        quantity = Decimal(each.findtext(f"{CBC}InvoicedQuantity") or each.findtext(f"{CBC}CreditedQuantity"))
        price = Decimal(each.findtext(f".//{CBC}PriceAmount"))
        assert price >= 0
        assert abs(quantity * price - net) < Decimal("0.005")


def test_a_credit_note_names_what_it_takes_back():
    root = read(write_ubl(INVOICES["credit note"]))
    assert root.tag.endswith("}CreditNote")
    assert [each.text for each in root.iter(f"{CBC}ID")][:2] == ["N2026-000003", "F2026-000017"]
    assert root.findtext(f"{CBC}CreditNoteTypeCode") == "381"


def break_invoice(**changes):
    return msgspec.structs.replace(INVOICES["invoice"], **changes)


NO_VAT = msgspec.structs.replace(SELLER, vat_id="", tax_code="")
GOOD, ZERO = INVOICES["invoice"], INVOICES["zero"]


@pytest.mark.parametrize(
    ("invoice", "rules"),
    [
        (break_invoice(number=""), {"BR-02"}),
        (break_invoice(due=None), {"BR-CO-25"}),
        (break_invoice(ends="2020-01-01"), {"BR-29"}),
        (break_invoice(seller=NO_VAT), {"BR-CO-26", "BR-S-02"}),
        (break_invoice(buyer=BusinessParty(name="")), {"BR-07", "BR-11"}),
        (break_invoice(buyer=msgspec.structs.replace(BUYER, vat_id="01234567890")), {"BR-CO-09"}),
        (break_invoice(lines=()), {"BR-16", "BR-CO-10"}),
        (break_invoice(lines=GOOD.lines[1:]), {"BR-CO-10", "BR-S-08"}),
        (break_invoice(tax=GOOD.tax + 1, gross=GOOD.gross + 1), {"BR-CO-14"}),
        (break_invoice(gross=GOOD.gross + 1), {"BR-CO-15"}),
        (break_invoice(taxes=()), {"BR-CO-14", "BR-CO-18", "BR-S-08"}),
        (break_invoice(taxes=(GOOD.taxes[0]._replace(tax=Decimal(9)),)), {"BR-CO-14", "BR-CO-17"}),
        (msgspec.structs.replace(INVOICES["credit note"], preceding=""), {"BR-55"}),
        (
            msgspec.structs.replace(ZERO, taxes=(ZERO.taxes[0]._replace(category=TaxCategory.EXEMPT),)),
            {"BR-E-10", "BR-Z-08"},
        ),
    ],
)  # fmt: skip
def test_broken_rules_are_named(invoice, rules):
    assert {fault.rule for fault in check(invoice)} == rules
    with pytest.raises(EinvoiceError) as caught:
        demand(invoice)
    assert caught.value.facts == {"rules": ", ".join(sorted(rules))}


def read_fatturapa(invoice):
    return read(write_fatturapa(invoice, tax_regime="RF01", progressive="00017"))


def test_fatturapa():
    root = read_fatturapa(INVOICES["invoice"])
    assert root.tag == f"{{{PREFIXES['p']}}}FatturaElettronica"
    said = {each.tag: each.text for each in root.iter() if each.text and each.text.strip()}
    assert (said["TipoDocumento"], said["Numero"], said["CodiceDestinatario"]) == ("TD01", "F2026-000017", "ABCDEF1")
    assert (said["ImponibileImporto"], said["Imposta"], said["ImportoTotaleDocumento"]) == ("21.88", "4.80", "26.68")
    for each in root.iter("DettaglioLinee"):
        total = Decimal(each.findtext("Quantita")) * Decimal(each.findtext("PrezzoUnitario"))
        assert abs(total - Decimal(each.findtext("PrezzoTotale"))) < Decimal("0.01")
    assert [each.findtext("PrezzoTotale") for each in root.iter("DettaglioLinee")][2] == "-1.22"


def test_fatturapa_of_credit_notes_and_exempt_lines():
    root = read_fatturapa(INVOICES["credit note"])
    assert (root.findtext(".//TipoDocumento"), root.findtext(".//DatiFattureCollegate/IdDocumento")) == (
        "TD04", "F2026-000017",
    )  # fmt: skip
    exempt = read_fatturapa(INVOICES["exempt"])
    assert [each.findtext("Natura") for each in exempt.iter("DatiRiepilogo")] == ["N4", None]
    abroad = msgspec.structs.replace(BUYER, country="DE", recipient_code="", vat_id="DE123456789")
    assert read_fatturapa(break_invoice(buyer=abroad)).findtext(".//CodiceDestinatario") == "XXXXXXX"


def test_what_the_sdi_would_refuse_is_named():
    with pytest.raises(EinvoiceError) as caught:
        read_fatturapa(break_invoice(buyer=BusinessParty(name="X", country="IT", recipient_code="?"), currency="CHF"))
    rules = "buyer.city, buyer.postcode, buyer.recipient_code, buyer.street, buyer.tax_code, currency"
    assert caught.value.facts == {"rules": rules}
