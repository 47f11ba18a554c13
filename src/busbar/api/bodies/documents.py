from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from busbar.api.bodies.body import Body, Key, Line, Name, Note, Zone
from busbar.canon.invoicing import BusinessParty, RequestKind, TaxCategory
from busbar.canon.pricing import LineKind

SESSIONS_MAX = 2_000
Word = Annotated[str, StringConstraints(max_length=64, strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]*$")]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True, pattern=r"^[^\x00]*$")]
SessionIds = Annotated[list[Key], Field(min_length=1, max_length=SESSIONS_MAX)]


class PartyBody(Body):
    """Who sells or buys."""

    name: Name
    vat_id: Word = ""
    tax_code: Word = ""
    street: Line = ""
    postcode: Word = ""
    city: Line = ""
    province: Word = ""
    country: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")] = ""
    email: Line = ""
    phone: Word = ""
    bank: Line = ""
    iban: Word = ""
    recipient_code: Word = ""
    certified_email: Line = ""

    def to_party(self) -> BusinessParty:
        """Return the party as the house says it."""
        return BusinessParty(**self.model_dump())


class TaxRuleBody(Body):
    """The tax of a product at a site, where the tariff names none."""

    site_id: Key | None = None
    kind: LineKind | None = None
    percent: Annotated[Decimal, Field(ge=0, le=100, decimal_places=4)] = Decimal(0)
    category: TaxCategory = TaxCategory.STANDARD
    reason: Line = ""


class InvoiceProfileBody(Body):
    """How an operator writes documents."""

    model_config = Body.model_config | {"str_max_length": 300_000}

    seller: PartyBody
    zone: Zone
    language: Literal["zh", "en", "it"] = "en"
    color: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] = "#1f5f8b"
    logo_png: Annotated[str, StringConstraints(max_length=280_000, pattern=r"^[A-Za-z0-9+/=]*$")] = ""
    footer: Note = ""
    receipt_prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,8}$")] = "R"
    invoice_prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,8}$")] = "F"
    credit_prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,8}$")] = "N"
    tax_regime: Annotated[str, StringConstraints(pattern=r"^RF(0[1-9]|1[0-9])$")] = "RF01"
    tax_rules: Annotated[tuple[TaxRuleBody, ...], Field(max_length=200)] = ()
    due_days: Annotated[int, Field(ge=0, le=365)] = 14


class InvoiceBody(Body):
    """An invoice over sessions."""

    session_ids: SessionIds
    buyer: PartyBody
    language: Literal["zh", "en", "it"] | None = None
    is_statement: bool = False
    """The invoice of a month to a company."""


class CreditBody(Body):
    """Why a document is taken back."""

    reason: Annotated[
        str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True, pattern=r"^[^\x00]*$")
    ]


class FapiaoBody(Body):
    """The number that the tax software gave."""

    fapiao_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{8,20}$")]
    fapiao_code: Annotated[str, StringConstraints(pattern=r"^([0-9]{10,12})?$")] = ""


class RedLetterBody(Body):
    """The red-letter 发票 that takes one back, and why."""

    red_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{8,20}$")]
    reason: Annotated[
        str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True, pattern=r"^[^\x00]*$")
    ]


class InvoiceRequestBody(Body):
    """What a driver wants an invoice or 发票 for."""

    kind: RequestKind
    session_ids: SessionIds
    buyer: PartyBody
