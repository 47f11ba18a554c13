"""What a transfer may be, who pays what of a session, and when money runs short: pure decisions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from busbar.canon.debts import Receivable, ReceivableState
from busbar.canon.ledger import (
    Account,
    AccountKind,
    AccountRef,
    AccountStatus,
    Leg,
    MoneyMode,
    MoneyPolicy,
    Portion,
    PostTransfer,
    Transfer,
    TransferKind,
    TransferState,
)
from busbar.canon.pricing import LineKind, PriceLine, Share
from busbar.kernel.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from busbar.kernel.ids import DriverId, OperatorId, SessionId, SiteId, TransferId, is_key

LEGS_MAX = 100
AMOUNT_MAX = 10**15
"""In minor units. Sums of thousands of such amounts still fit a database's BIGINT."""
REASON_MAX_CHARS = 500
OWNER_MAX_CHARS = 80
ACTOR_MAX_CHARS = 120
COMMISSION_MAX_PERMILLE = 1000
DUE_MAX_DAYS = 365
HOLD_LIFETIME = timedelta(days=7)
"""No session is as long. What is held is given back then, whatever became of the session."""
DAY_LAG = timedelta(minutes=15)
"""A day is closed so long after its end: whatever was under way then is written by now."""

BOUNDED = frozenset({AccountKind.WALLET, AccountKind.HELD, AccountKind.RECEIVABLE})
"""Accounts whose balance the database bounds."""
OWNED_BY_SOMEBODY = BOUNDED | {AccountKind.CLEARING, AccountKind.PAYABLE}
ELECTRICITY = AccountRef(kind=AccountKind.ELECTRICITY)
SERVICE = AccountRef(kind=AccountKind.SERVICE)
TAXES = AccountRef(kind=AccountKind.TAXES)
DISCOUNTS = AccountRef(kind=AccountKind.DISCOUNTS)
COMMISSION = AccountRef(kind=AccountKind.COMMISSION)
ADJUSTMENTS = AccountRef(kind=AccountKind.ADJUSTMENTS)
WRITE_OFFS = AccountRef(kind=AccountKind.WRITE_OFFS)

_CURRENCY = re.compile(r"[A-Z]{3}")
_REDUCTIONS = frozenset({LineKind.DISCOUNT, LineKind.INCLUDED, LineKind.MAXIMUM})


class TransferError(InvalidError):
    """No transfer can be like this."""

    code = "invalid.transfer"


class AccountError(InvalidError):
    """No account can be named like this."""

    code = "invalid.account"


class MoneyPolicyError(InvalidError):
    """A policy that contradicts itself or goes beyond its bounds."""

    code = "invalid.money_policy"


class TransferNotFoundError(NotFoundError):
    """No such transfer with this operator."""

    code = "not_found.transfer"


class TransferReusedError(ConflictError):
    """This transfer id was used for something else."""

    code = "conflict.transfer"


class TransferStateError(ConflictError):
    """The transfer has had its outcome, or needs none."""

    code = "conflict.transfer_state"


class TransferReversedError(ConflictError):
    """The transfer was moved back before."""

    code = "conflict.transfer_reversed"


class FundsError(ConflictError):
    """There is not as much money."""

    code = "conflict.funds"


class ReceivableExceededError(ConflictError):
    """Less is owed than would be paid."""

    code = "conflict.receivable_exceeded"


class HoldExceededError(ConflictError):
    """More than is held cannot be captured."""

    code = "conflict.hold_exceeded"


class AccountFrozenError(ConflictError):
    """Nothing may be spent from a frozen wallet."""

    code = "conflict.account_frozen"


class AccountClosedError(ConflictError):
    """No money moves in a closed account."""

    code = "conflict.account_closed"


class WalletStatusDeniedError(DeniedError):
    """Staff froze the wallet: its driver cannot undo it."""

    code = "denied.wallet_status"


class WalletInUseError(ConflictError):
    """The wallet is not empty, money is held, or its driver owes something."""

    code = "conflict.wallet_in_use"


# ---- transfers -------------------------------------------------------------------------------------------------------


def check_reference(account: AccountRef) -> None:
    """Refuse what names no account. Errors: `invalid.account`."""
    if len(account.owner) > OWNER_MAX_CHARS or not account.owner.isprintable():
        raise AccountError(f"an owner has at most {OWNER_MAX_CHARS} characters", owner=account.owner[:OWNER_MAX_CHARS])
    if bool(account.owner) != (account.kind in OWNED_BY_SOMEBODY):
        text = "needs an owner" if account.kind in OWNED_BY_SOMEBODY else "is the operator's own"
        raise AccountError(f"an account of this kind {text}", kind=account.kind)


def check_amount(amount: int) -> None:
    """Refuse what is no amount of money that moves. Errors: `invalid.transfer`."""
    if not 0 < amount <= AMOUNT_MAX:
        raise TransferError("an amount is more than zero, and bounded", amount=str(amount)[:32])


def check_words(*, transfer_id: TransferId, currency: str, actor: str, reason: str) -> None:
    """Refuse ids, currencies and texts that cannot be kept. Errors: `invalid.transfer`."""
    if not is_key(transfer_id):
        raise TransferError("a transfer's id is 1 to 64 letters, digits, - and _", transfer_id=transfer_id[:64])
    if not _CURRENCY.fullmatch(currency):
        raise TransferError("give a currency as three capital letters (ISO 4217)", currency=currency[:3])
    if len(reason) > REASON_MAX_CHARS or len(actor) > ACTOR_MAX_CHARS:
        raise TransferError(f"a reason has at most {REASON_MAX_CHARS} characters")


def check_reason(reason: str) -> None:
    """Refuse to do by hand what nobody gives a reason for. Errors: `invalid.transfer`."""
    if not reason.strip() or len(reason) > REASON_MAX_CHARS:
        raise TransferError(f"give a reason of 1 to {REASON_MAX_CHARS} characters")


def check_transfer(wish: PostTransfer) -> None:
    """Refuse what no transfer can be. Errors: `invalid.transfer`, `invalid.account`."""
    check_words(transfer_id=wish.transfer_id, currency=wish.currency, actor=wish.actor, reason=wish.reason)
    if wish.kind is TransferKind.HOLD:
        raise TransferError("money is held by HoldFunds")
    if not 1 <= len(wish.legs) <= LEGS_MAX:
        raise TransferError(f"a transfer has 1 to {LEGS_MAX} legs", legs=len(wish.legs))
    for leg in wish.legs:
        check_amount(leg.amount)
        check_reference(leg.debit)
        check_reference(leg.credit)
        if leg.debit == leg.credit:
            raise TransferError("a leg joins two accounts", kind=leg.debit.kind)


def take_fingerprint(
    *, currency: str, kind: TransferKind, legs: Sequence[Leg], session_id: SessionId | None, reverses: TransferId | None
) -> str:
    """Return what tells a repeat from another transfer with the same id: what moves, between whom, and for what."""
    content = (currency, kind, tuple(legs), session_id, reverses)
    return sha256(msgspec.json.encode(content)).hexdigest()


def sum_legs(legs: Iterable[Leg]) -> int:
    """Return what a transfer's legs move."""
    return sum(leg.amount for leg in legs)


def turn_back(legs: Iterable[Leg]) -> tuple[Leg, ...]:
    """Return the legs that undo these."""
    return tuple(Leg(debit=leg.credit, credit=leg.debit, amount=leg.amount) for leg in legs)


def pair(moves: Mapping[AccountRef, int]) -> tuple[Leg, ...]:
    """Turn what each account gets (below zero: gives) into legs. The moves sum to zero."""
    if sum(moves.values()):
        raise ValueError("the moves do not sum to zero")
    givers = [(account, -amount) for account, amount in moves.items() if amount < 0]
    legs: list[Leg] = []
    for account, amount in moves.items():
        wanted = amount
        while wanted > 0:
            giver, left = givers[-1]
            moved = min(wanted, left)
            legs.append(Leg(debit=giver, credit=account, amount=moved))
            wanted -= moved
            givers.pop()
            if left > moved:
                givers.append((giver, left - moved))
    return tuple(legs)


def is_same_capture(legs: Sequence[Leg], portions: Sequence[Portion]) -> bool:
    """Tell whether these legs are what came of a capture with these portions."""
    given = [(leg.credit, leg.amount) for leg in legs if leg.credit.kind is not AccountKind.WALLET]
    return given == [(portion.credit, portion.amount) for portion in portions]


def check_move(account: Account, change: int) -> None:
    """Refuse to take more than there is from a bounded account, or to settle more than is owed.

    Errors: `conflict.funds`, `conflict.receivable_exceeded`, `conflict.account_closed`.
    """
    balance = account.balance or 0
    if account.status is AccountStatus.CLOSED:
        raise AccountClosedError("the account is closed", kind=account.kind)
    if account.kind is AccountKind.RECEIVABLE:
        if balance + change > 0:
            raise ReceivableExceededError("less is owed", open=-balance)
    elif balance + change < 0:
        raise FundsError("there is not enough money", available=balance, currency=account.currency)


def net_changes(legs: Iterable[Leg]) -> dict[AccountRef, int]:
    """Return what each account gets by these legs, all in all."""
    changes: dict[AccountRef, int] = {}
    for leg in legs:
        changes[leg.debit] = changes.get(leg.debit, 0) - leg.amount
        changes[leg.credit] = changes.get(leg.credit, 0) + leg.amount
    return changes


def check_unfrozen(account: Account) -> None:
    """Refuse to spend from a frozen wallet. Errors: `conflict.account_frozen`."""
    if account.status is AccountStatus.FROZEN:
        raise AccountFrozenError("the wallet is frozen")


# ---- a session's price -----------------------------------------------------------------------------------------------


def split_price(lines: Iterable[PriceLine], policy: MoneyPolicy) -> dict[AccountRef, int]:
    """Return what each of the operator's accounts gets of a priced session; together its gross total.

    Reductions stand in an account of their own, so that revenue is what it was before them. What is neither
    electricity's nor service's counts as electricity if it is energy, else as service.
    """
    shares = dict.fromkeys((ELECTRICITY, SERVICE, DISCOUNTS, TAXES), 0)
    for line in lines:
        shares[TAXES] += line.tax
        if line.kind in _REDUCTIONS:
            shares[DISCOUNTS] += line.net
        elif line.share is Share.ELECTRICITY or (line.share is Share.NONE and line.kind is LineKind.ENERGY):
            shares[ELECTRICITY] += line.net
        else:
            shares[SERVICE] += line.net
    net = shares[ELECTRICITY] + shares[SERVICE] + shares[DISCOUNTS]
    commission = take_commission(net, policy)
    shares[SERVICE] -= commission
    shares[COMMISSION] = commission
    return {account: amount for account, amount in shares.items() if amount}


def take_commission(net: int, policy: MoneyPolicy) -> int:
    """Return the platform's part of a net price: never more than the price, rounded down."""
    if net <= 0:
        return 0
    return min(net, net * policy.commission_permille // 1000 + policy.commission_per_session)


class Purse(msgspec.Struct, frozen=True, kw_only=True):
    """What a session can be paid from."""

    held: int = 0
    wallet: int = 0


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """Who pays how much of a session."""

    from_held: int = 0
    from_wallet: int = 0
    owed: int = 0


def pay(total: int, purse: Purse) -> Payment:
    """Take what is held first, then what else is in the wallet; the rest is owed."""
    from_held = min(total, purse.held)
    from_wallet = min(total - from_held, purse.wallet)
    return Payment(from_held=from_held, from_wallet=from_wallet, owed=total - from_held - from_wallet)


def list_changes(before: Mapping[AccountRef, int], after: Mapping[AccountRef, int]) -> dict[AccountRef, int]:
    """Return what each account gets more (below zero: less) by the new price than by the old one."""
    accounts = dict.fromkeys([*before, *after])
    changes = {account: after.get(account, 0) - before.get(account, 0) for account in accounts}
    return {account: amount for account, amount in changes.items() if amount}


def bound_hold(wallet: int, wanted: int, policy: MoneyPolicy) -> int:
    """Return how much of a wallet is set aside: more than the reserve, or the session would stop at once."""
    return min(wallet, max(wanted, policy.reserve + 1))


def has_enough(wallet: int, policy: MoneyPolicy) -> bool:
    """Tell whether a wallet allows a prepaid session to start."""
    return wallet >= max(1, policy.start_minimum)


def is_running_short(cost: int, held: int, policy: MoneyPolicy) -> bool:
    """Tell whether a running session has used up what is held for it, but for the reserve."""
    return cost + policy.reserve >= held


def check_policy(policy: MoneyPolicy) -> None:
    """Refuse a policy beyond its bounds. Errors: `invalid.money_policy`."""
    amounts = (policy.hold, policy.start_minimum, policy.reserve, policy.commission_per_session)
    if any(not 0 <= amount <= AMOUNT_MAX for amount in amounts):
        raise MoneyPolicyError("amounts are zero or more, and bounded")
    if not 0 <= policy.commission_permille <= COMMISSION_MAX_PERMILLE or not 0 <= policy.due_days <= DUE_MAX_DAYS:
        raise MoneyPolicyError("a commission is at most 1000 permille, and a debt due within a year")
    if policy.mode is MoneyMode.PREPAID and policy.hold <= policy.reserve:
        raise MoneyPolicyError("more than the reserve must be held, or every session would stop at once")


# ---- the books -------------------------------------------------------------------------------------------------------


def list_day_ends(last: datetime, now: datetime, *, days_max: int) -> list[datetime]:
    """Return the ends of the days (UTC) after `last` that are over for so long that they can be closed."""
    ends: list[datetime] = []
    end = last.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    while end + DAY_LAG <= now and len(ends) < days_max:
        ends.append(end)
        end += timedelta(days=1)
    return ends


def begin_month(now: datetime) -> datetime:
    """Return the begin of the calendar month (UTC)."""
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


# ---- rows ------------------------------------------------------------------------------------------------------------


class Tab(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger knows of a session."""

    session_id: SessionId
    operator_id: OperatorId
    station_id: str
    driver_id: DriverId | None
    currency: str
    payer: str = ""
    """As the owner of an account; empty as long as nobody was asked."""
    holds: int = 0
    """How many holds were placed: their ids are numbered."""
    held: int = 0
    """What they set aside together; 0 once the session is priced."""
    is_stopped: bool = False
    """Its money ran out, and its station was asked to stop it."""
    revision: int = 0
    """Of the price that is posted; 0: none yet."""
    postings: int = 0
    total: int = 0
    shares: tuple[tuple[AccountRef, int], ...] = ()
    site_id: SiteId | None = None
    """Where it was; None: nobody knew, or it has no price yet."""
    energy_wh: int = 0
    at: datetime


def name_hold(session_id: SessionId, number: int) -> TransferId:
    """Return the id of a session's hold: a repeat of the same step asks for the same one."""
    return TransferId(f"{session_id[:48]}-hold-{number}")


def name_posting(session_id: SessionId, number: int) -> TransferId:
    """Return the id of a transfer that posts a session's price."""
    return TransferId(f"{session_id[:48]}-post-{number}")


class StoredTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer with what tells its repeats."""

    transfer: Transfer
    fingerprint: str


def is_over(state: TransferState) -> bool:
    """Tell whether a transfer has had its outcome."""
    return state is not TransferState.PENDING


def is_payable(receivable: Receivable) -> bool:
    """Tell whether a debt is still to be paid."""
    return receivable.state in {ReceivableState.OPEN, ReceivableState.REMINDED}
