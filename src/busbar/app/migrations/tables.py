"""Every table of an installation, gathered from the rooms: what migrations are checked against."""

from sqlalchemy import MetaData

import busbar.api.idempotency
import busbar.db.messaging
import busbar.domain.access.sql
import busbar.domain.metering.sql
import busbar.domain.sessions.sql
import busbar.domain.stations.tables
import busbar.domain.tenants.sql
from busbar.db.schema import metadata


def gather_metadata() -> MetaData:
    """Return the metadata with all rooms' tables in it (importing a room's tables puts them there)."""
    return metadata
