"""What may be done about a wallet that is to be closed: pure decisions."""

from busbar.canon.closings import BeginWalletClosing, ClosingState, WalletClosing, WalletStanding
from busbar.canon.ledger import AccountStatus, name_driver
from busbar.kernel.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from busbar.kernel.iban import is_iban, read_iban
from busbar.kernel.ids import DriverId, RefundId

PAYMENTS_MAX = 200
"""Payments that one closing gives back; what came by older ones is paid out by staff."""
REFERENCE_MAX_CHARS = 120
HOLDER_MAX_CHARS = 70
"""As SEPA has it (pain.001, Nm)."""
OPEN = frozenset({ClosingState.REFUNDING, ClosingState.TO_PAY})


class IbanError(InvalidError):
    """No bank account number that can be: form, length or check digits are wrong."""

    code = "invalid.iban"


class HolderError(InvalidError):
    """No name of a bank account's holder."""

    code = "invalid.name"


class PayoutReferenceError(InvalidError):
    """No reference of a payment."""

    code = "invalid.reference"


class ClosingNotFoundError(NotFoundError):
    """No such closing with this operator."""

    code = "not_found.closing"


class ClosingUsedError(ConflictError):
    """This id was used for another wallet."""

    code = "conflict.closing"


class ClosingUnderWayError(ConflictError):
    """The wallet is being closed already."""

    code = "conflict.wallet_closing"


class ClosingStateError(ConflictError):
    """The closing is not where this can be done."""

    code = "conflict.closing_state"


class WalletStatusDeniedError(DeniedError):
    """The operator decided about this wallet: its driver cannot undo it."""

    code = "denied.wallet_status"


class WalletInUseError(ConflictError):
    """Money is held, or a debt is open."""

    code = "conflict.wallet_in_use"


class WalletClosedError(ConflictError):
    """The wallet is closed already."""

    code = "conflict.account_closed"


class WalletFrozenError(ConflictError):
    """Staff froze the wallet: its driver cannot take the money out."""

    code = "conflict.account_frozen"


def read_bank_account(iban: str, holder: str) -> tuple[str, str]:
    """Return where the rest is paid to; both empty: it is agreed otherwise. Errors: `invalid.iban`, `invalid.name`."""
    number, name = read_iban(iban), " ".join(holder.split())
    if not number:
        return "", ""
    if not is_iban(number):
        raise IbanError("this is no IBAN: check its length and digits")
    if not name or len(name) > HOLDER_MAX_CHARS or not name.isprintable():
        raise HolderError(f"a holder has 1 to {HOLDER_MAX_CHARS} characters")
    return number, name


def read_reference(text: str) -> str:
    """Return what a payment is called. Errors: `invalid.reference`."""
    reference = " ".join(text.split())
    if not reference or len(reference) > REFERENCE_MAX_CHARS or not reference.isprintable():
        raise PayoutReferenceError(f"a reference has 1 to {REFERENCE_MAX_CHARS} characters")
    return reference


def check_repeat(known: WalletClosing, wish: BeginWalletClosing) -> None:
    """Refuse an id that stands for another wallet. Errors: `conflict.closing`."""
    if (known.operator_id, known.driver_id, known.currency) != (wish.operator_id, wish.driver_id, wish.currency):
        raise ClosingUsedError("this id was used for another wallet")


def check_standing(standing: WalletStanding, wish: BeginWalletClosing) -> None:
    """Refuse to close what is in use. Errors: as `BeginWalletClosing`."""
    if standing.status is AccountStatus.CLOSED:
        raise WalletClosedError("the wallet is closed")
    if standing.held or standing.owed:
        raise WalletInUseError(
            "money is held, or a debt is open", balance=standing.balance, held=standing.held, owed=standing.owed
        )
    me = name_driver(wish.driver_id)
    if standing.status is AccountStatus.FROZEN and wish.actor == me and standing.status_by != me:
        raise WalletFrozenError("the operator froze this wallet")


def check_holder(closing: WalletClosing, driver_id: DriverId) -> None:
    """Refuse a driver who wishes what is not theirs to wish. Errors: `not_found.closing`, `denied.wallet_status`."""
    if closing.driver_id != driver_id:
        raise ClosingNotFoundError("there is no such closing")
    if closing.requested_by != name_driver(driver_id):
        raise WalletStatusDeniedError("the operator closes this wallet")


def name_closing(refund_id: RefundId) -> str | None:
    """Return the closing that a refund was begun by; None: by none."""
    closing_id, dash, number = refund_id.rpartition("-")
    return closing_id if dash and number.isdigit() else None
