"""The one MetaData and the column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, MetaData, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_S = 86_400
_MICROSECOND = timedelta(microseconds=1)
_EARLIEST = (datetime.min.replace(tzinfo=UTC) - EPOCH) // _MICROSECOND
_LATEST = (datetime.max.replace(tzinfo=UTC) - EPOCH) // _MICROSECOND
"""What can be read back: one row beyond these would make every page it stands on unreadable."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def count_microseconds(at: datetime) -> int:
    """Return the whole microseconds from 1970 to an aware instant. Raises ValueError for one that is not aware."""
    if at.tzinfo is None:
        raise ValueError("an instant must be aware")
    since = at - EPOCH
    return (since.days * _DAY_S + since.seconds) * 1_000_000 + since.microseconds


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant.

    Microseconds since 1970 on SQLite (whole numbers sort and index), timestamptz on PostgreSQL.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | int | None:
        """Turn an instant into what the database keeps."""
        if value is None or dialect.name != "sqlite":
            return value
        return count_microseconds(value)

    def process_result_value(self, value: datetime | int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Turn what the database keeps into an instant."""
        if value is None:
            return None
        if isinstance(value, int):
            return EPOCH + timedelta(microseconds=min(max(value, _EARLIEST), _LATEST))
        return value.astimezone(UTC)


class Json(TypeDecorator[str]):
    """JSON text that was encoded by msgspec; kept as text, so that it comes back as it was."""

    impl = Text
    cache_ok = True


def Id() -> String:  # noqa: N802 - reads as a column type beside Instant() and Json()
    """Return the type of every key column."""
    return String(64)
