"""What members owe for a month of their plans: asked for once."""

from datetime import datetime, timedelta
from hashlib import sha256

from busbar.canon.debts import TakeDue
from busbar.canon.offers import CollectDues, PlanMonthDue
from busbar.domain.billing.offering import Due
from busbar.domain.billing.store import DueStore
from busbar.kernel.ids import TransferId
from busbar.ports.work import UnitOfWork
from busbar.rating.totals import round_ratio

SYSTEM = "system:billing"
THOUSAND = 1000
MINIMUM_AFTER = timedelta(days=3)
"""A month is looked at so long after its end: sessions that ran into the next one have their price by then."""


def begin_month(now: datetime) -> datetime:
    """Return the begin of the calendar month (UTC)."""
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def count_tax(gross: int, permille: int) -> int:
    """Return the tax that an amount contains."""
    return round_ratio(gross * permille, THOUSAND + permille)


def name_due(due: Due, month: str) -> TransferId:
    """Return the id of the transfer of a month: a repeat asks for the same one."""
    digest = sha256(f"{due.plan_id}/{due.driver_id}/{month}".encode()).hexdigest()
    return TransferId(f"plan-{month}-{digest[:32]}")


class Dues:
    """Collects the prices of plans."""

    def __init__(self, *, store: DueStore) -> None:
        self._store = store

    async def collect(self, message: CollectDues, work: UnitOfWork) -> int:
        """Take the price of this month from members who were not asked for it."""
        begin = begin_month(work.now)
        month = f"{begin:%Y-%m}"
        dues = await self._store.list_dues(work, month=month, since=begin, limit=message.limit)
        for due in dues:
            transfer_id = name_due(due, month)
            await self._take(due, work, month=month, transfer_id=transfer_id)
            await self._store.insert_due(work, due, month=month, transfer_id=transfer_id)
        if work.now < begin + MINIMUM_AFTER:
            return len(dues)
        return len(dues) + await self._collect_minimums(begin, work, limit=message.limit)

    async def _collect_minimums(self, until: datetime, work: UnitOfWork, *, limit: int) -> int:
        """Take what members did not spend of their plan's minimum in the month before."""
        since = begin_month(until - timedelta(days=1))
        month = f"{since:%Y-%m}"
        found = await self._store.list_spendings(work, month=month, since=since, until=until, limit=limit)
        for each in found:
            if each.missing:
                due = Due(*each[:5], amount=each.missing, tax_permille=each.tax_permille)
                transfer_id = TransferId(f"min-{name_due(due, month)}")
                await self._take(due, work, month=month, transfer_id=transfer_id, is_minimum=True)
            await self._store.insert_minimum(work, each, month=month)
        return len(found)

    async def _take(
        self, due: Due, work: UnitOfWork, *, month: str, transfer_id: TransferId, is_minimum: bool = False
    ) -> None:
        tax = count_tax(due.amount, due.tax_permille)
        await work.ask(
            TakeDue(
                transfer_id=transfer_id,
                operator_id=due.operator_id,
                driver_id=due.driver_id,
                currency=due.currency,
                amount=due.amount,
                tax=tax,
                actor=SYSTEM,
                reason=f"{due.name} {month}",
            )
        )
        work.tell(
            PlanMonthDue(
                operator_id=due.operator_id,
                at=work.now,
                plan_id=due.plan_id,
                driver_id=due.driver_id,
                transfer_id=transfer_id,
                name=due.name,
                month=month,
                is_minimum=is_minimum,
                currency=due.currency,
                amount=due.amount,
                tax=tax,
                tax_permille=due.tax_permille,
            )
        )
