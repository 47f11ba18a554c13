"""Money: accounts and transfers in double entry, holds for sessions, wallets. Debts are in `debts`.

Amounts are whole minor units of the currency that is named beside them. Ids of transfers are made by whoever asks: a
repeat answers `exists`, a repeat with another content is `conflict.transfer`. An account belongs to one operator and
one currency; it is opened when a transfer first names it.
"""

from datetime import datetime
from enum import StrEnum

from busbar.canon.message import Command, Fact, Noun
from busbar.kernel.ids import DriverId, OperatorId, PaymentId, SessionId, StationId, TransferId


class AccountKind(StrEnum):
    """What an account is for, and whether its owner is a person or the operator."""

    WALLET = "wallet"
    """A driver's prepaid money; never below zero."""
    HELD = "held"
    """A driver's money that is set aside for running sessions; never below zero."""
    RECEIVABLE = "receivable"
    """What a debtor owes; never more is settled than is owed."""
    ELECTRICITY = "electricity"
    """The operator's revenue from electricity, before discounts."""
    SERVICE = "service"
    """The operator's revenue from service, before discounts."""
    COMMISSION = "commission"
    """The platform's part of the revenue."""
    DISCOUNTS = "discounts"
    """What offers gave away."""
    TAXES = "taxes"
    """Owed to the tax office."""
    CLEARING = "clearing"
    """Money at a payment provider on its way to the operator; its owner is `provider:NAME`."""
    REFUNDS = "refunds"
    """Given back out of goodwill, beyond what a correction gives back."""
    ADJUSTMENTS = "adjustments"
    """Put right by hand."""
    WRITE_OFFS = "write_offs"
    """Debts that nobody will pay."""
    CASH_OUT = "cash_out"
    """Paid out: to operators at a settlement, to drivers who leave."""
    PROVIDER_COSTS = "provider_costs"
    """What payment providers keep for themselves."""
    PAYABLE = "payable"
    """What is owed to whom the revenue is shared with; its owner is `payee:ID`."""


class AccountStatus(StrEnum):
    """Whether money may move."""

    OPEN = "open"
    FROZEN = "frozen"
    """Money comes in, and what is held is captured; nothing more goes out."""
    CLOSED = "closed"


class TransferKind(StrEnum):
    """Why money moved."""

    TOP_UP = "top_up"
    HOLD = "hold"
    SESSION = "session"
    CORRECTION = "correction"
    """A session's price changed after it was posted."""
    SUBSCRIPTION = "subscription"
    RESERVATION = "reservation"
    """A place that was kept and not used."""
    REFUND = "refund"
    CASH_OUT = "cash_out"
    RECEIVABLE_PAYMENT = "receivable_payment"
    WRITE_OFF = "write_off"
    ADJUSTMENT = "adjustment"
    REVERSAL = "reversal"
    SETTLEMENT = "settlement"
    PROVIDER_COST = "provider_cost"


class TransferState(StrEnum):
    """Where a transfer stands. Only a pending one changes, once."""

    PENDING = "pending"
    """Set aside; shown in the account of held funds."""
    POSTED = "posted"
    VOIDED = "voided"
    EXPIRED = "expired"


class AccountRef(Noun, frozen=True, kw_only=True):
    """Names an account of an operator in a currency.

    `owner`: `driver:ID`, `company:ID`, `session:ID` (nobody is known to whom it belongs), `provider:NAME`,
    `payee:ID`; empty: the operator itself.
    """

    kind: AccountKind
    owner: str = ""


def name_driver(driver_id: DriverId) -> str:
    """Return how a driver stands as the owner of an account."""
    return f"driver:{driver_id}"


class Leg(Noun, frozen=True, kw_only=True):
    """One movement of a transfer: what one account gives is what the other gets, so no leg is unbalanced."""

    debit: AccountRef
    """The account that gives."""
    credit: AccountRef
    """The account that gets."""
    amount: int
    """More than zero."""


class Transfer(Noun, frozen=True, kw_only=True):
    """A transfer as it stands."""

    transfer_id: TransferId
    operator_id: OperatorId
    currency: str
    kind: TransferKind
    state: TransferState
    amount: int
    """The sum of its first legs."""
    at: datetime
    actor: str
    reason: str = ""
    session_id: SessionId | None = None
    driver_id: DriverId | None = None
    payment_id: PaymentId | None = None
    reverses: TransferId | None = None
    expires_at: datetime | None = None
    ended_at: datetime | None = None


class TransferReply(Noun, frozen=True, kw_only=True):
    """A transfer, and whether it was there before."""

    transfer: Transfer
    exists: bool = False
    """True: this is a repeat, and nothing happened."""


class PostTransfer(Command[TransferReply], frozen=True, kw_only=True):
    """Move money. All legs or none; a repeat answers `exists`.

    A top-up settles what its driver owes at once (`ReceivableSettled`). Errors: `invalid.transfer`,
    `conflict.transfer`, `conflict.funds` (facts `available`, `currency`), `conflict.account_frozen`,
    `conflict.account_closed`.
    """

    transfer_id: TransferId
    operator_id: OperatorId
    currency: str
    kind: TransferKind
    legs: tuple[Leg, ...]
    """1..100."""
    actor: str
    reason: str = ""
    session_id: SessionId | None = None
    driver_id: DriverId | None = None
    payment_id: PaymentId | None = None


class ReverseTransfer(Command[TransferReply], frozen=True, kw_only=True):
    """Move back what a posted transfer moved, by a transfer of its own.

    Errors: `not_found.transfer`, `conflict.transfer`, `conflict.transfer_state`, `conflict.transfer_reversed`,
    `conflict.funds`, `conflict.account_closed`.
    """

    transfer_id: TransferId
    """Of the new transfer."""
    operator_id: OperatorId
    reverses: TransferId
    actor: str
    reason: str


class Account(Noun, frozen=True, kw_only=True):
    """An account; `balance` of those alone that the database bounds (wallet, held, receivable)."""

    account_id: str
    operator_id: OperatorId
    currency: str
    kind: AccountKind
    owner: str
    status: AccountStatus
    balance: int | None = None
    """What it got less what it gave."""
    status_by: str | None = None
    """Who put it into its status; None: it was never another."""
    opened_at: datetime


class OpenAccount(Command[Account], frozen=True, kw_only=True):
    """Open an account, or answer the one that is there. Errors: `invalid.account`, `conflict.account_closed`."""

    operator_id: OperatorId
    currency: str
    account: AccountRef
    actor: str


# ---- holds -----------------------------------------------------------------------------------------------------------


class HoldFunds(Command[TransferReply], frozen=True, kw_only=True):
    """Set a driver's money aside: a pending transfer. It is captured, released, or expires.

    Errors: `invalid.transfer`, `conflict.transfer`, `conflict.funds`, `conflict.account_frozen`,
    `conflict.account_closed`.
    """

    transfer_id: TransferId
    operator_id: OperatorId
    driver_id: DriverId
    currency: str
    amount: int
    expires_at: datetime
    actor: str
    session_id: SessionId | None = None
    station_id: StationId | None = None


class Portion(Noun, frozen=True, kw_only=True):
    """What one account gets of a hold."""

    credit: AccountRef
    amount: int


class CaptureHold(Command[TransferReply], frozen=True, kw_only=True):
    """Give what is held to its accounts and the rest back to the wallet. A repeat answers `exists`.

    Errors: `not_found.transfer`, `conflict.transfer_state` (fact `state`), `conflict.transfer` (captured otherwise),
    `conflict.hold_exceeded`.
    """

    operator_id: OperatorId
    transfer_id: TransferId
    portions: tuple[Portion, ...]
    """0..100; none of them gives all back."""
    actor: str


class ReleaseHold(Command[TransferReply], frozen=True, kw_only=True):
    """Give what is held back to the wallet. A repeat answers `exists`.

    Errors: `not_found.transfer`, `conflict.transfer_state`.
    """

    operator_id: OperatorId
    transfer_id: TransferId
    actor: str


class ExpireHolds(Command[int], frozen=True, kw_only=True):
    """Give back what was held until now or longer; answers of how many holds, at most `limit`."""

    limit: int = 200


# ---- who may charge --------------------------------------------------------------------------------------------------


class MoneyMode(StrEnum):
    """How an operator's drivers pay."""

    NONE = "none"
    """Prices are posted as owed; nobody is refused, and no debt is followed up."""
    PREPAID = "prepaid"
    """From the wallet: money is held when a session starts, and a session ends before it is used up."""
    POSTPAID = "postpaid"
    """After the session: it becomes a receivable, paid by card or by invoice."""


class MoneyPolicy(Noun, frozen=True, kw_only=True):
    """How an operator deals with money."""

    mode: MoneyMode = MoneyMode.NONE
    hold: int = 2000
    """Set aside when a prepaid session starts, or what there is if it is less."""
    start_minimum: int = 500
    """Less than this in the wallet, and a prepaid session does not start."""
    reserve: int = 100
    """A prepaid session is stopped when it has used up all but this."""
    due_days: int = 14
    """Days until a receivable is due."""
    commission_permille: int = 0
    """The platform's part of a session's net price."""
    commission_per_session: int = 0


def choose_hold(policy: MoneyPolicy, tariff_hold: int | None) -> int:
    """Return what is set aside when a session starts: what its tariff says, else what the policy does."""
    return policy.hold if tariff_hold is None else tariff_hold


class SetMoneyPolicy(Command[MoneyPolicy], frozen=True, kw_only=True):
    """Decide how an operator's drivers pay. Errors: `invalid.money_policy`."""

    operator_id: OperatorId
    actor: str
    policy: MoneyPolicy


class FindMoneyPolicy(Command[MoneyPolicy], frozen=True, kw_only=True):
    """Tell how an operator's drivers pay."""

    operator_id: OperatorId


class FundsVerdict(StrEnum):
    """The answer to "does the money allow a start?"."""

    ENOUGH = "enough"
    TOO_LITTLE = "too_little"
    FROZEN = "frozen"
    BUDGET_USED = "budget_used"
    """The company's budget of this month is used up."""


class CheckFunds(Command[FundsVerdict], frozen=True, kw_only=True):
    """Tell whether a driver's money allows a start. Costs no SQL where the operator's policy asks for none."""

    operator_id: OperatorId
    driver_id: DriverId
    station_id: StationId | None = None
    """Whoever has money held for a session there presents the token to end it: enough."""


class NoteRunningCost(Command[int | None], frozen=True, kw_only=True):
    """Tell what a running session costs so far; more is held, or the session is stopped, when the money runs short.

    Answers at which cost, in whole minor units, it has to be told again at the latest; None: it may cost what it costs.

    Costs no SQL unless the cost comes near to what is held.
    """

    operator_id: OperatorId
    session_id: SessionId
    station_id: StationId
    driver_id: DriverId | None = None
    currency: str
    cost: int


class Spendable(Noun, frozen=True, kw_only=True):
    """What somebody may spend."""

    currency: str
    amount: int


class FindSpendable(Command[Spendable | None], frozen=True, kw_only=True):
    """Look up what a prepaid session may cost: what is held for it, and what is left in its driver's wallet.

    None: it may cost what it costs. Costs no SQL where the operator's policy asks for no money beforehand.
    """

    operator_id: OperatorId
    session_id: SessionId
    driver_id: DriverId


# ---- wallets ---------------------------------------------------------------------------------------------------------


class FreezeWallet(Command[Account], frozen=True, kw_only=True):
    """Let nothing more be spent from a driver's wallet. Errors: `not_found.driver`, `conflict.account_closed`."""

    operator_id: OperatorId
    driver_id: DriverId
    currency: str
    actor: str
    reason: str


class UnfreezeWallet(Command[Account], frozen=True, kw_only=True):
    """Let a frozen wallet be spent again.

    Errors: as `FreezeWallet`, `denied.wallet_status` (its driver cannot undo what staff did).
    """

    operator_id: OperatorId
    driver_id: DriverId
    currency: str
    actor: str
    reason: str


class CloseWallet(Command[Account], frozen=True, kw_only=True):
    """Close an empty wallet for good; pay out first what is in it.

    Errors: `not_found.driver`, `conflict.wallet_in_use` (facts `balance`, `held`, `owed`).
    """

    operator_id: OperatorId
    driver_id: DriverId
    currency: str
    actor: str
    reason: str


class AdjustWallet(Command[TransferReply], frozen=True, kw_only=True):
    """Put a wallet right by hand: `amount` above zero gives, below zero takes.

    Errors: `invalid.transfer` (no reason), `not_found.driver`, `conflict.transfer`, `conflict.funds`,
    `conflict.account_closed`.
    """

    transfer_id: TransferId
    operator_id: OperatorId
    driver_id: DriverId
    currency: str
    amount: int
    actor: str
    reason: str


# ---- the books -------------------------------------------------------------------------------------------------------


class CloseDays(Command[int], frozen=True, kw_only=True):
    """Close the days that are over: their totals are kept, and nothing is posted into them any more.

    Answers how many days of how many operators were closed.
    """


# ---- facts -----------------------------------------------------------------------------------------------------------


class LedgerFact(Fact, frozen=True, kw_only=True):
    """What all facts of money carry."""

    currency: str
    amount: int
    transfer_id: TransferId | None = None
    session_id: SessionId | None = None
    driver_id: DriverId | None = None
    payment_id: PaymentId | None = None


class TransferPosted(LedgerFact, frozen=True, kw_only=True):
    """Money moved."""

    kind: TransferKind
    reverses: TransferId | None = None


class FundsHeld(LedgerFact, frozen=True, kw_only=True):
    """Money was set aside."""

    expires_at: datetime


class HoldCaptured(LedgerFact, frozen=True, kw_only=True):
    """What was held went to its accounts; `released` went back to the wallet."""

    released: int = 0


class HoldReleased(LedgerFact, frozen=True, kw_only=True):
    """What was held went back to the wallet."""


class HoldExpired(LedgerFact, frozen=True, kw_only=True):
    """What was held went back to the wallet, since nobody asked for it in time."""


class FundsExhausted(LedgerFact, frozen=True, kw_only=True):
    """A prepaid session has used up its money; its station was asked to stop it."""


class WalletFrozen(LedgerFact, frozen=True, kw_only=True):
    """Nothing more may be spent from a wallet."""


class WalletUnfrozen(LedgerFact, frozen=True, kw_only=True):
    """A wallet may be spent again."""


class WalletClosed(LedgerFact, frozen=True, kw_only=True):
    """A wallet is no more."""


class WalletLow(LedgerFact, frozen=True, kw_only=True):
    """A wallet holds less than a session needs to start."""


class MoneyPolicyChanged(Fact, frozen=True, kw_only=True):
    """How an operator's drivers pay was decided."""

    mode: MoneyMode
