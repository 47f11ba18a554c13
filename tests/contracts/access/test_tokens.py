import json
from datetime import timedelta

import pytest

from busbar.canon.access import (
    Authorize,
    ConcurrencyRule,
    FindDriverToken,
    FindToken,
    IdToken,
    PutGroup,
    RemoveGroup,
    RemoveToken,
    SetTokenStatus,
    TokenChanged,
    TokenKind,
    TokenRemoved,
    TokenStatus,
)
from busbar.canon.drivers import BlockDriver, CreateDriver, EraseDriver, UpdateDriver
from busbar.canon.ledger import FundsVerdict
from busbar.domain.access.model import AccessPolicy
from busbar.domain.access.sql import id_tokens
from busbar.domain.tenants.sql import audit_entries

from .conftest import Access


async def test_a_registered_token_is_accepted_in_any_case(access):
    put = await access.put("04A1b2C3")
    for value in ("04A1b2C3", "04a1B2c3", "04A1B2C3"):
        decision = await access.decide(value)
        assert decision.verdict == "accepted"
        assert decision.token_id == put.token.token_id


async def test_an_unknown_token_is_invalid_and_tells_nothing(access):
    decision = await access.decide("04FFFFFF")
    assert decision.verdict == "invalid"
    assert (decision.token_id, decision.driver_id, decision.group, decision.expires_at) == (None, None, None, None)
    for value in ("", "x" * 256, "\u0130\u0130", "a\u0000b"):
        assert await access.judge(value) == "invalid"


async def test_a_station_without_means_to_authorise_is_accepted(access):
    assert await access.judge("", TokenKind.NONE) == "accepted"


async def test_a_decision_in_memory_costs_no_look_up_and_every_write_is_seen_at_once(access):
    assert await access.judge("TAG1") == "invalid"
    await access.put("TAG1")
    assert await access.judge("TAG1") == "accepted"
    before = access.store.lookups
    for _ in range(50):
        assert await access.judge("tag1") == "accepted"
        assert await access.judge("tag-unknown") == "invalid"
    assert access.store.lookups == before + 1

    block = SetTokenStatus(operator_id=access.one, actor="staff:s", value="tag1", status=TokenStatus.BLOCKED)
    await access.dispatch(block)
    assert await access.judge("TAG1") == "blocked"
    await access.put("TAG1", expires_at=access.house.clock.now() + timedelta(hours=1))
    assert await access.judge("TAG1") == "accepted"
    access.house.clock.advance(timedelta(hours=1))
    assert await access.judge("TAG1") == "expired"
    await access.dispatch(RemoveToken(operator_id=access.one, actor="staff:s", value="TAG1"))
    assert await access.judge("TAG1") == "invalid"


async def test_memory_is_bounded(access):
    for number in range(250):
        await access.judge(f"GUESS{number}")
    before = access.store.lookups
    await access.judge("GUESS249")
    assert access.store.lookups == before
    await access.judge("GUESS0")
    assert access.store.lookups == before + 1


@pytest.mark.parametrize("text", ["", "\ud800", "a\u0000b", "x" * 100_000])
async def test_strange_text_is_only_unknown(access, refuse, text):
    assert await access.judge(text) == "invalid"
    assert await refuse(access.put(text)) == "invalid.token_value"
    assert await refuse(access.put("TAG", group=text)) == "not_found.group"
    assert await refuse(access.put("TAG", driver_id=text)) == "not_found.driver"
    assert await refuse(access.dispatch(FindToken(operator_id=access.one, value=text))) == "not_found.token"
    find = FindDriverToken(operator_id=access.one, driver_id=text)
    assert await refuse(access.dispatch(find)) == "not_found.driver"


async def test_a_driver_has_a_bounded_number_of_tokens(access, refuse, monkeypatch):
    monkeypatch.setattr("busbar.domain.access.model.TOKENS_OF_DRIVER_MAX", 2)
    driver = await access.dispatch(CreateDriver(operator_id=access.one, actor="staff:s", display_name="Mara"))
    for value in ("TAG1", "TAG2", "TAG1"):
        await access.put(value, driver_id=driver.driver_id)
    assert await refuse(access.put("TAG3", driver_id=driver.driver_id)) == "limit_exceeded.driver_tokens"


async def test_a_put_is_idempotent(access, rows, facts):
    first = await access.put("TAG1", label="Mara's")
    again = await access.put("TAG1", label="Mara's")
    assert (first.is_new, first.is_changed) == (True, True)
    assert (again.is_new, again.is_changed, again.token) == (False, False, first.token)
    access.house.clock.advance(timedelta(minutes=1))
    changed = await access.put("tag1", label="Ben's")
    assert (changed.is_new, changed.is_changed) == (False, True)
    assert changed.token.token_id == first.token.token_id
    assert changed.token.changed_at > first.token.changed_at == changed.token.created_at
    assert len(await rows(id_tokens)) == 1
    assert [(fact.is_new, fact.token_id) for fact in await facts() if isinstance(fact, TokenChanged)] == [
        (True, first.token.token_id),
        (False, first.token.token_id),
    ]
    entries = [entry for entry in await rows(audit_entries) if entry["subject"].startswith("token:")]
    assert [entry["action"] for entry in entries] == ["token.create", "token.change"]
    assert json.loads(entries[1]["detail_json"]) == {"changed": ["label"]}  # people write names there
    assert "Ben" not in str(entries)


async def test_the_audit_log_tells_what_a_token_was_and_is(access, rows):
    await access.put("TAG1")
    await access.put("TAG1", concurrency=ConcurrencyRule.DENIED)
    detail = json.loads((await rows(audit_entries))[-1]["detail_json"])
    assert detail == {"concurrency": {"from": "default", "to": "denied"}}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"value": ""}, "invalid.token_value"),
        ({"value": " TAG"}, "invalid.token_value"),
        ({"value": "TAG\n"}, "invalid.token_value"),
        ({"value": "tåg"}, "invalid.token_value"),
        ({"value": "x" * 256}, "invalid.token_value"),
        ({"kind": TokenKind.NONE}, "invalid.token_kind"),
        ({"label": "x" * 101}, "invalid.label"),
        ({"label": "a\u0000"}, "invalid.label"),
        ({"site_ids": ("a b",)}, "invalid.sites"),
        ({"site_ids": tuple(f"s{number}" for number in range(501))}, "invalid.sites"),
        ({"driver_id": "nobody"}, "not_found.driver"),
        ({"group": "nobody"}, "not_found.group"),
    ],
)
async def test_what_is_no_token_is_refused(access, refuse, rows, given, code):
    assert await refuse(access.put(**{"value": "TAG", **given})) == code
    assert await rows(id_tokens) == []


async def test_a_validity_must_have_a_length(access, refuse):
    now = access.house.clock.now()
    assert await refuse(access.put("TAG", valid_from=now, expires_at=now)) == "invalid.validity"


async def test_a_token_is_not_valid_before_its_time(access):
    await access.put("TAG", valid_from=access.house.clock.now() + timedelta(days=1))
    assert await access.judge("TAG") == "invalid"
    access.house.clock.advance(timedelta(days=1))
    assert await access.judge("TAG") == "accepted"


async def test_a_token_is_accepted_at_its_sites_only(access):
    await access.put("TAG", site_ids=("site-here",))
    assert await access.judge("TAG", station_id="HERE") == "accepted"
    assert await access.judge("TAG", station_id="THERE") == "not_here"
    assert await access.judge("TAG", station_id="UNKNOWN") == "not_here"


async def test_a_second_session_needs_leave_of_token_group_or_setting(access):
    put_group = {"operator_id": access.one, "actor": "staff:s", "value": "FLEET", "name": "Fleet"}
    await access.dispatch(PutGroup(**put_group))
    await access.put("TAG", group="FLEET")
    assert await access.judge("TAG") == "accepted"
    assert await access.judge("TAG", running=1) == "concurrent"
    await access.dispatch(PutGroup(**put_group, concurrency=ConcurrencyRule.ALLOWED))
    assert await access.judge("TAG", running=1) == "accepted"
    await access.put("TAG", group="FLEET", concurrency=ConcurrencyRule.DENIED)
    assert await access.judge("TAG", running=1) == "concurrent"


async def test_the_setting_decides_last(house, passwords):
    access = Access(house, house.core, passwords, AccessPolicy(is_concurrent_allowed=True))
    await house.start()
    await access.begin()
    await access.put("TAG")
    assert (await access.decide("TAG", running=3)).is_concurrent_allowed
    assert await access.judge("TAG", running=3) == "accepted"


async def test_a_group_goes_to_the_station_and_stays_while_it_has_tokens(access, refuse):
    assert await refuse(access.dispatch(RemoveGroup(operator_id=access.one, actor="s", value="x"))) == "not_found.group"
    for value in ("", "x" * 21, "ä"):
        put = PutGroup(operator_id=access.one, actor="staff:s", value=value, name="Family")
        assert await refuse(access.dispatch(put)) == "invalid.group_value"
    put = PutGroup(operator_id=access.one, actor="staff:s", value="Family1", name="Family")
    made = await access.dispatch(put)
    assert (made.is_new, (await access.dispatch(put)).is_changed) == (True, False)
    await access.put("TAG1", group="FAMILY1")
    await access.put("TAG2", group="family1")
    for value in ("TAG1", "TAG2"):
        assert (await access.decide(value)).group == IdToken(value="Family1", kind=TokenKind.CENTRAL)
    remove = RemoveGroup(operator_id=access.one, actor="staff:s", value="FAMILY1")
    assert await refuse(access.dispatch(remove)) == "conflict.group_in_use"
    for value in ("TAG1", "TAG2"):
        await access.put(value)
    await access.dispatch(remove)
    assert (await access.decide("TAG1")).group is None


async def test_a_vehicle_cannot_pass_for_an_rfid_but_an_rfid_of_16_may_be_anything(access):
    await access.put("1234", kind=TokenKind.RFID)
    await access.put("001122334455", kind=TokenKind.MAC)
    assert await access.judge("1234", TokenKind.KEYCODE) == "invalid"
    assert await access.judge("001122334455", TokenKind.KEYCODE) == "invalid"
    assert await access.judge("001122334455", TokenKind.MAC) == "accepted"
    assert await access.judge("001122334455", TokenKind.RFID) == "accepted"
    assert await access.judge("1234", TokenKind.CENTRAL) == "accepted"


async def test_the_driver_decides_with_the_token(access):
    driver = await access.dispatch(
        CreateDriver(operator_id=access.one, actor="staff:s", display_name="Mara", language="it")
    )
    who = {"operator_id": access.one, "actor": "staff:s", "driver_id": driver.driver_id}
    await access.put("TAG", driver_id=driver.driver_id)
    decision = await access.decide("TAG")
    assert (decision.verdict, decision.driver_id, decision.language) == ("accepted", driver.driver_id, "it")
    await access.dispatch(UpdateDriver(**who, language="zh"))
    assert (await access.decide("TAG")).language == "zh"
    await access.dispatch(BlockDriver(**who))
    assert await access.judge("TAG") == "blocked"
    await access.dispatch(BlockDriver(**who, is_blocked=False))
    assert await access.judge("TAG") == "accepted"
    await access.dispatch(EraseDriver(**who))
    assert await access.judge("TAG") == "invalid"


async def test_an_app_token_is_made_once_and_fits_every_protocol(access, refuse):
    driver = await access.dispatch(CreateDriver(operator_id=access.one, actor="staff:s", display_name="Mara"))
    await access.put("RFID1", driver_id=driver.driver_id)
    find = FindDriverToken(operator_id=access.one, driver_id=driver.driver_id)
    token = await access.dispatch(find)
    assert (token.kind, len(token.value)) == (TokenKind.APP, 20)
    assert await access.dispatch(find) == token
    decision = await access.decide(token.value.lower(), TokenKind.RFID)
    assert (decision.verdict, decision.driver_id) == ("accepted", driver.driver_id)
    assert await access.judge(token.value, TokenKind.CENTRAL) == "accepted"
    strange = FindDriverToken(operator_id=access.two, driver_id=driver.driver_id)
    assert await refuse(access.dispatch(strange)) == "not_found.driver"


async def test_operators_never_see_each_others_tokens(access, refuse):
    mine = await access.put("TAG", label="one")
    assert await access.judge("TAG", operator_id=access.two) == "invalid"
    theirs = await access.put("TAG", operator_id=access.two, label="two")
    assert theirs.is_new
    assert theirs.token.token_id != mine.token.token_id
    await access.put("ONLY-ONE")
    driver = await access.dispatch(CreateDriver(operator_id=access.one, actor="staff:s", display_name="Mara"))
    await access.dispatch(PutGroup(operator_id=access.one, actor="staff:s", value="G", name="G"))
    two = {"operator_id": access.two, "actor": "staff:t"}
    assert await refuse(access.dispatch(FindToken(operator_id=access.two, value="ONLY-ONE"))) == "not_found.token"
    assert await refuse(access.dispatch(RemoveToken(**two, value="ONLY-ONE"))) == "not_found.token"
    block = SetTokenStatus(**two, value="ONLY-ONE", status=TokenStatus.BLOCKED)
    assert await refuse(access.dispatch(block)) == "not_found.token"
    assert await refuse(access.put("X", operator_id=access.two, driver_id=driver.driver_id)) == "not_found.driver"
    assert await refuse(access.put("X", operator_id=access.two, group="G")) == "not_found.group"
    assert await refuse(access.dispatch(RemoveGroup(**two, value="G"))) == "not_found.group"
    await access.dispatch(SetTokenStatus(**two, value="TAG", status=TokenStatus.BLOCKED))
    assert await access.judge("TAG") == "accepted"
    assert await access.judge("TAG", operator_id=access.two) == "blocked"


async def test_removing_tells_the_fact(access, facts):
    put = await access.put("TAG")
    await access.dispatch(RemoveToken(operator_id=access.one, actor="staff:s", value="tag"))
    removed = [fact for fact in await facts() if isinstance(fact, TokenRemoved)]
    assert [fact.token_id for fact in removed] == [put.token.token_id]


async def test_decisions_are_the_same_after_a_restart(access, house, passwords, policy):
    await access.put("TAG", label="x", site_ids=("site-here",), expires_at=house.clock.now() + timedelta(days=1))
    before = await access.decide("TAG")
    await house.core.stop()
    core = house.restart()
    later = Access(house, core, passwords, policy)
    later.one = access.one
    await core.start()
    assert await later.decide("TAG") == before


@pytest.mark.parametrize(
    ("funds", "verdict"),
    [("enough", "accepted"), ("too_little", "no_funds"), ("budget_used", "no_funds"), ("frozen", "blocked")],
)
async def test_a_drivers_token_is_accepted_if_the_money_allows_it(access, funds, verdict):
    driver = await access.dispatch(CreateDriver(operator_id=access.one, actor="staff:s", display_name="Mara"))
    await access.put("OWN", driver_id=driver.driver_id)
    await access.put("NOBODYS")
    access.funds = FundsVerdict(funds)
    assert await access.judge("OWN") == verdict
    assert await access.judge("NOBODYS") == "accepted"


async def test_whoever_ends_a_session_needs_no_money(access):
    driver = await access.dispatch(CreateDriver(operator_id=access.one, actor="staff:s", display_name="Mara"))
    await access.put("OWN", driver_id=driver.driver_id)
    access.funds = FundsVerdict.TOO_LITTLE
    ending = Authorize(operator_id=access.one, station_id="HERE", id_token=IdToken(value="OWN"), is_start=False)
    assert (await access.dispatch(ending)).verdict == "accepted"
