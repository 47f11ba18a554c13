"""Requests at the HTTP door that mean no good, over everything that the OpenAPI document tells of."""

import asyncio
import json
import re

import httpx2
import pytest

from tests.patience import HANG_LIMIT_S

from .conftest import ADMIN_EMAIL, ADMIN_PASSWORD, Installation, sign_in

PUBLIC = {
    "GET /api/v1/map-source",
    "POST /api/v1/auth/sign-in",
    "POST /api/v1/auth/passkey-sign-in",
    "POST /api/v1/auth/passkey-sign-in/options",
    "POST /api/v1/auth/identity-sign-in",
    "POST /api/v1/auth/identity-sign-in/begin",
    "GET /api/v1/auth/ways",
    "POST /api/v1/auth/forgot-password",
    "POST /api/v1/auth/set-password",
    "POST /api/v1/driver/forgot-password",
    "POST /api/v1/driver/set-password",
    "POST /api/v1/driver/sign-up",
    "POST /api/v1/driver/sign-in",
    "GET /api/v1/driver/network",
    "GET /api/v1/driver/stations",
    "GET /api/v1/driver/stations/{station_id}",
    "GET /api/v1/driver/station-events",
    "GET /api/v1/driver/lookup",
    "GET /api/v1/driver/stations/{station_id}/popular-times",
    "GET /api/v1/driver/stations/{station_id}/quote",
    "GET /api/v1/driver/brand",
    "GET /api/v1/driver/brand/logo",
    "GET /api/v1/driver/manifest",
    "GET /api/v1/driver/reservation-rules",
    "GET /api/v1/driver/pay-options",
    "POST /api/v1/driver/guest-payments",
    "GET /api/v1/driver/guest-payments/{link}",
    "POST /api/v1/driver/guest-payments/{link}/stop",
    "GET /api/v1/driver/guest-payments/{link}/receipt",
}
OWN = {
    "POST /api/v1/auth/sign-out", "POST /api/v1/auth/change-password", "DELETE /api/v1/auth/sign-ins/{sign_in_id}",
    "DELETE /api/v1/saved-views/{view_id}",
}  # fmt: skip
"""What every member of staff may do: to themselves."""
STREAMS = re.compile(r"(events|/stream)$")


def list_operations(document):
    return [
        (method.upper(), path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in {"get", "post", "put", "patch", "delete"}
    ]


def fill(path):
    return re.sub(r"\{[^}]+\}", "x", path)


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    made = Installation(tmp_path_factory.mktemp("requests") / "data", BUSBAR_REQUEST_MAX_PER_MIN="1000000")
    made.start()
    yield made
    assert made.stop() == 0, made.output
    assert "Traceback" not in made.output


@pytest.fixture(scope="module")
def operations(installation):
    return list_operations(httpx2.get(f"{installation.http_url}/openapi.json", timeout=60).json())


@pytest.fixture
async def http(installation):
    async with httpx2.AsyncClient(base_url=installation.http_url, timeout=20) as http:
        yield http


@pytest.fixture
async def viewer(installation, console):
    made = await console.send("POST", "api-keys", {"name": "viewer", "role": "viewer"})
    headers = {"Authorization": f"Bearer {made['secret']}"}
    async with httpx2.AsyncClient(base_url=installation.http_url, headers=headers, timeout=20) as http:
        yield http


def is_driver(path):
    return path.startswith("/api/v1/driver/")


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Token x",
        "Bearer x",
        "Basic eDp4",
        "Bearer bbs_" + "x" * 40,
        "Bearer " + "x" * 5000,
        "bearer\tx",
    ],
    ids=range(9),
)
async def test_without_a_right_token_every_door_is_shut(operations, http, authorization):
    headers = {} if authorization is None else {"Authorization": authorization}
    open_doors = set()
    for method, path, _ in operations:
        name = f"{method} {path}"
        if name in PUBLIC:
            continue
        answer = await http.request(method, fill(path), headers=headers)
        if answer.status_code != 401:
            open_doors.add((name, answer.status_code))
        else:
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert open_doors == set()


async def test_a_viewer_writes_nothing(operations, viewer):
    written = set()
    for method, path, _ in operations:
        name = f"{method} {path}"
        if method == "GET" or name in PUBLIC | OWN or is_driver(path):
            continue
        answer = await viewer.request(method, fill(path), json={})
        if answer.status_code not in {403, 422} or (answer.status_code == 422 and "body" not in answer.text):
            written.add((name, answer.status_code, answer.text[:80]))
    assert written == set()


async def test_drivers_and_staff_have_doors_of_their_own(operations, installation, console, http):
    body = {"email": "two@doors.example", "password": "long enough words", "display_name": "Ada"}
    driver = (await http.post("/api/v1/driver/sign-up", json=body)).json()["token"]
    staff = console.http.headers["Authorization"]
    strangers = set()
    for method, path, _ in operations:
        name = f"{method} {path}"
        if name in PUBLIC:
            continue
        authorization = staff if is_driver(path) else f"Bearer {driver}"
        answer = await http.request(method, fill(path), headers={"Authorization": authorization})
        if answer.status_code != 401:
            strangers.add((name, answer.status_code))
    assert strangers == set()


async def test_a_write_with_a_cookie_alone_is_taken_for_another_sites(installation, http):
    body = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD, "transport": "cookie"}
    signed_in = await http.post("/api/v1/auth/sign-in", json=body)
    cookie = signed_in.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie or "SameSite=lax" in cookie
    assert (await http.get("/api/v1/auth/me")).status_code == 200
    forged = await http.post("/api/v1/drivers", json={"display_name": "Eve"})
    assert (forged.status_code, forged.json()["code"]) == (403, "denied.forgery")
    own = await http.post("/api/v1/drivers", json={"display_name": "Ada"}, headers={"X-Busbar-Request": "1"})
    assert own.status_code == 201
    assert (await http.options("/api/v1/drivers", headers={"Origin": "https://evil.example"})).headers.get(
        "Access-Control-Allow-Origin"
    ) is None


async def send_raw(installation, request):
    reader, writer = await asyncio.open_connection("127.0.0.1", installation.http_port)
    writer.write(request)
    try:
        async with asyncio.timeout(HANG_LIMIT_S):
            return await reader.read()
    finally:
        writer.close()


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/app/../../secret.key",
        "/app/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/assets/..%5c..%5cbusbar.sqlite3",
        "/docs/files/../../../api/app.py",
        "/docs/files/..%2f..%2f..%2fapi%2fapp.py",
        "//etc/passwd",
        "/app//etc/passwd",
        "/%00",
        "/app/%00.html",
        "/docs/files/%00",
        "/docs/files//etc/passwd",
        "/assets/%c0%ae%c0%ae/x",
        "/%ff%fe",
        "/" + "a" * 5000,
        "/docs/files/" + "a/" * 2000,
    ],
)
async def test_no_path_leads_out_of_the_web_apps(installation, path):
    answer = await send_raw(
        installation, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode("latin-1")
    )
    status = answer.split(b" ", 2)[1]
    assert status in {b"200", b"400", b"404", b"503"}, answer[:200]
    assert b"root:" not in answer
    assert b"create_app" not in answer


@pytest.mark.parametrize(
    "lines",
    [
        b"Last-Event-ID: a\rSet-Cookie: x=1",
        b"Idempotency-Key: a\x00b",
        b"X-Busbar-Operator: \xff\xfe",
        b"Idempotency-Key: " + b"k" * 5000,
        b"X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: ' OR 1=1",
        b"Content-Length: " + b"9" * 5000,
        b"Content-Length: -1",
        b"Content-Length: 1e3",
        b"Content-Length: 5\r\nContent-Length: 6",
        b"Transfer-Encoding: gzip, chunked",
        b"Transfer-Encoding: chunked\r\nContent-Length: 3",
        b"Expect: 100-continue",
        b"Content-Encoding: gzip",
        b"Range: bytes=0-" + b"9" * 400,
        b"Cookie: " + b"a=b; " * 3000,
        b"Host: evil.example",
    ],
    ids=range(16),
)
async def test_no_header_breaks_or_splits_an_answer(installation, lines):
    request = b"POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + lines + b"\r\n\r\n0\r\n\r\n"
    answer = await send_raw(installation, request)
    head = answer.partition(b"\r\n\r\n")[0]
    answer = answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert answer == b"" or answer.split(b" ", 2)[1][:1] == b"4", answer[:300]
    assert b"x=1" not in head
    assert b"evil.example" not in answer


BODIES = [
    b"",
    b"{",
    b"nul",
    b"[]",
    b"1",
    b'"x"',
    b"\xff\xfe",
    b"{" * 100_000,
    b"[" * 100_000,
    b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    b'{"display_name":"\\ud800"}',
    b'{"display_name":"\\u0000"}',
    b'{"display_name":"a","display_name":"b"}',
    b'{"display_name":1e999}',
    b'{"display_name":NaN}',
    b'{"display_name":' + b"9" * 5000 + b"}",
    b'{"display_name":"x","external_id":{"$ne":1}}',
    b'{"__proto__":{},"display_name":"x"}',
    b"\x00" * 1000,
    b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x--",
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
async def test_no_body_breaks_anything(console, body, kind):
    for path in ("drivers", "sites", "sessions", "auth/sign-in", "stations/x/ocpp"):
        answer = await console.http.post(path, content=body, headers={"Content-Type": kind} if kind else {})
        assert answer.status_code < 500, (path, answer.text[:300])


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=-1",
        "limit=1e9",
        "limit=" + "9" * 30,
        "cursor=",
        "sort=;",
        "sort=-state'",
        "nonsense=1",
        "since=0001-01-01T00:00:00%2B14:00",
        "until=9999-12-31T23:59:59-14:00",
        "since=x",
        "q=" + "x" * 5000,
        "state=%00",
        "limit=1&limit=2",
        "with_total=maybe",
        "%ff=%fe",
        "=&&==",
    ],
)
async def test_no_query_breaks_a_list(operations, console, query):
    for method, path, operation in operations:
        is_list = "{" not in path and not is_driver(path) and "parameters" in operation
        if method == "GET" and is_list and not STREAMS.search(path):
            answer = await console.http.get(f"{path.removeprefix('/api/v1/')}?{query}")
            assert answer.status_code < 500, (path, answer.text[:300])


async def test_a_search_takes_wildcards_for_what_they_are(console):
    for name in ("Fifty%Cent", "Fifty_Cent", "FiftyXCent", "Back\\slash"):
        await console.send("POST", "drivers", {"display_name": name})
    for text, found in (("%", ["Fifty%Cent"]), ("_", ["Fifty_Cent"]), ("y%C", ["Fifty%Cent"]), ("\\", ["Back\\slash"])):
        page = await console.get("drivers", q=text, limit=100)
        assert [item["display_name"] for item in page["items"]] == found, text
    assert (await console.get("drivers", q="' OR '1'='1"))["items"] == []


async def test_the_document_and_every_answer_forbid_what_they_should(http):
    for path in ("/", "/docs", "/openapi.json", "/api/v1/sessions", "/healthz", "/nothing/here"):
        headers = (await http.get(path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "Server" not in headers


async def test_guessing_a_password_is_slowed_down(installation):
    async with httpx2.AsyncClient(base_url=installation.http_url, timeout=20) as http:
        codes = []
        for _ in range(25):
            body = {"email": "guess@example.org", "password": "wrong wrong wrong"}
            codes.append((await http.post("/api/v1/auth/sign-in", json=body)).status_code)
        assert 429 in codes
        assert set(codes) == {401, 429}
    await asyncio.sleep(7)  # one attempt more is allowed by then
    async with sign_in(installation) as console:
        assert json.dumps(await console.get("auth/me"))
