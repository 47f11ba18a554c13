"""The settlement room put together: what it handles."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from busbar.canon.message import Fact, Message
from busbar.canon.settlement import (
    ApproveSettlement,
    CancelPayout,
    CancelSettlement,
    EndAgreement,
    MakeAgreement,
    MakePayout,
    MarkSettlementPaid,
    MarkSettlementReturned,
    RunDueSettlements,
    RunSettlements,
    SavePayee,
    SetSettlementTerms,
)
from busbar.domain.settlement.parties import Parties
from busbar.domain.settlement.payouts import Payouts
from busbar.domain.settlement.runs import Runs
from busbar.domain.settlement.store import SettlementStore
from busbar.kernel.ids import IdSource

Handler = Callable[[Any, Any], Awaitable[Any]]


class SettlementService:
    """Shares the revenue of periods that are over."""

    def __init__(self, *, store: SettlementStore, ids: IdSource) -> None:
        self._parties = Parties(store, ids=ids)
        self._runs = Runs(store, self._parties, ids=ids)
        self._payouts = Payouts(store, self._parties, self._runs)

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Say which messages are handled here."""
        return {
            SetSettlementTerms: self._parties.set_terms,
            SavePayee: self._parties.save_payee,
            MakeAgreement: self._parties.make_agreement,
            EndAgreement: self._parties.end_agreement,
            RunSettlements: self._runs.run,
            RunDueSettlements: self._runs.run_due,
            ApproveSettlement: self._runs.approve,
            CancelSettlement: self._runs.cancel,
            MakePayout: self._payouts.make,
            CancelPayout: self._payouts.cancel,
            MarkSettlementPaid: self._payouts.mark_paid,
            MarkSettlementReturned: self._payouts.mark_returned,
        }

    def listeners(self) -> list[tuple[type[Fact], str, Handler]]:
        """Say which facts are listened to: none."""
        return []
