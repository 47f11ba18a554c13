"""The tables of the sessions room."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from busbar.db.schema import Id, Instant, Json, metadata

sessions = Table(
    "sessions",
    metadata,
    Column("session_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("site_id", Id()),
    Column("station_id", Id(), nullable=False),
    Column("evse_id", BigInteger),
    Column("connector_id", BigInteger),
    Column("state", String(16), nullable=False),
    Column("created_at", Instant(), nullable=False),
    Column("heard_at", Instant(), nullable=False),
    # who
    Column("token_value", String(255)),
    Column("token_kind", String(24)),
    Column("token_key", String(765)),
    Column("token_number", BigInteger),
    Column("is_token_told", Boolean, nullable=False),
    Column("token_id", Id()),
    Column("driver_id", Id()),
    Column("token_group", String(255)),
    Column("verdict", String(16)),
    Column("stop_token_value", String(255)),
    Column("stop_token_kind", String(24)),
    Column("stop_token_number", BigInteger),
    # asked for
    Column("start_command_id", Id(), index=True),
    Column("requested_at", Instant()),
    Column("requested_by", String(120)),
    Column("remote_start_id", BigInteger),
    Column("fail_reason", String(24)),
    Column("stop_command_id", Id()),
    Column("stop_requested_at", Instant()),
    Column("stop_requested_by", String(120)),
    # where it shall end
    Column("target_energy_wh", BigInteger),
    Column("target_soc_permille", BigInteger),
    Column("target_at", Instant()),
    Column("target_cost", BigInteger),
    Column("target_by", String(120)),
    Column("target_tries", Integer, nullable=False, server_default="0"),
    # what the station told
    Column("transaction_ref", String(64), index=True),
    Column("evse_number", BigInteger),
    Column("has_start", Boolean, nullable=False),
    Column("has_end", Boolean, nullable=False),
    Column("start_number", BigInteger),
    Column("end_number", BigInteger),
    Column("runs", Json(), nullable=False),
    Column("started_at", Instant()),
    Column("start_heard_at", Instant()),
    Column("start_register_wh", BigInteger),
    Column("ended_at", Instant()),
    Column("end_heard_at", Instant()),
    Column("end_register_wh", BigInteger),
    Column("stop_reason", String(64)),
    Column("close_reason", String(24)),
    Column("charging_state", String(24)),
    Column("charging_number", BigInteger),
    Column("charging_at", Instant()),
    Column("last_at", Instant()),
    Column("is_offline", Boolean, nullable=False),
    Column("is_late", Boolean, nullable=False),
    Column("is_interrupted", Boolean, nullable=False),
    Column("is_ref_used", Boolean, nullable=False),
    Column("reservation_id", BigInteger),
    # what it took
    Column("energy_wh", BigInteger, nullable=False),
    Column("exported_wh", BigInteger, nullable=False),
    Column("power_w", BigInteger),
    Column("current_ma", BigInteger),
    Column("voltage_mv", BigInteger),
    Column("soc_permille", BigInteger),
    Column("metered_at", Instant()),
    Column("corrections", Integer, nullable=False),
    Column("ended_digest", String(64)),
    Index(None, "station_id", "state"),
    Index(None, "station_id", "started_at"),
    Index(None, "operator_id", "created_at"),
    Index(None, "operator_id", "token_key", "state"),
    Index(None, "driver_id", "created_at"),
    Index(None, "state", "heard_at"),
)
"""One row a session. `started_at`, `ended_at`, `last_at` are the station's times; what was heard or asked for, ours."""

session_events = Table(
    "session_events",
    metadata,
    Column("session_id", Id(), primary_key=True),
    Column("event_id", String(120), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("at", Instant(), nullable=False),
    Column("heard_at", Instant(), nullable=False),
    Column("step", String(24), nullable=False),
    Column("source", String(16), nullable=False),
    Column("actor", String(120)),
    Column("detail", Text),
    Column("number", BigInteger),
    Column("is_offline", Boolean, nullable=False),
)
"""The steps of a session; read them by `at`, then `number`."""

unmatched_parts = Table(
    "unmatched_parts",
    metadata,
    Column("part_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("station_id", Id(), nullable=False),
    Column("transaction_ref", String(64), nullable=False),
    Column("phase", String(16), nullable=False),
    Column("at", Instant(), nullable=False),
    Column("received_at", Instant(), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("report_json", Json(), nullable=False),
    Column("session_id", Id()),
    Column("joined_at", Instant()),
    Index(None, "station_id", "received_at"),
    Index(None, "operator_id", "received_at"),
)
"""Parts of transactions that matched no session: acknowledged and kept. `session_id` set: it found one later."""

transaction_numbers = Table(
    "transaction_numbers",
    metadata,
    Column("name", String(24), primary_key=True),
    Column("next_number", BigInteger, nullable=False),
)
"""The next whole number to give to a 1.6 transaction or a remote start; taken in blocks."""
