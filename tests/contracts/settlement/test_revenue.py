"""What sessions brought in a period: one sum, whether its days were added up when they were closed or not."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from busbar.canon.settlement import SumRevenue
from busbar.domain.ledger.tables import ledger_balances, ledger_day_sites, legs

FEBRUARY, MARCH = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
SOLD = [
    ("s1", FEBRUARY + timedelta(hours=9), "north", 1_000, 500, 300),
    ("s2", FEBRUARY + timedelta(days=1, hours=16), "north", 2_000, 700, 100),
    ("s3", FEBRUARY + timedelta(days=1, hours=15, minutes=59), "south", 3_000, 11, 13),
    ("s4", FEBRUARY + timedelta(days=9, hours=20), None, 4_000, 17, 19),
    ("s5", FEBRUARY + timedelta(days=27, hours=23), "north", 5_000, 23, 29),
    ("s6", MARCH, "south", 6_000, 31, 37),
]
"""Session, when its price was posted, site, Wh, electricity, service."""


async def sell_all(books):
    for session_id, at, site_id, energy_wh, electricity, service in SOLD:
        await books.sell(
            session_id, at=at, site_id=site_id, energy_wh=energy_wh, electricity=electricity, service=service
        )


async def ask(books, since, until):
    revenue = await books.ask(SumRevenue(operator_id="one", since=since, until=until))
    return {site.site_id: (site.sessions, site.energy_wh, site.electricity, site.service) for site in revenue.sites}


def add_up(since, until):
    sums = {}
    for _, at, site_id, *amounts in SOLD:
        if since <= at < until:
            before = sums.get(site_id, (0, 0, 0, 0))
            sums[site_id] = tuple(a + b for a, b in zip(before, (1, *amounts), strict=True))
    return sums


async def test_a_period_is_the_same_sum_before_and_after_its_days_are_closed(books):
    await sell_all(books)
    periods = [
        (FEBRUARY, MARCH),
        (FEBRUARY + timedelta(hours=16), MARCH + timedelta(hours=16)),  # a month where clocks say +08:00, and back
        (FEBRUARY - timedelta(hours=8), MARCH - timedelta(hours=8)),
        (FEBRUARY + timedelta(days=1, hours=15), FEBRUARY + timedelta(days=1, hours=16)),
        (FEBRUARY + timedelta(days=1), FEBRUARY + timedelta(days=2)),
        (FEBRUARY + timedelta(days=27), MARCH + timedelta(days=2)),
        (MARCH + timedelta(days=5), MARCH + timedelta(days=6)),
    ]
    expected = [add_up(*period) for period in periods]
    assert [await ask(books, *period) for period in periods] == expected
    await books.close(MARCH + timedelta(hours=2))
    assert [await ask(books, *period) for period in periods] == expected
    await books.close(MARCH + timedelta(days=1, hours=2))
    assert [await ask(books, *period) for period in periods] == expected


async def test_closed_days_are_read_as_they_were_added_up(books):
    await sell_all(books)
    await books.close(MARCH + timedelta(hours=2))
    async with books.house.databases.writer.begin() as connection:
        await connection.execute(
            ledger_day_sites.update()
            .where(ledger_day_sites.c.closed_until == FEBRUARY + timedelta(days=1))
            .values(service=1_000_000)
        )
    assert (await ask(books, FEBRUARY, MARCH))["north"][3] == 1_000_000 + 100 + 29
    assert (await ask(books, FEBRUARY + timedelta(hours=1), MARCH))["north"][3] == 300 + 100 + 29


async def test_a_closed_balance_holds_all_that_an_account_ever_gave_and_got(books):
    await sell_all(books)
    await books.close(MARCH + timedelta(days=1, hours=2))
    async with books.house.databases.read() as connection:
        kept = (await connection.execute(select(ledger_balances))).mappings().all()
        assert len(kept) > len({row["account_id"] for row in kept})
        for row in kept:
            account_id = row["account_id"]
            for side, name in ((legs.c.debit_id, "debits"), (legs.c.credit_id, "credits")):
                ever = select(func.coalesce(func.sum(legs.c.amount), 0)).where(
                    side == account_id, legs.c.at < row["closed_until"]
                )
                assert int((await connection.execute(ever)).scalar_one()) == row[name]
