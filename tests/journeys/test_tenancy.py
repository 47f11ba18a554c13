"""Two operators on one installation, tried over its ports: neither is told, shown or sent anything of the other's."""

import asyncio
import json

import httpx2
import pytest

from tests.patience import HANG_LIMIT_S, Patience

from .conftest import sign_in
from .stations import Station16, Station201, connected

MARK = "ALPHASECRET"


@pytest.fixture(scope="module")
def beta_id(installation):
    async def make():
        async with sign_in(installation) as alpha:
            return (await alpha.send("POST", "operators", {"name": "Beta", "slug": "beta"}))["operator_id"]

    return asyncio.run(make())


@pytest.fixture
async def beta(installation, beta_id):
    """An API key of the other operator's administrator."""
    async with sign_in(installation) as platform:
        headers = {"X-Busbar-Operator": beta_id}
        body = {"name": "beta", "role": "admin"}
        made = await platform.http.post("api-keys", json=body, headers=headers)
        assert made.status_code == 201, made.text
    headers = {"Authorization": f"Bearer {made.json()['secret']}"}
    base = f"{installation.http_url}/api/v1/"
    async with httpx2.AsyncClient(base_url=base, headers=headers, timeout=20) as http:
        yield http


class Stream:
    """Reads a stream of server-sent events in the background."""

    def __init__(self, http, path, **options):
        self.http, self.path, self.options = http, path, options
        self.events: list[tuple[str | None, str, dict]] = []
        self.is_open = asyncio.Event()
        self.is_over = asyncio.Event()

    async def __aenter__(self):
        self.task = asyncio.create_task(self._read())
        async with asyncio.timeout(HANG_LIMIT_S):
            await self.is_open.wait()
        return self

    async def __aexit__(self, *_):
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def _read(self):
        event = {}
        try:
            async with self.http.stream("GET", self.path, timeout=None, **self.options) as answer:
                assert answer.status_code == 200
                self.is_open.set()
                async for line in answer.aiter_lines():
                    if line:
                        name, _, value = line.partition(": ")
                        event[name] = value
                    elif "data" in event:
                        self.events.append((event.get("id"), event["event"], json.loads(event["data"])))
                        event = {}
        except httpx2.TransportError:
            pass
        finally:
            self.is_over.set()

    async def wait_for(self, name):
        await self.wait_until(lambda events: any(event[1] == name for event in events))

    async def wait_until(self, condition):
        patience = Patience(HANG_LIMIT_S)
        while not condition(self.events):
            assert not patience.is_over, self.events
            await asyncio.sleep(0.02)


async def act(installation, console, station_id):
    """Let something of every kind happen at a station of the first operator."""
    await console.send("PUT", f"tokens/{MARK}T", {"label": MARK}, status=(200, 201))
    async with connected(Station16, installation, station_id) as station:
        await station.boot()
        await station.status("Preparing")
        begun = await station.start(f"{MARK}T", at=0)
        await station.meter(begun.transaction_id, 30, ("Energy.Active.Import.Register", "100", "Wh"))
        await console.send("POST", f"stations/{station_id}/commands/reset", {"kind": "immediate"})
        await station.stop(begun.transaction_id, at=60, meter_stop=200, reason="Local")
        await console.wait_for_session(station_id, state="ended")


async def test_live_streams_keep_operators_apart(installation, console, beta):
    async with Stream(beta, "events") as theirs, Stream(console.http, "events") as ours:
        await act(installation, console, f"{MARK}1")
        await ours.wait_for("SessionEnded")
        last_id = next(event_id for event_id, *_ in ours.events if event_id)
        resumed = {"headers": {"Last-Event-ID": "0" * 32}}
        async with (
            Stream(beta, "events", **resumed) as again,
            Stream(beta, "events", headers={"Last-Event-ID": last_id}),
        ):
            await asyncio.sleep(0.5)
    assert MARK in json.dumps(ours.events)
    assert theirs.events == []
    assert MARK not in json.dumps(again.events)


async def test_no_page_of_the_other_tells_anything(installation, console, beta):
    await act(installation, console, f"{MARK}2")
    paths = ["sessions", "stations", "sites", "tokens", "token-groups", "drivers", "staff", "api-keys", "audit",
             "overview", "unmatched-parts", "profile-templates", "operators"]  # fmt: skip
    for path in paths:
        answer = await beta.get(path)
        assert answer.status_code in {200, 403}, (path, answer.text)
        assert MARK not in answer.text, path
    session = (await console.find_sessions(f"{MARK}2"))[0]["session_id"]
    for path in (f"sessions/{session}", f"stations/{MARK}2", f"stations/{MARK}2/wirelog", f"tokens/{MARK}T"):
        answer = await beta.get(path)
        assert answer.status_code == 404, (path, answer.text)
    for query in (f"q={MARK}", "q=%25", "q=_", f"station_id={MARK}2", "limit=500"):
        answer = await beta.get(f"sessions?{query}")
        assert MARK not in answer.text


async def test_a_cursor_of_one_operator_shows_another_nothing(installation, console, beta):
    for number in range(3):
        await console.send("PUT", f"tokens/{MARK}C{number}", {}, status=(200, 201))
    page = await console.get("tokens", limit=1)
    answer = await beta.get("tokens", params={"limit": 1, "cursor": page["next_cursor"]})
    assert answer.status_code == 200
    assert answer.json()["items"] == []
    for cursor in ("x", "AAAA", page["next_cursor"][:-3], page["next_cursor"] + "A" * 900, "%00", "[]", "bnVsbA"):
        answer = await console.http.get("tokens", params={"limit": 1, "cursor": cursor})
        assert answer.status_code in {200, 422}, answer.text
    other_list = await console.http.get("stations", params={"cursor": page["next_cursor"]})
    assert other_list.status_code == 422


async def test_the_operator_header_is_for_the_platform_alone(console, beta, beta_id):
    alpha_id = (await console.get("auth/me"))["operator_id"]
    assert (await beta.get("stations", headers={"X-Busbar-Operator": alpha_id})).status_code == 403
    assert (await beta.get("stations", headers={"X-Busbar-Operator": beta_id})).status_code == 200
    assert (await console.http.get("stations", headers={"X-Busbar-Operator": "nobody"})).status_code == 404


async def test_a_revoked_key_is_dead_at_once_and_soon_its_stream(installation, console):
    made = await console.send("POST", "api-keys", {"name": "short-lived", "role": "viewer"})
    headers = {"Authorization": f"Bearer {made['secret']}"}
    base = f"{installation.http_url}/api/v1/"
    async with httpx2.AsyncClient(base_url=base, headers=headers, timeout=20) as http, Stream(http, "events") as stream:
        await console.send("DELETE", f"api-keys/{made['api_key']['api_key_id']}")
        assert (await http.get("stations")).status_code == 401
        async with asyncio.timeout(HANG_LIMIT_S):
            while not stream.is_over.is_set():
                await console.send("PUT", f"tokens/{MARK}R", {}, status=(200, 201))
                await asyncio.sleep(0.25)


async def test_a_station_of_the_same_name_is_not_the_one_that_another_operator_had(installation, console, beta):
    """A station is sold: what it says for its new operator goes into no session of the old one."""
    name = "TENANCY-SOLD"
    for door in (console.http, beta):
        assert (await door.put("tokens/SOLD", json={})).status_code in {200, 201}
    token = {"id_token": "SOLD", "type": "ISO14443"}
    async with connected(Station201, installation, name) as station:
        await station.boot()
        started = station.event("Started", "t1", at=0, energy_wh=0, trigger="Authorized", id_token=token)
        await station.call(started)
        await station.call(station.event("Ended", "t1", at=10, energy_wh=100, trigger="EVDeparted"))
        started = station.event("Started", "t2", at=20, energy_wh=0, trigger="Authorized", id_token=token)
        await station.call(started)
    await console.wait_for(f"stations/{name}", lambda found: not found["is_online"])
    await console.send("DELETE", f"stations/{name}")
    assert (await beta.post("stations", json={"station_id": name, "registration": "accepted"})).status_code == 201
    await asyncio.sleep(5.5)  # so long the door remembers who was admitted
    async with connected(Station201, installation, name) as station:
        await station.boot()
        station.seq_no = 5
        await station.call(station.event("Updated", "t1", at=9, energy_wh=5000))
        await station.call(station.event("Updated", "t2", at=30, energy_wh=7000))
        await station.call(station.event("Ended", "t2", at=60, energy_wh=8000))
    ours = {each["transaction_ref"]: each for each in await console.find_sessions(name)}
    assert {ref: (each["state"], each["energy_wh"]) for ref, each in ours.items()} == {
        "t1": ("ended", 100),
        "t2": ("active", 0),
    }
    theirs = (await beta.get("sessions", params={"station_id": name})).json()["items"]
    assert {each["transaction_ref"] for each in theirs} == {"t1", "t2"}
    await console.send("POST", f"sessions/{ours['t2']['session_id']}/close")
    assert (await console.get(f"sessions/{ours['t2']['session_id']}"))["energy_wh"] == 0


async def test_a_stream_goes_on_after_a_restart_of_the_server_without_losing_a_fact(tmp_path):
    from .conftest import Installation  # noqa: PLC0415 - this trial alone restarts its own

    own = Installation(tmp_path / "data")
    own.start()
    try:
        async with sign_in(own) as console:
            async with Stream(console.http, "events", params={"topic": "tokens"}) as stream:
                await console.send("PUT", "tokens/R1", {})
                await stream.wait_for("TokenChanged")
                [(last_id, *_)] = stream.events
                await console.send("PUT", "tokens/R2", {})
            own.kill()
            own.start()
            await console.send("PUT", "tokens/R3", {})
            resume = {"headers": {"Last-Event-ID": last_id}, "params": {"topic": "tokens"}}
            async with Stream(console.http, "events", **resume) as stream:
                await stream.wait_until(lambda events: len(events) == 2)
            tokens = {token["token_id"]: token["value"] for token in (await console.get("tokens"))["items"]}
        assert [tokens[data["token_id"]] for _, _, data in stream.events] == ["R2", "R3"]
    finally:
        assert own.stop() == 0
