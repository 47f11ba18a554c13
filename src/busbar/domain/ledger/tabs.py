"""Sessions and their money: who may start, what is held, when a session has to stop, and who pays its price.

Where an operator's policy asks for nothing, neither a start nor a running session costs any SQL here.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec

from busbar.canon.debts import ReturnToCard
from busbar.canon.ledger import (
    AccountKind,
    AccountRef,
    AccountStatus,
    CaptureHold,
    CheckFunds,
    FindMoneyPolicy,
    FindSpendable,
    FundsVerdict,
    HoldFunds,
    Leg,
    MoneyMode,
    MoneyPolicy,
    MoneyPolicyChanged,
    NoteRunningCost,
    Portion,
    PostTransfer,
    ReleaseHold,
    SetMoneyPolicy,
    Spendable,
    TransferKind,
    TransferState,
    WalletLow,
    choose_hold,
    name_driver,
)
from busbar.canon.pricing import SessionPriced, TariffFixed
from busbar.canon.sessions import SessionsJoined
from busbar.canon.tenants import FindOperator, OperatorChanged, RecordAudit
from busbar.domain.ledger import model
from busbar.domain.ledger.debts import SYSTEM, Debts, owed_by
from busbar.domain.ledger.guests import GUESTS, find_payer
from busbar.domain.ledger.holds import Holds, wallet_of
from busbar.domain.ledger.model import Payment, Purse, Tab
from busbar.domain.ledger.posting import shape_posted, tell_posted
from busbar.domain.ledger.stopping import stop_session
from busbar.domain.ledger.store import Book, Membership
from busbar.domain.ledger.teller import Teller
from busbar.domain.ledger.wallets import Companies
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.errors import BusbarError
from busbar.kernel.ids import DriverId, OperatorId, SessionId
from busbar.ports.work import UnitOfWork

_HOLD_PREFIX = "hold:"
NO_REFUNDS = AccountRef(kind=AccountKind.REFUNDS)


class Terms(msgspec.Struct, frozen=True):
    """How an operator deals with money, and in which currency."""

    policy: MoneyPolicy
    currency: str


class Cover(msgspec.Struct, frozen=True):
    """What a running session may cost; None: whatever it costs."""

    held: int | None
    is_stopped: bool = False
    driver_id: DriverId | None = None
    """For whom was looked when nothing was held."""


class Tabs:
    """Holds at the start, posts at the end."""

    def __init__(self, *, teller: Teller, holds: Holds, debts: Debts, companies: Companies, sessions_max: int) -> None:
        self._teller = teller
        self._holds = holds
        self._debts = debts
        self._companies = companies
        self._terms: BoundedDict[OperatorId, Terms] = BoundedDict(bound=sessions_max)
        self._covers: BoundedDict[SessionId, Cover] = BoundedDict(bound=sessions_max)

    def forget_all(self) -> None:
        """Look every policy up again: another process changed some."""
        self._terms.clear()
        self._companies.forget_all()

    # ---- policy ------------------------------------------------------------------------------------------------------

    async def find_terms(self, work: UnitOfWork, operator_id: OperatorId) -> Terms:
        """Return how an operator deals with money."""
        terms = self._terms.get(operator_id)
        if terms is None:
            policy = await self._teller.store.load_policy(work, operator_id) or MoneyPolicy()
            operator = await work.ask(FindOperator(operator_id=operator_id))
            terms = Terms(policy, operator.currency)
            work.keep(self._terms, operator_id, terms)
        return terms

    async def find_policy(self, message: FindMoneyPolicy, work: UnitOfWork) -> MoneyPolicy:
        """Tell how an operator's drivers pay."""
        return (await self.find_terms(work, message.operator_id)).policy

    async def set_policy(self, message: SetMoneyPolicy, work: UnitOfWork) -> MoneyPolicy:
        """Decide how an operator's drivers pay."""
        model.check_policy(message.policy)
        await self._teller.store.save_policy(work, message.operator_id, message.policy)
        work.forget(self._terms, message.operator_id)
        work.tell(MoneyPolicyChanged(operator_id=message.operator_id, at=work.now, mode=message.policy.mode))
        await work.ask(
            RecordAudit(
                operator_id=message.operator_id,
                actor=message.actor,
                action="money_policy.set",
                subject=f"operator:{message.operator_id}",
                detail=msgspec.structs.asdict(message.policy),
            )
        )
        return message.policy

    async def hear_operator(self, fact: OperatorChanged, work: UnitOfWork) -> None:
        """Look an operator's currency up again."""
        work.forget(self._terms, fact.operator_id)

    # ---- who may start -----------------------------------------------------------------------------------------------

    async def check_funds(self, message: CheckFunds, work: UnitOfWork) -> FundsVerdict:
        """Tell whether a driver's money allows a start."""
        terms = await self.find_terms(work, message.operator_id)
        if terms.policy.mode is MoneyMode.NONE:
            return FundsVerdict.ENOUGH
        member = await self._companies.find(work, message.operator_id, message.driver_id)
        if member is not None:
            left = await self._companies.find_left(work, message.driver_id, member)
            return FundsVerdict.BUDGET_USED if left == 0 else FundsVerdict.ENOUGH
        book = Book(message.operator_id, terms.currency)
        wallet = await self._teller.store.peek_account(work, book, wallet_of(message.driver_id))
        if wallet is not None and wallet.status is not AccountStatus.OPEN:
            return FundsVerdict.FROZEN
        balance = 0 if wallet is None else wallet.balance or 0
        if terms.policy.mode is MoneyMode.POSTPAID or model.has_enough(balance, terms.policy):
            return FundsVerdict.ENOUGH
        is_ending = message.station_id is not None and await self._teller.store.has_hold_at(
            work, message.driver_id, message.station_id
        )
        return FundsVerdict.ENOUGH if is_ending else FundsVerdict.TOO_LITTLE

    async def find_spendable(self, message: FindSpendable, work: UnitOfWork) -> Spendable | None:
        """Tell what a session may cost that is prepaid, or at the expense of a company with a budget."""
        terms = await self.find_terms(work, message.operator_id)
        if terms.policy.mode is MoneyMode.NONE:
            return None
        member = await self._companies.find(work, message.operator_id, message.driver_id)
        if member is not None:
            may_cost = await self._companies.find_left(work, message.driver_id, member)
            return None if may_cost is None else Spendable(currency=terms.currency, amount=may_cost)
        if terms.policy.mode is not MoneyMode.PREPAID:
            return None
        book = Book(message.operator_id, terms.currency)
        wallet = await self._teller.store.peek_account(work, book, wallet_of(message.driver_id))
        left = (wallet.balance or 0) if wallet is not None and wallet.status is AccountStatus.OPEN else 0
        tab = await self._teller.store.load_tab(work, message.session_id)
        held = tab.held if tab is not None and not tab.revision else 0
        return Spendable(currency=terms.currency, amount=left + held)

    # ---- the start ---------------------------------------------------------------------------------------------------

    async def hear_fixed(self, fact: TariffFixed, work: UnitOfWork) -> None:
        """Set money aside for a prepaid session that will have a price."""
        terms = await self.find_terms(work, fact.operator_id)
        if terms.policy.mode is MoneyMode.PREPAID and fact.driver_id is not None:
            await self._begin(work, fact, fact.driver_id, terms, hold=fact.hold)

    async def _begin(
        self,
        work: UnitOfWork,
        session: TariffFixed | NoteRunningCost,
        driver_id: DriverId,
        terms: Terms,
        *,
        hold: int | None = None,
    ) -> None:
        if await self._companies.find(work, session.operator_id, driver_id) is not None:
            return
        if await self._teller.store.load_tab(work, session.session_id) is not None:
            return
        tab = Tab(
            session_id=session.session_id, operator_id=session.operator_id, station_id=session.station_id,
            driver_id=driver_id, currency=terms.currency, at=work.now,
        )  # fmt: skip
        wanted = choose_hold(terms.policy, hold)
        held = await self._hold_more(work, tab, driver_id, terms.policy, wanted=wanted)
        await self._keep(work, held if held is not None else await stop_session(work, tab, cost=0))

    async def hear_joined(self, fact: SessionsJoined, work: UnitOfWork) -> None:
        """Let go what is held for a session that is no more."""
        gone = await self._teller.store.load_tab(work, fact.joined_session_id)
        if gone is None or gone.revision:
            return
        for number in range(gone.holds):
            await self._release(work, gone, number)
        await self._teller.store.save_tab(work, msgspec.structs.replace(gone, held=0))
        work.forget(self._covers, fact.joined_session_id)

    async def _hold_more(
        self, work: UnitOfWork, tab: Tab, driver_id: DriverId, policy: MoneyPolicy, *, wanted: int
    ) -> Tab | None:
        """Set (more) money aside for a session; None: there is none."""
        wallet = wallet_of(driver_id)
        standing = (await self._teller.lock(work, Book(tab.operator_id, tab.currency), (wallet,)))[wallet]
        amount = model.bound_hold(standing.balance or 0, wanted, policy)
        if amount <= 0 or standing.status is not AccountStatus.OPEN:
            return None
        await self._holds.hold(
            HoldFunds(
                transfer_id=model.name_hold(tab.session_id, tab.holds),
                operator_id=tab.operator_id,
                driver_id=driver_id,
                currency=tab.currency,
                amount=amount,
                expires_at=work.now + model.HOLD_LIFETIME,
                actor=SYSTEM,
                session_id=tab.session_id,
            ),
            work,
        )
        return msgspec.structs.replace(tab, holds=tab.holds + 1, held=tab.held + amount)

    async def _keep(self, work: UnitOfWork, tab: Tab) -> None:
        await self._teller.store.save_tab(work, tab)
        work.keep(self._covers, tab.session_id, Cover(tab.held, tab.is_stopped))

    # ---- while it runs -----------------------------------------------------------------------------------------------

    async def note_cost(self, message: NoteRunningCost, work: UnitOfWork) -> int | None:
        """Hold more, or stop the session, when its money runs short; answers at which cost that will be again."""
        terms = await self.find_terms(work, message.operator_id)
        if terms.policy.mode is MoneyMode.NONE:
            return None
        if message.driver_id is not None:
            member = await self._companies.find(work, message.operator_id, message.driver_id)
            if member is not None:
                return await self._note_budget(message, message.driver_id, member, work)
        if terms.policy.mode is not MoneyMode.PREPAID:
            return None
        cover = self._covers.get(message.session_id)
        if cover is None or (cover.held is None and cover.driver_id != message.driver_id):
            if message.driver_id is not None:
                await self._begin(work, message, message.driver_id, terms)
            known = await self._teller.store.load_tab(work, message.session_id)
            if known is None or known.revision:
                cover = Cover(None, driver_id=message.driver_id)
            else:
                cover = Cover(known.held, known.is_stopped)
            work.keep(self._covers, message.session_id, cover)
        if cover.held is None or cover.is_stopped:
            return None
        if model.is_running_short(message.cost, cover.held, terms.policy):
            cover = await self._extend(message, terms, work)
        return None if cover.held is None or cover.is_stopped else cover.held - terms.policy.reserve

    async def _note_budget(
        self, message: NoteRunningCost, driver_id: DriverId, member: Membership, work: UnitOfWork
    ) -> int | None:
        """Stop a session that has used up what its driver may spend of the company's money this month."""
        cover = self._covers.get(message.session_id)
        if cover is not None and cover.is_stopped:
            return None
        left = await self._companies.find_left(work, driver_id, member)
        if left is None or message.cost < left:
            return left
        tab = Tab(
            session_id=message.session_id, operator_id=message.operator_id, station_id=message.station_id,
            driver_id=driver_id, currency=message.currency, at=work.now,
        )  # fmt: skip
        stopped = await stop_session(work, tab, cost=message.cost)
        work.keep(self._covers, tab.session_id, Cover(None, is_stopped=stopped.is_stopped, driver_id=driver_id))
        return None if stopped.is_stopped else left

    async def _extend(self, message: NoteRunningCost, terms: Terms, work: UnitOfWork) -> Cover:
        """Hold more until it is enough, or stop the session."""
        tab = await self._teller.store.load_tab(work, message.session_id)
        if tab is None or tab.driver_id is None or tab.currency != message.currency:
            return Cover(None)
        driver_id, more = tab.driver_id, tab
        while model.is_running_short(message.cost, more.held, terms.policy):
            extended = await self._hold_more(work, more, driver_id, terms.policy, wanted=terms.policy.hold)
            if extended is None:
                more = await stop_session(work, more, cost=message.cost)
                break
            more = extended
        await self._keep(work, more)
        return Cover(more.held, more.is_stopped)

    # ---- the price ---------------------------------------------------------------------------------------------------

    async def hear_priced(self, fact: SessionPriced, work: UnitOfWork) -> None:
        """Post a session's price; of a later revision what changed."""
        terms = await self.find_terms(work, fact.operator_id)
        known = await self._teller.store.load_tab(work, fact.session_id)
        if known is not None and fact.revision <= known.revision:
            return
        tab = known or Tab(
            session_id=fact.session_id,
            operator_id=fact.operator_id,
            station_id=fact.station_id,
            driver_id=fact.driver_id,
            currency=fact.currency,
            at=work.now,
        )
        if tab.currency != fact.currency and not tab.revision:
            for number in range(tab.holds):
                await self._release(work, tab, number)
            tab = msgspec.structs.replace(tab, currency=fact.currency, holds=0, held=0)
        if not tab.payer:
            tab = msgspec.structs.replace(tab, payer=await self._choose_payer(work, tab, fact))
        before, is_first = dict(tab.shares), not tab.revision
        after = model.split_price(fact.lines, terms.policy)
        changes = model.list_changes(before, after)
        before_wh = tab.energy_wh
        tab = msgspec.structs.replace(tab, site_id=fact.site_id)
        settled = await self._settle(work, tab, changes, terms.policy, revision=fact.revision)
        tab = msgspec.structs.replace(
            settled,
            held=0,
            revision=fact.revision,
            total=sum(after.values()),
            shares=tuple(after.items()),
            energy_wh=fact.energy_wh,
            at=work.now,
        )
        await self._teller.store.save_tab(work, tab)
        await self._teller.store.note_energy(work, tab, before_wh=before_wh, is_first=is_first)
        work.forget(self._covers, fact.session_id)

    async def _choose_payer(self, work: UnitOfWork, tab: Tab, fact: SessionPriced) -> str:
        if tab.driver_id is None:
            return await find_payer(work, fact)
        member = await self._companies.find(work, tab.operator_id, tab.driver_id)
        return name_driver(tab.driver_id) if member is None else f"company:{member.company_id}"

    async def _settle(
        self, work: UnitOfWork, tab: Tab, changes: Mapping[AccountRef, int], policy: MoneyPolicy, *, revision: int
    ) -> Tab:
        """Move what a price (or its change) gives to each account, from or to whoever pays."""
        total = sum(changes.values())
        holds = await self._find_holds(work, tab)
        moves = dict(changes)
        owed = 0
        if total >= 0:
            payment = await self._pay(work, tab, total, sum(holds.values()), policy)
            owed = payment.owed
            left = payment.from_held
            for number, held in holds.items():
                taken = min(left, held)
                left -= taken
                _add(moves, AccountRef(kind=AccountKind.HELD, owner=f"{_HOLD_PREFIX}{number}"), -taken)
            if payment.from_wallet and tab.driver_id is not None:
                _add(moves, wallet_of(tab.driver_id), -payment.from_wallet)
            _add(moves, owed_by(tab.payer), -owed)
        else:
            forgiven = await self._debts.forgive_session(work, tab.session_id, -total)
            _add(moves, owed_by(tab.payer), forgiven)
            back = -total - forgiven
            returned = await self._return(work, tab, back, policy, revision=revision)
            _add(moves, NO_REFUNDS, returned)
            purse = NO_REFUNDS if tab.payer == GUESTS else AccountRef(kind=AccountKind.WALLET, owner=tab.payer)
            _add(moves, purse, back - returned)
        legs = model.pair(moves)
        for number in holds:
            await self._capture(work, tab, number, legs)
        tab = await self._post(work, tab, [leg for leg in legs if leg.debit.kind is not AccountKind.HELD])
        if owed and policy.mode is not MoneyMode.NONE:
            await self._note_owed(work, tab, owed, policy)
        if tab.payer.startswith("driver:") and policy.mode is MoneyMode.PREPAID:
            await self._tell_low(work, tab, policy)
        return tab

    async def _return(self, work: UnitOfWork, tab: Tab, amount: int, policy: MoneyPolicy, *, revision: int) -> int:
        """Give back to a card what it paid, where drivers pay afterwards; return how much that was.

        A wallet is never spent there. What no card paid goes to the wallet all the same, and a company's to one of its
        own, which pays for its next sessions.
        """
        if amount <= 0 or policy.mode is not MoneyMode.POSTPAID or not tab.payer.startswith("driver:"):
            return 0
        return await work.ask(
            ReturnToCard(operator_id=tab.operator_id, session_id=tab.session_id, amount=amount, revision=revision)
        )

    async def _pay(self, work: UnitOfWork, tab: Tab, total: int, held: int, policy: MoneyPolicy) -> Payment:
        """Decide who pays: what is held, then the wallet of a prepaid driver; the rest is owed."""
        if tab.driver_id is None or policy.mode is not MoneyMode.PREPAID:
            return model.pay(total, Purse(held=held))
        if tab.payer != name_driver(tab.driver_id):
            return model.pay(total, Purse(held=held))
        wallet = wallet_of(tab.driver_id)
        standing = (await self._teller.lock(work, Book(tab.operator_id, tab.currency), (wallet,)))[wallet]
        is_open = standing.status is AccountStatus.OPEN
        return model.pay(total, Purse(held=held, wallet=(standing.balance or 0) if is_open else 0))

    async def _find_holds(self, work: UnitOfWork, tab: Tab) -> dict[int, int]:
        """Return what is still held for a session, by number."""
        found: dict[int, int] = {}
        if tab.revision:
            return found
        for number in range(tab.holds):
            stored = await self._teller.store.find_transfer(
                work, tab.operator_id, model.name_hold(tab.session_id, number)
            )
            if stored is not None and stored.transfer.state is TransferState.PENDING:
                found[number] = stored.transfer.amount
        return found

    async def _capture(self, work: UnitOfWork, tab: Tab, number: int, legs: Sequence[Leg]) -> None:
        mine = f"{_HOLD_PREFIX}{number}"
        portions = tuple(Portion(credit=leg.credit, amount=leg.amount) for leg in legs if leg.debit.owner == mine)
        await self._holds.capture(
            CaptureHold(
                operator_id=tab.operator_id,
                transfer_id=model.name_hold(tab.session_id, number),
                portions=portions,
                actor=SYSTEM,
            ),
            work,
        )

    async def _release(self, work: UnitOfWork, tab: Tab, number: int) -> None:
        try:
            await self._holds.release(
                ReleaseHold(
                    operator_id=tab.operator_id,
                    transfer_id=model.name_hold(tab.session_id, number),
                    actor=SYSTEM,
                ),
                work,
            )
        except BusbarError:
            return  # it has had its outcome: nothing is held any more

    async def _post(self, work: UnitOfWork, tab: Tab, legs: Sequence[Leg]) -> Tab:
        """Post what no hold covers."""
        if not legs:
            return tab
        wish = PostTransfer(
            transfer_id=model.name_posting(tab.session_id, tab.postings),
            operator_id=tab.operator_id,
            currency=tab.currency,
            kind=TransferKind.CORRECTION if tab.revision else TransferKind.SESSION,
            legs=tuple(legs),
            actor=SYSTEM,
            session_id=tab.session_id,
            driver_id=tab.driver_id,
        )
        transfer = shape_posted(wish, now=work.now)
        fingerprint = model.take_fingerprint(
            currency=wish.currency, kind=wish.kind, legs=wish.legs, session_id=wish.session_id, reverses=None
        )
        await self._teller.write(work, transfer, wish.legs, fingerprint=fingerprint)
        tell_posted(work, transfer)
        return msgspec.structs.replace(tab, postings=tab.postings + 1)

    async def _note_owed(self, work: UnitOfWork, tab: Tab, owed: int, policy: MoneyPolicy) -> None:
        await self._debts.note_owed(
            work,
            Book(tab.operator_id, tab.currency),
            debtor=tab.payer,
            amount=owed,
            due_at=work.now + timedelta(days=policy.due_days),
            session_id=tab.session_id,
            driver_id=tab.driver_id,
        )

    async def _tell_low(self, work: UnitOfWork, tab: Tab, policy: MoneyPolicy) -> None:
        if tab.driver_id is None:
            return
        wallet = await self._teller.find(work, Book(tab.operator_id, tab.currency), wallet_of(tab.driver_id))
        balance = 0 if wallet is None else wallet.balance or 0
        if not model.has_enough(balance, policy):
            work.tell(
                WalletLow(
                    operator_id=tab.operator_id,
                    at=work.now,
                    currency=tab.currency,
                    amount=balance,
                    driver_id=tab.driver_id,
                )
            )


def _add(moves: dict[AccountRef, int], account: AccountRef, amount: int) -> None:
    if amount:
        moves[account] = moves.get(account, 0) + amount
