"""Phones, recovery codes and passkeys through the API, and an operator who demands them."""

import base64
import hashlib
import json
import os

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import update

from busbar.domain.tenants.sql_factors import staff_totp
from busbar.kernel import totp
from tests.contracts.api.conftest import ADMIN_EMAIL, ADMIN_PASSWORD, Door

pytestmark = pytest.mark.every_database
ORIGIN = "http://localhost:8080"
SIGN_IN = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}


def write64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Authenticator:
    """A passkey in software, written from the standard: ES256, no attestation."""

    def __init__(self, origin=ORIGIN, host="localhost"):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id, self.origin, self.host, self.count, self.flags = os.urandom(16), origin, host, 0, 0x05

    def _say(self, kind, options):
        said = {"type": f"webauthn.{kind}", "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(said).encode()

    def _head(self, more=0):
        self.count += 1
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def make(self, options):
        numbers = self.key.public_key().public_numbers()
        point = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        data = self._head(0x40) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(point)
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        answer = {"clientDataJSON": write64(self._say("create", options)), "attestationObject": write64(attested)}
        return {"id": write64(self.id), "rawId": write64(self.id), "type": "public-key", "response": answer}

    def sign(self, options):
        said, head = self._say("get", options), self._head()
        signature = self.key.sign(head + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        answer = {
            "clientDataJSON": write64(said),
            "authenticatorData": write64(head),
            "signature": write64(signature),
        }
        return {"id": write64(self.id), "rawId": write64(self.id), "type": "public-key", "response": answer}


async def sign_in(world, status=200, **more):
    answer = await Door(world.http).post("/auth/sign-in", {**SIGN_IN, **more}, status)
    return Door(world.http, answer["token"]) if status == 200 else answer


class Phone:
    """An app that shows codes."""

    def __init__(self, world, secret):
        self.world, self.secret = world, totp.read_secret(secret)

    async def code(self):
        """A code that was not used: the last use is forgotten instead of waiting for the next half minute."""
        async with self.world.house.databases.writer.begin() as connection:
            await connection.execute(update(staff_totp).values(last_step=0))
        return totp.make_code(self.secret, int(self.world.house.clock.now().timestamp()) // totp.STEP_S)


async def enrol(world, door):
    offer = await door.post("/auth/totp")
    assert offer["picture"].startswith("data:image/svg+xml")
    phone = Phone(world, offer["secret"])
    codes = (await door.post("/auth/totp/confirm", {"code": await phone.code()}))["codes"]
    return phone, codes


async def test_a_code_is_needed_once_a_phone_is_set_up(world):
    other, door = await sign_in(world), await sign_in(world)
    await door.expect("POST", "/auth/totp/confirm", 409, json={"code": "123456"})
    await door.post("/auth/totp")
    assert (await door.expect("POST", "/auth/totp/confirm", 403, json={"code": "000000"}))["code"] == "denied.code"
    phone, codes = await enrol(world, door)
    await other.get("/auth/me", 401)
    assert (await door.get("/auth/second-factors"))["recovery_codes"] == len(codes) == 10

    refused = await sign_in(world, 401)
    assert (refused["code"], refused["facts"]) == ("denied.second_factor", {"method": "totp"})
    code = await phone.code()
    await sign_in(world, code=code)
    assert (await sign_in(world, 403, code=code))["code"] == "denied.code", "a code counts once"
    again = await sign_in(world, code=codes[0].upper().replace("-", " "))
    assert (await sign_in(world, 403, code=codes[0]))["code"] == "denied.code"
    methods = [item["method"] for item in (await again.get("/auth/sign-ins"))["items"]]
    assert methods == ["recovery", "totp", "totp"]

    fresh = (await again.post("/auth/recovery-codes", {"code": await phone.code()}))["codes"]
    await sign_in(world, 403, code=codes[1])
    await again.expect("POST", "/auth/totp/remove", 204, json={"code": fresh[0]})
    await sign_in(world)


async def test_guessing_codes_ends_in_a_pause(world):
    phone, _ = await enrol(world, await sign_in(world))
    for _ in range(5):
        await sign_in(world, 403, code="000000")
    refused = await sign_in(world, 429, code=await phone.code())
    assert (refused["code"], refused["facts"]["wait_s"] > 800) == ("limit_exceeded.codes", True)


async def test_an_operator_may_demand_a_second_factor(world):
    door = await sign_in(world)
    await door.expect("PATCH", f"/operators/{world.operator_id}", 200, json={"requires_second_factor": True})
    bound = await sign_in(world)
    me = await bound.get("/auth/me")
    assert (me["must_enrol"], me["permissions"]) == (True, [])
    assert (await bound.get("/stations", 403))["code"] == "denied.enrolment"
    assert (await bound.get("/auth/second-factors"))["is_required"] is True
    await enrol(world, bound)
    await bound.get("/stations")
    assert (await bound.get("/auth/me"))["must_enrol"] is False
    await world.boss.get("/stations")


async def test_an_administrator_helps_who_lost_the_phone(world):
    body = {"email": "eve@staff.example", "display_name": "Eve", "role": "viewer", "password": "long enough words"}
    eve = (await world.boss.post("/staff", body, 201))["staff"]["staff_id"]
    signing = {"email": body["email"], "password": body["password"]}
    door = Door(world.http, (await Door(world.http).post("/auth/sign-in", signing))["token"])
    await enrol(world, door)
    assert (await world.boss.get(f"/staff/{eve}/second-factors"))["has_totp"] is True
    (held,) = (await world.boss.get(f"/staff/{eve}/sign-ins"))["items"]
    assert (held["method"], held["is_current"]) == ("totp", False)
    await world.boss.expect("DELETE", f"/staff/{eve}/second-factors", 204)
    await door.get("/auth/me", 401)
    await Door(world.http).post("/auth/sign-in", signing)
    actions = {entry["action"] for entry in (await world.boss.get("/audit"))["items"]}
    assert {"staff.add_totp", "staff.reset_second_factors"} <= actions
    problem = await world.boss.expect("POST", "/auth/totp", 403)
    assert problem["code"] == "denied.key"


async def ask(door, path):
    return await door.post(path, None, headers={"Origin": ORIGIN})


async def by_passkey(world, credential, status=200):
    headers = {"Origin": ORIGIN}
    return await Door(world.http).post("/auth/passkey-sign-in", {"credential": credential}, status, headers=headers)


async def add_passkey(door, authenticator, status=201):
    credential = authenticator.make(await ask(door, "/auth/passkeys/options"))
    body = {"name": "Laptop", "credential": credential}
    return await door.post("/auth/passkeys", body, status, headers={"Origin": ORIGIN})


async def test_a_passkey_signs_in_by_itself(world):
    door, authenticator = await sign_in(world), Authenticator()
    passkey = await add_passkey(door, authenticator)
    refused = await sign_in(world, 401)
    assert (refused["code"], refused["facts"]) == ("denied.second_factor", {"method": "passkey"})
    options = await ask(Door(world.http), "/auth/passkey-sign-in/options")
    signed = authenticator.sign(options)
    token = (await by_passkey(world, signed))["token"]
    assert (await by_passkey(world, signed, 401))["code"] == "denied.passkey", "a challenge is met once"
    signed_in = Door(world.http, token)
    assert (await signed_in.get("/auth/sign-ins"))["items"][0]["method"] == "passkey"
    await signed_in.expect("DELETE", f"/auth/passkeys/{passkey['passkey_id']}", 204)
    await signed_in.expect("DELETE", f"/auth/passkeys/{passkey['passkey_id']}", 404)
    await by_passkey(world, authenticator.sign(await ask(Door(world.http), "/auth/passkey-sign-in/options")), 401)


async def test_what_proves_nothing(world):
    door, authenticator = await sign_in(world), Authenticator()
    for wrong in (Authenticator(origin="http://elsewhere.example"), Authenticator(host="elsewhere.example")):
        assert (await add_passkey(door, wrong, 422))["code"] == "invalid.passkey"
    unverified = Authenticator()
    unverified.flags = 0x01
    await add_passkey(door, unverified, 422)
    await door.expect("POST", "/auth/passkeys", 422, json={"name": "a", "credential": {"id": 1}})
    await add_passkey(door, authenticator)
    assert (await add_passkey(door, authenticator, 409))["code"] == "conflict.passkey"
    thief = Authenticator()
    thief.id = authenticator.id
    await by_passkey(world, thief.sign(await ask(Door(world.http), "/auth/passkey-sign-in/options")), 401)
    await by_passkey(world, {"id": "x", "response": {"clientDataJSON": "!"}}, 401)
