"""A session has the tariff it began with, and in the end a price that is never changed silently."""

from datetime import timedelta

from busbar.canon.pricing import LineKind, TariffFixed, Totals
from busbar.canon.tariffs import Scope
from busbar.domain.billing.tables import price_revisions, session_prices

from .conftest import per_kwh


async def test_a_session_is_priced_by_the_operators_default(billing):
    tariff = await billing.offer("Public", per_kwh("0.50"))
    session_id = await billing.charge(wh=12_345)
    (fixed,) = billing.facts(TariffFixed)
    assert (fixed.session_id, fixed.tariff_id, fixed.version, fixed.reason) == (
        session_id, tariff.tariff_id, 1, "operator",
    )  # fmt: skip
    (priced,) = billing.priced()
    assert priced.totals == Totals(net=518, tax=99, gross=617)
    assert (priced.session_id, priced.revision, priced.is_final, priced.previous) == (session_id, 1, True, None)
    (line,) = priced.lines
    assert (line.kind, str(line.quantity), line.unit, line.gross) == (LineKind.ENERGY, "12.345", "kWh", 617)
    (row,) = await billing.read(session_prices)
    assert (row["gross"], row["revision"], row["currency"], row["tariff_name"]) == (617, 1, "EUR", "Public")


async def test_without_a_tariff_a_session_has_no_price(billing):
    reply = await billing.say(billing.start16(0))
    await billing.rest()
    assert billing.billing.pricing.unpriced_count == 1
    billing.pass_time(minutes=60)
    await billing.say(billing.stop16(reply.transaction_ref, 3600, wh=10_000))
    await billing.rest()
    assert billing.billing.pricing.unpriced_count == 0  # else those of all that ever ended are held
    assert billing.priced() == []
    assert await billing.read(session_prices) == []


async def test_a_session_keeps_the_version_that_it_began_with(billing):
    tariff = await billing.offer("Public", per_kwh("0.50"))
    reply = await billing.say(billing.start16(0))
    await billing.rest()
    await billing.edit(tariff, per_kwh("9.99"))
    billing.pass_time(minutes=10)
    await billing.publish(tariff)
    billing.pass_time(minutes=50)
    await billing.say(billing.stop16(reply.transaction_ref, 3600, wh=10_000))
    await billing.rest()
    (priced,) = billing.priced()
    assert (priced.version, priced.totals.gross) == (1, 500)
    await billing.charge(begin=4000, end=5000, wh=10_000)
    assert (billing.priced()[-1].version, billing.priced()[-1].totals.gross) == (2, 9990)


async def test_a_session_that_was_reported_late_has_the_version_of_its_own_time(billing):
    tariff = await billing.offer("Public", per_kwh("0.50"))
    billing.pass_time(hours=5)
    await billing.edit(tariff, per_kwh("9.99"))
    await billing.publish(tariff)
    billing.pass_time(hours=1)
    await billing.charge(begin=1800, end=3600, wh=1000)
    assert billing.priced()[0].version == 1


async def test_a_clock_that_was_never_set_is_not_believed(billing):
    await billing.offer("Public", per_kwh("0.50"))
    long_ago = -40 * 365 * 86_400
    await billing.charge(begin=long_ago, end=long_ago + 3600, wh=1000)
    assert billing.priced()[0].totals.gross == 50


async def test_a_corrected_record_is_a_new_revision(billing):
    await billing.offer("Public", per_kwh("0.50"))
    reply = await billing.say(billing.start16(0))
    await billing.rest()
    billing.pass_time(minutes=30)
    await billing.say_samples(billing.sample(1700, 4000), ref=reply.transaction_ref)
    session_id = (await billing.sessions())[0]["session_id"]
    await billing.close(session_id)
    (first,) = billing.priced()
    assert (first.totals.gross, first.is_final) == (200, False)
    await billing.say(billing.stop16(reply.transaction_ref, 1750, wh=5000))
    await billing.rest()
    second = billing.priced()[-1]
    assert (second.revision, second.totals.gross, second.previous.gross, second.is_final) == (2, 250, 200, True)
    revisions = await billing.read(price_revisions, price_revisions.c.revision)
    assert [row["gross"] for row in revisions] == [200, 250]
    (row,) = await billing.read(session_prices)
    assert (row["revision"], row["gross"]) == (2, 250)


async def test_what_is_told_again_is_priced_once(billing):
    await billing.offer("Public", per_kwh("0.50"))
    await billing.charge(wh=1000)
    await billing.say(billing.start16(0))
    await billing.rest()
    assert len(billing.priced()) == 1
    assert len(await billing.read(session_prices)) == 1


async def test_the_narrowest_assignment_rules(billing):
    billing.add_site("site-1", "S2", "S3")
    await billing.offer("Default", per_kwh("0.10"))
    await billing.offer("Site", per_kwh("0.20"), Scope.SITE, "site-1")
    await billing.offer("Station", per_kwh("0.30"), Scope.STATION, "S3")
    await billing.charge(wh=10_000)
    await billing.charge(begin=4000, end=5000, wh=10_000, station="S2")
    await billing.charge(begin=6000, end=7000, wh=10_000, station="S3")
    assert [(fact.tariff_name, fact.totals.gross) for fact in billing.priced()] == [
        ("Default", 100), ("Site", 200), ("Station", 300),
    ]  # fmt: skip
    await billing.offer("Place", per_kwh("0.40"), Scope.CONNECTOR, "S3/1")
    await billing.charge(begin=8000, end=9000, wh=10_000, station="S3")
    assert billing.priced()[-1].tariff_name == "Place"


async def test_the_time_zone_is_the_sites(billing):
    billing.add_site("site-1", "S2", zone="Asia/Shanghai", country="CN")
    night = {"elements": [
        {"components": [{"dimension": "energy", "price": "1"}],
         "restrictions": {"start_time": "20:00", "end_time": "21:00"}},
        {"components": [{"dimension": "energy", "price": "2"}]},
    ]}  # fmt: skip
    await billing.offer("Night", per_kwh(**night))
    await billing.charge(begin=0, end=3600, wh=1000, station="S2")  # 12:00 UTC is 20:00 in Shanghai
    assert billing.priced()[-1].totals.gross == 100
    await billing.charge(begin=4000, end=5000, wh=1000, station="S1")
    assert billing.priced()[-1].totals.gross == 200


async def test_what_a_running_session_costs_so_far_is_told_now_and_then(billing):
    await billing.offer("Public", per_kwh("0.50"))
    reply = await billing.say(billing.start16(0))
    await billing.rest()
    billing.house.clock.instant = billing.at(600)
    await billing.say_samples(billing.sample(600, 2000), ref=reply.transaction_ref)
    assert await billing.price_running() == 1
    (row,) = await billing.read(session_prices)
    assert (row["gross"], row["revision"], row["energy_wh"]) == (100, 0, 2000)
    await billing.price_running()
    assert [(signal.totals.gross, signal.energy_wh) for signal in billing.costs()] == [(100, 2000)]
    billing.house.clock.instant = billing.at(600) + timedelta(minutes=10)
    await billing.say(billing.stop16(reply.transaction_ref, 1200, wh=3000))
    await billing.rest()
    assert await billing.price_running() == 0
    assert billing.priced()[0].totals.gross == 150
