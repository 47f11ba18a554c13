"""What the settlement room needs of a database. All reads and writes are part of `work`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from busbar.canon.settlement import Agreement, Payee, Payout, Settlement, SettlementTerms
from busbar.kernel.ids import AgreementId, OperatorId, PayeeId, PayoutId, SettlementId
from busbar.ports.work import UnitOfWork


class SettlementStore(Protocol):
    """Payees, agreements, settlements and pay-outs."""

    async def load_terms(self, work: UnitOfWork, operator_id: OperatorId) -> SettlementTerms | None:
        """Return how an operator settles."""
        ...

    async def save_terms(self, work: UnitOfWork, operator_id: OperatorId, terms: SettlementTerms) -> None:
        """Write how an operator settles."""
        ...

    async def list_automatic(self, work: UnitOfWork) -> Sequence[OperatorId]:
        """Return the operators that settle by themselves."""
        ...

    async def save_payee(self, work: UnitOfWork, payee: Payee) -> None:
        """Add a payee, or write its new state."""
        ...

    async def list_payees(self, work: UnitOfWork, operator_id: OperatorId) -> Sequence[Payee]:
        """Return all payees of an operator."""
        ...

    async def save_agreement(self, work: UnitOfWork, agreement: Agreement) -> None:
        """Add an agreement, or write its new state."""
        ...

    async def load_agreement(self, work: UnitOfWork, agreement_id: AgreementId) -> Agreement | None:
        """Return an agreement."""
        ...

    async def list_agreements(self, work: UnitOfWork, operator_id: OperatorId) -> Sequence[Agreement]:
        """Return all agreements of an operator."""
        ...

    async def save_settlement(self, work: UnitOfWork, settlement: Settlement) -> None:
        """Add a settlement, or write its new state."""
        ...

    async def load_settlement(self, work: UnitOfWork, settlement_id: SettlementId) -> Settlement | None:
        """Return a settlement; nobody else changes it before this unit ends."""
        ...

    async def list_overlapping(
        self, work: UnitOfWork, operator_id: OperatorId, *, since: datetime, until: datetime
    ) -> Sequence[Settlement]:
        """Return the settlements of a period that were not given up."""
        ...

    async def list_owed(
        self, work: UnitOfWork, operator_id: OperatorId, payee_id: PayeeId, currency: str
    ) -> Sequence[Settlement]:
        """Return what a payee owes of earlier settlements; nobody else changes it before this unit ends."""
        ...

    async def list_taken(
        self, work: UnitOfWork, operator_id: OperatorId, settlement_id: SettlementId
    ) -> Sequence[Settlement]:
        """Return the settlements that this one took over."""
        ...

    async def find_last_settled(
        self, work: UnitOfWork, operator_id: OperatorId, payee_ids: Sequence[PayeeId]
    ) -> Settlement | None:
        """Return the settlement in the books, of any of these payees, that ends last."""
        ...

    async def save_payout(self, work: UnitOfWork, payout: Payout) -> None:
        """Add a pay-out, or write its new state."""
        ...

    async def load_payout(self, work: UnitOfWork, payout_id: PayoutId) -> Payout | None:
        """Return a pay-out."""
        ...
