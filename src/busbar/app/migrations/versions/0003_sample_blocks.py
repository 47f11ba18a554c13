"""Keep what one message told of one instant in one row.

The samples there are move over. The old table goes with them: before this step one process had a database to itself.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from alembic import op

from busbar.canon.metering import Measurand, Sample, SampleContext, SampleLocation
from busbar.db.schema import Instant
from busbar.domain.metering.block import pack_samples, read_figure

revision = "0003"
down_revision = "0002"

ROWS_PER_STEP = 2000
_PLAIN = (
    "sample_id", "operator_id", "station_id", "evse_id", "session_id", "transaction_ref",
    "measurand", "phase", "location", "context", "value", "raw_measurand", "signed",
)  # fmt: skip
_KIN = attrgetter("operator_id", "station_id", "evse_id", "session_id", "transaction_ref", "at", "received_at")


def upgrade() -> None:
    """Apply this step."""
    blocks = op.create_table(
        "sample_blocks",
        sa.Column("block_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("station_id", sa.String(length=64), nullable=False),
        sa.Column("evse_id", sa.BigInteger(), nullable=True),
        sa.Column("session_id", sa.String(length=64), nullable=True),
        sa.Column("transaction_ref", sa.String(length=64), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("sample_count", sa.Integer(), nullable=False),
        sa.Column("power_w", sa.BigInteger(), nullable=True),
        sa.Column("register_wh", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("block_id", name=op.f("pk_sample_blocks")),
    )
    with op.batch_alter_table("sample_blocks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sample_blocks_session_id_at"), ["session_id", "at"], unique=False)
        batch_op.create_index(
            "ix_sample_blocks_outside_sessions",
            ["station_id", "at"],
            unique=False,
            sqlite_where=sa.text("session_id IS NULL"),
            postgresql_where=sa.text("session_id IS NULL"),
        )
    connection = op.get_bind()
    rows: list[dict[str, Any]] = []
    for row in _list_blocks(connection):
        rows.append(row)
        if len(rows) == ROWS_PER_STEP:
            connection.execute(blocks.insert(), rows)
            rows = []
    if rows:
        connection.execute(blocks.insert(), rows)
    op.drop_table("samples")


def _list_blocks(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """Put the samples of one message and one instant together: they were written one after the other."""
    plain: list[sa.ColumnClause[Any]] = [sa.column(name) for name in _PLAIN]
    samples = sa.table("samples", *plain, sa.column("at", Instant()), sa.column("received_at", Instant()))
    last_id = 0
    waiting: list[Any] = []
    while True:
        query = sa.select(samples).where(samples.c.sample_id > last_id).order_by(samples.c.sample_id)
        found = list(connection.execute(query.limit(ROWS_PER_STEP)))
        groups = [list(group) for _, group in groupby([*waiting, *found], key=_KIN)]
        if not found:
            yield from (_pack(group) for group in groups)
            return
        last_id = found[-1].sample_id
        waiting = groups.pop()
        yield from (_pack(group) for group in groups)


def _pack(rows: list[Any]) -> dict[str, Any]:
    taken = [
        Sample(
            at=row.at,
            measurand=Measurand(row.measurand),
            value=row.value,
            phase=row.phase,
            location=SampleLocation(row.location),
            context=SampleContext(row.context),
            raw_measurand=row.raw_measurand,
            signed=row.signed,
        )
        for row in rows
    ]
    first = rows[0]
    return {
        "operator_id": first.operator_id,
        "station_id": first.station_id,
        "evse_id": first.evse_id,
        "session_id": first.session_id,
        "transaction_ref": first.transaction_ref,
        "at": first.at,
        "received_at": first.received_at,
        "sample_count": len(taken),
        "power_w": read_figure(taken, Measurand.POWER_IMPORT),
        "register_wh": read_figure(taken, Measurand.ENERGY_IMPORT_REGISTER),
        "body": pack_samples(taken),
    }
