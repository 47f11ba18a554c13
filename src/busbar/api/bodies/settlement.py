from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from busbar.api.bodies.body import Body, Key, Line, Name, Note
from busbar.api.bodies.money import Amount, Reason
from busbar.canon.settlement import PayeeKind, PeriodKind

SETTLEMENTS_MAX = 1000
Permille = Annotated[int, Field(ge=0, le=1000)]
Word = Annotated[str, StringConstraints(max_length=64, strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]*$")]


class PayeeBody(Body):
    """Who gets a part of the revenue."""

    kind: PayeeKind
    name: Name
    vat_id: Word = ""
    street: Line = ""
    postcode: Word = ""
    city: Line = ""
    country: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")] = ""
    email: Line = ""
    iban: Word = ""
    bic: Word = ""
    account: Line = ""
    """A bank account that is no IBAN, with its bank."""
    tax_permille: Permille = 0
    """Tax that is paid on top of the part."""
    is_active: bool = True

    model_config = Body.model_config | {
        "json_schema_extra": {
            "examples": [{"kind": "site_owner", "name": "Parcheggi Navigli", "iban": "IT60X0542811101000000123456"}]
        }
    }


class SharesBody(Body):
    """What a payee gets. Parts in permille of net revenue, amounts in whole minor units."""

    electricity_permille: Permille = 0
    service_permille: Permille = 0
    """After discounts and the platform's commission."""
    commission_permille: Permille = 0
    """Of the platform's commission."""
    per_session: Amount = 0
    per_mwh: Amount = 0
    """Per 1,000 kWh."""
    takes_rest: bool = False
    """Gets all that nobody else gets, with its taxes."""


class AgreementBody(Body):
    """What a payee gets of the revenue of a site, or of every site that has no agreement of its own with it."""

    payee_id: Key
    site_id: Key | None = None
    shares: SharesBody
    valid_from: date
    valid_until: date | None = None
    """The first day that it does not cover."""
    note: Note = ""

    model_config = Body.model_config | {
        "json_schema_extra": {
            "examples": [
                {
                    "payee_id": "0" * 32,
                    "shares": {"electricity_permille": 1000, "service_permille": 300},
                    "valid_from": "2026-01-01",
                }
            ]
        }
    }


class AgreementEndBody(Body):
    """The first day that an agreement does not cover."""

    valid_until: date


class SettlementTermsBody(Body):
    """How the operator settles."""

    period: PeriodKind = PeriodKind.MONTH
    is_automatic: bool = False
    """Drafts are made as soon as a period is over and its days are closed."""
    payer_name: Line = ""
    payer_iban: Word = ""
    payer_bic: Word = ""


class SettlementRunBody(Body):
    """Which period is settled."""

    period: PeriodKind
    day: date
    """Any day of it, in the operator's time zone."""


class PayoutBody(Body):
    """Settlements that are paid together."""

    settlement_ids: Annotated[list[Key], Field(min_length=1, max_length=SETTLEMENTS_MAX)]
    execution_on: date


class PaidBody(Body):
    """When the bank paid."""

    paid_on: date


class ReturnedBody(Body):
    """Why the bank sent it back."""

    reason: Reason
