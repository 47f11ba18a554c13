"""The process that is killed: every room on a database, working off a plan; a journal says what is done.

`python -m chaos.money_worker PLAN`: reads the plan (JSON), goes on where the journal ends, and ends when all is done.
Whatever was done but not yet written down is done again, under the same ids.
"""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import msgspec
from sqlalchemy import func, select

from busbar.app.logs import configure_logs
from busbar.app.roles import Installation
from busbar.app.wiring import House
from busbar.canon.access import IdToken
from busbar.canon.metering import Measurand, Sample, SampleContext
from busbar.canon.payments import (
    CheckPayment,
    DrivePayments,
    Payment,
    PaymentState,
    Provider,
    RefundPayment,
    RefundState,
    SaveCard,
    StartTopUp,
)
from busbar.canon.sessions import TransactionPhase, TransactionReported
from busbar.domain.payments.model import PAID_STATES, Wish
from busbar.domain.payments.tables import payment_refunds, payments
from busbar.kernel.errors import BusbarError, ConflictError, UnavailableError
from busbar.kernel.ids import RefundId, ReportId, TransactionRef
from chaos.money_cast import ACTOR, CURRENCY, choose_settings, settle_down, work_off
from chaos.money_plan import Cast, Plan, read_journal
from chaos.money_provider import Payer

PAGES = 24
"""Pages at the provider that are open at once."""
LOOKS, LOOK_S = 20, 0.1
"""How often one looks for a notice before one asks."""
RETURN_URL = "http://127.0.0.1/app/wallet"
OPEN_REFUNDS = (RefundState.WANTED.value, RefundState.PENDING.value)


class Worker:
    """Works the plan off."""

    def __init__(self, plan: Plan, cast: Cast, house: House) -> None:
        self.plan, self.cast, self.house, self.core = plan, cast, house, house.core
        self.payer = Payer(plan.provider_url)
        self.pages = asyncio.Semaphore(PAGES)
        self.done = {line.split(" ")[0] for line in read_journal(plan)}
        self.journal = plan.journal.open("a", encoding="utf-8")

    def note(self, step: str, outcome: str) -> None:
        """Write down that a step was answered; a killed process has written what it wrote."""
        self.journal.write(f"{step} {outcome}\n")
        self.journal.flush()

    async def run(self) -> None:
        """Start all, while drivers pay in; only then end all, while some pay in and some want money back."""
        plan, random = self.plan, self.plan.choose("order")
        wallets, cards = range(plan.wallet_drivers), range(plan.wallet_drivers, plan.drivers)
        driving = asyncio.create_task(self.drive())
        opening = [(f"top-{driver}-0", partial(self.top_up, driver, 0)) for driver in wallets]
        opening += [(f"card-{driver}", partial(self.save_card, driver)) for driver in cards]
        opening += [(f"start-{number}", partial(self.start, number)) for number in range(plan.sessions)]
        await self.take(opening, random)
        if "all-started" not in self.done:
            self.note("all-started", str(plan.sessions))
        ending = [(f"end-{number}", partial(self.end, number)) for number in range(plan.sessions)]
        ending += [(f"top-{driver}-1", partial(self.top_up, driver, 1)) for driver in wallets]
        ending += [(f"refund-{driver}", partial(self.refund, driver)) for driver in wallets if driver % 3 == 0]
        await self.take(ending, random)
        await self.finish()
        driving.cancel()
        await asyncio.gather(driving, return_exceptions=True)
        await self.payer.close()
        self.note("finished", "ok")

    async def drive(self) -> None:
        """Ask the provider for whatever is due, all the time, beside the job that does so as well."""
        while True:
            count = await self.house.desk.dispatch(DrivePayments())
            await asyncio.sleep(0.05 if count else 0.5)

    async def finish(self) -> None:
        """Wait until every fact has reached its listeners and nothing is wanted from the provider any more."""
        wanted = select(func.count()).select_from(payments).where(payments.c.wish != Wish.NONE.value)
        going = select(func.count()).select_from(payment_refunds).where(payment_refunds.c.state.in_(OPEN_REFUNDS))
        while True:
            await settle_down(self.core)
            async with self.house.databases.read() as connection:
                left = [(await connection.execute(each)).scalar_one() for each in (wanted, going)]
            if not any(left):
                return
            await asyncio.sleep(0.2)

    async def take(self, steps: Sequence[tuple[str, Callable[[], Awaitable[str]]]], random: Random) -> None:
        """Take steps in a shuffled order, and write down each as it is answered; one in twenty twice."""
        left = [step for step in steps if step[0] not in self.done]
        random.shuffle(left)

        async def act(name: str, deed: Callable[[], Awaitable[str]]) -> None:
            outcome = await deed()
            if self.plan.choose(name).randrange(20) == 0:
                await deed()
            self.note(name, outcome)

        await work_off([partial(act, name, deed) for name, deed in left])

    async def top_up(self, driver: int, number: int) -> str:
        """Let a driver pay in at the provider's page."""
        wish = StartTopUp(
            payment_id=self.plan.name_payment(f"top-{driver}-{number}"),
            operator_id=self.cast.wallets,
            driver_id=self.cast.drivers[driver],
            provider=Provider.STRIPE,
            amount=self.plan.top_up(driver, number),
            currency=CURRENCY,
            return_url=RETURN_URL,
            requested_by=f"driver:{self.cast.drivers[driver]}",
        )
        return await self.visit_page(wish)

    async def save_card(self, driver: int) -> str:
        """Let a driver leave a card at the provider; sessions that begin before are charged afterwards."""
        wish = SaveCard(
            payment_id=self.plan.name_payment(f"card-{driver}"),
            operator_id=self.cast.cards,
            driver_id=self.cast.drivers[driver],
            currency=CURRENCY,
            return_url=RETURN_URL,
            requested_by=f"driver:{self.cast.drivers[driver]}",
        )
        return await self.visit_page(wish)

    async def visit_page(self, wish: StartTopUp | SaveCard) -> str:
        """Open a page at the provider, pay there, and come back when it is known here."""
        async with self.pages:
            payment = await self.house.desk.dispatch(wish)
            while payment.state in (PaymentState.CREATED, PaymentState.PENDING):
                if payment.state is PaymentState.PENDING:
                    await self.payer.pay(payment.payment_id)
                payment = await self.hear(payment)
        return "ok" if payment.state in PAID_STATES else payment.state.value

    async def hear(self, payment: Payment) -> Payment:
        """Wait for the provider's notice; ask, as the page of the app does, when none comes."""
        look = CheckPayment(operator_id=payment.operator_id, payment_id=payment.payment_id, is_look=True)
        for _ in range(LOOKS):
            await asyncio.sleep(LOOK_S)
            found = await self.house.desk.dispatch(look)
            if found.state is not payment.state:
                return found
        try:
            return await self.house.desk.dispatch(msgspec.structs.replace(look, is_look=False))
        except UnavailableError:
            return payment

    async def refund(self, driver: int) -> str:
        """Give money back over the provider, if there is as much."""
        wish = RefundPayment(
            refund_id=RefundId(self.plan.name_payment(f"refund-{driver}")),
            operator_id=self.cast.wallets,
            payment_id=self.plan.name_payment(f"top-{driver}-0"),
            amount=self.plan.refund(driver),
            requested_by=ACTOR,
        )
        try:
            await self.house.desk.dispatch(wish)
        except ConflictError as error:
            return error.code
        return "ok"

    def report(self, number: int, phase: TransactionPhase, *, at: datetime, register_wh: int) -> TransactionReported:
        """Say what a station says of a session."""
        context = SampleContext.BEGIN if phase is TransactionPhase.STARTED else SampleContext.END
        station_id, evse_id = self.plan.find_place(number)
        return TransactionReported(
            report_id=ReportId(self.house.ids.new()),
            station_id=station_id,
            received_at=datetime.now(UTC),
            phase=phase,
            at=at,
            transaction_ref=TransactionRef(f"T{number}"),
            seq_no=0 if phase is TransactionPhase.STARTED else 1,
            evse_id=evse_id,
            connector_id=1,
            id_token=IdToken(value=self.plan.name_token(number)),
            stop_reason=None if phase is TransactionPhase.STARTED else "EVDisconnected",
            samples=(Sample(at=at, measurand=Measurand.ENERGY_IMPORT_REGISTER, value=register_wh, context=context),),
        )

    async def start(self, number: int) -> str:
        """Let a session begin."""
        begin = self.plan.begin + timedelta(seconds=number % 600)
        await self.core.submit(self.report(number, TransactionPhase.STARTED, at=begin, register_wh=number))
        return "ok"

    async def end(self, number: int) -> str:
        """Let a session end."""
        end = self.plan.begin + timedelta(minutes=40, seconds=number % 600)
        register_wh = number + self.plan.energy_wh(number)
        await self.core.submit(self.report(number, TransactionPhase.ENDED, at=end, register_wh=register_wh))
        return "ok"


async def work(plan: Plan, cast: Cast) -> None:
    """Go on with a plan."""
    settings = choose_settings(plan)
    configure_logs(settings)
    installation = Installation(settings, out=io.StringIO())
    await installation.start()
    try:
        await settle_down(installation.house.core)
        await Worker(plan, cast, installation.house).run()
    finally:
        await installation.stop()


def main(path: Path) -> None:
    """Read the plan and who plays, and go on."""
    plan = msgspec.json.decode(path.read_bytes(), type=Plan)
    cast = msgspec.json.decode((Path(plan.data_dir) / "cast.json").read_bytes(), type=Cast)
    try:
        asyncio.run(work(plan, cast))
    except BusbarError as failure:
        sys.exit(f"{failure.code}: {failure}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
