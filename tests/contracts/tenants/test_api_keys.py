from datetime import timedelta

import msgspec
import pytest

from busbar.canon.tenants import CreateApiKey, ResolveBearer, RevokeApiKey, Role
from busbar.domain.tenants.sql import api_keys


def wish(by, **given):
    return CreateApiKey(**{"by": by, "operator_id": by.operator_id, "name": "Tests", "role": Role.SUPPORT, **given})


async def test_a_key_stands_for_its_operator_role_and_scope(tenants, rows):
    root = await tenants.begin()
    made = await tenants.dispatch(wish(root, site_ids=("b", "a")))
    assert made.secret.text.startswith(f"bb_{made.api_key.prefix}_")
    principal = await tenants.dispatch(ResolveBearer(bearer=made.secret))
    assert (principal.api_key_id, principal.role, principal.site_ids) == (
        made.api_key.api_key_id,
        Role.SUPPORT,
        ("a", "b"),
    )
    assert (principal.staff_id, principal.is_platform) == (None, False)
    assert principal.name == f"key:{made.api_key.api_key_id}"
    assert made.secret.text.partition("_")[2].partition("_")[2] not in str(await rows(api_keys))


async def test_a_key_is_resolved_from_memory_and_its_use_is_noted(tenants, rows):
    root = await tenants.begin()
    made = await tenants.dispatch(wish(root))
    assert (await rows(api_keys))[0]["used_at"] is None
    for _ in range(10):
        await tenants.dispatch(ResolveBearer(bearer=made.secret))
    assert tenants.store.lookups == 2
    first = tenants.house.clock.now()
    assert (await rows(api_keys))[0]["used_at"] == first
    tenants.house.clock.advance(timedelta(minutes=2))
    await tenants.dispatch(ResolveBearer(bearer=made.secret))
    assert (await rows(api_keys))[0]["used_at"] == first
    tenants.house.clock.advance(timedelta(minutes=3))
    await tenants.dispatch(ResolveBearer(bearer=made.secret))
    assert (await rows(api_keys))[0]["used_at"] == tenants.house.clock.now()


async def test_a_wrong_secret_under_a_right_prefix_is_denied(tenants, refuse):
    root = await tenants.begin()
    made = await tenants.dispatch(wish(root))
    forged = msgspec.structs.replace(made.secret, text=f"bb_{made.api_key.prefix}_{'A' * 43}")
    assert await refuse(tenants.dispatch(ResolveBearer(bearer=forged))) == "denied.bearer"


async def test_revoking_takes_effect_at_once(tenants, refuse):
    root = await tenants.begin()
    made = await tenants.dispatch(wish(root))
    await tenants.dispatch(ResolveBearer(bearer=made.secret))
    revoke = RevokeApiKey(by=root, operator_id=root.operator_id, api_key_id=made.api_key.api_key_id)
    await tenants.dispatch(revoke)
    await tenants.dispatch(revoke)
    assert await refuse(tenants.dispatch(ResolveBearer(bearer=made.secret))) == "denied.bearer"


async def test_a_key_expires(tenants, refuse):
    root = await tenants.begin()
    now = tenants.house.clock.now()
    assert await refuse(tenants.dispatch(wish(root, expires_at=now))) == "invalid.expiry"
    made = await tenants.dispatch(wish(root, expires_at=now + timedelta(seconds=30)))
    await tenants.dispatch(ResolveBearer(bearer=made.secret))
    tenants.house.clock.advance(timedelta(seconds=30))
    assert await refuse(tenants.dispatch(ResolveBearer(bearer=made.secret))) == "denied.bearer"


@pytest.mark.parametrize(
    ("role", "given", "code"),
    [
        (Role.MANAGER, {}, "denied.role"),
        (Role.ADMIN, {"is_platform": True}, "denied.scope"),
        (Role.ADMIN, {"name": ""}, "invalid.name"),
        (Role.ADMIN, {"site_ids": ("?",)}, "invalid.sites"),
        (Role.ADMIN, {"operator_id": "another"}, "not_found.operator"),
    ],
)
async def test_a_key_is_made_within_what_its_maker_may(tenants, refuse, rows, role, given, code):
    root = await tenants.begin()
    by = msgspec.structs.replace(root, role=role, is_platform=False)
    assert await refuse(tenants.dispatch(wish(by, **given))) == code
    assert await rows(api_keys) == []


async def test_operators_never_see_each_others_keys(tenants, refuse):
    root = await tenants.begin()
    other = await tenants.add_operator(root, "other")
    made = await tenants.dispatch(wish(root))
    await tenants.add_staff(root, "stranger@example.org", operator_id=other.operator_id)
    stranger = (await tenants.sign_in("stranger@example.org")).principal
    for operator_id, code in ((other.operator_id, "not_found.api_key"), (root.operator_id, "not_found.operator")):
        revoke = RevokeApiKey(by=stranger, operator_id=operator_id, api_key_id=made.api_key.api_key_id)
        assert await refuse(tenants.dispatch(revoke)) == code
    await tenants.dispatch(ResolveBearer(bearer=made.secret))
