"""The worker: bounded, at its leases, and leaving nothing half done when it stops."""

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from busbar.adapters.system.clock import SystemClock
from busbar.app.jobs import JobLimits, JobRunner
from busbar.db.jobs import DEAD, WAITING, RetryTerms, SqlJobs, jobs
from busbar.db.timekeeping import choose_clock
from busbar.kernel.errors import UnavailableError
from busbar.ports.jobs import NewJob
from tests.contracts.jobs.conftest import until

AT_ONCE = RetryTerms(interval=timedelta(milliseconds=10), interval_max=timedelta(milliseconds=10))


class Shop:
    """Workers on one database, and what they did."""

    def __init__(self, desk):
        self.desk = desk
        self.clock = SystemClock()
        self.runners = []
        self.done = []
        self.running = 0
        self.running_most = 0
        self.gate = asyncio.Event()
        self.failures_left = 0
        self.jobs = self.make_jobs()

    def make_jobs(self, lease_s=30.0):
        read_now = choose_clock(self.desk.databases, self.clock)
        lease = timedelta(seconds=lease_s)
        return SqlJobs(self.desk.databases, ids=self.desk.ids, read_now=read_now, lease=lease, terms=AT_ONCE)

    def open(self, holder="one", **limits):
        given = {"poll_interval_s": 0.05, "lease_s": 30.0} | limits
        jobs = self.make_jobs(given["lease_s"])
        runner = JobRunner(jobs=jobs, clock=self.clock, holder=holder, limits=JobLimits(**given))
        runner.register("bill", self.bill)
        self.runners.append(runner)
        return runner

    async def bill(self, job):
        self.running += 1
        self.running_most = max(self.running, self.running_most)
        try:
            await self.gate.wait()
            if self.failures_left:
                self.failures_left -= 1
                raise RuntimeError("the printer is on fire")
            self.done.append(job.job_id)
        finally:
            self.running -= 1

    async def enqueue(self, **given):
        async with self.desk.work() as work:
            return await self.jobs.enqueue(
                NewJob(**({"kind": "bill", "run_at": self.clock.now() - timedelta(seconds=1)} | given)), work
            )

    async def rows(self):
        return await self.jobs.list_jobs()

    async def check(self, is_so):
        return is_so((await self.rows())[0])


@pytest.fixture
async def shop(desk):
    shop = Shop(desk)
    yield shop
    for runner in shop.runners:
        await runner.stop()


async def test_jobs_are_done_a_bounded_number_at_a_time(shop):
    made = [await shop.enqueue() for _ in range(9)]
    runner = shop.open(running_max_jobs=3)
    runner.start()
    await until(lambda: shop.running == 3)
    shop.gate.set()
    await until(lambda: len(shop.done) == 9)
    await runner.stop(drain_s=5)
    assert sorted(shop.done) == sorted(made)
    assert shop.running_most == 3
    assert await shop.rows() == []


async def test_many_processes_do_each_turn_of_a_schedule_once(shop):
    shop.gate.set()
    turns = []
    for number in range(4):
        runner = shop.open(f"worker-{number}")
        runner.register("sweep", lambda job: note(turns, job), cron="0 6 * * *")
        runner.start()
    await until(lambda: bool(turns))
    for runner in shop.runners:
        await runner.stop(drain_s=5)
    assert len(turns) == 1
    [row] = await shop.rows()
    assert (row.kind, row.state, row.attempts) == ("sweep", WAITING, 0)
    assert row.run_at > shop.clock.now()


async def note(turns, job):
    turns.append(job)


async def test_a_failed_job_is_tried_again_until_it_is_dead(shop):
    shop.gate.set()
    shop.failures_left = 2
    job_id = await shop.enqueue()
    shop.failures_left = 2
    shop.open().start()
    await until(lambda: shop.done == [job_id])
    shop.failures_left = 3
    await shop.enqueue(max_attempts=3)
    await until(lambda: shop.failures_left == 0)
    await shop.runners[0].stop(drain_s=5)
    [row] = await shop.rows()
    assert (row.state, row.attempts, row.last_error) == (DEAD, 3, "RuntimeError: the printer is on fire")


@pytest.mark.parametrize(
    ("error", "level", "has_trace"),
    [(UnavailableError("no core answered"), "warning", False), (RuntimeError("a defect"), "error", True)],
)
async def test_an_outage_leaves_no_trace_of_a_defect_in_the_log(shop, error, level, has_trace):
    async def fail(_job):
        raise error

    runner = shop.open()
    runner.register("fails", fail)
    await shop.enqueue(kind="fails", max_attempts=1)
    with capture_logs() as entries:
        assert await runner.run_due() == 1
    (entry,) = [each for each in entries if each["event"] == "job.failed"]
    assert (entry["log_level"], "exc_info" in entry) == (level, has_trace)


async def test_an_attempt_has_its_time(shop):
    await shop.enqueue(max_attempts=1)
    runner = shop.open(run_max_s=0.05)
    runner.start()
    await until(lambda: shop.check(lambda row: row.state == DEAD))
    assert (await shop.rows())[0].last_error.startswith("TimeoutError")


async def test_a_stop_gives_back_what_is_in_hand(shop):
    job_id = await shop.enqueue()
    runner = shop.open()
    runner.start()
    await until(lambda: shop.running == 1)
    await runner.stop(drain_s=0.01)
    [row] = await shop.rows()
    assert (row.state, row.attempts, row.leased_by) == (WAITING, 0, None)
    shop.gate.set()
    shop.open("two").start()
    await until(lambda: shop.done == [job_id])


async def test_a_stop_lets_what_is_in_hand_end(shop):
    job_id = await shop.enqueue()
    runner = shop.open()
    runner.start()
    await until(lambda: shop.running == 1)
    stopping = asyncio.create_task(runner.stop(drain_s=10))
    await asyncio.sleep(0)
    shop.gate.set()
    await stopping
    assert shop.done == [job_id]
    assert await shop.rows() == []


async def test_a_lease_is_kept_while_its_worker_works(shop):
    await shop.enqueue()
    shop.open("one", lease_s=3).start()
    await until(lambda: shop.running == 1)
    shop.open("two", lease_s=3).start()
    before = (await shop.rows())[0].lease_until
    await until(lambda: shop.check(lambda row: row.lease_until >= before + timedelta(seconds=3)))
    assert ((await shop.rows())[0].leased_by, shop.running, shop.running_most) == ("one", 1, 1)


async def test_work_ends_when_the_job_was_taken_away(shop):
    job_id = await shop.enqueue()
    shop.open("one", lease_s=0.3).start()
    await until(lambda: shop.running == 1)
    async with shop.desk.databases.writer.begin() as connection:
        in_good_time = shop.clock.now() + timedelta(minutes=1)
        await connection.execute(jobs.update().values(leased_by="two", lease_until=in_good_time))
    await until(lambda: shop.running == 0)
    [row] = await shop.rows()
    assert (row.job_id, row.leased_by, shop.done) == (job_id, "two", [])


async def test_a_kind_that_nobody_here_knows_is_left_to_those_who_know_it(shop):
    shop.gate.set()
    await shop.enqueue(kind="of a newer version")
    job_id = await shop.enqueue()
    runner = shop.open()
    runner.start()
    await until(lambda: shop.done == [job_id])
    await runner.stop(drain_s=5)
    [row] = await shop.rows()
    assert (row.kind, row.state) == ("of a newer version", WAITING)


async def test_a_kind_has_one_handler(shop):
    runner = shop.open()
    with pytest.raises(ValueError, match="already"):
        runner.register("bill", shop.bill)
    shop.gate.set()
    assert await runner.run_due() == 0
    await shop.enqueue()
    assert await runner.run_due() == 1
