"""What goes around every request: problems, bounds, headers, the web apps."""

import gzip
from types import SimpleNamespace

import pytest
from structlog.testing import capture_logs

from busbar.api.app import create_app
from busbar.app.watch.embedded import watch_house
from busbar.kernel.errors import BusbarError
from tests.contracts.api.conftest import Door


def remake(world, *, web_dir=None, **changes):
    """The same house behind another app, with other settings."""
    house = world.house
    names = (
        "public_address", "call_timeout_s", "request_max_per_min", "request_body_max_bytes", "page_default_rows",
        "page_max_rows", "metrics_token", "http_access_log", "stream_max_clients", "stream_resume_max_events",
        "stream_keepalive_s", "mail_host", "mail_sender", "map_source", "map_pmtiles_file", "map_tiles_url",
        "map_tiles_are_shifted", "map_key", "map_attribution",
    )  # fmt: skip
    settings = SimpleNamespace(**{name: getattr(house.settings, name) for name in names} | changes)
    return create_app(
        dispatcher=house.desk,
        station_commands=house.relay,
        feed=house.feed,
        fact_log=house.fact_log,
        wire_log=house.wire_log,
        refusals=house.gateway.refusals,
        databases=house.databases,
        settings=settings,
        clock=house.clock,
        ids=house.ids,
        watch=watch_house(house, role="up"),
        **({} if web_dir is None else {"web_dir": web_dir}),
    )


async def ask(world, app, method, path, **options):
    world.http._transport.app = app
    headers = {"Authorization": f"Bearer {world.boss.token}"} | options.pop("headers", {})
    return await world.http.request(method, path, headers=headers, **options)


async def test_a_problem_says_what_where_and_under_which_id(world):
    answer = await world.boss("GET", "/stations/NOPE")
    problem = answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem | {"request_id": ""} == {
        "type": "urn:busbar:not_found.station",
        "title": "Not found",
        "status": 404,
        "detail": "there is no such station",
        "instance": "/api/v1/stations/NOPE",
        "code": "not_found.station",
        "request_id": "",
        "facts": {"station_id": "NOPE"},
        "errors": [],
    }
    assert problem["request_id"] == answer.headers["X-Request-ID"]


async def test_an_invalid_body_names_its_fields(world):
    problem = await world.boss.post("/sites", {"name": "", "latitude": "north", "colour": "red"}, 422)
    assert problem["code"] == "invalid.request"
    assert {error["field"] for error in problem["errors"]} == {
        "body.name", "body.latitude", "body.longitude", "body.colour",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "not_found.route"),
        ("GET", "/api/nothing", 404, "not_found.route"),
        ("PUT", "/api/v1/sites", 405, "invalid.method"),
        ("POST", "/api/v1/sites", 400, "invalid.json"),
    ],
)
async def test_what_the_framework_refuses_is_a_problem_too(world, method, path, status, code):
    options = {"content": b"{", "headers": {"Content-Type": "application/json"}} if method == "POST" else {}
    answer = await ask(world, world.app, method, path, **options)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_body_beyond_the_bound_is_refused_before_and_while_it_is_read(world):
    app = remake(world, request_body_max_bytes=1024)

    async def stream():
        for _ in range(20):
            yield b" " * 100

    declared = await ask(world, app, "POST", "/api/v1/sites", content=b" " * 2000)
    streamed = await ask(
        world, app, "POST", "/api/v1/sites", content=stream(), headers={"Content-Type": "application/json"}
    )
    for answer in (declared, streamed):
        assert (answer.status_code, answer.json()["code"]) == (413, "limit_exceeded.body")


async def test_a_caller_who_asks_too_often_waits(world):
    app = remake(world, request_max_per_min=20)
    answers = [await ask(world, app, "GET", "/api/v1/sites") for _ in range(22)]
    assert [answer.status_code for answer in answers[:20]] == [200] * 20
    assert (answers[21].status_code, answers[21].json()["code"]) == (429, "limit_exceeded.requests")
    assert int(answers[21].headers["Retry-After"]) in range(1, 61)


async def test_bad_tokens_wear_out_their_address(world):
    app = remake(world, request_max_per_min=40)
    bad = {"Authorization": "Bearer bb_guess_guess"}
    statuses = [(await ask(world, app, "GET", "/api/v1/sites", headers=bad)).status_code for _ in range(12)]
    assert statuses == [401] * 10 + [429] * 2


async def test_a_defect_is_answered_without_its_trace(world, monkeypatch):
    async def break_down(*args, **options):
        raise RuntimeError("secret detail of the inside")

    monkeypatch.setattr("busbar.views.sites.list_sites", break_down)
    answer = await world.boss("GET", "/sites")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret detail" not in answer.text


async def test_a_broken_handler_of_the_core_is_an_internal_error(world, monkeypatch):
    async def break_down(*args, **options):
        raise BusbarError("a handler broke: secret detail")

    monkeypatch.setattr("busbar.views.sites.list_sites", break_down)
    answer = await world.boss("GET", "/sites")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret detail" not in answer.text


async def test_every_answer_carries_the_security_headers(world):
    for path in ("/api/v1/sites", "/api/v1/nothing", "/", "/docs", "/healthz"):
        answer = await ask(world, world.app, "GET", path)
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "http" not in answer.headers["Content-Security-Policy"]
    assert (await ask(world, world.app, "GET", "/api/v1/sites")).headers["Cache-Control"] == "no-store"
    secure = remake(world, public_address="https://charging.example")
    assert "Strict-Transport-Security" in (await ask(world, secure, "GET", "/healthz")).headers


async def test_long_answers_are_compressed(world):
    for number in range(20):
        await world.site(world.boss, f"Site {number}")
    answer = await ask(world, world.app, "GET", "/api/v1/sites", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"


async def test_health_and_readiness(world):
    assert (await ask(world, world.app, "GET", "/healthz")).json() == {"status": "ok"}
    unready = (await ask(world, world.app, "GET", "/readyz")).json()  # no gateway runs in this suite
    assert (unready["status"], unready["code"]) == (503, "unavailable.not_ready")
    assert {name for name, text in unready["facts"].items() if text != "ok"} == {"gateway"}


async def test_the_web_apps_are_served_with_their_pages(world, tmp_path):
    for app, text in (("console", "the console"), ("driver", "the driver app")):
        directory = tmp_path / "built" / app
        (directory / "assets").mkdir(parents=True)
        (directory / "index.html").write_text(f"<html>{text}</html>")
        (directory / "assets" / "main-1a2b.js").write_text("run()")
    (tmp_path / "built" / "docs").mkdir()
    (tmp_path / "built" / "docs" / "swagger-ui.css").write_text("x{}")
    app = remake(world, web_dir=tmp_path / "built")
    for path, text in (
        ("/", "console"),
        ("/stations/ST-1", "console"),
        ("/app/", "driver"),
        ("/app/s/ST-1/1", "driver"),
        ("/app/s/MI.01/1", "driver"),
        ("/app/guest/bbg_1.2f", "driver"),
    ):
        answer = await ask(world, app, "GET", path)
        assert text in answer.text, path
        assert answer.headers["Cache-Control"] == "no-cache"
    hashed = await ask(world, app, "GET", "/app/assets/main-1a2b.js")
    assert "immutable" in hashed.headers["Cache-Control"]
    assert (await ask(world, app, "GET", "/assets/gone-1a2b.js")).status_code == 404
    assert (await ask(world, app, "GET", "/..%2f..%2fbusbar.sqlite3")).status_code == 404
    assert (await ask(world, app, "GET", "/docs/files/swagger-ui.css")).text == "x{}"
    assert (await ask(world, app, "GET", "/api/v1/nothing")).json()["code"] == "not_found.route"
    assert (await ask(world, app, "GET", "/app")).status_code in {200, 307}


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
async def test_a_file_goes_out_as_small_as_its_reader_takes_it(world, tmp_path, accepted, encoding):
    directory = tmp_path / "built" / "driver" / "assets"
    directory.mkdir(parents=True)
    text = "run();" * 300
    (directory / "main-1a2b.js").write_text(text)
    (directory / "main-1a2b.js.gz").write_bytes(gzip.compress(text.encode()))
    (directory / "main-1a2b.js.br").write_bytes(b"as brotli")
    app = remake(world, web_dir=tmp_path / "built")
    path = "/app/assets/main-1a2b.js"
    world.http._transport.app = app
    async with world.http.stream("GET", path, headers={"Accept-Encoding": accepted}) as answer:
        body = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers.get("Content-Encoding") == encoding
    if encoding == "br":
        assert body == b"as brotli"
    else:
        assert (gzip.decompress(body) if encoding else body) == text.encode()
    if encoding:
        assert answer.headers["Vary"] == "Accept-Encoding"


async def test_what_is_not_built_says_how_to_build_it(world):
    for path in ("/", "/app/", "/docs/files/swagger-ui.css"):
        answer = await ask(world, world.app, "GET", path)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable.web")
        assert "make up" in answer.json()["detail"]


async def test_the_documentation_names_no_other_host(world):
    page = await ask(world, world.app, "GET", "/docs")
    start = await ask(world, world.app, "GET", "/docs/start.js")
    assert "http" not in page.text.replace("http-equiv", "")
    assert "/openapi.json" in start.text
    document = (await ask(world, world.app, "GET", "/openapi.json")).json()
    assert document["openapi"] == "3.1.0"


async def test_a_visitor_needs_no_sign_in_to_look_around(world):
    assert (await Door(world.http).get("/driver/stations"))["items"] == []


async def test_whoever_leaves_in_the_middle_of_a_question_is_no_defect(world):
    parts = [{"type": "http.request", "body": b'{"na', "more_body": True}, {"type": "http.disconnect"}]
    answered = []

    async def receive():
        return parts.pop(0) if len(parts) > 1 else parts[0]

    async def send(message):
        answered.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/api/v1/payments/notices/stripe/0",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
        "client": ("127.0.0.1", 5000),
        "server": ("127.0.0.1", 80),
    }
    with capture_logs() as lines:
        await world.app(scope, receive, send)
    assert answered == []
    assert [line["event"] for line in lines] == ["request broke off"]
