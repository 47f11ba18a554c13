"""The ledger room put together: what it handles, and what it hears."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from busbar.canon.closings import FindWallet
from busbar.canon.debts import (
    FindDriverCompany,
    PutCompanyDriver,
    RemindOverdue,
    RemindReceivable,
    RemoveCompanyDriver,
    SaveCompany,
    SettleReceivable,
    TakeBankPayment,
    TakeDue,
    WriteOffReceivable,
)
from busbar.canon.ledger import (
    AdjustWallet,
    CaptureHold,
    CheckFunds,
    CloseDays,
    CloseWallet,
    ExpireHolds,
    FindMoneyPolicy,
    FindSpendable,
    FreezeWallet,
    HoldFunds,
    NoteRunningCost,
    OpenAccount,
    PostTransfer,
    ReleaseHold,
    ReverseTransfer,
    SetMoneyPolicy,
    UnfreezeWallet,
)
from busbar.canon.message import Fact, Message
from busbar.canon.pricing import SessionPriced, TariffFixed
from busbar.canon.sessions import SessionsJoined
from busbar.canon.settlement import Revenue, SumRevenue
from busbar.canon.tenants import OperatorChanged
from busbar.domain.ledger import model
from busbar.domain.ledger.debts import Debts
from busbar.domain.ledger.dues import Dues
from busbar.domain.ledger.holds import Holds
from busbar.domain.ledger.store import LedgerStore
from busbar.domain.ledger.tabs import Tabs
from busbar.domain.ledger.teller import Teller
from busbar.domain.ledger.transfers import Transfers
from busbar.domain.ledger.wallets import Companies, Wallets
from busbar.kernel.ids import IdSource
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]
DAYS_MAX = 62
"""Days of one operator that are closed at once; the next time takes the rest."""


class LedgerService:
    """Accounts and transfers, holds, debts, and what sessions cost whom."""

    def __init__(self, *, store: LedgerStore, ids: IdSource, cache_max: int = 50_000) -> None:
        """`cache_max`: accounts, drivers and sessions that are kept in memory."""
        self._store = store
        self._teller = Teller(store, ids=ids, accounts_max=cache_max)
        self._debts = Debts(self._teller, ids=ids)
        self._holds = Holds(self._teller)
        self._transfers = Transfers(self._teller, self._debts)
        self._wallets = Wallets(self._teller, self._debts)
        self._companies = Companies(self._teller, self._debts, ids=ids, drivers_max=cache_max)
        self._tabs = Tabs(
            teller=self._teller,
            holds=self._holds,
            debts=self._debts,
            companies=self._companies,
            sessions_max=cache_max,
        )
        self._dues = Dues(self._teller, debts=self._debts, transfers=self._transfers, tabs=self._tabs)

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Say which messages are handled here."""
        return {
            AdjustWallet: self._transfers.adjust,
            CaptureHold: self._holds.capture,
            FindSpendable: self._tabs.find_spendable,
            CheckFunds: self._tabs.check_funds,
            CloseDays: self.close_days,
            CloseWallet: self._wallets.close,
            ExpireHolds: self._holds.expire,
            FindDriverCompany: self._companies.find_company,
            FindMoneyPolicy: self._tabs.find_policy,
            FindWallet: self._wallets.find,
            FreezeWallet: self._wallets.freeze,
            HoldFunds: self._holds.hold,
            NoteRunningCost: self._tabs.note_cost,
            OpenAccount: self._transfers.open_account,
            PostTransfer: self._transfers.post,
            PutCompanyDriver: self._companies.put_driver,
            ReleaseHold: self._holds.release,
            RemindOverdue: self._debts.remind_overdue,
            RemindReceivable: self._debts.remind,
            RemoveCompanyDriver: self._companies.remove_driver,
            ReverseTransfer: self._transfers.reverse,
            SaveCompany: self._companies.save,
            SetMoneyPolicy: self._tabs.set_policy,
            SettleReceivable: self._debts.settle,
            TakeBankPayment: self._debts.take_bank_payment,
            SumRevenue: self.sum_revenue,
            TakeDue: self._dues.take,
            UnfreezeWallet: self._wallets.unfreeze,
            WriteOffReceivable: self._debts.write_off,
        }

    def listeners(self) -> list[tuple[type[Fact], str, Handler]]:
        """Say which facts are listened to, and under which name."""
        return [
            (TariffFixed, "ledger.tariff_fixed", self._tabs.hear_fixed),
            (SessionsJoined, "ledger.sessions_joined", self._tabs.hear_joined),
            (SessionPriced, "ledger.session_priced", self._tabs.hear_priced),
            (OperatorChanged, "ledger.operator_changed", self._tabs.hear_operator),
        ]

    def forget_all(self) -> None:
        """Look up again what another process may have changed: policies and companies."""
        self._tabs.forget_all()

    async def sum_revenue(self, message: SumRevenue, work: UnitOfWork) -> Revenue:
        """Add up what sessions brought in a period."""
        sites = await self._store.sum_revenue(work, message.operator_id, since=message.since, until=message.until)
        closed_until = await self._store.find_closed_until(work, message.operator_id)
        return Revenue(closed_until=closed_until, sites=tuple(sites))

    async def close_days(self, _message: CloseDays, work: UnitOfWork) -> int:
        """Close the days that are over."""
        count = 0
        for operator_id, until in await self._store.list_open_books(work):
            begin = until.replace(hour=0, minute=0, second=0, microsecond=0)
            for end in model.list_day_ends(until, work.now, days_max=DAYS_MAX):
                await self._store.sum_day(work, operator_id, begin, end)
                await self._store.close_day(work, operator_id, begin, end)
                begin = end
                count += 1
        return count
