"""Who holds which partition, and what parcels were answered with: the tables, and the statements on them."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import lru_cache

import msgspec
from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, delete, literal, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.db.reading import QuickRead
from busbar.db.schema import Id, Instant, metadata
from busbar.db.work import SqlUnitOfWork
from busbar.kernel.ids import FactId

CONTROL = 0
"""The partition whose row carries the number of shared changes."""
LOCKS_KEPT = 64
"""Sets of partitions held for which the statement is at hand."""
ANSWERS_KEPT = 1000
"""Parcels of a partition whose answers are kept however old they are: more than a broker ever has in hand."""

partitions = Table(
    "partitions",
    metadata,
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("epoch", BigInteger, nullable=False),
    Column("holder", String(120), nullable=False),
    Column("taken_at", Instant(), nullable=False),
    Column("settled_fact_id", Id()),
    Column("shared_changes", BigInteger, nullable=False),
)
"""One row a partition. `epoch` grows with every holder; facts before `settled_fact_id` have reached all listeners."""

parcel_answers = Table(
    "parcel_answers",
    metadata,
    Column("parcel_id", String(64), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("partition", Integer, nullable=False),
    Column("answers", LargeBinary, nullable=False),
    Column("at", Instant(), nullable=False),
    Index(None, "partition", "at"),
)
"""The answers of a parcel's messages from this position on, written in the transaction of their effects."""


class Taken(msgspec.Struct, frozen=True):
    """A partition that was taken over."""

    epoch: int
    settled_fact_id: FactId | None


async def take_partition(connection: AsyncConnection, partition: int, *, holder: str, now: datetime) -> Taken:
    """Raise the partition's epoch. Waits for a unit of work of the present holder; its next one is refused."""
    raised = (
        update(partitions)
        .where(partitions.c.partition == partition)
        .values(epoch=partitions.c.epoch + 1, holder=holder, taken_at=now)
        .returning(partitions.c.epoch, partitions.c.settled_fact_id)
    )
    row = (await connection.execute(raised)).first()
    if row is None:
        first = {"partition": partition, "epoch": 1, "holder": holder, "taken_at": now, "shared_changes": 0}
        await connection.execute(partitions.insert().values(first))
        return Taken(1, None)
    return Taken(row.epoch, row.settled_fact_id)


class Hold(msgspec.Struct, frozen=True):
    """What a unit of work finds as it begins."""

    epochs: Mapping[int, int]
    shared_changes: int


async def lock_partitions(work: SqlUnitOfWork, held: Collection[int]) -> Hold:
    """Keep others from taking these partitions until the unit of work ends; return the epochs that they have now.

    The rows are locked in the order of their numbers, as everywhere, so that nobody waits for each other.
    """
    rows = await work.find(_build_lock(tuple(sorted(held))), {})
    return Hold(
        epochs={row["partition"]: row["epoch"] for row in rows},
        shared_changes=max((row["changes"] or 0 for row in rows), default=0),
    )


@lru_cache(maxsize=LOCKS_KEPT)
def _build_lock(held: tuple[int, ...]) -> QuickRead:
    """Build the statement once for all units of work in which the same partitions are held."""
    control = partitions.alias("control")
    changes = select(control.c.shared_changes).where(control.c.partition == CONTROL).scalar_subquery()
    statement = select(partitions.c.partition, partitions.c.epoch, changes.label("changes"))
    own = partitions.c.partition.in_([literal(partition) for partition in held])
    return QuickRead(statement.where(own).order_by(partitions.c.partition).with_for_update(read=True, of=partitions))


async def count_shared_change(work: SqlUnitOfWork) -> None:
    """Let every core know, from its next unit of work on, that shared rows are others now."""
    control = partitions.c.partition == CONTROL
    await work.execute(update(partitions).where(control).values(shared_changes=partitions.c.shared_changes + 1))


async def settle_facts(connection: AsyncConnection, marks: Mapping[int, FactId], epochs: Mapping[int, int]) -> None:
    """Note for partitions still held that all facts before these have reached their listeners."""
    for partition, fact_id in sorted(marks.items()):
        own = (partitions.c.partition == partition) & (partitions.c.epoch == epochs[partition])
        await connection.execute(update(partitions).where(own).values(settled_fact_id=fact_id))


def keep_answers(work: SqlUnitOfWork, *, parcel_id: str, partition: int, position: int, answers: bytes) -> None:
    """Write a parcel's answers with its effects."""
    row = {"parcel_id": parcel_id, "position": position, "partition": partition, "answers": answers, "at": work.now}
    work.stage_insert(parcel_answers, row)


def is_repeated(error: BaseException) -> bool:
    """Tell whether a unit of work failed because a parcel came again: its answers are stored."""
    return isinstance(error, DBAPIError) and parcel_answers.name in str(error.orig)


async def find_answers(connection: AsyncConnection, parcel_id: str) -> dict[int, bytes]:
    """Return a parcel's answers by the position that they begin at."""
    statement = select(parcel_answers.c.position, parcel_answers.c.answers)
    rows = await connection.execute(statement.where(parcel_answers.c.parcel_id == parcel_id))
    return {row.position: row.answers for row in rows}


async def expire_answers(
    connection: AsyncConnection, partition: int, *, now: datetime, retention: timedelta, kept: int = ANSWERS_KEPT
) -> None:
    """Forget answers of parcels that cannot come again: older than this, and than the last many of the partition."""
    own = parcel_answers.c.partition == partition
    newest = select(parcel_answers.c.at).where(own).order_by(parcel_answers.c.at.desc()).offset(kept).limit(1)
    last = (await connection.execute(newest)).scalar()
    if last is not None:
        before = min(last, now - retention)
        await connection.execute(delete(parcel_answers).where(own, parcel_answers.c.at < before))
