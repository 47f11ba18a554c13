"""The tables of the stations room."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from busbar.db.schema import Id, Instant, Json, metadata

sites = Table(
    "sites",
    metadata,
    Column("site_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False, index=True),
    Column("name", String(120), nullable=False),
    Column("address", Text, nullable=False),
    Column("city", String(120), nullable=False),
    Column("country", String(2), nullable=False),
    Column("latitude_e6", Integer, nullable=False),
    Column("longitude_e6", Integer, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("days", Json(), nullable=False, server_default="{}"),
    Column("is_public", Boolean, nullable=False),
    Column("grid_limit_w", BigInteger, nullable=True),
    Column("hours", Text),
    Column("changed_at", Instant(), nullable=False),
    Index(None, "latitude_e6", "longitude_e6"),
)

stations = Table(
    "stations",
    metadata,
    Column("station_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False, index=True),
    Column("site_id", Id(), ForeignKey("sites.site_id"), index=True),
    Column("registration", String(16), nullable=False),
    Column("created_at", Instant(), nullable=False),
    Column("name", String(120), nullable=False),
    Column("note", Text, nullable=False),
    Column("is_tolerant", Boolean),
    Column("password_hash", String(80)),
    Column("protocol", String(16)),
    Column("vendor", String(50)),
    Column("model", String(50)),
    Column("serial_number", String(50)),
    Column("firmware_version", String(50)),
    Column("iccid", String(20)),
    Column("imsi", String(20)),
    Column("meter_type", String(25)),
    Column("meter_serial_number", String(25)),
    Column("status", String(16), nullable=False),
    Column("error_code", String(50)),
    Column("is_online", Boolean, nullable=False),
    Column("is_encrypted", Boolean, nullable=False),
    Column("connection_id", Id()),
    Column("gateway_id", String(120)),
    Column("remote_address", String(80)),
    Column("connected_at", Instant()),
    Column("disconnected_at", Instant()),
    Column("last_seen_at", Instant()),
    Column("booted_at", Instant()),
    Column("boot_reason", String(40)),
    Column("queued_commands", Integer, nullable=False, server_default="0"),
)
"""`queued_commands`: requests with an expiry that have not ended, so that an empty queue costs no look."""

connectors = Table(
    "connectors",
    metadata,
    Column("station_id", Id(), ForeignKey("stations.station_id"), primary_key=True),
    Column("evse_id", Integer, primary_key=True),
    Column("connector_id", Integer, primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("power_kind", String(8), nullable=False),
    Column("max_power_w", BigInteger, nullable=False),
    Column("max_current_ma", BigInteger),
    Column("label", String(120)),
    Column("reported", String(16), nullable=False),
    Column("observed", String(16)),
    Column("status", String(16), nullable=False),
    Column("error_code", String(50)),
    Column("info", String(500)),
    Column("vendor_error_code", String(50)),
    Column("status_at", Instant()),
    Column("changed_at", Instant()),
)
"""`status` is `reported` refined by `observed`: stored as well, so that screens can filter by it.

`status_at`: of the newest report, by the station's clock. `changed_at`: since when its reports say the same, by ours.
"""

fault_acknowledgements = Table(
    "fault_acknowledgements",
    metadata,
    Column("station_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("at", Instant(), nullable=False),
    Column("actor", String(128), nullable=False),
)
"""Who has seen the faults of a station, and when: a fault that is newer has not been seen."""

station_events = Table(
    "station_events",
    metadata,
    Column("event_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("station_id", Id(), nullable=False),
    Column("at", Instant(), nullable=False),
    Column("topic", String(64), nullable=False),
    Column("payload", Json(), nullable=False),
    Index(None, "station_id", "at"),
)

station_quirks = Table(
    "station_quirks",
    metadata,
    Column("station_id", Id(), primary_key=True),
    Column("action", String(64), primary_key=True),
    Column("field", String(200), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("first_at", Instant(), nullable=False),
    Column("last_at", Instant(), nullable=False),
    Column("count", Integer, nullable=False),
)

station_variables = Table(
    "station_variables",
    metadata,
    Column("station_id", Id(), primary_key=True),
    Column("ref", String(400), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("component", String(50)),
    Column("component_instance", String(50)),
    Column("variable", String(50), nullable=False),
    Column("variable_instance", String(50)),
    Column("evse_id", Integer),
    Column("connector_id", Integer),
    Column("attribute", String(16), nullable=False),
    Column("value", Text),
    Column("is_readonly", Boolean),
    Column("reported_at", Instant(), nullable=False),
)
"""`ref`: the parts that name a variable, joined; several of them may be empty, which a primary key may not."""

station_commands = Table(
    "station_commands",
    metadata,
    Column("command_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("station_id", Id(), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("request", Json(), nullable=False),
    Column("requested_by", String(100), nullable=False),
    Column("requested_at", Instant(), nullable=False),
    Column("timeout_s", Integer, nullable=False),
    Column("outcome", String(16)),
    Column("answer", Json()),
    Column("answered_at", Instant()),
    Column("expires_at", Instant()),
    Column("queue_position", Integer),
    Column("sent_at", Instant()),
    Index(None, "station_id", "requested_at"),
    Index(None, "operator_id", "requested_at"),
    Index(None, "outcome"),
    Index(
        "ix_station_commands_queue",
        "station_id",
        "queue_position",
        sqlite_where=text("answered_at IS NULL AND queue_position IS NOT NULL"),
        postgresql_where=text("answered_at IS NULL AND queue_position IS NOT NULL"),
    ),
)
"""`request` is an `AnyStationRequest`, `answer` a `CommandOutcome`, both as JSON.

A request that may wait has `expires_at` and its place in the station's queue. As long as it waits its outcome is
`queued`; from `sent_at` on, when it is handed to the relay, it has none until the answer comes.
"""

site_layouts = Table(
    "site_layouts",
    metadata,
    Column("site_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False, index=True),
    Column("layout", Json(), nullable=False),
    Column("changed_at", Instant(), nullable=False),
)
"""`layout` is a `SiteLayout` as JSON."""

profile_templates = Table(
    "profile_templates",
    metadata,
    Column("template_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False, index=True),
    Column("name", String(120), nullable=False),
    Column("profile", Json(), nullable=False),
    Column("changed_at", Instant(), nullable=False),
)
"""`profile` is a `ChargingProfile` as JSON."""

configuration_templates = Table(
    "configuration_templates",
    metadata,
    Column("template_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False, index=True),
    Column("name", String(120), nullable=False),
    Column("name_key", String(480), nullable=False),
    Column("dialect", String(8), nullable=False),
    Column("vendor", String(50)),
    Column("model", String(50)),
    Column("site_id", Id()),
    Column("settings", Json(), nullable=False),
    Column("changed_at", Instant(), nullable=False),
)
"""`settings` are `VariableValue`s as JSON."""

station_templates = Table(
    "station_templates",
    metadata,
    Column("station_id", Id(), primary_key=True),
    Column("template_id", Id(), nullable=False, index=True),
    Column("operator_id", Id(), nullable=False),
)
"""Which configuration template a station was given; others inherit one, or have none."""
