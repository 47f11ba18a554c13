"""The tables of the metering room."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from busbar.db.schema import Id, Instant, Json, metadata

sample_blocks = Table(
    "sample_blocks",
    metadata,
    Column("block_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("operator_id", Id(), nullable=False),
    Column("station_id", Id(), nullable=False),
    Column("evse_id", BigInteger),
    Column("session_id", Id()),
    Column("transaction_ref", String(64)),
    Column("at", Instant(), nullable=False),
    Column("received_at", Instant(), nullable=False),
    Column("sample_count", Integer, nullable=False),
    Column("power_w", BigInteger),
    Column("register_wh", BigInteger),
    Column("body", LargeBinary, nullable=False),
    Index(None, "session_id", "at"),
)
"""What one message told of one instant: `body` holds the samples as they were sent, in whole canonical units (msgpack).

`power_w` (imported) and `register_wh` (of imported energy) say what the samples say of the whole EVSE, for sums and
roll-ups. `session_id` empty: taken outside any session.
"""
Index(
    "ix_sample_blocks_outside_sessions",
    sample_blocks.c.station_id,
    sample_blocks.c.at,
    sqlite_where=sample_blocks.c.session_id.is_(None),
    postgresql_where=sample_blocks.c.session_id.is_(None),
)

meter_records = Table(
    "meter_records",
    metadata,
    Column("session_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False, index=True),
    Column("station_id", Id(), nullable=False),
    Column("own_start_wh", BigInteger),
    Column("own_start_at", Instant()),
    Column("own_end_wh", BigInteger),
    Column("own_end_at", Instant()),
    Column("closed_at", Instant()),
    Column("started_at", Instant()),
    Column("ended_at", Instant()),
    Column("register_start_wh", BigInteger),
    Column("register_end_wh", BigInteger),
    Column("energy_wh", BigInteger),
    Column("exported_wh", BigInteger),
    Column("sample_count", Integer),
    Column("flags", Json(), nullable=False),
    Column("signed_start", Text),
    Column("signed_end", Text),
)
"""One row a session. `own_*`: what the transaction itself says of its begin and end; the rest is set when it closes."""
Index(
    "ix_meter_records_closed_at",
    meter_records.c.closed_at,
    sqlite_where=meter_records.c.closed_at.is_not(None),
    postgresql_where=meter_records.c.closed_at.is_not(None),
)

telemetry_buckets = Table(
    "telemetry_buckets",
    metadata,
    Column("resolution_s", Integer, primary_key=True),
    Column("station_id", Id(), primary_key=True),
    Column("begins_at", Instant(), primary_key=True),
    Column("evse_id", BigInteger, primary_key=True, autoincrement=False),
    Column("session_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("ends_at", Instant(), nullable=False),
    Column("energy_wh", BigInteger, nullable=False),
    Column("power_min_w", BigInteger),
    Column("power_max_w", BigInteger),
    Column("power_sum_w", BigInteger, nullable=False),
    Column("power_count", Integer, nullable=False),
    Index(None, "begins_at"),
)
"""Roll-ups: minutes of each session, and quarters, hours and days of each EVSE, whose `session_id` is empty.

`evse_id` 0 stands for the station as a whole. Days are those of the site's time zone.
"""

telemetry_progress = Table(
    "telemetry_progress",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("block_id", BigInteger, nullable=False),
    Column("received_at", Instant(), nullable=False),
)
"""The last block that is rolled up."""
