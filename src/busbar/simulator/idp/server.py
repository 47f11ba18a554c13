"""The provider put together: discovery, keys, the page, the exchange of codes, and the handle for mischief."""

import asyncio
import base64
import hashlib
import secrets
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from busbar.kernel.bounded import BoundedDict
from busbar.kernel.clock import Clock
from busbar.simulator.idp import pages
from busbar.simulator.idp.people import PEOPLE, Account, Mischief
from busbar.simulator.idp.signing import SigningKey, write64, write_token

SEE_OTHER = 303
FIELDS_MAX = 30
CODES_MAX = 1000
CODE_LIFE_S = 60
TOKEN_LIFE_S = 300
CLIENT_ID = "busbar"
_KEPT = (
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
)


class _Grant(msgspec.Struct, kw_only=True):
    account: Account
    asked: dict[str, str]
    given_at_s: float


class Idp:
    """An identity provider with one client."""

    def __init__(self, *, clock: Clock, address: str, client_secret: str | None = None) -> None:
        """`address`: where it is reached, without a slash at the end: its name in tokens."""
        self.address = address
        self.client_secret = client_secret or secrets.token_urlsafe(24)
        self.people = {each.email: msgspec.structs.replace(each) for each in PEOPLE}
        self.keys = [SigningKey()]
        self.mischief = Mischief()
        self.asked_count = {"description": 0, "keys": 0, "token": 0}
        """How often each was asked for."""
        self._clock = clock
        self._grants: BoundedDict[str, _Grant] = BoundedDict(bound=CODES_MAX)

    def credentials(self) -> dict[str, str]:
        """Return what an operator enters to have staff sign in here."""
        return {"issuer": self.address, "client_id": CLIENT_ID, "client_secret": self.client_secret}

    def rotate(self, algorithm: str = "RS256") -> None:
        """Sign with a new key from now on; the old one is forgotten."""
        self.keys = [SigningKey(algorithm)]

    def make_app(self) -> Starlette:
        """Return the HTTP app."""
        both, post, get = ["GET", "POST"], ["POST"], ["GET"]
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.describe, methods=get),
                Route("/keys", self.list_keys, methods=get),
                Route("/authorize", self.authorize, methods=both),
                Route("/token", self.exchange, methods=post),
                Route("/end", self.end, methods=get),
                Route("/control/credentials", self.show_credentials, methods=get),
                Route("/control/mischief", self.set_mischief, methods=post),
                Route("/control/people", self.set_person, methods=post),
                Route("/control/rotate", self.rotate_keys, methods=post),
            ]
        )

    # ---- what a client asks ------------------------------------------------------------------------------------------

    async def describe(self, _request: Request) -> Response:
        """Say what this provider is."""
        self.asked_count["description"] += 1
        if self.mischief.is_down:
            return Response("down", 503)
        return _write(
            {
                "issuer": self.mischief.states_issuer or self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
                "end_session_endpoint": f"{self.address}/end",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256", "ES256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    async def list_keys(self, _request: Request) -> Response:
        """Show the public keys."""
        self.asked_count["keys"] += 1
        if self.mischief.is_down:
            return Response("down", 503)
        return _write({"keys": [key.describe() for key in self.keys]})

    async def exchange(self, request: Request) -> Response:
        """Give an ID token for a code, once."""
        self.asked_count["token"] += 1
        if self.mischief.is_down:
            return Response("down", 503)
        form = await _read_form(request)
        if self._name_client(request, form) != CLIENT_ID:
            return _write({"error": "invalid_client"}, 401)
        grant = self._grants.pop(form.get("code", ""), None)
        if grant is None or not self._fits(grant, form):
            return _write({"error": "invalid_grant"}, 400)
        await asyncio.sleep(self.mischief.slow_s)
        return _write(
            {
                "access_token": secrets.token_urlsafe(24),
                "token_type": "Bearer",
                "expires_in": TOKEN_LIFE_S,
                "id_token": self._write_id_token(grant),
            }
        )

    def _name_client(self, request: Request, form: dict[str, str]) -> str:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            name, _, secret = base64.b64decode(text).decode().partition(":")
            name, secret = unquote_plus(name), unquote_plus(secret)
        else:
            name, secret = form.get("client_id", ""), form.get("client_secret", "")
        return name if secrets.compare_digest(secret, self.client_secret) else ""

    def _fits(self, grant: _Grant, form: dict[str, str]) -> bool:
        digest = write64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        return (
            form.get("grant_type") == "authorization_code"
            and form.get("redirect_uri") == grant.asked["redirect_uri"]
            and digest == grant.asked["code_challenge"]
            and self._clock.now().timestamp() - grant.given_at_s <= CODE_LIFE_S
        )

    def _write_id_token(self, grant: _Grant) -> str:
        mischief, account, key = self.mischief, grant.account, self.keys[0]
        if mischief.garbles:
            return "no.token"
        now_s = int(self._clock.now().timestamp())
        claims: dict[str, Any] = {
            "iss": self.address,
            "sub": account.subject,
            "aud": CLIENT_ID,
            "exp": now_s + TOKEN_LIFE_S,
            "iat": now_s,
            "nonce": grant.asked["nonce"],
            "email": account.email,
            "email_verified": account.is_verified,
            "name": account.name,
            "groups": account.groups,
        }
        claims = {name: value for name, value in {**claims, **mischief.claims}.items() if value is not None}
        if mischief.signs_with_strange_key or mischief.forges_signature:
            strange = SigningKey(key.algorithm)
            strange.key_id = key.key_id if mischief.forges_signature else strange.key_id
            key = strange
        return write_token(claims, key, algorithm=mischief.algorithm or None, secret=self.client_secret)

    # ---- what people see ---------------------------------------------------------------------------------------------

    async def authorize(self, request: Request) -> Response:
        """Let a person sign in, and send the browser back with a code."""
        given = dict(request.query_params) if request.method == "GET" else await _read_form(request)
        asked = {name: given.get(name, "") for name in _KEPT}
        is_right = asked["client_id"] == CLIENT_ID and asked["response_type"] == "code" and asked["redirect_uri"]
        if not is_right or asked["code_challenge_method"] != "S256" or not asked["code_challenge"]:
            return HTMLResponse(pages.show_end("This is no question that can be answered here."), 400)
        people, action = self.people.values(), f"{self.address}/authorize"
        if request.method == "GET":
            return HTMLResponse(pages.show_form(asked, people, action=action, hint=given.get("login_hint", "")))
        if given.get("step") == "refuse":
            return self._send_back(asked, {"error": "access_denied"})
        account = self.people.get(given.get("email", ""))
        if account is None or account.password != given.get("password"):
            page = pages.show_form(asked, people, action=action, error="E-mail or password is wrong.")
            return HTMLResponse(page, 401)
        code = secrets.token_urlsafe(24)
        self._grants[code] = _Grant(account=account, asked=asked, given_at_s=self._clock.now().timestamp())
        return self._send_back(asked, {"code": code})

    def _send_back(self, asked: dict[str, str], answer: dict[str, str]) -> Response:
        more = {"state": asked["state"], "iss": self.mischief.answers_issuer or self.address}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({**answer, **more})}", SEE_OTHER)

    async def end(self, request: Request) -> Response:
        """Sign the browser out here."""
        target = request.query_params.get("post_logout_redirect_uri", "")
        if target.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            return RedirectResponse(target, SEE_OTHER)
        return HTMLResponse(pages.show_end("You are signed out."))

    # ---- the handle --------------------------------------------------------------------------------------------------

    async def show_credentials(self, _request: Request) -> Response:
        """Show what an operator enters."""
        return _write(self.credentials())

    async def set_mischief(self, request: Request) -> Response:
        """Say what goes wrong from now on; what is not named is as it should be."""
        self.mischief = msgspec.convert(await request.json(), Mischief)
        return _write(self.mischief)

    async def set_person(self, request: Request) -> Response:
        """Add or change somebody, by e-mail address."""
        account = msgspec.convert(await request.json(), Account)
        self.people[account.email] = account
        return _write(account)

    async def rotate_keys(self, request: Request) -> Response:
        """Sign with a new key."""
        self.rotate(str((await request.json()).get("algorithm", "RS256")))
        return _write({"key": self.keys[0].key_id})


async def _read_form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX))


def _write(content: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status, media_type="application/json")
