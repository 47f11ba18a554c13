"""What payments hear of sessions and debts: what was set aside is taken or let go, a card on file pays."""

import msgspec

from busbar.canon.debts import ReceivableOpened, ReturnToCard
from busbar.canon.drivers import DriverErased
from busbar.canon.ledger import FindMoneyPolicy, MoneyMode, Spendable, choose_hold
from busbar.canon.payments import FindPaidAhead, PaymentPurpose, PaymentState
from busbar.canon.pricing import SessionPriced, TariffFixed
from busbar.canon.sessions import SessionEnded, SessionFailed, SessionsJoined
from busbar.domain.payments import model
from busbar.domain.payments.book import SYSTEM, PaymentBook
from busbar.domain.payments.model import Record, Wish
from busbar.domain.payments.store import CardRecord
from busbar.kernel.ids import DriverId, OperatorId, RefundId
from busbar.ports.work import UnitOfWork

PRICE_WAIT = model.LONGEST_PAUSE
"""How long an ended session may take to get its price before what is set aside for it is let go."""


class SessionListener:
    """Ties payments to sessions."""

    def __init__(self, book: PaymentBook) -> None:
        self._book = book
        self._store = book.store

    async def hear_fixed(self, fact: TariffFixed, work: UnitOfWork) -> None:
        """Set money aside on the driver's card when a session that has a tariff begins, where drivers pay afterwards.

        How much says the tariff, else the operator's policy; zero: nothing.
        """
        if fact.driver_id is None or await self._store.find_of_session(work, fact.session_id) is not None:
            return
        card = await self._find_card(work, fact.operator_id, fact.driver_id)
        if card is None:
            return
        policy = await work.ask(FindMoneyPolicy(operator_id=fact.operator_id))
        amount = choose_hold(policy, fact.hold)
        if policy.mode is MoneyMode.POSTPAID and amount > 0:
            await self._book.charge(work, card, session_id=fact.session_id, amount=amount, is_hold=True, name="hold")

    async def find_paid_ahead(self, message: FindPaidAhead, work: UnitOfWork) -> Spendable | None:
        """Tell what a guest's session may cost."""
        record = await self._store.find_of_session(work, message.session_id)
        if record is None or (record.operator_id, record.purpose) != (message.operator_id, PaymentPurpose.GUEST):
            return None
        return Spendable(currency=record.currency, amount=record.amount)

    async def hear_debt(self, fact: ReceivableOpened, work: UnitOfWork) -> None:
        """Pay a session by what is set aside for it, else by the driver's card."""
        if fact.session_id is None or fact.debtor.startswith("company:"):
            return
        record = await self._store.find_of_session(work, fact.session_id)
        is_open = record is not None and (record.due_amount is None or record.state is PaymentState.AUTHORISED)
        if record is not None and is_open and record.currency == fact.currency:
            after = model.price(record, fact.amount, fact.receivable_id, now=work.now)
            await self._store.update_payment(work, after)
            await self._book.settle(work, after)
            return
        card = None if fact.driver_id is None else await self._find_card(work, fact.operator_id, fact.driver_id)
        is_more = record is not None and record.state in model.PAID_STATES and record.method_id is not None
        if (record is None or is_more) and card is not None and card.currency == fact.currency:
            # what a corrected session costs more is a charge of its own, once for each time that it is told
            name = "due" if record is None else f"due {fact.at.isoformat()}"
            await self._book.charge(
                work, card, session_id=fact.session_id, amount=fact.amount, is_hold=False, name=name,
                receivable_id=fact.receivable_id,
            )  # fmt: skip

    async def return_to_card(self, message: ReturnToCard, work: UnitOfWork) -> int:
        """Give back to the cards that paid a session, what was paid last first."""
        left = message.amount
        for record in await self._store.list_of_session(work, message.session_id):
            is_card = record.operator_id == message.operator_id and record.purpose is PaymentPurpose.SESSION
            amount = min(left, record.left)
            if not is_card or record.state not in model.PAID_STATES or amount <= 0:
                continue
            refund_id = RefundId(f"{record.payment_id}-c{message.revision}")
            if await self._store.load_refund(work, refund_id) is None:
                priced = msgspec.structs.replace(record, due_amount=max((record.due_amount or 0) - amount, 0))
                await self._book.begin_refund(
                    work, priced, refund_id, amount, reason="the price was corrected", requested_by=SYSTEM
                )
                left -= amount
        return message.amount - left

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
        """Give a guest back what the session costs less than it was said to; of what is not taken yet, take less.

        What a driver's card paid goes back when the ledger asks for it (`ReturnToCard`).
        """
        less = (record.due_amount or 0) - fact.totals.gross
        if fact.revision <= 1 or less <= 0:
            return
        if record.purpose is PaymentPurpose.SESSION:
            if record.state not in model.PAID_STATES:
                after = model.price(record, max(fact.totals.gross, 0), record.receivable_id, now=work.now)
                await self._store.update_payment(work, after)
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
