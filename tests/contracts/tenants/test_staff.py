import msgspec
import pytest

from busbar.canon.secret import Secret
from busbar.canon.tenants import (
    CreateStaff,
    ListStaffSignIns,
    ResetStaffPassword,
    ResolveBearer,
    RevokeStaffSignIn,
    Role,
    UpdateStaff,
)
from busbar.domain.tenants.sql import staff

from .conftest import PASSWORD


async def test_a_made_password_is_told_once_and_never_stored(tenants, rows):
    root = await tenants.begin()
    made = await tenants.dispatch(
        CreateStaff(
            by=root, operator_id=root.operator_id, email="mara@example.org", display_name="Mara", role=Role.SUPPORT
        )
    )
    assert len(made.password.text) == 23
    assert (await tenants.sign_in("mara@example.org", made.password.text)).principal.role is Role.SUPPORT
    stored = str(await rows(staff))
    assert made.password.text not in stored
    assert PASSWORD not in stored
    assert stored.count("$argon2id$") == 2


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"email": "nobody"}, "invalid.email"),
        ({"email": "ROOT@example.org"}, "conflict.email_taken"),
        ({"display_name": " "}, "invalid.name"),
        ({"language": ""}, "invalid.language"),
        ({"password": Secret(text="12345678")}, "invalid.password"),
        ({"site_ids": ("a b",)}, "invalid.sites"),
        ({"operator_id": "nobody"}, "not_found.operator"),
    ],
)
async def test_a_bad_member_of_staff_is_refused(tenants, refuse, rows, given, code):
    root = await tenants.begin()
    values = {
        "operator_id": root.operator_id,
        "email": "mara@example.org",
        "display_name": "Mara",
        "role": Role.VIEWER,
        "password": Secret(text=PASSWORD),
    }
    assert await refuse(tenants.dispatch(CreateStaff(by=root, **{**values, **given}))) == code
    assert len(await rows(staff)) == 1


async def test_nobody_gives_more_than_they_have(tenants, refuse):
    root = await tenants.begin()
    await tenants.add_staff(root, "admin@example.org")
    await tenants.add_staff(root, "local@example.org", site_ids=("a", "b"))
    await tenants.add_staff(root, "boss@example.org", role=Role.MANAGER)
    admin = (await tenants.sign_in("admin@example.org")).principal
    local = (await tenants.sign_in("local@example.org")).principal
    boss = (await tenants.sign_in("boss@example.org")).principal
    assert local.site_ids == ("a", "b")
    for by, given, code in (
        (admin, {"is_platform": True}, "denied.scope"),
        (local, {}, "denied.scope"),
        (local, {"site_ids": ("c",)}, "denied.scope"),
        (boss, {"role": Role.VIEWER}, "denied.role"),
    ):
        assert await refuse(tenants.add_staff(by, "x@example.org", **given)) == code
    await tenants.add_staff(local, "x@example.org", site_ids=("a",))


async def test_nobody_takes_from_those_who_have_more(tenants, refuse):
    root = await tenants.begin()
    await tenants.add_staff(root, "admin@example.org")
    admin = (await tenants.sign_in("admin@example.org")).principal
    of_root = {"operator_id": root.operator_id, "staff_id": root.staff_id}
    assert await refuse(tenants.dispatch(UpdateStaff(by=admin, **of_root, is_active=False))) == "denied.scope"
    assert await refuse(tenants.dispatch(ResetStaffPassword(by=admin, **of_root))) == "denied.scope"
    revoke = RevokeStaffSignIn(by=admin, sign_in_id=root.sign_in_id)
    assert await refuse(tenants.dispatch(revoke)) == "denied.scope"


async def test_a_change_is_in_force_at_the_next_request(tenants, refuse):
    root = await tenants.begin()
    mara = await tenants.add_staff(root, "mara@example.org", role=Role.MANAGER)
    signed_in = await tenants.sign_in("mara@example.org")
    resolve = ResolveBearer(bearer=signed_in.bearer)
    assert (await tenants.dispatch(resolve)).role is Role.MANAGER
    change = {"by": root, "operator_id": root.operator_id, "staff_id": mara.staff_id}
    await tenants.dispatch(UpdateStaff(**change, role=Role.VIEWER, site_ids=("a",)))
    principal = await tenants.dispatch(resolve)
    assert (principal.role, principal.site_ids) == (Role.VIEWER, ("a",))
    await tenants.dispatch(UpdateStaff(**change, is_active=False))
    assert await refuse(tenants.dispatch(resolve)) == "denied.bearer"
    await tenants.dispatch(UpdateStaff(**change, is_active=True))
    assert await refuse(tenants.dispatch(resolve)) == "denied.bearer"
    await tenants.sign_in("mara@example.org")


async def test_everybody_changes_their_own_name_and_language_only(tenants, refuse):
    root = await tenants.begin()
    mara = await tenants.add_staff(root, "mara@example.org", role=Role.VIEWER)
    me = (await tenants.sign_in("mara@example.org")).principal
    change = {"by": me, "operator_id": mara.operator_id, "staff_id": mara.staff_id}
    changed = await tenants.dispatch(UpdateStaff(**change, display_name="Mara Lind", language="it"))
    assert (changed.display_name, changed.language) == ("Mara Lind", "it")
    for given in ({"role": Role.ADMIN}, {"email": "x@example.org"}, {"is_platform": True}):
        assert await refuse(tenants.dispatch(UpdateStaff(**change, **given))) == "denied.role"
    of_root = {**change, "staff_id": root.staff_id}
    assert await refuse(tenants.dispatch(UpdateStaff(**of_root, display_name="X"))) == "denied.role"


async def test_somebody_is_always_left_to_manage(tenants, refuse):
    root = await tenants.begin()
    of_root = {"by": root, "operator_id": root.operator_id, "staff_id": root.staff_id}
    for given in ({"is_active": False}, {"role": Role.VIEWER}, {"is_platform": False}, {"site_ids": ("a",)}):
        assert await refuse(tenants.dispatch(UpdateStaff(**of_root, **given))) == "conflict.last_administrator"
    other = await tenants.add_operator(root, "other")
    only = await tenants.add_staff(root, "only@example.org", operator_id=other.operator_id)
    by = (await tenants.sign_in("only@example.org")).principal
    leave = {"operator_id": other.operator_id, "staff_id": only.staff_id, "is_active": False}
    assert await refuse(tenants.dispatch(UpdateStaff(by=by, **leave))) == "conflict.last_administrator"
    await tenants.dispatch(UpdateStaff(by=root, **leave))
    await tenants.add_staff(root, "second@example.org", is_platform=True)
    await tenants.dispatch(UpdateStaff(**of_root, is_active=False))


async def test_operators_never_see_each_others_staff(tenants, refuse):
    root = await tenants.begin()
    other = await tenants.add_operator(root, "other")
    mara = await tenants.add_staff(root, "mara@example.org", role=Role.VIEWER)
    signed_in = await tenants.sign_in("mara@example.org")
    await tenants.add_staff(root, "stranger@example.org", operator_id=other.operator_id)
    stranger = (await tenants.sign_in("stranger@example.org")).principal
    mine = {"by": stranger, "operator_id": other.operator_id, "staff_id": mara.staff_id}
    theirs = {**mine, "operator_id": root.operator_id}
    for message, code in (
        (UpdateStaff(**mine, display_name="X"), "not_found.staff"),
        (UpdateStaff(**theirs, display_name="X"), "not_found.operator"),
        (ResetStaffPassword(**mine), "not_found.staff"),
        (ResetStaffPassword(**theirs), "not_found.operator"),
        (ListStaffSignIns(by=stranger, staff_id=mara.staff_id), "not_found.staff"),
        (RevokeStaffSignIn(by=stranger, sign_in_id=signed_in.principal.sign_in_id), "not_found.sign_in"),
    ):
        assert await refuse(tenants.dispatch(message)) == code
    assert (
        await refuse(tenants.add_staff(stranger, "x@example.org", operator_id=root.operator_id)) == "not_found.operator"
    )
    assert await tenants.dispatch(ResolveBearer(bearer=signed_in.bearer)) == signed_in.principal


async def test_a_support_member_sees_no_sign_ins_of_others(tenants, refuse):
    root = await tenants.begin()
    await tenants.add_staff(root, "mara@example.org", role=Role.SUPPORT)
    mara = (await tenants.sign_in("mara@example.org")).principal
    assert await refuse(tenants.dispatch(ListStaffSignIns(by=mara, staff_id=root.staff_id))) == "denied.role"
    assert len(await tenants.dispatch(ListStaffSignIns(by=root, staff_id=mara.staff_id))) == 1
    assert await tenants.dispatch(ListStaffSignIns(by=msgspec.structs.replace(mara, staff_id=None))) == ()
