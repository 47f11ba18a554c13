"""The payments room put together: what it handles, and what it hears."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from busbar.canon.closings import BeginWalletClosing, CancelWalletClosing, ConfirmWalletPayout
from busbar.canon.debts import ReceivableOpened, ReturnToCard
from busbar.canon.drivers import DriverErased
from busbar.canon.message import Fact, Message
from busbar.canon.payments import (
    CancelPayment,
    CapturePayment,
    FindPaidAhead,
    ListPaymentAccounts,
    RefundPayment,
    RemoveCard,
    RemovePaymentAccount,
)
from busbar.canon.pricing import SessionPriced, TariffFixed
from busbar.canon.reconciliation import SettleDifference
from busbar.canon.sessions import SessionEnded, SessionFailed, SessionsJoined
from busbar.domain.payments.accounts import AccountService
from busbar.domain.payments.book import PaymentBook
from busbar.domain.payments.books import Books
from busbar.domain.payments.closings import ClosingService
from busbar.domain.payments.notices import NoticeService
from busbar.domain.payments.reconciliation import ReconciliationService
from busbar.domain.payments.sessions import SessionListener
from busbar.domain.payments.steps import (
    FindAccount,
    FindPayment,
    ListDuePayments,
    ListStatementsWanted,
    NoteNews,
    NoteRefund,
    NoteStart,
    NoteStop,
    NoteTrouble,
    StoreAccount,
    StoreNotice,
    StorePayment,
    StoreStatement,
    TakePayment,
)
from busbar.domain.payments.store import Store
from busbar.domain.payments.wishes import WishService
from busbar.kernel.ids import IdSource
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]


class PaymentService:
    """Payments at providers, and their statements."""

    def __init__(self, *, store: Store, ids: IdSource) -> None:
        book = PaymentBook(store=store, ids=ids, books=Books())
        self._accounts = AccountService(store)
        self._wishes = WishService(book=book, accounts=self._accounts)
        self._notices = NoticeService(book)
        self._sessions = SessionListener(book)
        self._closings = ClosingService(store=store, book=book)
        book.hear_refund = self._closings.hear_refund
        self._reconciliation = ReconciliationService(book=book, ids=ids)

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Return what the core gives to this room. The room's other commands are errands."""
        return {
            BeginWalletClosing: self._closings.begin,
            CancelPayment: self._wishes.cancel,
            CancelWalletClosing: self._closings.cancel,
            CapturePayment: self._wishes.capture,
            ConfirmWalletPayout: self._closings.confirm,
            FindAccount: self._accounts.find,
            FindPaidAhead: self._sessions.find_paid_ahead,
            FindPayment: self._wishes.find,
            ListDuePayments: self._wishes.list_due,
            ListPaymentAccounts: self._accounts.list_for,
            ListStatementsWanted: self._reconciliation.list_wanted,
            NoteNews: self._wishes.note_news,
            NoteRefund: self._wishes.note_refund,
            NoteStart: self._wishes.note_start,
            NoteStop: self._wishes.note_stop,
            NoteTrouble: self._wishes.note_trouble,
            RefundPayment: self._wishes.refund,
            RemoveCard: self._wishes.remove_card,
            RemovePaymentAccount: self._accounts.remove,
            ReturnToCard: self._sessions.return_to_card,
            SettleDifference: self._reconciliation.settle,
            StoreAccount: self._accounts.store,
            StoreNotice: self._notices.store,
            StorePayment: self._wishes.store,
            StoreStatement: self._reconciliation.store,
            TakePayment: self._wishes.take,
        }

    def listeners(self) -> list[tuple[type[Fact], str, Handler]]:
        """Return what this room wants to hear."""
        return [
            (TariffFixed, "payments.tariff_fixed", self._sessions.hear_fixed),
            (SessionFailed, "payments.session_failed", self._sessions.hear_failure),
            (SessionEnded, "payments.session_ended", self._sessions.hear_end),
            (SessionsJoined, "payments.sessions_joined", self._sessions.hear_joined),
            (SessionPriced, "payments.session_priced", self._sessions.hear_price),
            (ReceivableOpened, "payments.receivable_opened", self._sessions.hear_debt),
            (DriverErased, "payments.driver_erased", self._sessions.hear_erased),
            (DriverErased, "payments.closings_erased", self._closings.hear_erased),
        ]
