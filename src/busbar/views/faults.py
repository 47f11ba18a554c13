"""Since when a connector has its fault, and whether somebody has seen it."""

from sqlalchemy import func, or_

from busbar.domain.stations.tables import connectors, fault_acknowledgements

FAULT_SINCE = func.coalesce(connectors.c.changed_at, connectors.c.status_at)
"""By our clock; by the station's where nothing was reported since before changes were dated."""
IS_UNSEEN = or_(fault_acknowledgements.c.at.is_(None), fault_acknowledgements.c.at < FAULT_SINCE)
"""Of a connector's fault, where the acknowledgement of its station is joined, if there is one."""
