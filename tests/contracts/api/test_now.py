"""What waits for a person: the worst first, and nothing of anybody else."""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import update

from busbar.canon.stations import ConnectorStatus
from busbar.canon.tenants import Role
from busbar.domain.ledger.tables import receivables
from busbar.domain.payments.tables import payment_disputes, payment_refunds, payments
from busbar.domain.sessions.tables import sessions
from busbar.domain.stations.tables import stations

pytestmark = pytest.mark.every_database


async def age(world, table, key, value, **columns):
    """Let something have happened earlier than it did."""
    async with world.house.databases.writer.begin() as connection:
        await connection.execute(update(table).where(table.c[key] == value).values(**columns))


async def test_nothing_waits_where_all_is_well(world):
    station = await world.station(world.boss, "ST-1", site_id=await world.site(world.boss, "Mole"))
    await station.connect()
    await station.start("AABB", at=world.house.clock.now())
    shown = await world.boss.get("/now")
    assert shown["items"] == []
    assert {one["count"] for one in shown["counts"]} == {0}


async def test_each_kind_is_told_the_worst_first(world):
    now = world.house.clock.now()
    site_id = await world.site(world.boss, "Mole")
    faulty = await world.station(world.boss, "FAULTY", site_id=site_id, evses=2)
    await faulty.connect(connectors=2)
    await faulty.tell_status(2, ConnectorStatus.FAULTED)
    await world.station(world.boss, "NEVER", site_id=site_id)
    away = await world.station(world.boss, "AWAY", site_id=site_id)
    await away.connect()
    left_at = now - timedelta(minutes=10)
    await age(world, stations, "station_id", "AWAY", is_online=False, disconnected_at=left_at)
    waits = await world.station(world.boss, "WAITS", site_id=site_id)
    await waits.connect()
    await world.boss.expect("PUT", "/stations/WAITS/registration", 200, json={"registration": "pending"})

    shown = await world.boss.get("/now")

    assert [(item["kind"], item["station_id"]) for item in shown["items"]] == [
        ("faulted", "FAULTY"),
        ("pending", "WAITS"),
        ("offline", "AWAY"),
        ("unseen", "NEVER"),
    ]
    assert {one["kind"]: one["count"] for one in shown["counts"]} == {
        "faulted": 1,
        "stuck": 0,
        "payment": 0,
        "pending": 1,
        "offline": 1,
        "unseen": 1,
    }
    assert shown["items"][2]["since"] == msgspec.to_builtins(left_at)
    assert shown["items"][1]["words"] == "Trial T1"
    stranger = await world.key(Role.ADMIN, operator_id=await world.operator("beta"))
    assert (await stranger.get("/now"))["items"] == []


@pytest.mark.parametrize(
    ("columns", "station", "reason"),
    [
        ({"stop_requested_at": 6}, {}, "stop_unanswered"),
        ({"heard_at": 31}, {}, "silent"),
        ({"heard_at": 31}, {"is_online": False}, "station_offline"),
        ({"heard_at": 29, "stop_requested_at": 4}, {}, None),
    ],
)
async def test_a_session_that_neither_goes_on_nor_ends_is_stuck(world, columns, station, reason):
    now = world.house.clock.now()
    played = await world.station(world.boss, "ST-1", site_id=await world.site(world.boss, "Mole"))
    await played.connect()
    await played.start("AABB", at=now - timedelta(minutes=40))
    session = (await world.boss.get("/sessions"))["items"][0]
    earlier = {name: now - timedelta(minutes=minutes) for name, minutes in columns.items()}
    await age(world, sessions, "session_id", session["session_id"], **earlier)
    if station:
        await age(world, stations, "station_id", "ST-1", **station, disconnected_at=now)
    items = [item for item in (await world.boss.get("/now"))["items"] if item["kind"] == "stuck"]
    assert [(item["session_id"], item["reason"], item["evse_id"]) for item in items] == (
        [] if reason is None else [(session["session_id"], reason, 1)]
    )


async def put_payment(world, payment_id, **given):
    """Write a payment as the payments room would."""
    now = world.house.clock.now()
    texts = ("page_url", "code_text", "order_text", "checkout_ref", "provider_ref", "method_label", "payer_ref",
             "return_url", "language", "address_key", "failure_code", "requested_by", "wish")  # fmt: skip
    row = dict.fromkeys(texts, "") | {
        "payment_id": payment_id, "operator_id": world.operator_id, "account_id": "shop", "provider": "stripe",
        "way": "page", "purpose": "session", "state": "failed", "amount": 900, "currency": "EUR", "captured": 0,
        "refunded": 0, "disputed": 0, "is_hold": False, "failure_text": "declined", "wish_amount": 0, "attempts": 1,
        "created_at": now, "changed_at": now,
    }  # fmt: skip
    async with world.house.databases.writer.begin() as connection:
        await connection.execute(payments.insert().values(**row | given))


async def put(world, table, **row):
    async with world.house.databases.writer.begin() as connection:
        await connection.execute(table.insert().values(**row))


async def test_payments_that_went_wrong_are_told_to_who_may_read_money(world):
    now = world.house.clock.now()
    owed = {
        "receivable_id": "r1", "operator_id": world.operator_id, "currency": "EUR", "debtor": "driver:ann",
        "session_id": "s1", "amount": 900, "open_amount": 900, "state": "open", "opened_at": now, "due_at": now,
        "reminders": 0,
    }  # fmt: skip
    await put_payment(world, "p-owed", session_id="s1", due_amount=900)
    await put_payment(world, "p-paid-otherwise", session_id="s2")
    await put(world, receivables, **owed)
    await put(world, receivables, **owed | {"receivable_id": "r2", "session_id": "s2", "open_amount": 0})
    await put_payment(world, "p-refund", state="captured", captured=900)
    refund = {
        "payment_id": "p-refund", "operator_id": world.operator_id, "currency": "EUR", "reason": "", "provider_ref": "",
        "requested_by": "", "attempts": 1, "created_at": now, "changed_at": now,
    }  # fmt: skip
    await put(world, payment_refunds, refund_id="f1", amount=300, state="failed", failure_text="closed", **refund)
    await put_payment(world, "p-disputed", state="disputed", captured=900)
    await put(
        world, payment_disputes, account_id="shop", dispute_ref="d1", payment_id="p-disputed",
        operator_id=world.operator_id, amount=900, currency="EUR", is_open=True, is_lost=False, reason="fraudulent",
        opened_at=now,
    )  # fmt: skip

    shown = await world.boss.get("/now")
    told = {(item["payment_id"], item["reason"], item["amount"], item["words"]) for item in shown["items"]}
    assert told == {
        ("p-owed", "payment_failed", 900, "declined"),
        ("p-refund", "refund_failed", 300, "closed"),
        ("p-disputed", "disputed", 900, "fraudulent"),
    }
    assert {one["kind"]: one["count"] for one in shown["counts"]}["payment"] == 3
    bound = await world.key(Role.ADMIN, site_ids=(await world.site(world.boss, "Mole"),))
    assert "payment" not in {one["kind"] for one in (await bound.get("/now"))["counts"]}

    later = refund | {"created_at": now + timedelta(minutes=1)}
    await put(world, payment_refunds, refund_id="f2", amount=300, state="done", failure_text="", **later)
    await age(world, payment_disputes, "dispute_ref", "d1", is_open=False)
    await age(world, receivables, "receivable_id", "r1", open_amount=0)
    assert (await world.boss.get("/now"))["items"] == []
