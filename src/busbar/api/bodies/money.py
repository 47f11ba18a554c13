from typing import Annotated

from pydantic import Field, StringConstraints

from busbar.api.bodies.body import PRINTABLE, Body, Name
from busbar.canon.ledger import MoneyMode

AMOUNT_MAX = 10**12
Amount = Annotated[int, Field(ge=0, le=AMOUNT_MAX)]
"""Whole minor units of the operator's currency."""
SignedAmount = Annotated[int, Field(ge=-AMOUNT_MAX, le=AMOUNT_MAX)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True, pattern=PRINTABLE)]


class ReasonBody(Body):
    """Why it is done; it stands in the books."""

    reason: Reason

    model_config = Body.model_config | {"json_schema_extra": {"examples": [{"reason": "Reported stolen"}]}}


IbanText = Annotated[str, StringConstraints(max_length=50, strip_whitespace=True, pattern=r"^[A-Za-z0-9 ]*$")]
HolderText = Annotated[str, StringConstraints(max_length=70, strip_whitespace=True, pattern=PRINTABLE)]


class OwnWalletClosingBody(Body):
    """Where the rest is paid to that cannot go back to where it came from; left out: it is agreed otherwise."""

    iban: IbanText = ""
    holder: HolderText = ""
    """Whose bank account it is."""


class WalletClosingBody(OwnWalletClosingBody):
    """Why a wallet is closed, and where the rest is paid to."""

    reason: Reason


class PayoutReferenceBody(Body):
    """What the bank, or a receipt, calls the payment."""

    reference: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True, pattern=PRINTABLE)]


class BankPaymentBody(PayoutReferenceBody):
    """What a debtor has paid into the operator's bank account."""

    debtor: Annotated[
        str, StringConstraints(min_length=1, max_length=80, pattern=r"^(driver|company|partner|session):[!-~]+$")
    ]
    """As in the list of debts: `driver:ID`, `company:ID`, `session:ID`."""
    amount: Annotated[int, Field(gt=0, le=AMOUNT_MAX)]

    model_config = Body.model_config | {
        "json_schema_extra": {
            "examples": [{"debtor": "company:01a2", "amount": 48_350, "reference": "Transfer of 3 December, RF18"}]
        }
    }


class AdjustmentBody(ReasonBody):
    """How a wallet is put right by hand."""

    amount: SignedAmount
    """Above zero: given to the driver; below zero: taken."""

    model_config = Body.model_config | {
        "json_schema_extra": {"examples": [{"amount": 500, "reason": "Station failed during the session"}]}
    }


class MoneyTermsBody(Body):
    """How the operator's drivers pay. Amounts are whole minor units of the operator's currency."""

    mode: MoneyMode
    hold: Amount = 2000
    """Set aside when a prepaid session starts."""
    start_minimum: Amount = 500
    """Less in the wallet, and a prepaid session does not start."""
    reserve: Amount = 100
    """A prepaid session is stopped when it has used up all but this."""
    due_days: Annotated[int, Field(ge=0, le=365)] = 14
    commission_permille: Annotated[int, Field(ge=0, le=1000)] = 0
    commission_per_session: Amount = 0

    model_config = Body.model_config | {
        "json_schema_extra": {
            "examples": [{"mode": "prepaid", "hold": 3000, "start_minimum": 500, "commission_permille": 25}]
        }
    }


class CompanyBody(Body):
    """A company."""

    name: Name
    is_active: bool = True

    model_config = Body.model_config | {"json_schema_extra": {"examples": [{"name": "Navigli Taxi"}]}}


class CompanyMemberBody(Body):
    """What a company's driver may spend."""

    budget: Amount | None = None
    """In a calendar month (UTC); null: without bound."""

    model_config = Body.model_config | {"json_schema_extra": {"examples": [{"budget": 20000}]}}
