"""The taxes of an operator's rules in what sessions cost: by site, by product, as they were when the session began."""

import json
from decimal import Decimal

from busbar.canon.control import ShowPrice
from busbar.canon.invoicing import TaxRulesChanged
from busbar.canon.pricing import LineKind, TaxRate, Totals
from busbar.canon.stations import Protocol
from busbar.canon.tariffs import Scope
from busbar.domain.billing.tables import session_prices
from tests.contracts.billing.conftest import per_kwh
from tests.contracts.billing.test_displays import V21, arrive, sent, tend
from tests.contracts.sessions.conftest import OPERATOR

PARTS = [{"dimension": "energy", "price": "0.50"}, {"dimension": "flat", "price": "1.00"}]
OPEN = json.dumps({"currency": "EUR", "tax_included": "no", "elements": [{"components": PARTS}]})


def taxed(percent: int, kind: LineKind | None = None) -> TaxRate:
    return TaxRate(kind=kind, percent=Decimal(percent))


async def test_each_site_and_each_product_has_its_tax(billing):
    billing.add_site("milan", "S1")
    billing.add_site("berlin", "S2")
    billing.taxes = {"milan": (taxed(10, LineKind.ENERGY), taxed(22)), "berlin": (taxed(19),)}
    await billing.offer("Public", OPEN)
    await billing.charge(wh=10_000)
    await billing.charge(begin=4000, end=7000, wh=10_000, station="S2")
    milan, berlin = billing.priced()
    assert {line.kind: (line.net, line.tax, int(line.vat_percent)) for line in milan.lines} == {
        LineKind.ENERGY: (500, 50, 10), LineKind.FLAT: (100, 22, 22),
    }  # fmt: skip
    assert milan.totals == Totals(net=600, tax=72, gross=672)
    assert berlin.totals == Totals(net=600, tax=114, gross=714)


async def test_a_tariff_that_names_its_tax_keeps_it(billing):
    billing.taxes = {None: (taxed(22),)}
    await billing.offer("Public", per_kwh("0.50", vat="19"))
    await billing.charge(wh=10_000)
    assert [int(line.vat_percent) for line in billing.priced()[0].lines] == [19]


async def test_a_session_keeps_the_taxes_that_it_began_with(billing):
    billing.taxes = {None: (taxed(10),)}
    await billing.offer("Public", OPEN)
    reply = await billing.say(billing.start16(0))
    await billing.rest()
    billing.taxes = {None: (taxed(22),)}
    billing.pass_time(minutes=30)
    await billing.price_running()
    (row,) = await billing.read(session_prices)
    assert row["tax"] == 10  # of the 1.00 that is paid once
    billing.billing.pricing.forget_stations(lambda _station_id: True)  # as another process would begin
    await billing.say(billing.stop16(reply.transaction_ref, 3600, wh=10_000))
    await billing.rest()
    assert billing.priced()[0].totals == Totals(net=600, tax=60, gross=660)


async def test_stations_are_told_the_tax_of_their_site(billing):
    billing.add_site("milan", "S1")
    await billing.offer("Public", OPEN, Scope.SITE, "milan")
    await arrive(billing, Protocol.OCPP21, V21)
    (before,) = sent(billing, ShowPrice)
    billing.taxes = {"milan": (taxed(22),)}
    at = billing.house.clock.now()
    await billing.announce_fact(TaxRulesChanged(operator_id=OPERATOR, at=at))
    await tend(billing)
    after = sent(billing, ShowPrice)[-1]
    assert '"vat_percent":"22"' in after.tariff_json
    assert "22" in after.texts[0].text
    assert after.tariff_ref.startswith(f"{before.tariff_ref}-")  # another content has another name (I08.FR.08)
