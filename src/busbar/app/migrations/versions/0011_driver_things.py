"""Keep what the app keeps for drivers, and what drivers say is wrong."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Apply this step."""
    _keep_for_drivers()
    op.create_table(
        "complaints",
        sa.Column("complaint_id", sa.String(length=64), nullable=False),
        sa.Column("command_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.String(length=64)),
        sa.Column("station_id", sa.String(length=64), nullable=False),
        sa.Column("evse_id", sa.BigInteger()),
        sa.Column("session_id", sa.String(length=64)),
        sa.Column("driver_id", sa.String(length=64)),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("complaint_id", name=op.f("pk_complaints")),
        sa.UniqueConstraint("command_id", name=op.f("uq_complaints_command_id")),
    )
    op.create_index(
        op.f("ix_complaints_operator_id_status_created_at"), "complaints", ["operator_id", "status", "created_at"]
    )
    op.create_index(op.f("ix_complaints_driver_id_created_at"), "complaints", ["driver_id", "created_at"])
    op.create_table(
        "complaint_photos",
        sa.Column("photo_id", sa.String(length=64), nullable=False),
        sa.Column("complaint_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_complaint_photos")),
    )
    op.create_index(op.f("ix_complaint_photos_complaint_id"), "complaint_photos", ["complaint_id"])


def _keep_for_drivers() -> None:
    op.create_table(
        "driver_vehicles",
        sa.Column("vehicle_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("driver_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("plate", sa.String(length=40)),
        sa.Column("vin", sa.String(length=17)),
        sa.Column("connector_kind", sa.String(length=20)),
        sa.Column("battery_wh", sa.BigInteger()),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("vehicle_id", name=op.f("pk_driver_vehicles")),
    )
    op.create_index(op.f("ix_driver_vehicles_driver_id"), "driver_vehicles", ["driver_id"])
    op.create_table(
        "driver_favourites",
        sa.Column("driver_id", sa.String(length=64), nullable=False),
        sa.Column("station_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("driver_id", "station_id", name=op.f("pk_driver_favourites")),
    )
    op.create_table(
        "driver_waits",
        sa.Column("station_id", sa.String(length=64), nullable=False),
        sa.Column("driver_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("station_id", "driver_id", name=op.f("pk_driver_waits")),
    )
    op.create_index(op.f("ix_driver_waits_driver_id"), "driver_waits", ["driver_id"])
    op.create_table(
        "push_devices",
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("driver_id", sa.String(length=64), nullable=False),
        sa.Column("endpoint", sa.String(length=1000), nullable=False),
        sa.Column("public_key", sa.String(length=120), nullable=False),
        sa.Column("auth", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_push_devices")),
        sa.UniqueConstraint("endpoint", name=op.f("uq_push_devices_endpoint")),
    )
    op.create_index(op.f("ix_push_devices_driver_id"), "push_devices", ["driver_id"])
