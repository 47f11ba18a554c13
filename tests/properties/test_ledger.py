"""The ledger against a model of a few lines: whatever is asked in whatever order, they agree on every account."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from busbar.canon.ledger import (
    AccountKind,
    AccountRef,
    CaptureHold,
    FreezeWallet,
    HoldFunds,
    Leg,
    Portion,
    PostTransfer,
    ReleaseHold,
    ReverseTransfer,
    TransferKind,
    UnfreezeWallet,
    name_driver,
)
from busbar.domain.ledger.tables import accounts
from busbar.kernel.errors import BusbarError
from tests.contracts.conftest import house
from tests.contracts.ledger.conftest import ledger

__all__ = ["house", "ledger"]

DRIVERS = ("ann", "bob")
NUMBERS = count()
"""Each history has an operator of its own on the one database."""
HISTORIES = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("top_up", "refund", "hold", "capture", "release", "reverse", "freeze", "unfreeze", "repeat", "other")
        ),
        st.sampled_from(DRIVERS),
        st.integers(1, 500),
        st.integers(0, 9),
    ),
    min_size=5,
    max_size=40,
)


@dataclass
class Model:
    """What the ledger must do, said in sums."""

    balances: Counter = field(default_factory=Counter)
    frozen: set = field(default_factory=set)
    posted: dict = field(default_factory=dict)
    """Transfers by id: who, and by how much the wallet grew."""
    reversed: set = field(default_factory=set)
    holds: dict = field(default_factory=dict)
    """Holds by id: whose, how much, and whether it has had its outcome."""

    def move(self, driver, amount):
        self.balances[f"wallet driver:{driver}"] += amount
        self.balances["clearing provider:psp"] -= amount

    def can_take(self, driver, amount):
        return self.balances[f"wallet driver:{driver}"] >= amount


class History:
    """Asks the ledger and the model the same."""

    def __init__(self, ledger):
        self.ledger, self.model = ledger, Model()
        self.operator_id = f"operator-{next(NUMBERS)}"
        self.ids = count()
        self.last = None

    def name(self):
        return f"t{next(self.ids)}"

    def post(self, transfer_id, driver, amount, *, is_in):
        wallet = AccountRef(kind=AccountKind.WALLET, owner=name_driver(driver))
        clearing = AccountRef(kind=AccountKind.CLEARING, owner="provider:psp")
        leg = Leg(debit=clearing if is_in else wallet, credit=wallet if is_in else clearing, amount=amount)
        return PostTransfer(
            transfer_id=transfer_id, operator_id=self.operator_id, currency="EUR", legs=(leg,), actor="test",
            kind=TransferKind.TOP_UP if is_in else TransferKind.REFUND, driver_id=driver,
        )  # fmt: skip

    async def ask(self, wish):
        """Return `ok`, `exists`, or the code of the refusal."""
        self.last = wish
        try:
            reply = await self.ledger.ask(wish)
        except BusbarError as error:
            return error.code
        return "exists" if getattr(reply, "exists", False) else "ok"

    async def step(self, kind, driver, amount, place):
        await getattr(self, kind)(driver, amount, place)

    async def top_up(self, driver, amount, _place):
        transfer_id = self.name()
        assert await self.ask(self.post(transfer_id, driver, amount, is_in=True)) == "ok"
        self.model.move(driver, amount)
        self.model.posted[transfer_id] = (driver, amount)

    async def refund(self, driver, amount, _place):
        transfer_id, model = self.name(), self.model
        answer = await self.ask(self.post(transfer_id, driver, amount, is_in=False))
        if driver in model.frozen:
            assert answer == "conflict.account_frozen"
        elif not model.can_take(driver, amount):
            assert answer == "conflict.funds"
        else:
            assert answer == "ok"
            model.move(driver, -amount)
            model.posted[transfer_id] = (driver, -amount)

    async def reverse(self, _driver, _amount, place):
        model = self.model
        if not model.posted:
            return
        transfer_id = sorted(model.posted)[place % len(model.posted)]
        driver, amount = model.posted[transfer_id]
        wish = ReverseTransfer(
            transfer_id=self.name(), operator_id=self.operator_id, reverses=transfer_id, actor="test", reason="wrong"
        )
        answer = await self.ask(wish)
        if transfer_id in model.reversed:
            assert answer == "conflict.transfer_reversed"
        elif amount > 0 and not model.can_take(driver, amount):
            assert answer == "conflict.funds"
        else:
            assert answer == "ok"
            model.reversed.add(transfer_id)
            model.move(driver, -amount)

    async def hold(self, driver, amount, _place):
        transfer_id, model = self.name(), self.model
        wish = HoldFunds(
            transfer_id=transfer_id, operator_id=self.operator_id, driver_id=driver, currency="EUR", amount=amount,
            expires_at=self.ledger.house.clock.now() + timedelta(hours=1), actor="test",
        )  # fmt: skip
        answer = await self.ask(wish)
        if driver in model.frozen:
            assert answer == "conflict.account_frozen"
        elif not model.can_take(driver, amount):
            assert answer == "conflict.funds"
        else:
            assert answer == "ok"
            model.balances[f"wallet driver:{driver}"] -= amount
            model.balances[f"held driver:{driver}"] += amount
            model.holds[transfer_id] = [driver, amount, None]

    async def capture(self, _driver, amount, place):
        if not self.model.holds:
            return
        transfer_id = sorted(self.model.holds)[place % len(self.model.holds)]
        driver, held, outcome = self.model.holds[transfer_id]
        portions = (Portion(credit=AccountRef(kind=AccountKind.SERVICE), amount=amount),)
        wish = CaptureHold(operator_id=self.operator_id, transfer_id=transfer_id, portions=portions, actor="test")
        answer = await self.ask(wish)
        if outcome is not None:
            assert answer == ("exists" if outcome == amount else answer)
            assert answer in {"exists", "conflict.transfer", "conflict.transfer_state"}
        elif amount > held:
            assert answer == "conflict.hold_exceeded"
        else:
            assert answer == "ok"
            self.end(transfer_id, driver, held, taken=amount)

    async def release(self, _driver, _amount, place):
        if not self.model.holds:
            return
        transfer_id = sorted(self.model.holds)[place % len(self.model.holds)]
        driver, held, outcome = self.model.holds[transfer_id]
        answer = await self.ask(ReleaseHold(operator_id=self.operator_id, transfer_id=transfer_id, actor="test"))
        if outcome is None:
            assert answer == "ok"
            self.end(transfer_id, driver, held, taken=0)
        else:
            assert answer == ("exists" if outcome == 0 else "conflict.transfer_state")

    def end(self, transfer_id, driver, held, *, taken):
        balances = self.model.balances
        balances[f"held driver:{driver}"] -= held
        balances[f"wallet driver:{driver}"] += held - taken
        balances["service"] += taken
        self.model.holds[transfer_id][2] = taken

    async def freeze(self, driver, _amount, _place):
        await self.ask(self.word(FreezeWallet, driver))
        self.model.frozen.add(driver)

    async def unfreeze(self, driver, _amount, _place):
        await self.ask(self.word(UnfreezeWallet, driver))
        self.model.frozen.discard(driver)

    def word(self, kind, driver):
        return kind(operator_id=self.operator_id, driver_id=driver, currency="EUR", actor="test", reason="so")

    async def repeat(self, _driver, _amount, _place):
        """Ask the last thing again: nothing moves, whatever it is."""
        if isinstance(self.last, PostTransfer) and self.last.transfer_id in self.model.posted:
            assert await self.ask(self.last) == "exists"

    async def other(self, driver, amount, place):
        """Use an id again for another amount."""
        if self.model.posted:
            transfer_id = sorted(self.model.posted)[place % len(self.model.posted)]
            wish = self.post(transfer_id, driver, amount + 1_000, is_in=True)
            assert await self.ask(wish) == "conflict.transfer"

    async def compare(self):
        found = Counter()
        async with self.ledger.house.databases.read() as connection:
            own = select(accounts).where(accounts.c.operator_id == self.operator_id)
            for row in (await connection.execute(own)).all():
                if row.balance is not None:
                    found[f"{row.kind} {row.owner}".strip()] = row.balance
        kept = {name: value for name, value in self.model.balances.items() if value and " driver:" in name}
        assert {name: value for name, value in found.items() if value} == kept


@pytest.mark.every_database
@HISTORIES
@given(steps=STEPS)
async def test_the_database_agrees_with_the_model(ledger, steps):
    history = History(ledger)
    for step in steps:
        await history.step(*step)
    await history.compare()
    await ledger.balances()  # every kept balance is the sum of its legs, and all of them sum to zero
