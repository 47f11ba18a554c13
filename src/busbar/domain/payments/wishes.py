"""Wishes of people about payments, and the steps by which an errand carries them out."""

import msgspec

from busbar.canon.drivers import FindDriver
from busbar.canon.payments import (
    CancelPayment,
    CapturePayment,
    Payment,
    PaymentPurpose,
    PaymentState,
    PayWay,
    ProviderState,
    RefundNews,
    RefundPayment,
    RefundState,
    RemoveCard,
)
from busbar.canon.stations import FindStation
from busbar.canon.tenants import FindOperator
from busbar.domain.payments import model
from busbar.domain.payments.accounts import AccountService
from busbar.domain.payments.book import SYSTEM, PaymentBook
from busbar.domain.payments.model import Record, RefundRecord, Wish
from busbar.domain.payments.steps import (
    FindPayment,
    ListDuePayments,
    NoteNews,
    NoteRefund,
    NoteStart,
    NoteStop,
    NoteTrouble,
    StorePayment,
    TakePayment,
    Task,
)
from busbar.kernel.errors import NotFoundError
from busbar.kernel.ids import PaymentId
from busbar.ports.work import UnitOfWork


class WishService:
    """Writes down what is wanted, and what came of it."""

    def __init__(self, *, book: PaymentBook, accounts: AccountService) -> None:
        self._book = book
        self._store = book.store
        self._accounts = accounts

    # ---- what people want --------------------------------------------------------------------------------------------

    async def store(self, message: StorePayment, work: UnitOfWork) -> Payment:
        """Write down that a payment is wanted; a repeat answers the payment as it stands."""
        if message.purpose is not PaymentPurpose.CARD:
            model.check_amount(message.amount)
        model.check_currency(message.currency)
        account = await self._accounts.choose(work, message.operator_id, message.provider)
        method_id = await self._choose_card(message, work) if message.way is PayWay.CARD_ON_FILE else None
        given = {name: getattr(message, name) for name in StorePayment.__struct_fields__}
        record = Record(
            **given,
            account_id=account.account_id,
            state=PaymentState.CREATED,
            method_id=method_id,
            wish=Wish.OPEN,
            due_at=work.now,
            created_at=work.now,
            changed_at=work.now,
            expires_at=None if message.way is PayWay.CARD_ON_FILE else work.now + model.PAGE_LIFETIME,
        )
        before = await self._store.load_payment(work, message.payment_id)
        if before is not None:
            if not model.is_same_wish(before, record):
                raise model.PaymentUsedError("this id was used for another payment")
            return before.show()
        await self._check_people(message, work)
        await self._store.insert_payment(work, record)
        return record.show()

    async def _check_people(self, message: StorePayment, work: UnitOfWork) -> None:
        if message.driver_id is not None:
            await work.ask(FindDriver(operator_id=message.operator_id, driver_id=message.driver_id))
        if message.purpose is PaymentPurpose.GUEST and message.station_id is not None:
            station = await work.ask(FindStation(station_id=message.station_id))
            if station.operator_id != message.operator_id:
                raise StationElsewhereError("there is no such station")
        if message.purpose is PaymentPurpose.SESSION:
            return
        count = await self._store.count_open(work, driver_id=message.driver_id, address_key=message.address_key)
        if count >= model.OPEN_MAX:
            raise model.TooManyOpenError("too many payments wait to be made; finish one of them first")

    async def _choose_card(self, message: StorePayment, work: UnitOfWork) -> str:
        if message.driver_id is not None:
            for card in await self._store.list_cards(work, message.operator_id, message.driver_id):
                if card.provider is message.provider and card.currency == message.currency:
                    return card.method_id
        raise model.NoCardError("there is no card on file")

    async def capture(self, message: CapturePayment, work: UnitOfWork) -> Payment:
        """Let what was set aside be taken."""
        record = await self._book.demand(work, message.payment_id, message.operator_id)
        if record.state in model.PAID_STATES or record.wish is Wish.CAPTURE:
            return record.show()
        if record.state is not PaymentState.AUTHORISED:
            raise model.StateError("nothing is set aside", state=record.state.value)
        model.check_amount(message.amount)
        if message.amount > record.amount:
            raise model.AmountExceededError("not so much is set aside", left=record.amount)
        after = model.wish(record, Wish.CAPTURE, now=work.now, amount=message.amount)
        await self._store.update_payment(work, after)
        await self._book.note(work, record, message.requested_by, "payment.capture", amount=message.amount)
        return after.show()

    async def cancel(self, message: CancelPayment, work: UnitOfWork) -> Payment:
        """Let a payment be given up."""
        record = await self._book.demand(work, message.payment_id, message.operator_id)
        if record.state in model.OVER_STATES or (record.wish is Wish.CANCEL and record.state in model.OPEN_STATES):
            return record.show()
        if record.state in model.PAID_STATES:
            raise model.StateError("what was captured is given back, not cancelled", state=record.state.value)
        after = model.wish(record, Wish.CANCEL, now=work.now)
        await self._store.update_payment(work, after)
        await self._book.note(work, record, message.requested_by, "payment.cancel")
        return after.show()

    async def refund(self, message: RefundPayment, work: UnitOfWork) -> Payment:
        """Let money go back."""
        record = await self._book.demand(work, message.payment_id, message.operator_id)
        known = await self._store.load_refund(work, message.refund_id)
        if known is not None:
            if (known.payment_id, known.amount) != (record.payment_id, message.amount):
                raise model.RefundUsedError("this id was used for another refund")
            return record.show()
        model.check_amount(message.amount)
        after = await self._book.begin_refund(
            work,
            record,
            message.refund_id,
            message.amount,
            reason=message.reason,
            requested_by=message.requested_by,
        )
        await self._book.note(work, record, message.requested_by, "payment.refund", amount=message.amount)
        return after.show()

    async def remove_card(self, message: RemoveCard, work: UnitOfWork) -> None:
        """Forget a card."""
        card = await self._store.load_card(work, message.method_id)
        if card is None or (card.operator_id, card.driver_id) != (message.operator_id, message.driver_id):
            raise model.CardNotFoundError("there is no such card")
        await self._store.delete_cards(work, [card.method_id])

    async def find(self, message: FindPayment, work: UnitOfWork) -> Payment:
        """Look a payment up."""
        return (await self._book.demand(work, message.payment_id, message.operator_id)).show()

    # ---- steps of the errand -----------------------------------------------------------------------------------------

    async def list_due(self, message: ListDuePayments, work: UnitOfWork) -> tuple[PaymentId, ...]:
        """Return payments about which something is due."""
        return tuple(await self._store.list_due(work, now=work.now, limit=message.limit))

    async def take(self, message: TakePayment, work: UnitOfWork) -> Task | None:
        """Take a payment in hand."""
        record = await self._book.demand(work, message.payment_id)
        if message.is_look:
            return await self._describe(work, record, ())
        refunds = [
            refund
            for refund in await self._store.list_refunds(work, record.payment_id)
            if refund.due_at is not None and refund.due_at <= work.now
        ]
        is_due = record.due_at is not None and record.due_at <= work.now
        if not is_due and not refunds:
            return None
        taken = model.take(record, now=work.now) if is_due else msgspec.structs.replace(record, wish=Wish.NONE)
        if is_due:
            await self._store.update_payment(work, taken)
        held = [
            msgspec.structs.replace(each, due_at=work.now + model.LEASE, attempts=each.attempts + 1) for each in refunds
        ]
        for refund in held:
            await self._store.update_refund(work, refund)
        return await self._describe(work, taken, tuple(held))

    async def _describe(self, work: UnitOfWork, record: Record, refunds: tuple[RefundRecord, ...]) -> Task | None:
        account = await self._store.find_account(
            work, account_id=record.account_id, operator_id=None, provider=record.provider
        )
        if account is None:  # it was removed: look again when it may be back
            return None
        card = None if record.method_id is None else await self._store.load_card(work, record.method_id)
        operator = await work.ask(FindOperator(operator_id=record.operator_id))
        return Task(
            record=record,
            account=account,
            operator_name=operator.name,
            card=None if card is None else card.saved,
            refunds=refunds,
        )

    async def note_news(self, message: NoteNews, work: UnitOfWork) -> Payment:
        """Take in a provider's answer."""
        record = await self._book.demand(work, message.payment_id)
        if message.step is Wish.OPEN:
            record = msgspec.structs.replace(
                record,
                checkout_ref=message.checkout_ref or record.checkout_ref,
                page_url=message.page_url or record.page_url,
                code_text=message.code_text or record.code_text,
                order_text=message.order_text or record.order_text,
            )
            await self._store.update_payment(work, record)
        after = await self._book.learn(work, record, message.news)
        is_stuck = after.wish is message.step and message.step in {Wish.CAPTURE, Wish.CANCEL}
        if is_stuck and message.news.state in {ProviderState.PENDING, ProviderState.AUTHORISED}:
            await self._store.update_payment(work, model.wait(after, now=work.now))
        return after.show()

    async def note_refund(self, message: NoteRefund, work: UnitOfWork) -> None:
        """Take in a provider's answer about a refund."""
        refund = await self._store.load_refund(work, message.refund_id)
        if refund is not None:
            record = await self._book.demand(work, refund.payment_id)
            await self._book.learn_refund(work, record, refund, message.news)

    async def note_trouble(self, message: NoteTrouble, work: UnitOfWork) -> Payment:
        """Try again later, or give a step up."""
        record = await self._book.demand(work, message.payment_id)
        if message.refund_id is not None:
            refund = await self._store.load_refund(work, message.refund_id)
            if refund is not None and message.is_refused and refund.requested_by != SYSTEM:
                text = f"{message.code}: {message.text}"
                news = RefundNews(refund_id=refund.refund_id, state=RefundState.FAILED, failure_text=text)
                await self._book.learn_refund(work, record, refund, news)
            elif refund is not None and refund.due_at is not None:
                pause = model.LONGEST_PAUSE if message.is_final else model.count_pause(refund.attempts)
                after = msgspec.structs.replace(
                    refund, due_at=work.now + pause, failure_text=f"{message.code}: {message.text}"[:200]
                )
                await self._store.update_refund(work, after)
            return record.show()
        if record.wish is not message.step:
            return record.show()
        if not message.is_final:
            noted = msgspec.structs.replace(record, failure_code=message.code, failure_text=message.text[:200])
            after = model.wait(noted, now=work.now)
            await self._store.update_payment(work, after)
            return after.show()
        after, events = model.give_up(record, code=message.code, text=message.text, now=work.now)
        return (await self._book.keep(work, record, after, events)).show()

    async def note_start(self, message: NoteStart, work: UnitOfWork) -> None:
        """Tie the session to its payment, or let the money go."""
        record = await self._book.demand(work, message.payment_id)
        if record.wish is not Wish.START:
            return
        if message.session_id is None:
            failed = msgspec.structs.replace(record, failure_code=message.code, failure_text=message.text[:200])
            after, events = model.release(failed, now=work.now)
            await self._book.keep(work, record, after, events)
            return
        after = msgspec.structs.replace(record, session_id=message.session_id, attempts=0)
        is_held = record.state is PaymentState.AUTHORISED
        due_at = work.now + model.HOLD_LIFETIME
        later = msgspec.structs.replace(after, wish=Wish.CANCEL, wish_amount=0, due_at=due_at)
        done = later if is_held else msgspec.structs.replace(after, wish=Wish.NONE, due_at=None)
        await self._store.update_payment(work, msgspec.structs.replace(done, changed_at=work.now))

    async def note_stop(self, message: NoteStop, work: UnitOfWork) -> None:
        """Take in that the session was asked to stop."""
        record = await self._book.demand(work, message.payment_id)
        if record.wish is Wish.STOP:
            await self._store.update_payment(work, msgspec.structs.replace(record, wish=Wish.NONE, due_at=None))


class StationElsewhereError(NotFoundError):
    """The station is another operator's."""

    code = "not_found.station"
