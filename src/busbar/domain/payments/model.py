"""What payments decide: which step comes next, what a provider's news changes, and what does not fit."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from busbar.canon.payments import (
    Payment,
    PaymentPurpose,
    PaymentState,
    PayWay,
    Provider,
    ProviderNews,
    ProviderState,
    RefundState,
)
from busbar.kernel.errors import ConflictError, InvalidError, LimitExceededError, NotFoundError
from busbar.kernel.ids import DriverId, OperatorId, PaymentId, ReceivableId, RefundId, SessionId, StationId

AMOUNT_MAX = 10**9
PAGE_LIFETIME = timedelta(minutes=35)
"""How long a payer has; Stripe's pages live half an hour at least."""
HOLD_LIFETIME = timedelta(days=6)
"""Banks let go what is set aside after a week."""
LEASE = timedelta(seconds=60)
"""How long one attempt at a provider may take before another is made."""
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
DOUBLINGS_MAX = 8
OPEN_MAX = 20
"""Payments that one driver, or one address, may have open at a time."""
TEXT_CHARS_MAX = 200


class PaymentNotFoundError(NotFoundError):
    """There is no such payment, or it is another's."""

    code = "not_found.payment"


class AccountNotFoundError(NotFoundError):
    """There is no such account at a provider."""

    code = "not_found.payment_account"


class CardNotFoundError(NotFoundError):
    """The driver has no such card."""

    code = "not_found.card"


class DifferenceNotFoundError(NotFoundError):
    """There is no such difference."""

    code = "not_found.difference"


class AmountError(InvalidError):
    """An amount beyond its bounds."""

    code = "invalid.amount"


class CurrencyError(InvalidError):
    """A currency is three capital letters."""

    code = "invalid.currency"


class PayWayError(InvalidError):
    """The provider has no such way to pay."""

    code = "invalid.pay_way"


class NoteError(InvalidError):
    """A difference is not settled without a word."""

    code = "invalid.note"


class PaymentUsedError(ConflictError):
    """The id was used for another payment."""

    code = "conflict.payment"


class NoAccountError(ConflictError):
    """The operator has no account with this provider."""

    code = "conflict.payment_account"


class NoCardError(ConflictError):
    """The driver has no card on file."""

    code = "conflict.no_card"


class StateError(ConflictError):
    """The payment stands otherwise; fact `state`."""

    code = "conflict.payment_state"


class AmountExceededError(ConflictError):
    """More than there is; fact `left`."""

    code = "conflict.amount_exceeded"


class RefundUsedError(ConflictError):
    """The id was used for another refund."""

    code = "conflict.refund"


class DifferenceStateError(ConflictError):
    """The difference is settled already."""

    code = "conflict.difference_state"


class MismatchError(ConflictError):
    """What the provider tells is not what we asked for: fact `field`."""

    code = "conflict.payment_mismatch"


class TooManyOpenError(LimitExceededError):
    """Too many payments are open at a time."""

    code = "limit_exceeded.open_payments"


class Wish(StrEnum):
    """What is to be done next about a payment."""

    NONE = "none"
    OPEN = "open"
    """Ask the provider for it."""
    QUERY = "query"
    """Ask the provider how it stands."""
    CAPTURE = "capture"
    CANCEL = "cancel"
    START = "start"
    """Start the session that it is for."""
    STOP = "stop"
    """Stop the session that it was for: nobody pays."""


class Event(StrEnum):
    """What a change means to others."""

    AUTHORISED = "authorised"
    CAPTURED = "captured"
    FAILED = "failed"
    CANCELLED = "cancelled"
    CARD_SAVED = "card_saved"
    GIVE_BACK = "give_back"
    """Money came that nobody waits for any more: all of it goes back."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A payment with what only this room knows of it."""

    payment_id: PaymentId
    operator_id: OperatorId
    account_id: str
    provider: Provider
    way: PayWay
    purpose: PaymentPurpose
    state: PaymentState
    amount: int
    currency: str
    captured: int = 0
    refunded: int = 0
    disputed: int = 0
    is_hold: bool = False
    driver_id: DriverId | None = None
    session_id: SessionId | None = None
    station_id: StationId | None = None
    evse_id: int | None = None
    connector_id: int | None = None
    page_url: str = ""
    code_text: str = ""
    order_text: str = ""
    checkout_ref: str = ""
    provider_ref: str = ""
    method_label: str = ""
    payer_ref: str = ""
    method_id: str | None = None
    return_url: str = ""
    language: str = "en"
    address_key: str = ""
    """Of a guest: for the bound of open payments."""
    failure_code: str = ""
    failure_text: str = ""
    receivable_id: ReceivableId | None = None
    due_amount: int | None = None
    """What the session costs, once it is known."""
    wish: Wish = Wish.NONE
    wish_amount: int = 0
    due_at: datetime | None = None
    attempts: int = 0
    requested_by: str
    created_at: datetime
    changed_at: datetime
    captured_at: datetime | None = None
    expires_at: datetime | None = None

    def show(self) -> Payment:
        """Return what others may know."""
        given = {name: getattr(self, name) for name in Payment.__struct_fields__}
        return Payment(**given)

    @property
    def left(self) -> int:
        """What can still be given back."""
        return self.captured - self.refunded - self.disputed


class RefundRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A refund."""

    refund_id: RefundId
    payment_id: PaymentId
    operator_id: OperatorId
    amount: int
    currency: str
    reason: str = ""
    state: RefundState = RefundState.WANTED
    provider_ref: str = ""
    failure_text: str = ""
    requested_by: str
    due_at: datetime | None = None
    attempts: int = 0
    created_at: datetime
    changed_at: datetime


OPEN_STATES = frozenset({PaymentState.CREATED, PaymentState.PENDING})
PAID_STATES = frozenset(
    {PaymentState.CAPTURED, PaymentState.PARTLY_REFUNDED, PaymentState.REFUNDED, PaymentState.DISPUTED}
)
OVER_STATES = frozenset({PaymentState.FAILED, PaymentState.CANCELLED})


def check_amount(amount: int) -> None:
    """Raise `invalid.amount` for what nobody pays."""
    if not 0 < amount <= AMOUNT_MAX:
        raise AmountError("this amount cannot be paid", amount=amount)


def check_currency(currency: str) -> None:
    """Raise `invalid.currency` for what is no currency."""
    if len(currency) != len("EUR") or not (currency.isascii() and currency.isalpha() and currency.isupper()):
        raise CurrencyError("give a currency such as EUR", currency=currency[:10])


def count_pause(attempts: int) -> timedelta:
    """Return the pause after so many attempts."""
    return min(FIRST_PAUSE * 2 ** min(attempts, DOUBLINGS_MAX), LONGEST_PAUSE)


def is_same_wish(record: Record, other: Record) -> bool:
    """Tell whether a repeat asks for the payment that is there."""
    names = ("operator_id", "provider", "way", "purpose", "amount", "currency", "driver_id", "station_id", "session_id")
    is_guest = record.purpose is PaymentPurpose.GUEST
    return all(
        getattr(record, name) == getattr(other, name) for name in names if not (is_guest and name == "session_id")
    )


# ---- steps at the provider -------------------------------------------------------------------------------------------


def take(record: Record, *, now: datetime) -> Record:
    """Mark that somebody is at it; another may try when the lease is over."""
    return msgspec.structs.replace(record, due_at=now + LEASE, attempts=record.attempts + 1)


def wish(record: Record, step: Wish, *, now: datetime, amount: int = 0) -> Record:
    """Let a step be done now."""
    return msgspec.structs.replace(record, wish=step, wish_amount=amount, due_at=now, attempts=0, changed_at=now)


def wait(record: Record, *, now: datetime) -> Record:
    """Try the same step again later: it could not be done now. Who waits for a payer beyond the time gives up."""
    after = msgspec.structs.replace(record, due_at=now + count_pause(record.attempts))
    is_late = record.expires_at is not None and now >= record.expires_at
    if is_late and record.state in OPEN_STATES and record.wish in {Wish.OPEN, Wish.QUERY}:
        return msgspec.structs.replace(after, wish=Wish.CANCEL)
    return after


def give_up(record: Record, *, code: str, text: str, now: datetime) -> tuple[Record, tuple[Event, ...]]:
    """Take in that the provider will never do the step."""
    failed = msgspec.structs.replace(
        record,
        failure_code=code[:TEXT_CHARS_MAX],
        failure_text=text[:TEXT_CHARS_MAX],
        wish=Wish.NONE,
        due_at=None,
        changed_at=now,
    )
    if record.state not in OPEN_STATES:
        return msgspec.structs.replace(failed, wish=Wish.QUERY, due_at=now + LONGEST_PAUSE, attempts=0), ()
    return _fail(failed, now=now)


def _fail(record: Record, *, now: datetime) -> tuple[Record, tuple[Event, ...]]:
    after = msgspec.structs.replace(record, state=PaymentState.FAILED, wish=Wish.NONE, due_at=None, changed_at=now)
    if record.purpose is PaymentPurpose.SESSION and record.session_id is not None and record.due_amount is None:
        after = wish(after, Wish.STOP, now=now)
    return after, (Event.FAILED,)


# ---- news of the provider --------------------------------------------------------------------------------------------


def check_news(record: Record, news: ProviderNews) -> None:
    """Raise `conflict.payment_mismatch` when this is not about what we asked for."""
    if record.purpose is not PaymentPurpose.CARD:
        if news.amount is not None and news.amount != record.amount:
            raise MismatchError("the amount is not the one asked for", field="amount", told=news.amount)
        if news.currency is not None and news.currency != record.currency:
            raise MismatchError("the currency is not the one asked for", field="currency", told=news.currency)
    if record.provider_ref and news.provider_ref and news.provider_ref != record.provider_ref:
        raise MismatchError("the provider tells of another payment", field="provider_ref")
    if news.captured is not None and not 0 <= news.captured <= record.amount:
        raise MismatchError("more was captured than asked for", field="captured", told=news.captured)


def learn(record: Record, news: ProviderNews, *, now: datetime) -> tuple[Record, tuple[Event, ...]]:
    """Take in what a provider says, in whatever order it comes: a payment never goes back to an earlier state.

    Errors: `conflict.payment_mismatch`.
    """
    check_news(record, news)
    known = msgspec.structs.replace(
        record,
        provider_ref=record.provider_ref or news.provider_ref,
        method_label=news.method_label or record.method_label,
    )
    match news.state:
        case ProviderState.PENDING | ProviderState.FAILED:
            return _learn_pending(known, news, now=now), ()
        case ProviderState.AUTHORISED:
            return _learn_authorised(known, now=now)
        case ProviderState.CAPTURED:
            captured = known.amount if news.captured is None else news.captured
            return _learn_captured(known, captured, now=now)
        case ProviderState.CANCELLED:
            return _learn_cancelled(known, news, now=now)


def _learn_pending(record: Record, news: ProviderNews, *, now: datetime) -> Record:
    if record.state not in OPEN_STATES:
        return record
    after = msgspec.structs.replace(
        record,
        state=PaymentState.PENDING,
        failure_code=news.failure_code[:TEXT_CHARS_MAX],
        failure_text=news.failure_text[:TEXT_CHARS_MAX],
        changed_at=now if record.state is PaymentState.CREATED else record.changed_at,
    )
    if record.wish is Wish.CANCEL:
        return after
    return wait(msgspec.structs.replace(after, wish=Wish.QUERY), now=now)


def _learn_authorised(record: Record, *, now: datetime) -> tuple[Record, tuple[Event, ...]]:
    if record.state in PAID_STATES:
        return record, ()
    if record.state is PaymentState.AUTHORISED:
        return (_keep_hold(record, now=now) if record.wish is Wish.QUERY else record), ()
    after = msgspec.structs.replace(
        record, state=PaymentState.AUTHORISED, failure_code="", failure_text="", changed_at=now
    )
    if record.state in OVER_STATES or record.wish is Wish.CANCEL:
        return wish(after, Wish.CANCEL, now=now), (Event.AUTHORISED,)
    if after.due_amount is not None:
        return _settle_hold(after, now=now), (Event.AUTHORISED,)
    if after.purpose is PaymentPurpose.GUEST and after.session_id is None:
        return wish(after, Wish.START, now=now), (Event.AUTHORISED,)
    return _keep_hold(after, now=now), (Event.AUTHORISED,)


def _keep_hold(record: Record, *, now: datetime) -> Record:
    """Take what the session costs, if that is known; else let the hold go when the bank would."""
    if record.due_amount is not None:
        return msgspec.structs.replace(_settle_hold(record, now=now), due_at=now + FIRST_PAUSE)
    due_at = now + HOLD_LIFETIME
    return msgspec.structs.replace(record, wish=Wish.CANCEL, wish_amount=0, due_at=due_at, attempts=0)


def _learn_captured(record: Record, captured: int, *, now: datetime) -> tuple[Record, tuple[Event, ...]]:
    if record.state in PAID_STATES:
        return record, ()
    after = msgspec.structs.replace(
        record,
        state=PaymentState.CAPTURED,
        captured=captured,
        captured_at=now,
        failure_code="",
        failure_text="",
        wish=Wish.NONE,
        due_at=None,
        changed_at=now,
    )
    if record.purpose is PaymentPurpose.CARD:
        return after, (Event.CARD_SAVED,)
    if record.purpose is PaymentPurpose.GUEST and record.session_id is None:
        if record.state in OVER_STATES or record.wish is Wish.CANCEL:
            return after, (Event.CAPTURED, Event.GIVE_BACK)
        return wish(after, Wish.START, now=now), (Event.CAPTURED,)
    return after, (Event.CAPTURED,)


def _learn_cancelled(record: Record, news: ProviderNews, *, now: datetime) -> tuple[Record, tuple[Event, ...]]:
    if record.state in PAID_STATES or record.state in OVER_STATES:
        return record, ()
    if news.failure_code:
        failed = msgspec.structs.replace(
            record,
            failure_code=news.failure_code[:TEXT_CHARS_MAX],
            failure_text=news.failure_text[:TEXT_CHARS_MAX],
        )
        return _fail(failed, now=now)
    after = msgspec.structs.replace(record, state=PaymentState.CANCELLED, wish=Wish.NONE, due_at=None, changed_at=now)
    return after, (Event.CANCELLED,)


# ---- the session that it is for --------------------------------------------------------------------------------------


def price(record: Record, due: int, receivable_id: ReceivableId | None, *, now: datetime) -> Record:
    """Take what the session costs of what is set aside."""
    after = msgspec.structs.replace(record, due_amount=due, receivable_id=receivable_id, changed_at=now)
    return _settle_hold(after, now=now) if record.state is PaymentState.AUTHORISED else after


def _settle_hold(record: Record, *, now: datetime) -> Record:
    amount = min(record.due_amount or 0, record.amount)
    return wish(record, Wish.CAPTURE, now=now, amount=amount) if amount else wish(record, Wish.CANCEL, now=now)


def release(record: Record, *, now: datetime) -> tuple[Record, tuple[Event, ...]]:
    """Let everything go: there will be no session."""
    after = msgspec.structs.replace(record, due_amount=0, changed_at=now)
    if record.state in PAID_STATES:
        return msgspec.structs.replace(after, wish=Wish.NONE, due_at=None), (Event.GIVE_BACK,)
    if record.state in OVER_STATES:
        return after, ()
    return wish(after, Wish.CANCEL, now=now), ()


# ---- giving back -----------------------------------------------------------------------------------------------------


def name_state(record: Record) -> PaymentState:
    """Return how a captured payment stands by what went back."""
    if record.disputed:
        return PaymentState.DISPUTED
    if not record.refunded:
        return PaymentState.CAPTURED
    return PaymentState.REFUNDED if record.refunded >= record.captured else PaymentState.PARTLY_REFUNDED


def refund(record: Record, amount: int, *, now: datetime) -> Record:
    """Count what goes back from the moment it is wished for. Errors: `conflict.payment_state`, `…amount_exceeded`."""
    if record.state not in PAID_STATES:
        raise StateError("only what was captured can be given back", state=record.state.value)
    if amount > record.left:
        raise AmountExceededError("there is not so much left", left=record.left)
    after = msgspec.structs.replace(record, refunded=record.refunded + amount, changed_at=now)
    return msgspec.structs.replace(after, state=name_state(after))


def unrefund(record: Record, amount: int, *, now: datetime) -> Record:
    """Count a refund no more: it did not go through."""
    after = msgspec.structs.replace(record, refunded=max(record.refunded - amount, 0), changed_at=now)
    return msgspec.structs.replace(after, state=name_state(after))


def dispute(record: Record, amount: int, *, now: datetime) -> Record:
    """Note how much a bank took back; 0: it gave it back again."""
    if amount > record.captured:
        raise MismatchError("more is disputed than was captured", field="disputed", told=amount)
    after = msgspec.structs.replace(record, disputed=amount, changed_at=now)
    return msgspec.structs.replace(after, state=name_state(after)) if record.state in PAID_STATES else after
