"""The jobs table: one contract on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from busbar.db.jobs import (
    DEAD,
    LOST,
    RUNNING,
    WAITING,
    JobNotFoundError,
    JobRunningError,
    JobWaitingError,
    RetryTerms,
    find_next_run,
)
from busbar.db.timekeeping import choose_clock, read_clock, read_database_clock
from busbar.ports.jobs import NewJob, Schedule

KINDS = {"bill"}
BILL = NewJob(kind="bill", payload_json='{"session_id":"s1"}')


async def enqueue(desk, job=BILL):
    async with desk.work() as work:
        return await desk.jobs().enqueue(job, work)


async def claim(desk, holder="one", *, limit=10, kinds=KINDS, held=()):
    return await desk.jobs().claim(kinds, holder=holder, limit=limit, held=held)


async def rows(desk):
    return await desk.jobs().list_jobs()


# ---- the way in ------------------------------------------------------------------------------------------------------


async def test_a_job_is_written_with_what_it_belongs_to_or_not_at_all(desk):
    async def break_down():
        async with desk.work() as work:
            await desk.jobs().enqueue(BILL, work)
            await desk.jobs().enqueue(NewJob(kind="bill", unique_key="k"), work)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await break_down()
    assert await rows(desk) == []
    job_id = await enqueue(desk)
    [row] = await rows(desk)
    assert (row.job_id, row.kind, row.payload, row.state) == (job_id, "bill", BILL.payload_json, WAITING)


async def test_a_refused_message_takes_its_jobs_back_and_no_others(desk):
    jobs = desk.jobs()
    async with desk.work() as work:
        await jobs.enqueue(NewJob(kind="bill", unique_key="before"), work)
        await work.end_message()
        work.begin_message()
        await jobs.enqueue(NewJob(kind="bill", unique_key="refused"), work)
        await jobs.enqueue(BILL, work)
        await work.undo_message()
    assert [row.unique_key for row in await rows(desk)] == ["before"]


async def test_one_job_of_a_key_waits_or_runs(desk):
    job = NewJob(kind="bill", unique_key="s1")
    assert await enqueue(desk, job) is not None
    assert await enqueue(desk, job) is None
    [claimed] = await claim(desk)
    assert await enqueue(desk, job) is None
    assert await desk.jobs().finish(claimed, holder="one")
    assert await enqueue(desk, job) is not None
    assert len(await rows(desk)) == 1


async def test_a_key_that_two_ask_for_at_once_is_given_to_one(desk):
    async def ask(number):
        return await enqueue(desk, NewJob(kind="bill", unique_key="s1", payload_json=f'"{number}"'))

    given = await asyncio.gather(*(ask(number) for number in range(8)))
    assert len([job_id for job_id in given if job_id is not None]) == 1
    assert len(await rows(desk)) == 1


# ---- the workers -----------------------------------------------------------------------------------------------------


async def test_jobs_are_claimed_in_the_order_of_their_time(desk):
    late = await enqueue(desk, NewJob(kind="bill", run_at=desk.clock.now() - timedelta(seconds=1)))
    early = await enqueue(desk, NewJob(kind="bill", run_at=desk.clock.now() - timedelta(seconds=9)))
    await enqueue(desk, NewJob(kind="bill", run_at=desk.clock.now() + timedelta(seconds=1)))
    await enqueue(desk, NewJob(kind="other"))
    assert [job.job_id for job in await claim(desk, limit=1)] == [early]
    assert [job.job_id for job in await claim(desk)] == [late]
    assert await claim(desk) == []


async def test_many_workers_share_many_jobs_and_no_job_is_done_twice(desk):
    made = [await enqueue(desk) for _ in range(60)]
    done = []

    async def work(holder):
        while claimed := await claim(desk, holder, limit=3):
            for job in claimed:
                done.append(job.job_id)
                assert await desk.jobs().finish(job, holder=holder)

    await asyncio.gather(*(work(f"worker-{number}") for number in range(6)))
    assert sorted(done) == sorted(made)
    assert await rows(desk) == []


async def test_a_lease_that_is_over_frees_the_job_and_its_former_worker_is_not_heard(desk):
    await enqueue(desk)
    [first] = await claim(desk, "one")
    desk.clock.advance(timedelta(seconds=59))
    assert await claim(desk, "two") == []
    desk.clock.advance(timedelta(seconds=1))
    [second] = await claim(desk, "two")
    assert (second.job_id, second.attempts) == (first.job_id, 2)
    jobs = desk.jobs()
    assert not await jobs.finish(first, holder="one")
    assert not await jobs.fail(first, holder="one", error="late")
    assert not await jobs.release(first, holder="one")
    assert await jobs.renew({first.job_id}, holder="one") == set()
    [row] = await rows(desk)
    assert (row.state, row.leased_by, row.last_error) == (RUNNING, "two", None)
    assert await jobs.finish(second, holder="two")


async def test_a_worker_that_lost_a_job_and_has_it_again_is_heard_for_the_new_attempt_alone(desk):
    await enqueue(desk)
    [first] = await claim(desk)
    desk.clock.advance(timedelta(minutes=2))
    [again] = await claim(desk)
    assert not await desk.jobs().finish(first, holder="one")
    assert await desk.jobs().finish(again, holder="one")


async def test_a_renewed_lease_holds(desk):
    await enqueue(desk)
    [job] = await claim(desk)
    for _ in range(5):
        desk.clock.advance(timedelta(seconds=40))
        assert await desk.jobs().renew({job.job_id}, holder="one") == {job.job_id}
        assert await claim(desk, "two") == []


async def test_a_worker_never_claims_what_it_has_in_hand(desk):
    await enqueue(desk)
    [job] = await claim(desk)
    desk.clock.advance(timedelta(days=30))
    assert await claim(desk, held={job.job_id}) == []
    assert await desk.jobs().finish(job, holder="one")


async def test_a_failed_job_waits_longer_each_time_and_is_dead_in_the_end(desk):
    terms = RetryTerms(interval=timedelta(seconds=10), interval_max=timedelta(seconds=25))
    await enqueue(desk, NewJob(kind="bill", max_attempts=4))
    pauses_s = []
    for attempt in range(1, 5):
        [job] = await claim(desk)
        assert job.attempts == attempt
        failed_at = desk.clock.now()
        assert await desk.jobs(terms).fail(job, holder="one", error=f"no {attempt}" * 1000)
        [row] = await rows(desk)
        assert row.last_error.startswith(f"no {attempt}")
        pauses_s.append((row.run_at - failed_at).total_seconds())
        desk.clock.advance(timedelta(seconds=30))
    assert pauses_s[:3] == [10, 20, 25]
    [row] = await rows(desk)
    assert (row.state, row.attempts, row.leased_by) == (DEAD, 4, None)
    assert await claim(desk) == []


async def test_a_job_that_is_given_back_has_lost_no_attempt(desk):
    await enqueue(desk)
    [job] = await claim(desk)
    assert await desk.jobs().release(job, holder="one")
    [again] = await claim(desk, "two")
    assert again.attempts == 1


async def test_a_job_whose_workers_keep_ending_is_given_up(desk):
    await enqueue(desk, NewJob(kind="bill", max_attempts=2))
    for _ in range(2):
        assert len(await claim(desk)) == 1
        desk.clock.advance(timedelta(minutes=2))
    assert await claim(desk) == []
    [row] = await rows(desk)
    assert (row.state, row.last_error) == (DEAD, LOST)


async def test_a_process_that_has_the_database_to_itself_frees_what_the_last_one_left(desk):
    await enqueue(desk)
    await enqueue(desk, NewJob(kind="bill", max_attempts=1))
    assert len(await claim(desk)) == 2
    assert await desk.jobs().vacate() == 1
    assert [job.attempts for job in await claim(desk, "two")] == [2]
    assert [row.state for row in await rows(desk)].count(DEAD) == 1


async def test_how_long_until_the_next_job(desk):
    jobs = desk.jobs()
    assert await jobs.find_wait_s(KINDS) is None
    await enqueue(desk, NewJob(kind="bill", run_at=desk.clock.now() + timedelta(seconds=5)))
    assert await jobs.find_wait_s(KINDS) == 5
    assert await jobs.find_wait_s({"other"}) is None
    desk.clock.advance(timedelta(seconds=6))
    assert await jobs.find_wait_s(KINDS) == -1
    await claim(desk)
    assert await jobs.find_wait_s(KINDS) == 60


# ---- schedules -------------------------------------------------------------------------------------------------------

SWEEP = Schedule(kind="bill", cron="* * * * * */15")


async def test_a_schedule_comes_round_once_however_many_ask_for_it(desk):
    await asyncio.gather(*(desk.jobs().schedule([SWEEP]) for _ in range(5)))
    [job] = await claim(desk)
    assert await claim(desk, "two") == []
    assert await desk.jobs().finish(job, holder="one")
    [row] = await rows(desk)
    assert (row.run_at - desk.clock.now()).total_seconds() == 15
    desk.clock.advance(timedelta(hours=1))
    assert len(await claim(desk)) == 1, "turns that were missed are one turn"
    assert await claim(desk, "two") == []


async def test_a_schedule_that_fails_is_tried_again_and_never_dead(desk):
    daily = Schedule(kind="bill", cron="0 6 * * *", max_attempts=2)
    await desk.jobs().schedule([daily])
    [job] = await claim(desk)
    await desk.jobs().fail(job, holder="one", error="down")
    [row] = await rows(desk)
    assert (row.run_at - desk.clock.now()).total_seconds() == 30
    desk.clock.advance(timedelta(seconds=30))
    [job] = await claim(desk)
    await desk.jobs().fail(job, holder="one", error="still down")
    [row] = await rows(desk)
    assert (row.state, row.last_error, row.attempts) == (WAITING, "still down", 0)
    assert row.run_at == datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
    desk.clock.advance(timedelta(days=1))
    [job] = await claim(desk)
    await desk.jobs().finish(job, holder="one")
    assert [row.last_error for row in await rows(desk)] == [None]


async def test_a_changed_schedule_takes_effect(desk):
    await desk.jobs().schedule([Schedule(kind="bill", cron="0 6 * * *")])
    [job] = await claim(desk)
    await desk.jobs().finish(job, holder="one")
    await desk.jobs().schedule([SWEEP])
    [row] = await rows(desk)
    assert (row.cron, row.run_at - desk.clock.now()) == (SWEEP.cron, timedelta(seconds=15))


async def test_a_clock_that_was_ahead_leaves_no_schedule_waiting(desk):
    await desk.jobs().schedule([SWEEP])
    desk.clock.advance(timedelta(days=30))
    [job] = await claim(desk)
    await desk.jobs().finish(job, holder="one")
    desk.clock.advance(timedelta(days=-30))
    assert await claim(desk) == []
    await desk.jobs().schedule([SWEEP])
    desk.clock.advance(timedelta(seconds=15))
    assert len(await claim(desk)) == 1


def test_cron_texts_are_read_in_utc():
    noon = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    assert find_next_run("17 */6 * * *", after=noon) == datetime(2026, 3, 1, 12, 17, tzinfo=UTC)
    assert find_next_run("* * * * * */15", after=noon) == datetime(2026, 3, 1, 12, 0, 15, tzinfo=UTC)
    with pytest.raises(ValueError, match="columns"):
        find_next_run("nonsense", after=noon)


# ---- people ----------------------------------------------------------------------------------------------------------


async def bury(desk, job):
    await enqueue(desk, job)
    [claimed] = await claim(desk)
    await desk.jobs().fail(claimed, holder="one", error="no")
    return claimed.job_id


async def test_a_dead_job_is_run_again_or_dropped_by_people(desk):
    jobs = desk.jobs()
    job_id = await bury(desk, NewJob(kind="bill", max_attempts=1))
    assert [row.job_id for row in await jobs.list_jobs(state=DEAD)] == [job_id]
    assert (await jobs.retry(job_id)).state == WAITING
    [job] = await claim(desk)
    assert (job.job_id, job.attempts) == (job_id, 1)
    with pytest.raises(JobRunningError):
        await jobs.retry(job_id)
    with pytest.raises(JobRunningError):
        await jobs.drop(job_id)
    await jobs.fail(job, holder="one", error="no")
    await jobs.drop(job_id)
    with pytest.raises(JobNotFoundError):
        await jobs.drop(job_id)
    assert await rows(desk) == []


async def test_a_dead_job_makes_room_for_another_of_its_key(desk):
    keyed = NewJob(kind="bill", unique_key="s1", max_attempts=1)
    job_id = await bury(desk, keyed)
    assert await enqueue(desk, keyed) is not None
    with pytest.raises(JobWaitingError):
        await desk.jobs().retry(job_id)


# ---- whose clock -----------------------------------------------------------------------------------------------------


async def test_processes_that_share_a_database_share_its_clock(desk):
    chosen = choose_clock(desk.databases, desk.clock)
    async with desk.databases.read() as connection:
        if desk.databases.url.get_backend_name() == "sqlite":
            assert await chosen(connection) == await read_clock(desk.clock)(connection) == desk.clock.now()
        else:
            assert chosen is read_database_clock
            first, second = await chosen(connection), await chosen(connection)
            assert first < second, "it goes on within a transaction"
            assert first.tzinfo is UTC
