"""Staff sign in over an identity provider: a real one over HTTP, and all that one can say wrong."""

import asyncio
from contextlib import asynccontextmanager
from ipaddress import ip_address
from itertools import cycle
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from busbar.adapters.system.clock import SystemClock
from busbar.app.http import HttpDoor, bind
from busbar.canon.tenants import Role
from busbar.simulator.idp.people import Account, Mischief
from busbar.simulator.idp.server import Idp
from busbar.simulator.idp.signing import RSA_BITS
from tests.contracts.api.conftest import ADMIN_EMAIL, Door, open_world

pytestmark = pytest.mark.every_database

ADA, BEN, EVE = "ada@company.example", "ben@company.example", "eve@company.example"
RULES = [{"group": "busbar-admins", "role": "admin"}, {"group": "busbar-support", "role": "support"}]


@pytest.fixture(autouse=True, scope="module")
def keys_are_made_once():
    """Give each provider keys from a few that take turns: to make one takes longer than most of these tests."""
    made = cycle([rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS) for _ in range(3)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rsa, "generate_private_key", lambda **_: next(made))
        yield


@asynccontextmanager
async def open_idp():
    listener = bind(ip_address("127.0.0.1"), 0, setting="the test")
    idp = Idp(clock=SystemClock(), address=f"http://127.0.0.1:{listener.getsockname()[1]}")
    door = HttpDoor(idp.make_app(), listener, shutdown_timeout_s=2)
    await door.start()
    yield idp
    await door.stop()


@pytest.fixture
async def idp():
    async with open_idp() as made:
        yield made


@pytest.fixture
async def world(tmp_path, database_url):
    given = {"identity_is_private_allowed": True, "identity_timeout_s": 2, "sign_in_max_attempts_per_min": 600}
    async with open_world(tmp_path, database_url, **given) as made:
        yield made


@pytest.fixture
async def browser():
    async with httpx2.AsyncClient(timeout=20) as http:
        yield http


def flatten(answer):
    """A problem with its facts beside its code."""
    return answer | answer.get("facts", {})


async def enter(door, idp, status=200, **more):
    body = {"name": "Company", **idp.credentials(), "email_domains": ["company.example"], **more}
    return flatten(await door.expect("PUT", "/identity-provider", status, json=body))


async def begin(world, status=200, **given):
    return flatten(await Door(world.http).post("/auth/identity-sign-in/begin", given, status))


async def visit(browser, address, email=ADA, *, step="enter"):
    """Sign in on the provider's page; return what it sends along with the browser."""
    page = await browser.get(address)
    assert page.status_code == 200, page.text
    form = dict(parse_qsl(urlsplit(address).query)) | {
        "email": email,
        "password": f"{email.partition('@')[0]}-signs-in",
        "step": step,
    }
    sent = await browser.post(address.partition("?")[0], data=form)
    assert sent.status_code == 303, sent.text
    return dict(parse_qsl(urlsplit(sent.headers["Location"]).query))


async def finish(world, answer, status=200):
    return flatten(await Door(world.http).post("/auth/identity-sign-in", answer, status))


async def sign_in(world, browser, email=ADA, status=200, **given):
    begun = await begin(world, **given)
    return await finish(world, await visit(browser, begun["address"], email), status)


async def list_deeds(world, action):
    return [each["detail"] for each in (await world.boss.get("/audit", params={"action": action}))["items"]]


async def test_an_unknown_person_gets_an_account_with_the_role_of_the_group(world, idp, browser):
    await enter(world.boss, idp, creates_unknown=True, rules=RULES)
    signed_in = await sign_in(world, browser, BEN)
    door = Door(world.http, signed_in["token"])
    me = await door.get("/auth/me")
    assert (me["email"], me["display_name"], me["role"]) == (BEN, "Ben Night", "support")
    assert [each["method"] for each in (await door.get("/auth/sign-ins"))["items"]] == ["provider"]
    again = await sign_in(world, browser, BEN)
    assert again["me"]["staff_id"] == me["staff_id"]
    assert [each["role"] for each in await list_deeds(world, "staff.create") if each["role"] == "support"] == [
        "support"
    ]
    assert len(await list_deeds(world, "staff.link_identity")) == 1
    await door.post("/auth/sign-out", None, 204)
    assert (await door.get("/auth/me", 401))["code"] == "denied.bearer"


async def test_somebody_who_has_an_account_is_found_by_a_verified_address_and_then_by_the_providers_name(
    world, idp, browser
):
    body = {"email": ADA, "display_name": "Ada", "role": "viewer"}
    staff = (await world.boss.post("/staff", body, 201))["staff"]
    await enter(world.boss, idp)
    assert (await sign_in(world, browser))["me"]["staff_id"] == staff["staff_id"]
    idp.people[ADA].email = "ada.chief@company.example"
    signed_in = await sign_in(world, browser)
    assert (signed_in["me"]["staff_id"], signed_in["me"]["role"]) == (staff["staff_id"], "viewer")


async def test_groups_decide_at_every_sign_in_but_never_leave_nobody_to_manage(world, idp, browser):
    other = await world.operator("beta")
    beta = await world.key(Role.ADMIN, operator_id=other)
    await enter(beta, idp, creates_unknown=True, rules=RULES)
    ada = await sign_in(world, browser, operator="beta")
    assert ada["me"]["role"] == "admin"
    idp.people[ADA].groups = ["busbar-support"]
    assert (await sign_in(world, browser, operator="beta"))["me"]["role"] == "admin"
    idp.people[BEN].groups = ["busbar-admins"]
    await sign_in(world, browser, BEN, operator="beta")
    assert (await sign_in(world, browser, operator="beta"))["me"]["role"] == "support"
    idp.people[ADA].groups = []
    refused = await sign_in(world, browser, status=403, operator="beta")
    assert (refused["code"], refused["reason"]) == ("denied.identity_person", "group")


async def test_the_provider_is_found_by_the_slug_or_the_domain_of_an_address(world, idp, browser):
    beta = await world.key(Role.ADMIN, operator_id=await world.operator("beta"))
    stranger = Door(world.http)
    before = await stranger.get("/auth/ways")
    assert (before["provider"], before["has_providers"]) == (None, False)
    assert (await begin(world, 404))["code"] == "not_found.identity_provider"
    page = await enter(beta, idp, creates_unknown=True, default_role="viewer")
    assert page["return_address"].endswith("/sign-in/provider")
    assert page["entry_address"].endswith("/sign-in?operator=beta")
    assert page["provider"]["has_secret"] is True
    assert idp.client_secret not in str(page)
    ways = await stranger.get("/auth/ways", params={"operator": "beta"})
    assert (ways["provider"], ways["has_providers"]) == ("Company", True)
    assert (await stranger.get("/auth/ways"))["provider"] is None
    begun = await begin(world, email="Somebody@Company.Example")
    asked = dict(parse_qsl(urlsplit(begun["address"]).query))
    assert (asked["login_hint"], asked["code_challenge_method"]) == ("Somebody@Company.Example", "S256")
    assert (await begin(world, 404, email="x@elsewhere.example"))["code"] == "not_found.identity_provider"
    assert (await begin(world, 404, operator="nobody"))["code"] == "not_found.identity_provider"
    taken = await enter(world.boss, idp, 409)
    assert (taken["code"], taken["domain"]) == ("conflict.email_domain", "company.example")
    await enter(beta, idp, is_enabled=False)
    assert (await begin(world, 404, operator="beta"))["code"] == "not_found.identity_provider"


@pytest.mark.parametrize(
    ("mischief", "code", "reason"),
    [
        ({"claims": {"nonce": "another"}}, "denied.identity_token", "nonce"),
        ({"claims": {"nonce": None}}, "denied.identity_token", "nonce"),
        ({"claims": {"iss": "https://elsewhere.example"}}, "denied.identity_token", "issuer"),
        ({"answers_issuer": "https://elsewhere.example"}, "denied.identity_token", "issuer"),
        ({"claims": {"aud": "somebody"}}, "denied.identity_token", "audience"),
        ({"claims": {"aud": ["busbar", "somebody"]}}, "denied.identity_token", "audience"),
        ({"claims": {"azp": "somebody"}}, "denied.identity_token", "audience"),
        ({"claims": {"exp": 1_000_000_000}}, "denied.identity_token", "expired"),
        ({"claims": {"iat": 1_000_000_000}}, "denied.identity_token", "issued"),
        ({"claims": {"iat": 9_000_000_000}}, "denied.identity_token", "issued"),
        ({"claims": {"nbf": 9_000_000_000}}, "denied.identity_token", "issued"),
        ({"claims": {"exp": "soon"}}, "denied.identity_token", "malformed"),
        ({"claims": {"sub": None}}, "denied.identity_token", "subject"),
        ({"claims": {"sub": "x" * 256}}, "denied.identity_token", "subject"),
        ({"algorithm": "none"}, "denied.identity_token", "algorithm"),
        ({"algorithm": "HS256"}, "denied.identity_token", "algorithm"),
        ({"garbles": True}, "denied.identity_token", "malformed"),
        ({"signs_with_strange_key": True}, "denied.identity_key", None),
        ({"forges_signature": True}, "denied.identity_key", None),
        ({"claims": {"email": None}}, "denied.identity_person", "no_email"),
        ({"claims": {"email_verified": False}}, "denied.identity_person", "unverified"),
        ({"claims": {"email": "ada@elsewhere.example"}}, "denied.identity_person", "domain"),
        ({"claims": {"email": ADMIN_EMAIL}}, "denied.identity_person", "domain"),
    ],
)
async def test_what_proves_nothing_is_refused_by_its_name_and_written_down(world, idp, browser, mischief, code, reason):
    await enter(world.boss, idp, creates_unknown=True, default_role="viewer")
    idp.mischief = Mischief(**mischief)
    refused = await sign_in(world, browser, status=403)
    assert (refused["code"], refused.get("reason")) == (code, reason)
    assert await list_deeds(world, "identity_provider.refuse") == [{"code": code, "reason": reason or ""}]
    idp.mischief = Mischief()
    await sign_in(world, browser)


async def test_a_sign_in_is_finished_once_and_in_the_browser_that_began_it(world, idp, browser):
    await enter(world.boss, idp, creates_unknown=True, default_role="viewer")
    begun = await begin(world)
    answer = await visit(browser, begun["address"])
    world.http.cookies.set("busbar_entry", "another", domain="busbar.test", path="/api")
    assert (await finish(world, answer, 403))["code"] == "denied.identity_state"
    begun = await begin(world)
    answer = await visit(browser, begun["address"])
    await finish(world, answer)
    assert (await finish(world, answer, 403))["code"] == "denied.identity_state"
    assert (await finish(world, {"state": "never", "code": "x"}, 403))["code"] == "denied.identity_state"


async def test_a_code_that_was_used_is_refused_by_the_provider(world, idp, browser):
    await enter(world.boss, idp, creates_unknown=True, default_role="viewer")
    answer = await visit(browser, (await begin(world))["address"])
    begun = await begin(world)
    other = await visit(browser, begun["address"])
    refused = await finish(world, {**other, "code": answer["code"]}, 403)
    assert (refused["code"], refused["reason"]) == ("denied.identity_code", "invalid_grant")


async def test_whoever_turns_back_at_the_provider_is_told_so(world, idp, browser):
    await enter(world.boss, idp)
    answer = await visit(browser, (await begin(world))["address"], step="refuse")
    refused = await finish(world, answer, 403)
    assert (refused["code"], refused["reason"]) == ("denied.identity_answer", "access_denied")


async def test_people_who_may_not_come_in(world, idp, browser):
    await enter(world.boss, idp)
    assert (await sign_in(world, browser, EVE, 403))["reason"] == "unknown"
    body = {"email": EVE, "display_name": "Eve", "role": "viewer"}
    staff = (await world.boss.post("/staff", body, 201))["staff"]
    await sign_in(world, browser, EVE)
    idp.people["eve2@company.example"] = Account(
        subject="2000", email=EVE, password="eve2-signs-in", name="Another Eve"
    )
    assert (await sign_in(world, browser, "eve2@company.example", 403))["reason"] == "linked"
    await world.boss.expect("PATCH", f"/staff/{staff['staff_id']}", 200, json={"is_active": False})
    assert (await sign_in(world, browser, EVE, 403))["reason"] == "inactive"


async def test_the_staff_of_another_operator_and_of_the_platform_are_out_of_reach(world, idp, browser):
    beta = await world.key(Role.ADMIN, operator_id=await world.operator("beta"))
    await enter(beta, idp, creates_unknown=True, default_role="admin", email_domains=[], trusts_email=True)
    idp.mischief = Mischief(claims={"email": ADMIN_EMAIL})
    assert (await sign_in(world, browser, status=403, operator="beta"))["reason"] == "unknown"
    await enter(world.boss, idp, email_domains=[])
    assert (await sign_in(world, browser, status=403))["reason"] == "platform"
    own = await world.key(Role.ADMIN)
    assert (await enter(own, idp, 403, covers_platform=True))["code"] == "denied.scope"
    await enter(world.boss, idp, email_domains=[], covers_platform=True)
    assert (await sign_in(world, browser))["me"]["is_platform"] is True
    assert (await enter(own, idp, 403))["code"] == "denied.scope"
    assert (await own.expect("DELETE", "/identity-provider", 403))["code"] == "denied.scope"


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
async def test_a_new_key_is_learnt_when_a_token_names_it(world, idp, browser, algorithm):
    await enter(world.boss, idp, creates_unknown=True, default_role="viewer")
    await sign_in(world, browser)
    idp.rotate(algorithm)
    refused = await sign_in(world, browser, status=403)
    assert refused["code"] == "denied.identity_key"
    asked = idp.asked_count["keys"]
    await world.boss.post("/identity-provider/try")
    assert idp.asked_count["keys"] == asked + 1
    await sign_in(world, browser)
    assert idp.asked_count["keys"] == asked + 1


async def test_a_provider_that_is_away_or_slow_is_told_as_such(world, idp, browser):
    await enter(world.boss, idp, creates_unknown=True, default_role="viewer")
    answer = await visit(browser, (await begin(world))["address"])
    idp.mischief = Mischief(is_down=True)
    assert (await finish(world, answer, 503))["code"] == "unavailable.identity_provider"
    assert (await enter(world.boss, idp, 503))["code"] == "unavailable.identity_provider"
    idp.mischief = Mischief(slow_s=4)
    answer = await visit(browser, (await begin(world))["address"])
    slow = await finish(world, answer, 503)
    assert (slow["code"], slow["cause"]) == ("unavailable.identity_provider", "timed_out")


async def test_only_what_is_a_provider_is_taken(world, idp):
    idp.mischief = Mischief(states_issuer="https://elsewhere.example")
    refused = await enter(world.boss, idp, 422)
    assert (refused["code"], refused["field"]) == ("invalid.identity_provider", "issuer")
    idp.mischief = Mischief()
    for more, field in (
        ({"scopes": "profile email"}, "scopes"),
        ({"creates_unknown": True}, "creates_unknown"),
        ({"issuer": f"{idp.address}?x=1"}, "issuer"),
    ):
        refused = await enter(world.boss, idp, 422, **more)
        assert refused["field"] == field


async def test_a_private_network_is_not_asked_unless_the_settings_allow_it(tmp_path, idp):
    async with open_world(tmp_path) as world:
        refused = await enter(world.boss, idp, 422)
        assert (refused["code"], refused["field"]) == ("invalid.identity_provider", "private")
    assert idp.asked_count["description"] == 0


async def test_the_secret_stays_is_replaced_or_goes(world, idp, browser):
    await enter(world.boss, idp, creates_unknown=True, default_role="viewer")
    kept = {"client_secret": None}
    assert (await enter(world.boss, idp, creates_unknown=True, default_role="viewer", **kept))["provider"]["has_secret"]
    await sign_in(world, browser)
    await enter(world.boss, idp, creates_unknown=True, default_role="viewer", client_secret="wrong")
    assert (await sign_in(world, browser, status=403))["reason"] == "invalid_client"
    page = await enter(world.boss, idp, creates_unknown=True, default_role="viewer", client_secret="")
    assert page["provider"]["has_secret"] is False
    [first, *_] = await list_deeds(world, "identity_provider.save")
    assert first == {"changed": ["client_secret"]}


async def test_forgetting_the_provider_and_whom_it_knows(world, idp, browser):
    await enter(world.boss, idp, creates_unknown=True, default_role="viewer")
    signed_in = await sign_in(world, browser)
    door = Door(world.http, signed_in["token"])
    end = await door.get("/auth/identity-end")
    assert end["address"].startswith(f"{idp.address}/end?")
    await world.boss.expect("DELETE", "/identity-provider", 204)
    assert (await world.boss.get("/identity-provider"))["provider"] is None
    assert (await door.get("/auth/identity-end"))["address"] is None
    assert (await begin(world, 404))["code"] == "not_found.identity_provider"
    assert (await world.boss.post("/identity-provider/try", None, 404))["code"] == "not_found.identity_provider"


async def test_whoever_reset_a_persons_factors_lets_another_name_of_the_provider_be_linked(world, idp, browser):
    await enter(world.boss, idp, creates_unknown=True, default_role="viewer")
    staff_id = (await sign_in(world, browser))["me"]["staff_id"]
    idp.people[ADA].subject = "3000"
    assert (await sign_in(world, browser, status=403))["reason"] == "linked"
    await world.boss.expect("DELETE", f"/staff/{staff_id}/second-factors", 204)
    assert (await sign_in(world, browser))["me"]["staff_id"] == staff_id


async def test_a_second_factor_is_not_asked_of_whom_the_provider_proved(world, idp, browser):
    await world.boss.expect("PATCH", f"/operators/{world.operator_id}", 200, json={"requires_second_factor": True})
    await enter(world.boss, idp, creates_unknown=True, default_role="viewer")
    assert (await sign_in(world, browser))["me"]["must_enrol"] is False


async def test_attempts_are_slowed_down(tmp_path, database_url, idp):
    given = {"identity_is_private_allowed": True, "sign_in_max_attempts_per_min": 3}
    async with open_world(tmp_path, database_url, **given) as world:
        for _ in range(3):
            await finish(world, {"state": "never", "code": "x"}, 403)
        slowed = await finish(world, {"state": "never", "code": "x"}, 429)
        assert slowed["code"] == "limit_exceeded.sign_in"


async def test_many_at_once_ask_for_the_keys_once(world, idp, browser):
    await enter(world.boss, idp, creates_unknown=True, default_role="viewer")
    answers = []
    for _ in range(3):
        begun = await begin(world)
        cookie = world.http.cookies.get("busbar_entry")
        answers.append((await visit(browser, begun["address"]), cookie))
    before = idp.asked_count["keys"]

    async def one(answer, cookie):
        headers = {"Cookie": f"busbar_entry={cookie}"}
        return await world.http.post("/api/v1/auth/identity-sign-in", json=answer, headers=headers)

    world.http.cookies.clear()
    found = await asyncio.gather(*(one(*each) for each in answers))
    assert [each.status_code for each in found] == [200] * 3
    assert idp.asked_count["keys"] == before
