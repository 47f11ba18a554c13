"""Jobs at the door: for administrators of the platform alone."""

from busbar.canon.tenants import Role
from busbar.db.jobs import DEAD, jobs
from tests.contracts.api.test_tenancy import enqueue_job


async def kill(world, job_id):
    async with world.house.databases.writer.begin() as connection:
        await connection.execute(
            jobs.update().where(jobs.c.job_id == job_id).values(state=DEAD, attempts=3, last_error="Error: no")
        )


async def test_a_dead_job_is_seen_run_again_and_dropped(world):
    job_id = await enqueue_job(world, "one")
    await enqueue_job(world, "two")
    await kill(world, job_id)
    page = await world.boss.get("/jobs", params={"state": "dead"})
    [job] = page["items"]
    assert (job["job_id"], job["kind"], job["last_error"], job["attempts"]) == (job_id, "one.trial", "Error: no", 3)
    await world.boss.post(f"/jobs/{job_id}/retry", status=204)
    page = await world.boss.get("/jobs", params={"kind": "one.trial", "with_total": "true"})
    assert ([(job["state"], job["attempts"]) for job in page["items"]], page["total"]) == ([("waiting", 0)], 1)
    await world.boss.expect("DELETE", f"/jobs/{job_id}", 204)
    assert (await world.boss.expect("DELETE", f"/jobs/{job_id}", 404))["code"] == "not_found.job"
    assert (await world.boss.post(f"/jobs/{job_id}/retry", status=404))["code"] == "not_found.job"
    audit = await world.boss.get("/audit", params={"subject": f"job:{job_id}"})
    assert [entry["action"] for entry in audit["items"]] == ["job.drop", "job.retry"]


async def test_jobs_come_in_pages(world):
    made = [await enqueue_job(world, f"number {number}") for number in range(3)]
    first = await world.boss.get("/jobs", params={"limit": 2})
    second = await world.boss.get("/jobs", params={"limit": 2, "cursor": first["next_cursor"]})
    assert [job["job_id"] for job in first["items"] + second["items"]] == made


async def test_others_see_and_do_nothing(world):
    job_id = await enqueue_job(world, "one")
    for door in (await world.key(Role.ADMIN), await world.key(Role.MANAGER, is_platform=True)):
        assert (await door.get("/jobs", 403))["code"] == "denied.permission"
        assert (await door.post(f"/jobs/{job_id}/retry", status=403))["code"] == "denied.permission"
        assert (await door.expect("DELETE", f"/jobs/{job_id}", 403))["code"] == "denied.permission"
