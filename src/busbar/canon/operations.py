"""What people do about what went wrong inside: facts that a listener could not take."""

from busbar.canon.message import Command, Done
from busbar.canon.tenants import Principal
from busbar.kernel.ids import FactId, StationId


class RetryParkedFact(Command[Done], frozen=True, kw_only=True):
    """Deliver a fact once more to the listener that could not take it.

    Errors: `denied.role` (not the platform's administrator), `not_found.parked_fact`, `conflict.fact_gone` (the fact is
    no longer kept), `conflict.consumer_gone` (nobody of that name listens any more).
    """

    by: Principal
    fact_id: FactId
    consumer: str
    station_id: StationId | None = None
    """Whom the fact is about: the command goes to the partition of that station."""


class DropParkedFact(Command[Done], frozen=True, kw_only=True):
    """Give a delivery up for good: the listener will never hear the fact.

    Errors: `denied.role`, `not_found.parked_fact`.
    """

    by: Principal
    fact_id: FactId
    consumer: str
    station_id: StationId | None = None
    """As above."""
