import json
from datetime import timedelta

import pytest

from busbar.canon.drivers import (
    BlockDriver,
    ChangeDriverPassword,
    CreateDriver,
    DriverErased,
    DriverStatus,
    EraseDriver,
    ExpireDriverSignIns,
    ExportDriver,
    FindDriver,
    ListDriverSignIns,
    ResetDriverPassword,
    ResolveDriverBearer,
    RevokeDriverSignIn,
    SignOutDriver,
    UpdateDriver,
)
from busbar.canon.secret import Secret
from busbar.db.messaging import outbox
from busbar.domain.access.sql import driver_sign_ins, drivers, id_tokens
from busbar.domain.tenants.sql import audit_entries
from busbar.kernel.errors import BusbarError

from .conftest import PASSWORD


async def resolve(access, bearer):
    return await access.dispatch(ResolveDriverBearer(bearer=bearer))


def who(access, signed_in):
    return {"operator_id": access.one, "driver_id": signed_in.driver.driver_id}


async def test_a_driver_signs_up_and_is_signed_in(access):
    signed_in = await access.sign_up("Mara@example.org", language="it")
    assert signed_in.driver.email == "Mara@example.org"
    assert signed_in.driver.status is DriverStatus.ACTIVE
    assert await resolve(access, signed_in.bearer) == signed_in.principal
    assert signed_in.principal.language == "it"
    later = await access.sign_in("mara@EXAMPLE.org")
    assert later.principal.driver_id == signed_in.principal.driver_id
    assert later.bearer != signed_in.bearer


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"email": "nobody"}, "invalid.email"),
        ({"display_name": ""}, "invalid.name"),
        ({"language": "klingon"}, "invalid.language"),
        ({"password": Secret(text="short")}, "invalid.password"),
        ({"operator_id": "nobody"}, "not_found.operator"),
    ],
)
async def test_a_bad_sign_up_is_refused(access, refuse, rows, given, code):
    assert await refuse(access.sign_up(**{"email": "mara@example.org", **given})) == code
    assert await rows(drivers) == []


async def test_an_address_is_one_driver_of_one_operator(access, refuse):
    await access.sign_up("mara@example.org")
    assert await refuse(access.sign_up("MARA@example.org")) == "conflict.email_taken"
    other = await access.sign_up("mara@example.org", operator_id=access.two)
    assert other.principal.operator_id == access.two


async def test_unknown_and_wrong_are_one_error(access):
    await access.sign_up("mara@example.org")
    created = CreateDriver(operator_id=access.one, actor="s", display_name="Ben", email="ben@example.org")
    await access.dispatch(created)
    texts = set()
    for email, password in (("nobody@x.org", PASSWORD), ("mara@example.org", "wrong"), ("ben@example.org", "")):
        with pytest.raises(BusbarError) as caught:
            await access.sign_in(email, password)
        texts.add((caught.value.code, str(caught.value)))
    assert texts == {("denied.credentials", "address or password is wrong")}


async def test_guessing_and_mass_sign_up_are_slowed_down(access, refuse):
    for number in range(5):
        await access.sign_up(f"d{number}@example.org")
    assert await refuse(access.sign_up("d6@example.org")) == "limit_exceeded.sign_in"
    assert await refuse(access.sign_in("d1@example.org")) == "limit_exceeded.sign_in"
    await access.sign_in("d1@example.org", address="192.0.2.2")
    access.house.clock.advance(timedelta(minutes=1))
    for _ in range(5):
        assert await refuse(access.sign_in("d1@example.org", "wrong")) == "denied.credentials"
    assert await refuse(access.sign_in("d1@example.org")) == "limit_exceeded.sign_in"


async def test_a_bearer_is_resolved_from_memory_and_stored_as_a_hash_only(access, rows):
    signed_in = await access.sign_up("mara@example.org")
    await resolve(access, signed_in.bearer)
    before = access.store.lookups
    for _ in range(20):
        await resolve(access, signed_in.bearer)
    assert access.store.lookups == before
    stored = str(await rows(driver_sign_ins)) + str(await rows(outbox)) + str(await rows(audit_entries))
    assert signed_in.bearer.text not in stored
    assert signed_in.bearer.text not in repr(signed_in)


@pytest.mark.parametrize("text", ["", "bbs_" + "a" * 43, "bbd_", "bbd_" + "a" * 43, "bbd_" + "a" * 10_000])
async def test_what_is_no_bearer_of_ours_is_denied(access, refuse, text):
    assert await refuse(resolve(access, Secret(text=text))) == "denied.bearer"


async def test_a_sign_in_is_listed_revoked_and_signed_out(access, refuse):
    first = await access.sign_up("mara@example.org")
    second = await access.sign_in("mara@example.org")
    for signed_in in (first, second):
        await resolve(access, signed_in.bearer)
    listed = await access.dispatch(ListDriverSignIns(**who(access, first)))
    assert [sign_in.sign_in_id for sign_in in listed] == [second.principal.sign_in_id, first.principal.sign_in_id]
    await access.dispatch(RevokeDriverSignIn(**who(access, first), sign_in_id=first.principal.sign_in_id))
    assert await refuse(resolve(access, first.bearer)) == "denied.bearer"
    await access.dispatch(SignOutDriver(bearer=second.bearer))
    await access.dispatch(SignOutDriver(bearer=second.bearer))
    assert await refuse(resolve(access, second.bearer)) == "denied.bearer"


async def test_a_sign_in_ends_when_idle_too_old_or_one_too_many(access, refuse):
    idle, busy = await access.sign_up("mara@example.org"), await access.sign_in("mara@example.org")
    for day in range(89):
        access.house.clock.advance(timedelta(days=1))
        await resolve(access, busy.bearer)
        if day == 30:
            assert await refuse(resolve(access, idle.bearer)) == "denied.bearer"
            assert await access.dispatch(ExpireDriverSignIns()) == 1
    access.house.clock.advance(timedelta(days=1))
    assert await refuse(resolve(access, busy.bearer)) == "denied.bearer"
    held = [await access.sign_in("mara@example.org") for _ in range(4)]
    assert await refuse(resolve(access, held[0].bearer)) == "denied.bearer"
    await resolve(access, held[1].bearer)


async def test_a_password_is_changed_by_its_owner_and_reset_by_staff(access, refuse):
    mine, other = await access.sign_up("mara@example.org"), await access.sign_in("mara@example.org")
    for bearer in (mine.bearer, other.bearer):
        await resolve(access, bearer)
    wrong = ChangeDriverPassword(
        by=mine.principal, old_password=Secret(text="wrong"), new_password=Secret(text="a new password")
    )
    assert await refuse(access.dispatch(wrong)) == "invalid.old_password"
    change = ChangeDriverPassword(
        by=mine.principal, old_password=Secret(text=PASSWORD), new_password=Secret(text="a new password")
    )
    await access.dispatch(change)
    await resolve(access, mine.bearer)
    assert await refuse(resolve(access, other.bearer)) == "denied.bearer"
    made = await access.dispatch(ResetDriverPassword(**who(access, mine), actor="staff:s"))
    assert await refuse(resolve(access, mine.bearer)) == "denied.bearer"
    assert await refuse(access.sign_in("mara@example.org", "a new password")) == "denied.credentials"
    await access.sign_in("mara@example.org", made.text)


async def test_a_driver_without_address_has_no_password(access, refuse):
    driver = await access.dispatch(CreateDriver(operator_id=access.one, actor="staff:s", display_name="Ben"))
    reset = ResetDriverPassword(operator_id=access.one, actor="staff:s", driver_id=driver.driver_id)
    assert await refuse(access.dispatch(reset)) == "conflict.driver_without_email"
    update = UpdateDriver(operator_id=access.one, actor="s", driver_id=driver.driver_id, email="ben@example.org")
    assert (await access.dispatch(update)).email == "ben@example.org"
    made = await access.dispatch(reset)
    await access.sign_in("ben@example.org", made.text)


async def test_a_change_is_seen_at_the_next_request(access, refuse):
    signed_in = await access.sign_up("mara@example.org")
    await access.sign_up("ben@example.org")
    await resolve(access, signed_in.bearer)
    await access.dispatch(UpdateDriver(**who(access, signed_in), actor="staff:s", language="zh"))
    assert (await resolve(access, signed_in.bearer)).language == "zh"
    taken = UpdateDriver(**who(access, signed_in), actor="staff:s", email="Ben@example.org")
    assert await refuse(access.dispatch(taken)) == "conflict.email_taken"


async def test_the_audit_log_tells_what_changed_but_nobodys_name_or_address(access, rows):
    driver = await access.dispatch(CreateDriver(operator_id=access.one, actor="staff:s", display_name="Ben"))
    who_it_is = {"operator_id": access.one, "actor": "staff:s", "driver_id": driver.driver_id}
    await access.dispatch(UpdateDriver(**who_it_is, language="zh", display_name="Benedikt", email="ben@example.org"))
    await access.dispatch(BlockDriver(**who_it_is, is_blocked=True))
    entries = [entry for entry in await rows(audit_entries) if entry["subject"] == f"driver:{driver.driver_id}"]
    _created, updated, blocked = (json.loads(entry["detail_json"]) for entry in entries)
    assert updated == {"language": {"from": "en", "to": "zh"}, "changed": ["email", "display_name"]}
    assert blocked == {"status": {"from": "active", "to": "blocked"}}


async def test_a_blocked_driver_may_still_sign_in(access):
    signed_in = await access.sign_up("mara@example.org")
    await access.dispatch(BlockDriver(**who(access, signed_in), actor="staff:s"))
    assert (await access.sign_in("mara@example.org")).driver.status is DriverStatus.BLOCKED
    assert await resolve(access, signed_in.bearer) == signed_in.principal


async def test_an_erased_driver_is_nobody(access, refuse, rows, facts):
    signed_in = await access.sign_up("mara@example.org", display_name="Mara Lind")
    await resolve(access, signed_in.bearer)
    await access.put("TAG", driver_id=signed_in.driver.driver_id, label="Mara's")
    export = await access.dispatch(ExportDriver(**who(access, signed_in), actor="staff:s"))
    assert export.driver.email == "mara@example.org"
    assert [token.value for token in export.tokens] == ["TAG"]
    assert len(export.sign_ins) == 1
    await access.dispatch(EraseDriver(**who(access, signed_in), actor="staff:s"))
    assert await refuse(resolve(access, signed_in.bearer)) == "denied.bearer"
    assert await refuse(access.sign_in("mara@example.org")) == "denied.credentials"
    assert await refuse(access.dispatch(FindDriver(**who(access, signed_in)))) == "not_found.driver"
    everything = ""
    for table in (drivers, driver_sign_ins, id_tokens, outbox, audit_entries):
        everything += str(await rows(table))
    assert "mara" not in everything.lower()
    assert "TAG" not in everything
    assert [row["driver_id"] for row in await rows(drivers)] == [signed_in.driver.driver_id]
    assert [type(fact) for fact in await facts()][-1] is DriverErased
    await access.sign_up("mara@example.org")


async def test_operators_never_see_each_others_drivers(access, refuse):
    signed_in = await access.sign_up("mara@example.org")
    strange = {"operator_id": access.two, "driver_id": signed_in.driver.driver_id}
    for message in (
        FindDriver(**strange),
        ListDriverSignIns(**strange),
        UpdateDriver(**strange, actor="staff:t", display_name="X"),
        BlockDriver(**strange, actor="staff:t"),
        EraseDriver(**strange, actor="staff:t"),
        ExportDriver(**strange, actor="staff:t"),
        ResetDriverPassword(**strange, actor="staff:t"),
    ):
        assert await refuse(access.dispatch(message)) == "not_found.driver"
    revoke = RevokeDriverSignIn(**strange, sign_in_id=signed_in.principal.sign_in_id)
    assert await refuse(access.dispatch(revoke)) == "not_found.sign_in"
    assert await refuse(access.sign_in("mara@example.org", operator_id=access.two)) == "denied.credentials"
    assert await resolve(access, signed_in.bearer) == signed_in.principal
