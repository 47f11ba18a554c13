"""The stored facts, read again: what live streams resume from."""

from datetime import datetime

from sqlalchemy import func, select

from busbar.canon.facts import decode_fact
from busbar.db.engine import Databases
from busbar.db.messaging import outbox
from busbar.kernel.ids import FactId
from busbar.ports.feed import PublishedFact


class SqlFactLog:
    """See `busbar.ports.feed.FactLog`."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def read_after(
        self, fact_id: FactId | None, *, limit: int, since: datetime | None = None
    ) -> list[PublishedFact]:
        """Return the next stored facts in order."""
        statement = select(outbox.c.fact_id, outbox.c.body).order_by(outbox.c.fact_id).limit(limit)
        if fact_id is not None:
            statement = statement.where(outbox.c.fact_id > fact_id)
        if since is not None:
            statement = statement.where(outbox.c.at >= since)
        async with self._databases.read() as connection:
            rows = (await connection.execute(statement)).all()
        return [PublishedFact(fact_id=FactId(row.fact_id), fact=decode_fact(row.body)) for row in rows]

    async def read_newest_id(self) -> FactId | None:
        """Return the id of the newest stored fact."""
        async with self._databases.read() as connection:
            newest = (await connection.execute(select(func.max(outbox.c.fact_id)))).scalar()
        return None if newest is None else FactId(newest)
