"""Keep roll-ups; on PostgreSQL part samples by the day they came in, so that old days are dropped and not deleted."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from busbar.db.day_parts import DAYS_AHEAD, name_part, write_default, write_part
from busbar.db.schema import Instant

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "telemetry_buckets",
        sa.Column("resolution_s", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.String(length=64), nullable=False),
        sa.Column("begins_at", Instant(), nullable=False),
        sa.Column("evse_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("energy_wh", sa.BigInteger(), nullable=False),
        sa.Column("power_min_w", sa.BigInteger(), nullable=True),
        sa.Column("power_max_w", sa.BigInteger(), nullable=True),
        sa.Column("power_sum_w", sa.BigInteger(), nullable=False),
        sa.Column("power_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "resolution_s", "station_id", "begins_at", "evse_id", "session_id", name=op.f("pk_telemetry_buckets")
        ),
    )
    op.create_index(op.f("ix_telemetry_buckets_begins_at"), "telemetry_buckets", ["begins_at"])
    op.create_table(
        "telemetry_progress",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("block_id", sa.BigInteger(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_telemetry_progress")),
    )
    op.create_index(  # older processes go on: there is one row a session, so they wait for a moment
        "ix_meter_records_closed_at",
        "meter_records",
        ["closed_at"],
        sqlite_where=sa.text("closed_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    if op.get_bind().dialect.name == "postgresql":
        _part_by_day()


def _part_by_day() -> None:
    """Put a table in parts in the place of the whole one; it has the same name and columns when the step is over."""
    connection = op.get_bind()
    op.execute("LOCK TABLE sample_blocks IN ACCESS EXCLUSIVE MODE")
    op.execute("CREATE TABLE parted (LIKE sample_blocks INCLUDING DEFAULTS) PARTITION BY RANGE (received_at)")
    op.execute(write_default("parted", name="sample_blocks_other"))
    today = connection.execute(sa.text("SELECT (now() AT TIME ZONE 'UTC')::date")).scalar_one()
    found = connection.execute(sa.text("SELECT DISTINCT (received_at AT TIME ZONE 'UTC')::date FROM sample_blocks"))
    ahead = {today + timedelta(days=number) for number in range(-1, DAYS_AHEAD + 1)}
    for day in sorted(ahead.union(found.scalars())):
        op.execute(write_part("parted", day, name=name_part("sample_blocks", day)))
    op.execute("INSERT INTO parted SELECT * FROM sample_blocks")
    for statement in (
        "ALTER SEQUENCE sample_blocks_block_id_seq OWNED BY NONE",
        "DROP TABLE sample_blocks",
        "ALTER TABLE parted RENAME TO sample_blocks",
        "ALTER SEQUENCE sample_blocks_block_id_seq OWNED BY sample_blocks.block_id",
        "ALTER TABLE sample_blocks ADD CONSTRAINT pk_sample_blocks PRIMARY KEY (block_id, received_at)",
        "CREATE INDEX ix_sample_blocks_session_id_at ON sample_blocks (session_id, at)",
        "CREATE INDEX ix_sample_blocks_outside_sessions ON sample_blocks (station_id, at) WHERE session_id IS NULL",
    ):
        op.execute(statement)  # older processes go on: they wait for the table, then find the new one by its name
