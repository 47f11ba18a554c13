"""Every table of an installation, gathered from the rooms: what migrations are checked against."""

from sqlalchemy import MetaData

from busbar.db import jobs, leases, messaging, once, partitions
from busbar.domain.access import sql as access
from busbar.domain.billing import tables as billing
from busbar.domain.branding import sql as branding
from busbar.domain.companion import sql as companion
from busbar.domain.complaints import sql as complaints
from busbar.domain.invoicing import sql_statements as statements
from busbar.domain.ledger import tables as ledger
from busbar.domain.links import sql as links
from busbar.domain.mail import sql as mail
from busbar.domain.metering import tables as metering
from busbar.domain.payments import tables as payments
from busbar.domain.reporting import sql as reporting
from busbar.domain.reservations import sql as reservations
from busbar.domain.roaming import sql as roaming
from busbar.domain.sessions import tables as sessions
from busbar.domain.settlement import sql as settlement
from busbar.domain.stations import tables as stations
from busbar.domain.tenants import sql as tenants
from busbar.domain.webhooks import sql as webhooks
from busbar.domain.workbench import sql as workbench

_PLACES = (
    statements,
    messaging,
    once,
    partitions,
    jobs,
    leases,
    tenants,
    workbench,
    stations,
    access,
    sessions,
    metering,
    billing,
    ledger,
    companion,
    branding,
    links,
    mail,
    reporting,
    complaints,
    reservations,
    payments,
    roaming,
    settlement,
    webhooks,
)


def gather_metadata() -> MetaData:
    """Return the metadata with all rooms' tables in it (importing a room's tables puts them there)."""
    gathered = {id(place.metadata): place.metadata for place in _PLACES}
    if len(gathered) != 1:
        raise RuntimeError("a room declares its tables on a MetaData of its own")
    return next(iter(gathered.values()))
