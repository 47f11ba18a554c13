from datetime import date, datetime

from busbar.canon.settlement import PayeeKind, PeriodKind, SettlementState
from busbar.views.shapes.model import Page, Shape


class Payee(Shape):
    """Who gets a part of the revenue."""

    payee_id: str
    kind: PayeeKind
    name: str
    vat_id: str
    street: str
    postcode: str
    city: str
    country: str
    email: str
    iban: str
    bic: str
    account: str
    tax_permille: int
    is_active: bool
    created_at: datetime
    owed: int
    """What the books owe: approved and not paid. In the operator's currency."""


class PayeePage(Page[Payee]):
    """Payees, by name."""


class Shares(Shape):
    """What a payee gets. Parts in permille, amounts in whole minor units."""

    electricity_permille: int
    service_permille: int
    commission_permille: int
    per_session: int
    per_mwh: int
    takes_rest: bool


class Agreement(Shape):
    """What a payee gets of the revenue of a site, or of all sites."""

    agreement_id: str
    payee_id: str
    payee_name: str
    site_id: str | None
    site_name: str | None
    currency: str
    shares: Shares
    valid_from: date
    valid_until: date | None
    note: str
    created_at: datetime
    created_by: str


class AgreementPage(Page[Agreement]):
    """Agreements, the newest first."""


class SettlementTerms(Shape):
    """How the operator settles."""

    period: PeriodKind
    is_automatic: bool
    payer_name: str
    payer_iban: str
    payer_bic: str


class SettlementLine(Shape):
    """What a payee gets of one site's revenue in one stretch of the period."""

    agreement_id: str
    site_id: str | None
    site_name: str | None
    since: datetime
    until: datetime
    first_day: date
    last_day: date
    sessions: int
    energy_wh: int
    electricity: int
    """What the books got; this and the next four."""
    service: int
    discounts: int
    commission: int
    taxes: int
    from_electricity: int
    """The payee's part of it; this and the next four."""
    from_service: int
    from_commission: int
    for_sessions: int
    for_energy: int
    amount: int
    tax: int


class Settlement(Shape):
    """What a payee gets for a period. Amounts are whole minor units."""

    settlement_id: str
    payee_id: str
    payee_name: str
    reference: str
    currency: str
    since: datetime
    until: datetime
    first_day: date
    """Of the operator's clocks when it was made; they may have changed since."""
    last_day: date
    period: PeriodKind
    state: SettlementState
    amount: int
    tax: int
    carried: int
    """Taken over from earlier settlements: zero or less."""
    payable: int
    made_at: datetime
    made_by: str
    approved_at: datetime | None
    approved_by: str | None
    transfer_id: str | None
    payout_id: str | None
    paid_on: date | None
    note: str
    taken_by: str | None


class SettlementPage(Page[Settlement]):
    """Settlements, the newest first."""


class SettlementDetail(Settlement):
    """A settlement with its lines."""

    zone: str
    """The operator's, in which periods are cut."""
    lines: list[SettlementLine]


class SettlementRun(Shape):
    """The drafts that were made."""

    settlements: list[Settlement]


class PayoutEntry(Shape):
    """One payment, as it stood when the file was made, and where it stands now."""

    settlement_id: str
    reference: str
    payee_name: str
    iban: str
    bic: str
    account: str
    country: str
    amount: int
    state: SettlementState


class Payout(Shape):
    """Settlements that are paid together."""

    payout_id: str
    reference: str
    currency: str
    execution_on: date
    payer_name: str
    payer_iban: str
    payer_bic: str
    amount: int
    count: int
    created_at: datetime
    created_by: str
    is_cancelled: bool


class PayoutDetail(Payout):
    """A pay-out with its payments."""

    entries: list[PayoutEntry]


class PayoutPage(Page[Payout]):
    """Pay-outs, the newest first."""
