"""Two people edit the same thing: whoever comes second is told, on every route that reads and changes something."""

import asyncio
import contextlib
from datetime import timedelta

import pytest
from sqlalchemy.exc import TimeoutError as NoConnectionError

from busbar.api.editions import CHANGING, list_editable
from busbar.api.openapi import API_PREFIX, ROUTERS
from busbar.canon.tenants import Role
from busbar.db.engine import Databases

from .routes import OPERATIONS
from .test_tenancy import fill, furnish

PATHS = {editable.path.removeprefix(API_PREFIX) for editable in list_editable(ROUTERS, prefix=API_PREFIX)}
CHANGES = [one for one in OPERATIONS if one.path in PATHS and one.method in CHANGING and one.is_staff]
MUST_HAVE = {
    "PATCH /sites/{site_id}",
    "PUT /sites/{site_id}/layout",
    "PATCH /stations/{station_id}",
    "PUT /tariffs/{tariff_id}",
    "PATCH /drivers/{driver_id}",
    "PATCH /staff/{staff_id}",
    "PUT /profile-templates/{template_id}",
    "PUT /tokens/{value}",
    "PUT /invoice-profile",
    "PUT /ledger/terms",
    "PUT /settlement-terms",
    "PUT /reservation-rules",
    "PUT /app-brand",
}


async def read(door, path):
    answer = await door("GET", path)
    assert answer.status_code == 200, (path, answer.text)
    return answer.headers["ETag"], answer.json()


def test_what_people_edit_has_editions():
    assert {one.name for one in CHANGES} >= MUST_HAVE


async def test_every_change_is_refused_when_it_names_an_older_edition(world):
    values = await furnish(world, world.boss)
    failures = []
    # What takes things away comes last, or there would be nothing left to change.
    for change in sorted(CHANGES, key=lambda one: one.method == "DELETE"):
        path = fill(change, values)
        edition, before = await read(world.boss, path)
        if (await read(world.boss, path))[0] != edition:
            failures.append((change.name, "changes by itself"))
        headers = {"If-Match": '"0123456789abcdef"', **change.options.get("headers", {})}
        refused = await world.boss(change.method, path, **(change.options | {"headers": headers}))
        if refused.status_code != 412 or refused.json()["code"] != "conflict.edition":
            failures.append((change.name, refused.status_code, refused.text))
        elif refused.headers["ETag"] != edition or (await read(world.boss, path))[0] != edition:
            failures.append((change.name, "was changed all the same", before))
        passed = await world.boss(
            change.method, path, **(change.options | {"headers": headers | {"If-Match": edition}})
        )
        if passed.status_code == 412:
            failures.append((change.name, "refuses its own edition"))
    assert failures == []


async def test_the_second_of_two_editors_is_told_and_then_sees_the_others_change(world):
    site_id = await world.site(world.boss, "Old")
    path = f"/sites/{site_id}"
    edition, _ = await read(world.boss, path)
    first = await world.boss("PATCH", path, json={"name": "First"}, headers={"If-Match": edition})
    assert first.status_code == 200
    second = await world.boss("PATCH", path, json={"city": "Second"}, headers={"If-Match": edition})
    assert (second.status_code, second.json()["code"]) == (412, "conflict.edition")
    newer, site = await read(world.boss, path)
    assert site["name"] == "First"
    assert site["city"] != "Second"
    assert second.headers["ETag"] == newer
    assert (await world.boss("PATCH", path, json={"city": "Now"}, headers={"If-Match": newer})).status_code == 200


async def test_of_many_who_save_at_once_one_wins(world):
    site_id = await world.site(world.boss, "Old")
    path = f"/sites/{site_id}"
    edition, _ = await read(world.boss, path)
    saved = [
        world.boss("PATCH", path, json={"name": f"Name {number}"}, headers={"If-Match": edition}) for number in range(8)
    ]
    statuses = sorted([answer.status_code for answer in await asyncio.gather(*saved)])
    assert statuses == [200] + [412] * 7


async def test_what_a_station_does_makes_no_new_edition_of_what_is_written_about_it(world):
    station = await world.station(world.boss, "CP-1")
    edition, before = await read(world.boss, "/stations/CP-1")
    await station.connect()
    await station.start("T", at=world.house.clock.now() - timedelta(minutes=1))
    later, after = await read(world.boss, "/stations/CP-1")
    assert before != after
    assert later == edition
    await world.boss("PATCH", "/stations/CP-1", json={"name": "New"})
    assert (await read(world.boss, "/stations/CP-1"))[0] != edition


@pytest.mark.parametrize(
    ("wanted", "status"), [("*", 200), ('W/"x"', 412), ('"a", "b"', 412), ("nonsense", 412), ("x" * 5000, 412)]
)
async def test_other_forms_of_the_header(world, wanted, status):
    path = f"/sites/{await world.site(world.boss, 'S')}"
    assert (await world.boss("PATCH", path, json={"name": "N"}, headers={"If-Match": wanted})).status_code == status


async def test_one_of_several_named_editions_is_enough(world):
    path = f"/sites/{await world.site(world.boss, 'S')}"
    edition, _ = await read(world.boss, path)
    headers = {"If-Match": f'"older", {edition}'}
    assert (await world.boss("PATCH", path, json={"name": "N"}, headers=headers)).status_code == 200


async def test_who_may_not_see_it_is_told_that_and_not_its_edition(world):
    path = f"/sites/{await world.site(world.boss, 'S')}"
    stranger = await world.key(Role.ADMIN, operator_id=await world.operator("beta"))
    for door, status in ((stranger, 404), (type(world.boss)(world.http), 401)):
        answer = await door("PATCH", path, json={"name": "N"}, headers={"If-Match": '"x"'})
        assert answer.status_code == status
        assert "ETag" not in answer.headers
    gone = await world.boss("PATCH", "/sites/none", json={"name": "N"}, headers={"If-Match": '"x"'})
    assert gone.status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/tokens/04A1", {"kind": "rfid", "label": "mine"}),
        ("/token-groups/fleet", {"name": "mine", "concurrency": "default"}),
    ],
)
async def test_what_is_to_be_made_never_overwrites_what_somebody_has_made_meanwhile(world, path, body):
    label = "label" if "label" in body else "name"
    fresh = {"If-None-Match": "*"}
    assert (await world.boss("PUT", path, json=body, headers=fresh)).status_code == 201
    edition, _ = await read(world.boss, path)
    refused = await world.boss("PUT", path, json=body | {label: "other"}, headers=fresh)
    assert (refused.status_code, refused.json()["code"]) == (412, "conflict.exists")
    assert refused.headers["ETag"] == edition
    assert (await read(world.boss, path))[1][label] == "mine"
    assert (await world.boss("DELETE", path)).status_code == 204
    assert (await world.boss("PUT", path, json=body, headers=fresh)).status_code == 201


async def test_of_many_who_make_the_same_at_once_one_does(world):
    fresh = {"If-None-Match": "*"}
    bodies = [{"kind": "rfid", "label": str(number)} for number in range(6)]
    asked = [world.boss("PUT", "/tokens/04A2", json=body, headers=fresh) for body in bodies]
    answers = await asyncio.gather(*asked)
    assert sorted(answer.status_code for answer in answers) == [201] + [412] * 5


@pytest.mark.parametrize("condition", [{"If-None-Match": "*"}, {"If-Match": '"older"'}])
async def test_what_cannot_be_judged_is_not_done(world, condition, monkeypatch):
    path, body = "/tokens/04A3", {"kind": "rfid", "label": "mine"}
    await world.boss("PUT", path, json=body)

    @contextlib.asynccontextmanager
    async def give_no_connection(_databases):
        raise NoConnectionError("every reader is taken")
        yield

    with monkeypatch.context() as patch:
        patch.setattr(Databases, "read", give_no_connection)
        answer = await world.boss("PUT", path, json=body | {"label": "other"}, headers=condition)
    assert answer.status_code == 503
    assert (await read(world.boss, path))[1]["label"] == "mine"
