"""What the console takes back, it writes as it was read: every field goes through the API and comes out the same."""

import pytest

from .routes import OPERATIONS
from .test_tenancy import fill, furnish

TAKEN_BACK = {
    "PUT /tokens/{value}": "kind label status concurrency driver_id group valid_from expires_at site_ids "
    "partner_id contract_id",
    "PUT /token-groups/{value}": "name concurrency",
    "PATCH /drivers/{driver_id}": "display_name email language group",
    "PATCH /staff/{staff_id}": "display_name email role language site_ids",
    "PATCH /operators/{operator_id}": "name slug country currency time_zone language requires_second_factor",
    "PUT /companies/{company_id}": "name is_active",
    "PATCH /sites/{site_id}": "name address city country subdivision latitude longitude time_zone hours holidays "
    "working_days is_public grid_limit_w",
    "PATCH /stations/{station_id}": "name note site_id is_tolerant",
    "PUT /profile-templates/{template_id}": "name profile",
    "PUT /configuration-templates/{configuration_id}": "name dialect vendor model site_id settings",
    "PUT /report-schedules/{schedule_id}": "name group_by site_id tariff_id customer_group electricity_price rhythm "
    "weekday day hour formats recipients language is_active",
    "PATCH /webhooks/{webhook_id}": "name url events is_active",
    "PUT /offers/{offer_id}": "name audience subject currency site_ids terms valid_from valid_until",
    "PUT /plans/{plan_id}": "name currency monthly_price monthly_minimum included_wh tax_permille is_open",
    "PUT /partners/{partner_id}": "name country_code party_id is_active",
    "PUT /reservation-rules": "is_allowed minutes_max per_driver_max",
}
MADE_AGAIN = {
    "/tokens/{value}": "PUT /tokens/{value}",
    "/token-groups/{value}": "PUT /token-groups/{value}",
    "/profile-templates/{template_id}": "PUT /profile-templates/{template_id}",
    "/report-schedules/{schedule_id}": "PUT /report-schedules/{schedule_id}",
}


def pick(read, name):
    return {field: read[field] for field in TAKEN_BACK[name].split()}


async def test_what_was_read_is_written_again_and_stays_what_it_was(world):
    values = await furnish(world, world.boss)
    failures = []
    for operation in OPERATIONS:
        if operation.name not in TAKEN_BACK:
            continue
        path = fill(operation, values)
        before = await world.boss("GET", path)
        former = pick(before.json(), operation.name)
        body = former | ({"group": former["group"] or ""} if operation.path.startswith("/drivers") else {})
        edition = before.headers["ETag"]
        written = await world.boss(operation.method, path, json=body, headers={"If-Match": edition})
        after = await world.boss("GET", path)
        if written.status_code != 200 or pick(after.json(), operation.name) != former:
            failures.append((operation.name, written.status_code, written.text, former))
    assert failures == []
    assert {one.name for one in OPERATIONS} >= TAKEN_BACK.keys()


@pytest.mark.parametrize("deleted", sorted(MADE_AGAIN))
async def test_what_was_deleted_is_made_again_as_it_was(world, deleted):
    values = await furnish(world, world.boss)
    operation = next(one for one in OPERATIONS if one.name == MADE_AGAIN[deleted])
    path = fill(operation, values)
    if deleted.startswith("/token-groups"):
        path = "/token-groups/nobodys"  # one with members is not deleted
        await world.boss("PUT", path, json={"name": "Nobody's", "concurrency": "denied"})
    former = pick((await world.boss("GET", path)).json(), operation.name)
    assert (await world.boss("DELETE", path)).status_code == 204
    if "/token" in deleted:
        made = await world.boss("PUT", path, json=former, headers={"If-None-Match": "*"})
    else:
        made = await world.boss("POST", path.rpartition("/")[0], json=former)
    assert made.status_code == 201, made.text
    assert pick(made.json(), operation.name) == former
