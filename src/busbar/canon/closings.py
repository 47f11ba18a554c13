"""Drivers who leave: what is in a wallet is paid out, and the wallet is closed."""

from datetime import datetime
from enum import StrEnum

from busbar.canon.ledger import AccountStatus
from busbar.canon.message import Command, Fact, Noun
from busbar.kernel.ids import DriverId, OperatorId


class WalletStanding(Noun, frozen=True, kw_only=True):
    """A driver's money, in whole minor units."""

    status: AccountStatus
    status_by: str | None = None
    """Who put it into this status; None: it was never another."""
    balance: int = 0
    held: int = 0
    owed: int = 0


class FindWallet(Command[WalletStanding], frozen=True, kw_only=True):
    """Look up a driver's money; of one who has no wallet it is nothing."""

    operator_id: OperatorId
    driver_id: DriverId
    currency: str


class ClosingState(StrEnum):
    """How far a wallet is from being closed."""

    REFUNDING = "refunding"
    """Providers give back what was paid in, to where it came from."""
    TO_PAY = "to_pay"
    """What could not go back to where it came from waits to be paid out by staff."""
    CLOSED = "closed"
    CANCELLED = "cancelled"
    """The wallet is used again. What providers gave back stays given back."""


class WalletClosing(Noun, frozen=True, kw_only=True):
    """A wallet on its way to being closed."""

    closing_id: str
    operator_id: OperatorId
    driver_id: DriverId
    currency: str
    state: ClosingState
    amount: int
    """What was in the wallet at the beginning."""
    refunded: int = 0
    """What providers gave back, as far as they said so."""
    by_hand: int = 0
    """What staff pay out, or paid out."""
    iban: str = ""
    holder: str = ""
    """Whose bank account it is."""
    reason: str = ""
    requested_by: str
    paid_by: str = ""
    reference: str = ""
    """What the bank, or a receipt, calls the payment."""
    created_at: datetime
    changed_at: datetime


class BeginWalletClosing(Command[WalletClosing], frozen=True, kw_only=True):
    """Pay out what is in a wallet, and close it: at once if nothing is in it. A repeat of `closing_id` changes nothing.

    What was paid in goes back to where it came from, the newest first; what cannot waits to be paid out by staff, to
    `iban` where it is given. The wallet is frozen meanwhile.
    Errors: `not_found.driver`, `conflict.wallet_in_use` (facts `balance`, `held`, `owed`: money is held, or a debt is
    open), `conflict.account_closed`, `conflict.account_frozen` (a driver cannot leave with a wallet that staff froze),
    `conflict.wallet_closing` (it is under way), `conflict.closing` (the id was used otherwise), `invalid.iban`,
    `invalid.name`.
    """

    closing_id: str
    operator_id: OperatorId
    driver_id: DriverId
    currency: str
    actor: str
    reason: str
    iban: str = ""
    holder: str = ""


class ConfirmWalletPayout(Command[WalletClosing], frozen=True, kw_only=True):
    """Staff paid the rest out: it leaves the books, and the wallet is closed. A repeat changes nothing.

    Errors: `not_found.closing`, `conflict.closing_state`, `conflict.wallet_in_use`, `invalid.reference`.
    """

    operator_id: OperatorId
    closing_id: str
    actor: str
    reference: str


class CancelWalletClosing(Command[WalletClosing], frozen=True, kw_only=True):
    """Let a wallet be used again that was to be closed: what waits to be paid out is in it again.

    `driver_id`: its own driver wishes it. A repeat changes nothing. Errors: `not_found.closing`,
    `conflict.closing_state`, `denied.wallet_status` (not the driver wished to close it).
    """

    operator_id: OperatorId
    closing_id: str
    actor: str
    driver_id: DriverId | None = None


class WalletClosingChanged(Fact, frozen=True, kw_only=True):
    """A wallet is on its way to being closed, was closed, or stays."""

    closing_id: str
    driver_id: DriverId
    state: ClosingState
    currency: str
    by_hand: int
