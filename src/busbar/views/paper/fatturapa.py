"""FatturaPA 1.2 (FPR12), the Italian electronic invoice that the SDI takes."""

import re
from collections.abc import Iterator
from decimal import Decimal

from busbar.canon.invoicing import BusinessParty, TaxCategory
from busbar.views.paper.einvoice import CREDIT_NOTE, Einvoice, EinvoiceError
from busbar.views.paper.markup import Branch, begin, finish

PREFIXES = {"p": "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"}
FORMAT = "FPR12"
NO_RECIPIENT = "0000000"
ABROAD = "XXXXXXX"
NATURES = {
    TaxCategory.ZERO: "N3.6",
    TaxCategory.EXEMPT: "N4",
    TaxCategory.REVERSE_CHARGE: "N6.9",
    TaxCategory.OUT_OF_SCOPE: "N2.2",
}
UNITS = {"KWH": "kWh", "HUR": "h", "MIN": "min", "MON": "mese"}
COMPLETE_PAYMENT = "TP02"
BANK_TRANSFER = "MP05"
_TAX_CODE = re.compile(r"[A-Z0-9]{11,16}")
_RECIPIENT = re.compile(r"[A-Z0-9]{6,7}")


def write_fatturapa(invoice: Einvoice, *, tax_regime: str, progressive: str) -> bytes:
    """Write an invoice or credit note. Errors: `invalid.einvoice`."""
    faults = sorted(set(_find_faults(invoice)))
    if faults:
        raise EinvoiceError(f"FatturaPA needs {', '.join(faults)}", rules=", ".join(faults))
    root = begin("p:FatturaElettronica", PREFIXES, versione=FORMAT)
    head = root.under("FatturaElettronicaHeader")
    _write_transmission(head.under("DatiTrasmissione"), invoice, progressive)
    seller = head.under("CedentePrestatore")
    _write_register(seller.under("DatiAnagrafici"), invoice.seller, regime=tax_regime)
    _write_seat(seller.under("Sede"), invoice.seller)
    buyer = head.under("CessionarioCommittente")
    _write_register(buyer.under("DatiAnagrafici"), invoice.buyer)
    _write_seat(buyer.under("Sede"), invoice.buyer)
    body = root.under("FatturaElettronicaBody")
    _write_general(body.under("DatiGenerali"), invoice)
    _write_goods(body.under("DatiBeniServizi"), invoice)
    if invoice.due:
        payment = body.under("DatiPagamento")
        payment.say("CondizioniPagamento", COMPLETE_PAYMENT)
        detail = payment.under("DettaglioPagamento")
        detail.say("ModalitaPagamento", BANK_TRANSFER)
        detail.say("DataScadenzaPagamento", invoice.due)
        detail.say("ImportoPagamento", invoice.gross)
        detail.say("IBAN", invoice.seller.iban.replace(" ", ""))
    return finish(root)


def _find_faults(invoice: Einvoice) -> Iterator[str]:
    """Name what the SDI would refuse."""
    for party, name in ((invoice.seller, "seller"), (invoice.buyer, "buyer")):
        for field in ("street", "city", "postcode", "country"):
            if not getattr(party, field):
                yield f"{name}.{field}"
    if not invoice.seller.vat_id:
        yield "seller.vat_id"
    if not invoice.buyer.vat_id and not _TAX_CODE.fullmatch(invoice.buyer.tax_code):
        yield "buyer.tax_code"
    if invoice.buyer.recipient_code and not _RECIPIENT.fullmatch(invoice.buyer.recipient_code):
        yield "buyer.recipient_code"
    if invoice.currency != "EUR":
        yield "currency"


def _write_transmission(part: Branch, invoice: Einvoice, progressive: str) -> None:
    country, code = _split_vat(invoice.seller)
    sender = part.under("IdTrasmittente")
    sender.say("IdPaese", country)
    sender.say("IdCodice", invoice.seller.tax_code or code)
    part.say("ProgressivoInvio", progressive)
    part.say("FormatoTrasmissione", FORMAT)
    buyer = invoice.buyer
    default = NO_RECIPIENT if buyer.country == "IT" else ABROAD
    part.say("CodiceDestinatario", buyer.recipient_code or default)
    if not buyer.recipient_code:
        part.say("PECDestinatario", buyer.certified_email)


def _split_vat(party: BusinessParty) -> tuple[str, str]:
    """Split `IT01234567890`; an identifier without a country has that of the address."""
    if party.vat_id[:2].isalpha():
        return party.vat_id[:2], party.vat_id[2:]
    return party.country, party.vat_id


def _write_register(part: Branch, party: BusinessParty, *, regime: str = "") -> None:
    if party.vat_id:
        country, code = _split_vat(party)
        identity = part.under("IdFiscaleIVA")
        identity.say("IdPaese", country)
        identity.say("IdCodice", code)
    part.say("CodiceFiscale", party.tax_code)
    part.under("Anagrafica").say("Denominazione", party.name[:80])
    part.say("RegimeFiscale", regime)


def _write_seat(part: Branch, party: BusinessParty) -> None:
    is_home = party.country == "IT"
    part.say("Indirizzo", party.street[:60])
    part.say("CAP", party.postcode[:5] if is_home else "00000")
    part.say("Comune", party.city[:60])
    if is_home:
        part.say("Provincia", party.province[:2].upper())
    part.say("Nazione", party.country)


def _write_general(part: Branch, invoice: Einvoice) -> None:
    is_credit = invoice.type_code == CREDIT_NOTE
    general = part.under("DatiGeneraliDocumento")
    general.say("TipoDocumento", "TD04" if is_credit else "TD01")
    general.say("Divisa", invoice.currency)
    general.say("Data", invoice.issued)
    general.say("Numero", invoice.number[:20])
    general.say("ImportoTotaleDocumento", invoice.gross)
    general.say("Causale", invoice.note[:200])
    if invoice.preceding:
        linked = part.under("DatiFattureCollegate")
        linked.say("IdDocumento", invoice.preceding)
        linked.say("Data", invoice.preceding_issued)


def _write_goods(part: Branch, invoice: Einvoice) -> None:
    for line in invoice.lines:
        each = part.under("DettaglioLinee")
        each.say("NumeroLinea", line.number)
        each.say("Descrizione", line.text)
        each.say("Quantita", _write_amount(abs(line.quantity)))
        each.say("UnitaMisura", UNITS.get(line.unit, "pz"))
        price = -line.price if line.quantity < 0 else line.price
        each.say("PrezzoUnitario", _write_amount(price))
        each.say("PrezzoTotale", line.net)
        each.say("AliquotaIVA", f"{line.percent:.2f}")
        each.say("Natura", NATURES.get(line.category))
    for tax in invoice.taxes:
        each = part.under("DatiRiepilogo")
        each.say("AliquotaIVA", f"{tax.percent:.2f}")
        each.say("Natura", NATURES.get(tax.category))
        each.say("ImponibileImporto", tax.net)
        each.say("Imposta", tax.tax)
        if tax.category is TaxCategory.STANDARD:
            each.say("EsigibilitaIVA", "I")
        each.say("RiferimentoNormativo", tax.reason[:100])


def _write_amount(number: Decimal) -> str:
    """Write with two to eight decimals."""
    text = f"{number.normalize():f}"
    decimals = len(text.partition(".")[2])
    return f"{number:.{min(8, max(2, decimals))}f}"
