"""What the provider knows: payments, refunds, disputes, cards, and every movement of money."""

import secrets
from collections.abc import Callable
from enum import StrEnum

import msgspec

from busbar.kernel.errors import ConflictError, LimitExceededError, NotFoundError

PAYMENTS_MAX = 200_000
"""What is kept in memory; a provider to try things with is started anew before."""
INQUIRY = "warning_"
"""What the status of a dispute begins with while no money moves."""
PERCENT = 100
PERMILLE = 1000


class Brand(StrEnum):
    """Whose interface a payment came by."""

    STRIPE = "stripe"
    ALIPAY = "alipay"
    WECHATPAY = "wechatpay"


class Status(StrEnum):
    """How a payment stands."""

    WAITING = "waiting"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    CANCELLED = "cancelled"


class NoPaymentError(NotFoundError):
    """No such payment here."""

    code = "not_found.psp_payment"


class StatusError(ConflictError):
    """The payment stands otherwise."""

    code = "conflict.psp_status"


class TillFullError(LimitExceededError):
    """More payments than are kept."""

    code = "limit_exceeded.psp_payments"


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A card as its bank answers."""

    number: str
    brand: str
    decline: str = ""
    """Why the bank refuses; empty: it does not."""
    is_challenged: bool = False
    """The bank asks the payer (3-D Secure)."""
    later_decline: str = ""
    """Why the bank refuses when nobody is there."""
    meaning: str = ""


CARDS: dict[str, Card] = {
    card.number: card
    for card in (
        Card(number="4242424242424242", brand="visa", meaning="success"),
        Card(number="5555555555554444", brand="mastercard", meaning="success"),
        Card(number="4000000000000002", brand="visa", decline="generic_decline", meaning="declined"),
        Card(number="4000000000009995", brand="visa", decline="insufficient_funds", meaning="insufficient funds"),
        Card(number="4000000000003220", brand="visa", is_challenged=True, meaning="3-D Secure challenge"),
        Card(number="4000000000000341", brand="visa", later_decline="generic_decline", meaning="declined later"),
    )
}


class Payment(msgspec.Struct, kw_only=True):
    """A payment."""

    brand: Brand
    order_no: str
    """The merchant's id."""
    ref: str
    """Ours."""
    checkout_ref: str = ""
    amount: int
    currency: str
    description: str = ""
    is_hold: bool = False
    is_card_saved: bool = False
    status: Status = Status.WAITING
    captured: int = 0
    notice_url: str = ""
    return_url: str = ""
    metadata: dict[str, str] = {}
    customer: str = ""
    method: str = ""
    """The saved card, if one is."""
    card: Card | None = None
    failure: str = ""
    created_s: int
    expires_s: int
    paid_s: int = 0


class Refund(msgspec.Struct, kw_only=True):
    """A refund."""

    refund_no: str
    ref: str
    payment: Payment
    amount: int
    status: str
    """`pending`, `succeeded`, `failed`."""
    created_s: int
    metadata: dict[str, str] = {}
    notice_url: str = ""


class Dispute(msgspec.Struct, kw_only=True):
    """A dispute."""

    ref: str
    payment: Payment
    amount: int
    status: str
    reason: str


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """Money that moved, as the statement shows it."""

    ref: str
    kind: str
    """`payment`, `refund`, `refund_failure`, `dispute`."""
    payment: Payment
    refund: Refund | None = None
    amount: int
    cost: int
    at_s: int


class Mischief(msgspec.Struct, kw_only=True):
    """What goes wrong on request."""

    is_down: bool = False
    """Every question is answered with 503."""
    slow_s: float = 0.0
    slow_count: int = 0
    """So many writes are done, and answered too late."""
    slow_after: int = 0
    """So many writes before them are answered in time."""
    is_holding: bool = False
    """Notices wait until they are asked for."""
    copies: int = 1
    delay_s: float = 0.0
    is_reversed: bool = False
    refunds: str = "now"
    """`now`, `later` (pending until told), `fail`."""
    told_amount: int | None = None
    """Notices of payments tell of this amount, and are rightly signed."""
    told_currency: str = ""
    """Notices of payments tell of this currency, and are rightly signed."""
    is_of_another: bool = False
    """Notices of payments are another merchant's, and are rightly signed."""
    is_forged: bool = False
    """Notices are signed by somebody else."""
    is_cut: bool = False
    """Notices lose their end on the way."""
    listed_amount: int | None = None
    """Statements tell of this amount of payments."""
    listed_currency: str = ""
    listed_cost: int | None = None
    """Statements tell that so much was kept of payments."""
    is_unlisted: bool = False
    """Statements leave everything out."""
    is_listed_twice: bool = False


class Till:
    """Everything in memory."""

    def __init__(self, *, now_s: Callable[[], int]) -> None:
        self.now_s = now_s
        self.payments: dict[tuple[Brand, str], Payment] = {}
        self.by_ref: dict[str, Payment] = {}
        self.refunds: dict[tuple[Brand, str], Refund] = {}
        self.disputes: dict[str, Dispute] = {}
        self.methods: dict[str, tuple[str, Card]] = {}
        """Saved cards: customer and card by the method's id."""
        self.movements: list[Movement] = []
        self.mischief = Mischief()

    def forget(self) -> None:
        """Be as after the start: nothing was paid, nothing goes wrong."""
        for kept in (self.payments, self.by_ref, self.refunds, self.disputes, self.methods, self.movements):
            kept.clear()
        self.mischief = Mischief()

    def add(self, payment: Payment) -> Payment:
        """Take a payment in."""
        if len(self.payments) >= PAYMENTS_MAX:
            raise TillFullError("start the provider anew")
        self.payments[payment.brand, payment.order_no] = payment
        for ref in (payment.ref, payment.checkout_ref):
            if ref:
                self.by_ref[ref] = payment
        return payment

    def find(self, brand: Brand, order_no: str) -> Payment:
        """Return a payment by the merchant's id."""
        payment = self.payments.get((brand, order_no))
        if payment is None:
            raise NoPaymentError("no such payment")
        return payment

    def find_by_ref(self, ref: str) -> Payment:
        """Return a payment by ours."""
        payment = self.by_ref.get(ref)
        if payment is None:
            raise NoPaymentError("no such payment")
        return payment

    def save_card(self, customer: str, card: Card) -> str:
        """Keep a card; return its name."""
        name = f"pm_{secrets.token_hex(12)}"
        self.methods[name] = (customer, card)
        return name

    def authorise(self, payment: Payment, card: Card | None) -> None:
        """Let the payer's bank agree."""
        if payment.status is not Status.WAITING:
            raise StatusError("the payment is made or given up already", status=payment.status)
        payment.card = card
        payment.failure = ""
        payment.paid_s = self.now_s()
        if payment.is_card_saved and payment.customer and card is not None:
            payment.method = self.save_card(payment.customer, card)
        payment.status = Status.AUTHORISED
        if not payment.is_hold:
            self.capture(payment, payment.amount)

    def sell(self, brand: Brand, amount: int, currency: str) -> Payment:
        """Take money that the merchant's program never asked for: at a terminal, by a payment link."""
        now_s = self.now_s()
        ref = f"pi_{secrets.token_hex(12)}" if brand is Brand.STRIPE else new_digits(28)
        payment = Payment(
            brand=brand, order_no=f"hand{new_digits(12)}", ref=ref, amount=amount, currency=currency, created_s=now_s,
            expires_s=now_s,
        )  # fmt: skip
        self.authorise(self.add(payment), None)
        return payment

    def capture(self, payment: Payment, amount: int) -> None:
        """Take the money."""
        if payment.status is not Status.AUTHORISED or not 0 <= amount <= payment.amount:
            raise StatusError("the payment cannot be captured", status=payment.status)
        payment.status = Status.CAPTURED
        payment.captured = amount
        if amount:
            self._move("payment", payment, amount, cost=count_cost(payment.brand, amount))

    def tell(self, payment: Payment) -> Payment:
        """Return a payment as notices tell of it: other than it is, if the mischief says so."""
        wish = self.mischief
        if wish.told_amount is None and not wish.told_currency:
            return payment
        amount = payment.amount if wish.told_amount is None else wish.told_amount
        captured = amount if payment.captured and wish.told_amount is not None else payment.captured
        currency = wish.told_currency or payment.currency
        return msgspec.structs.replace(payment, amount=amount, captured=captured, currency=currency)

    def cancel(self, payment: Payment) -> None:
        """Give a payment up."""
        if payment.status is Status.CAPTURED:
            raise StatusError("the payment is captured", status=payment.status)
        payment.status = Status.CANCELLED

    def refund(
        self, payment: Payment, refund_no: str, amount: int, *, metadata: dict[str, str], notice_url: str = ""
    ) -> Refund:
        """Give money back; a repeat answers what was done."""
        known = self.refunds.get((payment.brand, refund_no))
        if known is not None and known.amount != amount:
            raise StatusError("this number was used for another refund", status=known.status)
        if known is not None:
            return known
        if payment.status is not Status.CAPTURED or amount <= 0 or amount > self.count_left(payment):
            raise StatusError("there is not so much to give back", status=payment.status)
        refund = Refund(
            refund_no=refund_no,
            ref=f"re_{secrets.token_hex(12)}" if payment.brand is Brand.STRIPE else new_digits(28),
            payment=payment,
            amount=amount,
            status="pending",
            created_s=self.now_s(),
            metadata=metadata,
            notice_url=notice_url,
        )
        self.refunds[payment.brand, refund_no] = refund
        if self.mischief.refunds != "later":
            self.end_refund(refund, has_failed=self.mischief.refunds == "fail")
        return refund

    def end_refund(self, refund: Refund, *, has_failed: bool) -> None:
        """Let a refund go through, or not; one that went through may come back (a closed bank account)."""
        was_done = refund.status == "succeeded"
        refund.status = "failed" if has_failed else "succeeded"
        if has_failed and was_done:
            self._move("refund_failure", refund.payment, refund.amount, cost=0, refund=refund)
        if not has_failed and not was_done:
            self._move("refund", refund.payment, -refund.amount, cost=0, refund=refund)

    def count_left(self, payment: Payment) -> int:
        """Return how much can still be given back."""
        gone = sum(each.amount for each in self.list_refunds(payment) if each.status != "failed")
        return payment.captured - gone

    def list_refunds(self, payment: Payment) -> list[Refund]:
        """Return a payment's refunds."""
        return [refund for refund in self.refunds.values() if refund.payment.ref == payment.ref]

    def open_dispute(self, payment: Payment, amount: int, reason: str, *, is_inquiry: bool = False) -> Dispute:
        """Let a payer's bank take money back, or only ask about it."""
        status = f"{INQUIRY}needs_response" if is_inquiry else "needs_response"
        dispute = Dispute(
            ref=f"dp_{secrets.token_hex(12)}", payment=payment, amount=amount, status=status, reason=reason
        )
        self.disputes[dispute.ref] = dispute
        if not is_inquiry:
            self._move("dispute", payment, -amount, cost=0)
        return dispute

    def close_dispute(self, ref: str, *, is_won: bool) -> Dispute:
        """End a dispute."""
        dispute = self.disputes.get(ref)
        if dispute is None:
            raise NoPaymentError("no such dispute")
        if dispute.status.startswith(INQUIRY):
            dispute.status = f"{INQUIRY}closed"
            return dispute
        dispute.status = "won" if is_won else "lost"
        if is_won:
            self._move("dispute", dispute.payment, dispute.amount, cost=0)
        return dispute

    def list_movements(self, brand: Brand, *, since_s: int, until_s: int) -> list[Movement]:
        """Return what moved in a period, as statements tell of it: other than it was, if the mischief says so."""
        wish = self.mischief
        if wish.is_unlisted:
            return []
        found: list[Movement] = []
        for movement in self.movements:
            if movement.payment.brand is not brand or not since_s <= movement.at_s < until_s:
                continue
            found.append(_alter(movement, wish))
            if wish.is_listed_twice:
                ref = f"txn_{secrets.token_hex(12)}"
                found.append(msgspec.structs.replace(found[-1], ref=ref))
        return found

    def _move(self, kind: str, payment: Payment, amount: int, *, cost: int, refund: Refund | None = None) -> None:
        self.movements.append(
            Movement(
                ref=f"txn_{secrets.token_hex(12)}",
                kind=kind,
                payment=payment,
                refund=refund,
                amount=amount,
                cost=cost,
                at_s=self.now_s(),
            )
        )


def _alter(movement: Movement, wish: Mischief) -> Movement:
    payment = movement.payment
    if wish.listed_currency:
        payment = msgspec.structs.replace(payment, currency=wish.listed_currency)
    is_paid = movement.kind == "payment"
    amount = wish.listed_amount if is_paid and wish.listed_amount is not None else movement.amount
    cost = wish.listed_cost if is_paid and wish.listed_cost is not None else movement.cost
    return msgspec.structs.replace(movement, payment=payment, amount=amount, cost=cost)


def count_cost(brand: Brand, amount: int) -> int:
    """Return what the provider keeps: 1.5 % and 25, or 0.6 %."""
    if brand is Brand.STRIPE:
        return (amount * 15 + PERMILLE // 2) // PERMILLE + 25
    return (amount * 6 + PERMILLE // 2) // PERMILLE


def new_digits(count: int) -> str:
    """Return so many random digits: how the Chinese providers number things."""
    return "".join(secrets.choice("0123456789") for _ in range(count))
