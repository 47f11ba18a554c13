"""Nobody sees or touches another operator's things, nor a site's that is not theirs: tried on every route there is."""

import asyncio
from contextlib import asynccontextmanager

import msgspec
import pytest

from busbar.api.permissions import permits
from busbar.canon.access import TokenKind, TokenPartner
from busbar.canon.invoicing import BusinessParty, Document, DocumentKind, InvoiceRequest, RequestKind, RequestState
from busbar.canon.mail import Letter, LetterKind, LetterState
from busbar.canon.pricing import Totals
from busbar.canon.reporting import ReportPlan, ReportSchedule
from busbar.canon.roaming import Cdr, CdrPeriod, OwnParty, Partner
from busbar.canon.settlement import Payout, PayoutEntry, PeriodKind, Settlement, SettlementState
from busbar.canon.stations import PlaceDescription, StationNotified
from busbar.canon.tenants import Principal, Role
from busbar.db.work import SqlUnitOfWork
from busbar.domain.invoicing.sql import SqlInvoicingStore
from busbar.domain.mail.sql import SqlLetterStore
from busbar.domain.reporting.sql import SqlScheduleStore
from busbar.domain.roaming.sql import SqlRoamingStore
from busbar.domain.settlement.sql import SqlSettlementStore
from busbar.kernel.ids import OperatorId, ReportId
from busbar.ports.jobs import NewJob
from tests.contracts.api.conftest import Door, eventually
from tests.contracts.api.routes import BODIES, OPERATIONS, PROFILE, PURCHASE, TERMS, Operation
from tests.patience import HANG_LIMIT_S

pytestmark = pytest.mark.every_database

MARK = "MARK"
"""Stands in everything of operator A, and so must stand in nothing that another one is told."""
OWN_NAMES = {
    "PUT /tokens/{value}",
    "PUT /token-groups/{value}",
    "PUT /payment-accounts/{provider}",
    "DELETE /payment-accounts/{provider}",
}
"""Names of an operator's own: the same name with another operator is another thing."""


JPEG = b"\xff\xd8\xff\xe0 no more than its beginning"
BYTES = {"Content-Type": "application/octet-stream"}
PASSING = {"/overview", "/operations", "/now", "/wall", "/stations/{station_id}/quote"}
"""What tells the state of a moment."""


NOBODYS = dict.fromkeys(
    (
        "receivable_id",
        "sign_in_id",
        "passkey_id",
        "fact_id",
        "vehicle_id",
        "payment_id",
        "difference_id",
        "method_id",
        "parked_id",
    ),
    "0" * 32,
)
"""Names of things that furnishing makes none of: nobody's."""


async def furnish(world, door, mark=MARK):
    """Make one of everything; return the values of all path parameters."""
    site_id = await world.site(door, f"{mark} site")
    station = await world.station(door, f"{mark}-1", site_id=site_id)
    await station.connect()
    await world.house.bus.report(
        StationNotified(
            station_id=station.station_id,
            received_at=world.house.clock.now(),
            report_id=ReportId(world.house.ids.new()),
            topic="LogStatusNotification",
            payload_json=f'{{"text":"{mark}"}}',
        )
    )
    driver = await door.post("/drivers", {"display_name": f"{mark} driver"}, 201)
    await door.expect("PUT", f"/token-groups/{mark}-G", 201, json={"name": f"{mark} group"})
    token = {"label": f"{mark} token", "driver_id": driver["driver_id"], "group": f"{mark}-G"}
    await door.expect("PUT", f"/tokens/{mark}-T", 201, json=token)
    await station.start(f"{mark}-T", at=world.house.clock.now())
    await station.stop("999999", at=world.house.clock.now(), register_wh=1)
    command = await door.post(f"/stations/{mark}-1/commands/reset", {"kind": "on_idle"})
    template = await door.post("/profile-templates", {"name": f"{mark} profile", "profile": PROFILE}, 201)
    wish = {"name": f"{mark} settings", "dialect": "1.6", "settings": [{"variable": mark, "value": mark}]}
    configuration = await door.post("/configuration-templates", wish, 201)
    given = {"template_id": configuration["template_id"]}
    await door.expect("PUT", f"/stations/{mark}-1/configuration-template", 200, json=given)
    body = {"email": f"{mark}@staff.example", "display_name": f"{mark} staff", "role": "viewer"}
    staff = await door.post("/staff", body, 201)
    key = await door.post("/api-keys", {"name": f"{mark} key", "role": "viewer"}, 201)
    complaint = await file_complaint(world, mark)
    view = await door.post("/saved-views", {"list_name": "stations", "name": f"{mark} view", "query": f"q={mark}"}, 201)
    bay = {"kind": "bay", "x": 0, "y": 0, "width": 2, "height": 3, "label": mark, "station_id": f"{mark}-1"}
    await door.expect("PUT", f"/sites/{site_id}/layout", 200, json={"columns": 10, "rows": 10, "pieces": [bay]})
    company = await door.post("/companies", {"name": f"{mark} company"}, 201)
    member = f"/companies/{company['company_id']}/drivers/{driver['driver_id']}"
    await door.expect("PUT", member, 204, json={"budget": 100})
    session = (await door.get("/sessions", params={"station_id": f"{mark}-1"}))["items"][0]
    prices = await set_prices(door, driver["driver_id"], mark)
    # with a price there is a question to the station about its display, asked and answered in the core's own time
    await eventually(lambda: door.get(f"/stations/{mark}-1/display"), lambda display: display["known_at"])
    return NOBODYS | {
        "operator_id": session["operator_id"],
        "site_id": site_id,
        "station_id": f"{mark}-1",
        "driver_id": driver["driver_id"],
        "value": f"{mark}-T",
        "session_id": session["session_id"],
        "command_id": command["command_id"],
        "template_id": template["template_id"],
        "configuration_id": configuration["template_id"],
        **prices,
        "purchase_id": await buy_electricity(door, mark, site_id),
        **await settle(world, door, session["operator_id"], mark),
        **await write_documents(world, session["operator_id"], driver["driver_id"], mark),
        "company_id": company["company_id"],
        **await roam(world, door, session, mark),
        **await fill_wallet(door, driver["driver_id"], mark),
        "staff_id": staff["staff"]["staff_id"],
        "view_id": view["view_id"],
        "api_key_id": key["api_key"]["api_key_id"],
        **await tell_webhook(door, mark),
        "job_id": await enqueue_job(world, mark),
        "provider": "stripe",
        "link": "bbg_" + "0" * 32 + "." + "0" * 40,
        **complaint,
        **await reserve(door, driver["driver_id"], mark),
        "consumer": "sessions.station_booted",
    }


async def fill_wallet(door, driver_id, mark):
    """Put something into a driver's wallet."""
    change = {"amount": 500, "reason": f"{mark} goodwill"}
    wallet = await door.post(f"/drivers/{driver_id}/wallet/adjust", change)
    entries = await door.get(f"/drivers/{driver_id}/wallet/entries")
    transfer_id = entries["items"][0]["transfer_id"]
    return {"account_id": wallet["account_id"], "transfer_id": transfer_id, **await leave(door, mark)}


async def leave(door, mark):
    """Let a driver leave whose money waits to be paid out."""
    leaver = await door.post("/drivers", {"display_name": f"{mark} leaver"}, 201)
    path = f"/drivers/{leaver['driver_id']}/wallet"
    await door.post(f"{path}/adjust", {"amount": 500, "reason": f"{mark} goodwill"})
    closing = await door.post(f"{path}/close", {"reason": f"{mark} leaves"}, 202)
    return {"closing_id": closing["closing_id"]}


async def buy_electricity(door, mark, site_id):
    """Enter what electricity costs at a site."""
    made = await door.post("/purchase-tariffs", PURCHASE | {"name": f"{mark} grid", "site_id": site_id}, 201)
    return made["purchase_id"]


async def tell_webhook(door, mark):
    """Make a webhook with a test that waits."""
    created = await door.post("/webhooks", {"name": f"{mark} hook", "url": f"https://hooks.example/{mark}"}, 201)
    webhook_id = created["webhook"]["webhook_id"]
    delivery = await door.post(f"/webhooks/{webhook_id}/test", None, 202)
    return {"webhook_id": webhook_id, "delivery_id": delivery["delivery_id"]}


async def set_prices(door, driver_id, mark):
    """Make a tariff that is assigned, a question about it, an offer, a coupon, and a plan with a member."""
    tariff = await door.post("/tariffs", {"name": f"{mark} tariff", "terms": TERMS}, 201)
    tariff_id = tariff["tariff_id"]
    await door.post(f"/tariffs/{tariff_id}/publish", {})
    assigned = {"tariff_id": tariff_id, "scope": "station", "subject": f"{mark}-1"}
    assignment = await door.post("/tariff-assignments", assigned, 201)
    period = {"since": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"}
    question = await door.post(f"/tariffs/{tariff_id}/what-ifs", period, 202)
    percent = {"kind": "percentage", "value": "10"}
    offer = await door.post("/offers", {"name": f"{mark} offer", "terms": percent, "audience": "coupon"}, 201)
    coupon = await door.post("/coupons", {"offer_id": offer["offer_id"], "code": f"{mark}CODE"}, 201)
    plan = await door.post("/plans", {"name": f"{mark} plan", "currency": "EUR", "monthly_price": 100}, 201)
    await door.post(f"/plans/{plan['plan_id']}/members", {"driver_id": driver_id}, 204)
    return {
        "tariff_id": tariff_id,
        "what_if_id": question["what_if_id"],
        "offer_id": offer["offer_id"],
        "coupon_id": coupon["coupon_id"],
        "plan_id": plan["plan_id"],
        "version": 1,
        "assignment_id": assignment["assignment_id"],
    }


async def roam(world, door, session, mark):
    """Make a partner with a token and a record."""
    partner = {"name": f"{mark} partner", "country_code": "IT", "party_id": mark[:3]}
    partner = await door.post("/partners", partner, 201)
    await door.expect("PUT", f"/tokens/{mark}-P", 201, json={"partner_id": partner["partner_id"]})
    now, operator_id = world.house.clock.now(), session["operator_id"]
    own = {name: partner[name] for name in ("name", "country_code", "party_id", "is_active")}
    cdr = Cdr(
        cdr_id=world.house.ids.new(), operator_id=operator_id, session_id=session["session_id"], revision=1,
        partner=Partner(
            partner_id=partner["partner_id"], operator_id=operator_id, created_at=now, changed_at=now, **own
        ),
        own_party=OwnParty(operator_id=operator_id, country_code="IT", party_id="BUS"),
        token=TokenPartner(
            partner_id=partner["partner_id"], contract_id="", value=f"{mark}-P", kind=TokenKind.RFID
        ),
        place=PlaceDescription(station_id=session["station_id"]), tariff_id="t", version=1, tariff_name=mark,
        tariff_json='{"currency":"EUR","elements":[{"components":[{"dimension":"flat","price":"1"}]}]}', tariff_at=now,
        currency="EUR", lines=(), totals=Totals(), energy_wh=0, started_at=now, ended_at=now,
        periods=(CdrPeriod(starts_at=now),), made_at=now,
    )  # fmt: skip
    async with working(world) as work:
        await SqlRoamingStore().insert_cdr(work, cdr)
    return {"partner_id": partner["partner_id"], "cdr_id": cdr.cdr_id}


async def settle(world, door, operator_id, mark):
    """Make a payee with an agreement, a settlement and a pay-out."""
    payee = await door.post("/payees", {"kind": "site_owner", "name": f"{mark} owner"}, 201)
    body = {"payee_id": payee["payee_id"], "shares": {"per_session": 5}, "valid_from": "2026-01-01"}
    agreement = await door.post("/agreements", {**body, "note": f"{mark} note"}, 201)
    now, ids = world.house.clock.now(), {"settlement_id": world.house.ids.new(), "payout_id": world.house.ids.new()}
    common = {"operator_id": operator_id, "currency": "EUR"}
    settlement = Settlement(
        settlement_id=ids["settlement_id"], payee_id=payee["payee_id"], reference=f"{mark}-S", since=now, until=now,
        period=PeriodKind.MONTH, state=SettlementState.DRAFT, lines=(), amount=5, tax=0, payable=5, made_at=now,
        made_by="system:test", **common,
    )  # fmt: skip
    entry = PayoutEntry(
        settlement_id=ids["settlement_id"], reference=f"{mark}-S", payee_name=f"{mark} owner", iban="", bic="",
        account=f"{mark} bank", country="", amount=5,
    )  # fmt: skip
    payout = Payout(
        payout_id=ids["payout_id"], reference=f"{mark}-P", execution_on=now.date(), payer_name=f"{mark} name",
        payer_iban="", payer_bic="", amount=5, count=1, entries=(entry,), created_at=now, created_by="staff:x",
        **common,
    )  # fmt: skip
    async with working(world) as work:
        await SqlSettlementStore().save_settlement(work, settlement)
        await SqlSettlementStore().save_payout(work, payout)
    return {"payee_id": payee["payee_id"], "agreement_id": agreement["agreement_id"], **ids}


async def reserve(door, driver_id, mark):
    """Let the operator's staff keep a place for a driver."""
    wish = {"station_id": f"{mark}-1", "driver_id": driver_id, "duration_min": 30}
    return {"reservation_id": (await door.post("/reservations", wish, 202))["reservation_id"]}


async def file_complaint(world, mark):
    """Let a driver of the operator complain of the station, with a picture."""
    driver = await world.driver(f"{mark.lower()}@driver.example")
    body = {"station_id": f"{mark}-1", "category": "slow", "text": f"{mark} is slow"}
    complaint_id = (await driver.post("/driver/complaints", body, 201))["complaint_id"]
    path = f"/driver/complaints/{complaint_id}/photos"
    photo = await driver.expect("POST", path, 201, content=JPEG, headers=BYTES)
    return {"complaint_id": complaint_id, "photo_id": photo["photo_id"]}


async def enqueue_job(world, mark):
    """Write down a job of a kind that nobody here does: it stays."""
    async with working(world) as work:
        return await world.house.jobs.enqueue(NewJob(kind=f"{mark}.trial", unique_key=mark), work)


async def write_documents(world, operator_id, driver_id, mark):
    """Write down an invoice of some session, a request for a 发票 over it, and a letter that was refused."""
    now, totals = world.house.clock.now(), Totals(net=100, tax=22, gross=122)
    ids = {"document_id": world.house.ids.new(), "request_id": world.house.ids.new()}
    buyer = BusinessParty(name=f"{mark} buyer")
    document = Document(
        document_id=ids["document_id"], operator_id=operator_id, kind=DocumentKind.INVOICE, series=mark, number=1,
        reference=f"{mark}-1", issued_at=now, currency="EUR", language="en", seller=buyer, buyer=buyer, totals=totals,
    )  # fmt: skip
    request = InvoiceRequest(
        request_id=ids["request_id"], operator_id=operator_id, driver_id=driver_id, kind=RequestKind.FAPIAO_NORMAL,
        state=RequestState.REQUESTED, buyer=buyer, session_ids=(), currency="EUR", totals=totals, requested_at=now,
        changed_at=now,
    )  # fmt: skip
    letter = Letter(
        letter_id=world.house.ids.new(), operator_id=operator_id, kind=LetterKind.REPORT, language="en",
        recipient=f"{mark}@reader.example", state=LetterState.REFUSED, queued_at=now, settled_at=now,
    )  # fmt: skip
    plan = ReportPlan(name=f"{mark} report", recipients=(f"{mark}@reader.example",), is_active=False)
    schedule = ReportSchedule(
        schedule_id=world.house.ids.new(), operator_id=operator_id, plan=plan, created_at=now, created_by="staff:x"
    )
    async with working(world) as work:
        await SqlScheduleStore().save(work, schedule)
        await SqlInvoicingStore().insert_document(work, document)
        await SqlInvoicingStore().save_request(work, request)
        await SqlLetterStore().insert(work, letter)
    return ids | {"letter_id": letter.letter_id, "schedule_id": schedule.schedule_id}


@asynccontextmanager
async def working(world):
    """Write into the database past the rooms."""
    house = world.house
    writer = house.databases.make_writer()
    work = SqlUnitOfWork(writer, now=house.clock.now(), ids=house.ids, ask=house.core._ask)
    work.begin_message()
    yield work
    await work.end_message()
    await work.commit()
    await writer.close()


def fill(operation: Operation, values: dict[str, str]) -> str:
    if operation.path.startswith("/token-groups/"):
        values = values | {"value": values["value"].removesuffix("-T") + "-G"}
    return operation.path.format_map(values)


async def take_inventory(world, door, values):
    """All that can be read of an operator, but for what passes with time."""
    found = {}
    for operation in OPERATIONS:
        if operation.method != "GET" or not operation.is_staff or operation.is_stream or operation.path in PASSING:
            continue
        answer = await door("GET", fill(operation, values), **operation.options)
        if "json" in answer.headers["Content-Type"]:
            found[operation.path] = forget_time(answer.json())
    return found


def forget_time(part):
    if isinstance(part, list):
        return [forget_time(item) for item in part]
    if not isinstance(part, dict):
        return part
    passing = {"duration_s", "request_id", "at", "used_at", "last_seen_at"}
    return {name: forget_time(value) for name, value in part.items() if name not in passing}


async def call(door, path, operation: Operation):
    async with asyncio.timeout(HANG_LIMIT_S):
        return await door(operation.method, path, **operation.options)


async def test_another_operator_is_told_nothing_and_changes_nothing(world):
    values = await furnish(world, world.boss)
    beta = await world.operator("beta")
    stranger = await world.key(Role.ADMIN, operator_id=beta)
    before = await take_inventory(world, world.boss, values)
    assert MARK in msgspec.json.encode(before["/stations"]).decode()
    failures = []
    for operation in OPERATIONS:
        if not operation.is_staff or (operation.is_stream and "{" not in operation.path):
            continue
        path = fill(operation, values)
        answer = await call(stranger, path, operation)
        told = answer.text.replace(f"/api/v1{path}", "")
        for value in ("detail", "facts"):
            told = told.replace(value, "")
        is_own = operation.name in OWN_NAMES
        if "{" in operation.path and not is_own and answer.status_code not in {403, 404}:
            failures.append((operation.name, answer.status_code, answer.text[:200]))
        if answer.status_code < 400 and not is_own and (MARK in told or values["session_id"] in told):
            failures.append((operation.name, "tells", answer.text[:200]))
    assert failures == []
    assert await take_inventory(world, world.boss, values) == before


async def test_ids_in_bodies_and_filters_do_not_reach_into_another_operator(world):
    values = await furnish(world, world.boss)
    beta = await world.operator("beta")
    stranger = await world.key(Role.ADMIN, operator_id=beta)
    await world.station(stranger, "B-1")
    start = {"id_token": {"value": f"{MARK}-T"}}
    assert (await stranger.post("/sessions", start | {"station_id": values["station_id"]}, 404))["code"]
    by_driver = {"station_id": "B-1", "driver_id": values["driver_id"]}
    assert (await stranger.post("/sessions", by_driver, 404))["code"] == "not_found.driver"
    assert (await stranger.post("/stations", {"station_id": "B-2", "site_id": values["site_id"]}, 404))["code"]
    assert (await stranger.expect("PATCH", "/stations/B-1", 404, json={"site_id": values["site_id"]}))["code"]
    assert (await stranger.expect("PUT", "/tokens/X", 404, json={"driver_id": values["driver_id"]}))["code"]
    assert (await stranger.expect("PUT", "/tokens/X", 404, json={"group": f"{MARK}-G"}))["code"]
    template = {"template_id": values["template_id"]}
    assert (await stranger.post("/stations/B-1/commands/profile/set", template, 404))["code"] == "not_found.template"
    taken = await stranger.post("/stations", {"station_id": values["station_id"]}, 409)
    assert MARK not in taken["detail"]
    for query in ("station_id", "site_id", "driver_id"):
        assert (await stranger.get("/sessions", params={query: values[query]}))["items"] == []


async def test_who_is_bound_to_a_site_sees_and_touches_that_site_alone(world):
    here = await furnish(world, world.boss, "HERE")
    values = await furnish(world, world.boss)
    bound = await world.key(Role.ADMIN, site_ids=(here["site_id"],))
    before = await take_inventory(world, world.boss, values)
    failures = []
    for operation in OPERATIONS:
        if not operation.is_staff or not {"site_id", "station_id", "session_id"} & set(_names(operation)):
            continue
        answer = await call(bound, fill(operation, values), operation)
        if answer.status_code not in {403, 404}:
            failures.append((operation.name, answer.status_code, answer.text[:200]))
    for path in ("/sites", "/stations", "/sessions", "/unmatched-parts"):
        answer = await bound("GET", path)
        if MARK in answer.text or "HERE" not in answer.text:
            failures.append((path, answer.text[:200]))
    assert failures == []
    assert await take_inventory(world, world.boss, values) == before
    overview = await bound.get("/overview")
    assert (overview["counts"]["stations"], overview["open_sessions"]) == (1, 1)
    assert (await bound.post("/sites", {"name": "New", "latitude": 1, "longitude": 1}, 403))[
        "code"
    ] == "denied.site_scope"
    assert (await bound.post("/stations", {"station_id": "N-1"}, 403))["code"] == "denied.site_scope"
    await bound.post("/stations", {"station_id": "N-1", "site_id": here["site_id"]}, 201)
    moved = await bound.expect("PATCH", "/stations/N-1", 403, json={"site_id": values["site_id"]})
    assert moved["code"] == "denied.site_scope"
    assert (await bound.get("/stations/HERE-1"))["site_name"] == "HERE site"


def _names(operation: Operation) -> list[str]:
    return [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_may_do_what_the_table_says_and_no_more(world, role):
    door = await world.key(role)
    principal = Principal(operator_id=OperatorId(world.operator_id), role=role)
    failures = []
    for operation in OPERATIONS:
        if operation.permission is None or operation.is_stream:
            continue
        path = fill(operation, dict.fromkeys(_ALL_PARAMETERS, "nothing"))
        answer = await call(door, path, operation)
        is_denied = answer.status_code == 403 and answer.json()["code"] == "denied.permission"
        if is_denied == permits(principal, operation.permission):
            failures.append((operation.name, operation.permission, answer.status_code, answer.text[:200]))
    assert failures == []


_ALL_PARAMETERS = {name for operation in OPERATIONS for name in _names(operation)}


async def test_every_route_asks_who_calls_but_for_those_that_cannot(world):
    public = {
        "POST /auth/sign-in", "POST /auth/passkey-sign-in", "POST /auth/passkey-sign-in/options",
        "POST /auth/identity-sign-in", "POST /auth/identity-sign-in/begin",
        "POST /driver/sign-in", "POST /driver/sign-up", "GET /driver/network",
        "GET /driver/stations", "GET /driver/stations/{station_id}",
        "GET /driver/stations/{station_id}/popular-times", "GET /driver/stations/{station_id}/quote",
        "GET /map-source", "GET /driver/lookup", "GET /driver/station-events",
        "GET /driver/brand", "GET /driver/brand/logo", "GET /driver/manifest", "GET /driver/reservation-rules",
        "GET /driver/pay-options", "POST /driver/guest-payments", "GET /driver/guest-payments/{link}",
        "POST /driver/guest-payments/{link}/stop", "GET /driver/guest-payments/{link}/receipt",
        "GET /auth/ways", "POST /auth/forgot-password",
        "POST /auth/set-password", "POST /driver/forgot-password", "POST /driver/set-password",
    }  # fmt: skip
    asked = {operation.name for operation in OPERATIONS if operation.is_staff or operation.is_driver}
    assert {operation.name for operation in OPERATIONS} - asked == public
    visitor = Door(world.http)
    for operation in OPERATIONS:
        if operation.name in asked:
            path = fill(operation, dict.fromkeys(_ALL_PARAMETERS, "nothing"))
            answer = await call(visitor, path, operation)
            assert answer.status_code == 401, operation.name


async def test_a_driver_sees_no_other_drivers_sessions(world):
    values = await furnish(world, world.boss)
    driver = await world.driver()
    for operation in OPERATIONS:
        if operation.is_driver and "{session_id}" in operation.path:
            answer = await call(driver, fill(operation, values), operation)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found.session"), operation.name
    assert (await driver.get("/driver/sessions"))["items"] == []


async def test_a_driver_sees_nothing_of_another_drivers_things(world):
    values = await furnish(world, world.boss)
    driver = await world.driver()
    other = await world.driver("other@driver.example")
    values["vehicle_id"] = (await other.post("/driver/vehicles", {"name": "Red one"}, 201))["vehicle_id"]
    tried = 0
    for operation in OPERATIONS:
        if operation.is_driver and {"complaint_id", "reservation_id", "vehicle_id", "value"} & set(_names(operation)):
            answer = await call(driver, fill(operation, values), operation)
            assert answer.status_code in {404, 422}, operation.name
            tried += 1
    assert tried > 5
    assert (await driver.get("/driver/complaints"))["items"] == []
    assert [each["name"] for each in (await other.get("/driver/vehicles"))["items"]] == ["Red one"]


async def test_every_example_belongs_to_a_route():
    assert set(BODIES) <= {(operation.method, operation.path) for operation in OPERATIONS}
