"""Settlement: whom the revenue is shared with, on what terms, what each gets of a period, and how it is paid out.

Amounts are whole minor units of the currency that is named beside them. Everything is added up from the ledger's
legs of closed days, so that it cannot change afterwards.
"""

from datetime import date, datetime
from enum import StrEnum

from busbar.canon.message import Command, Fact, Noun
from busbar.kernel.ids import AgreementId, OperatorId, PayeeId, PayoutId, SettlementId, SiteId, TransferId


class SiteRevenue(Noun, frozen=True, kw_only=True):
    """What the books got by the sessions of a site, in one currency; corrections count when they were posted.

    Amounts are whole minor units. `service` is what is left after the platform's commission.
    """

    site_id: SiteId | None
    """None: of no site, such as the price of a membership plan."""
    currency: str
    sessions: int = 0
    energy_wh: int = 0
    electricity: int = 0
    service: int = 0
    discounts: int = 0
    """Zero or less."""
    commission: int = 0
    taxes: int = 0


class Revenue(Noun, frozen=True, kw_only=True):
    """What sessions brought in a period, and until when the days are closed: what was before then never changes."""

    closed_until: datetime | None
    sites: tuple[SiteRevenue, ...]


class SumRevenue(Command[Revenue], frozen=True, kw_only=True):
    """Add up the movements in the accounts of revenue in a half-open period, by site and currency."""

    operator_id: OperatorId
    since: datetime
    until: datetime


class PayeeKind(StrEnum):
    """Whose part it is."""

    SITE_OWNER = "site_owner"
    OPERATOR = "operator"
    """Who runs the stations, where somebody else collects the money."""
    PLATFORM = "platform"


class Payee(Noun, frozen=True, kw_only=True):
    """Who gets a part of the revenue."""

    payee_id: PayeeId
    operator_id: OperatorId
    kind: PayeeKind
    name: str
    vat_id: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    """ISO 3166, two letters; empty: not said."""
    email: str = ""
    iban: str = ""
    bic: str = ""
    account: str = ""
    """A bank account that is no IBAN, with its bank."""
    tax_permille: int = 0
    """Tax that is paid on top of the part; it lowers what is owed to the tax office."""
    is_active: bool = True
    created_at: datetime


class SavePayee(Command[Payee], frozen=True, kw_only=True):
    """Add a payee (no `payee_id`), or change one.

    Errors: `not_found.payee`, `invalid.payee`, `invalid.iban`, `invalid.bic`, `limit_exceeded.payees`.
    """

    operator_id: OperatorId
    actor: str
    payee_id: PayeeId | None = None
    kind: PayeeKind
    name: str
    vat_id: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    email: str = ""
    iban: str = ""
    bic: str = ""
    account: str = ""
    tax_permille: int = 0
    is_active: bool = True


class Shares(Noun, frozen=True, kw_only=True):
    """What a payee gets. Parts in permille of net revenue, amounts in whole minor units."""

    electricity_permille: int = 0
    service_permille: int = 0
    """Of what is left of service after discounts and the platform's commission."""
    commission_permille: int = 0
    """Of the platform's commission that the books hold."""
    per_session: int = 0
    per_mwh: int = 0
    """Per 1,000 kWh, so that fractions of a cent per kWh can be said."""
    takes_rest: bool = False
    """Gets all that nobody else gets, with its taxes."""


class Agreement(Noun, frozen=True, kw_only=True):
    """What a payee gets of the revenue of a site, or of every site that has no agreement of its own with it."""

    agreement_id: AgreementId
    operator_id: OperatorId
    payee_id: PayeeId
    site_id: SiteId | None = None
    currency: str
    shares: Shares
    valid_from: date
    """In the operator's time zone."""
    valid_until: date | None = None
    """The first day that it does not cover."""
    note: str = ""
    created_at: datetime
    created_by: str


class MakeAgreement(Command[Agreement], frozen=True, kw_only=True):
    """Agree on shares. The same payee's earlier agreement for the same site gives way from that day on.

    Errors: `not_found.payee`, `not_found.site`, `invalid.agreement`, `conflict.agreement_shares` (facts `site_id`,
    `valid_from`: more than all would be given away, or two would take the rest), `limit_exceeded.agreements`,
    `conflict.agreement_settled` (it would begin in a period that is settled).
    """

    agreement_id: AgreementId
    operator_id: OperatorId
    actor: str
    payee_id: PayeeId
    site_id: SiteId | None = None
    shares: Shares
    valid_from: date
    valid_until: date | None = None
    note: str = ""


class EndAgreement(Command[Agreement], frozen=True, kw_only=True):
    """Let an agreement end. Errors: `not_found.agreement`, `invalid.agreement`, `conflict.agreement_settled`."""

    operator_id: OperatorId
    actor: str
    agreement_id: AgreementId
    valid_until: date


class PeriodKind(StrEnum):
    """How long a settlement period is."""

    WEEK = "week"
    """From Monday."""
    MONTH = "month"


class SettlementTerms(Noun, frozen=True, kw_only=True):
    """How an operator settles: periods, and the account that it pays from."""

    period: PeriodKind = PeriodKind.MONTH
    is_automatic: bool = False
    """Drafts are made as soon as a period is over and its days are closed."""
    payer_name: str = ""
    payer_iban: str = ""
    payer_bic: str = ""


class SetSettlementTerms(Command[SettlementTerms], frozen=True, kw_only=True):
    """Decide how an operator settles. Errors: `invalid.iban`, `invalid.bic`, `invalid.payee`."""

    operator_id: OperatorId
    actor: str
    terms: SettlementTerms


class SettlementState(StrEnum):
    """Where a settlement stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    """In the books, and to be paid."""
    PAYING = "paying"
    """In a pay-out file."""
    PAID = "paid"
    RETURNED = "returned"
    """The bank sent it back; it may be paid out again."""
    OWED = "owed"
    """In the books, and less than zero: the payee's next settlement takes it over."""
    CLEARED = "cleared"
    """Nothing to pay: exactly zero, or taken over by a later one."""
    CANCELLED = "cancelled"


class SettlementLine(Noun, frozen=True, kw_only=True):
    """What a payee gets of the revenue of one site, under one agreement, in one stretch of the period."""

    agreement_id: AgreementId
    site_id: SiteId | None
    since: datetime
    until: datetime
    sessions: int
    energy_wh: int
    electricity: int
    """What the books got; this and the next four."""
    service: int
    discounts: int
    commission: int
    taxes: int
    from_electricity: int
    """The payee's part of it; this and the next five."""
    from_service: int
    from_commission: int
    for_sessions: int
    for_energy: int
    amount: int
    """The sum of the parts."""
    tax: int


class Settlement(Noun, frozen=True, kw_only=True):
    """What a payee gets for a period."""

    settlement_id: SettlementId
    operator_id: OperatorId
    payee_id: PayeeId
    reference: str
    currency: str
    since: datetime
    until: datetime
    first_day: date | None = None
    """What its first day is called, and the first one after it, by the clocks of then; None in what is older."""
    end_day: date | None = None
    period: PeriodKind
    state: SettlementState
    lines: tuple[SettlementLine, ...]
    amount: int
    tax: int
    carried: int = 0
    """Taken over from earlier settlements: zero or less."""
    payable: int
    """`amount + tax + carried`."""
    made_at: datetime
    made_by: str
    approved_at: datetime | None = None
    approved_by: str | None = None
    transfer_id: TransferId | None = None
    payout_id: PayoutId | None = None
    payments: int = 0
    """How often it was marked as paid: their transfers are numbered."""
    paid_on: date | None = None
    note: str = ""
    """Why it was returned or cancelled."""
    taken_by: SettlementId | None = None
    """The later settlement that took over what was owed."""


class RunSettlements(Command[tuple[SettlementId, ...]], frozen=True, kw_only=True):
    """Settle a period with every payee that has an agreement in it: drafts, made anew if there are some.

    What is approved stays as it is. Errors: `invalid.settlement_period` (it is not over, or its days are not closed:
    fact `closed_until`), `conflict.settlement_period` (it overlaps another one: fact `reference`).
    """

    operator_id: OperatorId
    actor: str
    period: PeriodKind
    day: date
    """Any day of it, in the operator's time zone."""


class RunDueSettlements(Command[int], frozen=True, kw_only=True):
    """Make the drafts of operators that settle by themselves, for the newest period that is over; answers how many."""


class ApproveSettlement(Command[Settlement], frozen=True, kw_only=True):
    """Post a draft. Whoever made it cannot approve it.

    Errors: `not_found.settlement`, `conflict.settlement_state`, `denied.four_eyes`, `conflict.settlement_stale`
    (agreements have changed since: make it anew).
    """

    operator_id: OperatorId
    actor: str
    settlement_id: SettlementId


class CancelSettlement(Command[Settlement], frozen=True, kw_only=True):
    """Give a settlement up: a draft, or one that is posted and in no pay-out, whose posting is moved back.

    Errors: `not_found.settlement`, `conflict.settlement_state`, `denied.four_eyes` (a posted one is not taken back by
    whoever approved it).
    """

    operator_id: OperatorId
    actor: str
    settlement_id: SettlementId
    reason: str


class Payout(Noun, frozen=True, kw_only=True):
    """Settlements that are paid together, by one file."""

    payout_id: PayoutId
    operator_id: OperatorId
    reference: str
    currency: str
    execution_on: date
    payer_name: str
    payer_iban: str
    payer_bic: str
    amount: int
    count: int
    entries: tuple["PayoutEntry", ...]
    created_at: datetime
    created_by: str
    is_cancelled: bool = False


class PayoutEntry(Noun, frozen=True, kw_only=True):
    """One payment of a pay-out, as it stood when the file was made."""

    settlement_id: SettlementId
    reference: str
    payee_name: str
    iban: str
    bic: str
    account: str
    country: str
    amount: int


class MakePayout(Command[Payout], frozen=True, kw_only=True):
    """Pay approved and returned settlements together. A repeat with the same id answers the same pay-out.

    Errors: `not_found.settlement`, `conflict.settlement_state`, `invalid.payout` (nothing, too many, two currencies,
    a day that is over), `conflict.payout` (the id was used for others), `conflict.payee_account` (a payee has no
    account: fact `name`).
    """

    payout_id: PayoutId
    operator_id: OperatorId
    actor: str
    settlement_ids: tuple[SettlementId, ...]
    execution_on: date


class CancelPayout(Command[Payout], frozen=True, kw_only=True):
    """Give a pay-out up of which nothing is paid. Errors: `not_found.payout`, `conflict.payout_state`."""

    operator_id: OperatorId
    actor: str
    payout_id: PayoutId


class MarkSettlementPaid(Command[Settlement], frozen=True, kw_only=True):
    """Note that the bank paid it: the books follow. Errors: `not_found.settlement`, `conflict.settlement_state`."""

    operator_id: OperatorId
    actor: str
    settlement_id: SettlementId
    paid_on: date


class MarkSettlementReturned(Command[Settlement], frozen=True, kw_only=True):
    """Note that the bank refused it or sent it back. Errors: `not_found.settlement`, `conflict.settlement_state`."""

    operator_id: OperatorId
    actor: str
    settlement_id: SettlementId
    reason: str


class SettlementFact(Fact, frozen=True, kw_only=True):
    """What all facts of settlements carry."""

    settlement_id: SettlementId
    payee_id: PayeeId
    reference: str
    currency: str
    payable: int


class SettlementMade(SettlementFact, frozen=True, kw_only=True):
    """A draft was made, or made anew."""


class SettlementApproved(SettlementFact, frozen=True, kw_only=True):
    """A settlement was approved and posted."""


class SettlementCancelled(SettlementFact, frozen=True, kw_only=True):
    """A settlement was given up."""


class SettlementPaid(SettlementFact, frozen=True, kw_only=True):
    """A settlement was paid."""


class SettlementReturned(SettlementFact, frozen=True, kw_only=True):
    """The bank sent a payment back."""
