"""What the roaming room needs of a database. All reads and writes are part of `work`."""

from collections.abc import Sequence
from typing import Protocol

from busbar.canon.roaming import Cdr, OwnParty, Partner
from busbar.kernel.ids import OperatorId, SessionId
from busbar.ports.work import UnitOfWork


class RoamingStore(Protocol):
    """Partners, what operators are called by them, and records."""

    async def list_partners(self, work: UnitOfWork, operator_id: OperatorId) -> Sequence[Partner]:
        """Return all partners of an operator."""
        ...

    async def save_partner(self, work: UnitOfWork, partner: Partner) -> None:
        """Add a partner, or write its new state."""
        ...

    async def load_own_party(self, work: UnitOfWork, operator_id: OperatorId) -> OwnParty | None:
        """Return what an operator is called."""
        ...

    async def save_own_party(self, work: UnitOfWork, party: OwnParty) -> None:
        """Write what an operator is called."""
        ...

    async def list_cdrs(self, work: UnitOfWork, session_id: SessionId) -> Sequence[Cdr]:
        """Return all records of a session, in the order in which they were made."""
        ...

    async def insert_cdr(self, work: UnitOfWork, cdr: Cdr) -> None:
        """Add a record."""
        ...
