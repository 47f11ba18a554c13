"""The ledger room in a real core; the rooms that it asks are stand-ins."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from busbar.canon.debts import ReturnToCard
from busbar.canon.drivers import Driver, DriverStatus, FindDriver
from busbar.canon.facts import decode_fact
from busbar.canon.ledger import (
    AccountKind,
    AccountRef,
    FindMoneyPolicy,
    HoldFunds,
    Leg,
    MoneyPolicy,
    PostTransfer,
    SetMoneyPolicy,
    TransferKind,
    name_driver,
)
from busbar.canon.message import Command, Fact
from busbar.canon.pricing import LineKind, PriceLine, SessionPriced, Share, TariffFixed, Totals
from busbar.canon.sessions import SessionsJoined, StopSession
from busbar.canon.tenants import FindOperator, Operator, RecordAudit
from busbar.db.messaging import outbox
from busbar.domain.ledger.service import LedgerService
from busbar.domain.ledger.sql import SqlLedgerStore
from busbar.domain.ledger.tables import accounts, legs
from busbar.kernel.errors import BusbarError, NotFoundError

CLEARING = AccountRef(kind=AccountKind.CLEARING, owner="provider:psp")


def wallet(driver_id="ann"):
    return AccountRef(kind=AccountKind.WALLET, owner=name_driver(driver_id))


def held(driver_id="ann"):
    return AccountRef(kind=AccountKind.HELD, owner=name_driver(driver_id))


class Tell(Command[None], frozen=True, kw_only=True):
    """Tell a fact as its own room would."""

    fact: Any


class Ledger:
    """What the suites say in one word."""

    def __init__(self, house: Any) -> None:
        self.house = house
        self.zone = "UTC"
        self.stops: list[StopSession] = []
        self.can_stop = True
        self.audits: list[str] = []
        self.number = 0
        self.on_card = 0

    def register(self, core: Any) -> None:
        self.core = core
        self.service = LedgerService(store=SqlLedgerStore(), ids=self.house.ids)
        core.register(self.service.handlers())
        core.listen(self.service.listeners())
        core.register(
            {
                FindOperator: self._find_operator,
                FindDriver: self._find_driver,
                RecordAudit: self._audit,
                StopSession: self._stop,
                Tell: self._tell,
                ReturnToCard: self._return_to_card,
            }
        )

    async def _find_operator(self, message, work):
        return Operator(
            operator_id=message.operator_id, name="One", slug="one", currency="EUR", zone=self.zone, language="en",
            is_default=True, created_at=work.now,
        )  # fmt: skip

    async def _find_driver(self, message, work):
        if message.driver_id == "nobody":
            raise NotFoundError("no such driver")
        return Driver(
            driver_id=message.driver_id, operator_id=message.operator_id, email=None, display_name="Ann",
            language="en", status=DriverStatus.ACTIVE, created_at=work.now,
        )  # fmt: skip

    async def _audit(self, message, _work):
        self.audits.append(message.action)

    async def _stop(self, message, _work):
        if not self.can_stop:
            raise NotFoundError("the station is away")
        self.stops.append(message)
        return message.command_id

    async def _return_to_card(self, message, _work):
        return min(message.amount, self.on_card)

    async def _tell(self, message, work):
        work.tell(message.fact)

    # ---- what is done ------------------------------------------------------------------------------------------------

    async def ask(self, command):
        return await self.core.dispatch(command)

    async def refuse(self, command) -> str:
        with pytest.raises(BusbarError) as caught:
            await self.core.dispatch(command)
        return caught.value.code

    async def hear(self, fact: Fact) -> None:
        """Tell a fact, and wait until every listener has heard it."""
        await self.core.dispatch(Tell(fact=fact))
        for _ in range(20_000):
            if not self.core.deliveries.list_pending():
                return
            await self.core.dispatch(FindMoneyPolicy(operator_id="one"))
        raise AssertionError("a fact is not heard")

    def post(self, transfer_id="t1", *, debit=CLEARING, credit=None, amount=1000, kind=TransferKind.TOP_UP, **given):
        move = Leg(debit=debit, credit=credit or wallet(), amount=amount)
        values = {"operator_id": "one", "currency": "EUR", "actor": "test", "driver_id": "ann", "legs": (move,)}
        return PostTransfer(transfer_id=transfer_id, kind=kind, **{**values, **given})

    async def top_up(self, amount: int, driver_id="ann") -> None:
        self.number += 1
        wish = self.post(f"top-{self.number}", credit=wallet(driver_id), amount=amount, driver_id=driver_id)
        await self.ask(wish)

    def hold(self, transfer_id="h1", amount=400, driver_id="ann"):
        return HoldFunds(
            transfer_id=transfer_id, operator_id="one", driver_id=driver_id, currency="EUR", amount=amount,
            expires_at=self.house.clock.now() + timedelta(hours=1), actor="test",
        )  # fmt: skip

    async def set_policy(self, **given) -> None:
        await self.ask(SetMoneyPolicy(operator_id="one", actor="staff:s", policy=MoneyPolicy(**given)))

    def started(self, session_id="s1", *, driver_id="ann", hold=None):
        now = self.house.clock.now()
        return TariffFixed(
            operator_id="one", at=now, session_id=session_id, station_id="S1", evse_id=1, driver_id=driver_id,
            tariff_id="t", version=1, reason="operator", hold=hold,
        )  # fmt: skip

    def joined(self, session_id: str, gone: str):
        return SessionsJoined(
            operator_id="one", at=self.house.clock.now(), session_id=session_id, station_id="S1", joined_session_id=gone
        )

    def priced(
        self, session_id="s1", *, electricity=500, service=300, discount=0, tax=100, revision=1, driver_id="ann",
        currency="EUR",
    ):  # fmt: skip
        now = self.house.clock.now()
        nets = [
            (LineKind.ENERGY, Share.ELECTRICITY, electricity, tax),
            (LineKind.ENERGY, Share.SERVICE, service, 0),
            (LineKind.DISCOUNT, Share.NONE, -discount, 0),
        ]
        lines = tuple(
            PriceLine(
                kind=kind, share=share, quantity=Decimal(1), unit="kWh", unit_price=Decimal(1), net=net, tax=part,
                gross=net + part, vat_percent=Decimal(20),
            )
            for kind, share, net, part in nets
            if net or part
        )  # fmt: skip
        net = sum(line.net for line in lines)
        return SessionPriced(
            operator_id="one", at=now, session_id=session_id, station_id="S1", evse_id=1, driver_id=driver_id,
            tariff_id="t", version=1, revision=revision, tariff_name="T", currency=currency, lines=lines,
            totals=Totals(net=net, tax=tax, gross=net + tax), energy_wh=1000, started_at=now, ended_at=now,
            is_final=True,
        )  # fmt: skip

    # ---- what came of it ---------------------------------------------------------------------------------------------

    async def balances(self) -> dict[str, int]:
        """Return what every account got less what it gave, by the legs alone; those at zero are left out."""
        async with self.house.databases.read() as connection:
            names = {row.account_id: row for row in (await connection.execute(select(accounts))).all()}
            sums = dict.fromkeys(names, 0)
            for row in (await connection.execute(select(legs))).all():
                sums[row.debit_id] -= row.amount
                sums[row.credit_id] += row.amount
        for account_id, row in names.items():
            assert row.balance is None or row.balance == sums[account_id]
        assert sum(sums.values()) == 0
        return {f"{names[key].kind} {names[key].owner}".strip(): value for key, value in sorted(sums.items()) if value}

    async def told(self, *kinds: type[Fact]) -> list[Any]:
        async with self.house.databases.read() as connection:
            bodies = (await connection.execute(select(outbox.c.body).order_by(outbox.c.fact_id))).scalars().all()
        facts = [decode_fact(body) for body in bodies]
        return [fact for fact in facts if not kinds or isinstance(fact, kinds)]

    async def count(self, table: Any) -> int:
        async with self.house.databases.read() as connection:
            return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


@pytest.fixture
async def ledger(house):
    ledger = Ledger(house)
    ledger.register(house.core)
    await house.start()
    return ledger
