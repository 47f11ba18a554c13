"""Sites and stations: entered, found, changed, commanded."""

from datetime import UTC, datetime, timedelta

import pytest

from busbar.canon.control import ClearProfiles, CommandOutcome, Outcome, RawCall, Reset, SetProfile, SetVariables
from busbar.canon.stations import ConnectorStatus, QuirkObserved, StationNotified
from busbar.canon.tenants import Role
from busbar.kernel.ids import ReportId
from tests.contracts.api.conftest import Door, eventually

pytestmark = pytest.mark.every_database

SITE = {"name": "Piazza", "city": "Torino", "country": "IT", "latitude": 45.07, "longitude": 7.69}


async def test_a_site_is_entered_changed_and_removed(world):
    site = await world.boss.post("/sites", SITE | {"time_zone": "Europe/Rome"}, 201)
    path = f"/sites/{site['site_id']}"
    assert (site["latitude"], site["longitude"], site["time_zone"]) == (45.07, 7.69, "Europe/Rome")
    changed = await world.boss.expect("PATCH", path, 200, json={"name": "Largo", "is_public": False})
    assert (changed["name"], changed["city"], changed["is_public"]) == ("Largo", "Torino", False)
    limited = await world.boss.expect("PATCH", path, 200, json={"grid_limit_w": 250_000})
    assert (site["grid_limit_w"], limited["grid_limit_w"], limited["name"]) == (None, 250_000, "Largo")
    drawn = (await world.boss.get("/busbars", params={"site_id": site["site_id"]}))["items"][0]
    assert drawn["grid_limit_w"] == 250_000
    await world.boss.expect("PATCH", path, 422, json={"grid_limit_w": 0})
    unknown = await world.boss.expect("PATCH", path, 200, json={"grid_limit_w": None})
    assert unknown["grid_limit_w"] is None
    await world.station(world.boss, "ST-1", site_id=site["site_id"])
    assert (await world.boss.expect("DELETE", path, 409))["code"] == "conflict.site_in_use"
    await world.boss.expect("DELETE", "/stations/ST-1", 204)
    await world.boss.expect("DELETE", path, 204)
    assert (await world.boss.get(path, 404))["code"] == "not_found.site"


async def test_a_site_is_made_once_however_often_it_is_sent(world):
    key = {"Idempotency-Key": "form-7"}
    first = await world.boss.post("/sites", SITE, 201, headers=key)
    again = await world.boss.post("/sites", SITE, 201, headers=key)
    assert first == again
    other = await world.boss.post("/sites", SITE | {"name": "Other"}, 409, headers=key)
    assert other["code"] == "conflict.idempotency_key"
    refused = await world.boss.post("/sites", SITE | {"time_zone": "Mars/Olympus"}, 422, headers=key)
    assert refused["code"] == "invalid.request"
    assert len((await world.boss.get("/sites"))["items"]) == 1


async def test_a_station_is_entered_accepted_blocked_and_given_a_password(world):
    wish = {
        "station_id": "ST 1/x".replace("/", ":"),
        "name": "North",
        "registration": "pending",
        "connectors": [{"evse_id": 1, "kind": "ccs2", "power_kind": "dc", "max_power_w": 150_000, "label": "A"}],
    }
    station = await world.boss.post("/stations", wish, 201)
    assert (station["registration"], station["has_password"], station["is_online"]) == ("pending", False, False)
    assert station["evses"][0]["connectors"][0]["kind"] == "ccs2"
    path = "/stations/ST%201:x"
    assert (await world.boss.post("/stations", wish, 409))["code"] == "conflict.station_taken"
    accepted = await world.boss.expect("PUT", f"{path}/registration", 200, json={"registration": "accepted"})
    assert accepted["registration"] == "accepted"
    made = await world.boss.expect("PUT", f"{path}/password", 200, json={})
    assert len(made["password"]) >= 16
    assert (await world.boss.get(path))["has_password"]
    given = await world.boss.expect("PUT", f"{path}/password", 200, json={"password": "0123456789abcdef"})
    assert given["password"] is None
    await world.boss.expect("DELETE", f"{path}/password", 204)
    assert not (await world.boss.get(path))["has_password"]
    changed = await world.boss.expect("PATCH", path, 200, json={"name": "", "note": "by the gate", "is_tolerant": True})
    assert (changed["name"], changed["note"], changed["is_tolerant"]) == ("", "by the gate", True)
    kept = await world.boss.expect("PATCH", path, 200, json={"is_tolerant": None})
    assert (kept["note"], kept["is_tolerant"]) == ("by the gate", None)
    connectors = [{"evse_id": number, "max_power_w": 11_000} for number in (1, 2)]
    rebuilt = await world.boss.expect("PUT", f"{path}/connectors", 200, json={"connectors": connectors})
    assert [evse["evse_id"] for evse in rebuilt["evses"]] == [1, 2]


async def test_stations_are_found_by_what_one_knows_of_them(world):
    site_id = await world.site(world.boss, "Piazza")
    first = await world.station(world.boss, "ST-1", site_id=site_id, evses=2)
    await world.station(world.boss, "ST-2")
    await first.connect(connectors=2)
    await first.tell_status(2, ConnectorStatus.FAULTED)

    async def find(**query):
        return [item["station_id"] for item in (await world.boss.get("/stations", params=query))["items"]]

    assert await find() == ["ST-1", "ST-2"]
    assert await find(sort="-station_id") == ["ST-2", "ST-1"]
    assert await find(q="trial") == ["ST-1"]
    assert await find(q="%") == []
    assert await find(site_id=site_id) == ["ST-1"]
    assert await find(is_online="false") == ["ST-2"]
    assert await find(status="faulted") == ["ST-1"]
    assert await find(protocol="ocpp1.6") == ["ST-1"]
    counts = (await world.boss.get(f"/sites/{site_id}"))["counts"]
    assert (counts["stations"], counts["connectors"], counts["connectors_faulted"]) == (1, 2, 1)
    assert (counts["connectors_available"], counts["stations_online"]) == (1, 1)
    overview = (await world.boss.get("/overview"))["counts"]
    assert (overview["stations"], overview["stations_online"]) == (2, 1)


async def test_pages_follow_each_other_without_gap_or_repeat(world):
    for number in range(7):
        await world.boss.post("/sites", SITE | {"name": f"Site {number % 3}"}, 201)
    for sort in ("name", "-name"):
        seen, cursor, pages = [], None, 0
        while cursor is not None or pages == 0:
            query = {"limit": 3, "sort": sort, "with_total": True} | ({"cursor": cursor} if cursor else {})
            page = await world.boss.get("/sites", params=query)
            seen += [(item["name"], item["site_id"]) for item in page["items"]]
            assert page["total"] == 7
            cursor, pages = page["next_cursor"], pages + 1
        assert pages == 3
        assert seen == sorted(seen, reverse=sort.startswith("-"))
        assert len(set(seen)) == 7


@pytest.mark.parametrize("cursor", ["%%%", "bm9uc2Vuc2U", "WyJuYW1lIiwieCIsbnVsbCxudWxsXQ"])
async def test_a_cursor_that_was_not_made_here_is_refused(world, cursor):
    assert (await world.boss.get("/sites", 422, params={"cursor": cursor}))["code"] == "invalid.cursor"


async def test_a_cursor_of_another_order_is_refused(world):
    for number in range(2):
        await world.boss.post("/sites", SITE | {"name": f"Site {number}"}, 201)
    cursor = (await world.boss.get("/sites", params={"limit": 1, "sort": "name"}))["next_cursor"]
    refused = await world.boss.get("/sites", 422, params={"cursor": cursor, "sort": "-name"})
    assert refused["code"] == "invalid.cursor"


async def test_a_misspelt_filter_is_refused(world):
    refused = await world.boss.get("/stations", 422, params={"is_onlin": "true"})
    assert refused["code"] == "invalid.request"
    assert [error["field"] for error in refused["errors"]] == ["query.is_onlin"]


async def test_a_station_is_commanded_and_its_words_come_back(world):
    station = await world.station(world.boss, "ST-1")
    await station.connect()
    reset = await world.boss.post("/stations/ST-1/commands/reset", {"kind": "on_idle"})
    assert (reset["outcome"], reset["status"], reset["answer"]) == ("accepted", "Accepted", {"status": "Accepted"})
    assert isinstance(station.deliveries[-1].request, Reset)
    station.outcome = CommandOutcome(
        outcome=Outcome.REJECTED,
        is_error=True,
        answer_json='{"code":"InternalError","description":"broken","details":{"x":1}}',
    )
    failed = await world.boss.post("/stations/ST-1/commands/unlock", {"evse_id": 1})
    assert failed["outcome"] == "rejected"
    assert failed["error"] == {"code": "InternalError", "description": "broken", "details": {"x": 1}}
    listed = (await world.boss.get("/stations/ST-1/commands"))["items"]
    assert [(item["request"], item["outcome"]) for item in listed] == [("Unlock", "rejected"), ("Reset", "accepted")]
    one = await world.boss.get(f"/stations/ST-1/commands/{failed['command_id']}")
    assert one["parameters"] == {"evse_id": 1}
    audit = (await world.boss.get("/audit", params={"subject": "station:ST-1", "action": "station.command"}))["items"]
    assert [entry["detail"]["request"] for entry in audit] == ["Unlock", "Reset"]


async def test_what_all_stations_were_asked_stands_in_one_list(world):
    here, there = await world.site(world.boss, "Here"), await world.site(world.boss, "There")
    for station_id, site_id in (("ST-1", here), ("ST-2", there), ("ST-3", None)):
        station = await world.station(world.boss, station_id, site_id=site_id)
        if station_id != "ST-3":
            await station.connect()
        await world.boss.post(f"/stations/{station_id}/commands/reset", {"kind": "on_idle"})
    await world.boss.post("/stations/ST-2/commands/unlock", {"evse_id": 1})

    async def names(door=world.boss, **query):
        listed = (await door.get("/commands", params=query))["items"]
        return [(item["station_id"], item["request"]) for item in listed]

    assert await names() == [("ST-2", "Unlock"), ("ST-3", "Reset"), ("ST-2", "Reset"), ("ST-1", "Reset")]
    assert await names(site_id=there) == [("ST-2", "Unlock"), ("ST-2", "Reset")]
    assert await names(station_id="ST-1") == [("ST-1", "Reset")]
    assert await names(outcome="undelivered") == [("ST-3", "Reset")]
    assert await names(request="Unlock") == [("ST-2", "Unlock")]
    [newest] = (await world.boss.get("/commands", params={"limit": 1}))["items"]
    kind = newest["requested_by"].partition(":")[0]
    assert len(await names(requested_by=kind)) == 4
    assert len(await names(requested_by=newest["requested_by"])) == 4
    assert await names(requested_by="driver") == []
    assert await names(until=newest["requested_at"], since=newest["requested_at"]) == []
    assert await names(since=newest["requested_at"]) == [("ST-2", "Unlock")]
    bound = await world.key(Role.SUPPORT, site_ids=(here,))
    assert await names(bound) == [("ST-1", "Reset")]
    assert await names(bound, site_id=there) == []


async def test_a_station_that_is_not_connected_gets_nothing(world):
    await world.station(world.boss, "ST-1")
    result = await world.boss.post("/stations/ST-1/commands/trigger", {"topic": "heartbeat"})
    assert result["outcome"] == "undelivered"


async def test_a_request_waits_for_a_station_that_is_away(world):
    station = await world.station(world.boss, "ST-1")
    wish = {"kind": "on_idle", "expires_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}
    path = "/stations/ST-1/commands"
    first = await world.boss.post(f"{path}/reset", wish)
    second = await world.boss.post(f"{path}/reset", wish)
    assert (first["outcome"], second["outcome"]) == ("queued", "queued")
    listed = (await world.boss.get(path, params={"outcome": "queued"}))["items"]
    assert {item["command_id"] for item in listed} == {first["command_id"], second["command_id"]}
    assert {item["answered_at"] for item in listed} == {None}
    cancelled = await world.boss.post(f"{path}/{first['command_id']}/cancel")
    assert (cancelled["outcome"], cancelled["answer"]) == ("undelivered", None)
    assert await world.boss.post(f"{path}/{first['command_id']}/cancel") == cancelled
    await station.connect()
    done = await eventually(
        lambda: world.boss.get(f"{path}/{second['command_id']}"), lambda found: found["outcome"] == "accepted"
    )
    assert (done["answer"], len(station.deliveries)) == ({"status": "Accepted"}, 1)
    late = await world.boss.post(f"{path}/{second['command_id']}/cancel", None, 409)
    assert late["code"] == "conflict.command_sent"
    missing = await world.boss.post(f"{path}/nothing/cancel", None, 404)
    assert missing["code"] == "not_found.command"


async def test_a_request_cannot_wait_for_ever_nor_with_a_password(world):
    await world.station(world.boss, "ST-1")
    for expires_at in (datetime.now(UTC) - timedelta(seconds=1), datetime.now(UTC) + timedelta(days=400)):
        wish = {"kind": "on_idle", "expires_at": expires_at.isoformat()}
        refused = await world.boss.post("/stations/ST-1/commands/reset", wish, 422)
        assert refused["code"] == "invalid.expiry"
    secret = {"variable": "AuthorizationKey", "value": "a password of a station"}
    wish = {"variables": [secret], "expires_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}
    refused = await world.boss.post("/stations/ST-1/commands/variables/set", wish, 422)
    assert refused["code"] == "invalid.queued_secret"


async def test_the_same_command_again_answers_the_first_outcome(world):
    station = await world.station(world.boss, "ST-1")
    await station.connect()
    key = {"Idempotency-Key": "reset-1"}
    first = await world.boss.post("/stations/ST-1/commands/reset", {"kind": "immediate"}, headers=key)
    again = await world.boss.post("/stations/ST-1/commands/reset", {"kind": "immediate"}, headers=key)
    assert first == again
    assert len(station.deliveries) == 1
    other = await world.boss.post("/stations/ST-1/commands/reset", {"kind": "on_idle"}, 409, headers=key)
    assert other["code"] == "conflict.command"


async def test_any_request_of_the_protocol_is_checked_then_sent(world):
    station = await world.station(world.boss, "ST-1")
    await station.connect()
    station.outcome = CommandOutcome(
        outcome=Outcome.ACCEPTED, status="Accepted", answer_json='{"status":"Accepted","more":[1]}'
    )
    sent = await world.boss.post("/stations/ST-1/ocpp", {"action": "ClearCache", "payload": {}, "timeout_s": 5})
    assert (sent["outcome"], sent["answer"]) == ("accepted", {"status": "Accepted", "more": [1]})
    assert isinstance(station.deliveries[-1].request, RawCall)
    assert station.deliveries[-1].timeout_s == 5
    broken = await world.boss.post("/stations/ST-1/ocpp", {"action": "Reset", "payload": {"type": "Gently"}}, 422)
    assert (broken["code"], broken["facts"]["path"]) == ("invalid.ocpp_request", "type")
    unknown = await world.boss.post("/stations/ST-1/ocpp", {"action": "Heartbeat", "payload": {}}, 422)
    assert unknown["code"] == "invalid.ocpp_request"
    assert len(station.deliveries) == 1


async def test_passwords_are_masked_wherever_a_command_is_shown(world):
    station = await world.station(world.boss, "ST-1")
    await station.connect()
    secret = "DEADBEEFDEADBEEF"
    await world.boss.post(
        "/stations/ST-1/ocpp",
        {"action": "ChangeConfiguration", "payload": {"key": "AuthorizationKey", "value": secret}},
    )
    await world.boss.post(
        "/stations/ST-1/commands/variables/set", {"variables": [{"variable": "AuthorizationKey", "value": secret}]}
    )
    assert isinstance(station.deliveries[-1].request, SetVariables)
    listed = await world.boss("GET", "/stations/ST-1/commands")
    assert secret not in listed.text
    assert listed.text.count("********") == 2


async def test_charging_profiles_are_kept_and_sent(world):
    profile = {
        "profile_id": 1,
        "stack_level": 0,
        "purpose": "tx",
        "kind": "relative",
        "schedule": {"unit": "A", "periods": [{"start_s": 0, "limit_milli": 16_000}]},
    }
    made = await world.boss.post("/profile-templates", {"name": "Calm", "profile": profile}, 201)
    path = f"/profile-templates/{made['template_id']}"
    assert made["profile"]["schedule"]["periods"][0]["limit_milli"] == 16_000
    changed = await world.boss.expect("PUT", path, 200, json={"name": "Calmer", "profile": profile | {"profile_id": 2}})
    assert (changed["name"], changed["profile"]["profile_id"]) == ("Calmer", 2)
    station = await world.station(world.boss, "ST-1")
    await station.connect()
    await world.boss.post("/stations/ST-1/commands/profile/set", {"evse_id": 1, "template_id": made["template_id"]})
    assert isinstance(station.deliveries[-1].request, SetProfile)
    assert station.deliveries[-1].request.profile.profile_id == 2
    both = {"profile": profile, "template_id": made["template_id"]}
    assert (await world.boss.post("/stations/ST-1/commands/profile/set", both, 422))["code"] == "invalid.profile_choice"
    await world.boss.post("/stations/ST-1/commands/profile/clear", {"purpose": "tx"})
    assert isinstance(station.deliveries[-1].request, ClearProfiles)
    await world.boss.expect("DELETE", path, 204)
    assert (await world.boss.get(path, 404))["code"] == "not_found.template"


async def test_what_a_station_told_can_be_read(world):
    station = await world.station(world.boss, "ST-1")
    await station.connect()
    stamp = {"station_id": station.station_id, "received_at": world.house.clock.now()}
    await world.house.bus.report(
        StationNotified(
            **stamp,
            report_id=ReportId(world.house.ids.new()),
            topic="SecurityEventNotification",
            payload_json='{"type":"SettingSystemTime"}',
        )
    )
    await world.house.bus.report(
        QuirkObserved(**stamp, report_id=ReportId(world.house.ids.new()), action="BootNotification", fields=("extra",))
    )
    events = (await world.boss.get("/stations/ST-1/events", params={"topic": "SecurityEventNotification"}))["items"]
    assert [event["payload"] for event in events] == [{"type": "SettingSystemTime"}]
    quirks = (await world.boss.get("/stations/ST-1/quirks"))["items"]
    assert [(quirk["action"], quirk["field"]) for quirk in quirks] == [("BootNotification", "extra")]
    assert (await world.boss.get("/stations/ST-1/variables"))["items"] == []


async def test_the_qr_code_of_an_evse_is_a_picture(world):
    await world.station(world.boss, "ST-1")
    answer = await world.boss("GET", "/stations/ST-1/qr", params={"evse_id": 1})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/svg+xml")
    assert answer.text.startswith("<svg")


@pytest.mark.parametrize("path", ["/stations", "/sites", "/tokens", "/drivers", "/driver/stations"])
async def test_a_text_that_no_database_compares_is_refused(world, path):
    door = Door(world.http) if path.startswith("/driver/") else world.boss
    refused = await door.get(path, 422, params={"q": "a\x00b"})
    assert [error["field"] for error in refused["errors"]] == ["query.q"]


async def test_a_site_keeps_days_of_its_own(world):
    days = {"subdivision": "BZ", "holidays": ["2026-12-07", "2026-06-24"], "working_days": ["2026-05-01"]}
    site = await world.boss.post("/sites", SITE | days, 201)
    assert (site["subdivision"], site["holidays"], site["working_days"]) == (
        "BZ", ["2026-06-24", "2026-12-07"], ["2026-05-01"],
    )  # fmt: skip
    path = f"/sites/{site['site_id']}"
    renamed = await world.boss.expect("PATCH", path, 200, json={"name": "Corso"})
    assert (renamed["name"], renamed["holidays"]) == ("Corso", site["holidays"])
    for wrong, field in (
        ({"subdivision": "ZZ"}, "subdivision"),
        ({"working_days": ["2026-06-24"]}, "workdays"),
    ):
        refused = await world.boss.expect("PATCH", path, 422, json=wrong)
        assert (refused["code"], refused["facts"]["field"]) == ("invalid.site", field)
    cleared = await world.boss.expect("PATCH", path, 200, json={"holidays": [], "working_days": [], "subdivision": ""})
    assert (cleared["holidays"], cleared["working_days"], cleared["subdivision"]) == ([], [], "")


async def test_an_operator_says_its_country(world):
    path = f"/operators/{world.operator_id}"
    assert (await world.boss.expect("PATCH", path, 200, json={"country": "IT"}))["country"] == "IT"
    assert (await world.boss.get(path))["country"] == "IT"
    await world.boss.expect("PATCH", path, 422, json={"country": "Italy"})
