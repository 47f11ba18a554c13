"""Chores that come round as jobs: rules that time brings about, and records whose time is over.

They concern the database and are done once for the whole installation, by whichever process works on jobs.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import msgspec
import structlog
from sqlalchemy import delete, or_, select

from busbar.app.config import Settings
from busbar.app.costing import Costing
from busbar.app.jobs import JobLimits, JobRunner
from busbar.app.mail import Mailing
from busbar.app.push import Pushing
from busbar.app.statements import Statements
from busbar.app.telemetry import Retention, Telemetry
from busbar.app.webhooks import Telling
from busbar.app.what_if import WhatIfRuns
from busbar.canon.control import QUEUED, TendStationCommands
from busbar.canon.debts import RemindOverdue
from busbar.canon.drivers import ExpireDriverSignIns
from busbar.canon.ledger import CloseDays, ExpireHolds
from busbar.canon.links import ExpireLinks
from busbar.canon.offers import CollectDues
from busbar.canon.payments import DrivePayments
from busbar.canon.reconciliation import FetchStatements
from busbar.canon.reporting import RunReportSchedules
from busbar.canon.reservations import ExpireReservations
from busbar.canon.sessions import CloseAbandonedSessions
from busbar.canon.settlement import RunDueSettlements
from busbar.canon.stations import Registration
from busbar.canon.tenants import ExpireStaffSignIns
from busbar.db.engine import Databases
from busbar.db.jobs import SqlJobs
from busbar.db.messaging import inbox, outbox
from busbar.db.once import performed
from busbar.domain.billing.what_ifs import WHAT_IF_JOB
from busbar.domain.companion.service import PUSH_JOB
from busbar.domain.mail.service import LETTER_JOB
from busbar.domain.reservations.sql import OPEN_STATES, reservations
from busbar.domain.sessions.sql import is_silent, is_unanswered
from busbar.domain.sessions.tables import sessions
from busbar.domain.stations.model import CALM
from busbar.domain.stations.tables import station_commands, station_events, stations
from busbar.domain.webhooks.service import DELIVER_JOB
from busbar.kernel.clock import Clock
from busbar.kernel.ids import StationId, find_first_id
from busbar.ports.dispatcher import Dispatcher
from busbar.ports.jobs import Job, JobHandler

log = structlog.get_logger(__name__)

SWEEP_CRON = "* * * * * */15"
QUEUE_CRON = "* * * * * */5"
MINUTE_CRON = "* * * * *"
PAYMENT_CRON = "* * * * * */5"
WEBHOOK_CRON = "* * * * * */2"
STATEMENT_CRON = "41 * * * *"
DUES_CRON = "11 * * * *"
SETTLEMENT_CRON = "31 * * * *"
HOURLY_CRON = "23 * * * *"
MONTHLY_CRON = "47 * * * *"
"""Looked at each hour: the first of a month begins at another hour in each time zone."""
DAILY_CRON = "17 */6 * * *"
SWEEP_MAX_STATIONS = 500
"""Stations that one sweep asks about; the next one takes the rest."""
EXPIRED_MAX_ROWS = 5000
"""Rows that one transaction removes: others write meanwhile."""
FACT_RETENTION = timedelta(days=30)
"""How far back live streams can resume, and a repeated delivery is still known."""

Chore = Callable[[], Awaitable[None]]


class Chores:
    """What concerns the database, and is done once for the whole installation."""

    def __init__(
        self,
        *,
        settings: Settings,
        databases: Databases,
        dispatcher: Dispatcher,
        clock: Clock,
        is_by_station: bool = False,
    ) -> None:
        """`is_by_station`: several cores hold the stations, so each is asked about its own."""
        self._settings = settings
        self._databases = databases
        self._dispatcher = dispatcher
        self._clock = clock
        self._is_by_station = is_by_station
        self._event_retention = timedelta(days=settings.event_retention_days)
        self._costing = Costing(databases)
        self._what_ifs = WhatIfRuns(databases=databases, clock=clock)
        self._statements = Statements(databases=databases, dispatcher=dispatcher, clock=clock)
        self._telemetry = Telemetry(
            databases,
            clock=clock,
            retention=Retention(
                samples=timedelta(days=settings.sample_retention_days),
                minutes=timedelta(days=settings.minute_retention_days),
                buckets=timedelta(days=settings.rollup_retention_days),
            ),
        )

    async def close_abandoned(self) -> None:
        """Close sessions that were silent too long, and give up starts that nobody answered."""
        now = self._clock.now()
        silent_since = now - timedelta(hours=self._settings.session_abandonment_h)
        requested_before = now - timedelta(seconds=self._settings.remote_start_timeout_s)
        wish = CloseAbandonedSessions(silent_since=silent_since, requested_before=requested_before)
        wishes = [wish]
        if self._is_by_station:
            abandoned = or_(is_silent(silent_since), is_unanswered(requested_before))
            query = select(sessions.c.station_id).where(abandoned).distinct().limit(SWEEP_MAX_STATIONS)
            async with self._databases.read() as connection:
                found = (await connection.execute(query)).scalars().all()
            wishes = [msgspec.structs.replace(wish, station_id=StationId(station_id)) for station_id in found]
        closed = sum([await self._dispatcher.dispatch(each) for each in wishes])
        if closed:
            log.info("sessions.swept", closed=closed)

    async def tend_commands(self) -> None:
        """End requests that waited for their station too long; send what stations that are there were not sent yet."""
        now = self._clock.now()
        is_there = (
            stations.c.is_online
            & (stations.c.registration == Registration.ACCEPTED.value)
            & (stations.c.connected_at <= now - CALM)
        )
        waits = (station_commands.c.outcome == QUEUED.outcome.value) & (
            (station_commands.c.expires_at <= now) | is_there
        )
        of_it = station_commands.c.station_id == stations.c.station_id
        query = select(stations.c.station_id).join(station_commands, of_it).where(waits).distinct()
        async with self._databases.read() as connection:
            found = (await connection.execute(query.limit(SWEEP_MAX_STATIONS))).scalars().all()
        for station_id in found:
            await self._dispatcher.dispatch(TendStationCommands(station_id=StationId(station_id)))

    async def expire_reservations(self) -> None:
        """End reservations that nobody came for."""
        table = reservations.c
        query = select(table.station_id).where(table.state.in_(OPEN_STATES), table.expires_at <= self._clock.now())
        async with self._databases.read() as connection:
            found = (await connection.execute(query.distinct().limit(SWEEP_MAX_STATIONS))).scalars().all()
        for station_id in found:
            await self._dispatcher.dispatch(ExpireReservations(station_id=StationId(station_id)))

    async def expire_sign_ins(self) -> None:
        """Forget sign-ins that are over."""
        await self._dispatcher.dispatch(ExpireStaffSignIns())
        await self._dispatcher.dispatch(ExpireDriverSignIns())
        await self._dispatcher.dispatch(ExpireLinks())

    async def expire_holds(self) -> None:
        """Give back money that was held for too long."""
        if expired := await self._dispatcher.dispatch(ExpireHolds()):
            log.warning("ledger.holds_expired", expired=expired)

    async def close_days(self) -> None:
        """Close the days of the ledger that are over, and remind whoever is late to pay."""
        await self._dispatcher.dispatch(CloseDays())
        await self._dispatcher.dispatch(RemindOverdue())

    async def collect_dues(self) -> None:
        """Take the price of this month from members of plans."""
        while taken := await self._dispatcher.dispatch(CollectDues()):
            log.info("plans.dues_collected", dues=taken)

    async def run_settlements(self) -> None:
        """Make the drafts of operators that settle by themselves."""
        if made := await self._dispatcher.dispatch(RunDueSettlements()):
            log.info("settlements.made", drafts=made)

    async def run_reports(self) -> None:
        """Have the reports mailed that are due."""
        if mailed := await self._dispatcher.dispatch(RunReportSchedules()):
            log.info("reports.mailed", reports=mailed)

    async def write_statements(self) -> None:
        """Write the monthly statements that are due."""
        await self._statements.write_due()

    async def drive_payments(self) -> None:
        """Do at payment providers what is due, and ask about what nobody tells."""
        await self._dispatcher.dispatch(DrivePayments())

    async def fetch_statements(self) -> None:
        """Compare providers' statements with our books."""
        if found := await self._dispatcher.dispatch(FetchStatements(days=self._settings.payment_statement_days)):
            log.warning("payments.statements_differ", differences=found)

    async def answer_what_if(self, job: Job) -> None:
        """Price past sessions again under a draft tariff."""
        await self._what_ifs.run(job)

    async def reckon_costs(self) -> None:
        """Reckon what the electricity of sessions cost."""
        await self._costing.run()

    async def expire_facts(self) -> None:
        """Drop facts that no stream resumes from any more, and the memory of their deliveries."""
        before = self._clock.now() - FACT_RETENTION
        async with self._databases.writer.begin() as connection:
            await connection.execute(delete(outbox).where(outbox.c.at < before))
            # by the fact, not by its own time alone: a clock that was set back must not make old facts new again
            is_gone = inbox.c.message_id.not_in(select(outbox.c.fact_id))
            await connection.execute(delete(inbox).where(inbox.c.at < before, is_gone))

    async def expire_events(self) -> None:
        """Forget events of stations that are past their retention, some thousands at a time."""
        doomed = (
            select(station_events.c.event_id)
            .where(station_events.c.event_id < find_first_id(self._clock.now() - self._event_retention))
            .order_by(station_events.c.event_id)
            .limit(EXPIRED_MAX_ROWS)
        )
        expired = EXPIRED_MAX_ROWS
        while expired == EXPIRED_MAX_ROWS:
            async with self._databases.writer.begin() as connection:
                gone = await connection.execute(
                    delete(station_events).where(station_events.c.event_id.in_(doomed.scalar_subquery()))
                )
            expired = gone.rowcount

    async def roll_up_samples(self) -> None:
        """Bring the roll-ups up to date with the samples."""
        await self._telemetry.roll_up()

    async def expire_samples(self) -> None:
        """Make room for the samples of the days to come, and remove what is past its retention."""
        await self._telemetry.make_parts()
        await self._telemetry.expire()

    async def expire_replies(self) -> None:
        """Forget replies to idempotency keys that are past their retention."""
        before = self._clock.now() - timedelta(hours=self._settings.idempotency_retention_h)
        async with self._databases.writer.begin() as connection:
            await connection.execute(delete(performed).where(performed.c.at < before))


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """What tells people and programs outside."""

    pushing: Pushing
    telling: Telling
    mailing: Mailing


def build_runner(
    settings: Settings,
    *,
    jobs: SqlJobs,
    chores: Chores,
    outgoing: Outgoing,
    clock: Clock,
    holder: str,
) -> JobRunner:
    """Make the runner of jobs, with those that come round."""
    runner = JobRunner(
        jobs=jobs,
        clock=clock,
        holder=holder,
        limits=JobLimits(
            running_max_jobs=settings.job_max_running,
            poll_interval_s=settings.job_poll_interval_s,
            run_max_s=settings.job_timeout_s,
            lease_s=settings.job_lease_s,
        ),
    )
    runner.register(WHAT_IF_JOB, chores.answer_what_if)
    for kind, chore, cron in (
        ("sessions.close_abandoned", chores.close_abandoned, SWEEP_CRON),
        ("station_commands.tend", chores.tend_commands, QUEUE_CRON),
        ("reservations.expire", chores.expire_reservations, SWEEP_CRON),
        ("sign_ins.expire", chores.expire_sign_ins, DAILY_CRON),
        ("holds.expire", chores.expire_holds, MINUTE_CRON),
        ("ledger.close_days", chores.close_days, HOURLY_CRON),
        ("plans.collect_dues", chores.collect_dues, DUES_CRON),
        ("purchases.reckon", chores.reckon_costs, MINUTE_CRON),
        ("settlements.run", chores.run_settlements, SETTLEMENT_CRON),
        ("statements.write", chores.write_statements, MONTHLY_CRON),
        ("reports.run", chores.run_reports, MINUTE_CRON),
        ("payments.drive", chores.drive_payments, PAYMENT_CRON),
        ("payments.fetch_statements", chores.fetch_statements, STATEMENT_CRON),
        ("facts.expire", chores.expire_facts, DAILY_CRON),
        ("replies.expire", chores.expire_replies, DAILY_CRON),
        ("station_events.expire", chores.expire_events, DAILY_CRON),
        ("samples.roll_up", chores.roll_up_samples, MINUTE_CRON),
        ("samples.expire", chores.expire_samples, DAILY_CRON),
        ("webhooks.collect", outgoing.telling.collect, WEBHOOK_CRON),
        ("webhooks.expire", outgoing.telling.expire, DAILY_CRON),
        ("letters.expire", outgoing.mailing.expire, DAILY_CRON),
    ):
        runner.register(kind, as_handler(chore), cron=cron)
    runner.register(PUSH_JOB, outgoing.pushing.send)
    runner.register(DELIVER_JOB, outgoing.telling.deliver)
    runner.register(LETTER_JOB, outgoing.mailing.send)
    return runner


def as_handler(chore: Chore) -> JobHandler:
    """Let a chore be done as a job; it has no payload."""

    async def handle(_job: Job) -> None:
        await chore()

    return handle
