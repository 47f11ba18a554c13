"""What a receipt, an invoice and a credit note say: pure decisions on priced sessions."""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from busbar.canon.invoicing import (
    BusinessParty,
    Document,
    DocumentKind,
    DocumentLine,
    InvoiceProfile,
    InvoiceRequest,
    RequestKind,
    RequestState,
    TaxCategory,
    TaxRule,
    TaxSum,
)
from busbar.canon.pricing import PriceLine, SessionPriced, TaxRate, Totals
from busbar.kernel.errors import ConflictError, InvalidError, NotFoundError
from busbar.kernel.ids import DocumentId, OperatorId, SiteId

SESSIONS_MAX = 2_000
LOGO_MAX_BYTES = 200_000
TEXT_MAX_CHARS = 250
REASON_MAX_CHARS = 500
RULES_MAX = 200
DUE_DAYS_MAX = 365
LANGUAGES = ("zh", "en", "it")

_PNG = b"\x89PNG\r\n\x1a\n"
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_PREFIX = re.compile(r"[A-Z0-9]{1,8}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_VAT = re.compile(r"[A-Z0-9]{2,30}")
_CHINESE_TAX_NUMBER = re.compile(r"[0-9A-HJ-NPQRTUWXY]{15}|[0-9A-HJ-NPQRTUWXY]{18}|[0-9A-HJ-NPQRTUWXY]{20}")
_FAPIAO_NUMBER = re.compile(r"[0-9]{8,20}")
_FAPIAO_CODE = re.compile(r"|[0-9]{10,12}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class ProfileError(InvalidError):
    """The profile of documents breaks a rule; `field` says where."""

    code = "invalid.invoice_profile"


class BuyerError(InvalidError):
    """The buyer's data is not what such a document needs; `field` says which."""

    code = "invalid.buyer"


class SessionsError(InvalidError):
    """Not sessions that one document can be about."""

    code = "invalid.sessions"


class DocumentKindError(InvalidError):
    """Such a document cannot be taken back: a credit note already is one."""

    code = "invalid.document_kind"


class ReasonError(InvalidError):
    """A reason is needed."""

    code = "invalid.reason"


class FapiaoNumberError(InvalidError):
    """Not the number or code of a 发票."""

    code = "invalid.fapiao_number"


class DocumentMissingError(NotFoundError):
    """There is no such document, or no receipt of the session."""

    code = "not_found.document"


class RequestMissingError(NotFoundError):
    """There is no such request."""

    code = "not_found.invoice_request"


class AlreadyInvoicedError(ConflictError):
    """A session stands on another invoice, or was asked for already."""

    code = "conflict.already_invoiced"


class AlreadyCreditedError(ConflictError):
    """The document was taken back."""

    code = "conflict.already_credited"


class RequestStateError(ConflictError):
    """The request cannot go there from where it stands."""

    code = "conflict.request_state"


MOVES: dict[RequestState, frozenset[RequestState]] = {
    RequestState.REQUESTED: frozenset({RequestState.ISSUED, RequestState.REFUSED}),
    RequestState.ISSUED: frozenset({RequestState.SENT, RequestState.RED_LETTERED}),
    RequestState.SENT: frozenset({RequestState.RED_LETTERED}),
    RequestState.RED_LETTERED: frozenset(),
    RequestState.REFUSED: frozenset(),
}


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt as the books hold it, with what became of it."""

    document: Document
    invoice_id: DocumentId | None = None
    credit_id: DocumentId | None = None


def make_default_profile(operator_id: OperatorId, name: str, *, zone: str, language: str) -> InvoiceProfile:
    """Make the profile of an operator that has said nothing yet."""
    spoken = language[:2] if language[:2] in LANGUAGES else "en"
    return InvoiceProfile(operator_id=operator_id, seller=BusinessParty(name=name), zone=zone, language=spoken)


def read_profile(profile: InvoiceProfile) -> InvoiceProfile:
    """Check a profile. Errors: `invalid.invoice_profile`."""
    checks = (
        ("language", profile.language in LANGUAGES),
        ("color", _COLOR.fullmatch(profile.color)),
        ("receipt_prefix", _PREFIX.fullmatch(profile.receipt_prefix)),
        ("invoice_prefix", _PREFIX.fullmatch(profile.invoice_prefix)),
        ("credit_prefix", _PREFIX.fullmatch(profile.credit_prefix)),
        ("tax_regime", re.fullmatch(r"RF(0[1-9]|1[0-9])", profile.tax_regime)),
        ("footer", len(profile.footer) <= REASON_MAX_CHARS),
        ("tax_rules", len(profile.tax_rules) <= RULES_MAX),
        ("due_days", 0 <= profile.due_days <= DUE_DAYS_MAX),
        ("zone", _is_zone(profile.zone)),
        ("logo_png", _is_logo(profile.logo_png)),
    )
    for field, is_right in checks:
        if not is_right:
            raise ProfileError(f"{field} is not as it must be", field=field)
    prefixes = {profile.receipt_prefix, profile.invoice_prefix, profile.credit_prefix}
    if len(prefixes) < 3:  # noqa: PLR2004 - three series, three prefixes
        raise ProfileError("each series needs a prefix of its own", field="receipt_prefix")
    for rule in profile.tax_rules:
        _check_rule(rule)
    field = find_party_fault(profile.seller)
    if field is not None:
        raise ProfileError(f"the seller's {field} is not as it must be", field=f"seller.{field}")
    return profile


def _check_rule(rule: TaxRule) -> None:
    is_standard = rule.category is TaxCategory.STANDARD
    if not 0 <= rule.percent <= 100 or is_standard is not (rule.percent > 0):  # noqa: PLR2004 - percent
        raise ProfileError("a standard rate is above zero, every other is zero", field="tax_rules")
    needs_reason = rule.category in {TaxCategory.EXEMPT, TaxCategory.REVERSE_CHARGE, TaxCategory.OUT_OF_SCOPE}
    if needs_reason and not rule.reason.strip():
        raise ProfileError("an exemption names its reason", field="tax_rules")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _is_logo(text: str) -> bool:
    if not text:
        return True
    if len(text) > LOGO_MAX_BYTES * 4 // 3:
        return False
    try:
        return base64.b64decode(text, validate=True).startswith(_PNG)
    except binascii.Error:
        return False


def find_party_fault(party: BusinessParty) -> str | None:
    """Name the field of a party that is not as it must be."""
    for field in party.__struct_fields__:
        text: str = getattr(party, field)
        if len(text) > TEXT_MAX_CHARS or _CONTROL.search(text):
            return field
    if not party.name.strip():
        return "name"
    if party.country and not _COUNTRY.fullmatch(party.country):
        return "country"
    if party.vat_id and not _VAT.fullmatch(party.vat_id):
        return "vat_id"
    if party.email and "@" not in party.email:
        return "email"
    return None


def read_buyer(buyer: BusinessParty, kind: RequestKind = RequestKind.INVOICE) -> BusinessParty:
    """Check a buyer. A special 发票 needs tax number, address, telephone and bank. Errors: `invalid.buyer`."""
    field = find_party_fault(buyer)
    if field is None and kind is RequestKind.FAPIAO_SPECIAL:
        needed = ("vat_id", "street", "phone", "bank", "iban")
        field = next((name for name in needed if not getattr(buyer, name).strip()), None)
    if field is None and kind is not RequestKind.INVOICE and buyer.vat_id:
        field = None if _CHINESE_TAX_NUMBER.fullmatch(buyer.vat_id) else "vat_id"
    if field is not None:
        raise BuyerError(f"the buyer's {field} is not as it must be", field=field)
    return buyer


def name_series(profile: InvoiceProfile, kind: DocumentKind, at: datetime) -> str:
    """Name the series that a document of this moment belongs to: the prefix and the seller's year."""
    prefix = {
        DocumentKind.RECEIPT: profile.receipt_prefix,
        DocumentKind.CREDIT_NOTE: profile.credit_prefix,
    }.get(kind, profile.invoice_prefix)
    return f"{prefix}{at.astimezone(ZoneInfo(profile.zone)).year}"


def write_reference(series: str, number: int) -> str:
    """Write a document's number as people read it."""
    return f"{series}-{number:06}"


class Numbered(msgspec.Struct, frozen=True, kw_only=True):
    """A place in a series, taken for a document."""

    document_id: DocumentId
    series: str
    number: int
    at: datetime


def write_receipt(fact: SessionPriced, profile: InvoiceProfile, numbered: Numbered) -> Document:
    """Write the receipt of a priced session."""
    lines = tuple(_write_line(line, fact, profile.tax_rules) for line in fact.lines)
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
        session_ids=(fact.session_id,),
        station_id=fact.station_id,
        site_id=fact.site_id,
        tariff_name=fact.tariff_name,
        tariff_version=fact.version,
        energy_wh=fact.energy_wh,
        starts_at=fact.started_at,
        ends_at=fact.ended_at,
        revision=fact.revision,
        lines=lines,
        refusals=fact.refusals,
        taxes=sum_taxes(lines, profile.tax_rules, fact.site_id),
        totals=fact.totals,
    )


def _write_line(line: PriceLine, fact: SessionPriced, rules: Sequence[TaxRule]) -> DocumentLine:
    rule = find_rule(rules, fact.site_id, line)
    is_taxed = line.vat_percent > 0
    return DocumentLine(
        session_id=fact.session_id,
        kind=line.kind,
        share=line.share,
        text=line.reason,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        net=line.net,
        tax=line.tax,
        gross=line.gross,
        vat_percent=line.vat_percent,
        category=TaxCategory.STANDARD if is_taxed else rule.category if rule else TaxCategory.ZERO,
    )


def find_rule(rules: Sequence[TaxRule], site_id: SiteId | None, line: PriceLine | DocumentLine) -> TaxRule | None:
    """Find the tax rule of an untaxed line; had one of a standard rate held, it were in the price (`list_rates`)."""
    return next(
        (
            rule
            for rule in rules
            if rule.category is not TaxCategory.STANDARD
            and rule.site_id in {None, site_id}
            and rule.kind in {None, line.kind}
        ),
        None,
    )


def list_rates(rules: Sequence[TaxRule], site_id: SiteId | None) -> tuple[TaxRate, ...]:
    """Return the taxes at a site of what tariffs name none for; what is exempt has none."""
    return tuple(TaxRate(kind=rule.kind, percent=rule.percent) for rule in rules if rule.site_id in {None, site_id})


def sum_taxes(lines: Iterable[DocumentLine], rules: Sequence[TaxRule], site_id: SiteId | None) -> tuple[TaxSum, ...]:
    """Sum lines by category and rate."""
    sums: dict[tuple[TaxCategory, Decimal], tuple[int, int]] = {}
    reasons: dict[TaxCategory, str] = {}
    for line in lines:
        key = (line.category, line.vat_percent)
        net, tax = sums.get(key, (0, 0))
        sums[key] = (net + line.net, tax + line.tax)
        rule = find_rule(rules, site_id, line)
        if line.category is not TaxCategory.STANDARD and rule is not None:
            reasons.setdefault(line.category, rule.reason)
    return tuple(
        TaxSum(category=category, vat_percent=percent, net=net, tax=tax, reason=reasons.get(category, ""))
        for (category, percent), (net, tax) in sorted(sums.items())
    )


def join_taxes(documents: Iterable[Document]) -> tuple[TaxSum, ...]:
    """Sum the taxes of several documents."""
    sums: dict[tuple[TaxCategory, Decimal], TaxSum] = {}
    for tax in (tax for document in documents for tax in document.taxes):
        key = (tax.category, tax.vat_percent)
        before = sums.get(key)
        sums[key] = (
            tax
            if before is None
            else msgspec.structs.replace(
                before, net=before.net + tax.net, tax=before.tax + tax.tax, reason=before.reason or tax.reason
            )
        )
    return tuple(sums[key] for key in sorted(sums))


def write_invoice(
    receipts: Sequence[Document],
    profile: InvoiceProfile,
    numbered: Numbered,
    *,
    kind: DocumentKind,
    buyer: BusinessParty,
    language: str = "",
) -> Document:
    """Write an invoice or a monthly statement over receipts. Errors: `invalid.sessions`."""
    check_receipts(receipts)
    first = receipts[0]
    drivers = {receipt.driver_id for receipt in receipts}
    return Document(
        document_id=numbered.document_id,
        operator_id=first.operator_id,
        kind=kind,
        series=numbered.series,
        number=numbered.number,
        reference=write_reference(numbered.series, numbered.number),
        issued_at=numbered.at,
        due_at=numbered.at + timedelta(days=profile.due_days),
        currency=first.currency,
        language=language if language in LANGUAGES else profile.language,
        seller=profile.seller,
        buyer=buyer,
        driver_id=first.driver_id if len(drivers) == 1 else None,
        session_ids=tuple(session_id for receipt in receipts for session_id in receipt.session_ids),
        station_id=first.station_id if len(receipts) == 1 else None,
        site_id=first.site_id if len({receipt.site_id for receipt in receipts}) == 1 else None,
        tariff_name=first.tariff_name if len(receipts) == 1 else "",
        tariff_version=first.tariff_version if len(receipts) == 1 else 0,
        energy_wh=sum(receipt.energy_wh for receipt in receipts),
        starts_at=min((each.starts_at for each in receipts if each.starts_at), default=None),
        ends_at=max((each.ends_at for each in receipts if each.ends_at), default=None),
        lines=tuple(line for receipt in receipts for line in receipt.lines),
        taxes=join_taxes(receipts),
        totals=join_totals(receipts),
    )


def check_receipts(receipts: Sequence[Document]) -> None:
    """Check that one document may be about these. Errors: `invalid.sessions`."""
    if not 1 <= len(receipts) <= SESSIONS_MAX:
        raise SessionsError(f"one to {SESSIONS_MAX} sessions", count=len(receipts))
    if len({receipt.currency for receipt in receipts}) > 1:
        raise SessionsError("the sessions are priced in several currencies")


def join_totals(documents: Sequence[Document]) -> Totals:
    """Sum the totals of documents."""
    return Totals(
        net=sum(document.totals.net for document in documents),
        tax=sum(document.totals.tax for document in documents),
        gross=sum(document.totals.gross for document in documents),
    )


def write_credit_note(document: Document, numbered: Numbered, *, reason: str) -> Document:
    """Write the credit note that takes a document back. Errors: `invalid.document_kind`, `invalid.reason`."""
    if document.kind is DocumentKind.CREDIT_NOTE:
        raise DocumentKindError("a credit note is not taken back")
    return msgspec.structs.replace(
        document,
        document_id=numbered.document_id,
        kind=DocumentKind.CREDIT_NOTE,
        series=numbered.series,
        number=numbered.number,
        reference=write_reference(numbered.series, numbered.number),
        issued_at=numbered.at,
        due_at=None,
        lines=tuple(
            msgspec.structs.replace(line, quantity=-line.quantity, net=-line.net, tax=-line.tax, gross=-line.gross)
            for line in document.lines
        ),
        taxes=tuple(msgspec.structs.replace(tax, net=-tax.net, tax=-tax.tax) for tax in document.taxes),
        totals=Totals(net=-document.totals.net, tax=-document.totals.tax, gross=-document.totals.gross),
        energy_wh=-document.energy_wh,
        credited_id=document.document_id,
        credited_reference=document.reference,
        credited_at=document.issued_at,
        reason=read_reason(reason),
    )


def read_reason(text: str) -> str:
    """Read a reason that must be given. Errors: `invalid.reason`."""
    reason = text.strip()
    if not 1 <= len(reason) <= REASON_MAX_CHARS or "\x00" in reason:
        raise ReasonError(f"a reason has 1 to {REASON_MAX_CHARS} characters")
    return reason


def move_request(
    request: InvoiceRequest, state: RequestState, *, now: datetime, code: str, number: str, note: str
) -> InvoiceRequest:
    """Take a request to its next state.

    Errors: `conflict.request_state`, `invalid.fapiao_number`, `invalid.reason`.
    """
    if request.kind is RequestKind.INVOICE or state not in MOVES[request.state]:
        raise RequestStateError("the request cannot go there", state=request.state)
    moved = msgspec.structs.replace(request, state=state, changed_at=now)
    if state in {RequestState.ISSUED, RequestState.RED_LETTERED}:
        if not _FAPIAO_NUMBER.fullmatch(number) or not _FAPIAO_CODE.fullmatch(code):
            raise FapiaoNumberError("a 发票 has a number of 8 to 20 digits, and a code of 10 to 12 or none")
        if state is RequestState.ISSUED:
            return msgspec.structs.replace(moved, fapiao_number=number, fapiao_code=code)
        return msgspec.structs.replace(moved, red_number=number, note=read_reason(note))
    if state is RequestState.REFUSED:
        return msgspec.structs.replace(moved, note=read_reason(note))
    return moved
