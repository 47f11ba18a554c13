"""Outbox, inbox and parked deliveries: how facts reach their listeners exactly once in effect."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from busbar.db.schema import Id, Instant, Json, metadata

outbox = Table(
    "outbox",
    metadata,
    Column("fact_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("at", Instant(), nullable=False),
    Column("name", String(80), nullable=False),
    Column("body", Json(), nullable=False),
    Index(None, "name", "fact_id"),
    Index(None, "at"),
)
"""Every fact, in the order of its id. Also what live streams resume from."""

inbox = Table(
    "inbox",
    metadata,
    Column("message_id", Id(), primary_key=True),
    Column("consumer", String(80), primary_key=True),
    Column("at", Instant(), nullable=False),
    Index(None, "at"),
)
"""What a consumer has handled, written in the same transaction as its effects."""

parked = Table(
    "parked",
    metadata,
    Column("message_id", Id(), primary_key=True),
    Column("consumer", String(80), primary_key=True),
    Column("at", Instant(), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text, nullable=False),
)
"""Deliveries that kept failing; a person looks at them."""
