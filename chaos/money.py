"""Money under kills: sessions, top-ups and refunds at once, a process that is killed, every book compared to the cent.

`python -m chaos money [--sessions 10000] [--kills 20] [--seed S] [--database sqlite|postgresql]`
"""

import argparse
import asyncio
import json
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import case, exists, func, select

from busbar.adapters.system.clock import SystemClock
from busbar.canon.ledger import AccountKind, CloseDays
from busbar.canon.reconciliation import FetchStatements
from busbar.canon.settlement import ApproveSettlement, PeriodKind, RunSettlements, Settlement
from busbar.domain.billing.tables import session_prices
from busbar.domain.invoicing.sql import documents
from busbar.domain.ledger.tables import accounts, legs, receivables, transfers
from busbar.domain.payments.tables import payment_differences, payment_statement_lines, payments
from busbar.domain.roaming.sql import cdrs
from busbar.domain.sessions.tables import sessions
from busbar.domain.settlement.sql import settlements
from busbar.kernel.ids import OperatorId
from chaos.money_cast import Stage, open_core, prepare, settle_down
from chaos.money_plan import Cast, Plan, count_journal, read_journal
from chaos.money_provider import NOTICES, Payer, Provider
from chaos.servers import Server
from tests.journeys.conftest import find_free_port

SEED_MAX = 10**6
AHEAD = timedelta(days=40)
"""The books are compared so much later: by then the days are closed, and what is held would have expired."""
Book = dict[str, dict[str, Any]]
"""The provider's: what it says of each payment, by our id."""
OUTCOME = 2
"""The phase of the legs that say what became of a hold."""
PARTS_MAX = 2
"""A card pays what was set aside on it, and then what the session costs beyond that."""
_PRICES = select(session_prices.c.session_id, session_prices.c.gross).where(session_prices.c.revision > 0)
EARNED = (
    AccountKind.ELECTRICITY.value,
    AccountKind.SERVICE.value,
    AccountKind.DISCOUNTS.value,
    AccountKind.COMMISSION.value,
    AccountKind.TAXES.value,
)


@dataclass
class MoneyVerdict:
    """What came of a run."""

    mode: str
    seed: int
    sessions: int
    kills: int = 0
    took_s: float = 0
    concurrent: int = 0
    transfers: int = 0
    """What the ledger wrote down."""
    outcomes: dict[str, int] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)
    provider: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


def say_nothing(_line: str) -> None:
    """Keep still."""


class LateClock(SystemClock):
    """Our clock, some weeks ahead."""

    def now(self) -> datetime:
        """Return a later instant."""
        return super().now() + AHEAD


async def run(plan: Plan, *, kills: int, mode: str, tell: Callable[[str], None] = say_nothing) -> MoneyVerdict:
    """Prepare, work and kill, and compare."""
    begun = time.monotonic()
    verdict = MoneyVerdict(mode=mode, seed=plan.seed, sessions=plan.sessions)
    provider = Provider(Path(plan.data_dir))
    await provider.start()
    payer = Payer(provider.url)
    try:
        plan.provider_url = provider.url
        await play(plan, provider, payer, kills=kills, verdict=verdict, tell=tell)
    finally:
        await payer.close()
        await provider.stop()
    verdict.took_s = round(time.monotonic() - begun, 1)
    return verdict


async def play(
    plan: Plan, provider: Provider, payer: Payer, *, kills: int, verdict: MoneyVerdict, tell: Callable[[str], None]
) -> None:
    """Let everybody do their part."""
    begun, directory = time.monotonic(), Path(plan.data_dir)
    cast = await prepare(plan, provider.credentials)
    notices = f"http://127.0.0.1:{plan.http_port}/api/v1/payments/notices/stripe/{cast.account_id}"
    await payer.control("webhook", {"url": notices})
    await payer.control("mischief", NOTICES)
    (directory / "cast.json").write_bytes(msgspec.json.encode(cast))
    (directory / "plan.json").write_bytes(msgspec.json.encode(plan))
    tell(f"prepared after {time.monotonic() - begun:.0f} s")
    await work(plan, kills=kills, verdict=verdict, tell=tell)
    if verdict.wrong:
        return  # what is half done cannot be compared
    verdict.outcomes = dict(Counter(line.split("-")[0] + " " + line.split(" ")[1] for line in read_journal(plan)))
    await judge(plan, cast, verdict, await payer.read_book())


async def work(plan: Plan, *, kills: int, verdict: MoneyVerdict, tell: Callable[[str], None]) -> None:
    """Let the worker work; kill it whenever it has got a share of its steps done."""
    chance = plan.choose("kills")
    steps = plan.sessions * 2 + plan.drivers + plan.wallet_drivers + plan.wallet_drivers // 3
    marks = sorted(chance.randrange(1, steps) for _ in range(kills))
    while True:
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "chaos.money_worker", str(Path(plan.data_dir) / "plan.json")
        )
        while worker.returncode is None:
            done = count_journal(plan)
            if marks and done >= marks[0]:
                marks = [mark for mark in marks if mark > done]
                worker.send_signal(signal.SIGKILL)
                await worker.wait()
                verdict.kills += 1
                tell(f"killed after {done} of {steps} steps")
            else:
                try:
                    await asyncio.wait_for(worker.wait(), 0.05)
                except TimeoutError:
                    continue
        if worker.returncode == 0:
            return
        if worker.returncode != -signal.SIGKILL:
            verdict.wrong.append(f"the worker ended with {worker.returncode}")
            return


async def judge(plan: Plan, cast: Cast, verdict: MoneyVerdict, book: Book) -> None:
    """Settle everything, some weeks later, and compare all books; last the provider's own statements."""
    async with open_core(plan, LateClock()) as stage:
        await settle_down(stage.core)
        await stage.core.dispatch(CloseDays())
        for operator_id in cast.operators:
            await settle(stage, plan, operator_id)
        async with stage.databases.read() as connection:
            await compare(connection, plan, verdict)
            await compare_provider(connection, verdict, book)
        await stage.desk.dispatch(FetchStatements(days=AHEAD.days + 2))
        async with stage.databases.read() as connection:
            for name, table in (("statement_lines", payment_statement_lines), ("differences", payment_differences)):
                found = await connection.execute(select(func.count()).select_from(table))
                verdict.provider[name] = int(found.scalar_one())
        expect(verdict, "differences from the provider's statements", verdict.provider["differences"], 0)
        expect(verdict, "lines of the provider's statements", verdict.provider["statement_lines"], count_lines(book))


async def settle(stage: Stage, plan: Plan, operator_id: OperatorId) -> None:
    """Share what an operator earned, and approve it."""
    days = {plan.begin.date(), datetime.now(UTC).date()}
    for day in sorted({day.replace(day=1) for day in days}):
        made = await stage.core.dispatch(
            RunSettlements(operator_id=operator_id, actor="staff:maker", period=PeriodKind.MONTH, day=day)
        )
        for settlement_id in made:
            wish = ApproveSettlement(operator_id=operator_id, actor="staff:other", settlement_id=settlement_id)
            await stage.core.dispatch(wish)


def expect(verdict: MoneyVerdict, what: str, got: int, wanted: int) -> None:
    """Name it when a book says something else than another."""
    if got != wanted:
        verdict.wrong.append(f"{what}: {got}, not {wanted}")


def count_lines(book: Book) -> int:
    """Return how often money moved at the provider: it came in, and it went back."""
    return sum((each["captured"] > 0) + (each["refunded"] > 0) for each in book.values())


async def compare(connection: Any, plan: Plan, verdict: MoneyVerdict) -> None:
    """Read every book, and name what differs."""
    journal = dict(line.split(" ", 1) for line in read_journal(plan))
    verdict.concurrent = int(journal.get("all-started", "0"))
    sums = verdict.sums

    async def count(statement: Any) -> int:
        return int((await connection.execute(statement)).scalar_one() or 0)

    check = partial(expect, verdict)
    balances = await read_balances(connection)
    check("trial balance", sum(balances.values()), 0)
    check("held", balances.get(AccountKind.HELD.value, 0), 0)
    check("pending transfers", await count(select(func.count()).where(transfers.c.state == "pending")), 0)
    check("sessions", await count(select(func.count()).select_from(sessions)), plan.sessions)
    prices, papers = session_prices.c, documents.c
    sums["prices"] = await count(select(func.sum(prices.gross)).where(prices.revision > 0))
    sums["receipts"] = await count(select(func.sum(papers.gross)).where(papers.kind == "receipt"))
    check("priced sessions", await count(select(func.count()).where(prices.revision > 0)), plan.sessions)
    check("receipts", await count(select(func.count()).where(papers.kind == "receipt")), plan.sessions)
    energy = sum(plan.energy_wh(number) for number in range(plan.sessions))
    check("energy", await count(select(func.sum(prices.energy_wh)).where(prices.revision > 0)), energy)
    contents = (await connection.execute(select(settlements.c.content))).scalars().all()
    made = [msgspec.json.decode(content, type=Settlement) for content in contents]
    sums["settlements"] = sum(settlement.payable for settlement in made)
    sums["earned"] = await count_earned(connection)
    for name in ("receipts", "settlements", "earned"):
        check(f"sum of {name}", sums[name], sums["prices"])
    check("settled energy", sum(line.energy_wh for one in made for line in one.lines if is_rest(one, made)), energy)
    owed = await count(select(func.sum(receivables.c.open_amount)))
    check("receivables", -balances.get(AccountKind.RECEIVABLE.value, 0), owed)
    check(
        "all money",
        -balances.get(AccountKind.CLEARING.value, 0) + owed,
        sums["earned"] + balances.get(AccountKind.WALLET.value, 0),
    )
    verdict.transfers = await count(select(func.count()).select_from(transfers))
    twice = select(func.count()).select_from(
        select(transfers.c.session_id)
        .where(transfers.c.kind == "session")
        .group_by(transfers.c.session_id)
        .having(func.count() > 1)
        .subquery()
    )
    check("sessions posted twice", await count(twice), 0)
    sums["clearing"] = -balances.get(AccountKind.CLEARING.value, 0)
    captured = await count(select(func.sum(legs.c.amount)).where(legs.c.phase == OUTCOME))
    set_aside = await count(select(func.sum(transfers.c.amount)).where(transfers.c.kind == "hold"))
    check("captured and released of what was held", captured, set_aside)
    await compare_records(connection, plan, verdict)


async def compare_records(connection: Any, plan: Plan, verdict: MoneyVerdict) -> None:
    """Hold the records for the partner against the prices of its sessions, and against what it owes."""
    check, partners = partial(expect, verdict), sum(plan.is_partners(number) for number in range(plan.sessions))
    prices = {row.session_id: row.gross for row in await connection.execute(_PRICES)}
    held = (await connection.execute(select(cdrs.c.session_id, cdrs.c.gross, cdrs.c.is_credit))).all()
    check("sessions with a record", len({row.session_id for row in held}), partners)
    check("records that no other takes back", sum(-1 if row.is_credit else 1 for row in held), partners)
    standing = Counter[str]()
    for row in held:
        standing[row.session_id] += row.gross
    check("records with another sum than the price", sum(standing[each] != prices[each] for each in standing), 0)
    verdict.sums["records"] = sum(standing.values())
    is_partners = receivables.c.debtor.startswith("partner:")
    owed = (await connection.execute(select(func.sum(receivables.c.amount)).where(is_partners))).scalar_one()
    check("what the partner owes", int(owed or 0), verdict.sums["records"])


async def compare_provider(connection: Any, verdict: MoneyVerdict, book: Book) -> None:
    """Hold every payment of ours against the provider's book: no hold is left, nothing is taken twice."""
    check, provider = partial(expect, verdict), verdict.provider
    columns = (payments.c.payment_id, payments.c.session_id, payments.c.state, payments.c.captured, payments.c.refunded)
    ours = {row.payment_id: row for row in await connection.execute(select(*columns))}
    provider["payments"] = len(book)
    provider["captured"] = sum(each["captured"] for each in book.values())
    provider["refunded"] = sum(each["refunded"] for each in book.values())
    verdict.sums["provider"] = provider["captured"] - provider["refunded"]
    check("the provider's book", verdict.sums["clearing"], verdict.sums["provider"])
    verdict.sums["refunds"] = await count_refunds(connection)
    check("refunds of payments", sum(row.refunded for row in ours.values()), verdict.sums["refunds"])
    check("refunds of the provider", provider["refunded"], verdict.sums["refunds"])
    check("payments that one of the two does not know", len(ours.keys() ^ book.keys()), 0)
    other = [
        payment_id
        for payment_id, each in book.items()
        if payment_id in ours
        and (ours[payment_id].captured, ours[payment_id].refunded) != (each["captured"], each["refunded"])
    ]
    check("payments of which the provider took something else", len(other), 0)
    check("holds left at the provider", sum(each["status"] == "authorised" for each in book.values()), 0)
    by_card = [row for row in ours.values() if row.session_id is not None and row.captured]
    parts, paid = Counter(row.session_id for row in by_card), Counter[str]()
    for row in by_card:
        paid[row.session_id] += row.captured - row.refunded
    prices = {row.session_id: row.gross for row in await connection.execute(_PRICES)}
    provider["sessions by card"] = len(parts)
    provider["sessions in two parts"] = sum(count == PARTS_MAX for count in parts.values())
    check("sessions in too many parts", sum(count > PARTS_MAX for count in parts.values()), 0)
    check("sessions paid too much for", sum(amount > prices[session] for session, amount in paid.items()), 0)


async def count_refunds(connection: Any) -> int:
    """Return what went back by the ledger: refunds that were moved back did not go."""
    undone = transfers.alias("undone")
    is_undone = (
        exists()
        .where(undone.c.operator_id == transfers.c.operator_id)
        .where(undone.c.reverses == transfers.c.transfer_id)
    )
    statement = select(func.sum(transfers.c.amount)).where(transfers.c.kind == "refund", ~is_undone)
    return int((await connection.execute(statement)).scalar_one() or 0)


def is_rest(one: Settlement, made: list[Settlement]) -> bool:
    """Tell whether a settlement is of the payee who has a line of every site of the operator."""
    those = [each for each in made if (each.since, each.operator_id) == (one.since, one.operator_id)]
    most = max(len({line.site_id for line in each.lines if line.taxes}) for each in those)
    return one.tax != 0 and len({line.site_id for line in one.lines}) == most


async def read_balances(connection: Any) -> dict[str, int]:
    """Return what the accounts of each kind got less what they gave."""
    balances: Counter[str] = Counter()
    for side, sign in ((legs.c.credit_id, 1), (legs.c.debit_id, -1)):
        statement = (
            select(accounts.c.kind, func.sum(legs.c.amount))
            .join(legs, side == accounts.c.account_id)
            .group_by(accounts.c.kind)
        )
        for kind, amount in await connection.execute(statement):
            balances[kind] += sign * int(amount)
    return dict(balances)


async def count_earned(connection: Any) -> int:
    """Return what sessions brought to the accounts of revenue, before it was shared."""
    giver, taker = accounts.alias("giver"), accounts.alias("taker")
    amount = case((taker.c.kind.in_(EARNED), legs.c.amount), else_=0) - case(
        (giver.c.kind.in_(EARNED), legs.c.amount), else_=0
    )
    statement = (
        select(func.sum(amount))
        .select_from(legs)
        .join(giver, giver.c.account_id == legs.c.debit_id)
        .join(taker, taker.c.account_id == legs.c.credit_id)
        .join(transfers, transfers.c.transfer_id == legs.c.transfer_id)
        .where(transfers.c.session_id.is_not(None))
    )
    return int((await connection.execute(statement)).scalar_one() or 0)


def make_plan(directory: Path, *, seed: int, sessions_count: int, database_url: str) -> Plan:
    """Return a plan that begins an hour ago."""
    begin = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    return Plan(
        seed=seed,
        sessions=sessions_count,
        database_url=database_url,
        data_dir=str(directory),
        begin=begin,
        provider_url="",
        http_port=find_free_port(),
    )


async def try_database(asked: argparse.Namespace, directory: Path) -> MoneyVerdict:
    """Run on one database."""
    url = f"sqlite:///{directory / 'money.db'}"
    server = None
    if asked.database == "postgresql":
        server = Server("postgresql", directory / "postgresql")
        await server.make()
        url = server.url
    plan = make_plan(directory, seed=asked.seed, sessions_count=asked.sessions, database_url=url)
    try:
        return await run(plan, kills=asked.kills, mode=asked.database, tell=say)
    finally:
        if server is not None:
            await asyncio.to_thread(server.stop)


def main(words: list[str]) -> int:
    """Run, print the verdict as JSON, and say by the exit code whether it was clean."""
    parser = argparse.ArgumentParser(prog="python -m chaos money", description=__doc__)
    parser.add_argument("--sessions", type=int, default=10_000, help="sessions at once (10000)")
    parser.add_argument("--kills", type=int, default=20, help="how often the process is killed (20)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(SEED_MAX), help="play a run again")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    asked = parser.parse_args(words)
    print(f"seed {asked.seed}: play it again with money --seed {asked.seed} --sessions {asked.sessions}", flush=True)
    with tempfile.TemporaryDirectory(prefix="busbar-money-") as name:
        Path(name).chmod(0o711)  # a database server runs under an account of its own, which must come through
        verdict = asyncio.run(try_database(asked, Path(name)))
    print(json.dumps(asdict(verdict)))
    return 1 if verdict.wrong else 0
