"""What sessions brought, added up from the legs: by site and currency."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select

from busbar.canon.ledger import AccountKind, TransferKind
from busbar.canon.settlement import SiteRevenue
from busbar.db.work import sql
from busbar.domain.ledger.model import Tab
from busbar.domain.ledger.tables import accounts, ledger_day_sites, ledger_days, legs, tab_energies, tabs, transfers
from busbar.kernel.ids import OperatorId, SiteId
from busbar.ports.work import UnitOfWork

_FIELDS = {
    AccountKind.ELECTRICITY.value: "electricity",
    AccountKind.SERVICE.value: "service",
    AccountKind.DISCOUNTS.value: "discounts",
    AccountKind.COMMISSION.value: "commission",
    AccountKind.TAXES.value: "taxes",
}
_COUNTED = ("sessions", "energy_wh", *_FIELDS.values())
_WITHOUT_SESSION = (TransferKind.SUBSCRIPTION.value, TransferKind.RESERVATION.value)
_DAY = timedelta(days=1)
_Key = tuple[SiteId | None, str]
_Sums = dict[_Key, dict[str, int]]


class SqlRevenueStore:
    """Revenue, and the energy that it was for."""

    async def note_energy(self, work: UnitOfWork, tab: Tab, *, before_wh: int, is_first: bool) -> None:
        """Write down what energy a tab's posted price is for."""
        row = {
            "session_id": tab.session_id,
            "revision": tab.revision,
            "operator_id": tab.operator_id,
            "site_id": tab.site_id,
            "currency": tab.currency,
            "sessions": int(is_first),
            "energy_wh": tab.energy_wh - before_wh,
            "at": work.now,
        }
        sql(work).stage_upsert(tab_energies, row)

    async def find_closed_until(self, work: UnitOfWork, operator_id: OperatorId) -> datetime | None:
        """Return until when an operator's days are closed."""
        days = ledger_days.c
        statement = select(func.max(days.closed_until)).where(days.operator_id == operator_id)
        return (await sql(work).execute(statement)).scalar_one_or_none()

    async def sum_revenue(
        self, work: UnitOfWork, operator_id: OperatorId, *, since: datetime, until: datetime
    ) -> Sequence[SiteRevenue]:
        """Return what sessions brought in a period; what a settlement itself took is not counted.

        Days that are closed were added up then, once: a month is some thirty rows a site, and legs are read for what is
        left at its ends (the days of the books are UTC's) and for days closed before that was kept.
        """
        sums: _Sums = {}
        at = since
        for begin, end in await self._list_summed(work, operator_id, since, until):
            if at < begin:
                await self._add_up(work, operator_id, at, begin, sums)
            await self._add_kept(work, operator_id, begin, end, sums)
            at = end
        if at < until:
            await self._add_up(work, operator_id, at, until, sums)
        order = sorted(sums, key=lambda key: (key[0] or "", key[1]))
        return [SiteRevenue(site_id=key[0], currency=key[1], **sums[key]) for key in order]

    async def sum_day(self, work: UnitOfWork, operator_id: OperatorId, begin: datetime, end: datetime) -> None:
        """Keep what the sessions of a day that is being closed brought."""
        sums: _Sums = {}
        await self._add_up(work, operator_id, begin, end, sums)
        rows = [
            {"operator_id": operator_id, "closed_until": end, "site_key": site_id or "", "currency": currency}
            | dict.fromkeys(_COUNTED, 0)
            | found
            for (site_id, currency), found in sums.items()
        ]
        sql(work).stage_inserts(ledger_day_sites, rows)

    async def _list_summed(
        self, work: UnitOfWork, operator_id: OperatorId, since: datetime, until: datetime
    ) -> list[tuple[datetime, datetime]]:
        """Return the stretches of a period whose days were added up, in order."""
        days = ledger_days.c
        whole = days.operator_id == operator_id, days.closed_until >= since + _DAY, days.closed_until <= until
        statement = select(days.closed_until).where(*whole, days.is_summed == 1).order_by(days.closed_until)
        stretches: list[tuple[datetime, datetime]] = []
        for end in (await sql(work).execute(statement)).scalars():
            if stretches and stretches[-1][1] == end - _DAY:
                stretches[-1] = stretches[-1][0], end
            else:
                stretches.append((end - _DAY, end))
        return stretches

    async def _add_kept(
        self, work: UnitOfWork, operator_id: OperatorId, begin: datetime, end: datetime, sums: _Sums
    ) -> None:
        """Add what was kept of days."""
        table = ledger_day_sites.c
        amounts = [func.sum(table[name]).label(name) for name in _COUNTED]
        statement = (
            select(table.site_key, table.currency, *amounts)
            .where(table.operator_id == operator_id, table.closed_until > begin, table.closed_until <= end)
            .group_by(table.site_key, table.currency)
        )
        for row in (await sql(work).execute(statement)).mappings():
            site = sums.setdefault((row["site_key"] or None, row["currency"]), {})
            for name in _COUNTED:
                site[name] = site.get(name, 0) + int(row[name])

    async def _add_up(
        self, work: UnitOfWork, operator_id: OperatorId, since: datetime, until: datetime, sums: _Sums
    ) -> None:
        """Add what the legs of a period say, whatever its length is."""
        table, reversed_one = accounts.c, transfers.alias("reversed_one")
        of_sessions = or_(
            transfers.c.session_id.is_not(None),
            transfers.c.kind.in_(_WITHOUT_SESSION),
            reversed_one.c.kind.in_(_WITHOUT_SESSION),
        )
        is_transfer = and_(transfers.c.operator_id == legs.c.operator_id, transfers.c.transfer_id == legs.c.transfer_id)
        is_reversed = and_(
            reversed_one.c.operator_id == transfers.c.operator_id, reversed_one.c.transfer_id == transfers.c.reverses
        )
        for side, sign in ((legs.c.credit_id, 1), (legs.c.debit_id, -1)):
            statement = (
                select(tabs.c.site_id, table.currency, table.kind, func.sum(legs.c.amount).label("amount"))
                .select_from(accounts)
                .join(legs, side == table.account_id)
                .join(transfers, is_transfer)
                .outerjoin(reversed_one, is_reversed)
                .outerjoin(tabs, tabs.c.session_id == transfers.c.session_id)
                .where(
                    table.operator_id == operator_id,
                    table.kind.in_(list(_FIELDS)),
                    legs.c.at >= since,
                    legs.c.at < until,
                    of_sessions,
                )
                .group_by(tabs.c.site_id, table.currency, table.kind)
            )
            for row in (await sql(work).execute(statement)).all():
                site = sums.setdefault((row.site_id, row.currency), {})
                field = _FIELDS[row.kind]
                site[field] = site.get(field, 0) + sign * int(row.amount)
        energies = tab_energies.c
        counted = (
            select(
                energies.site_id,
                energies.currency,
                func.sum(energies.sessions).label("sessions"),
                func.sum(energies.energy_wh).label("energy_wh"),
            )
            .where(energies.operator_id == operator_id, energies.at >= since, energies.at < until)
            .group_by(energies.site_id, energies.currency)
        )
        for row in (await sql(work).execute(counted)).all():
            site = sums.setdefault((row.site_id, row.currency), {})
            site["sessions"] = site.get("sessions", 0) + int(row.sessions)
            site["energy_wh"] = site.get("energy_wh", 0) + int(row.energy_wh)
