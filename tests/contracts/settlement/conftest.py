"""The settlement room beside the ledger's in a real core; the other rooms that they ask are stand-ins."""

from datetime import UTC, date, datetime

import msgspec
import pytest
from sqlalchemy import select

from busbar.canon.ledger import CloseDays
from busbar.canon.settlement import MakeAgreement, PayeeKind, PeriodKind, RunSettlements, SavePayee, Settlement, Shares
from busbar.canon.stations import FindSite
from busbar.domain.settlement.service import SettlementService
from busbar.domain.settlement.sql import SqlSettlementStore, settlements
from busbar.kernel.errors import NotFoundError
from tests.contracts.ledger.conftest import Ledger

MAKER, OTHER = "staff:maker", "staff:other"
IBAN = "DE89370400440532013000"
FEBRUARY = date(2026, 2, 14)


class Books(Ledger):
    """What the suite says in one word. Sessions happen in February 2026; it is March."""

    def register(self, core):
        super().register(core)
        self.settling = SettlementService(store=SqlSettlementStore(), ids=self.house.ids)
        core.register(self.settling.handlers())
        core.register({FindSite: self._find_site})

    async def _find_site(self, message, _work):
        if message.site_id == "nowhere":
            raise NotFoundError("no such site")

    async def sell(self, session_id, *, at, site_id="north", energy_wh=1000, **price):
        """Let a session be priced at an instant."""
        self.house.clock.instant = at
        fact = self.priced(session_id, driver_id=None, **price)
        await self.hear(msgspec.structs.replace(fact, site_id=site_id, energy_wh=energy_wh, at=at))

    async def close(self, until=datetime(2026, 3, 2, 1, tzinfo=UTC)):
        """Let it be later, and close the days that are over."""
        self.house.clock.instant = until
        await self.ask(CloseDays())

    async def payee(self, name="Owner", **given):
        wish = SavePayee(
            operator_id="one", actor=MAKER, kind=PayeeKind.SITE_OWNER, name=name, **{"iban": IBAN, **given}
        )
        return (await self.ask(wish)).payee_id

    def agreement(self, payee_id, *, valid_from=date(2026, 1, 1), site_id=None, **shares):
        return MakeAgreement(
            agreement_id=self.house.ids.new(), operator_id="one", actor=MAKER, payee_id=payee_id, site_id=site_id,
            shares=Shares(**shares), valid_from=valid_from,
        )  # fmt: skip

    async def agree(self, payee_id, **given):
        return await self.ask(self.agreement(payee_id, **given))

    def wish(self, *, day=FEBRUARY, period=PeriodKind.MONTH, actor=MAKER):
        return RunSettlements(operator_id="one", actor=actor, period=period, day=day)

    async def run(self, **given):
        return await self.ask(self.wish(**given))

    async def list(self):
        async with self.house.databases.read() as connection:
            rows = await connection.execute(select(settlements.c.content).order_by(settlements.c.settlement_id))
            return [msgspec.json.decode(each, type=Settlement) for each in rows.scalars()]


@pytest.fixture
async def books(house):
    books = Books(house)
    books.register(house.core)
    await house.start()
    return books
