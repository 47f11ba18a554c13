import asyncio
from datetime import timedelta

import pytest

from busbar.canon.secret import Secret
from busbar.canon.tenants import (
    ChangeStaffPassword,
    EnsureAdministrator,
    ExpireStaffSignIns,
    FindDefaultOperator,
    FindOperator,
    ListStaffSignIns,
    ResetStaffPassword,
    ResolveBearer,
    RevokeStaffSignIn,
    Role,
    SignOutStaff,
    UpdateStaff,
)
from busbar.domain.tenants.sql import staff_sign_ins
from busbar.kernel.errors import BusbarError

from .conftest import PASSWORD, Tenants


async def resolve(tenants, bearer):
    return await tenants.dispatch(ResolveBearer(bearer=bearer))


async def test_the_first_administrator_is_made_once_and_told_the_password_once(tenants):
    first = await tenants.dispatch(EnsureAdministrator(email="root@example.org"))
    assert first.is_created
    assert first.email == "root@example.org"
    again = await tenants.dispatch(EnsureAdministrator(email="other@example.org"))
    assert (again.is_created, again.password, again.operator_id) == (False, None, first.operator_id)
    signed_in = await tenants.sign_in("Root@Example.org", first.password.text)
    assert signed_in.principal.is_platform
    assert signed_in.principal.role is Role.ADMIN
    assert await tenants.dispatch(FindDefaultOperator()) == first.operator_id


async def test_a_given_first_password_is_not_told_again(tenants):
    made = await tenants.dispatch(EnsureAdministrator(email="root@example.org", password=Secret(text=PASSWORD)))
    assert (made.is_created, made.password) == (True, None)
    assert not (await tenants.dispatch(EnsureAdministrator(email="x", password=Secret(text="y")))).is_created


@pytest.mark.parametrize(
    ("email", "password", "code"), [("nobody", PASSWORD, "invalid.email"), ("a@b.c", "short", "invalid.password")]
)
async def test_a_bad_first_administrator_is_refused(tenants, email, password, code, refuse):
    assert await refuse(tenants.dispatch(EnsureAdministrator(email=email, password=Secret(text=password)))) == code


async def test_unknown_wrong_and_inactive_are_one_error(tenants):
    root = await tenants.begin()
    gone = await tenants.add_staff(root, "gone@example.org")
    await tenants.dispatch(UpdateStaff(by=root, operator_id=gone.operator_id, staff_id=gone.staff_id, is_active=False))
    texts = set()
    for email, password in (("nobody@x.org", PASSWORD), ("root@example.org", "wrong"), ("gone@example.org", PASSWORD)):
        with pytest.raises(BusbarError) as caught:
            await tenants.sign_in(email, password)
        assert caught.value.code == "denied.credentials"
        texts.add((str(caught.value), tuple(caught.value.facts)))
    assert len(texts) == 1


@pytest.mark.parametrize("text", ["\ud800", "a\u0000b@x.org", "x" * 100_000])
async def test_strange_text_is_only_wrong(tenants, refuse, text):
    await tenants.begin()
    assert await refuse(tenants.sign_in(text, text)) == "denied.credentials"
    assert await refuse(tenants.sign_in("root@example.org", text, address=text)) == "denied.credentials"
    await tenants.dispatch(SignOutStaff(bearer=Secret(text=text)))
    for message in (FindOperator(operator_id=text), FindOperator(slug=text)):
        assert await refuse(tenants.dispatch(message)) == "not_found.operator"


async def test_who_is_unknown_costs_as_much_as_who_is_wrong(house, passwords):
    checked = []

    class Watched:
        async def check(self, password, *, stored):
            checked.append(stored is None)
            return await passwords.check(password, stored=stored)

        async def hash(self, password):
            return await passwords.hash(password)

    tenants = Tenants(house, house.core, Watched())
    await house.start()
    await tenants.begin()
    checked.clear()
    for email in ("root@example.org", "nobody@example.org", "no address"):
        with pytest.raises(BusbarError):
            await tenants.sign_in(email, "wrong")
    assert checked == [False, True, True]


async def test_many_sign_ins_at_once_each_get_their_own_bearer(tenants):
    await tenants.begin()
    signed_in = await asyncio.gather(*(tenants.sign_in("root@example.org") for _ in range(3)))
    assert len({each.bearer.text for each in signed_in}) == 3
    for each in signed_in:
        assert (await resolve(tenants, each.bearer)).sign_in_id == each.principal.sign_in_id


async def test_guessing_is_slowed_down_and_success_is_not(tenants, refuse):
    await tenants.begin()
    for _ in range(10):
        await tenants.sign_in("root@example.org")
    for _ in range(5):
        assert await refuse(tenants.sign_in("root@example.org", "wrong")) == "denied.credentials"
    with pytest.raises(BusbarError) as caught:
        await tenants.sign_in("root@example.org")
    assert (caught.value.code, caught.value.facts["wait_s"]) == ("limit_exceeded.sign_in", 12)
    await tenants.sign_in("root@example.org", address="192.0.2.99")
    tenants.house.clock.advance(timedelta(seconds=12))
    await tenants.sign_in("root@example.org")


async def test_a_bearer_is_resolved_from_memory_and_stored_as_a_hash_only(tenants, rows):
    await tenants.begin()
    signed_in = await tenants.sign_in("root@example.org")
    assert await resolve(tenants, signed_in.bearer) == signed_in.principal
    lookups = tenants.store.lookups
    for _ in range(20):
        assert await resolve(tenants, signed_in.bearer) == signed_in.principal
    assert tenants.store.lookups == lookups
    assert signed_in.bearer.text not in str(await rows(staff_sign_ins))
    assert "********" in repr(signed_in)
    assert signed_in.bearer.text not in repr(signed_in)


@pytest.mark.parametrize(
    "text", ["", "x", "bbs_", "bbs_" + "a" * 43, "bb_abcdefgh_xyz", "bb_", "b" * 100_000, "bb_\u0000"]
)
async def test_what_is_no_bearer_of_ours_is_denied(tenants, text, refuse):
    await tenants.begin()
    assert await refuse(resolve(tenants, Secret(text=text))) == "denied.bearer"


async def test_signing_out_takes_effect_at_once(tenants, refuse):
    await tenants.begin()
    signed_in = await tenants.sign_in("root@example.org")
    await resolve(tenants, signed_in.bearer)
    await tenants.dispatch(SignOutStaff(bearer=signed_in.bearer))
    await tenants.dispatch(SignOutStaff(bearer=signed_in.bearer))
    assert await refuse(resolve(tenants, signed_in.bearer)) == "denied.bearer"


async def test_a_sign_in_ends_when_idle_or_too_old(tenants, refuse):
    await tenants.begin()
    idle, busy = await tenants.sign_in("root@example.org"), await tenants.sign_in("root@example.org")
    for hour in range(11):
        tenants.house.clock.advance(timedelta(hours=1))
        await resolve(tenants, busy.bearer)
        if hour == 4:
            assert await refuse(resolve(tenants, idle.bearer)) == "denied.bearer"
    tenants.house.clock.advance(timedelta(hours=1))
    assert await refuse(resolve(tenants, busy.bearer)) == "denied.bearer"


async def test_over_sign_ins_are_forgotten(tenants, rows):
    await tenants.begin()
    assert await tenants.dispatch(ExpireStaffSignIns()) == 0
    tenants.house.clock.advance(timedelta(hours=5))
    assert await tenants.dispatch(ExpireStaffSignIns()) == 1
    assert await rows(staff_sign_ins) == []


async def test_one_sign_in_too_many_ends_the_oldest(tenants, refuse):
    await tenants.begin()
    held = [await tenants.sign_in("root@example.org") for _ in range(3)]
    await resolve(tenants, held[0].bearer)
    held.append(await tenants.sign_in("root@example.org"))
    assert await refuse(resolve(tenants, held[0].bearer)) == "denied.bearer"
    for signed_in in held[1:]:
        await resolve(tenants, signed_in.bearer)


async def test_own_sign_ins_are_listed_and_revoked(tenants, refuse):
    root = await tenants.begin()
    other = await tenants.sign_in("root@example.org", address="2001:db8::1")
    await resolve(tenants, other.bearer)
    listed = await tenants.dispatch(ListStaffSignIns(by=root))
    assert [sign_in.sign_in_id for sign_in in listed] == [other.principal.sign_in_id, root.sign_in_id]
    assert listed[0].address == "2001:db8::1"
    await tenants.dispatch(RevokeStaffSignIn(by=root, sign_in_id=other.principal.sign_in_id))
    assert await refuse(resolve(tenants, other.bearer)) == "denied.bearer"
    again = RevokeStaffSignIn(by=root, sign_in_id=other.principal.sign_in_id)
    assert await refuse(tenants.dispatch(again)) == "not_found.sign_in"


async def test_a_changed_password_ends_the_other_sign_ins(tenants, refuse):
    root = await tenants.begin()
    mine, other = await tenants.sign_in("root@example.org"), await tenants.sign_in("root@example.org")
    for bearer in (mine.bearer, other.bearer):
        await resolve(tenants, bearer)
    wrong = ChangeStaffPassword(by=root, old_password=Secret(text="wrong"), new_password=Secret(text="a new password"))
    assert await refuse(tenants.dispatch(wrong)) == "invalid.old_password"
    weak = ChangeStaffPassword(by=root, old_password=Secret(text=PASSWORD), new_password=Secret(text="12345678"))
    assert await refuse(tenants.dispatch(weak)) == "invalid.password"
    await tenants.dispatch(
        ChangeStaffPassword(
            by=mine.principal, old_password=Secret(text=PASSWORD), new_password=Secret(text="a new password")
        )
    )
    await resolve(tenants, mine.bearer)
    assert await refuse(resolve(tenants, other.bearer)) == "denied.bearer"
    assert await refuse(tenants.sign_in("root@example.org")) == "denied.credentials"
    await tenants.sign_in("root@example.org", "a new password")


async def test_a_reset_password_is_told_once_and_ends_all_sign_ins(tenants, refuse):
    root = await tenants.begin()
    mara = await tenants.add_staff(root, "mara@example.org", role=Role.VIEWER)
    signed_in = await tenants.sign_in("mara@example.org")
    reset = ResetStaffPassword(by=root, operator_id=mara.operator_id, staff_id=mara.staff_id)
    made = await tenants.dispatch(reset)
    assert await refuse(resolve(tenants, signed_in.bearer)) == "denied.bearer"
    await tenants.sign_in("mara@example.org", made.text)
    by_mara = ResetStaffPassword(by=signed_in.principal, operator_id=mara.operator_id, staff_id=root.staff_id)
    assert await refuse(tenants.dispatch(by_mara)) == "denied.role"


async def test_all_is_as_before_after_a_restart(tenants, house, passwords):
    await tenants.begin()
    signed_in = await tenants.sign_in("root@example.org")
    await house.core.stop()
    core = house.restart()
    later = Tenants(house, core, passwords)
    await core.start()
    assert await resolve(later, signed_in.bearer) == signed_in.principal
    assert not (await later.dispatch(EnsureAdministrator())).is_created
