"""What the workbench needs of a database. All reads and writes are part of `work`."""

from collections.abc import Sequence
from typing import Protocol

from busbar.canon.workbench import SavedView
from busbar.kernel.ids import OperatorId, ViewId
from busbar.ports.work import UnitOfWork


class WorkbenchStore(Protocol):
    """Saved views."""

    async def load_view(self, work: UnitOfWork, operator_id: OperatorId, view_id: ViewId) -> SavedView | None:
        """Return an operator's view."""
        ...

    async def list_own(self, work: UnitOfWork, operator_id: OperatorId, owner: str) -> Sequence[SavedView]:
        """Return what an owner keeps."""
        ...

    def put_view(self, work: UnitOfWork, view: SavedView) -> None:
        """Add a view or write its new state."""
        ...

    async def remove_view(self, work: UnitOfWork, view_id: ViewId) -> None:
        """Forget a view."""
        ...
