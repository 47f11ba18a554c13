"""What payments hear of sessions and debts: what was set aside is taken or let go, a card on file pays."""

from hashlib import sha256

import msgspec

from busbar.canon.debts import ReceivableOpened
from busbar.canon.drivers import DriverErased
from busbar.canon.ledger import FindMoneyPolicy, MoneyMode
from busbar.canon.payments import PaymentPurpose, PaymentState, PayWay
from busbar.canon.pricing import SessionPriced
from busbar.canon.sessions import SessionEnded, SessionFailed, SessionsJoined, SessionStarted
from busbar.domain.payments import model
from busbar.domain.payments.book import SYSTEM, PaymentBook
from busbar.domain.payments.model import Record, Wish
from busbar.domain.payments.store import CardRecord
from busbar.kernel.ids import DriverId, OperatorId, PaymentId, RefundId, SessionId
from busbar.ports.work import UnitOfWork

PRICE_WAIT = model.LONGEST_PAUSE
"""How long an ended session may take to get its price before what is set aside for it is let go."""


class SessionListener:
    """Ties payments to sessions."""

    def __init__(self, book: PaymentBook) -> None:
        self._book = book
        self._store = book.store

    async def hear_start(self, fact: SessionStarted, work: UnitOfWork) -> None:
        """Set money aside on the driver's card when a session begins, where drivers pay afterwards."""
        if fact.driver_id is None or await self._store.find_of_session(work, fact.session_id) is not None:
            return
        card = await self._find_card(work, fact.operator_id, fact.driver_id)
        if card is None:
            return
        policy = await work.ask(FindMoneyPolicy(operator_id=fact.operator_id))
        if policy.mode is MoneyMode.POSTPAID and policy.hold > 0:
            await self._charge(work, card, session_id=fact.session_id, amount=policy.hold, is_hold=True, name="hold")

    async def hear_debt(self, fact: ReceivableOpened, work: UnitOfWork) -> None:
        """Pay a session by what is set aside for it, else by the driver's card."""
        if fact.session_id is None or fact.debtor.startswith("company:"):
            return
        record = await self._store.find_of_session(work, fact.session_id)
        if record is not None and record.due_amount is None and record.currency == fact.currency:
            after = model.price(record, fact.amount, fact.receivable_id, now=work.now)
            await self._store.update_payment(work, after)
            await self._book.settle(work, after)
            return
        card = None if fact.driver_id is None else await self._find_card(work, fact.operator_id, fact.driver_id)
        if record is None and card is not None and card.currency == fact.currency:
            made = await self._charge(
                work, card, session_id=fact.session_id, amount=fact.amount, is_hold=False, name="due"
            )
            if made is not None:
                due = model.price(made, fact.amount, fact.receivable_id, now=work.now)
                await self._store.update_payment(work, due)

    async def hear_price(self, fact: SessionPriced, work: UnitOfWork) -> None:
        """Let go what is set aside for a session that costs nothing; take a guest's price where no debt is kept."""
        record = await self._store.find_of_session(work, fact.session_id)
        if record is None:
            return
        gross = fact.totals.gross
        if record.due_amount is not None:
            await self._correct(work, record, fact)
        elif gross <= 0:
            await self._release(work, record)
        elif record.purpose is PaymentPurpose.GUEST and record.currency == fact.currency:
            policy = await work.ask(FindMoneyPolicy(operator_id=fact.operator_id))
            if policy.mode is MoneyMode.NONE:
                after = model.price(record, gross, None, now=work.now)
                await self._store.update_payment(work, after)
                await self._book.settle(work, after)

    async def _correct(self, work: UnitOfWork, record: Record, fact: SessionPriced) -> None:
        """Give a guest back what the session costs less than it was said to."""
        less = (record.due_amount or 0) - fact.totals.gross
        if record.purpose is not PaymentPurpose.GUEST or fact.revision <= 1 or less <= 0:
            return
        amount = min(less, record.left)
        if record.state in model.PAID_STATES and amount > 0:
            priced = msgspec.structs.replace(record, due_amount=fact.totals.gross)
            refund_id = RefundId(f"{record.payment_id}-c{fact.revision}")
            await self._book.begin_refund(
                work, priced, refund_id, amount, reason="the price was corrected", requested_by=SYSTEM
            )
        elif record.state is PaymentState.AUTHORISED:
            await self._store.update_payment(
                work, model.price(record, fact.totals.gross, record.receivable_id, now=work.now)
            )

    async def hear_end(self, fact: SessionEnded, work: UnitOfWork) -> None:
        """Let go what is set aside for a session that is over, unless it gets its price in time."""
        record = await self._store.find_of_session(work, fact.session_id)
        if record is None or record.due_amount is not None:
            return
        if record.state is PaymentState.AUTHORISED:
            due_at = work.now + PRICE_WAIT
            after = msgspec.structs.replace(record, wish=Wish.CANCEL, wish_amount=0, due_at=due_at, attempts=0)
            await self._store.update_payment(work, after)

    async def hear_failure(self, fact: SessionFailed, work: UnitOfWork) -> None:
        """Let go what is set aside for a session that will not begin."""
        record = await self._store.find_of_session(work, fact.session_id)
        if record is not None and record.due_amount is None:
            failed = msgspec.structs.replace(record, failure_code="session_failed", failure_text=fact.reason[:200])
            await self._release(work, failed)

    async def hear_joined(self, fact: SessionsJoined, work: UnitOfWork) -> None:
        """Tie payments to the session that two turned out to be."""
        await self._store.move_session(work, fact.joined_session_id, fact.session_id)

    async def hear_erased(self, fact: DriverErased, work: UnitOfWork) -> None:
        """Forget the cards of a driver who is gone."""
        cards = await self._store.list_cards(work, fact.operator_id, fact.driver_id)
        if cards:
            await self._store.delete_cards(work, [card.method_id for card in cards])

    async def _release(self, work: UnitOfWork, record: Record) -> None:
        after, events = model.release(record, now=work.now)
        await self._book.keep(work, record, after, events)

    async def _find_card(self, work: UnitOfWork, operator_id: OperatorId, driver_id: DriverId) -> CardRecord | None:
        return next(iter(await self._store.list_cards(work, operator_id, driver_id)), None)

    async def _charge(
        self, work: UnitOfWork, card: CardRecord, *, session_id: SessionId, amount: int, is_hold: bool, name: str
    ) -> Record | None:
        """Write down that a card is to pay; None: it was written down before."""
        payment_id = PaymentId(sha256(f"{name}\n{session_id}".encode()).hexdigest()[:32])
        if await self._store.load_payment(work, payment_id) is not None:
            return None
        record = Record(
            payment_id=payment_id,
            operator_id=card.operator_id,
            account_id=card.account_id,
            provider=card.provider,
            way=PayWay.CARD_ON_FILE,
            purpose=PaymentPurpose.SESSION,
            state=PaymentState.CREATED,
            amount=amount,
            currency=card.currency,
            is_hold=is_hold,
            driver_id=card.driver_id,
            session_id=session_id,
            method_id=card.method_id,
            wish=Wish.OPEN,
            due_at=work.now,
            requested_by=SYSTEM,
            created_at=work.now,
            changed_at=work.now,
        )
        await self._store.insert_payment(work, record)
        return record
