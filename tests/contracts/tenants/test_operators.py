import msgspec
import pytest

from busbar.canon.facts import decode_fact
from busbar.canon.tenants import (
    CreateOperator,
    FindDefaultOperator,
    FindOperator,
    RecordAudit,
    Role,
    UpdateOperator,
)
from busbar.db.messaging import outbox
from busbar.domain.tenants.sql import audit_entries, operators


async def test_operators_are_added_by_the_platform_alone(tenants, refuse):
    root = await tenants.begin()
    made = await tenants.dispatch(
        CreateOperator(by=root, name="City Power", slug="city", currency="CNY", zone="Asia/Shanghai", language="zh")
    )
    assert (made.name, made.currency, made.is_default) == ("City Power", "CNY", False)
    assert await tenants.dispatch(FindOperator(operator_id=made.operator_id)) == made
    assert await tenants.dispatch(FindOperator(slug="city")) == made
    admin = msgspec.structs.replace(root, is_platform=False)
    assert await refuse(tenants.dispatch(CreateOperator(by=admin, name="X", slug="x"))) == "denied.role"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": ""}, "invalid.name"),
        ({"slug": "No Slug"}, "invalid.slug"),
        ({"slug": "default"}, "conflict.slug_taken"),
        ({"currency": "euro"}, "invalid.currency"),
        ({"zone": "Mars/Base"}, "invalid.zone"),
        ({"language": "?"}, "invalid.language"),
    ],
)
async def test_a_bad_operator_is_refused(tenants, refuse, rows, given, code):
    root = await tenants.begin()
    assert await refuse(tenants.dispatch(CreateOperator(by=root, **{"name": "X", "slug": "x", **given}))) == code
    assert len(await rows(operators)) == 1


async def test_the_default_operator_moves_and_never_goes(tenants, refuse):
    root = await tenants.begin()
    other = await tenants.add_operator(root, "other")
    assert await tenants.dispatch(FindDefaultOperator()) == root.operator_id
    give_up = UpdateOperator(by=root, operator_id=root.operator_id, is_default=False)
    assert await refuse(tenants.dispatch(give_up)) == "invalid.default_operator"
    await tenants.dispatch(UpdateOperator(by=root, operator_id=other.operator_id, is_default=True))
    assert await tenants.dispatch(FindDefaultOperator()) == other.operator_id
    assert (await tenants.dispatch(FindOperator())).slug == "other"
    assert not (await tenants.dispatch(FindOperator(operator_id=root.operator_id))).is_default


async def test_an_administrator_changes_the_own_operator_only(tenants, refuse):
    root = await tenants.begin()
    other = await tenants.add_operator(root, "other")
    await tenants.add_staff(root, "admin@example.org", operator_id=other.operator_id)
    await tenants.add_staff(root, "boss@example.org", operator_id=other.operator_id, role=Role.MANAGER)
    admin = (await tenants.sign_in("admin@example.org")).principal
    boss = (await tenants.sign_in("boss@example.org")).principal
    changed = await tenants.dispatch(
        UpdateOperator(by=admin, operator_id=other.operator_id, name="New", currency="CNY")
    )
    assert (changed.name, changed.currency, changed.slug) == ("New", "CNY", "other")
    assert await tenants.dispatch(FindOperator(slug="other")) == changed
    for by, operator_id, given, code in (
        (admin, root.operator_id, {"name": "Mine"}, "not_found.operator"),
        (admin, other.operator_id, {"is_default": True}, "denied.role"),
        (admin, other.operator_id, {"slug": "default"}, "conflict.slug_taken"),
        (boss, other.operator_id, {"name": "Mine"}, "denied.role"),
        (admin, "nobody", {"name": "Mine"}, "not_found.operator"),
    ):
        assert await refuse(tenants.dispatch(UpdateOperator(by=by, operator_id=operator_id, **given))) == code


async def test_changes_are_told_and_a_repeat_is_none(tenants, rows):
    root = await tenants.begin()
    other = await tenants.add_operator(root, "other")
    await tenants.dispatch(UpdateOperator(by=root, operator_id=other.operator_id, name="Other"))
    told = [decode_fact(row["body"]) for row in await rows(outbox)]
    assert [(fact.operator_id, fact.is_new) for fact in told] == [(root.operator_id, True), (other.operator_id, True)]


async def test_the_audit_log_keeps_who_did_what_in_order(tenants, rows, refuse):
    root = await tenants.begin()
    for number in range(3):
        await tenants.dispatch(
            RecordAudit(
                operator_id=root.operator_id,
                actor=root.name,
                action="station.accept",
                subject=f"station:{number}",
                detail={"n": 1},
            )
        )
    entries = [entry for entry in await rows(audit_entries) if entry["action"] == "station.accept"]
    assert [entry["subject"] for entry in sorted(entries, key=lambda entry: entry["entry_id"])] == [
        "station:0",
        "station:1",
        "station:2",
    ]
    assert {(entry["actor"], entry["at"]) for entry in entries} == {(root.name, tenants.house.clock.now())}
    wrong = RecordAudit(operator_id=root.operator_id, actor="", action="station.accept", subject="x")
    assert await refuse(tenants.dispatch(wrong)) == "invalid.audit"
    assert not [name for name in dir(tenants.store) if "audit" in name and name != "append_audit"]


async def test_deeds_of_this_room_are_audited_without_personal_data(tenants, rows):
    root = await tenants.begin()
    await tenants.add_staff(root, "mara@example.org", role=Role.VIEWER)
    entries = await rows(audit_entries)
    assert [entry["action"] for entry in entries] == [
        "operator.create",
        "staff.create",
        "staff.sign_in",
        "staff.create",
    ]
    assert "mara@" not in str(entries)
    assert "root@" not in str(entries)
