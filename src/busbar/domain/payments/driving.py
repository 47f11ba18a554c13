"""Driving a payment: whatever is due about it is asked of its provider, and the answer is written down."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from busbar.canon.access import IdToken, PutToken, TokenKind
from busbar.canon.payments import (
    PaymentPurpose,
    PaymentState,
    PayWay,
    Provider,
    ProviderNews,
    ProviderState,
    RefundState,
)
from busbar.canon.sessions import StartSession, StopSession, StopTarget
from busbar.domain.payments import model
from busbar.domain.payments.model import Record, RefundRecord, Wish
from busbar.domain.payments.steps import (
    NoteNews,
    NoteRefund,
    NoteStart,
    NoteStop,
    NoteTrouble,
    SealedAccount,
    TakePayment,
    Task,
)
from busbar.kernel.clock import Clock
from busbar.kernel.errors import BusbarError, ConflictError, LimitExceededError, NotFoundError, UnavailableError
from busbar.kernel.ids import CommandId, PaymentId
from busbar.ports.dispatcher import Dispatcher
from busbar.ports.payments import (
    Merchant,
    Opened,
    Order,
    PaymentKey,
    PaymentRefusedError,
    Payments,
    ProviderPaymentMissingError,
    RefundOrder,
)

R = TypeVar("R")
log = structlog.get_logger(__name__)

STEPS_MAX = 6
"""Steps that follow from each other at once: open, learn, start."""
TRIES = 2
"""How often a question is asked before it waits for its next turn."""
ACTOR = "system:payments"
TOKEN_LIFETIME = timedelta(hours=24)
TOKEN_CHARS = 19
"""With the letter before it, what OCPP 1.6 lets an idTag have."""
NOTICES_PATH = "/api/v1/payments/notices"


class Driver:
    """Does at providers what is due."""

    def __init__(
        self,
        *,
        core: Dispatcher,
        providers: Mapping[Provider, Payments],
        open_account: Callable[[SealedAccount], Merchant],
        clock: Clock,
        public_address: str,
    ) -> None:
        self._core = core
        self._providers = providers
        self._open_account = open_account
        self._clock = clock
        self._public_address = public_address

    async def drive(self, payment_id: PaymentId) -> None:
        """Take the steps that are due, one after the other. What cannot be done now stays due."""
        for _ in range(STEPS_MAX):
            task = await self._core.dispatch(TakePayment(payment_id=payment_id))
            if task is None:
                return
            for refund in task.refunds:
                await self._refund(task, refund)
            if task.record.wish is not Wish.NONE and not await self._step(task):
                return

    async def ask(self, payment_id: PaymentId) -> None:
        """Ask the provider now how a payment stands. Errors: `unavailable.payment_provider`."""
        task = await self._core.dispatch(TakePayment(payment_id=payment_id, is_look=True))
        if task is None or task.record.state is PaymentState.CREATED:
            return
        record = task.record
        provider, merchant = self._providers[record.provider], self._open_account(task.account)
        news = await self._query(provider, merchant, record)
        await self._core.dispatch(NoteNews(payment_id=payment_id, step=Wish.QUERY, news=news))

    async def _step(self, task: Task) -> bool:
        """Take one step; answer whether another may follow."""
        record = task.record
        try:
            match record.wish:
                case Wish.START:
                    await self._start(task)
                case Wish.STOP:
                    await self._stop(record)
                case _:
                    await self._ask_provider(task)
        except (UnavailableError, LimitExceededError) as error:
            await self._note_trouble(record, error, is_final=False)
            return False
        except BusbarError as error:
            log.warning("payments.step_refused", payment_id=record.payment_id, step=record.wish, code=error.code)
            await self._note_trouble(record, error, is_final=True)
        return True

    async def _ask_provider(self, task: Task) -> None:
        record = task.record
        provider, merchant = self._providers[record.provider], self._open_account(task.account)
        key = _name(record)
        note = NoteNews(payment_id=record.payment_id, step=record.wish, news=ProviderNews(state=ProviderState.PENDING))
        match record.wish:
            case Wish.OPEN:
                opened = await self._try(lambda: provider.open(merchant, self._order(task)))
                await self._core.dispatch(_note_opened(note, opened))
                return
            case Wish.CAPTURE:
                news = await self._try(lambda: provider.capture(merchant, key, amount=record.wish_amount))
            case Wish.CANCEL:
                news = await self._try(lambda: provider.cancel(merchant, key))
            case _:
                news = await self._query(provider, merchant, record)
        await self._core.dispatch(NoteNews(payment_id=record.payment_id, step=record.wish, news=news))

    async def _query(self, provider: Payments, merchant: Merchant, record: Record) -> ProviderNews:
        """Ask how a payment stands. Where nobody came to the page yet, some providers know of none."""
        try:
            return await self._try(lambda: provider.query(merchant, _name(record)))
        except ProviderPaymentMissingError:
            is_late = record.expires_at is not None and self._clock.now() >= record.expires_at
            return ProviderNews(state=ProviderState.CANCELLED if is_late else ProviderState.PENDING)

    async def _try(self, ask: Callable[[], Awaitable[R]]) -> R:
        for _ in range(TRIES - 1):
            try:
                return await ask()
            except UnavailableError:
                continue
        return await ask()

    def _order(self, task: Task) -> Order:
        record = task.record
        is_by_page = record.way is PayWay.PAGE
        has_card = self._providers[record.provider].can_hold
        return Order(
            payment_id=record.payment_id,
            way=record.way,
            amount=record.amount,
            currency=record.currency,
            is_hold=record.is_hold,
            is_card_saved=record.purpose is PaymentPurpose.CARD,
            description=task.operator_name[:60],
            return_url=record.return_url,
            notice_url=self._notice_url(task.account),
            payer_ref=record.payer_ref,
            customer_key=record.driver_id or "" if is_by_page and has_card else "",
            card=task.card,
            expires_at=record.expires_at or record.created_at + model.PAGE_LIFETIME,
            language=record.language,
        )

    def _notice_url(self, account: SealedAccount) -> str:
        return f"{self._public_address}{NOTICES_PATH}/{account.provider}/{account.account_id}"

    # ---- refunds -----------------------------------------------------------------------------------------------------

    async def _refund(self, task: Task, refund: RefundRecord) -> None:
        record = task.record
        provider, merchant = self._providers[record.provider], self._open_account(task.account)
        order = RefundOrder(
            refund_id=refund.refund_id,
            amount=refund.amount,
            currency=refund.currency,
            reason=refund.reason,
            notice_url=self._notice_url(task.account),
            provider_ref=refund.provider_ref,
        )
        ask = provider.refund if refund.state is RefundState.WANTED else provider.query_refund
        try:
            news = await self._try(lambda: ask(merchant, _name(record), order))
            await self._core.dispatch(NoteRefund(refund_id=refund.refund_id, news=news))
        except BusbarError as error:
            is_final = not isinstance(error, UnavailableError | LimitExceededError)
            if is_final:
                log.warning("payments.refund_refused", refund_id=refund.refund_id, code=error.code)
            await self._note_trouble(record, error, is_final=is_final, refund=refund)

    async def _note_trouble(
        self, record: Record, error: BusbarError, *, is_final: bool, refund: RefundRecord | None = None
    ) -> None:
        reason, detail = error.facts.get("reason"), error.facts.get("detail")
        await self._core.dispatch(
            NoteTrouble(
                payment_id=record.payment_id,
                step=record.wish,
                refund_id=None if refund is None else refund.refund_id,
                is_final=is_final,
                is_refused=isinstance(error, PaymentRefusedError),
                code=str(reason or error.code),
                text=str(detail or error.text),
            )
        )

    # ---- the session that is paid for --------------------------------------------------------------------------------

    async def _start(self, task: Task) -> None:
        """Start a guest's session with a token of its own; what keeps it from starting lets the money go.

        Of the kind of apps' tokens: stations of every version take it, and say it again as it was. It ends when it
        costs what was paid or set aside for it: nobody could be asked for more.
        """
        record = task.record
        assert record.station_id is not None  # noqa: S101 - a guest's payment names its station
        value = name_token(record.payment_id)
        try:
            await self._core.dispatch(
                PutToken(
                    operator_id=record.operator_id,
                    actor=ACTOR,
                    value=value,
                    kind=TokenKind.APP,
                    label="Guest",
                    expires_at=_in_a_day(record.created_at),
                )
            )
            session_id = await self._core.dispatch(
                StartSession(
                    command_id=CommandId(record.payment_id),
                    operator_id=record.operator_id,
                    station_id=record.station_id,
                    evse_id=record.evse_id,
                    connector_id=record.connector_id,
                    id_token=IdToken(value=value, kind=TokenKind.APP),
                    target=StopTarget(cost=record.amount),
                    requested_by="guest",
                )
            )
        except (UnavailableError, LimitExceededError):
            raise
        except BusbarError as error:
            note = NoteStart(payment_id=record.payment_id, session_id=None, code=error.code, text=error.text)
            await self._core.dispatch(note)
            return
        await self._core.dispatch(NoteStart(payment_id=record.payment_id, session_id=session_id))

    async def _stop(self, record: Record) -> None:
        """Stop a session that nobody pays for; one that is over already is fine."""
        if record.session_id is not None:
            try:
                await self._core.dispatch(
                    StopSession(
                        command_id=CommandId(record.payment_id),
                        operator_id=record.operator_id,
                        session_id=record.session_id,
                        requested_by=ACTOR,
                    )
                )
            except (ConflictError, NotFoundError):
                log.info("payments.session_over", session_id=record.session_id)
        await self._core.dispatch(NoteStop(payment_id=record.payment_id))


def name_token(payment_id: PaymentId) -> str:
    """Return the token that a guest's session starts with."""
    return f"G{payment_id[-TOKEN_CHARS:]}".upper()


def _in_a_day(at: datetime) -> datetime:
    return at + TOKEN_LIFETIME


def _name(record: Record) -> PaymentKey:
    return PaymentKey(
        payment_id=record.payment_id,
        amount=record.amount,
        currency=record.currency,
        checkout_ref=record.checkout_ref,
        provider_ref=record.provider_ref,
    )


def _note_opened(note: NoteNews, opened: Opened) -> NoteNews:
    return NoteNews(
        payment_id=note.payment_id,
        step=Wish.OPEN,
        news=opened.news,
        checkout_ref=opened.checkout_ref,
        page_url=opened.page_url,
        code_text=opened.code_text,
        order_text=opened.order_text,
    )
