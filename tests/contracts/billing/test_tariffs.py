"""Tariffs are drafts that may change and versions that may not; every write leaves an audit entry."""

import json
from datetime import timedelta

import pytest

from busbar.canon.access import Decision, TokenKind, TokenPartner, Verdict
from busbar.canon.pricing import TariffFixed
from busbar.canon.sessions import TransactionPhase
from busbar.canon.tariffs import (
    FindTariff,
    PlaceToPrice,
    ResolveTariff,
    ResolveTariffs,
    RetireTariff,
    Scope,
    TariffChanged,
    UnassignTariff,
)
from busbar.domain.billing.tables import tariff_assignments, tariff_versions, tariffs
from tests.contracts.sessions.conftest import TAG

from .conftest import ACTOR, OPERATOR, per_kwh


def find(tariff, operator_id=OPERATOR):
    return FindTariff(operator_id=operator_id, tariff_id=tariff.tariff_id)


def retire(tariff):
    return RetireTariff(operator_id=OPERATOR, actor=ACTOR, tariff_id=tariff.tariff_id)


def unassign(assignment):
    return UnassignTariff(operator_id=OPERATOR, actor=ACTOR, assignment_id=assignment.assignment_id)


async def test_a_draft_becomes_a_version_and_both_stay_apart(billing):
    tariff = await billing.create(content=per_kwh("0.50"))
    assert (tariff.version, tariff.currency) == (0, "EUR")
    first = await billing.publish(tariff)
    assert (first.version, first.valid_from) == (1, billing.house.clock.now())
    edited = await billing.edit(tariff, per_kwh("0.60"))
    assert (edited.version, json.loads(edited.draft_json)["elements"][0]["components"][0]["price"]) == (1, "0.6")
    second = await billing.publish(tariff)
    assert second.version == 2
    rows = await billing.read(tariff_versions, tariff_versions.c.version)
    prices = [json.loads(row["content_json"])["elements"][0]["components"][0]["price"] for row in rows]
    assert prices == ["0.5", "0.6"]
    assert [audit.action for audit in billing.audits] == [
        "tariff.create", "tariff.publish", "tariff.edit", "tariff.publish",
    ]  # fmt: skip
    price = {"from": "0.5", "to": "0.6"}
    edited, published = (audit.detail for audit in billing.audits[2:])
    assert edited == {"tariff": tariff.name, "elements.0.components.0.price": price}
    assert published["elements.0.components.0.price"] == price
    assert published["version"] == {"from": 1, "to": 2}
    assert {audit.actor for audit in billing.audits} == {ACTOR}
    assert [fact.version for fact in billing.facts(TariffChanged)] == [0, 1, 1, 2]


async def test_repeats_change_nothing(billing):
    tariff = await billing.create()
    published = await billing.publish(tariff)
    assert await billing.publish(tariff) == published
    again = await billing.edit(tariff, json.dumps(json.loads(per_kwh("0.500"))))
    assert again.changed_at == published.published_at
    first = await billing.assign(tariff)
    billing.pass_time(hours=1)
    assert await billing.assign(tariff) == first
    ended = await billing.core.dispatch(unassign(first))
    assert ended.valid_until == billing.house.clock.now()
    billing.pass_time(hours=1)
    assert await billing.core.dispatch(unassign(first)) == ended
    gone = await billing.core.dispatch(retire(tariff))
    billing.pass_time(hours=1)
    assert await billing.core.dispatch(retire(tariff)) == gone
    assert [audit.action for audit in billing.audits] == [
        "tariff.create", "tariff.publish", "tariff.assign", "tariff.unassign", "tariff.retire",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"currency":"EUR","elements":[]}', per_kwh("-1"), per_kwh("NaN"), per_kwh(vat="101")]
)
async def test_what_is_no_tariff_is_refused(billing, refuse, content):
    tariff = await billing.create()
    assert await refuse(billing.create("Other", content or "x")) == "invalid.tariff"
    assert await refuse(billing.edit(tariff, content or "x")) == "invalid.tariff"
    assert len(await billing.read(tariffs)) == 1


async def test_names_and_currencies(billing, refuse):
    tariff = await billing.create("Public")
    assert await refuse(billing.create("PUBLIC")) == "conflict.tariff_name"
    assert await refuse(billing.create(" ")) == "invalid.name"
    assert (await billing.create("Public", operator_id="other")).name == "Public"
    changed = await billing.edit(tariff, per_kwh(currency="CHF"))
    assert changed.currency == "CHF"  # nothing is published yet
    await billing.publish(tariff)
    assert await refuse(billing.edit(tariff, per_kwh(currency="EUR"))) == "invalid.tariff_currency"


async def test_nobody_reaches_another_operators_tariff(billing, refuse):
    tariff = await billing.create("Theirs", operator_id="other")
    await billing.publish(tariff)
    assert await refuse(billing.core.dispatch(find(tariff))) == "not_found.tariff"
    assert await refuse(billing.core.dispatch(retire(tariff))) == "not_found.tariff"
    assignment = await billing.assign(tariff)
    assert await refuse(billing.core.dispatch(unassign(assignment))) == "not_found.assignment"
    await billing.charge()
    assert billing.priced() == []


async def test_a_tariff_is_assigned_once_published_and_retired_once_unassigned(billing, refuse):
    tariff = await billing.create()
    assert await refuse(billing.assign(tariff)) == "conflict.tariff_unpublished"
    await billing.publish(tariff)
    assignment = await billing.assign(tariff)
    assert await refuse(billing.core.dispatch(retire(tariff))) == "conflict.tariff_assigned"
    await billing.core.dispatch(unassign(assignment))
    await billing.core.dispatch(retire(tariff))
    assert await refuse(billing.assign(tariff)) == "conflict.tariff_retired"
    assert await refuse(billing.edit(tariff, per_kwh("1"))) == "conflict.tariff_retired"


async def test_assignments_have_an_end_after_their_begin_and_a_subject_that_fits(billing, refuse):
    tariff = await billing.create()
    await billing.publish(tariff)
    now = billing.house.clock.now()
    assert await refuse(billing.assign(tariff, Scope.OPERATOR, "x")) == "invalid.assignment"
    assert await refuse(billing.assign(tariff, Scope.CONNECTOR, "S1")) == "invalid.assignment"
    assert await refuse(billing.assign(tariff, valid_until=now)) == "invalid.assignment"
    hour = timedelta(hours=1)
    assert await refuse(billing.assign(tariff, valid_from=now + hour, valid_until=now + hour)) == "invalid.assignment"
    late = await billing.assign(tariff, valid_from=now + hour, valid_until=now + 2 * hour)
    assert (late.valid_from, late.valid_until) == (now + hour, now + 2 * hour)


async def test_what_is_assigned_holds_at_once_and_for_its_time_alone(billing, refuse):
    ask = ResolveTariff(operator_id=OPERATOR, at=billing.house.clock.now(), station_id="S1")
    assert await refuse(billing.core.dispatch(ask)) == "not_found.tariff_there"
    usual = await billing.offer("Usual", per_kwh("0.50"))
    assert (await billing.core.dispatch(ask)).tariff_id == usual.tariff_id
    special = await billing.create("Special", per_kwh("0.10"))
    await billing.publish(special)
    now, hour = billing.house.clock.now(), timedelta(hours=1)
    await billing.assign(special, Scope.STATION, "S1", valid_from=now + hour, valid_until=now + 2 * hour)
    found = [
        (await billing.core.dispatch(ResolveTariff(operator_id=OPERATOR, at=now + step, station_id="S1"))).name
        for step in (timedelta(0), hour, 2 * hour)
    ]
    assert found == ["Usual", "Special", "Usual"]
    assert len(await billing.read(tariff_assignments)) == 2


async def test_what_is_held_in_memory_is_read_again_when_another_process_wrote(billing):
    await billing.offer("Usual", per_kwh("0.50"))
    await billing.charge(wh=1000)
    async with billing.house.databases.writer.begin() as connection:
        await connection.execute(tariff_assignments.update().values(valid_until=billing.house.clock.now()))
    billing.billing.forget_all()
    await billing.charge(begin=7000, end=8000, wh=1000)
    assert len(billing.priced()) == 1


async def test_a_company_and_a_drivers_own_group_have_tariffs(billing):
    billing.decisions["TAG-1"] = Decision(verdict=Verdict.ACCEPTED, driver_id="ada", is_concurrent_allowed=True)
    await billing.offer("Public", per_kwh("0.50"))
    await billing.offer("Fleet", per_kwh("0.40"), Scope.COMPANY, "company-1")
    await billing.offer("Staff", per_kwh("0.30"), Scope.GROUP, "STAFF")

    async def quote(driver):
        wish = ResolveTariff(
            operator_id=OPERATOR, at=billing.house.clock.now(), station_id="S1", evse_id=1, driver_id=driver
        )
        found = (await billing.core.dispatch(wish)).name
        place = PlaceToPrice(station_id="S1", evse_id=1, connector_id=1)
        wish = ResolveTariffs(operator_id=OPERATOR, at=wish.at, places=(place,), driver_id=driver)
        assert [each.name for each in (await billing.core.dispatch(wish)).versions] == [found]
        return found

    assert await quote("ada") == "Public"
    await billing.charge()
    billing.companies["ada"] = "company-1"
    assert await quote("ada") == "Fleet"
    await billing.charge(begin=4000, end=5000)
    billing.groups["ada"] = "staff"
    assert await quote("ada") == "Staff", "a group may be a part of a company"
    assert await quote("eve") == "Public"
    assert [fact.tariff_name for fact in billing.priced()] == ["Public", "Fleet"]


async def test_an_assignment_for_a_time_and_a_version_of_the_future(billing):
    public = await billing.offer("Public", per_kwh("0.50"))
    night = await billing.create("Night", per_kwh("0.20"))
    await billing.publish(night)
    now = billing.house.clock.now()
    await billing.assign(night, valid_from=now + timedelta(hours=2), valid_until=now + timedelta(hours=4))
    await billing.edit(public, per_kwh("0.60"))
    await billing.publish(public, valid_from=now + timedelta(hours=5))
    paid = []
    for hour in range(7):
        begin = hour * 3600 + 60
        await billing.charge(begin=begin, end=begin + 600)
        paid.append(billing.priced()[-1].totals.gross)
    assert paid == [500, 500, 200, 200, 500, 600, 600]


async def test_a_partners_tokens_have_its_tariff_before_that_of_the_place(billing):
    billing.decisions["TAG-1"] = Decision(verdict=Verdict.ACCEPTED, token_id="token-1", is_concurrent_allowed=True)
    billing.partners["token-1"] = TokenPartner(
        partner_id="strada", contract_id="IT-STR-1", value="TAG-1", kind=TokenKind.RFID
    )
    await billing.offer("Public", per_kwh("0.50"))
    await billing.offer("Here", per_kwh("0.45"), Scope.STATION, "S1")
    await billing.charge()
    assert billing.partner_questions == 0, "nobody asks whose token it is where no partner has a tariff"
    await billing.offer("Strada", per_kwh("0.40"), Scope.PARTNER, "strada")
    await billing.charge(begin=4000, end=5000)
    billing.decisions["TAG-1"] = Decision(verdict=Verdict.ACCEPTED, token_id="token-2", is_concurrent_allowed=True)
    await billing.charge(begin=6000, end=7000)
    assert [fact.tariff_name for fact in billing.priced()] == ["Here", "Strada", "Here"]


async def test_a_vehicle_that_was_plugged_in_first_has_the_tariff_of_the_partner_who_is_told_later(billing):
    billing.decisions["TAG-1"] = Decision(verdict=Verdict.ACCEPTED, token_id="token-1")
    billing.partners["token-1"] = TokenPartner(partner_id="strada", contract_id="", value="TAG-1", kind=TokenKind.RFID)
    await billing.offer("Public", per_kwh("0.50"))
    await billing.offer("Strada", per_kwh("0.40"), Scope.PARTNER, "strada")
    await billing.say(billing.part2(0, 0, phase=TransactionPhase.STARTED, wh=0, evse_id=1, connector_id=1))
    await billing.rest()
    await billing.say(billing.part2(1, 60, wh=0, id_token=TAG))
    await billing.rest()
    assert [fact.reason for fact in billing.facts(TariffFixed)] == ["operator", "partner"]
    await billing.say(billing.part2(2, 3600, phase=TransactionPhase.ENDED, wh=10_000))
    await billing.rest()
    assert [(fact.tariff_name, fact.token_id) for fact in billing.priced()] == [("Strada", "token-1")]
