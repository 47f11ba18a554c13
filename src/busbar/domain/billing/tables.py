"""The tables of the billing room."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, String, Table, UniqueConstraint, text

from busbar.db.schema import Id, Instant, Json, metadata

tariffs = Table(
    "tariffs",
    metadata,
    Column("tariff_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("name", String(100), nullable=False),
    Column("name_key", String(300), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("draft_json", Json(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant(), nullable=False),
    Column("changed_at", Instant(), nullable=False),
    Column("retired_at", Instant()),
    UniqueConstraint("operator_id", "name_key"),
)
"""One row a tariff: its draft, and which version is the newest."""

tariff_versions = Table(
    "tariff_versions",
    metadata,
    Column("tariff_id", Id(), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("operator_id", Id(), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("content_json", Json(), nullable=False),
    Column("valid_from", Instant(), nullable=False),
    Column("published_at", Instant(), nullable=False),
    Column("published_by", String(120), nullable=False),
)
"""What a tariff said. Rows are never changed."""

tariff_assignments = Table(
    "tariff_assignments",
    metadata,
    Column("assignment_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("tariff_id", Id(), nullable=False, index=True),
    Column("scope", String(16), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("valid_from", Instant(), nullable=False),
    Column("valid_until", Instant()),
    Column("created_at", Instant(), nullable=False),
    Column("created_by", String(120), nullable=False),
    Index(None, "operator_id", "scope", "subject"),
)
"""Whose tariff it is. Rows stay when they are over, so that it can be said whose it was at any instant."""

session_prices = Table(
    "session_prices",
    metadata,
    Column("session_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("station_id", Id(), nullable=False),
    Column("site_id", Id()),
    Column("evse_id", BigInteger),
    Column("connector_id", BigInteger),
    Column("driver_id", Id()),
    Column("token_id", Id()),
    Column("token_group", String(255)),
    Column("zone", String(64), nullable=False),
    Column("country", String(2), nullable=False),
    Column("days", Json(), nullable=False, server_default="{}"),
    Column("taxes", Json(), nullable=False, server_default="[]"),
    Column("tariff_id", Id(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("tariff_name", String(100), nullable=False),
    Column("scope", String(16), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("fixed_at", Instant(), nullable=False),
    Column("started_at", Instant(), nullable=False),
    Column("transaction_ref", String(255)),
    Column("register_wh", BigInteger),
    Column("reserved_at", Instant()),
    Column("reserved_until", Instant()),
    Column("ended_at", Instant()),
    # so far, or in the end
    Column("priced_at", Instant()),
    Column("energy_wh", BigInteger, nullable=False),
    Column("net", BigInteger, nullable=False),
    Column("tax", BigInteger, nullable=False),
    Column("gross", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("is_final", Boolean, nullable=False),
    Index(None, "operator_id", "started_at"),
    Index(None, "driver_id", "started_at"),
)
"""One row a session: the tariff it began with, and what it costs: so far (`revision` 0), or in the end."""
Index(
    "ix_session_prices_running",
    session_prices.c.station_id,
    sqlite_where=session_prices.c.revision == 0,
    postgresql_where=session_prices.c.revision == 0,
)

price_revisions = Table(
    "price_revisions",
    metadata,
    Column("session_id", Id(), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("operator_id", Id(), nullable=False),
    Column("tariff_id", Id(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("lines", Json(), nullable=False),
    Column("net", BigInteger, nullable=False),
    Column("tax", BigInteger, nullable=False),
    Column("gross", BigInteger, nullable=False),
    Column("energy_wh", BigInteger, nullable=False),
    Column("ended_at", Instant(), nullable=False),
    Column("priced_at", Instant(), nullable=False),
    Column("is_final", Boolean, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("refusals", Json(), nullable=False, server_default="[]"),
)
"""Every price that a session ever had, line by line; the newest one counts."""

purchase_tariffs = Table(
    "purchase_tariffs",
    metadata,
    Column("purchase_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False, index=True),
    Column("site_id", Id()),
    Column("name", String(100), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("terms_json", Json(), nullable=False),
    Column("changed_at", Instant(), nullable=False),
    Column("changed_by", String(200), nullable=False),
)
"""What electricity costs the operator, from a local day on."""

session_costs = Table(
    "session_costs",
    metadata,
    Column("session_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("is_due", Boolean, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("cost_nano", BigInteger, nullable=False),
    Column("costed_wh", BigInteger, nullable=False),
)
"""What the electricity of a session cost, in thousand-millionths of a major unit, and of how much energy that is known.
`is_due`: it is still to be reckoned, or anew."""
Index(
    "ix_session_costs_due",
    session_costs.c.operator_id,
    sqlite_where=text("is_due"),
    postgresql_where=text("is_due"),
)

offers = Table(
    "offers",
    metadata,
    Column("offer_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("terms_json", Json(), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("site_ids", Json(), nullable=False),
    Column("currency", String(3)),
    Column("valid_from", Instant(), nullable=False),
    Column("valid_until", Instant()),
    Column("created_at", Instant(), nullable=False),
    Column("changed_at", Instant(), nullable=False),
)

coupons = Table(
    "coupons",
    metadata,
    Column("coupon_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("code", String(40), nullable=False),
    Column("offer_id", Id(), nullable=False, index=True),
    Column("uses_max", Integer),
    Column("uses", Integer, nullable=False),
    Column("budget", BigInteger),
    Column("spent", BigInteger, nullable=False),
    Column("valid_until", Instant()),
    Column("created_at", Instant(), nullable=False),
    Column("ended_at", Instant()),
    UniqueConstraint("operator_id", "code"),
)
"""`uses` counts redemptions, `spent` what sessions were reduced by; both move with the row locked."""

coupon_redemptions = Table(
    "coupon_redemptions",
    metadata,
    Column("coupon_id", Id(), primary_key=True),
    Column("driver_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("redeemed_at", Instant(), nullable=False),
    Column("session_id", Id(), unique=True),
    Index(None, "driver_id", "session_id"),
)
"""One row a driver and coupon; `session_id`: the session that has its offer."""

plans = Table(
    "plans",
    metadata,
    Column("plan_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("monthly_price", BigInteger, nullable=False),
    Column("included_wh", BigInteger, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("tax_permille", Integer, nullable=False, server_default="0"),
    Column("monthly_minimum", BigInteger, nullable=False, server_default="0"),
    Column("created_at", Instant(), nullable=False),
    Column("changed_at", Instant(), nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("plan_id", Id(), primary_key=True),
    Column("driver_id", Id(), primary_key=True),
    Column("joined_at", Instant(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("ends_at", Instant()),
    Index(None, "driver_id"),
)

reservation_prices = Table(
    "reservation_prices",
    metadata,
    Column("reservation_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("station_id", Id(), nullable=False),
    Column("site_id", Id()),
    Column("driver_id", Id(), nullable=False),
    Column("tariff_id", Id(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("tariff_name", String(100), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("lines", Json(), nullable=False),
    Column("net", BigInteger, nullable=False),
    Column("tax", BigInteger, nullable=False),
    Column("gross", BigInteger, nullable=False),
    Column("transfer_id", Id(), nullable=False),
    Column("at", Instant(), nullable=False),
    Index(None, "operator_id", "at"),
    Index(None, "driver_id", "at"),
)
"""One row for each reservation that was not used and cost something."""

plan_dues = Table(
    "plan_dues",
    metadata,
    Column("plan_id", Id(), primary_key=True),
    Column("driver_id", Id(), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("transfer_id", Id(), nullable=False),
    Column("at", Instant(), nullable=False),
    Index(None, "driver_id", "month"),
)
"""The months of plans that members were asked for: one row each, whatever happens."""

plan_minimums = Table(
    "plan_minimums",
    metadata,
    Column("plan_id", Id(), primary_key=True),
    Column("driver_id", Id(), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("spent", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("at", Instant(), nullable=False),
)
"""Months that were looked at for a plan's monthly minimum: what a member spent, and what was missing."""

offer_uses = Table(
    "offer_uses",
    metadata,
    Column("session_id", Id(), primary_key=True),
    Column("offer_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("coupon_id", Id()),
    Column("plan_id", Id()),
    Column("driver_id", Id()),
    Column("month", String(7), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("energy_wh", BigInteger, nullable=False),
    Column("at", Instant(), nullable=False),
    Index(None, "driver_id", "plan_id", "month"),
    Index(None, "operator_id", "offer_id"),
)
"""What an offer took off a session: written again with every revision of its price."""

what_ifs = Table(
    "what_ifs",
    metadata,
    Column("what_if_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("tariff_id", Id(), nullable=False),
    Column("tariff_name", String(100), nullable=False),
    Column("terms_json", Json(), nullable=False),
    Column("since", Instant(), nullable=False),
    Column("until", Instant(), nullable=False),
    Column("site_id", Id()),
    Column("state", String(16), nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("cursor", String(64), nullable=False),
    Column("result_json", Json(), nullable=False),
    Column("created_at", Instant(), nullable=False),
    Column("created_by", String(120), nullable=False),
    Column("finished_at", Instant()),
    Index(None, "operator_id", "created_at"),
)
"""Questions about past sessions under a draft tariff, and how far their answers are."""

station_displays = Table(
    "station_displays",
    metadata,
    Column("station_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False, index=True),
    Column("protocol", String(16)),
    Column("parts", Json(), nullable=False),
    Column("asked_at", Instant()),
    Column("known_at", Instant()),
    Column("tariff_ref", String(80), nullable=False),
    Column("price_text", String(1024), nullable=False),
    Column("price_digest", String(64), nullable=False),
    Column("price_sent_at", Instant()),
    Column("price_command_id", Id()),
    Column("price_outcome", String(16)),
    Column("price_status", String(200)),
    Column("cost_session_id", Id()),
    Column("cost", BigInteger),
    Column("cost_currency", String(3)),
    Column("cost_sent_at", Instant()),
    Column("cost_command_id", Id()),
    Column("cost_outcome", String(16)),
    Column("cost_status", String(200)),
)
"""What of a price each station can show, what it was told last, and what it answered."""

station_costs = Table(
    "station_costs",
    metadata,
    Column("session_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("net", String(40)),
    Column("gross", String(40)),
    Column("failure", String(500)),
    Column("at", Instant(), nullable=False),
    Column("is_final", Boolean, nullable=False),
)
"""What stations themselves reckoned (OCPP 2.1 costDetails): kept and compared, never charged."""

station_tariffs = Table(
    "station_tariffs",
    metadata,
    Column("session_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("station_id", Id(), nullable=False),
    Column("tariff_ref", String(80), nullable=False),
    Column("told_at", Instant(), nullable=False),
    Column("is_ours", Boolean, nullable=False),
    Column("wanted_ref", String(80), nullable=False),
    Column("sent_at", Instant()),
    Column("command_id", Id()),
    Column("outcome", String(16)),
    Column("status", String(200)),
    Column("sends", Integer, nullable=False),
)
"""Which tariffs stations reckon sessions with by themselves (OCPP 2.1 tariffId), and what they said to ours."""
