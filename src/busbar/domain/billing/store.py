"""What the billing room asks of its books. All reads and writes are part of `work`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from busbar.canon.tariffs import Assignment, Scope, Tariff, TariffVersion
from busbar.domain.billing.model import TariffBook
from busbar.domain.billing.prices import PriceRevision, SessionPrice
from busbar.kernel.ids import AssignmentId, OperatorId, SessionId, TariffId
from busbar.ports.work import UnitOfWork


class TariffStore(Protocol):
    """Tariffs, their versions and assignments."""

    async def load_book(self, work: UnitOfWork, operator_id: OperatorId) -> TariffBook:
        """Return all tariffs of an operator that sessions may have or had."""
        ...

    async def load_tariff(self, work: UnitOfWork, operator_id: OperatorId, tariff_id: TariffId) -> Tariff | None:
        """Return a tariff."""
        ...

    async def find_tariff(self, work: UnitOfWork, operator_id: OperatorId, name_key: str) -> Tariff | None:
        """Return the tariff with this (folded) name."""
        ...

    async def count_tariffs(self, work: UnitOfWork, operator_id: OperatorId) -> int:
        """Return how many tariffs an operator has."""
        ...

    async def insert_tariff(self, work: UnitOfWork, tariff: Tariff) -> None:
        """Add a tariff."""
        ...

    async def update_tariff(self, work: UnitOfWork, tariff: Tariff) -> None:
        """Write a tariff's new state."""
        ...

    async def load_version(self, work: UnitOfWork, tariff_id: TariffId, version: int) -> TariffVersion | None:
        """Return a version."""
        ...

    async def insert_version(self, work: UnitOfWork, version: TariffVersion) -> None:
        """Add a version."""
        ...

    async def list_assignments(
        self,
        work: UnitOfWork,
        operator_id: OperatorId,
        *,
        tariff_id: TariffId | None = None,
        place: tuple[Scope, str] | None = None,
        now: datetime,
    ) -> Sequence[Assignment]:
        """Return the assignments that are not over."""
        ...

    async def count_assignments(self, work: UnitOfWork, operator_id: OperatorId, *, now: datetime) -> int:
        """Return how many assignments of an operator are not over."""
        ...

    async def load_assignment(
        self, work: UnitOfWork, operator_id: OperatorId, assignment_id: AssignmentId
    ) -> Assignment | None:
        """Return an assignment."""
        ...

    async def insert_assignment(self, work: UnitOfWork, assignment: Assignment) -> None:
        """Add an assignment."""
        ...

    async def end_assignment(self, work: UnitOfWork, assignment: Assignment) -> None:
        """Write when an assignment ends."""
        ...


class PriceStore(Protocol):
    """What sessions cost."""

    async def load_price(self, work: UnitOfWork, session_id: SessionId) -> SessionPrice | None:
        """Return a session's tariff and price."""
        ...

    async def list_running(self, work: UnitOfWork, *, limit: int) -> Sequence[SessionPrice]:
        """Return sessions that have no final price yet."""
        ...

    def save_price(self, work: UnitOfWork, price: SessionPrice) -> None:
        """Write a session's tariff and price; bulk, at the end of the batch."""
        ...

    async def remove_price(self, work: UnitOfWork, session_id: SessionId) -> None:
        """Remove the price of a session that became part of another."""
        ...

    async def load_revision(self, work: UnitOfWork, session_id: SessionId, revision: int) -> PriceRevision | None:
        """Return one of a session's prices, line by line."""
        ...

    def add_revision(self, work: UnitOfWork, revision: PriceRevision) -> None:
        """Write a price, line by line; bulk, at the end of the batch."""
        ...


class BillingStore(TariffStore, PriceStore, Protocol):
    """Everything of the room."""
